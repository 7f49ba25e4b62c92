"""Why a number changed between two periods: the slices that explain the change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workbench.domain.rates import Rate


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
    at a time. ``only`` are the attempts that are looked at, as of a TrendFilter. ``past_versions``:
    a version to which (nearly) all moved explains everything and nothing, and is looked past."""

    now: Period
    before: Period
    by: tuple[str, ...] = SEARCHED_FIELDS
    depth: int = 2
    limit: int = 8
    only: tuple[tuple[str, tuple[str | None, ...]], ...] = ()
    past_versions: bool = False


@dataclass(frozen=True)
class Driver:
    """One slice of what changed, e.g. (("channel", "h5"), ("step", "face")); no field at all is
    everything. A value None is a missing one.

    ``observed`` and ``expected`` are its number now and what the earlier one (or the forecast)
    made likely; ``low`` to ``high`` is the 95 % interval of their difference, None where the numbers
    are no counts; ``contribution`` is its share of the whole change in percent, beside the drivers
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
    low: float | None = None
    high: float | None = None
    small: bool = False
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class RateSplit:
    """How far the failure rate moved because other values of ``field`` are more frequent now
    (``mix``) and because the same values fail more often (``rate``), in shares; they add up to
    the whole change."""

    field: str
    mix: float
    rate: float


@dataclass(frozen=True)
class RateChange:
    before: Rate
    now: Rate
    splits: tuple[RateSplit, ...]

    @property
    def telling(self) -> RateSplit | None:
        """The field whose mix moved the rate most."""
        return max(self.splits, key=lambda split: abs(split.mix), default=None)


def split_rate(field: str, cells: Sequence[tuple[Rate, Rate]]) -> RateSplit:
    """``cells``: (before, now) of each value of the field. Each share is weighed by the mean rate
    against the mean of the whole, each rate by the mean share (a symmetric Kitagawa split)."""
    all_before, all_now = (sum(pair[i].of for pair in cells) for i in (0, 1))
    if not all_before or not all_now:
        return RateSplit(field, 0.0, 0.0)
    whole = [sum(pair[i].hits for pair in cells) for i in (0, 1)]
    middle = (whole[0] / all_before + whole[1] / all_now) / 2
    mix = rate = 0.0
    for before, now in cells:
        share, share_now = before.of / all_before, now.of / all_now
        # a value that is only in one of the periods fails as often as it does there
        was = before.value if before.of else now.value
        is_now = now.value if now.of else before.value
        mix += (share_now - share) * ((was + is_now) / 2 - middle)
        rate += (share_now + share) / 2 * (is_now - was)
    return RateSplit(field, mix, rate)
