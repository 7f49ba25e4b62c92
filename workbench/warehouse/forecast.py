"""The forecast of daily counts: seasonal and trend parts by exponential smoothing (augurs).

The counts are smoothed as logarithms, so that weekdays are factors, nothing falls below nought, and
a large day does not pull as hard. Each forecast is tried first on the weeks that are past, against
"the same weekday a week earlier"; where that is better, it is taken, with the interval of its errors.
"""

from collections.abc import Sequence

import numpy as np

from workbench.domain.forecast import LEVEL, SEASON, Backtest, Method, Predicted, same_weekday

_LEARN = 3 * SEASON
_WEEKS = 8  # of the past that are tried


def predict(counts: Sequence[float], days: int) -> tuple[Predicted, Method, Backtest]:
    """``counts`` are those of at least FEWEST whole days, one after the other."""
    values = np.asarray(counts, dtype=float)
    rounds = min(_WEEKS, (len(values) - _LEARN) // SEASON)
    errors, naive_errors, inside = [], [], []
    for n in range(rounds, 0, -1):
        cut = len(values) - n * SEASON
        real = values[cut : cut + SEASON]
        tried = _model(values[:cut], SEASON)
        errors.append(np.abs(np.array(tried.point) - real))
        naive_errors.append(np.abs(np.array(same_weekday(values[:cut], SEASON)) - real))
        inside.append((real >= np.floor(tried.low)) & (real <= np.ceil(tried.high)))
    backtest = Backtest(
        rounds, float(np.mean(errors)), float(np.mean(naive_errors)), float(np.mean(inside))
    )
    if backtest.better is Method.NAIVE:
        point = np.array(same_weekday(values, days))
        reach = float(np.quantile(naive_errors, LEVEL))
        low = np.maximum(point - reach, 0)
        return _told(point, low, point + reach), Method.NAIVE, backtest
    return _model(values, days), Method.MODEL, backtest


def _model(values: np.ndarray, days: int) -> Predicted:
    if np.ptp(values) == 0:  # nothing to learn of a constant
        same = np.full(days, values[-1])
        return _told(same, same, same)
    from augurs import MSTL

    smoothing = MSTL.ets(periods=[SEASON])
    smoothing.fit(np.log1p(values))
    found = smoothing.predict(days, LEVEL)
    sides = (found.point(), found.lower(), found.upper())
    return _told(*(np.maximum(np.expm1(np.asarray(side)), 0) for side in sides))


def _told(*sides: np.ndarray) -> Predicted:
    point, low, high = (tuple(float(v) for v in side) for side in sides)
    return Predicted(point, low, high)
