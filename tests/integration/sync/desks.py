"""Whole desks against a real centre: an encrypted database, a replica, rounds of sync."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.fresh_records import put_a_device_into
from tests.unit.storage.test_records import KEY, WITNESS, complaint, entry
from workbench.domain.complaint_parts import Audience, Comment, Event, EventKind
from workbench.domain.ids import uuid7
from workbench.domain.people import Person, Role
from workbench.domain.sync import OpKind, OpState
from workbench.domain.times import utc_now
from workbench.gateways.centre import PostgresCentre
from workbench.services.complaint_writing import part_values, send_born
from workbench.services.session import Session as Session_
from workbench.services.sync import Round, Settling, SyncService
from workbench.storage.models import ComplaintRow, OutboxRow, ShadowRow
from workbench.storage.records import SqlRecords
from workbench.storage.replica import SqlReplica

OWN = ("severity_rank", "versions", "due_at", "updated_at")  # kept by each desk for itself


class WholeDesk:
    """One profile of one person. Edits are made as services make them: row, audit row and op in
    one transaction."""

    def __init__(self, path: Path, url: str, login: str) -> None:
        self.path, self.url, self.login = path, url, login
        if not path.exists():
            put_a_device_into(path.parent)
        self.open()

    def open(self) -> None:
        self.records = SqlRecords(self.path, KEY, WITNESS)
        self.replica = SqlReplica(self.records, self.path)
        self.centre = PostgresCentre(self.url, self.replica.place().device_id)
        self.sync = SyncService(self.replica, self.centre, "test")

    def close(self) -> None:
        self.centre.close()
        self.records.close()

    def crash(self) -> None:
        """As after kill -9: only what was committed is there again."""
        self.close()
        self.open()

    def run(self) -> Round:
        return self.sync.run()

    # what a person does
    def create(self, number: str, description: str = "a", complaint_id: str | None = None) -> str:
        made = complaint(
            complaint_id=complaint_id or str(uuid7()), number=number, description=description
        )
        born = Event(str(uuid7()), made.complaint_id, utc_now(), self.login, EventKind.CREATED)
        with self.records.unit_of_work() as uow:
            uow.complaints.add(made)
            uow.parts.add(born)
            uow.record(entry(made.complaint_id))
            send_born(uow, made, born)
            uow.commit()
        return made.complaint_id

    def change(self, complaint_id: str, kind: str = "update", **values: Any) -> str:
        with self.records.unit_of_work() as uow:
            session = uow._work.writing()
            known = {k: v for k, v in values.items() if k in ComplaintRow.__table__.columns}
            if kind == "delete":
                session.execute(
                    sa.delete(ComplaintRow).where(ComplaintRow.complaint_id == complaint_id)
                )
            elif known:
                session.execute(
                    sa.update(ComplaintRow)
                    .where(ComplaintRow.complaint_id == complaint_id)
                    .values(known)
                )
            uow.record(entry(complaint_id))
            op_id = uow.enqueue("complaint", kind, complaint_id, values)
            uow.commit()
        return op_id

    def comment(self, complaint_id: str, words: str) -> str:
        made = Comment(str(uuid7()), complaint_id, utc_now(), self.login, Audience.INTERNAL, words)
        with self.records.unit_of_work() as uow:
            uow.parts.add(made)
            uow.record(entry(made.comment_id))
            uow.enqueue("comment", "create", made.comment_id, part_values(made), root=complaint_id)
            uow.commit()
        return made.comment_id

    def settle_all(self) -> int:
        """As a person who holds on to what was typed: mine where there is a choice, else given
        up. Returns how many."""
        settling = Settling(self.records, self.replica, Session_(Person("me", "me", Role.ADMIN)))
        waiting = settling.waiting()
        for unsettled in waiting:
            op = unsettled.op
            mine = {name: both.mine for name, both in op.contested.items()}
            again = mine if op.kind is OpKind.UPDATE and unsettled.row is not None else {}
            settling.settle(op.op_id, again)
        return len(waiting)

    # what there is
    def complaints(self) -> dict[str, dict[str, Any]]:
        with Session(self.records.engine) as session:
            return {
                row.complaint_id: {
                    c.name: getattr(row, c.name) for c in row.__table__.columns if c.name not in OWN
                }
                for row in session.scalars(sa.select(ComplaintRow))
            }

    def shadows(self, entity: str) -> dict[str, Mapping[str, Any]]:
        with Session(self.records.engine) as session:
            rows = session.scalars(sa.select(ShadowRow).where(ShadowRow.entity == entity))
            return {row.entity_id: row.fields for row in rows if not row.deleted}

    def ops(self) -> dict[str, OutboxRow]:
        with Session(self.records.engine) as session:
            return {row.op_id: row for row in session.scalars(sa.select(OutboxRow))}


def check(site: Any, desks: list[WholeDesk]) -> None:
    """What must hold once all is quiet."""
    stored = {
        str(op_id): (result, seq, payload)
        for op_id, result, seq, payload in site.as_owner(
            "SELECT op_id, result, seq, payload FROM records.ops WHERE device_id IS NOT NULL"
        )
    }
    rows = {
        (entity, entity_id): (fields, versions, deleted, team)
        for entity, entity_id, fields, versions, deleted, team in site.as_owner(
            "SELECT entity, entity_id, fields, versions, deleted, team FROM records.rows"
        )
    }
    _every_op_is_at_the_centre_once(desks, stored)
    _rows_are_what_the_ops_made_of_them(rows, stored)
    for desk in desks:
        _what_is_shown_is_the_centres(site, desk, rows)
        assert desk.records.verify_audit() >= 0
        place = desk.replica.place()
        seq, digest = desk.records.audit_head()
        held = site.as_owner(
            "SELECT hash FROM records.device_audit WHERE device_id = %s AND seq = %s",
            place.device_id,
            seq,
        )
        assert held == ([(digest,)] if seq else [])
    site.boss.centre._call("verify_audit")


def _every_op_is_at_the_centre_once(
    desks: list[WholeDesk], stored: dict[str, tuple[str, int | None, str]]
) -> None:
    for desk in desks:
        for op_id, op in desk.ops().items():
            assert op_id in stored, "saved, and not at the centre"
            result = stored[op_id][0]
            assert op.state in (result, OpState.SETTLED), (op.state, result)
            if op.state == OpState.CONFLICT and op.why == "changed" and op.kind == "update":
                assert op.contested  # both values are there to be seen
                for name, both in op.contested.items():
                    assert both["mine"] == op.body[name]


def _rows_are_what_the_ops_made_of_them(
    rows: dict[tuple[str, str], Any], stored: dict[str, tuple[str, int | None, str]]
) -> None:
    """By doing the applied ops again, one after the other, in the order of their seqs."""
    import json

    made: dict[tuple[str, str], dict[str, Any]] = {}
    ops = [
        (seq, op_id, result, json.loads(payload))
        for op_id, (result, seq, payload) in stored.items()
        if result != "rejected" and seq is not None
    ]
    for _, op_id, result, op in sorted(ops, key=lambda o: (o[0], o[2] == "conflict", o[1])):
        at = (op["entity"], op["entity_id"])
        if op["kind"] == "create":
            made.setdefault(at, dict(op["body"]))
        elif op["kind"] in ("update", "assign", "move") and at in made:
            _, versions, _, _ = rows[at]
            for name, value in op["body"].items():
                if result == "applied":
                    if name == "state":
                        legal = {
                            ("open", "in_progress"),
                            ("in_progress", "resolved"),
                            ("resolved", "open"),
                        }
                        assert (made[at]["state"], value) in legal
                    made[at][name] = value
                elif versions.get(name) == op_id:
                    made[at][name] = value
    for at, fields in made.items():
        present, versions, _, _ = rows[at]
        assert set(versions) == set(present)
        for name, value in fields.items():
            if name == "number" or (name == "team" and value is None):
                continue  # given by the centre
            if stored.get(versions[name], ("",))[0] == "applied":
                assert present[name] == value, (at, name)


def _what_is_shown_is_the_centres(site: Any, desk: WholeDesk, rows: dict[Any, Any]) -> None:
    [(role, team)] = site.as_owner(
        "SELECT role, team FROM records.people WHERE login = %s", desk.login
    )
    seen = {
        entity_id: fields
        for (entity, entity_id), (fields, _, deleted, of_team) in rows.items()
        if entity == "complaint"
        and not deleted
        and (of_team is None or role in ("qa", "admin") or of_team == team)
    }
    shown = desk.complaints()
    refused = {
        op.entity_id
        for op in desk.ops().values()
        if op.state == OpState.REJECTED and op.kind == "create"
    }
    assert set(shown) - refused == set(seen)
    for complaint_id, fields in seen.items():
        for name, value in shown[complaint_id].items():
            expected = fields.get(name)
            if isinstance(value, datetime):
                value = value.isoformat()
            assert value == expected, (complaint_id, name)
