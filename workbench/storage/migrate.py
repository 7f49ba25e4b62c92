"""Brings a records database to this program's schema, after a backup; refuses a newer one."""

import itertools
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from workbench import paths
from workbench.domain.errors import StoreFault
from workbench.files import refused, sync_folder
from workbench.storage.engine import reading

HEAD = "0016"  # a test holds it equal to the newest file in db/migrations/versions


Tell = Callable[..., None]  # (text key, **params): what is under way


def upgrade(
    engine: sa.Engine,
    path: Path,
    scripts: Path | None = None,
    head: str = HEAD,
    tell: Tell | None = None,
) -> None:
    """Alembic is imported only when there is something to do: a start should not pay for it.

    All steps are one transaction: a program that is killed in the middle begins anew at its next
    start, from a database that is as it was. Raises StoreFault('records_too_new'), and leaves the
    database as it was if a step fails; the backup stays beside it, until the next upgrade. ``tell`` is
    told of the backup and of each step.
    """
    scripts = scripts or paths.db() / "migrations"
    with reading(engine) as connection:
        current = _revision(connection)
    if current == head:
        return
    known = _known(scripts)
    if current is not None and current not in known:
        raise StoreFault("records_too_new", file=str(path))
    tell = tell if tell is not None and current is not None else _nobody
    if current is not None:
        tell("upgrade.backup")
        copy = path.with_name(f"{path.stem}.before-{head}{path.suffix}")
        copy_to(engine, copy)
    steps = len([revision for revision in known if (current or "") < revision <= head])
    done = itertools.count(1)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["on_step"] = lambda **_: tell("upgrade.step", done=next(done), steps=steps)
    with engine.begin() as connection:  # another process may have been first: then it does nothing
        config.attributes["connection"] = connection
        command.upgrade(config, head)
    if current is not None:
        tell("upgrade.done", copy=str(copy))
        forget_copies(path, but=copy)


def _nobody(key: str, **params: object) -> None:
    """For a new database, of which there is nothing to tell."""


def forget_copies(path: Path, *, but: Path | None = None) -> None:
    """One copy from before an upgrade is kept, none once a customer is erased: what was erased must
    not live on in them."""
    for older in path.parent.glob(f"{path.stem}.before-*{path.suffix}"):
        if older != but:
            with suppress(OSError):
                older.unlink()


def is_current(engine: sa.Engine, path: Path) -> bool:
    """True where the database is of this program's schema, False where it is older. Raises
    StoreFault('records_too_new'). Changes nothing."""
    with reading(engine) as connection:
        current = _revision(connection)
    if current is not None and current not in _known(paths.db() / "migrations"):
        raise StoreFault("records_too_new", file=str(path))
    return current == HEAD


def _known(scripts: Path) -> set[str]:
    return {f.name.split("_")[0] for f in (scripts / "versions").glob("*.py")}


def _revision(connection: sa.Connection) -> str | None:
    found = connection.scalar(
        sa.text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")
    )
    return connection.scalar(sa.text("SELECT version_num FROM alembic_version")) if found else None


def copy_to(engine: sa.Engine, copy: Path) -> None:
    """A whole copy of the database as it is now, encrypted by the same key.

    VACUUM INTO and not a copy of the file: another process may be writing.
    """
    partial = copy.with_name(f"{copy.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("VACUUM INTO ?", (str(partial),))
        finally:
            connection.close()
        partial.chmod(0o600)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())  # VACUUM INTO leaves that to its caller
        partial.replace(copy)
        sync_folder(copy.parent)
    except OSError as error:
        raise refused(error, copy) from error
    finally:
        partial.unlink(missing_ok=True)
