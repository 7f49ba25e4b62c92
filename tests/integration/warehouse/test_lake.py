"""A Parquet lake is diagnosed alike by every engine, and the result appears whole or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from workbench.demo.files import write_canonical, write_events
from workbench.demo.generator import generate
from workbench.demo.plan import Plan
from workbench.domain.errors import BadInput, Cancelled, KnownError, Usage
from workbench.domain.progress import CancelToken, Progress
from workbench.reports.tables import write_batches
from workbench.rules.pack import RulePack, parse_pack, shipped_pack
from workbench.warehouse import schema
from workbench.warehouse.engines.duckdb import DuckEngine
from workbench.warehouse.export import DIAGNOSES
from workbench.warehouse.lake.diagnosing import LakeEngine, diagnose_lake
from workbench.warehouse.store import WarehouseStore

pytestmark = pytest.mark.slow

ON_SPARK = pytest.param("spark", marks=pytest.mark.slow)
ROWS = 5_000
PACK = """\
name: small
version: v7
rules:
  - {code: A, cause: high_debt, symptom: review_declined, priority: 2, when: debt_ratio > 0.5}
  - {code: T, cause: thin_credit_history, priority: 3, when: tries > 2}
"""


@dataclass(frozen=True)
class Lake:
    """The demo's attempts as a lake, with and without context fields, and the store's answers."""

    contextual: Path
    plain: Path
    events: pa.Table
    answers: list[tuple[str, ...]]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("lake")
    month = generate(Plan(rows=ROWS, seed=5, ends_on=date(2026, 11, 22)))
    write_canonical(month, folder / "attempts.csv")
    write_events(month.plan, folder / "events.csv")
    store = WarehouseStore.ephemeral(shipped_pack(), write=write_batches)
    try:
        store.import_files([folder / "attempts.csv"], events=folder / "events.csv")
        facts = [c for c in schema.FACTS if c not in ("attempt_key", "identity_key", "flags")]
        with store.session() as session:
            for name, columns in (("plain", facts), ("contextual", [*facts, *schema.CONTEXT])):
                for day in (1, 2):  # two folders, as a lake that grows by the day has them
                    part = folder / name / f"part={day}"
                    part.mkdir(parents=True)
                    session.execute(
                        f"COPY (SELECT {', '.join(columns)} FROM attempts"
                        f" WHERE attempt_key % 2 = {day - 1})"
                        f" TO '{part / 'rows.parquet'}' (FORMAT parquet)"
                    )
            events = session.fetch("SELECT kind, name, starts_at, ends_at, scope FROM events")
            listed = ", ".join(f"COALESCE({c}, '')" for c in DIAGNOSES)
            answers = session.rows(f"SELECT {listed} FROM attempts ORDER BY attempt_id")
    finally:
        store.close()
    return Lake(folder / "contextual", folder / "plain", events, answers)


@pytest.fixture
def duck() -> Iterator[DuckEngine]:
    engine = DuckEngine(None, b"k" * 32)
    yield engine
    engine.close()


@pytest.fixture(params=["duckdb", ON_SPARK])
def engine(request: pytest.FixtureRequest) -> LakeEngine:
    return request.getfixturevalue("duck" if request.param == "duckdb" else "spark_engine")


def answers(out: Path) -> list[tuple[str, ...]]:
    files = [out] if out.is_file() else sorted(out.rglob("*.parquet"))
    table = pa.concat_tables(parquet.read_table(file) for file in files).sort_by("attempt_id")
    assert table.schema.names == list(DIAGNOSES)
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def attempts(path: Path, **columns: Sequence[object]) -> Path:
    """A lake of one file in the folder ``path``."""
    path.mkdir()
    parquet.write_table(pa.table(columns), path / "rows.parquet")
    return path


def small(path: Path) -> Path:
    return attempts(
        path,
        attempt_id=["A1", "A2", "A3"],
        outcome=["failed", "failed", "success"],
        debt_ratio=[0.9, 0.1, None],
        tries=[1, 5, 9],
    )


def small_pack() -> RulePack:
    return parse_pack(PACK)


def test_a_lake_with_context_gets_the_stores_own_answers(
    engine: LakeEngine, lake: Lake, tmp_path: Path
) -> None:
    report = diagnose_lake(engine, lake.contextual, tmp_path / "out", shipped_pack())
    assert (report.read, report.imported, report.quarantined) == (ROWS, ROWS, 0)
    assert answers(tmp_path / "out") == lake.answers


def test_context_that_the_lake_lacks_is_computed(
    engine: LakeEngine, lake: Lake, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    diagnose_lake(engine, lake.plain, out, shipped_pack(), events=lake.events)
    assert out.is_file()
    assert answers(out) == lake.answers


def test_rules_read_the_lakes_own_columns_and_zoned_times_are_utc(
    engine: LakeEngine, tmp_path: Path
) -> None:
    night = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    source = small(tmp_path / "lake")
    table = parquet.read_table(source / "rows.parquet")
    zoned = pa.array([night] * 3, pa.timestamp("us", "Asia/Shanghai"))
    parquet.write_table(table.append_column("occurred_at", zoned), source / "rows.parquet")
    text = (
        PACK
        + "  - {code: N, cause: high_debt, when: occurred_at = TIMESTAMP '2026-11-22 23:30:00'}\n"
    )
    diagnose_lake(engine, source, tmp_path / "out.parquet", parse_pack(text))
    found = {row[0]: (row[4], row[7]) for row in answers(tmp_path / "out.parquet")}
    assert found == {"A1": ("A", "N"), "A2": ("T", "N"), "A3": ("", "")}


def test_files_of_one_lake_may_have_different_columns(engine: LakeEngine, tmp_path: Path) -> None:
    source = small(tmp_path / "lake")
    later = pa.table({"attempt_id": ["A4"], "outcome": ["failed"], "age": [30]})
    parquet.write_table(later, source / "later.parquet")
    diagnose_lake(engine, source, tmp_path / "out", small_pack())
    assert [row[4:6] for row in answers(tmp_path / "out")] == [
        ("A", "determined"), ("T", "determined"), ("", "none"), ("A", "possible"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ({"attempt_id": ["A1"], "outcome": [1]}, "lake_type"),
        ({"id": ["A1"], "outcome": ["failed"]}, "lake_no_attempt_id"),
    ],
)
def test_a_lake_of_other_columns_is_refused_by_name(
    engine: LakeEngine, tmp_path: Path, columns: dict[str, list[object]], key: str
) -> None:
    with pytest.raises(BadInput) as caught:
        diagnose_lake(
            engine, attempts(tmp_path / "lake", **columns), tmp_path / "out", small_pack()
        )
    assert caught.value.key == key
    assert not (tmp_path / "out").exists()


def test_a_damaged_file_is_named_as_such_and_leaves_nothing(
    engine: LakeEngine, tmp_path: Path
) -> None:
    source = small(tmp_path / "lake")
    (source / "torn.parquet").write_bytes(b"PAR1" + bytes(200))
    with pytest.raises(KnownError) as caught:
        diagnose_lake(engine, source, tmp_path / "out", small_pack())
    assert caught.value.key in ("lake_damaged", "store_damaged")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lake"]


def test_cancelling_leaves_the_old_result_and_nothing_else(
    engine: LakeEngine, tmp_path: Path
) -> None:
    source, out = small(tmp_path / "lake"), tmp_path / "out"
    diagnose_lake(engine, source, out, small_pack())
    before = sorted((p, p.stat().st_mtime_ns) for p in out.rglob("*"))
    token = CancelToken()

    def at_the_start_of_the_work(progress: Progress) -> None:
        token.cancel()

    with pytest.raises(Cancelled):
        diagnose_lake(
            engine, source, out, small_pack(),
            overwrite=True, progress=at_the_start_of_the_work, cancel=token,
        )  # fmt: skip
    assert sorted((p, p.stat().st_mtime_ns) for p in out.rglob("*")) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lake", "out"]


# the target: nothing of it is the engine's
def test_an_existing_result_is_replaced_only_when_asked_and_ours(
    duck: DuckEngine, tmp_path: Path
) -> None:
    source, out = small(tmp_path / "lake"), tmp_path / "out"
    diagnose_lake(duck, source, out, small_pack())
    with pytest.raises(Usage, match="lake_out_exists"):
        diagnose_lake(duck, source, out, small_pack())
    (out / "stale.parquet").write_bytes(b"")
    diagnose_lake(duck, source, out, small_pack(), overwrite=True)
    assert not (out / "stale.parquet").exists()
    assert len(answers(out)) == 3


def test_a_folder_of_somebody_else_is_never_replaced(duck: DuckEngine, tmp_path: Path) -> None:
    source, out = small(tmp_path / "lake"), tmp_path / "home"
    out.mkdir()
    (out / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(Usage, match="lake_out_not_ours"):
        diagnose_lake(duck, source, out, small_pack(), overwrite=True)
    assert (out / "letter.txt").read_text("utf-8") == "mine"


@pytest.mark.parametrize("place", ["lake", "lake/out", "."])
def test_a_result_never_lies_in_the_lake_nor_around_it(
    duck: DuckEngine, tmp_path: Path, place: str
) -> None:
    source = small(tmp_path / "lake")
    with pytest.raises(Usage, match="lake_out_in_lake"):
        diagnose_lake(duck, source, tmp_path / place, small_pack(), overwrite=True)
    assert [p.name for p in source.iterdir()] == ["rows.parquet"]


def test_a_folder_without_parquet_is_refused(duck: DuckEngine, tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "_hidden.parquet").write_bytes(b"")
    with pytest.raises(BadInput, match="lake_empty"):
        diagnose_lake(duck, tmp_path / "lake", tmp_path / "out", small_pack())
