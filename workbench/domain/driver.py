"""Why a number changed between two periods: the slices that explain the change."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Effect(StrEnum):
    """What changed most in a slice."""

    VOLUME = "volume"  # as many more attempts everywhere
    MIX = "mix"  # the slice's share of the attempts
    RATE = "rate"  # its failures by attempt
    RULE_VERSION = "rule_version"  # the same attempts, diagnosed by another pack


@dataclass(frozen=True)
class Period:
    """Half-open: ``start`` <= occurred_at < ``end``, both UTC naive."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


SEARCHED_FIELDS = (
    "cause",
    "channel",
    "province",
    "app_version",
    "step",
    "risk_model",
    "network_type",
    "node",
    "employment_type",
)  # in the order in which equally good explanations are preferred


@dataclass(frozen=True)
class Comparison:
    """``now`` is explained against ``before``; ``by`` are SLICE_FIELDS, combined up to ``depth``
    at a time. ``only`` are the attempts that are looked at, as of a TrendFilter."""

    now: Period
    before: Period
    by: tuple[str, ...] = SEARCHED_FIELDS
    depth: int = 2
    limit: int = 8
    only: tuple[tuple[str, tuple[str | None, ...]], ...] = ()


@dataclass(frozen=True)
class Driver:
    """One slice of what changed, e.g. (("channel", "h5"), ("step", "face")); no field at all is
    everything. A value None is a missing one.

    ``observed`` and ``expected`` are its number now and what the earlier one (or the forecast)
    made likely; ``contribution`` is its share of the whole change in percent, beside the drivers
    before it, None where the whole did not change. ``volume``, ``mix``, ``rate`` and
    ``rule_version`` add up to observed - expected. ``small`` marks what rests on too few to be
    sure of; ``events`` are the names of those that began about then.
    """

    slice: tuple[tuple[str, str | None], ...]
    observed: float
    expected: float
    contribution: float | None
    effect: Effect
    volume: float = 0.0
    mix: float = 0.0
    rate: float = 0.0
    rule_version: float = 0.0
    small: bool = False
    events: tuple[str, ...] = ()
