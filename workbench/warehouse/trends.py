"""Counting failures over time. One WHERE builder serves numbers, rows and exports, so that the
rows behind a bar are exactly the rows that it counts."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from workbench.domain.board import Affected
from workbench.domain.errors import Usage
from workbench.domain.times import from_local
from workbench.domain.trend import (
    CODE_FIELDS,
    SLICE_FIELDS,
    TIME_FIELDS,
    Every,
    Measure,
    TrendFilter,
    TrendPoint,
    TrendQuery,
)
from workbench.warehouse.engines import Session, quoted
from workbench.warehouse.schema import DIAGNOSIS, SUMMED_FIELDS, hour_sql

FAILURES = ("failed", "abandoned")
FAILURE = f"outcome IN {FAILURES}"
SETTLED = "outcome <> 'pending'"
# Known only of failures: a failure rate within them compares with all attempts around.
OF_FAILURES = frozenset(DIAGNOSIS) | {"outcome"} | frozenset(CODE_FIELDS)


_DAY = "CAST(FLOOR({hour} / 24) AS BIGINT)"
_WEEKDAY = f"CAST(CAST(({_DAY} % 7 + 10) % 7 + 1 AS BIGINT) AS VARCHAR)"  # 1970 began on Thursday
_CLOCK = f"CAST({{hour}} - {_DAY} * 24 AS BIGINT)"
_HOUR = f"concat(CASE WHEN {_CLOCK} < 10 THEN '0' ELSE '' END, CAST({_CLOCK} AS VARCHAR))"
_OF_TIME = {
    "weekday": _WEEKDAY,
    "hour_of_day": _HOUR,
    "hour_of_week": f"concat({_WEEKDAY}, '-', {_HOUR})",
}


# Grouped by as numbers, which is several times as fast, and told as the texts above.
_WEEKDAY_N = f"({_DAY} % 7 + 10) % 7 + 1"
_CLOCK_N = f"{{hour}} - {_DAY} * 24"
_NUMBERS: dict[str, tuple[str, Callable[[int], str]]] = {
    "weekday": (f"CAST({_WEEKDAY_N} AS BIGINT)", str),
    "hour_of_day": (f"CAST({_CLOCK_N} AS BIGINT)", lambda n: f"{n:02}"),
    "hour_of_week": (
        f"CAST(({_WEEKDAY_N}) * 24 + ({_CLOCK_N}) AS BIGINT)",
        lambda n: f"{n // 24}-{n % 24:02}",
    ),
}


def checked(field: str, hour: str | None = None) -> str:
    """A slice field in SQL; raises Usage for anything else. ``hour`` is a column with the hour's
    number, where the relation has one instead of the time."""
    if field not in SLICE_FIELDS:
        raise Usage("no_such_slice", field=field, fields=", ".join(SLICE_FIELDS))
    if field in TIME_FIELDS:
        return _OF_TIME[field].format(hour=hour or hour_sql())
    return quoted(field)


def condition(
    where: TrendFilter,
    *,
    failures_only: bool = False,
    fields: Sequence[str] | None = None,
    hour: str | None = None,
) -> tuple[str, list[object]]:
    """SQL condition and its parameters; ``fields`` limits which of ``equals`` are applied."""
    parts: list[str] = ["TRUE"]
    params: list[object] = []
    if where.start is not None:
        parts.append("occurred_at >= ?")
        params.append(where.start)
    if where.end is not None:
        parts.append("occurred_at < ?")
        params.append(where.end)
    if where.came_since is not None:
        parts.append("known_since IN (SELECT number FROM states WHERE began >= ?)")
        params.append(where.came_since)
    for field, values in where.equals:
        column = quoted(field) if field in CODE_FIELDS else checked(field, hour)
        if fields is not None and field not in fields:
            continue
        named = [value for value in values if value]
        either = [f"{column} IN ({', '.join('?' * len(named))})"] if named else []
        if len(named) < len(values):  # a missing value, or the empty cause of a success
            either.append(f"coalesce({column}, '') = ''")
        parts.append(f"({' OR '.join(either) or 'FALSE'})")
        params += named
    if failures_only:
        parts.append(FAILURE)
    return " AND ".join(parts), params


_FIRST = from_local(datetime(1970, 1, 1))  # where hours begin to be numbered
_BUCKETS: dict[
    Every | None, tuple[str, Callable[[int], int]]
] = {  # of an hour's number: the bucket's number, and how many hours after _FIRST it begins
    Every.HOUR: ("hour", lambda n: n),
    Every.DAY: ("CAST(FLOOR(hour / 24) AS BIGINT)", lambda n: n * 24),
    # the first of 1970 was a Thursday
    Every.WEEK: ("CAST(FLOOR((hour + 72) / 168) AS BIGINT)", lambda n: n * 168 - 72),
    None: ("CAST(0 AS BIGINT)", lambda _: 0),
}


def trend(session: Session, query: TrendQuery, *, summed: bool = False) -> list[TrendPoint]:
    """In order of bucket, then keys. Attempts without a time are in no bucket. ``summed``: the
    store has ``attempts_by_hour``, which answers whatever it knows all fields of."""
    return _trend(session, query, "attempts_by_hour" if summed and _in_sums(query) else "attempts")


def answers(
    session: Session, queries: Sequence[TrendQuery], *, summed: bool = False
) -> list[list[TrendPoint]]:
    """The answer of each of the questions of one page. Those that ``attempts_by_hour`` cannot
    answer are answered from one reading of the attempts, counted by what they speak of; those of
    the same attempts are counted together."""
    slow = [q for q in queries if _by_hours(q) and not (summed and _in_sums(q))]
    fast = [q for q in queries if summed and _in_sums(q)]
    found = _of_sums(session, "attempts_by_hour", fast)
    if len(slow) > 1:
        session.load(_COUNTED, _counted(session, slow))
        try:
            found |= _of_sums(session, _COUNTED, slow)
        finally:
            session.unload(_COUNTED)
    return [found[q] if q in found else trend(session, q, summed=summed) for q in queries]


def _counted(session: Session, queries: Sequence[TrendQuery]) -> pa.Table:
    """The attempts that any of the questions counts, by the hour and by all that they speak of."""
    start, end = _around(queries)
    common = set.intersection(*(set(q.where.equals) for q in queries))
    shared = tuple((f, v) for f, v in sorted(common, key=str) if f not in OF_FAILURES)
    spoken = {f for q in queries for f in (*q.by, *(field for field, _ in q.where.equals))}
    fields = sorted((spoken | {"outcome"}) - set(TIME_FIELDS))
    sql, params = condition(TrendFilter(start, end, shared))
    return session.fetch(
        f"SELECT {', '.join([f'{hour_sql()} AS hour', *map(quoted, fields)])}, count(*) AS n"
        f" FROM attempts WHERE occurred_at IS NOT NULL AND {sql} GROUP BY ALL",
        params,
    )


def _of_sums(
    session: Session, relation: str, queries: Sequence[TrendQuery]
) -> dict[TrendQuery, list[TrendPoint]]:
    found, alike = {}, defaultdict(list)
    for query in queries:
        spoken = {*query.by, *(field for field, _ in query.where.equals)}
        if query.measure is Measure.FAILURE_RATE and spoken & OF_FAILURES:
            found[query] = _trend(session, query, relation)  # two conditions: see there
        else:
            alike[query.where].append(query)
    for where, those in alike.items():
        found |= _together(session, relation, where, those)
    return found


def _together(
    session: Session, relation: str, where: TrendFilter, queries: Sequence[TrendQuery]
) -> dict[TrendQuery, list[TrendPoint]]:
    """One reading of a relation of counts for questions with the same condition."""
    sets = [(_BUCKETS[q.every][0], *(_key(field, "hour") for field in q.by)) for q in queries]
    columns = list(dict.fromkeys(part for group in sets for part in group))
    names = [f"e{n}" for n in range(len(columns))]
    grouped = {tuple(sorted({columns.index(part) for part in group})) for group in sets}
    base, params = _of_hours(where)
    listed = ", ".join(f"{part} AS {name}" for part, name in zip(columns, names, strict=True))
    rows = session.rows(
        f"SELECT {', '.join([*(f'GROUPING({name})' for name in names), *names])},"
        f" CAST(coalesce(sum(n) FILTER ({FAILURE}), 0) AS BIGINT),"
        f" CAST(coalesce(sum(n), 0) AS BIGINT),"
        f" CAST(coalesce(sum(n) FILTER ({SETTLED}), 0) AS BIGINT)"
        f" FROM (SELECT {listed}, outcome, n FROM {relation} WHERE {base}) AS told GROUP BY"
        f" GROUPING SETS ({', '.join(_set(names, group) for group in sorted(grouped))})",
        params,
    )
    count = len(columns)
    by_set = defaultdict(list)
    for row in rows:
        group = tuple(n for n in range(count) if not row[n])
        by_set[group].append((row[count : 2 * count], *row[2 * count :]))
    found = {}
    for query, group in zip(queries, sets, strict=True):
        places = [columns.index(part) for part in group]
        rate = query.measure is Measure.FAILURE_RATE
        told = [
            (values[places[0]], failures, settled if rate else all_, 0,
             *(values[place] for place in places[1:]))
            for values, failures, all_, settled in by_set[tuple(sorted(set(places)))]
        ]  # fmt: skip
        told.sort(key=lambda row: (row[0], *((key is None, key or 0) for key in row[4:])))
        found[query] = _points(query, told)
    return found


def _set(names: Sequence[str], group: Sequence[int]) -> str:
    return f"({', '.join(names[n] for n in group)})"


_COUNTED = "counted_by_hour"


def _around(queries: Sequence[TrendQuery]) -> tuple[datetime | None, datetime | None]:
    starts, ends = ([getattr(q.where, side) for q in queries] for side in ("start", "end"))
    start = None if None in starts else min(starts)
    return start, None if None in ends else max(ends)


def _of_hours(where: TrendFilter) -> tuple[str, list[object]]:
    """As ``condition``, on a relation that has the ``hour`` in the place of the time."""
    sql, params = condition(TrendFilter(equals=where.equals), hour="hour")
    return " AND ".join([*_hours_within(where), sql]), params


def _hours_within(where: TrendFilter) -> list[str]:
    read = [f"hour >= {hour_of(where.start)}"] if where.start is not None else []
    return read + ([f"hour < {hour_of(where.end)}"] if where.end is not None else [])


def _key(field: str, hour: str | None) -> str:
    if field in _NUMBERS:
        return _NUMBERS[field][0].format(hour=hour or hour_sql())
    return f"nullif({checked(field)}, '')"


def _trend(session: Session, query: TrendQuery, relation: str) -> list[TrendPoint]:
    """From the attempts, or from a relation that has the ``hour`` and how many there were: ``n``."""
    if relation == "attempts":
        number, equals, hour = "1", query.where, None
        read = ["occurred_at IS NOT NULL"]
    else:
        number, equals, hour = "n", TrendFilter(equals=query.where.equals), "hour"
        read = ["TRUE", *_hours_within(query.where)]
    around = [f for f in SLICE_FIELDS if f not in OF_FAILURES]
    rate = query.measure is Measure.FAILURE_RATE
    base, params = condition(equals, fields=around if rate else None, hour=hour)
    inner: str = "TRUE"
    inner_params: list[object] = []
    if rate:  # the times stand in ``base`` already
        of_failures = TrendFilter(equals=query.where.equals)
        inner, inner_params = condition(of_failures, fields=list(OF_FAILURES), hour=hour)
    named = [f"{_key(field, hour)} AS k{i}" for i, field in enumerate(query.by)]
    listed = [f"k{i}" for i in range(len(named))]
    partition = ["bucket", *(f"k{i}" for i, f in enumerate(query.by) if f not in OF_FAILURES)]
    counted = SETTLED if rate else "TRUE"
    bucket = _BUCKETS[query.every][0]
    if hour is None:
        bucket = bucket.replace("hour", hour_sql())
    people = "sum(0)"
    if query.measure is Measure.CUSTOMERS:
        people = f"count(DISTINCT CASE WHEN {FAILURE} THEN customer_key END)"
    sql = (
        f"WITH sliced AS (SELECT {', '.join([f'{bucket} AS bucket', *named])},"
        f" coalesce(sum({number}) FILTER ({FAILURE} AND {inner}), 0) AS failures,"
        f" coalesce(sum({number}) FILTER ({counted}), 0) AS attempts, {people} AS people"
        f" FROM {relation} WHERE {' AND '.join(read)} AND {base} GROUP BY ALL)"
    )
    total = f"sum(attempts) OVER (PARTITION BY {', '.join(partition)})" if rate else "attempts"
    order = ", ".join(["bucket", *(f"{k} NULLS LAST" for k in listed)])
    sql += (
        f" SELECT bucket, failures::BIGINT, {total}::BIGINT AS attempts, people,"
        f" {', '.join(listed) or '0'} FROM sliced ORDER BY {order}"
    )
    return _points(query, session.rows(sql, [*inner_params, *params]))


def _points(query: TrendQuery, rows: Iterable[Sequence[Any]]) -> list[TrendPoint]:
    """``rows``: the bucket's number, failures, attempts, customers, then the keys."""
    rate = query.measure is Measure.FAILURE_RATE
    whole = not set(query.by) & OF_FAILURES
    hours = _BUCKETS[query.every][1]
    points = []
    for place, failures, attempts, people_, *found in rows:
        begins = _FIRST + timedelta(hours=hours(place))
        if query.every is None:
            begins = query.where.start or _FIRST
        names = tuple(
            _NUMBERS[field][1](key) if field in _NUMBERS else key
            for field, key in zip(query.by, found, strict=False)
        )
        value = _value(query.measure, failures, attempts, people_)
        # No bar for no failures; a rate of nought is a rate, except of a cause that did not occur.
        shown = attempts > 0 and (whole or failures > 0) if rate else value > 0
        if shown:
            points.append(TrendPoint(begins, names, value, failures, attempts))
    return points


