"""From whatever an agent types to the customer and the timeline, masked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from workbench.domain.attempt import AttemptRow, CustomerCard, LookupResult
from workbench.domain.masking import fold
from workbench.domain.trend import TrendFilter
from workbench.warehouse.engines import Session, key_literal
from workbench.warehouse.identity import attempt_key, naming_keys, term_keys
from workbench.warehouse.places import FEW, of_customers
from workbench.warehouse.trends import FAILURES, condition

_NEWEST = "ORDER BY a.occurred_at DESC NULLS LAST, a.attempt_id DESC"
_ROW_COLUMNS = (
    "attempt_id", "customer_key", "occurred_at", "channel", "province", "step", "outcome",
    "symptom", "cause_group", "cause", "reason_code", "status",
)  # fmt: skip
_ROW = ", ".join(f"a.{column}" for column in _ROW_COLUMNS)
_CUSTOMER, _AT, _OUTCOME = map(_ROW_COLUMNS.index, ("customer_key", "occurred_at", "outcome"))

_AT_ONCE = 2000  # keys in one statement


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
    session: Session, blind: bytes, term: str, limit: int, *, timed: bool = False
) -> LookupResult:
    """See ``services.ports.AttemptStore.lookup``; ``timed``: as ``places`` has it."""
    term = term.strip()
    if not term:
        return LookupResult()
    surely, perhaps = term_keys(blind, term)
    customers = _keys(session, "search_keys", "key", surely, limit, in_order=timed)
    if not customers:
        customers = _keys(session, "search_keys", "key", perhaps, limit, in_order=timed)
        ids = {attempt_key(text) for text in (term, fold(term), fold(term).upper())}
        customers |= _keys(session, "attempts", "attempt_key", ids, limit)
        if not customers:
            nameless = f"attempt_key IN ({_listed(ids)})"
            return LookupResult((), tuple(attempts_where(session, nameless, [], limit)))
    # Read once: cards and rows are of the same attempts. Joined and put in order by a file's engine
    # this takes a quarter longer.
    found = session.rows(
        f"SELECT {_ROW}, a.identity_verified, a.identity_key FROM attempts a"
        f" WHERE {of_customers(session, customers, timed=timed)}"
    )
    found.sort(key=_newest, reverse=True)
    people = _people(session, {row[_CUSTOMER] for row in found} - {None}, in_order=timed)
    by_customer: dict[int, list[tuple[Any, ...]]] = {}
    for row in found:
        by_customer.setdefault(row[_CUSTOMER], []).append(row)
    cards = (_card(key, own, people.get(own[0][-1])) for key, own in by_customer.items())
    rows = (_row(*row[:-2], *people.get(row[-1], _NOBODY)[:2]) for row in found[:limit])
    return LookupResult(tuple(cards), tuple(rows))


def _newest(row: Sequence[Any]) -> tuple[bool, Any, str]:
    """The order of ``_NEWEST``, the other way round."""
    at = row[_AT]
    return at is not None, at, row[0]


_Person = tuple[str | None, str | None, str | None, str | None]  # name, phone, id_card, customer_id
_NOBODY: _Person = (None, None, None, None)


def _people(session: Session, customers: Collection[int], *, in_order: bool) -> dict[int, _Person]:
    """What may be shown of these customers, by identity_key."""
    if not customers:
        return {}
    shown = "SELECT identity_key, name, phone, id_card, customer_id FROM identities WHERE"
    in_order = in_order and len(customers) <= FEW
    asked = _asked(f"{shown} customer_key", customers, in_order=in_order)
    return {key: tuple(person) for key, *person in session.rows(asked)}


def _card(
    key: int, newest_first: Sequence[tuple[Any, ...]], person: _Person | None
) -> CustomerCard:
    """Of one customer's attempts; ``person``: of the latest."""
    name, phone, id_card, customer_id = person or _NOBODY
    verified = (row[-2] for row in newest_first)
    return CustomerCard(
        ref=f"{key:016x}",
        name=name,
        phone=phone,
        id_card=id_card,
        customer_id=customer_id,
        attempts=len(newest_first),
        failures=sum(row[_OUTCOME] in FAILURES for row in newest_first),
        last_at=newest_first[0][_AT],
        identity_verified=next((v for v in verified if v is not None), None),
    )


