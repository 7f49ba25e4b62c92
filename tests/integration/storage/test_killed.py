"""The process is killed, for real, at the worst moments; what had been acknowledged stands."""

import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from workbench.domain.complaint import ComplaintFilter
from workbench.storage.journal import FileDraftJournal
from workbench.storage.models import OutboxRow
from workbench.storage.records import SqlRecords

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
KEY, WITNESS = bytes(32), bytes([1]) * 32

TYPE_AND_SAVE = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from workbench.domain.complaint import Demand
    from workbench.domain.people import Person, Role
    from workbench.services.complaints import ComplaintService
    from workbench.services.session import Session
    from workbench.storage.journal import FileDraftJournal
    from workbench.storage.records import SqlRecords

    folder, saves = Path(sys.argv[1]), int(sys.argv[2])
    records = SqlRecords(folder / "records.db", bytes(32), bytes([1]) * 32)
    journal = FileDraftJournal(folder / "drafts", bytes(32))
    service = ComplaintService(records, journal, Session(Person("me", "me", Role.AGENT)))
    print("ready", flush=True)
    for n in range(saves):
        draft = service.draft_from(None).with_changes(
            description=f"complaint {n}", demand=Demand.EXPLAIN
        )
        service.keep(draft)
        print("saved", service.save(draft).complaint_id, flush=True)
    draft = service.draft_from(None)
    for n in range(0 if saves else 10_000_000):
        draft = draft.with_changes(description=f"{n}")
        service.keep(draft)
        print("typed", n, flush=True)
    """
)


def acknowledged(output: str, word: str) -> list[str]:
    """Whole lines only: a line cut by the kill acknowledges nothing."""
    lines = output.splitlines(keepends=True)
    return [line.split()[1] for line in lines if line.startswith(word) and line.endswith("\n")]


def test_every_acknowledged_keystroke_survives_kill_9(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", TYPE_AND_SAVE, str(tmp_path), "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with child:
        typed = -1
        for line in child.stdout:
            if line.startswith("typed"):
                typed = int(line.split()[1])
            if typed >= 500:
                child.kill()
                break
        typed = max([typed, *map(int, acknowledged(child.stdout.read(), "typed"))])
    assert child.returncode == -signal.SIGKILL, "the fault fired"

    (draft,) = FileDraftJournal(tmp_path / "drafts", KEY).pending()
    assert int(draft.description) >= typed >= 500


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace injects the kill")
@pytest.mark.parametrize("call", ["pwrite64", "fsync"])
@pytest.mark.parametrize("nth", [1, 2, 3, 5, 8, 13, 21, 34])
def test_a_kill_at_the_nth_write_or_fsync_loses_no_acknowledged_save(
    tmp_path: Path, call: str, nth: int
) -> None:
    SqlRecords(tmp_path / "records.db", KEY, WITNESS).close()  # the kill is for the saves
    done = subprocess.run(
        [
            "strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
            "-e", f"inject={call}:signal=KILL:when={nth}",
            sys.executable, "-c", TYPE_AND_SAVE, str(tmp_path), "40",
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )  # fmt: skip
    assert done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), (
        "the fault fired" + done.stderr
    )
    saved = acknowledged(done.stdout, "saved")

    records = SqlRecords(tmp_path / "records.db", KEY, WITNESS)
    try:
        with records.unit_of_work() as uow:
            stored = {c.complaint_id for c in uow.complaints.find(ComplaintFilter()).rows}
        assert set(saved) <= stored
        assert len(stored) <= len(saved) + 1, "at most the one in flight"
        assert records.verify_audit() == len(stored)
        with Session(records.engine) as session:
            ops = session.scalars(sa.select(OutboxRow).order_by(OutboxRow.device_seq)).all()
            assert [op.device_seq for op in ops] == list(range(1, len(stored) + 1))
            assert {op.entity_id for op in ops} == stored
            assert session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
            assert session.execute(sa.text("PRAGMA cipher_integrity_check")).first() is None
        waiting = {d.draft_id for d in FileDraftJournal(tmp_path / "drafts", KEY).pending()}
        typed_but_unsaved = waiting - stored
        assert len(typed_but_unsaved) <= 1
    finally:
        records.close()
