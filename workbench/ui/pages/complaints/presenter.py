"""What the complaints page asks for and shows; knows the queries and no widget."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from workbench.domain.complaint import UNSETTLED, Complaint, State
from workbench.domain.work_queue import ListPage, ListQuery, Place, Queue, SortBy

SETTLED = (State.RESOLVED, State.CLOSED, State.WITHDRAWN)
PAGE = 100  # rows asked for at a time
KEPT = 2_000  # rows that a refresh brings back at most, so that nothing jumps under a hand

UNSETTLED_SHELF, ALL_SHELF, DRAFTS_SHELF = "unsettled", "all", "drafts"
SHELVES: tuple[str, ...] = (*Queue, UNSETTLED_SHELF, ALL_SHELF, DRAFTS_SHELF)


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
    """Keeps the question (shelf, words, state, order) and the answer (rows so far, which is open).

    ``ask`` is given the query to fetch off the GUI thread and the one that must be shown whatever
    the list holds; ``answer`` takes a first page, ``more`` a further one. ``queue`` is the query
    of a work queue.
    """

    def __init__(
        self, ask: Callable[[ListQuery, str | None], None], queue: Callable[[Queue], ListQuery]
    ) -> None:
        self._ask = ask
        self._queue = queue
        self._base = ListQuery()
        self._text = ""
        self._choice = CHOICES[0]
        self._order: tuple[SortBy, bool] | None = None
        self._wanted: str | None = None
        self.shelf = ALL_SHELF
        self.rows: list[Complaint] = []
        self.after: Place | None = None
        self.open: Complaint | None = None

    def take(self, shelf: str) -> None:
        """One of SHELVES. The words and the state filter belong to the list that is left."""
        self.put_up(shelf, self.query_of(shelf))

    def put_up(self, shelf: str, query: ListQuery) -> None:
        """A saved view, or the complaints of one cause."""
        self.shelf, self._base = shelf, query
        self._text, self._choice, self._order = query.text, CHOICES[0], None
        self.refresh(anew=True)

    def query_of(self, shelf: str) -> ListQuery:
        if shelf == UNSETTLED_SHELF:
            return ListQuery(states=UNSETTLED, sort=SortBy.DUE, descending=False)
        if shelf == DRAFTS_SHELF:
            return ListQuery(states=(State.DRAFT,))
        return ListQuery() if shelf == ALL_SHELF else self._queue(Queue(shelf))

    def search(self, text: str) -> None:
        if text.strip() != self._text:
            self._text = text.strip()
            self.refresh(anew=True)

    def choose(self, key: str) -> None:
        """A StateChoice by its key."""
        self._choice = next(choice for choice in CHOICES if choice.key == key)
        self.refresh(anew=True)

    def sort(self, by: SortBy, *, descending: bool) -> None:
        if self.order != (by, descending):
            self._order = (by, descending)
            self.refresh(anew=True)

    def clear(self) -> None:
        """Forget words and states: all of this list again."""
        self._text, self._choice = "", CHOICES[0]
        self._base = replace(self._base, text="")
        self.refresh(anew=True)

    def refresh(self, *, anew: bool = False) -> None:
        """Ask again: for as many rows as there are, or for the first of another list."""
        if anew:
            self.rows = []
        limit = min(max(PAGE, len(self.rows)), KEPT)
        self._ask(replace(self.question, limit=limit), self._wanted)

    @property
    def question(self) -> ListQuery:
        by, descending = self.order
        states = self._choice.states or self._base.states
        return replace(
            self._base, text=self._text, states=states, sort=by, descending=descending, limit=PAGE
        )

    @property
    def order(self) -> tuple[SortBy, bool]:
        return self._order or (self._base.sort, self._base.descending)

    @property
    def text(self) -> str:
        return self._text

    @property
    def further(self) -> ListQuery | None:
        """What to ask for the next rows; None: these are all."""
        return replace(self.question, after=self.after) if self.after is not None else None

    @property
    def filtered(self) -> bool:
        return bool(self._text or self._choice.states)

    @property
    def empty(self) -> str | None:
        """Why there is nothing to show: 'none_yet' (at all), 'none_here' (on this shelf),
        'none_match', or None where there is."""
        if self.rows:
            return None
        if self.filtered:
            return "none_match"
        return "none_yet" if self.shelf == ALL_SHELF else "none_here"

    def answer(self, page: ListPage, wanted: Complaint | None) -> Complaint | None:
        """Take the first rows; returns the one to show: asked for, open before, or the first."""
        self.rows, self.after = list(page.rows), page.after
        self._wanted = None
        if wanted is not None:
            self.open = wanted
            return wanted
        open_id = self.open.complaint_id if self.open else None
        again = (row for row in self.rows if row.complaint_id == open_id)
        self.open = next(again, None) or (self.rows[0] if self.rows else None)
        return self.open

    def more(self, page: ListPage) -> None:
        self.rows += page.rows
        self.after = page.after

    def want(self, ref: str) -> None:
        """Show this one (id or number) with the next answer, whatever the list holds."""
        self._wanted = ref
        self.take(ALL_SHELF)

    def choose_row(self, complaint: Complaint | None) -> None:
        self.open = complaint
