"""The complaints page: work queues, the list with its clocks, and the complaint beside it."""

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.complaint import Complaint
from workbench.domain.complaint_parts import Reminder
from workbench.domain.people import Person
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.domain.search_words import Snippet
from workbench.domain.work_queue import CauseGroup, ListPage, ListQuery
from workbench.ui.desk import Desk
from workbench.ui.i18n import local_time
from workbench.ui.models.complaints import (
    SORTS,
    ClockDelegate,
    Column,
    ComplaintTable,
    MarksDelegate,
)
from workbench.ui.models.table import ROW_ROLE, set_up
from workbench.ui.pages.complaints.bulk import MOST, BulkPanel
from workbench.ui.pages.complaints.detail import ComplaintDetail
from workbench.ui.pages.complaints.presenter import (
    ALL_SHELF,
    CHOICES,
    DRAFTS_SHELF,
    SHELVES,
    UNSETTLED_SHELF,
    ComplaintsPresenter,
)
from workbench.ui.pages.complaints.queues import Queues
from workbench.ui.piecemeal import Piecemeal
from workbench.ui.theme import SPACE_2, SPACE_3, SPACE_4
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.empty_state import EmptyState
from workbench.ui.widgets.message_bar import MessageBar
from workbench.ui.widgets.search_line import SearchLine
from workbench.ui.widgets.skeleton import Skeleton

ROW_HEIGHT = 34
Found = dict[str, Snippet]  # complaint_id -> where it has the words that were searched
_MINUTE_MS = 60_000  # the clocks drain, and reminders fall due