def _by_hours(query: TrendQuery) -> bool:
    """Whether counts of whole hours answer it."""
    ends = [at for at in (query.where.start, query.where.end) if at is not None]
    whole = all(not (at.minute or at.second or at.microsecond) for at in ends)
    return whole and query.measure is not Measure.CUSTOMERS


def _in_sums(query: TrendQuery) -> bool:
    """Whether ``attempts_by_hour`` holds what answers it: its fields, and whole hours."""
    fields = {*query.by, *(field for field, _ in query.where.equals)}
    return _by_hours(query) and fields <= {*SUMMED_FIELDS, *TIME_FIELDS}


def hour_of(at: datetime) -> int:
    """The number of the hour that a time (UTC) is in, as ``schema.hour_sql`` has it."""
    return (at - _FIRST) // timedelta(hours=1)


def _value(measure: Measure, failures: int, attempts: int, people: int) -> float:
    match measure:
        case Measure.FAILURES:
            return failures
        case Measure.ATTEMPTS:
            return attempts
        case Measure.FAILURE_RATE:
            return failures / attempts if attempts else 0.0
        case Measure.CUSTOMERS:
            return people


def count(session: Session, where: TrendFilter, *, failures_only: bool) -> int:
    sql, params = condition(where, failures_only=failures_only)
    return int(session.rows(f"SELECT count(*) FROM attempts WHERE {sql}", params)[0][0])


