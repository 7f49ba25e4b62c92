"""Rows to a file that opens safely in Excel and pandas: csv, xlsx, parquet, json by suffix.

Whatever leaves the product as a table leaves here. The file appears whole or not at all: it is
written beside its place and renamed.
"""

import csv
import errno
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.domain.cells import inert
from workbench.domain.errors import BadInput, KnownError, NotPermitted, StoreFault, Usage
from workbench.domain.times import iso_local, local_text, to_local

if TYPE_CHECKING:
    import pyarrow as pa

    Batches = Iterable[pa.RecordBatch]

_SHEET_ROWS = 1_048_575  # of an xlsx sheet, below its header
_CELL = 32_767  # characters of an xlsx cell
_CHUNK = 10_000
_FIRST_YEAR = 1901  # of Excel's calendar; earlier dates are text
_MOMENT_WIDTH = 19  # characters of 2026-10-20 08:05:00


def write_table(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]], mark: str = ""
) -> int:
    """Write Python ``rows`` under ``columns``; types are those of the first rows. As
    ``write_batches``."""
    import pyarrow as pa

    left = iter(rows)
    first = list(islice(left, _CHUNK))
    found = pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in first]).schema
    types = {f.name: f.type for f in found if not pa.types.is_null(f.type)}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in columns])

    def batches() -> "Iterator[pa.RecordBatch]":
        chunk = first
        while chunk:
            listed = [dict(zip(columns, row, strict=True)) for row in chunk]
            yield pa.RecordBatch.from_pylist(listed, schema)
            chunk = list(islice(left, _CHUNK))

    return write_batches(path, schema, batches(), mark)


def write_batches(path: Path, schema: "pa.Schema", batches: "Batches", mark: str = "") -> int:
    """Write a stream of Arrow batches; returns its rows. ``mark`` says who took it and when: printed
    on every page and in the properties of an xlsx, in the metadata of parquet; csv and json have no
    room beside their rows, so each of these says it in a last column, ``exported``.

    Naive times are UTC: csv and xlsx get Shanghai's (as text, as dates), json and parquet keep the
    zone. csv is
    UTF-8 with a BOM, without which Excel reads Chinese wrongly. Raises Usage('bad_suffix'),
    BadInput, NotPermitted, StoreFault.
    """
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise Usage("bad_suffix", file=path.name, suffixes=", ".join(_WRITERS))
    with placed(path) as part:
        return writer(part, schema, batches, mark)


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """A name to write to that becomes ``path`` only when whole."""
    if not path.parent.is_dir():
        raise BadInput("no_such_folder", folder=str(path.parent))
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise _refused(error, path) from error
    finally:
        part.unlink(missing_ok=True)


def _refused(error: OSError, path: Path) -> KnownError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFault("disk_full")
    return NotPermitted("cannot_write", file=str(path))


def _rows(batches: "Batches", cell: Callable[[Any], Any]) -> Iterator[list[Any]]:
    for batch in batches:
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [cell(value) for value in row]


def _shown(value: Any) -> Any:
    return inert(value) if isinstance(value, str) else value


def _written(value: Any) -> Any:
    return local_text(value) if isinstance(value, datetime) else _shown(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | float):
        return float(value) if isfinite(value) else None
    if isinstance(value, datetime):
        return iso_local(value)
    return value.isoformat() if isinstance(value, date) else value


def _marked(names: Sequence[str], mark: str) -> dict[str, str]:
    """What every row says in the end, by column."""
    column = "exported"
    while column in names:  # an export that came in again
        column += "_"
    return {column: mark} if mark else {}


def _write_csv(path: Path, schema: "pa.Schema", batches: "Batches", mark: str) -> int:
    count = 0
    marked = _marked(schema.names, mark)
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(map(inert, [*schema.names, *marked]))
        for row in _rows(batches, _written):
            writer.writerow([*row, *map(inert, marked.values())])
            count += 1
    return count


def _write_json(path: Path, schema: "pa.Schema", batches: "Batches", mark: str) -> int:
    count = 0
    marked = _marked(schema.names, mark)
    with path.open("w", encoding="utf-8") as out:
        out.write("[")
        for row in _rows(batches, _plain):
            out.write(",\n" if count else "\n")
            body = dict(zip(schema.names, row, strict=True)) | marked
            out.write(json.dumps(body, ensure_ascii=False))
            count += 1
        out.write("\n]\n")
    return count


def _write_parquet(path: Path, schema: "pa.Schema", batches: "Batches", mark: str) -> int:
    import pyarrow as pa
    from pyarrow import parquet

    zoned = pa.schema(
        f.with_type(pa.timestamp("us", "UTC")) if pa.types.is_timestamp(f.type) else f
        for f in schema
    )
    if mark:
        zoned = zoned.with_metadata({"exported": mark})
    count = 0
    with parquet.ParquetWriter(path, zoned, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_batches([batch]).cast(zoned))
            count += len(batch)
    return count


def _local(value: date) -> date:
    return to_local(value).replace(tzinfo=None) if isinstance(value, datetime) else value


def _write_xlsx(path: Path, schema: "pa.Schema", batches: "Batches", mark: str) -> int:
    import pyarrow as pa
    import xlsxwriter

    # Text stays text: no formula, link or number is made of a string. Constant memory writes row
    # by row.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            if mark:
                book.set_properties({"comments": mark})
                sheet.set_footer(f"&L{mark.replace('&', '&&')}&R&P / &N")
            for at, name in enumerate(schema.names):
                sheet.write_string(0, at, inert(name), book.add_format({"bold": True}))
            moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
            for at, field in enumerate(schema):
                if pa.types.is_timestamp(field.type):
                    sheet.set_column(at, at, _MOMENT_WIDTH)
            for row in _rows(batches, _shown):
                count += 1
                if count > _SHEET_ROWS:
                    raise BadInput("too_many_rows_for_xlsx", limit=f"{_SHEET_ROWS:,}")
                for at, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(count, at, value[:_CELL])
                    elif isinstance(value, bool):
                        sheet.write_boolean(count, at, value)
                    elif isinstance(value, date):
                        if value.year < _FIRST_YEAR:
                            sheet.write_string(count, at, str(value))
                        else:
                            sheet.write_datetime(count, at, _local(value), moment)
                    elif value is not None and isfinite(value):
                        sheet.write_number(count, at, float(value))
    except xlsxwriter.exceptions.FileCreateError as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else None
        raise cause or OSError(str(error)) from error
    return count


_WRITERS: "dict[str, Callable[[Path, pa.Schema, Batches, str], int]]" = {
    ".csv": _write_csv,
    ".json": _write_json,
    ".parquet": _write_parquet,
    ".xlsx": _write_xlsx,
}
