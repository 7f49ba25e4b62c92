"""What a batch says of its columns, and that cleaning by it gives what cleaning without it gives."""

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.warehouse import clean
from workbench.warehouse.engines.duckdb import DuckSession
from workbench.warehouse.readers import MARKED, batch_schema, text_batch
from workbench.warehouse.readers.marks import is_plain, marked_batch
from workbench.warehouse.recognise import plan_columns

HEADERS = ("own column", "province", "error_message")  # kept, folded to half width, kept
SPACES = " \t\r\n\u00a0\u3000\ufeff\u200b"  # what cleaning trims; other spaces it keeps
EDGE = st.sampled_from(
    ["", "", "", *SPACES, "\u2003", "\u202f", "\v", "\uff01", "\uff5e", "\uff21"]
)
WORD = st.sampled_from(
    ["", "a", "ab c", "上海", "é", "\ufffd", "😀", "a\u3000b", "x\uff21y", "y\uff5e"]
)
TEXT = st.none() | st.builds("{}{}{}".format, EDGE, WORD, EDGE)


def cleaned(session: DuckSession, *batches: pa.RecordBatch) -> dict[int, tuple]:
    """The values by line; a row of nothing is none."""
    plans = plan_columns(HEADERS, [("a", "b", "c")], None)
    assert [plan.field for plan in plans] == [None, *HEADERS[1:]]
    cleaning = clean.cleaning_select(plans, required=())
    session.load("incoming", pa.Table.from_batches(batches))
    try:
        names = ", ".join(["_line", "x0", *HEADERS[1:]])
        rows = session.rows(f"SELECT {names} FROM ({cleaning.select})", {"blind": "00"})
        return {line: tuple(values) for line, *values in rows}
    finally:
        session.unload("incoming")


def unmarked(batch: pa.RecordBatch, first: int) -> pa.RecordBatch:
    """The same batch on other lines and without marks, so that it takes the thorough path."""
    lines = pa.array(range(first, first + len(batch)), pa.int64())
    none = pa.array([0] * len(batch), pa.int64())
    new = {"_line": lines, "_plain": none, "_narrow": none}
    columns = [new.get(name, batch[name]) for name in batch.schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def marks(*texts: str | None) -> str:
    """The marks of one column of these texts, in letters."""
    row = text_batch([texts], range(len(texts))).slice(0, 1).to_pylist()[0]
    return "p" * row["_plain"] + "n" * row["_narrow"]


@pytest.mark.slow
@given(
    columns=st.integers(1, 4).flatmap(
        lambda rows: st.lists(st.lists(TEXT, min_size=rows, max_size=rows), min_size=3, max_size=3)
    ),
    before=st.lists(TEXT, max_size=2),
    after=st.lists(TEXT, max_size=2),
)
def test_cleaning_by_marks_is_the_thorough_cleaning(session, columns, before, after) -> None:
    # Cut out of longer columns: what stands around them belongs to nobody.
    arrays = [
        pa.array([*before, *column, *after], pa.string()).slice(len(before), len(column))
        for column in columns
    ]
    count = len(columns[0])
    batch = marked_batch(arrays, pa.array(range(count), pa.int64()))
    found = cleaned(session, batch, unmarked(batch, count))
    for line, text in enumerate(columns[0]):
        assert found.get(line) == found.get(line + count)
        assert found.get(line, (None,))[0] == ((text or "").strip(SPACES) or None)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("a", "b c"), "pn"), (("a", None, "中"), "pn"), ((None, "a", None), "pn"),
        ((None, None), "pn"), (("a", "a\uff21"), "p"), (("\uff01",), "p"), (("\uff5e", "é"), "p"),
        (("a", ""), ""), (("",), ""), ((None, ""), ""), (("", " "), ""),
        *(((space + "a", "b"), "") for space in SPACES),
        *((("a", "b" + space), "") for space in SPACES),
        *(((None, space + "b", "c"), "") for space in SPACES),
        (("a\u2003", "\vb"), "pn"), (("a\tb", "c\nd"), "pn"),
    ],
)  # fmt: skip
def test_a_column_is_marked_if_no_text_needs_trimming_or_folding(texts, said) -> None:
    assert marks(*texts) == said


