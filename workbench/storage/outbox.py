"""What waits for the centre, and which op last wrote each field of a row at this desk."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from workbench.domain.sync import (
    Contested,
    LocalOp,
    OpKind,
    OpState,
    SentOp,
    canonical_json,
    hash_of,
)
from workbench.storage.models import CentreRow, DeviceRow, OutboxRow, ShadowRow

_WRITTEN = ("also", "base", "body")  # of what travels, kept in canonical JSON; first in its order
_PLAIN = ("entity", "entity_id", "kind", "revives", "root", "schema_version")


def known_versions(session: Session, entity: str, entity_id: str) -> dict[str, str]:
    """Field to op: the centre's, and over it those of this desk that are on their way."""
    shadow = session.get(ShadowRow, (entity, entity_id))
    versions = dict(shadow.versions) if shadow else {}
    for op in of_rows(session, entity, [entity_id], OpState.PENDING):
        versions |= dict.fromkeys(op.body, op.op_id)
    return versions


def was_deleted(session: Session, entity: str, entity_id: str) -> bool:
    """Whether the centre remembers a row of that id as deleted: a name that is used again."""
    shadow = session.get(ShadowRow, (entity, entity_id))
    return shadow is not None and shadow.deleted


def of_rows(session: Session, entity: str, ids: Sequence[str], *states: OpState) -> list[OutboxRow]:
    """In the order in which they were made."""
    query = sa.select(OutboxRow).where(
        OutboxRow.entity_id.in_(ids), OutboxRow.entity == entity, OutboxRow.state.in_(states)
    )
    return list(session.scalars(query.order_by(OutboxRow.n)))


def hash_of_row(row: OutboxRow) -> str:
    return hash_of(_payload(row))


def _payload(row: OutboxRow) -> str:
    return canonical_json({name: getattr(row, name) for name in (*_WRITTEN, *_PLAIN)})


def unsent(session: Session, after: int, limit: int) -> list[SentOp]:
    """This device's ops behind that number and behind what the centre has acknowledged, in order."""
    table = OutboxRow.__table__
    done = sa.func.coalesce(sa.select(CentreRow.acknowledged).scalar_subquery(), 0)
    texts = [sa.type_coerce(table.c[name], sa.Text).label(name) for name in _WRITTEN]
    query = (
        sa.select(*texts, *(c for c in table.c if c.name not in _WRITTEN))
        .where(
            table.c.device_id == sa.select(DeviceRow.device_id).scalar_subquery(),
            table.c.device_seq > sa.func.max(done, after),
        )
        .order_by(table.c.device_seq)
        .limit(limit)
    )
    return [_sent(row, session) for row in session.connection().execute(query)]


def _sent(row: sa.Row[Any], session: Session) -> SentOp:
    rest = canonical_json({name: getattr(row, name) for name in _PLAIN})
    payload = f'{{"also":{row.also},"base":{row.base},"body":{row.body},{rest[1:]}'
    body_hash = row.body_hash
    if hash_of(payload) != body_hash:  # written before it was kept in this form
        payload = _payload(session.get_one(OutboxRow, row.n))
        body_hash = body_hash or hash_of(payload)  # none: from before there was a centre
    return SentOp(
        row.op_id, row.device_seq, payload, body_hash, row.schema_version, row.device_time
    )


def local(row: OutboxRow) -> LocalOp:
    return LocalOp(
        row.n,
        row.op_id,
        row.entity,
        row.entity_id,
        OpKind(row.kind),
        row.base,
        row.body,
        OpState(row.state),
        row.device_time,
        row.root,
        row.why,
        {name: Contested(**both) for name, both in (row.contested or {}).items()},
    )
