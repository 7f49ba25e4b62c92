"""What hangs on a complaint: its history, comments, files, checks, cases, links, reminders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    CREATED = "created"
    MOVED = "moved"
    ASSIGNED = "assigned"
    EDITED = "edited"
    COMMENTED = "commented"
    ATTACHED = "attached"
    CHECKED = "checked"
    UNCHECKED = "unchecked"
    APPROVED = "approved"
    DISAGREED = "disagreed"
    MERGED = "merged"
    UNMERGED = "unmerged"
    SPLIT = "split"
    UNSPLIT = "unsplit"
    REMINDER = "reminder"
    RATED = "rated"
    EXTENDED = "extended"


@dataclass(frozen=True)
class Event:
    """One row of a complaint's history: who, when, why. Rows are added and never changed.

    ``detail`` is JSON-able; of an edit it maps each field to [before, after]. ``bulk_id`` ties
    the rows that one bulk act wrote.
    """

    event_id: str
    complaint_id: str
    at: datetime
    actor: str
    kind: EventKind
    from_state: str | None = None
    to_state: str | None = None
    why: str | None = None
    bulk_id: str | None = None
    detail: Mapping[str, object] = field(default_factory=dict, hash=False)


class Audience(StrEnum):
    INTERNAL = "internal"
    CUSTOMER = "customer"


@dataclass(frozen=True)
class Comment:
    comment_id: str
    complaint_id: str
    at: datetime
    author: str
    audience: Audience
    words: str


@dataclass(frozen=True)
class Attachment:
    """A file of a complaint. ``address`` is the keyed hash of its bytes: the name of the sealed
    file in the profile, which two complaints may share; empty while its content has not come from
    the centre. ``content`` is the SHA-256 by which every desk and the centre know it."""

    attachment_id: str
    complaint_id: str
    at: datetime
    by: str
    name: str
    kind: str
    size: int
    address: str
    content: str = ""


@dataclass(frozen=True)
class Check:
    """An item of the checklist that was done."""

    complaint_id: str
    item: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Case:
    """An agent's disagreement with the reason: a labelled case for QA.

    ``found_*`` is what the diagnosis said, ``chosen_*`` what the agent holds true.
    """

    case_id: str
    complaint_id: str
    attempt_id: str | None
    at: datetime
    by: str
    found_cause: str | None
    found_code: str | None
    chosen_cause: str
    chosen_code: str | None
    why: str
    status: str = "new"


class LinkKind(StrEnum):
    MERGED = "merged"  # ``from_id`` is now part of ``to_id``
    SPLIT = "split"  # ``to_id`` was taken out of ``from_id``


@dataclass(frozen=True)
class Link:
    """Two complaints that were merged, or one that was split; undone, it keeps its row."""

    link_id: str
    kind: LinkKind
    from_id: str
    to_id: str
    at: datetime
    by: str
    why: str
    from_state: str
    undone_at: datetime | None = None
    undone_by: str | None = None


@dataclass(frozen=True)
class Reminder:
    """Something to do about a complaint at a time; ``done_at`` once it is done."""

    reminder_id: str
    complaint_id: str
    person_id: str
    due_at: datetime
    words: str
    done_at: datetime | None = None


@dataclass(frozen=True)
class Presence:
    """Who has a complaint open, as last heard; ``desk`` is one running program."""

    complaint_id: str
    desk: str
    person_id: str
    seen_at: datetime


@dataclass(frozen=True)
class Bulk:
    """One act on many complaints, undone as a whole."""

    bulk_id: str
    at: datetime
    by: str
    act: str
    detail: Mapping[str, object] = field(default_factory=dict, hash=False)
    undone_at: datetime | None = None


Part = Event | Comment | Attachment | Check | Case | Link | Reminder | Presence | Bulk
