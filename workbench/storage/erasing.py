"""A customer out of the records: where they are told of, and those rows without them (docs/sync.md)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from workbench.domain.erasure import GONE, PERSONAL, Rows, blanked
from workbench.domain.masking import fold, fold_phone
from workbench.domain.sync import OpState
from workbench.storage import outbox
from workbench.storage.models import (
    AttachmentRow,
    Base,
    CaseRow,
    CheckRow,
    CommentRow,
    ComplaintRow,
    EventRow,
    IssueEventRow,
    IssuePlaceRow,
    LedgerRow,
    LinkRow,
    OutboxRow,
    ReminderRow,
    ReviewAnswerRow,
    ReviewRow,
    SavedRow,
    ShadowRow,
    WaiterRow,
)
from workbench.storage.shown import SHOWN, dropped
from workbench.storage.work import Work

_AT_ONCE = 500  # names in one statement
_DONE = "erasure"  # kind of what is kept of each that was carried out here; never shared
_BELOW: tuple[tuple[type[Base], str], ...] = (  # what hangs on complaints
    (EventRow, "event"),
    (CommentRow, "comment"),
    (AttachmentRow, "attachment"),
    (CheckRow, "check"),
    (CaseRow, "case"),
    (ReminderRow, "reminder"),
    (ReviewRow, "review"),
    (ReviewAnswerRow, "review_answer"),
)
_Found = dict[str, dict[str, dict[str, object]]]


class SqlErasures:
    """Satisfies services.ports.Erasures."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def about(
        self,
        customer_ref: str,
        attempt_ids: Collection[str] = (),
        identities: Iterable[Mapping[str, str | None]] = (),
    ) -> Rows:
        """Every shared row that tells of the customer: by reference, by attempts, and complaints
        from ledgers by the numbers that stood there."""
        return _about(self._work.reading(), customer_ref, set(attempt_ids), list(identities))

    def carry_out(self, erasure_id: str, customer_ref: str, rows: Rows) -> set[str]:
        """Take the person out of these rows, of what waits for the centre and of what is kept for
        it. The attempts wait until ``finished``. Returns the addresses of files to go."""
        session = self._work.writing()
        _carry_out(session, erasure_id, customer_ref, rows, None)
        return dropped(session)

    def finished(self, customer_ref: str) -> list[str]:
        """The attempts are gone too; which complaints were the customer's."""
        return _finished(self._work.writing(), customer_ref)


