"""Connections to PostgreSQL: made with our settings, kept for the next question while idle.

A new one costs more than a lookup does (a dozen milliseconds, most of it proving the password).
"""

import re
import select
import threading
import time
import weakref
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.adapt import Loader
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import FloatDumper

from workbench.domain.errors import Busy, StoreFault

Connection = psycopg.Connection[tuple[Any, ...]]

# Compiling a diagnosis of a hundred rules to machine code takes longer than running it.
_SETTINGS = (
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres';"
    " SET extra_float_digits = 1; SET standard_conforming_strings = on;"
    " SET bytea_output = 'hex'; SET client_encoding = 'UTF8'; SET jit = off"
)
_KEPT = 4  # idle connections
_IDLE = 60.0  # seconds: what lies between may have forgotten an older one


class Connections:
    """To one database; ``settings`` are statements for each new connection."""

    def __init__(self, target: Mapping[str, Any]) -> None:
        self._target = target
        self.settings = _SETTINGS
        self._lock = threading.Lock()
        self._idle: list[tuple[float, Connection]] = []
        weakref.finalize(self, _close_all, self._idle)

    def take(self) -> Connection:
        """Raises Busy, StoreFault."""
        with self._lock:
            while self._idle:
                since, connection = self._idle.pop()
                if time.monotonic() - since < _IDLE and _alive(connection):
                    return connection
                connection.close()
        connection = _connected(self._target)
        try:
            connection.execute(self.settings)
        except psycopg.Error:
            connection.close()
            raise Busy("engine_unreachable", place=place_of(self._target)) from None
        return connection

    def give_back(self, connection: Connection) -> None:
        """One that nothing of a session clings to."""
        idle = connection.info.transaction_status is TransactionStatus.IDLE
        with self._lock:
            if idle and len(self._idle) < _KEPT:
                self._idle.append((time.monotonic(), connection))
                return
        connection.close()

    def close(self) -> None:
        with self._lock:
            _close_all(self._idle)


def _close_all(idle: list[tuple[float, Connection]]) -> None:
    while idle:
        idle.pop()[1].close()


def _alive(connection: Connection) -> bool:
    """An idle server says nothing; what can be read is its farewell."""
    if connection.closed:
        return False
    readable, _, _ = select.select([connection.fileno()], [], [], 0)
    return not readable


def place_of(target: Mapping[str, Any]) -> str:
    """Where the database is, as messages may say it: no user, no password."""
    host = target.get("host") or target.get("hostaddr") or "localhost"
    port = f":{target['port']}" if target.get("port") else ""
    return f"{host}{port}/{target.get('dbname') or ''}"


def _connected(target: Mapping[str, Any]) -> Connection:
    place = place_of(target)
    try:
        connection = psycopg.connect(
            **target, autocommit=True, cursor_factory=psycopg.RawCursor, prepare_threshold=None
        )
    except psycopg.Error as error:
        text = str(error)
        # The server's refusal; "too many" and "starting up" are worth another try.
        if "FATAL" in text and not re.search(r"too many|starting up|shutting down", text):
            raise StoreFault("engine_login", place=place) from None
        raise Busy("engine_unreachable", place=place) from None
    connection.adapters.register_dumper(float, _Double)
    connection.adapters.register_loader("numeric", _Number)
    return connection


class _Double(FloatDumper):
    """A float stays a double when written out; bare, PostgreSQL would read a decimal."""

    def quote(self, obj: float) -> bytes:
        return f"'{obj!r}'::float8".encode()


class _Number(Loader):
    """Whole numbers of any width as int, as DuckDB gives them."""

    def load(self, data: psycopg.abc.Buffer) -> int | Decimal:
        text = bytes(data).decode()
        return Decimal(text) if "." in text or not text.lstrip("-").isdigit() else int(text)
