"""The forecast of complaints: whole Shanghai days, none left out, from those that count."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.complaint_desk import PEOPLE, Office
from tests.ui.fakes import complaint
from workbench.domain.complaint import State
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.forecast import Backtest, Method, Predicted
from workbench.reports.tables import write_table
from workbench.services.auditing import Tables
from workbench.services.forecast import ForecastService
from workbench.services.forecast_words import backtest_line
from workbench.services.session import Session

TODAY = datetime(2026, 11, 22, 2)  # UTC: ten in the morning


class Predicting:
    def __init__(self) -> None:
        self.asked: list[tuple[list[float], int]] = []

    def __call__(self, counts: Sequence[float], days: int) -> tuple[Predicted, Method, Backtest]:
        self.asked.append((list(counts), days))
        told = Predicted((10.0,) * days, (7.0,) * days, (13.0,) * days)
        return told, Method.MODEL, Backtest(8, 3.0, 4.0, 0.8)


@pytest.fixture
def predict() -> Predicting:
    return Predicting()


@pytest.fixture
def make(office: Office, predict: Predicting):
    def go(who: str = "li") -> ForecastService:
        session = Session(PEOPLE[who])
        tables = Tables(office.records, session, write_table)
        return ForecastService(office.records, session, predict, 5, tables, lambda: TODAY)

    return go


def received(office: Office, *hours_ago: float, **changes: object) -> None:
    with office.records.unit_of_work() as uow:
        for hours in hours_ago:
            at = TODAY - timedelta(hours=hours)
            number = len(uow.complaints.told()) + 1 + int(hours * 10)
            uow.complaints.add(complaint(number, created_at=at, received_at=at, **changes))
        uow.commit()


def test_counts_are_of_whole_shanghai_days_with_quiet_ones_between(office, make, predict) -> None:
    received(office, 1, 11, 12, 35, 24 * 6)  # today; twice yesterday; the day before; six days ago
    found = make().forecast(3)
    assert predict.asked == [([1, 0, 0, 0, 1, 2], 3)]
    assert found.history[-1] == (date(2026, 11, 21), 2)
    assert found.days == (date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24))


def test_drafts_and_merged_ones_do_not_count(office, make, predict) -> None:
    received(office, 24 * 6, 25)
    received(office, 26, state=State.DRAFT)
    received(office, 27, merged_into="another")
    make().forecast(1)
    assert sum(predict.asked[0][0]) == 2


def test_too_few_days_are_said_with_how_many_are_needed(office, make) -> None:
    with pytest.raises(BadInput) as none:
        make().forecast()
    assert none.value.params == {"days": 0, "needed": 5}
    received(office, 25, 49)
    with pytest.raises(BadInput, match="too_short_for_forecast"):
        make().forecast()


def test_it_goes_out_day_by_day_with_the_people_it_needs(office, make, tmp_path: Path) -> None:
    received(office, 24 * 6, 25)
    service = make()
    file = tmp_path / "forecast.csv"
    assert service.export(file, service.forecast(2), per_person=5) == 2
    assert "2026-11-22,10.0,7.0,13.0,3" in file.read_text("utf-8-sig").replace("10,", "10.0,", 1)
    with pytest.raises(NotPermitted):
        make("zhang").export(file, service.forecast(2))


def test_the_backtest_is_said_in_both_languages(office, make) -> None:
    received(office, 24 * 6, 25)
    found = make().forecast(1)
    assert "off by 3.0" in backtest_line("en", found) and "25% smaller" in backtest_line(
        "en", found
    )
    assert "误差小 25%" in backtest_line("zh", found)
