"""One complaint: where it stands, what can be done next, what was said, kept, due and done."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.complaint import Complaint, Severity, State
from workbench.domain.complaint_parts import Presence
from workbench.domain.errors import Conflict, KnownError
from workbench.domain.people import Act, may
from workbench.services.complaint_life import Clash
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates, local_time, time_tooltip
from workbench.ui.pages.complaints import history
from workbench.ui.pages.complaints.acts import Acts, Offer
from workbench.ui.pages.complaints.clocks import Clocks, clock_name
from workbench.ui.pages.complaints.dossier import Dossier, read
from workbench.ui.pages.complaints.facts import Facts
from workbench.ui.pages.complaints.papers import Papers
from workbench.ui.pages.complaints.talk import Talk
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3
from workbench.ui.tips import plain_tip
from workbench.ui.widgets.ask_form import AskForm
from workbench.ui.widgets.badge import Badge
from workbench.ui.widgets.clash_box import ClashBox
from workbench.ui.widgets.timeline import Timeline

STATE_ROLES = {
    State.OPEN: "accent",
    State.REOPENED: "accent",
    State.IN_PROGRESS: "accent",
    State.WAITING: "warning",
    State.ESCALATED: "danger",
    State.RESOLVED: "success",
}
SEVERITY_ROLES = {Severity.HIGH: "warning", Severity.CRITICAL: "danger"}
TABS = ("facts", "talk", "history", "papers", "checklist", "clocks")
_HERE_MS = 30_000  # said again that this desk has it open
_LOOKED_MS = 1_000  # a complaint that is only walked past is not said to be open
_BUTTONS = 2


class ComplaintDetail(Retranslates, QFrame):
    """What a customer wrote is shown as plain text, whatever is in it. ``changed`` once an act is
    done: lists are stale."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._complaint: Complaint | None = None
        self.dossier: Dossier | None = None
        self._asking: tuple[Offer, str] | None = None
        self._mine: dict[str, object] = {}
        self._acts = Acts(desk, self)
        self.setProperty("role", "card")
        self.setMinimumWidth(380)
        self._build()
        self._lay_out()
        self._here = QTimer(self)
        self._here.timeout.connect(self._say_open)
        self.retranslate()

    # what the page calls
    def show_complaint(self, complaint: Complaint | None) -> None:
        """At once what the list knows, then all of it."""
        other = complaint is None or self._id != complaint.complaint_id
        if other:
            self.leave()
            self._close_form()
            self.dossier = None
        self._complaint = complaint
        self.setVisible(complaint is not None)
        if complaint is None:
            return
        self._show_head()
        if other:
            self._near, self._far = set(), set()
            self.presence.hide()
            self._here.start(_LOOKED_MS)
        self.reload()

    def reload(self) -> None:
        """Read it again."""
        if self._complaint is None:
            return
        ref, desk = self._complaint.complaint_id, self._desk
        desk.tasks.run(
            self,
            lambda *_: read(desk.complaints, desk.handling, ref),
            self._show,
            channel="dossier",
        )

    def leave(self) -> None:
        """This desk has it open no more."""
        self._here.stop()
        if self._complaint is not None and self._open_said == self._complaint.complaint_id:
            left, self._open_said = self._open_said, None
            self._desk.tasks.run(
                self, lambda *_: self._desk.handling.lists.leave(left), lambda _: None,
                writer="records", asked=False,
            )  # fmt: skip
            self._tell_centre(None)

    @property
    def busy_typing(self) -> bool:
        """Whether a form holds words that were not sent."""
        return self.form.typed

    def focus_acts(self) -> None:
        target = self.buttons[0] if self.buttons[0].isVisible() else self.more
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    # building
    def _build(self) -> None:
        theme = self._desk.theme
        self._open_said: str | None = None
        self._near: set[str] = set()  # people who have it open: at this profile, at other desks
        self._far: set[str] = set()
        self.number = QLabel(self)
        self.number.setProperty("role", "heading")
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.state, self.severity = Badge(theme, self), Badge(theme, self)
        self.cause = Badge(theme, self)
        self.presence = QLabel(self)
        self.presence.setProperty("role", "caption")
        self.presence.setWordWrap(True)
        self.presence.hide()
        self.due = QLabel(self)
        self.due.setWordWrap(True)
        self.due.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons = [QPushButton(self) for _ in range(_BUTTONS)]
        for place, button in enumerate(self.buttons):
            button.clicked.connect(lambda _=False, place=place: self._press(place))
            button.hide()
        self.buttons[0].setProperty("role", "primary")
        self.more = QToolButton(self)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setIcon(theme.icon("dots-horizontal", "text"))
        self.more.setMenu(QMenu(self.more))
        self._offers: list[Offer] = []
        self.form = AskForm(self)
        self.form.given.connect(self._given)
        self.form.given_up.connect(self._close_form)
        self.clash = ClashBox(self)
        self.clash.settled.connect(self._settled)
        self.facts = Facts(self._desk, self)
        self.card_button = self.facts.card_button
        self.description = self.facts.description
        self.talk = Talk(self._desk, self)
        self.talk.said.connect(self._done)
        self.history = Timeline(self)
        self.papers = Papers(self._desk, self)
        self.papers.attached.connect(self._done)
        self.checklist = QWidget(self)
        self._checks = QVBoxLayout(self.checklist)
        self._checks.setContentsMargins(0, SPACE_2, 0, 0)
        self.clocks = Clocks(self._desk, self)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setMinimumHeight(110)  # a form above it may be tall
        for key, page in zip(
            TABS,
            (self.facts, self.talk, self.history, self.papers, self.checklist, self.clocks),
            strict=True,
        ):
            self.tabs.addTab(page, key)
        for name, act in (
            ("write", self._write),
            ("next_acts", self.focus_acts),
            ("all_acts", self.more.showMenu),
        ):
            self._desk.keys.shortcut(name, self.parentWidget() or self, act)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_1)
        head.addWidget(self.number)
        head.addStretch(1)
        for badge in (self.state, self.severity):
            head.addWidget(badge)
        under = QHBoxLayout()
        under.addWidget(self.due, 1)
        under.addWidget(self.cause)
        acts = QHBoxLayout()
        acts.setSpacing(SPACE_2)
        for button in self.buttons:
            acts.addWidget(button)
        acts.addWidget(self.more)
        acts.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_3, SPACE_3, SPACE_3, SPACE_2)
        column.setSpacing(SPACE_2)
        column.addLayout(head)
        column.addLayout(under)
        column.addWidget(self.presence)
        column.addLayout(acts)
        column.addWidget(self.form)
        column.addWidget(self.clash)
        column.addWidget(self.tabs, 1)

    # showing
    def _show(self, dossier: Dossier) -> None:
        if self._complaint is None or dossier.complaint.complaint_id != self._id:
            return
        self.dossier, self._complaint = dossier, dossier.complaint
        self._show_head()
        self._offer()
        self.facts.show_dossier(dossier)
        self.talk.show_dossier(dossier)
        self.history.show_entries(history.entries(self._desk, dossier), "")
        self.papers.show_dossier(dossier)
        self._show_checks(dossier)
        self.clocks.show_dossier(dossier)
        self._name_tabs()

    def _show_head(self) -> None:
        found = self._complaint
        assert found is not None
        word = self._desk.language.word
        self.number.setText(found.number)
        self.state.set(word("state", found.state), STATE_ROLES.get(found.state, "neutral"))
        severity = self.tr("Severity: {severity}").format(severity=word("severity", found.severity))
        self.severity.set(severity, SEVERITY_ROLES.get(found.severity, "neutral"))
        self.cause.set_cause(word("cause", found.cause), found.cause)
        self._show_due()

    def _show_due(self) -> None:
        """The deadline that is nearest among those that still stand."""
        dossier = self.dossier
        standing = [c for c in dossier.told.clocks if c.stands] if dossier else []
        if not standing or dossier is None:
            self.due.setText("")
            return
        nearest = min(standing, key=lambda clock: clock.due_at)
        over = nearest.due_at <= dossier.told.now
        name, at = clock_name(self._desk, nearest), local_time(nearest.due_at)
        said = self.tr("{name}: was due {at}") if over else self.tr("{name}: due {at}")
        self.due.setText(said.format(name=name, at=at))
        self.due.setProperty("role", "danger" if over else "muted")
        self.due.setToolTip(time_tooltip(nearest.due_at))
        self.due.style().unpolish(self.due)
        self.due.style().polish(self.due)

    def _show_checks(self, dossier: Dossier) -> None:
        while (item := self._checks.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        allowed = may(self._desk.session.person, Act.HANDLE_COMPLAINT)
        for line in dossier.checklist:
            box = QCheckBox(self._desk.language.word("checklist", line.item), self.checklist)
            box.setChecked(line.done is not None)
            box.setEnabled(allowed)
            if line.done is not None:
                box.setToolTip(
                    plain_tip(f"{dossier.name(line.done.by)} · {local_time(line.done.at)}")
                )
            box.clicked.connect(lambda on, item=line.item: self._check(item, on))
            self._checks.addWidget(box)
        if not dossier.checklist:
            empty = QLabel(self.tr("Nothing has to be done before it is closed."), self.checklist)
            empty.setProperty("role", "muted")
            self._checks.addWidget(empty)
        self._checks.addStretch(1)

    def _name_tabs(self) -> None:
        found = self.dossier
        left = sum(line.done is None for line in found.checklist) if found else 0
        names = (
            (self.tr("Complaint"), 0),
            (self.tr("Talk"), len(found.comments) if found else 0),
            (self.tr("History"), 0),
            (self.tr("Files"), len(found.attachments) if found else 0),
            (self.tr("To do"), left),
            (self.tr("Deadlines"), 0),
        )
        for place, (name, count) in enumerate(names):
            self.tabs.setTabText(place, f"{name} {count}" if count else name)

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Complaint"))
        self.tabs.setAccessibleName(self.tr("Parts of the complaint"))
        self.tabs.tabBar().setAccessibleName(self.tabs.accessibleName())
        self.more.setText(self.tr("More"))
        said = self.tr("All that can be done now (Ctrl+.)")
        self.more.setToolTip(self._desk.keys.said(said, "all_acts"))
        self.history.setAccessibleName(self.tr("History"))
        self._name_tabs()
        if self._complaint is not None:
            self._show_head()
        if self.dossier is not None:
            self._show(self.dossier)

    # acting
    def _offer(self) -> None:
        """The likeliest acts as buttons, all of them in the menu."""
        assert self.dossier is not None
        self._offers = self._acts.of(self.dossier)
        first = [offer for offer in self._offers if offer.first][:_BUTTONS]
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(first))
            if place < len(first):
                button.setText(first[place].label)
                button.setProperty("offer", first[place].key)
        menu = self.more.menu()
        menu.clear()
        group = None
        for offer in self._offers:
            if group is not None and offer.group != group:
                menu.addSeparator()
            group = offer.group
            action = menu.addAction(self._desk.theme.icon(offer.icon, "muted"), offer.label)
            action.triggered.connect(lambda _=False, key=offer.key: self.begin(key))
        self.more.setVisible(bool(self._offers))

    def begin(self, key: str) -> None:
        """Do an act by its key, or ask for what it needs."""
        offer = next((offer for offer in self._offers if offer.key == key), None)
        if offer is None or self._complaint is None:
            return
        self.clash.hide()
        if not offer.asks and not offer.note:
            self._run(offer, {})
            return
        self._asking = (offer, self._id)
        title = offer.label.rstrip("…")
        self.form.ask(title, offer.asks, offer.send, self._desk.language.final(offer.act))
        if offer.note:
            self.form.refuse(offer.note)
            for tab in offer.leads:
                self.tabs.setCurrentIndex(TABS.index(tab))

    @property
    def _id(self) -> str:
        return self._complaint.complaint_id if self._complaint is not None else ""

    def _press(self, place: int) -> None:
        self.begin(str(self.buttons[place].property("offer")))

    def _given(self, values: dict[str, object]) -> None:
        if self._asking is not None:
            self._run(self._asking[0], values)

    def _run(self, offer: Offer, values: Mapping[str, object]) -> None:
        own, handling = self._id, self._desk.handling

        def work(*_: object) -> Callable[[], object] | None:
            before = {event.event_id for event in handling.life.history(own)}
            made = offer.do(values)
            if offer.back is not None:
                back = offer.back
                return lambda: back(made)
            new = [e for e in handling.life.history(own) if e.event_id not in before]
            if not new or not handling.undoing.open(new[-1]):
                return None
            event_id = new[-1].event_id
            return lambda: handling.undoing.undo(event_id)

        self._desk.tasks.run(
            self,
            work,
            self._acted,
            failed=lambda error: self._failed(offer, values, error),
            writer="records",
        )

    def _acted(self, back: Callable[[], object] | None = None) -> None:
        self._close_form()
        self._done(back)

    def _done(self, back: Callable[[], object] | None = None) -> None:
        """``back`` takes back what was done: the window's bar offers it."""
        number = self._complaint.number if self._complaint is not None else ""
        self.reload()
        self.changed.emit()
        if back is not None:
            self._desk.acts.done.emit(
                lambda: self.tr("{number} is changed.").format(number=number),
                lambda: self._take_back(back, number),
            )

    def _take_back(self, back: Callable[[], object], number: str) -> None:
        def done() -> None:
            self._done()
            self._desk.acts.message.emit(self.tr("{number} is as before.").format(number=number))

        self._desk.tasks.run(self, lambda *_: back(), lambda _: done(), writer="records")

    def _failed(self, offer: Offer, values: Mapping[str, object], error: KnownError) -> None:
        sentence = self._desk.language.error(error)
        if isinstance(error, Conflict) and error.clashes:
            self._mine = dict(values)
            self._show_clash(offer, sentence, error)
        elif self._asking is not None and self._asking[0] is offer:
            self.form.refuse(sentence)
        else:
            self._desk.acts.error.emit(error)

    def _show_clash(self, offer: Offer, sentence: str, error: Conflict) -> None:
        clashes = [clash for clash in error.clashes if isinstance(clash, Clash)]
        dossier = self.dossier

        def name(person: str | None) -> str:
            return dossier.name(person) if dossier is not None else person or ""

        def say(field: str, value: object) -> str:
            if dossier is None or value is None:
                return ""
            return history.said(self._desk, dossier, field, value, whole=True)

        self._asking = (offer, self._id)
        self.form.hide()
        word = self._desk.language.word
        self.clash.show_clashes(
            sentence, clashes, name, lambda field: word("complaint_field", field), say
        )
        self.clash.mine_button.setVisible(offer.key == "edit")

    def _settled(self, fields: list[str]) -> None:
        """Mine: the same values again, typed over what stands now. Theirs: what was typed in the
        other fields still goes."""
        asking, found = self._asking, self._complaint
        if asking is None or found is None or asking[0].key != "edit":
            self._acted()
            return
        mine, contested = self._mine, fields
        own, desk = found.complaint_id, self._desk
        clashing = {clash.field for clash in self.clash.clashes}

        def again(*_: object) -> object:
            now = desk.complaints.get(own)
            changed = {
                name: value
                for name, value in mine.items()
                if (name in contested or name not in clashing)
                and value != (getattr(found, name) or None)
            }
            return desk.handling.life.edit(own, changed, now.versions) if changed else now

        desk.tasks.run(
            self,
            again,
            lambda _: self._acted(),
            failed=lambda error: self._failed(asking[0], mine, error),
            writer="records",
        )

    def _close_form(self) -> None:
        self._asking = None
        self.form.hide()
        self.clash.hide()

    def _check(self, item: str, on: bool) -> None:
        own, life = self._id, self._desk.handling.life
        self._desk.tasks.run(
            self,
            lambda *_: life.check(own, item, done=on),
            lambda _: self._done(lambda: life.check(own, item, done=not on)),
            writer="records",
        )

    def _write(self) -> None:
        self.tabs.setCurrentIndex(TABS.index("talk"))
        self.talk.words.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # who else is here
    def _say_open(self) -> None:
        self._here.start(_HERE_MS)
        own = self._id
        if not own or not self.isVisible():
            return
        self._open_said = own
        self._desk.tasks.run(
            self,
            lambda *_: self._desk.handling.lists.open(own),
            lambda others: self._show_others(own, others),
            failed=lambda _: None,  # who else is here matters less than what one is doing
            channel="presence",
            writer="records",
            asked=False,
        )
        self._tell_centre(own)

    def _tell_centre(self, own: str | None) -> None:
        """Colleagues at other desks see who has it open, and are seen."""
        sync = self._desk.sync
        if sync is not None:
            self._desk.tasks.run(
                self,
                lambda *_: sync.here(own),
                lambda others: self._show_far(own, others),
                failed=lambda _: None,
                channel="presence at the centre",
            )

    def _show_far(self, own: str | None, others: list[str]) -> None:
        if own == self._id:
            self._far = set(others)
            self._show_presence()

    def _show_others(self, own: str, others: tuple[Presence, ...]) -> None:
        if own == self._id:
            self._near = {each.person_id for each in others}
            self._show_presence()

    def _show_presence(self) -> None:
        name = self.dossier.name if self.dossier is not None else str
        others = self._near | self._far
        names = ", ".join(sorted({name(person) for person in others}))
        self.presence.setText(self.tr("{names} has this open as well").format(names=names))
        self.presence.setVisible(bool(others))
