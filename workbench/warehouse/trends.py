"""Counting failures over time. One WHERE builder serves numbers, rows and exports, so that the
rows behind a bar are exactly the rows that it counts."""

from collections.abc import Sequence
from datetime import datetime

from workbench.domain.errors import Usage
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
from workbench.warehouse.schema import DIAGNOSIS

FAILURE = "outcome IN ('failed', 'abandoned')"
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


def bucket_sql(every: Every) -> str:
    """Start of the Shanghai hour, day or week (Monday) of an attempt, in UTC."""
    return f"date_trunc('{every.value}', occurred_at + INTERVAL 8 HOUR) - INTERVAL 8 HOUR"


def trend(session: Session, query: TrendQuery) -> list[TrendPoint]:
    """In order of bucket, then keys. Attempts without a time are in no bucket."""
    around = [f for f in SLICE_FIELDS if f not in OF_FAILURES]
    rate = query.measure is Measure.FAILURE_RATE
    base, params = condition(query.where, fields=around if rate else None)
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
    sql = (
        f"WITH sliced AS (SELECT {', '.join([f'{bucket_sql(query.every)} AS bucket', *named])},"
        f" count(*) FILTER ({FAILURE} AND {inner}) AS failures,"
        f" count(*) FILTER ({counted}) AS attempts"
        f" FROM attempts WHERE occurred_at IS NOT NULL AND {base} GROUP BY ALL)"
    )
    total = f"sum(attempts) OVER (PARTITION BY {', '.join(partition)})" if rate else "attempts"
    order = ", ".join(["bucket", *(f"{k} NULLS LAST" for k in listed)])
    sql += f" SELECT bucket, failures, {total}::BIGINT AS attempts, {', '.join(listed) or '0'}"
    sql += f" FROM sliced ORDER BY {order}"
    whole = not set(query.by) & OF_FAILURES
    points = []
    for bucket, failures, attempts, *found in session.rows(sql, [*inner_params, *params]):
        names = tuple(found[: len(keys)])
        point = _point(query.measure, bucket, names, failures, attempts)
        # No bar for no failures; a rate of nought is a rate, except of a cause that did not occur.
        shown = attempts > 0 and (whole or failures > 0) if rate else point.value > 0
        if shown:
            points.append(point)
    return points


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
