"""Customers' salts in a profile: a file of their own beside the attempts, which no backup holds."""

import json
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from workbench.domain.errors import StoreFault
from workbench.domain.salts import SALT, new_salts
from workbench.files import refused, sync_folder
from workbench.storage.engine import empty_log, open_engine, plain_errors, reading

DESTROYED = bytes(SALT)
_PAGE = 32_768
_MAKE = "CREATE TABLE IF NOT EXISTS salts (customer_key INTEGER PRIMARY KEY, salt BLOB NOT NULL)"
# Of whoever's salt was destroyed an empty one stays, so that it does not come back from elsewhere.
# Rows from two parameters: ten times as fast as a statement for each.
_ADD = (
    f"INSERT INTO salts SELECT value, substr(?2, key * {SALT} + 1, {SALT}) FROM json_each(?1)"
    " WHERE true ON CONFLICT DO UPDATE SET salt = excluded.salt WHERE length(salt) = 0"
)
_KEEP = f"""
    INSERT OR IGNORE INTO salts
    SELECT value, iif(salt = zeroblob({SALT}), x'', salt) FROM (
        SELECT value, substr(?2, key * {SALT} + 1, {SALT}) AS salt FROM json_each(?1)
    )"""
_FIND = (
    "SELECT customer_key, salt FROM salts WHERE length(salt) > 0"
    " AND customer_key IN (SELECT value FROM json_each(?1))"
)
_DESTROY = (
    "INSERT INTO salts SELECT value, x'' FROM json_each(?1)"
    " WHERE true ON CONFLICT DO UPDATE SET salt = x''"
)
_PAGES = "SELECT customer_key, salt FROM salts WHERE {} ORDER BY customer_key"
# SQLite's whole numbers have a sign, customers' keys have none: those from 2^63 on are negative.
_HALVES = ("customer_key >= 0", "customer_key < 0")


class SubjectsFile:
    """Satisfies ``warehouse.subjects.Subjects``. Opened when it is first needed: without it nothing
    but originals is missing. Raises StoreFault('subjects_damaged') and what ``plain_errors`` does.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._lock = threading.Lock()
        self._opened: sa.Engine | None = None

    @property
    def _aside(self) -> Path:
        return self._path.with_name(f"{self._path.name}.damaged")

    def ensure(self, customers: Sequence[int]) -> list[bytes]:
        try:
            return self._ensure(customers)
        except StoreFault as fault:
            self._mend(fault)
        return self._ensure(customers)

    def mend(self) -> None:
        """A damaged file is set aside and a new one begun: a backup takes back from the keys file
        before it what was in it."""
        try:
            self.count()
        except StoreFault as fault:
            self._mend(fault)

    def _mend(self, fault: StoreFault) -> None:
        if fault.key != "subjects_damaged":
            raise fault
        self.close()
        try:
            for log in ("-wal", "-shm"):
                self._path.with_name(self._path.name + log).unlink(missing_ok=True)
            self._path.replace(self._aside)
        except OSError as error:
            raise refused(error, self._path) from error

    def _ensure(self, customers: Sequence[int]) -> list[bytes]:
        drawn = new_salts(len(customers))
        asked = _numbers(customers)
        with self._writing() as connection:
            added = connection.exec_driver_sql(_ADD, (asked, b"".join(drawn))).rowcount
            if added == len(customers):
                return drawn
            found = {_unsigned(c): s for c, s in connection.exec_driver_sql(_FIND, (asked,))}
        return [found[customer] for customer in customers]

    def find(self, customers: Collection[int]) -> dict[int, bytes]:
        if not customers or not self._path.exists():
            return {}
        with self._told(), reading(self._engine()) as connection:
            rows = connection.exec_driver_sql(_FIND, (_numbers(customers),))
            return {_unsigned(customer): salt for customer, salt in rows}

    def keep(self, salts: dict[int, bytes]) -> None:
        """Take these from a keys file (``everything``), for customers of whom nothing is known."""
        with self._writing() as connection:
            connection.exec_driver_sql(_KEEP, (_numbers(salts), b"".join(salts.values())))

    def destroy(self, customers: Collection[int]) -> None:
        """Also of whom nothing is known here: a keys file may. What is damaged goes as a whole: the
        salt may be anywhere in it."""
        if not customers:
            return
        self._aside.unlink(missing_ok=True)
        try:
            self._destroy(customers)
        except StoreFault as fault:
            self._mend(fault)
            self._aside.unlink()
            self._destroy(customers)

    def _destroy(self, customers: Collection[int]) -> None:
        with self._writing() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")  # freed cells are zeroed
            connection.exec_driver_sql(_DESTROY, (_numbers(customers),))
        with self._told():
            empty_log(self._engine())

    def pages(self) -> Iterator[list[tuple[int, bytes]]]:
        """As of one moment."""
        for page in self.everything():
            yield [(customer, salt) for customer, salt in page if salt != DESTROYED]

    def everything(self) -> Iterator[list[tuple[int, bytes]]]:
        """As ``pages``, with DESTROYED for what is no more."""
        if not self._path.exists():
            return
        with self._told(), reading(self._engine()) as connection:
            for half in _HALVES:
                rows = connection.exec_driver_sql(_PAGES.format(half))
                for page in rows.partitions(_PAGE):
                    yield [(_unsigned(customer), salt or DESTROYED) for customer, salt in page]

    def count(self) -> int:
        """Reads every page. Of those who have a salt."""
        if not self._path.exists():
            return 0
        with self._told(), reading(self._engine()) as connection:
            found = connection.exec_driver_sql("SELECT count(*) FROM salts WHERE length(salt) > 0")
            return int(found.scalar_one())

    def close(self) -> None:
        with self._lock:
            if self._opened is not None:
                self._opened.dispose()
                self._opened = None

    def _engine(self) -> sa.Engine:
        with self._lock:
            if self._opened is None:
                new = not self._path.exists()
                engine = open_engine(self._path, self._key)
                with engine.begin() as connection:
                    connection.exec_driver_sql(_MAKE)
                if new:
                    sync_folder(self._path.parent)
                self._opened = engine
            return self._opened

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self._told(), self._engine().begin() as connection:
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            with plain_errors(self._path):
                yield
        except StoreFault as fault:
            if fault.key != "records_damaged":
                raise
            raise StoreFault("subjects_damaged", file=str(self._path)) from None


def _numbers(customers: Collection[int]) -> str:
    return json.dumps([customer - (customer >> 63 << 64) for customer in customers])


def _unsigned(number: int) -> int:
    return number + (number < 0) * (1 << 64)
