"""This desk's side of sync: what it has sent, the centre's rows as it saw them, and the rows that
people see, which follow from both. Every method is one transaction."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from workbench.domain.audit import canonical
from workbench.domain.ids import uuid7
from workbench.domain.sync import (
    LocalOp,
    OpAnswer,
    OpKind,
    OpState,
    Place,
    PulledPage,
    SentOp,
    Standing,
    Upto,
)
from workbench.storage import erasing, outbox, shown
from workbench.storage.engine import plain_errors, reading
from workbench.storage.models import (
    AuditRow,
    CentreRow,
    DeviceRow,
    OutboxRow,
    PersonRow,
    ShadowRow,
)
from workbench.storage.records import SqlRecords, audit_entry
from workbench.storage.work import Work

# An op that a person has settled meanwhile stays settled.
_ANSWERED = (
    sa.update(OutboxRow.__table__)  # type: ignore[arg-type]
    .where(
        OutboxRow.__table__.c.op_id == sa.bindparam("of"),
        OutboxRow.__table__.c.state == OpState.PENDING,
    )
    .values(
        state=sa.bindparam("to"),
        why=sa.bindparam("why_"),
        contested=sa.bindparam("both", type_=sa.JSON(none_as_null=True)),
    )
)

# The first half says to SQLite that its index of what is not applied will do.
_UNSETTLED = sa.and_(
    sa.text("state <> 'applied'"), OutboxRow.state.in_((OpState.CONFLICT, OpState.REJECTED))
)

# What was taken as it was sent: the centre's rows are made here of the ops.
_TOLD = """WITH told AS (SELECT value ->> 'op_id' AS op_id, value ->> 'seq' AS seq,
    value ->> 'teamed' AS teamed, value ->> 'team' AS team FROM json_each(:told))"""
_VERSIONS = "(SELECT json_group_object(key, o.op_id) FROM json_each(fields))"
_NEWER = """ON CONFLICT (entity, entity_id) DO UPDATE SET fields = excluded.fields,
    versions = excluded.versions, seq = excluded.seq, deleted = false, stale = false
    WHERE stale OR excluded.seq > seq"""
_SHADE = sa.text(
    f"""{_TOLD}, o AS (SELECT *, CASE WHEN teamed AND team IS NOT body ->> 'team'
        THEN json_set(body, '$.team', team) ELSE body END AS fields FROM told JOIN outbox USING (op_id))
    INSERT INTO shadow (entity, entity_id, fields, versions, seq, deleted, stale)
    SELECT entity, entity_id, fields, {_VERSIONS}, seq - json_array_length(also), false, false
    FROM o WHERE true {_NEWER}"""
)
_SHADE_ALSO = sa.text(
    f"""{_TOLD}, o AS (SELECT op_id, a.value ->> 'entity' AS entity,
        a.value ->> 'entity_id' AS entity_id, a.value -> 'body' AS fields,
        seq - json_array_length(also) + 1 + a.key AS seq
      FROM told JOIN outbox USING (op_id), json_each(also) AS a)
    INSERT INTO shadow (entity, entity_id, fields, versions, seq, deleted, stale)
    SELECT entity, entity_id, fields, {_VERSIONS}, seq, false, false FROM o WHERE true {_NEWER}"""
)
_OTHERWISE = sa.text(  # it has a team that it had not, or a person was waited for
    f"""{_TOLD} SELECT entity, entity_id FROM told JOIN outbox USING (op_id)
    WHERE state <> 'pending' OR teamed AND team IS NOT body ->> 'team'"""
)
_REACHED = sa.text(f"{_TOLD} SELECT max(device_seq) FROM told JOIN outbox USING (op_id)")
_APPLIED = sa.text(
    f"""{_TOLD} UPDATE outbox SET state = 'applied', why = NULL, contested = NULL
    WHERE op_id IN (SELECT op_id FROM told) AND state = 'pending'"""
)

# What every round asks, most of which find nothing to do: one statement each, and no writer waits.
_PLACE = (
    sa.select(
        DeviceRow.device_id,
        (DeviceRow.last_seq - sa.func.coalesce(CentreRow.acknowledged, 0)).label("waiting"),
        sa.select(sa.func.count()).select_from(OutboxRow).where(_UNSETTLED).label("unsettled"),
        *(CentreRow.__table__.c[n] for n in ("epoch", "cursor", "mark", "scope", "acknowledged")),
        CentreRow.person_id,
    )
    .select_from(DeviceRow)
    .outerjoin(CentreRow, sa.true())
)
# A person's role and team come with the pull, too, but perhaps much later: it may begin anew.
_MET = sa.text(
    """SELECT 1 FROM centre JOIN people USING (person_id) WHERE epoch = :epoch AND code = :code
    AND person_id = :person_id AND name = :name AND role = :role AND team IS :team AND active"""
)
_AS_IT_WAS = sa.text(
    """SELECT 1 FROM centre WHERE cursor = :cursor AND mark = :mark
    AND NOT EXISTS (SELECT 1 FROM shadow WHERE stale = 1)"""
)


class SqlReplica:
    """Satisfies services.ports.Replica."""

    def __init__(self, records: SqlRecords, path: Path) -> None:
        self._engine = records.engine
        self._path = path
        self._dropped: set[str] = set()

    def place(self) -> Place:
        with self._asking() as connection:
            told = connection.execute(_PLACE).one()._mapping
            return Place(**{name: value for name, value in told.items() if value is not None})

    def meet(self, standing: Standing) -> None:
        """After each hello. Another epoch than the one known: the centre is not what it was, so
        what it does not know is sent again, and everything is pulled anew."""
        with self._asking() as connection:
            if connection.scalar(_MET, vars(standing)):
                return
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

    def unsent(self, limit: int = 500, after: int = 0) -> list[SentOp]:
        """What the centre has not acknowledged (behind the number ``after``), in order; of ops that
        wait for a person too, after a restore."""
        with self._reading() as session:
            return outbox.unsent(session, after, limit)

    def bring_up_to_date(self, least: int, held: int, version: int) -> None:
        """Ops that waited while this desk was too old to write go as ``version`` now; not what the
        centre has (up to ``held``), which it knows by its hash."""
        with self._writing() as session:
            device = session.scalars(sa.select(DeviceRow)).one()
            query = sa.select(OutboxRow).where(
                OutboxRow.device_id == device.device_id,
                OutboxRow.device_seq > held,
                OutboxRow.schema_version < least,
            )
            for row in session.scalars(query):
                row.schema_version = version
                row.body_hash = outbox.hash_of_row(row)

    def answered(self, answers: Sequence[OpAnswer]) -> None:
        """What became of ops; how far the centre has them; the rows that follow."""
        with self._writing() as session:
            centre = _centre(session)
            assert centre is not None
            in_brief = [answer for answer in answers if answer.as_sent is not None]
            if in_brief:
                _taken_as_sent(session, centre, in_brief)
            others = [answer for answer in answers if answer.as_sent is None]
            if others:
                _answered(session, centre, others)

    def pulled(self, page: PulledPage) -> list[tuple[str, str]]:
        """A page of the centre's rows and the place behind it. Returns what changed for people."""
        if page.restart is None and not page.rows and not page.gone:
            with self._asking() as connection:
                if connection.scalar(_AS_IT_WAS, {"cursor": page.cursor, "mark": page.mark}):
                    return []
        with self._writing() as session:
            centre = _centre(session)
            assert centre is not None
            if page.restart is not None:
                _restart(session, centre, page.restart)
                return []
            kept = shown.shade(session, page.rows)
            centre.cursor, centre.mark = page.cursor, page.mark
            gone = list(page.gone)
            if not page.more:
                stale = sa.select(ShadowRow.entity, ShadowRow.entity_id).where(ShadowRow.stale)
                gone += [(entity, entity_id) for entity, entity_id in session.execute(stale)]
            for name in (forgotten := shown.forget(session, gone)):
                kept.pop(name, None)
            changed = [*kept, *forgotten]
            shown.show(session, changed, kept)
            return changed

    def passed(self, own: Upto) -> None:
        """Where the desk is among rows that it wrote itself: go on behind them."""
        with self._writing() as session:
            centre = _centre(session)
            if centre is not None and own.after <= centre.cursor < own.cursor:
                centre.cursor, centre.mark = own.cursor, own.mark

    def unsettled(self) -> list[LocalOp]:
        """Ops that wait for a person, oldest first."""
        with self._reading() as session:
            query = sa.select(OutboxRow).where(_UNSETTLED)
            return [outbox.local(row) for row in session.scalars(query.order_by(OutboxRow.n))]

    def row(self, entity: str, entity_id: str) -> dict[str, object] | None:
        """What this desk shows of one row."""
        with self._reading() as session:
            return shown.visible_rows(session, entity, [entity_id])[entity_id]

    def unwitnessed(self, limit: int = 500, after: int = 0) -> list[tuple[int, str, str]]:
        """Audit rows that the centre does not hold yet (behind ``after``): seq, canonical entry,
        hash."""
        done = sa.func.coalesce(sa.select(CentreRow.witnessed).scalar_subquery(), 0)
        query = sa.select(AuditRow.__table__).where(AuditRow.seq > sa.func.max(done, after))
        with self._asking() as connection:
            rows = connection.execute(query.order_by(AuditRow.seq).limit(limit))
            return [(row.seq, canonical(audit_entry(row)), row.hash) for row in rows]

    def witnessed(self, seq: int) -> None:
        with self._writing() as session:
            centre = _centre(session)
            assert centre is not None
            centre.witnessed = seq

    def erasures(self) -> dict[str, list[int]]:
        """Carry out in the records what the centre told to erase; the customers whose attempts are
        still to go, with the keys of these attempts."""
        with self._asking() as connection:
            if not erasing.is_pending(connection):
                return {}
        with self._writing() as session:
            return erasing.pending(session)

    def dropped(self) -> set[str]:
        """Addresses of files that rows named which went since this was asked last."""
        told, self._dropped = self._dropped, set()
        return told

    def purge(self, before: datetime) -> int:
        """Forget ops that were settled long ago; what waits stays however old."""
        old = sa.and_(
            OutboxRow.n < _first_since(before),  # or every round would read them all
            OutboxRow.state.in_((OpState.APPLIED, OpState.SETTLED)),
            OutboxRow.device_time < before,
        )
        with self._asking() as connection:
            if connection.scalar(sa.select(OutboxRow.n).where(old).limit(1)) is None:
                return 0
        with self._writing() as session:
            done = session.execute(sa.delete(OutboxRow).where(old))
            return int(done.rowcount)  # type: ignore[attr-defined]

    @contextmanager
    def _asking(self) -> Iterator[sa.Connection]:
        with plain_errors(self._path), reading(self._engine) as connection:
            yield connection

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
            self._dropped |= shown.dropped(session)


