"""Codes on the QA page: queues on the left, their rows in the middle, what is to be decided on the right."""

from PySide6.QtCore import QModelIndex, QSize, QSortFilterProxyModel, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.attempt import AttemptRow
from workbench.domain.codes import CodeEntry, UnmappedCode, UnmappedCodes
from workbench.domain.errors import BadInput, KnownError
from workbench.domain.people import Act, may
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.models.attempts import AttemptTable
from workbench.ui.models.attempts import Column as Attempt
from workbench.ui.models.codes import Column, Unmapped, UnmappedTable
from workbench.ui.models.table import ROW_ROLE, SORT_ROLE, set_up
from workbench.ui.pages.qa.acts import CodeActs
from workbench.ui.pages.qa.form import ClassifyForm
from workbench.ui.pages.qa.presenter import QaPresenter, Queue
from workbench.ui.theme import SPACE_2, SPACE_3, SPACE_4
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.code_list import CodeFacts, CodeTableView, scrolled
from workbench.ui.widgets.empty_state import EmptyState
from workbench.ui.widgets.search_line import SearchLine

_Codes = tuple[list[CodeEntry], tuple[CodeEntry, ...]]
_Queue = tuple[UnmappedCodes, tuple[str, ...], tuple[BadInput, ...]]
_ROW_HEIGHT = 30
_QUEUE_HEIGHT = 36
_ATTEMPTS = 200
_FOUND = 1000
_UNMAPPED, _ALL, _EMPTY, _WAIT, _FAILED = range(5)  # pages of the middle
_FORM, _FACTS = range(2)  # pages of the right


