"""Files into the store: counts, duplicates, quarantine, cancelling, faults."""

import csv
import gzip
import itertools
import json
import os
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from pyarrow import parquet

from tests.integration.warehouse.conftest import HEADER, KEYS, PACK, ROW, make_pack, subjects_of
from workbench import texts
from workbench.domain.errors import BadInput, Cancelled, KnownError, StoreFault
from workbench.domain.importing import Mapping
from workbench.domain.progress import CancelToken, Progress
from workbench.reports.tables import write_batches
from workbench.warehouse.engines.duckdb import DuckSession
from workbench.warehouse.readers import text
from workbench.warehouse.store import WarehouseKeys, WarehouseStore
from workbench.warehouse.subjects import Seals

SHARED = Path("/work/shared/data")
SECOND = "A2,c1,王小明,13812345678,110101199003072834,2026-10-21 08:00:00,app_ios,face,success"


def counts(report) -> tuple[int, int, int, int]:
    assert report.read == report.imported + report.duplicates + report.quarantined
    return report.read, report.imported, report.duplicates, report.quarantined


def table(store: WarehouseStore, columns: str = "*") -> list[tuple]:
    with store.session() as session:
        return session.rows(f"SELECT {columns} FROM attempts ORDER BY attempt_id")


def quarantined(report) -> list[dict[str, str]]:
    with report.quarantine_file.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


# duplicates
def test_the_same_content_again_is_a_duplicate_in_the_file_and_in_the_store(store, write) -> None:
    file = write(ROW, ROW, SECOND)
    assert counts(store.import_files([file])) == (3, 2, 1, 0)
    before = table(store)
    assert counts(store.import_files([file])) == (3, 0, 3, 0)
    assert table(store) == before


@pytest.mark.slow
def test_a_final_result_takes_the_place_of_a_pending_one(store, write) -> None:
    pending = write(ROW.replace("failed", "pending"), name="a.csv")
    final = write(ROW, name="b.csv")
    assert counts(store.import_files([pending])) == (1, 1, 0, 0)
    assert counts(store.import_files([final])) == (1, 1, 0, 0)
    assert table(store, "attempt_id, outcome") == [("A1", "failed")]
    assert counts(store.import_files([pending])) == (1, 0, 1, 0), "a late pending row adds nothing"


def test_pending_then_final_in_one_file_leaves_the_final_one(store, write) -> None:
    report = store.import_files([write(ROW.replace("failed", "pending"), ROW)])
    assert counts(report) == (2, 1, 1, 0)
    assert table(store, "outcome") == [("failed",)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "other", [ROW.replace("face", "identity"), ROW.replace("13812345678", "13812345679")]
)
def test_another_content_under_a_known_id_is_set_aside(store, write, other) -> None:
    report = store.import_files([write(ROW, other)])
    assert counts(report) == (2, 1, 0, 1)
    [row] = quarantined(report)
    assert (row["line"], row["column"], row["code"]) == ("3", "attempt_id", "id_with_other_content")
    assert table(store, "step") == [("face",)]
    assert counts(store.import_files([write(other, name="c.csv")])) == (1, 0, 0, 1)


def test_an_id_is_made_of_the_content_where_the_file_has_none(store, write) -> None:
    header, row = HEADER.partition(",")[2], ROW.partition(",")[2]
    file = write(row, row, row.replace("face", "entry"), header=header)
    assert counts(store.import_files([file])) == (3, 2, 1, 0)
    assert counts(store.import_files([file])) == (3, 0, 3, 0)


