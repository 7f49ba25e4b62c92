"""An import that is killed: the store is as it was before or as it is after, and whole."""

import json
import multiprocessing
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.warehouse import importer
from tests.integration.warehouse.conftest import HEADER, KEYS, ROW, subjects_of
from workbench.reports.tables import write_batches
from workbench.rules.pack import RulePack
from workbench.warehouse.store import WarehouseStore
from workbench.warehouse.subjects import Seals

ROWS = 60_000
FEW = 9_000  # where it is killed a hundred times


def rows(first: int, count: int) -> str:
    return "".join(
        ROW.replace("A1", f"A{i}").replace("c1", f"c{i // 3}") + "\n"
        for i in range(first, first + count)
    )


def run(file: Path, database: Path) -> dict[str, Any]:
    """What the import says of itself."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.warehouse.importer", str(file), str(database)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


# Makes processes that have imported what an import needs, which takes longer than to import a file.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([importer.__name__])


def killed(file: Path, database: Path, moment: int) -> int | None:
    """How an import ended that is killed at that moment."""
    process = PROCESSES.Process(target=importer.main, args=(file, database, moment))
    process.start()
    process.join()
    return process.exitcode


def opened(database: Path, pack: RulePack) -> WarehouseStore:
    return WarehouseStore.open(
        database, keys=KEYS, subjects=subjects_of(database), pack=pack, write=write_batches
    )


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_the_store_before_or_after(tmp_path, pack) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(f"{HEADER}\n{rows(0, FEW)}", "utf-8")
    # new rows, the same again, and other content under known ids
    again = rows(FEW // 2, FEW).replace("app_ios", "h5", 50)
    second.write_text(f"{HEADER}\n{again}", "utf-8")
    before = tmp_path / "before"
    run(first, before / "w.db")
    whole = shutil.copytree(before, tmp_path / "whole")
    report = run(second, whole / "w.db")
    assert (report["imported"], report["quarantined"]) == (FEW // 2, 50)
    asked = report["asked"]
    assert asked > 10
    for moment in range(1, asked + 1):  # before each statement and each batch
        copy = shutil.copytree(before, tmp_path / f"killed{moment}")
        assert killed(second, copy / "w.db", moment) == -signal.SIGKILL
        store = opened(copy / "w.db", pack)
        try:
            with store.session() as session:
                [(found, distinct, keys)] = session.rows(
                    "SELECT count(*), count(DISTINCT attempt_id), count(reason_code IS NULL)"
                    " FROM attempts"
                )
                people = session.rows("SELECT count(*) FROM identities")[0][0]
                seals = Seals(KEYS.seal, subjects_of(copy / "w.db"))
                assert seals.unreadable(session) == 0, "sealed without a salt"
            assert (found, distinct, keys) == (FEW, FEW, FEW), moment
            assert people == FEW // 3
            # the same file goes in afterwards as if nothing had happened
            if moment in (1, asked):
                assert store.import_files([second]).imported == FEW // 2
        finally:
            store.close()
        shutil.rmtree(copy)


_COMMITTING = """
import os, signal, sys, threading, time
from pathlib import Path
from tests.integration.warehouse import importer

database = Path(sys.argv[2])
files = lambda: {p.name: p.stat().st_size for p in database.parent.iterdir() if p.is_file()}

def watch(before, more):
    while sum(files().values()) < before + more:
        time.sleep(0.0002)  # without it, the import would wait for the interpreter
    os.kill(os.getpid(), signal.SIGKILL)

before = sum(files().values())
threading.Thread(target=watch, args=(before, int(sys.argv[3])), daemon=True).start()
importer.main(Path(sys.argv[1]), database)
"""


@pytest.mark.slow
@pytest.mark.parametrize("written", [1, 1 << 18, 1 << 20, 2 << 20, 4 << 20])
def test_a_kill_while_the_disk_is_written_leaves_the_store_before_or_after(
    tmp_path, pack, written
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(f"{HEADER}\n{rows(0, ROWS)}", "utf-8")
    second.write_text(f"{HEADER}\n{rows(ROWS, ROWS)}", "utf-8")
    database = tmp_path / "profile" / "w.db"
    run(first, database)
    killed = subprocess.run(
        [sys.executable, "-c", _COMMITTING, str(second), str(database), str(written)],
        capture_output=True, check=False,
    )  # fmt: skip
    store = opened(database, pack)
    try:
        with store.session() as session:
            [(found, distinct)] = session.rows(
                "SELECT count(*), count(DISTINCT attempt_id) FROM attempts"
            )
            seals = Seals(KEYS.seal, subjects_of(database))
            assert seals.unreadable(session) == 0, "sealed without a salt"
        assert found == distinct
        assert found in ((ROWS, 2 * ROWS) if killed.returncode else (2 * ROWS,))
        assert store.import_files([second]).imported == 2 * ROWS - found
    finally:
        store.close()


_BETWEEN = """
import os, signal, sys
from pathlib import Path
from tests.integration.warehouse.importer import main
from workbench.domain.salts import new_salts
from workbench.storage.subjects import SubjectsFile
from workbench.warehouse.engines.duckdb import DuckSession

file, database, moment = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
execute = DuckSession.execute

def killed(self, sql, params=()):
    if sql == "COMMIT" and (Path(database).with_name("subjects.db").exists() or moment == "late"):
        if moment == "late":
            execute(self, sql, params)
            file_of = self._cursor.execute("SELECT count(*) FROM identities").fetchone()
            if file_of == (0,):
                return
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(self, sql, params)

DuckSession.execute = killed
if moment == "late":  # the control: salts that would be written after the rows
    SubjectsFile.ensure = lambda self, customers: new_salts(len(customers))
main(file, database)
"""


@pytest.mark.parametrize("moment", ["between", "late"])
def test_a_kill_between_the_salts_and_the_rows_leaves_no_row_without_its_salt(
    tmp_path, pack, moment
) -> None:
    file, database = tmp_path / "first.csv", tmp_path / "profile" / "w.db"
    file.write_text(f"{HEADER}\n{rows(0, 9)}", "utf-8")
    killed = subprocess.run(
        [sys.executable, "-c", _BETWEEN, str(file), str(database), moment],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    salts = subjects_of(database)
    store = opened(database, pack)
    try:
        with store.session() as session:
            lacking = Seals(KEYS.seal, salts).unreadable(session)
        if moment == "late":
            assert lacking == 3, "the control: this test can see it"
            return
        assert salts.count() == 3 and store.span()[0] == 0, "it was killed in between"
        assert lacking == 0
        kept = list(salts.pages())
        assert store.import_files([file]).imported == 9
        assert list(salts.pages()) == kept, "the same salts serve the next try"
        [person] = store.reveal(store.lookup("c1").customers[0].ref)
        assert person["phone"] == "13812345678"
    finally:
        store.close()
