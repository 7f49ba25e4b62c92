"""What can be done with a complaint now, what each act asks for, and how it is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject

from workbench.domain.complaint import (
    UNSETTLED,
    Complaint,
    Demand,
    ResolutionKind,
    Severity,
    Source,
    State,
)
from workbench.domain.complaint_life import Need
from workbench.domain.complaint_parts import LinkKind
from workbench.domain.complaint_policy import wrap_up_of
from workbench.domain.people import Act, may
from workbench.domain.taxonomy import Cause
from workbench.services.complaint_life import OpenMove
from workbench.ui.desk import Desk
from workbench.ui.pages.complaints.dossier import Dossier
from workbench.ui.widgets.ask_form import Asked, Kind

Values = Mapping[str, object]


@dataclass(frozen=True)
class Offer:
    """An act that is open. ``do`` runs off the GUI thread with what was asked for."""

    key: str
    label: str
    icon: str
    do: Callable[[Values], object]
    asks: Sequence[Asked] = ()
    send: str = ""
    first: bool = False  # a button of its own; the others stand in the menu
    note: str = ""
    group: int = 0
    leads: Sequence[str] = field(default=())  # tabs where what is lacking is done
    back: Callable[[Any], object] | None = None  # takes what ``do`` returned, and undoes it
    act: str = ""  # the service's method, where it cannot be undone


class Acts(QObject):
    """The acts open to this person on a complaint, in the order in which they stand."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk

    def of(self, dossier: Dossier) -> list[Offer]:
        found = dossier.complaint
        if found.merged_into is not None:
            return self._links(dossier)
        offers = [*self._hold(dossier), *(self._move(dossier, move) for move in dossier.moves)]
        offers += [*self._judge(dossier), *self._remember(dossier), *self._join(dossier)]
        return offers

    def edit(self, found: Complaint) -> Offer:
        """What intake asked for and can be put right; sent are the fields that were changed."""
        choices = self._words
        asks = (
            Asked("description", self._field("description"), value=found.description),
            Asked("demand", self._field("demand"), Kind.CHOICE, choices("demand", Demand),
                  found.demand, needed=False),
            Asked("severity", self._field("severity"), Kind.CHOICE, choices("severity", Severity),
                  found.severity),
            Asked("source", self._field("source"), Kind.CHOICE,
                  choices("complaint_source", Source), found.source),
            Asked("requested_fen", self._field("requested_fen"), Kind.MONEY,
                  value=found.requested_fen, needed=False),
            Asked("blocked_fen", self._field("blocked_fen"), Kind.MONEY,
                  value=found.blocked_fen, needed=False),
            Asked("competitor", self._field("competitor"), Kind.LINE,
                  value=found.competitor, needed=False),
        )  # fmt: skip
        read = dict(found.versions)

        def do(values: Values) -> object:
            changed = {n: v for n, v in values.items() if v != (getattr(found, n) or None)}
            if changed.get("blocked_fen") is not None and not found.blocked_payment:
                changed["blocked_payment"] = True
            if not changed:
                return found
            return self._desk.handling.life.edit(found.complaint_id, changed, read)

        return Offer(
            "edit", self.tr("Edit…"), "pencil-outline", do, asks, self.tr("Save changes"), group=1
        )

    # who has it
    def _hold(self, dossier: Dossier) -> list[Offer]:
        found, me = dossier.complaint, self._desk.session.person
        life, own = self._desk.handling.life, found.complaint_id
        offers = []
        if found.state not in UNSETTLED:
            return []
        if found.owner is None and may(me, Act.TAKE_COMPLAINT):
            offers.append(
                Offer("take", self.tr("Take it"), "hand-back-left-outline",
                      lambda _: life.take(own), first=True)
            )  # fmt: skip
        if may(me, Act.ASSIGN):
            people = [
                (p.person_id, f"{p.name} · {p.team}" if p.team else p.name)
                for p in sorted(dossier.people.values(), key=lambda p: (p.team or "", p.name))
                if p.active
            ]
            asks = (
                Asked("owner", self.tr("Give it to"), Kind.CHOICE, people, found.owner),
                Asked("why", self.tr("Why (optional)"), Kind.LINE, needed=False),
            )
            seen = found.owner

            def assign(values: Values) -> object:
                return life.assign(
                    own, _text(values["owner"]), why=_text(values["why"]) or "", seen=seen,
                    check=True,
                )  # fmt: skip

            offers.append(
                Offer("assign", self.tr("Assign…"), "account-arrow-right-outline", assign, asks,
                      self.tr("Assign"), group=1)
            )  # fmt: skip
        if may(me, Act.HANDLE_COMPLAINT):
            offers.append(self.edit(found))
        return offers

    # where it goes
    def _move(self, dossier: Dossier, move: OpenMove) -> Offer:
        found = dossier.complaint
        life, own = self._desk.handling.life, found.complaint_id
        asks: list[Asked] = []
        for need in move.needs:
            match need:
                case Need.DESCRIPTION:
                    asks.append(Asked("description", self._field("description")))
                case Need.DEMAND:
                    asks.append(Asked("demand", self._field("demand"), Kind.CHOICE,
                                      self._words("demand", Demand)))  # fmt: skip
                case Need.BLOCKED_FEN:
                    asks.append(Asked("blocked_fen", self._field("blocked_fen"), Kind.MONEY))
        if move.to is State.RESOLVED:
            asks += [
                Asked("resolution", self._field("resolution"), value=found.resolution),
                Asked("resolution_kind", self._field("resolution_kind"), Kind.CHOICE,
                      self._words("resolution_kind", ResolutionKind), found.resolution_kind),
                Asked("wrap_up", self._field("wrap_up"), Kind.LINE,
                      value=found.wrap_up or wrap_up_of(found), needed=False),
            ]  # fmt: skip
        elif Need.WRAP_UP in move.needs:
            asks.append(Asked("wrap_up", self._field("wrap_up"), Kind.LINE,
                              value=wrap_up_of(found)))  # fmt: skip
        if move.asks_why:
            asks.append(Asked("why", self._field("why")))
        lacking = [n for n in move.needs if n in (Need.CHECKLIST, Need.APPROVAL)]
        note = "、".join(self._field(need) for need in lacking)
        seen = found.state

        def do(values: Values) -> object:
            intake = {n: values[n] for n in ("description", "demand", "blocked_fen") if n in values}
            if intake:
                life.edit(own, intake, dict(found.versions))
            kind = values.get("resolution_kind")
            return life.move(
                own,
                move.to,
                seen=seen,
                why=_text(values.get("why")) or "",
                resolution=_text(values.get("resolution")),
                kind=ResolutionKind(str(kind)) if kind else None,
                wrap_up=_text(values.get("wrap_up")),
            )

        label, icon = self._verbs()[move.to]
        first = move.to in (State.IN_PROGRESS, State.RESOLVED, State.CLOSED, State.OPEN)
        return Offer(
            f"move_{move.to.value}", label + ("…" if asks else ""), icon, do, asks, label,
            first=first, note=self.tr("Still to do: {what}").format(what=note) if note else "",
            leads=("checklist",) if Need.CHECKLIST in lacking else (),
        )  # fmt: skip

    def _verbs(self) -> dict[State, tuple[str, str]]:
        return {
            State.OPEN: (self.tr("Put back"), "tray-arrow-down"),
            State.IN_PROGRESS: (self.tr("Start work"), "play-outline"),
            State.WAITING: (self.tr("Wait for the customer"), "account-clock-outline"),
            State.ESCALATED: (self.tr("Escalate"), "arrow-up-bold-outline"),
            State.RESOLVED: (self.tr("Resolve"), "check-circle-outline"),
            State.CLOSED: (self.tr("Close"), "archive-outline"),
            State.REOPENED: (self.tr("Reopen"), "restore"),
            State.WITHDRAWN: (self.tr("Withdrawn by the customer"), "undo-variant"),
        }

    # what is thought of it
    def _judge(self, dossier: Dossier) -> list[Offer]:
        found, me = dossier.complaint, self._desk.session.person
        handling, own = self._desk.handling, found.complaint_id
        offers = []
        if found.state is State.RESOLVED and may(me, Act.APPROVE):
            asks = (Asked("why", self.tr("Note (optional)"), Kind.LINE, needed=False),)
            offers.append(
                Offer("approve", self.tr("Approve the resolution…"), "check-decagram-outline",
                      lambda v: handling.life.approve(own, _text(v["why"]) or ""),
                      asks, self.tr("Approve"), group=2, act="handling.life.approve")
            )  # fmt: skip
        if found.state in (State.RESOLVED, State.CLOSED) and may(me, Act.HANDLE_COMPLAINT):
            marks = [(mark, "★" * mark) for mark in range(5, 0, -1)]
            rating = (
                Asked("mark", self.tr("How satisfied is the customer?"), Kind.CHOICE, marks,
                      found.satisfaction),
                Asked("words", self.tr("In the customer's words (optional)"), needed=False),
            )  # fmt: skip
            offers.append(
                Offer("rate", self.tr("Satisfaction…"), "star-outline",
                      lambda v: handling.life.rate(own, int(str(v["mark"])), _text(v["words"]) or ""),
                      rating, self.tr("Keep"), group=2)
            )  # fmt: skip
        if found.state in UNSETTLED and may(me, Act.HANDLE_COMPLAINT):
            stages = [("complex", self.tr("The facts are not simple"))]
            if may(me, Act.APPROVE):
                stages.append(("extended", self.tr("More time is approved")))
            asks = (
                Asked("stage", self.tr("What lengthens the deadline"), Kind.CHOICE, stages,
                      "complex"),
                Asked("why", self._field("why")),
            )  # fmt: skip
            offers.append(
                Offer("extend", self.tr("More time…"), "timer-plus-outline",
                      lambda v: handling.deadlines.extend(own, str(v["stage"]), str(v["why"])),
                      asks, self.tr("Lengthen the deadline"), group=2,
                      act="handling.deadlines.extend")
            )  # fmt: skip
        if may(me, Act.HANDLE_COMPLAINT):
            asks = (
                Asked("cause", self.tr("What you hold true"), Kind.CHOICE,
                      self._words("cause", Cause)),
                Asked("why", self._field("why")),
            )  # fmt: skip
            offers.append(
                Offer("disagree", self.tr("Not the right reason…"), "thumb-down-outline",
                      lambda v: handling.life.disagree(own, Cause(str(v["cause"])), str(v["why"])),
                      asks, self.tr("Tell QA"), group=2, act="handling.life.disagree")
            )  # fmt: skip
        return offers

    def _remember(self, dossier: Dossier) -> list[Offer]:
        if not may(self._desk.session.person, Act.HANDLE_COMPLAINT):
            return []
        own, talk = dossier.complaint.complaint_id, self._desk.handling.talk
        asks = (
            Asked("when", self.tr("When"), Kind.WHEN),
            Asked("words", self.tr("What to do"), Kind.LINE),
        )

        def remind(values: Values) -> object:
            when = values["when"]
            assert isinstance(when, datetime)
            return talk.remind(own, when, str(values["words"]))

        return [
            Offer("remind", self.tr("Remind me…"), "bell-outline", remind, asks,
                  self.tr("Remind me"), group=3,
                  back=lambda made: talk.done(made.reminder_id))
        ]  # fmt: skip

    # with others
    def _join(self, dossier: Dossier) -> list[Offer]:
        if not may(self._desk.session.person, Act.MERGE):
            return []
        own, joins = dossier.complaint.complaint_id, self._desk.handling.joins
        merge = (
            Asked("into", self.tr("Number of the complaint that it becomes part of"), Kind.LINE),
            Asked("why", self._field("why"), Kind.LINE),
        )
        split = (
            Asked("description", self.tr("What the second complaint is about")),
            Asked("why", self._field("why"), Kind.LINE),
        )
        return [
            Offer("merge", self.tr("Merge into…"), "call-merge",
                  lambda v: joins.merge(own, str(v["into"]), str(v["why"])),
                  merge, self.tr("Merge"), group=4,
                  back=lambda link: joins.undo(link.link_id)),
            Offer("split", self.tr("Split off…"), "call-split",
                  lambda v: joins.split(own, str(v["description"]), str(v["why"])),
                  split, self.tr("Split off"), group=4,
                  back=lambda made: joins.undo(joins.links(made.complaint_id)[-1].link_id)),
            *self._links(dossier),
        ]  # fmt: skip

    def _links(self, dossier: Dossier) -> list[Offer]:
        if not may(self._desk.session.person, Act.MERGE):
            return []
        joins, own = self._desk.handling.joins, dossier.complaint.complaint_id
        offers = []
        for link in dossier.links:
            if link.undone_at is not None:
                continue
            other = dossier.numbers[link.to_id if link.from_id == own else link.from_id]
            words = (
                self.tr("Undo the merging with {number}")
                if link.kind is LinkKind.MERGED
                else self.tr("Undo the splitting from {number}")
            )
            offers.append(
                Offer(f"undo_{link.link_id}", words.format(number=other), "undo",
                      lambda _, link_id=link.link_id: joins.undo(link_id), group=4)
            )  # fmt: skip
        return offers

    def _words(self, family: str, values: Sequence[str]) -> list[tuple[object, str]]:
        return [(value, self._desk.language.word(family, value)) for value in values]

    def _field(self, name: str) -> str:
        return self._desk.language.label("complaint_field", name)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
