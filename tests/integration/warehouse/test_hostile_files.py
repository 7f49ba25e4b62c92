"""Files as they really come: encodings, titles, archives, folders, workbooks, nested records."""

import datetime as dt
import gzip
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from pyarrow import parquet

from tests.integration.warehouse.conftest import HEADER, ROW
from tests.integration.warehouse.test_importing import SECOND, counts, quarantined, table
from workbench import texts
from workbench.domain.errors import BadInput
from workbench.domain.importing import Mapping
from workbench.warehouse.readers import archives

SIMPLIFIED = "申请编号,手机号,申请时间,结果,备注\nA1,13812345678,2026-10-20 08:00:00,失败,客户说页面一直转圈\n"
TRADITIONAL = "申請編號,手機號,申請時間,結果,備註\nA1,13812345678,2026-10-20 08:00:00,failed,客戶說頁面一直轉圈\n"
LATIN = "attempt_id,phone,occurred_at,outcome,note\n" + "".join(
    f"A{i},13812345678,2026-10-20 08:00:00,failed,{word}\n"
    for i, word in enumerate(("café", "Müller", "señor", "déjà vu", "naïve"))
)


def text(file: Path, body: str | bytes, encoding: str = "utf-8") -> Path:
    file.write_bytes(body if isinstance(body, bytes) else body.encode(encoding))
    return file


def csv_of(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


# text
@pytest.mark.slow
@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        *((e, SIMPLIFIED) for e in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")),
        *((e, SIMPLIFIED) for e in ("utf-32", "gb18030", "gbk", "gb2312")),
        ("big5", TRADITIONAL),
        ("cp1252", LATIN),
        ("latin-1", LATIN),
    ],
)
def test_the_encoding_is_told_by_the_bytes(store, tmp_path, encoding, body) -> None:
    mapping = Mapping(columns={"申請編號": "attempt_id", "申請時間": "occurred_at",
                               "結果": "outcome", "手機號": "phone"})  # fmt: skip
    report = store.import_files([text(tmp_path / "a.csv", body, encoding)], mapping=mapping)
    assert report.imported == body.count("\n") - 1
    note = body.splitlines()[0].split(",")[-1]
    assert {row for (row,) in table(store, note)} == {
        line.split(",")[-1] for line in body.splitlines()[1:]
    }


def test_a_stray_byte_does_not_change_how_the_rest_is_read(store, tmp_path) -> None:
    rows = [ROW.replace("A1", f"A{i}") for i in range(300)]
    body = csv_of(*rows).encode("gb18030").replace(b"A7,c1,", b"A7,c1\xff,", 1)
    report = store.import_files([text(tmp_path / "a.csv", body)])
    assert counts(report) == (300, 299, 0, 1)
    assert len(table(store)) == 299


@pytest.mark.slow
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "^", "\x01"])
def test_any_usual_delimiter_is_recognised(store, tmp_path, delimiter) -> None:
    body = csv_of(ROW, SECOND).replace(",", delimiter)
    assert counts(store.import_files([text(tmp_path / "a.txt", body)])) == (2, 2, 0, 0)


def test_the_line_that_tells_excel_its_delimiter_is_no_row(store, tmp_path) -> None:
    body = "sep=;\r\n" + csv_of(ROW).replace(",", ";")
    assert counts(store.import_files([text(tmp_path / "a.csv", body)])) == (1, 1, 0, 0)


def test_titles_and_blank_lines_above_the_header_are_passed_over(store, tmp_path) -> None:
    body = "白条激活申请明细\n\n导出人：张三,,,\n\n" + csv_of(ROW, "x", SECOND)
    report = store.import_files([text(tmp_path / "a.csv", body)])
    assert counts(report) == (3, 2, 0, 1)
    assert quarantined(report)[0]["line"] == "7"


def test_a_nul_sets_its_row_aside_and_not_the_file(store, tmp_path) -> None:
    body = csv_of(ROW, SECOND.replace("face", "fa\0ce"))
    report = store.import_files([text(tmp_path / "a.csv", body)])
    assert counts(report) == (2, 1, 0, 1)
    assert quarantined(report)[0]["code"] == "undecodable"


def test_a_binary_file_is_named_so(store, tmp_path) -> None:
    with pytest.raises(BadInput) as caught:
        store.import_files([text(tmp_path / "a.csv", bytes(range(256)) * 20)])
    assert caught.value.key == "not_a_table"


