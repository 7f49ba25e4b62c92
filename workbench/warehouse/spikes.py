"""The spike detector: is this point beyond what the series' own past makes likely?

Each series is read through four *views*: the distance of the value from the last day's level, its
short mean, its short spread, and, where the past shows a daily or weekly rhythm, its distance from
the same time on earlier days or weeks. In each view the past is cut into blocks, and the third
highest of the block maxima (the highest, while there are few) says how far the view usually goes.
A point alarms where it goes clearly farther than that from the view's median, up or down. So the
threshold adapts to heavy tails, one or two earlier incidents do not hide the next, and the rate of
alarms is about the same for every series. A short past has not shown its extremes yet: there more
is asked, by the logarithm by which the maximum of n points grows.

Everything at point i is computed from points up to i: a longer file changes no verdict.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.domain.spike import Band, Direction, Series, Spike

Floats = NDArray[np.float64]

BLOCK_DAYS, BLOCK_POINTS = 2, (7, 100)  # a block, and so the hold-off between two alarms
MEMORY = 80  # blocks
WARM_UP = 3  # blocks before the first alarm
RANK = 3  # of the block maxima in the end: two earlier incidents may stand above it
RANK_AFTER = 8  # blocks for each rank: among few, a lower one would be an ordinary block's
REACH = 1.3  # times the usual reach, once the past is FULL points long
FULL = 4000
SCORE_LIMIT = 1000.0  # where the past was flat, evidence has no measure
RHYTHM = 0.5  # a rhythm counts where it leaves less than this share of the error
CYCLES = 3  # earlier days or weeks whose median is the seasonal guess

_DAY = 86_400.0


@dataclass(frozen=True)
class _View:
    """``evidence`` is 1 where an alarm begins; ``low`` and ``high`` are its limits."""

    evidence: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Verdicts:
    """For each point: how strong the evidence is (an alarm from 1 on), what was expected there,
    and between what limits a value would have passed. Not a number while the past is too short."""

    evidence: Floats
    expected: Floats
    low: Floats
    high: Floats
    seasonal: NDArray[np.bool_]  # expected by a rhythm, not by the last day's level
    block: int  # points


def find_spikes(series: Series, least: float = 0.0) -> list[Spike]:
    """Bursts and dips in order of time; ``least`` is the smallest distance from the expected
    value that is worth an alarm (for counts: a handful)."""
    if not series.values:
        return []
    times = np.array(series.times, dtype="datetime64[us]")
    values = np.asarray(series.values, dtype=float)
    seen = verdicts(times, values, least)
    away = values - seen.expected
    found = []
    for first, last in _runs(seen.evidence >= 1, seen.block):
        # Against the level before it: once that has followed a long burst, its end looks like a dip.
        begun = slice(first, min(first + seen.block, last + 1))
        far = np.where(seen.seasonal, away, values - seen.expected[first])[begun]
        up = bool(far[np.argmax(np.abs(far))] >= 0)
        side = away[first : last + 1] if up else -away[first : last + 1]
        peak = first + int(np.argmax(side))
        # Means and spreads remember a burst after it is over: it ends with the last alarm that is
        # nearer to the peak than to what was expected when it began.
        half = (values[peak] + seen.expected[first]) / 2
        high = values[first : last + 1] >= half if up else values[first : last + 1] <= half
        still = np.flatnonzero(high & (seen.evidence[first : last + 1] >= 1))
        found.append(
            Spike(
                start=series.times[first],
                end=series.times[first + int(still[-1]) if still.size else first],
                peak=series.times[peak],
                direction=Direction.UP if up else Direction.DOWN,
                observed=float(values[peak]),
                expected=float(seen.expected[peak]),
                low=float(seen.low[peak]),
                high=float(seen.high[peak]),
                score=min(SCORE_LIMIT, float(np.max(seen.evidence[first : last + 1]))),
            )
        )
    return found


def band(series: Series, least: float = 0.0) -> Band:
    """What ``find_spikes`` holds each point against."""
    times = np.array(series.times, dtype="datetime64[us]")
    seen = verdicts(times, np.asarray(series.values, dtype=float), least)
    limits = (seen.expected.tolist(), seen.low.tolist(), seen.high.tolist())
    return Band(series.times, series.values, *limits)


def verdicts(times: NDArray[np.datetime64], values: Floats, least: float = 0.0) -> Verdicts:
    """The detector itself. ``times`` rise strictly, in any step; ``values`` are finite."""
    count = len(values)
    if count < 2:
        nothing = np.full(count, np.nan)
        flat = np.zeros(count, dtype=bool)
        return Verdicts(np.zeros(count), nothing, nothing, nothing, flat, BLOCK_POINTS[0])
    seconds = times.astype("datetime64[us]").astype(np.int64) / 1e6
    step = _step(seconds)
    day = max(1, round(_DAY / step))
    block = int(np.clip(BLOCK_DAYS * day, *BLOCK_POINTS))
    short = max(3, block // 4)
    around = max(day, BLOCK_POINTS[0])  # points whose mean is the level

    level = _before(_mean(values, around))
    level[0] = values[0]
    mean = _mean(values, short)
    guess = _seasonal(seconds, values, level, step)
    expected = np.where(np.isfinite(guess), guess, level)

    # what a number of this size can be told from: below it lies rounding
    grain = np.maximum.accumulate(np.abs(values)) * 1e-9 + 1e-300
    away, rhythm, *others = (
        _judge(view, block, grain, least)
        for view in (values - level, values - guess, mean, _spread(values, short))
    )
    evidence = np.max([view.evidence for view in (away, rhythm, *others)], axis=0)

    seasonal = np.isfinite(guess)
    low = expected + np.where(seasonal, rhythm.low, away.low)
    high = expected + np.where(seasonal, rhythm.high, away.high)
    return Verdicts(evidence, expected, low, high, seasonal, block)


def _step(seconds: Floats) -> float:
    """The usual distance of two points, in seconds, from the first of them, fewer than any alarm
    needs: a later change of pace must not change earlier verdicts."""
    return float(np.median(np.diff(seconds[: WARM_UP * BLOCK_POINTS[0]])))


def _judge(view: Floats, block: int, grain: Floats, least: float) -> _View:
    """How far each point of ``view`` goes beyond what is usual, upwards and downwards."""
    count = len(view)
    middle, top, bottom = (np.full(count, np.nan) for _ in range(3))
    memory = MEMORY * block
    highs, lows = [], []
    for end in range(block, count, block):
        past = view[end - block : end]
        past = past[np.isfinite(past)]
        if past.size:
            highs.append(past.max())
            lows.append(past.min())
        if len(highs) < WARM_UP:
            continue
        ahead = slice(end, end + block)
        middle[ahead] = _median(view[max(0, end - memory) : end])
        rank = min(RANK, 1 + len(highs) // RANK_AFTER)
        top[ahead] = np.partition(highs[-MEMORY:], -rank)[-rank]
        bottom[ahead] = np.partition(lows[-MEMORY:], rank - 1)[rank - 1]
    grown = np.log(np.clip(np.arange(count), 10, FULL)) / np.log(FULL)
    reach = REACH / grown
    above = np.maximum(np.maximum(top - middle, grain) * reach, least)
    below = np.maximum(np.maximum(middle - bottom, grain) * reach, least)
    with np.errstate(invalid="ignore"):
        evidence = np.maximum((view - middle) / above, (middle - view) / below)
    return _View(np.nan_to_num(evidence, nan=0.0), middle - below, middle + above)


def _seasonal(seconds: Floats, view: Floats, level: Floats, step: float) -> Floats:
    """The median of ``view`` at the same time of earlier days or weeks, whichever has proved the
    better guess; not a number where neither has been clearly better than the level."""
    count = len(view)
    best = np.full(count, np.nan)
    share = np.full(count, RHYTHM)
    for period in (_DAY, 7 * _DAY):
        if period < 4 * step:
            continue
        guess = _same_time(seconds, view, period, step)
        wrong, plain = np.abs(view - guess), np.abs(view - level)
        known = np.isfinite(wrong)
        window = max(2, round(7 * _DAY / step))
        tried = _mean(known.astype(float), window)
        error = _before(_mean(np.where(known, wrong, 0.0), window))
        usual = _before(_mean(np.where(known, plain, 0.0), window))
        enough = _before(tried) * np.minimum(np.arange(count), window) >= 2 * _DAY / step
        with np.errstate(invalid="ignore", divide="ignore"):
            left = np.where(enough & (usual > 0), error / usual, np.inf)
        better = known & (left < share)
        best[better] = guess[better]
        share[better] = left[better]
    return best


def _same_time(seconds: Floats, view: Floats, period: float, step: float) -> Floats:
    """Median of ``view`` one, two, ... periods earlier; gaps in the series are left out."""
    earlier = np.full((CYCLES, len(view)), np.nan)
    for row, back in zip(earlier, range(1, CYCLES + 1), strict=True):
        wanted = seconds - back * period
        at = np.searchsorted(seconds, wanted + step / 2, side="right") - 1
        near = (at >= 0) & (np.abs(seconds[at] - wanted) <= 2 * step)
        row[near] = view[at[near]]
    known = np.isfinite(earlier).any(axis=0)
    result = np.full(len(view), np.nan)
    result[known] = np.nanmedian(earlier[:, known], axis=0)
    return result


def _mean(view: Floats, width: int) -> Floats:
    """Of the last ``width`` points, fewer at the beginning."""
    sums = np.concatenate([[0.0], np.cumsum(view - view[0])])
    end = np.arange(1, len(view) + 1)
    start = np.maximum(end - width, 0)
    result: Floats = view[0] + (sums[end] - sums[start]) / (end - start)
    return result


def _spread(view: Floats, width: int) -> Floats:
    """Standard deviation of the last ``width`` points; not a number before there are as many."""
    result = np.full(len(view), np.nan)
    if len(view) >= width:
        windows = np.lib.stride_tricks.sliding_window_view(view, width)
        result[width - 1 :] = windows.std(axis=1)
    return result


def _median(view: Floats) -> float:
    known = view[np.isfinite(view)]
    return float(np.median(known)) if known.size else np.nan


def _before(view: Floats) -> Floats:
    """What was known one point earlier."""
    return np.concatenate([[0.0], view[:-1]])


def _runs(alarm: NDArray[np.bool_], hold_off: int) -> list[tuple[int, int]]:
    """First and last alarm of each incident: alarms fewer than ``hold_off`` points apart are one."""
    at = np.flatnonzero(alarm)
    if not at.size:
        return []
    breaks = np.flatnonzero(np.diff(at) >= hold_off)
    firsts = at[np.concatenate([[0], breaks + 1])]
    lasts = at[np.concatenate([breaks, [at.size - 1]])]
    return [(int(first), int(last)) for first, last in zip(firsts, lasts, strict=True)]
