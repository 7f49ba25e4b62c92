"""Records: complaints and their parts, people, saved things, audit, outbox; a transaction a time."""

import hmac
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from workbench.domain.audit import GENESIS, AuditEntry, chain_hash
from workbench.domain.errors import StoreFault
from workbench.domain.ids import uuid7
from workbench.domain.people import Person, Role
from workbench.domain.rule_release import Release, ReleaseState
from workbench.domain.sign_in import Verifier
from workbench.domain.sync import SCHEMA_VERSION, OpState, canonical_json, hash_of
from workbench.domain.times import utc_now
from workbench.files import write_whole
from workbench.storage.complaints import SqlComplaints
from workbench.storage.engine import empty_log, open_engine, plain_errors
from workbench.storage.erasing import SqlErasures
from workbench.storage.incidents import SqlIncidents
from workbench.storage.issues import SqlIssues
from workbench.storage.ledger import SqlLedger
from workbench.storage.models import (
    AuditRow,
    ComplaintRow,
    DeviceRow,
    OutboxRow,
    PersonRow,
    ReleaseRow,
    SavedRow,
    VerifierRow,
)
from workbench.storage.outbox import known_versions, was_deleted
from workbench.storage.parts import SqlParts
from workbench.storage.reviews import SqlReviews
from workbench.storage.tickets import SqlTickets
from workbench.storage.work import Work, storable

_log = logging.getLogger(__name__)


class SqlPeople:
    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, person_id: str) -> Person | None:
        row = self._work.reading().get(PersonRow, person_id)
        return _person(row) if row else None

    def all(self) -> list[Person]:
        query = sa.select(PersonRow).order_by(PersonRow.person_id)
        return list(map(_person, self._work.reading().scalars(query)))

    def put(self, person: Person) -> None:
        session = self._work.writing()
        session.merge(PersonRow(**storable(vars(person))))
        session.flush()


def _person(row: PersonRow) -> Person:
    return Person(row.person_id, row.name, Role(row.role), row.active, row.team)


class SqlVerifiers:
    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, person_id: str) -> Verifier | None:
        row = self._work.reading().get(VerifierRow, person_id)
        return Verifier(**{name: getattr(row, name) for name in _VERIFIER}) if row else None

    def put(self, verifier: Verifier) -> None:
        session = self._work.writing()
        session.merge(VerifierRow(**vars(verifier)))
        session.flush()


_VERIFIER = [field.name for field in fields(Verifier)]


class SqlReleases:
    def __init__(self, work: Work) -> None:
        self._work = work

    def all(self) -> list[Release]:
        query = sa.select(ReleaseRow).order_by(ReleaseRow.release_id)
        return list(map(_release, self._work.reading().scalars(query)))

    def to_change(self, release_id: str) -> Release | None:
        row = self._work.writing().get(ReleaseRow, release_id)
        return _release(row) if row else None

    def put(self, release: Release) -> None:
        session = self._work.writing()
        session.merge(ReleaseRow(**storable(vars(release))))
        session.flush()


def _release(row: ReleaseRow) -> Release:
    values = {name: getattr(row, name) for name in _RELEASE}
    return Release(**values | {"state": ReleaseState(row.state)})


_RELEASE = [field.name for field in fields(Release)]