def _first_since(moment: datetime) -> sa.ColumnElement[int]:
    """The place of the oldest op that is as new as that; behind all where there is none."""
    first = sa.select(OutboxRow.n).where(OutboxRow.device_time >= moment).order_by(OutboxRow.n)
    return sa.func.coalesce(first.limit(1).scalar_subquery(), sys.maxsize)


def settle(session: Session, op_id: str) -> OutboxRow:
    """A person has decided about an op: it waits no more, stays to be seen, and its row shows what
    else there is."""
    row = session.scalars(sa.select(OutboxRow).where(OutboxRow.op_id == op_id)).one()
    row.state = OpState.SETTLED
    shown.show(session, [(row.entity, row.entity_id)])
    return row


def _centre(session: Session) -> CentreRow | None:
    return session.get(CentreRow, True)


def _answered(session: Session, centre: CentreRow, answers: Sequence[OpAnswer]) -> None:
    asked = sa.select(
        OutboxRow.op_id, OutboxRow.device_seq, OutboxRow.entity, OutboxRow.entity_id
    ).where(OutboxRow.op_id.in_([answer.op_id for answer in answers]))
    known = {op.op_id: op for op in session.execute(asked)}
    told, touched, refused = [], [], []
    for answer in answers:
        op = known[answer.op_id]
        centre.acknowledged = max(centre.acknowledged, op.device_seq)
        touched.append((op.entity, op.entity_id))
        against = {n: asdict(c) for n, c in answer.contested.items()} or None
        told.append({"of": op.op_id, "to": answer.state, "why_": answer.why, "both": against})
        if answer.state is not OpState.APPLIED:
            refused.append(op.op_id)
    session.connection().execute(_ANSWERED, told)
    _expect(session, [a.op_id for a in answers if a.duplicate and a.state is OpState.APPLIED])
    for also in session.scalars(
        sa.select(OutboxRow.also).where(OutboxRow.op_id.in_(refused))
    ):  # what came with it did not come
        touched += [(more["entity"], more["entity_id"]) for more in also]
    kept = shown.shade(session, [a.row for a in answers if a.row is not None])
    shown.show(session, touched, kept)


