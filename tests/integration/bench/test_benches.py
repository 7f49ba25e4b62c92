"""Every bench at a tiny size: shape, equal results, and a slow path that is reported as missed."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from unittest.mock import Mock

import pytest
from click.testing import CliRunner

from workbench.bench import central, run, server, stores, windows
from workbench.bench.measure import Result
from workbench.bench.stock import Stock
from workbench.domain.masking import mask_phone
from workbench.domain.trend import TrendQuery
from workbench.rules.pack import shipped_pack
from workbench.services.sync import SyncService
from workbench.warehouse.store import WarehouseStore

pytest.importorskip("pandas")
pytest.importorskip("zen")

ROWS = 4000


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    made = Stock(tmp_path_factory.mktemp("bench"), ROWS)
    assert made.profile.is_dir()
    return made


class HandClock:
    """Time that passes only when a work says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def slowed(self, work: Callable, seconds: float) -> Callable:
        def slow(*args: object, **kwargs: object) -> object:
            self.now += seconds
            return work(*args, **kwargs)

        return slow


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def by_key(results: list[Result]) -> dict[str, Result]:
    assert [r for r in results if r.wrong] == [], "ours and the yardstick agree"
    return {r.key: r for r in results}


# the stock
@pytest.mark.slow
def test_the_profile_holds_as_many_attempts_as_asked_for_each_under_its_own_keys(
    stock: Stock,
) -> None:
    with stock.store() as store, store.session() as session:
        assert session.rows(
            "SELECT count(*), count(DISTINCT attempt_id), count(DISTINCT attempt_key),"
            " count(*) FILTER (attempt_key <> md5_number_lower(attempt_id)) FROM attempts"
        ) == [(ROWS, ROWS, ROWS, 0)]
        (invented,) = session.rows(
            "SELECT count(DISTINCT customer_key) FROM attempts WHERE strpos(attempt_id, '-') = 0"
        )[0]
        assert session.rows("SELECT count(DISTINCT customer_key) FROM attempts") == [
            (invented * 10,)
        ]
        assert session.rows(
            "SELECT count(*) FROM attempts a ANTI JOIN identities i USING (identity_key)"
            " WHERE a.identity_key IS NOT NULL"
        ) == [(0,)]


@pytest.mark.slow
def test_a_phone_of_the_stock_finds_one_customer(stock: Stock) -> None:
    with stock.store() as store:
        for phone in stock.phones(5):
            assert len(store.lookup(phone).customers) == 1


# diagnose
@pytest.mark.slow
def test_the_diagnosis_by_hand_is_ours_and_the_row_engine_names_the_same_reasons(
    stock: Stock,
) -> None:
    found = by_key(stores.diagnose(stock, turns=1))
    assert set(found) == {"diagnose_hand", "diagnose_zen"}
    for result in found.values():
        assert result.ratio is not None and result.ours is not None and result.theirs is not None


@pytest.mark.slow
@pytest.mark.parametrize(("seconds", "reached"), [(1.0, True), (1.3, False)])
def test_a_slowed_diagnosis_misses_both_its_bounds(
    stock: Stock, clock: HandClock, monkeypatch: pytest.MonkeyPatch, seconds: float, reached: bool
) -> None:
    into = stores._into

    def slowed(session: object, table: str, sql: str) -> None:
        clock.now += seconds if table == "ours" else 1.0
        into(session, table, sql)

    monkeypatch.setattr(stores, "_into", slowed)
    rows = min(stores.SAMPLE, ROWS)
    per_row = 1000 / ROWS  # as long for a row as ours takes for a thousand, at one second
    from workbench.bench.zen_rules import ZenRules

    monkeypatch.setattr(ZenRules, "answers", clock.slowed(ZenRules.answers, rows * per_row))
    found = by_key(stores.diagnose(stock, clock, turns=2))
    assert found["diagnose_hand"].ratio == pytest.approx(1 / seconds)
    assert found["diagnose_zen"].ratio == pytest.approx(1000 / seconds)
    assert {r.reached for r in found.values()} == {reached}


