"""Results to files: csv, xlsx, parquet, json by suffix; written beside and moved into place."""

import csv
import errno
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from workbench.domain.errors import BadInput, NotPermitted, StoreFault, Usage
from workbench.domain.times import iso_local, local_text
from workbench.domain.trend import TrendFilter
from workbench.warehouse import schema
from workbench.warehouse.engines import Session, quoted
from workbench.warehouse.quarantine import inert
from workbench.warehouse.trends import condition

_SHEET_ROWS = 1_048_575  # of an xlsx sheet, below its header


def export_attempts(session: Session, path: Path, where: TrendFilter | None) -> int:
    """Every attempt that the filter lets through, masked, oldest first; returns rows."""
    facts = [c for c in schema.FACTS if c not in schema.KEYS]
    columns = [
        *(f"a.{quoted(c)}" for c in facts),
        "i.customer_id, i.name AS customer_name, i.phone, i.id_card",
        *(f"a.{quoted(e.name)}" for e in schema.extras(session)),
        *(f"a.{quoted(c)}" for c in (*schema.CONTEXT, *schema.DIAGNOSIS)),
    ]
    sql, params = condition(where or TrendFilter())
    rows = f"(SELECT * FROM attempts WHERE {sql}) a LEFT JOIN identities i USING (identity_key)"
    order = "ORDER BY a.occurred_at NULLS LAST, a.attempt_id"
    return _export(session, path, f"SELECT {', '.join(columns)} FROM {rows} {order}", params)


def export_diagnoses(session: Session, path: Path) -> int:
    """The output of ``workbench diagnose`` (design.md section 6); returns rows."""
    columns = ("attempt_id", "symptom", "cause_group", "cause", "reason_code", "status",
               "rules_version", "contributing")  # fmt: skip
    listed = ", ".join(f"coalesce({c}, '') AS {c}" for c in columns)
    return _export(session, path, f"SELECT {listed} FROM attempts ORDER BY attempt_id", [])


def _export(session: Session, path: Path, sql: str, params: Sequence[object]) -> int:
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise Usage("bad_suffix", file=path.name, suffixes=", ".join(_WRITERS))
    schema_of = session.fetch(f"SELECT * FROM ({sql}) LIMIT 0", params).schema
    with _placed(path) as part:
        return write(part, schema_of, session.stream(sql, params))


@contextmanager
def _placed(path: Path) -> Iterator[Path]:
    """A path to write to that takes the name only when whole."""
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFault("disk_full") from None
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            raise BadInput("no_such_folder", folder=str(path.parent)) from None
        raise NotPermitted("cannot_write", file=str(path)) from None
    finally:
        part.unlink(missing_ok=True)


Batches = Iterable[pa.RecordBatch]


def _rows(batches: Batches, cell: Callable[[Any], Any]) -> Iterator[list[Any]]:
    for batch in batches:
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [cell(value) for value in row]


def _csv_cell(value: Any) -> Any:
    if isinstance(value, str):
        return inert(value)
    return local_text(value) if isinstance(value, datetime) else value


def _json_cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return iso_local(value) if isinstance(value, datetime) else value


def _write_csv(path: Path, columns: pa.Schema, batches: Batches) -> int:
    rows = 0
    # With a byte-order mark: Excel reads Chinese wrongly without one.
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns.names)
        for row in _rows(batches, _csv_cell):
            writer.writerow(row)
            rows += 1
    return rows


def _write_json(path: Path, columns: pa.Schema, batches: Batches) -> int:
    rows = 0
    with path.open("w", encoding="utf-8") as out:
        out.write("[")
        for row in _rows(batches, _json_cell):
            out.write(",\n" if rows else "\n")
            body = dict(zip(columns.names, row, strict=True))
            out.write(json.dumps(body, ensure_ascii=False))
            rows += 1
        out.write("\n]\n")
    return rows


def _write_parquet(path: Path, columns: pa.Schema, batches: Batches) -> int:
    rows = 0
    zoned = pa.schema(
        f.with_type(pa.timestamp("us", "UTC")) if pa.types.is_timestamp(f.type) else f
        for f in columns
    )
    with parquet.ParquetWriter(path, zoned, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_batches([batch]).cast(zoned))
            rows += len(batch)
    return rows


def _write_xlsx(path: Path, columns: pa.Schema, batches: Batches) -> int:
    import xlsxwriter

    # Text stays text: no formula, link or number is made of a string. Constant memory writes row
    # by row.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    try:
        sheet = book.add_worksheet("attempts")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, columns.names)
        rows = 0
        for row in _rows(batches, _csv_cell):
            rows += 1
            if rows > _SHEET_ROWS:
                raise BadInput("too_many_rows_for_xlsx", limit=f"{_SHEET_ROWS:,}")
            for i, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(rows, i, value[:32_767])
                elif isinstance(value, bool):
                    sheet.write_boolean(rows, i, value)
                elif value is not None:
                    sheet.write_number(rows, i, float(value))
    finally:
        book.close()
    return rows


_WRITERS: dict[str, Callable[[Path, pa.Schema, Batches], int]] = {
    ".csv": _write_csv,
    ".json": _write_json,
    ".parquet": _write_parquet,
    ".xlsx": _write_xlsx,
}
