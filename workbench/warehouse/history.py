"""What the store knows around one attempt: the customer's other attempts, the policy's end."""

from collections.abc import Sequence
from datetime import datetime

from workbench.warehouse.engines import key_literal
from workbench.warehouse.explain import History, Rows
from workbench.warehouse.identity import this_attempt

MOST = 500  # attempts of one customer, newest first: a cap counts fewer


class StoredHistory(History):
    def __init__(self, rows: Rows, attempt_id: str) -> None:
        self._rows = rows
        self._attempt_id = attempt_id

    def times(self) -> Sequence[datetime]:
        where, params = this_attempt(self._attempt_id)
        owner = self._rows(f"SELECT customer_key FROM attempts WHERE {where} LIMIT 1", params)
        if not owner or owner[0][0] is None:
            return ()
        found = self._rows(
            "SELECT occurred_at FROM attempts WHERE occurred_at IS NOT NULL"
            f" AND customer_key = {key_literal(owner[0][0])} ORDER BY occurred_at DESC LIMIT ?",
            [MOST],
        )
        return [at for (at,) in found]

    def policy_ends(self, name: str, at: datetime) -> datetime | None:
        found = self._rows(
            "SELECT max(ends_at) FROM events WHERE kind = 'policy' AND name = ?"
            " AND starts_at <= ? AND ends_at > ?",
            [name, at, at],
        )
        ends_at = found[0][0]
        return ends_at if isinstance(ends_at, datetime) else None
