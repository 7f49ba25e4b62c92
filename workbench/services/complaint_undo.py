"""One act on a complaint taken back, unless what it set was set anew since."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from workbench.domain.complaint import Complaint, State
from workbench.domain.complaint_life import may_move
from workbench.domain.complaint_parts import Event, EventKind
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.people import Act, Role, may
from workbench.services.complaint_writing import Writing
from workbench.services.session import Session

_KINDS = (EventKind.MOVED, EventKind.ASSIGNED, EventKind.EDITED, EventKind.RATED)
_BACKWARDS = (Role.TEAM_LEAD, Role.ADMIN)  # the centre lets only them move against the table


class ComplaintUndo:
    def __init__(self, writing: Writing) -> None:
        self._w = writing

    def open(self, event: Event) -> bool:
        """Whether this person may take this act back, should nobody have built on it."""
        self._w.session.require(Act.READ_COMPLAINTS)
        if event.kind not in _KINDS or not event.detail.get("changes"):
            return False
        return _refusal(self._w.session, event) is None

    def undo(self, event_id: str, why: str = "") -> Complaint:
        """Put back what a row of history changed. It stays in the history, and so does this.
        Raises BadInput('no_such_event', 'not_undoable', 'changed_since'), NotPermitted."""
        self._w.session.require(Act.HANDLE_COMPLAINT)
        with self._w.records.unit_of_work() as uow:
            found = uow.parts.of(Event, event_id=event_id)
            if not found:
                raise BadInput("no_such_event", event=event_id[:80])
            event = found[0]
            if event.kind not in _KINDS or not event.detail.get("changes"):
                raise BadInput("not_undoable")
            if (refused := _refusal(self._w.session, event)) is not None:
                raise refused
            now = self._w.to_change(uow, event.complaint_id)
            values = reverted(now, event)
            if values is None or now.merged_into is not None:
                raise BadInput("changed_since", number=now.number)
            detail = {"undoes": event.event_id}
            self._w.put(uow, now, now.changed(**values), event.kind, why=why, detail=detail)
            after = self._w.to_change(uow, now.complaint_id)  # its coded values as such
            uow.commit()
        return after


def reverted(now: Complaint, event: Event) -> dict[str, object] | None:
    """The values from before the event; None if one of them was changed since."""
    changes = event.detail.get("changes")
    if not isinstance(changes, Mapping):
        return None
    values: dict[str, object] = {}
    times = {f.name for f in fields(Complaint) if "datetime" in str(f.type)}
    for name, (was, became) in changes.items():
        stands = getattr(now, name)
        if (stands.isoformat() if isinstance(stands, datetime) else stands) != became:
            return None
        if name in times and was is not None:
            was = datetime.fromisoformat(was)
        values[name] = State(was) if name == "state" else was
    return values


def _refusal(session: Session, event: Event) -> NotPermitted | None:
    person = session.person
    others = event.kind is EventKind.ASSIGNED and event.actor != person.person_id
    if others and not may(person, Act.ASSIGN):
        return NotPermitted("not_permitted", act=Act.ASSIGN, role=person.role)
    if event.kind is EventKind.MOVED and event.from_state and event.to_state:
        was, to = State(event.from_state), State(event.to_state)
        if not may_move(person, to, was) and person.role not in _BACKWARDS:
            return NotPermitted("move_back", was=was, role=person.role)
    return None
