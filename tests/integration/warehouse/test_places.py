"""Attempts are found by their times as they are by reading all of them."""

from datetime import datetime, timedelta

import pytest

from workbench.domain.errors import BadInput
from workbench.warehouse import lookup, places, schema
from workbench.warehouse.store import WarehouseStore

HEADER = "attempt_id,customer_id,occurred_at,outcome"
DAY = datetime(2026, 10, 1, 12)


def rows_of(customers: int, each: int, start: int = 0) -> list[str]:
    """Attempts of ``customers``, ``each`` of them days apart, in the order of time."""
    return [
        f"A{turn}-{n},c{n},{DAY + timedelta(days=turn, seconds=n)},failed"
        for turn in range(start, start + each)
        for n in range(customers)
    ]


def found_both_ways(store: WarehouseStore) -> dict[int, list[str]]:
    """The ids of each customer's attempts, which both ways agree on."""
    with store.session() as session:
        keys = [key for (key,) in session.rows("SELECT DISTINCT customer_key FROM attempts")]
        found = {}
        for key in keys:
            ways = [places.of_customers(session, [key], timed=timed) for timed in (True, False)]
            assert "occurred_at" in ways[0] and "occurred_at" not in ways[1]
            timed, scanned = (lookup.attempts_where(session, way, [], 500) for way in ways)
            assert timed == scanned
            found[key] = [row.attempt_id for row in timed]
    return found


@pytest.mark.slow
def test_files_in_any_order_a_final_state_and_an_erasure_leave_both_ways_equal(store, write):
    pending = f"A0-0,c0,{DAY},pending"
    late = f"A0-0,c0,{DAY + timedelta(minutes=3)},failed"  # its final state, told of a later time
    store.import_files([write(pending, *rows_of(40, 3)[1:], header=HEADER, name="a.csv")])
    assert sum(map(len, found_both_ways(store).values())) == 120
    store.import_files([write(late, *rows_of(4, 1, 9), header=HEADER, name="b.csv")])
    assert sum(map(len, found_both_ways(store).values())) == 124
    store.erase(store.lookup("c30").customers[0].ref)
    assert sum(map(len, found_both_ways(store).values())) == 121
    store.drop_older(DAY + timedelta(days=5))
    assert sorted(found_both_ways(store).values()) == [[f"A9-{n}"] for n in range(4)]


def test_a_customer_of_an_earlier_store_is_found_after_its_upgrade(store, write, reopen):
    store.import_files([write(*rows_of(5, 2), header=HEADER)])
    with store.session() as session, session.transaction():
        session.execute("DROP TABLE customer_times")
        schema.set_meta(session, "schema_version", "4")
    store.close()
    again = reopen()
    assert all(len(ids) == 2 for ids in found_both_ways(again).values())
    assert len(again.lookup("c3").attempts) == 2


def test_an_attempt_whose_time_changed_since_it_was_seen_is_explained(store, write):
    store.import_files([write(*rows_of(5, 2), header=HEADER)])
    shown = store.lookup("c3").attempts[0]
    with store.session() as session:
        seen = {shown.attempt_id: shown.occurred_at + timedelta(hours=1)}
        where, params = places.of_attempt(session, shown.attempt_id, seen)
        assert session.rows(f"SELECT attempt_id FROM attempts WHERE {where}", params) == [
            (shown.attempt_id,)
        ]
        later = f"UPDATE attempts SET occurred_at = occurred_at + INTERVAL 1 HOUR WHERE {where}"
        session.execute(later, params)  # behind the store's back: it relies on what it has seen
    assert store.explain(shown.attempt_id).attempt_id == shown.attempt_id
    with pytest.raises(BadInput, match="no_such_attempt"):
        store.explain("A9-9")


def test_many_customers_at_once_are_found_without_their_times(store, write):
    store.import_files([write(*rows_of(20, 1), header=HEADER)])
    with store.session() as session:
        keys = [key for (key,) in session.rows("SELECT DISTINCT customer_key FROM attempts")]
        where = places.of_customers(session, keys, timed=True)
        assert len(lookup.attempts_where(session, where, [], 500)) == 20
        assert (
            lookup.attempts_where(session, places.of_customers(session, [1], timed=True), [], 9)
            == []
        )
