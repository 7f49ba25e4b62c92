"""A central warehouse in PostgreSQL answers as a file does, and each login gets what it may have."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.integration.warehouse.conftest import KEYS
from tests.postgres import USER, Cluster
from workbench.demo.files import Samples, write_samples
from workbench.domain.driver import Comparison, Period
from workbench.domain.errors import BadInput, Busy, Cancelled, NotPermitted
from workbench.domain.following import FilePart, Followed, Mark
from workbench.domain.importing import ImportReport
from workbench.domain.progress import CancelToken, Progress
from workbench.domain.trend import Every, Measure, TrendFilter, TrendQuery
from workbench.reports.tables import write_batches
from workbench.rules.pack import shipped_pack
from workbench.warehouse.central.store import CentralStore
from workbench.warehouse.store import WarehouseKeys, WarehouseStore

NOW = datetime(2026, 11, 22, 12)
HEADER = (
    "attempt_id,customer_id,customer_name,phone,id_card,occurred_at,channel,step,outcome,branch"
)
PERSON = "王小明,13812345678,11010119900307283X"
FIRST = (
    f"B1,c1,{PERSON},2026-10-20 08:00:00,app_ios,face,pending,7",
    f"B2,c1,{PERSON},2026-09-30 23:59:00,app_ios,face,failed,8",
    "B3,c2,欧阳娜娜,13900001111,,2026-11-01 00:10:00,h5,identity,abandoned,",
    f"B4,c1,{PERSON},yesterday,app_ios,face,failed,9",
    f"B1,c1,{PERSON},2026-10-20 08:00:00,app_ios,face,pending,7",
)
# B1 is final by now, B2 comes again, B3 with other content; the branch is no number any more
SECOND = (
    f"B1,c1,{PERSON},2026-10-20 08:00:00,app_ios,face,failed,7",
    f"B2,c1,{PERSON},2026-09-30 23:59:00,app_ios,face,failed,8",
    "B3,c2,欧阳娜娜,13900001111,,2026-11-01 00:11:00,h5,identity,abandoned,",
    "B5,c3,曾子墨,13700002222,,2026-08-03 10:00:00,h5,identity,success,north",
)


def csv(file: Path, *lines: str) -> Path:
    file.write_text("\n".join((HEADER, *lines)) + "\n", "utf-8")
    return file


@contextmanager
def database(cluster: Cluster) -> Iterator[Callable[..., str]]:
    """A new database; gives its URL, for another login where one is named."""
    name = f"w{uuid4().hex[:12]}"
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield lambda user=USER, password=cluster.password: cluster.url_of(user, password, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def url(postgres_cluster: Cluster) -> Iterator[Callable[..., str]]:
    with database(postgres_cluster) as made:
        yield made


def central(url: str, folder: Path, keys: WarehouseKeys = KEYS) -> CentralStore:
    return CentralStore.connect(
        url,
        keys=lambda _: keys,
        pack=shipped_pack(),
        write=write_batches,
        quarantine_dir=folder,
        clock=lambda: NOW,
    )


def local(folder: Path) -> WarehouseStore:
    return WarehouseStore.open(
        folder / "warehouse.db",
        keys=KEYS,
        pack=shipped_pack(),
        write=write_batches,
        clock=lambda: NOW,
    )


class Twins:
    """The same calls to a file and to the centre."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        self.both = {"duckdb": local(folder / "d"), "postgres": central(url, folder / "p")}

    def __call__(self, call: Callable[[Any], Any]) -> Any:
        """The answer that both give."""
        file, centre = (call(store) for store in self.both.values())
        assert centre == file
        return file

    def imported(self, *paths: Path, **more: Any) -> ImportReport:
        return self(lambda store: comparable(store.import_files(paths, **more)))

    def exported(self, suffix: str, **how: Any) -> bytes:
        def written(store: WarehouseStore) -> bytes:
            file = self.folder / f"{uuid4().hex}.{suffix}"
            assert store.export(file, **how) > 0
            return file.read_bytes()

        return self(written)

    def close(self) -> None:
        for store in self.both.values():
            store.close()


def comparable(report: ImportReport) -> ImportReport:
    """Without what no two imports share; the rows set aside in the place of their file."""
    aside = report.quarantine_file and report.quarantine_file.read_text("utf-8-sig")
    return replace(report, seconds=0.0, quarantine_file=aside)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return write_samples(tmp_path_factory.mktemp("samples"), 400)


