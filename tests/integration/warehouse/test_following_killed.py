"""A follower that is killed between the rows and the note of them loses and doubles nothing."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.warehouse.conftest import HEADER, KEYS, ROW, subjects_of
from tests.integration.warehouse.test_following_folder import Watch
from workbench.reports.tables import write_batches
from workbench.warehouse.store import WarehouseStore

pytestmark = pytest.mark.slow

_FOLLOWER = """
import os, signal, sys
from pathlib import Path
from tests.integration.warehouse.conftest import KEYS, make_pack, subjects_of
from tests.integration.warehouse.test_following_folder import Watch
from workbench.reports.tables import write_batches
from workbench.warehouse import schema
from workbench.warehouse.store import WarehouseStore

folder, database, moment = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
note = schema.set_meta

def noting(session, key, value):
    if key.startswith("follow:") and moment == "before the note":
        die()
    note(session, key, value)
    if key.startswith("follow:") and moment == "after the note":
        die()

schema.set_meta = noting
pack = make_pack(database.parent.parent)
store = WarehouseStore.open(database, keys=KEYS, subjects=subjects_of(database), pack=pack, write=write_batches)
add = store.import_files

def adding(*given, **more):
    report = add(*given, **more)
    if moment == "after the commit":
        die()
    return report

store.import_files = adding
watch = Watch(folder, store)
watch.look(), watch.look()
"""


@pytest.mark.parametrize(
    ("moment", "stored"),
    [("before the note", False), ("after the note", False), ("after the commit", True)],
)
def test_rows_and_their_note_stand_or_fall_together(tmp_path: Path, pack, moment, stored) -> None:
    folder, database = tmp_path / "in", tmp_path / "profile" / "w.db"
    folder.mkdir()
    lines = [ROW.replace("A1", f"A{n}") for n in range(20)] + [ROW.replace("face", "nowhere")]
    (folder / "a.csv").write_text("\n".join((HEADER, *lines, "")), "utf-8")
    killed = subprocess.run(
        [sys.executable, "-c", _FOLLOWER, str(folder), str(database), moment],
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    store = WarehouseStore.open(
        database, keys=KEYS, subjects=subjects_of(database), pack=pack, write=write_batches
    )
    try:
        assert store.span()[0] == (20 if stored else 0)
        again = Watch(folder, store, marks=store.marks("follow:"))
        assert bool(again.marks) is stored
        came = [*again.look(), *again.look()]
        assert came == ([] if stored else [("a.csv", 21, 20)])
        with store.session() as session:
            counts = session.rows("SELECT count(*), count(DISTINCT attempt_id) FROM attempts")
        assert counts == [(20, 20)]
        assert [*again.look(), *again.look(100)] == []
    finally:
        store.close()
