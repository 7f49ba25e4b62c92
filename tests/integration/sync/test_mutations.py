"""The tests of sync can fail: what holds it together is taken away, one thing at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.centre import Site
from tests.integration.gateways import test_centre
from tests.integration.sync import test_histories
from tests.postgres import Cluster
from workbench import paths
from workbench.storage.records import SqlUnitOfWork

pytestmark = pytest.mark.slow
SEED = 2021415100  # of histories that miss all that is taken away here


@pytest.fixture
def ground(postgres_cluster: Cluster) -> Iterator[test_histories.Ground]:
    test_histories.ground = made = test_histories.Ground(postgres_cluster)
    yield made
    made.close()


def function(name: str, **changes: str) -> str:
    """The text of a function of the centre with pieces of it replaced (``old_1``, ``new_1`` …)."""
    text = (paths.db() / "central" / "records" / "2_sync.sql").read_text("utf-8")
    start = text.index(f"CREATE OR REPLACE FUNCTION records.{name}(")
    text = text[start : text.index("\n$$;", start) + 4]
    for number in range(1, len(changes) // 2 + 1):
        old, new = changes[f"old_{number}"], changes[f"new_{number}"]
        assert old in text, "the mutation has to hit"
        text = text.replace(old, new)
    return text


@contextmanager
def mutated(site: Site, *statements: str) -> Iterator[None]:
    for statement in ("SET ROLE workbench_records_owner", *statements, "RESET ROLE"):
        site.as_owner(statement.replace("%", "%%"))
    yield


def found_by_histories() -> bool:
    """Whether some of the histories fail, as they never do otherwise."""
    try:
        test_histories.histories(40, SEED)
    except Exception as error:
        print(f"{type(error).__name__}: {error}"[:500])
        return True
    return False


def test_nothing_is_found_where_nothing_was_taken_away(ground) -> None:
    assert not found_by_histories()


def test_without_the_dedupe(ground) -> None:
    blind = function(
        "push",
        old_1="WHERE op_id = (sent ->> 'op_id')::uuid;",
        new_1="WHERE op_id = (sent ->> 'op_id')::uuid AND false;",
        old_2="VALUES ((sent ->> 'op_id')::uuid,",
        new_2="VALUES (gen_random_uuid(),",
        old_3="ELSIF came <= device.last_seq THEN",
        new_3="ELSIF false THEN",
    )
    with mutated(ground.site, blind):
        assert found_by_histories()


def test_without_the_outbox_in_the_transaction(ground, monkeypatch) -> None:
    """The op is written after the commit, and now and then the plug is pulled in between."""
    enqueue, commit, saves = SqlUnitOfWork.enqueue, SqlUnitOfWork.commit, []

    def later(self, *given, **named):
        self.__dict__.setdefault("_later", []).append((given, named))
        return "00000000-0000-7000-8000-000000000000"

    def both(self):
        commit(self)
        waiting = self.__dict__.pop("_later", [])
        saves.append(1)
        if waiting and len(saves) % 7:
            for given, named in waiting:
                enqueue(self, *given, **named)
            commit(self)

    monkeypatch.setattr(SqlUnitOfWork, "enqueue", later)
    monkeypatch.setattr(SqlUnitOfWork, "commit", both)
    assert found_by_histories()
    assert len(saves) > 7


def test_without_the_lock_on_the_counter(postgres_cluster: Cluster) -> None:
    """A sequence in its place gives out its numbers and does not wait for anybody's commit."""
    site = Site(postgres_cluster)
    try:
        unlocked = function(
            "push",
            old_1="SELECT * INTO standing FROM records.counter FOR UPDATE;",
            new_1="SELECT * INTO standing FROM records.counter;",
        )
        loose = (
            "CREATE OR REPLACE FUNCTION records.next_seq() RETURNS bigint LANGUAGE sql SECURITY DEFINER"
            " SET search_path = pg_catalog, pg_temp AS $$ SELECT nextval('records.loose') $$"
        )
        begin = "CREATE SEQUENCE records.loose START 1000"
        missed = pytest.raises(pytest.fail.Exception, match="DID NOT RAISE")
        with mutated(site, begin, loose, unlocked), missed:
            test_centre.test_a_slow_writer_is_never_behind_the_cursor(site)
    finally:
        site.close()
