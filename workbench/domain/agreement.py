"""How far reviewers agree: Cohen's weighted kappa for two, Krippendorff's alpha for any number.

Kappa: J. Cohen, Psychological Bulletin 70 (1968) 213, weights (i - j)². Alpha: K. Krippendorff,
Content Analysis, 4th ed. (2018), chapter 12, interval metric; units that one reviewer alone has
scored tell nothing and are left out. Both are 1 for full agreement and 0 for that of chance.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Scores = Mapping[str, Mapping[str, float]]  # unit -> reviewer -> score
FEW = 10  # units scored by two or more, below which a figure says little
_SURE, _TENTATIVE = 0.8, 2 / 3  # Krippendorff's own advice, chapter 12
_DRAWS = 400


class Verdict(StrEnum):
    GOOD = "good"
    TENTATIVE = "tentative"
    POOR = "poor"
    FEW = "few"  # too few were scored twice
    NO_SPREAD = "no_spread"  # all scores are alike: agreement and habit look the same


@dataclass(frozen=True)
class Agreement:
    """``value`` is None where it cannot be told; ``low`` and ``high`` bound it in 95 of 100 drawn
    samples of the units; ``same`` is the share of pairs of scores that are equal."""

    value: float | None
    low: float | None
    high: float | None
    units: int
    same: float | None
    verdict: Verdict


def agreement(scores: Scores, seed: int = 0) -> Agreement:
    """Krippendorff's alpha over everything that was scored by two or more."""
    units = _paired(scores)
    value = _alpha(units)
    same = _same(units)
    if not units:
        return Agreement(None, None, None, 0, None, Verdict.FEW)
    if value is None:
        few = len(units) < FEW
        return Agreement(
            None, None, None, len(units), same, Verdict.FEW if few else Verdict.NO_SPREAD
        )
    low, high = _bounds(units, seed)
    return Agreement(value, low, high, len(units), same, _verdict(value, len(units)))


def kappa(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Of two reviewers' scores of the same units, quadratic weights; None where both never vary."""
    n = len(first)
    if n == 0 or n != len(second):
        return None
    seen = sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) / n
    ones, others = Counter(first), Counter(second)
    by_chance = sum(
        (a - b) ** 2 * count * other for a, count in ones.items() for b, other in others.items()
    ) / (n * n)
    return None if by_chance == 0 else 1 - seen / by_chance


def pairs(scores: Scores) -> list[tuple[str, str, int, float | None]]:
    """(reviewer, reviewer, units that both scored, kappa) of every two who share a unit."""
    people = sorted({person for unit in scores.values() for person in unit})
    found = []
    for at, one in enumerate(people):
        for other in people[at + 1 :]:
            both = [(u[one], u[other]) for u in scores.values() if one in u and other in u]
            if both:
                left, right = zip(*both, strict=True)
                found.append((one, other, len(both), kappa(left, right)))
    return found


def _verdict(value: float, units: int) -> Verdict:
    if units < FEW:
        return Verdict.FEW
    if value >= _SURE:
        return Verdict.GOOD
    return Verdict.TENTATIVE if value >= _TENTATIVE else Verdict.POOR


def _paired(scores: Scores) -> list[list[float]]:
    """In an order that does not depend on how they came."""
    return [list(unit.values()) for _, unit in sorted(scores.items()) if len(unit) > 1]


def _alpha(units: Sequence[Sequence[float]]) -> float | None:
    """1 - observed over expected disagreement."""
    values = [value for unit in units for value in unit]
    n = len(values)
    if n < 2:
        return None
    observed = sum(_spread(unit) / (len(unit) - 1) for unit in units) / n
    expected = _spread(values) / (n * (n - 1))
    return None if expected == 0 else 1 - observed / expected


def _spread(values: Sequence[float]) -> float:
    """The sum of (a - b)² over all ordered pairs, which is 2 (n Σa² - (Σa)²)."""
    total = sum(values)
    return max(0.0, 2 * (len(values) * sum(v * v for v in values) - total * total))


def _same(units: Sequence[Sequence[float]]) -> float | None:
    equal = every = 0
    for unit in units:
        every += len(unit) * (len(unit) - 1)
        equal += sum(count * (count - 1) for count in Counter(unit).values())
    return equal / every if every else None


def _bounds(units: Sequence[Sequence[float]], seed: int) -> tuple[float | None, float | None]:
    draw = random.Random(seed)  # noqa: S311 — a statistic, not a secret
    made: list[float] = []
    for _ in range(_DRAWS):
        value = _alpha([units[draw.randrange(len(units))] for _ in units])
        if value is not None:
            made.append(value)
    if not made:
        return None, None
    made.sort()
    at: Callable[[float], float] = lambda share: made[min(int(share * len(made)), len(made) - 1)]  # noqa: E731
    return at(0.025), at(0.975)
