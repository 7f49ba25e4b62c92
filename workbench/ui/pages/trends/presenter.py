"""What the trends page asks for and shows; knows no widget and calls no service itself."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from workbench.domain.board import FIELDS, Board, BoardQuery, Chosen, Panel, Totals
from workbench.domain.report import ChartKind
from workbench.domain.series import Behind, ChartData
from workbench.domain.times import from_local, to_local
from workbench.domain.trend import SLICE_FIELDS, Against, Every, Measure, TrendFilter

PERIODS: dict[str, int | None] = {  # days up to the newest attempt; None: all there is
    "1d": 1,
    "7d": 7,
    "30d": 30,
    "90d": 90,
    "all": None,
    "custom": None,
}
BY = (
    "cause",
    "cause_group",
    "symptom",
    "channel",
    "province",
    "step",
    "app_version",
    "network_type",
    "node",
    "risk_model",
    "employment_type",
    "reason_code",
    "weekday",
    "hour_of_day",
    "hour_of_week",
)
FILTERS = ("channel", "province")
KINDS = (ChartKind.BARS, ChartKind.AREA, ChartKind.LINES)
MOST_HOURLY_DAYS = 400  # a year can be panned over; more says nothing


class TrendsPresenter:
    """Keeps the question and the answer. ``ask`` fetches the answer to a question off the GUI
    thread, ``open_`` the attempts behind a number."""

    def __init__(self, ask: Callable[[BoardQuery], None], open_: Callable[[Behind], None]) -> None:
        self._ask, self._open = ask, open_
        self.period = "30d"
        self.start: date | None = None  # local days, both included
        self.end: date | None = None
        self.every = Every.DAY
        self.measure = Measure.FAILURES
        self.by = "cause"
        self.kind = ChartKind.BARS
        self.against: Against | None = None
        self.only: dict[str, tuple[str | None, ...]] = {}
        self.chosen: tuple[Chosen, ...] = ()
        self.raised = False  # hourly was asked for more days than can be drawn
        self.board = Board()
        self.behind: Behind | None = None
        self.newest: datetime | None = None

    # the store
    def span(self, count: int, first: datetime | None, last: datetime | None) -> bool:
        """How much there is; True where there is something to ask about."""
        self.newest = last
        self._first = to_local(first).date() if first else None
        self._last = to_local(last).date() if last else None
        if self.period != "custom":
            self._take_period()
        return count > 0

    _first: date | None = None
    _last: date | None = None

    # the question
    def choose_period(self, name: str) -> None:
        self.period = name
        if name == "custom":
            return
        self._take_period()
        if name == "1d":
            self.every = Every.HOUR
        elif self.every is Every.HOUR and name != "7d":
            self.every = Every.DAY
        self._let_go(Panel.TREND)
        self.refresh()

    def choose_dates(self, start: date, end: date) -> None:
        """Local days, both included; the earlier one first, however they were given."""
        self.start, self.end = min(start, end), max(start, end)
        self.period = "custom"
        self._let_go(Panel.TREND)
        self.refresh()

    def choose(
        self,
        *,
        every: Every | None = None,
        measure: Measure | None = None,
        by: str | None = None,
    ) -> None:
        if by is not None and by != self.by:
            self._keep_choice()
        if every is not None and every is not self.every:
            self._let_go(Panel.TREND)
        self.every = every or self.every
        self.measure = measure or self.measure
        self.by = by or self.by
        self.refresh()

    def compare(self, against: Against | None) -> None:
        self.against = against
        self.refresh()

    def choose_only(self, field: str, values: tuple[str | None, ...]) -> None:
        """Attempts of these values alone; none at all means no filter."""
        self.only = {k: v for k, v in (self.only | {field: values}).items() if v}
        self.refresh()

    def clear_filters(self) -> None:
        self.only, self.chosen = {}, ()
        self.choose_period("all")

    def refresh(self) -> None:
        self._hold_back_hours()
        self._ask(self.question)

    @property
    def where(self) -> TrendFilter:
        return TrendFilter(
            start=_midnight(self.start) if self.start else None,
            end=_midnight(self.end + timedelta(days=1)) if self.end else None,
            equals=tuple(sorted(self.only.items())),
        )

    @property
    def question(self) -> BoardQuery:
        return BoardQuery(self.where, self.by, self.every, self.measure, self.against, self.chosen)

    # the answer
    def answer(self, board: Board) -> None:
        self.board = board

    @property
    def data(self) -> ChartData:
        return self.board.chart

    @property
    def tiles(self) -> Totals:
        return self.board.totals

    @property
    def settled(self) -> int:
        """Attempts of the period that are not pending."""
        return self.board.totals.settled

    # a mark: all other charts are narrowed by it, and its attempts are listed
    def open_bar(self, series: int | None, bucket: int | None) -> int:
        """A bar of the main chart (None: of every series, of every bucket); returns how many it
        says there are."""
        behind = self.data.behind(series, bucket)
        equals = () if series is None else ((self.by, self.data.series[series].keys),)
        times = (None, None) if bucket is None else (behind.where.start, behind.where.end)
        return self._choose(Chosen(Panel.TREND, equals, *times), behind)

    def open_mark(self, panel: Panel, keys: tuple[str | None, ...]) -> int:
        """A mark of one of the small charts."""
        equals = tuple((f, (k,)) for f, k in zip(FIELDS[panel], keys, strict=True))
        return self._choose(Chosen(panel, equals), self.board.behind(panel, keys))

    def open_all(self) -> int:
        """The failures that the tiles count."""
        self.behind = self.board.everything()
        self._open(self.behind)
        return self.behind.expected

    def _choose(self, mark: Chosen, behind: Behind) -> int:
        self.chosen = replace(self.question, chosen=self.chosen).choose(mark).chosen
        self.behind = behind
        if mark in self.chosen:
            self._open(behind)
        else:
            self.behind = None
        self._ask(self.question)
        return behind.expected

    def picked(self, panel: Panel) -> Chosen | None:
        return next((mark for mark in self.chosen if mark.panel is panel), None)

    def let_go(self, place: int | None = None) -> bool:
        """One of ``chips`` (None: all that were chosen in charts); whether there was any."""
        kept = self._kept()
        if place is not None and place >= len(self.chosen):
            self.choose_only(kept[place - len(self.chosen)], ())
            return True
        before = self.chosen
        self.chosen = tuple(m for n, m in enumerate(before) if place is not None and n != place)
        if before:
            self._ask(self.question)
        return bool(before)

    @property
    def chips(self) -> list[tuple[Panel | None, TrendFilter]]:
        """What narrows the page beyond its filters' own controls: the mark's chart, and what it is."""
        told: list[tuple[Panel | None, TrendFilter]] = [
            (m.panel, TrendFilter(m.start, m.end, m.equals)) for m in self.chosen
        ]
        return told + [(None, TrendFilter(equals=((f, self.only[f]),))) for f in self._kept()]

    def _kept(self) -> list[str]:
        return [field for field in sorted(self.only) if field not in FILTERS]

    def _keep_choice(self) -> None:
        """What was chosen by a field stays a filter when the chart is by another."""
        mark = self.picked(Panel.TREND)
        self._let_go(Panel.TREND)
        if mark is not None:
            self.only = self.only | dict(mark.equals)

    def _let_go(self, panel: Panel) -> None:
        self.chosen = tuple(mark for mark in self.chosen if mark.panel is not panel)

    def open_where(self, where: TrendFilter, expected: int = 0) -> None:
        """The attempts of a filter that another page names."""
        self.behind = Behind(where, False, expected)
        self._open(self.behind)

    def close(self) -> None:
        self.behind = None

    # layouts
    @property
    def layout(self) -> dict[str, object]:
        """What is shown, without own dates."""
        return {
            "by": self.by,
            "every": self.every.value,
            "measure": self.measure.value,
            "kind": self.kind.value,
            "against": self.against.value if self.against else None,
            "period": self.period if self.period != "custom" else None,
            "only": {field: list(values) for field, values in self.only.items()},
        }

    def use(self, body: Mapping[str, object]) -> None:
        """A saved layout; what a newer version wrote into it is left out."""

        def known(kind, name, default):  # type: ignore[no-untyped-def]
            try:
                return kind(body[name])
            except (KeyError, ValueError):
                return default

        self.by = str(body["by"]) if body.get("by") in BY else self.by
        self.every = known(Every, "every", self.every)
        self.measure = known(Measure, "measure", self.measure)
        self.kind = known(ChartKind, "kind", self.kind)
        self.against = known(Against, "against", None)
        only = body.get("only")
        pairs = only.items() if isinstance(only, Mapping) else ()
        self.only = {f: tuple(v) for f, v in pairs if f in SLICE_FIELDS and isinstance(v, list)}
        self.chosen = ()
        period = body.get("period")
        if isinstance(period, str) and period in PERIODS and period != "custom":
            self.period = period
            self._take_period()
        self.refresh()

    def _take_period(self) -> None:
        days = PERIODS[self.period]
        self.end = self._last
        if days is None or self._last is None:
            self.start = self._first
        else:
            start = self._last - timedelta(days=days - 1)
            self.start = max(start, self._first) if self._first else start

    def _hold_back_hours(self) -> None:
        days = (self.end - self.start).days + 1 if self.start and self.end else 0
        self.raised = self.every is Every.HOUR and days > MOST_HOURLY_DAYS
        if self.raised:
            self.every = Every.DAY


def _midnight(day: date) -> datetime:
    """Where a Shanghai day begins, in UTC."""
    return from_local(datetime.combine(day, time()))
