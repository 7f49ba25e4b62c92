"""DuckDB as the warehouse's engine: an encrypted file, or memory that spills encrypted."""

import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from workbench.domain.errors import Busy, Cancelled, NotPermitted, StoreFault
from workbench.files import sync_file, sync_folder
from workbench.warehouse.engines import Params, literal, parquet_files, quoted

_BATCH = 65_536  # rows of a streamed batch


class DuckEngine:
    """One database; ``session`` opens a cursor on it, so threads never share one.

    ``path`` None keeps everything in memory. Raises Busy where another process has the file,
    StoreFault where the key is wrong or the file damaged or too new.
    """

    indexed = False

    def __init__(self, path: Path | None, key: bytes) -> None:
        self._path = path
        if path is None:
            # Owned here: its spill files are encrypted with a key that dies with the process.
            self._temp = Path(tempfile.mkdtemp(prefix="workbench-"))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._temp = path.parent / f"{path.name}.tmp"
        self._key = key.hex()
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)
        self._sessions = 0
        self._connection: duckdb.DuckDBPyConnection | None = None
        try:
            self._connection = self._connect()
        except BaseException:
            self._drop_temp()
            raise

    def _connect(self) -> duckdb.DuckDBPyConnection:
        # Nothing is ever fetched from the network: the extension comes with its own package, whose
        # hash was checked when it was installed. To check its signature anew at every start takes a
        # sixth of a second, and whoever could change the file could change this one.
        connection = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "allow_unsigned_extensions": True,
                "temp_directory": str(self._temp),
                "temp_file_encryption": True,
                **_memory_limit(),
            },
        )
        try:
            connection.execute(f"LOAD {literal(str(_openssl_extension()))}")
            target = ":memory:" if self._path is None else str(self._path)
            options = "" if self._path is None else f" (ENCRYPTION_KEY {literal(self._key)})"
            with _translated(opening=True):
                connection.execute(f"ATTACH {literal(target)} AS w{options}")
            connection.execute("SET enable_progress_bar = true")
            connection.execute("SET enable_progress_bar_print = false")
            connection.execute("SET lock_configuration = true")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def session(self) -> Iterator["DuckSession"]:
        with self._lock:
            if self._connection is None:
                raise StoreFault("store_closed")
            try:
                cursor = self._connection.cursor()
                cursor.execute("USE w")
            except duckdb.Error:
                # A disk that fills up during a checkpoint invalidates DuckDB's instance, not the
                # file: what was committed is in it. Start over.
                with suppress(duckdb.Error):
                    self._connection.close()
                self._connection = self._connect()
                cursor = self._connection.cursor()
                cursor.execute("USE w")
            self._sessions += 1
        try:
            yield DuckSession(cursor)
        finally:
            with suppress(duckdb.Error):
                cursor.close()
            with self._idle:
                self._sessions -= 1
                self._idle.notify_all()

    def compact(self) -> tuple[int, int]:
        """Give the disk back what deleted rows held; (bytes before, bytes after). Waits for the
        sessions that are open and lets no new one in. Whatever goes wrong, the old file stays."""
        if self._path is None:
            return 0, 0
        fresh = self._path.with_name(f"{self._path.name}.compact")
        with self._idle:
            self._idle.wait_for(lambda: self._sessions == 0)
            if self._connection is None:
                raise StoreFault("store_closed")
            fresh.unlink(missing_ok=True)  # of a run that was killed
            try:
                with _translated():
                    self._connection.execute("CHECKPOINT w")
                    before = self._path.stat().st_size
                    self._connection.execute(
                        f"ATTACH {literal(str(fresh))} AS fresh (ENCRYPTION_KEY {literal(self._key)})"
                    )
                    self._connection.execute("COPY FROM DATABASE w TO fresh")
                    self._connection.execute("DETACH fresh")
                    self._connection.close()
                    self._connection = None
                sync_file(fresh)
                fresh.replace(self._path)
                sync_folder(self._path.parent)
            finally:
                fresh.unlink(missing_ok=True)
                if self._connection is None:
                    self._connection = self._connect()
            return before, self._path.stat().st_size

    def copy_to(self, file: Path) -> None:
        """All of it as of one moment into a new file under the same key; readers and writers go on."""
        with self.session() as session:
            session.execute(
                f"ATTACH {literal(str(file))} AS copied (ENCRYPTION_KEY {literal(self._key)})"
            )
            try:
                session.execute("COPY FROM DATABASE w TO copied")
            finally:
                session.execute("DETACH copied")
        sync_file(file)

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                with _translated():
                    self._connection.close()
                self._connection = None
            self._drop_temp()

    def _drop_temp(self) -> None:
        shutil.rmtree(self._temp, ignore_errors=True)


