"""The audit: rows of acts without a transaction of their own, and whether it is whole."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from workbench.domain.audit import AuditEntry
from workbench.domain.errors import NotPermitted
from workbench.domain.masking import redact
from workbench.domain.people import REVEALS_AN_HOUR, Act
from workbench.domain.times import utc_now
from workbench.services.ports import Clock, Records, TableWriter
from workbench.services.session import Session


def note(
    records: Records,
    session: Session,
    clock: Clock,
    action: str,
    entity: str,
    subject: str,
    detail: dict[str, object],
) -> None:
    """Append the row; ``subject`` may be a file's name, which people put phone numbers into."""
    entry = AuditEntry(clock(), session.person.person_id, action, entity, redact(subject), detail)
    with records.unit_of_work() as uow:
        uow.record(entry)
        uow.commit()


def audited_export(
    records: Records,
    session: Session,
    clock: Clock,
    entity: str,
    path: Path,
    detail: dict[str, object],
    write: Callable[[], int],
) -> int:
    """The audit's row, then the file, then a row that says how many rows it has and its SHA-256, by
    which a copy found anywhere names who took it. Returns the rows."""
    note(records, session, clock, "export", entity, path.name, detail)
    rows = write()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    note(records, session, clock, "exported", entity, path.name, {"rows": rows, "sha256": digest})
    return rows


@dataclass(frozen=True)
class Tables:
    """What was read out of the data, as tables that stand in the audit."""

    records: Records
    session: Session
    writer: TableWriter
    clock: Clock = utc_now

    def write(
        self, entity: str, path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]
    ) -> int:
        """The caller has asked leave. Returns the rows."""
        return audited_export(
            self.records,
            self.session,
            self.clock,
            entity,
            path,
            {},
            lambda: self.writer(path, columns, rows),
        )


def note_reveal(
    records: Records,
    session: Session,
    clock: Clock,
    entity: str,
    subject: str,
    detail: dict[str, object],
) -> None:
    """The row that stands before anybody is shown in clear. Raises NotPermitted('reveals_used_up')
    where the person has had this hour's; that is noted, too."""
    now, person = clock(), session.person
    limit = REVEALS_AN_HOUR[person.role]
    entry = AuditEntry(now, person.person_id, "reveal", entity, subject, detail)
    with records.unit_of_work() as uow:
        uow.record(entry)  # no other may count between this and the commit
        if uow.noted("reveal", person.person_id, now - timedelta(hours=1)) <= limit:
            uow.commit()
            return
    note(records, session, clock, "reveal_refused", entity, subject, detail)
    raise NotPermitted("reveals_used_up", limit=limit)


class AuditService:
    """What was done by whom, and whether it still says so."""

    def __init__(self, records: Records, session: Session) -> None:
        self._records = records
        self._session = session

    def verify(self) -> int:
        """Rows of the unbroken chain. Raises StoreFault, which names the row and what is wrong."""
        self._session.require(Act.AUDIT)
        return self._records.verify_audit()

    def show(self, limit: int = 50) -> list[AuditEntry]:
        """The newest first."""
        self._session.require(Act.AUDIT)
        return self._records.audit(limit)