@pytest.fixture(scope="module")
def filled(
    postgres_cluster: Cluster, samples: Samples, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Twins]:
    """Twins with sample data, bureau scores and events among them; not to be changed."""
    folder = tmp_path_factory.mktemp("twins")
    with database(postgres_cluster) as url:
        twins = Twins(url(), folder)
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


@pytest.fixture
def twins(url: Callable[..., str], tmp_path: Path) -> Iterator[Twins]:
    made = Twins(url(), tmp_path)
    yield made
    made.close()


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


@pytest.mark.slow
def test_the_order_of_files_changes_nothing(url: Callable[..., str], tmp_path: Path) -> None:
    header, *lines = (tmp_path / "all.csv", *FIRST[:3])
    parts = [csv(tmp_path / f"{i}.csv", line) for i, line in enumerate(lines)]
    store = central(url(), tmp_path)
    store.import_files(list(reversed(parts)))
    file = local(tmp_path / "d")
    file.import_files([csv(header, *lines)])
    for out, made in (("a.csv", store), ("b.csv", file)):
        made.export(tmp_path / out)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    file.close()


# what leaves for good
def test_a_customer_is_erased_and_old_months_are_dropped_alike(twins: Twins) -> None:
    twins.imported(csv(twins.folder / "first.csv", *FIRST))
    twins.imported(csv(twins.folder / "second.csv", *SECOND))
    ref = twins(lambda store: store.lookup("B3")).customers[0].ref
    assert twins(lambda store: store.erase(ref)).attempts == 1
    assert not twins(lambda store: store.lookup("欧阳娜娜")).attempts
    assert twins(lambda store: store.reveal(ref)) == []
    before = datetime(2026, 9, 30, 16)
    assert twins(lambda store: store.older(before)).attempts == 2
    removed = twins(lambda store: store.drop_older(before))
    assert (removed.attempts, removed.customers) == (2, 1)
    twins(lambda store: store.span())
    twins.exported("csv")
    assert months(twins.both["postgres"]) == ["202610", "202611"]
    assert twins.both["postgres"].compact().after > 0


def months(store: WarehouseStore) -> list[str]:
    with store.session() as session:
        found = session.rows(
            "SELECT right(relname, 6) FROM pg_class WHERE relname ~ '^attempts_[0-9]{6}$' ORDER BY 1",
            carry=False,
        )
    return [name for (name,) in found]


def test_attempts_lie_in_the_months_of_shanghai(url: Callable[..., str], tmp_path: Path) -> None:
    store = central(url(), tmp_path)
    store.import_files([csv(tmp_path / "first.csv", *FIRST)])
    assert months(store) == ["202609", "202610", "202611"]
    with store.session() as session:
        kept = session.rows("SELECT attempt_id FROM warehouse.attempts_202609", carry=False)
    assert kept == [("B2",)]


@pytest.mark.parametrize("header", ["您对本次申请流程是否满意请说明原因以及改进的建议", "ctid"])
def test_a_column_that_postgresql_cannot_have_is_told_before_anything_is_written(
    url: Callable[..., str], tmp_path: Path, header: str
) -> None:
    store = central(url(), tmp_path)
    file = csv(tmp_path / "first.csv", *FIRST)
    file.write_text(file.read_text("utf-8").replace("branch", header, 1), "utf-8")
    with pytest.raises(BadInput, match="central_column_name"):
        store.import_files([file])
    assert store.span()[0] == 0
    assert months(store) == []