# quarantine
@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "column", "code", "value"),
    [
        (ROW.replace("2026-10-20 08:00:00", "昨天"), "occurred_at", "unreadable_time", "昨天"),
        (
            ROW.replace("2026-10-20 08:00:00", "0001-01-01 00:00:00"),
            "occurred_at",
            "time_out_of_range",
            "0001-01-01 00:00:00",
        ),
        (
            ROW.replace("2026-10-20 08:00:00", "9999-12-31 23:59:59"),
            "occurred_at",
            "time_out_of_range",
            "9999-12-31 23:59:59",
        ),
        (ROW.replace("failed", "maybe"), "outcome", "unknown_outcome", "maybe"),
        (ROW.replace("failed", ""), "outcome", "required_missing", ""),
        (ROW.replace("A1", "", 1), "attempt_id", "required_missing", ""),
        (ROW.replace("2026-10-20 08:00:00", "--"), "occurred_at", "required_missing", ""),
        (ROW.replace("A1", "2.02E+17", 1), "attempt_id", "lost_digits", "2.02E+17"),
        (ROW.replace("failed", "=cmd|' /C calc'!A0"), "outcome", "unknown_outcome", None),
        (ROW + ",extra", "", "ragged", ""),
        (ROW.rpartition(",")[0], "", "ragged", ""),
    ],
)
def test_a_bad_row_is_set_aside_with_its_line_column_value_and_reason(
    store, write, row, column, code, value
) -> None:
    report = store.import_files([write(SECOND, row)])
    assert counts(report) == (2, 1, 0, 1)
    [aside] = quarantined(report)
    assert (aside["file"], aside["line"], aside["column"]) == ("attempts.csv", "3", column)
    assert aside["code"] == code
    assert aside["reason"]
    if value is not None:
        assert aside["value"] == value
    assert not aside["value"].startswith("=")


def test_every_reason_has_its_sentence_in_both_languages(store) -> None:
    zh, en = (set(texts.catalogue(lang)) for lang in texts.LANGUAGES)
    assert {k for k in zh if k.startswith("reason.")} == {k for k in en if k.startswith("reason.")}


def test_one_row_with_two_faults_is_one_line(store, write) -> None:
    report = store.import_files([write(SECOND, ROW.replace("failed", "x").replace("2026-", "y-"))])
    [row] = quarantined(report)
    assert row["column"] == "occurred_at | outcome"


def test_the_quarantine_file_shows_no_identity(store, write) -> None:
    bad = ROW.replace("failed", "x").replace("13812345678", "1.38E+10")
    report = store.import_files([write(SECOND, bad, ROW + ",王小明")])
    content = report.quarantine_file.read_text("utf-8-sig")
    assert "王小明" not in content
    assert "110101199003072834" not in content
    assert report.quarantine_file.stat().st_mode & 0o077 == 0


def test_lines_are_physical_past_blank_lines_and_line_breaks_in_values(store, write) -> None:
    noted = HEADER + ",note"
    report = store.import_files(
        [
            write(
                SECOND + ',"two\nlines"',
                "",
                ROW.replace("failed", "x") + ",n",
                ROW + ",too,many",
                ROW.replace("A1", "A3").replace("failed", "y") + ',"a ""quoted"" word\r\n\r\n!"',
                ROW.replace("A1", "A4").replace("failed", "z") + ',24" x 30"',
                ROW.replace("A1", "A6").replace("failed", "z") + ',a "b" c',
                ROW.replace("A1", "A5").replace("failed", "z") + ",n",
                header=noted,
            )
        ]
    )
    assert [(r["line"], r["code"]) for r in quarantined(report)] == [
        ("6", "ragged"),
        ("5", "unknown_outcome"),
        ("7", "unknown_outcome"),
        ("10", "unknown_outcome"),
        ("11", "unknown_outcome"),
        ("12", "unknown_outcome"),
    ]


def test_undecodable_bytes_set_their_row_aside(store, tmp_path) -> None:
    rows = "\n".join([HEADER, *(ROW.replace("A1", f"A{i}") for i in range(300))])
    data = rows.encode().replace("A150,c1,王".encode(), b"A150,c1,\xff\xfe", 1)
    file = tmp_path / "broken.csv"
    file.write_bytes(data)
    report = store.import_files([file])
    assert counts(report) == (300, 299, 0, 1)
    assert quarantined(report)[0]["code"] == "undecodable"


