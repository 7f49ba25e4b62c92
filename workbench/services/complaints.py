"""The complaint as an agent logs it: drafted from the card, journalled, saved whole."""

from collections.abc import Collection
from dataclasses import fields, replace
from datetime import datetime

from workbench.domain.attempt import AttemptRow
from workbench.domain.audit import AuditEntry
from workbench.domain.complaint import (
    Complaint,
    ComplaintDraft,
    ComplaintFilter,
    ComplaintPage,
    State,
)
from workbench.domain.complaint_parts import Event, EventKind
from workbench.domain.complaint_policy import Policy
from workbench.domain.errors import BadInput
from workbench.domain.ids import uuid7
from workbench.domain.people import Act
from workbench.domain.search_words import Snippet
from workbench.domain.times import utc_now
from workbench.services.complaint_writing import NoDeadlines, send_born
from workbench.services.ports import Clock, Clocks, DraftJournal, Records
from workbench.services.session import Session

_WORDS = "words-"  # before the complaint's id: words about it in the journal of drafts


class ComplaintService:
    def __init__(
        self,
        records: Records,
        journal: DraftJournal,
        session: Session,
        clock: Clock = utc_now,
        *,
        policy: Policy | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        self._records = records
        self._journal = journal
        self._session = session
        self._clock = clock
        self._policy = policy
        self._clocks = clocks or NoDeadlines()

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
        self._session.require(Act.READ_COMPLAINTS)
        self._journal.write(draft)

    def drafts(self) -> list[ComplaintDraft]:
        """Drafts left by a crash or a closed window."""
        self._session.require(Act.READ_COMPLAINTS)
        return [d for d in self._journal.pending() if not d.draft_id.startswith(_WORDS)]

    def keep_words(self, complaint_id: str, words: str) -> None:
        """As ``keep``, of a comment that is being typed about a saved complaint, or of another
        page's text under a name of its own; none: it is sent, saved or given up."""
        self._session.require(Act.READ_COMPLAINTS)
        if words.strip():
            self._journal.write(ComplaintDraft(_WORDS + complaint_id, description=words))
        else:
            self._journal.discard(_WORDS + complaint_id)

    def words(self) -> dict[str, str]:
        """What was being typed about each complaint when the window closed, or was killed."""
        self._session.require(Act.READ_COMPLAINTS)
        kept = (d for d in self._journal.pending() if d.draft_id.startswith(_WORDS))
        return {d.draft_id.removeprefix(_WORDS): d.description for d in kept}

    def drop_drafts(self, customer_refs: Collection[str], complaint_ids: Collection[str]) -> None:
        """What is being typed about a customer who was erased, or on these complaints."""
        words = {_WORDS + complaint_id for complaint_id in complaint_ids}
        for draft in self._journal.pending():
            if draft.customer_ref in customer_refs or draft.draft_id in words:
                self._journal.discard(draft.draft_id)

    def discard(self, draft_id: str) -> None:
        self._session.require(Act.READ_COMPLAINTS)
        self._journal.discard(draft_id)

    def save(self, draft: ComplaintDraft) -> Complaint:
        """Complaint, audit row and outbox op in one transaction; the draft goes after the commit.

        Saving the same draft again returns the complaint that it already made.
        Raises BadInput('missing_fields', fields=…), StoreFault.
        """
        return self._save(draft, State.OPEN)

    def save_draft(self, draft: ComplaintDraft) -> Complaint:
        """As ``save``, in the state draft, with whatever is still missing."""
        return self._save(draft, State.DRAFT)

    def _save(self, draft: ComplaintDraft, state: State) -> Complaint:
        self._session.require(Act.LOG_COMPLAINT)
        missing = draft.missing() if state is not State.DRAFT else ()
        if missing:
            raise BadInput("missing_fields", fields=missing)
        now = self._clock()
        with self._records.unit_of_work() as uow:
            complaint = uow.complaints.get(draft.draft_id)
            if complaint is None:
                number = uow.complaints.next_number(now)
                actor = self._session.person.person_id
                born = Event(
                    str(uuid7()), draft.draft_id, now, actor, EventKind.CREATED, to_state=state
                )
                complaint = self._complaint(draft, number, now, state)
                if state is not State.DRAFT:
                    due = self._clocks.next_due(complaint, [born])
                    complaint = replace(complaint, due_at=due)
                uow.complaints.add(complaint)
                uow.parts.add(born)
                detail: dict[str, object] = {"number": complaint.number}  # it outlives the customer
                uow.record(
                    AuditEntry(now, actor, "create", "complaint", complaint.complaint_id, detail)
                )
                send_born(uow, complaint, born)
                uow.commit()
        self._journal.discard(draft.draft_id)
        return complaint

    def _complaint(
        self, draft: ComplaintDraft, number: str, now: datetime, state: State
    ) -> Complaint:
        typed = {f.name: getattr(draft, f.name) for f in fields(draft) if f.name != "draft_id"}
        typed |= {"description": draft.description.strip(), "received_at": draft.received_at or now}
        if draft.requested_fen is not None and self._policy:
            typed["lost_revenue_fen"] = self._policy.lost_revenue.of(draft.requested_fen)
        return Complaint(
            complaint_id=draft.draft_id,
            number=number,
            state=state,
            created_at=now,
            created_by=self._session.person.person_id,
            updated_at=now,
            **typed,
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

    def highlights(self, text: str, complaint_ids: Collection[str]) -> dict[str, Snippet]:
        """Where the complaints of a page have the words: by id, of texts as they are shown."""
        self._session.require(Act.READ_COMPLAINTS)
        with self._records.unit_of_work() as uow:
            return uow.complaints.highlights(text, complaint_ids)
