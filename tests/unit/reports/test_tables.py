"""Exported tables: whole, safe to open, and the same in every format."""

import csv
import datetime as dt
import json
import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.domain.cells import plain
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


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_every_row_says_who_took_it_where_a_file_has_no_other_place(tmp_path, suffix) -> None:
    path = tmp_path / f"out{suffix}"
    write_table(path, ("a", "b", "exported"), ROWS, "zhang 2026-11-28 23:10:00")
    assert [row[-1] for row in read(path)] == ["zhang 2026-11-28 23:10:00"] * 2
    assert "exported_" in path.read_text("utf-8-sig"), "the column of an earlier export stays"
    assert [len(row) for row in read(path)] == [4, 4]


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


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".json"])
def test_many_rows_and_none_keep_their_number(tmp_path: Path, suffix: str) -> None:
    rows = ((n, None if n else "x") for n in range(25_000))
    assert write_table(tmp_path / f"many{suffix}", ("n", "word"), rows) == 25_000
    assert len(read(tmp_path / f"many{suffix}")) == 25_000
    assert write_table(tmp_path / f"none{suffix}", ("n", "word"), []) == 0
    assert read(tmp_path / f"none{suffix}") == []


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_start_of_a_formula_is_live_in_a_cell_or_a_header(tmp_path, suffix, start) -> None:
    path, text = tmp_path / f"out{suffix}", f"{start}cmd|' /C calc'!A0"
    write_table(path, (text, "b"), [(text, "x")])
    if suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    else:
        sheet = openpyxl.load_workbook(path).active
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    seen = [re.sub("_x000D_|\r", "\n", row[0]) for row in rows]  # a workbook escapes a return
    assert seen == [f"'{text}".replace("\r", "\n")] * 2
    assert plain(f"'{text}") == text


@pytest.mark.parametrize("number", ["-1001", "+86", "-0.5", "007"])
def test_a_number_with_its_sign_is_no_formula(tmp_path, number) -> None:
    write_table(tmp_path / "out.csv", ("code",), [(number,)])
    assert read(tmp_path / "out.csv") == [[number]]


MOMENT = dt.datetime(2026, 10, 20, 16, 5)  # UTC; a day later in Shanghai
TYPED = pa.schema(
    [
        ("id", pa.string()),
        ("at", pa.timestamp("us")),
        ("amount", pa.decimal128(18, 2)),
        ("ratio", pa.float64()),
        ("months", pa.int32()),
        ("verified", pa.bool_()),
        ("note", pa.string()),
    ]
)
VALUES = ("0012345678901234567", MOMENT, Decimal("8000.50"), -0.25, -3, True, "授信审核，\n“换行”")
LOCAL = dt.datetime(2026, 10, 21, 0, 5)


def typed(path: Path) -> Path:
    rows = [dict(zip(TYPED.names, VALUES, strict=True)), dict.fromkeys(TYPED.names)]
    rows.append({"ratio": float("nan")})
    write_batches(path, TYPED, [pa.RecordBatch.from_pylist(rows, TYPED)])
    return path


def test_a_csv_opens_in_pandas_and_excel_as_what_it_is(tmp_path) -> None:
    path = typed(tmp_path / "out.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,")
    first = pd.read_csv(path, dtype={"id": str}, parse_dates=["at"]).iloc[0]
    assert tuple(first) == (VALUES[0], LOCAL, 8000.5, -0.25, -3, True, VALUES[6])


def test_a_workbook_holds_text_dates_and_numbers(tmp_path) -> None:
    path = typed(tmp_path / "out.xlsx")
    cells = [cell.value for cell in openpyxl.load_workbook(path).active[2]]
    assert cells == [VALUES[0], LOCAL, 8000.5, -0.25, -3, True, VALUES[6]]
    frame = pd.read_excel(path, dtype={"id": str}, engine="openpyxl")
    assert frame["id"][0] == VALUES[0]
    assert frame["at"][0] == LOCAL
    assert frame.iloc[1:].isna().all(axis=None)


def test_a_parquet_file_keeps_types_and_the_zone(tmp_path) -> None:
    path = typed(tmp_path / "out.parquet")
    frame = pd.read_parquet(path)
    assert frame["at"][0] == pd.Timestamp(MOMENT, tz="UTC")
    assert (frame["id"][0], frame["amount"][0]) == (VALUES[0], VALUES[2])
    assert pq.read_schema(path).field("amount").type == pa.decimal128(18, 2)


def test_json_is_json_where_a_number_is_none(tmp_path) -> None:
    rows = json.loads(
        typed(tmp_path / "out.json").read_text("utf-8"),
        parse_constant=lambda name: pytest.fail(name),
    )
    assert rows[0]["at"] == "2026-10-21T00:05:00+08:00"
    assert rows[2]["ratio"] is None


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".json"])
def test_a_day_is_a_day_in_every_format(tmp_path, suffix) -> None:
    path = tmp_path / f"day{suffix}"
    write_table(path, ("day",), [(dt.date(2026, 10, 20),), (dt.date(1850, 1, 1),)])
    assert [str(row[0])[:10] for row in read(path)] == ["2026-10-20", "1850-01-01"]
