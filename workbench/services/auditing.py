"""The audit row of an act that has no transaction of its own: an import, an export."""

from workbench.domain.audit import AuditEntry
from workbench.domain.masking import redact
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
