"""The complaints page: search and state filter over a table, the complaint beside it."""

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.complaint import Complaint, ComplaintFilter, ComplaintPage
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.models.complaints import Column, ComplaintTable
from workbench.ui.models.table import ROW_ROLE, SORT_ROLE, set_up
from workbench.ui.pages.complaints.detail import ComplaintDetail
from workbench.ui.pages.complaints.presenter import CHOICES, ComplaintsPresenter
from workbench.ui.theme import SPACE_2, SPACE_3, SPACE_4
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.empty_state import EmptyState

ROW_HEIGHT = 34


class ComplaintsPage(Retranslates, QWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.presenter = ComplaintsPresenter(self._fetch)

        self.search = QLineEdit(self)
        self.search.addAction(
            desk.theme.icon("filter-variant", "muted"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(360)
        self.search.textChanged.connect(self.presenter.search)
        self.states = QComboBox(self)
        for choice in CHOICES:
            self.states.addItem("", choice.key)
        self.states.activated.connect(
            lambda place: self.presenter.choose(self.states.itemData(place))
        )
        self.count = QLabel(self)
        self.count.setProperty("role", "muted")

        self.model = ComplaintTable(desk.language, desk.theme, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(SORT_ROLE)
        self.table = _Table(self)
        self.table.setModel(self._sorted)
        self._set_up_table()
        self.detail = ComplaintDetail(desk, self)
        self.detail.hide()
        self.empty = EmptyState(desk.theme, "message-text-outline", self._fill, self)
        self.busy = BusyLine(desk.theme, desk.language, self)

        bar = QHBoxLayout()
        bar.setSpacing(SPACE_2)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.states)
        bar.addWidget(self.count)
        bar.addWidget(self.busy, 1)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(SPACE_3)
        split.addWidget(self.table)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 1)
        split.setSizes([890, 350])
        self._stack = QStackedWidget(self)
        self._stack.addWidget(split)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        column.setSpacing(SPACE_2)
        column.addLayout(bar)
        column.addWidget(self._stack, 1)

        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._find)
        desk.acts.complaint_saved.connect(self._saved)
        desk.acts.complaints_came.connect(self.presenter.refresh)
        self.retranslate()
        self.presenter.refresh()

    def focus_first(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_complaint(self, ref: str) -> None:
        """Show this one (id or number); clears the filter, which might hide it."""
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.states.setCurrentIndex(0)
        self.presenter.want(ref)

    def retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Number, words, attempt ID or name"))
        self.search.setAccessibleName(self.tr("Search complaints"))
        self.search.setToolTip(self.tr("Search complaints (Ctrl+F)"))
        self.states.setAccessibleName(self.tr("Filter by state"))
        for place, choice in enumerate(CHOICES):
            self.states.setItemText(place, self._choice_text(choice.key))
        self.table.setAccessibleName(self.tr("Complaints"))
        self._show_counts()

    def _choice_text(self, key: str) -> str:
        groups = {
            "all": self.tr("All states"),
            "unsettled": self.tr("Not settled"),
            "settled": self.tr("Settled"),
        }
        return groups.get(key) or self._desk.language.word("state", key)

    def _set_up_table(self) -> None:
        table = self.table
        widths = {
            Column.NUMBER: 136,
            Column.TIME: 132,
            Column.CUSTOMER: 160,
            Column.CAUSE: 158,
            Column.DEMAND: 124,
            Column.SEVERITY: 74,
            Column.STATE: 86,
        }
        set_up(table, widths, newest_by=Column.TIME, row_height=ROW_HEIGHT)
        table.selectionModel().currentRowChanged.connect(self._row_chosen)
        table.opened.connect(self._opened)
        table.doubleClicked.connect(lambda _: self._opened())

    # asking and answering
    def _fetch(self, question: ComplaintFilter) -> None:
        task = self._desk.tasks.run(
            self,
            lambda progress, cancel: self._desk.complaints.find(question),
            self._show,
            failed=self._failed,
            cancelled=self.busy.done,
            channel="find",
        )
        self.busy.watch(task, self.tr("Searching complaints…"))

    def _show(self, page: ComplaintPage) -> None:
        self.busy.done()
        chosen = self.presenter.answer(page)
        self.model.show(page.rows)
        self._select(chosen)
        self.detail.show_complaint(chosen)
        self._show_counts()

    def _saved(self, _: Complaint) -> None:
        self.presenter.refresh()

    def _failed(self, error: object) -> None:
        self.busy.done()
        self._desk.acts.error.emit(error)

    def _show_counts(self) -> None:
        page = self.presenter.page
        self.count.setText(self.tr("%Ln complaint(s)", "", page.total) if page.rows else "")
        if len(page.rows) < page.total:
            self.count.setText(
                self.tr("newest {shown} of {total}").format(
                    shown=self._desk.language.number(len(page.rows)),
                    total=self._desk.language.number(page.total),
                )
            )
        if self.presenter.empty == "none_match":
            self.empty.set_texts(
                self.tr("No complaint matches the search and the state chosen."),
                self.tr("Show all"),
            )
        elif self.presenter.empty == "none_yet":
            self.empty.set_texts(
                self.tr("Complaints that you log stand here, newest first."),
                self.tr("Log a complaint"),
            )
        self._stack.setCurrentIndex(0 if self.presenter.empty is None else 1)

    def _fill(self) -> None:
        """What the empty state's button offers."""
        if self.presenter.empty == "none_match":
            self.search.blockSignals(True)
            self.search.clear()
            self.search.blockSignals(False)
            self.states.setCurrentIndex(0)
            self.presenter.clear()
        else:
            self._desk.acts.log_complaint.emit(None)

    # selection
    def _select(self, complaint: Complaint | None) -> None:
        if complaint is None:
            return
        row = self.model.row_of(complaint.complaint_id)
        if row is not None:
            index = self._sorted.mapFromSource(self.model.index(row, 0))
            self.table.setCurrentIndex(index)
            self.table.scrollTo(index)

    def _row_chosen(self, current: QModelIndex, _: QModelIndex) -> None:
        complaint = current.data(ROW_ROLE) if current.isValid() else None
        if complaint is not None:
            self.presenter.choose_row(complaint)
            self.detail.show_complaint(complaint)

    def _opened(self) -> None:
        """Enter or a double click: the keyboard goes to the complaint itself."""
        if self.presenter.open is not None:
            target: QWidget = self.detail.card_button
            if self.presenter.open.attempt_id is None:
                target = self.detail.description
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()


class _Table(QTableView):
    opened = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)
