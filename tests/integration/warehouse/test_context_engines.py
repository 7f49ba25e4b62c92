"""The context of a month of attempts is exactly the same on every engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.integration.warehouse.conftest import give
from workbench.demo.files import write_canonical, write_events
from workbench.demo.generator import generate
from workbench.demo.plan import Plan
from workbench.reports.tables import write_batches
from workbench.rules.pack import shipped_pack
from workbench.warehouse import schema
from workbench.warehouse.context import context_select
from workbench.warehouse.engines import Engine
from workbench.warehouse.engines.duckdb import DuckEngine
from workbench.warehouse.lake.diagnosing import EVENTS
from workbench.warehouse.store import WarehouseStore

pytestmark = pytest.mark.slow

ROWS = 6_000
# Scopes of a number, of a truth value and of several fields: each engine has to read them alike.
START, END = datetime(2026, 11, 1), datetime(2026, 11, 20, 3, 7, 11)
MORE_EVENTS = [
    ("campaign", "青年", START, END, "age=+25.0"),
    (
        "campaign",
        "额度",
        START.replace(hour=1),
        None,
        " requested_amount = {amount} ; channel={channel}",
    ),
    ("policy", "未认证", END, None, "identity_verified=false"),
    ("policy", "七个", START, None, "age=1;age=1;age=1;age=1;age=1;age=1;age=1"),
    ("campaign", "不是数", START, None, "age=1e1"),
]


@dataclass(frozen=True)
class Month:
    attempts: pa.Table
    events: pa.Table


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    folder = tmp_path_factory.mktemp("month")
    made = generate(Plan(rows=ROWS, seed=7, ends_on=date(2026, 11, 22)))
    write_canonical(made, folder / "attempts.csv")
    write_events(made.plan, folder / "events.csv")
    store = WarehouseStore.ephemeral(shipped_pack(), write=write_batches)
    try:
        store.import_files([folder / "attempts.csv"], events=folder / "events.csv")
        with store.session() as session:
            facts = [f for f in schema.FACTS if f not in ("attempt_key", "identity_key", "flags")]
            attempts = session.fetch(f"SELECT {', '.join(facts)} FROM attempts")
            events = session.fetch("SELECT * FROM events")
    finally:
        store.close()
    first = attempts.filter(pc.greater(attempts["occurred_at"], END)).slice(0, 1).to_pylist()[0]
    told = {"amount": first["requested_amount"], "channel": first["channel"]}
    rows = zip(*([*event, scope.format(**told)] for *event, scope in MORE_EVENTS), strict=True)
    more = pa.table([pa.array(c, t.type) for c, t in zip(rows, EVENTS, strict=True)], schema=EVENTS)
    return Month(attempts, pa.concat_tables([events.cast(EVENTS), more]))


def found(
    engine: Engine, attempts: pa.Table, events: pa.Table, folder: Path
) -> list[tuple[object, ...]]:
    fields = ", ".join(schema.CONTEXT)
    with engine.session() as session:
        give(session, "month_attempts", attempts, folder)
        session.load("month_events", events)
        try:
            rows = session.rows(
                f"SELECT attempt_id, {fields} FROM"
                f" ({context_select('month_attempts', 'month_events')}) AS answered"
            )
        finally:
            session.unload("month_attempts")
            session.unload("month_events")
    return sorted(rows)


@pytest.fixture
def duck() -> Iterator[DuckEngine]:
    engine = DuckEngine(None, b"k" * 32)
    yield engine
    engine.close()


@pytest.mark.parametrize("told", [True, False], ids=["with events", "without events"])
@pytest.mark.parametrize("other", ["postgres", pytest.param("spark", marks=pytest.mark.slow)])
def test_every_field_is_exactly_equal(
    month: Month,
    duck: DuckEngine,
    other: str,
    told: bool,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    events = month.events if told else month.events.slice(0, 0)
    ours = found(duck, month.attempts, events, tmp_path)
    assert len(ours) == ROWS
    by_field = list(zip(*ours, strict=True))[1:]
    seen = {f: set(values) for f, values in zip(schema.CONTEXT, by_field, strict=True)}
    assert {f for f, values in seen.items() if values == {None}} == (
        set() if told else {"campaign"}
    )
    if told:
        assert {"青年", "额度", "未认证"} <= seen["campaign"] | seen["policy"]
        assert seen["campaign"].isdisjoint({"七个", "不是数"})
    engine = request.getfixturevalue(f"{other}_engine")
    theirs = found(engine, month.attempts, events, tmp_path)
    assert theirs == ours
