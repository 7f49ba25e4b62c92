"""`workbench diagnose` of a Parquet lake, as a person or a scheduler calls it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from pyarrow import parquet

from tests.spark_cluster import need_spark
from workbench.cli.main import workbench as tree
from workbench.warehouse.export import DIAGNOSES

Diagnose = Callable[..., Result]


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    folder = tmp_path / "lake" / "day=2026-11-22"
    folder.mkdir(parents=True)
    rows = pa.table(
        {
            "attempt_id": ["A1", "A2", "A3"],
            "outcome": ["failed", "success", "pending"],
            "policy": [None, "季末收紧", None],
        }
    )
    parquet.write_table(rows, folder / "rows.parquet")
    return tmp_path / "lake"


@pytest.fixture
def diagnose() -> Diagnose:
    def run(*words: object) -> Result:
        result = CliRunner().invoke(tree, ["diagnose", *map(str, words), "--json"])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def error_key(result: Result) -> str:
    return json.loads(result.stdout)["error"]["key"]


def statuses(out: Path) -> dict[str, str]:
    files = [out] if out.is_file() else sorted(out.glob("*.parquet"))
    table = pa.concat_tables(parquet.read_table(file) for file in files)
    assert table.schema.names == list(DIAGNOSES)
    return dict(zip(table["attempt_id"].to_pylist(), table["status"].to_pylist(), strict=True))


def test_a_folder_of_parquet_is_diagnosed_without_being_told_the_engine(
    diagnose: Diagnose, lake: Path, tmp_path: Path
) -> None:
    result = diagnose(lake, "--out", tmp_path / "out.parquet")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert (report["read"], report["imported"], report["quarantined"]) == (3, 3, 0)
    found = statuses(tmp_path / "out.parquet")
    assert {"A2": found.pop("A2"), "A3": found.pop("A3")} == {"A2": "none", "A3": "pending"}
    assert set(found) == {"A1"}


def test_an_existing_result_needs_overwrite(diagnose: Diagnose, lake: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert diagnose(lake, "--out", out, "--engine", "duckdb").exit_code == 0
    again = diagnose(lake, "--out", out)
    assert (again.exit_code, error_key(again)) == (2, "lake_out_exists")
    assert diagnose(lake, "--out", out, "--overwrite").exit_code == 0
    assert len(statuses(out)) == 3


def test_events_change_the_answers_and_an_unreadable_one_is_set_aside(
    diagnose: Diagnose, lake: Path, tmp_path: Path
) -> None:
    events = tmp_path / "events.csv"
    events.write_text(
        "kind,name,starts_at,ends_at,scope\n"
        "policy,季末收紧,2026-11-01,,employment_type=student\n"
        "policy,无日期,昨天,,\n",
        "utf-8",
    )
    result = diagnose(lake, "--out", tmp_path / "out", "--events", events)
    report = json.loads(result.stdout)
    assert (result.exit_code, report["read"], report["quarantined"]) == (3, 4, 1)
    assert Path(report["quarantine_file"]).parent == tmp_path


@pytest.mark.parametrize(
    ("engine", "code", "key"),
    [
        ("spark://127.0.0.1:1", 5, "spark_out_of_reach"),
        ("spark://127.0.0.1:port", 2, "bad_spark_url"),
        ("spark://", 2, "bad_spark_url"),
        ("postgresql://here/now", 2, "not_a_lake_engine"),
    ],
)
def test_an_engine_that_is_not_there_is_named_with_its_exit_code(
    diagnose: Diagnose, lake: Path, tmp_path: Path, engine: str, code: int, key: str
) -> None:
    need_spark()
    result = diagnose(lake, "--out", tmp_path / "out", "--engine", engine)
    assert (result.exit_code, error_key(result)) == (code, key)
    assert engine.split("?")[0] in json.loads(result.stdout)["error"]["message"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lake"]


def test_without_pyspark_or_java_it_says_what_to_install(
    diagnose: Diagnose, lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (lake, "--out", tmp_path / "out", "--engine", "spark://127.0.0.1:1")
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "pyspark", None)
        assert error_key(diagnose(*words)) == "spark_no_pyspark"
    need_spark()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    result = diagnose(*words)
    assert (result.exit_code, error_key(result)) == (1, "spark_no_java")
    assert "openjdk-17-jre-headless" in json.loads(result.stdout)["error"]["message"]


@pytest.mark.slow
def test_the_cluster_gives_the_same_answers_and_says_nothing_else(
    diagnose: Diagnose,
    lake: Path,
    tmp_path: Path,
    spark_cluster: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    diagnose(lake, "--out", tmp_path / "here", "--engine", "duckdb")
    result = diagnose(lake, "--out", tmp_path / "there", "--engine", spark_cluster)
    assert (result.exit_code, result.stderr) == (0, "")
    assert capfd.readouterr() == ("", "")
    assert statuses(tmp_path / "there") == statuses(tmp_path / "here")
