"""What the lookup page asks for and shows; knows no widget and calls no service itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Protocol

from workbench.domain.attempt import AttemptRow, CustomerCard, LookupResult
from workbench.domain.masking import fold

_DAY = timedelta(hours=24)


class Shown(Enum):
    START = auto()  # nothing was asked yet
    NOTHING = auto()  # asked, and nobody found
    CHOOSE = auto()  # several customers match
    CUSTOMER = auto()  # one customer (or one attempt without any) with a timeline


class Asks(Protocol):
    """What the presenter has fetched off the GUI thread; the answers come back to it."""

    def search(self, term: str) -> None:
        """Answer with ``found``."""

    def customer(self, ref: str) -> None:
        """Answer with ``found``, holding this one customer and the timeline."""

    def explain(self, row: AttemptRow) -> None: ...

    def complaints(self, ref: str) -> None: ...


@dataclass(frozen=True)
class Who:
    """The head of the timeline. ``card`` is None for an attempt that names no customer."""

    card: CustomerCard | None
    attempts_24h: int


class LookupPresenter:
    def __init__(self, asks: Asks) -> None:
        self._asks = asks
        self._wanted: str | None = None  # attempt to select once its timeline is here
        self._term = ""
        self._matches: tuple[CustomerCard, ...] = ()
        self.shown = Shown.START
        self.who: Who | None = None
        self.timeline: tuple[AttemptRow, ...] = ()
        self.current: AttemptRow | None = None

    # questions
    def look_up(self, term: str) -> None:
        """Whatever was typed; an attempt's id also selects that attempt."""
        self._term = term.strip()
        if self._term:
            self._wanted = fold(self._term).upper()
            self._asks.search(self._term)

    def open_attempt(self, attempt_id: str) -> None:
        self.look_up(attempt_id)

    def open_customer(self, ref: str) -> None:
        """One of the customers found, or a ref from elsewhere."""
        self._asks.customer(ref)

    def again(self) -> None:
        """The store has changed: ask the last question again and stay on the attempt."""
        if self.current is not None:
            self._wanted = self.current.attempt_id.upper()
        if self.who is not None and self.who.card is not None:
            self._asks.customer(self.who.card.ref)
        elif self._term:
            self._asks.search(self._term)

    def back(self) -> None:
        """From one of several customers to the choice again."""
        if self._matches:
            self._leave()
            self.shown = Shown.CHOOSE

    # answers
    def found(self, result: LookupResult) -> None:
        self._leave()
        self._matches = result.customers if len(result.customers) > 1 else ()
        if self._matches:
            self.shown = Shown.CHOOSE
        elif result.attempts or result.customers:
            self._open(result.customers[0] if result.customers else None, result.attempts)
        else:
            self.shown = Shown.NOTHING

    def found_customer(self, result: LookupResult) -> None:
        """As ``found``, and the customers found before stay to go back to."""
        matches = self._matches
        self.found(result)
        self._matches = matches

    def grown(self, result: LookupResult) -> bool:
        """More of the customer on show, who asked for nothing: True where that is news. The
        attempt on the card stays, looked at again if it is another one now."""
        card = result.customers[0] if result.customers else None
        if self.who is None or card is None or self.who.card is None:
            return False
        if card.ref != self.who.card.ref or result.attempts == self.timeline:
            return False
        self.timeline = result.attempts
        self.who = Who(card, attempts_in_a_day(result.attempts))
        if self.current is not None:
            same = (r for r in result.attempts if r.attempt_id == self.current.attempt_id)
            self.select(next(same, None))
        return True

    def select(self, row: AttemptRow | None) -> None:
        """The cursor moved: the card follows."""
        if row is not None and row != self.current:
            self.current = row
            self._asks.explain(row)

    @property
    def term(self) -> str:
        """What was typed last."""
        return self._term

    @property
    def matches(self) -> tuple[CustomerCard, ...]:
        """The customers to choose from; empty where there is no choice."""
        return self._matches

    def _open(self, card: CustomerCard | None, attempts: Sequence[AttemptRow]) -> None:
        self.shown = Shown.CUSTOMER
        self.timeline = tuple(attempts)
        self.who = Who(card, attempts_in_a_day(attempts))
        if card is not None:
            self._asks.complaints(card.ref)
        self.select(self._first())

    def _first(self) -> AttemptRow | None:
        """The attempt that was asked for, else the newest."""
        for row in self.timeline:
            if self._wanted is not None and fold(row.attempt_id).upper() == self._wanted:
                return row
        return self.timeline[0] if self.timeline else None

    def _leave(self) -> None:
        self.who, self.current, self.timeline = None, None, ()


def attempts_in_a_day(attempts: Sequence[AttemptRow]) -> int:
    """How many in the 24 hours up to the newest one: the time of the data, not of this computer."""
    times = [row.occurred_at for row in attempts if row.occurred_at is not None]
    newest = max(times, default=None)
    return sum(newest - time < _DAY for time in times) if newest is not None else 0
