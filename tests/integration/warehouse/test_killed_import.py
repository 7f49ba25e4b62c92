"""An import that is killed: the store is as it was before or as it is after, and whole."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.warehouse.conftest import HEADER, KEYS, ROW, subjects_of
from workbench.domain.progress import CancelToken
from workbench.reports.tables import write_batches
from workbench.rules.pack import RulePack
from workbench.warehouse.store import WarehouseStore
from workbench.warehouse.subjects import Seals

pytestmark = pytest.mark.slow

ROWS = 60_000
FEW = 2_500  # where it is cut a hundred times


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


def opened(database: Path, pack: RulePack) -> WarehouseStore:
    return WarehouseStore.open(
        database, keys=KEYS, subjects=subjects_of(database), pack=pack, write=write_batches
    )


class Copying(CancelToken):
    """Asked before every statement and every batch: keeps what a kill would leave at that time, for
    what was written by then is in the files, and what was not went with the process."""

    def __init__(self, profile: Path, into: Path) -> None:
        super().__init__()
        self.profile, self.into, self.asked = profile, into, 0

    def check(self) -> None:
        self.asked += 1
        shutil.copytree(self.profile, self.into / str(self.asked))


def stands(database: Path, pack: RulePack, second: Path | None = None) -> None:
    """The store is as it was before ``second``, which then goes in as if nothing had happened."""
    store = opened(database, pack)
    try:
        with store.session() as session:
            counted = session.rows(
                "SELECT count(*), count(DISTINCT attempt_id), count(reason_code IS NULL)"
                " FROM attempts"
            )
            people = session.rows("SELECT count(*) FROM identities")
            seals = Seals(KEYS.seal, subjects_of(database))
            assert seals.unreadable(session) == 0, "sealed without a salt"
        assert counted == [(FEW, FEW, FEW)]
        assert people == [(-(-FEW // 3),)]
        if second is not None:
            assert store.import_files([second]).imported == FEW // 2
    finally:
        store.close()


@pytest.fixture
def two_files(tmp_path: Path) -> tuple[Path, Path]:
    """The second has new rows, the same again, and other content under known ids."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(f"{HEADER}\n{rows(0, FEW)}", "utf-8")
    again = rows(FEW // 2, FEW).replace("app_ios", "h5", 50)
    second.write_text(f"{HEADER}\n{again}", "utf-8")
    return first, second


def test_a_kill_at_any_moment_leaves_the_store_before_or_after(tmp_path, pack, two_files) -> None:
    first, second = two_files
    before = tmp_path / "before"
    run(first, before / "w.db")
    whole = shutil.copytree(before, tmp_path / "whole")
    store = opened(whole / "w.db", pack)
    token = Copying(whole, tmp_path / "cut")
    report = store.import_files([second], cancel=token)
    store.close()
    assert (report.imported, report.quarantined) == (FEW // 2, 50)
    assert token.asked > 10
    for moment in range(1, token.asked + 1):
        then = second if moment in (1, token.asked) else None
        stands(tmp_path / "cut" / str(moment) / "w.db", pack, then)
    for moment in (1, token.asked // 2, token.asked):  # and such copies are what a kill leaves
        copy = shutil.copytree(before, tmp_path / f"killed{moment}")
        command = "import sys; from pathlib import Path; from tests.integration.warehouse import importer;"
        command += "importer.main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))"
        given = [sys.executable, "-c", command, second, copy / "w.db", moment]
        killed = subprocess.run([str(word) for word in given], check=False)
        assert killed.returncode == -signal.SIGKILL
        stands(copy / "w.db", pack, second)


_COMMITTING = """
import os, signal, sys, threading, time
from pathlib import Path

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


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of ``second.csv`` and of the profile that ``first.csv`` is in, to be copied."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "first.csv").write_text(f"{HEADER}\n{rows(0, ROWS)}", "utf-8")
    (folder / "second.csv").write_text(f"{HEADER}\n{rows(ROWS, ROWS)}", "utf-8")
    run(folder / "first.csv", folder / "profile" / "w.db")
    return folder


@pytest.mark.parametrize("written", [1, 1 << 18, 1 << 20, 2 << 20, 4 << 20])
def test_a_kill_while_the_disk_is_written_leaves_the_store_before_or_after(
    many, tmp_path, pack, written
) -> None:
    second = many / "second.csv"
    shutil.copytree(many / "profile", tmp_path / "profile")
    database = tmp_path / "profile" / "w.db"
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
