"""Importing folders and archives, and sharing column mappings, by command."""

import json
import zipfile
from pathlib import Path

import pytest

from workbench.cli.common import EXIT_FAILED, EXIT_SET_ASIDE


def said(result) -> dict:
    return json.loads(result.stdout)


@pytest.mark.slow
def test_a_folder_comes_in_with_one_bad_file_named(workbench, attempts, tmp_path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    attempts.rename(folder / "a.csv")
    (folder / "b.pdf").write_bytes(b"%PDF-1.7")
    result = workbench("import", folder, "--json")
    assert result.exit_code == EXIT_FAILED
    report = said(result)
    assert (report["imported"], report["duplicates"], report["quarantined"]) == (3, 1, 1)
    assert [(f["file"], f.get("error")) for f in report["files"]] == [
        ("a.csv", None), ("b.pdf", "not_a_table"),
    ]  # fmt: skip
    again = workbench("import", folder)
    assert again.exit_code == EXIT_FAILED
    assert "b.pdf" in again.stderr
    assert "a.csv：读取 5" in again.stdout


@pytest.mark.slow
def test_an_archive_and_a_pattern_are_imported_like_their_files(
    workbench, attempts, tmp_path
) -> None:
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(attempts, "2026/十月.csv")
    result = workbench("import", packed, "--json")
    assert result.exit_code == EXIT_SET_ASIDE
    assert "files" not in said(result)
    assert said(workbench("import", tmp_path / "*.csv", "--json"))["duplicates"] == 4


def test_a_guess_is_shown_with_why_and_how_sure_and_nothing_in_clear(workbench, attempts) -> None:
    shown = workbench("mapping", "guess", attempts).stdout
    assert "按列名" in shown
    assert "100%" in shown
    assert "13812345678" not in shown
    assert "王小明" not in shown
    columns = said(workbench("mapping", "guess", attempts, "--json"))["columns"]
    assert {c["field"] for c in columns} >= {"phone", "occurred_at", "outcome"}


@pytest.mark.slow
def test_a_mapping_goes_from_a_guess_to_a_colleague(workbench, attempts, tmp_path) -> None:
    file, copy = tmp_path / "monthly.json", tmp_path / "copy.json"
    assert workbench("mapping", "guess", attempts, "--out", file).exit_code == 0
    body = json.loads(file.read_text("utf-8"))
    body["missing"] = {"信用记录月数": ["30"]}
    file.write_text(json.dumps(body), "utf-8")
    assert said(workbench("mapping", "import", file, "--json")) == {"mapping": "monthly"}
    assert said(workbench("mapping", "list", "--json")) == ["monthly"]
    assert said(workbench("mapping", "guess", attempts, "--json"))["saved_mapping"] == "monthly"
    assert workbench("mapping", "export", "monthly", copy).exit_code == 0
    assert json.loads(copy.read_text("utf-8")) == json.loads(file.read_text("utf-8"))
    assert workbench("import", attempts, "--mapping", "monthly").exit_code == EXIT_SET_ASIDE
    out = tmp_path / "out.csv"
    workbench("export", "attempts", out)
    lines = out.read_text("utf-8-sig").splitlines()
    place = lines[0].split(",").index("credit_history_months")
    assert [line.split(",")[place] for line in lines[1:]] == ["2", "24", ""]


def test_a_mapping_that_is_none_says_so(workbench, tmp_path) -> None:
    file = tmp_path / "broken.json"
    file.write_text("[1]", "utf-8")
    assert workbench("mapping", "import", file).exit_code == EXIT_FAILED
    assert workbench("mapping", "export", "nobody", Path("x.json")).exit_code == EXIT_FAILED


@pytest.mark.slow
def test_every_export_masks_and_reads_back(workbench, attempts, tmp_path) -> None:
    import openpyxl
    import pandas as pd

    workbench("import", attempts)
    frames = {}
    for suffix in ("csv", "xlsx", "parquet"):
        file = tmp_path / f"out.{suffix}"
        assert workbench("export", "attempts", file).exit_code == 0
        if suffix == "csv":
            frames[suffix] = pd.read_csv(file, dtype=str)
        elif suffix == "xlsx":
            frames[suffix] = pd.read_excel(file, dtype=str, engine="openpyxl")
            cells = openpyxl.load_workbook(file).active
            assert "f" not in {cell.data_type for row in cells.iter_rows() for cell in row}
        else:
            frames[suffix] = pd.read_parquet(file).astype(str)
    for frame in frames.values():
        assert list(frame["phone"]) == ["138****5678", "138****5678", "139****1111"]
        text = frame.to_csv()
        for secret in ("王小明", "李雷", "13812345678", "11010119900307283"):
            assert secret not in text
        moments = pd.to_datetime(frame["occurred_at"], utc=frame is frames["parquet"])
        assert str(moments[0])[:13] in ("2026-10-20 00", "2026-10-19 16")
