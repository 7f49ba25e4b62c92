"""The encrypted database: its settings hold, its failures are said in plain words."""

import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.unit.storage.test_records import KEY, WITNESS, complaint, entry, save
from workbench.domain.complaint import ComplaintFilter
from workbench.domain.errors import Busy, KnownError, StoreFault
from workbench.storage import engine as module
from workbench.storage.engine import open_engine, plain_errors, reading
from workbench.storage.records import SqlRecords


@pytest.fixture
def impatient(monkeypatch) -> None:
    """A database that is in use says so at once."""
    real = module.open_engine
    monkeypatch.setattr(
        "workbench.storage.records.open_engine", lambda path, key: real(path, key, busy_ms=0)
    )


def fault(call) -> KnownError:
    with pytest.raises(KnownError) as caught:
        call()
    return caught.value


def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    folder = tmp_path / "白条 100%?mode=ro#x&y"
    folder.mkdir()
    records = SqlRecords(folder / "records.db", KEY, WITNESS)
    save(records, 1)
    records.close()
    assert (folder / "records.db").stat().st_size > 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_its_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    records = SqlRecords(tmp_path / "records.db", KEY, WITNESS)
    save(records, 1)
    modes = {f.name: f.stat().st_mode & 0o777 for f in tmp_path.iterdir()}
    records.close()
    assert set(modes.values()) == {0o600}
    assert "records.db-wal" in modes


def test_a_wrong_key_is_a_known_error_and_nothing_is_printed(tmp_path: Path, capfd) -> None:
    open_engine(tmp_path / "r.db", KEY).dispose()
    SqlRecords(tmp_path / "records.db", KEY, WITNESS).close()
    before = (tmp_path / "records.db").read_bytes()
    error = fault(lambda: SqlRecords(tmp_path / "records.db", bytes([9]) * 32, WITNESS))
    assert (type(error), error.key) == (StoreFault, "records_damaged")
    assert (tmp_path / "records.db").read_bytes() == before
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
@pytest.mark.parametrize("page", [1, 4, 8])
def test_one_flipped_bit_is_found_and_not_read_over(tmp_path: Path, page: int) -> None:
    path = tmp_path / "records.db"
    records = SqlRecords(path, KEY, WITNESS)
    for n in range(1, 60):
        save(records, n, description="x" * 500)
    records.close()
    data = bytearray(path.read_bytes())
    data[(page - 1) * 4096 + 2000] ^= 1
    path.write_bytes(data)

    def read_everything() -> None:
        opened = SqlRecords(path, KEY, WITNESS)
        try:
            opened.verify_audit()
            with opened.unit_of_work() as uow:
                uow.complaints.find(ComplaintFilter(text="nothing holds this"))
            with reading(opened.engine) as connection, plain_errors(path):
                assert connection.exec_driver_sql("PRAGMA cipher_integrity_check").all() == []
        finally:
            opened.close()

    with pytest.raises((KnownError, AssertionError)) as caught:
        read_everything()
    if isinstance(caught.value, KnownError):
        assert caught.value.key == "records_damaged"


def test_a_full_disk_is_said_and_costs_nothing_that_was_saved(tmp_path: Path) -> None:
    records = SqlRecords(tmp_path / "records.db", KEY, WITNESS)
    save(records, 1)
    with records.engine.connect() as connection:  # the pool hands out this connection again
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    error = fault(lambda: save(records, 2, description="x" * 100_000))
    assert (type(error), error.key) == (StoreFault, "records_disk_full")
    with records.unit_of_work() as uow:
        assert uow.complaints.find(ComplaintFilter()).rows == (complaint(1),)
    assert records.verify_audit() == 1
    records.close()


def test_a_writer_who_cannot_wait_is_told_that_the_file_is_in_use(tmp_path, impatient) -> None:
    first = SqlRecords(tmp_path / "records.db", KEY, WITNESS)
    second = SqlRecords(tmp_path / "records.db", KEY, WITNESS)
    with first.unit_of_work() as uow:
        uow.complaints.add(complaint(1))
        error = fault(lambda: save(second, 2))
        assert (type(error), error.key, error.exit_code) == (Busy, "records_in_use", 5)
    save(second, 2)
    first.close()
    second.close()


def test_who_only_reads_holds_nobody_up_and_sees_one_state(tmp_path: Path, impatient) -> None:
    records = SqlRecords(tmp_path / "records.db", KEY, WITNESS)
    save(records, 1)
    with records.unit_of_work() as reader:
        assert reader.complaints.find(ComplaintFilter()).total == 1
        save(records, 2)
        assert reader.complaints.find(ComplaintFilter()).total == 1
    with records.unit_of_work() as reader:
        assert reader.complaints.find(ComplaintFilter()).total == 2
    records.close()


def test_a_reader_is_not_held_up_by_a_writer(tmp_path: Path, impatient) -> None:
    records = SqlRecords(tmp_path / "records.db", KEY, WITNESS)
    with records.unit_of_work() as writer:
        writer.complaints.add(complaint(1))
        with records.unit_of_work() as reader:
            assert reader.complaints.find(ComplaintFilter()).total == 0
        writer.commit()
    assert records.audit() == []
    records.close()


def test_writers_of_many_threads_take_turns(tmp_path: Path) -> None:
    records = SqlRecords(tmp_path / "records.db", KEY, WITNESS)
    failures: list[BaseException] = []

    def work(worker: int) -> None:
        try:
            for n in range(5):
                with records.unit_of_work() as uow:
                    made = complaint(0, complaint_id=f"{worker}-{n}")
                    number = uow.complaints.next_number(made.created_at)
                    uow.complaints.add(complaint(0, complaint_id=f"{worker}-{n}", number=number))
                    uow.record(entry(f"{worker}-{n}"))
                    uow.enqueue("complaint", "create", f"{worker}-{n}", {})
                    uow.commit()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with records.unit_of_work() as uow:
        numbers = sorted(c.number for c in uow.complaints.find(ComplaintFilter()).rows)
    assert numbers == [f"C-20261122-{n:04}" for n in range(1, 21)]
    assert records.verify_audit() == 20
    records.close()


def test_no_error_of_the_database_tells_what_was_to_be_written(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "r.db", KEY)
    with pytest.raises(sa.exc.DBAPIError) as caught, engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:p)"), {"p": "13812345678"})
    assert "13812345678" not in str(caught.value)
    engine.dispose()


def test_an_error_of_ours_is_not_dressed_up_as_known(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "r.db", KEY)
    with (
        pytest.raises(sa.exc.OperationalError),
        plain_errors(tmp_path / "r.db"),
        engine.begin() as connection,
    ):
        connection.execute(sa.text("SELECT full FROM locked"))
    engine.dispose()


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "records.db").mkdir()
    error = fault(lambda: SqlRecords(tmp_path / "records.db", KEY, WITNESS))
    assert error.key == "profile_unusable"
