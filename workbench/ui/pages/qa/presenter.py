"""What the QA page asks for and shows; knows no widget and calls no service itself."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from workbench.domain.codes import CodeEntry, Failure, UnmappedCode, UnmappedCodes
from workbench.domain.taxonomy import Action


class Queue(StrEnum):
    """The entries of the list on the left, in their order."""

    UNMAPPED = "unmapped"
    ALL_CODES = "all_codes"


class Asks(Protocol):
    """What the presenter has fetched off the GUI thread; the answers come back to it."""

    def ask_unmapped(self) -> None:
        """Answer with ``found_unmapped``."""

    def ask_codes(self, text: str) -> None:
        """All rows, or those that a search finds; answer with ``found_codes``."""

    def ask_attempts(self, code: UnmappedCode) -> None: ...


@dataclass
class QaPresenter:
    """Which queue is in front, what was searched for, and which row is chosen in it."""

    asks: Asks
    queue: Queue = Queue.UNMAPPED
    text: str = ""
    unmapped: UnmappedCodes | None = None  # None until it was counted
    codes: tuple[CodeEntry, ...] = ()
    code: UnmappedCode | None = None
    entry: CodeEntry | None = None
    _next: int = field(default=0, repr=False)

    def refresh(self) -> None:
        """Everything may have changed: both queues have a count."""
        self.asks.ask_unmapped()
        self.asks.ask_codes(self.text)

    def choose(self, queue: Queue) -> None:
        self.queue = queue

    def search(self, text: str) -> None:
        if text.strip() != self.text:
            self.text = text.strip()
            self.asks.ask_codes(self.text)

    def found_unmapped(self, found: UnmappedCodes) -> UnmappedCode | None:
        """Returns the row to choose: that of before, or the one that took its place."""
        self.unmapped = found
        keys = [row.seen for row in found.rows]
        if self.code is not None and self.code.seen in keys:
            self._next = keys.index(self.code.seen)
        chosen = found.rows[min(self._next, len(keys) - 1)] if keys else None
        self.code = None
        self.select_code(chosen)
        return chosen

    def found_codes(self, found: list[CodeEntry]) -> CodeEntry | None:
        """Returns the row to choose: that of before, or the first."""
        self.codes = tuple(found)
        key = _key(self.entry)
        self.entry = next((e for e in found if _key(e) == key), found[0] if found else None)
        return self.entry

    def select_code(self, code: UnmappedCode | None) -> None:
        """The cursor moved: the attempts behind it follow."""
        if code is not None and code != self.code and self.unmapped is not None:
            self._next = self.unmapped.rows.index(code)
            self.asks.ask_attempts(code)
        self.code = code

    def select_entry(self, entry: CodeEntry | None) -> None:
        self.entry = entry

    @property
    def empty(self) -> str | None:
        """Why there is nothing to show: 'all_known', 'none_match', or None where there is."""
        if self.queue is Queue.UNMAPPED:
            return "all_known" if self.unmapped is not None and not self.unmapped.rows else None
        return "none_match" if not self.codes else None


def coherent(
    failure: Failure, cause: str | None, action: str | None
) -> tuple[str | None, str | None]:
    """Cause and action that go with it: what has not failed has no cause, and an open result is
    queried first."""
    if failure is Failure.QUERY_FIRST:
        return None, Action.QUERY_FIRST.value
    if failure is Failure.NO:
        return None, action
    return cause, action


def _key(entry: CodeEntry | None) -> tuple[str, str, str] | None:
    return (entry.scheme, entry.code, entry.version) if entry is not None else None
