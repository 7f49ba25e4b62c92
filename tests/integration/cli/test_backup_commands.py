"""A profile into one sealed file and out of it: what is in it, what may not open it, what is refused."""

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import Run, at_home, commands_on, export
from workbench import bootstrap
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.people import Person, Role
from workbench.storage import backup as storage
from workbench.storage.keys import Wrapper
from workbench.storage.sealed_stream import SealedReader, SealedWriter

BY = "ein Satz nur für die Sicherung"


def saving(workbench: Run, folder: Path) -> Callable[..., Any]:
    """Runs what saves or restores; gives what it printed."""
    word = folder / "word"
    word.write_text(f"{BY}\n")

    def told(*words: object, code: int = 0, with_profile: bool = True):
        words = (*words, "--backup-passphrase-file", word, "--json")
        result = workbench(*words, with_profile=with_profile)
        assert result.exit_code == code, (result.stdout, result.stderr)
        return json.loads(result.stdout)

    return told


@pytest.fixture
def run(workbench, tmp_path):
    return saving(workbench, tmp_path)


@pytest.fixture(scope="module")
def saved_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a profile with attempts, a complaint and a picture, of its backup and the keys
    beside it."""
    folder = tmp_path_factory.mktemp("saved")
    workbench = commands_on(folder / "profile")
    with pytest.MonkeyPatch.context() as patch:
        at_home(folder, patch)
        workbench("import", export(folder))
        made = workbench(
            "complaint", "new", "--description", "白条开不了", "--demand", "explain", "--json"
        )
        picture = folder / "screen.png"
        picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
        number = json.loads(made.stdout)["number"]
        assert workbench("complaint", "attach", number, picture).exit_code == 0
        told = saving(workbench, folder)("backup", folder / "backup.wbk")
    assert (told["complaints"], told["attempts"]) == (1, 3)
    return folder


@pytest.fixture
def saved(saved_once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(saved_once, tmp_path, dirs_exist_ok=True) / "backup.wbk"


@pytest.mark.slow
def test_what_was_there_is_there_again_on_another_machine(
    workbench, run, saved, tmp_path, monkeypatch, profile
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "another machine"))
    monkeypatch.setenv("WORKBENCH_PASSPHRASE", "another passphrase there")
    there = tmp_path / "there"
    told = run("restore", saved, "--profile", there, with_profile=False)
    assert (told["complaints"], told["attempts"]) == (1, 3)

    def ask(*words: object):
        result = workbench(*words, "--json", "--profile", there, with_profile=False)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    assert [a["attempt_id"] for a in ask("lookup", "13812345678")["attempts"]] == ["A2", "A1"]
    [complaint] = ask("complaint", "list")["complaints"]
    assert complaint["description"] == "白条开不了"
    with bootstrap.open_workbench(there) as bench:
        [kept] = bench.handling.talk.attachments(complaint["complaint_id"])
        assert bench.handling.talk.read(kept.attachment_id)[:4] == b"\x89PNG"
        revealed = bench.custody.reveal(bench.attempts.lookup("李雷").customers[0].ref, "核对恢复")
        assert revealed[0]["phone"] == "13900001111"
    assert ask("audit", "verify")["rows"] > 3
    assert not list(tmp_path.glob(".workbench-restoring-*")) and not list(
        tmp_path.glob(".*.partial")
    )


def test_nothing_in_it_is_in_clear_and_it_opens_by_its_passphrase_alone(saved, tmp_path) -> None:
    whole = saved.read_bytes()
    for clear in ("13812345678", "王小明", "白条开不了", "records.db", "manifest"):
        assert clear.encode() not in whole
    assert saved.stat().st_mode & 0o777 == 0o600
    with pytest.raises(NotPermitted, match="wrong_passphrase"):
        SealedReader(saved, "another one")
    with SealedReader(saved, BY) as sealed:  # the control: inside it does stand
        assert b"records.db" in io.BufferedReader(sealed).read()


@pytest.mark.parametrize("what", ["cut", "cut part", "flipped", "swapped", "longer", "other"])
def test_a_damaged_one_restores_nothing(saved, run, tmp_path, what) -> None:
    whole = bytearray(saved.read_bytes())
    head = whole.index(b"\n") + 1
    part = 4 + int.from_bytes(whole[head : head + 4], "big")
    if what == "cut":
        del whole[-1000:]
    elif what == "cut part":
        del whole[head + part :]
    elif what == "flipped":
        whole[len(whole) // 2] ^= 1
    elif what == "swapped":
        assert len(whole) > head + 2 * part
        first, second = whole[head : head + part], whole[head + part : head + 2 * part]
        whole[head : head + 2 * part] = second + first
    elif what == "longer":
        whole += b"x"
    else:
        whole[:] = b"attempt_id,phone\n"
    saved.write_bytes(whole)
    there = tmp_path / "there"
    told = run("restore", saved, "--profile", there, with_profile=False, code=1)
    assert told["error"]["key"] == ("not_a_backup" if what == "other" else "backup_damaged")
    assert not there.exists() and not list(tmp_path.glob(".workbench-restoring-*"))


def sealed_tar(file: Path, entries: list[tarfile.TarInfo]) -> None:
    with file.open("wb") as out:
        sealed = SealedWriter(
            out, Wrapper.of(BY), {"kind": "profile", "made_at": "2026-11-22T00:00:00"}
        )
        with tarfile.open(fileobj=sealed, mode="w|") as tar:
            for entry in entries:
                tar.addfile(entry, io.BytesIO(b"x" * entry.size))
        sealed.finish()


def test_a_forged_one_writes_nowhere_else(tmp_path) -> None:
    up, linked = tarfile.TarInfo("../outside"), tarfile.TarInfo("link")
    up.size = 1
    linked.type, linked.linkname = tarfile.SYMTYPE, "/etc/passwd"
    for entry in (up, linked):
        sealed_tar(tmp_path / "forged", [entry])
        with pytest.raises(BadInput, match="backup_damaged"):
            storage.restore(tmp_path / "forged", BY, tmp_path / "there", look=lambda _: (0, 0))
        assert not (tmp_path / "outside").exists() and not (tmp_path / "there").exists()
        (tmp_path / "forged").unlink()


@pytest.mark.slow
def test_neither_replaces_anything(saved, run, tmp_path, profile) -> None:
    before = saved.read_bytes()
    assert run("backup", saved, code=1)["error"]["key"] == "backup_exists"
    assert saved.read_bytes() == before
    there = tmp_path / "there"
    there.mkdir()
    (there / "mine").write_text("mine")
    told = run("restore", saved, "--profile", there, with_profile=False, code=1)
    assert told["error"]["key"] == "restore_not_empty" and (there / "mine").exists()
    (there / "mine").unlink()
    run("restore", saved, "--profile", there, with_profile=False)


@pytest.mark.slow
def test_it_is_an_administrators_and_noted_before(workbench, saved, profile, tmp_path) -> None:
    with bootstrap.open_workbench(profile) as bench:
        assert [e.action for e in bench.audit.show(2)] == ["backup_done", "backup"]
        bench.session.person = Person("anna", "安娜", Role.TEAM_LEAD)
        with pytest.raises(NotPermitted, match="not_permitted"):
            bench.backup.write(tmp_path / "another", BY)
    assert not (tmp_path / "another").exists()


@pytest.mark.slow
def test_a_backup_that_cannot_be_restored_is_none(workbench, attempts, profile, tmp_path) -> None:
    """What is copied is damaged on the way: injected where the records are copied."""
    workbench("import", attempts)
    with bootstrap.open_workbench(profile) as bench:
        writing = bench.backup._backups
        copy_to, fired = writing._records.copy_to, []

        def damaged(file: Path) -> None:
            copy_to(file)
            whole = bytearray(file.read_bytes())
            whole[-2000] ^= 1
            file.write_bytes(whole)
            fired.append(file)

        writing._records.copy_to = damaged
        with pytest.raises(Exception, match="damaged"):
            bench.backup.write(tmp_path / "backup.wbk", BY)
    assert fired and not (tmp_path / "backup.wbk").exists()
    assert not list(tmp_path.glob(".*partial"))
    assert not list((profile / "temp").iterdir())


@pytest.mark.slow
def test_work_goes_on_while_it_is_written(workbench, attempts, profile, tmp_path) -> None:
    """A complaint is saved after the head was read and before the records are copied."""
    workbench("import", attempts)
    with bootstrap.open_workbench(profile) as bench:
        writing = bench.backup._backups
        copy_to = writing._records.copy_to

        def busy(file: Path) -> None:
            bench.attempts.export(tmp_path / "meanwhile.csv")
            copy_to(file)
            bench.attempts.export(tmp_path / "after.csv")

        writing._records.copy_to = busy
        found = bench.backup.write(tmp_path / "backup.wbk", BY)
        assert 0 < found.audit_rows < bench.audit.verify()
