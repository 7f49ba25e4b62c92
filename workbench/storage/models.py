"""Tables of the records database; the migrations in db/ make them, a test compares the two."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)


class ComplaintRow(Base):
    __tablename__ = "complaints"
    # the order of every list, so that a page of one is read and no more
    __table_args__ = (sa.Index(None, "created_at", "number"),)

    complaint_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    customer_ref: Mapped[str | None] = mapped_column(index=True)
    customer_name: Mapped[str | None]
    phone: Mapped[str | None]
    attempt_id: Mapped[str | None] = mapped_column(index=True)
    reason_code: Mapped[str | None]
    cause: Mapped[str | None]
    symptom: Mapped[str | None]
    channel: Mapped[str | None]
    source: Mapped[str]
    description: Mapped[str]
    demand: Mapped[str]
    severity: Mapped[str]
    updated_at: Mapped[datetime | None]


class AuditRow(Base):
    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    entity: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    hash: Mapped[str]


class OutboxRow(Base):
    """An op, from its save until long after the centre took it (docs/sync.md).

    ``n`` is its place at this desk; ``device_seq`` has no gaps within ``device_id``.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        sa.UniqueConstraint("device_id", "device_seq"),
        sa.Index(None, "entity_id"),
        sa.Index("ix_outbox_unsettled", "state", sqlite_where=sa.text("state <> 'applied'")),
    )
    n: Mapped[int] = mapped_column(primary_key=True)
    device_seq: Mapped[int]
    op_id: Mapped[str] = mapped_column(unique=True)
    device_id: Mapped[str]
    entity: Mapped[str]
    kind: Mapped[str]
    entity_id: Mapped[str]
    root: Mapped[str | None]
    base: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    body: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    also: Mapped[list[Any]] = mapped_column(sa.JSON)
    revives: Mapped[bool]
    schema_version: Mapped[int]
    body_hash: Mapped[str]
    device_time: Mapped[datetime]
    state: Mapped[str]
    why: Mapped[str | None]
    contested: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)


class ShadowRow(Base):
    """The centre's row as this desk last saw it. ``stale``: not seen again since the last restart
    of the pull."""

    __tablename__ = "shadow"
    entity: Mapped[str] = mapped_column(primary_key=True)
    entity_id: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    versions: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    seq: Mapped[int]
    deleted: Mapped[bool]
    stale: Mapped[bool]


class CentreRow(Base):
    """How far this desk and its centre are; one row, made at the first contact."""

    __tablename__ = "centre"
    only_row: Mapped[bool] = mapped_column(primary_key=True)
    epoch: Mapped[str]
    cursor: Mapped[int]
    mark: Mapped[str]
    scope: Mapped[int]
    acknowledged: Mapped[int]
    witnessed: Mapped[int]
    code: Mapped[str]
    person_id: Mapped[str]


class PersonRow(Base):
    __tablename__ = "people"
    person_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    active: Mapped[bool]


class SavedRow(Base):
    __tablename__ = "saved"
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class DeviceRow(Base):
    """This device; ``last_seq`` outlives the ops, which go once they are pushed."""

    __tablename__ = "device"
    device_id: Mapped[str] = mapped_column(primary_key=True)
    last_seq: Mapped[int]
