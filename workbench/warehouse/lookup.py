"""From whatever an agent types to the customer and the timeline, masked."""

from collections.abc import Sequence

from workbench.domain.attempt import AttemptRow, CustomerCard, LookupResult
from workbench.domain.masking import fold
from workbench.domain.trend import TrendFilter
from workbench.warehouse.engines import Session
from workbench.warehouse.identity import attempt_key, term_keys
from workbench.warehouse.trends import FAILURE, condition

_NEWEST = "ORDER BY a.occurred_at DESC NULLS LAST, a.attempt_id DESC"
_SHOWN = (
    "a.attempt_id, a.customer_key, a.occurred_at, a.channel, a.province, a.step, a.outcome,"
    " a.symptom, a.cause_group, a.cause, a.reason_code, a.status, i.name, i.phone"
)


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


def lookup(session: Session, blind: bytes, term: str, limit: int) -> LookupResult:
    """See ``services.ports.AttemptStore.lookup``."""
    term = term.strip()
    if not term:
        return LookupResult()
    ids = {attempt_key(text) for text in (term, fold(term), fold(term).upper())}
    keys = term_keys(blind, term)
    found = session.rows(
        f"SELECT customer_key FROM search_keys WHERE key IN ({_listed(keys)})"
        f" UNION SELECT customer_key FROM attempts WHERE attempt_key IN ({_listed(ids)})"
        " AND customer_key IS NOT NULL LIMIT ?",
        [limit],
    )
    customers = [key for (key,) in found]
    if not customers:
        nameless = f"attempt_key IN ({_listed(ids)})"
        return LookupResult((), tuple(_attempts(session, nameless, [], limit)))
    belongs = f"customer_key IN ({_listed(customers)})"
    return LookupResult(
        tuple(_cards(session, belongs)), tuple(_attempts(session, belongs, [], limit))
    )


def timeline(session: Session, ref: str, limit: int) -> list[AttemptRow]:
    key = key_of_ref(ref)
    return [] if key is None else _attempts(session, "customer_key = ?", [key], limit)


def rows(
    session: Session, where: TrendFilter, *, failures_only: bool, limit: int, offset: int
) -> list[AttemptRow]:
    sql, params = condition(where, failures_only=failures_only)
    return _attempts(session, sql, params, limit, offset)


def _listed(keys: Sequence[int] | set[int]) -> str:
    return ", ".join(str(int(key)) for key in keys)


def _attempts(
    session: Session, where: str, params: Sequence[object], limit: int, offset: int = 0
) -> list[AttemptRow]:
    # The page is cut first, so that identities are joined to a page and not to the store.
    found = session.rows(
        f"SELECT {_SHOWN} FROM"
        f" (SELECT * FROM attempts a WHERE {where} {_NEWEST} LIMIT ? OFFSET ?) a"
        f" LEFT JOIN identities i USING (identity_key) {_NEWEST}",
        [*params, limit, offset],
    )
    return [
        AttemptRow(
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
        for (attempt_id, customer_key, at, channel, province, step, outcome, symptom, group, cause,
             code, status, name, phone) in found
    ]  # fmt: skip


def _cards(session: Session, belongs: str) -> list[CustomerCard]:
    """Newest first; a customer's details are those of the latest attempt."""
    found = session.rows(
        "SELECT c.*, i.name, i.phone, i.id_card, i.customer_id FROM ("
        f" SELECT customer_key, count(*) AS attempts, count(*) FILTER ({FAILURE}) AS failures,"
        " max(occurred_at) AS last_at, arg_max(identity_verified, occurred_at) AS verified,"
        " arg_max(identity_key, coalesce(occurred_at, TIMESTAMP '2000-01-01')) AS identity_key"
        f" FROM attempts WHERE {belongs} GROUP BY customer_key) c"
        " LEFT JOIN identities i USING (identity_key) ORDER BY last_at DESC NULLS LAST, 1"
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
            identity_verified=verified,
        )
        for (key, attempts, failures, last_at, verified, _, name, phone, id_card,
             customer_id) in found
    ]  # fmt: skip
