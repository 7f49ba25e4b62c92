"""Upgrades: after a backup, whole or not at all, and free when there is nothing to do."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command

from tests import fresh_records
from tests.unit.storage.test_records import KEY, WITNESS, complaint, save
from workbench import paths
from workbench.domain.complaint import Severity
from workbench.domain.complaint_parts import Event
from workbench.domain.errors import StoreFault
from workbench.domain.sync import hash_of
from workbench.domain.work_queue import ListQuery, SortBy
from workbench.storage.engine import open_engine, reading
from workbench.storage.migrate import HEAD, upgrade
from workbench.storage.records import SqlRecords
from workbench.storage.replica import SqlReplica

NEXT = f"""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{HEAD}"
def upgrade():
    op.add_column("complaints", sa.Column("desk", sa.String()))
    {{then}}
"""


@pytest.fixture(autouse=True)
def _from_the_first_step_to_the_last(
    whole_migration: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not as the other tests come to their databases (tests/fresh_records.py)."""
    monkeypatch.setattr(command, "upgrade", whole_migration)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    path = tmp_path / "records.db"
    records = SqlRecords(path, KEY, WITNESS)
    save(records, 1)
    records.close()
    return path


def scripts(tmp_path: Path, then: str = "pass") -> Path:
    """The shipped migrations and one more."""
    folder = tmp_path / "100% migrations"
    (folder / "versions").mkdir(parents=True)
    shipped = paths.db() / "migrations"
    (folder / "env.py").write_text((shipped / "env.py").read_text())
    for step in (shipped / "versions").glob("*.py"):
        (folder / "versions" / step.name).write_text(step.read_text())
    (folder / "versions" / "9999_desks.py").write_text(NEXT.format(then=then))
    return folder


def columns(path: Path) -> set[str]:
    engine = open_engine(path, KEY)
    with reading(engine) as connection:
        found = connection.exec_driver_sql("PRAGMA table_info(complaints)").all()
    engine.dispose()
    return {row[1] for row in found}


def test_an_upgrade_keeps_the_data_and_leaves_an_encrypted_backup(filled, tmp_path) -> None:
    engine = open_engine(filled, KEY)
    upgrade(engine, filled, scripts(tmp_path), "9999")
    engine.dispose()
    backup = tmp_path / "records.before-9999.db"
    assert "desk" in columns(filled)
    assert "desk" not in columns(backup)
    assert b"SQLite format" not in backup.read_bytes()
    restored = SqlRecords(backup, KEY, WITNESS)
    with restored.unit_of_work() as uow:
        assert uow.complaints.get("id-1") == complaint(1)
    restored.close()


def test_an_upgrade_tells_of_its_backup_and_of_each_step_and_a_new_database_of_nothing(
    filled, tmp_path
) -> None:
    told: list[tuple[str, dict]] = []
    engine = open_engine(filled, KEY)
    upgrade(engine, filled, scripts(tmp_path), "9999", lambda key, **p: told.append((key, p)))
    engine.dispose()
    assert [key for key, _ in told] == ["upgrade.backup", "upgrade.step", "upgrade.done"]
    assert told[1][1] == {"done": 1, "steps": 1}
    told.clear()
    SqlRecords(
        tmp_path / "new.db", KEY, WITNESS, tell=lambda key, **p: told.append((key, p))
    ).close()
    assert told == []


def test_of_copies_from_before_upgrades_only_the_last_is_kept(filled, tmp_path) -> None:
    older, other = tmp_path / "records.before-0003.db", tmp_path / "other.before-0003.db"
    older.write_bytes(b"what was erased since")
    other.write_bytes(b"somebody's")
    engine = open_engine(filled, KEY)
    upgrade(engine, filled, scripts(tmp_path), "9999")
    engine.dispose()
    assert not older.exists() and other.exists()
    assert (tmp_path / "records.before-9999.db").exists()


@pytest.mark.slow
def test_a_program_killed_in_the_middle_of_an_upgrade_goes_on_at_its_next_start(
    filled, tmp_path
) -> None:
    """Killed with the step's changes made and not yet kept, while a reader could look."""
    hangs = scripts(tmp_path, then="print('midway', flush=True); input()")
    code = (
        "from pathlib import Path; from workbench.storage.engine import open_engine;"
        "from workbench.storage.migrate import upgrade;"
        f"path = Path({str(filled)!r});"
        f"upgrade(open_engine(path, bytes(32)), path, Path({str(hangs)!r}), '9999')"
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
    ) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "midway\n"
        killed.kill()
    (tmp_path / "records.before-9999.db.partial").write_bytes(b"of a copy that was cut")
    assert "desk" not in columns(filled), "nothing of it stands"
    records = SqlRecords(filled, KEY, WITNESS)  # the version before still opens it
    with records.unit_of_work() as uow:
        assert uow.complaints.get("id-1") == complaint(1)
    records.close()

    engine = open_engine(filled, KEY)
    upgrade(engine, filled, scripts(tmp_path / "whole"), "9999")
    engine.dispose()
    assert "desk" in columns(filled)
    assert not (tmp_path / "records.before-9999.db.partial").exists()
    assert "desk" not in columns(tmp_path / "records.before-9999.db")