# the whole file refused
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"\xef\xbb\xbf \r\n\r\n", "empty_file"),
        ("a.csv", HEADER.encode() + b"\n", "header_only"),
        ("a.csv", HEADER.encode() + b"\n\n,,,,,,,,\n", "header_only"),
        ("a.csv", b"foo,bar\n1,2\n3,4\n", "no_known_columns"),
        ("a.csv", b"attempt_id,phone\n1,2\n", "no_outcome_column"),
        ("a.csv", b"attempt_id,outcome\n1,failed\n", "no_time_column"),
        ("a.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "not_a_table"),
        ("a.csv", b"\x00\x01\x02\x03" * 100, "not_a_table"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "not_a_table"),
        ("a.xlsx", b"PK\x03\x04 and then nothing that is a workbook", "damaged_workbook"),
        ("a.csv", b"\x1f\x8b\x08\x00broken", "damaged_file"),
        ("a.parquet", b"PAR1 broken PAR1", "damaged_file"),
        ("a.csv", (HEADER + "\n" + ROW + '\nA9,"never closed\n' + ROW).encode(), "unclosed_quote"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_changes_nothing(
    store, write, tmp_path, name, content, key
) -> None:
    store.import_files([write(ROW, name="good.csv")])
    before = table(store)
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(KnownError) as caught:
        store.import_files([file])
    assert caught.value.key == key
    for lang in texts.LANGUAGES:
        assert texts.error_text(lang, caught.value)
    assert table(store) == before


def test_a_folder_and_a_missing_file_are_named(store, tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    for path, key in (
        (tmp_path / "empty", "empty_folder"),
        (tmp_path / "none.csv", "no_such_file"),
    ):
        with pytest.raises(BadInput) as caught:
            store.import_files([path])
        assert caught.value.key == key


def test_a_file_without_permission_says_so(store, write, monkeypatch) -> None:
    file = write(ROW)
    monkeypatch.setattr(Path, "open", lambda *a, **k: (_ for _ in ()).throw(PermissionError()))
    with pytest.raises(KnownError) as caught:
        store.import_files([file])
    assert (caught.value.key, caught.value.exit_code) == ("file_no_permission", 4)


def test_an_endless_line_is_refused_before_it_fills_memory(store, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(text, "MAX_LINE", 1 << 16)
    monkeypatch.setattr(text, "_CHUNK", 1 << 14)
    file = tmp_path / "long.csv"
    file.write_bytes((HEADER + "\n" + ROW + "\n").encode() + b"x" * (1 << 22))
    taken = []
    chunk = text._Utf8Feed._next
    monkeypatch.setattr(text._Utf8Feed, "_next", lambda feed: taken.append(feed) or chunk(feed))
    with pytest.raises(BadInput) as caught:
        store.import_files([file])
    assert (caught.value.key, caught.value.params["line"]) == ("line_too_long", 3)
    assert taken[0].bytes_read < 1 << 18


@pytest.mark.parametrize("truncated", [False, True])
def test_a_protected_or_truncated_workbook_says_what_to_do(store, tmp_path, truncated) -> None:
    file = tmp_path / "book.xlsx"
    if truncated:
        with xlsxwriter.Workbook(str(file)) as book:
            sheet = book.add_worksheet()
            for i in range(2000):
                sheet.write_row(i, 0, ROW.split(","))
        file.write_bytes(file.read_bytes()[:-5000])
    else:
        file.write_bytes(encrypted_workbook())
    with pytest.raises(BadInput) as caught:
        store.import_files([file])
    assert caught.value.key == ("damaged_workbook" if truncated else "password_protected")


def encrypted_workbook() -> bytes:
    """The smallest compound file that holds a stream named EncryptedPackage (MS-CFB)."""
    import struct

    def entry(name: str, kind: int, child: int, start: int, size: int, right: int = 0xFFFFFFFF):
        raw = name.encode("utf-16-le") + b"\0\0"
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, right, child)
            + b"\0" * 36
            + struct.pack("<IQ", start, size)
        )

    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
        + struct.pack("<I", 0) + struct.pack("<I", free) * 108
    )  # fmt: skip
    chain = [fat, end, *(i + 1 for i in range(2, 9)), end]
    table = struct.pack("<128I", *(chain + [free] * (128 - len(chain))))
    folder = (
        entry("Root Entry", 5, 1, end, 0)
        + entry("EncryptedPackage", 2, free, 2, 4096)
        + (entry("", 0, free, 0, 0) * 2)
    )
    return header + table + folder + b"\0" * 4096


# formats and encodings
@pytest.mark.slow
def test_every_format_of_the_same_rows_gives_the_same_store(store, write, tmp_path, reopen) -> None:
    header = [*HEADER.split(","), "monthly_income", "note_count", "desk"]
    rows = [
        [*ROW.split(","), 16700.0, 3, "05"],
        [*SECOND.split(","), None, 4, "7"],
    ]
    lines = [",".join("" if v is None else str(v) for v in r) for r in rows]
    files = [write(*lines, header=",".join(header))]
    for name, encoding in (
        ("gb.csv", "gb18030"),
        ("utf16.csv", "utf-16"),
        ("bom.csv", "utf-8-sig"),
    ):
        files.append(tmp_path / name)
        files[-1].write_text("\r\n".join([",".join(header), *lines]), encoding)
    le = tmp_path / "utf16le.csv"
    le.write_text("\n".join([",".join(header), *lines]), "utf-16-le")
    tsv = tmp_path / "a.tsv"
    tsv.write_text("\n".join(["\t".join(header), *(x.replace(",", "\t") for x in lines)]), "utf-8")
    cr = tmp_path / "mac.csv"
    cr.write_bytes("\r".join([",".join(header), *lines]).encode())
    gz = tmp_path / "a.csv.gz"
    gz.write_bytes(gzip.compress("\n".join([",".join(header), *lines]).encode()))
    book = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(book)) as workbook:
        workbook.add_worksheet("说明").write(0, 0, "导出说明")
        sheet = workbook.add_worksheet("数据")
        sheet.write(1, 0, "激活申请导出")
        for i, row in enumerate([header, *rows], 3):
            for j, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(i, j, value)
                elif value is not None:
                    sheet.write(i, j, value)
    objects = [dict(zip(header, row, strict=True)) for row in rows]
    array = tmp_path / "a.json"
    array.write_text(json.dumps(objects, ensure_ascii=False), "utf-8")
    jsonl = tmp_path / "a.jsonl"
    jsonl.write_text("\n".join(json.dumps(o) for o in objects), "utf-8")
    pq = tmp_path / "a.parquet"
    parquet.write_table(pa.Table.from_pylist(objects), pq)
    assert counts(store.import_files([files[0]])) == (2, 2, 0, 0)
    with store.session() as session:
        assert dict(
            session.rows(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'attempts'"
                " AND column_name IN ('note_count', 'desk')"
            )
        ) == {"note_count": "BIGINT", "desk": "VARCHAR"}
    for file in [*files[1:], le, tsv, cr, gz, book, array, jsonl, pq]:
        assert counts(store.import_files([file])) == (2, 0, 2, 0), file.name


