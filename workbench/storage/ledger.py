"""Complaints from a site's ledger: written by the thousand, found again, counted by anything."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from workbench.domain.complaint import Complaint
from workbench.domain.complaint_parts import Event
from workbench.storage.complaints import stored
from workbench.storage.models import ComplaintRow, EventRow, LedgerRow
from workbench.storage.work import Work, storable

_AT_ONCE = 900  # parameters of one statement
_COLUMNS = {
    "product",
    "status",
    "source",
    "cause",
    "severity",
    "demand",
    "owner",
    "team",
    "channel",
}
_MOMENTS = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}


class SqlLedger:
    def __init__(self, work: Work) -> None:
        self._work = work

    def digests(self, complaint_ids: Iterable[str]) -> dict[str, str]:
        """What those that are here said when they came, by id; '' for one that came otherwise."""
        found: dict[str, str] = {}
        for some in _chunks(complaint_ids):
            query = (
                sa.select(ComplaintRow.complaint_id, LedgerRow.digest)
                .outerjoin(LedgerRow, LedgerRow.complaint_id == ComplaintRow.complaint_id)
                .where(ComplaintRow.complaint_id.in_(some))
            )
            found |= {i: digest or "" for i, digest in self._work.reading().execute(query)}
        return found

    def taken(self, numbers: Iterable[str]) -> dict[str, str]:
        """The ids of complaints that have these numbers, by number."""
        found: dict[str, str] = {}
        for some in _chunks(numbers):
            query = sa.select(ComplaintRow.number, ComplaintRow.complaint_id)
            rows = self._work.reading().execute(query.where(ComplaintRow.number.in_(some)))
            found |= dict(tuple(row) for row in rows)
        return found

    def add(
        self,
        complaints: Sequence[Complaint],
        born: Sequence[Event],
        digests: Sequence[str],
        identities: Sequence[Mapping[str, str]],
    ) -> None:
        """Row, first event and what the ledger said, each of the same length."""
        session = self._work.writing()
        session.execute(sa.insert(ComplaintRow), [stored(complaint) for complaint in complaints])
        session.execute(sa.insert(EventRow), [storable(vars(event)) for event in born])
        session.execute(
            sa.insert(LedgerRow),
            [
                {"complaint_id": c.complaint_id, "digest": digest, "identity": storable(dict(who))}
                for c, digest, who in zip(complaints, digests, identities, strict=True)
            ],
        )

    def identity(self, complaint_id: str) -> dict[str, str]:
        """As it stood in the ledger; empty where none did."""
        row = self._work.reading().get(LedgerRow, complaint_id)
        return dict(row.identity) if row else {}

    def names(self, complaint_ids: Iterable[str]) -> dict[str, str]:
        """Whom the ledger's rows were about, by complaint."""
        found: dict[str, str] = {}
        for some in _chunks(complaint_ids):
            query = sa.select(LedgerRow.complaint_id, LedgerRow.identity)
            rows = self._work.reading().execute(query.where(LedgerRow.complaint_id.in_(some)))
            found |= {own: who["customer_name"] for own, who in rows if who.get("customer_name")}
        return found

    def extras(self) -> list[str]:
        """The names of all columns that complaints brought along."""
        query = sa.text(
            "SELECT DISTINCT json_each.key FROM complaints, json_each(complaints.extras) ORDER BY 1"
        )
        return list(self._work.reading().scalars(query))

    def totals(
        self, by: Sequence[str], headers: Mapping[str, Sequence[str]]
    ) -> list[tuple[tuple[str, ...], int]]:
        """How many complaints there are for each combination, in order. ``by``: year, month, day
        (of receipt, in Shanghai), a column of complaints, or a column of a ledger; ``headers``:
        the ledgers' columns that a name stands for. Merged ones and drafts do not count."""
        values = [sa.func.coalesce(_value(name, headers), "").label(f"by{i}")
                  for i, name in enumerate(by)]  # fmt: skip
        query = (
            sa.select(*values, sa.func.count())
            .where(ComplaintRow.merged_into.is_(None), ComplaintRow.state != "draft")
            .group_by(*values)
            .order_by(*values)
        )
        rows = self._work.reading().execute(query)
        return [(tuple(map(str, row[:-1])), int(row[-1])) for row in rows]


def _value(name: str, headers: Mapping[str, Sequence[str]]) -> Any:
    if name in _MOMENTS:
        received = sa.func.coalesce(ComplaintRow.received_at, ComplaintRow.created_at)
        return sa.func.strftime(_MOMENTS[name], received, "+8 hours")
    said = [_extra(header) for header in headers.get(name, ())]
    if name == "product":
        said.append(sa.func.json_extract(ComplaintRow.products, "$[0]"))
    elif name in _COLUMNS:
        column = "state" if name == "status" else name
        said.append(ComplaintRow.__table__.c[column])
    elif not said:
        said.append(_extra(name))
    return said[0] if len(said) == 1 else sa.func.coalesce(*said)


def _extra(header: str) -> Any:
    return sa.func.json_extract(ComplaintRow.extras, f'$."{header}"')


def _chunks(values: Iterable[str]) -> Iterable[list[str]]:
    every = list(values)
    for at in range(0, len(every), _AT_ONCE):
        yield every[at : at + _AT_ONCE]
