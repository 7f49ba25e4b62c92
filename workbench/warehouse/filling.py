"""What attempts lack and an outside bureau knew at their time, filled in, with whose word it is.

One portable SELECT: windows and equi-joins only. For each field the newest value of that customer
at or before the attempt is taken, unless it is older than the limit; the attempt's own value is
never touched. ``filled_by`` keeps the bureau's name and the time of each filled field (JSON), so
that every import starts again from the attempts' own values.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workbench.domain.times import to_local
from workbench.warehouse import schema
from workbench.warehouse.engines import Session, columns, literal, quoted
from workbench.warehouse.recognise import words

SCORE, SOURCE = "external_score", "external_source"  # filled together or not at all
FILLABLE = (SCORE, SOURCE, *schema.FILLABLE)


@dataclass(frozen=True)
class Origin:
    """Whose word a filled value is, and of what day (Shanghai's)."""

    source: str
    day: date


def max_age_days() -> int:
    """A value that is older at the time of the attempt is not used."""
    return int(words("bureau")["max_age_days"])


def origins(filled_by: object) -> dict[str, Origin]:
    """The filled fields of one attempt, from its ``filled_by``."""
    told = json.loads(str(filled_by)) if filled_by else {}
    return {
        field: Origin(said["source"], to_local(datetime.fromisoformat(said["at"])).date())
        for field, said in told.items()
    }


def own_value_sql(column: str) -> str:
    """A column of ``attempts`` as the attempt itself had it: NULL where it was filled."""
    # Quotes in a bureau's name are escaped: none can pass for a field.
    filled = f"COALESCE(STRPOS(filled_by, {literal(_mark(column) + '{')}), 0) > 0"
    return f"CASE WHEN {filled} THEN NULL ELSE {quoted(column)} END"


def own_values(session: Session, columns: Sequence[str]) -> list[str]:
    """The SQL of each column of ``attempts`` without what bureaus filled in."""
    fillable = {*FILLABLE, *schema.score_extras(session)} if has_scores(session) else set()
    return [own_value_sql(name) if name in fillable else quoted(name) for name in columns]


def has_scores(session: Session) -> bool:
    return bool(session.rows("SELECT 1 FROM bureau_scores LIMIT 1"))


def filled_select(session: Session, own: str) -> str:
    """SELECT of every column of relation ``own`` (attempts with their own values), filled, of the
    extras that only scores have, and of ``filled_by``. Makes temporary relations."""
    if not has_scores(session):
        return f"SELECT *, NULL::VARCHAR AS filled_by FROM {own}"
    extras = schema.score_extras(session)
    known = [f for f in FILLABLE if f != SOURCE]
    counted = "".join(f", count({quoted(column_of(f))})" for f in (*known, *extras))
    total, *numbers = session.rows(f"SELECT count(*){counted} FROM bureau_scores")[0]
    counts = dict(zip((*known, *extras), numbers, strict=True))
    counts[SOURCE] = counts[SCORE]
    fields = [SCORE, SOURCE, *(f for f in counts if counts[f] and f not in (SCORE, SOURCE))]
    types = columns(session, own)
    wide = {name: schema.wider(types.get(name, kind), kind) for name, kind in extras.items()}
    names = [*types, *(name for name in extras if name not in types)]

    def typed(name: str, present: Collection[str]) -> str:
        value = quoted(name) if name in present else "NULL"
        return f"CAST({value} AS {wide[name]}) AS {quoted(name)}" if name in wide else value

    listed = ", ".join(typed(name, types) for name in names)
    session.execute(f"CREATE OR REPLACE TEMP VIEW unfilled AS SELECT {listed} FROM {own}")
    told = (*schema.SCORES, *extras)
    given = ", ".join(typed(name, told) for name in told)
    session.execute(f"CREATE OR REPLACE TEMP VIEW scores AS SELECT {given} FROM bureau_scores")
    complete = [field for field in fields if counts[field] == total]
    session.execute("DROP TABLE IF EXISTS filling")
    session.execute(
        "CREATE TEMP TABLE filling AS "
        + filling_select("unfilled", "scores", "search_keys", fields, max_age_days(), complete)
    )
    filled = ", ".join(
        f"COALESCE(u.{quoted(name)}, f.{quoted(name)}) AS {quoted(name)}"
        if name in fields
        else f"u.{quoted(name)}"
        for name in names
    )
    return (
        f"SELECT {filled}, f.filled_by FROM unfilled AS u"
        " LEFT JOIN filling AS f ON f.attempt_key = u.attempt_key"
    )


def _mark(field: str) -> str:
    return f'"{field}":'


def filling_select(
    own: str,
    scores: str,
    search_keys: str,
    fields: Sequence[str],
    max_age: int,
    complete: Collection[str] = (),
) -> str:
    """SELECT of ``attempt_key``, ``fields`` and ``filled_by``: one row for each attempt that gets
    a value; NULL in the fields that it has itself or that nobody knows.

    ``own``: attempts with their own values, ``fields`` (external_score and external_source among
    them), attempt_key, customer_key, occurred_at. ``scores``: the table ``bureau_scores``.
    ``max_age`` in days. ``complete`` are fields without a NULL in ``scores``: cheaper.
    """
    numbered = list(enumerate(fields))
    values = ", ".join(f"{_value(field)} AS v{i}" for i, field in numbered)
    groups = "".join(
        f"COUNT(v{i}) OVER (PARTITION BY customer_key ORDER BY n) AS g{i}, "
        for i, field in numbered
        if field not in complete
    )

    def newest(expression: str, i: int, field: str) -> str:
        if field in complete:
            return expression
        # The rows up to the next one that has a value share its number: the first of them has it.
        return f"FIRST_VALUE({expression}) OVER (PARTITION BY customer_key, g{i} ORDER BY n)"

    carried = ", ".join(
        f"{newest(expression, i, field)} AS {name}{i}"
        for i, field in numbered
        for expression, name in ((f"v{i}", "v"), ("said", "said"), ("scored_at", "at"))
    )
    picked = ", ".join(f"CASE WHEN {_fits(i, field, fields, max_age)} THEN said{i} END AS said{i}, v{i}"
        for i, field in numbered)  # fmt: skip
    said = ", ".join(f"{literal(_mark(field))} || said{i}" for i, field in numbered)
    kept = ", ".join(
        f"CASE WHEN said{i} IS NOT NULL THEN v{i} END AS {quoted(field)}" for i, field in numbered
    )
    return f"""WITH {_pairs(scores, search_keys)},
ordered AS (
  SELECT p.customer_key, s.scored_at, {values},
    '{{"source":"' || REPLACE(REPLACE(s.source, '\\', '\\\\'), '"', '\\"')
      || '","at":"' || CAST(CAST(s.scored_at AS TIMESTAMP) AS VARCHAR) || '"}}' AS said,
    ROW_NUMBER() OVER (
      PARTITION BY p.customer_key ORDER BY s.scored_at, s.source DESC, s.score_key) AS n
  FROM pairs AS p JOIN {scores} AS s ON s.score_key = p.score_key
),
numbered AS (
  SELECT *, {groups}LEAD(scored_at) OVER (PARTITION BY customer_key ORDER BY n) AS until
  FROM ordered
),
carried AS (
  SELECT customer_key, scored_at, until, {carried} FROM numbered
),
picked AS (
  SELECT a.attempt_key, {picked}
  FROM {own} AS a JOIN carried AS c ON c.customer_key = a.customer_key
    AND c.scored_at <= a.occurred_at AND (c.until IS NULL OR c.until > a.occurred_at)
),
told AS (
  SELECT *, CONCAT_WS(',', {said}) AS filled FROM picked
)
SELECT attempt_key, {kept}, '{{' || filled || '}}' AS filled_by FROM told WHERE filled <> ''"""


def column_of(field: str) -> str:
    """The column of ``bureau_scores`` that fills a field."""
    return "score" if field == SCORE else field


def _value(field: str) -> str:
    if field == SOURCE:
        return "CASE WHEN s.score IS NOT NULL THEN s.source END"
    return f"s.{quoted(column_of(field))}"


def _fits(i: int, field: str, fields: Sequence[str], max_age: int) -> str:
    """Whether attempt ``a`` lacks the field and ``c`` has a value that is fresh enough."""
    conditions = [
        f"c.v{i} IS NOT NULL",
        f"a.{quoted(field)} IS NULL",
        f"c.at{i} >= a.occurred_at - INTERVAL '{max_age}' DAY",
    ]
    if field in (SCORE, SOURCE):
        # An attempt that names a bureau gets a score of that bureau or none.
        named = f"c.v{list(fields).index(SOURCE)}"
        conditions.append("a.external_score IS NULL")
        conditions.append(f"(a.external_source IS NULL OR a.external_source = {named})")
    return " AND ".join(conditions)


def pairs_select(scores: str, search_keys: str) -> str:
    """SELECT of score_key and customer_key: which scores are whose."""
    return f"WITH {_pairs(scores, search_keys)} SELECT score_key, customer_key FROM pairs"


def _pairs(scores: str, search_keys: str) -> str:
    """Which scores are whose: by customer id and by ID card; by phone number only where nothing
    says that it is another's by now."""
    return f"""keys AS (
  SELECT DISTINCT key, kind, customer_key FROM {search_keys}
  WHERE kind IN ('customer_id', 'id_card', 'phone')
),
strong AS (
  SELECT s.score_key, k.customer_key FROM {scores} AS s
    JOIN keys AS k ON k.kind = 'customer_id' AND k.key = s.customer_id_key
  UNION SELECT s.score_key, k.customer_key FROM {scores} AS s
    JOIN keys AS k ON k.kind = 'id_card' AND k.key = s.id_card_key
),
pairs AS (
  SELECT score_key, customer_key FROM strong
  UNION SELECT s.score_key, k.customer_key FROM {scores} AS s
    JOIN keys AS k ON k.kind = 'phone' AND k.key = s.phone_key
    LEFT JOIN (SELECT DISTINCT score_key FROM strong) AS known ON known.score_key = s.score_key
    LEFT JOIN (SELECT DISTINCT customer_key FROM keys WHERE kind = 'id_card') AS carded
      ON carded.customer_key = k.customer_key
  WHERE known.score_key IS NULL AND (s.id_card_key IS NULL OR carded.customer_key IS NULL)
)"""
