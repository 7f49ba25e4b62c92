"""This desk's side of sync: what it has sent, the centre's rows as it saw them, and the rows that
people see, which follow from both. Every method is one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from workbench.domain.audit import canonical
from workbench.domain.ids import uuid7
from workbench.domain.sync import (
    LocalOp,
    OpAnswer,
    OpState,
    Place,
    PulledPage,
    Row,
    SentOp,
    Standing,
    visible,
)
from workbench.domain.times import utc_now
from workbench.storage import outbox
from workbench.storage.complaints import SEVERITY_RANK
from workbench.storage.engine import plain_errors
from workbench.storage.models import (
    AttachmentRow,
    AuditRow,
    Base,
    CaseRow,
    CentreRow,
    CheckRow,
    CommentRow,
    ComplaintRow,
    DeviceRow,
    EventRow,
    LinkRow,
    OutboxRow,
    PersonRow,
    ReminderRow,
    SavedRow,
    ShadowRow,
)
from workbench.storage.records import SqlRecords, audit_entry
from workbench.storage.work import Work

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
    "person": (PersonRow, ("person_id",)),
}
# What stands for a field that its writer's version did not have.
_UNTOLD: dict[type, Any] = {
    sa.JSON: [],
    sa.Integer: 0,
    sa.BigInteger: 0,
    sa.Boolean: False,
    sa.DateTime: datetime(1970, 1, 1),
}
_WAITS = (OpState.PENDING, OpState.CONFLICT, OpState.REJECTED)


class SqlReplica:
    """Satisfies services.ports.Replica."""

    def __init__(self, records: SqlRecords, path: Path) -> None:
        self._engine = records.engine
        self._path = path

    def place(self) -> Place:
        with self._reading() as session:
            centre, device = _centre(session), session.scalars(sa.select(DeviceRow)).one()
            done = centre.acknowledged if centre else 0
            unsettled = session.scalar(
                sa.select(sa.func.count())
                .select_from(OutboxRow)
                .where(OutboxRow.state.in_((OpState.CONFLICT, OpState.REJECTED)))
            )
            told = (
                {n: getattr(centre, n) for n in ("epoch", "cursor", "mark", "scope", "person_id")}
                if centre
                else {}
            )
            return Place(
                device.device_id,
                device.last_seq - done,
                unsettled or 0,
                acknowledged=done,
                **told,
            )

    def meet(self, standing: Standing) -> None:
        """After each hello. Another epoch than the one known: the centre is not what it was, so
        what it does not know is sent again, and everything is pulled anew."""
        with self._writing() as session:
            told = {n: getattr(standing, n) for n in ("person_id", "name", "role", "team")}
            session.merge(PersonRow(**told, active=True))
            centre = _centre(session)
            if centre is None:
                session.add(
                    CentreRow(
                        only_row=True,
                        epoch=standing.epoch,
                        cursor=0,
                        mark="",
                        scope=standing.scope,
                        acknowledged=0,
                        witnessed=0,
                        code=standing.code,
                        person_id=standing.person_id,
                    )
                )
                return
            centre.code, centre.person_id = standing.code, standing.person_id
            if centre.epoch == standing.epoch:
                return
            device = session.scalars(sa.select(DeviceRow)).one()
            older = sa.select(OutboxRow).where(OutboxRow.device_id != device.device_id)
            _number(older.order_by(OutboxRow.n), session, device)
            centre.epoch = standing.epoch
            centre.acknowledged = min(centre.acknowledged, standing.last_seq)
            centre.witnessed = 0
            _send_again(session, device.device_id, centre.acknowledged)
            _restart(session, centre, standing.scope)

    def take_new_device(self) -> str:
        """After a copy of this profile has used this desk's numbers: what the centre did not take
        goes under numbers of a new device."""
        with self._writing() as session:
            device = session.scalars(sa.select(DeviceRow)).one()
            centre = _centre(session)
            done = centre.acknowledged if centre else 0
            before = device.device_id
            device.device_id, device.last_seq = str(uuid7()), 0
            session.flush()
            waiting = sa.select(OutboxRow).where(
                OutboxRow.device_id == before, OutboxRow.device_seq > done
            )
            _number(waiting.order_by(OutboxRow.n), session, device)
            if centre:
                centre.acknowledged = centre.witnessed = 0
            return device.device_id

    def unsent(self, limit: int = 100) -> list[SentOp]:
        """What the centre has not acknowledged, in order; of ops that wait for a person too, after
        a restore."""
        with self._reading() as session:
            centre, device = _centre(session), session.scalars(sa.select(DeviceRow)).one()
            query = sa.select(OutboxRow).where(
                OutboxRow.device_id == device.device_id,
                OutboxRow.device_seq > (centre.acknowledged if centre else 0),
            )
            found = session.scalars(query.order_by(OutboxRow.device_seq).limit(limit))
            return [outbox.sent(row) for row in found]

    def answered(self, answers: Sequence[OpAnswer]) -> None:
        """What became of ops; how far the centre has them; the rows that follow."""
        with self._writing() as session:
            centre = _centre(session)
            assert centre is not None
            touched: dict[tuple[str, str], None] = {}
            for answer in answers:
                op = session.scalars(
                    sa.select(OutboxRow).where(OutboxRow.op_id == answer.op_id)
                ).one()
                centre.acknowledged = max(centre.acknowledged, op.device_seq)
                if op.state == OpState.PENDING:  # else a person has settled it meanwhile
                    op.state, op.why = answer.state, answer.why
                    op.contested = {n: asdict(c) for n, c in answer.contested.items()} or None
                touched[op.entity, op.entity_id] = None
                if answer.row is not None:
                    _shade(session, answer.row)
                if answer.state is not OpState.APPLIED:
                    for more in op.also:  # what came with it did not come
                        touched[more["entity"], more["entity_id"]] = None
            session.flush()
            for entity, entity_id in touched:
                _show(session, entity, entity_id)
            _name_again(session)

    def pulled(self, page: PulledPage) -> list[tuple[str, str]]:
        """A page of the centre's rows and the place behind it. Returns what changed for people."""
        with self._writing() as session:
            centre = _centre(session)
            assert centre is not None
            if page.restart is not None:
                _restart(session, centre, page.restart)
                return []
            changed = [(row.entity, row.entity_id) for row in page.rows if _shade(session, row)]
            gone = list(page.gone)
            centre.cursor, centre.mark = page.cursor, page.mark
            session.flush()
            if not page.more:
                stale = sa.select(ShadowRow.entity, ShadowRow.entity_id).where(ShadowRow.stale)
                gone += [(entity, entity_id) for entity, entity_id in session.execute(stale)]
            for entity, entity_id in gone:
                row = session.get(ShadowRow, (entity, entity_id))
                if row is not None and (row.stale or (entity, entity_id) in page.gone):
                    session.delete(row)
                    changed.append((entity, entity_id))
            session.flush()
            for entity, entity_id in changed:
                _show(session, entity, entity_id)
            _name_again(session)
            return changed

    def unsettled(self) -> list[LocalOp]:
        """Ops that wait for a person, oldest first."""
        with self._reading() as session:
            query = sa.select(OutboxRow).where(
                OutboxRow.state.in_((OpState.CONFLICT, OpState.REJECTED))
            )
            return [outbox.local(row) for row in session.scalars(query.order_by(OutboxRow.n))]

    def row(self, entity: str, entity_id: str) -> dict[str, object] | None:
        """What this desk shows of one row."""
        with self._reading() as session:
            return _visible(session, entity, entity_id)

    def unwitnessed(self, limit: int = 500) -> list[tuple[int, str, str]]:
        """Audit rows that the centre does not hold yet: seq, canonical entry, hash."""
        with self._reading() as session:
            centre = _centre(session)
            query = sa.select(AuditRow).where(AuditRow.seq > (centre.witnessed if centre else 0))
            rows = session.scalars(query.order_by(AuditRow.seq).limit(limit))
            return [(row.seq, canonical(audit_entry(row)), row.hash) for row in rows]

    def witnessed(self, seq: int) -> None:
        with self._writing() as session:
            centre = _centre(session)
            assert centre is not None
            centre.witnessed = seq

    def purge(self, before: datetime) -> int:
        """Forget ops that were settled long ago; what waits stays however old."""
        with self._writing() as session:
            done = session.execute(
                sa.delete(OutboxRow).where(
                    OutboxRow.state.in_((OpState.APPLIED, OpState.SETTLED)),
                    OutboxRow.device_time < before,
                )
            )
            return int(done.rowcount)  # type: ignore[attr-defined]

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with plain_errors(self._path), Session(self._engine) as session:
            yield Work(session).reading()

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with plain_errors(self._path), Session(self._engine) as session:
            work = Work(session)
            yield work.writing()
            work.commit()


