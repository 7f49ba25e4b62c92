"""Incidents: which spikes are one, what is usual, which failures are part of it."""

from dataclasses import replace
from datetime import datetime, timedelta

from workbench.domain.incident import (
    FoundIncident,
    IncidentState,
    identity,
    together,
    usual_count,
)
from workbench.domain.spike import Direction, Spike

NOON = datetime(2026, 11, 10, 12)
HOUR = timedelta(hours=1)


def spike(cause: str, start: int, end: int, observed: float = 9, way: Direction = Direction.UP):
    at = NOON + HOUR * start
    return Spike(at, NOON + HOUR * end, at, way, observed, 1, 0, 3, 2.0, cause)


def incident(**changes: object) -> FoundIncident:
    made = FoundIncident(
        "i1", Direction.UP, "high_concurrency", ("high_concurrency", "high_debt"),
        NOON, NOON, NOON + HOUR * 3, 40, 4, 35, "", "", True, NOON, "qian",
    )  # fmt: skip
    return replace(made, **changes)


def test_what_begins_together_is_one_named_by_what_went_farthest() -> None:
    (burst,) = together([spike("high_debt", 0, 2, 20), spike("high_concurrency", 1, 5, 900)], HOUR)
    assert burst.causes == ("high_concurrency", "high_debt")
    assert (burst.start, burst.end) == (NOON, NOON + HOUR * 6)
    assert burst.peak == NOON + HOUR


def test_what_begins_later_or_goes_the_other_way_is_another() -> None:
    found = together(
        [spike("a", 0, 9), spike("b", 4, 5), spike("c", 0, 0, 0, Direction.DOWN)], HOUR
    )
    assert sorted(burst.causes for burst in found) == [("a",), ("b",), ("c",)]


def test_the_usual_is_the_median_of_the_same_hours_of_seven_days() -> None:
    counts = {NOON - timedelta(days=d): d * 10.0 for d in range(1, 8)}
    assert usual_count(lambda at: counts.get(at, 0.0), NOON, NOON + HOUR * 2) == 40


def test_usual_days_repeat_for_a_burst_longer_than_a_day() -> None:
    hours = timedelta(days=3)
    assert usual_count(lambda at: 2.0 if at < NOON else 99.0, NOON, NOON + hours) == 2 * 72


def test_a_failure_is_part_of_a_burst_by_cause_and_time_unless_it_was_dismissed() -> None:
    assert incident().covers("high_debt", NOON)
    assert not incident().covers("high_debt", NOON + HOUR * 3)
    assert not incident().covers("unstable_income", NOON)
    assert not incident(state=IncidentState.DISMISSED).covers("high_debt", NOON)
    assert not incident(direction=Direction.DOWN).covers("high_debt", NOON)


def test_every_desk_gives_the_same_burst_the_same_id() -> None:
    assert identity(Direction.UP, NOON) == identity(Direction.UP, NOON)
    assert identity(Direction.UP, NOON) != identity(Direction.DOWN, NOON)
    assert identity(Direction.UP, NOON) != identity(Direction.UP, NOON + HOUR)
