"""Invented series of the kinds in the Numenta Anomaly Benchmark, with their labelled windows.

A window is, as there, a tenth of the series shared among its incidents, centred on each. Ordinary
outliers and bursts that nobody labelled are in them too: a detector must live with those.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DAY = 288  # points of five minutes


@dataclass(frozen=True)
class Labelled:
    name: str
    times: NDArray[np.datetime64]
    values: Floats
    windows: tuple[tuple[int, int], ...]  # first and last point


def score(series: Labelled, starts: list[int]) -> tuple[int, int]:
    """(windows in which an alarm began, alarms that began outside all windows)."""
    hits = sum(any(a <= s <= b for s in starts) for a, b in series.windows)
    false = sum(not any(a <= s <= b for a, b in series.windows) for s in starts)
    return hits, false


def nab_like(seed: int) -> Iterator[Labelled]:
    r = np.random.default_rng(seed)
    for make in (_patterns, _machines, _costs, _demand, _temperatures, _traffic, _mentions):
        yield from make(r)


def _labelled(name: str, values: Floats, at: list[int], minutes: Floats | int = 5) -> Labelled:
    count = len(values)
    half = max(count // (10 * max(len(at), 1)), 20) // 2
    steps = np.broadcast_to(np.asarray(minutes, dtype=float) * 60, count)
    seconds = (1.4e9 + np.cumsum(steps)).astype(np.int64)
    windows = tuple((max(a - half, 0), min(a + half, count - 1)) for a in at)
    return Labelled(name, seconds.astype("datetime64[s]"), values.astype(float), windows)


def _places(r: np.random.Generator, count: int, many: int) -> list[int]:
    """Incidents: none in the first sixth, none close to another."""
    while True:
        found = np.sort(r.integers(int(0.17 * count), int(0.97 * count), many))
        if many < 2 or np.diff(found).min() > 0.06 * count:
            return [int(at) for at in found]


def _drift(r: np.random.Generator, count: int, memory: float, spread: float) -> Floats:
    """An autoregressive walk around nought."""
    steps = r.normal(0, spread * np.sqrt(1 - memory**2), count)
    walk, last = np.empty(count), 0.0
    for i, step in enumerate(steps):
        walk[i] = last = memory * last + step
    return walk


def _patterns(r: np.random.Generator) -> Iterator[Labelled]:
    """A square day: as it is, too high, too low, left out, flattened; noise that grows."""
    count, start = 14 * DAY, 11 * DAY + 115
    hour = (np.arange(count) % DAY) / DAY

    def day() -> Floats:
        return np.where((hour > 0.4) & (hour < 0.75), 80.0, 20.0) + r.normal(0, 3, count)

    yield _labelled("quiet days", day(), [])
    yield _labelled("flat", np.full(count, 45.0), [])
    yield _labelled("noise", r.normal(20, 1.5, count), [])
    for name, change in (("jump up", 80), ("jump down", -60), ("no jump", None)):
        values = day()
        stretch = slice(start, start + 100)
        values[stretch] = values[stretch] + change if change else 20 + r.normal(0, 3, 100)
        yield _labelled(name, values, [start])
    values = r.normal(20, 1.5, count)
    values[3000:3200] = r.normal(20, 5, 200)
    yield _labelled("more noise", values, [3000])


def _machines(r: np.random.Generator) -> Iterator[Labelled]:
    """Load of servers: peaks, dips, shifts, spells of noise among ordinary outliers."""
    count = 14 * DAY
    for i in range(8):
        base = float(r.choice([0.13, 2, 50, 90]))
        spread = base * float(r.choice([0.02, 0.05, 0.1]))
        values = base + _drift(r, count, float(r.choice([0, 0.3, 0.8])), spread)
        for at in r.integers(0, count, int(r.integers(0, 12))):
            values[at : at + 2] += spread * r.uniform(3, 7)
        places = _places(r, count, int(r.integers(1, 4)))
        for at in places:
            kind = r.integers(0, 4)
            if kind == 0:
                values[at : at + r.integers(1, 6)] += spread * r.uniform(8, 40)
            elif kind == 1:
                values[at : at + 4] -= spread * r.uniform(7, 15)
            elif kind == 2:
                values[at:] += spread * r.choice([-1, 1]) * r.uniform(3, 6)
            else:
                stretch = values[at : at + 200]
                stretch += r.normal(0, spread * 3, len(stretch))
        yield _labelled(f"cpu {i}", np.maximum(values, 0), places)
    for i in range(4):
        values = 1e3 * np.exp(r.normal(0, 0.4, count))
        for at in r.integers(0, count, 60):
            values[at : at + r.integers(1, 8)] *= np.exp(r.normal(2.5, 0.6))
        places = _places(r, count, 2)
        for at in places:
            values[at : at + r.integers(2, 20)] = 1e3 * np.exp(r.uniform(4.8, 6.2))
        yield _labelled(f"disk {i}", values, places)


def _costs(r: np.random.Generator) -> Iterator[Labelled]:
    """Hourly cost of an advertisement, with jumps for an hour or three."""
    for i in range(4):
        hours = np.arange(1600)
        values = 0.1 * np.exp(0.25 * np.sin(hours * np.pi / 12) + _drift(r, 1600, 0.7, 0.18))
        places = _places(r, 1600, 2)
        for at in places:
            values[at : at + r.integers(1, 4)] *= r.uniform(2.2, 7)
        yield _labelled(f"cost {i}", values, places, 60)


def _demand(r: np.random.Generator) -> Iterator[Labelled]:
    """Passengers by the half hour, with days and weeks; five unusual days."""
    at = np.arange(10_320)
    week = np.where((at // 48) % 7 >= 5, 0.8, 1.0)
    values = 15_000 * week * (1 + 0.6 * np.sin(2 * np.pi * (at - 18) / 48))
    values *= np.exp(_drift(r, len(at), 0.9, 0.05))
    places = [5900, 7100, 8500, 9300, 9990]
    for place, factor in zip(places, (1.4, 0.6, 0.5, 1.5, 0.15), strict=True):
        values[place - 20 : place + 25] *= factor
    yield _labelled("passengers", values, places, 30)


def _temperatures(r: np.random.Generator) -> Iterator[Labelled]:
    hours = np.arange(7267)
    values = 70 + 6 * np.sin(2 * np.pi * hours / 8760) + _drift(r, 7267, 0.97, 2.5)
    values[3700:3735] += 12
    values[6190:6290] -= 9
    yield _labelled("room", values, [3700, 6200], 60)
    values = 90 + _drift(r, 22_695, 0.995, 6) + _drift(r, 22_695, 0.5, 1)
    places = [2400, 4000, 16_400, 19_700]
    for at, depth in zip(places, (35, 80, 30, 60), strict=True):
        values[at - 60 : at + 10] -= depth * np.linspace(0, 1, 70)
    yield _labelled("machine", values, places)


def _traffic(r: np.random.Generator) -> Iterator[Labelled]:
    """Speeds and travel times at uneven intervals."""
    for i in range(4):
        minutes = r.choice([5, 10, 15, 60], 2400, p=[0.7, 0.15, 0.1, 0.05])
        places = _places(r, 2400, 2)
        values = 70 + r.normal(0, 4, 2400) if i % 2 else r.gamma(3, 40, 2400)
        for at in places:
            long = int(r.integers(4, 25))
            values[at : at + long] += -r.uniform(25, 45) if i % 2 else r.uniform(800, 4000)
        yield _labelled(f"road {i}", np.maximum(values, 0), places, minutes)


def _mentions(r: np.random.Generator) -> Iterator[Labelled]:
    """Counts of mentions: days, bursts of every size, a few far beyond them."""
    for i in range(5):
        count = 15_850
        base = float(r.choice([3, 15, 50]))
        rate = base * (1 + 0.7 * np.sin(2 * np.pi * np.arange(count) / DAY))
        rate *= np.exp(_drift(r, count, 0.97, 0.3))
        values = r.negative_binomial(4, 4 / (4 + rate)).astype(float)
        places = _places(r, count, 3)
        bursts = [(at, np.exp(r.normal(0.8, 0.6)), 4.0) for at in r.integers(0, count, 60)]
        bursts += [(at, np.exp(r.uniform(2.2, 4.5)), r.uniform(2, 20)) for at in places]
        for at, size, fading in bursts:
            stretch = values[at : at + 40]
            stretch += base * size * np.exp(-np.arange(len(stretch)) / fading)
        yield _labelled(f"mentions {i}", np.round(values), places)
