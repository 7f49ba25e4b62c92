"""The lookup page, the call in one screen: who, the timeline, the reason card."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
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
from workbench.domain.complaint import Complaint, ComplaintFilter, ComplaintPage
from workbench.domain.diagnosis import Explanation
from workbench.domain.errors import KnownError
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates, local_time
from workbench.ui.models.attempts import AttemptTable
from workbench.ui.models.table import ROW_ROLE
from workbench.ui.pages.complaints.presenter import UNSETTLED
from workbench.ui.pages.lookup.presenter import LookupPresenter, Shown, Who
from workbench.ui.pages.lookup.timeline import Timeline
from workbench.ui.tasks import Work
from workbench.ui.theme import LARGE, SPACE_1, SPACE_2, SPACE_3, SPACE_4, set_text_style
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.empty_state import EmptyState
from workbench.ui.widgets.reason_card import ReasonCard

_PATIENCE_MS = 200
_LEFT = 278  # the timeline's width at 1366; more width goes to the card


class LookupPage(Retranslates, QWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
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
        self.head = _Head(desk, self)
        self.head.complaints.clicked.connect(self._open_complaint)
        self.timeline = Timeline(self.model, desk.language, desk.theme, self)
        self.timeline.selectionModel().currentChanged.connect(self._moved)
        self.timeline.opened.connect(self._enter_card)
        self.card = ReasonCard(desk, self)
        self.card.log_wanted.connect(lambda: desk.acts.log_complaint.emit(self.current_attempt()))
        self.card.copied.connect(
            lambda: desk.acts.message.emit(self.tr("The text for the customer is copied."))
        )
        self.busy = BusyLine(desk.theme, desk.language, self)
        self._newest_complaint: Complaint | None = None
        self._slow = QTimer(self)  # an old card beside a new cursor would mislead
        self._slow.setSingleShot(True)
        self._slow.setInterval(_PATIENCE_MS)
        self._slow.timeout.connect(self.card.wait)
        self._lay_out()

        leave = QShortcut(QKeySequence("Alt+Left"), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.back)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.timeline)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.card.copy)
        desk.acts.data_changed.connect(self.presenter.again)
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

    # what the presenter asks for (Asks)
    def search(self, term: str) -> None:
        self._fetch(lambda progress, cancel: self._desk.attempts.lookup(term), self._found)

    def customer(self, ref: str) -> None:
        def work(progress: ProgressListener, cancel: CancelToken) -> LookupResult:
            rows = self._desk.attempts.timeline(ref)
            cancel.check()
            found = self._desk.attempts.lookup(rows[0].attempt_id) if rows else LookupResult()
            cards = tuple(card for card in found.customers if card.ref == ref)
            return LookupResult(cards, tuple(rows))

        self._fetch(work, self._found_customer)

    def explain(self, row: AttemptRow) -> None:
        self._slow.start()
        self._desk.tasks.run(
            self,
            lambda progress, cancel: self._desk.attempts.explain(row.attempt_id),
            lambda explanation: self._explained(row, explanation),
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
            cancelled=self.busy.done,
            channel="lookup",
        )
        self.busy.watch(task, self.tr("Looking up…"))

    # answers
    def _found(self, result: LookupResult) -> None:
        self.busy.done()
        self.presenter.found(result)
        self._show()

    def _found_customer(self, result: LookupResult) -> None:
        self.busy.done()
        self.presenter.found_customer(result)
        self._show()

    def _failed(self, error: KnownError) -> None:
        self.busy.done()
        self._desk.acts.error.emit(error)

    def _explained(self, row: AttemptRow, explanation: Explanation) -> None:
        if row == self.presenter.current:
            self._slow.stop()
            self.card.show_card(row, explanation)

    def _unexplained(self, row: AttemptRow, error: KnownError) -> None:
        if row == self.presenter.current:
            self._slow.stop()
            self.card.show_error(error)

    def _count_complaints(self, page: ComplaintPage | None) -> None:
        self._newest_complaint = page.rows[0] if page is not None and page.rows else None
        self.head.show_complaints(page.total if page is not None else None)

    def _saved(self, complaint: Complaint) -> None:
        who = self.presenter.who
        if who is not None and who.card is not None and complaint.customer_ref == who.card.ref:
            self.complaints(who.card.ref)

    # drawing
    def _show(self) -> None:
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
        self.back_button.setToolTip(self.tr("Back to the customers found (Alt+Left)"))
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

    def _lay_out(self) -> None:
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
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(SPACE_3)
        split.addWidget(left)
        split.addWidget(self.card)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        split.setSizes([_LEFT, 960])
        self._stack = QStackedWidget(self)
        for page in (self.empty, choice, split):
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


class _Head(Retranslates, QFrame):
    """Who it is, masked: name, numbers, verified or not, attempts of a day, open complaints."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._who: Who | None = None
        self._open: int | None = None
        self.setProperty("role", "card")
        self.name, self.phone, self.ids, self.verified, self.day = (QLabel(self) for _ in range(5))
        for label in (self.name, self.phone, self.ids, self.verified, self.day):
            label.setTextFormat(Qt.TextFormat.PlainText)
        set_text_style(self.name, size=LARGE, bold=True)
        set_text_style(self.phone, size=LARGE)
        self.ids.setProperty("role", "caption")
        self.ids.setWordWrap(True)
        self.complaints = QPushButton(self)
        self.complaints.setProperty("role", "link")
        top = QHBoxLayout()
        top.setSpacing(SPACE_2)
        top.addWidget(self.name)
        top.addWidget(self.phone)
        top.addStretch(1)
        facts = QGridLayout()
        facts.setSpacing(SPACE_1)
        facts.addWidget(self.verified, 0, 0)
        facts.addWidget(self.day, 0, 1, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        column.setSpacing(SPACE_1)
        column.addLayout(top)
        column.addWidget(self.ids)
        column.addLayout(facts)
        column.addWidget(self.complaints, 0, Qt.AlignmentFlag.AlignLeft)

    def show_who(self, who: Who | None) -> None:
        self._who = who
        self.retranslate()

    def show_complaints(self, count: int | None) -> None:
        """None while it is not known."""
        self._open = count
        self.retranslate()

    def retranslate(self) -> None:
        who = self._who
        if who is None:
            return
        card = who.card
        self.name.setText((card.name if card else None) or self.tr("Customer not named"))
        self.phone.setText((card.phone if card else None) or "")
        ids = " · ".join(i for i in ((card.id_card, card.customer_id) if card else ()) if i)
        self.ids.setText(ids)
        self.ids.setVisible(bool(ids))
        verified = {
            True: self.tr("✔ Identity verified"),
            False: self.tr("✘ Identity not verified"),
            None: self.tr("? Identity not known"),
        }[card.identity_verified if card else None]
        self.verified.setText(verified)
        self.day.setText(self.tr("%Ln in 24 h", "", who.attempts_24h))
        self.day.setToolTip(self.tr("Attempts in the 24 hours up to the newest one"))
        self.complaints.setVisible(bool(self._open))
        self.complaints.setText(self.tr("%Ln open complaint(s) ›", "", self._open or 0))
        self.complaints.setToolTip(self.tr("Open the newest one"))