class DuckSession:
    """See ``engines.Session``."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def execute(self, sql: str, params: Params = ()) -> None:
        with _translated():
            self._cursor.execute(sql, _bound(params))

    def rows(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
        with _translated():
            return self._cursor.execute(sql, _bound(params)).fetchall()

    def fetch(self, sql: str, params: Params = ()) -> pa.Table:
        with _translated():
            return self._cursor.execute(sql, _bound(params)).to_arrow_table()

    def stream(self, sql: str, params: Params = ()) -> Iterator[pa.RecordBatch]:
        with _translated():
            reader = self._cursor.execute(sql, _bound(params)).to_arrow_reader(_BATCH)
            with reader:
                yield from reader

    def load(self, name: str, reader: pa.RecordBatchReader | pa.Table) -> None:
        with _translated():
            self._cursor.register(name, reader)

    def unload(self, name: str) -> None:
        with _translated():
            self._cursor.unregister(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.execute("BEGIN TRANSACTION")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            # A failed COMMIT has rolled back already; asking again is harmless.
            with suppress(duckdb.Error):
                self._cursor.execute("ROLLBACK")
            raise

    def snapshot(self) -> AbstractContextManager[None]:
        return self.transaction()

    def cancel(self) -> None:
        with suppress(duckdb.Error):
            self._cursor.interrupt()

    def progress(self) -> float | None:
        try:
            share = self._cursor.query_progress()
        except duckdb.Error:
            return None
        return share / 100 if 0 <= share <= 100 else None

    # what a lake needs beyond a Session: see ``lake.LakeSession``
    def read_parquet(self, name: str, path: Path) -> None:
        """The Parquet files at or under ``path`` as relation ``name``: columns by name over all
        files, partition folders (``day=2026-11-22``) as text columns, times naive and in UTC."""
        files = ", ".join(literal(str(file)) for file in parquet_files(path))
        rows = f"read_parquet([{files}], union_by_name = true, hive_types_autocast = false)"
        zoned = self.rows(
            f"SELECT column_name FROM (DESCRIBE FROM {rows}) WHERE column_type LIKE '%WITH TIME ZONE'"
        )
        naive = ", ".join(
            f"make_timestamp(epoch_us({c})) AS {c}" for (n,) in zoned if (c := quoted(n))
        )
        columns = f"* REPLACE ({naive})" if zoned else "*"
        self.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS SELECT {columns} FROM {rows}")

    def write_parquet(self, sql: str, target: Path, *, single: bool) -> None:
        """The query's rows as a new Parquet file (``single``) or a folder of them."""
        options = "FORMAT parquet, COMPRESSION zstd"
        if not single:
            options += ", PER_THREAD_OUTPUT true"
        self.execute(f"COPY ({sql}) TO {literal(str(target))} ({options})")


def _bound(params: Params) -> object:
    return dict(params) if isinstance(params, Mapping) else list(params)


def _memory_limit() -> dict[str, str]:
    """Half of the machine, 4 GiB at most: beyond it DuckDB spills, and the desktop stays usable."""
    try:
        machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows: DuckDB's own limit
        return {}
    return {"memory_limit": f"{max(1 << 30, min(4 << 30, machine // 2)) >> 20}MiB"}


def _openssl_extension() -> Path:
    """DuckDB writes encrypted files only with OpenSSL, which lives in httpfs."""
    import duckdb_extension_httpfs

    folder = Path(duckdb_extension_httpfs.__file__).parent
    for file in folder.rglob("*.duckdb_extension"):
        return file
    raise StoreFault("engine_incomplete", folder=folder)


@contextmanager
def _translated(*, opening: bool = False) -> Iterator[None]:
    """DuckDB's errors into those that a person can act on; the rest are bugs and stay.

    The engine's own text is never passed on: it may quote values.
    """
    try:
        yield
    except duckdb.InterruptException:
        raise Cancelled from None
    except (duckdb.Error, pa.ArrowException) as error:
        text = str(error)
        if "INTERRUPT" in text:  # as a stream of batches reports it
            raise Cancelled from None
        if re.search(r"No space left|max_temp_directory_size|disk quota", text, re.IGNORECASE):
            raise StoreFault("disk_full") from None
        if "set lock on file" in text or "already attached" in text:
            raise Busy("store_in_use") from None
        if re.search(r"Permission denied|Read-only file system", text):
            raise NotPermitted("store_no_permission") from None
        if re.search(r"Wrong encryption key|encryption key|decrypt", text, re.IGNORECASE):
            raise StoreFault("store_wrong_key") from None
        if re.search(r"magic bytes|Parquet file|TProtocol", text):
            raise StoreFault("lake_damaged") from None
        if re.search(r"newer (version|DuckDB)|storage version|higher than", text, re.IGNORECASE):
            raise StoreFault("store_too_new") from None
        if (
            opening
            or isinstance(error, duckdb.IOException | duckdb.SerializationException)
            or re.search(r"corrupt|checksum", text, re.IGNORECASE)
        ):
            raise StoreFault("store_damaged") from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise StoreFault("out_of_memory") from None
        raise
