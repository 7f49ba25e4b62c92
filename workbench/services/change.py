"""What changed and why: spikes in failures by cause, and what drives a change between periods."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workbench.domain.driver import Comparison, Driver, Effect, RateChange
from workbench.domain.people import Act
from workbench.domain.spike import Band, Direction, RateChart, Series, Spike, control_limits
from workbench.domain.taxonomy import Cause
from workbench.domain.times import iso_local
from workbench.domain.trend import Every, Measure, TrendFilter, TrendPoint, TrendQuery
from workbench.services.attempts import AttemptService
from workbench.services.auditing import Tables
from workbench.services.session import Session

if TYPE_CHECKING:
    from workbench.rules.pack import RulePack

_COLUMNS = (
    "slice", "observed", "expected", "low", "high", "contribution", "effect", *Effect, "small",
    "events", "from", "to", "against_from", "against_to",
)  # fmt: skip
LEAST = 5.0  # failures beyond the expected: fewer in an hour are nobody's incident
_WIDTH = {
    Every.HOUR: timedelta(hours=1),
    Every.DAY: timedelta(days=1),
    Every.WEEK: timedelta(weeks=1),
}


class FindSpikes(Protocol):
    def __call__(self, series: Series, least: float = 0.0) -> list[Spike]:
        """Bursts and dips in order of time, judged by what went before each point alone."""


class FindBand(Protocol):
    def __call__(self, series: Series, least: float = 0.0) -> Band:
        """What each point is held against."""


class Compare(Protocol):
    def __call__(self, wanted: Comparison, old_pack: "RulePack | None" = None) -> list[Driver]:
        """The slices that explain the change, best first."""


class ChangeService:
    """Blocks: never on the GUI thread."""

    def __init__(
        self,
        attempts: AttemptService,
        session: Session,
        find: FindSpikes,
        compare: Compare,
        band: FindBand | None = None,
        rate_change: Callable[[Comparison], RateChange] | None = None,
        tables: Tables | None = None,
    ) -> None:
        self._attempts = attempts
        self._session = session
        self._find = find
        self._compare = compare
        self._band = band
        self._rate_change = rate_change
        self._tables = tables

    def spikes(
        self, every: Every = Every.HOUR, where: TrendFilter | None = None, least: float = LEAST
    ) -> list[Spike]:
        """Bursts and dips of failures by cause, each with its cause, in order of time.

        ``where.start`` limits what is told, not what is learned from. The last bucket still
        grows, so a dip that begins there is not told.
        """
        series = self.series(every, where)
        return self.among(series, where.start if where else None, least)

    def series(
        self, every: Every = Every.HOUR, where: TrendFilter | None = None
    ) -> dict[str, Series]:
        """Failures of each cause in every bucket, from all that there is before ``where.end``."""
        learned = replace(where or TrendFilter(), start=None)
        points = self._attempts.trend(
            TrendQuery(by=("cause",), every=every, measure=Measure.FAILURES, where=learned)
        )
        # quiet stretches are evidence too, so what was attempted says how long the series are
        span = self._attempts.trend(
            TrendQuery(by=(), every=every, measure=Measure.ATTEMPTS, where=learned)
        )
        return series_by_cause(points, span, _WIDTH[every])

    def among(
        self, series: Mapping[str, Series], start: datetime | None = None, least: float = LEAST
    ) -> list[Spike]:
        """As ``spikes``, of series by cause."""
        found = []
        for cause, one in series.items():
            for spike in self._find(one, least):
                fresh = spike.start == one.times[-1] and spike.direction is Direction.DOWN
                early = start is not None and spike.end < start
                if not fresh and not early:
                    found.append(replace(spike, cause=cause))
        return sorted(found, key=lambda s: (s.start, s.cause or ""))

    def band(self, series: Series, least: float = LEAST) -> Band:
        """The series beside what is expected of it."""
        assert self._band is not None
        return self._band(series, least)

    def rates(self, every: Every = Every.DAY, where: TrendFilter | None = None) -> RateChart:
        """The failure rate against its control limits, from the first period with attempts on."""
        points = self._attempts.trend(
            TrendQuery((), every, Measure.FAILURE_RATE, where or TrendFilter())
        )
        found = {point.bucket: point for point in points}
        times = _steps(min(found), max(found), _WIDTH[every]) if found else []
        failures = tuple(found[at].failures if at in found else 0 for at in times)
        attempts = tuple(found[at].attempts if at in found else 0 for at in times)
        return RateChart(tuple(times), failures, attempts, control_limits(failures, attempts))

    def drivers(self, wanted: Comparison, old_pack: "RulePack | None" = None) -> list[Driver]:
        """The slices that explain how failures changed between two periods, best first.

        ``old_pack`` is the pack that the earlier period is judged by: what the change of packs
        itself moved is told apart. Raises Usage, BadInput.
        """
        self._session.require(Act.SEE_TRENDS)
        return self._compare(wanted, old_pack)

    def rate_change(self, wanted: Comparison) -> RateChange:
        """How the failure rate changed, by mix and by rate. Raises Usage, BadInput."""
        self._session.require(Act.SEE_TRENDS)
        assert self._rate_change is not None
        return self._rate_change(wanted)

    def export(self, path: Path, wanted: Comparison, found: Sequence[Driver]) -> int:
        """The drivers as a table, with the periods that they are of; returns how many."""
        self._session.require(Act.EXPORT)
        assert self._tables is not None
        periods = [
            iso_local(at)
            for period in (wanted.now, wanted.before)
            for at in (period.start, period.end)
        ]
        rows = [
            [
                ";".join(f"{field}={value or ''}" for field, value in d.slice),
                *(round(n, 2) for n in (d.observed, d.expected)),
                *(None if n is None else round(n, 2) for n in (d.low, d.high, d.contribution)),
                d.effect.value,
                *(round(getattr(d, effect.value), 2) for effect in Effect),
                d.small,
                ", ".join(d.events),
                *periods,
            ]
            for d in found
        ]
        return self._tables.write("drivers", path, _COLUMNS, rows)


def series_by_cause(
    points: Sequence[TrendPoint], span: Sequence[TrendPoint], width: timedelta
) -> dict[str, Series]:
    """Counts in every bucket from the first to the last of ``span``, nought where there was none."""
    if not span:
        return {}
    times = _steps(span[0].bucket, span[-1].bucket, width)
    counts: dict[str, dict[datetime, float]] = {}
    for point in points:
        cause = point.keys[0] or Cause.UNDETERMINED.value
        of_cause = counts.setdefault(cause, {})
        of_cause[point.bucket] = of_cause.get(point.bucket, 0.0) + point.value
    return {
        cause: Series(times, [found.get(at, 0.0) for at in times])
        for cause, found in counts.items()
    }


def _steps(first: datetime, last: datetime, width: timedelta) -> list[datetime]:
    return [first + width * i for i in range((last - first) // width + 1)]
