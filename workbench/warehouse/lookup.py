"""From whatever an agent types to the customer and the timeline, masked."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from workbench.domain.attempt import AttemptRow, CustomerCard, LookupResult
from workbench.domain.masking import fold
from workbench.domain.trend import TrendFilter
from workbench.warehouse.engines import Session, key_literal
from workbench.warehouse.identity import attempt_key, term_keys
from workbench.warehouse.trends import FAILURE, condition

_NEWEST = "ORDER BY a.occurred_at DESC NULLS LAST, a.attempt_id DESC"
_ROW_COLUMNS = (
    "attempt_id", "customer_key", "occurred_at", "channel", "province", "step", "outcome",
    "symptom", "cause_group", "cause", "reason_code", "status",
)  # fmt: skip
_READ = (*_ROW_COLUMNS, "identity_verified")
_PERSON = ("i.name", "i.phone", "i.id_card", "i.customer_id")
_ROW = ", ".join(f"a.{column}" for column in _ROW_COLUMNS)
# A mobile number, an ID card's number, a Chinese name: no attempt's id looks like these.
_SURELY_A_PERSON = re.compile(r"1\d{10}|\d{17}[\dxX]|[\u3400-\u9fff·]{2,}")


def ref_of(customer_key: int | None) -> str | None:
    """The handle of a customer outside the warehouse: no identity, stable, opens the timeline."""
    return None if customer_key is None else f"{customer_key:016x}"


def key_of_ref(ref: str) -> int | None:
    """None for what is no ref of ours."""
    try:
        key = int(ref, 16)
    except ValueError:
        return None
    return key if 0 <= key < 1 << 64 else None


def lookup(
    session: Session, blind: bytes, term: str, limit: int, *, indexed: bool = False
) -> LookupResult:
    """See ``services.ports.AttemptStore.lookup``. ``indexed``: the engine finds a key by an index."""
    term = term.strip()
    if not term:
        return LookupResult()
    customers = _keys(session, "search_keys", "key", term_keys(blind, term), limit)
    if not (customers and _SURELY_A_PERSON.fullmatch(fold(term))):
        ids = {attempt_key(text) for text in (term, fold(term), fold(term).upper())}
        customers |= _keys(session, "attempts", "attempt_key", ids, limit)
        if not customers:
            nameless = f"attempt_key IN ({_listed(ids)})"
            return LookupResult((), tuple(_attempts(session, nameless, [], limit)))
    found = (
        f"SELECT {', '.join(f'a.{column}' for column in _READ)}, {', '.join(_PERSON)} FROM attempts a"
        " LEFT JOIN identities i ON i.identity_key = a.identity_key"
        f" WHERE a.customer_key IN ({_listed(customers)})"
    )
    relation = f"({found})"
    if not indexed:
        # Read once: cards and rows are of the same attempts, and a scan of all is what costs.
        relation = "of_customers"
        session.execute(f"CREATE OR REPLACE TEMP TABLE {relation} AS {found}")
    rows = session.rows(
        f"SELECT {_ROW}, a.name, a.phone FROM {relation} AS a {_NEWEST} LIMIT ?", [limit]
    )
    return LookupResult(tuple(_cards(session, relation)), tuple(_row(*row) for row in rows))


def _keys(session: Session, table: str, column: str, keys: Collection[int], limit: int) -> set[int]:
    """The customers of the rows with these keys."""
    found = session.rows(
        f"SELECT DISTINCT customer_key FROM {table} WHERE {column} IN ({_listed(keys)})"
        " AND customer_key IS NOT NULL LIMIT ?",
        [limit],
    )
    return {key for (key,) in found}


def timeline(session: Session, ref: str, limit: int) -> list[AttemptRow]:
    key = key_of_ref(ref)
    return (
        [] if key is None else _attempts(session, f"customer_key = {key_literal(key)}", [], limit)
    )


def rows(
    session: Session, where: TrendFilter, *, failures_only: bool, limit: int, offset: int
) -> list[AttemptRow]:
    sql, params = condition(where, failures_only=failures_only)
    return _attempts(session, sql, params, limit, offset)


def _listed(keys: Collection[int]) -> str:
    return ", ".join(map(key_literal, keys))


def _attempts(
    session: Session, where: str, params: Sequence[object], limit: int, offset: int = 0
) -> list[AttemptRow]:
    # The page is cut first, so that identities are joined to a page and not to the store.
    found = session.rows(
        f"SELECT {_ROW}, i.name, i.phone FROM"
        f" (SELECT * FROM attempts a WHERE {where} {_NEWEST} LIMIT ? OFFSET ?) a"
        f" LEFT JOIN identities i USING (identity_key) {_NEWEST}",
        [*params, limit, offset],
    )
    return [_row(*row) for row in found]


def _row(
    attempt_id: str,
    customer_key: int | None,
    at: datetime | None,
    channel: str | None,
    province: str | None,
    step: str | None,
    outcome: str | None,
    symptom: str | None,
    group: str | None,
    cause: str | None,
    code: str | None,
    status: str | None,
    name: str | None,
    phone: str | None,
) -> AttemptRow:
    return AttemptRow(
        attempt_id=attempt_id,
        customer_ref=ref_of(customer_key),
        occurred_at=at,
        channel=channel,
        province=province,
        step=step,
        outcome=outcome,
        symptom=symptom or "",
        cause_group=group or "",
        cause=cause or "",
        reason_code=code or None,
        status=status or "",
        customer_name=name,
        phone=phone,
    )


def _cards(session: Session, relation: str) -> list[CustomerCard]:
    """Of the attempts of ``relation``, newest first; a customer's details are those of the latest attempt."""
    latest = ", ".join(
        f"max(CASE WHEN place = 1 THEN {name} END)"
        for name in ("name", "phone", "id_card", "customer_id")
    )
    found = session.rows(
        f"SELECT customer_key, count(*), count(CASE WHEN {FAILURE} THEN 1 END),"
        " max(occurred_at) AS last_at, max(CASE WHEN known = 1 THEN CAST(identity_verified AS INTEGER)"
        f" END), {latest} FROM (SELECT *,"
        " row_number() OVER (PARTITION BY customer_key"
        "  ORDER BY occurred_at DESC NULLS LAST, attempt_id DESC) AS place,"
        " row_number() OVER (PARTITION BY customer_key ORDER BY identity_verified IS NULL,"
        f"  occurred_at DESC NULLS LAST, attempt_id DESC) AS known FROM {relation} AS a) AS placed"
        " GROUP BY customer_key ORDER BY last_at DESC NULLS LAST, customer_key"
    )
    return [
        CustomerCard(
            ref=f"{key:016x}",
            name=name,
            phone=phone,
            id_card=id_card,
            customer_id=customer_id,
            attempts=attempts,
            failures=failures,
            last_at=last_at,
            identity_verified=None if verified is None else bool(verified),
        )
        for (key, attempts, failures, last_at, verified, name, phone, id_card,
             customer_id) in found
    ]  # fmt: skip
