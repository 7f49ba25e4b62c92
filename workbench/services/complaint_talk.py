"""What is said and kept about a complaint: comments, files, reminders."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from workbench.domain.complaint import Complaint
from workbench.domain.complaint_parts import (
    Attachment,
    Audience,
    Comment,
    EventKind,
    Reminder,
)
from workbench.domain.diagnosis import Explanation
from workbench.domain.errors import BadInput, Busy
from workbench.domain.file_kinds import LARGEST, kind_of, safe_name
from workbench.domain.ids import uuid7
from workbench.domain.people import Act
from workbench.services.complaint_writing import Writing, send_changed
from workbench.services.customer_text import fit_for_customer
from workbench.services.ports import AttemptStore, FileStore, UnitOfWork


class TalkService:
    def __init__(self, writing: Writing, attempts: AttemptStore, files: FileStore) -> None:
        self._w = writing
        self._attempts = attempts
        self._files = files

    def comment(
        self, complaint_id: str, words: str, audience: Audience = Audience.INTERNAL
    ) -> Comment:
        """Words to the customer are tried for what may not be told:
        BadInput('not_for_customers'). The first of them is the first answer."""
        self._w.session.require(Act.COMMENT)
        if not words.strip():
            raise BadInput("comment_empty")
        explanation = None
        if audience is Audience.CUSTOMER:
            with self._w.records.unit_of_work() as uow:
                explanation = self.explanation(self._w_get(uow, complaint_id))
            words = fit_for_customer(words, explanation)
        with self._w.changing(complaint_id) as (uow, before):
            now = self._w.clock()
            comment = Comment(
                str(uuid7()),
                before.complaint_id,
                now,
                self._w.person_id,
                audience,
                words.strip(),
            )
            first = audience is Audience.CUSTOMER and before.first_answer_at is None
            after = before.changed(first_answer_at=now) if first else before
            detail = {"audience": audience.value}
            self._w.put(uow, before, after, EventKind.COMMENTED, detail=detail, parts=(comment,))
        return comment

    def comments(self, complaint_id: str) -> list[Comment]:
        """Oldest first."""
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            own = self._w_get(uow, complaint_id).complaint_id
            return uow.parts.of(Comment, complaint_id=own)

    def explanation(self, complaint: Complaint) -> Explanation | None:
        """Of the attempt that it is about; None where there is none (any more)."""
        self._w.session.require(Act.EXPLAIN)
        if complaint.attempt_id is None:
            return None
        try:
            return self._attempts.explain(complaint.attempt_id)
        except BadInput:
            return None

    def attach(self, complaint_id: str, path: Path) -> Attachment:
        """Keep a file with the complaint. Raises BadInput('attachment_too_large',
        'attachment_kind', 'attachment_empty', 'no_such_file')."""
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError:
            raise BadInput("no_such_file", file=path.name) from None
        return self.attach_bytes(complaint_id, path.name, data)

    def attach_bytes(self, complaint_id: str, name: str, data: bytes) -> Attachment:
        """As ``attach``, of what was pasted or dropped."""
        self._w.session.require(Act.COMMENT)
        if not data:
            raise BadInput("attachment_empty", file=name)
        if len(data) > LARGEST:
            raise BadInput("attachment_too_large", file=name, most=LARGEST >> 20)
        kind = kind_of(data, name)
        if kind is None:
            raise BadInput("attachment_kind", file=name)
        with self._w.records.unit_of_work() as uow:
            own = self._w_get(uow, complaint_id).complaint_id
        address = self._files.put(data)  # before the row: a row never names what is not there
        with self._w.changing(own) as (uow, found):
            kept = Attachment(
                str(uuid7()),
                own,
                self._w.clock(),
                self._w.person_id,
                safe_name(name, kind),
                kind,
                len(data),
                address,
                hashlib.sha256(data).hexdigest(),
            )
            self._w.put(
                uow, found, found, EventKind.ATTACHED, detail={"name": kept.name}, parts=(kept,)
            )
        return kept

    def attachments(self, complaint_id: str) -> list[Attachment]:
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            own = self._w_get(uow, complaint_id).complaint_id
            return uow.parts.of(Attachment, complaint_id=own)

    def read(self, attachment_id: str) -> bytes:
        """The bytes, proven to be those that were attached. Raises BadInput, StoreFault, and
        Busy('attachment_not_here') while they have not come from the centre."""
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            found = uow.parts.of(Attachment, attachment_id=attachment_id)
        if not found:
            raise BadInput("no_such_attachment", attachment=attachment_id)
        if not found[0].address:
            raise Busy("attachment_not_here", file=found[0].name)
        return self._files.get(found[0].address)

    def sweep(self, gone: Collection[str] = ()) -> int:
        """Remove files that no row names any more: ``gone`` did lie at such addresses, others were
        left by a crash. Returns how many."""
        with self._w.records.unit_of_work() as uow:
            kept = {row.address for row in uow.parts.of(Attachment)} - {""}
        return self._files.sweep(kept, gone)

    def remind(self, complaint_id: str, due_at: datetime, words: str) -> Reminder:
        """Remind the person themself at ``due_at`` (UTC naive)."""
        self._w.session.require(Act.HANDLE_COMPLAINT)
        with self._w.changing(complaint_id) as (uow, found):
            made = Reminder(
                str(uuid7()), found.complaint_id, self._w.person_id, due_at, words.strip()
            )
            self._w.put(uow, found, found, EventKind.REMINDER, parts=(made,))
        return made

    def reminders(self, before: datetime | None = None) -> list[Reminder]:
        """The person's own that are due, earliest first."""
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            return uow.parts.due(self._w.person_id, before or self._w.clock())

    def done(self, reminder_id: str) -> None:
        """Raises BadInput('no_such_reminder')."""
        self._w.session.require(Act.HANDLE_COMPLAINT)
        with self._w.records.unit_of_work() as uow:
            own = uow.parts.of(Reminder, reminder_id=reminder_id, person_id=self._w.person_id)
        if not own:
            raise BadInput("no_such_reminder", reminder=reminder_id)
        with self._w.changing(own[0].complaint_id) as (uow, found):
            ended = Reminder(**vars(own[0]) | {"done_at": self._w.clock()})
            uow.parts.put(ended)
            send_changed(uow, ended, "done_at")
            detail = {"done": reminder_id}
            self._w.put(uow, found, found, EventKind.REMINDER, detail=detail)

    def _w_get(self, uow: UnitOfWork, complaint_id: str) -> Complaint:
        found = uow.complaints.get(complaint_id)
        if found is None:
            raise BadInput("no_such_complaint", complaint=complaint_id)
        return found
