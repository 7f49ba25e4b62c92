"""Exported tables: whole, safe to open, and the same in every format."""

import csv
import json
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from workbench.domain.errors import NotPermitted, StoreFault, Usage
from workbench.reports.tables import write_table

ROWS = [("白条", 1, None), ("=HYPERLINK(1)", 2.5, "@x")]


def read(path: Path) -> list[list[object]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig") as file:
            return list(csv.reader(file))[1:]
    if path.suffix == ".json":
        return [list(row.values()) for row in json.loads(path.read_text("utf-8"))]
    if path.suffix == ".parquet":
        return [list(row.values()) for row in pq.read_table(path).to_pylist()]
    rows = openpyxl.load_workbook(path).active.iter_rows(min_row=2, values_only=True)
    return [list(row) for row in rows]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".json"])
def test_every_format_holds_the_rows_in_order(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    assert write_table(path, ("a", "b", "c"), iter(ROWS)) == 2
    rows = read(path)
    assert rows[0][0] == "白条"
    assert str(rows[1][1]) == "2.5"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_cell_that_looks_like_a_formula_is_text_in_a_spreadsheet(tmp_path, suffix) -> None:
    path = tmp_path / f"out{suffix}"
    write_table(path, ("a", "b", "c"), ROWS)
    assert read(path)[1][0] == "'=HYPERLINK(1)"
    assert read(path)[1][2] == "'@x"


def test_a_failure_half_way_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")

    def rows():
        yield ("a",)
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreFault):
        write_table(path, ("x",), rows())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_suffix_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(Usage) as unknown:
        write_table(tmp_path / "a.docx", ("x",), [])
    assert unknown.value.params["file"] == "a.docx"
    with pytest.raises((StoreFault, NotPermitted)):
        write_table(tmp_path / "none" / "a.csv", ("x",), [])
