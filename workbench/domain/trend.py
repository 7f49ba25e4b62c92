"""A question about failures over time and its answer: the source of every number on a page."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Every(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class Measure(StrEnum):
    FAILURES = "failures"  # failed and abandoned attempts; pending ones are not failures
    ATTEMPTS = "attempts"
    FAILURE_RATE = "failure_rate"  # failures over attempts, pending left out of both, 0 to 1


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
    stands for a missing one.
    """

    start: datetime | None = None
    end: datetime | None = None
    equals: tuple[tuple[str, tuple[str | None, ...]], ...] = ()


@dataclass(frozen=True)
class TrendQuery:
    """``by`` are SLICE_FIELDS. Buckets begin on the hour, the Shanghai day or its Monday."""

    by: tuple[str, ...] = ("cause",)
    every: Every = Every.DAY
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
