"""The same commands give the same answers on a file, in PostgreSQL and on a lake by Spark."""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.integration.warehouse.conftest import KEYS
from tests.integration.warehouse.twins import (
    FIRST,
    NOW,
    SECOND,
    Twins,
    central,
    csv,
    database,
    local,
)
from tests.postgres import Cluster
from tests.ui.fakes import FakeRecords
from workbench.demo.files import write_samples
from workbench.domain.board import BoardQuery, Chosen, Panel, board
from workbench.domain.driver import Comparison, Period
from workbench.domain.errors import BadInput, Cancelled, NotPermitted, StoreFault, Usage
from workbench.domain.event import DatedEvent
from workbench.domain.people import Person, Role
from workbench.domain.progress import CancelToken
from workbench.domain.times import from_local
from workbench.domain.trend import Against, Every, Measure, TrendFilter, TrendQuery
from workbench.reports.tables import write_batches
from workbench.rules.cases import read_cases
from workbench.rules.grouping import Grouping, parse_grouping
from workbench.rules.pack import parse_pack, shipped_pack
from workbench.services.attempts import AttemptService
from workbench.services.change import ChangeService
from workbench.services.session import Session
from workbench.warehouse.lake import writing
from workbench.warehouse.lake.store import LakeStore, parts_of
from workbench.warehouse.lake.writing import write_lake
from workbench.warehouse.spikes import band, find_spikes
from workbench.warehouse.store import WarehouseKeys, WarehouseStore
from workbench.warehouse.subjects import SubjectsInMemory
from workbench.warehouse.trends import affected

pytestmark = pytest.mark.slow

ENGINES = ("postgres", pytest.param("spark", marks=pytest.mark.slow))


@pytest.fixture(scope="module")
def at_the_centre(
    postgres_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Twins]:
    """Sample data, bureau scores and events among them, in a file and in PostgreSQL."""
    samples = write_samples(tmp_path_factory.mktemp("samples"), 400)
    folder = tmp_path_factory.mktemp("twins")
    with database(postgres_cluster) as url:
        twins = Twins(folder, postgres=central(url(), folder / "p"))
        report = twins.imported(samples.attempts, events=samples.events, scores=[samples.scores])
        assert report.imported > 400
        assert report.duplicates > 0
        assert report.scores is not None
        assert report.scores.imported > 0
        counts = twins.imported(csv(folder / "first.csv", *FIRST))
        assert (counts.imported, counts.duplicates, counts.quarantined) == (3, 1, 1)
        counts = twins.imported(csv(folder / "second.csv", *SECOND))
        assert (counts.imported, counts.duplicates, counts.quarantined) == (2, 1, 1)
        yield twins
        twins.close()


@pytest.fixture(scope="module")
def lake(at_the_centre: Twins) -> Path:
    """The centre's attempts as a lake."""
    folder = at_the_centre.folder / "lake"
    assert at_the_centre.both["postgres"].export_lake(folder) > 400
    return folder


@pytest.fixture(scope="module")
def at_lake(spark_cluster: str, lake: Path) -> Iterator[LakeStore]:
    store = LakeStore.connect(
        f"{spark_cluster}{lake}",
        keys=[WarehouseKeys.random(), KEYS],
        pack=shipped_pack(),
        write=write_batches,
        clock=lambda: NOW,
    )
    yield store
    store.close()


@pytest.fixture(scope="module", params=ENGINES)
def filled(request: pytest.FixtureRequest, at_the_centre: Twins) -> Iterator[Twins]:
    """The file, and the same elsewhere; not to be changed."""
    if request.param == "postgres":
        yield at_the_centre
        return
    store = request.getfixturevalue("at_lake")
    yield Twins(at_the_centre.folder, at_the_centre.both["duckdb"], spark=store)


# equal answers
TERMS = (
    "13812345678", "+86 138-1234-5678", "5678", "11010119900307283x", "c1", "B1", "b1",
    "王小明", "欧阳娜娜", "wangxiaoming", "wxm", "zengzimo", "ouyangnana", "nobody", "19999999999",
)  # fmt: skip
OF_EACH_KIND = (
    "+86 138-1234-5678",
    "5678",
    "11010119900307283x",
    "c1",
    "b1",
    "王小明",
    "wxm",
    "nobody",
)


