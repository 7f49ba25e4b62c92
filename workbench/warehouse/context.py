"""What happened around an attempt: load, error shares, the customer's other attempts, events.

One SELECT over all attempts and events, so the values do not depend on the order or the number
of files. Everything is first counted in small tables (by five minutes, node, version, hour, day)
and then joined back, which keeps a million rows near a second.

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
  figure and under no policy. A model without a predecessor is compared with its own whole time.
  Both rates are smoothed, so that one decline is no shift; a model's first day counts as a whole,
  so that its first hours are seen too.
"""

from workbench.domain.attempt import ALL_FIELDS, FieldType
from workbench.warehouse.engines import literal, quoted

_LOCAL_OFFSET = 8 * 3600  # seconds: Asia/Shanghai, no summer time
_BUCKET = 300  # seconds

# Smoothing weights, in attempts.
_LOAD_5M, _LOAD_1H = 5, 10
_SHIFT_WEIGHT = 10
_RATE_FLOOR = 0.02  # below it a predecessor's decline rate is only noise

# A group of sound customers is under a policy when, over three days, at least so many were
# reviewed and such a share declined, while of everyone else at most such a share was, and chance
# does not explain the excess (some 400 groups are looked at every day, hence four deviations).
_POLICY_REVIEWED, _POLICY_SHARE, _OTHERS_SHARE, _POLICY_DEVIATIONS = 8, 0.6, 0.35, 4
_SEGMENTS = (
    ("employment_type",),
    ("province",),
    ("channel",),
    ("employment_type", "province"),
    ("employment_type", "channel"),
    ("province", "channel"),
)

# A customer whom no known figure speaks against; generous limits, since this only picks whom to
# compare with whom, and a missing figure speaks against nobody.
_SOUND = (
    "COALESCE(credit_history_months >= 6, TRUE) AND COALESCE(overdue_count_24m <= 1, TRUE)"
    " AND COALESCE(debt_ratio <= 0.6, TRUE) AND COALESCE(paid_months_12 >= 7, TRUE)"
)
_VERDICT = (
    "COALESCE(decision, CASE WHEN error_source = 'risk' OR decline_code IS NOT NULL"
    " THEN 'declined' WHEN outcome = 'success' THEN 'approved' END)"
)
_SYSTEM_ERROR = (
    "COALESCE(outcome = 'failed' AND (COALESCE(error_source = 'gateway', FALSE)"
    " OR COALESCE(http_status = 429 OR http_status >= 500, FALSE)), FALSE)"
)
_APP_ERROR = "COALESCE(outcome = 'failed' AND error_source = 'app' AND http_status = 0, FALSE)"

_MAX_PAIRS = 6  # fields that one scope may name; an event with more covers nothing
_SCOPED = tuple(f.name for f in ALL_FIELDS.values() if not f.identity and not f.context)

_NARROW = (
    "attempt_id",
    "customer_key",
    "occurred_at",
    "employment_type",
    "province",
    "channel",
    "app_version",
    "node",
    "risk_model",
)


