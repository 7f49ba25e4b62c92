"""Brings a records database to this program's schema, after a backup; refuses a newer one."""

import os
from pathlib import Path

import sqlalchemy as sa

from workbench import paths
from workbench.domain.errors import StoreFault
from workbench.files import refused, sync_folder
from workbench.storage.engine import reading

HEAD = "0014"  # a test holds it equal to the newest file in db/migrations/versions


def upgrade(engine: sa.Engine, path: Path, scripts: Path | None = None, head: str = HEAD) -> None:
    """Alembic is imported only when there is something to do: a start should not pay for it.

    All steps are one transaction. Raises StoreFault('records_too_new'), and leaves the database
    as it was if a step fails; the backup stays beside it.
    """
    scripts = scripts or paths.db() / "migrations"
    with reading(engine) as connection:
        current = _revision(connection)
    if current == head:
        return
    known = {f.name.split("_")[0] for f in (scripts / "versions").glob("*.py")}
    if current is not None and current not in known:
        raise StoreFault("records_too_new", file=str(path))
    if current is not None:
        copy_to(engine, path.with_name(f"{path.stem}.before-{head}{path.suffix}"))
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    with engine.begin() as connection:  # another process may have been first: then it does nothing
        config.attributes["connection"] = connection
        command.upgrade(config, head)


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