def everywhere(every: Iterable[Any], on_spark: Iterable[Any]) -> list[Any]:
    """On PostgreSQL all; on Spark, whose every statement costs a second, one of each kind."""
    return [
        *(("postgres", one) for one in every),
        *(pytest.param("spark", one, marks=pytest.mark.slow) for one in on_spark),
    ]


@pytest.mark.parametrize(("filled", "term"), everywhere(TERMS, OF_EACH_KIND), indirect=["filled"])
def test_a_term_finds_the_same_customers_and_attempts(filled: Twins, term: str) -> None:
    found = filled(lambda store: store.lookup(term))
    assert bool(found.attempts) is (term not in ("nobody", "19999999999"))
    for card in found.customers:
        assert filled(lambda store, ref=card.ref: store.timeline(ref))


@pytest.mark.parametrize(
    "filled", ["postgres", pytest.param("spark", marks=pytest.mark.slow)], indirect=True
)
def test_words_that_name_a_customer_are_known_and_shared_ones_are_not(filled: Twins) -> None:
    naming = {"13812345678", "11010119900307283x", "王小明", "欧阳娜娜", "zengzimo", "c1"}
    others = {
        "5678",
        "wxm",
        "小明",
        "gateway",
        "19999999999",
        "b1",
        *(f"词{n}" for n in range(3000)),
    }
    assert filled(lambda store: store.known(naming | others)) == naming
    assert filled(lambda store: store.known(set())) == set()


