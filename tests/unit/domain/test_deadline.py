"""Clocks, case by case: what counts, what pauses, what a changed calendar does."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.calendar import DayTable
from workbench.domain.complaint import State
from workbench.domain.deadline import (
    Clock,
    ClockState,
    Counted,
    Ends,
    Facts,
    Limit,
    Profile,
    Unit,
    clocks,
    next_due,
)
from workbench.domain.times import from_local, to_local

CHINA_2026 = DayTable(
    "test",
    time(9),
    time(18),
    {date(2026, 10, d): "国庆节" for d in range(1, 8)} | {date(2026, 1, 1): "元旦"},
    frozenset({date(2026, 9, 20), date(2026, 10, 10), date(2026, 1, 4)}),
    frozenset({2026}),
)


def at(text: str) -> datetime:
    """A Shanghai time as UTC."""
    return from_local(datetime.fromisoformat(text))


def limit(unit: Unit, length: float, **more) -> Limit:
    given = {"key": "k", "ends": Ends.RESOLVED, "by_severity": {}, "warn_hours": 24}
    stages = more.pop("stages", {})
    return Limit(unit=unit, lengths={"": length, **stages}, **given | more)


def clock(
    rule: Limit,
    received: str,
    states: tuple[tuple[State, str], ...] = (),
    *,
    now: str = "2026-01-01T00:00",
    calendar: DayTable = CHINA_2026,
    restarts: bool = True,
    **facts,
) -> Clock:
    profile = Profile("p", "1", {}, "read", (rule,), restarts=restarts)
    known = Facts(
        at(received),
        "phone",
        None,
        facts.pop("severity", "normal"),
        ((State.OPEN, at(received)), *((s, at(t)) for s, t in states)),
        **facts,
    )
    [found] = clocks([profile], known, calendar, at(now))
    return found


def due(found: Clock) -> str:
    return to_local(found.due_at).strftime("%Y-%m-%d %H:%M")


DAYS, WORK, HOURS = Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.WORKING_HOURS


@pytest.mark.parametrize(
    ("unit", "length", "received", "expected"),
    [
        (DAYS, 15, "2026-11-22T09:30", "2026-12-08 00:00"),  # whole of 7 Dec
        (DAYS, 15, "2026-11-22T23:59", "2026-12-08 00:00"),
        (DAYS, 15, "2026-11-23T00:00", "2026-12-09 00:00"),  # a minute later, a day later
        (DAYS, 1, "2028-02-28T10:00", "2028-03-01 00:00"),  # leap day: the whole of 29 Feb
        (DAYS, 2, "2028-02-28T10:00", "2028-03-02 00:00"),
        (DAYS, 1, "2027-02-28T10:00", "2027-03-02 00:00"),
        (DAYS, 15, "2026-12-25T10:00", "2027-01-10 00:00"),  # year end
        (DAYS, 60, "2026-12-25T10:00", "2027-02-24 00:00"),
        (WORK, 3, "2026-11-19T10:00", "2026-11-25 00:00"),  # Fri, Mon, Tue
        (WORK, 7, "2026-09-28T10:00", "2026-10-14 00:00"),  # National Day; Sat 10 Oct is worked
        (WORK, 1, "2026-09-19T10:00", "2026-09-21 00:00"),  # Sun 20 Sep is worked
        (WORK, 1, "2025-12-31T10:00", "2026-01-03 00:00"),  # New Year's Day
        (
            HOURS,
            8,
            "2026-11-23T10:00",
            "2026-11-23 18:00",
        ),  # to the minute at which business closes
        (HOURS, 8, "2026-11-23T09:00", "2026-11-23 17:00"),
        (HOURS, 1, "2026-11-23T17:30", "2026-11-24 09:30"),
        (HOURS, 1, "2026-11-23T20:00", "2026-11-24 10:00"),  # after hours
        (HOURS, 1, "2026-11-23T05:00", "2026-11-23 10:00"),  # before
        (HOURS, 4, "2026-11-27T16:00", "2026-11-30 11:00"),  # over a weekend
        (HOURS, 1, "2026-10-09T17:30", "2026-10-10 09:30"),  # a Saturday that is worked
        (HOURS, 2, "2026-09-30T17:00", "2026-10-08 10:00"),  # over the holidays
    ],
)
def test_when_a_limit_is_over(unit: Unit, length: float, received: str, expected: str) -> None:
    assert due(clock(limit(unit, length), received)) == expected


def test_at_close_is_over_when_business_closes() -> None:
    assert due(clock(limit(WORK, 3, at_close=True), "2026-11-19T10:00")) == "2026-11-24 18:00"


def test_every_day_says_why_it_counts_or_does_not() -> None:
    found = clock(limit(WORK, 3), "2026-09-30T10:00")
    told = [(s.day.day, s.why, s.used, s.name) for s in found.steps]
    assert told[0] == (30, Counted.BEGINS, 0, None)
    assert told[1] == (1, Counted.HOLIDAY, 0, "国庆节")
    assert [t for t in told if t[1] is Counted.MAKE_UP] == [(10, Counted.MAKE_UP, 1, None)]
    assert told[-1] == (10, Counted.MAKE_UP, 1, None)  # 8, 9, and the worked Saturday
    assert sum(used for *_, used, _ in told) == 3


def test_a_year_that_is_not_published_is_said_to_be_assumed() -> None:
    found = clock(limit(WORK, 3), "2026-12-30T10:00")
    assert [s.assumed for s in found.steps] == [False, False, True, True, True, True]
    assert due(found) == "2027-01-05 00:00"
    later = DayTable("2", holidays={date(2027, 1, 1): "元旦"}, known=frozenset({2026, 2027}))
    assert due(clock(limit(WORK, 3), "2026-12-30T10:00", calendar=later)) == "2027-01-06 00:00"


def test_waiting_pauses_only_where_the_profile_says_so_and_only_whole_days() -> None:
    waited = ((State.WAITING, "2026-11-24T12:00"), (State.IN_PROGRESS, "2026-11-27T12:00"))
    pausing = frozenset({State.WAITING})
    assert due(clock(limit(DAYS, 5), "2026-11-23T10:00", waited)) == "2026-11-29 00:00"
    paused = clock(limit(DAYS, 5, pauses=pausing), "2026-11-23T10:00", waited)
    assert due(paused) == "2026-12-01 00:00"  # 25 and 26 do not count; 24 and 27 do
    assert [s.day.day for s in paused.steps if s.why is Counted.PAUSED] == [25, 26]


def test_a_pause_over_off_hours_costs_only_business_hours() -> None:
    waited = ((State.WAITING, "2026-11-23T17:00"), (State.IN_PROGRESS, "2026-11-24T10:00"))
    pausing = frozenset({State.WAITING})
    found = clock(limit(HOURS, 4, pauses=pausing), "2026-11-23T15:00", waited)
    assert due(found) == "2026-11-24 12:00"  # two hours before, two after: 17-18 and 9-10 do not
    assert sum(s.used for s in found.steps) == pytest.approx(4)


def test_a_pause_that_goes_on_lasts_until_now() -> None:
    rule = limit(DAYS, 5, pauses=frozenset({State.WAITING}))
    waited = ((State.WAITING, "2026-11-23T11:00"),)
    found = clock(rule, "2026-11-23T10:00", waited, now="2026-11-26T12:00")
    assert (found.state, due(found)) == (ClockState.PAUSED, "2026-12-01 00:00")
    assert found.pauses == ((at("2026-11-23T11:00"), None),)


@pytest.mark.parametrize(
    ("states", "now", "expected"),
    [
        ((), "2026-11-25T10:00", ClockState.RUNNING),
        ((), "2026-11-29T00:00", ClockState.RUNNING),
        ((), "2026-11-29T00:01", ClockState.BREACHED),
        (((State.RESOLVED, "2026-11-28T23:59"),), "2026-12-30T00:00", ClockState.MET),
        (((State.RESOLVED, "2026-11-29T00:00"),), "2026-12-30T00:00", ClockState.MET),
        (((State.RESOLVED, "2026-11-29T00:01"),), "2026-12-30T00:00", ClockState.BREACHED),
        (((State.WITHDRAWN, "2026-11-24T10:00"),), "2026-12-30T00:00", ClockState.ENDED),
    ],
)
def test_the_state_of_a_clock(states, now: str, expected: ClockState) -> None:
    found = clock(limit(DAYS, 5), "2026-11-23T10:00", states, now=now)
    assert found.state is expected
    stands = expected is ClockState.RUNNING or (expected is ClockState.BREACHED and not states)
    assert found.stands is stands


def test_a_reopened_complaint_begins_anew_or_not_as_the_profile_says() -> None:
    states = ((State.RESOLVED, "2026-11-24T10:00"), (State.REOPENED, "2026-12-10T10:00"))
    anew = clock(limit(DAYS, 5), "2026-11-23T10:00", states, now="2026-12-11T00:00")
    assert (due(anew), anew.state) == ("2026-12-16 00:00", ClockState.RUNNING)
    on = clock(limit(DAYS, 5), "2026-11-23T10:00", states, now="2026-12-11T00:00", restarts=False)
    assert (due(on), on.state, on.met_at) == ("2026-11-29 00:00", ClockState.BREACHED, None)


def test_a_stage_lengthens_and_says_which_one() -> None:
    rule = limit(DAYS, 15, stages={"complex": 30, "extended": 60})
    longer = clock(rule, "2026-11-23T10:00", stages=(("complex", at("2026-11-30T10:00")),))
    assert (due(longer), longer.stage, longer.length) == ("2026-12-24 00:00", "complex", 30)
    both = (("complex", at("2026-11-30T10:00")), ("extended", at("2026-12-20T10:00")))
    assert due(clock(rule, "2026-11-23T10:00", stages=both)) == "2027-01-23 00:00"


def test_severity_decides_a_first_answer_and_the_answer_stops_it() -> None:
    rule = limit(HOURS, 8, ends=Ends.ANSWERED, by_severity={"critical": 1})
    urgent = clock(rule, "2026-11-23T10:00", severity="critical", now="2026-11-23T10:30")
    assert due(urgent) == "2026-11-23 11:00"
    told = clock(rule, "2026-11-23T10:00", answered_at=at("2026-11-23T10:45"), severity="critical")
    assert (told.state, told.met_at) == (ClockState.MET, at("2026-11-23T10:45"))


def test_a_warning_comes_before_the_end_and_stops_with_the_clock() -> None:
    found = clock(limit(DAYS, 5), "2026-11-23T10:00", now="2026-11-27T23:00")
    assert not found.warns(at("2026-11-27T23:59"))
    assert found.warns(at("2026-11-28T00:00"))
    done = clock(limit(DAYS, 5), "2026-11-23T10:00", ((State.RESOLVED, "2026-11-24T10:00"),))
    assert not done.warns(at("2026-11-28T12:00"))


def test_the_nearest_clock_comes_first_and_only_what_stands_is_due() -> None:
    profiles = [
        Profile("a", "1", {}, "read", (limit(DAYS, 15), limit(HOURS, 1, ends=Ends.ANSWERED))),
        Profile("b", "1", {}, "read", (limit(DAYS, 5),), sources=frozenset({"platform"})),
    ]
    facts = Facts(
        at("2026-11-23T10:00"), "phone", None, "normal",
        ((State.OPEN, at("2026-11-23T10:00")),), answered_at=at("2026-11-23T10:10"),
    )  # fmt: skip
    found = clocks(profiles, facts, CHINA_2026, at("2026-11-24T10:00"))
    assert [c.profile for c in found] == ["a", "a"]  # b is for the platform's alone
    assert [c.state for c in found] == [ClockState.RUNNING, ClockState.MET]
    assert next_due(found) == at("2026-12-09T00:00")


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1))
lengths = st.integers(1, 40)


@given(
    moments,
    lengths,
    st.sampled_from(list(Unit)),
    st.lists(st.tuples(st.integers(0, 60 * 24 * 20), st.integers(1, 60 * 24 * 9)), max_size=4),
)
def test_a_pause_never_moves_a_deadline_forward_and_the_days_add_up(
    received, length, unit, spans
) -> None:
    states, last = [(State.OPEN, received)], received
    for after, lasting in spans:
        begin = last + timedelta(minutes=after)
        last = begin + timedelta(minutes=lasting)
        states += [(State.WAITING, begin), (State.IN_PROGRESS, last)]
    facts = Facts(received, "phone", None, "normal", tuple(states))
    now = last + timedelta(days=400)
    found = []
    for pauses in (frozenset(), frozenset({State.WAITING})):
        rule = limit(unit, length, pauses=pauses)
        [one] = clocks([Profile("p", "1", {}, "own", (rule,))], facts, CHINA_2026, now)
        assert sum(step.used for step in one.steps) == pytest.approx(length)
        days = [step.day for step in one.steps]
        assert days == sorted(set(days))  # every day once, none left out
        assert (days[-1] - days[0]).days == len(days) - 1
        found.append(one)
    plain, paused = found
    assert paused.due_at >= plain.due_at
    if unit is Unit.WORKING_HOURS:
        assert CHINA_2026.of(to_local(paused.due_at).date()).worked


@given(moments, lengths)
def test_more_holidays_never_bring_a_deadline_nearer(received, length) -> None:
    facts = Facts(received, "phone", None, "normal", ((State.OPEN, received),))
    profile = Profile("p", "1", {}, "own", (limit(Unit.WORKING_DAYS, length),))
    fewer = DayTable("fewer", known=frozenset({2026}))
    more = DayTable("more", holidays=CHINA_2026.holidays, known=frozenset({2026}))
    [a], [b] = (clocks([profile], facts, table, received) for table in (fewer, more))
    assert b.due_at >= a.due_at
