"""What the complaints page asks for and shows; knows the service and no widget."""

from collections.abc import Callable
from dataclasses import dataclass

from workbench.domain.complaint import (
    UNSETTLED,
    Complaint,
    ComplaintFilter,
    ComplaintPage,
    State,
)

SETTLED = (State.RESOLVED, State.CLOSED, State.WITHDRAWN)


@dataclass(frozen=True)
class StateChoice:
    """An entry of the state filter; ``key`` is 'all', 'unsettled', 'settled' or a state."""

    key: str
    states: tuple[State, ...]


CHOICES: tuple[StateChoice, ...] = (
    StateChoice("all", ()),
    StateChoice("unsettled", UNSETTLED),
    StateChoice("settled", SETTLED),
    *(StateChoice(state.value, (state,)) for state in UNSETTLED + SETTLED),
)


class ComplaintsPresenter:
    """Keeps the question (text, states) and the answer (rows, total, which one is open).

    ``ask`` is given the filter to fetch off the GUI thread; ``answer`` takes what came.
    """

    def __init__(self, ask: Callable[[ComplaintFilter], None]) -> None:
        self._ask = ask
        self._text = ""
        self._choice = CHOICES[0]
        self._wanted: str | None = None
        self.page = ComplaintPage()
        self.open: Complaint | None = None

    def search(self, text: str) -> None:
        if text.strip() != self._text:
            self._text = text.strip()
            self.refresh()

    def choose(self, key: str) -> None:
        """A StateChoice by its key."""
        self._choice = next(choice for choice in CHOICES if choice.key == key)
        self.refresh()

    def clear(self) -> None:
        """Forget text and states: everything again."""
        self._text, self._choice = "", CHOICES[0]
        self.refresh()

    def refresh(self) -> None:
        self._ask(self.question)

    @property
    def question(self) -> ComplaintFilter:
        return ComplaintFilter(text=self._text, states=self._choice.states)

    @property
    def filtered(self) -> bool:
        return bool(self._text or self._choice.states)

    @property
    def empty(self) -> str | None:
        """Why there is nothing to show: 'none_yet', 'none_match', or None where there is."""
        if self.page.rows:
            return None
        return "none_match" if self.filtered else "none_yet"

    def answer(self, page: ComplaintPage) -> Complaint | None:
        """Take the rows; returns the one to select: asked for, open before, or the first."""
        self.page = page
        refs = [self._wanted, self.open.complaint_id if self.open else None]
        self._wanted = None
        for ref in refs:
            for row in page.rows:
                if ref is not None and ref in (row.complaint_id, row.number):
                    self.open = row
                    return row
        self.open = page.rows[0] if page.rows else None
        return self.open

    def want(self, ref: str) -> None:
        """Show this one after the next answer, whatever the filter was."""
        self._wanted = ref
        self.clear()

    def choose_row(self, complaint: Complaint | None) -> None:
        self.open = complaint
