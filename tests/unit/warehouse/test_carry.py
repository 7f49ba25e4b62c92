"""What is carried to another dialect, and what is refused because it would mean something else."""

import pytest

from workbench.domain.errors import StoreFault
from workbench.warehouse.engines.carry import carried, parameters


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT a // 2 FROM t", 'SELECT CAST("a" AS BIGINT) / CAST(2 AS BIGINT) FROM "t"'),
        ("SELECT a % b FROM t", 'SELECT "a" % NULLIF("b", 0) FROM "t"'),
        ("SELECT a, count(*) FROM t GROUP BY ALL", 'SELECT "a", COUNT(*) FROM "t" GROUP BY 1'),
        ("SELECT a FROM t ORDER BY a DESC", 'SELECT "a" FROM "t" ORDER BY "a" DESC NULLS LAST'),
        ("SELECT list_contains([1, 2], a) FROM t", 'SELECT ("a" IN (1, 2)) FROM "t"'),
        ("SELECT a LIKE 'x\\y' FROM t", "SELECT \"a\" LIKE 'x\\y' ESCAPE '' FROM \"t\""),
        ("SELECT 1e5", "SELECT CAST(1e5 AS DOUBLE PRECISION)"),
        ("SELECT CAST(a AS UBIGINT) FROM t", 'SELECT CAST("a" AS DECIMAL(20, 0)) FROM "t"'),
        ("SELECT contains(a, b) FROM t", 'SELECT (POSITION("b" IN "a") > 0) FROM "t"'),
    ],
)
def test_postgres_is_told_what_duckdb_means(sql: str, expected: str) -> None:
    assert carried(sql, "postgres") == expected


def test_parameters_become_numbers_in_the_order_they_are_given() -> None:
    sql = "SELECT $b, $a, $b WHERE x = '$c'"
    assert carried(sql, "postgres") == "SELECT $1, $2, $1 WHERE \"x\" = '$c'"
    assert parameters(sql, "postgres") == ("b", "a")
    assert carried("SELECT ?, ?", "postgres") == "SELECT $1, $2"
    assert carried(sql, "spark") == "SELECT :b, :a, :b WHERE `x` = '$c'"
    assert carried("SELECT ? / ?", "spark").count(":_2") == 2  # a divisor that may be zero


def test_a_materialised_part_is_only_asked_for_where_it_is_known() -> None:
    sql = "WITH a AS MATERIALIZED (SELECT 1) SELECT * FROM a"
    assert "MATERIALIZED" in carried(sql, "postgres")
    assert "MATERIALIZED" not in carried(sql, "spark")


def test_a_reckoned_column_that_is_used_twice_is_reckoned_once() -> None:
    sql = "SELECT m + m, m FROM (SELECT a * 2 AS m FROM t) AS s"
    assert "OFFSET 0" in carried(sql, "postgres")
    assert "OFFSET" not in carried("SELECT m FROM (SELECT a * 2 AS m FROM t) AS s", "postgres")


@pytest.mark.parametrize("dialect", ["postgres", "spark"])
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT round(a, 2) FROM t",
        "SELECT upper(a) FROM t",
        "SELECT median(a) FROM t",
        "SELECT a::VARCHAR FROM t",
        "SELECT any_value(a) FROM t",
        "SELECT regexp_matches(a, '\\d+') FROM t",
        "SELECT substr(a, -2) FROM t",
        "SELECT * FROM t QUALIFY row_number() OVER (ORDER BY a) = 1",
        "SELECT a ** 2 FROM t",
        "SELECT 1; SELECT 2",
        "SELECT FROM WHERE",
        "PRAGMA table_info('t')",
    ],
)
def test_what_would_mean_something_else_is_refused(sql: str, dialect: str) -> None:
    with pytest.raises(StoreFault) as refused:
        carried(sql, dialect)
    assert refused.value.key == "engine_sql"


def test_question_marks_keep_the_numbers_of_their_places_in_the_text() -> None:
    sql = "SELECT a FROM (SELECT * FROM t WHERE b = ? LIMIT ?) AS x WHERE c = '?' AND d = ?"
    text = carried(sql, "postgres")
    assert [text.index(part) for part in ('"b" = $1', "LIMIT $2", '"d" = $3')]
    assert parameters(sql, "postgres") == ("", "", "")
