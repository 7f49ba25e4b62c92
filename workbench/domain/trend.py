"""A question about failures over time and its answer: the source of every number on a page."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Every(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class Measure(StrEnum):
    FAILURES = "failures"  # failed and abandoned attempts; pending ones are not failures
    ATTEMPTS = "attempts"
    FAILURE_RATE = "failure_rate"  # failures over attempts, pending left out of both, 0 to 1
    CUSTOMERS = "customers"  # different ones with a failure; those of two slices may be the same


# Told by the clock in Shanghai: Monday is 1; the hour of the week is weekday-hour.
TIME_FIELDS = ("weekday", "hour_of_day", "hour_of_week")

SLICE_FIELDS = (
    "symptom",
    "cause_group",
    "cause",
    "reason_code",
    "channel",
    "province",
    "app_version",
    "step",
    "risk_model",
    "network_type",
    "node",
    "employment_type",
    "outcome",
    "status",
    *TIME_FIELDS,
)  # what attempts may be grouped by or filtered on
CODE_FIELDS = (
    "error_source",
    "error_code",
    "decline_code",
    "exit_reason",
    "policy",
)  # filtered on only: they are many


@dataclass(frozen=True)
class TrendFilter:
    """Half-open in time: ``start`` <= occurred_at < ``end``, both UTC naive or None.

    ``equals`` holds (field, values): the field is one of the values; None among the values
    stands for a missing one. ``came_since``: brought to the store since then, whenever they
    happened; a record that took an earlier one's place counts as it came.
    """

    start: datetime | None = None
    end: datetime | None = None
    equals: tuple[tuple[str, tuple[str | None, ...]], ...] = ()
    came_since: datetime | None = None


@dataclass(frozen=True)
class TrendQuery:
    """``by`` are SLICE_FIELDS. Buckets begin on the hour, the Shanghai day or its Monday; without
    ``every`` the whole time is one bucket."""

    by: tuple[str, ...] = ("cause",)
    every: Every | None = Every.DAY
    measure: Measure = Measure.FAILURES
    where: TrendFilter = TrendFilter()


@dataclass(frozen=True)
class TrendPoint:
    """``bucket`` is the start of the bucket in UTC (naive); ``keys`` follow ``TrendQuery.by``."""

    bucket: datetime
    keys: tuple[str | None, ...]
    value: float
    failures: int
    attempts: int


class Against(StrEnum):
    """What a period is compared with: as long as itself, and ..."""

    PREVIOUS = "previous"  # right before it
    SAME_WEEKDAYS = "same_weekdays"  # whole weeks before it, so that weekends meet weekends


def earlier(where: TrendFilter, against: Against) -> TrendFilter:
    """The filter of the period to compare with; needs both ends."""
    assert where.start is not None and where.end is not None
    back = where.end - where.start
    if against is Against.SAME_WEEKDAYS:
        week = timedelta(weeks=1)
        back = -(-back // week) * week
    return replace(where, start=where.start - back, end=where.end - back)


STEP = {Every.HOUR: timedelta(hours=1), Every.DAY: timedelta(days=1), Every.WEEK: timedelta(days=7)}
LAG = timedelta(minutes=30)  # in which attempts still come in from the channels


def incomplete(bucket: datetime, every: Every, newest: datetime, now: datetime) -> bool:
    """Whether a bucket still grows: it is not over, or only just, or the newest attempt known is
    from well before its end (what was imported ends within it)."""
    width = STEP[every]
    end = bucket + width
    return end > now - LAG or (newest < end - width / 24 and newest < now - LAG)
