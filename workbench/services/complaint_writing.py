"""How every act on a complaint is written: row, history, audit and op in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

from workbench.domain.audit import AuditEntry
from workbench.domain.complaint import UNSETTLED, Complaint
from workbench.domain.complaint_parts import Event, EventKind, Part
from workbench.domain.errors import BadInput
from workbench.domain.ids import uuid7
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
        base = {name: before.versions.get(name, 0) for name in changes}
        values = {name: as_json(getattr(after, name)) for name in changes}
        uow.enqueue("complaint", kind.value, after.complaint_id, values, base)
        for part in (event, *parts):
            entity = type(part).__name__.lower()
            body = {name: as_json(value) for name, value in asdict(part).items()}
            uow.enqueue(entity, "create", after.complaint_id, body)
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


_BOOKKEEPING = {"versions", "updated_at", "due_at"}


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
