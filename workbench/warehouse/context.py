"""What happened around an attempt: load, error shares, the customer's other attempts, events.

One SELECT over all attempts and events, so the values do not depend on the order or the number
of files. Everything is first counted in small tables (by five minutes, node, version, day, model)
and then joined back, which keeps a million rows near a second. The SELECT is made of named parts,
so that a store can keep the counts (``COUNTS``) and ask for parts alone (``refreshing``). It is
portable: the values are exactly equal on every engine.

How each field is reckoned:

- ``load_ratio``: attempts in the five minutes over the usual ones. Usual is the median count of
  this hour of the week in the weeks seen (with less than three weeks: hour of the day; with less
  than three days: any hour). Few attempts are pulled towards the ratio of their whole hour, and
  that towards 1, so that two attempts at night are no burst.
- ``system_error_share_5m``, ``node_error_share_30m``: failures of our own servers (gateway, HTTP
  429 or 5xx) over attempts, in these five minutes, and on this node over the last thirty.
- ``version_error_share_1h``: app-side failures without an answer from the server over attempts,
  for this channel and version over the last hour.
- ``customer_attempts_24h``/``_30d``: attempts of this customer up to and with this one.
- ``campaign``, ``policy``: the event in force whose scope covers the attempt, the youngest first.
  Where no policy event covers it, a policy is inferred: a group (employment, province, channel,
  or two of these) nearly all of whose sound customers are declined while others are not.
- ``decline_shift``: decline rate of the current model over the last 24 hours, over that of its
  predecessor in the 14 days before the change, on comparable customers: those with no weak
  figure and under no policy. A predecessor that was itself wrong is no measure: where the model
  before it declined fewer, in the 28 days before the change, that one is. A model without a
  predecessor is compared with its own whole time.
  Both rates are smoothed, so that one decline is no shift; a model's first day counts as a whole,
  so that its first hours are seen too. Kept to the thousandth: what one attempt moves in a million
  is noise, and no reason to write a million rows anew.
"""

from collections.abc import Iterable

from workbench.warehouse.policies import event_parts, group_part, inferred_parts
from workbench.warehouse.schema import hour_sql

BUCKET = 300  # seconds
NODE_BUCKETS, VERSION_BUCKETS = 1800 // BUCKET, 3600 // BUCKET

# Smoothing weights, in attempts.
_LOAD_5M, _LOAD_1H = 5, 10
_SHIFT_WEIGHT = 10
_EARLIER_REVIEWED = 200  # of the model before the predecessor, to be compared with at all
_RATE_FLOOR = 0.02  # below it a predecessor's decline rate is only noise

# A customer whom no known figure speaks against; generous limits, since this only picks whom to
# compare with whom, and a missing figure speaks against nobody.
SOUND = (
    "COALESCE(credit_history_months >= 6, TRUE) AND COALESCE(overdue_count_24m <= 1, TRUE)"
    " AND COALESCE(debt_ratio <= 0.6, TRUE) AND COALESCE(paid_months_12 >= 7, TRUE)"
)
VERDICT = (
    "COALESCE(decision, CASE WHEN error_source = 'risk' OR decline_code IS NOT NULL"
    " THEN 'declined' WHEN outcome = 'success' THEN 'approved' END)"
)
_SYSTEM_ERROR = (
    "COALESCE(outcome = 'failed' AND (COALESCE(error_source = 'gateway', FALSE)"
    " OR COALESCE(http_status = 429 OR http_status >= 500, FALSE)), FALSE)"
)
_APP_ERROR = "COALESCE(outcome = 'failed' AND error_source = 'app' AND http_status = 0, FALSE)"

_NARROW = (
    "customer_key",
    "occurred_at",
    "employment_type",
    "province",
    "channel",
    "app_version",
    "node",
    "risk_model",
)

# The counts that every field but the customer's own is reckoned from: their keys. All of them sum
# up over attempts, so that a batch is added to them and what it replaces taken away.
COUNTS: dict[str, tuple[str, ...]] = {
    "context_5m": ("b5", "hour"),
    "context_nodes": ("part", "b5"),
    "context_versions": ("part", "b5"),
    "context_groups": ("day", "employment_type", "province", "channel"),
    "context_models": ("model", "hour"),
}