def test_headers_of_one_name_are_told_apart_and_none_is_lost(store, tmp_path) -> None:
    body = csv_of(ROW + ",first,second", header=HEADER + ",备注,备注")
    store.import_files([text(tmp_path / "a.csv", "\ufeff" + '"' + body.replace(",", '","').replace("\n", '"\n"').rstrip('"'))])  # fmt: skip
    assert table(store, "备注, 备注_2") == [("first", "second")]


def test_a_file_without_a_header_keeps_its_first_row(store, tmp_path) -> None:
    body = "".join(
        f"1381234{i:04},2026-10-20 08:00:{i:02},failed,{name}\n"
        for i, name in enumerate(("王小明", "李雷", "韩梅梅", "张伟", "陈晨"))
    )
    file = text(tmp_path / "a.csv", body)
    preview = store.preview(file)
    assert [(c.field, c.why) for c in preview.columns] == [
        ("phone", "values"), ("occurred_at", "values"), ("outcome", "values"),
        ("customer_name", "values"),
    ]  # fmt: skip
    assert "1381234" not in str([c.header for c in preview.columns])
    assert counts(store.import_files([file])) == (5, 5, 0, 0)


def test_a_second_column_of_names_is_hidden_whatever_it_is_called(store, tmp_path) -> None:
    people = [
        "王小明",
        "李雷",
        "韩梅梅",
        "张伟",
        "陈晨",
        "赵敏",
        "周芷若",
        "孙悟空",
        "吴用",
        "郑和",
    ]
    rows = [ROW.replace("A1", f"A{i}") + f",{name}" for i, name in enumerate(people)]
    file = text(tmp_path / "a.csv", csv_of(*rows, header=HEADER + ",经办"))
    store.import_files([file])
    assert {len(name.replace("*", "")) for (name,) in table(store, "经办")} == {1}


# archives and folders
def packed(file: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return file


def workbook(*sheets: tuple[str, list[list[object]]], **options) -> bytes:
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, options) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            day = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
            for i, row in enumerate(rows):
                for j, value in enumerate(row):
                    if isinstance(value, dt.datetime):
                        sheet.write_datetime(i, j, value, day)
                    elif isinstance(value, str):
                        sheet.write_string(i, j, value)
                    elif value is not None:
                        sheet.write(i, j, value)
    return body.getvalue()


def parquet_of(rows: list[dict], schema: pa.Schema | None = None) -> bytes:
    sink = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows, schema), sink)
    return sink.getvalue()


def records(*rows: str) -> list[dict[str, str]]:
    return [dict(zip(HEADER.split(","), row.split(","), strict=True)) for row in rows]


BODIES = {
    "a.csv": csv_of(ROW).encode(),
    "a.xlsx": workbook(("数据", [HEADER.split(","), ROW.split(",")])),
    "a.json": json.dumps(records(ROW)).encode(),
    "a.jsonl": b"".join(json.dumps(r).encode() + b"\n" for r in records(ROW)),
    "a.parquet": parquet_of(records(ROW)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("how", ["gz", "zip", "gz in zip"])
def test_every_format_is_read_packed(store, tmp_path, name, how) -> None:
    body = BODIES[name]
    file = tmp_path / f"{name}.{how[:2]}"
    if how == "gz":
        file.write_bytes(gzip.compress(body))
    elif how == "zip":
        packed(file, {name: body})
    else:
        packed(file, {name + ".gz": gzip.compress(body)})
    assert store.preview(file).columns[0].field == "attempt_id"
    assert counts(store.import_files([file])) == (1, 1, 0, 0)


def test_members_of_an_archive_are_files_of_their_own(store, tmp_path) -> None:
    file = packed(
        tmp_path / "a.zip",
        {
            "十月/a.csv": csv_of(ROW).encode(),
            "十月/b.csv": csv_of(SECOND, "x").encode(),
            "__MACOSX/._a.csv": b"\0\1",
            "十月/.hidden.csv": b"junk",
            "readme.txt": b"nothing here",
        },
    )
    report = store.import_files([file])
    assert counts(report) == (3, 2, 0, 1)
    assert [(f.path.name, f.imported, f.error and f.error.key) for f in report.files] == [
        ("readme.txt", 0, "no_known_columns"), ("a.csv", 1, None), ("b.csv", 1, None),
    ]  # fmt: skip
    assert quarantined(report)[0]["file"] == "b.csv"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "a/../b.csv"])
def test_names_in_an_archive_lead_nowhere(store, tmp_path, name) -> None:
    folder = tmp_path / "in" / "deep"
    folder.mkdir(parents=True)
    before = sorted(p for p in tmp_path.rglob("*") if "profile" not in p.parts)
    file = packed(folder / "a.zip", {name: csv_of(ROW).encode()})
    assert counts(store.import_files([file])) == (1, 1, 0, 0)
    after = sorted(p for p in tmp_path.rglob("*") if "profile" not in p.parts)
    assert after == sorted([*before, file])


