"""Customers' salts at the centre: in a schema of their own, which ordinary dumps leave out."""

from collections.abc import Collection, Iterator, Sequence

from workbench.domain.errors import StoreFault
from workbench.domain.salts import new_salts
from workbench.warehouse.central.setup import CentralEngine, has_subjects
from workbench.warehouse.engines.postgres import PostgresSession

_PAGE = 32_768
_ADD = (
    "WITH made AS (INSERT INTO subjects.salts"
    " SELECT * FROM unnest($1::text[]::numeric[], $2::bytea[])"
    " ON CONFLICT DO NOTHING RETURNING 1) SELECT count(*) FROM made"
)
_FIND = (
    "SELECT customer_key, salt FROM subjects.salts WHERE customer_key = ANY($1::text[]::numeric[])"
)


class CentralSubjects:
    """Satisfies ``warehouse.subjects.Subjects``. Each call is a transaction of its own, committed
    when it returns."""

    def __init__(self, engine: CentralEngine) -> None:
        self._engine = engine

    def ensure(self, customers: Sequence[int]) -> list[bytes]:
        salts = new_salts(len(customers))
        with self._engine.session() as session:
            if not has_subjects(session):
                raise StoreFault("subjects_missing", place=session.place)
            if _add(session, customers, salts) < len(customers):
                found = _find(session, customers)
                salts = [found[customer] for customer in customers]
        return salts

    def find(self, customers: Collection[int]) -> dict[int, bytes]:
        with self._engine.session() as session:
            return _find(session, customers) if customers and has_subjects(session) else {}

    def destroy(self, customers: Collection[int]) -> None:
        if not customers:
            return
        with self._engine.session() as session:
            if has_subjects(session):
                session.rows(
                    "WITH gone AS (DELETE FROM subjects.salts WHERE customer_key"
                    " = ANY($1::text[]::numeric[]) RETURNING 1) SELECT count(*) FROM gone",
                    [_texts(customers)],
                    carry=False,
                )

    def pages(self) -> Iterator[list[tuple[int, bytes]]]:
        last = -1
        with self._engine.session() as session:
            while found := session.rows(
                "SELECT customer_key, salt FROM subjects.salts WHERE customer_key > $1::text::numeric"
                f" ORDER BY customer_key LIMIT {_PAGE}",
                [str(last)],
                carry=False,
            ):
                page = [(int(customer), bytes(salt)) for customer, salt in found]
                last = page[-1][0]
                yield page

    def mend(self) -> None:
        """The server's own care."""


def _add(session: PostgresSession, customers: Sequence[int], salts: Sequence[bytes]) -> int:
    return int(session.rows(_ADD, [_texts(customers), list(salts)], carry=False)[0][0])


def _find(session: PostgresSession, customers: Collection[int]) -> dict[int, bytes]:
    rows = session.rows(_FIND, [_texts(customers)], carry=False)
    return {int(customer): bytes(salt) for customer, salt in rows}


def _texts(customers: Collection[int]) -> list[str]:
    return list(map(str, customers))
