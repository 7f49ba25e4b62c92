"""Exported tables: whole, safe to open, and the same in every format."""

import csv
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.domain.errors import BadInput, StoreFault, Usage
from workbench.reports.tables import write_batches, write_table

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

    def batches():
        yield pa.RecordBatch.from_pylist([{"x": "a"}])
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreFault, match="disk_full"):
        write_batches(path, pa.schema([("x", pa.string())]), batches())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_suffix_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(Usage) as unknown:
        write_table(tmp_path / "a.docx", ("x",), [])
    assert unknown.value.params["file"] == "a.docx"
    for suffix in ("csv", "xlsx", "parquet", "json"):
        with pytest.raises(BadInput, match="no_such_folder"):
            write_table(tmp_path / "none" / f"a.{suffix}", ("x",), [])


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".json"])
def test_many_rows_and_none_keep_their_number(tmp_path: Path, suffix: str) -> None:
    rows = ((n, None if n else "x") for n in range(25_000))
    assert write_table(tmp_path / f"many{suffix}", ("n", "word"), rows) == 25_000
    assert len(read(tmp_path / f"many{suffix}")) == 25_000
    assert write_table(tmp_path / f"none{suffix}", ("n", "word"), []) == 0
    assert read(tmp_path / f"none{suffix}") == []
