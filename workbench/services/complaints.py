"""The complaint as an agent logs it: drafted from the card, journalled, saved whole."""

from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from datetime import datetime
from pathlib import Path

from workbench.domain.attempt import AttemptRow
from workbench.domain.audit import AuditEntry
from workbench.domain.complaint import (
    Complaint,
    ComplaintDraft,
    ComplaintFilter,
    ComplaintPage,
    State,
)
from workbench.domain.errors import BadInput
from workbench.domain.ids import uuid7
from workbench.domain.people import Act
from workbench.domain.times import iso_local, utc_now
from workbench.services.auditing import note
from workbench.services.ports import Clock, DraftJournal, Records, TableWriter
from workbench.services.session import Session


class ComplaintService:
    def __init__(
        self,
        records: Records,
        journal: DraftJournal,
        session: Session,
        write_table: TableWriter,
        clock: Clock = utc_now,
    ) -> None:
        self._records = records
        self._journal = journal
        self._session = session
        self._write_table = write_table
        self._clock = clock

    def draft_from(self, attempt: AttemptRow | None) -> ComplaintDraft:
        """A draft prefilled from the attempt on the card (customer, attempt, reason, channel)."""
        self._session.require(Act.LOG_COMPLAINT)
        draft_id = str(uuid7())
        if attempt is None:
            return ComplaintDraft(draft_id)
        return ComplaintDraft(
            draft_id,
            customer_ref=attempt.customer_ref,
            customer_name=attempt.customer_name,
            phone=attempt.phone,
            attempt_id=attempt.attempt_id,
            reason_code=attempt.reason_code,
            cause=attempt.cause,
            symptom=attempt.symptom,
            channel=attempt.channel,
        )

    def keep(self, draft: ComplaintDraft) -> None:
        """Journal what has been typed so far; fast enough for every keystroke."""
        self._journal.write(draft)

    def drafts(self) -> list[ComplaintDraft]:
        """Drafts left by a crash or a closed window."""
        return self._journal.pending()

    def discard(self, draft_id: str) -> None:
        self._journal.discard(draft_id)

    def save(self, draft: ComplaintDraft) -> Complaint:
        """Complaint, audit row and outbox op in one transaction; the draft goes after the commit.

        Saving the same draft again returns the complaint that it already made.
        Raises BadInput('missing_fields', fields=…), StoreFault.
        """
        self._session.require(Act.LOG_COMPLAINT)
        missing = draft.missing()
        if missing:
            raise BadInput("missing_fields", fields=missing)
        assert draft.demand is not None
        now = self._clock()
        with self._records.unit_of_work() as uow:
            complaint = uow.complaints.get(draft.draft_id)
            if complaint is None:
                complaint = self._complaint(draft, uow.complaints.next_number(now), now)
                uow.complaints.add(complaint)
                uow.record(
                    AuditEntry(
                        now,
                        self._session.person.person_id,
                        "create",
                        "complaint",
                        complaint.complaint_id,
                        {"number": complaint.number, "attempt_id": complaint.attempt_id},
                    )
                )
                uow.enqueue("complaint", "create", complaint.complaint_id, _values(complaint))
                uow.commit()
        self._journal.discard(draft.draft_id)
        return complaint

    def _complaint(self, draft: ComplaintDraft, number: str, now: datetime) -> Complaint:
        assert draft.demand is not None
        return Complaint(
            complaint_id=draft.draft_id,
            number=number,
            state=State.OPEN,
            created_at=now,
            created_by=self._session.person.person_id,
            customer_ref=draft.customer_ref,
            customer_name=draft.customer_name,
            phone=draft.phone,
            attempt_id=draft.attempt_id,
            reason_code=draft.reason_code,
            cause=draft.cause,
            symptom=draft.symptom,
            channel=draft.channel,
            source=draft.source,
            description=draft.description.strip(),
            demand=draft.demand,
            severity=draft.severity,
            updated_at=now,
        )

    def get(self, complaint_id: str) -> Complaint:
        """By id or number. Raises BadInput('no_such_complaint')."""
        self._session.require(Act.READ_COMPLAINTS)
        with self._records.unit_of_work() as uow:
            found = uow.complaints.get(complaint_id)
        if found is None:
            raise BadInput("no_such_complaint", complaint=complaint_id)
        return found

    def find(self, where: ComplaintFilter) -> ComplaintPage:
        self._session.require(Act.READ_COMPLAINTS)
        with self._records.unit_of_work() as uow:
            return uow.complaints.find(where)

    def export(self, path: Path, where: ComplaintFilter | None = None) -> int:
        """One row a complaint, masked, newest first; the audit row says who took how many."""
        self._session.require(Act.EXPORT)
        columns = [field.name for field in fields(Complaint)]
        rows = self._write_table(path, columns, self._rows(where or ComplaintFilter()))
        detail: dict[str, object] = {"rows": rows}
        note(self._records, self._session, self._clock, "export", "complaints", path.name, detail)
        return rows

    def _rows(self, where: ComplaintFilter) -> Iterator[list[object]]:
        offset = 0
        with self._records.unit_of_work() as uow:
            while page := uow.complaints.find(replace(where, offset=offset)).rows:
                offset += len(page)
                for complaint in page:
                    yield [
                        iso_local(v) if isinstance(v, datetime) else v
                        for v in asdict(complaint).values()
                    ]


def _values(complaint: Complaint) -> dict[str, object]:
    """Field values of an op, as JSON can hold them."""
    return {
        k: v.isoformat() if isinstance(v, datetime) else v for k, v in asdict(complaint).items()
    }
