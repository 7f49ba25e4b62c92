"""Issues on the QA page: groups on the left, one in full in the middle, what to do on the right."""

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.complaint_parts import Attachment
from workbench.domain.errors import KnownError
from workbench.domain.issue import Issue, IssueEvent, IssueState
from workbench.domain.issue_groups import Group, Reach
from workbench.domain.people import Act, may
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.services.issue_undo import Undone
from workbench.services.issue_words import because, group_title
from workbench.ui.desk import Desk
from workbench.ui.models.groups import Column, DaysDelegate, GroupRow, GroupTable, sort_key
from workbench.ui.models.table import set_up
from workbench.ui.pages.qa.issue_detail import Detail, IssueDetail
from workbench.ui.pages.qa.issue_offers import Offer, Offers, Values
from workbench.ui.pages.qa.issue_presenter import IssuePresenter, Shown
from workbench.ui.pages.qa.issue_side import IssueSide
from workbench.ui.piecemeal import Piecemeal
from workbench.ui.theme import SPACE_2, SPACE_3
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.empty_state import EmptyState
from workbench.ui.widgets.search_line import SearchLine
from workbench.ui.widgets.ticket_card import TicketCard

_Done = tuple[Issue, IssueEvent | None]
_ROWS = 200
_LIST, _EMPTY, _WAIT, _FAILED = range(4)


