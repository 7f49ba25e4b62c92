"""A followed table in a real PostgreSQL: late commits, ties, pages; no clock but the test's."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.postgres import Cluster
from workbench.domain.errors import BadInput, Busy, NotPermitted
from workbench.domain.following import Followed, Rows
from workbench.domain.importing import Mapping
from workbench.warehouse.following.table import OVERLAP, TableFeed

TABLE = """
DROP TABLE IF EXISTS attempts_in CASCADE;
CREATE TABLE attempts_in (
  id bigint, "Attempt" text, customer_id text, customer_name text, phone text,
  occurred_at timestamptz, channel text, step text, outcome text, verified boolean
)
"""


class Source:
    """The table, and a feed that looks at it as the service does."""

    def __init__(self, cluster: Cluster, store, table: str = "attempts_in", page: int = 100):
        self.cluster, self.store = cluster, store
        self.followed = Followed(cluster.url, table, "id")
        self.page = page
        self.now = 0.0
        self.marks: dict[str, str] = {}
        self.restart()

    def restart(self) -> None:
        self.feed = TableFeed(self.followed, clock=lambda: self.now, page=self.page)

    def look(self, after: float = 1.0) -> list[tuple[int, int]]:
        """(read, imported) of every delivery."""
        self.now += after
        told = []
        mapping = Mapping(
            columns={"Attempt": "attempt_id", "verified": "identity_verified"},
            encoding="utf-8",
            delimiter=",",
        )
        for delivery in self.feed.look(self.marks):
            if delivery.what is None:
                self.store.set_mark(delivery.mark)
            else:
                report = self.store.import_files(
                    [delivery.what], mapping=mapping, mark=delivery.mark
                )
                told.append((report.read, report.imported))
            self.marks[delivery.mark.name] = delivery.mark.value
        return told


def insert(connection, *ids: int, key: int | None = None) -> None:
    for number in ids:
        connection.execute(
            "INSERT INTO attempts_in VALUES (%s, %s, %s, '王小明', %s,"
            " '2026-10-20 08:00:00+08', 'app_ios', 'face', 'failed', true)",
            [key or number, f"A{number}", f"c{number}", f"138{number:08}"],
        )


@pytest.fixture
def database(postgres_cluster: Cluster) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres_cluster.url, autocommit=True) as connection:
        connection.execute(TABLE)
        yield connection
        connection.execute("DROP TABLE IF EXISTS attempts_in CASCADE")


@pytest.fixture
def store(reopen, tmp_path):
    from tests.integration.warehouse.conftest import make_pack
    from workbench.reports.tables import write_batches
    from workbench.warehouse.store import WarehouseKeys, WarehouseStore
    from workbench.warehouse.subjects import SubjectsInMemory

    made = WarehouseStore.open(
        tmp_path / "follow" / "w.db",
        keys=WarehouseKeys.random(),
        subjects=SubjectsInMemory(),
        pack=make_pack(tmp_path),
        write=write_batches,
    )
    yield made
    made.close()


@pytest.fixture
def source(postgres_cluster: Cluster, database, store) -> Iterator[Source]:
    made = Source(postgres_cluster, store)
    yield made
    made.feed.close()


@pytest.mark.slow
def test_rows_come_once_in_the_order_of_their_key(source: Source, database) -> None:
    assert source.look() == []
    insert(database, 1, 2, 3)
    assert source.look() == [(3, 3)]
    assert source.look() == []
    insert(database, 4)
    assert source.look() == [(1, 1)]
    [found] = source.store.lookup("A4").attempts
    assert (found.occurred_at.isoformat(), found.customer_name) == ("2026-10-20T00:00:00", "王**")


@pytest.mark.slow
def test_a_smaller_key_that_is_committed_late_is_not_lost(
    source: Source, database, postgres_cluster: Cluster
) -> None:
    with psycopg.connect(postgres_cluster.url) as slow:
        insert(slow, 1)  # has its key, and is not committed
        insert(database, 2, 3)
        assert source.look() == [(2, 2)]
        for _ in range(5):  # hours pass; others go on
            assert source.look(3600) == []
        insert(database, 4)
        assert source.look() == [(1, 1)]
        slow.commit()
    assert source.look() == [(1, 1)]
    assert source.store.lookup("A1").attempts
    assert source.look(3600) == [] == source.look(3600)


def test_the_horizon_rises_once_nothing_can_come_late(source: Source, database) -> None:
    insert(database, 1, 2)
    source.look()
    assert '"horizon": null' in next(iter(source.marks.values()))
    source.look(OVERLAP + 1)
    source.look(OVERLAP + 1)
    assert '"horizon": "2"' in next(iter(source.marks.values()))
    source.look()
    assert len(source.feed._seen) == 1, "what is below it is forgotten"


@pytest.mark.slow
def test_a_restart_reads_nothing_twice(source: Source, database) -> None:
    insert(database, *range(1, 8))
    assert source.look() == [(7, 7)]
    source.restart()
    assert source.look() == []
    insert(database, 8)
    assert source.look() == [(1, 1)]


@pytest.mark.slow
def test_equal_keys_at_the_end_of_a_page_are_all_taken(source: Source, database) -> None:
    source.page = 3
    source.restart()
    insert(database, 1, 2)
    insert(database, 3, 4, 5, 6, key=7)
    taken = sum(imported for _ in range(4) for _, imported in source.look())
    assert taken == 6
    assert source.store.span()[0] == 6


@pytest.mark.slow
def test_a_long_table_is_read_page_by_page(source: Source, database) -> None:
    source.page = 10
    source.restart()
    insert(database, *range(1, 251))
    assert source.look() == [(10, 10)] * 25
    assert len(source.feed._seen) <= 120, "only the last pages are kept in mind"
    insert(database, 251)
    assert source.look() == [(1, 1)]


@pytest.mark.slow
def test_a_changed_row_within_reach_brings_its_outcome(source: Source, database) -> None:
    insert(database, 1)
    database.execute("UPDATE attempts_in SET outcome = 'pending'")
    assert source.look() == [(1, 1)]
    database.execute("UPDATE attempts_in SET outcome = 'success'")
    assert source.look() == [(1, 1)]
    assert [a.outcome for a in source.store.lookup("A1").attempts] == ["success"]


def test_a_view_can_be_followed(source: Source, database, postgres_cluster: Cluster) -> None:
    database.execute('CREATE VIEW "Recent Attempts" AS SELECT * FROM attempts_in')
    view = Source(postgres_cluster, source.store, table='public."Recent Attempts"')
    insert(database, 1)
    assert view.look() == [(1, 1)]
    view.feed.close()


@pytest.mark.parametrize(
    ("table", "key", "error"),
    [
        ("no_such", "id", "follow_no_table"),
        ("attempts_in; DROP TABLE x", "id", "follow_no_table"),
        ("attempts_in", "when", "follow_no_key"),
    ],
)
def test_a_wrong_name_is_said(postgres_cluster, database, table, key, error) -> None:
    feed = TableFeed(Followed(postgres_cluster.url, table, key))
    with pytest.raises(BadInput, match=error):
        feed.check()
    feed.close()


def test_a_table_that_may_not_be_read_is_said(postgres_cluster: Cluster, database) -> None:
    database.execute("DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN PASSWORD 'pw'")
    url = postgres_cluster.url_of("stranger", "pw", "workbench")
    feed = TableFeed(Followed(url, "attempts_in", "id"))
    with pytest.raises(NotPermitted, match="follow_no_right"):
        list(feed.look({}))
    feed.close()
    database.execute("DROP ROLE stranger")


@pytest.mark.slow
def test_a_lost_connection_is_tried_again(source: Source, database) -> None:
    insert(database, 1)
    source.look()
    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'workbench follow'"
    )
    insert(database, 2)
    try:
        came = source.look()
    except Busy:
        came = source.look()
    assert came == [(1, 1)]


def test_only_new_rows_leave_the_database(source: Source, database) -> None:
    insert(database, 1, 2)
    [delivery] = source.feed.look({})
    assert isinstance(delivery.what, Rows)
    assert delivery.what.data.count(b"\n") == 2
    assert delivery.what.sample.startswith(b"id,Attempt,customer_id")
