"""A centre set up, people admitted, two desks connected, a conflict settled: by command line."""

import json
from functools import partial
from pathlib import Path

import psycopg
import pytest

from tests.postgres import USER, Cluster


@pytest.fixture
def url(postgres_cluster: Cluster):
    name = "w_sync_commands"
    with psycopg.connect(postgres_cluster.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres_cluster.url_of(USER, postgres_cluster.password, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text("geheim-1\n")
    return file


@pytest.mark.slow
def test_from_an_empty_database_to_a_settled_conflict(
    workbench, url, password, tmp_path, monkeypatch, postgres_cluster
) -> None:
    workbench = partial(workbench, with_profile=False)
    monkeypatch.setenv("WORKBENCH_PASSWORD", "geheim-1")

    def told(*words: str, code: int = 0):
        result = workbench(*words, "--json")
        assert result.exit_code == code, (words, result.stdout, result.stderr)
        return json.loads(result.stdout) if result.stdout else None

    def at(desk: str) -> list[str]:
        return ["--profile", str(tmp_path / desk)]

    def login(name: str) -> str:
        return url.replace(f"{USER}:{postgres_cluster.password}@", f"{name}@")

    by = ["--password-file", str(password)]
    made = told("central", "init", url, "--admin", "chief", "--name", "主管", *by, *at("chief"))
    assert made["records"] and made["attempts"] == 0
    assert told("central", "connect", login("chief"), *by, *at("chief"))["role"] == "admin"
    for person in ("anna", "ben"):
        told("people", "add", person, "--name", person, "--role", "agent", "--team", "east",
             *by, *at("chief"))  # fmt: skip
        assert told("central", "connect", login(person), *by, *at(person))["person"] == person

    number = told("complaint", "new", "--description", "白条开不了", "--demand", "explain",
                  *at("anna"))["number"]  # fmt: skip
    assert told("sync", "now", *at("anna"))["sent"] == 1
    assert told("sync", "now", *at("ben"))["changed"] >= 1
    assert told("complaint", "show", number, *at("ben"))["description"] == "白条开不了"

    told("complaint", "edit", number, "--set", "severity=high", *at("anna"))
    told("complaint", "edit", number, "--set", "severity=critical", *at("ben"))
    told("sync", "now", *at("anna"))
    assert told("sync", "now", *at("ben"), code=3)["unsettled"] == 1
    [waiting] = told("sync", "list", *at("ben"))
    assert waiting["contested"]["severity"] | {"version": ""} == {
        "mine": "critical", "theirs": "high", "version": "", "by": "anna"}  # fmt: skip
    assert told("complaint", "show", number, *at("ben"))["severity"] == "high"
    told("sync", "settle", waiting["op"], "--mine", *at("ben"))
    told("sync", "now", *at("ben"))
    told("sync", "now", *at("anna"))
    assert told("complaint", "show", number, *at("anna"))["severity"] == "critical"

    status = told("central", "status", *at("chief"))
    assert {p["person_id"] for p in status["people"]} == {"chief", "anna", "ben"}
    assert told("central", "audit", *at("chief"))["rows"] >= 3
    assert workbench("central", "status", *at("anna")).exit_code == 4
    assert workbench("people", "add", "x", "--name", "x", "--role", "admin", *by,
                     *at("anna")).exit_code == 4  # fmt: skip

    [desk] = [d["code"] for d in status["desks"] if d["login"] == "ben"]
    told("central", "revoke", desk, *at("chief"))
    assert workbench("sync", "now", *at("ben")).exit_code == 4
    assert not (tmp_path / "ben" / "records.db").exists()  # a lost desk holds nothing any more
    assert not (tmp_path / "ben" / "key.json").exists()
    [again] = [d for d in told("central", "status", *at("chief"))["desks"] if d["login"] == "ben"]
    assert again["wiped_at"]
    told("central", "disconnect", *at("anna"))
    assert workbench("sync", "now", *at("anna")).exit_code == 1
    for secret in tmp_path.rglob("*"):
        if secret.is_file() and secret != password:
            assert b"geheim-1" not in secret.read_bytes(), secret


def test_a_centre_out_of_reach_is_said_in_a_sentence_and_keeps_the_work(
    workbench, tmp_path
) -> None:
    workbench = partial(workbench, with_profile=False)
    result = workbench("central", "connect", "postgresql://anna:x@127.0.0.1:1/none",
                       "--profile", str(tmp_path / "p"), "--lang", "zh")  # fmt: skip
    assert result.exit_code == 5
    assert "没有响应" in result.stderr
    result = workbench("central", "connect", "postgresql://anna:x@example.com/none?sslmode=require",
                       "--profile", str(tmp_path / "p"), "--lang", "zh")  # fmt: skip
    assert result.exit_code == 2
    assert "verify-full" in result.stderr
