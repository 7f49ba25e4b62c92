"""What every list of records shares: plain rows behind a table, and how such a table is set up."""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from workbench.ui.i18n import Language
from workbench.ui.theme import Theme
from workbench.ui.tips import plain_tip

ROW_ROLE = Qt.ItemDataRole.UserRole + 1  # the record itself
SORT_ROLE = Qt.ItemDataRole.UserRole + 2

Index = QModelIndex | QPersistentModelIndex
Record = TypeVar("Record")
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RecordTable(QAbstractTableModel, Generic[Record]):
    """In the order given; ``show`` replaces the rows, ``append`` adds a further page.

    A list names its ``columns`` and says of each cell: its text, what hovering adds, what sorts
    it, and, where it likes, a mark, an ink and what a screen reader says.
    """

    columns: ClassVar[type[IntEnum]]
    numbers: ClassVar[tuple[IntEnum, ...]] = ()  # stand at the right

    def __init__(self, language: Language, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._theme = theme
        self._rows: list[Record] = []
        language.changed.connect(self._repaint)
        theme.changed.connect(self._repaint)

    # what a list says of itself
    def _headers(self) -> tuple[str, ...]:
        raise NotImplementedError

    def _text(self, row: Record, column: Any) -> str:
        raise NotImplementedError

    def _hover(self, row: Record, column: Any) -> str:
        """The whole text, where a narrow column cuts it short."""
        return self._text(row, column)

    def _sort_key(self, row: Record, column: Any) -> Any:
        return self._text(row, column)

    def _mark(self, row: Record, column: Any) -> QIcon | None:
        return None

    def _ink(self, row: Record, column: Any) -> QColor | None:
        return None

    def _spoken(self, row: Record, column: Any) -> str | None:
        return None

    # rows
    @property
    def rows(self) -> tuple[Record, ...]:
        return tuple(self._rows)

    def show(self, rows: Sequence[Record]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def append(self, rows: Sequence[Record]) -> None:
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    # Qt's side
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's form)
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's form)
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self.columns(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self._hover(row, column) or "")
            case Qt.ItemDataRole.DecorationRole:
                return self._mark(row, column)
            case Qt.ItemDataRole.ForegroundRole:
                return self._ink(row, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column in self.numbers else None
        if role == ROW_ROLE:
            return row
        return self._sort_key(row, column) if role == SORT_ROLE else None

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
            return _RIGHT if section in self.numbers else _LEFT
        return None

    def _repaint(self) -> None:
        if self._rows:
            last = self.index(len(self._rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)


def set_up(
    table: QTableView, widths: Mapping[int, int], *, newest_by: int, row_height: int
) -> None:
    """One look and one way of moving for every list: whole rows, read only, newest first.

    ``widths`` by column and ``row_height`` in px; the last column takes what is left.
    """
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setShowGrid(False)
    table.setSortingEnabled(True)
    table.sortByColumn(newest_by, Qt.SortOrder.DescendingOrder)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(row_height)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    header.setStretchLastSection(True)
    for column, width in widths.items():
        table.setColumnWidth(column, width)


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
