"""Work queues and lists of complaints: what is in them, in which order, a page at a time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from workbench.domain.complaint import UNSETTLED, Complaint, Severity, State
from workbench.domain.people import Person

BREACHING = timedelta(hours=24)  # a deadline nearer than this is about to be breached


class Queue(StrEnum):
    MINE = "mine"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    BREACHING = "breaching"
    WAITING = "waiting"


class SortBy(StrEnum):
    """Columns that a list is ordered by; each has an index."""

    NUMBER = "number"
    CREATED = "created_at"
    RECEIVED = "received_at"
    UPDATED = "updated_at"
    DUE = "due_at"
    CUSTOMER = "customer_name"
    CAUSE = "cause"
    DEMAND = "demand"
    SEVERITY = "severity"
    STATE = "state"
    SOURCE = "source"
    OWNER = "owner"
    TEAM = "team"


@dataclass(frozen=True)
class Place:
    """Where a page ended: the value it was sorted by, and the number."""

    value: str | datetime | None
    number: str


@dataclass(frozen=True)
class ListQuery:
    """Which complaints, in which order. Complaints merged into another are left out, and so are
    drafts unless ``states`` names them. Rows without a value come last in either direction."""

    states: tuple[State, ...] = ()
    owner: str | None = None
    team: str | None = None
    unassigned: bool = False
    due_before: datetime | None = None
    causes: tuple[str, ...] = ()
    reason_code: str | None = None
    severities: tuple[Severity, ...] = ()
    sources: tuple[str, ...] = ()
    drafts_of: str | None = None  # drafts are seen by who wrote them
    received_from: datetime | None = None
    received_before: datetime | None = None
    text: str = ""  # as of ComplaintFilter
    sort: SortBy = SortBy.CREATED
    descending: bool = True
    after: Place | None = None
    limit: int = 100


@dataclass(frozen=True)
class ListPage:
    """``after`` goes into the query for the next page; None: this was the last."""

    rows: tuple[Complaint, ...]
    after: Place | None


@dataclass(frozen=True)
class CauseGroup:
    """Many customers, one reason: ``customers`` that complained, ``open`` complaints of theirs."""

    cause: str
    reason_code: str | None
    customers: int
    complaints: int
    open: int
    first_at: datetime
    last_at: datetime


def queue(which: Queue, person: Person, now: datetime) -> ListQuery:
    """The queue of a person, nearest deadline first. Who has no team has an empty one."""
    base = ListQuery(states=UNSETTLED, sort=SortBy.DUE, descending=False)
    match which:
        case Queue.MINE:
            return replace(base, owner=person.person_id)
        case Queue.TEAM:
            return replace(base, team=person.team or "")
        case Queue.UNASSIGNED:
            return replace(base, unassigned=True)
        case Queue.BREACHING:
            return replace(base, due_before=now + BREACHING)
        case Queue.WAITING:
            return replace(base, states=(State.WAITING,))


@dataclass(frozen=True)
class Measures:
    """How complaints of one cause went. Hours are means over those that got so far; shares are
    of those that were resolved (reopenings) and rated (satisfaction, 1 to 5). ``public`` are those
    that may become so."""

    cause: str | None
    received: int
    answered: int
    hours_to_answer: float | None
    resolved: int
    hours_to_resolve: float | None
    reopen_rate: float | None
    rated: int
    satisfaction: float | None
    lost_revenue_fen: int = 0
    public: int = 0
