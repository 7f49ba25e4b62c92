"""Records databases of tests: one is migrated, the others are made by what that came to."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

KEY, WITNESS = bytes(32), bytes([1]) * 32
_Statement = tuple[str, Any]  # SQL, parameters


@contextmanager
def compiled_once() -> Iterator[None]:
    """A process of the program has one engine, one of tests hundreds: within this each statement is
    compiled for the first and not for every one of them."""
    create, first = sa.create_engine, []

    def engine(*words: Any, **named: Any) -> sa.Engine:
        made = create(*words, **named)
        if made.dialect.name == "sqlite":
            first.append(made) if not first else None
            made.dialect, made._compiled_cache = first[0].dialect, first[0]._compiled_cache
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sa, "create_engine", engine)
        yield


@contextmanager
def migrated_once() -> Iterator[Callable[..., None]]:
    """Within it Alembic plans its steps for the first new database alone; each later one is given the
    same statements. Hands out what really migrates."""
    from alembic import command

    whole = command.upgrade
    known: dict[tuple[str | None, str], list[_Statement]] = {}

    def upgrade(config: Any, head: str) -> None:
        connection = config.attributes["connection"]
        if connection.dialect.name != "sqlite" or _holds_something(connection):
            return whole(config, head)
        which = (config.get_main_option("script_location"), head)
        if which not in known:
            with _noted(connection) as statements:
                whole(config, head)
            known[which] = statements
        else:
            driver = connection.connection.driver_connection
            assert driver is not None
            for sql, values in known[which]:
                driver.execute(sql, values)
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "upgrade", upgrade)
        yield whole


def _holds_something(connection: sa.Connection) -> bool:
    return bool(connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar())


@contextmanager
def _noted(connection: sa.Connection) -> Iterator[list[_Statement]]:
    """What is executed, but for what only asks."""
    statements: list[_Statement] = []

    def note(_conn: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        assert not many
        if not sql.lstrip().startswith(("SELECT", "PRAGMA")):
            statements.append((sql, values))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(connection, "before_cursor_execute", note)


@cache
def _made() -> Path:
    from workbench.storage.records import SqlRecords

    folder = Path(tempfile.mkdtemp(prefix="workbench-records-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    SqlRecords(folder / "records.db", KEY, WITNESS).close()
    return folder


def put_into(folder: Path) -> Path:
    """``records.db`` in the folder, with the head of its audit; opens by KEY and WITNESS."""
    for name in ("records.db", "audit.head"):
        shutil.copy(_made() / name, folder / name)
    return folder / "records.db"


def put_a_device_into(folder: Path) -> Path:
    """The same, as a device of its own."""
    from workbench.domain.ids import uuid7
    from workbench.storage.engine import open_engine

    path = put_into(folder)
    engine = open_engine(path, KEY)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE device SET device_id = ?", (str(uuid7()),))
    engine.dispose()
    return path