def customers(session: Session, where: TrendFilter) -> int:
    """Distinct customers of the failures."""
    sql, params = condition(where, failures_only=True)
    counted = f"SELECT count(DISTINCT customer_key) FROM attempts WHERE {sql}"
    return int(session.rows(counted, params)[0][0])


def affected(session: Session, where: TrendFilter, *, at_once: int | None = None) -> Affected:
    """Of the failures of ``where``; a success within its time, of whatever else, counts as one.
    ``at_once``: of how many attempts the customers are held in memory at a time; None: of all."""
    sql, params = condition(where, failures_only=True)
    time, times = condition(TrendFilter(where.start, where.end))
    total = [0, 0, 0, 0]
    with session.snapshot():
        parts = 1
        if at_once is not None:
            parts += session.rows("SELECT count(*) FROM attempts")[0][0] // at_once
        for part in range(parts):
            some = "TRUE" if parts == 1 else f"customer_key % {parts} = {part}"
            found = session.rows(
                "SELECT count(*), count(*) FILTER (NOT succeeded),"
                " CAST(COALESCE(sum(amount) FILTER (NOT succeeded), 0) * 100 AS BIGINT),"
                " count(*) FILTER (NOT succeeded AND amount IS NULL) FROM ("
                " SELECT max(CASE WHEN failed THEN requested_amount END) AS amount,"
                " bool_or(failed) AS failed, bool_or(outcome = 'success') AS succeeded FROM ("
                f" SELECT customer_key, requested_amount, outcome, ({sql}) AS failed FROM attempts"
                f" WHERE customer_key IS NOT NULL AND {some} AND {time}) AS tried"
                " WHERE failed OR outcome = 'success' GROUP BY customer_key) AS told WHERE failed",
                [*params, *times],
            )
            total = [n + int(more) for n, more in zip(total, found[0], strict=True)]
    return Affected(*total)


def values(session: Session, field: str) -> list[str]:
    """Most frequent first, missing ones left out."""
    column = checked(field)
    rows = session.rows(
        f"SELECT {column} FROM attempts WHERE coalesce({column}, '') <> ''"
        " GROUP BY 1 ORDER BY count(*) DESC, 1"
    )
    return [value for (value,) in rows]


def span(session: Session) -> tuple[int, datetime | None, datetime | None]:
    return session.rows("SELECT count(*), min(occurred_at), max(occurred_at) FROM attempts")[0]
