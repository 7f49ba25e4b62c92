"""The full-text index: it finds what a scan finds, and follows every write."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from workbench.domain.complaint import Complaint, ComplaintFilter, Severity, Source, State
from workbench.domain.complaint_parts import Attachment, Audience, Comment
from workbench.domain.search_words import document, marks, match, snippet
from workbench.domain.work_queue import ListQuery
from workbench.storage import complaints as lists
from workbench.storage.records import SqlRecords
from workbench.storage.replica import SqlReplica
from workbench.storage.search import spelled
from workbench.storage.shown import put

AT = datetime(2026, 11, 22, 4, 0)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqlRecords]:
    opened = SqlRecords(tmp_path / "records.db", bytes(32), bytes([1]) * 32)
    yield opened
    opened.close()


def one(n: int, description: str = "", **fields: object) -> Complaint:
    base = Complaint(
        complaint_id=f"id-{n}",
        number=f"C-20261122-{n:04d}",
        state=State.OPEN,
        created_at=AT.replace(minute=n % 60),
        created_by="me",
        customer_ref=None,
        customer_name=None,
        phone=None,
        attempt_id=None,
        reason_code=None,
        cause=None,
        symptom=None,
        channel=None,
        source=Source.PHONE,
        description=description,
        demand=None,
        severity=Severity.NORMAL,
    )
    return replace(base, **fields)


def add(records: SqlRecords, *made: Complaint) -> None:
    with records.unit_of_work() as uow:
        for each in made:
            uow.complaints.add(each)
        uow.commit()


def found(records: SqlRecords, text: str) -> list[str]:
    with records.unit_of_work() as uow:
        listed = [c.complaint_id for c in uow.complaints.page(ListQuery(text=text)).rows]
        page = uow.complaints.find(ComplaintFilter(text=text))
        assert [c.complaint_id for c in page.rows] == listed
        assert page.total == uow.complaints.count(ListQuery(text=text)) == len(listed)
    return listed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("白条", ["id-3", "id-1"]),
        ("白条 激活", ["id-1"]),
        ("条", ["id-4", "id-3", "id-1"]),
        ("条开", ["id-3"]),
        ("ＡＢＣ", ["id-2"]),
        ("abc-1", ["id-2"]),
        ("bc", []),
        ("𠮷", ["id-4"]),
        ("zhang", ["id-1"]),
        ("z", ["id-1"]),
        ("C-20261122-0003", ["id-3"]),
        ("20261122", ["id-4", "id-3", "id-2", "id-1"]),
        ("白条*", ["id-3", "id-1"]),
        ('"白条"', ["id-3", "id-1"]),
        ("白条 -激活", ["id-1"]),
        ("NEAR(白条 激活)", []),
        ("words:白条", []),
        ("，。", []),
    ],
)
def test_what_is_typed_finds(records: SqlRecords, typed: str, expected: list[str]) -> None:
    add(
        records,
        one(1, "白条激活失败", customer_name="张**"),
        one(2, "Abc-123 支付"),
        one(3, "白条开不了"),
        one(4, "𠮷野家的条子"),
    )
    assert found(records, typed) == expected


@pytest.mark.parametrize(("few", "many"), [(5_000, 60_000), (0, 60_000), (-1, 0)])
def test_each_way_of_reading_gives_the_same(records, monkeypatch, few: int, many: int) -> None:
    monkeypatch.setattr(lists, "_FEW", few)
    monkeypatch.setattr(lists, "_MANY", many)
    add(records, *(one(n, "白条 退款" if n % 3 else "支付") for n in range(1, 31)))
    with records.unit_of_work() as uow:
        query = ListQuery(text="白条", limit=7)
        seen = []
        while True:
            page = uow.complaints.page(query)
            seen += [c.complaint_id for c in page.rows]
            if page.after is None:
                break
            query = replace(query, after=page.after)
    assert seen == [f"id-{n}" for n in range(30, 0, -1) if n % 3]
    assert found(records, "白条 支付") == []


def test_the_index_follows_every_write(records: SqlRecords) -> None:
    add(records, one(1, "旧的说法"))
    with records.unit_of_work() as uow:
        uow.complaints.change(one(1, "新的说法", resolution="已退款"))
        uow.parts.add(Comment("c1", "id-1", AT, "me", next(iter(Audience)), "顾客来电催问"))
        uow.parts.add(Attachment("a1", "id-1", AT, "me", "截图凭证.png", "image/png", 1, "x"))
        uow.commit()
    assert found(records, "旧的") == []
    for typed in ("新的", "退款", "催问", "凭证", "png"):
        assert found(records, typed) == ["id-1"], typed
    with records.unit_of_work() as uow:
        uow.parts.remove(Comment, comment_id="c1")
        uow.commit()
    assert found(records, "催问") == []
    with records.unit_of_work() as uow:
        uow.complaints.change(one(1, "没有提交的"))
        uow.rollback()
    assert found(records, "新的") == ["id-1"]
    assert found(records, "提交") == []
    with records.unit_of_work() as uow:
        uow.complaints.change(one(1, "新的说法", merged_into="id-9"))
        uow.commit()
    with records.unit_of_work() as uow:
        assert uow.complaints.page(ListQuery(text="新的")).rows == ()


def test_rows_that_arrive_by_sync_are_found_and_leave_nothing(records, tmp_path: Path) -> None:
    from workbench.services.complaint_writing import as_json
    from workbench.storage.models import ComplaintRow

    replica = SqlReplica(records, tmp_path / "records.db")
    values = {n: as_json(v) for n, v in vars(one(1, "远方写的白条")).items()}
    with replica._writing() as session:
        for _ in range(2):  # the second finds it marked already
            put(session, ComplaintRow, ("complaint_id",), [values | {"description": "先写的"}])
            put(session, ComplaintRow, ("complaint_id",), [values])
    assert found(records, "远方") == ["id-1"]
    with replica._writing() as session:
        session.execute(sa.delete(ComplaintRow))
    with Session(records.engine) as session:
        blocks = session.scalars(sa.text("SELECT block FROM complaint_search_data"))
        assert not any("远方".encode() in block for block in blocks)
        left = "SELECT count(*) FROM complaint_search WHERE complaint_search MATCH '远方'"
        assert session.scalar(sa.text(left)) == 0
        for table in ("search_docs", "search_dirty"):
            assert session.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 0


def test_highlights_are_of_the_text_as_it_is_shown(records: SqlRecords) -> None:
    add(records, one(1, "顾客说ＡＢＣ白条，又说白条", customer_name="张**"))
    with records.unit_of_work() as uow:
        (hit,) = uow.complaints.highlights("abc 白条", ["id-1"]).values()
        (name,) = uow.complaints.highlights("zhang", ["id-1"]).values()
        assert uow.complaints.highlights("没有", ["id-1"]) == {}
    assert (hit.field, hit.text) == ("description", "顾客说ＡＢＣ白条，又说白条")
    assert [hit.text[at : at + size] for at, size in hit.marks] == ["ＡＢＣ白条", "白条"]
    assert (name.field, name.text, name.marks) == ("customer_name", "张**", ((0, 3),))


def test_a_long_text_is_shown_around_its_first_mark() -> None:
    cut = snippet("白条", [("description", "前" * 500 + "白条" + "后" * 500)])
    assert cut is not None
    assert [cut.text[at : at + size] for at, size in cut.marks] == ["白条"]
    assert len(cut.text) <= 120


def test_names_are_spelled() -> None:
    assert spelled("张三") == ["zhangsan", "zs"]
    assert spelled("曾**") == ["zeng", "z", "ceng", "c"]
    assert spelled("Smith") == spelled(None) == []


letters = st.text("白条激活𠮷ＡaBb12２ ，-*\"'", max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=letters, chinese=st.text("白条激活𠮷", min_size=1, max_size=4), latin=letters)
def test_it_finds_what_a_scan_finds(text: str, chinese: str, latin: str) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:

        def hits(typed: str) -> bool:
            asked = match(typed)
            assert asked is not None
            return bool(
                connection.exec_driver_sql("SELECT count(*) FROM f WHERE f MATCH ?", (asked,))
                .scalars()
                .one()
            )

        connection.exec_driver_sql("CREATE VIRTUAL TABLE f USING fts5(w, tokenize='ascii')")
        connection.exec_driver_sql("INSERT INTO f VALUES (?)", (document([text]),))
        assert hits(chinese) is (chinese in text) is bool(marks(chinese, text))
        if match(latin):  # any input at all is a query that the index understands
            hits(latin)
            assert hits(latin) <= bool(marks(latin, text))
        folded = unicodedata.normalize("NFKC", text).casefold()
        for word in ("a", "b1", "12"):
            begins = any(
                folded.startswith(word, i)
                and not (i and folded[i - 1].isascii() and folded[i - 1].isalnum())
                for i in range(len(folded))
            )
            assert hits(word) is begins
    engine.dispose()
