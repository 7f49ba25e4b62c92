"""Erased by the destruction of a key: older backups and copies show the customer to nobody any more."""

import json
import shutil
from pathlib import Path

import pytest

from workbench import bootstrap
from workbench.domain.errors import StoreFault

pytestmark = pytest.mark.slow

BY = "ein Satz nur für die Sicherung"
ERASE = ("erase", "13812345678", "--purpose", "客户要求删除", "--yes", "--json")
OTHERS = {"13812345678": "13900001111", "13900001111": "13812345678"}


@pytest.fixture
def word(tmp_path: Path) -> Path:
    file = tmp_path / "word"
    file.write_text(f"{BY}\n")
    return file


@pytest.fixture
def out(tmp_path: Path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


@pytest.fixture
def run(workbench):
    def told(*words: object, code: int = 0, profile: Path | None = None):
        at = ("--profile", profile) if profile else ()
        result = workbench(*words, *at, with_profile=profile is None)
        assert result.exit_code == code, (result.stdout, result.stderr)
        return result

    return told


@pytest.fixture
def backup(run, word: Path, out: Path):
    def go(name: str = "one.wbk") -> Path:
        told = run("backup", out / name, "--backup-passphrase-file", word, "--json")
        return Path(json.loads(told.stdout)["keys"])

    return go


@pytest.fixture
def restore(run, word: Path, out: Path, tmp_path: Path):
    def go(name: str = "one.wbk", *more: object) -> tuple[Path, dict, str]:
        there = tmp_path / f"restored{len(list(tmp_path.glob('restored*')))}"
        words = ("restore", out / name, "--backup-passphrase-file", word, *more)
        told = run(*words, "--json", profile=there)
        return there, json.loads(told.stdout), told.stderr

    return go


def shown(run, term: str, profile: Path | None = None) -> str | None:
    """The phone in clear; None where the key is gone, of which the person is told."""
    words = ("reveal", term, "--purpose", "客户要求回电", "--json")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANG", "zh_CN.UTF-8")
        found = run.workbench(*words, *(("--profile", profile) if profile else ()),
                              with_profile=profile is None)  # fmt: skip
    if found.exit_code == 0:
        return json.loads(found.stdout)[0]["phone"]
    assert json.loads(found.stdout)["error"]["key"] == "subject_key_gone", found.output
    assert "Traceback" not in found.output
    return None


@pytest.fixture(autouse=True)
def _known(run, workbench):
    run.workbench = workbench


def test_an_old_backup_shows_everybody_but_whom_was_erased_since(
    workbench, attempts, run, backup, restore, out, tmp_path, profile
) -> None:
    workbench("import", attempts)
    keys = backup()
    assert sorted(file.name for file in out.iterdir()) == sorted(["one.wbk", keys.name])
    assert keys.stat().st_mode & 0o777 == 0o600
    old = tmp_path / "old.keys"
    shutil.copy(keys, old)

    done = json.loads(run(*ERASE).stdout)
    assert done["keys_files"] == [{"file": str(keys), "rewritten": True}]

    there, told, said = restore()
    assert (told["unreadable"], told["keys"]) == (1, str(keys))
    assert "1" in said and str(keys) not in said, "it says why: erased since"
    assert shown(run, "13812345678", there) is None
    assert shown(run, "13900001111", there) == "13900001111"
    found = json.loads(run("lookup", "13812345678", "--json", profile=there).stdout)
    assert found["customers"][0]["phone"] == "138****5678", "masked it is known"
    clear = tmp_path / "clear.csv"
    words = ("export", "attempts", clear, "--identities", "--purpose", "监管报送")
    run(*words, profile=there)
    text = clear.read_text("utf-8-sig")
    assert "13900001111" in text and "138****5678" in text and "13812345678" not in text

    # the control: with the keys file of then, it shows both
    there, told, said = restore("one.wbk", "--keys", old)
    assert (told["unreadable"], said) == (0, "")
    assert shown(run, "13812345678", there) == "13812345678"


def test_a_copied_warehouse_shows_the_erased_to_nobody(
    workbench, attempts, run, profile, tmp_path
) -> None:
    workbench("import", attempts)
    copy, salts = tmp_path / "copy.duckdb", tmp_path / "subjects.db"
    shutil.copy(profile / "warehouse.duckdb", copy)
    shutil.copy(profile / "subjects.db", salts)
    run(*ERASE)
    shutil.copy(copy, profile / "warehouse.duckdb")
    assert shown(run, "13812345678") is None
    assert shown(run, "13900001111") == "13900001111"
    # erasing again, of whom no original can be shown, takes the rows
    assert json.loads(run(*ERASE).stdout)["attempts"] == 2
    shutil.copy(copy, profile / "warehouse.duckdb")
    shutil.copy(salts, profile / "subjects.db")  # the control
    assert shown(run, "13812345678") == "13812345678"


def test_without_its_keys_file_a_backup_restores_all_but_originals(
    workbench, attempts, run, backup, restore, tmp_path
) -> None:
    workbench("import", attempts)
    keys = backup()
    keys.rename(tmp_path / "elsewhere")
    there, told, said = restore()
    assert (told["unreadable"], told["keys"], told["attempts"]) == (2, None, 3)
    assert str(keys) in said
    assert shown(run, "13812345678", there) is None
    assert json.loads(run("explain", "A1", "--json", profile=there).stdout)["attempt_id"] == "A1"
    # named, it does
    there, told, said = restore("one.wbk", "--keys", tmp_path / "elsewhere")
    assert (told["unreadable"], said) == (0, "")


@pytest.mark.parametrize("what", ["older", "damaged", "locked", "another's"])
def test_what_is_wrong_with_a_keys_file_is_told_and_stops_nothing(
    workbench, attempts, run, backup, restore, word, tmp_path, what
) -> None:
    if what == "older":
        keys = backup("before.wbk")
        shutil.copy(keys, tmp_path / "kept")
    workbench("import", attempts)
    keys = backup()
    if what == "older":
        shutil.copy(tmp_path / "kept", keys)
    elif what == "damaged":
        whole = bytearray(keys.read_bytes())
        whole[-20] ^= 1
        keys.write_bytes(whole)
    elif what == "locked":
        word.write_text("another\n")
        backup("two.wbk")
        word.write_text(f"{BY}\n")
    else:
        other = tmp_path / "other"
        run("import", attempts, profile=other, code=3)
        run("backup", tmp_path / "other.wbk", "--backup-passphrase-file", word, profile=other)
        [theirs] = tmp_path.glob("*.keys")
        shutil.copy(theirs, keys)
    _, told, said = restore()
    assert told["attempts"] == 3 and told["unreadable"] == 2
    assert said.strip()
    if what == "locked":
        other_word = tmp_path / "other word"
        other_word.write_text("another\n")
        _, told, said = restore("one.wbk", "--keys-passphrase-file", other_word)
        assert (told["unreadable"], said) == (0, "")


def test_the_newest_keys_file_opens_every_older_backup(
    workbench, attempts, run, backup, restore, tmp_path
) -> None:
    workbench("import", attempts)
    first = backup()
    more = tmp_path / "more.csv"
    more.write_text(
        "attempt_id,customer_id,phone,occurred_at,outcome\nZ1,z,13955556666,2026-10-22,failed\n"
    )
    workbench("import", more)
    assert backup("two.wbk") == first
    for name in ("one.wbk", "two.wbk"):
        there, told, said = restore(name)
        assert (told["unreadable"], said) == (0, "")
        assert shown(run, "13900001111", there) == "13900001111"
    assert shown(run, "13955556666", there) == "13955556666"


def test_a_keys_file_out_of_reach_is_named_and_replaced_by_the_next_backup(
    workbench, attempts, run, backup, restore, out, profile
) -> None:
    workbench("import", attempts)
    keys = backup()
    away = out.with_name("away")
    out.rename(away)
    said = run(*ERASE[:-1]).stdout
    assert str(keys) in said
    with bootstrap.open_workbench(profile) as bench:
        [entry] = [e for e in bench.audit.show(9) if e.action == "erased"]
    assert entry.detail["keys_files"] == [{"file": str(keys), "rewritten": False}]
    away.rename(out)
    there, _, _ = restore()
    assert shown(run, "13812345678", there) == "13812345678", "still in it, as was told"
    backup("two.wbk")
    there, _, _ = restore()
    assert shown(run, "13812345678", there) is None
    assert shown(run, "13900001111", there) == "13900001111"


def test_each_folder_of_backups_has_its_keys_file_written_anew(
    workbench, attempts, run, backup, restore, word, tmp_path
) -> None:
    workbench("import", attempts)
    backup()
    drive = tmp_path / "drive"
    drive.mkdir()
    run("backup", drive / "two.wbk", "--backup-passphrase-file", word)
    done = json.loads(run(*ERASE).stdout)
    assert [file["rewritten"] for file in done["keys_files"]] == [True, True]
    for keys in drive.glob("*.keys"):
        there, told, _ = restore("one.wbk", "--keys", keys)
        assert (told["unreadable"], shown(run, "13812345678", there)) == (1, None)


def test_a_profile_restored_without_the_keys_takes_them_from_the_file_that_it_replaces(
    workbench, attempts, run, backup, restore, out, word, tmp_path
) -> None:
    """And drops none that only other backups need."""
    workbench("import", attempts)
    backup()
    more = tmp_path / "more.csv"
    more.write_text(
        "attempt_id,customer_id,phone,occurred_at,outcome\nZ1,z,13955556666,2026-10-22,failed\n"
    )
    workbench("import", more)
    keys = backup("two.wbk")
    keys.rename(tmp_path / "away")
    clone, told, _ = restore()
    assert told["unreadable"] == 2
    (tmp_path / "away").rename(keys)
    run("backup", out / "of the clone.wbk", "--backup-passphrase-file", word, profile=clone)
    assert shown(run, "13812345678", clone) == "13812345678"
    _, told, said = restore("two.wbk")
    assert (told["unreadable"], said) == (0, "")


def test_a_keys_file_that_does_not_open_is_not_replaced(
    workbench, attempts, run, backup, restore, out, word, tmp_path
) -> None:
    """As of a copy of the profile, which backs up under a passphrase of its own."""
    workbench("import", attempts)
    keys = backup()
    clone, _, _ = restore()
    word.write_text("another\n")
    before = keys.read_bytes()
    words = ("backup", out / "clone.wbk", "--backup-passphrase-file", word, "--json")
    refused = run(*words, profile=clone, code=1)
    assert json.loads(refused.stdout)["error"]["key"] == "keys_file_locked"
    assert keys.read_bytes() == before
    assert sorted(file.name for file in out.iterdir()) == sorted(["one.wbk", keys.name])


@pytest.mark.parametrize("lost", ["gone", "damaged"])
@pytest.mark.parametrize("imported", [True, False])
def test_a_lost_file_of_keys_costs_originals_alone_and_a_backup_takes_them_back(
    workbench, attempts, run, backup, profile, tmp_path, lost, imported
) -> None:
    workbench("import", attempts)
    backup()
    file = profile / "subjects.db"
    if lost == "gone":
        file.unlink()
    else:  # the page of the table
        whole = bytearray(file.read_bytes())
        whole[5000] ^= 1
        file.write_bytes(whole)
    found = json.loads(run("doctor", "--json", code=1 if lost == "damaged" else 0).stdout)
    [told] = [f["health"] for f in found["findings"] if f["check"] == "subjects"]
    assert told == ("ill" if lost == "damaged" else "warning"), found
    for words in (("lookup", "13812345678"), ("explain", "A1"), ("trends",)):
        run(*words)
    with bootstrap.open_workbench(profile) as bench:
        key = "subjects_damaged" if lost == "damaged" else "subject_key_gone"
        with pytest.raises(StoreFault, match=key):
            bench.custody.reveal(bench.attempts.lookup("13812345678").customers[0].ref, "核对恢复")
    more = tmp_path / "more.csv"
    more.write_text(
        "attempt_id,customer_id,phone,occurred_at,outcome\nZ1,z,13955556666,2026-10-22,failed\n"
    )
    if imported:
        run("import", more)
        assert shown(run, "13955556666") == "13955556666"
        assert shown(run, "13812345678") is None
    backup("two.wbk")
    assert shown(run, "13812345678") == "13812345678"


def test_an_erasure_after_the_keys_were_lost_takes_back_all_but_its_own(
    workbench, attempts, run, backup, restore, profile
) -> None:
    workbench("import", attempts)
    backup()
    (profile / "subjects.db").unlink()
    run(*ERASE)
    assert shown(run, "13900001111") == "13900001111"
    there, told, _ = restore()
    assert told["unreadable"] == 1
    assert shown(run, "13812345678", there) is None
    assert shown(run, "13900001111", there) == "13900001111"


def test_retention_closes_older_backups_too(
    workbench, attempts, run, backup, restore, tmp_path
) -> None:
    old = tmp_path / "old.csv"
    old.write_text(
        "attempt_id,customer_id,phone,occurred_at,outcome\nOLD,o,13955556666,2020-01-05,failed\n"
    )
    workbench("import", attempts, old)
    backup()
    run("retention", "--months", "36", "--apply")
    there, told, _ = restore()
    assert told["unreadable"] == 1
    assert shown(run, "13955556666", there) is None
    assert shown(run, "13812345678", there) == "13812345678"
