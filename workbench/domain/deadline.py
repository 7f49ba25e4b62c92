"""Deadlines of a complaint: profiles of limits as data, and clocks that explain every day.

Days are Shanghai's. The day on which a limit begins does not count; the last one is whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from workbench.domain.calendar import Calendar, DayKind
from workbench.domain.complaint import State
from workbench.domain.times import from_local, to_local

_LONGEST = 4000  # days: a limit that is not over by then is a mistake in a profile


class Unit(StrEnum):
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    WORKING_HOURS = "working_hours"


class Ends(StrEnum):
    """What a limit asks for in time."""

    ANSWERED = "answered"  # the customer was told something
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Limit:
    """``lengths`` by stage: '' at first, then what an event of the history lengthens it to.
    ``by_severity`` goes before it. ``warn_hours`` before the end. ``pauses``: states in which it
    does not run. ``at_close``: over when business closes on its last day, not at midnight."""

    key: str
    unit: Unit
    ends: Ends
    lengths: Mapping[str, float]
    by_severity: Mapping[str, float]
    warn_hours: float
    pauses: frozenset[State] = frozenset()
    at_close: bool = False


@dataclass(frozen=True)
class Profile:
    """Limits of one regime. Empty ``sources``: every complaint; ``basis`` by language; ``sure`` as
    docs/domain has it: read, second-hand, unverified, own."""

    key: str
    version: str
    basis: Mapping[str, str]
    sure: str
    limits: tuple[Limit, ...]
    sources: frozenset[str] = frozenset()
    demands: frozenset[str] = frozenset()
    restarts: bool = True  # a reopened complaint begins anew

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Profile":
        """Raises KeyError, ValueError, TypeError for what is none."""
        applies = told.get("applies", {})
        limits = tuple(
            Limit(
                each["key"],
                Unit(each["unit"]),
                Ends(each["ends"]),
                {"": float(each["length"])}
                | {k: float(v) for k, v in each.get("stages", {}).items()},
                {k: float(v) for k, v in each.get("by_severity", {}).items()},
                float(each.get("warn_hours", 24)),
                frozenset(State(s) for s in each.get("pauses", ())),
                bool(each.get("at_close", False)),
            )
            for each in told["limits"]
        )
        if any(v <= 0 for limit in limits for v in limit.lengths.values()):
            raise ValueError("a length must be above 0")
        return cls(
            told["key"],
            str(told["version"]),
            dict(told["basis"]),
            told["sure"],
            limits,
            frozenset(applies.get("sources", ())),
            frozenset(applies.get("demands", ())),
            bool(told.get("restarts", True)),
        )

    def applies(self, facts: "Facts") -> bool:
        return (not self.sources or facts.source in self.sources) and (
            not self.demands or facts.demand in self.demands
        )


@dataclass(frozen=True)
class Facts:
    """What the clocks know of a complaint; times are UTC, naive. ``states``: each state with when
    it began, in order; ``stages``: what lengthened a limit, and when."""

    received_at: datetime
    source: str
    demand: str | None
    severity: str
    states: tuple[tuple[State, datetime], ...]
    answered_at: datetime | None = None
    stages: tuple[tuple[str, datetime], ...] = ()


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    ENDED = "ended"  # withdrawn: the procedure is over


class Counted(StrEnum):
    """Why a day counts, or does not."""

    BEGINS = "begins"
    COUNTED = "counted"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSED = "paused"


@dataclass(frozen=True)
class Step:
    """One day: ``used`` of the limit in its unit, 0 for a day that is skipped. ``name`` of a
    holiday; ``assumed``: the year's calendar is not published yet."""

    day: date
    why: Counted
    used: float = 0
    name: str | None = None
    assumed: bool = False


