"""Attempts as plain data for tables and lists: columns, a sort role, a role giving the row."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from workbench.domain.attempt import AttemptRow
from workbench.domain.diagnosis import Status
from workbench.domain.taxonomy import Outcome
from workbench.ui.i18n import Language, local_time, time_tooltip
from workbench.ui.models.complaints import dot
from workbench.ui.theme import Theme

ROW_ROLE = Qt.ItemDataRole.UserRole + 1  # the AttemptRow
SORT_ROLE = Qt.ItemDataRole.UserRole + 2

OUTCOME_ROLES: dict[str | None, str] = {
    Outcome.SUCCESS: "success",
    Outcome.FAILED: "danger",
    Outcome.PENDING: "warning",
    Outcome.ABANDONED: "neutral",
}

_Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    TIME = 0
    OUTCOME = 1
    STEP = 2
    CAUSE = 3
    CODE = 4
    CHANNEL = 5
    PROVINCE = 6
    CUSTOMER = 7
    ATTEMPT = 8


class AttemptTable(QAbstractTableModel):
    """In the order given; ``show`` replaces the rows, ``append`` adds a further page."""

    def __init__(self, language: Language, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._theme = theme
        self._rows: list[AttemptRow] = []
        language.changed.connect(self._repaint)
        theme.changed.connect(self._repaint)

    @property
    def rows(self) -> tuple[AttemptRow, ...]:
        return tuple(self._rows)

    def show(self, rows: Sequence[AttemptRow]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def append(self, rows: Sequence[AttemptRow]) -> None:
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    def row_of(self, attempt_id: str) -> int | None:
        for place, row in enumerate(self._rows):
            if row.attempt_id == attempt_id:
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
        if role == Qt.ItemDataRole.AccessibleTextRole and column is Column.TIME:
            return self.sentence(row)
        if role == Qt.ItemDataRole.DecorationRole and column is Column.CAUSE and row.cause:
            return dot(self._theme.cause_colour(row.cause))
        if role == Qt.ItemDataRole.ForegroundRole and column is Column.OUTCOME:
            return self._ink(row)
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

    def sentence(self, row: AttemptRow) -> str:
        """The whole row in one breath, for a screen reader."""
        parts = (
            self._text(row, column)
            for column in (Column.TIME, Column.OUTCOME, Column.STEP, Column.CAUSE)
        )
        return ", ".join(part for part in parts if part)

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Time"),
            self.tr("Outcome"),
            self.tr("Step"),
            self.tr("Reason"),
            self.tr("Code"),
            self.tr("Channel"),
            self.tr("Province"),
            self.tr("Customer"),
            self.tr("Attempt ID"),
        )

    def _text(self, row: AttemptRow, column: Column) -> str:
        word = self._language.word
        match column:
            case Column.TIME:
                return local_time(row.occurred_at)
            case Column.OUTCOME:
                return word("outcome", row.outcome)
            case Column.STEP:
                return word("step", row.step)
            case Column.CAUSE:
                return reason_words(self._language, row)
            case Column.CODE:
                return row.reason_code or ""
            case Column.CHANNEL:
                return word("channel", row.channel)
            case Column.PROVINCE:
                return row.province or ""
            case Column.CUSTOMER:
                return "  ".join(part for part in (row.customer_name, row.phone) if part)
            case Column.ATTEMPT:
                return row.attempt_id

    def _hover(self, row: AttemptRow, column: Column) -> str:
        """The whole text where a narrow column cuts it short; the zone of the time."""
        if column is Column.TIME:
            return time_tooltip(row.occurred_at)
        if column is Column.CAUSE and row.symptom:
            return " · ".join(
                part
                for part in (
                    self._language.word("symptom", row.symptom),
                    self._text(row, column),
                    row.reason_code,
                )
                if part
            )
        return self._text(row, column)

    def _sort_key(self, row: AttemptRow, column: Column) -> str:
        if column is Column.TIME:
            return row.occurred_at.isoformat() if row.occurred_at else ""
        return self._text(row, column)

    def _ink(self, row: AttemptRow) -> QColor | None:
        role = OUTCOME_ROLES.get(row.outcome, "neutral")
        return None if role == "neutral" else self._theme.colour(role)

    def _repaint(self) -> None:
        if self._rows:
            last = self.index(len(self._rows) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)


def reason_words(language: Language, row: AttemptRow) -> str:
    """The reason at a glance: the cause, 'possible' said where it is no more than that."""
    if row.status == Status.PENDING:
        return language.word("status", row.status)
    if not row.cause:
        return ""
    cause = language.word("cause", row.cause)
    if row.status == Status.POSSIBLE:
        return f"{cause} ({language.word('status', row.status)})"
    return cause
