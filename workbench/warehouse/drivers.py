"""The search for the slices that explain a change: a scan over combinations of fields.

A slice is worth the gain in Poisson log-likelihood of "its sums now and before differ" over "they
are equal" (a scan statistic for two samples, after Kulldorff 1997; Adtributor's surprise is the
same quantity, by element). Sums decide, so noise in single rows cancels; a wider slice dilutes the
difference and a narrower one leaves part of it out, so the gain is greatest at the slice that
changed as one, which is what HotSpot's ripple effect says too. What the best slice explains is
then put into the model, and the next one is sought. Tried and left out: the share of the absolute
error that a slice explains (HotSpot's potential score), which 5 % of noise in single rows misleads.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np
from numpy.typing import NDArray

from workbench.domain.driver import Driver, Effect
from workbench.warehouse.series import Cells

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EARNED = 1.01  # by how much a further field must raise the gain to be worth naming
WORTH = 0.02  # of the first slice's gain: less than this is not listed
_DEPTH = 3  # fields combined in a file
_LIMIT = 8


@dataclass(frozen=True)
class Slice:
    """``where`` pairs indices of fields with codes of their values; ``rows`` marks its rows."""

    where: tuple[tuple[int, int], ...]
    rows: NDArray[np.bool_]
    gain: float
    observed: float  # sums over its rows; ``expected`` as the slices before it have left it
    expected: float


def explain_file(cells: Cells) -> list[Driver]:
    """What explains the distance of real from expected values, the best first. The effect is the
    volume throughout: a file of sums knows no attempts. Slices of a sum below 10 are small."""
    codes, names = coded(cells.keys)
    whole = float(cells.real.sum() - cells.expected.sum())
    found = []
    for part in search(codes, cells.real, cells.expected, depth=_DEPTH, limit=_LIMIT):
        before = float(cells.expected[part.rows].sum())
        found.append(
            Driver(
                slice=tuple((cells.fields[i], names[i][code]) for i, code in part.where),
                observed=part.observed,
                expected=before,
                contribution=share(part, whole),
                effect=Effect.VOLUME,
                volume=part.observed - before,
                small=part.observed + before < 10,
            )
        )
    return found


def share(part: Slice, whole: float) -> float | None:
    """Percent of the ``whole`` change that this slice adds to those before it."""
    return 100 * (part.observed - part.expected) / whole if whole else None


def coded(keys: Sequence[Sequence[str | None]]) -> tuple[list[Ints], list[list[str | None]]]:
    """Each field's values as numbers from 0, and the values that the numbers stand for."""
    codes, names = [], []
    for column in keys:
        values: dict[str | None, int] = {}
        numbers = [values.setdefault(value, len(values)) for value in column]
        codes.append(np.array(numbers, dtype=np.int64))
        names.append(list(values))
    return codes, names


def search(
    codes: Sequence[Ints],
    real: Floats,
    expected: Floats,
    *,
    depth: int,
    limit: int,
    least: float = 0.0,
) -> Iterator[Slice]:
    """The slices that explain most, one after the other, at most ``limit``. ``codes`` hold one
    array a field; real and expected values are at least 0. ``least`` is the smallest gain listed
    beside the first."""
    model = expected.astype(float, copy=True)
    sizes = [int(column.max()) + 1 if column.size else 0 for column in codes]
    first = 0.0
    for _ in range(limit):
        best = _best(codes, sizes, real, model, depth)
        if best is None or (first and best.gain < max(least, WORTH * first)):
            return
        yield best
        first = first or best.gain
        if best.expected > 0:
            model[best.rows] *= best.observed / best.expected
        else:
            model[best.rows] = real[best.rows]


def _best(
    codes: Sequence[Ints], sizes: Sequence[int], real: Floats, model: Floats, depth: int
) -> Slice | None:
    """The slice of the greatest gain; of fewer fields, and of earlier ones, where that is as good."""
    if not real.size:
        return None
    totals = [np.array([column.sum()]) for column in (real, model)]
    everything = float(totals[0][0]), float(totals[1][0])
    best = Slice((), np.ones(len(real), dtype=bool), float(_gain(*totals)[0]), *everything)
    fields = 0
    for combined in range(1, min(depth, len(codes)) + 1):
        for chosen in combinations(range(len(codes)), combined):
            key, count = _key(codes, sizes, chosen)
            observed, wanted = _sums(key, real, count), _sums(key, model, count)
            gains = _gain(observed, wanted)
            at = int(gains.argmax())
            if gains[at] <= best.gain * EARNED ** (combined - fields) + 1e-9:
                continue
            rows = key == at
            row = int(rows.argmax())
            where = tuple((i, int(codes[i][row])) for i in chosen)
            best = Slice(where, rows, float(gains[at]), float(observed[at]), float(wanted[at]))
            fields = combined
    return best if best.gain > 1e-9 else None


def _key(codes: Sequence[Ints], sizes: Sequence[int], chosen: tuple[int, ...]) -> tuple[Ints, int]:
    """One number for each combination of the chosen fields' values, and how many there may be."""
    key = codes[chosen[0]]
    for i in chosen[1:]:
        key = key * sizes[i] + codes[i]
    count = prod(sizes[i] for i in chosen)
    if count > 4 * len(key):  # mostly combinations that do not occur
        present, key = np.unique(key, return_inverse=True)
        count = len(present)
    return key, count


def _sums(key: Ints, values: Floats, count: int) -> Floats:
    return np.bincount(key, values, count).astype(float, copy=False)


def _gain(now: Floats, model: Floats) -> Floats:
    """Of the log-likelihood of two Poisson sums, against both being half of what they add up to."""
    half = (now + model) / 2
    return _surprise(now, half) + _surprise(model, half)


def _surprise(found: Floats, likely: Floats) -> Floats:
    """found * ln(found / likely); nothing where nothing was found."""
    ratio = np.divide(found, np.maximum(likely, 1e-12))
    result: Floats = found * np.log(ratio, out=np.zeros_like(ratio), where=found > 0)
    return result
