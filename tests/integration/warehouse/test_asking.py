"""Lookup, trends and exports: what the store answers once attempts are in it."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import openpyxl
import pytest
from pyarrow import parquet

from tests.integration.warehouse.conftest import (
    HEADER,
    KEYS,
    PACK,
    filled_store,
    make_pack,
)
from workbench.domain.errors import KnownError, Usage
from workbench.domain.times import from_local
from workbench.domain.trend import Every, Measure, TrendFilter, TrendQuery
from workbench.warehouse import trends
from workbench.warehouse.store import WarehouseStore

ROWS = (
    "A1,C77,曾小明,13812345678,110101199003072834,2026-10-19 08:00:00,app_ios,face,failed,0,30,北京",
    "A2,C77,曾小明,13812345678,110101199003072834,2026-10-19 08:59:59,app_ios,face,success,200,30,北京",
    "A3,C78,李雷,13900005678,,2026-10-19 09:00:00,h5,credit_review,failed,200,2,上海",
    "A4,C79,李雷,,,2026-10-20 00:00:00,h5,entry,abandoned,200,40,上海",
    "A5,C80,Ann O'Neil,02155556666,,2026-10-25 23:59:59,h5,entry,pending,200,40,",
    "A6,,,,,2026-10-26 00:00:00,h5,entry,failed,500,40,=HYPERLINK(1)",
)  # fmt: skip


WIDE = HEADER + ",http_status,credit_history_months,province"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseStore]:
    with filled_store(tmp_path_factory.mktemp("filled"), *ROWS, header=WIDE) as store:
        yield store


def local(text: str) -> datetime:
    return from_local(datetime.fromisoformat(text))


# lookup
@pytest.mark.parametrize(
    "term",
    [
        "13812345678", "１３８ 1234-5678", "+86 138 1234 5678", "0086-13812345678", "C77", "c77",
        "110101199003072834", "１１０１０１ 19900307 2834", "曾小明", " 曾 小明 ", "zengxiaoming",
        "Zeng Xiaoming", "zxm", "ZXM", "cengxiaoming", "A1", "a1",
    ],
)  # fmt: skip
def test_a_customer_is_found_however_the_term_is_typed(filled, term) -> None:
    found = filled.lookup(term)
    assert [a.attempt_id for a in found.attempts] == ["A2", "A1"], "newest first"
    [card] = found.customers
    assert (card.name, card.phone, card.id_card) == ("曾**", "138****5678", "110101********2834")
    assert (card.attempts, card.failures, card.last_at) == (2, 1, local("2026-10-19 08:59:59"))
    assert filled.timeline(card.ref) == list(found.attempts)


def test_names_and_last_four_digits_may_mean_several_customers(filled) -> None:
    assert [c.attempts for c in filled.lookup("李雷").customers] == [1, 1]
    assert {a.attempt_id for a in filled.lookup("5678").attempts} == {"A1", "A2", "A3"}
    assert [a.attempt_id for a in filled.lookup("ann o'neil").attempts] == ["A5"]
    assert [a.attempt_id for a in filled.lookup("021-5555-6666").attempts] == ["A5"]


def test_an_attempt_of_nobody_is_found_by_its_id(filled) -> None:
    found = filled.lookup("A6")
    assert (found.customers, [a.attempt_id for a in found.attempts]) == ((), ["A6"])


@pytest.mark.parametrize("term", ["", "  ", "nobody", "13800000000", "' OR 1=1 --", "%", "李"])
def test_what_names_nobody_finds_nothing(filled, term) -> None:
    found = filled.lookup(term)
    assert (found.customers, found.attempts) == ((), ())


def test_a_reference_that_is_none_of_ours_has_no_timeline(filled) -> None:
    for ref in ("", "zz", "-1", "f" * 40, "0000000000000000"):
        assert filled.timeline(ref) == []


def test_a_limit_keeps_the_newest(filled) -> None:
    assert [a.attempt_id for a in filled.lookup("C77", limit=1).attempts] == ["A2"]


def test_originals_come_back_only_through_reveal_and_the_key(filled) -> None:
    ref = filled.lookup("C77").customers[0].ref
    assert filled.reveal(ref) == [
        {
            "customer_id": "C77",
            "customer_name": "曾小明",
            "phone": "13812345678",
            "id_card": "110101199003072834",
        }
    ]


def test_a_number_that_is_ones_phone_and_anothers_customer_id_names_both(tmp_path) -> None:
    at = "2026-10-19 08:00:00,app_ios,face,failed,0,30,北京"
    rows = (
        f"A1,13812345678,曾小明,13900000001,,{at}",
        f"A2,C2,李雷,13812345678,,{at}",
        f"A3,C3,韩梅,13900000002,13812345678,{at}",
        f"A4,C4,13700000003,,110101199003072834,{at}",
        f"110101199003072834,C5,王五,,,{at}",
    )
    with filled_store(tmp_path, *rows, header=WIDE) as store:

        def found(term: str) -> set[str]:
            return {attempt.attempt_id for attempt in store.lookup(term).attempts}

        assert found("13812345678") == {"A1", "A2"}, "a phone and an id: not an ID card besides"
        assert found("13700000003") == {"A4"}, "nobody's phone: where a name should be"
        assert found("110101199003072834") == {"A4"}
        store.erase(store.lookup("13812345678").customers[0].ref)
        store.erase(store.lookup("13812345678").customers[0].ref)
        assert found("13812345678") == {"A3"}, "where an ID card should be"
        store.erase(store.lookup("C4").customers[0].ref)
        assert found("110101199003072834") == {"110101199003072834"}


# explaining
def test_an_explanation_agrees_with_the_diagnosis_of_its_row(filled) -> None:
    for row in filled.rows(TrendFilter(), failures_only=False):
        explained = filled.explain(row.attempt_id)
        assert (explained.status.value, explained.symptom) == (row.status, row.symptom)
        assert (explained.cause or "") == row.cause
    [evidence] = filled.explain(" A3 ").reasons[0].evidence
    assert (evidence.observed, evidence.limit, evidence.outcome.value) == ("2", "6", "true")


def test_an_unknown_attempt_is_not_explained(filled) -> None:
    with pytest.raises(KnownError) as caught:
        filled.explain("A99")
    assert caught.value.key == "no_such_attempt"


def test_rules_may_read_a_files_own_columns(reopen, write, tmp_path) -> None:
    rule = "  - {code: X01, cause: ineligible, priority: 1, when: [vip_level = 0]}\n"
    store = reopen(make_pack(tmp_path, PACK + rule))
    base = "A1,C77,,,,2026-10-19 08:00:00,h5,face,failed"
    header = HEADER + ",VIP level"
    store.import_files([write(base + ",0", base.replace("A1", "A2") + ",3", header=header)])
    assert [store.explain(a).cause == "ineligible" for a in ("A1", "A2")] == [True, False]
    causes = {r.attempt_id: r.cause for r in store.rows(TrendFilter(), failures_only=True)}
    assert causes["A1"] == "ineligible" != causes["A2"]


def test_a_columns_first_file_makes_it_known_to_rules(store, write, tmp_path) -> None:
    pack = make_pack(
        tmp_path, PACK + "  - {code: X01, cause: ineligible, priority: 1, when: [vip_level = 0]}\n"
    )
    base = "A1,C77,,,,2026-10-19 08:00:00,h5,face,failed"
    store.import_files([write(base)])
    with pytest.raises(KnownError, match="rule_unknown_field"):
        store.explain("A1", pack)
    store.import_files([write(base.replace("A1", "A2") + ",0", header=HEADER + ",VIP level")])
    assert store.explain("A2", pack).cause == "ineligible"


# trends
def test_failures_are_counted_by_local_day_and_cause(filled) -> None:
    points = filled.trend(TrendQuery(by=("cause",), every=Every.DAY))
    assert [(p.bucket, p.keys, p.value) for p in points] == [
        (local("2026-10-19"), ("network_interruption",), 1),
        (local("2026-10-19"), ("thin_credit_history",), 1),
        (local("2026-10-20"), ("undetermined",), 1),
        (local("2026-10-26"), ("undetermined",), 1),
    ]


def test_weeks_begin_on_the_local_monday_and_hours_on_the_hour(filled) -> None:
    weeks = filled.trend(TrendQuery(by=(), every=Every.WEEK, measure=Measure.ATTEMPTS))
    assert [(p.bucket, p.value) for p in weeks] == [
        (local("2026-10-19"), 5), (local("2026-10-26"), 1),
    ]  # fmt: skip
    hours = filled.trend(TrendQuery(by=(), every=Every.HOUR, measure=Measure.ATTEMPTS))
    assert [(p.bucket, p.value) for p in hours][:2] == [
        (local("2026-10-19 08:00"), 2), (local("2026-10-19 09:00"), 1),
    ]  # fmt: skip


def test_a_pending_attempt_is_no_failure_and_not_in_the_rate(filled) -> None:
    [first, second] = filled.trend(
        TrendQuery(by=(), every=Every.WEEK, measure=Measure.FAILURE_RATE)
    )
    assert (first.value, first.failures, first.attempts) == (0.75, 3, 4)
    assert (second.value, second.failures, second.attempts) == (1.0, 1, 1)


def test_the_rate_of_a_cause_is_of_all_attempts_around_it(filled) -> None:
    points = filled.trend(TrendQuery(by=("cause",), every=Every.WEEK, measure=Measure.FAILURE_RATE))
    week = [p for p in points if p.bucket == local("2026-10-19")]
    assert {p.keys[0]: (p.value, p.attempts) for p in week} == {
        "network_interruption": (0.25, 4),
        "thin_credit_history": (0.25, 4),
        "undetermined": (0.25, 4),
    }
    [only] = filled.trend(
        TrendQuery(
            by=("channel",),
            every=Every.WEEK,
            measure=Measure.FAILURE_RATE,
            where=TrendFilter(
                equals=(("cause", ("thin_credit_history",)), ("province", ("上海",)))
            ),
        )
    )
    assert (only.keys, only.value) == (("h5",), 0.5)


def test_a_missing_value_is_a_group_and_a_filter(filled) -> None:
    points = filled.trend(TrendQuery(by=("province",), every=Every.WEEK, measure=Measure.ATTEMPTS))
    assert (None,) in [p.keys for p in points]
    where = TrendFilter(equals=(("province", (None, "上海")),))
    assert filled.count(where, failures_only=False) == 3
    assert filled.count(TrendFilter(equals=(("province", ()),)), failures_only=False) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "by",
    [
        ("cause",), ("channel", "step"), ("province",), (), ("weekday", "hour_of_day"),
        ("hour_of_week",),
    ],
)  # fmt: skip
def test_every_bar_counts_exactly_the_rows_behind_it(filled, by) -> None:
    length = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
    for every, measure in product(Every, (Measure.FAILURES, Measure.ATTEMPTS)):
        points = filled.trend(TrendQuery(by=by, every=every, measure=measure))
        failures = measure is Measure.FAILURES
        for point in points:
            where = TrendFilter(
                point.bucket,
                point.bucket + length[every],
                tuple((f, (k,)) for f, k in zip(by, point.keys, strict=True)),
            )
            rows = filled.rows(where, failures_only=failures)
            assert len(rows) == point.value == filled.count(where, failures_only=failures)
        whole = filled.count(TrendFilter(), failures_only=failures)
        assert sum(p.value for p in points) == whole


def test_rows_come_newest_first_in_pages(filled) -> None:
    ids = [r.attempt_id for r in filled.rows(TrendFilter(), failures_only=False)]
    assert ids == ["A6", "A5", "A4", "A3", "A2", "A1"]
    page = filled.rows(TrendFilter(), failures_only=False, limit=2, offset=2)
    assert [r.attempt_id for r in page] == ["A4", "A3"]


def test_only_slice_fields_may_be_asked_for(filled) -> None:
    for ask in (
        lambda: filled.values('province" FROM meta --'),
        lambda: filled.trend(TrendQuery(by=("phone",))),
        lambda: filled.count(TrendFilter(equals=(("1=1 OR x", ("y",)),)), failures_only=True),
    ):
        with pytest.raises(Usage) as caught:
            ask()
        assert caught.value.key == "no_such_slice"


def test_values_and_span_describe_the_store(filled) -> None:
    assert filled.values("channel") == ["h5", "app_ios"]
    assert filled.values("province") == ["上海", "北京", "=HYPERLINK(1)"]
    assert filled.span() == (6, local("2026-10-19 08:00:00"), local("2026-10-26"))


def test_an_empty_store_answers(store) -> None:
    assert store.span() == (0, None, None)
    assert store.trend(TrendQuery()) == []
    assert store.lookup("13812345678").attempts == ()


# export
@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "json"])
def test_exports_are_masked_and_whole(filled, tmp_path, suffix) -> None:
    out = tmp_path / f"out.{suffix}"
    assert filled.export(out) == 6
    if suffix == "csv":
        assert out.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel reads Chinese by this mark"
        with out.open(encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    elif suffix == "xlsx":
        sheet = openpyxl.load_workbook(out).active
        header, *body = sheet.iter_rows(values_only=True)
        rows = [dict(zip(header, row, strict=True)) for row in body]
    elif suffix == "json":
        rows = json.loads(out.read_text("utf-8"))
    else:
        rows = parquet.read_table(out).to_pylist()
    first = rows[0]
    assert (first["attempt_id"], first["customer_name"], first["phone"]) == (
        "A1", "曾**", "138****5678",
    )  # fmt: skip
    shown = {
        "csv": "2026-10-19 08:00:00",
        "xlsx": datetime(2026, 10, 19, 8),
        "json": "2026-10-19T08:00:00+08:00",
        "parquet": datetime.fromisoformat("2026-10-19T08:00:00+08:00"),
    }
    assert first["occurred_at"] == shown[suffix]
    if suffix in ("csv", "xlsx"):
        assert rows[5]["province"] == "'=HYPERLINK(1)"
    everything = out.read_bytes() if suffix != "xlsx" else repr(rows).encode()
    for secret in ("曾小明", "13812345678", "110101199003072834"):
        assert secret.encode() not in everything


def test_an_export_keeps_to_its_filter(filled, tmp_path) -> None:
    where = TrendFilter(equals=(("channel", ("app_ios",)),))
    assert filled.export(tmp_path / "a.json", where) == 2


@pytest.mark.parametrize(
    ("name", "key"), [("a.pdf", "bad_suffix"), ("none/a.csv", "no_such_folder")]
)
def test_an_export_that_cannot_be_says_why(filled, tmp_path, name, key) -> None:
    with pytest.raises(KnownError) as caught:
        filled.export(tmp_path / name)
    assert caught.value.key == key
    assert [p.name for p in Path(tmp_path).glob(".*")] == []


def test_a_name_alone_finds_its_attempt(store, write) -> None:
    store.import_files(
        [write("A1,孙悟空,2026-10-19,failed", "A2,孙悟空,2026-10-20,failed",
               header="attempt_id,customer_name,occurred_at,outcome")]
    )  # fmt: skip
    found = store.lookup("sunwukong")
    assert len(found.customers) == 2, "two attempts of one name need not be one person"
    assert KEYS.blind.hex() not in repr(found)


@pytest.mark.slow
def test_search_keys_are_put_in_order_once_many_came(store, write, monkeypatch) -> None:
    monkeypatch.setattr("workbench.warehouse.sorting._UNSORTED", 10)

    def in_order(table: str = "search_keys", key: str = "key") -> bool:
        with store.session() as session:
            keys = [k for (k,) in session.rows(f"SELECT {key} FROM {table} ORDER BY rowid")]
        return keys == sorted(keys)

    store.import_files([write(*ROWS, header=WIDE)])
    assert in_order() and in_order("identities", "customer_key")
    late = "B1,C90,赵六,13712340000,,2026-10-27 00:00:00,h5,entry,failed,500,40,"
    store.import_files([write(late, name="late.csv", header=WIDE)])
    assert not in_order(), "a few are not worth it"
    assert [a.attempt_id for a in store.lookup("13712340000").attempts] == ["B1"]
    assert [a.attempt_id for a in store.lookup("13812345678").attempts] == ["A2", "A1"]

    monkeypatch.setattr("workbench.warehouse.sorting._UNSORTED", 0)
    more = [
        f"D{n},C9{n},赵六,1371234000{n},,2026-10-27 00:00:00,h5,entry,failed,500,40,"
        for n in "1234"
    ]
    store.import_files([write(*more, name="more.csv", header=WIDE)])
    assert in_order() and in_order("identities", "customer_key")
    for phone, found in (("13712340003", ["D3"]), ("13812345678", ["A2", "A1"])):
        assert [a.attempt_id for a in store.lookup(phone).attempts] == found
    with store.session() as session:
        [[names]] = session.rows(
            "SELECT string_agg(table_name) FROM duckdb_tables() WHERE table_name LIKE '%anew%'"
        )
    assert names is None


_WHERE = [
    TrendFilter(),
    TrendFilter(local("2026-10-19T00:00"), local("2026-10-25T23:00")),
    TrendFilter(local("2026-10-19T08:59:30"), local("2026-10-26T00:00")),
    TrendFilter(equals=(("channel", ("h5", None)),)),
    TrendFilter(
        local("2026-10-19T00:00"), None, (("province", ("上海",)), ("outcome", ("failed",)))
    ),
    TrendFilter(equals=(("error_code", ("E1", None)), ("step", ("face",)))),
    TrendFilter(equals=(("weekday", ("1", "7")), ("hour_of_day", ("09", "23")))),
]


@pytest.mark.slow
@pytest.mark.parametrize("where", _WHERE, ids=range(len(_WHERE)))
def test_sums_by_hour_answer_as_the_attempts_themselves(filled, where) -> None:
    slices = (("cause",), ("channel", "step"), ("outcome",), ("province",), ("weekday",), ())
    for every, measure, by in product([*Every, None], Measure, slices):
        query = TrendQuery(by, every, measure, where)
        with filled.session() as session:
            assert filled.trend(query) == trends.trend(session, query, summed=False)


@pytest.mark.slow
@pytest.mark.parametrize("summed", [True, False])
def test_the_questions_of_a_page_are_answered_as_each_alone(filled, summed) -> None:
    common = (("province", ("上海", None)),)
    queries = [
        TrendQuery(by, every, measure, TrendFilter(start, equals=(*common, *more)))
        for by in (("cause",), ("app_version",), ("weekday", "hour_of_day"), ())
        for every in (Every.DAY, None)
        for measure in Measure
        for start in (None, local("2026-10-19T09:00"))
        for more in ((), (("cause", ("network_interruption", None)),), (("node", (None,)),))
    ]
    with filled.session() as session:
        told = trends.answers(session, queries, summed=summed)
        assert told == [trends.trend(session, query) for query in queries]
    assert filled.trends(queries) == told


def test_the_clock_of_a_slice_is_that_of_shanghai(filled) -> None:
    points = filled.trend(TrendQuery(("weekday", "hour_of_day"), None, Measure.ATTEMPTS))
    assert {p.keys: p.value for p in points} == {
        ("1", "00"): 1, ("1", "08"): 2, ("1", "09"): 1, ("2", "00"): 1, ("7", "23"): 1,
    }  # fmt: skip
    [first, *_] = filled.trend(TrendQuery(("hour_of_week",), None, Measure.ATTEMPTS))
    assert first.keys == ("1-00",)


def test_a_customer_who_failed_twice_is_one_customer(store, write) -> None:
    again = "A9,C78,李雷,13900005678,,2026-10-19 10:00:00,h5,credit_review,failed,200,2,上海"
    store.import_files([write(*ROWS, again, header=WIDE)])
    [point] = store.trend(TrendQuery((), None, Measure.CUSTOMERS))
    assert (point.value, point.failures) == (3, 5), "and who has no name is no customer"
