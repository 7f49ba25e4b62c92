"""What is in force around an attempt: campaigns and policies of the events file, and policies that
no file names, inferred from whom they decline. Parts of ``context``'s SELECT, portable as it is."""

from workbench.domain.attempt import ALL_FIELDS, FieldType
from workbench.warehouse.engines import literal, quoted

# A group of sound customers is under a policy when, over three days, at least so many were
# reviewed and such a share (in tenths) declined, while of everyone else at most such a share was,
# and chance does not explain the excess (some 400 groups are looked at every day, hence four
# deviations).
_POLICY_REVIEWED, _POLICY_SHARE, _OTHERS_SHARE, _POLICY_DEVIATIONS = 8, 6, 5, 4
_GROUPED = ("employment_type", "province", "channel")
_SEGMENTS = (
    ("employment_type",),
    ("province",),
    ("channel",),
    ("employment_type", "province"),
    ("employment_type", "channel"),
    ("province", "channel"),
)
_MAX_PAIRS = 6  # fields that one scope may name; an event with more covers nothing
# Reals and times are measured: an equal one is chance.
SCOPED = tuple(
    f.name
    for f in ALL_FIELDS.values()
    if not f.identity and not f.context and f.type not in (FieldType.REAL, FieldType.TIMESTAMP)
)
_NUMBER = "^[+-]?[0-9]{1,15}([.][0-9]{1,2})?$"  # of a scope, as people write one


def group_part(relation: str) -> str:
    """The text that says which group of customers an attempt belongs to."""
    return " || '|' || ".join(f"COALESCE({relation}.{name}, '')" for name in _GROUPED)


def event_parts(source: str, events: str, key: str, bucket: int) -> dict[str, str]:
    """``covered``: which event of each kind covers an attempt, the youngest first, and what leads
    there. ``bucket`` in seconds. A scope is read as data: its fields are looked up in a fixed
    list, never pasted."""
    pairs = [
        f"TRIM(SPLIT_PART(SPLIT_PART(scope, ';', {i}), '=', 1)) AS f{i},"
        f" TRIM(SUBSTR(SPLIT_PART(scope, ';', {i}),"
        f" STRPOS(SPLIT_PART(scope, ';', {i}), '=') + 1)) AS v{i}"
        for i in range(1, _MAX_PAIRS + 1)
    ]
    numbers = [
        f"CASE WHEN REGEXP_MATCHES(v{i}, '{_NUMBER}') THEN TRY_CAST(v{i} AS DECIMAL(18,2)) END"
        f" AS d{i}"
        for i in range(1, _MAX_PAIRS + 1)
    ]
    columns = ", ".join(f"f{i}, v{i}, d{i}" for i in range(1, _MAX_PAIRS + 1))
    covers = " AND ".join(f"(e.f{i} = '' OR {_holds(i)})" for i in range(1, _MAX_PAIRS + 1))
    before, after = f"b.b5 * {bucket}", f"(b.b5 + 1) * {bucket}"
    return {
        "scoped": f"""
SELECT *, {", ".join(numbers)} FROM (
  SELECT kind, name, starts_at, ends_at, TRIM(scope) AS scope, {", ".join(pairs)}
  FROM (SELECT kind, name, starts_at, ends_at, COALESCE(scope, '') AS scope FROM {events} AS told
    WHERE kind IN ('campaign', 'policy') AND starts_at IS NOT NULL) AS dated
  WHERE SPLIT_PART(scope, ';', {_MAX_PAIRS + 1}) = ''
) AS paired""",
        # What is in force in each five minutes, the youngest first; nothing counts behind an
        # event that covers everyone throughout.
        "in_force": f"""
SELECT b.b5, e.kind, e.name, e.starts_at, e.ends_at, {columns},
  ROW_NUMBER() OVER (
    PARTITION BY b.b5, e.kind ORDER BY e.starts_at DESC, e.name, e.scope) AS place,
  e.scope = '' AND EPOCH(e.starts_at) <= {before}
    AND COALESCE(EPOCH(e.ends_at) >= {after}, TRUE) AS whole
FROM (SELECT DISTINCT b5 FROM narrow WHERE b5 IS NOT NULL) AS b
JOIN scoped AS e ON EPOCH(e.starts_at) < {after} AND COALESCE(EPOCH(e.ends_at) > {before}, TRUE)""",
        "candidates": """
SELECT * FROM (
  SELECT *, COALESCE(MIN(CASE WHEN whole THEN place END) OVER (PARTITION BY b5, kind), 9999)
    AS last_place FROM in_force
) AS placed WHERE place <= last_place""",
        "covered": f"""
SELECT first.attempt, first.b5, first.kind, e.name FROM (
  SELECT r.attempt, e.kind, e.b5, MIN(e.place) AS place
  FROM (
    SELECT *, {key} AS attempt, CAST(FLOOR(EPOCH(occurred_at) / {bucket}) AS BIGINT) AS own_b5
    FROM {source} AS plain
  ) AS r JOIN candidates AS e ON e.b5 = r.own_b5
    AND r.occurred_at >= e.starts_at AND (e.ends_at IS NULL OR r.occurred_at < e.ends_at)
  WHERE {covers}
  GROUP BY r.attempt, e.kind, e.b5
) AS first JOIN candidates AS e
  ON e.b5 = first.b5 AND e.kind = first.kind AND e.place = first.place""",
    }


