"""The next sensible attempt as the store knows it: all of a customer's attempts, a policy's end."""

from datetime import datetime

import pytest

from tests.integration.warehouse.conftest import HEADER, make_pack
from workbench.domain.times import from_local

PACK = """
name: test
version: "2"
rules:
  - code: P01
    cause: regulatory_tightening
    when: [policy IS NOT NULL]
    cooldown: 24h
  - code: I01
    cause: identity_unverified
    when: [step = 'face']
    attempts_cap: {24h: 2, month: 4}
"""
EVENTS = """kind,name,starts_at,ends_at,scope
policy,学生限贷,2026-10-01,2026-12-15,employment_type=student
policy,无期限,2026-10-01,,employment_type=unemployed
"""


def attempt(n: int, at: str, customer: str = "c1", job: str = "employed") -> str:
    return f"A{n},{customer},王小明,13812345678,,{at},app_ios,face,failed,{job}"


@pytest.fixture
def store(reopen, tmp_path, write):
    store = reopen(make_pack(tmp_path, PACK))
    (tmp_path / "events.csv").write_text(EVENTS, "utf-8")
    rows = [
        attempt(1, "2026-10-30 09:00:00"),
        attempt(2, "2026-11-03 09:00:00"),
        attempt(3, "2026-11-03 18:00:00"),
        attempt(4, "2026-11-10 09:00:00"),
        attempt(5, "2026-11-20 09:00:00", "c2", "student"),
        attempt(6, "2026-11-20 09:00:00", "c3", "unemployed"),
    ]
    header = HEADER + ",employment_type"
    store.import_files([write(*rows, header=header)], events=tmp_path / "events.csv")
    store.more = lambda *lines: store.import_files([write(*lines, name="more.csv", header=header)])
    return store


def local(*parts: int) -> datetime:
    return from_local(datetime(*parts))


@pytest.mark.slow
def test_a_cap_counts_the_customers_later_attempts_too(store) -> None:
    told = store.explain("A2")
    assert (told.next_attempt_at, told.next_attempt_why) == (None, "any_time"), "A4 is the newest"
    store.more(attempt(7, "2026-11-10 10:00:00"))
    told = store.explain("A7")
    assert (told.next_attempt_at, told.next_attempt_why) == (local(2026, 12, 1), "cap_month")


@pytest.mark.slow
def test_a_rolling_cap_ends_when_the_oldest_that_counts_leaves(store) -> None:
    store.more(attempt(8, "2026-12-05 09:00:00"), attempt(9, "2026-12-05 11:00:00"))
    told = store.explain("A9")
    assert (told.next_attempt_at, told.next_attempt_why) == (local(2026, 12, 7), "cap_24h")


def test_the_end_of_a_policy_is_waited_for_where_it_has_one(store) -> None:
    told = store.explain("A5")
    assert (told.next_attempt_at, told.next_attempt_why) == (local(2026, 12, 15), "policy")
    told = store.explain("A6")
    assert (told.next_attempt_at, told.next_attempt_why) == (local(2026, 11, 22), "cooldown")
