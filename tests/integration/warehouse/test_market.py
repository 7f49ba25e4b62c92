"""Reasons for leaving and policies, counted in a store."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.integration.warehouse.conftest import filled_store
from workbench.domain.driver import Period
from workbench.domain.event import DatedEvent
from workbench.domain.rates import Rate
from workbench.domain.trend import TrendFilter
from workbench.warehouse.store import WarehouseStore

HEADER = "attempt_id,occurred_at,outcome,decision,exit_reason,employment_type,age,identity_verified"
START = datetime(2026, 10, 19, 16)
DAY = timedelta(days=1)
BEFORE, AFTER = Period(START, START + DAY), Period(START + DAY, START + 2 * DAY)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseStore]:
    lines = [
        "A1,2026-10-20 08:00:00,abandoned,,已使用花呗,student,20,true",
        "A2,2026-10-20 09:00:00,success,approved,,student,20,true",
        "A3,2026-10-21 08:00:00,failed,declined,,student,20,true",
        "A4,2026-10-21 09:00:00,failed,declined,,student,21,false",
        "A5,2026-10-20 09:00:00,success,approved,,employed,30,true",
        "A6,2026-10-21 09:00:00,pending,,,employed,30,true",
        "A7,2026-10-21 09:30:00,success,approved,,,30,true",
        "A8,2026-10-21 10:00:00,abandoned,,已使用花呗,employed,30,true",
        "A9,2026-10-21 11:00:00,abandoned,,步骤太多,employed,30,true",
    ]
    with filled_store(tmp_path_factory.mktemp("filled"), *lines, header=HEADER) as store:
        yield store


def test_reasons_for_leaving_are_those_of_the_period(filled: WarehouseStore) -> None:
    assert filled.exits(BEFORE) == [("已使用花呗", 1)]
    assert set(filled.exits(AFTER)) == {("已使用花呗", 1), ("步骤太多", 1)}


def test_the_attempts_behind_a_reason_can_be_asked_for(filled: WarehouseStore) -> None:
    where = TrendFilter(BEFORE.start, AFTER.end, (("exit_reason", ("已使用花呗",)),))
    rows = filled.rows(where, failures_only=False)
    assert [row.attempt_id for row in rows] == ["A8", "A1"]


@pytest.mark.parametrize(
    ("scope", "covered", "declined"),
    [
        ("employment_type=student", (Rate(1, 2), Rate(2, 2)), (Rate(0, 1), Rate(2, 2))),
        ("age=20", (Rate(1, 2), Rate(1, 1)), (Rate(0, 1), Rate(1, 1))),
        ("employment_type=student;identity_verified=false", (Rate(0, 0), Rate(1, 1)),
         (Rate(0, 0), Rate(1, 1))),
        ("phone=13812345678", (Rate(0, 0), Rate(0, 0)), (Rate(0, 0), Rate(0, 0))),
        ("age=young", (Rate(0, 0), Rate(0, 0)), (Rate(0, 0), Rate(0, 0))),
    ],
)  # fmt: skip
def test_a_policy_covers_its_scope_and_no_more(filled, scope, covered, declined) -> None:
    event = DatedEvent("policy", "p", AFTER.start, None, scope)
    failed, refused, others = filled.policy_effect(event, BEFORE, AFTER)
    assert (failed, refused) == (covered, declined)
    assert [a.of + b.of for a, b in zip(failed, others, strict=True)] == [3, 5], "pending left out"
