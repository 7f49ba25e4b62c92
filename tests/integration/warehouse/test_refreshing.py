"""Context and diagnosis of a store that grows in pieces are those of a store made anew."""

import csv
import itertools
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.domain.event import DatedEvent
from workbench.domain.progress import CancelToken, silent
from workbench.reports.tables import write_batches
from workbench.rules.pack import parse_pack
from workbench.warehouse import loading, refreshing, schema
from workbench.warehouse.loading import Loading
from workbench.warehouse.lookup import ref_of
from workbench.warehouse.quarantine import Quarantine
from workbench.warehouse.store import WarehouseKeys, WarehouseStore
from workbench.warehouse.subjects import Seals, SubjectsInMemory

# Every context field decides something.
PACK = parse_pack("""
name: context
version: "1"
rules:
  - {code: L, cause: high_concurrency, when: load_ratio >= 1.3}
  - {code: S, cause: service_defect, when: system_error_share_5m > 0.4}
  - {code: N, cause: service_defect, when: node_error_share_30m > 0.3}
  - {code: V, cause: service_defect, when: version_error_share_1h > 0.3}
  - {code: C, cause: identity_unverified, when: customer_attempts_24h > 2 OR customer_attempts_30d > 4}
  - {code: M, cause: market_competition, when: campaign IS NOT NULL}
  - {code: P, cause: regulatory_tightening, when: policy IS NOT NULL}
  - {code: R, cause: risk_model_failure, when: decline_shift >= 1.2}
  - {code: Q, cause: thin_credit_history, when: credit_history_months < 6}
""")
OTHER = parse_pack("""
name: context
version: "2"
rules:
  - {code: R, cause: risk_model_failure, when: decline_shift >= 1.1, cooldown: 1h}
  - {code: L, cause: high_concurrency, when: load_ratio >= 1.1, attempts_cap: {24h: 2, 30d: 3}}
  - {code: P, cause: regulatory_tightening, when: policy IS NOT NULL}
  - {code: N, cause: service_defect, when: node_error_share_30m > 0.1, rivals: [V]}
  - {code: V, cause: service_defect, when: version_error_share_1h > 0.1 AND external_score < 600}
  - {code: D, cause: thin_credit_history, when: "device = 'a' AND credit_history_months < 12"}
""")
FIELDS = (
    "attempt_id", "customer_id", "phone", "occurred_at", "channel", "app_version", "province",
    "node", "outcome", "error_source", "http_status", "decision", "risk_model",
    "credit_history_months", "employment_type", "device",
)  # fmt: skip
SCORE_FIELDS = ("customer_id", "phone", "来源", "信用分", "评分日期", "信用历史（月）")
EVENT_FIELDS = ("kind", "name", "starts_at", "ends_at", "scope")
START = datetime(2026, 10, 1)
KEYS = WarehouseKeys(b"d" * 32, b"b" * 32, b"s" * 32)
SEALS = Seals(KEYS.seal, SubjectsInMemory())
Row = dict[str, Any]


def attempts(chance: random.Random, count: int) -> list[Row]:
    """Attempts of few customers, nodes and models in a few busy places of some weeks."""
    days = chance.choice([2, 9, 30])
    places = [START + timedelta(minutes=chance.randrange(days * 1440)) for _ in range(4)]
    rows = []
    for number in range(count):
        at = chance.choice(places) + timedelta(seconds=chance.randrange(chance.choice([200, 9000])))
        if chance.random() < 0.2:
            at = START + timedelta(seconds=chance.randrange(days * 86400))
        student = chance.random() < 0.3
        declined = chance.random() < (0.9 if student else 0.15)
        crashed = not declined and chance.random() < 0.2
        busy = not declined and not crashed and chance.random() < 0.2
        row: Row = {
            "attempt_id": f"A{number}",
            "customer_id": chance.choice([None, *(f"c{n}" for n in range(12))]),
            "occurred_at": None if chance.random() < 0.03 else at,
            "channel": chance.choice(["app_ios", "app_android", None]),
            "app_version": chance.choice(["1.0", "1.1", None]),
            "province": chance.choice(["江苏", "浙江", None]),
            "node": chance.choice(["n1", "n2", None]),
            "outcome": "failed" if declined or crashed or busy else "success",
            "error_source": "app" if crashed else "gateway" if busy else None,
            "http_status": 0 if crashed else 503 if busy else 200,
            "decision": "declined" if declined else None if crashed or busy else "approved",
            "risk_model": "m2" if at > places[0] else chance.choice(["m1", "m1", None]),
            "credit_history_months": chance.choice([3, 40, 40, 40, None, None]),
            "employment_type": "student" if student else chance.choice(["employed", None]),
            "device": "a",
        }
        if row["customer_id"] and chance.random() < 0.5:
            row["phone"] = f"1381234567{str(row['customer_id'])[1:]}"[:11]
        rows.append(row)
    return rows


