"""SQLAlchemy on SQLCipher: the connection's settings, and database errors in plain words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3
from sqlalchemy import event

from workbench.domain.errors import Busy, KnownError, StoreFault
from workbench.domain.sync import canonical_json
from workbench.files import refused

BEGIN = "workbench_begin"  # execution option of a connection: how its transaction begins
_BUSY_MS = 10_000
_CACHE_KIB = 16_384


# FULL: a commit that returned outlives a power cut, which NORMAL does not promise
_SETTINGS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "trusted_schema = OFF",
)


def open_engine(path: Path, key: bytes, *, busy_ms: int = _BUSY_MS) -> sa.Engine:
    """An engine on the encrypted file (made if absent, mode 0600); reads once to prove the key.

    A transaction begins as BEGIN IMMEDIATE: a writer waits at its start, not in its middle, and
    a failed migration leaves nothing behind. One that only reads asks for DEFERRED by the
    execution option ``BEGIN``: it sees one state of the data and holds nobody up.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise refused(error, path) from error
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        module=sqlcipher3,
        json_serializer=canonical_json,  # as it travels and is hashed: sent without a new writing
        hide_parameters=True,  # or an exception prints the customer's words
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA cipher_log_level = NONE")  # it would write to our stderr
        cursor.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for setting in (
            f"busy_timeout = {busy_ms}",
            f"cache_size = -{_CACHE_KIB}",
            *_SETTINGS,
        ):
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        how = connection.get_execution_options().get(BEGIN, "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {how}")

    try:
        with plain_errors(path), reading(engine) as connection:
            connection.execute(sa.text("SELECT count(*) FROM sqlite_master"))
    except KnownError:
        engine.dispose()
        raise
    return engine


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that takes no write lock."""
    with engine.connect() as connection:
        yield connection.execution_options(**{BEGIN: "DEFERRED"})


def empty_log(engine: sa.Engine) -> None:
    """Everything from the write-ahead log into the file: what was overwritten is in neither."""
    with engine.connect() as connection:
        connection.execution_options(**{BEGIN: "DEFERRED"})
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn what the database says into what a person can act on; what is our fault stays."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlcipher3.dbapi2.Error) as error:
        known = _translated(error, path)
        if known is None:
            raise
        raise known from error


def _translated(error: Exception, path: Path) -> KnownError | None:
    """By SQLite's primary result code; its sentences are not a contract."""
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", 0) & 0xFF
    file = str(path)
    match code:
        case sqlcipher3.SQLITE_BUSY | sqlcipher3.SQLITE_LOCKED:
            return Busy("records_in_use", file=file)
        case sqlcipher3.SQLITE_FULL:
            return StoreFault("records_disk_full", folder=str(path.parent))
        case sqlcipher3.SQLITE_NOTADB | sqlcipher3.SQLITE_CORRUPT:
            return StoreFault("records_damaged", file=file)
        case sqlcipher3.SQLITE_READONLY | sqlcipher3.SQLITE_CANTOPEN | sqlcipher3.SQLITE_PERM:
            return StoreFault("records_not_writable", file=file)
        case sqlcipher3.SQLITE_IOERR:
            return StoreFault("records_io", file=file)
    return None
