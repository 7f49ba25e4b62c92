"""PostgreSQL as the warehouse's engine: SQL carried from DuckDB's dialect, rows by COPY."""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from decimal import Decimal
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv as pa_csv
from psycopg import errors
from psycopg.adapt import Transformer
from psycopg.conninfo import conninfo_to_dict

from workbench.domain.errors import BadInput, Busy, Cancelled, NotPermitted, StoreFault
from workbench.warehouse.engines import Params, quoted
from workbench.warehouse.engines.carry import carried, parameters
from workbench.warehouse.engines.connections import Connections, place_of

_BLOCK = 4 << 20  # bytes of a streamed block
_ROWS = 65_536  # rows of a block that is sent
_WAIT = 10  # seconds for a server to answer, unless the URL says otherwise


class PostgresEngine:
    """One database; each ``session`` is a connection of its own.

    ``url``: postgresql://user:password@host:port/database?sslmode=verify-full, or what libpq
    takes in its place. Opens a connection once, so that a wrong address is known at once. Raises
    BadInput('engine_url'), Busy where the server is out of reach, StoreFault where it refuses the
    login or would answer otherwise than DuckDB (encoding and order of texts).
    """

    indexed = True

    def __init__(self, url: str) -> None:
        try:
            self._target = conninfo_to_dict(url)
        except psycopg.Error:
            raise BadInput("engine_url") from None
        if not url.startswith(("postgresql://", "postgres://")):
            raise BadInput("engine_url")
        self._target.setdefault("connect_timeout", _WAIT)
        self._target.setdefault("application_name", "workbench")
        self._closed = False
        self._connections = Connections(self._target)
        with self.session() as session:
            encoding, collation = session.rows(
                "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database"
                " WHERE datname = current_database()",
                carry=False,
            )[0]
        # Only the order of bytes is the same on all engines; it is the order of code points.
        if encoding != "UTF8" or collation not in ("C", "POSIX"):
            raise StoreFault("engine_collation", encoding=encoding, collation=collation)

    def __repr__(self) -> str:
        return f"PostgresEngine({place_of(self._target)})"

    @contextmanager
    def session(self) -> Iterator["PostgresSession"]:
        if self._closed:
            raise StoreFault("store_closed")
        connection = self._connections.take()
        session = PostgresSession(connection, place_of(self._target))
        try:
            yield session
        except BaseException:
            connection.close()
            raise
        finally:
            session.ended = True
        if session.left_nothing and not self._closed:
            self._connections.give_back(connection)
        else:
            connection.close()

    def close(self) -> None:
        self._closed = True
        self._connections.close()


