"""What was said of attempts before: kept when it changes, in the transaction that changes it.

Every change of attempts, events, scores or rules makes a *state* of the store, numbered. What a
state ended is kept under its number: of an attempt whose answer, facts or own context changed, all
of it (``former_answers``); of context that many attempts share by their minutes and node, version
or model, the value once for all of them (``former_context``); of events what they said. What did
not change is kept nowhere else than where it stands, so a new attempt costs nothing, and a pack
that changes one answer in twenty costs one row in twenty. ``asof`` puts it together again.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from workbench.warehouse import schema
from workbench.warehouse.context import bucket_sql, version_part
from workbench.warehouse.engines import Session, literal, quoted
from workbench.warehouse.schema import hour_sql

if TYPE_CHECKING:
    from workbench.warehouse.refreshing import Work

_KEY = "attempt_key"
_MOST_ARGUMENTS = 90  # PostgreSQL takes 100 in a call
# Context that attempts share: its place in time, and the rest of what it is shared by.
SHARED = {
    "load_ratio": (bucket_sql("o"), "''"),
    "system_error_share_5m": (bucket_sql("o"), "''"),
    "node_error_share_30m": (bucket_sql("o"), "o.node"),
    "version_error_share_1h": (bucket_sql("o"), version_part("o")),
    "decline_shift": (hour_sql("o"), "COALESCE(o.risk_model, '')"),
}
_OWN = tuple(name for name in schema.CONTEXT if name not in SHARED)
_ANSWER = tuple(name for name in schema.DIAGNOSIS if name != "rules_version")
_KEPT = (*_ANSWER, *schema.CONTEXT)
PLACE = ("occurred_at", "node", "channel", "app_version", "risk_model")  # that SHARED reads
_EVENT = "kind, name, starts_at, ends_at, scope"


def next_state(session: Session) -> int:
    """The number of the state that a change under way will make."""
    return int(session.rows("SELECT COALESCE(MAX(number), 0) + 1 FROM w.states")[0][0])


def keep_changes(work: "Work") -> None:
    """Of ``refreshing.partly``, before it writes: what its relations ``changes``, ``judged`` and
    ``leaving`` put an end to."""
    old = ", ".join(f"o.{name}" for name in (_KEY, *PLACE, *_KEPT))
    new = [f"c.{name} AS new_{name}" for name in schema.CONTEXT]
    new += [
        f"CASE WHEN j._row IS NULL THEN o.{name} ELSE j.{name} END AS new_{name}"
        for name in _ANSWER
    ]
    work.table(
        "was",
        f"SELECT {old}, {', '.join(new)} FROM w.attempts o JOIN changes c ON c._row = o.{work.row}"
        " LEFT JOIN judged j ON j._row = c._row",
    )
    # those that come in anew are not among the changes, be their facts the same or not
    _keep_facts(work, "entering", f"o.{_KEY} IN (SELECT {_KEY} FROM leaving)", alike=True)
    _keep(work)


def keep_differences(work: "Work", fresh: str, facts: str) -> None:
    """Of ``refreshing.whole``, before relation ``fresh`` takes the place of the attempts.
    ``facts``: a condition on attempts ``o`` whose facts may differ."""
    old = ", ".join(f"o.{name}" for name in (_KEY, *PLACE, *_KEPT))
    new = ", ".join(f"n.{name} AS new_{name}" for name in _KEPT)
    work.table(
        "was",
        f"SELECT {old}, {new} FROM w.attempts o JOIN {fresh} n ON n.{_KEY} = o.{_KEY}"
        f" WHERE {_differ(_KEPT, 'o.', 'n.')}",
    )
    _keep_facts(work, fresh, facts, alike=False)
    _keep(work)


def _keep(work: "Work") -> None:
    """What relation ``was`` says that was otherwise."""
    for field, (at, part) in SHARED.items():
        work.execute(
            f"INSERT INTO w.former_context SELECT DISTINCT '{field}', {at}, {part},"
            f" {work.state}, o.{field} FROM was AS o"
            f" WHERE {_differ([field], 'o.', 'o.new_')} AND {at} IS NOT NULL"
            f" AND {part} IS NOT NULL"
        )
    # those with facts have been kept already
    listed = ", ".join(f"o.{name}" for name in _KEPT)
    work.execute(
        f"INSERT INTO w.former_answers SELECT o.{_KEY}, {work.state}, {listed}, NULL FROM was AS o"
        f" WHERE {_differ((*_ANSWER, *_OWN), 'o.', 'o.new_')} AND NOT EXISTS ("
        f"SELECT 1 FROM w.former_answers f WHERE f.{_KEY} = o.{_KEY} AND f.until = {work.state})"
    )


def _keep_facts(work: "Work", fresh: str, where: str, *, alike: bool) -> None:
    """Of attempts ``o`` whose facts are others in relation ``fresh``, or ``alike`` too, all that
    was known."""
    new, old = (
        {name: kind for name, kind in work.types(relation).items() if name not in _DERIVED}
        for relation in (fresh, "w.attempts")
    )
    listed = ", ".join(f"o.{name}" for name in _KEPT)
    work.raw(
        f"INSERT INTO former_answers SELECT * FROM (SELECT o.{_KEY}, {work.state}, {listed},"
        f" {_facts_sql(old, new)} AS facts"
        f" FROM attempts o JOIN {fresh.removeprefix('w.')} n ON n.{_KEY} = o.{_KEY}"
        f" WHERE {where}) AS others" + ("" if alike else " WHERE facts <> ''")
    )


def _facts_sql(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    """'"name":value,...' of the columns whose values differ: JSON without its braces. In words
    that DuckDB and PostgreSQL share: what spells a double alike is not in what is carried."""
    said = []
    for name, kind in new.items():
        column, named = quoted(name), literal(json.dumps(name, ensure_ascii=False) + ":")
        if name not in old:
            said.append(f"CASE WHEN n.{column} IS NOT NULL THEN {named} || 'null' END")
            continue
        value = f"o.{column}" if old[name] == kind else f"CAST(o.{column} AS {kind})"
        said.append(
            f"CASE WHEN {value} IS DISTINCT FROM n.{column} THEN"
            f" {named} || COALESCE(CAST(TO_JSON({value}) AS VARCHAR), 'null') END"
        )
    while len(said) > 1:
        groups = (said[i : i + _MOST_ARGUMENTS] for i in range(0, len(said), _MOST_ARGUMENTS))
        said = [f"NULLIF(CONCAT_WS(',', {', '.join(group)}), '')" for group in groups]
    return said[0]


_DERIVED = frozenset((*schema.CONTEXT, *schema.DIAGNOSIS))


def _differ(names: Collection[str], old: str, new: str) -> str:
    was, now = (", ".join(side + name for name in names) for side in (old, new))
    return (
        f"({was}) IS DISTINCT FROM ({now})" if len(names) > 1 else f"{was} IS DISTINCT FROM {now}"
    )


def end_state(work: "Work", at: datetime) -> None:
    """The state is there from ``at`` on; the events of the one before, where they were others,
    are kept with it."""
    same = "(e.kind, e.name, e.starts_at) = (k.kind, k.name, k.starts_at)"
    work.execute(
        f"INSERT INTO w.former_events SELECT {_EVENT}, {work.state}, TRUE FROM"
        f" (SELECT {_EVENT} FROM w.context_events EXCEPT SELECT {_EVENT} FROM w.events) AS gone"
        f" UNION ALL SELECT {_EVENT}, {work.state}, FALSE FROM w.events e"
        f" WHERE NOT EXISTS (SELECT 1 FROM w.context_events k WHERE {same})"
    )
    # clocks may go back, states may not
    work.session.execute(
        f"INSERT INTO w.states SELECT {work.state},"
        " GREATEST(CAST(? AS TIMESTAMP), (SELECT MAX(began) FROM w.states)), ?",
        [at, work.pack.version],
    )


def forget(session: Session, attempts: str, params: Mapping[str, object]) -> None:
    """Whatever was said before of the attempts that a condition finds."""
    session.execute(
        f"DELETE FROM former_answers WHERE {_KEY} IN"
        f" (SELECT {_KEY} FROM attempts WHERE {attempts})",
        params,
    )


def forget_before(session: Session, before: datetime) -> None:
    """Shared context of times before ``before`` (UTC)."""
    for unit, fields in _UNITS.items():
        named = ", ".join(map(literal, fields))
        session.execute(
            f"DELETE FROM former_context WHERE field IN ({named})"
            f" AND place < (SELECT {unit} FROM (SELECT CAST(? AS TIMESTAMP) AS occurred_at) AS o)",
            [before],
        )


_UNITS = {
    at: [field for field, (unit, _) in SHARED.items() if unit == at]
    for at in (bucket_sql("o"), hour_sql("o"))
}
