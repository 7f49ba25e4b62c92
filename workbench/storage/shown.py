"""The rows that people see: the centre's as this desk knows them, with what waits here on top. All
of it in sets: a round may bring thousands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from workbench.domain.sync import LocalOp, OpState, Row, visible
from workbench.domain.times import utc_now
from workbench.storage import outbox
from workbench.storage.complaints import SEVERITY_RANK
from workbench.storage.models import (
    AttachmentRow,
    Base,
    CaseRow,
    CheckRow,
    CommentRow,
    ComplaintRow,
    DrawRow,
    EventRow,
    IncidentRow,
    IssueEventRow,
    IssuePlaceRow,
    IssueRow,
    LinkRow,
    PersonRow,
    ReleaseRow,
    ReminderRow,
    ReviewAnswerRow,
    ReviewRow,
    SavedRow,
    ShadowRow,
    TicketRow,
    TrackerRow,
    WaiterRow,
)

# What is shown of each entity, by the columns that name it (its id has them with / between). One
# that is not here is kept in its shadow for a version that knows it.
SHOWN: dict[str, tuple[type[Base], tuple[str, ...]]] = {
    "complaint": (ComplaintRow, ("complaint_id",)),
    "event": (EventRow, ("event_id",)),
    "comment": (CommentRow, ("comment_id",)),
    "attachment": (AttachmentRow, ("attachment_id",)),
    "case": (CaseRow, ("case_id",)),
    "check": (CheckRow, ("complaint_id", "item")),
    "link": (LinkRow, ("link_id",)),
    "reminder": (ReminderRow, ("reminder_id",)),
    "saved": (SavedRow, ("kind", "name")),
    "incident": (IncidentRow, ("incident_id",)),
    "person": (PersonRow, ("person_id",)),
    "release": (ReleaseRow, ("release_id",)),
    "tracker": (TrackerRow, ("name",)),
    "ticket": (TicketRow, ("issue_id", "tracker")),
    "issue": (IssueRow, ("issue_id",)),
    "issueplace": (IssuePlaceRow, ("fingerprint",)),
    "issueevent": (IssueEventRow, ("event_id",)),
    "waiter": (WaiterRow, ("issue_id", "customer_ref", "agent")),
    "grouping": (SavedRow, ("kind", "name")),
    "draw": (DrawRow, ("draw_id",)),
    "review": (ReviewRow, ("review_id",)),
    "review_answer": (ReviewAnswerRow, ("answer_id",)),
}
# What stands for a field that its writer's version did not have.
_UNTOLD: dict[type, Any] = {
    sa.JSON: [],
    sa.Integer: 0,
    sa.BigInteger: 0,
    sa.Boolean: False,
    sa.DateTime: datetime(1970, 1, 1),
}
_HISTORIES = (EventRow, IssueEventRow)
_WAITS = (OpState.PENDING, OpState.CONFLICT, OpState.REJECTED)
_AT_ONCE = 500  # rows in one statement
_TWICE = "~"  # before a number that another complaint has at this desk

Name = tuple[str, str]  # entity, entity_id
_Values = dict[str, Any]


def dropped(session: Session) -> set[str]:
    """Addresses of files that rows named which this session took away."""
    found: set[str] = session.info.setdefault("dropped", set())
    return found


def shade(session: Session, rows: Sequence[Row]) -> dict[Name, Row]:
    """Keep each of the centre's rows unless a newer one is known; those that were kept."""
    known: dict[Name, tuple[int, bool]] = {}
    for entity, ids in _parted((row.entity, row.entity_id) for row in rows):
        query = sa.select(ShadowRow.entity_id, ShadowRow.seq, ShadowRow.stale).where(
            ShadowRow.entity == entity, ShadowRow.entity_id.in_(ids)
        )
        known |= {
            (entity, entity_id): (seq, stale) for entity_id, seq, stale in session.execute(query)
        }
    kept: dict[Name, Row] = {}
    for row in rows:
        name = row.entity, row.entity_id
        seq, stale = known.get(name, (0, True))
        if stale or row.seq > seq:
            known[name] = row.seq, False
            kept[name] = row
    values = [vars(row) | {"stale": False} for row in kept.values()]
    _upsert(session, ShadowRow, ("entity", "entity_id"), values)
    return kept


