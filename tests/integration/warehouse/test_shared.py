"""Several processes on one warehouse: everyone reads, everyone may import, and whoever has the file
may end or be killed at any time."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from multiprocessing import process
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from tests.integration.warehouse.conftest import HEADER, KEYS, PACK, subjects_of
from workbench.domain.errors import BadInput, Busy, Cancelled, StoreFault
from workbench.domain.progress import CancelToken, Progress
from workbench.reports.tables import write_batches
from workbench.warehouse.shared import SharedStore
from workbench.warehouse.store import WarehouseStore

KEY = b"k" * 32
pytestmark = pytest.mark.slow
OTHER = """
import sys
from pathlib import Path
from tests.integration.warehouse.test_shared import opened
from workbench.domain.progress import CancelToken
store = opened(Path(sys.argv[1]))
for line in sys.stdin:
    name, *args = line.split()
    if name == "import":
        report = store.import_files([Path(args[0])])
        print("imported", report.imported, report.duplicates, flush=True)
    elif name == "hold":
        # an import that stands still after its first report, for ever
        store.import_files([Path(args[0])], progress=lambda p: print("holds", flush=True) or sys.stdin.read())
    elif name == "busy":
        # ends while another's import waits for one that never comes to its end
        with store._store._alone(print, CancelToken()):
            print("busy", flush=True)
            sys.stdin.read()
            store.close()
    elif name == "owns":
        print(store.owns, flush=True)
    else:
        print(getattr(store, name)(*args), flush=True)
store.close()
"""


def opened(folder: Path) -> SharedStore:
    from workbench.rules.pack import parse_pack

    open_store = partial(
        WarehouseStore.open,
        folder / "warehouse.db",
        keys=KEYS,
        subjects=subjects_of(folder / "warehouse.db"),
        pack=parse_pack(PACK),
        write=write_batches,
        clock=lambda: datetime(2026, 11, 22, 12),
    )
    return SharedStore(open_store, folder / "warehouse.owner", KEY)


class Process:
    """Another process with the same warehouse."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OTHER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )

    def say(self, *words: object) -> str:
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "profile").mkdir()
    return tmp_path / "profile"


@pytest.fixture
def other(folder: Path) -> Iterator[Process]:
    process = Process(folder)
    yield process
    if process.process.returncode is None:
        process.end()


@pytest.fixture
def share(folder: Path) -> Iterator[Callable[[], SharedStore]]:
    stores: list[SharedStore] = []

    def go() -> SharedStore:
        stores.append(opened(folder))
        return stores[-1]

    yield go
    for store in stores:
        store.close()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def go(*numbers: int) -> Path:
        path = tmp_path / f"attempts{numbers[0]}.csv"
        rows = [
            f"A{n},c{n},王小明,1381234{n:04},,2026-10-20 08:00:00,app_ios,face,failed"
            for n in numbers
        ]
        path.write_text("\n".join([HEADER, *rows, ""]), "utf-8")
        return path

    return go


def test_another_process_reads_and_imports_through_the_one_that_has_the_file(
    other, share, file
) -> None:
    assert other.say("owns") == "True"
    mine = share()
    assert not mine.owns
    assert other.say("import", file(1, 2, 3)) == "imported 3 0"
    assert mine.span()[0] == 3
    assert [a.attempt_id for a in mine.lookup("13812340002").attempts] == ["A2"]
    assert mine.rules_version == "1"
    seen: list[Progress] = []
    report = mine.import_files([file(3, 4)], progress=seen.append, cancel=CancelToken())
    assert (report.imported, report.duplicates) == (1, 1)
    assert seen, "progress comes through"
    assert mine.explain("A4").attempt_id == "A4"
    assert not mine.owns and other.say("owns") == "True"


