"""The forecast: better than the same weekday a week earlier, honest about how sure it is."""

import numpy as np
import pytest

from workbench.domain.forecast import FEWEST, Backtest, Forecast, Method, Predicted, same_weekday
from workbench.warehouse.forecast import predict

WEEK = np.array([1.15, 1.1, 1, 1, 1.05, 0.6, 0.5])


def complaints(days: int, base: float, seed: int, trend: float = 0.1) -> list[float]:
    """Counts with a week, a trend, more spread than chance alone, and one campaign."""
    r = np.random.default_rng(seed)
    at = np.arange(days)
    mean = (base + trend * at) * WEEK[at % 7]
    mean[days // 2] *= 3
    return r.negative_binomial(44, 44 / (44 + mean)).astype(float).tolist()


def test_the_model_beats_the_same_weekday_over_many_series() -> None:
    tests = [predict(complaints(120, base, n), 7)[2] for n, base in enumerate([8, 40, 200] * 3)]
    gain = 1 - sum(t.model_error / t.naive_error for t in tests) / len(tests)
    assert gain > 0.1
    assert sum(t.better is Method.MODEL for t in tests) >= 8
    assert 0.7 < sum(t.covered for t in tests) / len(tests) < 0.92


def test_weekdays_are_told_apart_and_the_interval_holds_the_middle() -> None:
    told, method, _ = predict(complaints(120, 100, 1), 14)
    assert method is Method.MODEL
    assert len(told.point) == len(told.low) == len(told.high) == 14
    assert all(
        low <= point <= high
        for low, point, high in zip(told.low, told.point, told.high, strict=True)
    )
    weekend = [told.point[n] for n in range(14) if (120 + n) % 7 >= 5]
    weekdays = [told.point[n] for n in range(14) if (120 + n) % 7 < 5]
    assert max(weekend) < min(weekdays)


def test_where_the_last_week_says_more_it_is_taken_with_the_interval_of_its_errors() -> None:
    """Every fifth week is another one, too seldom for a smooth line to see it come."""
    counts = [float(100 * (n // 7 % 2) ** (n // 7 > 5) + n % 7) for n in range(42)]
    counts += [float(500 + n % 7) for n in range(7)] * 3
    told, method, test = predict(counts, 7)
    assert test.naive_error < test.model_error and method is Method.NAIVE
    assert told.point == tuple(counts[-7:])
    assert told.low[0] <= told.point[0] <= told.high[0]


def test_no_complaints_are_forecast_as_none() -> None:
    told, method, _ = predict([0.0] * FEWEST, 3)
    assert (told.point, told.high, method) == ((0, 0, 0), (0, 0, 0), Method.MODEL)


def test_the_backtest_knows_only_what_was_known_then() -> None:
    counts = complaints(90, 40, 2)
    before = predict(counts, 7)[2]
    after = predict([*counts[:-1], 9999.0], 7)[2]
    assert before.weeks == after.weeks == 8
    assert after.model_error > before.model_error
    other = predict([*counts, *counts[-7:]], 7)[2]
    assert other.weeks == 8


def test_the_same_weekday_repeats_the_last_week() -> None:
    assert same_weekday(list(range(20)), 9) == [13, 14, 15, 16, 17, 18, 19, 13, 14]


def test_people_are_enough_for_the_upper_end_of_the_interval() -> None:
    told = Predicted((10.0, 0.0), (8.0, 0.0), (12.1, 0.0))
    made = Forecast((), (), told, Method.MODEL, Backtest(2, 1, 2, 0.8))
    assert made.people(12) == (2, 0)
    assert made.backtest.gain == pytest.approx(0.5)
