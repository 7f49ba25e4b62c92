"""Ledgers of complaints: which column is what, and what a row says."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import paths
from workbench.domain.complaint import Source, State
from workbench.domain.errors import BadInput
from workbench.domain.importing import Mapping
from workbench.domain.ledger import FIELDS, BadRow, Words, moment, plan, reader
from workbench.domain.times import to_local

WORDS = Words.from_json(
    json.loads((paths.resources() / "complaints" / "ledger.json").read_text("utf-8"))
)


def fields_of(headers, *rows, mapping=None):
    found = plan(headers, rows, WORDS, mapping)
    return {c.field: c.header for c in found.columns if c.field}


def test_every_known_column_and_word_is_of_a_field_that_there_is():
    assert set(WORDS.columns) == set(FIELDS) - {"id_card"} | {"id_card"}
    assert set(WORDS.coded["state"]) < set(State) and set(WORDS.coded["source"]) == set(Source)


def test_an_american_ledger_is_understood_by_its_names():
    found = fields_of(
        ["Date received", "Product", "Issue", "State", "ZIP code", "Complaint ID",
         "Company response to consumer", "Submitted via"],
        ["2019-09-24", "Mortgage", "x", "FL", "02134", "0042", "Closed", "Web"],
    )  # fmt: skip
    assert found == {
        "received_at": "Date received",
        "product": "Product",
        "subject": "Issue",
        "region": "State",
        "number": "Complaint ID",
        "state": "Company response to consumer",
        "source": "Submitted via",
    }


def test_a_chinese_ledger_is_understood_by_its_names():
    headers = ["投诉编号", "受理时间", "客户姓名", "手机号", "产品", "投诉内容", "省份", "状态"]
    row = ["0001", "2026年11月2日 14:05", "张三", "13812345678", "白条", "开不了", "广东", "已办结"]
    assert set(fields_of(headers, row)) == {
        "number", "received_at", "customer_name", "phone", "product", "description", "region",
        "state",
    }  # fmt: skip


def test_a_column_called_state_is_told_by_what_it_says():
    assert fields_of(["Date", "State"], ["2026-01-01", "Closed"]) == {
        "received_at": "Date", "state": "State"
    }  # fmt: skip
    assert fields_of(["Date", "State"], ["2026-01-01", "CA"]) == {
        "received_at": "Date", "region": "State"
    }  # fmt: skip


def test_a_mapping_goes_before_the_names_and_null_keeps_a_column_as_it_is():
    mapping = Mapping(columns={"Product": None, "when": "received_at"})
    assert fields_of(["when", "Product"], ["2026-01-01", "x"], mapping=mapping) == {
        "received_at": "when"
    }


@pytest.mark.parametrize(
    ("headers", "row", "columns", "key"),
    [
        (["Product"], ["x"], {}, "ledger_needs_date"),
        (["Date"], ["2026-01-01"], {"Date": "received"}, "bad_ledger_mapping"),
        (["Date"], ["2026-01-01"], {"Dat": "received_at"}, "bad_ledger_mapping"),
        (["Date"], ["3/4/2026"], {}, "ambiguous_ledger_dates"),
    ],
)
def test_what_cannot_be_used_is_said(headers, row, columns, key):
    with pytest.raises(BadInput) as caught:
        plan(headers, [row], WORDS, Mapping(columns=columns))
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("text", "order", "local"),
    [
        ("2026-11-02", None, "2026-11-02 00:00:00"),
        ("2026/1/2 14:05", None, "2026-01-02 14:05:00"),
        ("2026年1月2日 下午2时5分", None, "2026-01-02 14:05:00"),
        ("20260102", None, "2026-01-02 00:00:00"),
        ("2026-01-02T03:04:05", None, "2026-01-02 03:04:05"),
        ("1/26/2016", "mdy", "2016-01-26 00:00:00"),
        ("26.01.2016 11:59 PM", "dmy", "2016-01-26 23:59:00"),
        ("42395", None, "2016-01-26 00:00:00"),
        ("42395.5", None, "2016-01-26 12:00:00"),
        ("２０２６－０１－０２", None, "2026-01-02 00:00:00"),
    ],
)
def test_dates_as_ledgers_write_them(text, order, local):
    assert f"{to_local(moment(text, order)):%Y-%m-%d %H:%M:%S}" == local


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "13/13/2026", "2026-01-02 25:00", "7"])
def test_what_is_no_date_is_none(text):
    assert moment(text, "dmy") is None


@given(st.dates(datetime(1990, 1, 1).date(), datetime(2090, 1, 1).date()), st.sampled_from("mdy"))
def test_a_day_alone_stays_that_day_in_shanghai(day, _):
    for text, order in ((f"{day}", None), (f"{day:%m/%d/%Y}", "mdy"), (f"{day:%d.%m.%Y}", "dmy")):
        assert to_local(moment(text, order)).date() == day


def read(headers, *row, **mapping):
    found = plan(headers, [row], WORDS, Mapping(**mapping))
    return reader(found, WORDS)(7, row)


def test_a_row_keeps_every_cell_but_the_identity_under_its_own_name():
    row = read(
        ["日期", "编号", "姓名", "邮编", "备注"], "2026-01-02", "007", "张三", "010010", " a "
    )
    assert row.number == "007" and row.identity == {"customer_name": "张三"}
    assert row.cells == {"日期": "2026-01-02", "编号": "007", "邮编": "010010", "备注": " a "}


def test_words_that_nobody_knows_stay_as_they_are_and_it_is_open():
    row = read(["Date", "Status"], "2026-01-02", "limbo")
    assert row.state is State.OPEN and row.cells["Status"] == "limbo"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Closed with explanation", State.CLOSED),
        ("In progress", State.IN_PROGRESS),
        ("Untimely response", State.OPEN),
        ("已办结", State.CLOSED),
        ("处理中", State.IN_PROGRESS),
        ("客户撤诉", State.OPEN),
        ("已撤诉", State.WITHDRAWN),
    ],
)
def test_states_in_the_words_of_ledgers(text, state):
    assert read(["Date", "Status"], "2026-01-02", text).state is state


def test_cells_that_mean_nothing_are_none():
    row = read(["Date", "Tags"], "2026-01-02", "N/A", missing={"Tags": ("n/a",)})
    assert "Tags" not in row.cells


def test_a_row_without_a_readable_date_is_set_aside_with_its_line():
    assert read(["Date", "x"], "someday", "1") == BadRow(7, "Date", "someday", "unreadable_time")
    assert read(["Date", "x"], None, "1") == BadRow(7, "Date", "", "required_missing")