class PostgresSession:
    """See ``engines.Session``."""

    def __init__(self, connection: "psycopg.Connection[tuple[Any, ...]]", place: str) -> None:
        self._connection = connection
        self._place = place
        self._cancelled = False
        self.ended = False
        self.left_nothing = True  # no table, lock or setting of its own in the connection

    @property
    def place(self) -> str:
        """Where the database is, as messages may say it."""
        return self._place

    def execute(self, sql: str, params: Params = ()) -> None:
        self.left_nothing = False
        with self._running():
            self._connection.execute(carried(sql, "postgres"), _listed(sql, params))

    def rows(self, sql: str, params: Params = (), *, carry: bool = True) -> list[tuple[Any, ...]]:
        """``carry`` False: the statement is PostgreSQL's own, with $1, $2, ... for parameters."""
        with self._running():
            if carry:
                found = self._connection.execute(carried(sql, "postgres"), _listed(sql, params))
            else:
                found = self._connection.execute(sql, list(params) or None)
            return found.fetchall()

    def run(self, sql: str) -> None:
        """One or several statements of PostgreSQL's own, without parameters."""
        self.left_nothing = False
        with self._running():
            self._connection.execute(sql)

    def fetch(self, sql: str, params: Params = ()) -> pa.Table:
        with self._running():
            text = _written_out(sql, params, self._connection)
            fields = self._fields(text)
            batches = list(self._copied_out(text, fields))
            if any(field.measure for field in fields):
                return _measured(pa.Table.from_batches(batches), fields)
            return pa.Table.from_batches(batches)

    def stream(self, sql: str, params: Params = ()) -> Iterator[pa.RecordBatch]:
        """A whole number without a declared width comes as a decimal of 38 digits."""
        with self._running():
            text = _written_out(sql, params, self._connection)
            fields = self._fields(text)
            shape: pa.Schema | None = None
            for batch in self._copied_out(text, fields):
                if any(field.measure for field in fields):
                    table = _measured(pa.Table.from_batches([batch]), fields, wide=True)
                    shape = shape or table.schema  # the first block says how many places
                    table = table.cast(shape)
                    yield from table.combine_chunks().to_batches()
                else:
                    yield batch

    def load(self, name: str, reader: pa.RecordBatchReader | pa.Table) -> None:
        if isinstance(reader, pa.Table):
            reader = reader.to_reader(_ROWS)
        listed = ", ".join(f"{quoted(f.name)} {_column_type(f)}" for f in reader.schema)
        self.left_nothing = False
        self.unload(name)
        with self._running():
            self._connection.execute(f"CREATE TEMPORARY TABLE {quoted(name)} ({listed})")
            with self._connection.cursor().copy(
                f"COPY pg_temp.{quoted(name)} FROM STDIN (FORMAT csv)"
            ) as copy:
                for batch in reader:
                    copy.write(_csv(batch))
            # Nothing else counts a temporary table, and plans without counts are bad ones.
            self._connection.execute(f"ANALYZE pg_temp.{quoted(name)}")

    def unload(self, name: str) -> None:
        with self._running():
            self._connection.execute(f"DROP TABLE IF EXISTS pg_temp.{quoted(name)}")

    def transaction(self) -> AbstractContextManager[None]:
        return self._between("BEGIN")

    def snapshot(self) -> AbstractContextManager[None]:
        return self._between("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    @contextmanager
    def _between(self, begin: str) -> Iterator[None]:
        self.run(begin)
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            # A failed COMMIT has rolled back already; asking again is harmless.
            with suppress(psycopg.Error):
                self._connection.execute("ROLLBACK")
            raise

    def cancel(self) -> None:
        if self.ended:
            return  # the connection is another's by now
        self._cancelled = True
        with suppress(psycopg.Error):
            self._connection.cancel_safe(timeout=_WAIT)

    def progress(self) -> float | None:
        return None

    @contextmanager
    def _running(self) -> Iterator[None]:
        self._cancelled = False
        try:
            yield
        except errors.QueryCanceled:
            if self._cancelled:
                raise Cancelled from None
            raise Busy("engine_busy", place=self._place) from None  # the server's own time limit
        except (psycopg.Error, pa.ArrowException) as error:
            if isinstance(error, psycopg.Error) and self._connection.closed:
                raise Busy("engine_unreachable", place=self._place) from None
            raise _translated(error, self._place) from None

    def _fields(self, text: str) -> "list[_Field]":
        """The columns that a query will have, without running it."""
        described = self._connection.execute(f"SELECT * FROM ({text}\n) AS described LIMIT 0")
        return [
            _Field(c.name, c.type_code, c.precision, c.scale) for c in described.description or ()
        ]

    def _copied_out(self, text: str, fields: "list[_Field]") -> Iterator[pa.RecordBatch]:
        """The answer in blocks. Numbers of an undeclared width are still texts in it."""
        positions = [f"c{i}" for i in range(len(fields))]  # names may come twice
        convert = pa_csv.ConvertOptions(
            column_types={p: f.copied for p, f in zip(positions, fields, strict=True)},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        )

        def parsed(lines: list[bytes]) -> pa.RecordBatch:
            table = pa_csv.read_csv(
                pa.BufferReader(b"".join(lines)),
                pa_csv.ReadOptions(column_names=positions, block_size=1 << 30, use_threads=False),
                pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
                convert,
            ).combine_chunks()
            columns = [
                _bytes(column) if field.binary else column
                for column, field in zip(table.columns, fields, strict=True)
            ]
            names = [f.name for f in fields]
            return pa.Table.from_arrays(columns, names=names).combine_chunks().to_batches()[0]

        # The server sends a row at a time, so a block never ends within one.
        lines: list[bytes] = []
        size, told = 0, False
        with self._connection.cursor().copy(f"COPY ({text}\n) TO STDOUT (FORMAT csv)") as copy:
            for line in copy:
                lines.append(bytes(line))
                size += len(line)
                if size >= _BLOCK or len(lines) >= _ROWS:
                    yield parsed(lines)
                    lines, size, told = [], 0, True
        if lines:
            yield parsed(lines)
        elif not told:  # an answer without rows still has columns
            kinds = [pa.binary() if f.binary else f.copied for f in fields]
            empty = pa.schema(list(zip((f.name for f in fields), kinds, strict=True)))
            yield pa.RecordBatch.from_arrays([pa.array([], k) for k in kinds], schema=empty)


# Columns
_ARROW = {
    "bool": pa.bool_(), "int2": pa.int16(), "int4": pa.int32(), "int8": pa.int64(),
    "float4": pa.float32(), "float8": pa.float64(), "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", "UTC"), "date": pa.date32(),
}  # fmt: skip


