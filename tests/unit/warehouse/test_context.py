"""Context fields: what each one sees, on attempts made here; the same in any order."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import duckdb
import pytest

from tests.attempt_rows import EVENTS, NO_EVENTS, SOURCE, relation
from workbench.domain.attempt import CONTEXT_FIELDS
from workbench.warehouse.context import context_select

Row = dict[str, object]
MONDAY = datetime(2026, 6, 1, 0, 0)  # UTC; 08:00 in Shanghai


def context(
    rows: Sequence[Mapping[str, object]], events: Sequence[Mapping[str, object]] = ()
) -> dict[str, Row]:
    """Every attempt with its context, by id."""
    with duckdb.connect() as db:
        db.execute(f"CREATE TABLE rows AS SELECT * FROM {relation([{}], SOURCE)} WHERE FALSE")
        marks = ", ".join("?" * len(SOURCE))
        for row in rows:
            db.execute(f"INSERT INTO rows VALUES ({marks})", [row.get(n) for n in SOURCE])
        listed = relation(events, EVENTS) if events else NO_EVENTS
        found = db.sql(context_select("rows", listed))
        assert found.columns == [*SOURCE, *(f.name for f in CONTEXT_FIELDS)]
        answers = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    assert len(answers) == len(rows)
    return {str(answer["attempt_id"]): answer for answer in answers}


def attempt(number: int, at: datetime, **changes: object) -> Row:
    row: Row = {
        "attempt_id": f"A{number}",
        "customer_key": number,
        "occurred_at": at,
        "outcome": "success",
        "decision": "approved",
        "channel": "app_ios",
        "app_version": "1.0",
        "node": "n1",
        "province": "江苏",
        "employment_type": "employed",
        "risk_model": "m1",
        "credit_history_months": 40,
        "overdue_count_24m": 0,
        "debt_ratio": 0.2,
        "paid_months_12": 12,
    }
    return row | changes


DECLINED = {"outcome": "failed", "decision": "declined", "error_source": "risk"}
CRASHED = {"outcome": "failed", "decision": None, "error_source": "app", "http_status": 0}
REFUSED = {"outcome": "failed", "decision": None, "error_source": "gateway", "http_status": 503}


def steady(days: int, per_hour: int = 2) -> list[Row]:
    """The same few attempts every hour."""
    step = timedelta(minutes=60 // per_hour)
    return [attempt(n, MONDAY + n * step) for n in range(days * 24 * per_hour)]


@pytest.mark.slow
@pytest.mark.parametrize("days", [2, 10, 28], ids=["any hour", "hour of day", "hour of week"])
def test_a_burst_stands_out_and_quiet_attempts_do_not(days: int) -> None:
    rows = steady(days)
    burst = MONDAY + timedelta(days=days - 1, hours=5, seconds=1)
    rows += [attempt(90_000 + n, burst + timedelta(seconds=n)) for n in range(60)]
    found = context(rows)
    assert float(str(found["A90000"]["load_ratio"])) > 5
    calm = [float(str(r["load_ratio"])) for i, r in found.items() if i[1:] < "9" and len(i) < 6]
    usual = sorted(calm)[: len(calm) - 8]  # those within the burst's own hour are loaded too
    assert max(usual) < 1.5


@pytest.mark.slow
def test_the_same_rush_every_week_is_usual() -> None:
    rows = steady(28)
    for week in range(4):
        rush = MONDAY + timedelta(days=7 * week + 2, hours=5)
        rows += [
            attempt(90_000 + week * 100 + n, rush + timedelta(seconds=n * 30)) for n in range(100)
        ]
    found = context(rows)
    assert float(str(found["A90350"]["load_ratio"])) < 1.5


def test_a_broken_node_and_a_bad_version_show_in_their_own_shares_only() -> None:
    at = MONDAY + timedelta(hours=3)
    rows = [
        *(attempt(n, at + timedelta(minutes=n), node="n1", **REFUSED) for n in range(10)),
        *(attempt(100 + n, at + timedelta(minutes=n), node="n2") for n in range(10)),
        *(
            attempt(200 + n, at + timedelta(minutes=n), app_version="2.0", node="n3", **CRASHED)
            for n in range(10)
        ),
        attempt(300, at + timedelta(minutes=45), node="n1"),
    ]
    found = context(rows)
    assert found["A9"]["node_error_share_30m"] == 1.0
    assert found["A109"]["node_error_share_30m"] == 0.0
    assert found["A300"]["node_error_share_30m"] == 0.0  # what lies over 30 minutes back is past
    assert found["A209"]["version_error_share_1h"] == 1.0
    assert found["A109"]["version_error_share_1h"] == 0.0
    assert found["A209"]["node_error_share_30m"] == 0.0
    assert 0.2 < float(str(found["A109"]["system_error_share_5m"])) < 0.5


def test_a_customers_attempts_are_counted_up_to_and_with_each() -> None:
    days = (0, 0.5, 0.9, 2, 33)
    rows = [attempt(n, MONDAY + timedelta(days=day), customer_key=7) for n, day in enumerate(days)]
    rows += [attempt(50, MONDAY), attempt(51, MONDAY, customer_key=None)]
    found = context(rows)
    assert [found[f"A{n}"]["customer_attempts_24h"] for n in range(5)] == [1, 2, 3, 1, 1]
    assert [found[f"A{n}"]["customer_attempts_30d"] for n in range(5)] == [1, 2, 3, 4, 1]
    assert found["A50"]["customer_attempts_24h"] == 1
    assert found["A51"]["customer_attempts_24h"] is None


def event(kind: str, name: str, start: int, end: int | None, scope: str | None = None) -> Row:
    return {
        "kind": kind,
        "name": name,
        "starts_at": MONDAY + timedelta(hours=start),
        "ends_at": None if end is None else MONDAY + timedelta(hours=end),
        "scope": scope,
    }


def test_an_event_covers_whom_its_scope_names_while_it_is_in_force() -> None:
    events = [
        event("campaign", "all day", 0, 24),
        event("campaign", "evening", 5, 10),
        event("policy", "students", 2, None, "employment_type=student; province=江苏"),
        event("policy", "unknown field", 0, None, "shoe_size=42"),
        event("policy", "no value", 0, None, "employment_type"),
        event("policy", "other", 0, None, "channel=h5' OR 1=1 --"),
        event("incident", "not asked for", 0, None),
    ]
    rows = [
        attempt(1, MONDAY + timedelta(hours=6), employment_type="student"),
        attempt(2, MONDAY + timedelta(hours=6), employment_type="student", province="广东"),
        attempt(3, MONDAY + timedelta(hours=1), employment_type="student"),
        attempt(4, MONDAY + timedelta(hours=10)),
        attempt(5, MONDAY + timedelta(hours=24)),
    ]
    found = context(rows, events)
    assert [found[f"A{n}"]["campaign"] for n in range(1, 6)] == [
        "evening",
        "evening",
        "all day",
        "all day",
        None,
    ]
    assert [found[f"A{n}"]["policy"] for n in range(1, 6)] == ["students", None, None, None, None]


def reviewed(days: int, per_day: int = 60) -> list[Row]:
    """Sound customers of all kinds, one in fifty of them declined."""
    kinds = ("employed", "student", "freelance", "self_employed")
    return [
        attempt(
            n,
            MONDAY + timedelta(days=n / per_day),
            employment_type=kinds[n % 4],
            province=("江苏", "广东", "四川")[n % 3],
            **(DECLINED if n % 50 == 0 else {}),
        )
        for n in range(days * per_day)
    ]


@pytest.mark.slow
def test_a_policy_that_no_file_names_is_inferred_from_whom_it_declines() -> None:
    start = MONDAY + timedelta(days=10)
    rows = reviewed(20)
    for row in rows:
        if row["employment_type"] == "student" and row["occurred_at"] >= start:  # type: ignore[operator]
            row |= DECLINED
    found = context(rows)
    for row in found.values():
        day = (row["occurred_at"] - start).days  # type: ignore[operator]
        covered = row["employment_type"] == "student" and day >= 1
        if day >= 1 or day < -1:
            assert row["policy"] == ("inferred(employment_type=student)" if covered else None)
        assert row["decline_shift"] < 3  # type: ignore[operator]  # a policy is no model's failure


@pytest.mark.slow
def test_a_new_model_that_declines_sound_customers_shows_as_a_shift_until_it_is_mended() -> None:
    start = MONDAY + timedelta(days=10)
    rows = reviewed(20)
    for n, row in enumerate(rows):
        day = (row["occurred_at"] - start).total_seconds() / 86_400  # type: ignore[operator]
        if day >= 0:
            row["risk_model"] = "m2"
            if day < 3 and n % 5 < 2:
                row |= DECLINED
    found = context(rows)
    for row in found.values():
        day = (row["occurred_at"] - start).total_seconds() / 86_400  # type: ignore[operator]
        shift = float(str(row["decline_shift"]))
        if 0 < day < 3:
            assert shift > 5
        elif day < 0 or day > 4.1:
            assert shift < 3
        assert row["policy"] is None


@pytest.mark.slow
def test_weak_figures_alone_are_no_shift() -> None:
    rows = reviewed(15)
    for row in rows:
        if row["occurred_at"] > MONDAY + timedelta(days=8):  # type: ignore[operator]
            row |= {"risk_model": "m2", "credit_history_months": 1, **DECLINED}
    assert max(float(str(r["decline_shift"])) for r in context(rows).values()) < 3


@pytest.mark.slow
def test_context_does_not_depend_on_the_order_of_the_attempts() -> None:
    rng = random.Random(3)
    rows = reviewed(6)
    for row in rows:
        if rng.random() < 0.2:
            row |= rng.choice([REFUSED, CRASHED, DECLINED])
        if rng.random() < 0.1:
            row |= {rng.choice(["node", "channel", "occurred_at", "risk_model", "decision"]): None}
        row["customer_key"] = rng.randrange(80)
    events = [event("policy", "p", 20, None, "province=广东"), event("campaign", "c", 0, 60)]
    first = context(rows, events)
    for _ in range(3):
        rng.shuffle(rows)
        assert context(rows, events) == first


def test_an_attempt_without_a_time_has_no_context_and_breaks_nothing() -> None:
    found = context([attempt(1, MONDAY), attempt(2, MONDAY) | {"occurred_at": None}])
    assert all(found["A2"][f.name] is None for f in CONTEXT_FIELDS)
    assert context([]) == {}


def test_a_file_of_bare_attempts_has_what_can_be_known() -> None:
    found = context([{"attempt_id": "A1", "occurred_at": MONDAY}])["A1"]
    assert 0.8 < float(str(found["load_ratio"])) < 1.3
    assert found["policy"] is None and found["node_error_share_30m"] is None
