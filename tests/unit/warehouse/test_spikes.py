"""The spike detector: what it finds, what it leaves alone, and that it never looks ahead."""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.unit.warehouse.nab_like import Labelled, nab_like, score
from workbench.domain.spike import Direction, Series
from workbench.warehouse.spikes import SCORE_LIMIT, find_spikes, verdicts

START = datetime(2026, 3, 2)  # a Monday
NAB = Path("/work/shared/data/nab")


def series(values, minutes: float = 60) -> Series:
    times = [START + timedelta(minutes=minutes * i) for i in range(len(values))]
    return Series(times, [float(v) for v in values])


def noise(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(100, 5, count)


def days(count: int, seed: int = 0) -> np.ndarray:
    """Hours of a day that is busy from 8 to 20."""
    hours = np.arange(24 * count) % 24
    return np.where((hours >= 8) & (hours < 20), 200, 20) + noise(24 * count, seed) - 100


def test_a_burst_is_found_where_it_begins_with_what_was_expected() -> None:
    values = noise(1000)
    values[700:706] += 80
    (spike,) = find_spikes(series(values))
    assert spike.start == START + timedelta(hours=700)
    assert START + timedelta(hours=705) <= spike.end <= START + timedelta(hours=706)
    assert spike.direction is Direction.UP
    assert spike.observed == max(values)
    assert 90 < spike.expected < 130
    assert spike.low < spike.expected < spike.high < spike.observed
    assert spike.score > 1


def test_a_dip_is_found_too() -> None:
    values = noise(1000)
    values[700:706] -= 80
    (spike,) = find_spikes(series(values))
    assert spike.direction is Direction.DOWN
    assert spike.observed == min(values) < spike.low


def test_a_burst_longer_than_a_day_is_a_burst_though_its_end_falls_as_far() -> None:
    values = noise(1000)
    values[700:730] += 80
    first = find_spikes(series(values))[0]
    assert (first.start, first.direction) == (START + timedelta(hours=700), Direction.UP)
    assert first.peak < START + timedelta(hours=730)


def test_a_longer_series_changes_no_verdict() -> None:
    values = days(40)
    values[500:510] += 150
    values[800:] += 60
    times = np.array(series(values).times, dtype="datetime64[us]")
    whole = verdicts(times, values)
    assert (whole.evidence >= 1).any()
    for cut in (2, 3, 30, 143, 144, 145, 505, 511, 799, 801, 900):
        part = verdicts(times[:cut], values[:cut])
        for name in ("evidence", "expected", "low", "high"):
            np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[:cut])


def test_the_busy_hours_of_each_day_are_no_bursts_and_one_left_out_is_a_dip() -> None:
    values = days(60)
    assert find_spikes(series(values)) == []
    values[24 * 50 + 8 : 24 * 50 + 20] -= 180
    (spike,) = find_spikes(series(values))
    assert spike.direction is Direction.DOWN
    assert spike.start == START + timedelta(days=50, hours=8)


def test_a_weekend_is_no_dip() -> None:
    values = noise(7 * 40)
    values[np.arange(len(values)) % 7 >= 5] *= 0.3
    assert find_spikes(series(values, minutes=24 * 60)) == []


def test_more_noise_around_the_same_level_is_found() -> None:
    values = noise(3000)
    values[2500:2560] += np.random.default_rng(1).normal(0, 20, 60)
    assert find_spikes(series(values))[0].start >= START + timedelta(hours=2500)


def test_an_earlier_incident_does_not_hide_a_smaller_one() -> None:
    values = noise(3000)
    values[1500:1505] += 500
    values[2500:2505] += 60
    starts = [s.start for s in find_spikes(series(values))]
    assert starts == [START + timedelta(hours=1500), START + timedelta(hours=2500)]


def test_the_unit_of_the_values_does_not_matter() -> None:
    values = noise(1000)
    values[700:706] += 80
    small, large = (find_spikes(series(values * unit)) for unit in (1e-6, 1e9))
    assert [(s.start, s.end) for s in small] == [(s.start, s.end) for s in large]
    assert small


@pytest.mark.parametrize("values", [[], [1.0], [5.0] * 400, [0.0] * 400])
def test_nothing_is_found_where_nothing_happens(values: list[float]) -> None:
    assert find_spikes(series(values)) == []


def test_a_change_after_a_flat_past_has_a_score_that_can_be_read() -> None:
    (spike,) = find_spikes(series([0.0] * 400 + [3.0]))
    assert (spike.observed, spike.expected, spike.score) == (3.0, 0.0, SCORE_LIMIT)


def test_less_than_the_least_is_no_burst() -> None:
    values = [0.0] * 400 + [3.0] + [0.0] * 10
    assert find_spikes(series(values), least=5) == []
    (spike,) = find_spikes(series([0.0] * 400 + [6.0]), least=5)
    assert spike.score == pytest.approx(6 / 5)


def test_gaps_and_uneven_steps_are_survived() -> None:
    r = np.random.default_rng(2)
    steps = np.cumsum(r.choice([5, 10, 60, 2000], 2000, p=[0.8, 0.1, 0.09, 0.01]))
    values = noise(2000)
    values[1500:1510] += 90
    found = find_spikes(Series([START + timedelta(minutes=int(m)) for m in steps], list(values)))
    assert START + timedelta(minutes=int(steps[1500])) in [s.start for s in found]


def starts_of(one: Labelled) -> list[int]:
    found = find_spikes(Series(one.times.tolist(), one.values.tolist()))
    return [int(np.searchsorted(one.times, np.datetime64(spike.start))) for spike in found]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_incidents_of_many_kinds_are_found_at_few_false_alarms(seed: int) -> None:
    windows = points = hits = false = 0
    for one in nab_like(seed):
        hit, wrong = score(one, starts_of(one))
        hits, false = hits + hit, false + wrong
        windows, points = windows + len(one.windows), points + len(one.values)
    assert hits / windows >= 0.85
    assert 1000 * false / points <= 0.4


@pytest.mark.slow
@pytest.mark.skipif(not NAB.is_dir(), reason="the labelled series are not on this machine")
def test_the_labelled_series_at_hand_are_told_within_the_bound() -> None:
    labels = json.loads((NAB / "windows.json").read_text("utf-8"))
    windows = points = hits = false = 0
    for name, spans in labels.items():
        with (NAB / name).open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        times = np.array([row["timestamp"] for row in rows], dtype="datetime64[s]")
        marks = [np.searchsorted(times, np.array(s, dtype="datetime64[us]")) for s in spans]
        values = np.array([float(row["value"]) for row in rows])
        one = Labelled(name, times, values, tuple((int(a), int(b)) for a, b in marks))
        hit, wrong = score(one, starts_of(one))
        hits, false = hits + hit, false + wrong
        windows, points = windows + len(spans), points + len(rows)
    assert hits / windows >= 0.8
    assert 1000 * false / points <= 0.5
