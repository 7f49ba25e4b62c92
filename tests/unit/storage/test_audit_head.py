"""The head of the audit chain, outside it: what was cut off is missed, whoever cut it."""

import logging
from pathlib import Path

import pytest

from tests.unit.storage.test_records import KEY, WITNESS, entry, save, tamper
from workbench.domain.errors import StoreFault
from workbench.storage.records import SqlRecords


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed database with three audit rows."""
    records = SqlRecords(tmp_path / "records.db", KEY, WITNESS)
    for n in (1, 2, 3):
        save(records, n)
    records.close()
    return tmp_path / "records.db"


def broken(records: SqlRecords) -> str:
    with pytest.raises(StoreFault) as caught:
        records.verify_audit()
    records.close()
    return caught.value.key


def test_a_cut_tail_stays_found_after_new_rows_have_grown_over_it(path: Path, caplog) -> None:
    records = SqlRecords(path, KEY, WITNESS)
    tamper(records, "DELETE FROM audit WHERE seq > 1")
    records.close()
    with caplog.at_level(logging.ERROR):
        records = SqlRecords(path, KEY, WITNESS)
    assert "audit chain" in caplog.text
    for n in range(4, 8):
        save(records, n)
    assert broken(records) == "audit_broken"
    assert broken(SqlRecords(path, KEY, WITNESS)) == "audit_broken"


@pytest.mark.parametrize("content", [None, b"", b"torn", b"3 abc def", b"\xff\xfe"])
def test_a_head_that_is_missing_or_damaged_is_found_and_not_made_anew(path, content) -> None:
    head = path.with_name("audit.head")
    head.unlink() if content is None else head.write_bytes(content)
    for n in (4, 5):
        records = SqlRecords(path, KEY, WITNESS)
        save(records, n)
        assert broken(records) == "audit_head_broken"


def test_a_crash_between_commit_and_head_is_no_alarm(path: Path) -> None:
    head = path.with_name("audit.head")
    before = head.read_bytes()
    records = SqlRecords(path, KEY, WITNESS)
    save(records, 4)
    records.close()
    head.write_bytes(before)  # as if the process had died right after the commit
    records = SqlRecords(path, KEY, WITNESS)
    assert records.verify_audit() == 4
    save(records, 5)
    assert records.verify_audit() == 5
    assert head.read_bytes().startswith(b"5 ")
    records.close()


def test_a_disk_that_refuses_the_head_does_not_undo_the_save(path, monkeypatch, caplog) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "no space")

    records = SqlRecords(path, KEY, WITNESS)
    monkeypatch.setattr("workbench.storage.records.write_whole", full)
    with caplog.at_level(logging.WARNING):
        save(records, 4)
    assert "head was not written" in caplog.text
    assert records.verify_audit() == 4
    records.close()


def test_a_rolled_back_row_leaves_chain_and_head_alone(path: Path) -> None:
    before = path.with_name("audit.head").read_bytes()
    records = SqlRecords(path, KEY, WITNESS)
    with records.unit_of_work() as uow:
        uow.record(entry("never"))
        uow.rollback()
        uow.saved.put("k", "n", {})
        uow.commit()
    assert path.with_name("audit.head").read_bytes() == before
    assert records.verify_audit() == 3
    records.close()


def test_what_was_done_is_read_back_newest_first(path: Path) -> None:
    records = SqlRecords(path, KEY, WITNESS)
    assert [e.subject for e in records.audit(2)] == ["id-3", "id-2"]
    records.close()
