"""What changed: leave first, every bucket of the span, and no dip in what is not over."""

from datetime import datetime, timedelta

import pytest

from tests.ui.fakes import FakeAttemptStore, FakeRecords
from workbench.domain.driver import Comparison, Driver, Effect, Period
from workbench.domain.errors import NotPermitted
from workbench.domain.people import Person, Role
from workbench.domain.spike import Direction, Series, Spike
from workbench.domain.trend import Every, Measure, TrendFilter, TrendPoint, TrendQuery
from workbench.rules.pack import RulePack, shipped_pack
from workbench.services.attempts import AttemptService
from workbench.services.change import LEAST, ChangeService
from workbench.services.session import Session

START = datetime(2026, 11, 1)
HOURS = [START + timedelta(hours=i) for i in range(6)]
DAY = timedelta(days=1)
WANTED = Comparison(Period(START, START + DAY), Period(START - DAY, START))
DRIVER = Driver((("channel", "h5"),), 9, 3, 100.0, Effect.RATE, rate=6)


class Store(FakeAttemptStore):
    """Failures of two causes in the second and fourth hour; attempts in the first and the last."""

    def trend(self, query: TrendQuery) -> list[TrendPoint]:
        self.queries = [*getattr(self, "queries", []), query]
        if query.measure is Measure.ATTEMPTS:
            return [TrendPoint(at, (), 10, 0, 10) for at in (HOURS[0], HOURS[-1])]
        return [
            TrendPoint(HOURS[1], ("high_debt",), 3, 3, 3),
            TrendPoint(HOURS[3], (None,), 2, 2, 2),
            TrendPoint(HOURS[3], ("high_debt",), 4, 4, 4),
        ]


class Desk:
    def __init__(self, *, active: bool = True) -> None:
        self.store = Store([])
        self.seen: list[tuple[Series, float]] = []
        self.found: list[Spike] = []
        self.asked: list[tuple[Comparison, RulePack | None]] = []
        session = Session(Person("li", "李", Role.AGENT, active=active))
        attempts = AttemptService(self.store, FakeRecords(), session)
        self.service = ChangeService(attempts, session, self.find, self.compare)

    def find(self, series: Series, least: float = 0.0) -> list[Spike]:
        self.seen.append((series, least))
        return self.found

    def compare(self, wanted: Comparison, old_pack: RulePack | None = None) -> list[Driver]:
        self.asked.append((wanted, old_pack))
        return [DRIVER]


def spike(at: datetime, direction: Direction = Direction.UP) -> Spike:
    return Spike(at, at, at, direction, 9, 1, 0, 3, 2.0)


def test_quiet_hours_count_as_nought_from_the_first_attempt_to_the_last() -> None:
    desk = Desk()
    desk.service.spikes()
    debt, undetermined = (series for series, _ in desk.seen)
    assert list(debt.times) == list(undetermined.times) == HOURS
    assert debt.values == [0, 3, 0, 4, 0, 0]
    assert undetermined.values == [0, 0, 0, 2, 0, 0]
    assert {least for _, least in desk.seen} == {LEAST}


def test_spikes_name_their_cause_and_come_in_order_of_time() -> None:
    desk = Desk()
    desk.found = [spike(HOURS[4]), spike(HOURS[2])]
    told = desk.service.spikes()
    assert [(s.start, s.cause) for s in told] == [
        (HOURS[2], "high_debt"),
        (HOURS[2], "undetermined"),
        (HOURS[4], "high_debt"),
        (HOURS[4], "undetermined"),
    ]


def test_a_dip_in_the_hour_that_still_runs_is_not_told_and_a_burst_is() -> None:
    desk = Desk()
    desk.found = [spike(HOURS[-1], Direction.DOWN)]
    assert desk.service.spikes() == []
    desk.found = [spike(HOURS[-1], Direction.UP)]
    assert len(desk.service.spikes()) == 2


def test_a_start_limits_what_is_told_and_not_what_is_learned_from() -> None:
    desk = Desk()
    desk.found = [spike(HOURS[1]), spike(HOURS[3])]
    told = desk.service.spikes(Every.HOUR, TrendFilter(start=HOURS[2]))
    assert {s.start for s in told} == {HOURS[3]}
    assert {query.where.start for query in desk.store.queries} == {None}


def test_drivers_are_asked_of_the_store() -> None:
    desk = Desk()
    pack = shipped_pack()
    assert desk.service.drivers(WANTED, pack) == [DRIVER]
    assert desk.asked == [(WANTED, pack)]


def test_who_may_not_see_trends_is_refused_both() -> None:
    desk = Desk(active=False)
    for call in (desk.service.spikes, lambda: desk.service.drivers(WANTED)):
        with pytest.raises(NotPermitted):
            call()
    assert desk.asked == desk.seen == []


def test_rates_stand_against_the_limits_of_their_own_number_of_attempts() -> None:
    class Rates(Store):
        def trend(self, query: TrendQuery) -> list[TrendPoint]:
            assert (query.by, query.measure) == ((), Measure.FAILURE_RATE)
            counts = [*((n, 100, 1000) for n in range(10)), (11, 300, 1000), (12, 3, 8)]
            return [TrendPoint(START + DAY * n, (), f / t, f, t) for n, f, t in counts]

    desk = Desk()
    desk.service._attempts._store = Rates([])
    chart = desk.service.rates()
    assert chart.attempts[9:] == (1000, 0, 1000, 8), "a quiet day keeps its place"
    assert chart.outside == (11,), "few attempts may fail by chance"
    assert chart.limits.centre == pytest.approx(1303 / 11008)


def test_no_attempts_have_no_rates() -> None:
    class Empty(Store):
        def trend(self, query: TrendQuery) -> list[TrendPoint]:
            return []

    desk = Desk()
    desk.service._attempts._store = Empty([])
    assert desk.service.rates().times == ()
