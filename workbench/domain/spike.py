"""A series of numbers over time, and the bursts and dips found in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Series:
    """``times`` rise strictly; ``values`` are finite and as many."""

    times: Sequence[datetime]
    values: Sequence[float]


@dataclass(frozen=True)
class Spike:
    """A stretch in which a series left what its past made likely.

    ``start`` is the first point that gave the alarm, ``end`` the last one so far; ``observed`` is
    the value that stood farthest from ``expected`` between them, at ``peak``. ``low`` to ``high``
    is the band within which a value at the peak would have passed. ``score`` is the strongest
    evidence in multiples of what the alarm needs, so at least 1. ``cause`` names the series where
    there are several.
    """

    start: datetime
    end: datetime
    peak: datetime
    direction: Direction
    observed: float
    expected: float
    low: float
    high: float
    score: float
    cause: str | None = None


@dataclass(frozen=True)
class Band:
    """A series beside what its past made likely of each point: not a number while that is too
    short. ``values`` between ``low`` and ``high`` would have passed."""

    times: Sequence[datetime]
    values: Sequence[float]
    expected: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True)
class ControlLimits:
    """Centre line and limits of a p-chart, for each period: shares between 0 and 1."""

    centre: float
    low: tuple[float, ...]
    high: tuple[float, ...]
    outside: tuple[bool, ...]


def control_limits(
    failures: Sequence[int], attempts: Sequence[int], sigmas: float = 3.0
) -> ControlLimits:
    """Shewhart's p-chart with limits for each period's own number of attempts.

    The centre is all failures over all attempts; a period without attempts has the limits 0 and
    1 and is never outside (Montgomery, Statistical Quality Control, variable-width limits).
    Raises ValueError where a count is negative or failures exceed attempts.
    """
    if any(f < 0 or f > n for f, n in zip(failures, attempts, strict=True)):
        raise ValueError("failures must lie between 0 and attempts")
    total = sum(attempts)
    centre = sum(failures) / total if total else 0.0
    low, high, outside = [], [], []
    for failed, tried in zip(failures, attempts, strict=True):
        reach = sigmas * (centre * (1 - centre) / tried) ** 0.5 if tried else 1.0
        low.append(max(0.0, centre - reach))
        high.append(min(1.0, centre + reach))
        outside.append(bool(tried) and not low[-1] <= failed / tried <= high[-1])
    return ControlLimits(centre, tuple(low), tuple(high), tuple(outside))


@dataclass(frozen=True)
class RateChart:
    """A p-chart of the failure rate: ``failures`` of ``attempts`` in each period, and its limits."""

    times: tuple[datetime, ...]
    failures: tuple[int, ...]
    attempts: tuple[int, ...]
    limits: ControlLimits

    @property
    def rates(self) -> tuple[float, ...]:
        """Not a number where nothing was attempted."""
        pairs = zip(self.failures, self.attempts, strict=True)
        return tuple(failed / tried if tried else float("nan") for failed, tried in pairs)

    @property
    def outside(self) -> tuple[int, ...]:
        """Which periods lie beyond their limits."""
        return tuple(n for n, out in enumerate(self.limits.outside) if out)
