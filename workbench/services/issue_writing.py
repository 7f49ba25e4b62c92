"""How every act on an issue is written: row, history, audit and op in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from workbench.domain.audit import AuditEntry
from workbench.domain.complaint_parts import Attachment
from workbench.domain.errors import BadInput
from workbench.domain.ids import uuid7
from workbench.domain.issue import Issue, IssueEvent, IssueEventKind, IssuePlace, IssueState, Waiter
from workbench.domain.masking import redact
from workbench.domain.sync import OpKind
from workbench.services.complaint_writing import as_json, part_id, part_values
from workbench.services.ports import Clock, Records, UnitOfWork
from workbench.services.session import Session

Pairs = dict[str, list[str | None]]  # name -> [before, after]
_PLACE = [f.name for f in fields(IssuePlace)]


@dataclass(frozen=True)
class Placed:
    """What was put where: ``pairs`` by fingerprint, for the history; ``born`` are the places that
    nobody had put anything into before, which go out with the act."""

    pairs: Pairs
    born: tuple[IssuePlace, ...] = ()


@dataclass(frozen=True)
class IssueWriting:
    """What the services about issues share; ``uow`` is always the caller's transaction."""

    records: Records
    session: Session
    clock: Clock

    @property
    def person_id(self) -> str:
        return self.session.person.person_id

    def need(self, uow: UnitOfWork, named: str) -> Issue:
        """An issue by id or number, that nobody else changes until the transaction ends. Raises
        BadInput('no_such_issue')."""
        found = uow.issues.to_change(named)
        if found is None:
            raise BadInput("no_such_issue", issue=named[:80])
        return found

    def place(
        self,
        uow: UnitOfWork,
        fingerprints: Sequence[str],
        issue_id: str | None,
        witnesses: Mapping[str, Sequence[str]],
    ) -> Placed:
        """Put fingerprints where they belong from now on, whoever regroups what later."""
        pairs: Pairs = {}
        born: list[IssuePlace] = []
        for fingerprint in fingerprints:
            known = uow.parts.of(IssuePlace, fingerprint=fingerprint)
            seen = tuple(witnesses.get(fingerprint, ()))
            put = IssuePlace(fingerprint, issue_id, self.clock(), self.person_id, seen)
            pairs[fingerprint] = [known[0].issue_id if known else None, issue_id]
            uow.parts.put(put)
            if known:
                values = {name: as_json(getattr(put, name)) for name in _PLACE[1:]}
                uow.enqueue("issueplace", OpKind.UPDATE, fingerprint, values)
            else:
                born.append(put)
        return Placed(pairs, tuple(born))

    def write(
        self,
        uow: UnitOfWork,
        before: Issue | None,
        after: Issue,
        kind: IssueEventKind,
        *,
        why: str = "",
        detail: Mapping[str, object] | None = None,
        parts: Sequence[IssuePlace | Attachment] = (),
        shown: IssueState | None = None,
    ) -> str:
        """One act; ``before`` None: it is new. ``shown`` is the state that the person saw, where
        the failures had made another of it. Returns the id of its row of history."""
        changes = {} if before is None else changes_of(before, after)
        moved = before is None or kind is IssueEventKind.MOVED or "state" in changes
        event = IssueEvent(
            str(uuid7()),
            after.issue_id,
            self.clock(),
            self.person_id,
            kind,
            from_state=(shown or (before.state if before else None)) if moved else None,
            to_state=after.state if moved else None,
            why=redact(why.strip()) or None,
            detail=dict(detail or {}) | ({"changes": changes} if changes else {}),
        )
        uow.issues.put(after)
        uow.parts.add(event)
        named: dict[str, object] = {"number": after.number}
        if changes:
            named["fields"] = sorted(changes)
        if "together" in event.detail:
            named["together"] = event.detail["together"]
        self.audit(uow, kind.value, "issue", after.issue_id, named)
        also = [_sent(part, after.issue_id) for part in (event, *parts)]
        if before is None:
            values = {name: as_json(value) for name, value in vars(after).items()}
            uow.enqueue("issue", OpKind.CREATE, after.issue_id, values, also=also)
        elif changes:
            values = {name: as_json(getattr(after, name)) for name in changes}
            uow.enqueue("issue", _kind(changes), after.issue_id, values, also=also)
        else:
            first, *rest = also
            body = dict(first["body"])  # type: ignore[call-overload]
            uow.enqueue(
                "issueevent", OpKind.CREATE, event.event_id, body, root=after.issue_id, also=rest
            )
        return event.event_id

    def audit(
        self, uow: UnitOfWork, action: str, entity: str, subject: str, detail: dict[str, object]
    ) -> None:
        """Names of fields and no values: a person's words stay in the records."""
        uow.record(AuditEntry(self.clock(), self.person_id, action, entity, subject, detail))


def changes_of(before: Issue, after: Issue) -> dict[str, list[object]]:
    """{field: [before, after]} as JSON holds them."""
    return {
        name: [as_json(value), as_json(getattr(after, name))]
        for name, value in vars(before).items()
        if value != getattr(after, name)
    }


def waiter_id(waiter: Waiter) -> str:
    return f"{waiter.issue_id}/{waiter.customer_ref}/{waiter.agent}"


def _kind(changes: Mapping[str, object]) -> OpKind:
    if "state" in changes:
        return OpKind.MOVE
    return OpKind.ASSIGN if set(changes) == {"owner"} else OpKind.UPDATE


def _sent(part: IssueEvent | IssuePlace | Attachment, issue_id: str) -> dict[str, object]:
    match part:
        case IssueEvent():
            entity, own = "issueevent", part.event_id
        case IssuePlace():
            entity, own = "issueplace", part.fingerprint
        case Attachment():
            entity, own = "attachment", part_id(part)
    body = (
        part_values(part)
        if isinstance(part, Attachment)
        else {name: as_json(value) for name, value in vars(part).items()}
    )
    return {"entity": entity, "entity_id": own, "root": issue_id, "body": body}
