"""The one door to an engine: SQL in DuckDB's dialect in, Arrow out, cancellable."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

ROW_GROUP = (
    122_880  # rows that DuckDB keeps together: smaller pieces, put in order, it writes twice
)
Params = Sequence[object] | Mapping[str, object]  # by position (?) or by name ($name)


class Session(Protocol):
    """One conversation with the engine, used by one thread at a time except ``cancel`` and
    ``progress``. Every method raises Busy, StoreFault or Cancelled for what a person can act on.
    Temporary tables and relations belong to the session."""

    def execute(self, sql: str, params: Params = ()) -> None: ...

    def rows(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]: ...

    def fetch(self, sql: str, params: Params = ()) -> pa.Table: ...

    def stream(self, sql: str, params: Params = ()) -> Iterator[pa.RecordBatch]:
        """Batches of a result that need not fit in memory."""

    def load(self, name: str, reader: pa.RecordBatchReader | pa.Table) -> None:
        """Make the rows readable as relation ``name``; a reader can be read once."""

    def unload(self, name: str) -> None: ...

    def transaction(self) -> AbstractContextManager[None]:
        """Commits at the end, rolls back on any exception."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Every query within is answered as of one moment; nothing is written."""

    def cancel(self) -> None:
        """Stop the running statement, from any thread; it raises Cancelled."""

    def progress(self) -> float | None:
        """Share of the running statement that is done, 0 to 1, if the engine knows."""


class Engine(Protocol):
    indexed: bool  # whether it finds a key by an index; else a table sorted by key serves as one

    def session(self) -> AbstractContextManager[Session]: ...

    def compact(self) -> tuple[int, int]:
        """Give the disk back what deleted rows held; (bytes before, bytes after)."""

    def close(self) -> None: ...


def quoted(name: str) -> str:
    """A name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def key_literal(key: int) -> str:
    """A 64-bit key as a SQL literal of its own type: compared as it is stored, a column of ten
    million is scanned four times as fast as against a wider number (or a bound parameter)."""
    return f"CAST({key:d} AS UBIGINT)"


def columns(session: Session, relation: str) -> dict[str, str]:
    """The columns of a relation in their order, with their types in DuckDB's words."""
    shape = session.fetch(f"SELECT * FROM {relation} LIMIT 0").schema
    return {field.name: _type_name(field.type) for field in shape}


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        # A central warehouse keeps 64 bits without a sign as numbers of 20 digits.
        key = (kind.precision, kind.scale) == (20, 0)
        return "UBIGINT" if key else f"DECIMAL({kind.precision},{kind.scale})"
    if pa.types.is_timestamp(kind):
        return "TIMESTAMP"
    return _TYPE_NAMES.get(str(kind), str(kind).upper())


_TYPE_NAMES = {
    "string": "VARCHAR", "large_string": "VARCHAR", "bool": "BOOLEAN", "double": "DOUBLE",
    "int32": "INTEGER", "int64": "BIGINT", "uint64": "UBIGINT", "binary": "BLOB",
}  # fmt: skip


def literal(value: object) -> str:
    """A value as a SQL literal: text, number, boolean or None."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def parquet_files(path: Path) -> list[Path]:
    """The Parquet file at ``path`` or those under it, in order; names that begin with '.' or '_'
    are hidden, as Spark has it."""
    if path.is_file():
        return [path]
    return sorted(
        file
        for file in path.rglob("*.parquet")
        if file.is_file() and not any(p[0] in "._" for p in file.relative_to(path).parts)
    )
