"""How every act on a complaint is written: row, history, audit and op in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

from workbench.domain.audit import AuditEntry
from workbench.domain.complaint import UNSETTLED, Complaint
from workbench.domain.complaint_parts import (
    Attachment,
    Case,
    Check,
    Comment,
    Event,
    EventKind,
    Link,
    Part,
    Reminder,
)
from workbench.domain.errors import BadInput
from workbench.domain.ids import uuid7
from workbench.domain.sync import GIVEN_ONLY_BY_ASSIGNING, OpKind
from workbench.services.ports import Clock, Clocks, Records, UnitOfWork
from workbench.services.session import Session


class NoDeadlines:
    """Satisfies services.ports.Clocks where no deadline profile applies."""

    def next_due(self, complaint: Complaint, history: Sequence[Event]) -> datetime | None:
        return None


@dataclass(frozen=True)
class Writing:
    """What the services about complaints share; ``uow`` is always the caller's transaction."""

    records: Records
    session: Session
    clocks: Clocks
    clock: Clock

    @property
    def person_id(self) -> str:
        return self.session.person.person_id

    @contextmanager
    def changing(self, complaint_id: str) -> Iterator[tuple[UnitOfWork, Complaint]]:
        """A complaint by id or number that nobody else changes until this ends; commits when
        the block ends well. Raises BadInput('no_such_complaint')."""
        with self.records.unit_of_work() as uow:
            yield uow, self.to_change(uow, complaint_id)
            uow.commit()

    def to_change(self, uow: UnitOfWork, complaint_id: str) -> Complaint:
        found = uow.complaints.to_change(complaint_id)
        if found is None:
            raise BadInput("no_such_complaint", complaint=complaint_id)
        return found

    def put(
        self,
        uow: UnitOfWork,
        before: Complaint,
        after: Complaint,
        kind: EventKind,
        *,
        why: str | None = None,
        bulk_id: str | None = None,
        detail: Mapping[str, object] | None = None,
        parts: Sequence[Part] = (),
    ) -> Complaint:
        """Write one act: the changed row (with its next deadline), the parts that came with it,
        its history, its audit row, and the ops."""
        now = self.clock()
        changes = changes_of(before, after)
        event = Event(
            str(uuid7()),
            before.complaint_id,
            now,
            self.person_id,
            kind,
            from_state=before.state if "state" in changes else None,
            to_state=after.state if "state" in changes else None,
            why=(why or "").strip() or None,
            bulk_id=bulk_id,
            detail=dict(detail or {}) | ({"changes": changes} if changes else {}),
        )
        uow.parts.add(event, *parts)
        history = uow.parts.of(Event, complaint_id=before.complaint_id)
        due = self.clocks.next_due(after, history) if after.state in UNSETTLED else None
        after = after.changed(updated_at=now)
        if due != after.due_at:
            after = after.changed(due_at=due)
        uow.complaints.change(after)
        self.audit(uow, kind, after, now, sorted(changes), bulk_id)
        values = {name: as_json(getattr(after, name)) for name in changes}
        send(uow, after.complaint_id, values, (*parts, event))
        return after

    def audit(
        self,
        uow: UnitOfWork,
        kind: EventKind,
        complaint: Complaint,
        at: datetime,
        names: Sequence[str],
        bulk_id: str | None = None,
    ) -> None:
        """Names of fields and no values: a person's words stay in the records."""
        detail: dict[str, object] = {"number": complaint.number}
        if names:
            detail["fields"] = list(names)
        if bulk_id:
            detail["bulk"] = bulk_id
        uow.record(
            AuditEntry(at, self.person_id, kind.value, "complaint", complaint.complaint_id, detail)
        )


_BOOKKEEPING = {"versions", "updated_at", "due_at"}  # each desk's own
_KEYS: dict[type[Part], tuple[str, ...]] = {
    Event: ("event_id",),
    Comment: ("comment_id",),
    Attachment: ("attachment_id",),
    Check: ("complaint_id", "item"),
    Case: ("case_id",),
    Link: ("link_id",),
    Reminder: ("reminder_id",),
}


def send(
    uow: UnitOfWork, complaint_id: str, values: dict[str, object], parts: Sequence[Part]
) -> None:
    """One op for the centre: the changed fields of the complaint, and the parts that come with
    them or not at all; where no field changed, the first part with the others."""
    if "state" in values:
        kind = OpKind.MOVE
    elif values.keys() <= GIVEN_ONLY_BY_ASSIGNING:
        kind = OpKind.ASSIGN
    else:
        kind = OpKind.UPDATE
    sent = [
        {
            "entity": type(part).__name__.lower(),
            "entity_id": part_id(part),
            "root": complaint_id,
            "body": part_values(part),
        }
        for part in parts
    ]
    if values:
        uow.enqueue("complaint", kind, complaint_id, values, also=sent)
    elif parts:
        first = part_values(parts[0])
        entity, own_id = type(parts[0]).__name__.lower(), part_id(parts[0])
        uow.enqueue(entity, OpKind.CREATE, own_id, first, root=complaint_id, also=sent[1:])


def send_born(uow: UnitOfWork, complaint: Complaint, born: Event) -> None:
    """The op of a new complaint with the first row of its history."""
    values, also = born_op(complaint, born)
    uow.enqueue("complaint", OpKind.CREATE, complaint.complaint_id, values, also=also)


def born_op(complaint: Complaint, born: Event) -> tuple[dict[str, object], list[dict[str, object]]]:
    """What the op of a new complaint says, and what comes with it."""
    values = {n: as_json(v) for n, v in vars(complaint).items() if n not in _BOOKKEEPING}
    also: dict[str, object] = {
        "entity": "event",
        "entity_id": born.event_id,
        "root": complaint.complaint_id,
        "body": part_values(born),
    }
    return values, [also]


def send_changed(uow: UnitOfWork, part: Part, *names: str) -> None:
    """The op of a part of which these fields changed; none: it was removed."""
    values = {name: as_json(getattr(part, name)) for name in names}
    kind = OpKind.UPDATE if names else OpKind.DELETE
    uow.enqueue(type(part).__name__.lower(), kind, part_id(part), values)


def part_id(part: Part) -> str:
    return "/".join(getattr(part, name) for name in _KEYS[type(part)])


def part_values(part: Part) -> dict[str, object]:
    values = {name: as_json(value) for name, value in asdict(part).items()}
    if isinstance(part, Attachment):
        del values["address"]  # where it lies at this desk is nobody else's
    return values


def changes_of(before: Complaint, after: Complaint) -> dict[str, list[object]]:
    """{field: [before, after]} as JSON holds them."""
    return {
        name: [as_json(value), as_json(getattr(after, name))]
        for name, value in vars(before).items()
        if name not in _BOOKKEEPING and value != getattr(after, name)
    }


def as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def share_saved(uow: UnitOfWork, kind: str, name: str, body: dict[str, object] | None) -> None:
    """Keep a small named thing (None: let it go) here and for the team; the caller commits."""
    known, named = uow.saved.get(kind, name), f"{kind}/{name}"
    if body is None:
        uow.saved.delete(kind, name)
        uow.enqueue("saved", "delete", named, {})
        return
    uow.saved.put(kind, name, body)
    if known is None:
        uow.enqueue("saved", "create", named, {"kind": kind, "name": name, "body": body})
    else:
        uow.enqueue("saved", "update", named, {"body": body})