class IssuesView(Piecemeal):
    def _made(self, desk: Desk) -> Iterator[None]:
        self.presenter = IssuePresenter(self)
        self.offers = Offers(desk, self)
        self._may_edit = may(desk.session.person, Act.EDIT_ISSUES)
        self._error: KnownError | None = None
        self._filling = False
        self._reach: Reach | None = None
        self._lang = desk.language.current  # of the titles listed

        self.search = SearchLine(desk.theme, self)
        self.search.settled.connect(self.look)
        self.which = QComboBox(self)
        for shown in Shown:
            self.which.addItem("", shown)
        self.which.currentIndexChanged.connect(lambda _: self.look())
        self.count = QLabel(self)
        self.count.setProperty("role", "muted")
        self.export_button = QPushButton(self)
        self.export_button.setIcon(desk.theme.icon("table-arrow-right", "text"))
        self.export_button.clicked.connect(lambda: self.export())
        self.busy = BusyLine(desk.theme, desk.language, self)

        yield
        self.model = GroupTable(desk.language, desk.theme, self)
        self.table = QTableView(self)
        self.table.setModel(self.model)
        widths = {
            Column.STATE: 76, Column.TITLE: 214, Column.DAYS: 70, Column.COUNT: 88,
            Column.CUSTOMERS: 96, Column.SEEN: 90,
        }  # fmt: skip
        set_up(self.table, widths, newest_by=Column.COUNT, row_height=32)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setItemDelegateForColumn(Column.DAYS, DaysDelegate(desk.theme, self.table))
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._sort)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._moved())
        yield
        self.empty = EmptyState(desk.theme, "check-circle-outline", self._fill, self)
        self.waiting = EmptyState(desk.theme, "timer-sand", None, self)
        self.failed = EmptyState(desk.theme, "alert-circle-outline", self.presenter.refresh, self)
        yield
        self.detail = IssueDetail(desk, self)
        self.detail.freeze_wanted.connect(self._freeze)
        self.detail.attach_wanted.connect(lambda: self.attach())
        self.detail.picture_wanted.connect(self._open_picture)
        yield
        self.side = IssueSide(desk, self)
        self.side.wanted.connect(self._do)
        self.side.undo_wanted.connect(self._undo)
        yield
        self.tickets: TicketCard | None = None
        if desk.tickets is not None and may(desk.session.person, Act.SEE_TICKETS):
            self.tickets = TicketCard(desk, desk.tickets, self.side)
            self.tickets.hide()
            self.side.ticket_place.addWidget(self.tickets)
        yield
        self._lay_out()

        yield
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(lambda: self.search.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self._stale = False
        desk.acts.data_changed.connect(self.presenter.refresh)
        desk.acts.data_grew.connect(lambda _: setattr(self, "_stale", True))
        desk.acts.complaints_came.connect(lambda: setattr(self, "_stale", True))
        self.retranslate()
        self.presenter.refresh()

    def focus_first(self) -> None:
        if self._stale:
            self._stale = False
            self.presenter.refresh()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_issue(self, key: str) -> None:
        """Choose an issue, by its id, or the group of a fingerprint."""
        self.which.setCurrentIndex(list(Shown).index(Shown.ALL))
        self.search.clear()
        self.presenter.want(key)
        self.look()

    # what the presenter asks for (Asks)
    def ask_groups(self) -> None:
        lang, edits = self._desk.language.current, self._may_edit

        def work(progress: ProgressListener, cancel: CancelToken) -> list[GroupRow]:
            issues = self._desk.issues
            if edits:
                issues.acts.carry_over()
            return [_row(group, lang) for group in issues.board.groups()]

        task = self._desk.tasks.run(
            self,
            work,
            self._found,
            failed=self._failed,
            cancelled=self.busy.done,
            channel="groups",
        )
        self.busy.watch(task, self.tr("Grouping failures…"))

    def ask_detail(self, row: GroupRow) -> None:
        group = row.group
        self.detail.show_group(group)
        self.side.show_history(())

        def work(progress: ProgressListener, cancel: CancelToken) -> Detail:
            board, found = self._desk.issues.board, group.issue
            attempts = board.rows(group, _ROWS)
            cancel.check()
            complaints = board.complaints(group) if group.complaints else []
            people = self._desk.handling.lists.people()
            if found is None:
                return Detail(group, attempts, complaints, people=people)
            own = found.issue_id
            return Detail(
                group,
                attempts,
                complaints,
                board.history(own),
                board.waiters(own),
                board.pictures(own),
                people,
            )

        self._desk.tasks.run(self, work, self._found_detail, channel="detail")

    # answers
    def _found(self, rows: list[GroupRow]) -> None:
        self.busy.done()
        self._error = None
        self.presenter.found(rows)
        self.look()

    def _failed(self, error: KnownError) -> None:
        self.busy.done()
        self._error = error
        self._show()

    def _found_detail(self, detail: Detail) -> None:
        self.detail.show_detail(detail)
        self.side.show_history(detail.history)
        self._offer()

    # the list
    def look(self) -> None:
        """List again what search, box and order say, and stay on the chosen row."""
        presenter = self.presenter
        presenter.text = self.search.take()
        presenter.shown = self.which.currentData()
        listed = presenter.listed()
        self._filling = True
        self.model.show(listed)
        before, how = presenter.keys, QItemSelectionModel.SelectionFlag
        many = set(before) if len(before) > 1 and not presenter.wanted else set()
        place = presenter.place(listed)
        if place is not None:
            index = self.model.index(place, 0)
            selection = self.table.selectionModel()
            selection.setCurrentIndex(index, how.ClearAndSelect | how.Rows)
            for n, row in enumerate(listed if many else ()):
                if row.group.key in many:
                    selection.select(self.model.index(n, 0), how.Select | how.Rows)
            self.table.scrollTo(index)
        self._filling = False
        presenter.keys = ()  # what is chosen is asked for anew: it may be another one by now
        self._moved(before)
        self._show()

    def chosen(self) -> list[GroupRow]:
        ranges = self.table.selectionModel().selection()
        places = sorted({n for r in ranges for n in range(r.top(), r.bottom() + 1)})
        return [self.model.rows[n] for n in places] if places else []

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        chosen = Column(column)
        self.presenter.order = lambda row: sort_key(row, chosen)
        self.presenter.descending = order == Qt.SortOrder.DescendingOrder
        if self.presenter.ready:
            self.look()

    def _moved(self, before: tuple[str, ...] | None = None) -> None:
        """``before``: what was chosen until the list came anew."""
        if self._filling:
            return
        rows = self.chosen()
        if not self.presenter.choose(rows):
            return
        self._reach = None
        if self.tickets is not None:
            issue = rows[0].group.issue if len(rows) == 1 else None
            self.tickets.choose(issue.issue_id if issue else None)
            self.tickets.setVisible(issue is not None)
        if self.presenter.keys != before:  # a form is about what it was opened for
            self.side.stop_asking()
        self._offer()
        if len(rows) > 1:
            keys = [row.group.key for row in rows]
            self.side.show_history(())
            self._desk.tasks.run(
                self,
                lambda *_: self._desk.issues.board.reach(keys),
                self._reached,
                channel="reach",
            )

    def _reached(self, reach: Reach) -> None:
        self._reach = reach
        self._offer()

    def _offer(self) -> None:
        groups = [row.group for row in self.chosen()]
        many = len(groups) if len(groups) > 1 else 0
        offers: list[Offer] = []
        if many:
            offers = self.offers.of_many(groups)
        elif groups:
            people = self.detail.detail.people if self.detail.detail else ()
            offers = self.offers.of_one(groups[0], people)
        self.side.show_offers(offers, many=many, reach=self._reach, allowed=self._may_edit)

    # acts
    def _do(self, offer: Offer, values: Values) -> None:
        several = len(self.chosen()) if offer.key == "ignore" else 1
        self._write(lambda: offer.do(values), several)

    def _undo(self, event_id: str) -> None:
        self._desk.tasks.run(
            self,
            lambda *_: self._desk.issues.undoing.undo(event_id),
            self._undone,
            failed=self._refused,
            writer="records",
        )

    def _undone(self, undone: Undone) -> None:
        group = self._one()
        if undone.issue.state is not IssueState.WITHDRAWN:
            self.presenter.want(undone.issue.issue_id)
        elif group is not None and group.fingerprints:  # the issue goes, its failures stay
            self.presenter.want(group.fingerprints[0])

        def said() -> str:
            words = self.tr("Taken back: {number}.").format(number=undone.issue.number)
            if undone.count > 1:
                words = self.tr("Taken back: %Ln issue(s).", "", undone.count)
            return " ".join([words, *map(self._desk.language.error, undone.left[:3])])

        self._desk.acts.complaint_changed.emit()
        self._desk.acts.done.emit(said, lambda: self._undo(undone.event_id))
        self.presenter.refresh()

    def _refused(self, error: KnownError) -> None:
        if self.side.form.isVisible():
            self.side.form.refuse(self._desk.language.error(error))
        else:
            self._desk.acts.error.emit(error)
        self.presenter.refresh()

    def _freeze(self, attempt_id: str) -> None:
        group = self._one()
        if group is not None and group.issue is not None:
            found = group.issue

            def do() -> Issue:
                self._desk.issues.acts.freeze(found.issue_id, attempt_id)
                return found

            self._write(do)

    def attach(self, path: Path | None = None) -> None:
        """Keep a picture with the issue: ``path``, or the file that the person names."""
        group = self._one()
        if group is None or group.issue is None:
            return
        if path is None:
            name, _ = QFileDialog.getOpenFileName(self, self.tr("Attach a picture"))
            if not name:
                return
            path = Path(name)
        found, file = group.issue, path

        def do() -> Issue:
            self._desk.issues.acts.attach(found.issue_id, file)
            return found

        self._write(do)

    def _open_picture(self, picture: Attachment) -> None:
        """Kept where the person says: nothing clear is left behind by itself."""
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save a copy"), picture.name)
        if name:
            self._desk.tasks.run(
                self,
                lambda *_: Path(name).write_bytes(
                    self._desk.issues.acts.picture(picture.attachment_id)
                ),
                lambda _: None,
                writer="files",
            )

    def export(self, path: Path | None = None) -> None:
        if path is None:
            kinds = "*.csv;;*.xlsx;;*.parquet;;*.json"
            name, _ = QFileDialog.getSaveFileName(self, self.tr("Export"), "issues.csv", kinds)
            if not name:
                return
            path = Path(name)
        file = path
        self._desk.tasks.run(
            self,
            lambda *_: self._desk.issues.board.export(file),
            lambda rows: self._desk.acts.message.emit(
                self.tr("%Ln row(s) written: {file}", "", rows).format(file=file)
            ),
            writer="files",
        )

    def _write(self, do: Callable[[], Issue], several: int = 1) -> None:
        issues = [row.group.issue.issue_id for row in self.chosen() if row.group.issue]

        def work(progress: ProgressListener, cancel: CancelToken) -> _Done:
            history = self._desk.issues.board.history
            before = {event.event_id for each in issues for event in history(each)}
            found = do()
            new = [e for e in history(found.issue_id) if e.event_id not in before]
            return found, next((e for e in reversed(new) if e.can_be_undone), None)

        self._desk.tasks.run(
            self,
            work,
            lambda answer: self._done(answer, several),
            failed=self._refused,
            writer="records",
        )

    def _done(self, answer: _Done, several: int) -> None:
        found, last = answer

        def said() -> str:
            if several > 1:
                return self.tr("%Ln issue(s) changed.", "", several)
            return self.tr("{number} is changed.").format(number=found.number)

        self.side.stop_asking()
        self.presenter.want(found.issue_id)
        self._desk.acts.complaint_changed.emit()  # there is something to be sent
        if last is not None:
            event_id = last.event_id
            self._desk.acts.done.emit(said, lambda: self._undo(event_id))
        else:
            self._desk.acts.message.emit(said())
        self.presenter.refresh()

    def _one(self) -> Group | None:
        rows = self.chosen()
        return rows[0].group if len(rows) == 1 else None

    def _fill(self) -> None:
        """What the empty place's button offers."""
        if self.presenter.empty == "none_match":
            self.search.clear()
            self.which.setCurrentIndex(list(Shown).index(Shown.ALL))
        else:
            self._desk.acts.import_requested.emit([])

    # drawing
    def _show(self) -> None:
        if self._error is not None:
            page = _FAILED
        elif not self.presenter.ready:
            page = _WAIT
        else:
            page = _EMPTY if self.presenter.empty else _LIST
        self._pages.setCurrentIndex(page)
        for part in (self.detail, self.side):
            part.setVisible(page == _LIST)
        self.retranslate()

    def retranslate(self) -> None:
        if self._lang != self._desk.language.current:
            self._lang = self._desk.language.current
            self.presenter.refresh()
        names = {
            Shown.AT_WORK: self.tr("At work"),
            Shown.ISSUES: self.tr("Issues"),
            Shown.LOOSE: self.tr("Of no issue yet"),
            Shown.REOPENED: self.tr("Reopened"),
            Shown.FIXED: self.tr("Fixed"),
            Shown.IGNORED: self.tr("Ignored"),
            Shown.ALL: self.tr("All"),
        }
        for place, shown in enumerate(Shown):
            self.which.setItemText(place, names[shown])
        self.which.setAccessibleName(self.tr("Which groups"))
        self.search.setPlaceholderText(self.tr("Title, number, code, reason"))
        self.search.setAccessibleName(self.tr("Search groups and issues"))
        self.search.setToolTip(self.tr("Search groups and issues (Ctrl+F)"))
        self.table.setAccessibleName(self.tr("Groups of failures"))
        self.export_button.setToolTip(self.tr("Export groups and issues…"))
        self.export_button.setAccessibleName(self.tr("Export groups and issues"))
        self.export_button.setEnabled(may(self._desk.session.person, Act.EXPORT))
        number = self._desk.language.number
        shown, whole = self.model.rowCount(), len(self.presenter.rows)
        self.count.setText(
            self.tr("{shown} of {all}").format(shown=number(shown), all=number(whole))
            if shown < whole
            else number(whole)
        )
        if self.presenter.empty == "none_match":
            self.empty.set_texts(self.tr("No group is like that."), self.tr("Show all"))
        else:
            self.empty.set_texts(
                self.tr("Failures are grouped here by what they have in common. There are none."),
                self.tr("Import attempts"),
            )
        self.waiting.set_texts(self.tr("Grouping failures…"))
        if self._error is not None:
            self.failed.set_texts(self._desk.language.error(self._error), self.tr("Try again"))

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(SPACE_2)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.which)
        bar.addWidget(self.count)
        bar.addWidget(self.export_button)
        self._pages = QStackedWidget(self)
        for page in (self.table, self.empty, self.waiting, self.failed):
            self._pages.addWidget(page)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addLayout(bar)
        column.addWidget(self._pages, 1)
        column.addWidget(self.busy)
        self.side.setMinimumWidth(252)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(SPACE_3)
        for part in (left, self.detail, self.side):
            split.addWidget(part)
        split.setStretchFactor(1, 1)
        split.setSizes([664, 318, 254])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_2, 0, 0)
        column.addWidget(split, 1)


def _row(group: Group, lang: str) -> GroupRow:
    title = group_title(lang, group)
    number = group.issue.number if group.issue else ""
    words = [title, number, *group.fingerprints[:20]]
    words += [value for f in group.fingerprints[:3] for _, value in because(lang, f)]
    return GroupRow(group, title, " ".join(words).casefold())
