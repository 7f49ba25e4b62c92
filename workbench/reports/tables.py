"""Rows to a file that opens safely in Excel and pandas: csv, xlsx, parquet, json by suffix."""

import csv
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from workbench.domain.errors import KnownError, NotPermitted, StoreFault, Usage

SUFFIXES = (".csv", ".xlsx", ".parquet", ".json")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def inert(cell: object) -> object:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write ``rows`` under ``columns``; returns their number.

    The file appears whole or not at all: it is written beside its place and renamed. csv is
    UTF-8 with a BOM, so that Excel reads Chinese. Raises Usage for another suffix, NotPermitted,
    StoreFault.
    """
    writer = {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet, ".json": _json}.get(
        path.suffix.lower()
    )
    if writer is None:
        raise Usage("bad_suffix", file=path.name, suffixes=", ".join(SUFFIXES))
    with whole_file(path) as partial:
        return writer(partial, list(columns), rows)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path``, renamed to it if all went well and removed if not."""
    partial = path.with_name(f".{path.stem}.{os.getpid()}.partial{path.suffix}")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        raise _translated(error, path) from error
    finally:
        partial.unlink(missing_ok=True)


def _translated(error: OSError, path: Path) -> KnownError:
    if isinstance(error, PermissionError):
        return NotPermitted("cannot_write", file=str(path))
    return StoreFault("write_failed", file=str(path), why=error.strerror or str(error))


def _csv(path: Path, columns: list[str], rows: Iterable[Sequence[object]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for count, row in enumerate(rows, 1):  # noqa: B007 - the count is the answer
            writer.writerow([inert(cell) for cell in row])
    return count


def _xlsx(path: Path, columns: list[str], rows: Iterable[Sequence[object]]) -> int:
    import xlsxwriter

    count = 0
    # strings_to_* off: xlsxwriter would turn '=1+1' into a formula and 'http:' into a link
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd hh:mm:ss",
    }
    try:
        with xlsxwriter.Workbook(path, options) as book:
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
            for count, row in enumerate(rows, 1):
                for at, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(count, at, inert(cell))
    except xlsxwriter.exceptions.XlsxFileError as error:
        raise OSError(None, str(error)) from error
    return count


def _parquet(path: Path, columns: list[str], rows: Iterable[Sequence[object]]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows])
    pq.write_table(table, path)
    return table.num_rows


def _json(path: Path, columns: list[str], rows: Iterable[Sequence[object]]) -> int:
    body = [dict(zip(columns, row, strict=True)) for row in rows]
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1, default=str), "utf-8")
    return len(body)