def test_a_formula_cell_is_its_value_or_missing(store, tmp_path) -> None:
    book = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(book)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, [*HEADER.split(","), "age"])
        sheet.write_row(1, 0, ROW.split(","))
        sheet.write_formula(1, 9, "=20+1", None, 21)
    store.import_files([book])
    assert table(store, "age") == [(21,)]


def test_a_text_that_looks_like_a_formula_stays_text_and_leaves_inert(
    store, write, tmp_path
) -> None:
    store.import_files([write(ROW + ",=1+1", header=HEADER + ",note")])
    assert table(store, "note") == [("=1+1",)]
    store.export(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig") as file:
        assert next(csv.DictReader(file))["note"] == "'=1+1"


# extras
@pytest.mark.slow
def test_extra_columns_keep_a_type_that_grows_when_needed(store, write) -> None:
    def kind() -> str:
        with store.session() as session:
            return session.rows(
                "SELECT data_type FROM duckdb_columns()"
                " WHERE table_name = 'attempts' AND column_name = '客服工号'"
            )[0][0]

    header = HEADER + ",客服工号"
    store.import_files([write(ROW + ",12", header=header)])
    assert kind() == "BIGINT"
    store.import_files([write(SECOND + ",12.5", header=header)])
    assert kind() == "DOUBLE"
    store.import_files([write(SECOND.replace("A2", "A3") + ",工号七", header=header)])
    assert kind() == "VARCHAR"
    assert table(store, '"客服工号"') == [("12.0",), ("12.5",), ("工号七",)]
    assert counts(store.import_files([write(ROW, name="without.csv")]))[3] == 1


def test_an_extra_column_without_a_value_is_left_out(store, write) -> None:
    store.import_files([write(ROW + ",", header=HEADER + ",")])
    with store.session() as session:
        assert session.rows("SELECT * FROM extras") == []


def test_phone_numbers_in_other_columns_are_masked(store, write) -> None:
    header = HEADER + ",remark,备用手机"
    store.import_files([write(ROW + ",call 13911112222 or 13911113333,13911114444", header=header)])
    [(remark, other)] = table(store, 'remark, "备用手机"')
    assert remark == "call 139****2222 or 139****3333"
    assert "1391111" not in str(other)


# sentinels, flags, mapping
def test_sentinels_of_the_mapping_are_missing_values(store, write) -> None:
    mapping = Mapping(missing={"age": ("99",), "*": ("NIL!",)})
    store.import_files(
        [write(ROW + ",99", SECOND + ",NIL!", header=HEADER + ",age")], mapping=mapping
    )
    assert table(store, "age") == [(None,), (None,)]


def test_unlikely_identities_and_impossible_numbers_are_flagged_not_refused(store, write) -> None:
    row = ROW.replace("13812345678", "0755-8888666").replace("072834", "072835") + ",-1"
    report = store.import_files([write(row, SECOND + ",30", header=HEADER + ",age")])
    assert (report.imported, report.flagged) == (2, 1)
    assert table(store, "flags, age") == [("phone;id_card;age_range", None), (None, 30)]


def test_an_explicit_mapping_wins_over_names(store, write) -> None:
    header = HEADER.replace("step", "beleg").replace("channel", "step")
    mapping = Mapping(columns={"step": "channel", "beleg": "step"})
    store.import_files([write(ROW, header=header)], mapping=mapping)
    assert table(store, "channel, step") == [("app_ios", "face")]


@pytest.mark.parametrize(
    ("columns", "key"),
    [({"step": "nonsense"}, "mapping_unknown_field"),
     ({"step": "channel", "channel": "channel"}, "mapping_field_twice")],
)  # fmt: skip
def test_a_mapping_that_cannot_be_is_refused(store, write, columns, key) -> None:
    with pytest.raises(BadInput) as caught:
        store.import_files([write(ROW)], mapping=Mapping(columns=columns))
    assert caught.value.key == key


# preview
def test_the_preview_guesses_every_column_and_shows_no_identity(store, write) -> None:
    preview = store.preview(write(ROW, SECOND))
    assert [c.field for c in preview.columns] == HEADER.split(",")
    assert all(c.sure == 1 and c.why == "name" for c in preview.columns)
    shown = repr(preview)
    for secret in ("王小明", "13812345678", "110101199003072834"):
        assert secret not in shown
    assert preview.rows[0][3] == "138****5678"
    assert (preview.encoding, preview.delimiter) == ("utf-8", ",")


def test_columns_without_a_telling_name_are_known_by_their_values(store, write) -> None:
    rows = [ROW.replace("A1", f"A{i}").replace("678,", f"67{i},") for i in range(5)]
    preview = store.preview(write(*rows, header="a,b,c,d,e,f,g,h,i"))
    found = {c.header: c.field for c in preview.columns if c.why == "values"}
    assert found == {"d": "phone", "e": "id_card", "f": "occurred_at", "g": "channel",
                     "h": "step", "i": "outcome"}  # fmt: skip
    assert "1381234567" not in repr(preview)


# transactions
@pytest.mark.slow
def test_cancelling_leaves_the_store_as_it_was(store, write) -> None:
    store.import_files([write(ROW)])
    before = table(store)
    many = write(*(SECOND.replace("A2", f"B{i}") for i in range(20_000)), name="many.csv")
    for stage in ("reading", "identities", "diagnosing", "saving"):
        cancel = CancelToken()
        seen = []

        def listen(p: Progress, stage=stage, cancel=cancel, seen=seen) -> None:
            seen.append(p.stage)
            if p.stage == stage:
                cancel.cancel()

        with pytest.raises(Cancelled):
            store.import_files([many], progress=listen, cancel=cancel)
        assert stage in seen
        assert table(store) == before
    assert counts(store.import_files([many])) == (20_000, 20_000, 0, 0)


def test_people_come_in_pages_and_each_original_opens(store, write, monkeypatch) -> None:
    monkeypatch.setattr("workbench.warehouse.identity.ROW_GROUP", 3)
    row = "A{},C{},王{},1381234{:04},,2026-10-20 08:00:00,app_ios,face,failed"
    many = [row.format(f"{n}-{last}", n, n, n + last) for n in range(20) for last in (0, 100)]
    store.import_files([write(*many, name="many.csv")])
    for n in range(20):
        [card] = store.lookup(f"C{n}").customers
        phones = sorted(str(original["phone"]) for original in store.reveal(card.ref))
        assert phones == [f"1381234{n:04}", f"1381234{n + 100:04}"]
        assert sorted((a.attempt_id, a.phone) for a in store.timeline(card.ref)) == [
            (f"A{n}-0", f"138****{n:04}"),
            (f"A{n}-100", f"138****{n + 100:04}"),
        ]


@pytest.mark.slow
@pytest.mark.parametrize("page", [1, 8])
def test_a_failure_in_a_page_of_people_leaves_the_store_as_it_was(
    store, write, monkeypatch, page
) -> None:
    """The first page is sealed beside the search keys, the last ones beside the attempts."""
    store.import_files([write(ROW)])
    before = table(store)
    monkeypatch.setattr("workbench.warehouse.identity.ROW_GROUP", 3)
    sealed, pages = Seals.sealed, []

    def failing(self, people, count):
        pages.append(count)
        if len(pages) == page:
            raise StoreFault("disk_full")
        return sealed(self, people, count)

    monkeypatch.setattr(Seals, "sealed", failing)
    many = write(
        *(SECOND.replace("A2", f"B{i}").replace("c1", f"d{i}") for i in range(24)), name="m"
    )
    with pytest.raises(StoreFault):
        store.import_files([many])
    assert len(pages) >= page and table(store) == before
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("people")]
    monkeypatch.setattr(Seals, "sealed", sealed)
    assert counts(store.import_files([many])) == (24, 24, 0, 0)


def test_a_failure_leaves_the_store_and_the_folder_as_they_were(store, write, monkeypatch) -> None:
    store.import_files([write(ROW)])
    before = table(store)
    execute = DuckSession.execute

    def failing(self, sql, params=()):
        if "TABLE w.attempts" in sql:
            raise StoreFault("disk_full")
        execute(self, sql, params)

    monkeypatch.setattr(DuckSession, "execute", failing)
    with pytest.raises(StoreFault):
        store.import_files([write(SECOND, SECOND.replace("success", "x"), name="b.csv")])
    assert table(store) == before
    assert not list((store._quarantine_dir).glob("*")), "rows set aside belong to what was undone"


@pytest.mark.slow
def test_a_file_that_fails_neither_undoes_nor_stops_the_others(store, write) -> None:
    good = write(ROW, ROW.replace("A1", "A7").replace("failed", "x"), name="good.csv")
    bad, late = write(header="foo,bar", name="bad.csv"), write(SECOND, name="late.csv")
    report = store.import_files([good, bad, late])
    assert counts(report) == (3, 2, 0, 1)
    assert [(f.path, f.imported, f.error and f.error.key) for f in report.files] == [
        (good, 1, None), (bad, 0, "no_known_columns"), (late, 1, None)
    ]  # fmt: skip
    assert table(store, "attempt_id") == [("A1",), ("A2",)]
    assert len(list(store._quarantine_dir.glob("good.quarantine-*.csv"))) == 1


@pytest.mark.slow
def test_progress_counts_rows_towards_a_total(store, write) -> None:
    seen: list[Progress] = []
    many = write(*(SECOND.replace("A2", f"B{i}") for i in range(20_000)), name="many.csv")
    store.import_files([many], progress=seen.append)
    reading = [p for p in seen if p.stage == "reading"]
    assert len(reading) > 1
    assert (reading[-1].done, reading[-1].total) == (20_000, 20_000)
    assert all(a.done <= b.done for a, b in itertools.pairwise(reading))
    assert list(dict.fromkeys(p.stage for p in seen)) == [
        "reading", "identities", "diagnosing", "saving",
    ]  # fmt: skip


def test_a_second_import_at_the_same_time_says_that_it_waits(store, write) -> None:
    cancel, said = CancelToken(), []

    def waits(progress: Progress) -> None:
        said.append(progress.stage)
        cancel.cancel()

    def listen(progress: Progress) -> None:
        if progress.stage == "saving":
            with pytest.raises(Cancelled):
                store.import_files([write(SECOND, name="b.csv")], progress=waits, cancel=cancel)

    assert store.import_files([write(ROW)], progress=listen).imported == 1
    assert said == ["waiting"]


# the store on disk
def test_another_process_is_told_that_the_store_is_in_use(store, database) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from workbench.warehouse.engines.duckdb import DuckEngine\n"
        "from workbench.domain.errors import Busy\n"
        f"try: DuckEngine(Path({str(database)!r}), b'd' * 32)\n"
        "except Busy as busy: print(busy.key)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "store_in_use", result.stderr


def test_a_wrong_key_and_a_damaged_file_are_told_apart(store, database, pack, write) -> None:
    store.import_files([write(ROW)])
    store.close()
    wrong = WarehouseKeys(b"x" * 32, KEYS.blind, KEYS.seal)
    given = {"subjects": subjects_of(database), "pack": pack, "write": write_batches}
    with pytest.raises(StoreFault) as caught:
        WarehouseStore.open(database, keys=wrong, **given)
    assert caught.value.key == "store_wrong_key"
    database.write_bytes(b"hello" * 5000)
    with pytest.raises(StoreFault) as caught:
        WarehouseStore.open(database, keys=KEYS, **given)
    assert caught.value.key == "store_damaged"


def test_a_store_of_a_newer_version_is_refused(store, reopen) -> None:
    with store.session() as session:
        session.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(StoreFault) as caught:
        reopen()
    assert caught.value.key == "store_too_new"


@pytest.mark.slow
def test_nothing_on_the_disk_holds_an_identity_in_clear(
    store, write, database, tmp_path, monkeypatch
) -> None:
    names = ("欧阳测试名", "13987654321", "110101199003072872", "cust-secret-77")
    row = f"A1,{names[3]},{names[0]},{names[1]},{names[2]},2026-10-20 08:00:00,app_ios,face,failed"
    watched: list[bytes] = []

    def look(_: Progress) -> None:
        watched.extend(f.read_bytes() for f in database.parent.rglob("*") if f.is_file())

    file = write(row, *(row.replace("A1", f"B{i}") for i in range(30_000)), name="x.csv")
    store.import_files([file], progress=look)
    store.close()
    look(Progress("closed"))
    assert any(len(content) > 100_000 for content in watched)
    for name in names:
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert not any(name.encode(encoding) in content for content in watched)


def test_reopening_under_other_rules_diagnoses_anew(store, write, reopen, tmp_path) -> None:
    header = HEADER + ",http_status"
    store.import_files([write(ROW + ",0", header=header)])
    assert table(store, "cause, rules_version") == [("network_interruption", "1")]
    newer = make_pack(
        tmp_path,
        PACK.replace('"1"', '"2"').replace("network_interruption", "service_defect"),
    )
    assert table(reopen(newer), "cause, rules_version") == [("service_defect", "2")]


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_full_disk_is_said_so_and_leaves_the_store_as_it_was(tmp_path, pack, write) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no mount here")
    try:
        given = {"subjects": subjects_of(folder / "w.db"), "pack": pack, "write": write_batches}
        store = WarehouseStore.open(folder / "w.db", keys=KEYS, **given)
        store.import_files([write(ROW)])
        many = write(
            *(
                f"B{i},c{i},王小明,139{i * 7919 % 10**8:08},,2026-10-21 08:00:00,app_ios,face,failed"
                for i in range(60_000)
            ),
            name="many.csv",
        )
        with pytest.raises(StoreFault) as caught:
            store.import_files([many])
        # whichever of the two files meets the end first: the attempts' or that of the salts
        assert caught.value.key in ("disk_full", "records_disk_full")
        assert table(store, "attempt_id") == [("A1",)]
        store.close()
        store = WarehouseStore.open(folder / "w.db", keys=KEYS, **given)
        assert table(store, "attempt_id") == [("A1",)]
        store.close()
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


