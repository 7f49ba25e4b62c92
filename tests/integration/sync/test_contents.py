"""Attached files on their way: to the centre, to the other desks, over broken lines."""

import hashlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.centre import Site
from tests.integration.sync.desks import WholeDesk
from workbench.domain.complaint_parts import Attachment
from workbench.domain.errors import Busy, StoreFault
from workbench.domain.ids import uuid7
from workbench.domain.times import utc_now
from workbench.gateways.centre import PART, PostgresCentre
from workbench.services import contents
from workbench.services.complaint_writing import part_values
from workbench.services.contents import ContentService, Moved
from workbench.storage.contents import SqlContents
from workbench.storage.files import SealedFiles
from workbench.storage.models import AttachmentRow

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4 * 640  # 2.5 parts


class FullDesk(WholeDesk):
    """With a folder of files of its own, under a key of its own."""

    def __init__(self, folder: Path, site: Site, login: str) -> None:
        folder.mkdir()
        super().__init__(folder / "records.db", site.url_of(login), login)
        self.files = SealedFiles(folder / "attachments", hashlib.sha256(login.encode()).digest())
        self.contents = ContentService(SqlContents(self.records, self.path), self.files)

    def attach(self, complaint_id: str, data: bytes, name: str = "a.png") -> str:
        made = Attachment(
            str(uuid7()), complaint_id, utc_now(), self.login, name, "png", len(data),
            self.files.put(data), hashlib.sha256(data).hexdigest(),
        )  # fmt: skip
        with self.records.unit_of_work() as uow:
            uow.parts.add(made)
            uow.enqueue(
                "attachment", "create", made.attachment_id, part_values(made), root=complaint_id
            )
            uow.commit()
        return made.attachment_id

    def move(self) -> Moved:
        self.run()
        return self.contents.run(self.centre)

    def holds(self, attachment_id: str) -> bytes | None:
        with Session(self.records.engine) as session:
            address = session.scalars(
                sa.select(AttachmentRow.address).filter_by(attachment_id=attachment_id)
            ).one()
        return self.files.get(address) if address else None


@pytest.fixture
def make(site, tmp_path):
    made: list[FullDesk] = []

    def one(team: str = "east") -> FullDesk:
        login = site.admit(team=team)
        made.append(FullDesk(tmp_path / login, site, login))
        return made[-1]

    yield one
    for desk in made:
        desk.close()


def test_a_file_attached_offline_comes_to_the_other_desk_whole(make):
    mine, theirs = make(), make()
    kept = mine.attach(mine.create("C-1"), PICTURE)
    assert mine.move() == Moved(given=1)
    assert theirs.move() == Moved(taken=1)
    assert theirs.holds(kept) == PICTURE and mine.holds(kept) == PICTURE
    assert mine.move() == theirs.move() == Moved(), "once is enough"


def test_a_row_may_come_before_its_content_and_says_so(make):
    mine, theirs = make(), make()
    kept = mine.attach(mine.create("C-2"), PICTURE + b"2")
    mine.run()
    assert theirs.move() == Moved()
    assert theirs.holds(kept) is None
    mine.move()
    theirs.move()
    assert theirs.holds(kept) == PICTURE + b"2"


def test_the_same_bytes_go_and_come_once(make):
    mine, theirs = make(), make()
    complaint = mine.create("C-3")
    first, second = mine.attach(complaint, PICTURE + b"3"), mine.attach(complaint, PICTURE + b"3")
    mine.move()
    assert theirs.move().taken == 1
    assert theirs.holds(first) == theirs.holds(second) == PICTURE + b"3"


def test_a_line_that_breaks_in_the_middle_goes_on_where_it_stopped(make, monkeypatch):
    mine, theirs = make(), make()
    kept = mine.attach(mine.create("C-4"), PICTURE + b"4")
    mine.run()
    sent: list[int] = []
    whole = PostgresCentre._call

    def breaking(self, name, *args):
        if name == "give_content":
            sent.append(args[5])
            if len(sent) == 2:
                raise Busy("centre_unreachable", place=self.place)
        return whole(self, name, *args)

    monkeypatch.setattr(PostgresCentre, "_call", breaking)
    with pytest.raises(Busy):
        mine.contents.run(mine.centre)
    assert sent == [0, 1], "the fault came in the middle"
    assert mine.contents.run(mine.centre) == Moved(given=1)
    parts = -(-len(PICTURE + b"4") // PART)
    assert sent == [0, 1, *range(1, parts)], "the part that was there did not go again"
    theirs.move()
    assert theirs.holds(kept) == PICTURE + b"4"


def test_a_damaged_file_is_not_sent_and_holds_up_nobody(make):
    mine, theirs = make(), make()
    complaint = mine.create("C-5")
    bad, good = mine.attach(complaint, PICTURE + b"5"), mine.attach(complaint, PICTURE + b"6")
    with Session(mine.records.engine) as session:
        address = session.get(AttachmentRow, bad).address
    file = mine.path.parent / "attachments" / address
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(StoreFault):
        mine.files.get(address)
    assert mine.move() == Moved(given=1)
    theirs.move()
    assert theirs.holds(good) == PICTURE + b"6" and theirs.holds(bad) is None


def test_what_arrives_otherwise_than_it_was_named_is_not_kept(make, monkeypatch):
    mine, theirs = make(), make()
    kept = mine.attach(mine.create("C-7"), PICTURE + b"7")
    mine.move()
    theirs.run()
    honest = PostgresCentre.take_content
    monkeypatch.setattr(PostgresCentre, "take_content", lambda self, c: honest(self, c)[:-1] + b"x")
    with pytest.raises(Busy, match="centre_content_again"):
        theirs.contents.run(theirs.centre)
    assert theirs.holds(kept) is None
    monkeypatch.undo()
    theirs.contents.run(theirs.centre)
    assert theirs.holds(kept) == PICTURE + b"7"


def test_large_files_let_the_rows_go_first(make, monkeypatch):
    monkeypatch.setattr(contents, "AT_ONCE", len(PICTURE))
    mine = make()
    complaint = mine.create("C-8")
    for n in range(3):
        mine.attach(complaint, PICTURE + bytes([8, n]))
    assert mine.move() == Moved(given=1, more=True)
    assert mine.move() == Moved(given=1, more=True)
    assert mine.move() == Moved(given=1)


def test_another_team_gets_neither_row_nor_content(make):
    mine, stranger = make(), make("west")
    mine.attach(mine.create("C-9"), PICTURE + b"9")
    mine.move()
    stranger.move()
    digest = hashlib.sha256(PICTURE + b"9").hexdigest()
    assert stranger.centre.take_content(digest) is None


def test_a_restored_centre_is_asked_again(make):
    mine = make()
    mine.attach(mine.create("C-10"), PICTURE + b"10")
    mine.move()
    mine.contents.forget()
    assert mine.contents.run(mine.centre) == Moved(given=1), "asked, and held already"
