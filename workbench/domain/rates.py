"""Shares with their intervals, and how one share differs from another."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

Z = 1.959964  # of 95 %
_LEAST_SHARE = 1e-4  # of a bin in a PSI: an empty one has no logarithm


@dataclass(frozen=True)
class Rate:
    """``hits`` of ``of``: between 0 and 1, 0 where there are none."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, 95 %: never beyond 0 and 1, and right for few (Wilson 1927)."""
        return wilson(self.hits, self.of)


def wilson(hits: int, of: int, z: float = Z) -> tuple[float, float]:
    if not of:
        return 0.0, 1.0
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def difference(now: Rate, before: Rate) -> tuple[float, float]:
    """95 % interval of ``now`` - ``before``, from the two Wilson intervals (Newcombe 1998, 10)."""
    (low, high), (low_before, high_before) = now.interval, before.interval
    change = now.value - before.value
    down = sqrt((now.value - low) ** 2 + (high_before - before.value) ** 2)
    up = sqrt((high - now.value) ** 2 + (before.value - low_before) ** 2)
    return max(-1.0, change - down), min(1.0, change + up)


def psi(before: Sequence[int], now: Sequence[int]) -> float:
    """Population stability index of two histograms of the same bins: below 0.1 hardly any shift,
    from 0.25 on a large one (Siddiqi, Credit Risk Scorecards)."""
    total_before, total_now = sum(before), sum(now)
    if not total_before or not total_now:
        return 0.0
    found = 0.0
    for one, other in zip(before, now, strict=True):
        share = max(one / total_before, _LEAST_SHARE)
        share_now = max(other / total_now, _LEAST_SHARE)
        found += (share_now - share) * log(share_now / share)
    return found


def deciles(fine: Sequence[int], parts: int = 10) -> list[int]:
    """Which of ``parts`` of about equal weight each of many fine bins belongs to."""
    total, seen, places = sum(fine), 0, []
    for count in fine:
        places.append(min(parts - 1, seen * parts // total) if total else 0)
        seen += count
    return places
