"""A central warehouse in PostgreSQL answers as a file does, and each login gets what it may have."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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
from workbench.bench.server import binaries
from workbench.domain.errors import BadInput, Busy, Cancelled, NotPermitted, StoreFault
from workbench.domain.following import FilePart, Followed, Mark
from workbench.domain.progress import CancelToken, Progress
from workbench.domain.reproduction import Kept, Why
from workbench.domain.trend import TrendQuery
from workbench.rules.pack import RulePack
from workbench.services.packs import parse_pack, shipped_pack
from workbench.warehouse.store import WarehouseStore


@pytest.fixture
def url(postgres_cluster: Cluster) -> Iterator[Callable[..., str]]:
    with database(postgres_cluster) as made:
        yield made


@pytest.fixture
def twins(url: Callable[..., str], tmp_path: Path) -> Iterator[Twins]:
    made = Twins(tmp_path, postgres=central(url(), tmp_path / "p"))
    yield made
    made.close()


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
@pytest.mark.slow
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


@pytest.mark.slow
def test_an_event_is_taken_away_with_what_attempts_had_of_it_alike(twins: Twins) -> None:
    file = twins.folder / "events.csv"
    file.write_text(
        "kind,name,starts_at,ends_at,scope\n活动,国庆,2026-10-19,2026-10-21,\n规则包发布,2026.11.2,2026-11-02,,\n",
        "utf-8",
    )
    twins.imported(csv(twins.folder / "first.csv", *FIRST))
    twins(lambda store: store.import_files([], events=file).quarantined)

    def campaign(store: WarehouseStore) -> object:
        return store.explain("B1").fields["campaign"]

    campaigns, rules = twins(lambda store: store.events(None, None))
    assert (campaigns.kind, rules.kind) == ("campaign", "rules_release")
    assert twins(campaign) == "国庆"
    twins(lambda store: store.drop_event(campaigns))
    assert twins(lambda store: store.events(None, None)) == [rules]
    assert twins(campaign) is None


@pytest.mark.slow
def test_former_answers_are_kept_and_given_again_alike(twins: Twins) -> None:
    file = twins.folder / "events.csv"
    file.write_text("kind,name,starts_at,ends_at,scope\n活动,国庆,2026-10-19,,\n", "utf-8")
    minutes = iter(range(60))
    packs = {pack.version: pack for pack in (shipped_pack(), parse_pack(ALL_ONE, "site.yaml"))}
    said: list[tuple[datetime, str, object]] = []

    def note() -> None:
        at = NOW.replace(minute=next(minutes))
        for attempt in ("B1", "B2", "B3"):
            told = twins(lambda store, a=attempt: store.explain(a).as_json("en"))
            said.append((at, attempt, told))
        for store in twins.both.values():
            store._clock = lambda: at + timedelta(minutes=1)

    for store in twins.both.values():
        store._clock = lambda: NOW
    twins.imported(csv(twins.folder / "first.csv", *FIRST))
    note()
    twins.imported(csv(twins.folder / "second.csv", *SECOND))
    note()
    twins(lambda store: store.import_files([], events=file).quarantined)
    note()
    twins(lambda store: store.use(packs["2026.99.1"]))
    note()
    assert len({str(told) for _, attempt, told in said if attempt == "B1"}) == 3
    for at, attempt, told in said:
        kept = twins(partial(_kept, attempt=attempt, at=at))
        found, again = twins(partial(_again, kept=kept, pack=packs[kept.rules_version]))
        assert (found.as_json("en"), again) == (told, kept.said)
    spans = twins(lambda store: store.spans("B1"))
    assert [span.why for span in spans] == [
        (Why.RULES,),
        (Why.ATTEMPTS, Why.REPLACED),
        (),
    ]


def _kept(store: WarehouseStore, attempt: str, at: datetime) -> Kept:
    return store.kept_answer(attempt, at)


def _again(store: WarehouseStore, kept: Kept, pack: RulePack) -> object:
    return store.explain_kept(kept, pack)


@pytest.mark.slow
def test_an_earlier_centre_is_brought_up_to_date_by_an_administrator(
    login: Callable[..., str], url: Callable[..., str], tmp_path: Path
) -> None:
    reader, loader = login("reader"), login("loader")
    with psycopg.connect(url(), autocommit=True) as connection:
        connection.execute(
            "DROP TABLE warehouse.states, warehouse.former_answers, warehouse.former_context,"
            " warehouse.former_events CASCADE;"
            "ALTER TABLE warehouse.attempts DROP COLUMN known_since CASCADE;"
            "CREATE VIEW warehouse_masked.attempts AS SELECT * FROM warehouse.attempts;"
            "ALTER VIEW warehouse_masked.attempts OWNER TO workbench_warehouse_owner;"
            "UPDATE warehouse.meta SET value = '1' WHERE key = 'schema_version'"
        )
    for who in (reader, loader):
        with pytest.raises(NotPermitted, match="central_to_upgrade"):
            central(who, tmp_path)
    central(url(), tmp_path).close()
    assert central(reader, tmp_path).spans("B2")[0].until is None


def months(store: WarehouseStore) -> list[str]:
    with store.session() as session:
        found = session.rows(
            "SELECT right(relname, 6) FROM pg_class WHERE relname ~ '^attempts_[0-9]{6}$' ORDER BY 1",
            carry=False,
        )
    return [name for (name,) in found]


@pytest.mark.slow
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


def told(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(statement.encode()).fetchall()


@pytest.mark.slow
@pytest.mark.parametrize("kept", [False, True])
def test_an_older_dump_shows_whom_was_erased_to_nobody(
    url: Callable[..., str], tmp_path: Path, kept: bool
) -> None:
    """The control: with the salts of then (``kept``) it does."""
    store = central(url(), tmp_path)
    store.import_files([csv(tmp_path / "first.csv", *FIRST)])
    salts = "--schema=subjects" if kept else "--exclude-schema=subjects"
    dump(url(), tmp_path / "old.sql", "--data-only", "--table=warehouse.identities")
    dump(url(), tmp_path / "salts.sql", "--data-only", salts)
    erased, other = (store.lookup(term).customers[0].ref for term in ("c1", "c2"))
    assert store.erase(erased).attempts == 2
    with psycopg.connect(url(), autocommit=True) as connection:
        connection.execute("TRUNCATE warehouse.identities")
        assert connection.execute("SELECT count(*) FROM subjects.salts").fetchall() == [(1,)]
        if kept:
            connection.execute("TRUNCATE subjects.salts")
    restore(url(), tmp_path / "old.sql")
    if kept:
        restore(url(), tmp_path / "salts.sql")
    [person] = store.reveal(other)
    assert person["phone"] == "13900001111"
    if kept:
        assert store.reveal(erased)[0]["phone"] == "13812345678"
    else:
        assert "salts" not in (tmp_path / "salts.sql").read_text("utf-8")
        with pytest.raises(StoreFault, match="subject_key_gone"):
            store.reveal(erased)


def tool(name: str) -> str:
    folder = binaries()
    found = folder and folder / name
    if not (found and found.exists()):
        pytest.skip(f"{name} is not installed")
    return str(found)


def dump(url: str, file: Path, *options: str) -> None:
    subprocess.run([tool("pg_dump"), url, "-f", str(file), *options], check=True)


def restore(url: str, file: Path) -> None:
    words = [tool("psql"), url, "-q", "-v", "ON_ERROR_STOP=1", "-f", str(file)]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


@pytest.mark.slow
def test_a_warehouse_restored_without_its_salts_is_read_and_goes_on(
    url: Callable[..., str], login: Callable[..., str], tmp_path: Path
) -> None:
    with psycopg.connect(url(), autocommit=True) as connection:
        connection.execute("DROP SCHEMA subjects CASCADE")
    reader = central(login("reader", "revealer"), tmp_path)
    ref = reader.lookup("c1").customers[0].ref
    with pytest.raises(StoreFault, match="subject_key_gone"):
        reader.reveal(ref)
    second = csv(tmp_path / "second.csv", *SECOND)
    with pytest.raises(StoreFault, match="subjects_missing"):
        central(login("loader"), tmp_path).import_files([second])
    store = central(url(), tmp_path)  # an administrator's login
    assert store.import_files([second]).imported == 2
    [person] = store.reveal(store.lookup("c3").customers[0].ref)
    assert person["phone"] == "13700002222"


def test_a_warehouse_of_before_customers_had_keys_gets_them(
    url: Callable[..., str], tmp_path: Path
) -> None:
    store = central(url(), tmp_path)
    store.import_files([csv(tmp_path / "first.csv", *FIRST)])
    ref = store.lookup("c1").customers[0].ref
    [(identity,)] = told(
        url(), f"SELECT identity_key FROM warehouse.identities WHERE customer_key = {int(ref, 16)}"
    )
    nonce, bound = b"n" * 12, int(identity).to_bytes(8, "big")
    old = nonce + AESGCM(KEYS.seal).encrypt(nonce, b'{"phone": "13812345678"}', bound)
    with psycopg.connect(url(), autocommit=True) as connection:
        connection.execute("DROP SCHEMA subjects CASCADE")
        connection.execute("DELETE FROM warehouse.meta WHERE key = 'own_keys'")
        connection.execute("UPDATE warehouse.meta SET value = '1' WHERE key = 'schema_version'")
        connection.execute("UPDATE warehouse.identities SET sealed = %s WHERE identity_key = %s",
                           [old, identity])  # fmt: skip
    store = central(url(), tmp_path)
    assert store.reveal(ref) == [{"phone": "13812345678"}]
    store.compact()
    assert store.reveal(ref) == [{"phone": "13812345678"}]
    with psycopg.connect(url(), autocommit=True) as connection:
        connection.execute("DELETE FROM subjects.salts")
    with pytest.raises(StoreFault, match="subject_key_gone"):
        store.reveal(ref)


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
    with pytest.raises(NotPermitted, match="engine_no_permission"):
        store.export_lake(tmp_path / "lake")
    assert not (tmp_path / "lake").exists()
    refused(
        agent,
        "SELECT sealed FROM warehouse.identities",
        "SELECT * FROM warehouse.attempts",
        "SELECT sealed FROM warehouse_masked.sealed_identities",
        "SELECT salt FROM subjects.salts",
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
        "UPDATE subjects.salts SET salt = salt",
        "DROP TABLE subjects.salts",
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
    revealer = login("reader", "revealer")
    refused(
        revealer,
        "DELETE FROM subjects.salts",
        "INSERT INTO subjects.salts VALUES (1, '\\x00')",
    )
    store = central(revealer, tmp_path)
    [person] = store.reveal(store.lookup("c1").customers[0].ref)
    assert person["phone"] == "13812345678"
    assert store.export(tmp_path / "clear.csv", identities=True) == 3
    assert store.export_lake(tmp_path / "lake") == 3


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
@pytest.mark.slow
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


# other rules
ALL_ONE = """name: site
version: "2026.99.1"
rules:
  - code: X01
    symptom: ui_error
    cause: service_defect
    priority: 1
    when: ["outcome = 'failed'"]
    owner: engineering
    action: query_first
    texts:
      zh: {agent: 测试, customer: 测试}
      en: {agent: test, customer: test}
    next_steps:
      zh: [查询]
      en: [query]
