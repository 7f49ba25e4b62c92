"""Context and diagnosis of the store's attempts, whole or only where a change can reach.

``whole`` is the reference: everything anew into a new table. ``partly`` gives exactly the same
values: it adds what entered to the kept counts, takes away what left, reckons the small tables
before and after, and looks again at the attempts of an hour, a customer, a policy, an event, a
usual load or a model's rate that changed. Of those it writes the ones whose values truly differ.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from workbench.rules.compiler import conjuncts_sql
from workbench.rules.pack import RulePack
from workbench.warehouse import former, schema
from workbench.warehouse.context import (
    BUCKET,
    COUNTS,
    NODE_BUCKETS,
    VERSION_BUCKETS,
    bucket_sql,
    context_parts,
    count_models,
    joined_select,
    narrow_select,
    share_select,
    with_parts,
    with_policy_select,
)
from workbench.warehouse.diagnosis import DIAGNOSIS_COLUMNS, diagnosis_select, outcome_sql
from workbench.warehouse.engines import Session, quoted
from workbench.warehouse.filling import has_scores, pairs_select
from workbench.warehouse.schema import hour_sql
from workbench.warehouse.sorting import remember_sorted

_KEY = "attempt_key"
_RECKONING = "1"  # of the kept counts: another number when one of them means something else
SHARE = 0.3  # of all attempts: beyond it everything anew is cheaper
_OPEN = frozenset(("employment_type", "province", "channel"))  # keys that may be missing
_MOVED = f"(SELECT * FROM w.attempts WHERE {_KEY} IN (SELECT {_KEY} FROM moved))"
_BY_ROW = {n: keys for n, keys in COUNTS.items() if n != "context_models"}

# Which attempts a change reaches: hours whose attempts are looked at again in full ...
HOURS = {
    "five_minutes": "SELECT hour FROM narrow",
    "windows": "SELECT hour + 1 FROM narrow",  # those of nodes and versions reach an hour on
    "policies": (
        "SELECT day * 24 + h FROM ("
        " SELECT day FROM (FROM inferred EXCEPT FROM inferred_before)"
        " UNION SELECT day FROM (FROM inferred_before EXCEPT FROM inferred)"
        f") AS other CROSS JOIN (VALUES {', '.join(f'({h})' for h in range(24))}) AS hours(h)"
    ),
    "events": (
        "SELECT c.hour FROM context_5m c JOIN ("
        " (FROM w.events EXCEPT FROM w.context_events)"
        " UNION ALL (FROM w.context_events EXCEPT FROM w.events)"
        f") e ON epoch(e.starts_at) < (c.b5 + 1) * {BUCKET}"
        f" AND coalesce(epoch(e.ends_at) > c.b5 * {BUCKET}, true)"
    ),
}
# ... customers, all of whose attempts are; and what is written anew by one small join each.
REACHED = {
    "customers": "SELECT customer_key FROM narrow",
    "loads": (
        "SELECT b5, load_ratio FROM load_by_5m JOIN context_5m USING (b5) JOIN hour_load n USING (hour)"
        " LEFT JOIN hour_load_before b USING (hour)"
        " WHERE (n.usual, n.ratio) IS DISTINCT FROM (b.usual, b.ratio)"
    ),
    "shifts": (
        "SELECT model, hour, n.ratio FROM shift n FULL JOIN shift_before b USING (model, hour)"
        " WHERE n.ratio IS DISTINCT FROM b.ratio"
    ),
}


@dataclass(frozen=True)
class Work:
    """What both ways need; ``execute`` runs a statement unless the import was cancelled."""

    row: ClassVar[str] = "rowid"  # tells one stored attempt from another
    summed: ClassVar[bool] = True  # whether there are ``attempts_by_hour`` and ``customer_times``

    session: Session
    execute: Callable[[str], None]
    pack: RulePack
    state: int  # the number of the one that this work makes
    at: datetime  # when

    def table(self, name: str, sql: str) -> None:
        self.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")

    def keep(self, name: str, sql: str) -> None:
        self.execute(f"CREATE OR REPLACE TABLE w.{name} AS {sql}")

    def raw(self, sql: str) -> None:
        """A statement in words that every engine reads alike, names without a schema."""
        self.execute(sql)

    def replace(self, sql: str, facts: str) -> None:
        """The attempts become those of ``sql``; ``facts``: see ``former.keep_differences``."""
        if not self.number("SELECT count(*) FROM w.attempts"):
            self.keep("attempts", sql)
            return
        self.keep("attempts_anew", sql)
        former.keep_differences(self, "w.attempts_anew", facts)
        self.execute("DROP TABLE w.attempts")
        self.execute("ALTER TABLE w.attempts_anew RENAME TO attempts")

    def number(self, sql: str) -> int:
        return int(self.session.rows(sql)[0][0] or 0)

    def types(self, relation: str) -> dict[str, str]:
        return dict(
            self.session.rows(f"SELECT column_name, column_type FROM (DESCRIBE FROM {relation})")
        )


@dataclass(frozen=True)
class Refreshed:
    """How many rows were put in, looked at again, and written anew."""

    entered: int
    looked_at: int
    written: int


def whole(work: Work, facts: str, differ: str) -> None:
    """Everything of relation ``facts`` (attempts, filled) anew, into a new table of attempts.
    ``differ``: a condition on stored attempts ``o`` whose facts may be others now."""
    parts = context_parts(facts, "w.events", _KEY)
    work.table("narrow", parts["narrow"])
    given = {"narrow"}
    for name in _BY_ROW:
        work.keep(name, parts[name])
    given |= set(_BY_ROW)
    for name in ("covered", "inferred"):
        work.table(name, _select(parts, name, given))
        given.add(name)
    work.keep("context_models", parts["context_models"])
    given.add("context_models")
    joined = joined_select(facts, _KEY)
    contextual = f"({with_parts(parts, _needed(parts, joined, given))} {joined})"
    work.replace(_diagnosed(work, contextual, work.types(facts)), differ)
    if work.summed:
        work.keep("attempts_by_hour", schema.summed_select("w.attempts"))
        work.keep("customer_times", schema.times_select(facts))
        remember_sorted(work.session, "customer_times")
    _find_pairs(work)
    _remember(work)


def is_kept(work: Work) -> bool:
    """Whether the kept counts are those of the stored attempts, diagnosed by this very pack."""
    return (
        schema.kept_reckoning(work.session) == _RECKONING
        and schema.get_meta(work.session, "rules_version") == work.pack.version
    )


def find_leaving(work: Work, replaced: str) -> None:
    """``leaving``: the attempt_key of those stored rows that new facts take the place of: those of
    relation ``replaced``, and those of customers of whom bureaus' scores say something else than
    when the context was last reckoned."""
    pairs = "w.context_pairs"
    _find_pairs(work)
    work.table(
        "leaving",
        f"SELECT attempt_key FROM {replaced} UNION SELECT attempt_key FROM w.attempts"
        " WHERE customer_key IN (SELECT customer_key FROM ("
        f"(FROM pairs_now EXCEPT FROM {pairs}) UNION ALL (FROM {pairs} EXCEPT FROM pairs_now)))",
    )


def _find_pairs(work: Work) -> None:
    found = pairs_select("w.bureau_scores", "w.search_keys")
    work.table(
        "pairs_now", found if has_scores(work.session) else "SELECT * FROM w.context_pairs LIMIT 0"
    )


def partly(work: Work, entering: str) -> Refreshed | None:
    """Put in the rows of relation ``entering`` (attempts, filled), take out those of relation
    ``leaving`` (their attempt_key) and bring up to date what that and changed events reach.

    None where too much is reached, or where the columns are others: then ``whole`` has to follow,
    since the kept counts may have moved.
    """
    types = work.types(entering)
    own = {
        name: kind
        for name, kind in work.types("w.attempts").items()
        if name not in schema.CONTEXT and name not in schema.DIAGNOSIS
    }
    if types != own:
        return None
    work.table("entering", f"SELECT * FROM {entering}")
    left = f"(SELECT * FROM w.attempts WHERE {_KEY} IN (SELECT {_KEY} FROM leaving))"
    entered = work.number("SELECT count(*) FROM entering")
    total = work.number("SELECT count(*) FROM w.attempts")
    if entered > SHARE * total:
        return None
    parts = context_parts("around_rows", "w.events", _KEY)

    # The counts, with the small tables that hang on them before and after.
    kept = set(COUNTS)
    _small(work, parts, kept, "_before", ("hour_load", "inferred", "shift"))
    work.table(
        "narrow",
        f"{narrow_select('entering', _KEY)} UNION ALL {narrow_select(left, _KEY, -1)}",
    )
    for name in _BY_ROW:
        _add(work, name, parts[name])
    _small(work, parts, kept, "", ("hour_load", "inferred"))

    # Whom to look at again.
    work.table("hours", " UNION ".join(HOURS.values()))
    work.table("customers", f"SELECT DISTINCT customer_key FROM ({REACHED['customers']})")
    work.table(
        "touched",
        f"SELECT {work.row} AS _row, * FROM w.attempts"
        f" WHERE ({hour_sql()} IN (SELECT hour FROM hours)"
        " OR customer_key IN (SELECT customer_key FROM customers))"
        f" AND {_KEY} NOT IN (SELECT {_KEY} FROM leaving)",
    )
    looked_at = work.number("SELECT count(*) FROM touched")
    if looked_at > SHARE * total:
        return None
    listed = ", ".join(map(quoted, own))
    work.execute(
        f"CREATE OR REPLACE TEMP VIEW around_rows AS SELECT _row, {listed} FROM touched"
        f" UNION ALL SELECT NULL AS _row, {listed} FROM entering"
    )
    work.table("narrow", parts["narrow"])
    given = kept | {"narrow", "hour_load", "inferred"}
    for name in ("covered", "load_by_5m"):
        work.table(name, _select(parts, name, given))
        given.add(name)

    # Who is under a policy may have changed, and with that what models are compared by.
    before = narrow_select(
        f"(SELECT {listed}, policy FROM touched UNION ALL SELECT {listed}, policy FROM {left})",
        _KEY,
        -1,
        ", policy",
    )
    was = (
        "SELECT coalesce(risk_model, '') AS model, hour, sign, declined,"
        f" sound AND reviewed AND policy IS NULL AS counted FROM ({before})"
    )
    _add(work, "context_models", count_models(f"{with_policy_select()} UNION ALL {was}"))
    _small(work, parts, kept, "", ("shift",))
    given.add("shift")

    # Shares of the hours around these attempts only: the window of a node's reaches half an hour
    # back, that of a version a whole one.
    for name in ("context_nodes", "context_versions"):
        work.table(
            f"near_{name}",
            f"SELECT * FROM w.{name} WHERE b5 // {VERSION_BUCKETS} IN ("
            f"SELECT b5 // {VERSION_BUCKETS} FROM narrow"
            f" UNION SELECT b5 // {VERSION_BUCKETS} - 1 FROM narrow)",
        )
    parts["node_share"] = share_select("near_context_nodes", NODE_BUCKETS)
    parts["version_share"] = share_select("near_context_versions", VERSION_BUCKETS)
    joined = joined_select("around_rows", _KEY)
    found = ", ".join(("_row", _KEY, *schema.CONTEXT))
    needed = with_parts(parts, _needed(parts, joined, given))
    work.table("around", f"{needed} SELECT {found} FROM ({joined}) AS joined")
    _find_changes(work)
    _judge_again(work, own)
    former.keep_changes(work)
    _write(work, own)
    _remember(work)
    return Refreshed(entered, looked_at, work.number("SELECT count(*) FROM changes"))


# the steps
def _small(
    work: Work, parts: Mapping[str, str], given: Collection[str], end: str, names: Collection[str]
) -> None:
    for name in names:
        work.table(name + end, _select(parts, name, given))


def _add(work: Work, name: str, counted: str) -> None:
    """Add the counts of a SELECT (of signed rows) to the kept ones."""
    keys = COUNTS[name]
    sums = [column for column in schema.KEPT[name] if column not in keys]
    # Where no key can be missing, an equality can be looked up.
    same = " AND ".join(
        f"t.{key} IS NOT DISTINCT FROM d.{key}" if key in _OPEN else f"t.{key} = d.{key}"
        for key in keys
    )
    listed = ", ".join(schema.KEPT[name])
    work.table("delta", counted)
    work.execute(
        f"UPDATE w.{name} AS t SET {', '.join(f'{c} = t.{c} + d.{c}' for c in sums)}"
        f" FROM delta AS d WHERE {same}"
    )
    work.execute(
        f"INSERT INTO w.{name} ({listed}) SELECT {listed} FROM delta AS d WHERE d.n <> 0"
        f" AND NOT EXISTS (SELECT 1 FROM w.{name} AS t WHERE {same})"
    )
    work.execute(f"DELETE FROM w.{name} WHERE n = 0")


def _find_changes(work: Work) -> None:
    """``changes``: the stored rows whose context is another one now, with all of it. ``near`` are
    those that were looked at in full; of the others only the load and the shift can differ."""
    for name in ("loads", "shifts"):
        work.table(name, REACHED[name])
    own = {"customer_attempts_24h", "customer_attempts_30d"}
    new = {
        name: f"CASE WHEN c.customer_key IS NULL THEN t.{name} ELSE r.{name} END"
        if name in own
        else f"r.{name}"
        for name in schema.CONTEXT
    }
    listed = ", ".join(f"{sql} AS {name}" for name, sql in new.items())
    differs = f"({', '.join(new.values())}) IS DISTINCT FROM"
    differs += f" ({', '.join(f't.{name}' for name in new)})"
    far = {name: f"t.{name}" for name in schema.CONTEXT} | {
        "load_ratio": "CASE WHEN l.b5 IS NULL THEN t.load_ratio ELSE l.load_ratio END",
        "decline_shift": "CASE WHEN s.model IS NULL THEN t.decline_shift ELSE s.ratio END",
    }
    work.table(
        "changes",
        f"SELECT t._row, true AS near, {listed} FROM around r JOIN touched t ON t._row = r._row"
        f" LEFT JOIN customers c ON c.customer_key = t.customer_key WHERE {differs}"
        f" UNION ALL SELECT t.{work.row}, false,"
        f" {', '.join(far.values())} FROM w.attempts t"
        f" LEFT JOIN loads l ON l.b5 = {bucket_sql('t')}"
        " LEFT JOIN shifts s ON s.model = coalesce(t.risk_model, '')"
        f" AND s.hour = {hour_sql('t')}"
        " WHERE (l.b5 IS NOT NULL OR s.model IS NOT NULL)"
        f" AND ({far['load_ratio']}, {far['decline_shift']})"
        " IS DISTINCT FROM (t.load_ratio, t.decline_shift)"
        f" AND t.{work.row} NOT IN (SELECT _row FROM touched)"
        f" AND t.{_KEY} NOT IN (SELECT {_KEY} FROM leaving)",
    )


def _judge_again(work: Work, own: Mapping[str, str]) -> None:
    """``judged``: the new diagnosis of the stored rows for which some condition on the context
    has another answer now."""
    pack = work.pack.check(schema.extra_fields(dict(own)))
    columns = [*own, *schema.CONTEXT]
    conditions = sorted(
        {
            conjunct
            for rule in pack.rules
            for conjunct in conjuncts_sql(rule, pack, columns)
            if any(quoted(name) in conjunct for name in schema.CONTEXT)
        }
    )
    listed = ", ".join(f"t.{quoted(name)}" for name in own)
    fields = ", ".join(schema.CONTEXT)
    answers = [f"({condition}) AS a{n}" for n, condition in enumerate(conditions or ["true"])]
    told = f"SELECT _row, {', '.join(answers)} FROM"
    new, old = (", ".join(f"{side}.a{n}" for n in range(len(answers))) for side in "no")
    succeeded, pending = outcome_sql(columns)
    work.execute(
        "CREATE OR REPLACE TEMP VIEW changed AS"
        f" SELECT _row, {listed}, {', '.join(f'c.{name}' for name in schema.CONTEXT)}"
        f" FROM w.attempts t JOIN changes c ON c._row = t.{work.row}"
    )
    work.table(
        "doubtful",
        f"SELECT n._row FROM ({told} changed WHERE NOT ({succeeded}) AND NOT ({pending})) n"
        f" JOIN ({told} (SELECT {work.row} AS _row, {listed}, {fields} FROM w.attempts t"
        f" WHERE {work.row} IN (SELECT _row FROM changes)) AS stored_rows) o ON o._row = n._row"
        f" WHERE ({new}) IS DISTINCT FROM ({old})",
    )
    source = "(SELECT * FROM changed WHERE _row IN (SELECT _row FROM doubtful))"
    diagnosed = diagnosis_select(pack, source, ["_row", *columns])
    said = ", ".join(("_row", *DIAGNOSIS_COLUMNS))
    work.table("judged", f"SELECT {said} FROM ({diagnosed}) AS diagnosed")


def _write(work: Work, own: Mapping[str, str]) -> None:
    if work.summed:
        _count_out(work)
    for names, source, which in (
        (schema.CONTEXT, "changes", "AND c.near"),
        (("load_ratio", "decline_shift"), "changes", "AND NOT c.near"),
        (schema.DIAGNOSIS, "judged", ""),
    ):
        set_to = ", ".join(f"{name} = c.{name}" for name in names)
        work.execute(
            f"UPDATE w.attempts AS t SET {set_to} FROM {source} c"
            f" WHERE t.{work.row} = c._row {which}"
        )
    work.execute(f"DELETE FROM w.attempts WHERE {_KEY} IN (SELECT {_KEY} FROM leaving)")
    given = ", ".join(map(quoted, [*own, *schema.CONTEXT]))
    listed = ", ".join(
        [*(f"e.{quoted(name)}" for name in own), *(f"r.{name}" for name in schema.CONTEXT)]
    )
    entered = (
        f"(SELECT {listed} FROM entering e JOIN around r ON r.{_KEY} = e.{_KEY}"
        " WHERE r._row IS NULL)"
    )
    diagnosis = ", ".join(DIAGNOSIS_COLUMNS)
    work.execute(f"INSERT INTO w.attempts ({given}, {diagnosis}) {_diagnosed(work, entered, own)}")
    if work.summed:
        _count_in(work)


def _count_out(work: Work) -> None:
    """``moved``: the attempts that leave, enter or are judged otherwise; ``uncounted``: how many of
    each kind they were."""
    work.table(
        "moved",
        f"SELECT {_KEY} FROM w.attempts WHERE {work.row} IN (SELECT _row FROM judged)"
        f" UNION ALL SELECT {_KEY} FROM leaving UNION ALL SELECT {_KEY} FROM entering",
    )
    work.table("uncounted", schema.summed_select(_MOVED, "-count(*)"))


def _count_in(work: Work) -> None:
    """Of the hours that anything moved in or out of, the new numbers."""
    found = schema.summed_select(_MOVED)
    kinds = ", ".join(("hour", *schema.SUMMED_FIELDS))
    work.table("counted", f"FROM uncounted UNION ALL {found}")
    around = "FROM w.attempts_by_hour WHERE hour IN (SELECT hour FROM counted)"
    work.table(
        "summed",
        f"SELECT {kinds}, sum(n)::BIGINT AS n FROM ({around} UNION ALL FROM counted)"
        " GROUP BY ALL HAVING sum(n) <> 0",
    )
    work.execute(f"DELETE {around}")
    work.execute("INSERT INTO w.attempts_by_hour FROM summed")
    times = schema.times_select("entering")
    work.execute(f"INSERT INTO w.customer_times ({times}) EXCEPT FROM w.customer_times")


def _remember(work: Work) -> None:
    former.end_state(work, work.at)
    work.keep("context_events", "SELECT * FROM w.events")
    work.keep("context_pairs", "SELECT * FROM pairs_now")
    schema.set_kept(work.session, _RECKONING)
    schema.set_meta(work.session, "rules_version", work.pack.version)


def _diagnosed(work: Work, contextual: str, types: Mapping[str, str]) -> str:
    pack = work.pack.check(schema.extra_fields(dict(types)))
    return diagnosis_select(pack, contextual, [*types, *schema.CONTEXT])


def _select(parts: Mapping[str, str], name: str, given: Collection[str]) -> str:
    """One part, with those before it that it needs and that are not relations already."""
    needed = _needed(parts, parts[name], given)
    return f"{with_parts(dict(parts), needed) if needed else ''} {parts[name]}"


def _needed(parts: Mapping[str, str], sql: str, given: Collection[str]) -> set[str]:
    needed: set[str] = set()
    waiting = [sql]
    while waiting:
        words = set(re.findall(r"\w+", waiting.pop()))
        found = {name for name in parts if name in words} - needed - set(given)
        needed |= found
        waiting += [parts[name] for name in found]
    return needed
