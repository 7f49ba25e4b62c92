"""The lookup page, the call in one screen: who, the timeline, the reason card."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.attempt import AttemptRow, CustomerCard, LookupResult
from workbench.domain.codes import CodeEntry
from workbench.domain.complaint import Complaint, ComplaintFilter, ComplaintPage
from workbench.domain.diagnosis import Explanation
from workbench.domain.errors import BadInput, KnownError
from workbench.domain.guidance import Guidance
from workbench.domain.issue_groups import Known
from workbench.domain.people import Act, may
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.domain.reproduction import Reproduced, Span
from workbench.ui.desk import Desk
from workbench.ui.i18n import local_time
from workbench.ui.models.attempts import AttemptTable
from workbench.ui.models.table import ROW_ROLE
from workbench.ui.pages.complaints.presenter import UNSETTLED
from workbench.ui.pages.lookup.presenter import LookupPresenter, Shown
from workbench.ui.pages.lookup.timeline import Timeline
from workbench.ui.pages.lookup.who import WhoHead
from workbench.ui.pausing import after_pause
from workbench.ui.piecemeal import Piecemeal
from workbench.ui.tasks import Work
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3, SPACE_4
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.empty_state import EmptyState
from workbench.ui.widgets.reason_card.card import ReasonCard
from workbench.ui.widgets.skeleton import CARD, Skeleton

if TYPE_CHECKING:
    from workbench.ui.dialogs.guide_window import GuideWindow
    from workbench.ui.widgets.code_list import CodeList

_Answer = tuple[Explanation, tuple[Guidance, ...]]
_PATIENCE_MS = 200
_SKELETON = 3  # of the stack
_LEFT = 278  # the timeline's width at 1366; more width goes to the card


class LookupPage(Piecemeal):
    """``explained`` with the attempt whose reason now stands on the card."""

    explained = Signal(object)  # AttemptRow

    def _made(self, desk: Desk) -> Iterator[None]:
        self.presenter = LookupPresenter(self)
        self.model = AttemptTable(desk.language, desk.theme, self)

        self.empty = EmptyState(desk.theme, "account-search-outline", None, self)
        self.choice_title = QLabel(self)
        self.choice_title.setProperty("role", "heading")
        self.choice = QListWidget(self)
        self.choice.itemActivated.connect(self._chosen)
        self.back_button = QPushButton(self)
        self.back_button.setProperty("role", "link")
        self.back_button.setIcon(desk.theme.icon("chevron-left", "accent"))
        self.back_button.clicked.connect(self.back)
        self.head = WhoHead(desk, self)
        self.head.complaints.clicked.connect(self._open_complaint)
        self.timeline = Timeline(self.model, desk.language, desk.theme, self)
        self.timeline.selectionModel().currentChanged.connect(self._moved)
        self.timeline.opened.connect(self._enter_card)
        yield
        self.card = ReasonCard(desk, self)
        self.card.log_wanted.connect(lambda: desk.acts.log_complaint.emit(self.current_attempt()))
        self.card.copied.connect(
            lambda: desk.acts.message.emit(self.tr("The text for the customer is copied."))
        )
        self.card.reply_copied.connect(
            lambda: desk.acts.message.emit(self.tr("The reply to the customer is copied."))
        )
        self.card.guide_wanted.connect(self.open_guide)
        self.card.former_wanted.connect(self.show_former)
        self.card.now_wanted.connect(self._show_now)
        self.card.known.wait_wanted.connect(self.wait_for_fix)
        self.card.known.issue_wanted.connect(desk.acts.open_issue)
        self.guide_window: GuideWindow | None = None
        self._told_problems: tuple[BadInput, ...] = ()
        self.code_list: CodeList | None = None
        self.busy = BusyLine(desk.theme, desk.language, self)
        self._newest_complaint: Complaint | None = None
        # an old card beside a new cursor would mislead
        self._slow = after_pause(self, _PATIENCE_MS, self.card.wait)
        # nobody is shown as long as somebody else is looked for
        self._looking = after_pause(
            self, _PATIENCE_MS, lambda: self._stack.setCurrentIndex(_SKELETON)
        )
        yield
        yield from self._lay_out()

        desk.keys.shortcut("wait", self, self.wait_for_fix)
        for name, act in (("copy", self.card.copy), ("copy_reply", self.card.copy_reply)):
            desk.keys.shortcut(name, self.timeline, act, Qt.ShortcutContext.WidgetShortcut)
        desk.acts.data_changed.connect(self.presenter.again)
        desk.acts.data_grew.connect(self._look_again)
        desk.acts.complaint_saved.connect(self._saved)
        self.retranslate()

    # called by the window
    def look_up(self, term: str) -> None:
        """Search for what was typed in the top box."""
        self.presenter.look_up(term)

    def open_attempt(self, attempt_id: str) -> None:
        self.presenter.open_attempt(attempt_id)

    def open_customer(self, ref: str) -> None:
        self.presenter.open_customer(ref)

    def current_attempt(self) -> AttemptRow | None:
        """The attempt on the card: what Ctrl+L logs a complaint for."""
        return self.presenter.current

    def focus_first(self) -> None:
        target: QWidget = self
        if self.presenter.shown is Shown.CUSTOMER:
            target = self.timeline
        elif self.presenter.shown is Shown.CHOOSE:
            target = self.choice
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def back(self) -> None:
        """To the customers that matched, if there were several."""
        self.presenter.back()
        self._show()

    def step_back(self) -> bool:
        """For the window's key: whether there were customers to go back to."""
        there = self.presenter.who is not None and not self.back_button.isHidden()
        if there:
            self.back()
        return there

    # what the presenter asks for (Asks)
    def search(self, term: str) -> None:
        def work(progress: ProgressListener, cancel: CancelToken) -> LookupResult:
            found = self._desk.attempts.lookup(term)
            cancel.check()  # who cancelled is shown nobody, however late
            return found

        self._fetch(work, self._found)

    def customer(self, ref: str) -> None:
        self._fetch(self._of_customer(ref), self._found_customer)

    def _of_customer(self, ref: str) -> Work[LookupResult]:
        def work(progress: ProgressListener, cancel: CancelToken) -> LookupResult:
            rows = self._desk.attempts.timeline(ref)
            cancel.check()
            found = self._desk.attempts.lookup(rows[0].attempt_id) if rows else LookupResult()
            cards = tuple(card for card in found.customers if card.ref == ref)
            return LookupResult(cards, tuple(rows))

        return work

    def _look_again(self) -> None:
        """Attempts came by themselves: whose card is open may have more of them."""
        who = self.presenter.who
        if who is not None and who.card is not None:
            self._desk.tasks.run(
                self,
                self._of_customer(who.card.ref),
                self._grown,
                failed=lambda error: None,  # nobody asked; the next question says it
                channel="again",
            )

    def _grown(self, result: LookupResult) -> None:
        """The timeline grows under a selection, a focus and a place that stay."""
        bar = self.timeline.verticalScrollBar()
        top = self.timeline.indexAt(self.timeline.viewport().rect().topLeft())
        first = top.data(ROW_ROLE) if bar.value() and top.isValid() else None
        if not self.presenter.grown(result):
            return
        self.head.show_who(self.presenter.who)
        self.model.show(self.presenter.timeline)
        current = self.presenter.current
        for row, act in (
            (current, self.timeline.setCurrentIndex),
            (first, lambda i: self.timeline.scrollTo(i, self.timeline.ScrollHint.PositionAtTop)),
        ):
            place = self.model.row_of(row.attempt_id) if row is not None else None
            if place is not None:
                act(self.model.index(place, 0))
        self.retranslate()

    def explain(self, row: AttemptRow) -> None:
        def work(progress: ProgressListener, cancel: CancelToken) -> _Answer:
            explanation = self._desk.attempts.explain(row.attempt_id)
            cancel.check()
            return explanation, self._desk.guidance.fitting(explanation)

        self._slow.start()
        self._desk.tasks.run(
            self,
            work,
            lambda answer: self._explained(row, *answer),
            failed=lambda error: self._unexplained(row, error),
            channel="card",
        )

    def complaints(self, ref: str) -> None:
        self._count_complaints(None)
        where = ComplaintFilter(customer_ref=ref, states=UNSETTLED, limit=1)
        self._desk.tasks.run(
            self,
            lambda progress, cancel: self._desk.complaints.find(where),
            self._count_complaints,
            failed=lambda error: self._count_complaints(None),
            channel="complaints",
        )

    def _fetch(self, work: Work[LookupResult], done: Callable[[LookupResult], None]) -> None:
        task = self._desk.tasks.run(
            self,
            work,
            done,
            failed=self._failed,
            cancelled=self._left,
            channel="lookup",
        )
        self._looking.start()
        self.busy.watch(task, lambda: self.tr("Looking up…"))

    # answers
    def _found(self, result: LookupResult) -> None:
        self.busy.done()
        self.presenter.found(result)
        self._show()
        if self.presenter.shown is Shown.NOTHING:
            self._find_codes(self.presenter.term)

    def _find_codes(self, term: str) -> None:
        """Nobody of that name or number: is it a code?"""
        self._desk.tasks.run(
            self,
            lambda progress, cancel: self._desk.codes.find(term),
            self._found_codes,
            channel="codes",
        )

    def _found_codes(self, entries: list[CodeEntry]) -> None:
        if not entries or self.presenter.shown is not Shown.NOTHING:
            return
        if self.code_list is None:
            from workbench.ui.widgets.code_list import CodeList

            self.code_list = CodeList(self._desk, self)
            self._stack.addWidget(self.code_list)
        self.code_list.show_entries(entries)
        self._stack.setCurrentWidget(self.code_list)
        if self.isVisible():
            self.code_list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _found_customer(self, result: LookupResult) -> None:
        self.busy.done()
        self.presenter.found_customer(result)
        self._show()

    def _left(self) -> None:
        """Cancelled or failed: what was there before is there again."""
        self.busy.done()
        self._looking.stop()
        if self._stack.currentIndex() == _SKELETON:
            self._show()

    def _failed(self, error: KnownError) -> None:
        self._left()
        self._desk.acts.error.emit(error)

    def _explained(
        self, row: AttemptRow, explanation: Explanation, guides: Sequence[Guidance]
    ) -> None:
        if row == self.presenter.current:
            self._slow.stop()
            self.card.show_card(row, explanation, guides)
            self.explained.emit(row)
            self._ask_known(row)
            self._ask_answers(row)
            self._tell_problems()

    def _unexplained(self, row: AttemptRow, error: KnownError) -> None:
        if row == self.presenter.current:
            self._slow.stop()
            self.card.show_error(error)

    # what is known of it
    def _ask_known(self, row: AttemptRow) -> None:
        """The card does not wait for it."""
        self._desk.tasks.run(
            self,
            lambda *_: self._desk.issues.board.covers(row.attempt_id, row.customer_ref),
            lambda known: self._found_known(row, known),
            failed=lambda error: None,  # nobody asked
            channel="known",
        )

    def _found_known(self, row: AttemptRow, known: Known | None) -> None:
        if row == self.presenter.current:
            self.card.known.show_known(known)

    # what was said of it before
    def _ask_answers(self, row: AttemptRow) -> None:
        """The card does not wait for them either."""
        answers = self._desk.answers
        if answers is None:
            return
        self._desk.tasks.run(
            self,
            lambda *_: answers.spans(row.attempt_id),
            lambda spans: self.card.show_spans(spans) if row == self.presenter.current else None,
            failed=lambda error: None,  # nobody asked; a lake has none
            channel="answers",
        )

    def show_former(self, span: Span) -> None:
        """A former answer, made again, on the card; the one of now when it is that one's turn."""
        row, answers = self.presenter.current, self._desk.answers
        if row is None or answers is None:
            return
        if span.until is None:
            self._show_now()
            return
        at = span.until - timedelta(microseconds=1)

        def done(made: Reproduced) -> None:
            if row == self.presenter.current:
                self._slow.stop()
                self.card.show_former(made)

        self._desk.tasks.run(
            self, lambda *_: answers.as_of(row.attempt_id, at), done, channel="card"
        )

    def _show_now(self) -> None:
        if self.presenter.current is not None:
            self.explain(self.presenter.current)

    def wait_for_fix(self) -> None:
        """The customer waits for the known issue's fix, or does not any more. Of an attempt that
        no issue covers, QA sees the group instead."""
        row, bar, desk = self.presenter.current, self.card.known, self._desk
        if row is None:
            return
        known = bar.known
        if known is None:
            if may(desk.session.person, Act.EDIT_ISSUES):
                desk.tasks.run(
                    self,
                    lambda *_: desk.issues.board.group_key(row.attempt_id),
                    lambda key: desk.acts.open_issue.emit(key) if key else None,
                    channel="known",
                )
            else:
                desk.acts.message.emit(self.tr("No known issue covers this attempt."))
            return
        ref = row.customer_ref
        if ref is None or not bar.can_wait:
            return
        issue_id, waiting = known.issue.issue_id, desk.issues.waiting

        def work(progress: ProgressListener, cancel: CancelToken) -> None:
            if known.waits:
                waiting.withdraw(issue_id, ref)
            else:
                waiting.wait(
                    issue_id,
                    ref,
                    attempt_id=row.attempt_id,
                    customer_name=row.customer_name,
                    phone=row.phone,
                )

        def done(_: None) -> None:
            desk.acts.message.emit(
                self.tr("The customer waits no more.")
                if known.waits
                else self.tr("Noted: you will be told to call once it is fixed.")
            )
            desk.acts.complaint_changed.emit()
            self._ask_known(row)

        desk.tasks.run(self, work, done, writer="records")

    # guides
    def open_guide(self, guide: Guidance) -> None:
        """Beside the card, in a window that stays while the call goes on."""
        if self.guide_window is None:
            from workbench.ui.dialogs.guide_window import GuideWindow

            self.guide_window = GuideWindow(self._desk, self)
        self.guide_window.show_guide(guide)

    def _tell_problems(self) -> None:
        """A site's guide that is wrong is named once, until its folder changes."""
        problems = self._desk.guidance.problems
        if problems and problems != self._told_problems:
            self._desk.acts.error.emit(problems[0])
        self._told_problems = problems

    def _count_complaints(self, page: ComplaintPage | None) -> None:
        self._newest_complaint = page.rows[0] if page is not None and page.rows else None
        self.head.show_complaints(page.total if page is not None else None)

    def _saved(self, complaint: Complaint) -> None:
        who = self.presenter.who
        if who is not None and who.card is not None and complaint.customer_ref == who.card.ref:
            self.complaints(who.card.ref)

    # drawing
    def _show(self) -> None:
        self._looking.stop()
        presenter = self.presenter
        pages = {Shown.CHOOSE: 1, Shown.CUSTOMER: 2}
        had_focus = self.isAncestorOf(self.focusWidget() or self) or self.hasFocus()
        self._stack.setCurrentIndex(pages.get(presenter.shown, 0))
        if presenter.shown is not Shown.CUSTOMER:
            self._slow.stop()
            self.card.clear()
        self._fill_choice()
        self.head.show_who(presenter.who)
        self.model.show(presenter.timeline)
        if presenter.current is not None:
            place = self.model.row_of(presenter.current.attempt_id)
            if place is not None:
                self.timeline.setCurrentIndex(self.model.index(place, 0))
                self.timeline.scrollTo(self.model.index(place, 0))
        self.retranslate()
        if self.isVisible() and (had_focus or presenter.shown in pages):
            self.focus_first()

    def _fill_choice(self) -> None:
        matches = self.presenter.matches
        if self.choice.count() == len(matches) and all(
            self.choice.item(n).data(ROW_ROLE) == card for n, card in enumerate(matches)
        ):
            return
        self.choice.clear()
        for card in matches:
            item = QListWidgetItem(self.choice)
            item.setData(ROW_ROLE, card)
            item.setSizeHint(QSize(0, 44))
        if matches:
            self.choice.setCurrentRow(0)

    def _chosen(self, item: QListWidgetItem) -> None:
        self.presenter.open_customer(item.data(ROW_ROLE).ref)

    def _moved(self, current: QModelIndex, _: QModelIndex) -> None:
        if current.isValid():
            self.presenter.select(current.data(ROW_ROLE))

    def _enter_card(self) -> None:
        """Enter: on to the advice, where the first thing is what to say."""
        target = self.card.copy_button or self.card.log_button
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def _open_complaint(self) -> None:
        if self._newest_complaint is not None:
            self._desk.acts.open_complaint.emit(self._newest_complaint.complaint_id)

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Lookup"))
        if self.presenter.shown is Shown.NOTHING:
            self.empty.set_texts(
                self.tr(
                    "Nobody and no attempt found.\n"
                    "Check the number for a slip, or try another one: phone, ID card, customer ID, "
                    "attempt ID, or the name (in characters, pinyin or initials)."
                )
            )
        else:
            self.empty.set_texts(
                self.tr(
                    "Type a phone number, ID card, customer ID, attempt ID or name in the box "
                    "above, and the reason stands here."
                )
            )
        matches = self.presenter.matches
        self.choice_title.setText(self.tr("%Ln customer(s) match: which one?", "", len(matches)))
        self.choice.setAccessibleName(self.choice_title.text())
        for place, card in enumerate(matches):
            self.choice.item(place).setText(self._card_text(card))
        self.back_button.setVisible(bool(matches))
        self.back_button.setText(self.tr("All %Ln customer(s) found", "", len(matches)))
        back = self.tr("Back to the customers found (Alt+Left)")
        self.back_button.setToolTip(self._desk.keys.said(back, "back"))
        self.timeline.setAccessibleName(self.tr("Attempts, newest first"))
        self.timeline.viewport().update()

    def _card_text(self, card: CustomerCard) -> str:
        ids = (card.name, card.phone, card.id_card, card.customer_id)
        counts = [
            self.tr("%Ln attempt(s)", "", card.attempts),
            self.tr("%Ln failed", "", card.failures),
        ]
        if card.last_at is not None:
            counts.append(self.tr("last {time}").format(time=local_time(card.last_at)))
        return f"{'   '.join(i for i in ids if i)}      {' · '.join(counts)}"

    def _lay_out(self) -> Iterator[None]:
        choice = QWidget(self)
        column = QVBoxLayout(choice)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.choice_title)
        column.addWidget(self.choice, 1)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.head)
        column.addWidget(self.timeline, 1)
        left.setMinimumWidth(220)
        yield
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(SPACE_3)
        split.addWidget(left)
        split.addWidget(self.card)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        split.setSizes([_LEFT, 960])
        yield
        self._stack = QStackedWidget(self)
        for page in (self.empty, choice, split, Skeleton(self._desk.theme, CARD, self)):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        column.setSpacing(SPACE_1)
        column.addWidget(self._stack, 1)
        column.addWidget(self.busy)
        policy = self.busy.sizePolicy()
        policy.setRetainSizeWhenHidden(False)  # at the foot it moves nothing but the foot
        self.busy.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