def forget(session: Session, names: Iterable[Name]) -> list[Name]:
    """Let the centre's rows go that this desk is to see no more; those that it had."""
    had: list[Name] = []
    for entity, ids in _parted(names):
        these = (ShadowRow.entity == entity, ShadowRow.entity_id.in_(ids))
        had += [
            (entity, found)
            for found in session.scalars(sa.select(ShadowRow.entity_id).where(*these))
        ]
        session.execute(sa.delete(ShadowRow).where(*these))
    return had


def show(
    session: Session, touched: Iterable[Name], shadows: Mapping[Name, Row] | None = None
) -> None:
    """Bring what people see of these rows up to date. ``shadows``: those that were just kept."""
    session.flush()
    _show(session, touched, shadows or {})
    marked = sa.select(ComplaintRow.complaint_id).where(
        ComplaintRow.number >= _TWICE, ComplaintRow.number < chr(ord(_TWICE) + 1)
    )
    # they get their own number once it is theirs alone
    _show(session, [("complaint", named) for named in session.scalars(marked).all()], {})
    session.expire_all()  # the session may hold some of them as they were


def visible_rows(
    session: Session, entity: str, ids: Sequence[str], known: Mapping[Name, Row] | None = None
) -> dict[str, dict[str, Any] | None]:
    """What this desk shows of each row; None: there is none. ``known``: shadows at hand."""
    shadows = {named: row for named in ids if (row := (known or {}).get((entity, named)))}
    kept = sa.select(
        ShadowRow.entity_id, ShadowRow.fields, ShadowRow.versions, ShadowRow.seq, ShadowRow.deleted
    ).where(
        ShadowRow.entity == entity,
        ShadowRow.entity_id.in_([named for named in ids if named not in shadows]),
    )
    shadows |= {row.entity_id: Row(entity, *row) for row in session.execute(kept)}
    waiting: dict[str, list[LocalOp]] = {}
    for op in outbox.of_rows(session, entity, ids, *_WAITS):
        waiting.setdefault(op.entity_id, []).append(outbox.local(op))
    return {named: visible(shadows.get(named), waiting.get(named, [])) for named in ids}


def _show(session: Session, touched: Iterable[Name], shadows: Mapping[Name, Row]) -> None:
    for entity, ids in _parted(touched):
        if entity not in SHOWN:
            continue
        table, keys = SHOWN[entity]
        rows, gone = [], []
        for entity_id, fields in visible_rows(session, entity, ids, shadows).items():
            named = dict(zip(keys, entity_id.split("/", len(keys) - 1), strict=True))
            if fields is None:
                gone.append(named)
            else:
                rows.append(fields | named)
        put(session, table, keys, rows)
        if gone:
            columns = table.__table__.columns
            if table is AttachmentRow:
                names = [named["attachment_id"] for named in gone]
                lay = sa.select(AttachmentRow.address).where(AttachmentRow.attachment_id.in_(names))
                dropped(session).update(session.scalars(lay))
            these = [columns[key] == sa.bindparam(f"of_{key}") for key in keys]
            session.connection().execute(
                sa.delete(table.__table__).where(*these),  # type: ignore[arg-type]
                [{f"of_{key}": value for key, value in named.items()} for named in gone],
            )