def context_select(source: str, events: str) -> str:
    """SELECT of every column of ``source`` and the nine context fields.

    ``source``: the attempt's fields without identities, and ``customer_key``; ``occurred_at`` in
    UTC. ``events``: kind, name, starts_at, ends_at (UTC, NULL while in force), scope
    ('field=value;field=value', NULL or '' for all). Both are names or parenthesised queries.
    """
    parts = context_parts(source, events)
    return f"{with_parts(parts, parts)}\n{joined_select(source)}"


def context_parts(source: str, events: str, key: str = "attempt_id") -> dict[str, str]:
    """The parts by name, each a SELECT over ``source``, ``events`` and the parts before it.
    ``key`` is the column that says which attempt is which."""
    return {
        "narrow": narrow_select(source, key),
        "context_5m": _count("b5, hour", "system_error", "b5 IS NOT NULL"),
        "context_nodes": _count("node AS part, b5", "system_error", "node IS NOT NULL"),
        "context_versions": _count(
            f"{version_part('narrow')} AS part, b5", "app_error", "app_version IS NOT NULL"
        ),
        "context_groups": _count_groups(),
        **_load(),
        "node_share": share_select("context_nodes", NODE_BUCKETS),
        "version_share": share_select("context_versions", VERSION_BUCKETS),
        **_customer(),
        **event_parts(source, events, key, BUCKET),
        **inferred_parts(),
        "context_models": count_models(with_policy_select()),
        **_shift(),
    }


# Read by several of the parts: to be reckoned once.
_ONCE = frozenset(("narrow", "scoped", "candidates", "covered", "inferred", "context_models"))


def with_parts(parts: dict[str, str], names: Iterable[str]) -> str:
    """WITH the named ones of the parts, in their order; the others are relations already."""
    wanted = set(names)
    listed = (
        f"{name} AS {'MATERIALIZED ' if name in _ONCE else ''}(\n{sql.strip()}\n)"
        for name, sql in parts.items()
        if name in wanted
    )
    return "WITH " + ",\n".join(listed)


def bucket_sql(relation: str = "") -> str:
    """The number of the five minutes of an attempt."""
    at = f"{relation}.occurred_at" if relation else "occurred_at"
    return f"CAST(FLOOR(EPOCH({at}) / {BUCKET}) AS BIGINT)"


def narrow_select(source: str, key: str, sign: int = 1, more: str = "") -> str:
    """What is counted of each attempt; ``sign`` -1 takes it away from the counts. ``more``: the
    end of the list of columns."""
    return f"""
SELECT {key} AS attempt, {", ".join(_NARROW)}, {sign} AS sign,
  CAST(FLOOR(EPOCH(occurred_at)) AS BIGINT) AS second,
  {bucket_sql()} AS b5,
  {hour_sql()} AS hour,
  {_SYSTEM_ERROR} AS system_error,
  {_APP_ERROR} AS app_error,
  COALESCE({VERDICT} IN ('declined', 'approved'), FALSE) AS reviewed,
  COALESCE({VERDICT} = 'declined', FALSE) AS declined,
  {SOUND} AS sound{more}
FROM {source} AS source_rows"""


def joined_select(source: str, key: str = "attempt_id") -> str:
    """SELECT of every column of ``source`` and the nine fields, from the parts."""
    dated = "s.customer_key IS NOT NULL AND s.occurred_at IS NOT NULL"
    b5, hour = bucket_sql("s"), hour_sql("s")
    return f"""
SELECT s.*,
  load_by_5m.load_ratio,
  load_by_5m.system_error_share_5m,
  node_share.share AS node_error_share_30m,
  version_share.share AS version_error_share_1h,
  CASE WHEN {dated} THEN COALESCE(CAST(own.last_24h AS INTEGER), 1) END AS customer_attempts_24h,
  CASE WHEN {dated} THEN COALESCE(CAST(own.last_30d AS INTEGER), 1) END AS customer_attempts_30d,
  covered_campaign.name AS campaign,
  COALESCE(covered_policy.name, inferred.name) AS policy,
  shift.ratio AS decline_shift
FROM {source} AS s
LEFT JOIN load_by_5m ON load_by_5m.b5 = {b5}
LEFT JOIN node_share ON node_share.b5 = {b5} AND node_share.part = s.node
LEFT JOIN version_share ON version_share.b5 = {b5}
  AND version_share.part = {version_part("s")}
LEFT JOIN own ON own.customer_key = s.customer_key
  AND own.second = CAST(FLOOR(EPOCH(s.occurred_at)) AS BIGINT)
LEFT JOIN covered AS covered_campaign ON covered_campaign.kind = 'campaign'
  AND covered_campaign.attempt = s.{key} AND covered_campaign.b5 = {b5}
LEFT JOIN covered AS covered_policy ON covered_policy.kind = 'policy'
  AND covered_policy.attempt = s.{key} AND covered_policy.b5 = {b5}
LEFT JOIN inferred ON inferred.day = {hour} // 24 AND inferred.part = {group_part("s")}
LEFT JOIN shift ON shift.model = COALESCE(s.risk_model, '') AND shift.hour = {hour}
""".strip()


