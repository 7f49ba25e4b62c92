"""Queues and lists of complaints, views that were saved, who has what open, and the measures."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from workbench.domain.complaint import Severity, State
from workbench.domain.complaint_parts import Presence
from workbench.domain.errors import BadInput
from workbench.domain.people import Act, Person
from workbench.domain.work_queue import (
    ListPage,
    ListQuery,
    Measures,
    Queue,
    SortBy,
    queue,
)
from workbench.services.complaint_writing import Writing, share_saved

_VIEW = "complaint_view"
_TIMES = ("due_before", "received_from", "received_before")
GONE = timedelta(seconds=90)  # a desk not heard of for so long has the complaint no longer open


class ListService:
    def __init__(self, writing: Writing, desk: str) -> None:
        """``desk`` names this running program among those on the profile."""
        self._w = writing
        self._desk = desk

    def queue(self, which: Queue) -> ListQuery:
        """The query of a queue, to be narrowed, ordered otherwise or paged."""
        self._w.session.require(Act.READ_COMPLAINTS)
        return queue(which, self._w.session.person, self._w.clock())

    def page(self, query: ListQuery) -> ListPage:
        """Drafts are shown to those who wrote them, and to those who may assign."""
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            return uow.complaints.page(self._own_drafts(query))

    def count(self, query: ListQuery) -> int:
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            return uow.complaints.count(self._own_drafts(query))

    def counts(self) -> dict[Queue, int]:
        """How many are in each queue."""
        return {which: self.count(self.queue(which)) for which in Queue}

    def people(self, *, active: bool = True) -> list[Person]:
        """Those to whom a complaint can be given, by team and name; or all that ever were."""
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            found = uow.people.all()
        return sorted((p for p in found if p.active or not active), key=_by_team)

    def _own_drafts(self, query: ListQuery) -> ListQuery:
        if State.DRAFT in query.states and len(query.states) > 1:
            raise BadInput("drafts_alone")
        if query.states == (State.DRAFT,):
            return replace(query, drafts_of=self._w.person_id)
        return query

    def save_view(self, name: str, query: ListQuery) -> None:
        """For the whole team, at the centre too; a place in the list is not part of it."""
        self._w.session.require(Act.READ_COMPLAINTS)
        if not name.strip():
            raise BadInput("view_needs_name")
        body = asdict(query)
        body.pop("after")
        for each in _TIMES:
            body[each] = body[each].isoformat() if body[each] else None
        with self._w.records.unit_of_work() as uow:
            share_saved(uow, _VIEW, name.strip(), body)
            uow.commit()

    def view(self, name: str) -> ListQuery:
        """Raises BadInput('no_such_view')."""
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            body = uow.saved.get(_VIEW, name)
        if body is None:
            raise BadInput("no_such_view", view=name)
        return _query(body)

    def views(self) -> list[str]:
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            return uow.saved.names(_VIEW)

    def delete_view(self, name: str) -> None:
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            if uow.saved.get(_VIEW, name) is not None:
                share_saved(uow, _VIEW, name, None)
            uow.commit()

    def open(self, complaint_id: str) -> tuple[Presence, ...]:
        """Say that this desk has it open (again every 30 seconds); returns who else has."""
        self._w.session.require(Act.READ_COMPLAINTS)
        now = self._w.clock()
        with self._w.records.unit_of_work() as uow:
            uow.parts.put(Presence(complaint_id, self._desk, self._w.person_id, now))
            others = uow.parts.since(Presence, "seen_at", now - GONE, complaint_id=complaint_id)
            uow.commit()
        return tuple(p for p in others if p.desk != self._desk)

    def leave(self, complaint_id: str) -> None:
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            uow.parts.remove(Presence, complaint_id=complaint_id, desk=self._desk)
            uow.commit()

    def measures(self, start: datetime, end: datetime) -> Sequence[Measures]:
        """By cause, of complaints received from ``start`` to before ``end`` (UTC naive)."""
        self._w.session.require(Act.SEE_TRENDS)
        with self._w.records.unit_of_work() as uow:
            return uow.complaints.measures(start, end)


def _by_team(person: Person) -> tuple[str, str]:
    return person.team or "", person.name


def _query(body: dict[str, object]) -> ListQuery:
    """A view of a newer version is read as far as this one knows it."""
    known = {name: body[name] for name in vars(ListQuery()) if name in body}
    made: dict[str, object] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in known.items()
    }
    times = {name: made.get(name) for name in _TIMES}
    return ListQuery(
        **made  # type: ignore[arg-type]
        | {
            "states": tuple(map(State, made.get("states", ()))),  # type: ignore[call-overload]
            "severities": tuple(
                map(Severity, made.get("severities", ()))  # type: ignore[call-overload]
            ),
            "sort": SortBy(str(made.get("sort", SortBy.CREATED))),
            **{n: datetime.fromisoformat(str(at)) if at else None for n, at in times.items()},
        }
    )
