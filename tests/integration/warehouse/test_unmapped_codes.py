"""The queue of unmapped codes over a store: which are in it, what it counts, the rows behind."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.integration.warehouse.conftest import filled_store
from workbench.domain.codes import CodeSeen
from workbench.domain.trend import Measure, TrendFilter, TrendQuery
from workbench.rules.code_sources import Sources
from workbench.rules.codes import Catalogue
from workbench.warehouse.store import WarehouseStore

HEADER = (
    "attempt_id,customer_id,phone,occurred_at,outcome,error_source,error_code,decline_code,"
    "error_message"
)
ROWS = (
    "A1,c1,13812345678,2026-10-20 08:00:00,failed,gateway,E9999,,客户 13812345678 未知错误",
    "A2,c1,13812345678,2026-10-21 08:00:00,failed,ＧＡＴＥＷＡＹ,e9999,,",
    "A3,c2,13900001111,2026-10-22 08:00:00,pending,Gateway,Ｅ９９９９,,又一次",
    "A4,c2,13900001111,2026-10-23 08:00:00,failed,app,E9999,,",
    "A5,c3,13700002222,2026-10-23 09:00:00,failed,gateway,SYS_BUSY,,",
    "A6,c3,13700002222,2026-10-23 10:00:00,success,gateway,E9999,,",
    "A7,c3,13700002222,2026-10-23 11:00:00,abandoned,gateway,E9999,,",
    "A8,c4,13600003333,2026-10-24 08:00:00,failed,risk,CREDIT_REJECT,R77,",
    "A9,c4,13600003333,2026-10-25 08:00:00,failed,app,,R77,",
    "A10,c4,13600003333,2026-10-25 09:00:00,failed,,E9999,,",
    "A11,c4,13600003333,2026-10-25 09:30:00,failed,,,,message alone: E9999",
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseStore]:
    with filled_store(tmp_path_factory.mktemp("filled"), *ROWS, header=HEADER) as store:
        yield store


def queue(store, sources: Sources | None = None, limit: int = 100):
    return store.unmapped_codes(Catalogue().known(), (sources or Sources()).all(), limit)


def test_codes_that_no_row_knows_are_counted_most_frequent_first(filled) -> None:
    found = queue(filled)
    assert [(row.seen, row.count) for row in found.rows] == [
        (CodeSeen("gateway", "E9999", "error_code"), 3),
        (CodeSeen("risk", "R77", "decline_code"), 2),
        (CodeSeen("app", "E9999", "error_code"), 1),
        (CodeSeen(None, "E9999", "error_code"), 1),
    ]
    assert found.total == 4


def test_each_row_says_who_when_and_how_much_with_a_masked_message(filled) -> None:
    first = queue(filled).rows[0]
    assert (first.customers, first.count) == (2, 3)
    assert first.share == pytest.approx(3 / 9), "of the nine failed and pending attempts"
    assert first.first_at == datetime(2026, 10, 20)
    assert first.last_at - first.first_at == timedelta(days=2)
    assert first.message == "又一次"
    assert all("13812345678" not in str(row) for row in queue(filled).rows)


def test_the_rows_behind_a_number_are_exactly_those_counted(filled) -> None:
    for row in queue(filled).rows:
        rows = filled.rows(row.where(), failures_only=False)
        assert len(rows) == row.count == filled.count(row.where(), failures_only=False)
    first = filled.rows(queue(filled).rows[0].where(), failures_only=False)
    assert [row.attempt_id for row in first] == ["A3", "A2", "A1"]


def test_a_source_that_the_site_maps_takes_that_schemes_rows(filled) -> None:
    sources = Sources({"app": "gateway", "": "ours"})
    found = {(row.seen.scheme, row.seen.code): row.count for row in queue(filled, sources).rows}
    assert found == {("gateway", "E9999"): 4, ("risk", "R77"): 2, ("ours", "E9999"): 1}
    both = queue(filled, sources).rows[0]
    assert len(filled.rows(both.where(), failures_only=False)) == both.count == 4


def test_a_code_with_a_row_leaves_the_queue(filled) -> None:
    known = Catalogue().known() | {("gateway", "e9999")}
    left = [row.seen.scheme for row in filled.unmapped_codes(known, Sources().all()).rows]
    assert left == ["risk", "app", None]


def test_a_long_queue_is_cut_and_says_how_long_it_is(filled) -> None:
    found = queue(filled, limit=2)
    assert [row.count for row in found.rows] == [3, 2] and found.total == 4


def test_a_store_without_attempts_has_no_queue(store) -> None:
    assert queue(store).rows == () and queue(store).total == 0


def test_a_code_that_is_sql_is_only_a_code(store, write) -> None:
    code = "X'); DROP TABLE attempts; --"
    row = f'B1,c1,13812345678,2026-10-20 08:00:00,failed,gateway,"{code}",,'
    store.import_files([write(row, header=HEADER)])
    (only,) = queue(store).rows
    assert only.seen.code == code
    assert len(store.rows(only.where(), failures_only=False)) == 1


def test_a_rate_over_a_code_compares_with_all_attempts(filled) -> None:
    where = TrendFilter(equals=(("error_code", ("SYS_BUSY",)),))
    points = filled.trend(TrendQuery(by=(), measure=Measure.FAILURE_RATE, where=where))
    assert sum(point.failures for point in points) == 1
    assert sum(point.attempts for point in points) == 10, "the settled ones of every code"
