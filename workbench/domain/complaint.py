"""A complaint: what a customer asks to be put right, from draft to saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    ESCALATED = "escalated"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


UNSETTLED = (State.OPEN, State.IN_PROGRESS, State.WAITING, State.ESCALATED, State.REOPENED)


class Severity(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class Demand(StrEnum):
    """诉求: what the customer asks for."""

    EXPLAIN = "explain"
    ACTIVATE = "activate"
    HUMAN_REVIEW = "human_review"
    CORRECT_DATA = "correct_data"
    COMPENSATE = "compensate"
    APOLOGY = "apology"
    DELETE_DATA = "delete_data"
    OTHER = "other"


class Source(StrEnum):
    PHONE = "phone"
    CHAT = "chat"
    REGULATOR = "regulator"
    PLATFORM = "platform"
    SOCIAL = "social"
    LETTER = "letter"


class Experience(StrEnum):
    """How hard it hit the customer."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class Reputation(StrEnum):
    """What may become public."""

    MEDIA = "media"
    REGULATOR = "regulator"
    GROUP = "group"


class ResolutionKind(StrEnum):
    """How it ended for the customer."""

    EXPLAINED = "explained"
    ACTIVATED = "activated"
    CORRECTED = "corrected"
    COMPENSATED = "compensated"
    APOLOGISED = "apologised"
    REFERRED = "referred"
    UNFOUNDED = "unfounded"


@dataclass(frozen=True)
class ComplaintDraft:
    """What an agent is typing. ``customer_ref`` and ``attempt_id`` come from the card.

    ``customer_name`` and ``phone`` are already masked. ``draft_id`` is a UUIDv7; the saved
    complaint keeps it as ``complaint_id``, so that saving twice cannot make two.
    """

    draft_id: str
    customer_ref: str | None = None
    customer_name: str | None = None
    phone: str | None = None
    attempt_id: str | None = None
    reason_code: str | None = None
    cause: str | None = None
    symptom: str | None = None
    channel: str | None = None
    source: Source = Source.PHONE
    description: str = ""
    demand: Demand | None = None
    severity: Severity = Severity.NORMAL
    received_at: datetime | None = None
    attempt_ids: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    blocked_payment: bool | None = None
    blocked_fen: int | None = None
    experience: Experience | None = None
    requested_fen: int | None = None
    reputation: tuple[Reputation, ...] = ()
    competitor: str | None = None

    def missing(self) -> tuple[str, ...]:
        """Fields that saving needs and that are empty, in the order they are asked for."""
        needed: list[str] = []
        if not self.description.strip():
            needed.append("description")
        if self.demand is None:
            needed.append("demand")
        return tuple(needed)

    def with_changes(self, **changes: object) -> "ComplaintDraft":
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Complaint:
    """A saved complaint. People quote its ``number`` (C-20261122-0001); times are UTC, naive.

    Money is in fen. ``attempt_ids`` and ``products`` are those beside ``attempt_id`` and the one
    that it is about. ``due_at`` is the nearest deadline, as the clocks said at the last write.
    ``extras`` are a site's own columns under their own names. ``versions`` counts the changes of
    each field that was ever changed: an edit states those that it was typed over.
    """

    complaint_id: str
    number: str
    state: State
    created_at: datetime
    created_by: str
    customer_ref: str | None
    customer_name: str | None
    phone: str | None
    attempt_id: str | None
    reason_code: str | None
    cause: str | None
    symptom: str | None
    channel: str | None
    source: Source
    description: str
    demand: Demand | None
    severity: Severity
    updated_at: datetime | None = None
    received_at: datetime | None = None
    owner: str | None = None
    team: str | None = None
    due_at: datetime | None = None
    attempt_ids: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    blocked_payment: bool | None = None
    blocked_fen: int | None = None
    experience: Experience | None = None
    requested_fen: int | None = None
    lost_revenue_fen: int | None = None
    reputation: tuple[Reputation, ...] = ()
    competitor: str | None = None
    resolution: str | None = None
    resolution_kind: ResolutionKind | None = None
    wrap_up: str | None = None
    first_answer_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopenings: int = 0
    merged_into: str | None = None
    satisfaction: int | None = None
    satisfaction_words: str | None = None
    extras: Mapping[str, str] = field(default_factory=dict, hash=False)
    versions: Mapping[str, int] = field(default_factory=dict, hash=False)

    def changed(self, **values: object) -> "Complaint":
        """With new values, each field that really changes one version on."""
        names = [name for name, value in values.items() if getattr(self, name) != value]
        versions = dict(self.versions) | {n: self.versions.get(n, 0) + 1 for n in names}
        return replace(self, **values, versions=versions)  # type: ignore[arg-type]


@dataclass(frozen=True)
class ComplaintFilter:
    """Every word of ``text`` is in the complaint, its comments or its files' names; empty: all.

    Drafts are left out unless ``states`` names them; merged complaints are those of another.
    """

    text: str = ""
    states: tuple[State, ...] = ()
    customer_ref: str | None = None
    attempt_id: str | None = None
    limit: int = 500
    offset: int = 0


@dataclass(frozen=True)
class ComplaintPage:
    rows: tuple[Complaint, ...] = field(default=())
    total: int = 0
