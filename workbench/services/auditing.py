"""The audit: rows of acts without a transaction of their own, and whether it is whole."""

from workbench.domain.audit import AuditEntry
from workbench.domain.masking import redact
from workbench.domain.people import Act
from workbench.services.ports import Clock, Records
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
