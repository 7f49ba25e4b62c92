"""What the list of issues asks for and shows; knows no widget and calls no service itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from workbench.domain.issue import IssueState


class Shown(StrEnum):
    """Which groups the list has; the values are those of the box above it."""

    AT_WORK = "at_work"  # all but those that are fixed or ignored
    ISSUES = "issues"
    LOOSE = "loose"  # of no issue yet
    REOPENED = "reopened"
    FIXED = "fixed"
    IGNORED = "ignored"
    ALL = "all"


class Asks(Protocol):
    def ask_groups(self) -> None:
        """Answer with ``found``."""

    def ask_detail(self, row: Any) -> None: ...


# One that was taken back is listed only while somebody waits for it: that is work.
_AT_WORK = (IssueState.NEW, IssueState.OPEN, IssueState.REOPENED, IssueState.WITHDRAWN)


@dataclass
class IssuePresenter:
    """All groups, what of them is listed in which order, and which are chosen."""

    asks: Asks
    rows: tuple[Any, ...] = ()  # GroupRow
    shown: Shown = Shown.AT_WORK
    text: str = ""
    order: Any = None  # row -> what sorts it; None: as they came, most first
    descending: bool = True
    keys: tuple[str, ...] = ()  # of those chosen
    ready: bool = False
    wanted: str | None = field(default=None, repr=False)

    def refresh(self) -> None:
        self.asks.ask_groups()

    def found(self, rows: Sequence[Any]) -> None:
        self.rows, self.ready = tuple(rows), True

    def listed(self) -> list[Any]:
        """The rows to show, in order."""
        words = self.text.casefold().split()
        found = [
            row
            for row in self.rows
            if self._fits(row.group) and all(word in row.text for word in words)
        ]
        if self.order is not None:
            found.sort(key=self.order, reverse=self.descending)
        return found

    def _fits(self, group: Any) -> bool:
        state = group.standing.state
        match self.shown:
            case Shown.ALL:
                return True
            case Shown.AT_WORK:
                return state in _AT_WORK
            case Shown.ISSUES:
                return group.issue is not None
            case Shown.LOOSE:
                return group.issue is None
        return bool(state.value == self.shown.value)

    def choose(self, rows: Sequence[Any]) -> bool:
        """The selection moved; True where it is another one now."""
        keys = tuple(row.group.key for row in rows)
        if keys == self.keys:
            return False
        self.keys = keys
        if len(rows) == 1:
            self.asks.ask_detail(rows[0])
        return True

    def want(self, key: str) -> None:
        """Choose this group when it is next listed: an act has made or changed it."""
        self.wanted = key

    def place(self, listed: Sequence[Any]) -> int | None:
        """Which row to choose: the one that was wanted, that of before, or the first."""
        for key in filter(None, (self.wanted, *self.keys)):
            for place, row in enumerate(listed):
                if key == row.group.key or key in row.group.fingerprints:
                    self.wanted = None
                    return place
        return 0 if listed else None

    @property
    def empty(self) -> str | None:
        """Why the list has no row: 'no_failures', 'none_match', or None where it has one."""
        if not self.rows:
            return "no_failures"
        return None if self.listed() else "none_match"
