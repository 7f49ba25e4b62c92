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
    """An op as it will be pushed (design.md section 7); device_seq has no gaps."""

    __tablename__ = "outbox"
    device_seq: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[str] = mapped_column(unique=True)
    device_id: Mapped[str]
    entity: Mapped[str]
    kind: Mapped[str]
    entity_id: Mapped[str]
    base: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    body: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    schema_version: Mapped[int]
    body_hash: Mapped[str]
    device_time: Mapped[datetime]


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
