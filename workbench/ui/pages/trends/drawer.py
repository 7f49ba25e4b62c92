"""The drawer under the chart: exactly the attempts behind one number."""

from collections.abc import Sequence

from PySide6.QtCore import QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.attempt import AttemptRow
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.models.attempts import AttemptTable, Column
from workbench.ui.models.table import ROW_ROLE, SORT_ROLE, set_up
from workbench.ui.theme import SPACE_1, SPACE_2

_ROW_HEIGHT = 28


class Drawer(Retranslates, QFrame):
    """``opened(attempt_id)`` on Enter or a double click; ``more_wanted`` when the end of a long
    list comes near; ``closed`` by the cross or Escape."""

    opened = Signal(str)
    more_wanted = Signal()
    complaints_wanted = Signal(object)  # AttemptRow: complaints about the same cause
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._total = 0
        self._expected = 0
        self._failures_only = True
        self.title = QLabel(self)
        self.title.setProperty("role", "heading")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.count = QLabel(self)
        self.count.setProperty("role", "muted")
        self.close_button = QToolButton(self)
        self.close_button.setIcon(desk.theme.icon("close", "muted"))
        self.close_button.clicked.connect(self.closed)
        self.complaints_button = QToolButton(self)
        self.complaints_button.clicked.connect(self._want_complaints)
        self.model = AttemptTable(desk.language, desk.theme, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(SORT_ROLE)
        self.table = _Table(self)
        self.table.setModel(self._sorted)
        self._set_up_table()

        head = QHBoxLayout()
        head.setSpacing(SPACE_2)
        head.addWidget(self.title)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.complaints_button)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_1, 0, 0)
        column.setSpacing(SPACE_1)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.retranslate()

    def wait(self, title: str, expected: int, *, failures_only: bool) -> None:
        """The rows are on their way."""
        self.title.setText(title)
        self._total, self._expected, self._failures_only = expected, expected, failures_only
        self.model.show([])
        self.retranslate()

    def show_rows(self, rows: Sequence[AttemptRow], total: int) -> None:
        self._total = total
        self.model.show(rows)
        if rows:
            self.table.setCurrentIndex(self._sorted.index(0, 0))
        self.table.scrollToTop()
        self.retranslate()

    def add_rows(self, rows: Sequence[AttemptRow]) -> None:
        self.model.append(rows)
        self.retranslate()

    def expect(self, total: int) -> None:
        """Where no bar says how many there should be."""
        self._expected = total
        self.retranslate()

    def set_title(self, title: str) -> None:
        self.title.setText(title)
        self.retranslate()

    @property
    def shown(self) -> int:
        return self.model.rowCount()

    @property
    def total(self) -> int:
        return self._total

    def retranslate(self) -> None:
        number = self._desk.language.number
        if self._failures_only:
            said = self.tr("%Ln failure(s)", "", self._total)
        else:
            said = self.tr("%Ln attempt(s)", "", self._total)
        if 0 < self.shown < self._total:
            said += " · " + self.tr("newest {shown} shown, more as you scroll").format(
                shown=number(self.shown)
            )
        if self._total != self._expected:
            said += " · " + self.tr("the data have changed since the chart was drawn")
        self.count.setText(said)
        self.complaints_button.setText(self.tr("Complaints of this cause"))
        self.close_button.setToolTip(self.tr("Close (Esc)"))
        self.close_button.setAccessibleName(self.tr("Close the list of attempts"))
        self.table.setAccessibleName(f"{self.title.text()}, {said}")

    def _set_up_table(self) -> None:
        table = self.table
        widths = {
            Column.TIME: 140,
            Column.OUTCOME: 98,
            Column.STEP: 112,
            Column.CAUSE: 204,
            Column.CODE: 72,
            Column.CHANNEL: 110,
            Column.PROVINCE: 104,
            Column.CUSTOMER: 176,
        }
        set_up(table, widths, newest_by=Column.TIME, row_height=_ROW_HEIGHT)
        table.opened.connect(self._open)
        table.left.connect(self.closed)
        table.doubleClicked.connect(lambda _: self._open())
        table.verticalScrollBar().valueChanged.connect(self._scrolled)

    def _want_complaints(self) -> None:
        row = self.table.currentIndex().data(ROW_ROLE)
        if row is not None:
            self.complaints_wanted.emit(row)

    def _open(self) -> None:
        row = self.table.currentIndex().data(ROW_ROLE)
        if row is not None:
            self.opened.emit(row.attempt_id)

    def _scrolled(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        if 0 < self.shown < self._total and value >= bar.maximum() - bar.pageStep():
            self.more_wanted.emit()


class _Table(QTableView):
    opened = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