# counts
def _sum(condition: str) -> str:
    return f"CAST(SUM(CASE WHEN {condition} THEN sign ELSE 0 END) AS BIGINT)"


def _total(column: str) -> str:
    return f"CAST(SUM({column}) AS BIGINT) AS {column}"


def version_part(relation: str) -> str:
    return f"COALESCE({relation}.channel, '') || '|' || {relation}.app_version"


def _count(keys: str, bad: str, where: str) -> str:
    where = f"b5 IS NOT NULL AND {where}"
    if keys == "b5, hour":
        where = "b5 IS NOT NULL"
    return f"""
SELECT {keys}, CAST(SUM(sign) AS BIGINT) AS n, {_sum(bad)} AS bad
FROM narrow WHERE {where} GROUP BY ALL"""


def _count_groups() -> str:
    return f"""
SELECT hour // 24 AS day, employment_type, province, channel, CAST(SUM(sign) AS BIGINT) AS n,
  {_sum("sound AND reviewed")} AS sound_n, {_sum("sound AND declined")} AS sound_d
FROM narrow WHERE hour IS NOT NULL GROUP BY ALL"""


def count_models(known: str) -> str:
    """By model and hour: all attempts, and those that a shift is reckoned from with their
    declines. ``known``: model, hour, sign, declined and counted (TRUE, FALSE)."""
    return f"""
SELECT model, hour, CAST(SUM(sign) AS BIGINT) AS n, {_sum("counted")} AS open_n,
  {_sum("counted AND declined")} AS open_d
FROM ({known}) AS known_rows WHERE hour IS NOT NULL GROUP BY model, hour"""


def with_policy_select() -> str:
    """``count_models``' input of the rows of ``narrow``."""
    return f"""
SELECT COALESCE(r.risk_model, '') AS model, r.hour, r.sign, r.declined,
  r.sound AND r.reviewed AND c.kind IS NULL AND i.name IS NULL AS counted
FROM narrow AS r
LEFT JOIN covered AS c ON c.kind = 'policy' AND c.attempt = r.attempt AND c.b5 = r.b5
LEFT JOIN inferred AS i ON i.day = r.hour // 24 AND i.part = {group_part("r")}"""


# load
def _load() -> dict[str, str]:
    return {
        "by_hour": f"SELECT hour, {_total('n')} FROM context_5m GROUP BY hour",
        "seen": """
SELECT COUNT(DISTINCT hour // 168) AS weeks, COUNT(DISTINCT hour // 24) AS days,
  COUNT(*) AS hours FROM by_hour""",
        "phased": """
SELECT hour, n,
  CASE WHEN weeks >= 3 THEN hour % 168 WHEN days >= 3 THEN hour % 24 ELSE 0 END AS phase,
  CASE WHEN weeks >= 3 THEN weeks WHEN days >= 3 THEN days ELSE hours END AS periods
FROM by_hour CROSS JOIN seen""",
        # The median over all periods, those without any attempt among them.
        "usual": """
SELECT phase, MAX(CASE WHEN place = periods // 2 + 1 THEN n ELSE 0 END) AS n
FROM (
  SELECT phase, n, periods, ROW_NUMBER() OVER (PARTITION BY phase ORDER BY n DESC) AS place
  FROM phased
) AS ranked GROUP BY phase""",
        "hour_load": f"""
SELECT p.hour, u.n AS usual, (p.n + {_LOAD_1H}) / (u.n + {_LOAD_1H}) AS ratio
FROM phased AS p JOIN usual AS u ON u.phase = p.phase""",
        "load_by_5m": f"""
SELECT b.b5, (b.n + {_LOAD_5M} * h.ratio) / (h.usual / 12 + {_LOAD_5M}) AS load_ratio,
  b.bad / b.n AS system_error_share_5m
FROM context_5m AS b JOIN hour_load AS h ON h.hour = b.hour""",
    }


