"""Personal data leaves only after its audit row, not too often, and with a name on it."""

import hashlib
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from pyarrow import parquet

from tests.complaint_desk import KEY, START, WITNESS
from workbench import bootstrap
from workbench.domain.errors import BadInput, KnownError, NotPermitted, StoreFault
from workbench.domain.people import REVEALS_AN_HOUR, Person, Role
from workbench.services.custody import CustodyService
from workbench.services.session import Session
from workbench.storage.records import SqlRecords


class Store:
    def __init__(self) -> None:
        self.shown = 0

    def reveal(self, ref: str) -> list[dict[str, str | None]]:
        self.shown += 1
        return [{"phone": "13812345678"}]


class Custody:
    def __init__(self, folder: Path) -> None:
        self.records = SqlRecords(folder / "records.db", KEY, WITNESS)
        self.store, self.now = Store(), START
        person = Person("anna", "安娜", Role.AGENT)
        self.service = CustodyService(
            self.store, self.records, Session(person), clock=lambda: self.now  # type: ignore[arg-type]
        )  # fmt: skip


@pytest.fixture
def custody(tmp_path):
    made = Custody(tmp_path)
    yield made
    made.records.close()


def test_an_hour_has_so_many_reveals_and_the_one_too_many_is_noted(custody) -> None:
    most = REVEALS_AN_HOUR[Role.AGENT]
    for _ in range(most):
        custody.now += timedelta(seconds=60)
        custody.service.reveal("R1", "客户来电核对")
    with pytest.raises(NotPermitted, match="reveals_used_up"):
        custody.service.reveal("R1", "客户来电核对")
    assert custody.store.shown == most
    assert [e.action for e in custody.records.audit(2)] == ["reveal_refused", "reveal"]
    custody.now += timedelta(minutes=30, seconds=61)
    custody.service.reveal("R1", "客户来电核对")
    custody.now -= timedelta(days=1)  # the clock set back gives no more
    for _ in range(most):
        with pytest.raises(NotPermitted, match="reveals_used_up"):
            custody.service.reveal("R1", "客户来电核对")
    assert custody.records.verify_audit()


def test_without_its_audit_row_nothing_is_shown(custody, monkeypatch) -> None:
    """The disk refuses the row: injected where SQLite writes it."""
    from sqlalchemy import event

    fired = []

    def refuse(connection, cursor, statement, *_):
        if statement.startswith("INSERT INTO audit"):
            fired.append(statement)
            raise StoreFault("disk_full")

    event.listen(custody.records.engine, "before_cursor_execute", refuse)
    with pytest.raises(StoreFault):
        custody.service.reveal("R1", "客户来电核对")
    assert fired and custody.store.shown == 0
    event.remove(custody.records.engine, "before_cursor_execute", refuse)
    assert custody.service.reveal("R1", "客户来电核对") and custody.store.shown == 1


@pytest.fixture
def bench(tmp_path):
    opened = bootstrap.open_workbench(tmp_path / "p", demo=True)
    file = tmp_path / "attempts.csv"
    file.write_text(
        "attempt_id,phone,occurred_at,outcome\nA1,13812345678,2026-10-01 08:00,failed\n"
    )
    opened.attempts.import_files([file])
    yield opened
    opened.close()


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["csv", "json", "parquet", "xlsx"])
def test_an_export_is_noted_before_and_after_and_carries_who_took_it(
    bench, tmp_path, suffix
) -> None:
    file = tmp_path / f"out.{suffix}"
    assert bench.attempts.export(file) == 1
    after, before = bench.audit.show(2)
    assert (before.action, after.action) == ("export", "exported")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert after.detail == {"rows": 1, "sha256": digest} and after.actor == "zhangmin"
    if suffix == "xlsx":
        book = openpyxl.load_workbook(file)
        assert book.properties.description.startswith("zhangmin 20")
        assert "zhangmin" in book.active.oddFooter.left.text
    if suffix == "parquet":
        assert parquet.read_schema(file).metadata[b"exported"].startswith(b"zhangmin 20")


def test_every_way_out_is_noted_before_the_file_is_there(bench, tmp_path) -> None:
    ways = {
        "attempts": lambda: bench.attempts.export(tmp_path / "no" / "a.csv"),
        "identities": lambda: bench.custody.export_identities(
            tmp_path / "no" / "a.csv", "司法协查"
        ),
        "complaints": lambda: bench.ledger.export(tmp_path / "no" / "a.csv"),
        "unmapped": lambda: bench.codes.export_unmapped(tmp_path / "no" / "a.csv"),
        "template": lambda: bench.codes.template(tmp_path / "no" / "a.csv"),
    }
    for name, leave in ways.items():
        with pytest.raises(BadInput, match="no_such_folder"):
            leave()
        assert bench.audit.show(1)[0].action == "export", name


def test_an_export_that_the_audit_refuses_leaves_no_file(bench, tmp_path, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise StoreFault("disk_full")

    monkeypatch.setattr("workbench.storage.records.SqlUnitOfWork.record", refuse)
    for file, leave in (
        (tmp_path / "a.csv", bench.attempts.export),
        (tmp_path / "b.csv", bench.ledger.export),
        (tmp_path / "c.csv", bench.codes.export_unmapped),
    ):
        with pytest.raises(KnownError, match="disk_full"):
            leave(file)
        assert not file.exists()
