"""While a complaint is typed: duplicates, the incident behind it, earlier ones alike, the symptom."""

import threading
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from workbench.domain.complaint import UNSETTLED, Complaint, ComplaintDraft, ComplaintFilter
from workbench.domain.errors import BadInput
from workbench.domain.guidance import Guidance
from workbench.domain.hints import Hints, Incident, Likeness
from workbench.domain.incident import FoundIncident
from workbench.domain.people import Act
from workbench.domain.times import utc_now
from workbench.services.ports import AttemptStore, Clock, Records
from workbench.services.session import Session

RECENT = timedelta(days=30)  # an own complaint that was settled longer ago is another matter
STORED = 100_000  # texts that likes are looked for in: the newest
SHOWN = 3
_BATCH = 5_000


class Found(Protocol):
    id: Hashable
    score: float


class Texts(Protocol):
    """An index of texts by meaning (workbench.similar)."""

    def add(self, id: str, text: str) -> None: ...
    def nearest(self, text: str, k: int) -> Sequence[Found]: ...


class TypingService:
    """``open_texts`` makes the index and says from which score on two texts mean the same;
    ``suggest`` is the symptom that words tell beyond doubt; ``guides`` are those that fit an
    attempt, best first; ``incident_of`` is the burst that a failure is part of. Any thread may
    ask."""

    def __init__(
        self,
        records: Records,
        session: Session,
        attempts: AttemptStore,
        open_texts: Callable[[], tuple[Texts, float]],
        suggest: Callable[[str], str | None],
        guides: Callable[[str], Sequence[Guidance]],
        clock: Clock = utc_now,
        incident_of: Callable[[str | None, datetime | None], FoundIncident | None] | None = None,
    ) -> None:
        self._incident_of = incident_of or (lambda cause, at: None)
        self._records, self._session, self._attempts = records, session, attempts
        self._open_texts, self._suggest, self._clock = open_texts, suggest, clock
        self._guides = guides
        self._lock = threading.Lock()
        self._texts: tuple[Texts, float] | None = None
        self._since: datetime | None = None
        self._facts: tuple[str, dict[str, object]] = ("", {})

    def hints(self, draft: ComplaintDraft) -> Hints:
        """What there is to say about the draft as it stands. The first call reads the stored
        texts (seconds at 100 000); later ones only what came since."""
        self._session.require(Act.LOG_COMPLAINT)
        text = draft.description.strip()
        own = self._own(draft)
        same = frozenset(
            c.complaint_id for c in own if draft.reason_code and c.reason_code == draft.reason_code
        )
        ordered = sorted(own, key=lambda c: (c.complaint_id not in same, -c.created_at.timestamp()))
        told = self._suggest(text) if text and draft.symptom is None else None
        return Hints(
            tuple(ordered[:SHOWN]),
            same & {c.complaint_id for c in ordered[:SHOWN]},
            self._incident(draft),
            self._guide(draft.attempt_id),
            self._alike(text, {c.complaint_id for c in own}) if text else (),
            told,
        )

    def renew(self, complaint_ids: Sequence[str]) -> None:
        """These came or changed otherwise than by this desk's own writing."""
        with self._lock:
            if self._texts is None:
                return  # nothing was read yet
            with self._records.unit_of_work() as uow:
                found = [uow.complaints.get(ref) for ref in complaint_ids]
            for complaint in found:
                if complaint is not None and complaint.description.strip():
                    self._texts[0].add(complaint.complaint_id, complaint.description)

    def _own(self, draft: ComplaintDraft) -> list[Complaint]:
        if draft.customer_ref is None:
            return []
        with self._records.unit_of_work() as uow:
            where = ComplaintFilter(customer_ref=draft.customer_ref, limit=50)
            found = uow.complaints.find(where).rows
        recent = self._clock() - RECENT
        return [
            c
            for c in found
            if c.complaint_id != draft.draft_id
            and c.merged_into is None
            and (c.state in UNSETTLED or c.created_at >= recent)
        ]

    def _incident(self, draft: ComplaintDraft) -> Incident | None:
        """The youngest that was under way when the attempt failed; now, without an attempt. What
        people have put down goes before what was found."""
        facts = self._facts_of(draft.attempt_id) if draft.attempt_id else {}
        at = facts.get("occurred_at")
        moment = at if isinstance(at, datetime) else self._clock()
        found = [i for i in self._attempts.incidents(moment) if i.concerns(facts)]
        told = max(found, key=lambda incident: incident.starts_at, default=None)
        own = self._incident_of(draft.cause, moment) if told is None else None
        if own is not None:
            return Incident("", own.start, own.end if own.over else None, cause=own.cause)
        return told

    def _guide(self, attempt_id: str | None) -> tuple[Guidance, ...]:
        try:
            return tuple(self._guides(attempt_id)[:1]) if attempt_id else ()
        except BadInput:  # the attempt is no longer there
            return ()

    def _facts_of(self, attempt_id: str) -> dict[str, object]:
        if self._facts[0] != attempt_id:
            try:
                rows = self._attempts.lookup(attempt_id).attempts
            except BadInput:
                rows = ()
            row = next((row for row in rows if row.attempt_id == attempt_id), None)
            self._facts = (attempt_id, dict(vars(row)) if row is not None else {})
        return self._facts[1]

    def _alike(self, text: str, known: set[str]) -> tuple[Likeness, ...]:
        texts, least = self._read()
        near = [f for f in texts.nearest(text, SHOWN + len(known)) if f.score >= least]
        likes = []
        with self._records.unit_of_work() as uow:
            for found in near:
                complaint = uow.complaints.get(str(found.id))
                if complaint is not None and complaint.complaint_id not in known:
                    likes.append(Likeness(complaint, found.score))
        return tuple(likes[:SHOWN])

    def _read(self) -> tuple[Texts, float]:
        """The index with what was written since it was last asked."""
        with self._lock:
            if self._texts is None:
                self._texts = self._open_texts()
            since, now, read = self._since, self._clock(), 0
            while read < STORED:
                with self._records.unit_of_work() as uow:
                    rows = uow.complaints.texts(since, _BATCH, read)
                for complaint_id, text in rows:
                    self._texts[0].add(complaint_id, text)
                read += len(rows)
                if len(rows) < _BATCH:
                    break
            self._since = now - timedelta(seconds=5)  # what was being committed meanwhile
            return self._texts
