"""What the trends page asks for and shows; knows no widget and calls no service itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from workbench.domain.series import Behind, ChartData, chart_data
from workbench.domain.times import from_local, to_local
from workbench.domain.trend import Every, Measure, TrendFilter, TrendPoint, TrendQuery

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
)
FILTERS = ("channel", "province")
MOST_HOURLY_DAYS = 62  # more bars than pixels say nothing


@dataclass(frozen=True)
class Asked:
    """One question of the page: the chart, and the tiles by the same filter."""

    chart: TrendQuery
    attempts: TrendQuery
    rate: TrendQuery


@dataclass(frozen=True)
class Answer:
    chart: list[TrendPoint]
    attempts: list[TrendPoint]
    rate: list[TrendPoint]


@dataclass(frozen=True)
class Tiles:
    """``rate`` is failures over settled attempts, None where there are none."""

    failures: int = 0
    attempts: int = 0
    rate: float | None = None


class TrendsPresenter:
    """Keeps the question and the answer. ``ask`` fetches an Asked off the GUI thread, ``open_``
    the attempts behind a number."""

    def __init__(self, ask: Callable[[Asked], None], open_: Callable[[Behind], None]) -> None:
        self._ask, self._open = ask, open_
        self.period = "30d"
        self.start: date | None = None  # local days, both included
        self.end: date | None = None
        self.every = Every.DAY
        self.measure = Measure.FAILURES
        self.by = "cause"
        self.only: dict[str, tuple[str, ...]] = {}
        self.raised = False  # hourly was asked for more days than can be drawn
        self.data = ChartData(TrendQuery())
        self.tiles = Tiles()
        self.settled = 0  # attempts of the period that are not pending
        self.behind: Behind | None = None

    # the store
    def span(self, count: int, first: datetime | None, last: datetime | None) -> bool:
        """How much there is; True where there is something to ask about."""
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
        self.refresh()

    def choose_dates(self, start: date, end: date) -> None:
        """Local days, both included; the earlier one first, however they were given."""
        self.start, self.end = min(start, end), max(start, end)
        self.period = "custom"
        self.refresh()

    def choose(
        self,
        *,
        every: Every | None = None,
        measure: Measure | None = None,
        by: str | None = None,
    ) -> None:
        self.every = every or self.every
        self.measure = measure or self.measure
        self.by = by or self.by
        self.refresh()

    def choose_only(self, field: str, values: tuple[str, ...]) -> None:
        """Attempts of these values alone; none at all means no filter."""
        self.only = {k: v for k, v in (self.only | {field: values}).items() if v}
        self.refresh()

    def clear_filters(self) -> None:
        self.only = {}
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
    def question(self) -> Asked:
        where = self.where
        return Asked(
            TrendQuery((self.by,), self.every, self.measure, where),
            TrendQuery((), self.every, Measure.ATTEMPTS, where),
            TrendQuery((), self.every, Measure.FAILURE_RATE, where),
        )

    # the answer
    def answer(self, asked: Asked, answer: Answer) -> None:
        self.data = chart_data(asked.chart, answer.chart)
        self.settled = sum(point.attempts for point in answer.rate)
        failed = sum(point.failures for point in answer.rate)
        self.tiles = Tiles(
            failures=sum(point.failures for point in answer.attempts),
            attempts=sum(point.attempts for point in answer.attempts),
            rate=failed / self.settled if self.settled else None,
        )

    # the attempts behind a number
    def open_bar(self, series: int | None, bucket: int | None) -> int:
        """Fetch the attempts behind a bar (None: of every series, of every bucket); returns how
        many the bar says there are."""
        self.behind = self.data.behind(series, bucket)
        self._open(self.behind)
        return self.behind.expected

    def open_where(self, where: TrendFilter, expected: int = 0) -> None:
        """The attempts of a filter that another page names."""
        self.behind = Behind(where, False, expected)
        self._open(self.behind)

    def close(self) -> None:
        self.behind = None

    def _take_period(self) -> None:
        days = PERIODS[self.period]
        self.end = self._last
        if days is None or self._last is None:
            self.start = self._first
        else:
            self.start = self._last - timedelta(days=days - 1)

    def _hold_back_hours(self) -> None:
        days = (self.end - self.start).days + 1 if self.start and self.end else 0
        self.raised = self.every is Every.HOUR and days > MOST_HOURLY_DAYS
        if self.raised:
            self.every = Every.DAY


def _midnight(day: date) -> datetime:
    """Where a Shanghai day begins, in UTC."""
    return from_local(datetime.combine(day, time()))
