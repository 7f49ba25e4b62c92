"""``workbench doctor``: what is well, what is not, what to do; and it leaves everything as it was."""

import json
import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from workbench import bootstrap, policy
from workbench.cli.main import workbench
from workbench.storage import migrate
from workbench.storage.engine import open_engine
from workbench.storage.profile import Profile


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    folder = tmp_path / "profile"
    bootstrap.open_workbench(folder, demo=True, lang="en").close()
    return folder


def told(folder: Path) -> tuple[int, dict[str, tuple[str, str]]]:
    done = CliRunner().invoke(
        workbench, ["doctor", "--profile", str(folder), "--json", "--lang", "en"]
    )
    body = json.loads(done.output)
    return done.exit_code, {f["check"]: (f["health"], f["key"]) for f in body["findings"]}


def test_a_sound_profile_is_well_in_everything_but_its_key_beside_it(profile: Path) -> None:
    code, found = told(profile)
    assert code == 0
    assert {check for check, (health, _) in found.items() if health != "well"} <= {"key", "font"}
    assert {"program", "policy", "profile", "disk", "records", "warehouse", "centre"} <= set(found)


def test_nothing_is_made_where_there_is_no_profile(tmp_path: Path) -> None:
    code, found = told(tmp_path / "none")
    assert (code, found["profile"][1]) == (0, "doctor.no_profile")
    assert not (tmp_path / "none").exists()


def test_nothing_in_the_profile_is_changed_by_looking(profile: Path) -> None:
    def state() -> dict[str, bytes]:
        return {
            str(path.relative_to(profile)): path.read_bytes()
            for path in profile.rglob("*")
            if path.is_file() and path.suffix not in (".db-shm", ".db-wal", "")
            and not path.name.endswith(("-shm", "-wal"))
        }  # fmt: skip

    before = state()
    told(profile)
    assert state() == before


def test_damaged_complaints_are_ill_and_the_other_checks_go_on(profile: Path) -> None:
    file = profile / "records.db"
    data = bytearray(file.read_bytes())
    for at in range(5000, len(data), 4096):
        data[at : at + 64] = os.urandom(64)
    file.write_bytes(data)
    code, found = told(profile)
    assert (code, found["records"]) == (1, ("ill", "error.records_damaged"))
    assert found["warehouse"][0] == "well" and found["crashes"][0] == "well"


def test_a_lost_key_is_ill_with_its_own_sentence(profile: Path) -> None:
    (profile / "key.json").write_text("{}")
    code, found = told(profile)
    assert (code, found["key"]) == (1, ("ill", "error.key_file_damaged"))


def test_a_folder_that_others_may_read_and_a_crash_are_named(profile: Path) -> None:
    profile.chmod(0o755)
    (profile / "crashes").mkdir()
    (profile / "crashes" / "crash-99991231-000000-000000.txt").write_text("")
    code, found = told(profile)
    assert code == 0
    assert found["crashes"] == ("warning", "doctor.crashes")
    if os.name != "nt":
        assert found["profile"] == ("warning", "doctor.profile_open")


def test_an_older_database_is_told_and_not_upgraded_and_a_newer_one_is_ill(profile: Path) -> None:
    opened = Profile.open(profile, demo=True)
    engine = open_engine(opened.records, opened.key("records"))

    def put(revision: str) -> None:
        with engine.begin() as connection:
            connection.execute(
                sa.text("UPDATE alembic_version SET version_num = :r"), {"r": revision}
            )

    put("0001")
    assert told(profile)[1]["records"] == ("warning", "doctor.records_older")
    put("9999")
    assert told(profile)[1]["records"] == ("ill", "error.records_too_new")
    put(migrate.HEAD)
    assert told(profile)[1]["records"][0] == "well"
    engine.dispose()


def test_a_policy_that_cannot_be_used_stops_the_program_and_is_what_is_ill(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "policy.json"
    file.write_text('{"lockt": []}')
    monkeypatch.setattr(policy, "place", lambda: file)
    policy.of_this_machine.cache_clear()
    try:
        code, found = told(profile)
        assert (code, found["policy"]) == (1, ("ill", "error.policy_damaged"))
        done = CliRunner().invoke(workbench, ["lookup", "1", "--profile", str(profile)])
        assert done.exit_code == 1 and "lockt" in done.output
    finally:
        policy.of_this_machine.cache_clear()


def test_an_open_profile_obeys_the_machine_s_policy(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "policy.json"
    address = "postgresql://centre.example/w"
    file.write_text(
        json.dumps({"settings": {"centre_address": address}, "locked": ["centre_address"]})
    )
    monkeypatch.setattr(policy, "place", lambda: file)
    policy.of_this_machine.cache_clear()
    try:
        with bootstrap.open_workbench(profile, demo=True, lang="en") as bench:
            assert bench.settings.get("centre_address") == address
            assert bench.settings.get("theme") == "system"
        done = CliRunner().invoke(
            workbench, ["central", "connect", "postgresql://other/w", "--profile", str(profile)]
        )
        assert done.exit_code == 4, done.output
    finally:
        policy.of_this_machine.cache_clear()
