"""The one door to an engine: SQL in DuckDB's dialect in, Arrow out, cancellable."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import pyarrow as pa

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

    def cancel(self) -> None:
        """Stop the running statement, from any thread; it raises Cancelled."""

    def progress(self) -> float | None:
        """Share of the running statement that is done, 0 to 1, if the engine knows."""


class Engine(Protocol):
    def session(self) -> AbstractContextManager[Session]: ...

    def close(self) -> None: ...


def quoted(name: str) -> str:
    """A name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A value as a SQL literal: text, number, boolean or None."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"