"""


def causes(store: WarehouseStore) -> dict[str, tuple[str, str | None]]:
    return {
        row.attempt_id: (row.cause, row.reason_code)
        for row in store.rows(TrendQuery().where, failures_only=False)
    }


@pytest.mark.slow
def test_published_rules_diagnose_the_centre_anew_as_they_do_a_file(twins: Twins) -> None:
    twins.imported(csv(twins.folder / "first.csv", *FIRST))
    before = twins(causes)
    pack = parse_pack(ALL_ONE, "site.yaml")
    twins(lambda store: store.use(pack))
    assert twins(lambda store: store.rules_version) == "2026.99.1"
    after = twins(causes)
    assert after != before and ("service_defect", "X01") in after.values()
    twins(lambda store: sorted(store.trend(TrendQuery()), key=str))
    assert {twins(lambda store, i=i: store.explain(i)).rules_version for i in after} == {
        pack.version
    }


def test_a_readers_desk_explains_by_published_rules_before_a_loader_counts_by_them(
    login: Callable[..., str], tmp_path: Path
) -> None:
    pack = parse_pack(ALL_ONE, "site.yaml")
    reader = central(login("reader"), tmp_path / "r")
    before = causes(reader)
    reader.use(pack)
    assert causes(reader) == before, "nothing was written"
    assert reader.explain("B2").rules_version == pack.version
    central(login("loader"), tmp_path / "l").use(pack)
    assert causes(reader) != before
