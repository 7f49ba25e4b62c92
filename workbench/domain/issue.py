"""An issue: many failures under one head, from found to fixed, and who waits for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from workbench.domain.complaint import Severity
from workbench.domain.people import Role


class IssueState(StrEnum):
    NEW = "new"
    OPEN = "open"
    IGNORED = "ignored"  # until a day brings ``escalates_at`` failures
    FIXED = "fixed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"  # its making was taken back: its failures are grouped as before


class IssueEventKind(StrEnum):
    CREATED = "created"
    MOVED = "moved"
    EDITED = "edited"
    ASSIGNED = "assigned"
    MERGED = "merged"
    SPLIT = "split"
    TAKEN_OVER = "taken_over"  # by another grouping: the same failures under another fingerprint
    EVIDENCE = "evidence"
    ATTACHED = "attached"
    LINKED = "linked"  # a complaint, by hand
    UNDONE = "undone"


EDITORS = (Role.TEAM_LEAD, Role.QA, Role.ADMIN)  # who moves, merges, splits and edits issues

_S = IssueState
# Where a person may take an issue from the state that it is shown in.
MOVES: dict[IssueState, tuple[IssueState, ...]] = {
    _S.NEW: (_S.OPEN, _S.IGNORED, _S.FIXED),
    _S.OPEN: (_S.IGNORED, _S.FIXED),
    _S.IGNORED: (_S.OPEN, _S.FIXED),
    _S.FIXED: (_S.REOPENED, _S.FIXED),  # again: in another version, or at another time
    _S.REOPENED: (_S.OPEN, _S.IGNORED, _S.FIXED),
    _S.WITHDRAWN: (_S.OPEN,),
}


@dataclass(frozen=True)
class Issue:
    """Times are UTC, naive. ``state`` is what a person last said; what the failures since make of
    it says ``issue_groups.standing``.

    ``fixed_at`` and ``fixed_version`` say since when it is fixed, and from which version of the app
    on (None: in every one). ``escalates_at`` is the number of failures on one day, after
    ``ignored_at``, that ends the ignoring; None: nothing does. ``made_under`` is the fingerprint's
    version. ``merged_into`` names the issue that it is part of now.
    """

    issue_id: str
    number: str
    title: str
    state: IssueState
    severity: Severity
    created_at: datetime
    created_by: str
    owner: str | None = None
    made_under: str = ""
    merged_into: str | None = None
    fixed_at: datetime | None = None
    fixed_version: str | None = None
    ignored_at: datetime | None = None
    escalates_at: int | None = None

    def changed(self, **values: object) -> "Issue":
        return replace(self, **values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class IssuePlace:
    """Where a fingerprint was put. ``witnesses`` are attempts that had it then: whatever they are
    grouped under later is where it went. ``issue_id`` None: it was taken out of its issue again."""

    fingerprint: str
    issue_id: str | None
    at: datetime
    by: str
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True)
class IssueEvent:
    """One row of an issue's history; rows are added and never changed.

    ``detail`` is JSON-able: ``changes`` maps each field to [before, after]; ``places`` each
    fingerprint to [issue before, issue after]; ``issues`` each issue that was merged to [before,
    after]; ``act`` names the row of another issue that this one came with; ``together`` is the same
    in all rows of one act on several; ``with`` names the row of the making that kept this evidence;
    ``undoes`` the row that it takes back.
    """

    event_id: str
    issue_id: str
    at: datetime
    actor: str
    kind: IssueEventKind
    from_state: str | None = None
    to_state: str | None = None
    why: str | None = None
    detail: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def can_be_undone(self) -> bool:
        """Whether it changed something that can be put back from this row."""
        named = ("changes", "places", "issues", "act", "complaint")
        return any(self.detail.get(name) for name in named)


@dataclass(frozen=True)
class Waiter:
    """A customer who waits for an issue to be fixed, and the agent who promised to call."""

    issue_id: str
    customer_ref: str
    agent: str
    at: datetime
    attempt_id: str | None = None
    customer_name: str | None = None  # masked
    phone: str | None = None  # masked
    called_at: datetime | None = None
    called_by: str | None = None


IssuePart = IssuePlace | IssueEvent | Waiter


def in_force(history: Sequence[IssueEvent]) -> list[IssueEvent]:
    """The rows of an issue's history, oldest first, that no later one took back; the taking back
    itself is none of them."""
    undone: set[str] = set()
    found = []
    for event in reversed(history):
        if event.event_id in undone:
            continue
        undone.add(str(event.detail.get("undoes")))
        if event.kind is not IssueEventKind.UNDONE:
            found.append(event)
    return found[::-1]


def whole_of(issue_id: str, issues: Mapping[str, Issue]) -> str:
    """The issue that an issue is part of now, by way of its merges; itself where it is of none.
    Where two desks merged two into each other, the one whose id comes first is the whole."""
    seen = [issue_id]
    while (found := issues.get(seen[-1])) is not None and found.merged_into is not None:
        if found.merged_into in seen:
            return min(seen[seen.index(found.merged_into) :])
        seen.append(found.merged_into)
    return seen[-1]