def test_names_of_a_chinese_windows_archive_are_readable(store, tmp_path) -> None:
    file = packed(tmp_path / "a.zip", {"ABCD.csv": csv_of(ROW).encode()})
    file.write_bytes(file.read_bytes().replace(b"ABCD.csv", "十月".encode("gbk") + b".csv"))
    assert [p.name for p in archives.inputs(file)] == ["十月.csv"]
    assert store.import_files([file]).imported == 1


def test_a_protected_archive_says_so(store, tmp_path) -> None:
    file = packed(tmp_path / "a.zip", {"a.csv": csv_of(ROW).encode()})
    body = bytearray(file.read_bytes())
    body[6] |= 1  # the flag of the local header, then of the directory
    body[body.index(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(bytes(body))
    with pytest.raises(BadInput) as caught:
        store.import_files([file])
    assert caught.value.key == "archive_protected"


@pytest.mark.parametrize("how", ["gz", "zip"])
def test_a_bomb_is_left_before_it_goes_off(store, tmp_path, monkeypatch, how) -> None:
    monkeypatch.setattr(archives, "_BOMB_FROM", 1 << 20)
    monkeypatch.setattr(archives, "_BOMB_RATIO", 100)
    body = csv_of() + (ROW + "\n") * 200_000
    file = tmp_path / f"a.csv.{how}"
    if how == "gz":
        file.write_bytes(gzip.compress(body.encode()))
    else:
        packed(file, {"a.csv": body.encode()})
    before = table(store)
    with pytest.raises(BadInput) as caught:
        store.import_files([file])
    assert caught.value.key == "bomb"
    assert table(store) == before


def test_what_must_be_sought_in_is_not_unpacked_without_end(store, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(archives, "_IN_MEMORY", 1000)
    file = packed(tmp_path / "a.zip", {"a.parquet": BODIES["a.parquet"]})
    with pytest.raises(BadInput) as caught:
        store.import_files([file])
    assert caught.value.key == "unpack_first"


@pytest.mark.parametrize("name", ["a.csv.gz", "a.zip"])
def test_a_cut_archive_says_that_it_is_damaged(store, tmp_path, name) -> None:
    body = csv_of(*(ROW.replace("A1", f"A{i}") for i in range(5000))).encode()
    file = tmp_path / name
    file.write_bytes(gzip.compress(body)) if name.endswith("gz") else packed(file, {"a.csv": body})
    file.write_bytes(file.read_bytes()[:-3000])
    with pytest.raises(BadInput) as caught:
        store.import_files([file])
    assert caught.value.key.startswith("damaged")
    assert table(store) == []


@pytest.mark.slow
def test_a_folder_of_mixed_files_comes_in_whole(store, tmp_path) -> None:
    folder = tmp_path / "in"
    (folder / "inner").mkdir(parents=True)
    rows = [ROW.replace("A1", f"B{i}") for i in range(4)]
    text(folder / "1.csv", csv_of(rows[0]))
    (folder / "2.parquet").write_bytes(parquet_of(records(rows[1])))
    packed(folder / "3.zip", {"x.csv": csv_of(rows[2]).encode()})
    text(folder / "4.pdf", b"%PDF-1.7 nothing")
    text(folder / "inner" / "5.csv", csv_of(rows[3], "short"))
    text(folder / ".hidden.csv", "junk")
    text(folder / "~$2.xlsx", "junk")
    report = store.import_files([folder])
    assert counts(report) == (5, 4, 0, 1)
    assert {f.path.name: f.error.key if f.error else f.imported for f in report.files} == {
        "1.csv": 1, "2.parquet": 1, "x.csv": 1, "4.pdf": "not_a_table", "5.csv": 1,
    }  # fmt: skip
    for lang in texts.LANGUAGES:
        assert "4.pdf" in texts.error_text(lang, report.failed[0].error)
    assert counts(store.import_files([folder / "*.csv"])) == (1, 0, 1, 0)


# workbooks
def test_sheets_of_the_same_headers_are_one_table(store, tmp_path) -> None:
    header = HEADER.split(",")
    file = tmp_path / "a.xlsx"
    file.write_bytes(
        workbook(
            ("说明", [["导出说明"]]),
            ("九月", [["九月激活申请"], header, ROW.split(",")]),
            ("十月", [["十月激活申请"], header, SECOND.split(","), ["A3"]]),
        )
    )
    report = store.import_files([file])
    assert counts(report) == (3, 2, 0, 1)
    assert [(r["file"], r["line"]) for r in quarantined(report)] == [("a.xlsx [十月]", "4")]
    assert store.import_files([file], mapping=Mapping(sheet="九月")).duplicates == 1


@pytest.mark.parametrize("options", [{}, {"date_1904": True}])
def test_dates_of_a_workbook_are_its_own_in_either_calendar(store, tmp_path, options) -> None:
    rows = [["申请编号", "申请时间", "结果"], ["A1", dt.datetime(2026, 10, 20, 8, 5), "失败"]]
    file = tmp_path / "a.xlsx"
    file.write_bytes(workbook(("a", rows), **options))
    store.import_files([file])
    assert table(store, "occurred_at") == [(dt.datetime(2026, 10, 20, 0, 5),)]


def test_numbers_of_a_workbook_are_what_it_shows(store, tmp_path) -> None:
    header = ["申请编号", "申请时间", "结果", "手机号", "身份证号", "负债率(%)", "月收入"]
    rows = [
        [
            1001.0,
            "2026-10-20 08:05",
            "失败",
            13812345678.0,
            110101199003072834.0,
            0.31,
            "８,０００",
        ],
        [1002.0, 46315.25, "失败", "13812345678", "110101199003072834", 0.45, "1.2万"],
    ]
    file = tmp_path / "a.xlsx"
    file.write_bytes(workbook(("a", [header, *rows])))
    assert counts(store.import_files([file])) == (2, 2, 0, 0)
    found = table(store, "attempt_id, debt_ratio, monthly_income, flags")
    assert found == [
        ("1001", 0.31, Decimal(8000), "id_card_lost_digits"),
        ("1002", 0.45, Decimal(12000), None),
    ]
    assert {c.phone for c in store.lookup("13812345678").customers} == {"138****5678"}


def test_merged_titles_and_empty_columns_do_not_hide_the_header(store, tmp_path) -> None:
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 8, "激活申请明细（2026年10月）")
        sheet.merge_range(1, 0, 1, 4, "客户")
        sheet.merge_range(1, 5, 1, 8, "申请")
        sheet.write_row(2, 0, HEADER.split(","))
        sheet.write_row(3, 0, ROW.split(","))
    assert counts(store.import_files([file])) == (1, 1, 0, 0)


# records
@pytest.mark.slow
def test_objects_in_objects_are_columns_and_missing_keys_are_missing(store, tmp_path) -> None:
    rows = [
        {"attempt_id": "A1", "occurred_at": "2026-10-20 08:00:00", "outcome": "failed",
         "customer": {"name": "王小明", "phone": "13812345678"}, "tags": ["a", "b"]},
        {"attempt_id": "A2", "occurred_at": "2026-10-21 08:00:00", "outcome": "success", "age": 30},
    ]  # fmt: skip
    lines = tmp_path / "a.jsonl"
    lines.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    assert counts(store.import_files([lines])) == (2, 2, 0, 0)
    assert table(store, "age, tags") == [(None, '["a", "b"]'), (30, None)]
    assert store.lookup("13812345678").customers[0].name == "王**"
    for name, body in (
        ("array.json", json.dumps(rows)),
        ("pretty.json", json.dumps(rows, indent=2)),
        ("wrapped.json", json.dumps({"code": 0, "data": {"total": 2, "rows": rows}}, indent=1)),
        ("one_line.json", json.dumps({"data": rows})),
    ):
        assert counts(store.import_files([text(tmp_path / name, body)])) == (2, 0, 2, 0), name
    gb = json.dumps(rows, ensure_ascii=False).encode("gb18030")
    assert counts(store.import_files([text(tmp_path / "gb.json", gb)])) == (2, 0, 2, 0)
    wide = json.dumps(rows, ensure_ascii=False).encode("utf-16")
    assert counts(store.import_files([text(tmp_path / "wide.json", wide)])) == (2, 0, 2, 0)


def test_one_object_alone_is_one_row(store, tmp_path) -> None:
    body = json.dumps(records(ROW)[0], indent=2)
    assert counts(store.import_files([text(tmp_path / "a.json", body)])) == (1, 1, 0, 0)


def test_a_line_that_is_no_object_is_set_aside_alone(store, tmp_path) -> None:
    good, late = (json.dumps(r) for r in records(ROW, SECOND))
    body = "\n".join([good, '{"attempt_id": "A9", ', "[1]", "7", '"x"', "[" * 50_000, late])
    report = store.import_files([text(tmp_path / "a.jsonl", body)])
    assert counts(report) == (7, 2, 0, 5)
    assert [r["line"] for r in quarantined(report)] == ["2", "3", "4", "5", "6"]


@pytest.mark.parametrize("cut", [1, 40])
def test_an_array_that_breaks_off_changes_nothing(store, tmp_path, cut) -> None:
    body = json.dumps(records(ROW, SECOND))[:-cut]
    with pytest.raises(BadInput) as caught:
        store.import_files([text(tmp_path / "a.json", body)])
    assert caught.value.key == "damaged_json"
    assert table(store) == []


def test_an_array_is_read_in_pieces_of_any_size(store, tmp_path, monkeypatch) -> None:
    from workbench.warehouse.readers import objects

    monkeypatch.setattr(objects, "_CHUNK", 7)
    body = json.dumps(records(ROW, SECOND), indent=1, ensure_ascii=False)
    assert counts(store.import_files([text(tmp_path / "a.json", body)])) == (2, 2, 0, 0)


def test_keys_without_end_are_refused(store, tmp_path) -> None:
    body = "\n".join(json.dumps({f"k{i}": 1}) for i in range(2500))
    with pytest.raises(BadInput) as caught:
        store.import_files([text(tmp_path / "a.jsonl", body)])
    assert caught.value.key == "too_many_columns"


def test_every_type_of_parquet_is_read(store, tmp_path) -> None:
    person = pa.struct([("name", pa.string()), ("phone", pa.int64())])
    schema = pa.schema(
        [
            ("attempt_id", pa.string()),
            ("occurred_at", pa.timestamp("ns", "America/New_York")),
            ("outcome", pa.dictionary(pa.int8(), pa.string())),
            ("monthly_income", pa.decimal128(12, 2)),
            ("customer", person),
            ("age", pa.uint8()),
            ("debt_ratio", pa.float32()),
            ("day", pa.date32()),
            ("waited", pa.duration("s")),
            ("tags", pa.list_(pa.string())),
            ("empty", pa.null()),
            ("raw", pa.binary()),
        ]
    )
    row = {
        "attempt_id": "A1",
        "occurred_at": dt.datetime(2026, 10, 20, 0, 5, tzinfo=dt.UTC),
        "outcome": "failed",
        "monthly_income": Decimal("8000.50"),
        "customer": {"name": "王小明", "phone": 13812345678},
        "age": 30,
        "debt_ratio": 0.25,
        "day": dt.date(2026, 10, 20),
        "waited": dt.timedelta(seconds=90),
        "tags": ["a"],
        "raw": "字".encode(),
    }
    file = tmp_path / "a.parquet"
    file.write_bytes(parquet_of([row], schema))
    store.import_files([file])
    found = table(store, "occurred_at, outcome, monthly_income, age, debt_ratio, tags, raw")
    assert found == [
        (dt.datetime(2026, 10, 20, 0, 5), "failed", Decimal("8000.50"), 30, 0.25, '["a"]', "字")
    ]
    assert store.lookup("13812345678").customers[0].name == "王**"


# dates by the column as a whole
def dated(*days: str) -> str:
    return csv_of(*(f"A{i},{d} 08:00,failed" for i, d in enumerate(days)),
                  header="attempt_id,occurred_at,outcome")  # fmt: skip


@pytest.mark.parametrize(
    ("last", "order", "month"), [("25/10/2026", "dmy", 10), ("10/25/2026", "mdy", 3)]
)
def test_one_date_far_below_tells_how_all_are_read(store, tmp_path, last, order, month) -> None:
    file = text(tmp_path / "a.csv", dated(*["03/10/2026"] * 2000, last))
    column = store.preview(file).columns[1]
    assert (column.field, column.date_order) == ("occurred_at", "?")
    assert counts(store.import_files([file])) == (2001, 2001, 0, 0)
    months = table(store, "DISTINCT month(occurred_at), attempt_id")
    assert {a: m for m, a in months}["A0"] == month
    near = text(tmp_path / "b.csv", dated("03/10/2026", last))
    assert store.preview(near).columns[1].date_order == order


def test_dates_that_nothing_tells_are_not_guessed(store, tmp_path) -> None:
    file = text(tmp_path / "a.csv", dated("03/10/2026", "04/10/2026"))
    with pytest.raises(BadInput) as caught:
        store.import_files([file])
    assert caught.value.key == "ambiguous_dates"
    assert store.import_files([file], mapping=Mapping(date_order="dmy")).imported == 2
    assert table(store, "DISTINCT month(occurred_at), 1 AS attempt_id") == [(10, 1)]
