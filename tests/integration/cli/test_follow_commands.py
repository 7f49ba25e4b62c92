"""``workbench follow`` as a person and a script use it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.integration.cli.conftest import EXPORT
from workbench.domain.following import Followed
from workbench.storage.turns import file_turn


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    (made / "导出.csv").write_text(EXPORT, "gb18030")
    os.utime(made / "导出.csv", (1, 1))  # quiet for long
    return made


def lines(result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.slow
def test_what_is_there_is_imported_once(workbench, folder: Path) -> None:
    first = workbench("follow", folder, "--once", "--json")
    [told] = lines(first)
    counts = {n: told[n] for n in ("name", "read", "imported", "duplicates", "quarantined")}
    assert counts == {
        "name": "导出.csv", "read": 5, "imported": 3, "duplicates": 1, "quarantined": 1,
    }  # fmt: skip
    assert first.exit_code == 3
    again = workbench("follow", folder, "--once", "--json")
    assert (again.exit_code, again.stdout) == (0, "")
    assert len(json.loads(workbench("lookup", "A2", "--json").stdout)["attempts"]) == 2


def test_it_prints_what_an_import_prints(workbench, folder: Path) -> None:
    told = workbench("follow", folder, "--once", "--lang", "zh")
    assert "导出.csv" in told.stdout and "读取 5 行:导入 3" in told.stdout.replace("：", ":")


def test_a_bad_file_fails_the_command_and_not_the_others(workbench, folder: Path) -> None:
    bad = folder / "bad.csv"
    bad.write_text("hello\nworld\n", "utf-8")
    os.utime(bad, (0, 0))
    told = workbench("follow", folder, "--once", "--json")
    assert [(line["name"], "error" in line) for line in lines(told)] == [
        ("bad.csv", True),
        ("导出.csv", False),
    ]
    assert told.exit_code == 1


@pytest.mark.slow
def test_sources_are_kept_listed_followed_and_forgotten(workbench, folder: Path) -> None:
    assert workbench("follow").exit_code == 2
    assert workbench("follow", folder, "--keep").exit_code == 0
    [kept] = json.loads(workbench("follow", "--list", "--json").stdout)
    assert kept == {"place": str(folder), "table": "", "key": "", "mapping": "", "on": True}
    assert [line["imported"] for line in lines(workbench("follow", "--once", "--json"))] == [3]
    assert workbench("follow", folder, "--forget").exit_code == 0
    assert json.loads(workbench("follow", "--list", "--json").stdout) == []
    assert workbench("follow", folder, "--forget").exit_code == 2


def test_a_second_follower_is_told_so(workbench, folder: Path, profile: Path) -> None:
    workbench("follow", "--list")
    with file_turn(profile / "following", Followed(str(folder))):
        told = workbench("follow", folder, "--once")
    assert told.exit_code == 5 and "另一个窗口或命令正在跟踪" in told.stderr


def test_wrong_sources_are_said(workbench, tmp_path: Path) -> None:
    assert workbench("follow", tmp_path / "none", "--once").exit_code == 1
    assert workbench("follow", "postgresql://h/d", "--once").exit_code == 2
    assert workbench("follow", tmp_path, "--table", "t", "--once").exit_code == 2
    kept = workbench("follow", "postgresql://u:pw@h/d", "--table", "t", "--key", "k", "--keep")
    assert kept.exit_code == 2 and "pw" not in kept.stderr


@pytest.mark.slow
def test_a_table_is_followed_with_a_mapping_and_the_password_of_the_environment(
    workbench, postgres_cluster, tmp_path: Path, monkeypatch
) -> None:
    with psycopg.connect(postgres_cluster.url, autocommit=True) as connection:
        connection.execute(
            "DROP TABLE IF EXISTS calls; CREATE TABLE calls (n serial, ref text, t timestamp,"
            " result text); INSERT INTO calls (ref, t, result) VALUES"
            " ('X1', '2026-11-20 08:00', 'failed'), ('X2', '2026-11-20 09:00', 'success')"
        )
    mapping = tmp_path / "calls.json"
    columns = {"ref": "attempt_id", "t": "occurred_at", "result": "outcome"}
    mapping.write_text(json.dumps({"columns": columns}), "utf-8")
    url = postgres_cluster.url.replace(f":{postgres_cluster.password}@", "@")
    monkeypatch.setenv("PGPASSWORD", postgres_cluster.password)
    given = ("follow", url, "--table", "calls", "--key", "n", "--mapping", mapping)
    told = workbench(*given, "--once", "--json")
    assert [(line["read"], line["imported"]) for line in lines(told)] == [(2, 2)]
    assert workbench(*given, "--keep").exit_code == 0
    assert lines(workbench("follow", "--once", "--json")) == []
    [kept] = json.loads(workbench("follow", "--list", "--json").stdout)
    assert (kept["place"], kept["mapping"]) == (url, "calls")
    assert postgres_cluster.password not in json.dumps(kept)


@pytest.mark.slow
def test_ctrl_c_ends_it_cleanly(folder: Path, profile: Path, tmp_path: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "workbench", "follow", str(folder), "--json", "--lang", "en",
         "--profile", str(profile)],
        env={**os.environ, "HOME": str(tmp_path), "WORKBENCH_PASSPHRASE": "a long passphrase"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert running.stdout is not None
        assert json.loads(running.stdout.readline())["imported"] == 3
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 3 and "No longer following" in said