@given(
    rows=st.lists(st.lists(st.builds("{}{}{}".format, EDGE, WORD, EDGE), min_size=1, max_size=3)),
    delimiter=st.sampled_from([",", "\t", ";", "\x01"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_rows_are_plain_only_if_no_value_has_space_around_it(rows, delimiter, end) -> None:
    """What splits a line: a space of its own is no value's."""
    lines = [delimiter.join(row) for row in rows]
    text = end.join(lines)
    values = [v for line in re.split("[\r\n]", text) for v in line.split(delimiter)]
    if is_plain(text.encode(), delimiter):
        assert [value for value in values if value != value.strip(SPACES)] == []


@pytest.mark.parametrize(
    ("rows", "plain"),
    [
        ("a b,上海，c,\n,d e\r\n", True), ("a,b\tc\n", True), ("", True), (",,\n", True),
        (" a,b\n", False), ("a ,b\n", False), ("a, b\n", False), ("a,b \n", False),
        ("a,b\n c,d\n", False), ("a,b \r\n", False), ("a,b ", False), ("a,\tb\n", False),
        ('a,""\n', False), ('a," b"\n', False), ("a\u3000b\n", False), ("\ufeffa\n", False),
    ],
)  # fmt: skip
def test_rows_without_space_beside_a_delimiter_or_quotes_are_plain(rows, plain) -> None:
    assert is_plain(rows.encode(), ",") is plain


def test_each_column_has_a_mark_of_its_own_up_to_the_last_bit() -> None:
    columns = [
        [" a" if i in (1, MARKED + 1) else "\uff21" if i == 2 else "a"] for i in range(MARKED + 2)
    ]
    (row,) = text_batch(columns, [1]).to_pylist()
    every = (1 << MARKED) - 1
    assert row["_plain"] == every & ~0b10
    assert row["_narrow"] == every & ~0b110


def test_a_batch_without_rows_is_a_batch() -> None:
    for empty in (pa.array([], pa.string()), pa.array(["a", " b"], pa.string()).slice(2)):
        assert marked_batch([empty], pa.array([], pa.int64())).schema == batch_schema(1)


def test_a_text_after_bytes_of_a_missing_value_is_looked_at() -> None:
    """Arrow may keep bytes where a value is missing."""
    places, texts = pa.array([0, 2, 4], pa.int32()).buffers()[1], pa.py_buffer(b"xx a")
    column = pa.StringArray.from_buffers(2, places, texts, pa.py_buffer(b"\x02"))
    assert column.to_pylist() == [None, " a"]
    assert marked_batch([column], pa.array([1, 2])).to_pylist()[0]["_plain"] == 0


def test_texts_with_long_offsets_are_marked_as_others_are() -> None:
    lines = pa.array([1, 2])
    for texts in (["a", " b"], ["a", "b"]):
        short, long, view = (
            marked_batch([pa.array(texts, kind)], lines)
            for kind in (pa.string(), pa.large_string(), pa.string_view())
        )
        assert short == long == view


def test_a_column_beyond_the_last_mark_is_cleaned(session) -> None:
    width = MARKED + 3
    plans = plan_columns([f"own {i}" for i in range(width)], [["a"] * width], None)
    cleaning = clean.cleaning_select(plans, required=())
    session.load("incoming", pa.Table.from_batches([text_batch([[" a"]] * width, [1])]))
    try:
        names = ", ".join(f"x{i}" for i in range(width))
        sql = f"SELECT {names} FROM ({cleaning.select})"
        assert session.rows(sql, {"blind": "00"}) == [("a",) * width]
    finally:
        session.unload("incoming")
