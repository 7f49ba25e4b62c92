"""What every engine does alike: each test runs on all of them."""

import threading
from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa
import pytest

from workbench.domain.errors import Cancelled, StoreFault
from workbench.warehouse.engines import Engine, Session
from workbench.warehouse.engines.duckdb import DuckEngine

ENGINES = ["duckdb", "postgres", pytest.param("spark", marks=pytest.mark.slow)]
MOMENT = datetime(2026, 11, 22, 20, 14, 0, 250_000)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param != "duckdb":
        yield request.getfixturevalue(f"{request.param}_engine")
        return
    duck = DuckEngine(None, b"k" * 32)
    yield duck
    duck.close()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with engine.session() as opened:
        yield opened


def numbers(count: int) -> pa.Table:
    return pa.table({"n": pa.array(range(count), pa.int64())})


HOSTILE = "it's \"x\"; DROP TABLE t -- ?$a :b \\' 王小明"


def test_parameters_by_position_are_values_and_never_text(session: Session) -> None:
    assert session.rows(
        "SELECT ? AS a, CAST(? AS BIGINT) AS b, ? AS c, CAST(? AS DOUBLE) AS d WHERE ? = ?",
        [HOSTILE, 2**40, True, None, MOMENT, MOMENT],
    ) == [(HOSTILE, 2**40, True, None)]


def test_parameters_by_name_may_stand_twice_and_in_any_order(session: Session) -> None:
    found = session.rows(
        "SELECT $b AS b, $a AS a, $b AS again WHERE $a <> $b", {"a": HOSTILE, "b": "x"}
    )
    assert found == [("x", HOSTILE, "x")]


def test_a_time_comes_back_as_it_went_in(session: Session) -> None:
    session.load("moments", pa.table({"moment": pa.array([MOMENT], pa.timestamp("us"))}))
    sql = "SELECT moment, CAST(FLOOR(EPOCH(moment)) AS BIGINT) AS s FROM moments WHERE moment = ? AND moment < ?"
    later = MOMENT.replace(year=2027)
    assert session.rows(sql, [MOMENT, later]) == [(MOMENT, 1795378440)]
    assert session.fetch("SELECT moment FROM moments").schema.field("moment").type == pa.timestamp(
        "us"
    )


def test_a_loaded_table_or_reader_is_a_relation_until_it_is_unloaded(session: Session) -> None:
    table = pa.table({"n": [1, 2, None], "t": ["a", None, ""], "x": [0.5, None, 1.5]})
    for relation in (table, pa.RecordBatchReader.from_batches(table.schema, table.to_batches())):
        session.load("rows_of_ours", relation)
        found = session.fetch("SELECT * FROM rows_of_ours")
        assert found.schema.types == [pa.int64(), pa.string(), pa.float64()]
        assert sorted(found.to_pylist(), key=repr) == sorted(table.to_pylist(), key=repr)
        session.unload("rows_of_ours")
        with pytest.raises(Exception, match=r"rows_of_ours|42P01"):
            session.rows("SELECT * FROM rows_of_ours")


def test_unsigned_keys_of_64_bits_are_found_again(session: Session) -> None:
    key = 2**64 - 3
    session.load("keys", pa.table({"key": pa.array([key, 5], pa.uint64())}))
    assert session.rows("SELECT COUNT(*) AS n FROM keys WHERE key = ?", [key]) == [(1,)]


def test_relations_belong_to_their_session(engine: Engine, session: Session) -> None:
    session.load("mine", numbers(3))
    with engine.session() as other:
        with pytest.raises(Exception, match=r"mine|42P01"):
            other.rows("SELECT * FROM mine")
        other.load("mine", numbers(5))
        assert other.rows("SELECT COUNT(*) AS n FROM mine") == [(5,)]
    assert session.rows("SELECT COUNT(*) AS n FROM mine") == [(3,)]


