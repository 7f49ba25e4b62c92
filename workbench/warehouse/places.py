"""Where in the store attempts lie: by their time, in whose order a file keeps them.

A file has no index over attempts; of many millions it would not fit in memory. It knows the least
and the greatest value in each piece of each column: who names the time beside the key reads a few
pieces instead of all. ``customer_times`` tells the times of a customer, in the order of customers.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from workbench.warehouse.engines import Session, key_literal
from workbench.warehouse.identity import this_attempt

FEW, _MOST = 8, 100  # customers, and times of theirs, that are asked for one by one


def of_customers(session: Session, customers: Collection[int], *, timed: bool) -> str:
    """The condition that finds all attempts (``a``) of these customers. ``timed``: whether the
    store has ``customer_times``."""
    listed = ", ".join(map(key_literal, customers))
    owned = f"a.customer_key IN ({listed})"
    if not timed or not 0 < len(customers) <= FEW:
        return owned
    times = session.rows(
        " UNION ".join(
            f"SELECT occurred_at FROM customer_times WHERE customer_key = {key_literal(key)}"
            for key in customers
        )
    )
    if (None,) in times or len(times) > _MOST:
        return owned
    return f"{owned} AND a.occurred_at IN ({', '.join(_literal(at) for (at,) in times) or 'NULL'})"


def of_attempt(
    session: Session, attempt_id: str, seen: Mapping[str, datetime]
) -> tuple[str, list[object]]:
    """A condition that finds the attempt, and its parameters. ``seen``: times of attempts that
    were shown a moment ago; those that hold no more are not relied on."""
    for at in dict.fromkeys((seen.get(attempt_id), None)):
        where, params = at_time(attempt_id, at)
        found = session.rows(f"SELECT occurred_at FROM attempts WHERE {where} LIMIT 1", params)
        if found:
            return at_time(attempt_id, found[0][0])
    return this_attempt(attempt_id)


def at_time(attempt_id: str, at: datetime | None) -> tuple[str, list[object]]:
    """The same of an attempt at this time (None: at any)."""
    where, params = this_attempt(attempt_id)
    return where if at is None else f"{where} AND occurred_at = {_literal(at)}", params


def _literal(at: datetime) -> str:
    return f"TIMESTAMP '{at.isoformat(' ')}'"
