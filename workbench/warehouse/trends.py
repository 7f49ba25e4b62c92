"""Counting failures over time. One WHERE builder serves numbers, rows and exports, so that the
rows behind a bar are exactly the rows that it counts."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from workbench.domain.errors import Usage
from workbench.domain.times import from_local
from workbench.domain.trend import (
    CODE_FIELDS,
    SLICE_FIELDS,
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


def checked(field: str) -> str:
    """A slice field as a SQL identifier; raises Usage for anything else."""
    if field not in SLICE_FIELDS:
        raise Usage("no_such_slice", field=field, fields=", ".join(SLICE_FIELDS))
    return quoted(field)


def condition(
    where: TrendFilter, *, failures_only: bool = False, fields: Sequence[str] | None = None
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
    for field, values in where.equals:
        column = quoted(field) if field in CODE_FIELDS else checked(field)
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
    Every, tuple[str, Callable[[int], int]]
] = {  # of an hour's number: the bucket's number, and how many hours after _FIRST it begins
    Every.HOUR: ("hour", lambda n: n),
    Every.DAY: ("CAST(FLOOR(hour / 24) AS BIGINT)", lambda n: n * 24),
    # the first of 1970 was a Thursday
    Every.WEEK: ("CAST(FLOOR((hour + 72) / 168) AS BIGINT)", lambda n: n * 168 - 72),
}


def trend(session: Session, query: TrendQuery, *, summed: bool = False) -> list[TrendPoint]:
    """In order of bucket, then keys. Attempts without a time are in no bucket. ``summed``: the
    store has ``attempts_by_hour``, which answers whatever it knows all fields of."""
    if summed and _in_sums(query):
        where, number = query.where, "n"
        relation, read = "attempts_by_hour", ["TRUE"]
        read += [f"hour >= {hour_of(where.start)}"] if where.start is not None else []
        read += [f"hour < {hour_of(where.end)}"] if where.end is not None else []
        equals = TrendFilter(equals=where.equals)
    else:
        number, equals = "1", query.where
        relation, read = "attempts", ["occurred_at IS NOT NULL"]
    around = [f for f in SLICE_FIELDS if f not in OF_FAILURES]
    rate = query.measure is Measure.FAILURE_RATE
    base, params = condition(equals, fields=around if rate else None)
    inner: str = "TRUE"
    inner_params: list[object] = []
    if rate:  # the times stand in ``base`` already
        of_failures = TrendFilter(equals=query.where.equals)
        inner, inner_params = condition(of_failures, fields=list(OF_FAILURES))
    keys = [checked(field) for field in query.by]
    named = [f"nullif({key}, '') AS k{i}" for i, key in enumerate(keys)]
    listed = [f"k{i}" for i in range(len(keys))]
    partition = ["bucket", *(f"k{i}" for i, f in enumerate(query.by) if f not in OF_FAILURES)]
    counted = SETTLED if rate else "TRUE"
    bucket, hours = _BUCKETS[query.every]
    if relation == "attempts":
        bucket = bucket.replace("hour", hour_sql())
    sql = (
        f"WITH sliced AS (SELECT {', '.join([f'{bucket} AS bucket', *named])},"
        f" coalesce(sum({number}) FILTER ({FAILURE} AND {inner}), 0) AS failures,"
        f" coalesce(sum({number}) FILTER ({counted}), 0) AS attempts"
        f" FROM {relation} WHERE {' AND '.join(read)} AND {base} GROUP BY ALL)"
    )
    total = f"sum(attempts) OVER (PARTITION BY {', '.join(partition)})" if rate else "attempts"
    order = ", ".join(["bucket", *(f"{k} NULLS LAST" for k in listed)])
    sql += (
        f" SELECT bucket, failures::BIGINT, {total}::BIGINT AS attempts, {', '.join(listed) or '0'}"
    )
    sql += f" FROM sliced ORDER BY {order}"
    whole = not set(query.by) & OF_FAILURES
    points = []
    for place, failures, attempts, *found in session.rows(sql, [*inner_params, *params]):
        begins = _FIRST + timedelta(hours=hours(place))
        names = tuple(found[: len(keys)])
        point = _point(query.measure, begins, names, failures, attempts)
        # No bar for no failures; a rate of nought is a rate, except of a cause that did not occur.
        shown = attempts > 0 and (whole or failures > 0) if rate else point.value > 0
        if shown:
            points.append(point)
    return points


def _in_sums(query: TrendQuery) -> bool:
    """Whether ``attempts_by_hour`` holds what answers it: its fields, and whole hours."""
    fields = {*query.by, *(field for field, _ in query.where.equals)}
    ends = [at for at in (query.where.start, query.where.end) if at is not None]
    whole = all(not (at.minute or at.second or at.microsecond) for at in ends)
    return whole and fields <= set(SUMMED_FIELDS)


def hour_of(at: datetime) -> int:
    """The number of the hour that a time (UTC) is in, as ``schema.hour_sql`` has it."""
    return (at - _FIRST) // timedelta(hours=1)


def _point(
    measure: Measure, bucket: datetime, keys: tuple[str | None, ...], failures: int, attempts: int
) -> TrendPoint:
    match measure:
        case Measure.FAILURES:
            value: float = failures
        case Measure.ATTEMPTS:
            value = attempts
        case Measure.FAILURE_RATE:
            value = failures / attempts if attempts else 0.0
    return TrendPoint(bucket, keys, value, failures, attempts)


def count(session: Session, where: TrendFilter, *, failures_only: bool) -> int:
    sql, params = condition(where, failures_only=failures_only)
    return int(session.rows(f"SELECT count(*) FROM attempts WHERE {sql}", params)[0][0])


def customers(session: Session, where: TrendFilter) -> int:
    """Distinct customers of the failures."""
    sql, params = condition(where, failures_only=True)
    counted = f"SELECT count(DISTINCT customer_key) FROM attempts WHERE {sql}"
    return int(session.rows(counted, params)[0][0])


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
