"""A lake of Parquet files diagnosed as a whole, by DuckDB or by a Spark cluster, into a new lake.

The lake holds attempts in the fields of design.md section 4 under their own names, times in UTC.
Identities are not needed and not read, but for ``customer_id`` where no ``customer_key`` says
which attempts are one customer's. The context fields are taken as they are where all of them are
there, and computed where not, or where events are given.
"""

import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from pyarrow import parquet

from workbench.domain.attempt import ALL_FIELDS, ATTEMPT_FIELDS, FieldType
from workbench.domain.errors import BadInput, StoreFault, Usage
from workbench.domain.importing import ImportReport
from workbench.domain.progress import CancelToken, ProgressListener, silent
from workbench.rules.pack import RulePack
from workbench.warehouse import schema
from workbench.warehouse.context import context_select
from workbench.warehouse.diagnosis import diagnosis_select
from workbench.warehouse.engines import Session, parquet_files, quoted
from workbench.warehouse.export import DIAGNOSES
from workbench.warehouse.lake.target import appearing, is_single, refuse_target
from workbench.warehouse.loading import reported

EVENTS = pa.schema(
    [
        ("kind", pa.string()),
        ("name", pa.string()),
        ("starts_at", pa.timestamp("us")),
        ("ends_at", pa.timestamp("us")),
        ("scope", pa.string()),
    ]
)
_KIND = "diagnoses"
_NUMBERS = {FieldType.INTEGER, FieldType.REAL, FieldType.DECIMAL}


class LakeSession(Session, Protocol):
    """A session of an engine that reads and writes folders of Parquet."""

    def read_parquet(self, name: str, path: Path) -> None: ...

    def write_parquet(self, sql: str, target: Path, *, single: bool) -> None: ...


class LakeEngine(Protocol):
    def session(self) -> AbstractContextManager[LakeSession]: ...

    def close(self) -> None: ...


def diagnose_lake(
    engine: LakeEngine,
    source: Path,
    out: Path,
    pack: RulePack,
    *,
    events: pa.Table | None = None,
    overwrite: bool = False,
    progress: ProgressListener = silent,
    cancel: CancelToken | None = None,
) -> ImportReport:
    """Diagnose every attempt of ``source`` (a Parquet file or a folder of them) into ``out``: one
    file where it ends in .parquet, else a folder of files. The columns are those of
    ``export.DIAGNOSES``, '' where there is nothing to say; the order is the engine's.

    ``out`` appears whole or not at all. ``overwrite`` replaces a file, or a folder that an
    earlier run wrote. ``events``: rows of EVENTS, times in UTC.

    Raises BadInput for a lake that cannot be used, Usage for an ``out`` that may not be replaced,
    Busy, StoreFault and NotPermitted as the engine does, Cancelled.
    """
    started = time.perf_counter()
    cancel = cancel or CancelToken()
    if not source.exists():
        raise BadInput("no_such_file", file=str(source))
    if not parquet_files(source):
        raise BadInput("lake_empty", folder=str(source))
    inside, outside = out.absolute(), source.absolute()
    if inside == outside or outside in inside.parents or inside in outside.parents:
        raise Usage("lake_out_in_lake", out=str(out))
    refuse_target(out, _KIND, overwrite=overwrite)
    with engine.session() as session:
        cancel.on_cancel(session.cancel)
        cancel.check()
        session.read_parquet("lake", source)
        columns = _columns(session, source, pack)
        total = int(session.rows("SELECT count(*) FROM lake")[0][0])
        sql = _diagnosed(session, pack, columns, events)
        with appearing(out, _KIND, {"rows": total, "rules_version": pack.version}) as target:
            with reported(session, progress, "diagnosing", total):
                session.write_parquet(sql, target, single=is_single(out))
            cancel.check()
            _count(target, total)
    return ImportReport(total, total, 0, 0, None, time.perf_counter() - started)


def _columns(session: Session, source: Path, pack: RulePack) -> dict[str, FieldType]:
    """What of the lake is read, with its type. Raises BadInput for a field of another type."""
    found = session.fetch("SELECT * FROM lake LIMIT 0").schema
    if "attempt_id" not in found.names:
        raise BadInput("lake_no_attempt_id", folder=str(source))
    columns = {}
    for field in found:
        kind, name = _kind(field.type), field.name
        known = ALL_FIELDS.get(name)
        if known is not None and not known.identity:
            fits = kind is known.type or {kind, known.type} <= _NUMBERS
            if kind is None or not fits:
                raise BadInput(
                    "lake_type", column=name, expected=known.type.value, found=str(field.type)
                )
            columns[name] = known.type
        elif kind is not None and name in pack.reads() - set(schema.RESERVED):
            columns[name] = kind
    for key in ("customer_key", "customer_id"):
        if key in found.names:
            columns[key] = FieldType.TEXT
    return columns


def _kind(kind: pa.DataType) -> FieldType | None:
    tests = (
        (pa.types.is_string, FieldType.TEXT),
        (pa.types.is_large_string, FieldType.TEXT),
        (pa.types.is_boolean, FieldType.BOOLEAN),
        (pa.types.is_integer, FieldType.INTEGER),
        (pa.types.is_floating, FieldType.REAL),
        (pa.types.is_decimal, FieldType.DECIMAL),
        (pa.types.is_timestamp, FieldType.TIMESTAMP),
    )
    return next((field for test, field in tests if test(kind)), None)


def _diagnosed(
    session: Session, pack: RulePack, columns: dict[str, FieldType], events: pa.Table | None
) -> str:
    """The SELECT of the answers, over the relation ``lake``."""
    extras = {n: kind for n, kind in columns.items() if n not in schema.RESERVED}
    own = {n: quoted(n) for n in columns if n not in ("customer_key", "customer_id")}
    computed = events is not None or not set(schema.CONTEXT) <= set(columns)
    if computed:
        own = {n: sql for n, sql in own.items() if n not in schema.CONTEXT}
        for f in ATTEMPT_FIELDS:
            if not f.identity:
                own.setdefault(f.name, f"CAST(NULL AS {schema.SQL_TYPES[f.type]})")
        key = next((k for k in ("customer_key", "customer_id") if k in columns), None)
        own["customer_key"] = quoted(key) if key else "CAST(NULL AS VARCHAR)"
    listed = ", ".join(f"{sql} AS {quoted(n)}" for n, sql in own.items())
    facts = f"(SELECT {listed} FROM lake)"
    names = list(own)
    if computed:
        session.load("lake_events", EVENTS.empty_table() if events is None else events)
        facts = f"({context_select(facts, 'lake_events')})"
        names += schema.CONTEXT
    diagnosed = diagnosis_select(pack.check(extras), facts, names)
    said = ", ".join(f"COALESCE({c}, '') AS {c}" for c in DIAGNOSES)
    return f"SELECT {said} FROM ({diagnosed}) AS diagnosed"


def _count(written: Path, rows: int) -> None:
    """Every attempt has its answer, or the result does not appear."""
    found = sum(parquet.read_metadata(file).num_rows for file in parquet_files(written))
    if found != rows:
        raise StoreFault("lake_rows_lost", rows=f"{rows:,}", found=f"{found:,}")
