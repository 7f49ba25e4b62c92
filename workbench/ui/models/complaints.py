"""The list of complaints as plain data: columns, a sort role, a role that returns the row."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from workbench.domain.complaint import Complaint, Severity, State
from workbench.ui.i18n import Language, local_time, time_tooltip
from workbench.ui.theme import Theme

ROW_ROLE = Qt.ItemDataRole.UserRole + 1  # the Complaint
SORT_ROLE = Qt.ItemDataRole.UserRole + 2

_Index = QModelIndex | QPersistentModelIndex
_SEVERITY_ORDER = {severity: place for place, severity in enumerate(Severity)}
_STATE_ORDER = {state: place for place, state in enumerate(State)}


class Column(IntEnum):
    NUMBER = 0
    TIME = 1
    CUSTOMER = 2
    CAUSE = 3
    DEMAND = 4
    SEVERITY = 5
    STATE = 6


class ComplaintTable(QAbstractTableModel):
    def __init__(self, language: Language, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._theme = theme
        self._rows: tuple[Complaint, ...] = ()
        language.changed.connect(self._repaint)
        theme.changed.connect(self._repaint)

    def show(self, rows: Sequence[Complaint]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row_of(self, ref: str) -> int | None:
        """The row of a complaint by id or number."""
        for place, row in enumerate(self._rows):
            if ref in (row.complaint_id, row.number):
                return place
        return None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 (Qt's form)
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 (Qt's form)
        return 0 if parent.isValid() else len(Column)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == ROW_ROLE:
            return row
        if role == SORT_ROLE:
            return self._sort_key(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._hover(row, column)
        if role == Qt.ItemDataRole.DecorationRole and column is Column.CAUSE and row.cause:
            return dot(self._theme.cause_colour(row.cause))
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(row, column)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers()[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Number"),
            self.tr("Time"),
            self.tr("Customer"),
            self.tr("Cause"),
            self.tr("Demand"),
            self.tr("Severity"),
            self.tr("State"),
        )

    def _text(self, row: Complaint, column: Column) -> str:
        word = self._language.word
        match column:
            case Column.NUMBER:
                return row.number
            case Column.TIME:
                return local_time(row.created_at)
            case Column.CUSTOMER:
                return "  ".join(part for part in (row.customer_name, row.phone) if part)
            case Column.CAUSE:
                return word("cause", row.cause)
            case Column.DEMAND:
                return word("demand", row.demand)
            case Column.SEVERITY:
                return word("severity", row.severity)
            case Column.STATE:
                return word("state", row.state)

    def _hover(self, row: Complaint, column: Column) -> str:
        """The whole text where a narrow column cuts it short; the zone of the time."""
        if column is Column.TIME:
            return time_tooltip(row.created_at)
        return self._text(row, column)

    def _sort_key(self, row: Complaint, column: Column) -> Any:
        match column:
            case Column.TIME:
                return row.created_at.isoformat()
            case Column.SEVERITY:
                return _SEVERITY_ORDER[row.severity]
            case Column.STATE:
                return _STATE_ORDER[row.state]
        return self._text(row, column)

    def _ink(self, row: Complaint, column: Column) -> QColor | None:
        if column is Column.SEVERITY and row.severity in (Severity.HIGH, Severity.CRITICAL):
            critical = row.severity is Severity.CRITICAL
            return self._theme.colour("danger" if critical else "warning")
        if row.state in (State.CLOSED, State.WITHDRAWN, State.RESOLVED):
            return self._theme.colour("muted")
        return None

    def _repaint(self) -> None:
        if self._rows:
            last = self.index(len(self._rows) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)


def dot(colour: QColor, size: int = 10) -> QIcon:
    """A filled circle, as charts and badges show a cause; a selected row does not tint it."""
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(0, 0, size - 1, size - 1)
    painter.end()
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon
