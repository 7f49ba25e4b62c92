"""Which column is which, and where each record of a file stands."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.attempt import ATTEMPT_FIELDS
from workbench.warehouse.readers import text
from workbench.warehouse.recognise import fold_header, known_headers, plan_columns, words


def fields(*headers: str, rows: tuple = ()) -> list[str | None]:
    return [plan.field for plan in plan_columns(headers, rows, None)]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("手机号码", "phone"), ("客户手机号", "phone"), ("Phone Number", "phone"),
        ("ＩＤ_card", "id_card"), ("月收入（元）", "monthly_income"), ("耗时(ms)", "latency_ms"),
        ("App Version", "app_version"), ("近 12 个月有收入月数", "paid_months_12"),
        ("OccurredAt", "occurred_at"), ("备注", None), ("foo", None), ("", None),
    ],
)  # fmt: skip
def test_a_header_is_known_in_any_width_case_and_unit(header, field) -> None:
    assert fields(header) == [field]


def test_a_name_that_only_contains_a_synonym_needs_values_that_agree() -> None:
    assert fields("客户注册手机号", rows=(("13812345678",),)) == ["phone"]
    assert fields("客户注册手机号", rows=(("甲",), ("乙",))) == [None]


def test_no_field_is_given_twice_and_the_exact_name_wins() -> None:
    assert fields("联系手机号", "手机号", "phone") == [None, "phone", None]


def test_extra_names_are_snake_case_unlike_fields_and_each_other() -> None:
    plans = plan_columns(["My Note", "my-note", "备注(内部)", "2nd", "cause", "flags"], [], None)
    assert [p.extra for p in plans] == [
        "my_note", "my_note_2", "备注_内部", "x_2nd", "x_cause", "x_flags",
    ]  # fmt: skip


def test_every_field_can_be_recognised_in_both_languages() -> None:
    table = words("columns")["fields"]
    assert set(table) == {f.name for f in ATTEMPT_FIELDS}
    assert all(any(not n.isascii() for n in names) for names in table.values())


def test_no_synonym_stands_for_two_fields() -> None:
    seen: dict[str, str] = {}
    for field, names in words("columns")["fields"].items():
        for name in {fold_header(n) for n in (field, *names)}:
            assert seen.setdefault(name, field) == field, name


def test_a_title_above_the_header_is_no_header() -> None:
    assert known_headers(["激活申请导出 2026-11"]) == 0
    assert known_headers(["流水号", "手机号", None, "结果"]) == 3


CELL = st.text(st.sampled_from('ab 1中\n",'), max_size=6)


@pytest.mark.slow
@given(
    rows=st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=12),
    cut=st.integers(1, 40),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_every_record_is_on_the_line_that_an_editor_shows(rows, cut, end) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end)
    expected, line = [], 5
    for row in rows:
        expected.append(line)
        writer.writerow(row)
        line = 5 + out.getvalue().count("\n")
    data = out.getvalue().encode()
    index = text._LineIndex(5, ",")
    # Whole lines, as the feed hands them over, in chunks of every size.
    start = 0
    while start < len(data):
        stop = data.find(b"\n", min(start + cut, len(data) - 1)) + 1 or len(data)
        index.add(data[start:stop])
        start = stop
    assert index.records == len(rows)
    assert index.lines(range(len(rows))).tolist() == expected
    assert index.open_quote_line is None


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("gbk", "gb18030"),
     ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")],
)  # fmt: skip
def test_an_encoding_is_found_even_where_the_first_megabyte_is_ascii(encoding, expected) -> None:
    content = "attempt_id,outcome\n" + "A1,failed\n" * 120_000 + "A2,失败\n"
    assert text.detect_encoding(io.BytesIO(content.encode(encoding))) == expected


@pytest.mark.parametrize("delimiter", text.DELIMITERS)
def test_the_delimiter_is_the_one_that_makes_columns(delimiter) -> None:
    rows = [["a", "b", "c"], ['x, "y"; z', "1\t2", "p|q"], ["1", "2", "3"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows * 3)
    assert text._delimiter(out.getvalue()) == delimiter


@given(cells=st.lists(st.sampled_from(["a", '5" x 3"', 'b""c', '"q\n1"', '""', "中"]), min_size=4))
def test_records_are_told_apart_as_the_parser_does(cells) -> None:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    data = "".join(f"{i},{cell},x\n" for i, cell in enumerate(cells)).encode()
    index = text._LineIndex(1, ",")
    index.add(data)
    table = arrow_csv.read_csv(
        pa.py_buffer(data),
        arrow_csv.ReadOptions(column_names=["n", "cell", "x"]),
        arrow_csv.ParseOptions(newlines_in_values=True),
    )
    assert index.records == table.num_rows