class _Field:
    """One column of an answer: its Arrow type, and as what it is first read from COPY's text."""

    def __init__(self, name: str, oid: int, precision: int | None, scale: int | None) -> None:
        info = psycopg.adapters.types.get(oid)
        kind = info.name if info is not None else "text"
        self.name = name
        self.binary = kind == "bytea"
        self.measure = kind == "numeric" and (precision is None or precision > 38)
        if kind == "numeric" and not self.measure:
            self.copied: pa.DataType = pa.decimal128(precision or 38, scale or 0)
        else:
            self.copied = _ARROW.get(kind, pa.string())


def _measured(table: pa.Table, fields: list[_Field], *, wide: bool = False) -> pa.Table:
    """PostgreSQL's sums have no declared width: whole numbers become int64 where all of them fit
    (unless ``wide``), others a decimal of as many places as the longest has."""
    for place, field in enumerate(fields):
        if not field.measure:
            continue
        column = table.column(place)
        values = [None if text is None else Decimal(text) for text in column.to_pylist()]
        places = max((-int(v.as_tuple().exponent) for v in values if v is not None), default=0)
        small = all(v is None or abs(v) < 1 << 63 for v in values)
        kind = (
            pa.int64() if places <= 0 and small and not wide else pa.decimal128(38, max(0, places))
        )
        made = [None if v is None else int(v) for v in values] if kind == pa.int64() else values
        table = table.set_column(place, field.name, pa.array(made, kind))
    return table


def _bytes(column: pa.ChunkedArray) -> pa.Array:
    return pa.array(
        [None if text is None else bytes.fromhex(text[2:]) for text in column.to_pylist()],
        pa.binary(),
    )


def _column_type(field: pa.Field) -> str:
    kind = field.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    tests: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
        (pa.types.is_string, 'text COLLATE "C"'), (pa.types.is_large_string, 'text COLLATE "C"'),
        (pa.types.is_string_view, 'text COLLATE "C"'), (pa.types.is_null, 'text COLLATE "C"'),
        (pa.types.is_boolean, "boolean"), (pa.types.is_uint64, "numeric(20, 0)"),
        (pa.types.is_int64, "bigint"), (pa.types.is_uint32, "bigint"),
        (pa.types.is_int32, "integer"), (pa.types.is_uint16, "integer"),
        (pa.types.is_integer, "smallint"), (pa.types.is_floating, "double precision"),
        (pa.types.is_date, "date"), (pa.types.is_binary, "bytea"),
        (pa.types.is_large_binary, "bytea"),
    )  # fmt: skip
    if pa.types.is_decimal(kind):
        return f"numeric({kind.precision}, {kind.scale})"
    if pa.types.is_timestamp(kind):
        return "timestamptz" if kind.tz else "timestamp"
    for test, name in tests:
        if test(kind):
            return name
    raise StoreFault("engine_column", column=field.name, type=str(kind))


def _csv(batch: pa.RecordBatch) -> bytes:
    """A batch as COPY reads it: texts in quotes, so that an empty one is no NULL."""
    columns = []
    for column in batch.columns:
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            texts = [None if v is None else "\\x" + v.hex() for v in column.to_pylist()]
            column = pa.array(texts, pa.string())
        elif pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", column.type.tz))
        columns.append(column)
    made = io.BytesIO()
    names = [str(i) for i in range(len(columns))]
    pa_csv.write_csv(
        pa.RecordBatch.from_arrays(columns, names=names),
        made,
        pa_csv.WriteOptions(include_header=False, quoting_style="needed"),
    )
    return made.getvalue()


# Parameters
def _listed(sql: str, params: Params) -> list[object] | None:
    """In the order of the carried statement's numbers; None where there are none."""
    names = parameters(sql, "postgres")
    if isinstance(params, Mapping):
        return [params[name] for name in names] or None
    return list(params) or None


_LEXEME = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(\d+)")


def _written_out(
    sql: str, params: Params, connection: "psycopg.Connection[tuple[Any, ...]]"
) -> str:
    """The carried statement with its parameters as literals: COPY takes none."""
    text = carried(sql, "postgres")
    values = _listed(sql, params)
    if values is None:
        return text
    written = Transformer(connection)

    def one(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        return "(" + bytes(written.as_literal(values[int(found[1]) - 1])).decode() + ")"

    return _LEXEME.sub(one, text)


# Errors
def _translated(error: Exception, place: str) -> Exception:
    """PostgreSQL's own text is never passed on: it may quote values."""
    if not isinstance(error, psycopg.Error):
        return StoreFault("engine_statement", place=place, code=type(error).__name__)
    code = error.sqlstate or ""
    if code.startswith(("08", "57P")):
        return Busy("engine_unreachable", place=place)
    if code.startswith("53") and code != "53300":
        return StoreFault("engine_full", place=place)
    if code in ("53300", "55P03", "40P01", "40001"):
        return Busy("engine_busy", place=place)
    if code == "42501":
        return NotPermitted("engine_no_permission", place=place)
    return StoreFault("engine_statement", place=place, code=code or type(error).__name__)