def context_select(source: str, events: str) -> str:
    """SELECT of every column of ``source`` and the nine context fields.

    ``source``: the attempt's fields without identities, and ``customer_key``; ``occurred_at`` in
    UTC. ``events``: kind, name, starts_at, ends_at (UTC, NULL while in force), scope
    ('field=value;field=value', NULL or '' for all). Both are names or parenthesised queries.
    """
    return f"""WITH narrow AS MATERIALIZED (
  SELECT {", ".join(_NARROW)},
    CAST(FLOOR(EPOCH(occurred_at)) AS BIGINT) AS second,
    CAST(FLOOR(EPOCH(occurred_at) / {_BUCKET}) AS BIGINT) AS b5,
    CAST(FLOOR((EPOCH(occurred_at) + {_LOCAL_OFFSET}) / 3600) AS BIGINT) AS hour,
    {_SYSTEM_ERROR} AS system_error,
    {_APP_ERROR} AS app_error,
    COALESCE({_VERDICT} IN ('declined', 'approved'), FALSE) AS reviewed,
    COALESCE({_VERDICT} = 'declined', FALSE) AS declined,
    {_SOUND} AS sound
  FROM {source} AS source_rows
),
{_load()},
{_shares()},
{_customer()},
{_events(source, events)},
{_inferred_policy()},
{_shift()}
SELECT s_wide.* EXCLUDE (_second, _b5, _hour),
  load_by_5m.load_ratio,
  load_by_5m.system_error_share_5m,
  node_share.share AS node_error_share_30m,
  version_share.share AS version_error_share_1h,
  CASE WHEN s_wide.customer_key IS NOT NULL AND s_wide._second IS NOT NULL
    THEN COALESCE(CAST(own.last_24h AS INTEGER), 1) END AS customer_attempts_24h,
  CASE WHEN s_wide.customer_key IS NOT NULL AND s_wide._second IS NOT NULL
    THEN COALESCE(CAST(own.last_30d AS INTEGER), 1) END AS customer_attempts_30d,
  covered_campaign.name AS campaign,
  COALESCE(covered_policy.name, inferred.name) AS policy,
  CAST(shift.ratio AS DOUBLE) AS decline_shift
FROM (
  SELECT *,
    CAST(FLOOR(EPOCH(occurred_at)) AS BIGINT) AS _second,
    CAST(FLOOR(EPOCH(occurred_at) / {_BUCKET}) AS BIGINT) AS _b5,
    CAST(FLOOR((EPOCH(occurred_at) + {_LOCAL_OFFSET}) / 3600) AS BIGINT) AS _hour
  FROM {source} AS all_rows
) AS s_wide
LEFT JOIN load_by_5m ON load_by_5m.b5 = s_wide._b5
LEFT JOIN node_share ON node_share.b5 = s_wide._b5 AND node_share.part = s_wide.node
LEFT JOIN version_share ON version_share.b5 = s_wide._b5
  AND version_share.part = {_version_part("s_wide")}
LEFT JOIN own ON own.customer_key = s_wide.customer_key AND own.second = s_wide._second
LEFT JOIN covered AS covered_campaign
  ON covered_campaign.kind = 'campaign' AND covered_campaign.attempt_id = s_wide.attempt_id
  AND covered_campaign.b5 = s_wide._b5
LEFT JOIN covered AS covered_policy
  ON covered_policy.kind = 'policy' AND covered_policy.attempt_id = s_wide.attempt_id
  AND covered_policy.b5 = s_wide._b5
LEFT JOIN inferred ON inferred.day = s_wide._hour // 24
  AND inferred.part = {_group_part("s_wide")}
LEFT JOIN shift ON shift.model = COALESCE(s_wide.risk_model, '') AND shift.hour = s_wide._hour
""".strip()


def _load() -> str:
    return f"""
by_hour AS (SELECT hour, COUNT(*) AS n FROM narrow WHERE hour IS NOT NULL GROUP BY hour),
seen AS (
  SELECT COUNT(DISTINCT hour // 168) AS weeks, COUNT(DISTINCT hour // 24) AS days,
    COUNT(*) AS hours FROM by_hour
),
phased AS (
  SELECT hour, n,
    CASE WHEN weeks >= 3 THEN hour % 168 WHEN days >= 3 THEN hour % 24 ELSE 0 END AS phase,
    CASE WHEN weeks >= 3 THEN weeks WHEN days >= 3 THEN days ELSE hours END AS periods
  FROM by_hour CROSS JOIN seen
),
-- The median over all periods, those without any attempt among them.
usual AS (
  SELECT phase, MAX(CASE WHEN place = periods // 2 + 1 THEN n ELSE 0 END) AS n
  FROM (
    SELECT phase, n, periods, ROW_NUMBER() OVER (PARTITION BY phase ORDER BY n DESC) AS place
    FROM phased
  ) AS ranked GROUP BY phase
),
hour_load AS (
  SELECT p.hour, u.n AS usual, (p.n + {_LOAD_1H}) / (u.n + {_LOAD_1H}.0) AS ratio
  FROM phased AS p JOIN usual AS u ON u.phase = p.phase
),
by_5m AS (
  SELECT b5, MIN(hour) AS hour, COUNT(*) AS n,
    SUM(CASE WHEN system_error THEN 1 ELSE 0 END) AS bad
  FROM narrow WHERE b5 IS NOT NULL GROUP BY b5
),
load_by_5m AS (
  SELECT b.b5,
    CAST((b.n + {_LOAD_5M} * h.ratio) / (h.usual / 12.0 + {_LOAD_5M}) AS DOUBLE) AS load_ratio,
    CAST(b.bad / CAST(b.n AS DOUBLE) AS DOUBLE) AS system_error_share_5m
  FROM by_5m AS b JOIN hour_load AS h ON h.hour = b.hour
)""".strip()