def _expect(session: Session, op_ids: Sequence[str]) -> None:
    """What these made is at the centre; until the pull brings it or ends without it, it is taken to be
    as it was sent."""
    made = sa.select(OutboxRow).where(OutboxRow.op_id.in_(op_ids), OutboxRow.kind == OpKind.CREATE)
    for op in session.scalars(made):
        if session.get(ShadowRow, (op.entity, op.entity_id)) is None:
            session.add(
                ShadowRow(
                    entity=op.entity,
                    entity_id=op.entity_id,
                    fields=op.body,
                    versions=dict.fromkeys(op.body, op.op_id),
                    seq=0,
                    deleted=False,
                    stale=True,
                )
            )


def _taken_as_sent(session: Session, centre: CentreRow, answers: Sequence[OpAnswer]) -> None:
    """Make the centre's rows of what was sent, as all of them in one go. What people see of a row is
    as it was, but for its team."""
    told = json.dumps([{"op_id": a.op_id, **vars(a.as_sent)} for a in answers])  # type: ignore[arg-type]
    connection = session.connection()
    for statement in (_SHADE, _SHADE_ALSO):
        connection.execute(statement, {"told": told})
    touched = connection.execute(_OTHERWISE, {"told": told}).all()
    connection.execute(_APPLIED, {"told": told})
    reached = connection.scalar(_REACHED, {"told": told})
    centre.acknowledged = max(centre.acknowledged, reached or 0)
    shown.show(session, [(entity, entity_id) for entity, entity_id in touched])


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
