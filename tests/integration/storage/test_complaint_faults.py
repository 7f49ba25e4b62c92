"""Faults while complaints are worked on: killed, disk full, locked; each is seen to have fired."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.complaint_desk import KEY, WITNESS, Office
from workbench import files
from workbench.domain.complaint import Complaint, State
from workbench.domain.complaint_parts import Attachment, Event
from workbench.domain.errors import Busy, StoreFault
from workbench.domain.work_queue import ListQuery
from workbench.storage.files import SealedFiles
from workbench.storage.models import OutboxRow
from workbench.storage.records import SqlRecords

ROOT = Path(__file__).parents[3]
PNG = b"\x89PNG\r\n\x1a\n"
WORK = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from tests.complaint_desk import PEOPLE
    from workbench.bootstrap import _complaint_policy
    from workbench.domain.complaint import State
    from workbench.domain.errors import StoreFault
    from workbench.domain.people import Person, Role
    from workbench.domain.calendar import DayTable
    from workbench.services.complaint_desk import ComplaintDesk
    from workbench.services.deadlines import Deadlines
    from workbench.services.session import Session
    from workbench.storage.files import SealedFiles
    from workbench.storage.records import SqlRecords

    folder = Path(sys.argv[1])
    records = SqlRecords(folder / "records.db", bytes(32), bytes([1]) * 32)
    sealed = SealedFiles(folder / "attachments", bytes(32))
    desk = ComplaintDesk.open(
        records, Session(PEOPLE["zhang"]), None, sealed, _complaint_policy(), Deadlines((), DayTable())
    )
    number = sys.argv[2]
    print("ready", flush=True)
    for n in range(20):
        try:
            kept = desk.talk.attach_bytes(
                number, f"{n}.png", b"\\x89PNG\\r\\n\\x1a\\n" + bytes([n]) * 100
            )
            print("attached", kept.attachment_id, flush=True)
            to = (State.WAITING, State.IN_PROGRESS)[n % 2]
            moved = desk.life.move(number, to, why="x")
            print("moved", moved.versions["state"], flush=True)
        except StoreFault as fault:
            print("refused", fault.key, flush=True)
    """
)