def pending(row: Row) -> Row:
    """What was told of an attempt before its end was known."""
    return row | {"outcome": "pending", "decision": None, "error_source": None}


def table(
    folder: Path, name: str, fields: Sequence[str], rows: Sequence[Mapping[str, object]]
) -> Path:
    file = folder / name
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(fields)
        writer.writerows([["" if row.get(f) is None else row[f] for f in fields] for row in rows])
    return file


def events(chance: random.Random) -> list[Row]:
    def one() -> Row:
        at = START + timedelta(hours=chance.randrange(240))
        return {
            "kind": chance.choice(["campaign", "policy", "incident"]),
            "name": chance.choice(["甲", "乙"]),
            "starts_at": at,
            "ends_at": chance.choice([None, at + timedelta(hours=chance.randrange(1, 200))]),
            "scope": chance.choice(["", "channel=app_ios", "employment_type=student;node=n1"]),
        }

    return [one() for _ in range(chance.randrange(1, 4))]


def scores(chance: random.Random) -> list[Row]:
    return [
        {
            "customer_id": f"c{chance.randrange(12)}" if chance.random() < 0.5 else None,
            "phone": f"1381234567{chance.randrange(10)}",
            "来源": chance.choice(["甲征信", "乙征信"]),
            "信用分": chance.randrange(300, 900),
            "评分日期": (START + timedelta(days=chance.randrange(-5, 25))).date(),
            "信用历史（月）": chance.choice([2, 30, None]),
        }
        for _ in range(chance.randrange(1, 5))
    ]


