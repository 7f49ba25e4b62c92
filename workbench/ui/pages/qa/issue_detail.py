"""One group in full: why it is one, the frozen evidence, its failures, complaints, who waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.attempt import AttemptRow
from workbench.domain.complaint import Complaint
from workbench.domain.complaint_parts import Attachment
from workbench.domain.issue import IssueEvent, IssueEventKind, Waiter
from workbench.domain.issue_groups import Group
from workbench.domain.people import Person
from workbench.domain.reproduction import Reproduced
from workbench.services.issue_words import because, fix_words, group_title, standing_words
from workbench.services.reproduction_words import proof_words, verdict_words
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates, local_time
from workbench.ui.models.attempts import AttemptTable
from workbench.ui.models.attempts import Column as Attempt
from workbench.ui.models.groups import STATE_COLOURS
from workbench.ui.models.table import ROW_ROLE, set_up
from workbench.ui.theme import (
    LARGE,
    SPACE_1,
    SPACE_2,
    SPACE_3,
    SPACE_4,
    set_text_style,
)
from workbench.ui.widgets.badge import Badge

_MARKS = {"true": "✔", "false": "✘", "unknown": "?"}
_MOST = 12  # fingerprints and values that are written out
_BADGES = {"faint": "neutral", "muted": "neutral"}


@dataclass(frozen=True)
class Detail:
    """What was fetched for one group."""

    group: Group
    attempts: Sequence[AttemptRow] = ()
    complaints: Sequence[Complaint] = ()
    history: Sequence[IssueEvent] = ()
    waiters: Sequence[Waiter] = ()
    pictures: Sequence[Attachment] = ()
    people: Sequence[Person] = ()


class IssueDetail(Retranslates, QWidget):
    freeze_wanted = Signal(str)  # attempt_id
    attach_wanted = Signal()
    picture_wanted = Signal(object)  # Attachment

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.detail: Detail | None = None
        self.made_again: Mapping[str, Reproduced] = {}  # by event_id, of the group shown
        self.again_button: QPushButton | None = None
        self.head = QLabel(self)
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self.head.setWordWrap(True)
        set_text_style(self.head, size=LARGE, bold=True)
        self.state, self.severity = Badge(desk.theme, self), Badge(desk.theme, self)
        self.facts = _plain(self, "muted")
        self.counts = _plain(self)
        self.tabs = QTabWidget(self)
        self.why = QScrollArea(self)
        self.why.setWidgetResizable(True)
        self.why.setFrameShape(QFrame.Shape.NoFrame)
        self.why.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.model = AttemptTable(desk.language, desk.theme, self)
        self.attempts = QTableView(self)
        self.attempts.setModel(self.model)
        widths = {Attempt.TIME: 132, Attempt.OUTCOME: 72, Attempt.STEP: 92, Attempt.CAUSE: 130}
        set_up(self.attempts, widths, newest_by=Attempt.TIME, row_height=28)
        for column in (Attempt.CODE, Attempt.PROVINCE):
            self.attempts.setColumnHidden(column, True)
        self.attempts.activated.connect(self._open_attempt)
        self.freeze_button = QPushButton(self)
        self.freeze_button.clicked.connect(self._freeze)
        self.complaints, self.waiters = QListWidget(self), QListWidget(self)
        self.complaints.itemActivated.connect(
            lambda item: desk.acts.open_complaint.emit(item.data(ROW_ROLE))
        )
        self.waiters.itemActivated.connect(
            lambda item: desk.acts.open_customer.emit(item.data(ROW_ROLE))
        )
        failures = QWidget(self)
        column = QVBoxLayout(failures)
        column.setContentsMargins(0, SPACE_2, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.attempts, 1)
        column.addWidget(self.freeze_button, 0, Qt.AlignmentFlag.AlignLeft)
        for page in (self.why, failures, self.complaints, self.waiters):
            self.tabs.addTab(page, "")
        badges = QHBoxLayout()
        badges.setSpacing(SPACE_2)
        badges.addWidget(self.state)
        badges.addWidget(self.severity)
        badges.addWidget(self.facts, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.head)
        column.addLayout(badges)
        column.addWidget(self.counts)
        column.addWidget(self.tabs, 1)
        self.retranslate()

    def show_group(self, group: Group) -> None:
        """At once what the list knows; the rest follows with ``show_detail``."""
        if self.detail is None or self.detail.group.key != group.key:
            self.detail, self.made_again = Detail(group), {}
            self.model.show([])
        self.retranslate()

    def show_detail(self, detail: Detail) -> None:
        self.detail = detail
        self.model.show(detail.attempts)
        self.retranslate()

    def retranslate(self) -> None:
        for part in (self, self.tabs):
            part.setAccessibleName(self.tr("The group in full"))
        self.why.setAccessibleName(self.tr("Why they are one group"))
        self.freeze_button.setText(self.tr("Keep this one as evidence"))
        self.freeze_button.setToolTip(self._desk.language.tip("issues.acts.freeze"))
        detail = self.detail
        self.tabs.setVisible(detail is not None)
        if detail is None:
            self.state.set("")
            self.severity.set("")
            return
        group, lang, number = detail.group, self._desk.language.current, self._desk.language.number
        issue = group.issue
        self.head.setText(group_title(lang, group))
        colour = STATE_COLOURS[group.standing.state]
        self.state.set(standing_words(lang, group.standing), _BADGES.get(colour, colour))
        self.severity.set(self._desk.language.word("severity", issue.severity) if issue else "")
        owner = next((p.name for p in detail.people if issue and p.person_id == issue.owner), "")
        told = (issue.number, owner or issue.owner, fix_words(lang, issue)) if issue else ()
        self.facts.setText(" · ".join(filter(None, told)))
        self.counts.setText(
            self._desk.language.text(
                "issue.counts",
                attempts=number(group.count),
                customers=number(group.customers or 0),
                complaints=number(group.complaints),
                first=local_time(group.first),
                last=local_time(group.last),
            )
        )
        for place, title in enumerate(
            (
                self.tr("Evidence"),
                self.tr("Failures"),
                self.tr("Complaints {n}").format(n=number(len(detail.complaints))),
                self.tr("Waiting {n}").format(
                    n=number(sum(w.called_at is None for w in detail.waiters))
                ),
            )
        ):
            self.tabs.setTabText(place, title)
        self.freeze_button.setVisible(issue is not None)
        self.attempts.setAccessibleName(self.tr("Failures, newest first"))
        self._fill_lists(detail)
        self._fill_why(detail)

    def _fill_lists(self, detail: Detail) -> None:
        word = self._desk.language.word
        self.complaints.clear()
        self.complaints.setAccessibleName(self.tr("Complaints about its attempts"))
        for found in detail.complaints:
            parts = (found.number, word("state", found.state), found.customer_name, found.owner)
            _add(self.complaints, "  ".join(filter(None, parts)), found.complaint_id)
        if not detail.complaints:
            _add(self.complaints, self.tr("No complaint names one of its attempts."), None)
        self.waiters.clear()
        self.waiters.setAccessibleName(self.tr("Customers who wait for the fix"))
        for waiter in detail.waiters:
            called = (
                self.tr("called {at}").format(at=local_time(waiter.called_at))
                if waiter.called_at
                else self.tr("waits since {at}").format(at=local_time(waiter.at))
            )
            parts = (waiter.customer_name, waiter.phone, called, waiter.agent)
            _add(self.waiters, "  ".join(filter(None, parts)), waiter.customer_ref)
        if not detail.waiters:
            _add(
                self.waiters,
                self.tr("Nobody waits. Agents note it at the reason card (Ctrl+I)."),
                None,
            )

    def _fill_why(self, detail: Detail) -> None:
        lang, body = self._desk.language.current, QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, SPACE_2, SPACE_2, SPACE_2)
        column.setSpacing(SPACE_2)
        column.addWidget(_heading(self._desk.language.text("issue.because"), body))
        for fingerprint in detail.group.fingerprints[:_MOST]:
            box = QFrame(body)
            box.setProperty("role", "well")
            grid = QGridLayout(box)
            grid.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
            grid.setHorizontalSpacing(SPACE_4)
            grid.setVerticalSpacing(SPACE_1)
            grid.setColumnStretch(1, 1)
            grid.setColumnStretch(3, 1)
            for place, (label, value) in enumerate(because(lang, fingerprint)):
                row, side = divmod(place, 2)
                grid.addWidget(_plain(box, "muted", label), row, side * 2)
                grid.addWidget(_plain(box, "", value), row, side * 2 + 1)
            box.setToolTip("")
            column.addWidget(box)
        rest = len(detail.group.fingerprints) - _MOST
        if rest > 0:
            column.addWidget(_plain(body, "muted", self.tr("and %Ln more", "", rest)))
        if detail.group.issue is not None:
            self._evidence(detail, column, body)
        column.addStretch(1)
        self.why.setWidget(body)
        body.setAutoFillBackground(False)
        self.why.viewport().setAutoFillBackground(False)

    def _evidence(self, detail: Detail, column: QVBoxLayout, body: QWidget) -> None:
        head = QHBoxLayout()
        head.addWidget(_heading(self.tr("Evidence, as it was frozen"), body), 1)
        kept = [e for e in detail.history if e.kind is IssueEventKind.EVIDENCE]
        if kept and self._desk.answers is not None:
            self.again_button = QPushButton(self.tr("Make it again"), body)
            self.again_button.setProperty("role", "link")
            self.again_button.setToolTip(
                self.tr("Run the frozen rules on the frozen values and compare")
            )
            self.again_button.clicked.connect(self._make_again)
            head.addWidget(self.again_button)
        attach = QPushButton(self.tr("Attach a picture…"), body)
        attach.setProperty("role", "link")
        attach.setToolTip(self._desk.language.tip("issues.acts.attach"))
        attach.clicked.connect(self.attach_wanted)
        head.addWidget(attach)
        column.addLayout(head)
        for event in reversed(kept):
            frozen = event.detail.get("evidence")
            if isinstance(frozen, Mapping):
                if (made := self.made_again.get(event.event_id)) is not None:
                    lang = self._desk.language.current
                    role = "strong" if made.same else "danger"
                    column.addWidget(_plain(body, role, verdict_words(lang, made)))
                    column.addWidget(_plain(body, "caption", proof_words(lang, made.proof)))
                column.addWidget(_plain(body, "", self._frozen(frozen, event)))
        for picture in detail.pictures:
            button = QPushButton(picture.name, body)
            button.setProperty("role", "link")
            button.setIcon(self._desk.theme.icon("paperclip", "muted"))
            button.clicked.connect(
                lambda _=False, picture=picture: self.picture_wanted.emit(picture)
            )
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _make_again(self) -> None:
        detail, answers = self.detail, self._desk.answers
        if detail is None or answers is None or detail.group.issue is None:
            return
        issue_id = detail.group.issue.issue_id

        def done(found: list[tuple[IssueEvent, Reproduced]]) -> None:
            now = self.detail
            if now is not None and now.group.key == detail.group.key:
                self.made_again = {event.event_id: made for event, made in found}
                self._fill_why(now)

        self._desk.tasks.run(self, lambda *_: answers.evidence(issue_id), done, channel="again")

    def _frozen(self, frozen: Mapping, event: IssueEvent) -> str:  # type: ignore[type-arg]
        word = self._desk.language.word
        lines = [
            self.tr("{attempt}, kept {at}, rules {rules}, fingerprint {grouping}").format(
                attempt=frozen.get("attempt_id"),
                at=local_time(event.at),
                rules=frozen.get("rules_version"),
                grouping=frozen.get("grouping"),
            )
        ]
        for reason in [*frozen.get("reasons", ()), *frozen.get("possible", ())]:
            lines.append(f"{reason['code']}  {word('cause', reason['cause'])}")
            for each in reason.get("evidence", ()):
                mark = _MARKS.get(str(each.get("outcome")), "?")
                observed = each.get("observed")
                seen = f"   ({observed})" if observed is not None else ""
                lines.append(f"  {mark} {each.get('condition')}{seen}")
        values = [
            f"{word('field', name)} {word(name, _clock(name, value))}"
            for name, value in list(frozen.get("fields", {}).items())[:_MOST]
            if name != "attempt_id"
        ]
        if values:
            lines.append(" · ".join(values))
        return "\n".join(lines)

    def _open_attempt(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if row is not None:
            self._desk.acts.open_attempt.emit(row.attempt_id)

    def _freeze(self) -> None:
        row = self.attempts.currentIndex().data(ROW_ROLE)
        if row is not None:
            self.freeze_wanted.emit(row.attempt_id)


def _plain(parent: QWidget, role: str = "", text: str = "") -> QLabel:
    """Plain text that wraps and can be copied."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        made.setProperty("role", role)
    return made


def _heading(text: str, parent: QWidget) -> QLabel:
    made = _plain(parent, "strong", text)
    return made


def _add(where: QListWidget, text: str, data: str | None) -> None:
    item = QListWidgetItem(text, where)
    item.setData(ROW_ROLE, data)
    if data is None:
        item.setFlags(Qt.ItemFlag.NoItemFlags)


def _clock(name: str, value: object) -> str:
    """Times as clocks here show them; they are kept in UTC."""
    if name != "occurred_at" or not isinstance(value, str):
        return str(value)
    return local_time(datetime.fromisoformat(value))
