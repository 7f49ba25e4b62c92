"""Records: complaints, people, saved things, audit and outbox, in one transaction at a time."""

import hmac
import logging
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from workbench.domain.audit import GENESIS, AuditEntry, chain_hash
from workbench.domain.complaint import (
    Complaint,
    ComplaintFilter,
    ComplaintPage,
    Demand,
    Severity,
    Source,
    State,
)
from workbench.domain.errors import Busy, StoreFault
from workbench.domain.ids import uuid7
from workbench.domain.people import Person, Role
from workbench.domain.sync import SCHEMA_VERSION, OpState, hash_of, payload_of
from workbench.domain.times import to_local, utc_now
from workbench.files import write_whole
from workbench.storage.engine import BEGIN, open_engine, plain_errors
from workbench.storage.models import (
    AuditRow,
    ComplaintRow,
    DeviceRow,
    OutboxRow,
    PersonRow,
    SavedRow,
)
from workbench.storage.outbox import known_versions

_log = logging.getLogger(__name__)
_CODED = {"state": State, "source": Source, "demand": Demand, "severity": Severity}


class Work:
    """The session of a unit of work, and what a statement needs of its transaction.

    Reading begins a deferred transaction, which sees one state and holds nobody up. The first
    writing ends it and begins an immediate one: from there nobody else writes. What was read
    before may have changed between the two, so a writer relies on what it reads after
    ``writing`` and on constraints, never on an earlier read alone.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._writes = False

    def reading(self) -> Session:
        if not self._session.in_transaction():
            self._begin("DEFERRED")
        return self._session

    def writing(self) -> Session:
        if not self._writes:
            self._session.rollback()
            self._begin("IMMEDIATE")
            self._writes = True
        return self._session

    def commit(self) -> None:
        self._session.commit()
        self._writes = False

    def rollback(self) -> None:
        self._session.rollback()
        self._writes = False

    def _begin(self, how: str) -> None:
        self._session.connection(execution_options={BEGIN: how})


class SqlComplaints:
    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, complaint: Complaint) -> None:
        """Raises Busy if another process has meanwhile added the same one."""
        session = self._work.writing()
        session.add(ComplaintRow(**_storable(vars(complaint))))
        try:
            session.flush()
        except sa.exc.IntegrityError as error:
            self._work.rollback()
            raise Busy("records_changed") from error

    def get(self, complaint_id: str) -> Complaint | None:
        row = self._work.reading().scalar(
            sa.select(ComplaintRow).where(
                sa.or_(
                    ComplaintRow.complaint_id == complaint_id, ComplaintRow.number == complaint_id
                )
            )
        )
        return _complaint(row) if row else None

    def find(self, where: ComplaintFilter) -> ComplaintPage:
        conditions = _conditions(where)
        session = self._work.reading()
        rows = session.scalars(
            sa.select(ComplaintRow)
            .where(*conditions)
            .order_by(ComplaintRow.created_at.desc(), ComplaintRow.number.desc())
            .limit(where.limit)
            .offset(where.offset)
        ).all()
        if len(rows) < where.limit and (rows or not where.offset):
            total = where.offset + len(rows)  # the page ended the list: no second search
        else:
            count = sa.select(sa.func.count()).select_from(ComplaintRow).where(*conditions)
            total = session.scalar(count) or 0
        return ComplaintPage(tuple(map(_complaint, rows)), total)

    def next_number(self, at: datetime) -> str:
        """One more than the day's highest; nobody else can take it before this work ends."""
        day = f"C-{to_local(at):%Y%m%d}-"
        of_day = sa.select(ComplaintRow.number).where(
            ComplaintRow.number >= day, ComplaintRow.number < f"{day[:-1]}."
        )
        session = self._work.writing()
        highest = session.scalar(of_day.order_by(ComplaintRow.number.desc()).limit(1))
        if highest and _serial(highest) >= 9999:  # from here on text order is not number order
            longest = sa.func.length(ComplaintRow.number).desc()
            highest = session.scalar(of_day.order_by(longest, ComplaintRow.number.desc()).limit(1))
        return f"{day}{_serial(highest) + 1 if highest else 1:04d}"


def _serial(number: str) -> int:
    return int(number.rpartition("-")[2])


def _storable(value: Any) -> Any:
    """The same with every text fit for UTF-8: a file name or a paste may hold half a character."""
    match value:
        case StrEnum() | datetime():
            return value
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {_storable(k): _storable(v) for k, v in value.items()}
        case list() | tuple():
            return [_storable(v) for v in value]
    return value


