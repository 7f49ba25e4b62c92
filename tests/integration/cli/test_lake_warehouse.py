"""The same commands with ``--warehouse spark://…`` on a lake that ``export lake`` wrote."""

import json
import re
from pathlib import Path

import pytest


def told(result) -> dict | list:
    assert result.exit_code in (0, 3), result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def lake(workbench, attempts, tmp_path: Path) -> Path:
    workbench("import", attempts)
    folder = tmp_path / "the lake"
    assert told(workbench("export", "lake", folder, "--json"))["rows"] == 3
    return folder


@pytest.mark.slow
def test_a_lake_is_replaced_only_when_asked_and_is_in_the_audit(workbench, lake) -> None:
    again = workbench("export", "lake", lake)
    assert again.exit_code == 2
    assert "--overwrite" in again.stderr
    assert workbench("export", "lake", lake, "--overwrite").exit_code == 0
    assert workbench("export", "attempts", lake / "a.csv", "--overwrite").exit_code == 2
    diagnoses = workbench("diagnose", lake / "attempts", "--out", lake, "--overwrite")
    assert diagnoses.exit_code == 2, "a lake is no result of diagnose"
    assert (lake / "search_keys").is_dir()


def test_a_lake_that_is_none_or_has_another_key_is_refused_with_what_to_do(
    workbench, lake, tmp_path
) -> None:
    gone = workbench("lookup", "A1", "--warehouse", f"spark://127.0.0.1:1{tmp_path}")
    assert gone.exit_code == 1
    assert "export lake" in gone.stderr
    assert workbench("lookup", "A1", "--warehouse", "spark://127.0.0.1:1").exit_code == 2
    stranger = workbench(
        "lookup", "A1", "--warehouse", f"spark://127.0.0.1:1{lake}",
        "--profile", tmp_path / "other", with_profile=False,
    )  # fmt: skip
    assert stranger.exit_code == 1
    assert "central key --take" in stranger.stderr


@pytest.mark.slow
def test_every_reading_command_answers_from_a_lake_as_from_the_profile(
    workbench, lake, spark_cluster, spark_engine, tmp_path
) -> None:
    assert spark_engine, "it keeps the driver from ending with each command"
    there = ["--warehouse", f"{spark_cluster}{lake}"]
    commands = (
        ("lookup", "13812345678", "--json"),
        ("explain", "A1", "--json"),
        ("trends", "--by", "cause", "--every", "day", "--json"),
        ("codes", "unmapped", "--json"),
    )
    for words in commands:
        assert told(workbench(*words, *there)) == told(workbench(*words)), words
    for name, where in (("here.csv", []), ("there.csv", there)):
        assert workbench("export", "attempts", tmp_path / name, *where).exit_code == 0
    here, there_too = (
        re.sub(rb" [\d: -]{19}\r\n", b"\r\n", (tmp_path / name).read_bytes())  # when it was taken
        for name in ("here.csv", "there.csv")
    )
    assert here == there_too
    at = told(workbench("central", "init", *there[1:], "--json"))
    assert (at["place"], at["role"], at["attempts"]) == (there[1], "reader", 3)
    refused = workbench("import", lake.parent / "导出.csv", *there)
    assert refused.exit_code == 4
    assert "export lake" in refused.stderr