def is_pending(connection: sa.Connection) -> bool:
    """Whether ``pending`` would find something."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM shadow WHERE entity = 'erasure'"
        f" AND entity_id NOT IN (SELECT name FROM saved WHERE kind = '{_DONE}'))"
        f" OR EXISTS (SELECT 1 FROM saved WHERE kind = '{_DONE}' AND NOT body ->> 'done')"
    )
    return bool(connection.scalar(sa.text(query)))


def pending(session: Session) -> dict[str, list[int]]:
    """Customers whose attempts are still to be erased here, each with the keys of these attempts,
    after the rows of every erasure that the centre told of were carried out."""
    known = set(session.scalars(sa.select(SavedRow.name).where(SavedRow.kind == _DONE)))
    told = session.execute(
        sa.select(ShadowRow.entity_id, ShadowRow.fields, ShadowRow.seq)
        .where(ShadowRow.entity == "erasure")
        .order_by(ShadowRow.seq)
    ).all()
    for erasure_id, fields, seq in told:
        if erasure_id not in known:
            ref = str(fields["customer_ref"])
            rows = _joined(fields["rows"], _about(session, ref, set(), [], fields["rows"]))
            _carry_out(session, erasure_id, ref, rows, seq, fields["attempts"])
    wanted: dict[str, list[int]] = {}
    for mark in session.scalars(sa.select(SavedRow).where(SavedRow.kind == _DONE)):
        if not mark.body["done"]:
            wanted.setdefault(mark.body["customer_ref"], []).extend(mark.body["attempts"])
    return wanted


def _finished(session: Session, customer_ref: str) -> list[str]:
    complaints: set[str] = set()
    for mark in session.scalars(sa.select(SavedRow).where(SavedRow.kind == _DONE)):
        if mark.body["customer_ref"] == customer_ref:
            complaints.update(mark.body["complaints"])
            mark.body = mark.body | {"done": True, "attempts": []}
    return sorted(complaints)


def _about(
    session: Session,
    ref: str,
    attempts: set[str],
    identities: list[Mapping[str, str | None]],
    named: Rows | None = None,
) -> _Found:
    c = ComplaintRow
    complaints = set((named or {}).get("complaint", ()))
    complaints.update(session.scalars(sa.select(c.complaint_id).where(c.customer_ref == ref)))
    places: dict[str, dict[str, object]] = {}
    evidence: set[str] = set()
    waiters = set(session.scalars(sa.select(_waiter_id()).where(WaiterRow.customer_ref == ref)))
    for some in _parted(attempts):
        listed = sa.func.json_each(c.attempt_ids).table_valued("value").alias("listed")
        # by another desk's key the reference is another one; the attempt is the same
        complaints.update(session.scalars(sa.select(c.complaint_id).where(c.attempt_id.in_(some))))
        also = sa.select(c.complaint_id).select_from(sa.join(c, listed, sa.true()))
        also = also.where(c.customer_ref.is_(None))
        complaints.update(session.scalars(also.where(listed.c.value.in_(some))))
        waiters.update(
            session.scalars(sa.select(_waiter_id()).where(WaiterRow.attempt_id.in_(some)))
        )
        frozen = sa.func.json_extract(IssueEventRow.detail, "$.evidence.attempt_id")
        evidence.update(session.scalars(sa.select(IssueEventRow.event_id).where(frozen.in_(some))))
    for place in session.scalars(sa.select(IssuePlaceRow)) if attempts else ():
        if attempts & set(place.witnesses):
            left = [one for one in place.witnesses if one not in attempts]
            places[place.fingerprint] = {"witnesses": left}
    complaints.update(_of_ledgers(session, identities))
    found: _Found = {
        "complaint": _plain(complaints),
        "waiter": _plain(waiters),
        "issueevent": _plain(evidence),
        "issueplace": places,
    }
    for some in _parted(complaints):
        for table, entity in _BELOW:
            keys = [table.__table__.c[key] for key in SHOWN[entity][1]]
            mine = sa.select(*keys).where(table.__table__.c.complaint_id.in_(some))
            ids = ("/".join(row) for row in session.execute(mine))
            found.setdefault(entity, {}).update(_plain(ids))
        either = sa.or_(LinkRow.from_id.in_(some), LinkRow.to_id.in_(some))
        links = session.scalars(sa.select(LinkRow.link_id).where(either))
        found.setdefault("link", {}).update(_plain(links))
    return {entity: ids for entity, ids in found.items() if ids}


def _waiter_id() -> Any:
    w = WaiterRow
    return w.issue_id + "/" + w.customer_ref + "/" + w.agent


def _of_ledgers(session: Session, identities: list[Mapping[str, str | None]]) -> list[str]:
    """Complaints from ledgers that a number names as the customer's; many share a name."""
    wanted = set().union(*map(_numbers, identities)) if identities else set()
    if not wanted:
        return []
    rows = session.execute(sa.select(LedgerRow.complaint_id, LedgerRow.identity))
    return [complaint_id for complaint_id, who in rows if wanted & _numbers(who)]


def _numbers(who: Mapping[str, str | None]) -> set[tuple[str, str]]:
    made = set()
    if phone := who.get("phone"):
        made.add(("phone", fold_phone(phone) or fold(phone)))
    if card := who.get("id_card"):
        made.add(("id_card", fold(card).upper()))
    if own := who.get("customer_id"):
        made.add(("customer_id", fold(own).lower()))
    return made


def _carry_out(
    session: Session,
    erasure_id: str,
    ref: str,
    rows: Rows,
    told_at: int | None,
    attempts: Collection[int] = (),
) -> None:
    """``told_at``: the centre's seq of the erasure. A row that it wrote later is already without
    the person, or new since, and is shown as it says."""
    session.connection().exec_driver_sql("PRAGMA secure_delete = ON")  # freed cells are zeroed
    for entity, ids in rows.items():
        if entity not in PERSONAL:
            continue
        for some in _parted(ids):
            _of_one_kind(session, entity, {named: ids[named] for named in some}, told_at)
    _out_of_the_outbox(session, ref, rows)
    mark = {
        "customer_ref": ref,
        "attempts": list(attempts),
        "complaints": sorted(rows.get("complaint", ())),
        "done": False,
    }
    session.merge(SavedRow(kind=_DONE, name=erasure_id, body=mark))
    session.flush()