@pytest.mark.slow
def test_a_stream_gives_every_row_in_order_by_batches(session: Session) -> None:
    session.load("many", numbers(150_000))
    sql = (
        "SELECT n, n * 0.5 AS x, CAST(NULL AS VARCHAR) AS t FROM many WHERE n >= ? ORDER BY n DESC"
    )
    batches = list(session.stream(sql, [10]))
    table = pa.Table.from_batches(batches)
    assert table["n"].to_pylist() == list(range(149_999, 9, -1))
    assert table["t"].null_count == len(table)
    assert len(batches) > 1


def test_an_empty_result_still_has_its_columns(session: Session) -> None:
    session.load("many", numbers(3))
    found = session.fetch("SELECT n, CAST(n AS DOUBLE) AS x FROM many WHERE n < 0")
    assert (found.num_rows, found.schema.names) == (0, ["n", "x"])
    assert session.rows("SELECT n FROM many WHERE n < 0") == []


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("NULL AND FALSE", False),
        ("NULL OR FALSE", None),
        ("CAST(NULL AS INTEGER) IN (1, 2)", None),
        ("3 IN (1, NULL)", None),
        ("7 // 2", 3),
        ("-7 // 2", -3),
        ("7 / 2", 3.5),
        ("-7 % 3", -1),
        ("5 // NULLIF(0, 0)", None),
        ("COALESCE(NULL, 'x') || NULL", None),
        ("CONCAT_WS(';', 'a', NULL, 'b')", "a;b"),
        ("SPLIT_PART('a=b=c', '=', 2)", "b"),
        ("'B' < 'a'", True),
        ("'é' = 'e'", False),
        ("'A' = 'a'", False),
        ("'a' = 'a '", False),
        ("CAST('NaN' AS DOUBLE) = CAST('NaN' AS DOUBLE)", True),
        ("CAST('NaN' AS DOUBLE) > 1e300", True),
        ("GREATEST(1, NULL, 3)", 3),
    ],
)
def test_an_expression_means_the_same_everywhere(
    session: Session, expression: str, value: object
) -> None:
    assert session.rows(f"SELECT {expression} AS it") == [(value,)]


def test_a_number_too_large_is_an_error_and_never_a_wrong_number(session: Session) -> None:
    session.load("large", pa.table({"n": pa.array([2**62], pa.int64())}))
    with pytest.raises(Exception, match=r"(?i)overflow|out of range|22003"):
        session.rows("SELECT n * 4 AS it FROM large")


def test_missing_values_come_last_in_either_order(session: Session) -> None:
    session.load("three", pa.table({"n": [2, None, 1]}))
    assert session.rows("SELECT n FROM three ORDER BY n") == [(1,), (2,), (None,)]
    assert session.rows("SELECT n FROM three ORDER BY n DESC") == [(2,), (1,), (None,)]


def test_a_transaction_ends_and_an_error_in_it_comes_out(session: Session) -> None:
    with session.transaction():
        assert session.rows("SELECT 1 AS one") == [(1,)]
    with pytest.raises(KeyError), session.transaction():
        raise KeyError
    assert session.rows("SELECT 2 AS two") == [(2,)]


def test_a_running_statement_is_cancelled_from_another_thread_and_the_next_one_runs(
    session: Session,
) -> None:
    session.load("many", numbers(200_000))
    session.cancel()  # nothing runs: nothing happens
    raised: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            session.rows("SELECT COUNT(*) AS n FROM many AS a JOIN many AS b ON a.n * b.n < -a.n")
        except BaseException as error:
            raised.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=run)
    thread.start()
    while not done.wait(0.2):
        share = session.progress()
        assert share is None or 0 <= share <= 1
        session.cancel()
    thread.join()
    assert [type(error) for error in raised] == [Cancelled]
    assert session.rows("SELECT COUNT(*) AS n FROM many") == [(200_000,)]


def test_a_closed_engine_says_so() -> None:
    duck = DuckEngine(None, b"k" * 32)
    duck.close()
    with pytest.raises(StoreFault) as caught, duck.session():
        pass
    assert caught.value.key == "store_closed"