# events
@pytest.mark.slow
def test_events_are_read_and_change_the_context(store, write, tmp_path) -> None:
    store.import_files([write(ROW)])
    events = tmp_path / "events.csv"
    events.write_text(
        "kind,name,starts_at,ends_at,scope\n"
        "campaign,双11,2026-10-20 07:00:00,2026-10-20 09:00:00,\n"
        "政策,学生限制,2026-10-19,,渠道=苹果APP\n"
        "carnival,x,2026-10-20,,\n"
        "campaign,y,soon,,\n"
        "campaign,z,2026-10-20,2026-10-19,\n"
        "campaign,w,2026-10-20,,colour=red\n",
        "utf-8",
    )
    report = store.import_files([], events=events)
    assert counts(report) == (4, 0, 0, 4)
    assert [r["code"] for r in quarantined(report)] == [
        "unknown_event_kind", "unreadable_time", "ends_before_start", "bad_scope",
    ]  # fmt: skip
    assert table(store, "campaign, policy") == [("双11", "学生限制")]
    with store.session() as session:
        assert session.rows("SELECT starts_at, scope FROM events WHERE kind = 'policy'") == [
            (datetime(2026, 10, 18, 16), "channel=app_ios")
        ]
    assert counts(store.import_files([], events=events)) == (4, 0, 0, 4)


def test_a_table_that_is_no_events_file_says_what_it_lacks(store, write) -> None:
    with pytest.raises(BadInput) as caught:
        store.import_files([], events=write(ROW))
    assert caught.value.key == "not_an_events_file"


# the data at hand
@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the shared data are not here")
    return SHARED


@pytest.mark.slow
def test_a_call_centres_csv_and_its_workbook_are_the_same_rows(store, shared) -> None:
    folder = shared / "attempts_call_centre"
    assert counts(store.import_files([folder / "attempts.csv"])) == (7335, 7306, 29, 0)
    assert counts(store.import_files([folder / "attempts.xlsx"])) == (7335, 0, 7335, 0)
    with store.session() as session:
        assert session.rows(
            "SELECT sum(requested_amount), count(DISTINCT channel), count(*) FILTER (step IS NULL)"
            " FROM attempts"
        )[0][1:] == (5, 0)
        unknown = session.rows(
            "SELECT DISTINCT channel, step, decision, employment_type, network_type FROM attempts"
        )
    assert all(value is None or value.isascii() for row in unknown for value in row)


@pytest.mark.slow
def test_canonical_attempts_load_whole(store, shared) -> None:
    folder = shared / "attempts_canonical"
    report = store.import_files([folder / "attempts.csv"], events=folder / "events.csv")
    assert counts(report) == (23_272, 23_272, 0, 0)
    assert report.flagged == 0


# one command without a profile
def test_an_ephemeral_store_diagnoses_a_file_without_times(pack, write, tmp_path) -> None:
    file = write(
        "A1,failed,0,20",
        "A2,success,200,20",
        "A3,failed,500,20",
        header="attempt_id,outcome,http_status,credit_history_months",
    )
    store = WarehouseStore.ephemeral(pack, write=write_batches)
    try:
        assert counts(store.import_files([file])) == (3, 3, 0, 0)
        for suffix in ("csv", "json", "parquet", "xlsx"):
            assert store.write_diagnoses(tmp_path / f"out.{suffix}") == 3
    finally:
        store.close()
    with (tmp_path / "out.csv").open(encoding="utf-8-sig") as out:
        rows = list(csv.DictReader(out))
    assert list(rows[0]) == ["attempt_id", "symptom", "cause_group", "cause", "reason_code",
                             "status", "rules_version", "contributing"]  # fmt: skip
    assert [(r["attempt_id"], r["cause"]) for r in rows] == [
        ("A1", "network_interruption"), ("A2", ""), ("A3", "undetermined"),
    ]  # fmt: skip
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))[0]["reason_code"] == "T01"
    assert parquet.read_table(tmp_path / "out.parquet").num_rows == 3


@pytest.mark.slow
def test_every_one_of_very_many_people_is_found(store, tmp_path) -> None:
    count = 300_000  # without customer ids: their search keys were none, and those of phones lost
    file = tmp_path / "many.csv"
    with file.open("w") as out:
        out.write("attempt_id,phone,occurred_at,outcome\n")
        out.writelines(f"A{n},138{n:08},2026-07-01 00:00:00,success\n" for n in range(count))
    assert counts(store.import_files([file])) == (count, count, 0, 0)
    with store.session() as session:
        assert session.rows("SELECT count(*) FROM search_keys WHERE kind = 'phone'") == [(count,)]
    assert store.lookup("13800299999").attempts[0].attempt_id == "A299999"
