"""What the card of an issue's tickets shows and asks for; knows no widget and calls no service."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from workbench.domain.errors import Busy, KnownError
from workbench.domain.tracker import Errand, ErrandAct, Ticket, TicketState, Tracker

_OF_TOKENS = ("tracker_no_token", "tracker_token_refused")


class Standing(StrEnum):
    """How a ticket and the issue stand to each other."""

    QUEUED = "queued"  # it is to be filed
    WRITING = "writing"  # our state is on its way
    STOPPED = "stopped"  # the tracker refused: a person has to do something
    DIFFERS = "differs"  # it was moved in the tracker
    LEVEL = "level"


@dataclass(frozen=True)
class Line:
    """One ticket; ``error`` is what the last try ended with."""

    tracker: str
    key: str | None
    url: str
    standing: Standing
    state: TicketState | None
    native: str
    wanted: TicketState | None
    followed_at: datetime | None
    tries: int = 0
    next_at: datetime | None = None
    error: KnownError | None = None

    @property
    def wants_token(self) -> bool:
        return self.error is not None and self.error.key in _OF_TOKENS


@dataclass(frozen=True)
class Found:
    """What a card is filled with."""

    trackers: Sequence[Tracker]
    tickets: Sequence[Ticket]
    errands: Sequence[Errand]


class Asks(Protocol):
    """What the presenter has done off the GUI thread; ``ask`` answers with ``found``."""

    def ask(self, issue_id: str) -> None: ...
    def file(self, issue_id: str, tracker: str) -> None: ...
    def link(self, issue_id: str, tracker: str, key: str) -> None: ...
    def unlink(self, issue_id: str, tracker: str) -> None: ...
    def give_up(self, issue_id: str, tracker: str) -> None: ...
    def write_state(self, issue_id: str) -> None: ...
    def retry(self, issue_id: str) -> None: ...
    def keep_token(self, issue_id: str, tracker: str, token: str) -> None: ...


@dataclass
class TicketPresenter:
    """``issue_id`` None: no issue is chosen."""

    asks: Asks
    issue_id: str | None = None
    lines: tuple[Line, ...] = ()
    trackers: tuple[str, ...] = field(default=())

    def choose(self, issue_id: str | None) -> None:
        self.issue_id, self.lines = issue_id, ()
        self.refresh()

    def refresh(self) -> None:
        if self.issue_id is not None:
            self.asks.ask(self.issue_id)

    def found(self, found: Found) -> None:
        self.lines = tuple(_line(ticket, found.errands) for ticket in found.tickets)
        self.trackers = tuple(tracker.name for tracker in found.trackers)

    @property
    def free(self) -> list[str]:
        """Trackers in which the issue has no ticket yet."""
        taken = {line.tracker for line in self.lines}
        return [name for name in self.trackers if name not in taken]

    def file(self, tracker: str) -> None:
        if self.issue_id is not None and tracker in self.free:
            self.asks.file(self.issue_id, tracker)

    def link(self, tracker: str, key: str) -> None:
        if self.issue_id is not None and key.strip():
            self.asks.link(self.issue_id, tracker, key.strip())

    def let_go(self, line: Line) -> None:
        """Unlink a ticket, or give up one that waits."""
        if self.issue_id is None:
            return
        act = self.asks.give_up if line.key is None else self.asks.unlink
        act(self.issue_id, line.tracker)

    def write_state(self) -> None:
        if self.issue_id is not None:
            self.asks.write_state(self.issue_id)

    def keep_token(self, line: Line, token: str) -> None:
        if self.issue_id is not None and token.strip():
            self.asks.keep_token(self.issue_id, line.tracker, token.strip())

    def retry(self) -> None:
        if self.issue_id is not None:
            self.asks.retry(self.issue_id)


def _line(ticket: Ticket, errands: Sequence[Errand]) -> Line:
    own = [e for e in errands if (e.issue_id, e.tracker) == (ticket.issue_id, ticket.tracker)]
    first = own[0] if own else None
    if any(errand.stopped for errand in own):
        standing = Standing.STOPPED
        first = next(errand for errand in own if errand.stopped)
    elif first is not None and first.act is ErrandAct.FILE:
        standing = Standing.QUEUED
    elif first is not None:
        standing = Standing.WRITING
    elif ticket.key is None:
        standing = Standing.QUEUED  # at another desk
    else:
        standing = Standing.DIFFERS if ticket.differs else Standing.LEVEL
    error = None
    if first is not None and first.problem is not None:
        error = (KnownError if first.stopped else Busy)(first.problem, **first.details)
    return Line(
        ticket.tracker, ticket.key, ticket.url, standing, ticket.there, ticket.native,
        ticket.wanted, ticket.followed_at, first.tries if first else 0,
        first.next_at if first else None, error,
    )  # fmt: skip
