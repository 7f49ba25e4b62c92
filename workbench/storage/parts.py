"""What hangs on complaints, in the records database: one repository for every kind of part."""

from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa

from workbench.domain.complaint_parts import (
    Attachment,
    Audience,
    Bulk,
    Case,
    Check,
    Comment,
    Event,
    EventKind,
    Link,
    LinkKind,
    Part,
    Presence,
    Reminder,
)
from workbench.domain.issue import IssueEvent, IssueEventKind, IssuePart, IssuePlace, Waiter
from workbench.storage.models import (
    AttachmentRow,
    Base,
    BulkRow,
    CaseRow,
    CheckRow,
    CommentRow,
    EventRow,
    IssueEventRow,
    IssuePlaceRow,
    LinkRow,
    PresenceRow,
    ReminderRow,
    WaiterRow,
)
from workbench.storage.work import Work, storable

AnyPart = Part | IssuePart
P = TypeVar("P", bound=AnyPart)

_ROWS: dict[type[AnyPart], tuple[type[Base], dict[str, type[StrEnum]]]] = {
    Event: (EventRow, {"kind": EventKind}),
    Comment: (CommentRow, {"audience": Audience}),
    Attachment: (AttachmentRow, {}),
    Check: (CheckRow, {}),
    Case: (CaseRow, {}),
    Link: (LinkRow, {"kind": LinkKind}),
    Reminder: (ReminderRow, {}),
    Presence: (PresenceRow, {}),
    Bulk: (BulkRow, {}),
    IssuePlace: (IssuePlaceRow, {}),
    IssueEvent: (IssueEventRow, {"kind": IssueEventKind}),
    Waiter: (WaiterRow, {}),
}


class SqlParts:
    """Each method takes the kind of part; columns are named as the fields are."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, *parts: AnyPart) -> None:
        """Insert; the rows are on their way to the database when this returns."""
        session = self._work.writing()
        session.add_all(_ROWS[type(p)][0](**storable(vars(p))) for p in parts)
        session.flush()

    def put(self, part: AnyPart) -> None:
        """Insert, or change the row of the same key."""
        session = self._work.writing()
        session.merge(_ROWS[type(part)][0](**storable(vars(part))))
        session.flush()

    def remove(self, kind: type[AnyPart], **equals: object) -> None:
        self._work.writing().execute(sa.delete(_ROWS[kind][0]).filter_by(**equals))

    def of(self, kind: type[P], /, **equals: object) -> list[P]:
        """Those whose fields equal the given values, in the order in which they came."""
        return self._select(kind, sa.select(_ROWS[kind][0]).filter_by(**equals))

    def since(self, kind: type[P], field: str, moment: datetime, **equals: object) -> list[P]:
        """As ``of``, of ``moment`` or later by the time ``field``."""
        row = _ROWS[kind][0]
        column = row.__table__.c[field]
        return self._select(kind, sa.select(row).filter_by(**equals).where(column >= moment))

    def due(self, person_id: str, before: datetime) -> list[Reminder]:
        """Reminders that are not done and due before a time, earliest first."""
        return self._select(
            Reminder,
            sa.select(ReminderRow)
            .where(
                ReminderRow.person_id == person_id,
                ReminderRow.due_at <= before,
                ReminderRow.done_at.is_(None),
            )
            .order_by(ReminderRow.due_at),
        )

    def links_of(self, complaint_id: str) -> list[Link]:
        """Merges and splits that it is part of, on either side, undone ones too."""
        either = sa.or_(LinkRow.from_id == complaint_id, LinkRow.to_id == complaint_id)
        return self._select(Link, sa.select(LinkRow).where(either))

    def _select(self, kind: type[P], statement: Any) -> list[P]:
        row, coded = _ROWS[kind]
        table = row.__table__
        names = [c.name for c in table.columns if c.name != "seq"]
        if not statement._order_by_clauses:
            times = [table.c[n] for n in ("seq", "at", "due_at", "seen_at") if n in table.c][:1]
            statement = statement.order_by(*times, *table.primary_key.columns)
        listed = [f.name for f in fields(kind) if str(f.type).startswith("tuple")]
        found = self._work.reading().scalars(statement.execution_options(populate_existing=True))
        return [
            kind(
                **{n: coded[n](getattr(r, n)) if n in coded else getattr(r, n) for n in names}
                | {n: tuple(getattr(r, n)) for n in listed}
            )
            for r in found
        ]