@dataclass(frozen=True)
class Clock:
    """One limit of one complaint. ``due_at``, ``warn_at`` and ``met_at`` are UTC, naive;
    ``length`` in ``unit``; ``stage``: what it was lengthened by."""

    profile: str
    version: str
    limit: str
    basis: Mapping[str, str]
    sure: str
    unit: Unit
    length: float
    stage: str
    state: ClockState
    started_at: datetime
    due_at: datetime
    warn_at: datetime
    met_at: datetime | None
    pauses: tuple[tuple[datetime, datetime | None], ...]
    steps: tuple[Step, ...]

    @property
    def stands(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in (ClockState.RUNNING, ClockState.PAUSED) or (
            self.state is ClockState.BREACHED and self.met_at is None
        )

    def warns(self, now: datetime) -> bool:
        return self.stands and now >= self.warn_at


def clocks(
    profiles: Sequence[Profile], facts: Facts, calendar: Calendar, now: datetime
) -> tuple[Clock, ...]:
    """Every clock that applies, the nearest first."""
    found = [
        _clock(profile, limit, facts, calendar, now)
        for profile in profiles
        if profile.applies(facts)
        for limit in profile.limits
    ]
    return tuple(sorted(found, key=lambda clock: (not clock.stands, clock.due_at)))


def next_due(made: Sequence[Clock]) -> datetime | None:
    """When the next of those that stand is over."""
    return min((clock.due_at for clock in made if clock.stands), default=None)


def _clock(
    profile: Profile, limit: Limit, facts: Facts, calendar: Calendar, now: datetime
) -> Clock:
    started = facts.received_at
    if profile.restarts:
        again = [at for state, at in facts.states if state is State.REOPENED]
        started = max([started, *again])
    done = _done_at(limit, facts, started)
    withdrawn = _last(facts, State.WITHDRAWN, started)
    stop = min((at for at in (done, withdrawn) if at is not None), default=None)
    stage = next((s for s, _ in reversed(facts.stages) if s in limit.lengths), "")
    length = limit.by_severity.get(facts.severity, limit.lengths[stage])
    if stage:
        length = limit.lengths[stage]
    pauses = tuple(_pauses(limit, facts, started))
    until = stop or now
    if limit.unit is Unit.WORKING_HOURS:
        due, steps = _by_hours(started, length, calendar, pauses, until)
    else:
        due, steps = _by_days(started, length, limit, calendar, pauses, until)
    paused = bool(pauses) and pauses[-1][1] is None
    if withdrawn is not None and stop == withdrawn:
        state = ClockState.ENDED
    elif done is not None:
        state = ClockState.MET if done <= due else ClockState.BREACHED
    elif now > due:
        state = ClockState.BREACHED
    else:
        state = ClockState.PAUSED if paused else ClockState.RUNNING
    return Clock(
        profile.key,
        profile.version,
        limit.key,
        profile.basis,
        profile.sure,
        limit.unit,
        length,
        stage,
        state,
        started,
        due,
        due - timedelta(hours=limit.warn_hours),
        done,
        pauses,
        steps,
    )


def _done_at(limit: Limit, facts: Facts, started: datetime) -> datetime | None:
    if limit.ends is Ends.ANSWERED and facts.answered_at is not None:
        return facts.answered_at if facts.answered_at >= started else None
    found = None
    for state, at in facts.states:
        if at >= started and state in (State.RESOLVED, State.CLOSED):
            found = found or at
        elif at >= started and state not in (State.WITHDRAWN,):
            found = None  # taken back
    return found


def _last(facts: Facts, wanted: State, started: datetime) -> datetime | None:
    """When it went into the state in which it still is."""
    if not facts.states:
        return None
    state, at = facts.states[-1]
    return at if state is wanted and at >= started else None


def _pauses(
    limit: Limit, facts: Facts, started: datetime
) -> Iterator[tuple[datetime, datetime | None]]:
    begun = None
    for state, at in facts.states:
        if begun is not None and state not in limit.pauses:
            if at > started:
                yield max(begun, started), at
            begun = None
        elif begun is None and state in limit.pauses:
            begun = at
    if begun is not None:
        yield max(begun, started), None


_Pauses = Sequence[tuple[datetime, datetime | None]]


def _by_days(
    started: datetime,
    length: float,
    limit: Limit,
    calendar: Calendar,
    pauses: _Pauses,
    until: datetime,
) -> tuple[datetime, tuple[Step, ...]]:
    """A day counts unless it is not worked, or was paused from its first to its last moment: what
    is not sure counts for the customer."""
    first = to_local(started).date()
    steps = [Step(first, Counted.BEGINS)]
    used = 0
    day = first
    while used < length:
        day += timedelta(days=1)
        if (day - first).days > _LONGEST:
            raise ValueError("a limit without an end")
        told = calendar.of(day)
        if _paused_all_day(day, pauses, until):
            steps.append(Step(day, Counted.PAUSED))
        elif limit.unit is Unit.WORKING_DAYS and not told.worked:
            why = Counted.HOLIDAY if told.kind is DayKind.HOLIDAY else Counted.WEEKEND
            steps.append(Step(day, why, 0, told.name, told.assumed))
        else:
            used += 1
            made_up = limit.unit is Unit.WORKING_DAYS and told.kind is DayKind.MAKE_UP
            assumed = told.assumed and limit.unit is Unit.WORKING_DAYS
            why = Counted.MAKE_UP if made_up else Counted.COUNTED
            steps.append(Step(day, why, 1, None, assumed))
    if limit.at_close:
        return _moment(day, calendar.closes), tuple(steps)
    return _moment(day + timedelta(days=1), time(0)), tuple(steps)


def _by_hours(
    started: datetime, length: float, calendar: Calendar, pauses: _Pauses, until: datetime
) -> tuple[datetime, tuple[Step, ...]]:
    """Business hours alone count, to the minute; what of them is paused does not."""
    left = timedelta(hours=length)
    day = to_local(started).date()
    first = day
    steps: list[Step] = []
    while True:
        if (day - first).days > _LONGEST:
            raise ValueError("a limit without an end")
        told = calendar.of(day)
        if not told.worked:
            why = Counted.HOLIDAY if told.kind is DayKind.HOLIDAY else Counted.WEEKEND
            steps.append(Step(day, why, 0, told.name, told.assumed))
        else:
            used = timedelta(0)
            opens = max(_moment(day, calendar.opens), started)
            for begin, end in _unpaused(opens, _moment(day, calendar.closes), pauses, until):
                if end - begin >= left:
                    hours = (used + left) / timedelta(hours=1)
                    steps.append(Step(day, _kind(told.kind), hours, None, told.assumed))
                    return begin + left, tuple(steps)
                used += end - begin
                left -= end - begin
            paused = not used and any(b < _moment(day, calendar.closes) for b, _ in pauses)
            why = Counted.PAUSED if paused and day > first else _kind(told.kind)
            steps.append(Step(day, why, used / timedelta(hours=1), None, told.assumed))
        day += timedelta(days=1)


def _kind(kind: DayKind) -> Counted:
    return Counted.MAKE_UP if kind is DayKind.MAKE_UP else Counted.COUNTED


def _unpaused(
    begin: datetime, end: datetime, pauses: _Pauses, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    for paused, resumed in pauses:
        over = resumed or until
        if over <= begin or paused >= end:
            continue
        if paused > begin:
            yield begin, paused
        begin = max(begin, over)
    if begin < end:
        yield begin, end


def _paused_all_day(day: date, pauses: _Pauses, until: datetime) -> bool:
    begin, end = _moment(day, time(0)), _moment(day + timedelta(days=1), time(0))
    return any(b <= begin and (e or until) >= end for b, e in pauses)


def _moment(day: date, at: time) -> datetime:
    return from_local(datetime.combine(day, at))