def _conditions(where: ComplaintFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if where.text.strip():
        searched = (
            ComplaintRow.number,
            ComplaintRow.description,
            ComplaintRow.attempt_id,
            ComplaintRow.customer_name,
        )
        typed = where.text.strip()
        texts = dict.fromkeys((typed, unicodedata.normalize("NFKC", typed)))  # full width as half
        conditions.append(
            sa.or_(*(c.icontains(t, autoescape=True) for t in texts for c in searched))
        )
    if where.states:
        conditions.append(ComplaintRow.state.in_([s.value for s in where.states]))
    if where.customer_ref is not None:
        conditions.append(ComplaintRow.customer_ref == where.customer_ref)
    if where.attempt_id is not None:
        conditions.append(ComplaintRow.attempt_id == where.attempt_id)
    return conditions


def _complaint(row: ComplaintRow) -> Complaint:
    values = {c.name: getattr(row, c.name) for c in ComplaintRow.__table__.columns}
    return Complaint(**values | {name: kind(values[name]) for name, kind in _CODED.items()})


class SqlPeople:
    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, person_id: str) -> Person | None:
        row = self._work.reading().get(PersonRow, person_id)
        return _person(row) if row else None

    def all(self) -> list[Person]:
        query = sa.select(PersonRow).order_by(PersonRow.person_id)
        return list(map(_person, self._work.reading().scalars(query)))

    def add(self, person: Person) -> None:
        session = self._work.writing()
        session.add(PersonRow(**_storable(vars(person))))
        session.flush()


def _person(row: PersonRow) -> Person:
    return Person(row.person_id, row.name, Role(row.role), row.active)


class SqlSaved:
    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, kind: str, name: str) -> dict[str, object] | None:
        row = self._work.reading().get(SavedRow, (kind, name))
        return row.body if row else None

    def put(self, kind: str, name: str, body: dict[str, object]) -> None:
        session = self._work.writing()
        session.merge(SavedRow(kind=kind, name=name, body=_storable(body)))
        session.flush()

    def names(self, kind: str) -> list[str]:
        query = sa.select(SavedRow.name).where(SavedRow.kind == kind).order_by(SavedRow.name)
        return list(self._work.reading().scalars(query))

    def delete(self, kind: str, name: str) -> None:
        self._work.writing().execute(
            sa.delete(SavedRow).where(SavedRow.kind == kind, SavedRow.name == name)
        )


class SqlUnitOfWork:
    """Satisfies services.ports.UnitOfWork."""

    def __init__(self, session: Session, head: "AuditHead") -> None:
        self._work = Work(session)
        self._head = head
        self._new_head: tuple[int, str] | None = None
        self.complaints = SqlComplaints(self._work)
        self.people = SqlPeople(self._work)
        self.saved = SqlSaved(self._work)

    def record(self, entry: AuditEntry) -> None:
        session = self._work.writing()
        entry = AuditEntry(**_storable(vars(entry)))
        last = session.execute(
            sa.select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)
        ).first()
        seq, before = last or (0, GENESIS)
        digest = chain_hash(before, entry)
        session.add(AuditRow(seq=seq + 1, hash=digest, **vars(entry)))
        session.flush()
        self._new_head = seq + 1, digest

    def enqueue(
        self,
        entity: str,
        kind: str,
        entity_id: str,
        values: dict[str, object],
        *,
        root: str | None = None,
        also: Sequence[Mapping[str, object]] = (),
        revives: bool = False,
    ) -> str:
        session = self._work.writing()
        device_id, seq = session.execute(
            sa.update(DeviceRow)
            .values(last_seq=DeviceRow.last_seq + 1)
            .returning(DeviceRow.device_id, DeviceRow.last_seq)
        ).one()
        versions = {} if kind == "create" else known_versions(session, entity, entity_id)
        op = {
            "entity": entity,
            "kind": kind,
            "entity_id": entity_id,
            "root": root,
            "base": versions if kind == "delete" else {k: versions.get(k) for k in values},
            "body": _storable(values),
            "also": _storable(list(also)),
            "revives": revives,
            "schema_version": SCHEMA_VERSION,
        }
        op_id = str(uuid7())
        session.add(
            OutboxRow(
                op_id=op_id,
                device_id=device_id,
                device_seq=seq,
                body_hash=hash_of(payload_of(op)),
                device_time=utc_now(),
                state=OpState.PENDING,
                **op,
            )
        )
        session.flush()
        return op_id

    def settle(self, op_id: str, keep: Mapping[str, object], *, revives: bool) -> None:
        from workbench.storage.replica import settle

        again = settle(self._work.writing(), op_id)
        if keep:
            kind = "update" if revives else again.kind
            self.enqueue(
                again.entity, kind, again.entity_id, dict(keep), root=again.root,
                also=again.also, revives=revives,
            )  # fmt: skip
        settle(self._work.writing(), op_id)

    def commit(self) -> None:
        self._work.commit()
        if self._new_head:
            self._head.keep(*self._new_head)
            self._new_head = None

    def rollback(self) -> None:
        self._work.rollback()
        self._new_head = None