def test_every_attempt_is_explained_by_the_same_reasons_and_proof(filled: Twins) -> None:
    shown = filled(lambda store: store.rows(TrendFilter(), failures_only=True, limit=2000))
    assert len(shown) > 80
    some = 10 if "postgres" in filled.both else 3
    for row in shown[:: len(shown) // some]:
        told = filled(lambda store, number=row.attempt_id: store.explain(number))
        assert told.status
    of_rules = list(dict.fromkeys(c.sql for rule in shipped_pack().rules for c in rule.when))
    filled(lambda store: store.holds(of_rules, shown[0].attempt_id))
    for store in filled.both.values():
        with pytest.raises(BadInput, match="no_such_attempt"):
            store.explain("none of these")


@pytest.mark.parametrize("measure", list(Measure))
@pytest.mark.parametrize(("filled", "every"), everywhere(Every, [Every.DAY]), indirect=["filled"])
def test_trends_count_alike(filled: Twins, measure: Measure, every: Every) -> None:
    for by in ((), ("cause",), ("province", "channel"), ("weekday", "hour_of_day")):
        query = TrendQuery(by=by, every=every, measure=measure)
        assert filled(lambda store, query=query: store.trend(query))


@pytest.mark.parametrize(("filled", "n"), everywhere([1], [1]), indirect=["filled"])
def test_a_page_of_questions_is_answered_alike(filled: Twins, n: int) -> None:
    where = TrendFilter(equals=(("channel", ("app_ios", "h5")),))
    queries = [
        TrendQuery(by, None, measure, where)
        for by in ((), ("hour_of_week",), ("app_version",))
        for measure in Measure
    ]
    assert all(filled(lambda store: store.trends(queries)))


def test_what_is_behind_a_number_is_the_same(filled: Twins) -> None:
    (day, *_) = filled(lambda store: store.span())[1:]
    where = TrendFilter(equals=(("channel", ("app_ios", "h5")), ("cause", (None, ""))))
    late = TrendFilter(start=datetime(2026, 11, 1), end=NOW)
    assert day
    for chosen in (where, late, TrendFilter()):
        count = filled(lambda store, w=chosen: store.count(w, failures_only=False))
        for part in ({"limit": 50}, {"limit": 20, "offset": 30}):
            filled(lambda s, w=chosen, p=part: s.rows(w, failures_only=False, **p))
        assert count > 0
    assert filled(lambda store: store.values("province"))
    assert filled(
        lambda store: store.unmapped_codes([("gateway", "sys_busy")], {"app": "app"})
    ).rows


WHOLE = BoardQuery(
    TrendFilter(from_local(datetime(2026, 11, 1)), from_local(datetime(2026, 11, 21))),
    against=Against.SAME_WEEKDAYS,
)
BOARDS = (
    WHOLE,
    replace(WHOLE, by="risk_model", every=Every.HOUR, measure=Measure.FAILURE_RATE),
    replace(WHOLE, by="hour_of_week", every=Every.WEEK, measure=Measure.ATTEMPTS, against=None),
    BoardQuery(TrendFilter(equals=(("province", ("江苏", None)),)), by="employment_type"),
    WHOLE.choose(Chosen(Panel.CAUSES, (("cause", ("thin_credit_history",)),))).choose(
        Chosen(Panel.HOURS, (("hour_of_day", ("19", "20", "21")),))
    ),
)


@pytest.mark.parametrize(
    ("filled", "query"), everywhere(BOARDS, [BOARDS[0], BOARDS[-1]]), indirect=["filled"]
)
def test_a_board_counts_alike_and_so_do_those_whom_its_failures_cost(
    filled: Twins, query: BoardQuery
) -> None:
    answers = filled(lambda store: store.trends(list(query.questions().values())))
    told = board(query, dict(zip(query.questions(), answers, strict=True)), newest=NOW, now=NOW)
    assert (
        told.totals.attempts and len(told.hours) and sum(map(told.chart.total, told.chart.series))
    )
    cost = filled(lambda store: store.affected(query.narrowed()))
    assert cost.customers >= cost.lost > 0
    assert (cost.amount_fen > 0) is (cost.lost > cost.without_amount)


def test_whom_failures_cost_is_the_same_in_parts_as_at_once(at_the_centre: Twins) -> None:
    with at_the_centre.both["duckdb"].session() as session:
        whole = affected(session, TrendFilter())
        assert whole.lost and affected(session, TrendFilter(), at_once=50) == whole


def test_bursts_control_limits_and_drivers_are_found_alike(filled: Twins) -> None:
    """As the incidents tab, the p-chart and the Why tab ask for them."""
    session = Session(Person("qian", "钱伟", Role.QA))

    def change(store: WarehouseStore) -> ChangeService:
        attempts = AttemptService(store, FakeRecords(), session)
        return ChangeService(attempts, session, find_spikes, store.compare, band)

    series = filled(lambda store: change(store).series())
    assert len(series) > 5 and sum(map(sum, (one.values for one in series.values()))) > 80
    filled(lambda store: change(store).spikes())
    chart = filled(lambda store: change(store).rates(Every.DAY))
    assert len(chart.times) > 20 and chart.limits.centre > 0
    only = TrendFilter(equals=(("channel", ("app_ios", "h5")),))
    if "postgres" in filled.both:
        filled(lambda store: change(store).rates(Every.WEEK, only))


PLAIN = Grouping(schemes=(("decline_code", "risk"), ("app", "client")))
REFINED = parse_grouping(
    "version: \"1\"\nrefine:\n  - name: east\n    when: province in ('江苏', '浙江')\n"
    "    by: [province, campaign]\n    without: [version]\n"
)


@pytest.mark.parametrize("grouping", [PLAIN, REFINED], ids=["product's", "site's"])
def test_failures_are_grouped_alike(filled: Twins, grouping: Grouping) -> None:
    tallies = filled(lambda store: sorted(store.tallies(grouping), key=str))
    assert sum(tally.count for tally in tallies) > 80
    names = sorted({tally.fingerprint for tally in tallies})[:4]
    customers = filled(lambda store: store.group_customers(grouping, dict.fromkeys(names, "one")))
    assert customers["one"] > 1
    rows = filled(lambda store: store.group_rows(grouping, names, 30, 5))
    ids = [row.attempt_id for row in rows]
    found = filled(lambda store: store.fingerprints(grouping, ids))
    assert set(found) == set(ids) and set(found.values()) <= set(names)
    filled(lambda store: store.witnesses(grouping, names, 3))
    filled(lambda store: sorted(store.regrouped(PLAIN, grouping)))


def test_the_events_of_a_time_are_the_same(filled: Twins) -> None:
    day = datetime(2026, 11, 11)
    for start, end in ((None, None), (day, None), (None, day), (day, datetime(2026, 11, 13))):
        filled(lambda store, s=start, e=end: store.events(s, e))
    assert filled(lambda store: store.events())


def test_the_incident_of_a_moment_is_the_same(filled: Twins) -> None:
    _, first, last = filled(lambda store: store.span())
    hours = int((last - first) / timedelta(hours=3))
    moments = [first + timedelta(hours=3 * n) for n in range(hours)]
    some = moments if "postgres" in filled.both else moments[:: max(1, len(moments) // 8)]
    found = [filled(lambda store, at=at: store.incidents(at)) for at in some]
    if "postgres" in filled.both:
        assert any(found) and not all(found), "one of the sample's days has an incident"


def test_what_drives_a_change_is_the_same(filled: Twins) -> None:
    _, first, last = filled(lambda store: store.span())
    middle = first + (last - first) / 2
    wanted = Comparison(
        now=Period(middle, last), before=Period(first, middle), by=("cause", "channel", "province")
    )
    assert filled(lambda store: store.compare(wanted))
    pack = shipped_pack()
    filled(lambda store: store.compare(wanted, pack))
    only = replace(wanted, only=(("cause", ("thin_credit_history", "high_concurrency")),))
    if "postgres" in filled.both:
        assert filled(lambda s: s.compare(only)) != filled(lambda s: s.compare(wanted))
        filled(lambda store: store.compare(only, pack))
    else:  # whose every statement costs a second
        only = replace(only, by=("channel",), limit=1)
        filled(lambda store: store.compare(only))
    for asked in (wanted, only) if "postgres" in filled.both else (only,):
        change = filled(lambda store, asked=asked: store.rate_change(asked))
        assert change.splits and change.now.of


def test_risk_models_are_counted_alike(filled: Twins) -> None:
    for by in ("employment_type", "province"):
        models = {r.model for r in filled(lambda store, by=by: store.reviewed(by))}
    assert filled(lambda store: store.score_bins())
    filled(lambda store: store.passed_before())
    for model in sorted(models):
        for passed in (False, True):
            rows = filled(
                lambda s, m=model, p=passed: s.wrong_declines(m, passed=p, limit=50, offset=0)
            )
            count = filled(lambda store, m=model, p=passed: store.count_wrong(m, passed=p))
            assert len(rows) == min(50, count)
    shown = [row.attempt_id for row in rows] or ["none"]
    filled(lambda store: store.models_of(shown))


def test_the_market_is_counted_alike(filled: Twins) -> None:
    _, first, last = filled(lambda store: store.span())
    middle = first + (last - first) / 2
    before, after = Period(first, middle), Period(middle, last)
    assert filled(lambda store: store.exits(after))
    for scope in ("employment_type=student", "age=25;channel=h5", "identity_verified=true"):
        event = DatedEvent("policy", "p", middle, None, scope)
        counts = filled(lambda store, event=event: store.policy_effect(event, before, after))
        assert counts[2][0].of


def test_events_and_the_customers_of_failures_are_the_same(filled: Twins) -> None:
    assert filled(lambda store: store.events())
    where = TrendFilter(equals=(("cause", ("thin_credit_history",)),))
    customers = filled(lambda store: store.count_customers(where))
    failures = filled(lambda store: store.count(where, failures_only=True))
    assert 0 < customers < failures


def test_what_the_rule_desk_finds_out_is_the_same(filled: Twins) -> None:
    text = Path("resources/rules/activation.yaml").read_text("utf-8")
    cases = Path("resources/rules/activation.cases.yaml").read_text("utf-8")
    new = parse_pack(text.replace("debt_ratio > 0.62", "debt_ratio > 0.3"), "new")
    old = parse_pack(text, "old")
    everything = TrendFilter()
    assert sum(use.first for use in filled(lambda s: s.use_of_rules(new, everything))) > 0
    for before in (None, old):
        found = filled(lambda s, b=before: s.back_test(new, b, everything, 200))
        assert found.flipped > 0 and any(flip.why for flip in found.flips)
        ids = [flip.attempt_id for flip in found.flips[:5]]
        assert len(filled(lambda s, b=before, ids=ids: s.flips_of(new, b, ids))) == len(ids)
        assert len(filled(lambda s, ids=ids: s.answers_of(new, ids))) == len(ids)
        assert filled(lambda s, ids=ids: s.explain(ids[0], old)).rules_version == old.version
    assert filled(lambda s: s.coverage(everything))
    results = filled(lambda s: s.run_cases(new, read_cases(cases, new.check())))
    assert any(not r.passed for r in results) and any(r.passed for r in results)


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet"])
def test_exports_are_the_same_bytes(filled: Twins, suffix: str) -> None:
    masked = filled.exported(suffix)
    assert b"13812345678" not in masked
    clear = filled.exported(suffix, identities=True, where=TrendFilter(start=datetime(2026, 9, 1)))
    assert suffix == "parquet" or b"13812345678" in clear


# the lake itself
def tables(lake: Path) -> dict[str, pa.Table]:
    """Every relation, in the order of its files; sealed originals are never the same twice."""
    found = {}
    for folder in lake.iterdir():
        if folder.is_dir():
            files = sorted(folder.rglob("*.parquet"))
            read = [parquet.ParquetFile(file).read() for file in files]
            found[folder.name] = pa.concat_tables(read)
    found["identities"] = found["identities"].drop_columns("sealed")
    kept = set(found.pop("meta")["key"].to_pylist())
    assert kept <= {"schema_version", "rules_version"}, "what a writer notes stays where it is"
    return found


def test_a_file_and_the_centre_write_the_same_lake(at_the_centre: Twins, lake: Path) -> None:
    other = at_the_centre.folder / "of-the-file"
    at_the_centre.both["duckdb"].export_lake(other)
    here, there = tables(lake), tables(other)
    own, others = (salts.pop("_subjects") for salts in (here, there))
    assert own["customer_key"] == others["customer_key"], (
        "each has its own salts, of the same people"
    )
    assert set(here) == {"attempts", "identities", "search_keys", "events", "extras"}
    for name, table in here.items():
        names = sorted(table.column_names)
        assert table.select(names).equals(there[name].select(names)), name
    months = [folder.name for folder in sorted((lake / "attempts").iterdir())]
    assert months[0] == "month=2026-08"
    assert months == sorted(set(months))


def test_nobody_is_in_a_lake_in_clear(lake: Path) -> None:
    for file in lake.rglob("*"):
        if file.is_file():
            rows = parquet.ParquetFile(file).read().to_pylist() if file.suffix == ".parquet" else []
            text = f"{rows}{file.read_bytes()}"
            for clear in ("13812345678", "11010119900307283X", "王小明"):
                assert clear not in text


def test_a_cancelled_lake_leaves_the_old_one(at_the_centre: Twins, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    for store in at_the_centre.both.values():
        store.export_lake(folder, overwrite=True)
        before = {file: file.stat().st_mtime_ns for file in folder.rglob("*")}
        cancel = CancelToken()
        with pytest.raises(Cancelled):
            store.export_lake(
                folder, overwrite=True, progress=lambda _, c=cancel: c.cancel(), cancel=cancel
            )
        assert {file: file.stat().st_mtime_ns for file in folder.rglob("*")} == before
        assert list(tmp_path.iterdir()) == [folder]
        with pytest.raises(Usage, match="lake_out_exists"):
            store.export_lake(folder)
        assert store.span()[0] > 400, "and the store goes on"


def test_a_long_month_is_several_files(
    at_the_centre: Twins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_FILE_ROWS", 100)
    for name, store in at_the_centre.both.items():
        with store.session() as session:
            monkeypatch.setattr(session, "stream", partial(in_small_batches, session.stream))
            rows = write_lake(session, tmp_path / name, KEYS.fingerprint, SubjectsInMemory())
        table = tables(tmp_path / name)["attempts"]
        assert len(table) == rows == store.span()[0]
        assert len(set(table["attempt_id"].to_pylist())) == rows
        assert len(list((tmp_path / name / "attempts" / "month=2026-11").iterdir())) > 1


def in_small_batches(stream: Any, sql: str, params: Any = ()) -> Iterator[pa.RecordBatch]:
    for batch in stream(sql, params):
        yield from pa.Table.from_batches([batch]).to_batches(max_chunksize=30)


def test_an_empty_warehouse_is_a_lake_too(tmp_path: Path) -> None:
    store = local(tmp_path / "d")
    assert store.export_lake(tmp_path / "lake") == 0
    store.close()
    found = tables(tmp_path / "lake")
    assert len(found["attempts"]) == 0
    assert {"attempt_id", "customer_key", "cause"} <= set(found["attempts"].column_names)


def test_other_keys_and_other_folders_are_refused(lake: Path, tmp_path: Path) -> None:
    def connect(folder: Path, keys: WarehouseKeys = KEYS) -> LakeStore:
        url = f"spark://127.0.0.1:1{folder}"  # nobody there: the lake is looked at first
        return LakeStore.connect(url, keys=[keys], pack=shipped_pack(), write=write_batches)

    with pytest.raises(BadInput, match="lake_other_key"):
        connect(lake, WarehouseKeys.random())
    for other in (tmp_path, tmp_path / "none", lake / "attempts"):
        with pytest.raises(BadInput, match="lake_not_a_warehouse"):
            connect(other)
    newer = json.loads((lake / "_workbench.json").read_text("utf-8")) | {"layout": 99}
    (tmp_path / "_workbench.json").write_text(json.dumps(newer), "utf-8")
    with pytest.raises(StoreFault, match="store_too_new"):
        connect(tmp_path)
    for url in ("spark://127.0.0.1:1", "spark://127.0.0.1:1/", "spark:///lake"):
        with pytest.raises(Usage, match="lake_url"):
            LakeStore.connect(url, keys=[KEYS], pack=shipped_pack(), write=write_batches)


def test_the_folder_stands_in_the_url_as_it_is() -> None:
    assert parts_of("spark://m:7077/data/a lake%20#1?") == (
        "spark://m:7077", Path("/data/a lake%20#1?"),
    )  # fmt: skip
    assert parts_of("spark://local/C:/lake") == ("spark://local", Path("C:/lake"))


def test_what_would_change_a_lake_says_how_one_is_written(at_lake: LakeStore) -> None:
    calls = (
        lambda: at_lake.import_files([]),
        lambda: at_lake.erase("0" * 16),
        lambda: at_lake.older(NOW),
        lambda: at_lake.drop_older(NOW),
        lambda: at_lake.compact(),
        lambda: at_lake.turn(None),
        lambda: at_lake.export_lake(Path("other")),
    )
    for call in calls:
        with pytest.raises(NotPermitted, match="lake_read_only"):
            call()


def test_an_erasure_that_arrives_takes_the_customers_key_out_of_a_lake(
    at_lake: LakeStore, spark_cluster: str, lake: Path, tmp_path: Path
) -> None:
    copied = shutil.copytree(lake, tmp_path / "lake")
    store = LakeStore.connect(
        f"{spark_cluster}{copied}", keys=[KEYS], pack=shipped_pack(), write=write_batches
    )
    erased, other = (store.lookup(term).customers[0].ref for term in ("13812345678", "13900001111"))
    assert store.reveal(erased) == at_lake.reveal(erased) != []
    with pytest.raises(NotPermitted, match="lake_read_only"):
        store.erase(erased)
    with pytest.raises(StoreFault, match="subject_key_gone"):
        store.reveal(erased)
    assert store.reveal(other) and at_lake.reveal(erased)
    store.close()
