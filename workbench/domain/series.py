"""The points of a trend as series over a whole row of buckets, and back to the attempts behind
each number. No pixels: what the chart draws, the legend counts and a click opens."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from workbench.domain.times import to_local
from workbench.domain.trend import STEP, Every, Measure, TrendFilter, TrendPoint, TrendQuery

MOST_SERIES = 8
# A failure has one of each, so the parts of a bar add up to the whole, for a rate as well.
_OF_FAILURES = frozenset(("symptom", "cause_group", "cause", "reason_code", "status", "outcome"))


@dataclass(frozen=True)
class Series:
    """One colour of the chart. ``keys`` are the values it stands for (several in 'other');
    ``values``, ``failures`` and ``attempts`` follow the buckets, 0 where there was nothing."""

    keys: tuple[str | None, ...]
    values: tuple[float, ...]
    failures: tuple[int, ...]
    attempts: tuple[int, ...]
    other: bool = False


@dataclass(frozen=True)
class Behind:
    """The attempts behind a number: how to fetch them and how many the number says there are."""

    where: TrendFilter
    failures_only: bool
    expected: int


@dataclass(frozen=True)
class ChartData:
    """``stacked``: the series add up to a whole; else each stands for itself (rates by channel)."""

    query: TrendQuery
    buckets: tuple[datetime, ...] = ()
    series: tuple[Series, ...] = ()
    stacked: bool = True

    @property
    def counted(self) -> str:
        """Which count a bar opens: attempts where they are measured, else failures."""
        return "attempts" if self.query.measure is Measure.ATTEMPTS else "failures"

    def total(self, series: Series) -> int:
        return sum(getattr(series, self.counted))

    def known(self, series: Series) -> tuple[float | None, ...]:
        """Its values; None where nobody tried, which is not a rate of nought."""
        if self.stacked or self.query.measure is not Measure.FAILURE_RATE:
            return series.values
        told = zip(series.values, series.attempts, strict=True)
        return tuple(value if attempts else None for value, attempts in told)

    def whole(self, bucket: int) -> float:
        """Height of the stack, or of the highest line."""
        values = [series.values[bucket] for series in self.series]
        if not values:
            return 0.0
        return sum(values) if self.stacked else max(values)

    @property
    def tallest(self) -> tuple[int, int] | None:
        """(series, bucket) of the largest single number."""
        cells = [
            (series.values[b], -s, -b)
            for s, series in enumerate(self.series)
            for b in range(len(self.buckets))
        ]
        best = max(cells, default=None)
        return (-best[1], -best[2]) if best is not None and best[0] > 0 else None

    def behind(self, series: int | None, bucket: int | None) -> Behind:
        """The attempts of one bar; None takes every series, or every bucket."""
        chosen = self.series if series is None else (self.series[series],)
        places = range(len(self.buckets)) if bucket is None else (bucket,)
        expected = sum(getattr(s, self.counted)[b] for s in chosen for b in places)
        where = self.query.where
        equals = list(where.equals)
        if series is not None:
            equals.append((self.query.by[0], self.series[series].keys))
        start, end = self._span(places)
        return Behind(
            replace(where, start=start, end=end, equals=tuple(equals)),
            self.counted == "failures",
            expected,
        )

    def _span(self, places: Sequence[int]) -> tuple[datetime | None, datetime | None]:
        """Of the buckets asked for, inside the time that the query looked at."""
        where = self.query.where
        if not self.buckets or not places or self.query.every is None:
            return where.start, where.end
        first = self.buckets[places[0]]
        last = self.buckets[places[-1]] + STEP[self.query.every]
        start = first if where.start is None else max(first, where.start)
        end = last if where.end is None else min(last, where.end)
        return start, end


def chart_data(query: TrendQuery, points: Sequence[TrendPoint]) -> ChartData:
    """Every bucket of the time asked for (or from the first to the last where it is open), the
    largest series first, the rest as one."""
    stacked = query.measure in (Measure.FAILURES, Measure.ATTEMPTS) or (
        query.measure is Measure.FAILURE_RATE and query.by[0] in _OF_FAILURES
    )
    if not points:
        return ChartData(query, stacked=stacked)
    first, last = _ends(query, [point.bucket for point in points])
    step = STEP[query.every] if query.every else timedelta.max
    buckets = tuple(first + step * n for n in range((last - first) // step + 1))
    place = {bucket: n for n, bucket in enumerate(buckets)}
    cells: _Cells = {}
    for point in points:
        cells.setdefault(point.keys[0], {})[place[point.bucket]] = point
    keys = _by_size(query, cells)
    # one more than fit is shown as itself, not as 'other'
    kept = keys if len(keys) <= MOST_SERIES + 1 else _weightiest(query, cells, keys)
    series = [_series((key,), [cells[key]], len(buckets), query, stacked) for key in kept]
    rest = [key for key in keys if key not in kept]
    if rest:
        parts = [cells[key] for key in rest]
        other = _series(tuple(rest), parts, len(buckets), query, stacked)
        series.append(replace(other, other=True))
    return ChartData(query, buckets, tuple(series), stacked)


def _ends(query: TrendQuery, found: Sequence[datetime]) -> tuple[datetime, datetime]:
    """The first and the last bucket: a quiet beginning or end has its place as well."""
    first, last, where = min(found), max(found), query.where
    if query.every is None:
        return first, last
    step = STEP[query.every]
    if where.start is not None and where.start < first:
        first -= -(-(first - where.start) // step) * step
    if where.end is not None and where.end > last:
        last += (where.end - timedelta.resolution - last) // step * step
    return first, last


_Cells = dict[str | None, dict[int, TrendPoint]]  # key, bucket


def _count(query: TrendQuery, point: TrendPoint) -> int:
    return point.attempts if query.measure is Measure.ATTEMPTS else point.failures


def _by_size(query: TrendQuery, cells: _Cells) -> list[str | None]:
    def size(key: str | None) -> tuple[int, str]:
        return -sum(_count(query, point) for point in cells[key].values()), key or ""

    return sorted(cells, key=size)


def _weightiest(query: TrendQuery, cells: _Cells, keys: Sequence[str | None]) -> list[str | None]:
    """Those with the largest share of all, or of the fullest bucket: a burst of one evening must
    not drown in 'other' because the month was quiet. In the order of ``keys``."""
    buckets: dict[int, int] = {}
    for part in cells.values():
        for place, point in part.items():
            buckets[place] = buckets.get(place, 0) + _count(query, point)
    whole, fullest = sum(buckets.values()) or 1, max(buckets.values(), default=0) or 1

    def weight(key: str | None) -> float:
        counts = [_count(query, point) for point in cells[key].values()]
        return max(sum(counts) / whole, max(counts) / fullest)

    chosen = sorted(keys, key=weight, reverse=True)[:MOST_SERIES]
    return [key for key in keys if key in chosen]


def _series(
    keys: tuple[str | None, ...],
    parts: Sequence[dict[int, TrendPoint]],
    length: int,
    query: TrendQuery,
    stacked: bool,
) -> Series:
    values, failures, attempts = [0.0] * length, [0] * length, [0] * length
    for place in sorted({place for part in parts for place in part}):
        found = [part[place] for part in parts if place in part]
        failures[place] = sum(point.failures for point in found)
        attempts[place] = sum(point.attempts for point in found)
        if stacked:
            values[place] = sum(point.value for point in found)
        else:  # rates of several channels are no sum
            values[place] = failures[place] / attempts[place] if attempts[place] else 0.0
    return Series(keys, tuple(values), tuple(failures), tuple(attempts))


def bucket_label(bucket: datetime, every: Every | None, lang: str, *, full: bool = False) -> str:
    """A bucket's local date as an axis shows it; ``full`` for a sentence."""
    local = to_local(bucket)
    day = f"{local.month}月{local.day}日" if lang == "zh" else f"{local.day} {local:%b}"
    if every is Every.HOUR:
        if not full:
            return f"{local:%H}:00" if local.hour else day
        return f"{day} {local:%H}:00–{(local.hour + 1):02}:00"
    if every is Every.WEEK and full:
        end = to_local(bucket + timedelta(days=6))
        last = f"{end.month}月{end.day}日" if lang == "zh" else f"{end.day} {end:%b}"
        return f"{day}–{last}"
    return day
