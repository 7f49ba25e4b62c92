"""An empty records database, migrated once a run and copied for each test that wants one."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.complaint_desk import KEY, WITNESS
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
