"""Failures grouped over a store: what a fingerprint is made of, what is counted, the rows behind."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.integration.warehouse.conftest import filled_store
from workbench.domain.issue_groups import parts_of
from workbench.domain.trend import TrendFilter
from workbench.rules.grouping import Grouping, parse_grouping
from workbench.warehouse.store import WarehouseStore

HEADER = (
    "attempt_id,customer_id,occurred_at,outcome,step,app_version,error_source,error_code,"
    "decline_code,http_status,credit_history_months,province"
)
ROWS = (
    "A1,c1,2026-10-20 08:00:00,failed,face,8.4.1,Gateway,sys_busy,,503,20,江苏",
    "A2,c1,2026-10-20 23:59:00,failed,face,8.4.9,ＧＡＴＥＷＡＹ,SYS_BUSY,,503,20,浙江",
    "A3,c2,2026-10-21 00:01:00,failed,face,8.5.0,gateway,SYS_BUSY,,503,20,江苏",
    "A4,c3,2026-10-21 08:00:00,failed,credit_review,8.4.1,risk,REJECT,R7,,3,江苏",
    "A5,c4,2026-10-22 08:00:00,failed,credit_review,8.5.0,risk,REJECT,R7,,3,浙江",
    "A6,c5,2026-10-22 09:00:00,failed,entry,8.5.0,,,,0,20,江苏",
    "A7,c6,2026-10-22 10:00:00,failed,entry,8.5.0,app,USER-13812345678|x,,,20,江苏",
    "A8,c7,2026-10-22 11:00:00,success,entry,8.5.0,app,E1,,,20,江苏",
    "A9,c8,2026-10-22 11:00:00,pending,entry,8.5.0,app,E1,,,20,江苏",
    "A10,c9,2026-10-22 12:00:00,abandoned,agreement,8,,,R7,200,20,江苏",
)
PLAIN = Grouping(schemes=(("decline_code", "risk"),))
BUSY = "v1|scheme=gateway|code=SYS_BUSY|reason=ui_error|step=face|version=8.4"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseStore]:
    with filled_store(tmp_path_factory.mktemp("filled"), *ROWS, header=HEADER) as store:
        yield store


def named(store, grouping=PLAIN) -> dict[str, str]:
    return store.fingerprints(grouping, [f"A{n}" for n in range(1, 11)])


def test_a_fingerprint_says_in_words_what_failures_share(filled) -> None:
    found = named(filled)
    assert found["A1"] == BUSY
    assert found["A4"] == "v1|scheme=risk|code=REJECT+R7|reason=Q01|step=credit_review"
    assert found["A6"] == "v1|scheme=http|code=0|reason=T01|step=entry|version=8.5"
    assert found["A10"] == "v1|scheme=risk|code=R7|reason=abandoned|step=agreement|version=8"


def test_spelling_and_patch_versions_make_no_other_group(filled) -> None:
    found = named(filled)
    assert found["A1"] == found["A2"] != found["A3"]


def test_what_is_the_customers_own_record_is_one_group_in_every_version(filled) -> None:
    found = named(filled)
    assert found["A4"] == found["A5"] and "version" not in parts_of(found["A4"])


def test_a_number_that_may_be_somebodys_does_not_get_into_a_fingerprint(filled) -> None:
    found = named(filled)["A7"]
    assert "code=USER-###########/X|" in found and "138" not in found


def test_only_failures_are_grouped(filled) -> None:
    assert not {"A8", "A9"} & set(named(filled))


def test_counts_are_by_version_and_local_day_with_the_first_and_last_time(filled) -> None:
    own = sorted((t for t in filled.tallies(PLAIN) if t.fingerprint == BUSY), key=str)
    assert [(t.app_version, t.count, t.first) for t in own] == [
        ("8.4.1", 1, datetime(2026, 10, 20)),
        ("8.4.9", 1, datetime(2026, 10, 20, 15, 59)),
    ]
    assert len({t.day for t in own}) == 1, "both are of one day in Shanghai"
    assert sum(t.count for t in filled.tallies(PLAIN)) == 8


def test_customers_of_a_group_count_once(filled) -> None:
    found = filled.group_customers(PLAIN, {})
    assert found[BUSY] == 1
    other = named(filled)["A3"]
    together = filled.group_customers(PLAIN, {BUSY: "I", other: "I"})
    assert together["I"] == 2 and BUSY not in together


def test_the_rows_behind_a_group_are_those_counted_newest_first(filled) -> None:
    counted: dict[str, int] = {}
    for tally in filled.tallies(PLAIN):
        counted[tally.fingerprint] = counted.get(tally.fingerprint, 0) + tally.count
    for name, count in counted.items():
        assert len(filled.group_rows(PLAIN, [name])) == count
    assert [r.attempt_id for r in filled.group_rows(PLAIN, [BUSY])] == ["A2", "A1"]
    assert [r.attempt_id for r in filled.group_rows(PLAIN, [BUSY], 1, 1)] == ["A1"]
    assert filled.group_rows(PLAIN, ["v1|nothing"]) == filled.group_rows(PLAIN, []) == []


def test_witnesses_are_the_newest_of_each(filled) -> None:
    found = filled.witnesses(PLAIN, [BUSY, "v1|gone"], 1)
    assert found == {BUSY: ["A2"], "v1|gone": []}


def test_a_site_refines_by_fields_and_leaves_parts_out(filled) -> None:
    refined = parse_grouping(
        "version: \"1\"\nrefine:\n  - name: busy\n    when: upper(error_code) = 'SYS_BUSY'\n"
        "    by: [province]\n    without: [version]\n  - name: rest\n    when: step = 'face'\n"
        "    by: [node]\n"
    )
    found = named(filled, refined)
    assert (
        found["A1"]
        == found["A3"]
        == ("v1|scheme=gateway|code=SYS_BUSY|reason=ui_error|step=face|rule=busy|province=江苏")
    )
    assert found["A2"].endswith("province=浙江")
    assert found["A4"] == named(filled)["A4"], "where no refinement fits nothing changes"


def test_a_code_that_is_sql_is_only_a_code(store, write) -> None:
    row = "B1,c1,2026-10-20 08:00:00,failed,face,8.4,app,X'); DROP TABLE attempts; --,,,20,江苏"
    store.import_files([write(row, header=HEADER)])
    (tally,) = store.tallies(PLAIN)
    assert len(store.group_rows(PLAIN, [tally.fingerprint])) == 1


def test_a_store_without_failures_has_no_groups(store) -> None:
    assert store.tallies(PLAIN) == [] and store.group_customers(PLAIN, {}) == {}
    assert store.witnesses(PLAIN, ["x"], 2) == {"x": []}


@pytest.mark.slow
def test_what_was_counted_is_counted_again_once_attempts_came(store, write) -> None:
    store.import_files([write(*ROWS, header=HEADER)])
    assert sum(t.count for t in store.tallies(PLAIN)) == 8
    more = "A11,c1,2026-10-23 08:00:00,failed,face,8.4.1,gateway,SYS_BUSY,,503,20,江苏"
    store.import_files([write(more, name="more.csv", header=HEADER)])
    assert sum(t.count for t in store.tallies(PLAIN)) == 9
    assert store.group_customers(PLAIN, {})[BUSY] == 1
    store.erase(store.rows(TrendFilter(), failures_only=True)[0].customer_ref)
    assert sum(t.count for t in store.tallies(PLAIN)) == 6


def test_what_another_grouping_makes_of_each_group_is_counted(filled) -> None:
    east = parse_grouping(
        "version: '1'\nrefine:\n  - name: east\n    when: province = '江苏' and step = 'face'\n"
        "    by: [province]\n    without: [version]\n"
    )
    found = {(was, becomes): n for was, becomes, n in filled.regrouped(PLAIN, east)}
    assert sum(found.values()) == sum(t.count for t in filled.tallies(PLAIN))
    whole = BUSY.removesuffix("|version=8.4")
    other = f"{whole}|version=8.5"
    assert found[BUSY, f"{whole}|rule=east|province=江苏"] == 1
    assert found[BUSY, BUSY] == 1 and found[other, f"{whole}|rule=east|province=江苏"] == 1
    assert filled.regrouped(east, east) and all(a == b for a, b, _ in filled.regrouped(east, east))
