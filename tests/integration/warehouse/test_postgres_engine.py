"""PostgreSQL as an engine: what it cannot do, what it must not tell, and answers of any size."""

from datetime import datetime
from decimal import Decimal

import psycopg
import pyarrow as pa
import pytest

from tests.postgres import DATABASE, USER, Cluster
from workbench.domain.errors import BadInput, Busy, KnownError, StoreFault
from workbench.warehouse.engines.postgres import PostgresEngine

ROWS = pa.table(
    {
        "text": pa.array(["", None, 'a"b\n\\.', "王", "\\N"]),
        "whole": pa.array([0, None, 2**63 - 1, -(2**63), 1], pa.int64()),
        "key": pa.array([0, None, 2**64 - 1, 1, 2], pa.uint64()),
        "real": pa.array([0.1, None, float("inf"), 5e-324, -0.0]),
        "money": pa.array([Decimal("0.10"), None, Decimal("-1.25"), None, None]).cast(
            pa.decimal128(18, 2)
        ),
        "flag": pa.array([True, None, False, None, None]),
        "moment": pa.array([datetime(2026, 11, 22, 8, 0, 0, 250_000), *[None] * 4]),
        "sealed": pa.array([b"", None, b"\x00\xff", b"'", b"\\"], pa.binary()),
    }
)


def test_every_type_comes_back_as_it_was_loaded(postgres_engine: PostgresEngine) -> None:
    with postgres_engine.session() as session:
        session.load("kept", ROWS)
        found = session.fetch("SELECT * FROM kept")
        assert found.schema.names == ROWS.schema.names
        assert found.to_pylist() == [
            {**row, "key": None if row["key"] is None else Decimal(row["key"])}
            for row in ROWS.to_pylist()
        ]
        assert session.rows("SELECT key, money FROM kept WHERE whole = ?", [0]) == [
            (0, Decimal("0.10"))
        ]


@pytest.mark.slow
def test_a_stream_left_early_leaves_the_session_usable(postgres_engine: PostgresEngine) -> None:
    with postgres_engine.session() as session:
        session.load("many", pa.table({"n": pa.array(range(500_000), pa.int64())}))
        batches = session.stream("SELECT n, 'some text to fill a block' AS t FROM many")
        assert next(batches).num_rows > 0
        batches.close()
        assert session.rows("SELECT count(*) FROM many") == [(500_000,)]
        assert sum(b.num_rows for b in session.stream("SELECT n FROM many")) == 500_000


def test_sums_come_as_whole_numbers_or_with_their_places(postgres_engine: PostgresEngine) -> None:
    with postgres_engine.session() as session:
        session.load("kept", ROWS)
        found = session.fetch(
            "SELECT sum(n) AS a, sum(money) AS b FROM (SELECT 1 AS n, money FROM kept) AS x"
        )
        assert found.to_pylist() == [{"a": 5, "b": Decimal("-1.15")}]
        assert found.schema.field("a").type == pa.int64()


def test_a_failed_transaction_leaves_nothing(postgres_engine: PostgresEngine) -> None:
    with postgres_engine.session() as session:
        session.execute("CREATE TEMPORARY TABLE ledger (n INTEGER)")
        with pytest.raises(StoreFault), session.transaction():
            session.execute("INSERT INTO ledger VALUES (?)", [1])
            session.execute("INSERT INTO nowhere VALUES (1)")
        assert session.rows("SELECT count(*) FROM ledger") == [(0,)]


def told(url: str) -> KnownError:
    with pytest.raises(KnownError) as refused:
        PostgresEngine(url)
    shown = f"{refused.value} {refused.value.params} {refused.value.__cause__}"
    assert "s3cret" not in shown
    return refused.value


def test_no_message_tells_the_password(postgres_cluster: Cluster) -> None:
    wrong = told(postgres_cluster.url_of(USER, "s3cret", DATABASE))
    assert (type(wrong), wrong.key) == (StoreFault, "engine_login")
    away = told("postgresql://someone:s3cret@127.0.0.1:1/x")
    assert (type(away), away.key) == (Busy, "engine_unreachable")
    assert told("postgresql://someone:s3 cret@host:port/s3cret").key == "engine_url"
    assert type(told("mysql://someone:s3cret@host/x")) is BadInput
    assert postgres_cluster.password not in repr(PostgresEngine(postgres_cluster.url))


def test_a_database_that_orders_texts_otherwise_is_refused(postgres_cluster: Cluster) -> None:
    with psycopg.connect(postgres_cluster.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    url = postgres_cluster.url_of(USER, postgres_cluster.password, "latin")
    assert told(url).key == "engine_collation"


def test_a_server_that_ends_the_connection_is_out_of_reach(
    postgres_engine: PostgresEngine,
) -> None:
    with postgres_engine.session() as doomed:
        (number,) = doomed.rows("SELECT pg_backend_pid()", carry=False)[0]
        with postgres_engine.session() as other:
            other.rows("SELECT pg_terminate_backend($1)", [number], carry=False)
        with pytest.raises(Busy):
            doomed.rows("SELECT 1")


def test_a_connection_is_kept_for_the_next_question_only_where_nothing_clings_to_it(
    postgres_cluster: Cluster,
) -> None:
    engine = PostgresEngine(postgres_cluster.url)

    def number() -> int:
        with engine.session() as session:
            return int(session.rows("SELECT pg_backend_pid()", carry=False)[0][0])

    first = number()
    assert number() == first
    with engine.session() as session:
        session.run("SET work_mem = '1MB'")
    assert number() != first
    with engine.session() as session:
        session.rows("SELECT 1 AS n")
        session.execute("CREATE TEMPORARY TABLE clinging (n INTEGER)")
    with pytest.raises(StoreFault), engine.session() as session:
        session.rows("SELECT * FROM clinging")
    kept = number()
    with psycopg.connect(postgres_cluster.url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [kept])
    assert number() != kept, "a server that ended it is asked anew, without an error"
    engine.close()
