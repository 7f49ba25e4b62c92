"""Bureau scores join attempts as of their time: against a reference that walks every row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from tests.attempt_rows import relation
from workbench.warehouse.filling import filling_select, origins, own_value_sql

FIELDS = ("external_score", "external_source", "overdue_count_24m")
START = datetime(2026, 1, 1)
MAX_AGE = 3
OWN = {
    "attempt_key": "UBIGINT",
    "customer_key": "UBIGINT",
    "occurred_at": "TIMESTAMP",
    "external_score": "DOUBLE",
    "external_source": "VARCHAR",
    "overdue_count_24m": "INTEGER",
}
SCORES = {
    "score_key": "UBIGINT",
    "customer_id_key": "UBIGINT",
    "id_card_key": "UBIGINT",
    "phone_key": "UBIGINT",
    "source": "VARCHAR",
    "scored_at": "TIMESTAMP",
    "score": "DOUBLE",
    "overdue_count_24m": "INTEGER",
}
KEYS = {"key": "UBIGINT", "kind": "VARCHAR", "customer_key": "UBIGINT"}


@dataclass(frozen=True)
class Attempt:
    customer: int | None
    hour: int | None
    score: int | None
    source: str | None
    overdue: int | None


@dataclass(frozen=True)
class Score:
    customer: int
    hour: int
    source: str
    score: int | None
    overdue: int | None


hours = st.integers(0, 8).map(lambda n: n * 12)  # few moments, so that times are often equal
sources = st.sampled_from(["甲", '乙"\\', "丙"])
numbers = st.none() | st.integers(1, 5)
attempts = st.builds(
    Attempt, st.none() | st.integers(1, 3), st.none() | hours, numbers, st.none() | sources, numbers
)
scores = st.builds(Score, st.integers(1, 3), hours, sources, numbers, numbers)


def moment(hour: int | None) -> datetime | None:
    return None if hour is None else START + timedelta(hours=hour)


def reference(attempt: Attempt, known: Sequence[Score]) -> dict[str, tuple[object, str, int]]:
    """field -> (value, source, hour) of the newest fresh score; of the first name among equals."""
    if attempt.customer is None or attempt.hour is None:
        return {}

    def newest(value: Callable[[Score], object]) -> Score | None:
        mine = [s for s in known if s.customer == attempt.customer and s.hour <= attempt.hour]
        mine = [s for s in mine if value(s) is not None]
        mine.sort(key=lambda s: (-s.hour, s.source))
        if not mine or attempt.hour - mine[0].hour > MAX_AGE * 24:
            return None
        return mine[0]

    found: dict[str, tuple[object, str, int]] = {}
    best = newest(lambda s: s.score)
    if best and attempt.score is None and attempt.source in (None, best.source):
        found["external_score"] = (best.score, best.source, best.hour)
        if attempt.source is None:
            found["external_source"] = (best.source, best.source, best.hour)
    best = newest(lambda s: s.overdue)
    if best and attempt.overdue is None:
        found["overdue_count_24m"] = (best.overdue, best.source, best.hour)
    return found


def filled(given_attempts: Sequence[Attempt], known: Sequence[Score]) -> dict[int, dict]:
    own = relation(
        [
            {
                "attempt_key": n,
                "customer_key": a.customer,
                "occurred_at": moment(a.hour),
                "external_score": a.score,
                "external_source": a.source,
                "overdue_count_24m": a.overdue,
            }
            for n, a in enumerate(given_attempts)
        ],
        OWN,
    )
    told = relation(
        [
            {
                "score_key": n,
                "customer_id_key": 100 + s.customer,
                "source": s.source,
                "scored_at": moment(s.hour),
                "score": s.score,
                "overdue_count_24m": s.overdue,
            }
            for n, s in enumerate(known)
        ],
        SCORES,
    )
    keys = relation(
        [{"key": 100 + n, "kind": "customer_id", "customer_key": n} for n in (1, 2, 3)], KEYS
    )
    complete = []
    if all(s.score is not None for s in known):
        complete += ["external_score", "external_source"]
    if all(s.overdue is not None for s in known):
        complete.append("overdue_count_24m")
    select = filling_select(own, told, keys, FIELDS, MAX_AGE, complete)
    rows = duckdb.sql(select).fetchall()
    return {
        key: {
            field: (value, origins(filled_by)[field])
            for field, value in zip(FIELDS, values, strict=True)
            if value is not None
        }
        for key, *values, filled_by in rows
    }


@pytest.mark.slow
@given(
    st.lists(attempts, min_size=1, max_size=5),
    st.lists(scores, min_size=1, max_size=8, unique_by=lambda s: (s.customer, s.hour, s.source)),
)
def test_each_field_gets_the_newest_value_of_its_time_and_nothing_else(
    given_attempts: list[Attempt], known: list[Score]
) -> None:
    got = filled(given_attempts, known)
    assert got == filled(given_attempts, known[::-1]), "the order of scores matters"
    for n, attempt in enumerate(given_attempts):
        expected = reference(attempt, known)
        seen = {
            field: (value, origin.source, origin.day)
            for field, (value, origin) in got.get(n, {}).items()
        }
        wanted = {
            field: (value, source, (moment(hour) + timedelta(hours=8)).date())
            for field, (value, source, hour) in expected.items()
        }
        assert seen == wanted


def test_a_score_of_the_same_second_counts_and_one_a_second_later_does_not() -> None:
    at = Attempt(1, 24, None, None, None)
    assert filled([at], [Score(1, 24, "甲", 3, None)])[0]["external_score"][0] == 3
    assert filled([Attempt(1, 23, None, None, None)], [Score(1, 24, "甲", 3, None)]) == {}


def test_a_score_is_used_through_its_last_day_and_not_longer() -> None:
    old = [Score(1, 0, "甲", 3, None)]
    assert filled([Attempt(1, MAX_AGE * 24, None, None, None)], old)
    assert not filled([Attempt(1, MAX_AGE * 24 + 1, None, None, None)], old)


def pairs(rows: list[dict], keys: list[dict]) -> set[tuple[int, int]]:
    """(customer, score) of scores each an hour apart, by who got which."""
    told = [
        {"source": "甲", "scored_at": START, "score": n, "score_key": n, **row}
        for n, row in enumerate(rows)
    ]
    customers = sorted({key["customer_key"] for key in keys})
    own = [{"attempt_key": c, "customer_key": c, "occurred_at": START} for c in customers]
    select = filling_select(
        relation(own, OWN), relation(told, SCORES), relation(keys, KEYS), FIELDS, MAX_AGE
    )
    return {(row[0], int(row[1])) for row in duckdb.sql(select).fetchall()}


def key(kind: str, number: int, customer: int) -> dict:
    return {"kind": kind, "key": number, "customer_key": customer}


def test_a_customer_is_known_by_whichever_key_the_score_has() -> None:
    keys = [key("customer_id", 1, 7), key("id_card", 2, 7), key("phone", 3, 7)]
    for row in ({"customer_id_key": 1}, {"id_card_key": 2}, {"phone_key": 3}):
        assert pairs([row], keys) == {(7, 0)}
    assert pairs([{"phone_key": 1}], keys) == set(), "another kind of key with the same number"


def test_a_number_that_is_another_persons_by_now_gives_no_score_away() -> None:
    keys = [key("phone", 3, 7), key("id_card", 2, 7)]
    assert pairs([{"phone_key": 3, "id_card_key": 9}], keys) == set()
    assert pairs([{"phone_key": 3, "id_card_key": 2}], keys) == {(7, 0)}
    keys = [key("phone", 3, 7), key("customer_id", 1, 8)]
    assert pairs([{"phone_key": 3, "customer_id_key": 1}], keys) == {(8, 0)}
    assert pairs([{"phone_key": 3, "customer_id_key": 4}], keys) == {(7, 0)}


def test_what_was_filled_is_told_from_what_was_the_attempts_own() -> None:
    filled_by = '\'{"a_b":{"source":"\\"x_b\\":{","at":"2026-01-01"}}\''
    row = f"(SELECT 1 AS a_b, 2 AS x_b, 3 AS axb, {filled_by} AS filled_by)"
    columns = ", ".join(map(own_value_sql, ("a_b", "x_b", "axb")))
    assert duckdb.sql(f"SELECT {columns} FROM {row}").fetchall() == [(None, 2, 3)]
    nothing = "(SELECT 1 AS a_b, NULL::VARCHAR AS filled_by)"
    assert duckdb.sql(f"SELECT {own_value_sql('a_b')} FROM {nothing}").fetchall() == [(1,)]


@pytest.mark.parametrize("dialect", ["postgres", "spark"])
def test_the_select_is_carried_to_the_other_engines(dialect: str) -> None:
    select = filling_select("own", "scores", "search_keys", FIELDS, 180)
    carried = sqlglot.transpile(
        select, read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE
    )[0]
    assert "ASOF" not in carried and "QUALIFY" not in carried
    assert sqlglot.parse_one(carried, read=dialect).find(sqlglot.exp.Window)