def share_select(counts: str, buckets: int) -> str:
    """Of each part the share of failures in so many five minutes up to each."""
    recent = f"RANGE BETWEEN {buckets - 1} PRECEDING AND CURRENT ROW"
    return f"""
SELECT part, b5, SUM(bad) OVER recent / SUM(n) OVER recent AS share FROM {counts}
WINDOW recent AS (PARTITION BY part ORDER BY b5 {recent})"""


def _customer() -> dict[str, str]:
    """Only of customers who came more than once: the others' one attempt needs no window."""

    def within(seconds: int) -> str:
        return (
            "SUM(n) OVER (PARTITION BY customer_key ORDER BY second"
            f" RANGE BETWEEN {seconds} PRECEDING AND CURRENT ROW)"
        )

    return {
        "moments": """
SELECT customer_key, second, COUNT(*) AS n FROM narrow
WHERE customer_key IS NOT NULL AND second IS NOT NULL GROUP BY customer_key, second""",
        "own": f"""
SELECT customer_key, second, {within(24 * 3600)} AS last_24h, {within(30 * 24 * 3600)} AS last_30d
FROM moments WHERE customer_key IN (
  SELECT customer_key FROM moments GROUP BY customer_key HAVING SUM(n) > 1)""",
    }


def _shift() -> dict[str, str]:
    whole_first_day = "CASE WHEN h.hour < m.first_hour + 24 THEN h.{} END"
    counted = ",\n    ".join(
        f"CASE WHEN h.hour < m.first_hour + 24"
        f" THEN SUM({whole_first_day.format(column)}) OVER (PARTITION BY h.model)"
        f" ELSE SUM(h.{column}) OVER last_day END AS {name}"
        for column, name in (("open_n", "n"), ("open_d", "d"))
    )
    return {
        "models": """
SELECT model, first_hour, LAG(model) OVER (ORDER BY first_hour, model) AS predecessor,
  LAG(model, 2) OVER (ORDER BY first_hour, model) AS earlier
FROM (SELECT model, MIN(hour) AS first_hour FROM context_models GROUP BY model) AS first_seen""",
        "base": f"""
SELECT m.model, h.model = m.earlier AS is_earlier,
  {_total("open_n")}, {_total("open_d")}
FROM models AS m JOIN context_models AS h
  ON (h.model = m.predecessor AND h.hour BETWEEN m.first_hour - 14 * 24 AND m.first_hour)
    OR (h.model = m.earlier AND h.hour BETWEEN m.first_hour - 28 * 24 AND m.first_hour)
    OR (m.predecessor IS NULL AND h.model = m.model)
GROUP BY m.model, h.model = m.earlier HAVING SUM(open_n) > 0""",
        "rated": f"""
SELECT model, MIN(GREATEST({_RATE_FLOOR}, (open_d + 1) / (open_n + 20))) AS rate FROM base
WHERE NOT COALESCE(is_earlier, FALSE) OR open_n >= {_EARLIER_REVIEWED} GROUP BY model""",
        # One standard error below what was counted, so that a single decline is no shift.
        "shift": f"""
SELECT w.model, w.hour, FLOOR(1000 * ((GREATEST(w.d - SQRT(w.d), 0) + {_SHIFT_WEIGHT} * b.rate)
  / (w.n + {_SHIFT_WEIGHT}) / b.rate) + 0.5) / 1000 AS ratio
FROM (
  SELECT h.model, h.hour,
    {counted}
  FROM context_models AS h JOIN models AS m ON m.model = h.model
  WINDOW last_day AS (
    PARTITION BY h.model ORDER BY h.hour RANGE BETWEEN 23 PRECEDING AND CURRENT ROW)
) AS w JOIN rated AS b ON b.model = w.model""",
    }
