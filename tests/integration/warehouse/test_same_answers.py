"""The same commands give the same answers on a file, in PostgreSQL and on a lake by Spark."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.integration.warehouse.conftest import KEYS
from tests.integration.warehouse.twins import (
    FIRST,
    NOW,
    SECOND,
    Twins,
    central,
    csv,
    database,
)
from tests.postgres import Cluster
from workbench.demo.files import write_samples
from workbench.domain.driver import Comparison, Period
from workbench.domain.errors import BadInput
from workbench.domain.trend import Every, Measure, TrendFilter, TrendQuery
from workbench.reports.tables import write_batches
from workbench.rules.pack import shipped_pack
from workbench.warehouse.lake.store import LakeStore

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


@pytest.fixture(scope="module", params=ENGINES)
def filled(request: pytest.FixtureRequest, at_the_centre: Twins) -> Iterator[Twins]:
    """The file, and the same elsewhere; not to be changed."""
    if request.param == "postgres":
        yield at_the_centre
        return
    store = LakeStore.connect(
        request.getfixturevalue("spark_cluster") + str(request.getfixturevalue("lake")),
        keys=[KEYS],
        pack=shipped_pack(),
        write=write_batches,
        clock=lambda: NOW,
    )
    yield Twins(at_the_centre.folder, at_the_centre.both["duckdb"], spark=store)
    store.close()


# equal answers
TERMS = (
    "13812345678", "+86 138-1234-5678", "5678", "11010119900307283x", "c1", "B1", "b1",
    "王小明", "欧阳娜娜", "wangxiaoming", "wxm", "zengzimo", "ouyangnana", "nobody", "19999999999",
)  # fmt: skip


@pytest.mark.parametrize("term", TERMS)
def test_a_term_finds_the_same_customers_and_attempts(filled: Twins, term: str) -> None:
    found = filled(lambda store: store.lookup(term))
    assert bool(found.attempts) is (term not in ("nobody", "19999999999"))
    for card in found.customers:
        assert filled(lambda store, ref=card.ref: store.timeline(ref))


def test_every_attempt_is_explained_by_the_same_reasons_and_proof(filled: Twins) -> None:
    shown = filled(lambda store: store.rows(TrendFilter(), failures_only=True, limit=2000))
    assert len(shown) > 80
    for row in shown[:: len(shown) // 10]:
        told = filled(lambda store, number=row.attempt_id: store.explain(number))
        assert told.status
    of_rules = list(dict.fromkeys(c.sql for rule in shipped_pack().rules for c in rule.when))
    filled(lambda store: store.holds(of_rules, shown[0].attempt_id))
    for store in filled.both.values():
        with pytest.raises(BadInput, match="no_such_attempt"):
            store.explain("none of these")


@pytest.mark.parametrize("measure", list(Measure))
@pytest.mark.parametrize("every", list(Every))
def test_trends_count_alike(filled: Twins, measure: Measure, every: Every) -> None:
    for by in ((), ("cause",), ("province", "channel")):
        query = TrendQuery(by=by, every=every, measure=measure)
        assert filled(lambda store, query=query: store.trend(query))


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


def test_what_drives_a_change_is_the_same(filled: Twins) -> None:
    _, first, last = filled(lambda store: store.span())
    middle = first + (last - first) / 2
    wanted = Comparison(
        now=Period(middle, last), before=Period(first, middle), by=("cause", "channel", "province")
    )
    assert filled(lambda store: store.compare(wanted))
    pack = Path("resources/rules/activation.yaml").absolute()
    filled(lambda store: store.compare(wanted, pack))


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet"])
def test_exports_are_the_same_bytes(filled: Twins, suffix: str) -> None:
    masked = filled.exported(suffix)
    assert b"13812345678" not in masked
    clear = filled.exported(suffix, identities=True, where=TrendFilter(start=datetime(2026, 9, 1)))
    assert suffix == "parquet" or b"13812345678" in clear