def put(session: Session, table: type[Base], keys: tuple[str, ...], rows: list[_Values]) -> None:
    """Write rows as the centre's fields say them; what is there already is not written again."""
    columns = table.__table__.columns
    made = [
        {
            name: datetime.fromisoformat(value)
            if isinstance(columns[name].type, sa.DateTime) and value is not None
            else value
            for name, value in fields.items()
            if name in columns
        }
        for fields in rows
    ]
    known = _known(session, table, keys, made)
    if table is ComplaintRow:
        _number(session, made)
    changed = []
    for values in made:
        before = known.get(tuple(values[key] for key in keys))
        if table is AttachmentRow:  # where it lies here, the centre does not know
            values["address"] = before["address"] if before else ""
            if before and values.get("content", before["content"]) != before["content"]:
                dropped(session).add(before["address"])  # it was erased
                values["address"] = ""
        if table is ComplaintRow:
            values |= _of_complaint(values, before)
        for column in columns:
            if column.name in values or column.primary_key:
                continue
            if column.nullable:  # nobody has told any
                values[column.name] = None
            else:  # of a desk that did not know the column yet
                untold = _UNTOLD.get(type(column.type), "")
                values[column.name] = before[column.name] if before else untold
        if before is None or any(before[name] != value for name, value in values.items()):
            changed.append(values)
    _upsert(session, table, keys, changed, only_new=table in _HISTORIES)  # history is only added to


def _known(
    session: Session, table: type[Base], keys: tuple[str, ...], rows: list[_Values]
) -> dict[tuple[Any, ...], Mapping[str, Any]]:
    """The rows as they are, by their keys."""
    columns = table.__table__.columns
    first = columns[keys[0]].in_({values[keys[0]] for values in rows})
    found = session.connection().execute(sa.select(table.__table__).where(first)).mappings()
    return {tuple(row[key] for key in keys): row for row in found}


def _upsert(
    session: Session,
    table: type[Base],
    keys: tuple[str, ...],
    rows: Sequence[_Values],
    *,
    only_new: bool = False,
) -> None:
    alike: dict[tuple[str, ...], list[_Values]] = {}
    for values in rows:
        alike.setdefault(tuple(sorted(values)), []).append(values)
    for names, those in alike.items():
        statement = insert(table.__table__)  # type: ignore[arg-type]
        statement = (
            statement.on_conflict_do_nothing()
            if only_new
            else statement.on_conflict_do_update(
                index_elements=keys,
                set_={name: statement.excluded[name] for name in names if name not in keys},
            )
        )
        session.connection().execute(statement, those)


def _number(session: Session, rows: list[_Values]) -> None:
    """A number that another complaint has at this desk gets a mark: two desks gave it, and the
    centre has not renamed one of them here yet."""
    query = sa.select(ComplaintRow.number, ComplaintRow.complaint_id).where(
        ComplaintRow.number.in_({str(values["number"]) for values in rows})
    )
    holders = dict(session.execute(query).all())
    for values in rows:
        own, number = values["complaint_id"], str(values["number"])
        if holders.setdefault(number, own) != own:
            values["number"] = f"{_TWICE}{own[-4:]} {number}"


def _of_complaint(values: _Values, known: Mapping[str, Any] | None) -> _Values:
    """What only this desk keeps of a complaint: how its severity sorts, when it is next due, and a
    count for each field, by which whoever types over it is told that it changed."""
    counts = dict(known["versions"]) if known else {}
    for name, value in values.items():
        if known is not None and known[name] != value:
            counts[name] = counts.get(name, 0) + 1
    changed = known is not None and counts != known["versions"]
    return {
        "updated_at": utc_now() if changed else known["updated_at"] if known else None,
        "severity_rank": SEVERITY_RANK.get(values["severity"], 1),
        "versions": counts,
        "due_at": known["due_at"] if known else None,
        "extras": values.get("extras") or {},
    }


def _parted(names: Iterable[Name]) -> Iterator[tuple[str, list[str]]]:
    """By entity, each name once, so many at a time."""
    wanted: dict[str, dict[str, None]] = {}
    for entity, entity_id in names:
        wanted.setdefault(entity, {})[entity_id] = None
    for entity, found in wanted.items():
        ids = list(found)
        for start in range(0, len(ids), _AT_ONCE):
            yield entity, ids[start : start + _AT_ONCE]
