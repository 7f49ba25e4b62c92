"""The forecast of complaints for staffing, from those that were received."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from workbench.domain.errors import BadInput
from workbench.domain.forecast import Backtest, Forecast, Method, Predicted
from workbench.domain.people import Act
from workbench.domain.times import to_local, utc_now
from workbench.services.auditing import Tables
from workbench.services.ports import Clock, Records
from workbench.services.session import Session

PER_PERSON = 12  # complaints that one person handles in a day
_DAY = timedelta(days=1)
_YEARS = timedelta(days=730)
_COLUMNS = ("day", "expected", "low", "high", "people")

Predict = Callable[[Sequence[float], int], tuple[Predicted, Method, Backtest]]


class ForecastService:
    """``predict`` needs at least ``fewest`` days. Blocks: never on the GUI thread."""

    def __init__(
        self,
        records: Records,
        session: Session,
        predict: Predict,
        fewest: int,
        tables: Tables,
        clock: Clock = utc_now,
    ) -> None:
        self._records, self._session = records, session
        self._predict, self._fewest = predict, fewest
        self._tables, self._clock = tables, clock

    def forecast(self, days: int = 14) -> Forecast:
        """Of the days after the last whole one that complaints tell of. Raises
        BadInput('too_short_for_forecast')."""
        self._session.require(Act.SEE_TRENDS)
        with self._records.unit_of_work() as uow:
            received = Counter(to_local(told.at).date() for told in uow.complaints.told())
        today = to_local(self._clock()).date()
        whole = {day: count for day, count in received.items() if day < today}
        last = max(whole, default=today)
        first = max(min(whole, default=today), last - _YEARS)
        history = tuple((day, whole.get(day, 0)) for day in _from(first, (last - first).days + 1))
        if len(history) < self._fewest or not whole:
            found = len(history) if whole else 0
            raise BadInput("too_short_for_forecast", days=found, needed=self._fewest)
        predicted, method, backtest = self._predict([float(n) for _, n in history], days)
        return Forecast(history, tuple(_from(last + _DAY, days)), predicted, method, backtest)

    def export(self, path: Path, forecast: Forecast, per_person: int = PER_PERSON) -> int:
        """Day by day to a table; returns the days."""
        self._session.require(Act.EXPORT)
        told, people = forecast.predicted, forecast.people(per_person)
        rows = [
            [day.isoformat(), round(told.point[n], 1), round(told.low[n], 1),
             round(told.high[n], 1), people[n]]
            for n, day in enumerate(forecast.days)
        ]  # fmt: skip
        return self._tables.write("forecast", path, _COLUMNS, rows)


def _from(first: date, count: int) -> list[date]:
    return [first + _DAY * n for n in range(count)]
