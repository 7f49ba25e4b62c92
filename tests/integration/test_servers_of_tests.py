"""The servers that tests start go with a test run that is killed."""

import os
import select
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests import postgres
from tests.spark_cluster import need_spark

_IN_TIME = 60_000  # ms; it takes less than one second

POSTGRES = """
from tests import postgres
with postgres.cluster() as made:
    pid = (made.folder / "data" / "postmaster.pid").read_text().splitlines()[0]
    print(made.folder, pid, flush=True)
    signal.pause()
"""
SPARK = """
from tests.spark_cluster import standalone
from workbench.warehouse.engines.spark import SparkEngine
from pathlib import Path
with standalone(Path(sys.argv[1]), workers=1) as url:
    SparkEngine(url)
    print(sys.argv[1], flush=True)
    signal.pause()
"""


def killed(script: str, *arguments: object) -> tuple[list[str], list[int]]:
    """Runs the script until it says a line, then kills it; what it said, and handles of all
    processes that it had started and those had, taken while they ran."""
    run = subprocess.Popen(
        [sys.executable, "-c", f"import signal, sys\n{script}", *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert run.stdout is not None
    try:
        said = run.stdout.readline().split()
        assert said, "it ended before it was ready"
        # PostgreSQL's server has left its parent: it says its number itself.
        roots = [run.pid, *(int(word) for word in said if word.isdigit())]
        started = descendants(roots) | set(roots[1:])
        handles = []
        for pid in started:
            with suppress(ProcessLookupError):  # a worker of the server that was done meanwhile
                handles.append(os.pidfd_open(pid))
    finally:
        run.kill()
        run.wait()
        run.stdout.close()
    return said, handles


def descendants(roots: list[int]) -> set[int]:
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue  # it has ended
        parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found: set[int] = set()
    ring = set(roots)
    while ring:
        ring = {pid for pid, parent in parents.items() if parent in ring} - found
        found |= ring
    return found


def all_end(handles: list[int]) -> None:
    """A handle of a process becomes readable when the process has ended."""
    waiting = select.poll()
    for handle in handles:
        waiting.register(handle, select.POLLIN)
    left = set(handles)
    try:
        while left:
            ended = waiting.poll(_IN_TIME)
            assert ended, f"{len(left)} of {len(handles)} processes still run"
            for handle, _ in ended:
                waiting.unregister(handle)
                left.discard(handle)
    finally:
        for handle in handles:
            os.close(handle)


pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="no handles of processes")


@pytest.mark.slow
def test_postgresql_and_its_folder_go_with_a_killed_run() -> None:
    if postgres.binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    (folder, _), handles = killed(POSTGRES)
    assert len(handles) > 3, "the server and its helpers"
    all_end(handles)
    assert not Path(folder).exists()


@pytest.mark.slow
def test_a_spark_cluster_and_its_driver_go_with_a_killed_run(tmp_path: Path) -> None:
    need_spark()
    _, handles = killed(SPARK, tmp_path)
    assert len(handles) > 4, "a master, a worker, an executor, a driver and who watches them"
    all_end(handles)
