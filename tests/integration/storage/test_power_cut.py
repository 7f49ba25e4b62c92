"""The power goes while complaints are worked on: what was acknowledged is there afterwards."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.complaint_desk import KEY, WITNESS
from tests.integration.storage.test_complaint_faults import ROOT, WORK, prepared
from tests.power import Call, Disk, record
from workbench.domain.complaint import Complaint
from workbench.domain.complaint_parts import Attachment, Event
from workbench.domain.errors import StoreFault
from workbench.domain.work_queue import ListQuery
from workbench.storage.files import SealedFiles
from workbench.storage.models import OutboxRow
from workbench.storage.records import SqlRecords

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace"),
]
NORMAL = """
from workbench.storage import engine
engine._SETTINGS = tuple(s.replace("FULL", "NORMAL") for s in engine._SETTINGS)
"""


@dataclass
class Recording:
    folder: Path
    made: Complaint
    start: dict[str, bytes]
    calls: list[Call]


def recorded(folder: Path, before: str = "") -> Recording:
    folder.mkdir()
    made = prepared(folder)
    start = {str(f): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    calls, said = record(
        before + WORK, str(folder), made.number, trace=folder.parent / "trace", cwd=ROOT
    )
    assert said.count("moved") == 20 and said.count("attached") == 20
    return Recording(folder, made, start, calls)


@pytest.fixture(scope="module")
def recording(tmp_path_factory) -> Recording:
    return recorded(tmp_path_factory.mktemp("power") / "profile")


def cuts(recording: Recording, random: Random | None = None):
    """(how many acts were acknowledged, what is left) after every acknowledgement, and after every
    sync before it."""
    disk, said = Disk(recording.folder, recording.start), b""
    for call in recording.calls:
        disk.run(call)
        said += call.data if call.what == "said" else b""
        if call.what in ("said", "sync"):
            whole = said[: said.rfind(b"\n") + 1]  # half a line acknowledges nothing
            yield whole.decode(), disk.image(random)


def laid(left: dict[str, bytes], recording: Recording, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in left.items():
        file = folder / Path(name).relative_to(recording.folder)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


def lost(said: str, folder: Path, made: Complaint) -> list[str]:
    """Acknowledged acts that are not there; everything that is there must agree."""
    records = SqlRecords(folder / "records.db", KEY, WITNESS)
    sealed = SealedFiles(folder / "attachments", KEY)
    try:
        with records.unit_of_work() as uow:
            (row,) = uow.complaints.page(ListQuery()).rows
            events = uow.parts.of(Event, complaint_id=made.complaint_id)
            attached = uow.parts.of(Attachment, complaint_id=made.complaint_id)
        assert row.versions.get("state", 0) == sum(e.kind == "moved" for e in events)
        for each in attached:
            sealed.get(each.address)  # no row without its whole file
        assert records.verify_audit() == len(events)
        with Session(records.engine) as session:
            ops = session.scalars(sa.select(OutboxRow).order_by(OutboxRow.device_seq)).all()
            assert [op.device_seq for op in ops] == list(range(1, len(ops) + 1))
            assert session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
    finally:
        records.close()
    there = {each.attachment_id for each in attached}
    missing = []
    for line in said.splitlines():
        word, _, what = line.partition(" ")
        if word == "attached" and what not in there:
            missing.append(line)
        if word == "moved" and int(what) > row.versions.get("state", 0):
            missing.append(line)
    return missing


def test_every_acknowledged_act_survives_a_power_cut_at_any_sync(recording, tmp_path):
    tried = 0
    for said, left in cuts(recording):
        folder = laid(left, recording, tmp_path / "left")
        assert lost(said, folder, recording.made) == [], f"after {said.count('moved')} moves"
        tried += 1
    assert tried > 80, "the power went often enough"


@pytest.mark.parametrize("seed", range(3))
def test_what_was_written_in_part_or_torn_damages_nothing(recording, tmp_path, seed):
    print("seed", seed)
    random = Random(seed)
    for n, (said, left) in enumerate(cuts(recording, random)):
        if n % 3 == seed:
            folder = laid(left, recording, tmp_path / "left")
            assert lost(said, folder, recording.made) == []


def test_the_test_can_fail_without_a_full_sync_acknowledged_acts_are_lost(tmp_path):
    weak = recorded(tmp_path / "weak", NORMAL)
    losses = 0
    for n, (said, left) in enumerate(cuts(weak)):
        if n % 5 == 0:
            folder = laid(left, weak, tmp_path / "left")
            try:
                losses += bool(lost(said, folder, weak.made))
            except StoreFault as fault:  # the head of the audit tells of rows that are gone
                losses += fault.key == "audit_cut"
    assert losses > 0