def settle(session: Session, op_id: str) -> OutboxRow:
    """A person has decided about an op: it waits no more, stays to be seen, and its row shows what
    else there is."""
    row = session.scalars(sa.select(OutboxRow).where(OutboxRow.op_id == op_id)).one()
    row.state = OpState.SETTLED
    session.flush()
    _show(session, row.entity, row.entity_id)
    return row


def _centre(session: Session) -> CentreRow | None:
    return session.get(CentreRow, True)


def _number(query: sa.Select[Any], session: Session, device: DeviceRow) -> None:
    """Give these ops the next numbers of ``device``."""
    for row in session.scalars(query).all():
        device.last_seq += 1
        row.device_id, row.device_seq = device.device_id, device.last_seq
        session.flush()


def _send_again(session: Session, device_id: str, after: int) -> None:
    """Ops that were applied wait again, so that they show until they are back."""
    rows = session.scalars(
        sa.select(OutboxRow).where(
            OutboxRow.device_id == device_id,
            OutboxRow.device_seq > after,
            OutboxRow.state == OpState.APPLIED,
        )
    )
    for row in rows:
        row.state = OpState.PENDING


def _restart(session: Session, centre: CentreRow, scope: int) -> None:
    centre.cursor, centre.mark, centre.scope = 0, "", scope
    session.execute(sa.update(ShadowRow).values(stale=True))