class SqlSaved:
    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, kind: str, name: str) -> dict[str, object] | None:
        row = self._work.reading().get(SavedRow, (kind, name))
        return row.body if row else None

    def to_change(self, kind: str, name: str) -> dict[str, object] | None:
        self._work.writing()
        return self.get(kind, name)

    def put(self, kind: str, name: str, body: dict[str, object]) -> None:
        session = self._work.writing()
        session.merge(SavedRow(kind=kind, name=name, body=storable(body)))
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
        self.parts = SqlParts(self._work)
        self.people = SqlPeople(self._work)
        self.verifiers = SqlVerifiers(self._work)
        self.ledger = SqlLedger(self._work)
        self.issues = SqlIssues(self._work)
        self.saved = SqlSaved(self._work)
        self.releases = SqlReleases(self._work)
        self.tickets = SqlTickets(self._work)
        self.incidents = SqlIncidents(self._work)
        self.reviews = SqlReviews(self._work)
        self.erasures = SqlErasures(self._work)

    def record(self, entry: AuditEntry) -> None:
        session = self._work.writing()
        entry = AuditEntry(**storable(vars(entry)))
        last = session.execute(
            sa.select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)
        ).first()
        seq, before = last or (0, GENESIS)
        digest = chain_hash(before, entry)
        session.add(AuditRow(seq=seq + 1, hash=digest, **vars(entry)))
        session.flush()
        self._new_head = seq + 1, digest

    def noted(self, action: str, actor: str, since: datetime) -> int:
        query = sa.select(sa.func.count()).where(
            AuditRow.at >= since, AuditRow.action == action, AuditRow.actor == actor
        )
        return self._work.reading().scalar(query) or 0

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
        if kind == "create" and was_deleted(session, entity, entity_id):
            kind, revives = "update", True
        known = {} if kind == "create" else known_versions(session, entity, entity_id)
        op = {
            "entity": entity,
            "kind": kind,
            "entity_id": entity_id,
            "root": root,
            "base": {k: v for k, v in known.items() if kind == "delete" or k in values},
            "body": _told(values) if kind == "create" else storable(values),
            "also": _told_of(also),
            "revives": revives,
            "schema_version": SCHEMA_VERSION,
        }
        op_id = str(uuid7())
        session.add(
            OutboxRow(
                op_id=op_id,
                device_id=device_id,
                device_seq=seq,
                body_hash=hash_of(canonical_json(op)),
                device_time=utc_now(),
                state=OpState.PENDING,
                **op,
            )
        )
        session.flush()
        return op_id

    def enqueue_born(
        self, ops: Sequence[tuple[str, str, dict[str, object], Sequence[Mapping[str, object]]]]
    ) -> None:
        """As ``enqueue`` of new rows, thousands at once: (entity, id, values, what comes with it).
        Their ids are new to the centre as well."""
        session = self._work.writing()
        device_id, last = session.execute(
            sa.update(DeviceRow)
            .values(last_seq=DeviceRow.last_seq + len(ops))
            .returning(DeviceRow.device_id, DeviceRow.last_seq)
        ).one()
        rows = []
        for seq, (entity, entity_id, values, also) in enumerate(ops, start=last - len(ops) + 1):
            op = {
                "entity": entity,
                "kind": "create",
                "entity_id": entity_id,
                "root": None,
                "base": {},
                "body": _told(values),
                "also": _told_of(also),
                "revives": False,
                "schema_version": SCHEMA_VERSION,
            }
            rows.append(
                op
                | {
                    "op_id": str(uuid7()),
                    "device_id": device_id,
                    "device_seq": seq,
                    "body_hash": hash_of(canonical_json(op)),
                    "device_time": utc_now(),
                    "state": OpState.PENDING,
                }
            )
        session.execute(sa.insert(OutboxRow), rows)

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

    def __init__(
        self,
        path: Path,
        key: bytes,
        witness_key: bytes,
        tell: Callable[..., None] | None = None,
    ) -> None:
        """``tell(key, **params)`` hears of an upgrade that is under way."""
        from workbench.storage.migrate import upgrade

        self._path = path
        self._head = AuditHead(path.with_name("audit.head"), witness_key)
        self.engine = open_engine(path, key)
        try:
            with plain_errors(path):
                upgrade(self.engine, path, tell=tell)
                with Session(self.engine) as session:
                    self._index(Work(session))
                    self.device_id = self._device(Work(session))
                    self._head.compare(Work(session).reading())
        except BaseException:
            self.engine.dispose()
            raise

    def _index(self, work: Work) -> None:
        """Write the documents of complaints from before there was a search."""
        if work.reading().scalar(sa.text("SELECT 1 FROM search_dirty LIMIT 1")):
            work.writing()
            work.commit()
        work.rollback()

    def _device(self, work: Work) -> str:
        """Made the first time, with the head of an empty audit; looked for again once nobody else
        can make it too."""
        known = sa.select(DeviceRow.device_id)
        if work.reading().scalar(known) is None and work.writing().scalar(known) is None:
            work.writing().add(DeviceRow(device_id=str(uuid7()), last_seq=0))
            self._head.keep(0, GENESIS)
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
        """Rows of an unbroken chain. Raises StoreFault: 'audit_broken' for a row that was changed,
        'audit_row_missing' for one that was taken out, 'audit_cut' where the last ones are gone,
        'audit_head_broken' if the head's file is missing or forged."""
        previous, count = GENESIS, 0
        head_seq, head_hash = self._head.read()
        with plain_errors(self._path), Session(self.engine) as session:
            query = sa.select(AuditRow).order_by(AuditRow.seq)
            for row in Work(session).reading().scalars(query.execution_options(yield_per=1000)):
                count += 1
                if row.seq != count:
                    raise StoreFault("audit_row_missing", row=count)
                if row.hash != chain_hash(previous, audit_entry(row)):
                    raise StoreFault("audit_broken", row=count)
                previous = row.hash
                if count == head_seq and previous != head_hash:
                    raise StoreFault("audit_broken", row=count)
        if count < head_seq:
            raise StoreFault("audit_cut", row=count, held=head_seq)
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

    def copy_to(self, file: Path) -> None:
        """All of it as of one moment, under the same key."""
        from workbench.storage.migrate import copy_to

        with plain_errors(self._path):
            copy_to(self.engine, file)

    def check(self) -> None:
        """Every page and every row. Raises StoreFault('records_damaged')."""
        with plain_errors(self._path), self.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()
            rows = connection.exec_driver_sql("PRAGMA integrity_check").fetchall()
            keys = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if pages or keys or [tuple(row) for row in rows] != [("ok",)]:
            raise StoreFault("records_damaged", file=str(self._path))

    def scrub(self) -> None:
        """What was erased goes from the files too: from the log, and from copies that were made
        before upgrades."""
        from workbench.storage.migrate import forget_copies

        with plain_errors(self._path):
            empty_log(self.engine)
        forget_copies(self._path)

    def count_complaints(self) -> int:
        with plain_errors(self._path), Session(self.engine) as session:
            query = sa.select(sa.func.count()).select_from(ComplaintRow)
            return Work(session).reading().scalar(query) or 0

    def close(self) -> None:
        self.engine.dispose()


def _told(values: Mapping[str, object]) -> dict[str, object]:
    """Of a new row, what there is to tell."""
    return storable({name: value for name, value in values.items() if value is not None})


def _told_of(also: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    return [{**more, "body": _told(more["body"])} for more in also]


def audit_entry(row: AuditRow | sa.Row[Any]) -> AuditEntry:
    return AuditEntry(row.at, row.actor, row.action, row.entity, row.subject, row.detail)
