"""What leaves the warehouse for good: attempts beyond their time, and a customer who asks for it."""

from datetime import datetime

from workbench.domain.retention import Removed
from workbench.warehouse import former, schema
from workbench.warehouse.engines import Session

_ORPHANS = "customer_key NOT IN (SELECT customer_key FROM attempts WHERE customer_key IS NOT NULL)"
_KINDS = ("customer_id", "id_card", "phone")  # under which a bureau's score may know a customer


def older(session: Session, before: datetime) -> Removed:
    """What ``drop_older`` would remove."""
    attempts, customers = session.rows(
        "SELECT count(*) FILTER (dated), count(*) FILTER (dated AND alone) FROM ("
        " SELECT occurred_at < $before AS dated,"
        " max(occurred_at) OVER (PARTITION BY customer_key) < $before"
        " AND row_number() OVER (PARTITION BY customer_key) = 1"
        " AND customer_key IS NOT NULL AS alone FROM attempts)",
        {"before": before},
    )[0]
    [[scores]] = session.rows(
        "SELECT count(*) FROM bureau_scores WHERE scored_at < $before", {"before": before}
    )
    return Removed(attempts, customers, scores)


def drop_older(session: Session, before: datetime) -> tuple[Removed, list[int]]:
    """Attempts and bureau scores of before ``before`` (UTC), and whoever has none left: their
    customer keys."""
    removed = older(session, before)
    schema.set_kept(session, None)
    former.forget(session, "occurred_at < $before", {"before": before})
    former.forget_before(session, before)
    session.execute("DELETE FROM attempts WHERE occurred_at < ?", [before])
    session.execute("DELETE FROM bureau_scores WHERE scored_at < ?", [before])
    gone = session.rows(f"SELECT DISTINCT customer_key FROM identities WHERE {_ORPHANS}")
    for table in ("identities", "search_keys"):
        session.execute(f"DELETE FROM {table} WHERE {_ORPHANS}")
    return removed, [int(key) for (key,) in gone]


def erase(session: Session, customer_key: int) -> Removed:
    """Every row of one customer in every table; what is left of them is nothing."""
    of_bureaus = " OR ".join(
        f"{kind}_key IN (SELECT key FROM search_keys WHERE customer_key = $customer"
        f" AND kind = '{kind}')"
        for kind in _KINDS
    )
    customer = {"customer": customer_key}
    steps = (
        ("bureau_scores", of_bureaus),
        ("attempts", "customer_key = $customer"),
        ("identities", "customer_key = $customer"),
        ("search_keys", "customer_key = $customer"),
    )
    counts = {}
    schema.set_kept(session, None)
    former.forget(session, "customer_key = $customer", customer)
    for table, where in steps:
        [[counts[table]]] = session.rows(f"SELECT count(*) FROM {table} WHERE {where}", customer)
        session.execute(f"DELETE FROM {table} WHERE {where}", customer)
    return Removed(counts["attempts"], int(counts["identities"] > 0), counts["bureau_scores"])
