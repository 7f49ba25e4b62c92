"""Trackers, tickets and errands in the records database."""

from datetime import datetime

import sqlalchemy as sa

from workbench.domain.tracker import (
    Errand,
    ErrandAct,
    Origin,
    Ticket,
    TicketState,
    Tracker,
    TrackerKind,
)
from workbench.storage.models import ErrandRow, TicketRow, TrackerRow
from workbench.storage.work import Work, storable


class SqlTickets:
    """Satisfies services.ports.Tickets."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def hold(self) -> None:
        self._work.writing()

    # trackers
    def trackers(self) -> list[Tracker]:
        query = sa.select(TrackerRow).order_by(TrackerRow.name)
        return [_tracker(row) for row in self._work.reading().scalars(query)]

    def tracker(self, name: str) -> Tracker | None:
        row = self._work.reading().get(TrackerRow, name)
        return _tracker(row) if row else None

    def put_tracker(self, tracker: Tracker) -> None:
        self._merge(TrackerRow(**storable(vars(tracker))))

    def remove_tracker(self, name: str) -> None:
        self._work.writing().execute(sa.delete(TrackerRow).where(TrackerRow.name == name))

    # tickets
    def get(self, issue_id: str, tracker: str) -> Ticket | None:
        row = self._work.reading().get(TicketRow, (issue_id, tracker), populate_existing=True)
        return _ticket(row) if row else None

    def of(self, issue_id: str | None = None, tracker: str | None = None) -> list[Ticket]:
        """The longest not followed first, those that never were before all."""
        query = sa.select(TicketRow).order_by(
            TicketRow.followed_at.asc().nulls_first(), TicketRow.at, TicketRow.issue_id
        )
        if issue_id is not None:
            query = query.where(TicketRow.issue_id == issue_id)
        if tracker is not None:
            query = query.where(TicketRow.tracker == tracker)
        return [_ticket(row) for row in self._work.reading().scalars(query)]

    def put(self, ticket: Ticket) -> None:
        self._merge(TicketRow(**storable(vars(ticket))))

    def remove(self, issue_id: str, tracker: str) -> None:
        these = (TicketRow.issue_id == issue_id, TicketRow.tracker == tracker)
        self._work.writing().execute(sa.delete(TicketRow).where(*these))

    # errands
    def errands(self, tracker: str | None = None) -> list[Errand]:
        """In the order in which they were given."""
        query = sa.select(ErrandRow).order_by(ErrandRow.at, ErrandRow.errand_id)
        if tracker is not None:
            query = query.where(ErrandRow.tracker == tracker)
        found = self._work.reading().scalars(query.execution_options(populate_existing=True))
        return [_errand(row) for row in found]

    def due(self, now: datetime) -> bool:
        query = sa.select(ErrandRow.errand_id).where(
            ErrandRow.next_at <= now, ErrandRow.stopped.is_(False)
        )
        return self._work.reading().scalar(query.limit(1)) is not None

    def put_errand(self, errand: Errand) -> None:
        self._merge(ErrandRow(**storable(vars(errand))))

    def drop_errand(self, errand_id: str) -> None:
        these = ErrandRow.errand_id == errand_id
        self._work.writing().execute(sa.delete(ErrandRow).where(these))

    def _merge(self, row: TrackerRow | TicketRow | ErrandRow) -> None:
        session = self._work.writing()
        session.merge(row)
        session.flush()


def _tracker(row: TrackerRow) -> Tracker:
    return Tracker(
        row.name, TrackerKind(row.kind), row.url, row.project, row.user, row.options,
        row.paused_until,
    )  # fmt: skip


def _ticket(row: TicketRow) -> Ticket:
    return Ticket(
        row.issue_id, row.tracker, Origin(row.origin), row.at, row.by, row.key, row.url,
        TicketState(row.there) if row.there else None, row.native,
        TicketState(row.wanted) if row.wanted else None, row.followed_at,
    )  # fmt: skip


def _errand(row: ErrandRow) -> Errand:
    return Errand(
        row.errand_id, row.issue_id, row.tracker, ErrandAct(row.act), row.at, row.by, row.body,
        row.next_at, row.tries, row.problem, row.details, row.stopped,
    )  # fmt: skip
