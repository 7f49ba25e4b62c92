"""An empty records database, migrated once a run and copied for each test that wants one."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.complaint_desk import KEY, WITNESS
from workbench.domain.ids import uuid7
from workbench.storage.engine import open_engine
from workbench.storage.records import SqlRecords


@cache
def _made() -> Path:
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
    path = put_into(folder)
    engine = open_engine(path, KEY)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE device SET device_id = ?", (str(uuid7()),))
    engine.dispose()
    return path