def worked(folder: Path, number: str, inject: str) -> subprocess.CompletedProcess[str]:
    call = inject.partition(":")[0]
    return subprocess.run(
        [
            "strace", "-f", "-qq", "-o", str(folder / "trace"), "-e", f"trace={call}",
            "-e", f"inject={inject}", sys.executable, "-c", WORK, str(folder), number,
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )  # fmt: skip


def acknowledged(output: str, word: str) -> list[str]:
    """Whole lines only: a line cut by the kill acknowledges nothing."""
    lines = output.splitlines(keepends=True)
    return [line.split()[1] for line in lines if line.startswith(word) and line.endswith("\n")]


def prepared(folder: Path) -> Complaint:
    office = Office(folder)
    made = office.log()
    office.close()
    return made


def hold(folder: Path, made: Complaint, output: str) -> None:
    """What was acknowledged stands; row, history, files, audit and ops agree."""
    records = SqlRecords(folder / "records.db", KEY, WITNESS)
    sealed = SealedFiles(folder / "attachments", KEY)
    with records.unit_of_work() as uow:
        (row,) = uow.complaints.page(ListQuery()).rows
        events = uow.parts.of(Event, complaint_id=made.complaint_id)
        attached = uow.parts.of(Attachment, complaint_id=made.complaint_id)
    moves = [event for event in events if event.kind == "moved"]
    acked = acknowledged(output, "moved")
    assert len(acked) <= len(moves) <= len(acked) + 1, "at most the one in flight"
    assert row.versions.get("state", 0) == len(moves)
    assert row.state == (moves[-1].to_state if moves else State.OPEN)
    assert set(acknowledged(output, "attached")) <= {each.attachment_id for each in attached}
    for each in attached:
        assert sealed.get(each.address).startswith(PNG), "no row without its whole file"
    assert records.verify_audit() == len(events)
    with Session(records.engine) as session:
        ops = session.scalars(sa.select(OutboxRow).order_by(OutboxRow.device_seq)).all()
        assert [op.device_seq for op in ops] == list(range(1, len(ops) + 1))
        sent = [more["entity_id"] for op in ops for more in op.also if more["entity"] == "event"]
        assert sent == [event.event_id for event in events], "each act's event in its op"
        assert session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
    kept = list((folder / "attachments").iterdir()) if attached else []
    for file in kept:
        os.utime(file, (0, 0))
    sealed.sweep({each.address for each in attached})
    if attached:
        assert {f.name for f in (folder / "attachments").iterdir()} == {
            each.address for each in attached
        }
    records.close()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace injects the kill")
@pytest.mark.parametrize("call", ["pwrite64", "fsync"])
@pytest.mark.parametrize("nth", [1, 2, 3, 5, 8, 13, 21])
def test_a_kill_at_the_nth_write_or_fsync_loses_no_acknowledged_act(tmp_path, call, nth) -> None:
    made = prepared(tmp_path)
    done = worked(tmp_path, made.number, f"{call}:signal=KILL:when={nth}")
    killed = (-signal.SIGKILL, 128 + signal.SIGKILL)
    assert done.returncode in killed, "the fault fired" + done.stderr
    hold(tmp_path, made, done.stdout)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace fills the disk")
@pytest.mark.parametrize("nth", [40, 90, 150])
def test_a_full_disk_refuses_the_act_and_keeps_what_was_acknowledged(tmp_path, nth) -> None:
    made = prepared(tmp_path)
    done = worked(tmp_path, made.number, f"pwrite64:error=ENOSPC:when={nth}+")
    assert "records_disk_full" in acknowledged(done.stdout, "refused"), done.stdout + done.stderr
    assert "ENOSPC" in (tmp_path / "trace").read_text(), "the fault fired"
    hold(tmp_path, made, done.stdout)


def test_a_disk_full_of_attachments_leaves_neither_row_nor_torn_file(tmp_path, monkeypatch) -> None:
    office = Office(tmp_path)
    made, fired = office.log(), []

    def full(handle: int) -> None:
        fired.append(handle)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        with pytest.raises(StoreFault, match="records_disk_full"):
            office["zhang"].talk.attach_bytes(made.number, "a.png", PNG)
    assert fired, "the fault fired"
    assert list((tmp_path / "attachments").iterdir()) == []
    assert office["zhang"].talk.attachments(made.number) == []
    office["zhang"].talk.attach_bytes(made.number, "a.png", PNG)
    office.close()


def test_a_locked_database_refuses_the_edit_and_takes_it_afterwards(tmp_path) -> None:
    office, other = Office(tmp_path), SqlRecords(tmp_path / "records.db", KEY, WITNESS)
    made = office.log()
    typed = {"description": "客户又打来了"}

    @sa.event.listens_for(office.records.engine, "checkout")
    def impatient(connection, _record, _proxy) -> None:
        connection.execute("PRAGMA busy_timeout = 1")

    with other.unit_of_work() as uow:
        assert uow.complaints.to_change(made.number), "holds the write lock"
        with pytest.raises(Busy, match="records_in_use"):
            office["zhang"].life.edit(made.number, typed, made.versions)
        assert office.get(made) == made, "reading goes on"
    after = office["zhang"].life.edit(made.number, typed, made.versions)
    assert after.description == "客户又打来了"
    other.close()
    office.close()


def test_two_who_take_the_same_complaint_at_once_do_not_both_get_it(tmp_path) -> None:
    from threading import Barrier, Thread

    from workbench.domain.errors import Conflict

    office = Office(tmp_path)
    made, start, said = office.log(), Barrier(2), []

    def take(who: str) -> None:
        start.wait()
        try:
            said.append(office[who].life.take(made.number).owner)
        except Conflict as conflict:
            said.append(conflict.key)

    threads = [Thread(target=take, args=(who,)) for who in ("zhang", "wang")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert office.get(made).owner in said
    assert sorted(said)[0] == "assigned_elsewhere"
    office.close()
