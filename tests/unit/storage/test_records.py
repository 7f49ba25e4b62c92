"""The records database: one transaction for row, audit and outbox; nothing half done."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.fresh_records import KEY, WITNESS
from workbench.domain.audit import AuditEntry
from workbench.domain.complaint import (
    Complaint,
    ComplaintFilter,
    Demand,
    Severity,
    Source,
    State,
)
from workbench.domain.complaint_parts import Event, EventKind
from workbench.domain.errors import Busy, StoreFault
from workbench.domain.people import Person, Role
from workbench.domain.sync import SCHEMA_VERSION, hash_of
from workbench.domain.times import utc_now
from workbench.storage import migrate
from workbench.storage.models import AuditRow, Base, ComplaintRow, OutboxRow
from workbench.storage.records import SqlRecords
from workbench.storage.replica import SqlReplica

NOON = datetime(2026, 11, 22, 4, 0)


def complaint(n: int = 1, **changes) -> Complaint:
    fields = {
        "complaint_id": f"id-{n}",
        "number": f"C-20261122-{n:04d}",
        "state": State.OPEN,
        "created_at": NOON + timedelta(minutes=n),
        "created_by": "me",
        "customer_ref": "abc",
        "customer_name": "王**",
        "phone": "138****5678",
        "attempt_id": f"A{n}",
        "reason_code": "Q01",
        "cause": "thin_credit_history",
        "symptom": "review_declined",
        "channel": "h5",
        "source": Source.PHONE,
        "description": "白条开不了",
        "demand": Demand.EXPLAIN,
        "severity": Severity.NORMAL,
        "updated_at": NOON,
    }
    return Complaint(**fields | changes)


def entry(subject: str = "id-1") -> AuditEntry:
    return AuditEntry(NOON, "me", "create", "complaint", subject, {"number": "x"})


@pytest.fixture
def records(tmp_path: Path):
    opened = SqlRecords(tmp_path / "records.db", KEY, WITNESS)
    yield opened
    opened.close()


def save(records: SqlRecords, n: int, **changes) -> None:
    with records.unit_of_work() as uow:
        uow.complaints.add(complaint(n, **changes))
        uow.record(entry(f"id-{n}"))
        uow.enqueue("complaint", "create", f"id-{n}", {"n": n})
        uow.commit()


def counts(records: SqlRecords) -> tuple[int, ...]:
    with Session(records.engine) as session:
        return tuple(
            session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (ComplaintRow, AuditRow, OutboxRow)
        )


def test_what_was_committed_comes_back_whole_by_id_and_by_number(records) -> None:
    save(records, 1)
    with records.unit_of_work() as uow:
        assert uow.complaints.get("id-1") == complaint(1)
        assert uow.complaints.get("C-20261122-0001") == complaint(1)
        assert uow.complaints.get("nobody") is None
    assert counts(records) == (1, 1, 1)


def test_without_a_commit_nothing_of_it_stays(records) -> None:
    with records.unit_of_work() as uow:
        uow.complaints.add(complaint(1))
        uow.record(entry())
        uow.enqueue("complaint", "create", "id-1", {})
    assert counts(records) == (0, 0, 0)


def test_an_error_rolls_everything_back(records) -> None:
    with pytest.raises(ZeroDivisionError), records.unit_of_work() as uow:
        uow.complaints.add(complaint(1))
        uow.record(entry())
        raise ZeroDivisionError
    assert counts(records) == (0, 0, 0)
    assert records.verify_audit() == 0


def test_numbers_run_by_shanghai_day(records) -> None:
    before_midnight = datetime(2026, 11, 22, 15, 59)
    with records.unit_of_work() as uow:
        assert uow.complaints.next_number(before_midnight) == "C-20261122-0001"
        uow.complaints.add(complaint(9999))
        assert uow.complaints.next_number(before_midnight) == "C-20261122-10000"
        uow.complaints.add(complaint(10000))
        assert uow.complaints.next_number(before_midnight) == "C-20261122-10001"
        assert uow.complaints.next_number(before_midnight + timedelta(minutes=1)) == (
            "C-20261123-0001"
        )


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (ComplaintFilter(), ["id-3", "id-2", "id-1"]),
        (ComplaintFilter(text="50%"), ["id-2"]),
        (ComplaintFilter(text="_"), []),
        (ComplaintFilter(text=" 王 "), ["id-3", "id-2", "id-1"]),
        (ComplaintFilter(text="c-20261122-0003"), ["id-3"]),
        (ComplaintFilter(states=(State.CLOSED,)), ["id-3"]),
        (ComplaintFilter(attempt_id="A1"), ["id-1"]),
        (ComplaintFilter(customer_ref="nobody"), []),
        (ComplaintFilter(limit=1, offset=1), ["id-2"]),
    ],
)
def test_complaints_are_found_newest_first(records, where, found) -> None:
    save(records, 1)
    save(records, 2, description="利率超过50%吗")
    save(records, 3, state=State.CLOSED)
    with records.unit_of_work() as uow:
        page = uow.complaints.find(where)
    assert [c.complaint_id for c in page.rows] == found
    assert page.total == (3 if where.limit == 1 else len(found))


def test_people_and_saved_things_come_back(records) -> None:
    person = Person("p", "张敏", Role.AGENT)
    with records.unit_of_work() as uow:
        uow.people.put(person)
        uow.saved.put("mapping", "b", {"x": 1})
        uow.saved.put("mapping", "a", {"x": 1})
        uow.saved.put("mapping", "a", {"x": 2})
        uow.commit()
    with records.unit_of_work() as uow:
        assert uow.people.all() == [person]
        assert uow.people.get("p") == person
        assert uow.saved.names("mapping") == ["a", "b"]
        assert uow.saved.get("mapping", "a") == {"x": 2}
        uow.saved.delete("mapping", "a")
        assert uow.saved.get("mapping", "a") is None


def test_the_outbox_counts_without_gaps_across_openings(tmp_path: Path) -> None:
    for n in (1, 2):
        records = SqlRecords(tmp_path / "records.db", KEY, WITNESS)
        save(records, n)
        with records.unit_of_work() as uow:  # rolled back: takes no number
            uow.enqueue("complaint", "create", "x", {})
        with Session(records.engine) as session:
            rows = session.scalars(sa.select(OutboxRow).order_by(OutboxRow.device_seq)).all()
        records.close()
    assert [row.device_seq for row in rows] == [1, 2]
    assert len({row.device_id for row in rows}) == 1
    assert len({row.op_id for row in rows}) == 2


def test_the_outbox_goes_on_counting_after_pushed_ops_are_gone(records) -> None:
    save(records, 1)
    save(records, 2)
    with records.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM outbox")
    save(records, 3)
    with Session(records.engine) as session:
        (op,) = session.scalars(sa.select(OutboxRow))
    assert op.device_seq == 3
    assert op.device_id == records.device_id


def test_the_hash_of_an_op_covers_what_it_does_and_not_when(records) -> None:
    with records.unit_of_work() as uow:
        for kind, values in (("create", {"a": 1}), ("create", {"a": 1}), ("update", {"a": 1})):
            uow.enqueue("complaint", kind, "id", values)
        uow.commit()
    with Session(records.engine) as session:
        hashes = [op.body_hash for op in session.scalars(sa.select(OutboxRow))]
    assert len(hashes) == 3
    assert len(set(hashes)) == 2


def test_an_op_goes_out_as_it_was_hashed_however_its_parts_were_written(records, tmp_path) -> None:
    replica = SqlReplica(records, tmp_path)
    with records.unit_of_work() as uow:
        also = [
            {"entity": "event", "entity_id": "e", "root": "id", "body": {"why": "乙", "a": None}}
        ]
        uow.enqueue("complaint", "create", "id", {"text": '甲"\n', "none": None}, also=also)
        uow.commit()
    [op] = replica.unsent()
    assert op.body_hash == hash_of(op.payload)
    assert json.loads(op.payload) == {
        "entity": "complaint", "kind": "create", "entity_id": "id", "root": None, "base": {},
        "body": {"text": '甲"\n'},  # of what is not there nothing is told
        "also": [{"entity": "event", "entity_id": "e", "root": "id", "body": {"why": "乙"}}],
        "revives": False, "schema_version": SCHEMA_VERSION,
    }  # fmt: skip
    with records.engine.begin() as connection:  # as an earlier program wrote them
        for name in ("also", "body"):
            [[kept]] = connection.exec_driver_sql(f"SELECT {name} FROM outbox").all()
            older = json.dumps(json.loads(kept), indent=1)
            connection.exec_driver_sql(f"UPDATE outbox SET {name} = ?", (older,))
    assert replica.unsent() == [op]


def test_the_same_complaint_saved_by_two_windows_is_made_once(records) -> None:
    with pytest.raises(Busy, match="records_changed"), records.unit_of_work() as slow:
        assert slow.complaints.get("id-1") is None
        save(records, 1)
        slow.complaints.add(complaint(1, number=slow.complaints.next_number(NOON)))
    with records.unit_of_work() as uow:
        assert uow.complaints.find(ComplaintFilter()).total == 1


def test_half_a_character_from_a_paste_or_a_file_name_stops_nothing(records) -> None:
    half = "白\udcff条"
    with records.unit_of_work() as uow:
        uow.complaints.add(complaint(1, description=half))
        uow.record(AuditEntry(NOON, "me", "import", "attempts", half, {half: [half]}))
        uow.enqueue("complaint", "create", "id-1", {"description": half})
        uow.saved.put("mapping", "m", {"columns": {half: "phone"}})
        uow.commit()
    with records.unit_of_work() as uow:
        assert uow.complaints.get("id-1").description == "白?条"
    assert records.verify_audit() == 1


@pytest.mark.parametrize("text", ["A1", "Ａ１", "ａ1"])
def test_a_search_takes_full_width_as_half_width_and_any_case(records, text: str) -> None:
    save(records, 1)
    with records.unit_of_work() as uow:
        assert uow.complaints.find(ComplaintFilter(text=text)).total == 1


@pytest.mark.parametrize(("limit", "offset"), [(2, 0), (3, 0), (4, 0), (2, 2), (2, 3), (2, 9)])
def test_the_total_does_not_depend_on_the_page(records, limit: int, offset: int) -> None:
    for n in (1, 2, 3):
        save(records, n)
    with records.unit_of_work() as uow:
        page = uow.complaints.find(ComplaintFilter(limit=limit, offset=offset))
    assert page.total == 3
    assert len(page.rows) == max(0, min(limit, 3 - offset))


# the audit chain
def tamper(records: SqlRecords, sql: str) -> None:
    with records.engine.begin() as connection:
        for act in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER audit_is_append_only_{act}")
        connection.exec_driver_sql(sql)


@pytest.mark.parametrize(
    ("sql", "found", "row"),
    [
        ("UPDATE audit SET actor = 'someone' WHERE seq = 2", "audit_broken", 2),
        ("DELETE FROM audit WHERE seq = 2", "audit_row_missing", 2),
        ("DELETE FROM audit WHERE seq = 4", "audit_cut", 3),
        ("DELETE FROM audit", "audit_cut", 0),
    ],
)
def test_an_edit_a_hole_and_a_cut_tail_are_found(records, sql: str, found: str, row: int) -> None:
    for n in range(1, 5):
        save(records, n)
    assert records.verify_audit() == 4
    tamper(records, sql)
    with pytest.raises(StoreFault, match=found) as broken:
        records.verify_audit()
    assert broken.value.params["row"] == row


def test_a_forged_witness_is_found(records, tmp_path: Path) -> None:
    save(records, 1)
    head = tmp_path / "audit.head"
    head.write_text(head.read_text().replace("1 ", "0 ", 1))
    with pytest.raises(StoreFault, match="audit_head_broken"):
        records.verify_audit()


def test_audit_rows_cannot_be_changed_by_the_application(records) -> None:
    save(records, 1)
    for sql in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        with (
            pytest.raises(sa.exc.DBAPIError, match="never changed"),
            records.engine.begin() as connection,
        ):
            connection.exec_driver_sql(sql)
    assert records.audit() == [entry()]


def test_a_row_of_history_may_be_emptied_and_never_changed(records) -> None:
    """Of what it told of a customer who is erased."""
    with records.unit_of_work() as uow:
        uow.complaints.add(complaint())
        told = {"changes": {"phone": [None, "138****5678"]}}
        one = Event("E1", "K1", utc_now(), "anna", EventKind.EDITED, why="why", detail=told)
        uow.parts.add(one)
        uow.commit()
    for change in ("detail = '{\"x\": 1}', why = NULL", "actor = 'ben', detail = '{}', why = NULL"):
        with (
            pytest.raises(sa.exc.DBAPIError, match="never changed"),
            records.engine.begin() as connection,
        ):
            connection.exec_driver_sql(f"UPDATE complaint_events SET {change}")
    with records.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE complaint_events SET detail = '{}', why = NULL")


# the file
def test_the_file_is_encrypted_and_opens_with_its_key_alone(records, tmp_path: Path) -> None:
    save(records, 1)
    data = b"".join(f.read_bytes() for f in tmp_path.iterdir())
    assert "白条开不了".encode() not in data
    assert b"thin_credit_history" not in data
    with pytest.raises(StoreFault, match="records_damaged"):
        SqlRecords(tmp_path / "records.db", bytes([7]) * 32, WITNESS)


def test_commits_are_synchronous_and_writers_wait_at_their_start(records) -> None:
    with records.engine.connect() as connection:
        pragma = lambda name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()  # noqa: E731
        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == 2
        assert pragma("foreign_keys") == 1
        assert pragma("trusted_schema") == 0


def test_a_newer_database_is_refused_and_left_alone(records, tmp_path: Path) -> None:
    with records.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    records.close()
    with pytest.raises(StoreFault, match="records_too_new"):
        SqlRecords(tmp_path / "records.db", KEY, WITNESS)


def test_the_migrated_schema_equals_the_models(records) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def ours(thing: object, name: str | None, kind: str, *_: object) -> bool:
        return kind != "table" or not str(name).startswith("complaint_search")  # FTS5's own

    opts = {"compare_type": True, "include_object": ours}
    with records.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def test_the_head_known_to_the_program_is_the_newest_migration() -> None:
    from workbench import paths

    newest = max(f.name for f in (paths.db() / "migrations" / "versions").glob("*.py"))
    assert newest.split("_")[0] == migrate.HEAD
