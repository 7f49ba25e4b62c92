"""The dashboard of failures: one question, whose answer every tile, chart, table and report shows.

No pixels and no database: which counts are needed, what they say together, and which attempts are
behind each mark.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from workbench.domain.event import DatedEvent
from workbench.domain.series import Behind, ChartData, chart_data
from workbench.domain.trend import (
    Against,
    Every,
    Measure,
    TrendFilter,
    TrendPoint,
    TrendQuery,
    earlier,
    incomplete,
)

STEPS = ("entry", "identity", "face", "bank_card", "credit_review", "agreement", "activation")


class Panel(StrEnum):
    """A chart in which a mark can be chosen."""

    TREND = "trend"
    CAUSES = "causes"
    HOURS = "hours"
    STEPS = "steps"


FIELDS = {
    Panel.CAUSES: ("cause",),
    Panel.HOURS: ("weekday", "hour_of_day"),
    Panel.STEPS: ("step",),
}


@dataclass(frozen=True)
class Chosen:
    """A mark: all other charts show its attempts alone."""

    panel: Panel
    equals: tuple[tuple[str, tuple[str | None, ...]], ...] = ()
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class BoardQuery:
    """``by``, ``every`` and ``measure`` are the main chart's; ``against``: what the period is
    compared with, if it has both ends."""

    where: TrendFilter = field(default_factory=TrendFilter)
    by: str = "cause"
    every: Every = Every.DAY
    measure: Measure = Measure.FAILURES
    against: Against | None = None
    chosen: tuple[Chosen, ...] = ()

    def narrowed(self, but: Panel | None = None) -> TrendFilter:
        """By every chosen mark except that of the chart ``but``."""
        where = self.where
        for mark in self.chosen:
            if mark.panel is not but:
                starts = [at for at in (where.start, mark.start) if at is not None]
                ends = [at for at in (where.end, mark.end) if at is not None]
                where = TrendFilter(
                    max(starts, default=None),
                    min(ends, default=None),
                    where.equals + mark.equals,
                )
        return where

    def choose(self, mark: Chosen) -> "BoardQuery":
        """In the place of what was chosen in the same chart; the same mark again is let go."""
        others = tuple(c for c in self.chosen if c.panel is not mark.panel)
        return replace(self, chosen=others if mark in self.chosen else (*others, mark))

    def questions(self) -> dict[str, TrendQuery]:
        """By name."""
        here = self.narrowed()
        asked = {
            "chart": TrendQuery((self.by,), self.every, self.measure, self.narrowed(Panel.TREND)),
            "attempts": TrendQuery((), None, Measure.ATTEMPTS, here),
            "rate": TrendQuery((), None, Measure.FAILURE_RATE, here),
        }
        asked |= {
            panel.value: TrendQuery(by, None, self._counted(panel), self.narrowed(panel))
            for panel, by in FIELDS.items()
        }
        if self.compared:
            before = [earlier(w, self.against) for w in (here, self.narrowed(Panel.TREND))]  # type: ignore[arg-type]
            asked |= {
                "before_attempts": TrendQuery((), None, Measure.ATTEMPTS, before[0]),
                "before_rate": TrendQuery((), None, Measure.FAILURE_RATE, before[0]),
                "before_line": TrendQuery((), self.every, self.measure, before[1]),
            }
        return asked

    @property
    def compared(self) -> bool:
        return None not in (self.against, self.where.start, self.where.end)

    def _counted(self, panel: Panel) -> Measure:
        """Of hours what the page measures; of causes failures; of steps who came as far."""
        if panel is Panel.STEPS:
            return Measure.ATTEMPTS
        if panel is Panel.CAUSES or self.measure is Measure.CUSTOMERS:
            return Measure.FAILURES
        return self.measure


@dataclass(frozen=True)
class Totals:
    """``rate`` is failures over settled attempts, None where there are none."""

    failures: int = 0
    attempts: int = 0
    settled: int = 0
    rate: float | None = None


@dataclass(frozen=True)
class Affected:
    """``customers`` are different ones with a failure that was asked for; ``lost`` those of them
    without a success in the same time. Each of these counts once, with the largest amount that its
    failures asked for: ``amount_fen`` together, of ``without_amount`` none is known."""

    customers: int = 0
    lost: int = 0
    amount_fen: int = 0
    without_amount: int = 0


@dataclass(frozen=True)
class Mark:
    """One number of a chart that is not over time."""

    keys: tuple[str | None, ...]
    value: float
    failures: int
    attempts: int


@dataclass(frozen=True)
class Step:
    """Of the funnel: how many attempts came as far, and how many failed there."""

    step: str
    reached: int
    failures: int


@dataclass(frozen=True)
class Board:
    """``before_line`` follows the buckets of the chart, None where there is nothing to compare;
    ``growing`` are the buckets whose attempts are not all known yet."""

    query: BoardQuery = field(default_factory=BoardQuery)
    chart: ChartData = field(default_factory=lambda: ChartData(TrendQuery()))
    totals: Totals = Totals()
    before: Totals | None = None
    before_line: tuple[float | None, ...] = ()
    causes: tuple[Mark, ...] = ()
    hours: tuple[Mark, ...] = ()
    steps: tuple[Step, ...] = ()
    growing: frozenset[int] = frozenset()
    events: tuple[DatedEvent, ...] = ()

    def behind(self, panel: Panel, keys: Sequence[str | None]) -> Behind:
        """The attempts of a mark of a chart that is not over time."""
        where = self.query.narrowed(panel)
        equals = tuple((f, (k,)) for f, k in zip(FIELDS[panel], keys, strict=True))
        where = replace(where, equals=where.equals + equals)
        if panel is Panel.STEPS:
            found = [step.failures for step in self.steps if (step.step,) == tuple(keys)]
            return Behind(where, True, sum(found))
        marks = self.causes if panel is Panel.CAUSES else self.hours
        mark = next((m for m in marks if m.keys == tuple(keys)), Mark((), 0, 0, 0))
        of_all = panel is Panel.HOURS and self.query.measure is Measure.ATTEMPTS
        return Behind(where, not of_all, mark.attempts if of_all else mark.failures)

    def everything(self) -> Behind:
        """The failures that the tiles count."""
        return Behind(self.query.narrowed(), True, self.totals.failures)


def board(
    query: BoardQuery,
    answers: Mapping[str, Sequence[TrendPoint]],
    *,
    newest: datetime | None,
    now: datetime,
    events: Sequence[DatedEvent] = (),
) -> Board:
    """``answers`` are those of ``BoardQuery.questions``, by name; ``newest`` is the time of the
    newest attempt that is known."""
    chart = chart_data(query.questions()["chart"], answers["chart"])
    before = None
    if query.compared and answers["before_attempts"]:
        before = _totals(answers["before_attempts"], answers["before_rate"])
    growing = {
        n
        for n, bucket in enumerate(chart.buckets)
        if newest is not None and incomplete(bucket, query.every, newest, now)
    }
    return Board(
        query=query,
        chart=chart,
        totals=_totals(answers["attempts"], answers["rate"]),
        before=before,
        before_line=_line(query, chart, answers.get("before_line", ())),
        causes=tuple(sorted(map(_mark, answers["causes"]), key=lambda m: -m.value)),
        hours=tuple(map(_mark, answers["hours"])),
        steps=_funnel(answers["steps"]),
        growing=frozenset(growing),
        events=tuple(events),
    )


def _mark(point: TrendPoint) -> Mark:
    return Mark(point.keys, point.value, point.failures, point.attempts)


def _totals(attempts: Sequence[TrendPoint], rate: Sequence[TrendPoint]) -> Totals:
    settled = sum(point.attempts for point in rate)
    failed = sum(point.failures for point in rate)
    return Totals(
        failures=sum(point.failures for point in attempts),
        attempts=sum(point.attempts for point in attempts),
        settled=settled,
        rate=failed / settled if settled else None,
    )


def _line(
    query: BoardQuery, chart: ChartData, points: Sequence[TrendPoint]
) -> tuple[float | None, ...]:
    where = query.narrowed(Panel.TREND)
    if not points or not query.compared or where.start is None:
        return ()
    back = where.start - (earlier(where, query.against).start or where.start)  # type: ignore[arg-type]
    values = {point.bucket + back: point.value for point in points}
    return tuple(values.get(bucket) for bucket in chart.buckets)


def _funnel(points: Sequence[TrendPoint]) -> tuple[Step, ...]:
    """An attempt stands at the last step that it came to."""
    there = {point.keys[0]: point for point in points}
    reached, steps = 0, []
    for name in reversed(STEPS):
        point = there.get(name)
        reached += point.attempts if point else 0
        steps.append(Step(name, reached, point.failures if point else 0))
    return tuple(reversed(steps)) if reached else ()