# logins
@pytest.fixture
def login(url: Callable[..., str], tmp_path: Path) -> Iterator[Callable[..., str]]:
    """URLs of new logins with the given roles; the warehouse is set up and holds ``FIRST``."""
    central(url(), tmp_path).import_files([csv(tmp_path / "first.csv", *FIRST)])
    names = []

    def make(*roles: str) -> str:
        names.append(f"u{uuid4().hex[:8]}")
        with psycopg.connect(url(), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {names[-1]} LOGIN PASSWORD 's3cret'")
            for role in roles:
                connection.execute(f"GRANT workbench_{role} TO {names[-1]}")
        return url(names[-1], "s3cret")

    yield make
    with psycopg.connect(url(), autocommit=True) as connection:
        for name in names:
            connection.execute(f"DROP OWNED BY {name}")
            connection.execute(f"DROP ROLE {name}")


def refused(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_an_agents_login_reads_what_is_masked_and_nothing_else(
    login: Callable[..., str], tmp_path: Path
) -> None:
    agent = login("reader")
    store = central(agent, tmp_path)
    assert store.role == "reader"
    assert store.lookup("13812345678").customers[0].phone == "138****5678"
    assert store.explain("B2").attempt_id == "B2"
    assert store.trend(TrendQuery())
    assert store.export(tmp_path / "out.csv") == 3
    with pytest.raises(NotPermitted, match="central_read_only"):
        store.import_files([csv(tmp_path / "second.csv", *SECOND)])
    ref = store.lookup("c1").customers[0].ref
    with pytest.raises(NotPermitted, match="central_read_only"):
        store.erase(ref)
    with pytest.raises(NotPermitted, match="engine_no_permission"):
        store.reveal(ref)
    with pytest.raises(NotPermitted, match="engine_no_permission"):
        store.export(tmp_path / "clear.csv", identities=True)
    refused(
        agent,
        "SELECT sealed FROM warehouse.identities",
        "SELECT * FROM warehouse.attempts",
        "SELECT sealed FROM warehouse_masked.sealed_identities",
        "INSERT INTO warehouse_masked.events VALUES ('incident', 'x', now(), NULL, '')",
        "DELETE FROM warehouse_masked.attempts",
        "SELECT warehouse.ensure_months(ARRAY[date '2026-01-01'])",
        "CREATE TABLE warehouse_masked.mine (n int)",
        "CREATE TABLE warehouse.mine (n int)",
    )


def test_a_loader_imports_and_reads_no_sealed_original(
    login: Callable[..., str], tmp_path: Path
) -> None:
    loader = login("loader")
    store = central(loader, tmp_path)
    assert store.role == "loader"
    assert store.import_files([csv(tmp_path / "second.csv", *SECOND)]).imported == 2
    ref = store.lookup("c1").customers[0].ref
    with pytest.raises(NotPermitted, match="engine_no_permission"):
        store.reveal(ref)
    refused(
        loader,
        "SELECT sealed FROM warehouse.identities",
        "SELECT * FROM warehouse_masked.sealed_identities",
        "DROP TABLE warehouse.attempts",
        "ALTER TABLE warehouse.attempts ADD COLUMN mine int",
        "UPDATE warehouse.identities SET name = 'x'",
    )
    with psycopg.connect(loader, autocommit=True) as connection:
        for hostile in ("('attempts', 'outcome', 'text')", "('meta', 'x', 'text')",
                        "('attempts', 'x', 'text; DROP TABLE warehouse.meta')"):  # fmt: skip
            if "outcome" in hostile:
                connection.execute(f"SELECT warehouse.ensure_column{hostile}")  # as it is: nothing
                hostile = "('attempts', 'http_status', 'text')"
            with pytest.raises(psycopg.errors.RaiseException):
                connection.execute(f"SELECT warehouse.ensure_column{hostile}")
    assert store.erase(ref).attempts == 2


def test_a_revealer_reads_sealed_originals(login: Callable[..., str], tmp_path: Path) -> None:
    store = central(login("reader", "revealer"), tmp_path)
    [person] = store.reveal(store.lookup("c1").customers[0].ref)
    assert person["phone"] == "13812345678"
    assert store.export(tmp_path / "clear.csv", identities=True) == 3


def test_a_login_without_a_role_or_a_warehouse_is_told_what_to_ask_for(
    login: Callable[..., str], postgres_cluster: Cluster, tmp_path: Path
) -> None:
    stranger = login()
    with pytest.raises(NotPermitted, match="central_no_role"):
        central(stranger, tmp_path)
    with database(postgres_cluster) as empty:
        user = psycopg.conninfo.conninfo_to_dict(stranger)["user"]
        with pytest.raises(NotPermitted, match="central_not_set_up") as told:
            central(empty(user, "s3cret"), tmp_path)
    assert "s3cret" not in f"{told.value} {told.value.params}"


def test_opening_again_changes_nothing(url: Callable[..., str], tmp_path: Path) -> None:
    central(url(), tmp_path).import_files([csv(tmp_path / "first.csv", *FIRST)])
    assert central(url(), tmp_path).span()[0] == 3


# the site's key
def test_desks_of_one_site_find_each_others_customers_and_no_other_key_gets_in(
    login: Callable[..., str], tmp_path: Path
) -> None:
    other = replace(KEYS, database=b"x" * 32)
    assert central(login("reader"), tmp_path, other).lookup("13812345678").attempts
    with pytest.raises(BadInput, match="central_other_key"):
        central(login("reader"), tmp_path, replace(KEYS, blind=b"x" * 32))


# before or after
def test_an_import_whose_connection_is_ended_leaves_the_centre_as_it_was(
    url: Callable[..., str], tmp_path: Path
) -> None:
    store = central(url(), tmp_path)
    store.import_files([csv(tmp_path / "first.csv", *FIRST)])
    store.export(tmp_path / "before.csv")

    def end(progress: Progress) -> None:
        if progress.stage == "diagnosing":
            with psycopg.connect(url(), autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE state LIKE 'idle in transaction%' AND datname = current_database()"
                )

    second = csv(tmp_path / "second.csv", *SECOND)
    with pytest.raises(Busy, match="engine_unreachable"):
        store.import_files([second], progress=end)
    store.export(tmp_path / "after.csv")
    assert (tmp_path / "after.csv").read_bytes() == (tmp_path / "before.csv").read_bytes()
    assert not [*tmp_path.glob("*second*quarantine*"), *tmp_path.glob("*.part")]
    assert store.import_files([second]).imported == 2


@pytest.mark.slow
def test_a_cancelled_import_leaves_the_centre_as_it_was(
    url: Callable[..., str], tmp_path: Path
) -> None:
    store = central(url(), tmp_path)
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        store.import_files(
            [csv(tmp_path / "first.csv", *FIRST)],
            cancel=cancel,
            progress=lambda p: cancel.cancel() if p.stage == "saving" else None,
        )
    assert store.span()[0] == 0
    assert store.lookup("13812345678").customers == ()


@pytest.mark.slow
def test_a_second_writer_waits_and_says_so_while_readers_read(
    url: Callable[..., str], tmp_path: Path
) -> None:
    first, second = central(url(), tmp_path), central(url(), tmp_path)
    writing, waited, done = threading.Event(), threading.Event(), []

    def slowly(progress: Progress) -> None:
        if progress.stage == "diagnosing" and not writing.is_set():
            writing.set()
            assert waited.wait(30)

    def tell(progress: Progress) -> None:
        if progress.stage == "waiting":
            waited.set()

    files = [csv(tmp_path / "a.csv", *FIRST[:1]), csv(tmp_path / "b.csv", *FIRST[1:3])]
    one = threading.Thread(
        target=lambda: done.append(first.import_files(files[:1], progress=slowly))
    )
    one.start()
    assert writing.wait(30)
    assert second.span()[0] == 0, "a reader waits for nobody"
    assert second.import_files(files[1:], progress=tell).imported == 2
    one.join()
    assert done[0].imported == 1
    assert second.span()[0] == 3
    assert waited.is_set()


# following into the centre
def test_how_far_a_source_was_read_is_kept_at_the_centre_for_every_desk(
    url: Callable[..., str], tmp_path: Path
) -> None:
    file = csv(tmp_path / "first.csv", *FIRST)
    size = file.stat().st_size
    mark = Mark("follow:x:first.csv", "taken")
    one, other = central(url(), tmp_path / "one"), central(url(), tmp_path / "other")
    try:
        report = one.import_files([FilePart(file, 0, size)], mark=mark)
        assert (report.read, report.imported) == (5, 3)
        assert other.marks("follow:x:") == {mark.name: mark.value}
        again = Mark(mark.name, "again")  # of rows that are all known: noted none the less
        assert other.import_files([FilePart(file, 0, size)], mark=again).imported == 0
        assert one.marks("follow:") == {mark.name: "again"}
        with pytest.raises(BadInput):
            one.import_files([csv(tmp_path / "bad.csv")], mark=Mark("follow:x:bad", "taken"))
        assert one.marks("follow:x:bad") == {}
    finally:
        one.close(), other.close()


def test_one_desk_follows_a_source_at_a_time(url: Callable[..., str], tmp_path: Path) -> None:
    one, other = central(url(), tmp_path / "one"), central(url(), tmp_path / "other")
    source = Followed(str(tmp_path))
    try:
        with one.turn(source), pytest.raises(Busy, match="followed_elsewhere"), other.turn(source):
            pass
        with other.turn(source):
            pass
    finally:
        one.close(), other.close()