def _holds(i: int) -> str:
    """Whether pair ``i`` of an event ``e`` holds for attempt ``r``: numbers are compared as such."""
    tests = {FieldType.TEXT: f"= e.v{i}", FieldType.BOOLEAN: f"= (e.v{i} = 'true')"}
    cases = " ".join(
        f"WHEN {literal(name)} THEN r.{quoted(name)} {tests.get(ALL_FIELDS[name].type, f'= e.d{i}')}"
        for name in SCOPED
    )
    return f"COALESCE(CASE e.f{i} {cases} END, FALSE)"


def inferred_parts() -> dict[str, str]:
    """``inferred``: by day and group the policy that its declines show, and what leads there;
    reckoned from ``context_groups``."""
    sets = ", ".join(f"({', '.join(fields)}, day)" for fields in _SEGMENTS)
    has = ", ".join(f"GROUPING({name}) = 0 AS has_{name}" for name in _GROUPED)
    given = " AND ".join(f"(NOT has_{name} OR {name} IS NOT NULL)" for name in _GROUPED)
    covers = " AND ".join(f"(NOT g.has_{name} OR g.{name} = d.{name})" for name in _GROUPED)
    label = " || ".join(
        f"CASE WHEN g.has_{name} THEN ';{name}=' || g.{name} ELSE '' END" for name in _GROUPED
    )
    key = ", ".join([*(f"has_{name}" for name in _GROUPED), *_GROUPED])
    back, on = "2 PRECEDING AND CURRENT ROW", "CURRENT ROW AND 2 FOLLOWING"

    def windows(partition: str) -> str:
        return ", ".join(
            f"CAST(SUM({column}) OVER ({partition}ORDER BY day RANGE BETWEEN {span}) AS BIGINT)"
            f" AS {way}_{column}"
            for way, span in (("back", back), ("on", on))
            for column in ("n", "d")
        )

    def stands_out(way: str) -> str:
        n, d = f"g.{way}_n", f"g.{way}_d"
        others_n, others_d = f"(t.{way}_n - {n})", f"(t.{way}_d - {d})"
        expected = f"({n} * {others_d} / GREATEST(1, {others_n}))"
        return (
            f"({n} >= {_POLICY_REVIEWED} AND 10 * {d} >= {_POLICY_SHARE} * {n}"
            f" AND 10 * {others_d} <= {_OTHERS_SHARE} * {others_n}"
            f" AND {d} - {expected} >= {_POLICY_DEVIATIONS} * SQRT(0.25 + {expected}))"
        )

    return {
        "sound_days": """
SELECT day, employment_type, province, channel, sound_n, sound_d FROM context_groups
WHERE sound_n > 0""",
        "day_totals": f"""
SELECT day, {windows("")} FROM (
  SELECT day, CAST(SUM(sound_n) AS BIGINT) AS n, CAST(SUM(sound_d) AS BIGINT) AS d
  FROM sound_days GROUP BY day
) AS days""",
        "group_days": f"""
SELECT *, {windows(f"PARTITION BY {key} ")} FROM (
  SELECT day, {", ".join(_GROUPED)}, {has}, CAST(SUM(sound_n) AS BIGINT) AS n,
    CAST(SUM(sound_d) AS BIGINT) AS d
  FROM sound_days GROUP BY GROUPING SETS ({sets})
) AS grouped WHERE {given}""",
        "restricted": f"""
SELECT g.* FROM group_days AS g JOIN day_totals AS t ON t.day = g.day
WHERE 2 * g.d >= g.n AND ({stands_out("on")} OR {stands_out("back")})""",
        "inferred": f"""
SELECT d.day, d.part, MIN('inferred(' || SUBSTR({label}, 2) || ')') AS name
FROM (SELECT *, {group_part("c")} AS part FROM context_groups AS c) AS d
JOIN restricted AS g ON g.day = d.day AND {covers}
GROUP BY d.day, d.part""",
    }