@contextmanager
def opened() -> Iterator[tuple[WarehouseStore, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        store = WarehouseStore.ephemeral(PACK, write=write_batches)
        try:
            yield store, Path(folder)
        finally:
            store.close()


_VALUES = [
    "attempt_id", "outcome", "credit_history_months", "external_score", "external_source",
    "filled_by", *schema.CONTEXT, *schema.DIAGNOSIS,
]  # fmt: skip


def values(store: WarehouseStore) -> dict[str, Row]:
    """What is known of every attempt, by id."""
    with store.session() as session:
        rows = session.rows(f"SELECT {', '.join(_VALUES)} FROM attempts")
    found = {row[0]: dict(zip(_VALUES, row, strict=True)) for row in rows}
    assert len(found) == len(rows)
    return found


def kept(store: WarehouseStore) -> dict[str, list[tuple[object, ...]]]:
    """The kept counts."""
    with store.session() as session:
        return {
            table: session.rows(f"FROM {table} ORDER BY ALL")
            for table in schema.KEPT | schema.SUMMED
        }


def made_anew(store: WarehouseStore) -> None:
    with store.session() as session, session.transaction():
        schema.set_kept(session, None)
        aside = Quarantine(Path(), "", START, lambda key, **_: key)
        load = Loading(session, KEYS.blind, SEALS, aside, silent, CancelToken())
        assert loading.rebuild(load, PACK, at=START, with_added=False) is None


def grown(
    seed: int,
    steps: Sequence[str],
    store: WarehouseStore,
    folder: Path,
    after: Callable[[], None] = lambda: None,
) -> bool:
    """Takes the steps; returns whether a fresh store of the same files has to know the same.
    ``after`` is called after each of them."""
    chance = random.Random(seed)
    rows = attempts(chance, chance.choice([30, 90]))
    told = {r["attempt_id"]: r for r in rows}
    stages: list[Row] = rows + [pending(r) for r in rows if chance.random() < 0.2]
    chance.shuffle(stages)
    cuts = [int(len(stages) * chance.random() ** 3) for _ in range(steps.count("file"))]
    pieces = [stages[i:j] for i, j in itertools.pairwise([0, *sorted(cuts), len(stages)])]
    pieces = [piece for piece in pieces if piece]  # most of them small, the first the biggest
    known_events: dict[tuple[object, ...], Row] = {}
    known_scores: list[Path] = []
    removed = False
    store.import_files([table(folder, "first.csv", FIELDS, pieces.pop())])
    after()
    for number, step in enumerate([*steps, *["file"] * len(pieces)]):
        if step == "file" and pieces:
            store.import_files([table(folder, f"{number}.csv", FIELDS, pieces.pop())])
        elif step == "events":
            new = events(chance)
            if known_events and chance.random() < 0.5:  # one of the old ones ends, or does not
                old = chance.choice(list(known_events.values()))
                ends = chance.choice([None, START + timedelta(days=12)])
                new.append(old | {"ends_at": ends, "scope": chance.choice(["", "node=n2"])})
            store.import_files([], events=table(folder, "events.csv", EVENT_FIELDS, new))
            known_events |= {(e["kind"], e["name"], e["starts_at"]): e for e in new}
        elif step == "event gone" and known_events:
            key = chance.choice(list(known_events))
            gone = known_events.pop(key)
            starts_at = gone["starts_at"] - timedelta(hours=8)
            store.drop_event(DatedEvent(gone["kind"], gone["name"], starts_at, None, ""))
        elif step == "scores":
            file = table(folder, f"scores{number}.csv", SCORE_FIELDS, scores(chance))
            known_scores.append(file)
            store.import_files([], scores=[file])
        elif step == "erase":
            with store.session() as session:
                found = session.rows("SELECT min(customer_key) FROM attempts")
            if found[0][0] is not None:
                store.erase(str(ref_of(found[0][0])))
                removed = True
        elif step == "drop":
            store.drop_older(START + timedelta(days=1))
            removed = True
        elif step == "rules":
            store.use(OTHER if store.rules_version == PACK.version else PACK)
            removed = True
        after()
    if removed:
        return False
    with opened() as (other, place):
        files = [table(place, "all.csv", FIELDS, list(told.values()))]
        listed = table(place, "events.csv", EVENT_FIELDS, list(known_events.values()))
        other.import_files(files, events=listed, scores=known_scores)
        assert values(store) == values(other)
    return True


STEPS = ["file", "file", "file", "events", "event gone", "scores", "erase", "drop"]


@pytest.fixture
def always_partly(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """However much is reached, no store is made anew for it; counts the times."""
    monkeypatch.setattr(refreshing, "SHARE", 1e9)
    done = []

    def counted(*given: object) -> object:
        refreshed = partly(*given)
        done.append(1) if refreshed else None
        return refreshed

    partly = loading.partly
    monkeypatch.setattr(loading, "partly", counted)
    return done


def same_as_made_anew(store: WarehouseStore) -> bool:
    found, counts = values(store), kept(store)
    made_anew(store)
    return found == values(store) and counts == kept(store)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_store_that_grew_in_pieces_is_the_store_made_anew(
    always_partly: list[int], seed: int
) -> None:
    with opened() as (store, folder):
        assert grown(seed, ["file", "events", "scores", "file", "event gone"], store, folder)
        assert len(always_partly) >= 5
        assert same_as_made_anew(store)


@pytest.mark.slow
@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(STEPS), max_size=7))
def test_a_store_that_grew_in_any_way_is_the_store_made_anew(
    always_partly: list[int], seed: int, steps: list[str]
) -> None:
    with opened() as (store, folder):
        grown(seed, steps, store, folder)
        assert same_as_made_anew(store)


RULES = {rule: rules for rules in (refreshing.HOURS, refreshing.REACHED) for rule in rules}
SEEDS = (13, 18, 12, 2, 1, *range(20, 60))  # the first ones are known to need a rule each


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_without_one_of_the_rules_of_what_is_reached_some_store_differs(
    rule: str, always_partly: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RULES[rule], rule, f"({RULES[rule][rule]} LIMIT 0)")
    for seed in SEEDS:
        with opened() as (store, folder):
            try:
                grown(seed, ["events", "event gone", "file", "file"], store, folder)
            except AssertionError:  # not what one file makes
                return
            if not same_as_made_anew(store):
                return
    pytest.fail(f"all stores were right without the rule {rule}")


@pytest.mark.slow
def test_a_change_that_reaches_most_attempts_makes_the_store_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = []
    partly = loading.partly
    monkeypatch.setattr(loading, "partly", lambda *a: answers.append(partly(*a)) or answers[-1])
    rows = attempts(random.Random(3), 90)
    with opened() as (store, folder):
        for number, piece in enumerate((rows[:40], rows[40:])):
            store.import_files([table(folder, f"{number}.csv", FIELDS, piece)])
        assert answers == [None]
        assert same_as_made_anew(store)


@pytest.mark.slow
def test_a_new_column_makes_the_store_anew_and_the_next_batch_does_not(
    always_partly: list[int],
) -> None:
    rows = attempts(random.Random(4), 60)
    with opened() as (store, folder):
        store.import_files([table(folder, "a.csv", FIELDS, rows[:40])])
        wide = [row | {"shop": "s1"} for row in rows[40:50]]
        store.import_files([table(folder, "b.csv", (*FIELDS, "shop"), wide)])
        assert not always_partly
        store.import_files([table(folder, "c.csv", FIELDS, rows[50:])])
        assert len(always_partly) == 1
        assert same_as_made_anew(store)


@pytest.mark.slow
def test_a_batch_writes_only_the_attempts_whose_values_differ(
    monkeypatch: pytest.MonkeyPatch, always_partly: list[int]
) -> None:
    found = []
    partly = loading.partly
    monkeypatch.setattr(loading, "partly", lambda *a: found.append(partly(*a)) or found[-1])
    rows = attempts(random.Random(8), 90)
    with opened() as (store, folder):
        store.import_files([table(folder, "a.csv", FIELDS, rows[2:])])
        before = values(store)
        store.import_files([table(folder, "b.csv", FIELDS, rows[:2])])
        after = values(store)
    [refreshed] = found
    assert refreshed.entered == 2
    changed = {
        name
        for name, row in before.items()
        if any(row[field] != after[name][field] for field in schema.CONTEXT)
    }
    assert 0 < refreshed.written == len(changed) < len(before)


@pytest.mark.slow
def test_a_store_of_before_the_counts_makes_them_with_its_next_import(reopen, write) -> None:
    store = reopen(PACK)
    lines = [f"A{n},c{n % 3},,,,2026-10-20 08:0{n}:00,app_ios,face,failed" for n in range(10)]
    store.import_files([write(*lines[:7])])
    with store.session() as session:
        for table in schema.KEPT:
            session.execute(f"DROP TABLE {table}")
        schema.set_kept(session, None)
        schema.set_meta(session, "schema_version", "2")
    store = reopen(PACK)
    store.import_files([write(lines[7], name="b.csv")])
    store.import_files([write(*lines[8:], name="c.csv")])
    assert len(values(store)) == 10
    assert same_as_made_anew(store)


@pytest.mark.slow
def test_a_store_of_before_customers_had_keys_counts_its_attempts_once(reopen, write) -> None:
    store = reopen(PACK)
    store.import_files([write("A1,c1,,,,2026-10-20 08:00:00,app_ios,face,failed")])
    with store.session() as session:
        schema.set_meta(session, "schema_version", "4")
    store = reopen(PACK)
    with store.session() as session:
        assert session.rows("SELECT sum(n) FROM attempts_by_hour") == [(1,)]
        assert schema.get_meta(session, "schema_version") == str(schema.VERSION)
