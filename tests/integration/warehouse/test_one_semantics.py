"""One meaning of rules: alone and in bulk, and on every engine, for random rules and attempts."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests import rule_packs
from tests.attempt_rows import COLUMNS
from workbench.demo.files import write_canonical, write_events
from workbench.demo.generator import generate
from workbench.demo.plan import Plan
from workbench.domain.attempt import ALL_FIELDS, FieldType
from workbench.domain.errors import BadInput
from workbench.domain.progress import CancelToken, silent
from workbench.reports.tables import write_batches
from workbench.rules.compiler import condition_sql
from workbench.rules.pack import RulePack, parse_pack, shipped_pack
from workbench.warehouse.diagnosis import DIAGNOSIS_COLUMNS, diagnosis_select
from workbench.warehouse.engines import Engine, Session
from workbench.warehouse.engines.duckdb import DuckEngine
from workbench.warehouse.explain import explain_row
from workbench.warehouse.store import WarehouseStore

# Values on which engines are known, or could be thought, to differ.
EDGES: dict[FieldType, tuple[object, ...]] = {
    FieldType.INTEGER: (0, 1, -1, 2, 3, 5, 17, 2**31 - 1, -(2**31)),
    FieldType.REAL: (
        0.0, -0.0, 0.5, -0.5, 1.25, 2.5, -2.5, 0.1, 0.1 + 0.2, 1e-300, 5e-324, 1e300, -1e300,
        math.inf, -math.inf, math.nan, 1.7976931348623157e308, 0.49999999999999994,
        4503599627370497.5, 9007199254740993.0, 1e15, 1e30, -1e-31,
    ),
    FieldType.DECIMAL: tuple(
        Decimal(text)
        for text in ("0", "0.01", "-0.01", "0.10", "1.25", "5", "12345.67", "90071992547409.93",
                     "9999999999999999.99", "-9999999999999999.99")
    ),
    FieldType.TEXT: (
        "", "a", "A", "b", "declined", "DECLINED", " a ", "\u3000a\u00a0", "\ta", "ß", "İ", "ı",
        "Ａ", "é", "e\u0301", "𠮷", "王a", "%", "_", "a_b", "a%b", "it's", "\\", "a\\b", "a\nb",
        "12", "-1.5", "+3", "1e3", "１２", "0x1F", "1_0", " 7 ", "true", "T", "No", "nan", "inf",
        "12\n", "12.", ".5", "123456789012345678", "0.1", "ﬁ", "σς", "z" * 300,
    ),
    FieldType.BOOLEAN: (True, False),
    FieldType.TIMESTAMP: (
        datetime(1970, 1, 1), datetime(2026, 11, 22), datetime(2026, 11, 22, 8, 0, 0, 250_000),
        datetime(1969, 12, 31, 23, 59, 59, 999_999), datetime(9999, 12, 31),
    ),
}  # fmt: skip
_ARROW = {
    FieldType.TEXT: pa.string(),
    FieldType.INTEGER: pa.int32(),
    FieldType.REAL: pa.float64(),
    FieldType.DECIMAL: pa.decimal128(18, 2),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.TIMESTAMP: pa.timestamp("us"),
}
SCHEMA = pa.schema([(name, _ARROW[ALL_FIELDS[name].type]) for name in COLUMNS])
ENGINES = (
    "duckdb",
    pytest.param("postgres", marks=pytest.mark.slow),
    pytest.param("spark", marks=pytest.mark.slow),
)

Row = Mapping[str, object]


@pytest.fixture(scope="module")
def duck() -> Iterator[Session]:
    engine = DuckEngine(None, b"k" * 32)
    with engine.session() as session:
        yield session
    engine.close()


@pytest.fixture(scope="module", params=ENGINES)
def other(request: pytest.FixtureRequest, duck: Session) -> Iterator[Session]:
    """A session of the engine that DuckDB is compared with."""
    if request.param == "duckdb":
        yield duck
        return
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    with engine.session() as session:
        yield session


def attempts(seed: int, count: int) -> list[Row]:
    """Random attempts out of edge values, one field in three missing; the first are extremes."""
    random = Random(seed)
    rows: list[Row] = [{}]
    for _ in range(count - 1):
        row: dict[str, object] = {
            name: random.choice(EDGES[ALL_FIELDS[name].type])
            for name in COLUMNS
            if random.random() < 0.7
        }
        row["outcome"] = random.choice((*rule_packs.OUTCOMES, "failed", "failed", None))
        row["decision"] = random.choice(("approved", "declined", None, "", " a "))
        rows.append(row)
    return [{**row, "attempt_id": f"A{i:03}"} for i, row in enumerate(rows)]


def table(rows: Sequence[Row]) -> pa.Table:
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in SCHEMA.names} for row in rows], SCHEMA
    )


def checked(drawn: list[dict[str, object]]) -> RulePack:
    try:
        return parse_pack(rule_packs.pack_text(drawn)).check()
    except BadInput as error:
        # Refused for what only a whole expression shows; everything else must be valid.
        assume(error.key not in ("rule_arithmetic", "rule_nested", "rule_too_long"))
        raise


def many(drawn: list[dict[str, object]], count: int) -> list[dict[str, object]]:
    """So many rules out of a few: turned round, and in other orders of priority."""
    made = []
    for i in range(count):
        rule = dict(drawn[i % len(drawn)])
        when = rule["when"]
        assert isinstance(when, list)
        chosen = when[i % len(when)]
        rule |= {"when": [f"NOT ({chosen})" if i % 2 else chosen], "unless": []}
        rule["priority"] = (i * 7) % 11 + 1
        made.append(rule)
    return made


def diagnosed(session: Session, pack: RulePack, source: str = "source_rows") -> list[tuple]:
    select = diagnosis_select(pack, source, COLUMNS)
    listed = ", ".join(DIAGNOSIS_COLUMNS)
    return session.rows(f"SELECT attempt_id, {listed} FROM ({select}) AS d ORDER BY attempt_id")


def outcomes(session: Session, pack: RulePack) -> dict[str, dict[str, object]]:
    """Of every condition by attempt, in one statement."""
    conditions = {c.sql: c for rule in pack.rules for c in rule.conditions}
    listed = ", ".join(condition_sql(c, pack, COLUMNS) for c in conditions.values())
    found = session.rows(f"SELECT attempt_id, {listed} FROM source_rows")
    return {row[0]: dict(zip(conditions, row[1:], strict=True)) for row in found}


def alone(session: Session, pack: RulePack, attempt_id: str) -> tuple:
    """What explaining one attempt says of the columns that the bulk has."""
    told = explain_row(session.rows, pack, "source_rows", attempt_id, COLUMNS)
    principal = (told.reasons or told.possible or (None,))[0]
    return (
        attempt_id,
        told.symptom,
        told.cause_group or None,
        told.cause or None,
        principal.code if principal else None,
        told.status.value,
        [reason.code for reason in told.reasons[1:]],
        told.rules_version,
    )


def first_three(row: tuple) -> tuple:
    """A row of the bulk as one explanation says it: it names at most four reasons."""
    others = row[6].split(";")[:3] if row[6] else []
    return (*row[:6], others, row[7])


def agrees(duck: Session, other: Session, pack: RulePack, rows: Sequence[Row], told: int) -> None:
    """Bulk, single conditions and the first ``told`` explanations, on both sessions."""
    data = table(rows)
    for session in {id(s): s for s in (duck, other)}.values():
        session.load("source_rows", data)
    try:
        expected = diagnosed(duck, pack)
        assert len(expected) == len(rows)
        assert diagnosed(other, pack) == expected
        if other is not duck:
            assert outcomes(other, pack) == outcomes(duck, pack)
        for row in expected[:told]:
            assert alone(other, pack, row[0]) == first_three(row)
    finally:
        for session in {id(s): s for s in (duck, other)}.values():
            session.unload("source_rows")


PROPERTY = settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FEW = settings(PROPERTY, max_examples=2)


@pytest.mark.slow
@PROPERTY
@given(rule_packs.rules, st.integers(0, 2**32))
def test_random_rules_mean_the_same_alone_in_bulk_and_on_every_engine(
    duck: Session, other: Session, drawn: list[dict[str, object]], seed: int
) -> None:
    agrees(duck, other, checked(drawn), attempts(seed, 40), told=2)


@FEW
@given(rule_packs.rules, st.integers(0, 2**32))
def test_packs_of_more_rules_than_one_number_has_bits_do_too(
    duck: Session, other: Session, drawn: list[dict[str, object]], seed: int
) -> None:
    agrees(duck, other, checked(many(drawn, 55)), attempts(seed, 12), told=1)


@pytest.mark.slow
def test_the_shipped_pack_says_the_same_of_a_generated_month(
    duck: Session, other: Session, tmp_path: Path
) -> None:
    plan = Plan(rows=2000)
    write_canonical(generate(plan), tmp_path / "attempts.csv")
    write_events(plan, tmp_path / "events.csv")
    store = WarehouseStore.ephemeral(shipped_pack(), write=write_batches)
    try:
        store.import_files(
            [tmp_path / "attempts.csv"],
            events=tmp_path / "events.csv",
            quarantine_dir=tmp_path,
            progress=silent,
            cancel=CancelToken(),
        )
        with store._engine.session() as session:  # its context fields, as DuckDB reckons them
            rows = session.fetch(f"SELECT {', '.join(COLUMNS)} FROM attempts").to_pylist()
    finally:
        store.close()
    assert len(rows) == 2000
    agrees(duck, other, shipped_pack(), rows, told=3)
