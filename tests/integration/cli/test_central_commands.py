"""The same commands with ``--warehouse postgresql://…``, and the site's key between two desks."""

import json
from pathlib import Path

import psycopg
import pytest

from tests.postgres import USER, Cluster


@pytest.fixture
def url(postgres_cluster: Cluster):
    name = "w_commands"
    with psycopg.connect(postgres_cluster.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres_cluster.url_of(USER, postgres_cluster.password, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def told(result) -> dict:
    assert result.exit_code in (0, 3), result.stderr
    return json.loads(result.stdout)


@pytest.mark.slow
def test_every_command_answers_from_the_centre_as_from_the_profile(
    workbench, attempts, url, tmp_path
) -> None:
    local, centre = [], ["--warehouse", url]
    commands = (
        ("import", attempts, "--json"),
        ("lookup", "13812345678", "--json"),
        ("explain", "A1", "--json"),
        ("trends", "--by", "cause", "--every", "day", "--json"),
        ("codes", "unmapped", "--json"),
        ("spikes", "--json"),
        ("reveal", "A1", "--purpose", "客户要求回电", "--json"),
        ("retention", "--months", "1", "--apply", "--json"),
        ("erase", "A1", "--purpose", "客户要求删除", "--yes", "--json"),
        ("compact", "--json"),
    )
    for words in commands:
        found = []
        for where in (local, centre):
            result = workbench(*words, *where)
            assert result.exit_code in (0, 3), (words, result.stderr)
            answer = json.loads(result.stdout)
            if isinstance(answer, dict):
                for own in ("seconds", "quarantine_file", "before", "after"):
                    answer.pop(own, None)
            found.append(without_refs(answer))
        assert found[0] == found[1], words


def without_refs(answer):
    """Customers' handles are made with the site's key at the centre."""
    if isinstance(answer, dict):
        return {k: without_refs(v) for k, v in answer.items()
                if k not in ("ref", "customer_ref", "customer")}  # fmt: skip
    return [without_refs(item) for item in answer] if isinstance(answer, list) else answer


@pytest.mark.slow
def test_the_environment_names_the_centre_and_complaints_stay_here(
    workbench, attempts, url, monkeypatch
) -> None:
    monkeypatch.setenv("WORKBENCH_WAREHOUSE", url)
    workbench("import", attempts)
    assert told(workbench("central", "init", "--json"))["attempts"] == 3
    assert told(workbench("lookup", "A1", "--json"))["attempts"]
    assert workbench("complaint", "list").exit_code == 0
    monkeypatch.delenv("WORKBENCH_WAREHOUSE")
    assert told(workbench("lookup", "A1", "--json"))["attempts"] == []
    assert workbench("central", "init").exit_code == 2


@pytest.mark.slow
def test_another_desk_needs_the_sites_key(
    workbench, attempts, url, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("WORKBENCH_WAREHOUSE", url)
    workbench("import", attempts)
    key, words, other = tmp_path / "site.key", tmp_path / "words", tmp_path / "other"
    words.write_text("quite a long passphrase\n")
    assert workbench("central", "key", "--save", key, "--take", key).exit_code == 2
    saved = workbench("central", "key", "--save", key, "--key-passphrase-file", words)
    assert saved.exit_code == 0, saved.stderr
    assert workbench("central", "key", "--save", key, "--key-passphrase-file", words).exit_code == 1

    def at_other(*command: object):
        return workbench(*command, "--profile", other, with_profile=False)

    without = at_other("lookup", "13812345678")
    assert without.exit_code == 1
    assert "central key --take" in without.stderr
    wrong = tmp_path / "wrong"
    wrong.write_text("something else")
    take = ("central", "key", "--take", key, "--key-passphrase-file")
    assert at_other(*take, wrong).exit_code == 4
    assert at_other(*take, words).exit_code == 0
    found = told(at_other("lookup", "13812345678", "--json"))
    assert [row["attempt_id"] for row in found["attempts"]] == ["A2", "A1"]


def test_a_server_out_of_reach_is_exit_5_and_no_password_is_told(workbench) -> None:
    gone = workbench("lookup", "A1", "--warehouse", "postgresql://me:s3cret@127.0.0.1:1/x")
    assert gone.exit_code == 5
    assert "127.0.0.1:1/x" in gone.stderr
    assert "s3cret" not in gone.stdout + gone.stderr
    assert workbench("lookup", "A1", "--warehouse", "mysql://me:s3cret@host/x").exit_code == 1