def _shade(session: Session, row: Row) -> bool:
    """Keep the centre's row unless a newer one is known; whether it was kept."""
    known = session.get(ShadowRow, (row.entity, row.entity_id))
    if known is not None and not known.stale and known.seq >= row.seq:
        return False
    session.merge(ShadowRow(**asdict(row), stale=False))
    return True


def _show(session: Session, entity: str, entity_id: str) -> None:
    """Bring what people see of one row up to date."""
    if entity not in SHOWN:
        return
    table, keys = SHOWN[entity]
    named = dict(zip(keys, entity_id.split("/", len(keys) - 1), strict=True))
    fields = _visible(session, entity, entity_id)
    if fields is None:
        session.execute(sa.delete(table).filter_by(**named))
    else:
        _put(session, table, keys, fields | named)


def _visible(session: Session, entity: str, entity_id: str) -> dict[str, Any] | None:
    kept = session.get(ShadowRow, (entity, entity_id))
    shadow = (
        Row(entity, entity_id, kept.fields, kept.versions, kept.seq, kept.deleted) if kept else None
    )
    waiting = map(outbox.local, outbox.of_row(session, entity, entity_id, *_WAITS))
    return visible(shadow, list(waiting))


def _put(
    session: Session, table: type[Base], keys: tuple[str, ...], fields: dict[str, Any]
) -> None:
    columns = table.__table__.columns
    values = {
        name: datetime.fromisoformat(value)
        if isinstance(columns[name].type, sa.DateTime) and value is not None
        else value
        for name, value in fields.items()
        if name in columns
    }
    if table is AttachmentRow:  # where it lies here, the centre does not know
        known = session.get(AttachmentRow, values["attachment_id"], populate_existing=True)
        values["address"] = known.address if known else ""
    if table is ComplaintRow:
        values |= _of_complaint(session, values)
        values["number"] = _number_here(session, values)
    for column in columns:  # of a desk that did not know the column yet
        if not column.nullable and column.name not in values and not column.primary_key:
            values[column.name] = _UNTOLD.get(type(column.type), "")
    statement = insert(table).values(values)
    others = {name: statement.excluded[name] for name in values if name not in keys}
    named = [columns[key] for key in keys]
    session.execute(
        statement.on_conflict_do_nothing()
        if table is EventRow  # history is only added to
        else statement.on_conflict_do_update(index_elements=named, set_=others)
    )


_TWICE = "~"  # before a number that another complaint has at this desk


def _number_here(session: Session, values: dict[str, Any]) -> str:
    """The complaint's number; with a mark while another one at this desk has the same: two desks
    gave it, and the centre has not renamed one of them here yet."""
    own, number = str(values["complaint_id"]), str(values["number"])
    other = sa.select(ComplaintRow.complaint_id).where(
        ComplaintRow.number == number, ComplaintRow.complaint_id != own
    )
    return f"{_TWICE}{own[-4:]} {number}" if session.scalar(other) else number


def _name_again(session: Session) -> None:
    """Complaints that were marked get their own number once it is theirs alone."""
    marked = sa.select(ComplaintRow.complaint_id).where(
        ComplaintRow.number >= _TWICE, ComplaintRow.number < chr(ord(_TWICE) + 1)
    )
    for complaint_id in session.scalars(marked).all():
        _show(session, "complaint", complaint_id)


def _of_complaint(session: Session, values: dict[str, Any]) -> dict[str, Any]:
    """What only this desk keeps of a complaint: how its severity sorts, when it is next due, and a
    count for each field, by which whoever types over it is told that it changed."""
    known = session.get(ComplaintRow, values["complaint_id"], populate_existing=True)
    counts = dict(known.versions) if known else {}
    for name, value in values.items():
        if known is not None and getattr(known, name) != value:
            counts[name] = counts.get(name, 0) + 1
    changed = known is not None and counts != known.versions
    return {
        "updated_at": utc_now() if changed else known.updated_at if known else None,
        "severity_rank": SEVERITY_RANK.get(values["severity"], 1),
        "versions": counts,
        "due_at": known.due_at if known else None,
        "extras": values.get("extras") or {},
    }