def test_errors_come_through_as_what_they_are(other, share, tmp_path) -> None:
    assert other.say("owns") == "True"
    mine = share()
    with pytest.raises(BadInput) as refused:
        mine.explain("NONE")
    assert (refused.value.key, refused.value.params) == ("no_such_attempt", {"attempt": "NONE"})
    cancel = CancelToken()
    cancel.cancel()
    (tmp_path / "one.csv").write_text(HEADER + "\n", "utf-8")
    with pytest.raises(Cancelled):
        mine.import_files([tmp_path / "one.csv"], cancel=cancel)
    with pytest.raises(AttributeError):
        mine.no_such_method  # noqa: B018


def test_who_asks_takes_over_when_the_owner_ends(other, share, file) -> None:
    assert other.say("import", file(1, 2)) == "imported 2 0"
    mine = share()
    other.end()
    assert mine.span()[0] == 2
    assert mine.owns


def test_who_asks_takes_over_when_the_owner_is_killed_in_an_import(other, share, file) -> None:
    assert other.say("import", file(1, 2)) == "imported 2 0"
    mine = share()
    assert other.say("hold", file(7, 8, 9)) == "holds"
    assert mine.span()[0] == 2, "readers work while another imports"
    other.kill()
    assert mine.span()[0] == 2, "an import is there whole or not at all"
    assert mine.owns
    assert mine.import_files([file(7, 8, 9)]).imported == 3


def test_an_import_cut_short_by_its_owners_end_is_made_anew(other, share, file) -> None:
    assert other.say("busy") == "busy"
    mine = share()
    waits = threading.Event()
    reports = []

    def told(progress: Progress) -> None:
        if progress.stage == "waiting":
            waits.set()

    def work() -> None:
        reports.append(mine.import_files([file(1, 2, 3)], progress=told))

    thread = threading.Thread(target=work)
    thread.start()
    assert waits.wait(30)
    other.end()
    thread.join(30)
    assert [r.imported for r in reports] == [3]
    assert mine.owns and mine.span()[0] == 3


def test_a_second_import_waits_for_the_first_and_can_be_cancelled(share) -> None:
    mine = share()
    cancel = CancelToken()
    seen: list[Progress] = []

    def told(progress: Progress) -> None:
        seen.append(progress)
        cancel.cancel()

    with mine._store._alone(lambda _: None, CancelToken()), pytest.raises(Cancelled):
        mine.import_files([Path("any.csv")], progress=told, cancel=cancel)
    assert [p.stage for p in seen] == ["waiting"]


def test_a_stranger_without_the_profiles_key_is_not_answered(folder, share) -> None:
    from multiprocessing import AuthenticationError

    mine = share()
    address = (folder / "warehouse.owner").read_text()
    with pytest.raises(AuthenticationError):
        Client(address, authkey=b"x" * 32)
    assert mine.span()[0] == 0
    if os.name != "nt":
        assert Path(address).parent.stat().st_mode & 0o077 == 0


def test_a_tidied_temporary_folder_hinders_nobody_who_comes_to_own_the_file(
    folder, share, other, tmp_path, monkeypatch
) -> None:
    gone = tmp_path / "tidied"
    gone.mkdir()
    monkeypatch.setitem(process.current_process()._config, "tempdir", str(gone))
    gone.rmdir()
    mine = share()
    assert mine.owns and (folder / "warehouse.owner").exists()
    assert other.say("owns") == "False"
    places = Path((folder / "warehouse.owner").read_text()).parent
    mine.close()
    assert os.name == "nt" or not places.exists()


def test_a_file_held_by_a_program_that_does_not_share_is_said_to_be_in_use(
    folder, share, monkeypatch
) -> None:
    monkeypatch.setattr("workbench.warehouse.shared._PATIENCE", 0.2)

    def held() -> WarehouseStore:
        raise Busy("store_in_use", file="warehouse.db")

    mine = SharedStore(held, folder / "warehouse.owner", KEY)
    with pytest.raises(Busy):
        mine.span()
    mine.close()
    with pytest.raises(StoreFault):
        mine.span()