class ComplaintsPage(Piecemeal):
    def _made(self, desk: Desk) -> Iterator[None]:
        self.presenter = ComplaintsPresenter(self._fetch, desk.handling.lists.queue)
        self._total: int | None = None
        self._reminder: Reminder | None = None
        yield from self._build()
        yield
        self._lay_out()
        yield
        self._wire()
        self.retranslate()
        kept = desk.settings.get("complaints_queue")
        self.take(kept if kept in SHELVES else self.presenter.shelf)
        self._look_around()
        desk.tasks.run(self, lambda *_: desk.handling.deadlines.refresh(), self._refreshed,
                       writer="records", asked=False)  # fmt: skip

    # what the window calls
    def focus_first(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_complaint(self, ref: str) -> None:
        """Show this one (id or number), on the list of all where nothing hides it."""
        self._clear_filters()
        self.presenter.want(ref)
        self.queues.mark(self.presenter.shelf)

    def current_complaint(self) -> Complaint | None:
        """The one that is open."""
        return self.presenter.open

    def take(self, shelf: str) -> None:
        """Show one of SHELVES."""
        self._clear_filters()
        self.queues.mark(shelf)
        self.presenter.take(shelf)
        self._desk.settings.set("complaints_queue", shelf)

    def show_query(self, query: ListQuery) -> None:
        """The complaints behind a number of another page."""
        self._put_up("query", query)

    # building
    def _build(self) -> Iterator[None]:
        desk = self._desk
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self.queues = Queues(desk, self._split)
        self._middle = QWidget(self._split)
        self._stack = QStackedWidget(self._middle)
        self.search = SearchLine(desk.theme, self._middle)
        self.search.setMinimumWidth(200)
        self.search.setMaximumWidth(360)
        self.states = QComboBox(self._middle)
        self.states.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.states.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        for choice in CHOICES:
            self.states.addItem("", choice.key)
        yield
        self.count = QLabel(self._middle)
        self.count.setProperty("role", "muted")
        self.model = ComplaintTable(desk.language, desk.theme, self)
        self.table = _Table(self._stack)
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(Column.DUE, ClockDelegate(desk.theme, self.table))
        self._set_up_table()
        yield
        self.detail = ComplaintDetail(desk, self)
        self.detail.hide()
        yield
        self.bulk = BulkPanel(desk, self._split)
        self.bulk.all_wanted.connect(self._choose_all)
        self.empty = EmptyState(desk.theme, "message-text-outline", self._fill, self._stack)
        self.busy = BusyLine(desk.theme, desk.language, self._middle)
        self.bar = MessageBar(desk.theme, desk.language, self)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(SPACE_2)
        bar.addWidget(self.search, 2)
        bar.addWidget(self.states)
        bar.addWidget(self.count)
        bar.addWidget(self.busy, 1)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(Skeleton(self._desk.theme, parent=self._stack))
        self._answered = False
        column = QVBoxLayout(self._middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addLayout(bar)
        column.addWidget(self._stack, 1)
        split = self._split
        split.setChildrenCollapsible(False)
        split.setHandleWidth(SPACE_3)
        for widget in (self.queues, self._middle, self.detail, self.bulk):
            split.addWidget(widget)
        split.setStretchFactor(1, 1)
        split.setSizes([176, 640, 410, 0])
        self.queues.setMinimumWidth(164)
        page = QVBoxLayout(self)
        page.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        page.setSpacing(SPACE_2)
        page.addWidget(self.bar)
        page.addWidget(split, 1)

    def _wire(self) -> None:
        desk, presenter = self._desk, self.presenter
        self.queues.chosen.connect(self.take)
        self.queues.view_chosen.connect(self._view)
        self.queues.group_chosen.connect(self._group)
        self.queues.save_view.connect(lambda name: self._keep_view(name, self.presenter.question))
        self.queues.drop_view.connect(lambda name: self._keep_view(name, None))
        self.search.textChanged.connect(presenter.search)
        self.states.activated.connect(lambda place: presenter.choose(self.states.itemData(place)))
        self.model.wanted.connect(self._further)
        self.table.opened.connect(self._opened)
        self.table.doubleClicked.connect(lambda _: self._opened())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._selected())
        self.table.horizontalHeader().sectionClicked.connect(self._sort)
        for acting in (self.detail, self.bulk):
            acting.changed.connect(self._changed)
            acting.changed.connect(desk.acts.complaint_changed)
        desk.keys.shortcut("find", self, self._find)
        desk.acts.complaint_saved.connect(lambda _: self._changed())
        desk.acts.complaints_came.connect(self._changed)
        self._minute = QTimer(self)
        self._minute.timeout.connect(self._tick)
        self._minute.start(_MINUTE_MS)

    def _set_up_table(self) -> None:
        widths = {
            Column.NUMBER: 136,
            Column.DUE: 116,
            Column.CUSTOMER: 150,
            Column.CAUSE: 132,
            Column.STATE: 84,
            Column.SEVERITY: 74,
            Column.OWNER: 76,
            Column.TIME: 132,
            Column.DEMAND: 110,
            Column.FOUND: 280,
        }
        set_up(self.table, widths, newest_by=Column.TIME, row_height=ROW_HEIGHT)
        self.table.setItemDelegateForColumn(
            Column.FOUND, MarksDelegate(self._desk.theme, self.model, self.table)
        )
        self.table.horizontalHeader().moveSection(Column.FOUND, 2)  # in sight when it is shown
        self.table.setColumnHidden(Column.FOUND, True)
        self.table.setSortingEnabled(False)  # the records sort, a page at a time
        header = self.table.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Number, words, attempt ID or name"))
        self.search.setAccessibleName(self.tr("Search complaints"))
        said = self.tr("Search complaints (Ctrl+F)")
        self.search.setToolTip(self._desk.keys.said(said, "find"))
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

    # asking and answering
    def _fetch(self, query: ListQuery, wanted: str | None) -> None:
        desk = self._desk

        def work(*_: object) -> tuple[ListPage, Found, Complaint | None]:
            page, found = self._page(query)
            return page, found, desk.complaints.get(wanted) if wanted else None

        task = desk.tasks.run(
            self,
            work,
            lambda answer: self._show(*answer),
            failed=self._failed,
            cancelled=self.busy.done,
            channel="find",
        )
        self.busy.watch(task, lambda: self.tr("Searching complaints…"))
        desk.tasks.run(
            self, lambda *_: desk.handling.lists.count(query), self._show_total, channel="total",
            failed=lambda _: None,
        )  # fmt: skip
        self._show_order()

    def _page(self, query: ListQuery) -> tuple[ListPage, Found]:
        """In the pool: the rows, and where they have the words."""
        page = self._desk.handling.lists.page(query)
        if not query.text:
            return page, {}
        ids = [row.complaint_id for row in page.rows]
        return page, self._desk.complaints.highlights(query.text, ids)

    def _show(self, page: ListPage, found: Found, wanted: Complaint | None) -> None:
        self.busy.done()
        self._answered = True
        self.model.mark(found)
        self.table.setColumnHidden(Column.FOUND, not self.presenter.text)
        chosen = self.presenter.answer(page, wanted)
        keep = self.detail.busy_typing and self.presenter.open is not None
        self.model.show(page.rows)
        self.model.further = page.after is not None
        self._select(chosen)
        if not keep:
            self.detail.show_complaint(chosen)
            self.bulk.hide()
        self._show_counts()

    def _further(self) -> None:
        query, desk = self.presenter.further, self._desk
        if query is not None:
            desk.tasks.run(
                self, lambda *_: self._page(query), lambda told: self._append(*told),
                channel="further",
            )  # fmt: skip

    def _append(self, page: ListPage, found: Found) -> None:
        self.presenter.more(page)
        self.model.mark(self.model.found | found)
        self.model.append(page.rows)
        self.model.further = page.after is not None
        self._show_counts()

    def _failed(self, error: object) -> None:
        self.busy.done()
        self._answered = True
        self._show_counts()
        self._desk.acts.error.emit(error)

    def _changed(self) -> None:
        """Something was written: the list, the counts and what is open are stale."""
        self.presenter.refresh()
        self._look_around()

    def _look_around(self) -> None:
        """Counts, views, groups, people and reminders: none of them holds up the list."""
        desk, handling = self._desk, self._desk.handling

        def counts(*_: object) -> dict[str, int]:
            found = {key.value: n for key, n in handling.lists.counts().items()}
            for shelf in (UNSETTLED_SHELF, ALL_SHELF, DRAFTS_SHELF):
                found[shelf] = handling.lists.count(self.presenter.query_of(shelf))
            return found

        desk.tasks.run(self, counts, self.queues.show_counts, channel="counts")
        desk.tasks.run(
            self, lambda *_: handling.lists.views(), self.queues.show_views, channel="views"
        )
        desk.tasks.run(
            self, lambda *_: handling.deadlines.groups(), self.queues.show_groups, channel="groups"
        )
        desk.tasks.run(
            self, lambda *_: handling.lists.people(), self._show_people, channel="people"
        )
        self._remind()

    def _remind(self) -> None:
        desk = self._desk
        desk.tasks.run(
            self, lambda *_: desk.handling.talk.reminders(), self._show_reminder, channel="remind"
        )

    def _show_people(self, people: list[Person]) -> None:
        self.bulk.show_people(people)
        self.model.call({person.person_id: person.name for person in people})

    def _show_reminder(self, due: list[Reminder]) -> None:
        first = due[0] if due else None
        if first is None:
            if self._reminder is not None:
                self._reminder = None
                self.bar.hide()
            return
        if self._reminder is not None and self._reminder.reminder_id == first.reminder_id:
            return
        self._reminder = first

        def done() -> None:
            desk = self._desk
            self.open_complaint(first.complaint_id)
            desk.tasks.run(
                self, lambda *_: desk.handling.talk.done(first.reminder_id),
                lambda _: self._remind(), writer="records",
            )  # fmt: skip

        self.bar.show_text(
            "info",
            lambda: self.tr("{time}: {words}").format(
                time=local_time(first.due_at), words=first.words
            ),
            lambda: self.tr("Open, and done"),
            done,
        )

    def _refreshed(self, changed: int) -> None:
        if changed:
            self._changed()

    def _tick(self) -> None:
        if self.isVisible():
            self.table.viewport().update()
            self._remind()

    def _show_total(self, total: int) -> None:
        self._total = total
        self._show_counts()

    def _show_counts(self) -> None:
        rows = self.presenter.rows
        total = max(self._total or 0, len(rows))
        self.count.setText(self.tr("%Ln complaint(s)", "", total) if rows else "")
        empty = self.presenter.empty
        if empty == "none_match":
            self.empty.set_texts(
                self.tr("No complaint matches the search and the state chosen."),
                self.tr("Show all"),
            )
        elif empty == "none_here":
            self.empty.set_texts(self.tr("Nothing here: all done."), self.tr("Show all complaints"))
        elif empty == "none_yet":
            self.empty.set_texts(
                self.tr("Complaints that you log stand here, newest first."),
                self.tr("Log a complaint"),
            )
        if empty is not None and not self._answered:
            self._stack.setCurrentIndex(2)  # nobody knows yet
        else:
            self._stack.setCurrentIndex(0 if empty is None else 1)

    def _show_order(self) -> None:
        by, descending = self.presenter.order
        column = next((column for column, sort in SORTS.items() if sort is by), Column.TIME)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.table.horizontalHeader().setSortIndicator(column, order)

    def _sort(self, section: int) -> None:
        if Column(section) not in SORTS:
            return
        by, (now, descending) = SORTS[Column(section)], self.presenter.order
        self.presenter.sort(by, descending=not descending if by is now else False)

    def _fill(self) -> None:
        """What the empty state's button offers."""
        match self.presenter.empty:
            case "none_match":
                self._clear_filters()
                self.presenter.clear()
            case "none_here":
                self.take(ALL_SHELF)
            case _:
                self._desk.acts.log_complaint.emit(None)

    def _clear_filters(self) -> None:
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.states.setCurrentIndex(0)

    # views
    def _view(self, name: str) -> None:
        desk = self._desk
        desk.tasks.run(
            self, lambda *_: desk.handling.lists.view(name),
            lambda query: self._put_up(f"view:{name}", query), channel="view",
        )  # fmt: skip

    def _group(self, group: CauseGroup) -> None:
        query = ListQuery(causes=(group.cause,), reason_code=group.reason_code)
        self._put_up(f"group:{group.cause}/{group.reason_code}", query)

    def _put_up(self, shelf: str, query: ListQuery) -> None:
        self._clear_filters()
        self.search.blockSignals(True)
        self.search.setText(query.text)
        self.search.blockSignals(False)
        self.presenter.put_up(shelf, query)

    def _keep_view(self, name: str, query: ListQuery | None) -> None:
        """The list under its name, or with None no such list; taken back by the same."""
        name = name.strip()
        lists, acts = self._desk.handling.lists, self._desk.acts

        def work(*_: object) -> ListQuery | None:
            before = lists.view(name) if name in lists.views() else None
            if query is None:
                lists.delete_view(name)
            else:
                lists.save_view(name, query)
            return before

        def said() -> str:
            kept = self.tr("The view “{name}” is saved.")
            return (self.tr("The view “{name}” is deleted.") if query is None else kept).format(
                name=name
            )

        def done(before: ListQuery | None) -> None:
            if query is None:
                self.take(ALL_SHELF)
            self._look_around()
            acts.done.emit(said, lambda: self._keep_view(name, before))

        self._desk.tasks.run(self, work, done, writer="records")

    # selection
    def _select(self, complaint: Complaint | None) -> None:
        if complaint is None:
            return
        row = self.model.row_of(complaint.complaint_id)
        selection = self.table.selectionModel()
        selection.blockSignals(True)
        if row is not None:
            index = self.model.index(row, 0)
            flags = (
                QItemSelectionModel.SelectionFlag.ClearAndSelect
                | QItemSelectionModel.SelectionFlag.Rows
            )
            selection.setCurrentIndex(index, flags)
            self.table.scrollTo(index)
        else:
            selection.clear()
        selection.blockSignals(False)

    def _selected(self) -> None:
        """One row: the complaint. Several: what can be done with all of them."""
        chosen = [index.data(ROW_ROLE) for index in self.table.selectionModel().selectedRows()]
        several = len(chosen) > 1
        self.bulk.setVisible(several)
        if several:
            self.detail.hide()
            ids = [row.complaint_id for row in chosen]
            self.bulk.choose(ids, self._total or 0)
        elif chosen:
            self.presenter.choose_row(chosen[0])
            self.detail.show_complaint(chosen[0])

    def _choose_all(self) -> None:
        """Every complaint of the list, as far as one act may go."""
        lists, first = self._desk.handling.lists, replace(self.presenter.question, limit=1000)

        def work(progress: ProgressListener, cancel: CancelToken) -> list[str]:
            ids: list[str] = []
            query: ListQuery | None = first
            while query is not None and len(ids) < MOST:
                cancel.check()
                page = lists.page(query)
                ids += [row.complaint_id for row in page.rows]
                query = replace(query, after=page.after) if page.after is not None else None
            return ids[:MOST]

        self._desk.tasks.run(
            self, work, lambda ids: self.bulk.choose(ids, len(ids)), channel="all of the list"
        )

    def _opened(self) -> None:
        """Enter or a double click: the keyboard goes to what can be done with it."""
        if self.presenter.open is not None:
            self.detail.focus_acts()

    def _find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def hideEvent(self, event: QHideEvent) -> None:
        self.detail.leave()
        super().hideEvent(event)


class _Table(QTableView):
    opened = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)