class AuditHead:
    """The head of the chain, kept in a file of its own and authenticated by a key of its own.

    So a chain whose tail was cut off does not pass for whole. The file is written after the
    commit: a crash between the two leaves it behind the chain, never ahead. Once file and chain
    have been seen to disagree the file is left as it is: it is the evidence.
    """

    def __init__(self, file: Path, key: bytes) -> None:
        self._file = file
        self._key = key
        self._lock = threading.Lock()
        self._stands = True

    def keep(self, seq: int, digest: str) -> None:
        """A disk that refuses leaves the head behind; the commit stands all the same."""
        line = f"{seq} {digest}"
        with self._lock:
            if not self._stands:
                return
            try:
                write_whole(self._file, f"{line} {self._mac(line)}".encode())
            except OSError as error:
                _log.warning("the audit head was not written: %s", error.strerror)

    def read(self) -> tuple[int, str]:
        """Raises StoreFault('audit_broken') for a file that is missing or not ours."""
        try:
            seq, digest, mac = self._file.read_text("ascii").split()
            if hmac.compare_digest(mac, self._mac(f"{seq} {digest}")):
                return int(seq), digest
        except (OSError, ValueError):
            pass
        raise StoreFault("audit_head_broken", file=str(self._file))

    def compare(self, session: Session) -> None:
        """Look once, when the database is opened, whether the chain still holds the head."""
        last = session.scalar(sa.select(sa.func.max(AuditRow.seq))) or 0
        if not last and not self._file.exists():
            self.keep(0, GENESIS)
            return
        try:
            seq, digest = self.read()
            kept = session.scalar(sa.select(AuditRow.hash).where(AuditRow.seq == seq))
            self._stands = digest == (kept if seq else GENESIS)
        except StoreFault:
            self._stands = False
        if not self._stands:
            _log.error("the audit chain does not hold its head; see 'audit verify'")

    def _mac(self, line: str) -> str:
        return hmac.new(self._key, line.encode(), "sha256").hexdigest()


class SqlRecords:
    """The records database of one profile; satisfies services.ports.Records."""

    def __init__(self, path: Path, key: bytes, witness_key: bytes) -> None:
        from workbench.storage.migrate import upgrade

        self._path = path
        self._head = AuditHead(path.with_name("audit.head"), witness_key)
        self.engine = open_engine(path, key)
        try:
            with plain_errors(path):
                upgrade(self.engine, path)
                with Session(self.engine) as session:
                    self.device_id = self._device(Work(session))
                    self._head.compare(Work(session).reading())
        except BaseException:
            self.engine.dispose()
            raise

    def _device(self, work: Work) -> str:
        """Made the first time; looked for again once nobody else can make it too."""
        known = sa.select(DeviceRow.device_id)
        if work.reading().scalar(known) is None and work.writing().scalar(known) is None:
            work.writing().add(DeviceRow(device_id=str(uuid7()), last_seq=0))
            work.commit()
        device_id = work.reading().scalars(known).one()
        work.rollback()
        return device_id

    @contextmanager
    def unit_of_work(self) -> Iterator[SqlUnitOfWork]:
        """Rolled back unless committed. Raises Busy, StoreFault in plain words."""
        with plain_errors(self._path), Session(self.engine, expire_on_commit=False) as session:
            uow = SqlUnitOfWork(session, self._head)
            try:
                yield uow
            finally:
                uow.rollback()

    def verify_audit(self) -> int:
        """Rows of an unbroken chain. Raises StoreFault('audit_broken', row=…), and
        StoreFault('audit_head_broken') if the head's file is missing or forged."""
        previous, count = GENESIS, 0
        head_seq, head_hash = self._head.read()
        with plain_errors(self._path), Session(self.engine) as session:
            query = sa.select(AuditRow).order_by(AuditRow.seq)
            for row in Work(session).reading().scalars(query.execution_options(yield_per=1000)):
                count += 1
                if row.seq != count or row.hash != chain_hash(previous, audit_entry(row)):
                    raise StoreFault("audit_broken", row=count)
                previous = row.hash
                if count == head_seq and previous != head_hash:
                    raise StoreFault("audit_broken", row=count)
        if count < head_seq:
            raise StoreFault("audit_broken", row=count + 1)
        return count

    def audit(self, limit: int = 200) -> list[AuditEntry]:
        with plain_errors(self._path), Session(self.engine) as session:
            query = sa.select(AuditRow).order_by(AuditRow.seq.desc()).limit(limit)
            return list(map(audit_entry, Work(session).reading().scalars(query)))

    def audit_head(self) -> tuple[int, str]:
        """Rows of the chain and the hash of the last one."""
        with plain_errors(self._path), Session(self.engine) as session:
            query = sa.select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc())
            found = Work(session).reading().execute(query.limit(1)).first()
            return (found[0], found[1]) if found else (0, GENESIS)

    def close(self) -> None:
        self.engine.dispose()


def audit_entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(row.at, row.actor, row.action, row.entity, row.subject, row.detail)