def test_an_upgrade_that_fails_midway_leaves_the_database_as_it_was(filled, tmp_path) -> None:
    engine = open_engine(filled, KEY)
    broken = scripts(tmp_path, then='raise RuntimeError("midway")')
    with pytest.raises(RuntimeError, match="midway"):
        upgrade(engine, filled, broken, "9999")
    engine.dispose()
    assert "desk" not in columns(filled)
    records = SqlRecords(filled, KEY, WITNESS)
    with records.unit_of_work() as uow:
        assert uow.complaints.get("id-1") == complaint(1)
    records.close()


def test_a_newer_database_is_refused_before_anything_is_written(filled, tmp_path) -> None:
    engine = open_engine(filled, KEY)
    upgrade(engine, filled, scripts(tmp_path), "9999")
    engine.dispose()
    before = filled.read_bytes()
    with pytest.raises(StoreFault, match="records_too_new"):
        SqlRecords(filled, KEY, WITNESS)
    assert filled.read_bytes() == before


@pytest.mark.slow
def test_a_current_database_opens_without_the_migration_library(filled: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from workbench.storage.records import SqlRecords; "
        f"SqlRecords(Path({str(filled)!r}), bytes(32), bytes([1]) * 32).close(); "
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.strip() == "False"


def test_migrations_import_nothing_of_the_application() -> None:
    for step in (paths.db() / "migrations").rglob("*.py"):
        assert "workbench" not in step.read_text("utf-8"), step.name
    assert (
        max(f.name.split("_")[0] for f in (paths.db() / "migrations" / "versions").glob("*.py"))
        == HEAD
    )


def test_complaints_of_the_first_release_keep_their_data_and_get_a_history(tmp_path) -> None:
    path = tmp_path / "records.db"
    engine = open_engine(path, KEY)
    upgrade(engine, path, head="0001")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO complaints (complaint_id, number, state, created_at, created_by, source,"
            " description, demand, severity) VALUES ('id-1', 'C-20261122-0001', 'closed',"
            " '2026-11-22 04:00:00.000000', 'me', 'phone', '白条开不了', 'explain', 'high')"
        )
        connection.exec_driver_sql("INSERT INTO people VALUES ('me', '我', 'admin', 1)")
    engine.dispose()

    records = SqlRecords(path, KEY, WITNESS)
    with records.unit_of_work() as uow:
        kept = uow.complaints.get("id-1")
        (event,) = uow.parts.of(Event, complaint_id="id-1")
        (me,) = uow.people.all()
        by_severity = uow.complaints.page(ListQuery(sort=SortBy.SEVERITY)).rows
    records.close()
    assert (kept.description, kept.severity, kept.owner) == ("白条开不了", Severity.HIGH, None)
    assert (kept.received_at, kept.versions, by_severity) == (kept.created_at, {}, (kept,))
    assert (event.kind, event.to_state, event.at) == ("created", "closed", kept.created_at)
    assert (me.name, me.team) == ("我", None)
    assert (tmp_path / f"records.before-{HEAD}.db").exists()


def test_ops_that_waited_before_there_was_a_centre_still_wait(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    engine = open_engine(path, KEY)
    upgrade(engine, path, head="0001")
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO device VALUES ('d1', 2)")
        for seq in (1, 2):
            connection.exec_driver_sql(
                "INSERT INTO outbox VALUES (?, ?, 'd1', 'complaint', 'create', ?, '{}',"
                " '{\"text\": \"a\"}', 1, 'old', '2026-11-22 10:00:00')",
                (seq, f"op{seq}", f"c{seq}"),
            )
    engine.dispose()
    records = SqlRecords(path, KEY, WITNESS)
    ops = SqlReplica(records, path).unsent()
    assert [(op.op_id, op.device_seq) for op in ops] == [("op1", 1), ("op2", 2)]
    assert all(op.body_hash == hash_of(op.payload) and '"text":"a"' in op.payload for op in ops)
    records.close()


def test_the_databases_that_tests_get_are_what_the_migrations_make(tmp_path: Path) -> None:
    def everything(path: Path) -> dict[str, list[object]]:
        engine = open_engine(path, KEY)
        with engine.connect() as connection:
            ask = connection.exec_driver_sql
            made = ask("SELECT name, type, tbl_name, sql FROM sqlite_master ORDER BY name").all()
            readable = [n for n, kind, *_ in made if kind == "table" and n != "complaint_search"]
            rows = {name: ask(f'SELECT * FROM "{name}"').all() for name in readable}
        engine.dispose()
        return {"made": made} | rows

    SqlRecords(tmp_path / "stepwise.db", KEY, WITNESS).close()
    with fresh_records.migrated_once():
        for name in ("first.db", "second.db"):
            SqlRecords(tmp_path / name, KEY, WITNESS).close()
    stepwise = everything(tmp_path / "stepwise.db")
    assert len(stepwise["alembic_version"]) == 1
    for name in ("first.db", "second.db"):
        alike = everything(tmp_path / name) | {"device": stepwise["device"]}
        assert alike == stepwise