class CodesView(Retranslates, QWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.presenter = QaPresenter(self)
        self.acts = CodeActs(desk, self)
        self._may_edit = may(desk.session.person, Act.EDIT_CODES)
        self._site: frozenset[CodeEntry] = frozenset()  # rows that are not shipped
        self._told: tuple[BadInput, ...] = ()
        self._error: KnownError | None = None

        self.queues = QListWidget(self)
        for queue in Queue:
            item = QListWidgetItem(self.queues)
            item.setData(ROW_ROLE, queue)
            item.setSizeHint(QSize(0, _QUEUE_HEIGHT))
        self.search = SearchLine(desk.theme, self)
        self.search.setMaximumWidth(320)
        self.search.settled.connect(lambda: self.presenter.search(self.search.take()))
        self.count = QLabel(self)
        self.count.setProperty("role", "muted")
        self.busy = BusyLine(desk.theme, desk.language, self)
        self.template_button = QPushButton(self)
        self.template_button.clicked.connect(lambda: self.acts.write_template())
        self.import_button = QPushButton(self)
        self.import_button.setIcon(desk.theme.icon("table-arrow-left", "text"))
        self.import_button.clicked.connect(lambda: self.acts.import_catalogue())

        self.model = UnmappedTable(desk.language, desk.theme, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(SORT_ROLE)
        self.table = QTableView(self)
        self.table.setModel(self._sorted)
        widths = {
            Unmapped.COUNT: 96, Unmapped.SHARE: 112, Unmapped.SCHEME: 84, Unmapped.CODE: 98,
            Unmapped.CUSTOMERS: 94, Unmapped.FIRST: 126, Unmapped.LAST: 126,
        }  # fmt: skip
        set_up(self.table, widths, newest_by=Unmapped.COUNT, row_height=_ROW_HEIGHT)
        self.table.selectionModel().currentChanged.connect(self._code_moved)
        self.codes = CodeTableView(desk, self)
        for column in (Column.CUSTOMER, Column.VERSION, Column.SURE, Column.SOURCE):
            self.codes.setColumnHidden(column, True)
        self.codes.moved.connect(self._entry_moved)
        self.empty = EmptyState(desk.theme, "check-circle-outline", self._fill, self)
        self.waiting = EmptyState(desk.theme, "timer-sand", None, self)
        self.failed = EmptyState(desk.theme, "alert-circle-outline", self.presenter.refresh, self)

        self.form = ClassifyForm(desk, self)
        self.form.saved.connect(self.acts.classify)
        self.form.source_mapped.connect(self.acts.map_source)
        self.acts.ended.connect(self.form.ready)
        self.acts.changed.connect(self._changed)
        self.form.left.connect(self._show_detail)
        self.behind_title = QLabel(self)
        self.behind_title.setProperty("role", "heading")
        self.attempts = AttemptTable(desk.language, desk.theme, self)
        self.behind = QTableView(self)
        self.behind.setModel(self.attempts)
        set_up(
            self.behind,
            {
                Attempt.TIME: 132,
                Attempt.OUTCOME: 80,
                Attempt.STEP: 96,
                Attempt.CAUSE: 124,
                Attempt.CHANNEL: 96,
            },
            newest_by=Attempt.TIME,
            row_height=28,
        )
        for column in (Attempt.CODE, Attempt.PROVINCE, Attempt.ATTEMPT):
            self.behind.setColumnHidden(column, True)
        self.behind.activated.connect(self._open_attempt)
        self.facts = CodeFacts(desk.language, self)
        self.change_button, self.remove_button = QPushButton(self), QPushButton(self)
        self.change_button.clicked.connect(self._change)
        self.remove_button.clicked.connect(self._remove)
        self._lay_out()

        self.queues.setCurrentRow(0)
        self.queues.currentRowChanged.connect(self._queue_moved)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._find)
        self._stale = False  # attempts came by themselves: counted anew when next shown
        desk.acts.data_changed.connect(self.presenter.refresh)
        desk.acts.data_grew.connect(lambda _: setattr(self, "_stale", True))
        self.retranslate()
        self.presenter.refresh()

    def focus_first(self) -> None:
        if self._stale:
            self._stale = False
            self.presenter.refresh()
        self.queues.setFocus(Qt.FocusReason.OtherFocusReason)

    # what the presenter asks for (Asks)
    def ask_unmapped(self) -> None:
        def work(progress: ProgressListener, cancel: CancelToken) -> _Queue:
            codes = self._desk.codes
            return codes.unmapped(), codes.schemes(), codes.problems

        task = self._desk.tasks.run(
            self,
            work,
            self._found_unmapped,
            failed=self._failed,
            cancelled=self.busy.done,
            channel="unmapped",
        )
        self.busy.watch(task, self.tr("Counting codes…"))

    def ask_codes(self, text: str) -> None:
        def work(progress: ProgressListener, cancel: CancelToken) -> _Codes:
            codes = self._desk.codes
            return codes.find(text, _FOUND) if text else codes.entries(), codes.site()

        self._desk.tasks.run(self, work, self._found_codes, channel="codes")

    def ask_attempts(self, code: UnmappedCode) -> None:
        self.attempts.show([])
        self._desk.tasks.run(
            self,
            lambda progress, cancel: self._desk.codes.attempts(code, _ATTEMPTS),
            self._found_attempts,
            channel="attempts",
        )

    # answers
    def _found_unmapped(self, answer: _Queue) -> None:
        found, schemes, problems = answer
        self.busy.done()
        self._error = None
        self.form.offer_schemes(schemes)
        chosen = self.presenter.found_unmapped(found)
        self.model.show(found.rows)
        if chosen is not None:
            index = self._sorted.mapFromSource(self.model.index(found.rows.index(chosen), 0))
            self.table.setCurrentIndex(index)
            self.table.scrollTo(index)
        if problems and problems != self._told:  # named once, until the files change
            self._desk.acts.error.emit(problems[0])
        self._told = problems
        self._show()

    def _found_codes(self, answer: _Codes) -> None:
        found, site = answer
        self._site = frozenset(site)
        self.codes.show_entries(found, self.presenter.found_codes(found))
        self._show()

    def _found_attempts(self, rows: list[AttemptRow]) -> None:
        self.attempts.show(rows)
        self._say_behind()

    def _failed(self, error: KnownError) -> None:
        self.busy.done()
        self._error = error
        self._show()

    # acts
    def _changed(self, written: CodeEntry | None) -> None:
        self.presenter.refresh()
        if written is not None and self.presenter.queue is Queue.ALL_CODES:
            self.presenter.select_entry(written)
            self._show_detail()

    def _change(self) -> None:
        entry = self.presenter.entry
        if entry is not None:
            self.form.show_entry(entry, allowed=self._may_edit)
            self._right.setCurrentIndex(_FORM)
            self.form.zh.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self) -> None:
        if self.presenter.entry is not None:
            self.acts.remove(self.presenter.entry)

    def _open_attempt(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if row is not None:
            self._desk.acts.open_attempt.emit(row.attempt_id)

    def _fill(self) -> None:
        """What the empty place's button offers."""
        if self.presenter.empty == "none_match":
            self.search.clear()
            self.presenter.search("")
        else:
            self.queues.setCurrentRow(list(Queue).index(Queue.ALL_CODES))

    # moving
    def _queue_moved(self, place: int) -> None:
        self.presenter.choose(list(Queue)[place])
        self._show()

    def _code_moved(self, current: QModelIndex, _: QModelIndex) -> None:
        if current.isValid():
            self.presenter.select_code(current.data(ROW_ROLE))
            self._show_detail()

    def _entry_moved(self, entry: CodeEntry | None) -> None:
        self.presenter.select_entry(entry)
        self._show_detail()

    def _find(self) -> None:
        self.queues.setCurrentRow(list(Queue).index(Queue.ALL_CODES))
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # drawing
    def _show(self) -> None:
        presenter = self.presenter
        counting = presenter.queue is Queue.UNMAPPED
        if counting and self._error is not None:
            page = _FAILED
        elif counting and presenter.unmapped is None:
            page = _WAIT
        elif presenter.empty is not None:
            page = _EMPTY
        else:
            page = _UNMAPPED if counting else _ALL
        self._middle.setCurrentIndex(page)
        self.search.setVisible(not counting)
        self._show_detail()
        self.retranslate()

    def _show_detail(self) -> None:
        presenter = self.presenter
        if self._middle.currentIndex() == _UNMAPPED and presenter.code is not None:
            self.form.show_code(presenter.code, allowed=self._may_edit)
            self._right.setCurrentIndex(_FORM)
            self._say_behind()
        elif self._middle.currentIndex() == _ALL and presenter.entry is not None:
            self.facts.show_entry(presenter.entry)
            self._right.setCurrentIndex(_FACTS)
        self._right.setVisible(self._middle.currentIndex() in (_UNMAPPED, _ALL))
        self._behind.setVisible(self._middle.currentIndex() == _UNMAPPED)
        self.remove_button.setVisible(presenter.entry in self._site)

    def _say_behind(self) -> None:
        code = self.presenter.code
        if code is None:
            return
        said = self.tr("%Ln attempt(s) behind it", "", code.count)
        shown = self.attempts.rowCount()
        if 0 < shown < code.count:
            newest = self._desk.language.number(shown)
            said += " · " + self.tr("newest {shown}").format(shown=newest)
        self.behind_title.setText(said)
        self.behind.setAccessibleName(said)

    def retranslate(self) -> None:
        number = self._desk.language.number
        unmapped = self.presenter.unmapped
        counts = {
            Queue.UNMAPPED: number(unmapped.total) if unmapped is not None else "…",
            Queue.ALL_CODES: "",
        }
        names = {Queue.UNMAPPED: self.tr("Unmapped codes"), Queue.ALL_CODES: self.tr("All codes")}
        for place, queue in enumerate(Queue):
            self.queues.item(place).setText(f"{names[queue]}  {counts[queue]}".strip())
        self.queues.setAccessibleName(self.tr("Queues"))
        self.search.setPlaceholderText(self.tr("Code, scheme or words"))
        self.search.setAccessibleName(self.tr("Search the catalogues"))
        self.search.setToolTip(self.tr("Search the catalogues (Ctrl+F)"))
        self.table.setAccessibleName(names[Queue.UNMAPPED])
        self.codes.setAccessibleName(names[Queue.ALL_CODES])
        self.import_button.setText(self.tr("Import catalogue…"))
        self.template_button.setText(self.tr("Catalogue to fill in…"))
        self.template_button.setToolTip(self.tr("A CSV file with a row for each unmapped code"))
        why_not = "" if self._may_edit else self.tr("Your role does not include this.")
        for button in (self.import_button, self.change_button, self.remove_button):
            button.setEnabled(self._may_edit)
            button.setToolTip(why_not)
        if self._may_edit:
            self.import_button.setToolTip(self._desk.language.tip("codes.import_site"))
        self.template_button.setEnabled(may(self._desk.session.person, Act.EXPORT))
        self.change_button.setText(self.tr("Change for this site…"))
        self.remove_button.setText(self.tr("Remove the site's row"))
        if self.presenter.empty == "none_match":
            self.empty.set_texts(
                self.tr("No catalogue has such a code."), self.tr("Show all codes")
            )
        else:
            self.empty.set_texts(
                self.tr(
                    "Codes of failed and pending attempts that no catalogue knows stand here. "
                    "All of them have a meaning."
                ),
                self.tr("Show all codes"),
            )
        self.waiting.set_texts(self.tr("Counting codes…"))
        if self._error is not None:
            self.failed.set_texts(self._desk.language.error(self._error), self.tr("Try again"))
        self._count()
        self._say_behind()

    def _count(self) -> None:
        said, unmapped = "", self.presenter.unmapped
        number = self._desk.language.number
        if self.presenter.queue is Queue.ALL_CODES:
            said = self.tr("%Ln code(s)", "", len(self.presenter.codes))
        elif unmapped is not None and len(unmapped.rows) < unmapped.total:
            said = self.tr("the {shown} most frequent of {total}").format(
                shown=number(len(unmapped.rows)), total=number(unmapped.total)
            )
        self.count.setText(said)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(SPACE_2)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.count)
        bar.addWidget(self.busy, 1)
        bar.addWidget(self.template_button)
        bar.addWidget(self.import_button)
        self._middle = QStackedWidget(self)
        for page in (self.table, self.codes, self.empty, self.waiting, self.failed):
            self._middle.addWidget(page)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        buttons.addWidget(self.change_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        self.facts.column.addLayout(buttons)
        self._behind = QWidget(self)
        column = QVBoxLayout(self._behind)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.behind_title)
        column.addWidget(self.behind, 1)
        middle = QSplitter(Qt.Orientation.Vertical, self)
        middle.setChildrenCollapsible(False)
        middle.setHandleWidth(SPACE_3)
        middle.addWidget(self._middle)
        middle.addWidget(self._behind)
        middle.setSizes([360, 220])
        self._right = QStackedWidget(self)
        self._right.addWidget(scrolled(self.form))
        self._right.addWidget(scrolled(self.facts))
        self._right.setMinimumWidth(320)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(SPACE_3)
        for part in (self.queues, middle, self._right):
            split.addWidget(part)
        split.setStretchFactor(1, 1)
        split.setSizes([150, 734, 352])
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        column.setSpacing(SPACE_2)
        column.addLayout(bar)
        column.addWidget(split, 1)