def _keys(
    session: Session,
    table: str,
    column: str,
    keys: Collection[int],
    limit: int,
    *,
    in_order: bool = False,
) -> set[int]:
    """The customers of the rows with these keys."""
    if not keys:
        return set()
    asked = _asked(f"SELECT customer_key FROM {table} WHERE {column}", keys, in_order=in_order)
    found = session.rows(f"SELECT * FROM ({asked}) AS found LIMIT {limit * len(keys):d}")
    return set(islice(dict.fromkeys(key for (key,) in found if key is not None), limit))


def _asked(select: str, keys: Collection[int], *, in_order: bool) -> str:
    """``select``, which ends in a column, for the rows with these keys. Where a file has them in
    order, each is asked for by itself: that reads a piece of the table, a list of them all between
    its ends."""
    each = [[key] for key in keys] if in_order else [keys]
    return " UNION ALL ".join(f"{select} IN ({_listed(some)})" for some in each)


def known(session: Session, blind: bytes, words: Collection[str]) -> set[str]:
    """See ``services.ports.AttemptStore.known``."""
    words_of: dict[int, str] = {}
    for word in words:
        words_of |= dict.fromkeys(naming_keys(blind, word), word)
    keys, found = list(words_of), set()
    for start in range(0, len(keys), _AT_ONCE):
        these = _listed(keys[start : start + _AT_ONCE])
        rows = session.rows(f"SELECT DISTINCT key FROM search_keys WHERE key IN ({these})")
        found |= {words_of[key] for (key,) in rows}
    return found


def timeline(session: Session, ref: str, limit: int, *, timed: bool = False) -> list[AttemptRow]:
    key = key_of_ref(ref)
    if key is None:
        return []
    return attempts_where(session, of_customers(session, [key], timed=timed), [], limit)


def customers_of(session: Session, attempt_keys: Collection[int]) -> set[str]:
    """Whose attempts these are, by this store's own key; of attempts that it does not know nobody."""
    keys = sorted(attempt_keys)
    found: set[str] = set()
    for at in range(0, len(keys), 500):
        listed = ", ".join(map(key_literal, keys[at : at + 500]))
        query = f"SELECT DISTINCT customer_key FROM attempts WHERE attempt_key IN ({listed})"
        found |= {ref for (key,) in session.rows(query) if (ref := ref_of(key))}
    return found


def rows(
    session: Session, where: TrendFilter, *, failures_only: bool, limit: int, offset: int
) -> list[AttemptRow]:
    sql, params = condition(where, failures_only=failures_only)
    return attempts_where(session, sql, params, limit, offset)


def of_keys(session: Session, keys: Collection[int]) -> list[AttemptRow]:
    """The attempts of these keys, newest first."""
    return (
        attempts_where(session, f"attempt_key IN ({_listed(keys)})", [], len(keys)) if keys else []
    )


def _listed(keys: Collection[int]) -> str:
    return ", ".join(map(key_literal, keys))


def attempts_where(
    session: Session, where: str, params: Sequence[object], limit: int, offset: int = 0
) -> list[AttemptRow]:
    """``where`` calls an attempt ``a``. The newest first."""
    # The page is cut first, so that identities are joined to a page and not to the store.
    found = session.rows(
        f"SELECT {_ROW}, i.name, i.phone FROM"
        f" (SELECT * FROM attempts a WHERE {where} {_NEWEST} LIMIT ? OFFSET ?) a"
        " LEFT JOIN identities i ON i.customer_key = a.customer_key"
        f" AND i.identity_key = a.identity_key {_NEWEST}",
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
