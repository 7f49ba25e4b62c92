"""What the store knows around one attempt: the customer's other attempts, the policy's end."""

from collections.abc import Sequence
from datetime import datetime

from workbench.warehouse.engines import Session
from workbench.warehouse.explain import History
from workbench.warehouse.places import of_customers

MOST = 500  # attempts of one customer, newest first: a cap counts fewer


class StoredHistory(History):
    """Of the attempt that ``where`` finds; ``timed``: whether there is ``customer_times``."""

    def __init__(
        self, session: Session, where: str, params: Sequence[object], *, timed: bool
    ) -> None:
        self._session = session
        self._where, self._params = where, params
        self._timed = timed

    def times(self) -> Sequence[datetime]:
        owner = self._session.rows(
            f"SELECT customer_key FROM attempts WHERE {self._where} LIMIT 1", self._params
        )
        if not owner or owner[0][0] is None:
            return ()
        theirs = of_customers(self._session, [owner[0][0]], timed=self._timed)
        found = self._session.rows(
            f"SELECT occurred_at FROM attempts a WHERE occurred_at IS NOT NULL AND {theirs}"
            " ORDER BY occurred_at DESC LIMIT ?",
            [MOST],
        )
        return [at for (at,) in found]

    def policy_ends(self, name: str, at: datetime) -> datetime | None:
        found = self._session.rows(
            "SELECT max(ends_at) FROM events WHERE kind = 'policy' AND name = ?"
            " AND starts_at <= ? AND ends_at > ?",
            [name, at, at],
        )
        ends_at = found[0][0]
        return ends_at if isinstance(ends_at, datetime) else None
