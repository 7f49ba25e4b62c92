"""Notices: what has become urgent for the person at the desk, each told once on this profile."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from workbench.domain.deadline import next_due
from workbench.domain.incident import FoundIncident, IncidentState
from workbench.domain.issue_groups import Callback
from workbench.domain.notice import Notice, NoticeKind
from workbench.domain.people import Act, Role, may
from workbench.domain.spike import Direction
from workbench.domain.times import utc_now
from workbench.domain.work_queue import BREACHING, ListQuery, Queue, queue
from workbench.services.complaint_lists import ListService
from workbench.services.deadlines import DeadlineService
from workbench.services.ports import Clock, Records
from workbench.services.session import Session

_KEPT = timedelta(days=30)  # what no longer stands is remembered so long
_FRESH = timedelta(days=1)  # an incident found longer ago, and over, is no news
_PAGE = 200


class NoticeService:
    """Blocks: never on the GUI thread. ``incidents`` and ``callbacks`` are what the person sees."""

    def __init__(
        self,
        records: Records,
        session: Session,
        lists: ListService,
        deadlines: DeadlineService,
        incidents: Callable[[], Sequence[FoundIncident]],
        callbacks: Callable[[], Sequence[Callback]],
        clock: Clock = utc_now,
    ) -> None:
        self._records, self._session = records, session
        self._lists, self._deadlines = lists, deadlines
        self._incidents, self._callbacks = incidents, callbacks
        self._clock = clock
        self._standing: set[str] = set()  # told of or not: not to be forgotten

    def waiting(self, *, calls: bool = True) -> list[Notice]:
        """What nobody was told yet, the most urgent first. ``calls``: customers to call back as
        well, for which the attempts are counted."""
        self._session.require(Act.READ_COMPLAINTS)
        told = self._told()
        found = [*self._deadline_notices(told), *self._incident_notices(told)]
        if calls and may(self._session.person, Act.WAIT_FOR_FIX):
            keys = [f"callback/{c.issue.issue_id}/{c.customer_ref}" for c in self._callbacks()]
            found.append(Notice(NoticeKind.CALLBACK, self._new(keys, told)))
        return [notice for notice in found if notice.keys]

    def take(self, notices: Sequence[Notice]) -> list[Notice]:
        """To be told now, by this window alone: those of them that no other was first to tell."""
        self._session.require(Act.READ_COMPLAINTS)
        person, now = self._session.person.person_id, self._clock()
        with self._records.unit_of_work() as uow:
            told = _known(uow.saved.to_change("notices", person))
            own = [
                replace(notice, keys=tuple(key for key in notice.keys if key not in told))
                for notice in notices
            ]
            oldest = (now - _KEPT).isoformat()
            kept = {k: at for k, at in told.items() if at >= oldest or k in self._standing}
            for notice in own:
                kept |= dict.fromkeys(notice.keys, now.isoformat())
            uow.saved.put("notices", person, {"told": kept})
            uow.commit()
        return [notice for notice in own if notice.keys]

    def _new(self, keys: Iterable[str], told: dict[str, str]) -> tuple[str, ...]:
        self._standing.update(keys := list(keys))
        return tuple(key for key in keys if key not in told)

    def _told(self) -> dict[str, str]:
        with self._records.unit_of_work() as uow:
            return _known(uow.saved.get("notices", self._session.person.person_id))

    # deadlines
    def _deadline_notices(self, told: dict[str, str]) -> Iterator[Notice]:
        now = self._clock()
        for kind, before in ((NoticeKind.OVER, now), (NoticeKind.NEAR, now + BREACHING)):
            seen: set[str] = set()
            for scope in self._scopes(now):
                query = replace(scope, due_before=before)
                found = {k: n for k, n in self._due(query, kind, now, told) if k not in seen}
                seen.update(found)
                yield Notice(kind, tuple(found), tuple(found.values()), query)

    def _scopes(self, now: datetime) -> Iterator[ListQuery]:
        """A lead answers for the team, everybody for what is theirs; for what nobody has, who may
        give it to somebody."""
        person = self._session.person
        team = person.role is Role.TEAM_LEAD and person.team
        yield queue(Queue.TEAM if team else Queue.MINE, person, now)
        if may(person, Act.ASSIGN):
            yield queue(Queue.UNASSIGNED, person, now)

    def _due(
        self, query: ListQuery, kind: NoticeKind, now: datetime, told: dict[str, str]
    ) -> Iterator[tuple[str, str]]:
        """Keys and numbers. The list knows what was due at the last write, the clocks what is."""
        own = {None, self._session.person.team}
        after = None
        while True:
            page = self._lists.page(replace(query, limit=_PAGE, after=after))
            for row in page.rows:
                if row.due_at is None or (row.due_at <= now) is not (kind is NoticeKind.OVER):
                    continue
                if query.unassigned and len(own) > 1 and row.team not in own:
                    continue  # another lead's
                key = f"{kind}/{row.complaint_id}/{row.due_at}"
                if not self._new([key], told):
                    continue
                due = next_due(self._deadlines.of(row.complaint_id).clocks)
                if due is not None and query.due_before is not None and due <= query.due_before:
                    yield key, row.number
            after = page.after
            if after is None:
                return

    # incidents
    def _incident_notices(self, told: dict[str, str]) -> Iterator[Notice]:
        """New ones go to those who judge them, confirmed ones to those who take the calls."""
        if not may(self._session.person, Act.SEE_TRENDS):
            return
        judges = may(self._session.person, Act.JUDGE_INCIDENTS)
        wanted = IncidentState.NEW if judges else IncidentState.CONFIRMED
        fresh = self._clock() - _FRESH
        found = {
            f"incident/{one.incident_id}/{wanted}": one
            for one in self._incidents()
            if one.direction is Direction.UP
            and one.state is wanted
            and (not one.over or (judges and one.found_at > fresh))
        }
        new = self._new(found, told)
        newest = max((found[key] for key in new), key=lambda one: one.start, default=None)
        yield Notice(NoticeKind.INCIDENT, new, cause=newest.cause if newest else None)


def _known(body: dict[str, object] | None) -> dict[str, str]:
    told = (body or {}).get("told")
    return dict(told) if isinstance(told, dict) else {}
