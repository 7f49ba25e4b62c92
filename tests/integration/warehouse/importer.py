"""A process that imports one file and says what it needed; killed or measured by tests.

    python -m tests.integration.warehouse.importer FILE DATABASE

With MEMORY=700MiB in the environment the engine keeps to that much. Prints JSON: the counts, the peak of resident memory in MB, in all and when each stage began, how
often the import asked whether it is cancelled.
"""

import json
import os
import resource
import signal
import sys
import tempfile
from pathlib import Path

from tests.integration.warehouse.conftest import KEYS, make_pack, subjects_of
from workbench.domain.progress import CancelToken, Progress
from workbench.reports.tables import write_batches
from workbench.warehouse.engines import duckdb
from workbench.warehouse.store import WarehouseStore


class Counting(CancelToken):
    """Asked before every statement and every batch."""

    def __init__(self, kill_at: int) -> None:
        super().__init__()
        self.asked = 0
        self._kill_at = kill_at

    def check(self) -> None:
        self.asked += 1
        if self.asked == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def main(file: Path, database: Path, kill_at: int = 0) -> None:
    """``kill_at``: the process ends itself by SIGKILL when it asks for that time."""
    if limit := os.environ.get("MEMORY"):
        duckdb._memory_limit = lambda: {"memory_limit": limit}
    with tempfile.TemporaryDirectory() as folder:
        store = WarehouseStore.open(
            database,
            keys=KEYS,
            subjects=subjects_of(database),
            pack=make_pack(Path(folder)),
            write=write_batches,
        )
        token = Counting(kill_at)
        stages: dict[str, int] = {}

        def listen(progress: Progress) -> None:
            stages.setdefault(progress.stage, _peak())

        report = store.import_files([file], cancel=token, progress=listen)
        store.close()
    told = {"peak_mb": _peak(), "stages": stages, "asked": token.asked}
    print(json.dumps(report.as_json() | told))


def _peak() -> int:
    """MB that this process has had in memory at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
