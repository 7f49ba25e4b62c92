"""Files of numbers: a series over time, or real and expected values by fields, for one command."""

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from workbench.domain.errors import BadInput, Usage
from workbench.domain.spike import Series
from workbench.domain.trend import Every
from workbench.warehouse.clean import number_sql, time_sql
from workbench.warehouse.engines import Session, quoted
from workbench.warehouse.engines.duckdb import DuckEngine
from workbench.warehouse.quarantine import masked_value
from workbench.warehouse.readers import Rejected, Source, batch_schema, open_source
from workbench.warehouse.recognise import fold_header

_TIME = ("timestamp", "time", "datetime", "date", "ts", "occurred_at", "时间", "日期", "时刻")
_VALUE = ("value", "count", "number", "failures", "数值", "值", "数量", "失败数")
_ZONE = re.compile(r"\d\s*(z|utc|gmt|[+-]\d{1,2}:?\d{2})$", re.IGNORECASE)
_WIDTH = {  # seconds, and where in a week of the Unix epoch a bucket begins (it was a Thursday)
    Every.HOUR: (3_600, 0),
    Every.DAY: (86_400, 0),
    Every.WEEK: (7 * 86_400, 4 * 86_400),
}
_SHANGHAI = 8 * 3_600


@dataclass(frozen=True)
class SeriesFile:
    """``zoned`` says whether the file's times carry a zone; without one they are Shanghai's."""

    series: Series
    zoned: bool
    rejected: list[Rejected]


@dataclass(frozen=True)
class Cells:
    """``keys`` holds, for each of ``fields``, the value of every row; None where it is empty."""

    fields: tuple[str, ...]
    keys: tuple[list[str | None], ...]
    real: np.ndarray
    expected: np.ndarray
    rejected: list[Rejected]


def read_series(path: Path) -> SeriesFile:
    """A table of ``timestamp,value`` in any format that imports read, in order of time.

    Rows without a time or a number, and the second of one time, are set aside. Raises BadInput.
    """
    source = open_source(path)
    if len(source.headers) < 2:
        raise BadInput("no_series", file=path.name)
    folded = [fold_header(header) for header in source.headers]
    time = _named(folded, _TIME)
    value = _named(folded, _VALUE)
    nameless = time is None and value is None
    if time is None:
        time = next(i for i in range(len(folded)) if i != value)
    if value is None:
        value = next(i for i in range(len(folded)) if i != time)
    names = source.headers[time], source.headers[value]
    with _incoming(source, with_header=nameless) as session:
        found = session.rows(
            f"SELECT _line, {_text(time)}, {_text(value)}, {time_sql(_text(time))} AS moment,"
            f" {number_sql(_text(value), 'plain')} AS number FROM incoming"
            " WHERE _line > 1 OR moment IS NOT NULL ORDER BY moment, _line"
        )
    rejected = list(source.rejected)
    times: list[datetime] = []
    values: list[float] = []
    zoned = False
    for line, said, number, at, worth in found:
        if at is None:
            if said or number:  # an empty line is no row
                rejected.append(_bad(line, names[0], said, "unreadable_time"))
        elif worth is None or not np.isfinite(worth):
            rejected.append(_bad(line, names[1], number, "not_a_number"))
        elif times and times[-1] == at:
            rejected.append(_bad(line, names[0], said, "time_twice"))
        else:
            times.append(at)
            values.append(worth)
            zoned = zoned or bool(_ZONE.search(said))
    if not times:
        raise BadInput("no_series", file=path.name)
    return SeriesFile(Series(times, values), zoned, sorted(rejected, key=lambda r: r.line))


def aggregated(series: Series, every: Every) -> Series:
    """The mean of each Shanghai hour, day or week that holds points, at the start of it (UTC):
    a mean, because a day of which half is missing is no dip."""
    width, shift = _WIDTH[every]
    seconds = np.array(series.times, dtype="datetime64[s]").astype(np.int64) + _SHANGHAI - shift
    starts, at = np.unique(seconds // width * width, return_inverse=True)
    means = np.bincount(at, np.asarray(series.values, dtype=float)) / np.bincount(at)
    begun = (starts - _SHANGHAI + shift).astype("datetime64[s]")
    return Series(begun.tolist(), means.tolist())


def read_cells(path: Path, real: str, expected: str, by: Sequence[str]) -> Cells:
    """The named columns of a table; rows whose numbers cannot be read or are negative are set
    aside. Raises BadInput, and Usage where a column is not there or is named twice."""
    source = open_source(path)
    wanted = [real, expected, *by]
    if len(set(wanted)) < len(wanted) or not by:
        raise Usage("columns_differ")
    at = {}
    for name in wanted:
        if name not in source.headers:
            columns = ", ".join(source.headers[:40])
            raise Usage("no_such_column", column=name, columns=columns, file=path.name)
        at[name] = source.headers.index(name)
    keys = ", ".join(f"nullif({_text(at[name])}, '') AS {quoted(f'k{at[name]}')}" for name in by)
    with _incoming(source) as session:
        table = session.fetch(
            f"SELECT _line, {_text(at[real])} AS said_real, {_text(at[expected])} AS said_expected,"
            f" {number_sql(_text(at[real]), 'plain')} AS real,"
            f" {number_sql(_text(at[expected]), 'plain')} AS expected, {keys}"
            " FROM incoming ORDER BY _line"
        )
    numbers = {n: table[n].to_numpy(zero_copy_only=False) for n in ("real", "expected")}
    fine = np.ones(len(table), dtype=bool)
    rejected = list(source.rejected)
    for name, column in (("real", real), ("expected", expected)):
        with np.errstate(invalid="ignore"):
            good = np.isfinite(numbers[name]) & (numbers[name] >= 0)
        for row in np.flatnonzero(~good & fine):
            line, said = table["_line"][row].as_py(), table[f"said_{name}"][row].as_py()
            rejected.append(_bad(line, column, said, "not_a_count"))
        fine &= good
    kept = table.filter(pa.array(fine))
    return Cells(
        tuple(by),
        tuple(kept[f"k{at[name]}"].to_pylist() for name in by),
        numbers["real"][fine],
        numbers["expected"][fine],
        sorted(rejected, key=lambda r: r.line),
    )


def _named(folded: Sequence[str], names: Sequence[str]) -> int | None:
    known = {fold_header(name) for name in names}
    return next((i for i, header in enumerate(folded) if header in known), None)


def _text(column: int) -> str:
    return f"trim(coalesce(c{column}, ''))"


def _bad(line: int, column: str, value: str | None, code: str) -> Rejected:
    return Rejected(line, column, masked_value(None, value), code)


@contextmanager
def _incoming(source: Source, *, with_header: bool = False) -> Iterator[Session]:
    """A session of a database in memory that sees the rows as ``incoming``, as text."""
    schema = batch_schema(len(source.headers))
    batches = list(source.batches())
    if with_header:
        row = {f"c{i}": cell for i, cell in enumerate(source.headers)} | {"_line": 1}
        batches.insert(0, pa.RecordBatch.from_pylist([row], schema))
    engine = DuckEngine(None, secrets.token_bytes(32))
    try:
        with engine.session() as session:
            session.load("incoming", pa.Table.from_batches(batches, schema))
            yield session
    finally:
        engine.close()
