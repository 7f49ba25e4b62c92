"""Faults below SQLite: a sync that fails, a log that is gone, a plug pulled in an upgrade."""

import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.complaint_desk import KEY, WITNESS
from tests.integration.storage.test_complaint_faults import (
    ROOT,
    acknowledged,
    hold,
    prepared,
    worked,
)
from workbench.domain.errors import StoreFault
from workbench.domain.work_queue import ListQuery
from workbench.storage.engine import open_engine
from workbench.storage.migrate import HEAD, upgrade
from workbench.storage.records import SqlRecords

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace injects the fault"),
]


@pytest.mark.parametrize("nth", [1, 4, 9, 20])
def test_a_sync_that_fails_is_no_acknowledgement(tmp_path, nth) -> None:
    """Whether such a commit stands is unknown; what is said to be saved is, and work goes on."""
    made = prepared(tmp_path)
    done = worked(tmp_path, made.number, f"fsync:error=EIO:when={nth}")
    assert "EIO" in (tmp_path / "trace").read_text(), "the fault fired"
    assert done.returncode == 0, done.stderr
    assert len(acknowledged(done.stdout, "moved")) >= 18
    hold(tmp_path, made, done.stdout)


def test_a_log_that_is_deleted_shows_in_the_audit(tmp_path) -> None:
    """Killed, so that the log was not written back; then somebody tidies up."""
    made = prepared(tmp_path)
    done = worked(tmp_path, made.number, "fsync:signal=KILL:when=60")
    assert done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), "the fault fired"
    acked = acknowledged(done.stdout, "moved")
    assert acked and (tmp_path / "records.db-wal").stat().st_size > 0
    whole, tidied = tmp_path / "whole", tmp_path / "tidied"
    for copy in (whole, tidied):
        copy.mkdir()
        for file in tmp_path.glob("records.db*"):
            shutil.copy(file, copy)
        shutil.copy(tmp_path / "audit.head", copy)
    for name in ("records.db-wal", "records.db-shm"):
        (tidied / name).unlink(missing_ok=True)

    records = SqlRecords(whole / "records.db", KEY, WITNESS)  # the control
    assert records.verify_audit() > len(acked)
    records.close()
    records = SqlRecords(tidied / "records.db", KEY, WITNESS)
    with pytest.raises(StoreFault, match="audit_cut"):
        records.verify_audit()
    records.check()  # what is left is whole
    records.close()


OPEN = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from workbench.storage.records import SqlRecords
    SqlRecords(Path(sys.argv[1]), bytes(32), bytes([1]) * 32).close()
    print("upgraded", flush=True)
    """
)


def of_the_first_release(path: Path) -> None:
    engine = open_engine(path, KEY)
    upgrade(engine, path, head="0001")
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO people VALUES ('me', '我', 'admin', 1)")
        for number in range(40):
            connection.exec_driver_sql(
                "INSERT INTO complaints (complaint_id, number, state, created_at, created_by, source,"
                " description, demand, severity) VALUES (?, ?, 'open', '2026-11-22 04:00:00.000000',"
                " 'me', 'phone', '白条开不了', 'explain', 'high')",
                (f"id-{number}", f"C-20261122-{number:04}"),
            )
    engine.dispose()


@pytest.mark.parametrize("call", ["pwrite64", "fsync"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_plug_pulled_in_an_upgrade_leaves_before_or_after(tmp_path, call, share) -> None:
    counted, path = tmp_path / "counted", tmp_path / "records.db"
    counted.mkdir()
    of_the_first_release(counted / "records.db")
    of_the_first_release(path)

    def opened(file: Path, *inject: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["strace", "-f", "-qq", "-o", str(file.with_name("trace")), "-e", f"trace={call}",
             *inject, sys.executable, "-c", OPEN, str(file)],
            capture_output=True, text=True, cwd=ROOT, timeout=120,
        )  # fmt: skip

    assert "upgraded" in opened(counted / "records.db").stdout
    calls = (counted / "trace").read_text().count(f"{call}(")
    assert calls > 2
    nth = max(1, int(calls * share))
    done = opened(path, "-e", f"inject={call}:signal=KILL:when={nth}")
    assert done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), "the fault fired"
    assert "upgraded" not in done.stdout

    records = SqlRecords(path, KEY, WITNESS)
    records.check()
    with records.engine.connect() as connection:
        [[version]] = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
    with records.unit_of_work() as uow:
        rows = uow.complaints.page(ListQuery(limit=100)).rows
    records.close()
    assert version == HEAD and len(rows) == 40
    assert {row.description for row in rows} == {"白条开不了"}