@pytest.mark.slow
def test_a_diagnosis_that_differs_is_missed_and_says_so(
    stock: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = stores.by_hand("attempts").replace("'high_debt'", "'thin_credit_history'")
    monkeypatch.setattr(stores, "by_hand", lambda source: other)
    found = {r.key: r for r in stores.diagnose(stock, turns=1)}
    assert found["diagnose_hand"].note == "differs" and not found["diagnose_hand"].reached


def test_the_diagnosis_by_hand_is_that_of_the_shipped_version() -> None:
    """A new version of the pack needs its hand-written twin: change hand_diagnosis.sql with it."""
    assert f"'{shipped_pack().version}' AS rules_version" in stores.by_hand("attempts")


# explain and lookup
def test_explanations_name_the_stored_reasons(stock: Stock, monkeypatch) -> None:
    monkeypatch.setattr(stores, "CALLS", 25)
    found = by_key(stores.explain(stock))
    assert found["explain"].note == "p95"


@pytest.mark.parametrize(("ms", "reached"), [(29, True), (31, False)])
def test_a_slowed_explanation_is_missed(
    stock: Stock, clock: HandClock, monkeypatch: pytest.MonkeyPatch, ms: float, reached: bool
) -> None:
    monkeypatch.setattr(stores, "CALLS", 5)
    slowed = clock.slowed(WarehouseStore.explain, ms / 1000)
    monkeypatch.setattr(WarehouseStore, "explain", slowed)
    (result,) = stores.explain(stock, clock)
    assert result.ours == pytest.approx(ms)
    assert result.reached is reached


@pytest.mark.parametrize(("ms", "reached"), [(9.9, True), (51, False)])
def test_a_lookup_gives_what_pandas_filters_and_a_slowed_one_is_missed(
    stock: Stock, clock: HandClock, monkeypatch: pytest.MonkeyPatch, ms: float, reached: bool
) -> None:
    monkeypatch.setattr(stores, "CALLS", 6)
    slowed = clock.slowed(WarehouseStore.lookup, ms / 1000)
    monkeypatch.setattr(WarehouseStore, "lookup", slowed)
    monkeypatch.setattr(stores, "filtered", clock.slowed(stores.filtered, 0.2))
    found = by_key(stores.lookup(stock, clock, turns=3))
    assert found["lookup_p95"].ours == pytest.approx(ms)
    assert found["lookup_pandas"].ratio == pytest.approx(200 / ms)
    assert {r.reached for r in found.values()} == {reached}


@pytest.mark.parametrize(("callers", "filters"), [(2, 1), (5, 2), (12, 3)])
def test_where_there_are_few_callers_each_gets_a_card_or_a_timeline(
    stock: Stock, monkeypatch: pytest.MonkeyPatch, callers: int, filters: int
) -> None:
    few = stock.phones(callers)
    monkeypatch.setattr(Stock, "phones", lambda _, count: few[:count])
    filtered = Mock(wraps=stores.filtered)
    monkeypatch.setattr(stores, "filtered", filtered)
    found = by_key(stores.lookup(stock, turns=3))
    assert set(found) == {"lookup_p95", "lookup_pandas"}
    assert filtered.call_count == filters


# import
@pytest.mark.slow
@pytest.mark.parametrize(("seconds", "reached"), [(3.9, True), (4.1, False)])
def test_an_import_takes_every_row_and_a_slowed_one_is_missed(
    stock: Stock, clock: HandClock, monkeypatch: pytest.MonkeyPatch, seconds: float, reached: bool
) -> None:
    slowed = clock.slowed(WarehouseStore.import_files, seconds)
    monkeypatch.setattr(WarehouseStore, "import_files", slowed)
    monkeypatch.setattr(stores, "read_csv", clock.slowed(stores.read_csv, 1.0))
    monkeypatch.setattr(stores, "to_sql", clock.slowed(stores.to_sql, 20.0))
    found = by_key(stores.importing(stock, clock, turns=1))
    assert {r.reached for r in found.values()} == {reached}
    assert {r.rows for r in found.values()} == {ROWS // 10}


@pytest.fixture
def one_server(postgres_cluster: server.Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run's own server instead of one for each bench."""
    monkeypatch.setattr(server, "cluster", lambda: nullcontext(postgres_cluster))


@pytest.mark.slow
@pytest.mark.parametrize(("seconds", "reached"), [(4.9, True), (5.1, False)])
def test_a_round_brings_what_the_pipeline_inserts_and_a_slow_one_is_missed(
    tmp_path: Path, one_server: None, clock: HandClock, monkeypatch, seconds: float, reached: bool
) -> None:
    monkeypatch.setattr(SyncService, "run", clock.slowed(SyncService.run, seconds))
    monkeypatch.setattr(central, "_insert", clock.slowed(central._insert, 1.0))
    (result,) = central.sync(Stock(tmp_path, ROWS), clock, turns=1)
    assert (result.rows, result.wrong) == (20, False)
    assert result.ratio == pytest.approx(1 / seconds)
    assert result.reached is reached


def test_a_round_that_brings_something_else_is_missed(
    tmp_path: Path, one_server: None, monkeypatch
) -> None:
    monkeypatch.setattr(SyncService, "_send", lambda *_: None)
    (result,) = central.sync(Stock(tmp_path, ROWS), turns=1)
    assert (result.note, result.reached) == ("differs", False)


def test_without_postgresql_sync_is_skipped_and_not_reached(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(server, "binaries", lambda: None)
    (result,) = central.sync(Stock(tmp_path, ROWS), turns=1)
    assert (result.note, result.reached) == ("absent", False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("bench", [stores.importing, stores.lookup])
def test_without_pandas_its_ratio_is_skipped_and_not_reached(
    stock: Stock, monkeypatch: pytest.MonkeyPatch, bench
) -> None:
    monkeypatch.setattr(stores, "installed", lambda package: package != "pandas")
    monkeypatch.setattr(stores, "CALLS", 3)
    (skipped,) = (r for r in bench(stock, turns=1) if r.key.endswith("_pandas"))
    assert (skipped.ratio, skipped.reached, skipped.note) == (None, False, "absent")


# the window, played
class Played:
    """A window that answers from a script."""

    def __init__(self, **answers: dict[str, object]) -> None:
        self._answers = answers

    def ask(self, command: str) -> dict[str, object]:
        return self._answers[command.partition(" ")[0]]


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Gives the benches windows that answer from scripts: ours, and an empty one."""

    def play(ours: Played, empty: Played | None = None, opening: Callable = lambda profile: None):
        @contextmanager
        def window(profile: Path | None = None) -> Iterator[Played | None]:
            opening(profile)
            yield ours if profile else empty

        monkeypatch.setattr(windows, "window", window)

    return play


@pytest.mark.parametrize(("seconds", "reached"), [(2.9, True), (3.1, False)])
def test_a_slow_start_is_missed(
    stock: Stock, clock: HandClock, play, seconds: float, reached: bool
) -> None:
    def opening(profile: Path | None) -> None:
        clock.now += seconds if profile else 1.0

    play(Played(ready={}), opening=opening)
    (result,) = windows.start(stock, clock, turns=2)
    assert result.ratio == pytest.approx(seconds)
    assert result.reached is reached


@pytest.mark.parametrize(("ms", "reached"), [(200, True), (251, False)])
def test_a_chart_shows_what_pandas_counts_and_a_slow_one_is_missed(
    stock: Stock, clock: HandClock, play, monkeypatch: pytest.MonkeyPatch, ms: float, reached: bool
) -> None:
    with stock.store() as store:
        failures = sum(point.failures for point in store.trend(TrendQuery()))
    monkeypatch.setattr(windows, "grouped", clock.slowed(windows.grouped, 2.1))
    play(Played(trend={"seconds": ms / 1000, "counted": failures}))
    found = by_key(windows.trend(stock, clock, turns=2))
    assert found["trend_pandas"].ratio == pytest.approx(2100 / ms)
    assert {r.reached for r in found.values()} == {reached}


def test_a_chart_that_shows_other_numbers_is_missed(stock: Stock, play) -> None:
    play(Played(trend={"seconds": 0.001, "counted": 1}))
    assert [(r.note, r.reached) for r in windows.trend(stock, turns=1)] == [("differs", False)] * 2


@pytest.mark.parametrize(("longest", "reached"), [(0.049, True), (0.051, False)])
def test_a_window_that_hangs_while_it_imports_is_missed(
    tmp_path: Path, play, longest: float, reached: bool
) -> None:
    stock = Stock(tmp_path, 1000)
    play(Played(**{"import": {"longest": longest, "imported": 100}}))
    (result,) = windows.frame(stock)
    assert result.reached is reached


@pytest.mark.parametrize(
    ("ms", "other", "reached"), [(199, "", True), (201, "", False), (9, "139****0000", False)]
)
def test_a_caller_that_comes_late_or_as_somebody_else_is_missed(
    stock: Stock, clock: HandClock, play, monkeypatch: pytest.MonkeyPatch, ms, other, reached
) -> None:
    came: list[str] = []
    played = Played(callers={})
    played.hear = lambda: {"phone": other or mask_phone(came[-1]), "worked": 0.01}
    for way in ("_knock", "_open"):
        take = clock.slowed(lambda profile, phone: came.append(phone), ms / 1000)
        monkeypatch.setattr(windows, way, take)
    play(played)
    found = windows.pop(stock, clock, turns=3)
    assert [r.key for r in found] == ["pop", "pop_command"] and len(set(came)) == 8
    assert {r.reached for r in found} == {reached}


@pytest.mark.parametrize(("held", "reached"), [(650e6, True), (700e6, False), (None, False)])
def test_a_window_that_holds_too_much_is_missed(
    stock: Stock, play, held: float | None, reached: bool
) -> None:
    ours = Played(use={"found": True}, memory={"memory": held})
    play(ours, Played(memory={"memory": 60e6}))
    (result,) = windows.memory(stock)
    assert result.reached is reached


# the window itself
@pytest.mark.slow
@pytest.mark.parametrize("name", ["trend", "start", "frame", "pop", "memory"])
def test_a_real_window_is_measured_from_inside(stock: Stock, name: str) -> None:
    for result in run.BENCHES[name](stock):
        assert not result.wrong
        assert result.ours is not None and result.ours > 0


# the command
def command(*words: str):
    from workbench.cli.main import workbench

    return CliRunner().invoke(workbench, ["bench", *words])


def results(reached: bool) -> list[Result]:
    from workbench.bench.measure import Bound, faster

    return [
        faster("import_duckdb", 1.0, 0.5, 0.25, 100, equal=True),
        Result("explain", "ms", Bound(30, "ms"), ours=10.0 if reached else 40.0, rows=1000),
    ]


@pytest.mark.parametrize(("reached", "code"), [(True, 0), (False, 1)])
def test_the_exit_code_says_whether_every_bound_is_reached(
    monkeypatch: pytest.MonkeyPatch, reached: bool, code: int
) -> None:
    monkeypatch.setattr(run, "run", lambda names, rows, say: iter(results(reached)))
    done = command("--json", "--lang", "en")
    assert done.exit_code == code
    said = json.loads(done.stdout)
    assert said["reached"] is reached
    first, second = said["results"]
    assert (first["ratio"], first["must_reach"], first["reached"]) == (
        0.5,
        {"at_least": 0.25},
        True,
    )
    assert (second["ours"], second["unit"], second["reached"]) == (
        10.0 if reached else 40.0,
        "ms",
        reached,
    )


def test_the_table_names_work_yardstick_and_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "run", lambda names, rows, say: iter(results(False)))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")  # a command in this process has no words of its own
    table = command().stdout
    for said in ("DuckDB read_csv into a table", "0.5 ×", "≥ 0.25 ×", "≤ 30 ms", "40 ms", "NO"):
        assert said in table


def test_the_command_offers_every_bench() -> None:
    from workbench.cli.bench import NAMES

    assert tuple(run.BENCHES) == NAMES


@pytest.mark.slow
def test_a_named_bench_runs_alone_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(stores, "CALLS", 5)
    steps: list[str] = []
    (result,) = run.run(["explain"], 1000, steps.append)
    assert (result.key, result.rows) == ("explain", 1000)
    assert steps == ["explain", "importing", "inventing", "writing", "copying"]
    assert list(tmp_path.iterdir()) == []


def test_a_packed_program_says_that_it_cannot_measure_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    done = command("explain", "--json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"]["key"] == "bench_packed"


def test_every_result_and_step_has_its_words(stock: Stock) -> None:
    from workbench import texts

    known = texts.catalogue("en")
    keys = ["diagnose_hand", "diagnose_zen", "explain", "lookup_p95", "lookup_pandas",
            "import_duckdb", "import_pandas", "trend_painted", "trend_pandas", "start", "frame",
            "memory"]  # fmt: skip
    for key in keys:
        assert {f"bench.{key}.work", f"bench.{key}.yardstick"} <= set(known)
    assert {f"bench.step.{name}" for name in run.BENCHES} <= set(known)