def _version_part(relation: str) -> str:
    return f"COALESCE({relation}.channel, '') || '|' || {relation}.app_version"


def _group_part(relation: str) -> str:
    return " || '|' || ".join(
        f"COALESCE({relation}.{name}, '')" for name in ("employment_type", "province", "channel")
    )


def _shares() -> str:
    def share(name: str, part: str, bad: str, buckets: int) -> str:
        return f"""
{name} AS (
  SELECT part, b5, CAST(SUM(bad) OVER recent / CAST(SUM(n) OVER recent AS DOUBLE) AS DOUBLE) AS share
  FROM (
    SELECT {part} AS part, b5, COUNT(*) AS n, SUM(CASE WHEN {bad} THEN 1 ELSE 0 END) AS bad
    FROM narrow WHERE b5 IS NOT NULL GROUP BY ALL
  ) AS counted WHERE part IS NOT NULL
  WINDOW recent AS (PARTITION BY part ORDER BY b5 RANGE BETWEEN {buckets - 1} PRECEDING AND CURRENT ROW)
)""".strip()

    return ",\n".join(
        (
            share("node_share", "node", "system_error", 1800 // _BUCKET),
            share("version_share", _version_part("narrow"), "app_error", 3600 // _BUCKET),
        )
    )


def _customer() -> str:
    """Only of customers who came more than once: the others' one attempt needs no window."""

    def within(seconds: int) -> str:
        return (
            "SUM(n) OVER (PARTITION BY customer_key ORDER BY second"
            f" RANGE BETWEEN {seconds} PRECEDING AND CURRENT ROW)"
        )

    return f"""
moments AS (
  SELECT customer_key, second, COUNT(*) AS n FROM narrow
  WHERE customer_key IS NOT NULL AND second IS NOT NULL GROUP BY customer_key, second
),
own AS (
  SELECT customer_key, second, {within(24 * 3600)} AS last_24h, {within(30 * 24 * 3600)} AS last_30d
  FROM moments WHERE customer_key IN (
    SELECT customer_key FROM moments GROUP BY customer_key HAVING SUM(n) > 1)
)""".strip()


def _events(source: str, events: str) -> str:
    """A scope is read here, as data: its fields are looked up in a fixed list, never pasted."""
    pairs = [
        f"TRIM(SPLIT_PART(SPLIT_PART(scope, ';', {i}), '=', 1)) AS f{i},"
        f" TRIM(SUBSTR(SPLIT_PART(scope, ';', {i}),"
        f" STRPOS(SPLIT_PART(scope, ';', {i}), '=') + 1)) AS v{i}"
        for i in range(1, _MAX_PAIRS + 1)
    ]

    def value_of(i: int) -> str:
        cases = " ".join(f"WHEN {literal(name)} THEN {_as_text(name)}" for name in _SCOPED)
        return f"COALESCE(CASE e.f{i} {cases} END = e.v{i}, FALSE)"

    covers = " AND ".join(f"(e.f{i} = '' OR {value_of(i)})" for i in range(1, _MAX_PAIRS + 1))
    return f"""
scoped AS MATERIALIZED (
  SELECT kind, name, starts_at, ends_at, TRIM(scope) AS scope, {", ".join(pairs)}
  FROM (SELECT kind, name, starts_at, ends_at, COALESCE(scope, '') AS scope FROM {events}
    WHERE kind IN ('campaign', 'policy') AND starts_at IS NOT NULL) AS dated
  WHERE SPLIT_PART(scope, ';', {_MAX_PAIRS + 1}) = ''
),
-- What is in force in each five minutes, the youngest first; nothing counts behind an event that
-- covers everyone throughout.
in_force AS (
  SELECT b.b5, e.*, ROW_NUMBER() OVER (
      PARTITION BY b.b5, e.kind ORDER BY e.starts_at DESC, e.name, e.scope) AS place,
    e.scope = '' AND EPOCH(e.starts_at) <= b.b5 * {_BUCKET}
      AND COALESCE(EPOCH(e.ends_at) >= (b.b5 + 1) * {_BUCKET}, TRUE) AS whole
  FROM by_5m AS b JOIN scoped AS e ON EPOCH(e.starts_at) < (b.b5 + 1) * {_BUCKET}
    AND COALESCE(EPOCH(e.ends_at) > b.b5 * {_BUCKET}, TRUE)
),
candidates AS MATERIALIZED (
  SELECT * FROM (
    SELECT *, COALESCE(MIN(CASE WHEN whole THEN place END) OVER (PARTITION BY b5, kind), 9999)
      AS last_place FROM in_force
  ) AS placed WHERE place <= last_place
),
covered AS MATERIALIZED (
  SELECT first.attempt_id, first.b5, first.kind, e.name FROM (
    SELECT r.attempt_id, e.kind, e.b5, MIN(e.place) AS place
    FROM (
      SELECT *, CAST(FLOOR(EPOCH(occurred_at) / {_BUCKET}) AS BIGINT) AS _b5 FROM {source} AS plain
    ) AS r JOIN candidates AS e ON e.b5 = r._b5
      AND r.occurred_at >= e.starts_at AND r.occurred_at < COALESCE(e.ends_at, TIMESTAMP '9999-12-31')
    WHERE {covers}
    GROUP BY r.attempt_id, e.kind, e.b5
  ) AS first JOIN candidates AS e USING (b5, kind, place)
)""".strip()


def _as_text(name: str) -> str:
    if ALL_FIELDS[name].type is FieldType.TEXT:
        return f"r.{quoted(name)}"
    return f"CAST(r.{quoted(name)} AS VARCHAR)"


def _inferred_policy() -> str:
    sets = ", ".join(f"({', '.join(fields)}, day)" for fields in _SEGMENTS)
    given = " AND ".join(
        f"(NOT has_{name} OR {name} IS NOT NULL)"
        for name in ("employment_type", "province", "channel")
    )
    covers = " AND ".join(
        f"(NOT g.has_{name} OR g.{name} = d.{name})"
        for name in ("employment_type", "province", "channel")
    )
    label = " || ".join(
        f"CASE WHEN g.has_{name} THEN ';{name}=' || g.{name} ELSE '' END"
        for name in ("employment_type", "province", "channel")
    )
    has = ", ".join(
        f"GROUPING({name}) = 0 AS has_{name}" for name in ("employment_type", "province", "channel")
    )
    key = "has_employment_type, has_province, has_channel, employment_type, province, channel"
    window = f"(PARTITION BY {key} ORDER BY day RANGE BETWEEN"

    def stands_out(way: str) -> str:
        n, d = f"g.{way}_n", f"g.{way}_d"
        others_n, others_d = f"(t.{way}_n - {n})", f"(t.{way}_d - {d})"
        expected = f"({n} * {others_d} / GREATEST(1.0, {others_n}))"
        return (
            f"({n} >= {_POLICY_REVIEWED} AND {d} >= {_POLICY_SHARE} * {n}"
            f" AND {others_d} <= {_OTHERS_SHARE} * {others_n}"
            f" AND {d} - {expected} >= {_POLICY_DEVIATIONS} * SQRT(0.25 + {expected}))"
        )

    return f"""
sound_days AS MATERIALIZED (
  SELECT hour // 24 AS day, employment_type, province, channel, COUNT(*) AS n,
    SUM(CASE WHEN declined THEN 1 ELSE 0 END) AS d
  FROM narrow WHERE sound AND reviewed AND hour IS NOT NULL GROUP BY ALL
),
day_totals AS (
  SELECT day, SUM(n) OVER (ORDER BY day RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) AS back_n,
    SUM(d) OVER (ORDER BY day RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) AS back_d,
    SUM(n) OVER (ORDER BY day RANGE BETWEEN CURRENT ROW AND 2 FOLLOWING) AS on_n,
    SUM(d) OVER (ORDER BY day RANGE BETWEEN CURRENT ROW AND 2 FOLLOWING) AS on_d
  FROM (SELECT day, SUM(n) AS n, SUM(d) AS d FROM sound_days GROUP BY day) AS days
),
group_days AS (
  SELECT *, SUM(n) OVER {window} 2 PRECEDING AND CURRENT ROW) AS back_n,
    SUM(d) OVER {window} 2 PRECEDING AND CURRENT ROW) AS back_d,
    SUM(n) OVER {window} CURRENT ROW AND 2 FOLLOWING) AS on_n,
    SUM(d) OVER {window} CURRENT ROW AND 2 FOLLOWING) AS on_d
  FROM (
    SELECT day, employment_type, province, channel, {has}, SUM(n) AS n, SUM(d) AS d
    FROM sound_days GROUP BY GROUPING SETS ({sets})
  ) AS grouped WHERE {given}
),
restricted AS (
  SELECT g.* FROM group_days AS g JOIN day_totals AS t ON t.day = g.day
  WHERE g.d >= 0.5 * g.n AND ({stands_out("on")} OR {stands_out("back")})
),
inferred AS MATERIALIZED (
  SELECT d.day, d.part, MIN('inferred(' || SUBSTR({label}, 2) || ')') AS name
  FROM (SELECT DISTINCT hour // 24 AS day, employment_type, province, channel,
      {_group_part("narrow")} AS part FROM narrow WHERE hour IS NOT NULL) AS d
  JOIN restricted AS g ON g.day = d.day AND {covers}
  GROUP BY d.day, d.part
)""".strip()


def _shift() -> str:
    return f"""
model_hours AS MATERIALIZED (
  SELECT COALESCE(r.risk_model, '') AS model, r.hour, COUNT(*) AS n,
    SUM(CASE WHEN r.declined THEN 1 ELSE 0 END) AS d
  FROM narrow AS r
  LEFT JOIN covered AS c ON c.kind = 'policy' AND c.attempt_id = r.attempt_id AND c.b5 = r.b5
  LEFT JOIN inferred AS i ON i.day = r.hour // 24 AND i.part = {_group_part("r")}
  WHERE r.sound AND r.reviewed AND r.hour IS NOT NULL AND c.kind IS NULL AND i.name IS NULL
  GROUP BY ALL
),
models AS (
  SELECT model, first_hour, LAG(model) OVER (ORDER BY first_hour, model) AS predecessor
  FROM (SELECT COALESCE(risk_model, '') AS model, MIN(hour) AS first_hour FROM narrow
    WHERE hour IS NOT NULL GROUP BY ALL) AS first_seen
),
base AS (
  SELECT m.model, SUM(h.n) AS n, SUM(h.d) AS d FROM models AS m JOIN model_hours AS h
    ON (m.predecessor IS NOT NULL AND h.model = m.predecessor
        AND h.hour BETWEEN m.first_hour - 14 * 24 AND m.first_hour)
      OR (m.predecessor IS NULL AND h.model = m.model)
  GROUP BY m.model
),
rated AS (
  SELECT model, GREATEST({_RATE_FLOOR}, (d + 1.0) / (n + 20.0)) AS rate FROM base
),
every_hour AS (
  SELECT DISTINCT COALESCE(risk_model, '') AS model, hour, 0 AS n, 0 AS d FROM narrow
  WHERE hour IS NOT NULL
),
shift AS (
  -- One standard error below what was counted, so that a single decline is no shift.
  SELECT w.model, w.hour,
    (GREATEST(w.d - SQRT(w.d), 0) + {_SHIFT_WEIGHT} * b.rate) / (w.n + {_SHIFT_WEIGHT}) / b.rate
      AS ratio
  FROM (
    SELECT h.model, h.hour,
      CASE WHEN h.hour < m.first_hour + 24 THEN SUM(CASE WHEN h.hour < m.first_hour + 24 THEN n END)
        OVER (PARTITION BY h.model) ELSE SUM(n) OVER last_day END AS n,
      CASE WHEN h.hour < m.first_hour + 24 THEN SUM(CASE WHEN h.hour < m.first_hour + 24 THEN d END)
        OVER (PARTITION BY h.model) ELSE SUM(d) OVER last_day END AS d
    FROM (
      SELECT model, hour, SUM(n) AS n, SUM(d) AS d
      FROM (SELECT * FROM every_hour UNION ALL SELECT model, hour, n, d FROM model_hours) AS known
      GROUP BY model, hour
    ) AS h JOIN models AS m ON m.model = h.model
    WINDOW last_day AS (
      PARTITION BY h.model ORDER BY h.hour RANGE BETWEEN 23 PRECEDING AND CURRENT ROW)
  ) AS w JOIN rated AS b ON b.model = w.model
)""".strip()
