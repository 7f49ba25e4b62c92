"""A complaint: what a customer asks to be put right, from draft to saved."""

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
    WITHDRAWN = "withdrawn"


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
    """A saved complaint. People quote its ``number`` (C-20261122-0001); times are UTC, naive."""

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
    demand: Demand
    severity: Severity
    updated_at: datetime | None = None


@dataclass(frozen=True)
class ComplaintFilter:
    """``text`` is searched in number, description, attempt id and masked name; empty finds all."""

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
