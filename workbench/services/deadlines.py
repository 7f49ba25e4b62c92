"""Deadlines of complaints: the clocks of one, what is due next, causes that many complain about."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from workbench import paths
from workbench.domain.calendar import Calendar
from workbench.domain.complaint import UNSETTLED, Complaint, State
from workbench.domain.complaint_parts import Event, EventKind
from workbench.domain.deadline import Clock, Facts, Profile, clocks, next_due
from workbench.domain.errors import BadInput
from workbench.domain.people import Act
from workbench.domain.work_queue import CauseGroup, ListQuery, SortBy
from workbench.services.complaint_writing import Writing

GROUP_DAYS = 30
GROUP_SIZES = (5, 20)  # customers: worth a look, a group complaint


class Deadlines:
    """Profiles and a calendar; satisfies services.ports.Clocks."""

    def __init__(self, profiles: Sequence[Profile], calendar: Calendar) -> None:
        self.profiles = tuple(profiles)
        self._calendar = calendar

    @property
    def version(self) -> str:
        """Changes whenever a deadline may."""
        told = "+".join(f"{p.key} {p.version}" for p in self.profiles)
        return f"{told} | {self._calendar.version}"

    def of(
        self, complaint: Complaint, history: Sequence[Event], now: datetime
    ) -> tuple[Clock, ...]:
        return clocks(self.profiles, facts_of(complaint, history), self._calendar, now)

    def next_due(self, complaint: Complaint, history: Sequence[Event]) -> datetime | None:
        """The nearest deadline that still stands. What is due does not hang on the present."""
        last = max((event.at for event in history), default=complaint.created_at)
        return next_due(self.of(complaint, history, last))


def facts_of(complaint: Complaint, history: Sequence[Event]) -> Facts:
    ordered = sorted(history, key=lambda event: event.at)
    return Facts(
        received_at=complaint.received_at or complaint.created_at,
        source=complaint.source,
        demand=complaint.demand,
        severity=complaint.severity,
        states=tuple((State(e.to_state), e.at) for e in ordered if e.to_state),
        answered_at=complaint.first_answer_at,
        stages=tuple(
            (str(e.detail["stage"]), e.at)
            for e in ordered
            if e.kind == EventKind.EXTENDED and "stage" in e.detail
        ),
    )


def read_profiles(own: Path) -> list[Profile]:
    """Those that the site chose in ``own`` ({"use": [keys], "own": [profiles]}), else the shipped
    ones for China. Raises BadInput('bad_deadlines')."""
    shipped = paths.resources() / "deadlines"
    here = _profiles(shipped / "profiles.json")
    if not own.exists():
        return here
    every = {p.key: p for p in here + _profiles(shipped / "elsewhere.json")}
    try:
        told = json.loads(own.read_text("utf-8"))
        chosen = [every[key] for key in told.get("use", [p.key for p in here])]
        return chosen + [Profile.from_json(each) for each in told.get("own", ())]
    except KeyError as error:
        raise BadInput("bad_deadlines", file=str(own), why=f"? {error}") from None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BadInput("bad_deadlines", file=str(own), why=str(error)) from None


def _profiles(file: Path) -> list[Profile]:
    return [Profile.from_json(each) for each in json.loads(file.read_text("utf-8"))]


@dataclass(frozen=True)
class Told:
    """A complaint with its clocks, those that stand first."""

    complaint: Complaint
    clocks: tuple[Clock, ...]
    now: datetime


class DeadlineService:
    def __init__(self, writing: Writing, deadlines: Deadlines) -> None:
        self._w = writing
        self._deadlines = deadlines

    def of(self, complaint_id: str) -> Told:
        """By id or number. Raises BadInput('no_such_complaint')."""
        self._w.session.require(Act.READ_COMPLAINTS)
        now = self._w.clock()
        with self._w.records.unit_of_work() as uow:
            found = uow.complaints.get(complaint_id)
            if found is None:
                raise BadInput("no_such_complaint", complaint=complaint_id)
            history = uow.parts.of(Event, complaint_id=found.complaint_id)
        return Told(found, self._deadlines.of(found, history, now), now)

    def extend(self, complaint_id: str, stage: str, why: str) -> Complaint:
        """'complex': the facts are not simple, as whoever works on it says; 'extended': more time,
        which another person than the owner approves. Raises BadInput('extend_needs_why',
        'no_such_stage'), NotPermitted."""
        approved = stage == "extended"
        self._w.session.require(Act.APPROVE if approved else Act.HANDLE_COMPLAINT)
        if not why.strip():
            raise BadInput("extend_needs_why")
        known = {s for p in self._deadlines.profiles for limit in p.limits for s in limit.lengths}
        if stage not in known - {""}:
            raise BadInput("no_such_stage", stage=stage, stages=sorted(known - {""}))
        with self._w.changing(complaint_id) as (uow, found):
            if found.state not in UNSETTLED:
                raise BadInput("extend_settled", number=found.number)
            if approved and found.owner == self._w.person_id:
                raise BadInput("extend_own", number=found.number)
            detail = {"stage": stage}
            return self._w.put(uow, found, found, EventKind.EXTENDED, why=why, detail=detail)

    def groups(self) -> list[CauseGroup]:
        """Reasons about which several customers complain, of the last days, the most first."""
        self._w.session.require(Act.READ_COMPLAINTS)
        since = self._w.clock() - timedelta(days=GROUP_DAYS)
        with self._w.records.unit_of_work() as uow:
            return uow.complaints.groups(since, GROUP_SIZES[0])

    def refresh(self) -> int:
        """Work out anew what is due, where profiles or calendar changed since; how many changed.
        Not an act of a person: no history, no audit row, nothing to send."""
        with self._w.records.unit_of_work() as uow:
            kept = uow.saved.get("deadlines", "version") or {}
        if kept.get("version") == self._deadlines.version:
            return 0
        changed, query = 0, ListQuery(tuple(UNSETTLED), sort=SortBy.NUMBER, limit=200)
        while True:
            with self._w.records.unit_of_work() as uow:
                page = uow.complaints.page(query)
            changed += self.refresh_these([row.complaint_id for row in page.rows])
            if page.after is None:
                break
            query = replace(query, after=page.after)
        with self._w.records.unit_of_work() as uow:
            uow.saved.put("deadlines", "version", {"version": self._deadlines.version})
            uow.commit()
        return changed

    def refresh_these(self, complaint_ids: Sequence[str]) -> int:
        """As ``refresh``, of these alone: what came from the centre has no deadline here yet."""
        changed = 0
        with self._w.records.unit_of_work() as uow:
            for complaint_id in complaint_ids:
                found = uow.complaints.to_change(complaint_id)
                if found is None:
                    continue
                due = None
                if found.state in UNSETTLED:
                    history = uow.parts.of(Event, complaint_id=found.complaint_id)
                    due = self._deadlines.next_due(found, history)
                if due != found.due_at:
                    uow.complaints.change(replace(found, due_at=due))
                    changed += 1
            uow.commit()
        return changed
