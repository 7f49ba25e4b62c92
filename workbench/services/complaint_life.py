"""A complaint on its way: moved, assigned, edited, checked, approved, disputed, rated."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from workbench.domain.complaint import Complaint, ComplaintDraft, ResolutionKind, State
from workbench.domain.complaint_life import (
    MOVES,
    Facts,
    Need,
    may_move,
    missing,
    moved,
    open_moves,
)
from workbench.domain.complaint_parts import (
    Attachment,
    Case,
    Check,
    Event,
    EventKind,
)
from workbench.domain.complaint_policy import Policy, wrap_up_of
from workbench.domain.errors import BadInput, Conflict, NotPermitted
from workbench.domain.ids import uuid7
from workbench.domain.people import Act
from workbench.domain.taxonomy import Cause
from workbench.services.complaint_writing import Writing, send_changed
from workbench.services.ports import UnitOfWork

EDITABLE = frozenset(
    f.name
    for f in fields(ComplaintDraft)
    if f.name not in ("draft_id", "customer_ref", "customer_name", "phone")
) | {"resolution", "resolution_kind", "wrap_up"}


@dataclass(frozen=True)
class Clash:
    """One field that two people changed: what this one typed, what stands, who wrote it when."""

    field: str
    yours: object
    theirs: object
    by: str | None
    at: datetime | None


@dataclass(frozen=True)
class OpenMove:
    """A move that the person may make, and what it still needs besides a reason."""

    to: State
    needs: tuple[Need, ...]
    asks_why: bool


@dataclass(frozen=True)
class ChecklistLine:
    item: str
    done: Check | None


class LifeService:
    def __init__(self, writing: Writing, policy: Policy) -> None:
        self._w = writing
        self._policy = policy

    def moves(self, complaint_id: str) -> tuple[OpenMove, ...]:
        """Where the person may take it now."""
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            found = self._get(uow, complaint_id)
            facts = self._facts(uow, found, why="-")
        return tuple(
            OpenMove(to, missing(found, to, facts), Need.WHY in MOVES[found.state, to].needs)
            for to in open_moves(found.state, self._w.session.person.role)
        )

    def move(
        self,
        complaint_id: str,
        to: State,
        *,
        seen: State | None = None,
        why: str = "",
        resolution: str | None = None,
        kind: ResolutionKind | None = None,
        wrap_up: str | None = None,
    ) -> Complaint:
        """Take it to another state; ``seen`` is the state that the person saw.

        Raises NotPermitted('move_not_allowed'), BadInput('move_needs', fields=…),
        Conflict('moved_elsewhere').
        """
        self._w.session.require(Act.HANDLE_COMPLAINT)
        typed = {"resolution": resolution, "resolution_kind": kind, "wrap_up": wrap_up}
        given = {name: value for name, value in typed.items() if value is not None}
        with self._w.changing(complaint_id) as (uow, before):
            if seen is not None and before.state is not seen:
                raise self._conflict(uow, before, "moved_elsewhere", {"state": to})
            after = self.moved(uow, before, to, why=why, given=given)
            return self._w.put(uow, before, after, EventKind.MOVED, why=why)

    def moved(
        self,
        uow: UnitOfWork,
        before: Complaint,
        to: State,
        *,
        why: str,
        given: Mapping[str, object] | None = None,
    ) -> Complaint:
        """What the move makes of it, judged by the table; nothing is written."""
        person = self._w.session.person
        if before.merged_into is not None:
            raise BadInput("complaint_merged", number=before.number)
        if not may_move(person, before.state, to):
            raise NotPermitted(
                "move_not_allowed", number=before.number, was=before.state, to=to, role=person.role
            )
        filled = before.changed(**dict(given or {}))
        if to is State.IN_PROGRESS and filled.owner is None:
            filled = filled.changed(owner=person.person_id, team=filled.team or person.team)
        if to is State.RESOLVED and filled.wrap_up is None:
            filled = filled.changed(wrap_up=wrap_up_of(filled))
        lacking = missing(filled, to, self._facts(uow, filled, why))
        if lacking:
            raise BadInput("move_needs", number=before.number, to=to, fields=lacking)
        return moved(filled, to, self._w.clock())

    def assign(
        self,
        complaint_id: str,
        owner: str | None,
        *,
        team: str | None = None,
        why: str = "",
        seen: str | None = None,
        check: bool = False,
    ) -> Complaint:
        """Give it to a person (None: to nobody) and a team; the person's own team if None.
        With ``check``, only while ``seen`` still owns it: Conflict('assigned_elsewhere')."""
        self._w.session.require(Act.TAKE_COMPLAINT)
        with self._w.changing(complaint_id) as (uow, before):
            if check and before.owner != seen:
                raise self._conflict(uow, before, "assigned_elsewhere", {"owner": owner})
            after = self.assigned(uow, before, owner, team)
            return self._w.put(uow, before, after, EventKind.ASSIGNED, why=why)

    def take(self, complaint_id: str) -> Complaint:
        self._w.session.require(Act.TAKE_COMPLAINT)
        return self.assign(complaint_id, self._w.person_id, seen=None, check=True)

    def assigned(
        self, uow: UnitOfWork, before: Complaint, owner: str | None, team: str | None
    ) -> Complaint:
        own = before.owner is None and owner == self._w.person_id
        self._w.session.require(Act.TAKE_COMPLAINT if own else Act.ASSIGN)
        person = uow.people.get(owner) if owner is not None else None
        if owner is not None and (person is None or not person.active):
            raise BadInput("no_such_person", person=owner)
        own_team = person.team if person else None
        return before.changed(owner=owner, team=team or own_team or before.team)

    def edit(
        self, complaint_id: str, changes: Mapping[str, object], read: Mapping[str, int]
    ) -> Complaint:
        """Change fields typed over a complaint whose ``versions`` were ``read``.

        Fields that others changed meanwhile and that are not among ``changes`` do not matter.
        Raises Conflict('edited_elsewhere') whose clashes carry both values; then nothing was
        written. Raises BadInput('not_editable').
        """
        self._w.session.require(Act.HANDLE_COMPLAINT)
        if unknown := sorted(set(changes) - EDITABLE):
            raise BadInput("not_editable", fields=tuple(unknown))
        with self._w.changing(complaint_id) as (uow, before):
            stale = {
                name: value
                for name, value in changes.items()
                if before.versions.get(name, 0) != read.get(name, 0)
                and getattr(before, name) != value
            }
            if stale:
                raise self._conflict(uow, before, "edited_elsewhere", stale)
            after = before.changed(**changes)
            if before.state is not State.DRAFT:
                self._still_whole(before, after)
            if "requested_fen" in changes:
                after = after.changed(lost_revenue_fen=self._lost(after))
            if after == before:
                return before
            return self._w.put(uow, before, after, EventKind.EDITED)

    def formula(self, complaint: Complaint) -> str | None:
        """How the lost revenue was computed; None without an amount."""
        amount = complaint.requested_fen
        return None if amount is None else self._policy.lost_revenue.formula(amount)

    def checklist(self, complaint_id: str) -> tuple[ChecklistLine, ...]:
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            found = self._get(uow, complaint_id)
            done = {c.item: c for c in uow.parts.of(Check, complaint_id=found.complaint_id)}
        return tuple(ChecklistLine(i, done.get(i)) for i in self._policy.items(found))

    def check(self, complaint_id: str, item: str, *, done: bool = True) -> None:
        """Raises BadInput('no_such_item')."""
        self._w.session.require(Act.HANDLE_COMPLAINT)
        with self._w.changing(complaint_id) as (uow, found):
            if item not in self._policy.items(found):
                raise BadInput("no_such_item", item=item, number=found.number)
            before = uow.parts.of(Check, complaint_id=found.complaint_id, item=item)
            if bool(before) is done:
                return
            if done:
                mark = Check(found.complaint_id, item, self._w.clock(), self._w.person_id)
                self._w.put(
                    uow, found, found, EventKind.CHECKED, detail={"item": item}, parts=(mark,)
                )
            else:
                uow.parts.remove(Check, complaint_id=found.complaint_id, item=item)
                send_changed(uow, before[0])
                self._w.put(uow, found, found, EventKind.UNCHECKED, detail={"item": item})

    def approve(self, complaint_id: str, why: str = "") -> None:
        """Agree to the resolution. Raises BadInput('nothing_to_approve'),
        NotPermitted('own_resolution')."""
        self._w.session.require(Act.APPROVE)
        with self._w.changing(complaint_id) as (uow, found):
            if found.state is not State.RESOLVED:
                raise BadInput("nothing_to_approve", number=found.number)
            facts = self._facts(uow, found, why)
            if facts.resolver == self._w.person_id:
                raise NotPermitted("own_resolution", number=found.number)
            self._w.put(uow, found, found, EventKind.APPROVED, why=why)

    def disagree(self, complaint_id: str, cause: Cause, why: str, code: str | None = None) -> Case:
        """The agent holds another cause true: a labelled case for QA. The complaint keeps what
        the diagnosis said. Raises BadInput('case_needs_why')."""
        self._w.session.require(Act.HANDLE_COMPLAINT)
        if not why.strip():
            raise BadInput("case_needs_why")
        with self._w.changing(complaint_id) as (uow, found):
            if cause == found.cause and code in (None, found.reason_code):
                raise BadInput("same_reason", number=found.number)
            case = Case(
                str(uuid7()),
                found.complaint_id,
                found.attempt_id,
                self._w.clock(),
                self._w.person_id,
                found.cause,
                found.reason_code,
                cause,
                code,
                why.strip(),
            )
            self._w.put(uow, found, found, EventKind.DISAGREED, why=why, parts=(case,))
        return case

    def cases(self, status: str = "new") -> list[Case]:
        self._w.session.require(Act.SEE_CASES)
        with self._w.records.unit_of_work() as uow:
            return uow.parts.of(Case, status=status)

    def rate(self, complaint_id: str, satisfaction: int, words: str = "") -> Complaint:
        """The customer's satisfaction, 1 to 5, after closing.
        Raises BadInput('not_a_rating', 'not_closed')."""
        self._w.session.require(Act.HANDLE_COMPLAINT)
        if satisfaction not in range(1, 6):
            raise BadInput("not_a_rating", rating=satisfaction)
        with self._w.changing(complaint_id) as (uow, before):
            if before.state not in (State.CLOSED, State.RESOLVED):
                raise BadInput("not_closed", number=before.number)
            after = before.changed(
                satisfaction=satisfaction, satisfaction_words=words.strip() or None
            )
            return self._w.put(uow, before, after, EventKind.RATED)

    def history(self, complaint_id: str) -> list[Event]:
        """Oldest first."""
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            return uow.parts.of(Event, complaint_id=self._get(uow, complaint_id).complaint_id)

    def _get(self, uow: UnitOfWork, complaint_id: str) -> Complaint:
        found = uow.complaints.get(complaint_id)
        if found is None:
            raise BadInput("no_such_complaint", complaint=complaint_id)
        return found

    def _facts(self, uow: UnitOfWork, complaint: Complaint, why: str) -> Facts:
        own = complaint.complaint_id
        done = {check.item for check in uow.parts.of(Check, complaint_id=own)}
        resolver: str | None = None
        approvers: set[str] = set()
        for event in uow.parts.of(Event, complaint_id=own):
            if event.kind is EventKind.MOVED and event.to_state == State.RESOLVED:
                resolver, approvers = event.actor, set()
            elif event.kind is EventKind.APPROVED:
                approvers.add(event.actor)
        return Facts(
            why=why,
            attachments=len(uow.parts.of(Attachment, complaint_id=own)),
            unchecked=tuple(i for i in self._policy.items(complaint) if i not in done),
            resolver=resolver,
            approvers=frozenset(approvers),
        )

    def _lost(self, complaint: Complaint) -> int | None:
        amount = complaint.requested_fen
        return None if amount is None else self._policy.lost_revenue.of(amount)

    def _still_whole(self, before: Complaint, after: Complaint) -> None:
        """An edit may not empty what its state was given for."""
        needed = [Need.DESCRIPTION, Need.DEMAND]
        if before.state in (State.RESOLVED, State.CLOSED):
            needed += [Need.RESOLUTION, Need.RESOLUTION_KIND]
        emptied = tuple(n for n in needed if getattr(before, n) and not getattr(after, n))
        if emptied:
            raise BadInput("edit_empties", fields=emptied, number=before.number)

    def _conflict(
        self, uow: UnitOfWork, stands: Complaint, key: str, yours: Mapping[str, object]
    ) -> Conflict:
        history = uow.parts.of(Event, complaint_id=stands.complaint_id)[::-1]
        clashes = []
        for name, value in yours.items():
            last = next((e for e in history if name in _changed(e)), None)
            who, when = (last.actor, last.at) if last else (None, None)
            clashes.append(Clash(name, value, getattr(stands, name), who, when))
        return Conflict(
            key,
            tuple(clashes),
            number=stands.number,
            fields=tuple(yours),
            by=", ".join(sorted({c.by for c in clashes if c.by})) or "?",
        )


def _changed(event: Event) -> Mapping[str, object]:
    changes = event.detail.get("changes")
    return changes if isinstance(changes, Mapping) else {}