def _of_one_kind(
    session: Session, entity: str, ids: Mapping[str, Mapping[str, object]], told_at: int | None
) -> None:
    query = sa.select(ShadowRow).where(ShadowRow.entity == entity, ShadowRow.entity_id.in_(ids))
    newer: dict[str, Mapping[str, object]] = {}
    for shadow in session.scalars(query):
        if told_at is not None and shadow.seq > told_at:
            newer[shadow.entity_id] = shadow.fields
        else:
            shadow.fields = blanked(entity, shadow.fields, ids[shadow.entity_id])
            shadow.deleted = shadow.deleted or entity in GONE
    table, keys = SHOWN[entity]
    columns = table.__table__.columns
    own = [named.split("/", len(keys) - 1) for named in ids]
    these = sa.tuple_(*(columns[key] for key in keys)).in_(own)
    for row in session.scalars(sa.select(table).where(these)).all():
        named = "/".join(str(getattr(row, key)) for key in keys)
        if entity in GONE:
            if named not in newer:
                session.delete(row)
            continue
        told = newer.get(named)
        now = {name: getattr(row, name) for name in (*PERSONAL[entity], *ids[named])}
        after = {n: told.get(n, v) for n, v in now.items()} if told else None
        _write(session, row, now, after or blanked(entity, now, ids[named]))
    if entity == "complaint":
        what = {"identity": {}, "digest": ""}  # of a digest a phone number can be tried out
        session.execute(sa.update(LedgerRow).where(LedgerRow.complaint_id.in_(ids)).values(what))


def _write(
    session: Session, row: Any, now: Mapping[str, object], after: Mapping[str, object]
) -> None:
    changed = [name for name in now if now[name] != after[name]]
    for name in changed:
        setattr(row, name, after[name])
    if isinstance(row, ComplaintRow):  # whoever types over it is told
        row.versions = row.versions | {n: row.versions.get(n, 0) + 1 for n in changed}
    if isinstance(row, AttachmentRow) and changed:
        dropped(session).add(row.address)
        row.address = ""


def _out_of_the_outbox(session: Session, ref: str, rows: Rows) -> None:
    complaints = rows.get("complaint", {})

    def hit(op: Mapping[str, Any]) -> Mapping[str, object] | None:
        """None: it tells nothing of them; else what the erasure says of the very row."""
        given = rows.get(op["entity"], {}).get(op["entity_id"])
        body = op["body"]
        theirs = op["root"] in complaints or body.get("complaint_id") in complaints
        return {} if given is None and (theirs or body.get("customer_ref") == ref) else given

    for op in session.scalars(sa.select(OutboxRow).where(OutboxRow.entity != "erasure")):
        given = hit(vars(op))
        more = [(each, hit(each)) for each in op.also]
        if given is None and all(one is None for _, one in more):
            continue
        if given is not None:
            op.body = blanked(op.entity, op.body, given)
        op.also = [
            each if one is None else each | {"body": blanked(each["entity"], each["body"], one)}
            for each, one in more
        ]
        op.body_hash = outbox.hash_of_row(op)
        op.contested = None
        if op.state in (OpState.CONFLICT, OpState.REJECTED):
            op.state = OpState.SETTLED


def _joined(first: Rows, second: Rows) -> Rows:
    return {
        entity: dict(second.get(entity, {})) | dict(first.get(entity, {}))
        for entity in {*first, *second}
    }


def _plain(ids: Iterable[str]) -> dict[str, dict[str, object]]:
    return {named: {} for named in ids}


def _parted(ids: Iterable[str]) -> Iterator[list[str]]:
    listed = sorted(ids)
    for at in range(0, len(listed), _AT_ONCE):
        yield listed[at : at + _AT_ONCE]
