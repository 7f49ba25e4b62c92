"""The tabs beside the chart of trends: made when shown, what they say, the attempts behind them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt

from tests.complaint_desk import PEOPLE, Office
from tests.ui.fakes import attempt_row, complaint
from tests.unit.services.test_forecast_service import TODAY, Predicting, received
from tests.unit.services.test_incident_service import BURST, HOUR, Store
from tests.unit.services.test_risk_model_service import Store as RiskModels
from workbench.bootstrap import _lexicon
from workbench.domain.driver import Driver, Effect, RateChange, RateSplit
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.event import DatedEvent
from workbench.domain.incident import IncidentState
from workbench.domain.market import Lexicon
from workbench.domain.people import Act, Person, may
from workbench.domain.rates import Rate
from workbench.domain.rule_release import Release, ReleaseState
from workbench.domain.trend import Every, Measure, TrendFilter, TrendPoint
from workbench.reports.tables import write_table
from workbench.services.attempts import AttemptService
from workbench.services.auditing import Tables
from workbench.services.change import ChangeService
from workbench.services.forecast import ForecastService
from workbench.services.incidents import IncidentService
from workbench.services.insight import Insight
from workbench.services.market import MarketService
from workbench.services.risk_models import RiskModelService
from workbench.services.rule_desk import RuleDesk
from workbench.services.session import Session
from workbench.ui.desk import Desk
from workbench.ui.pages.trends.page import Trends
from workbench.ui.pages.trends.tabs.forecast import ForecastTab
from workbench.ui.pages.trends.tabs.incidents import IncidentsTab
from workbench.ui.pages.trends.tabs.market import MarketTab
from workbench.ui.pages.trends.tabs.models import ModelsTab
from workbench.ui.pages.trends.tabs.periods import days_of
from workbench.ui.pages.trends.tabs.why import WhyTab
from workbench.ui.watching import Watching


def lexicon() -> Lexicon:
    return _lexicon(Path("nowhere"))


class Attempts(Store):
    def trend(self, query):
        if query.measure is Measure.FAILURE_RATE:
            days = [(3, 10, 1000), (2, 10, 1000), (1, 30, 100)]
            return [TrendPoint(BURST - HOUR * 24 * n, (), f / t, f, t) for n, f, t in days]
        return super().trend(query) if query.every is Every.HOUR else []

    def exits(self, period):
        return [("已使用花呗", 6), ("再想想", 4)]

    def policy_effect(self, event, before, after):
        failed = Rate(40, 100), Rate(90, 100)
        return failed, (Rate(30, 100), Rate(80, 100)), (Rate(300, 1000), Rate(400, 1000))

    def span(self):
        return 9, BURST - HOUR * 90, BURST

    def rate_change(self, wanted):
        if self.error is not None:
            raise self.error
        splits = (RateSplit("channel", 0.02, 0.1),)
        return RateChange(Rate(20, 200), Rate(44, 200), splits)

    def rows(self, where: TrendFilter, **_):
        return [attempt_row(1)] if where.equals else []

    def count(self, where: TrendFilter, **_) -> int:
        return len(self.rows(where))


@pytest.fixture
def attempts() -> Attempts:
    """A burst of two causes in the last hours."""
    made = Attempts()
    for n in range(2):
        made.more[BURST + HOUR * n, "high_concurrency"] = 200
        made.more[BURST + HOUR * n, "high_debt"] = 60
    return made


@pytest.fixture
def office(tmp_path):
    (tmp_path / "office").mkdir()
    made = Office(tmp_path / "office")
    yield made
    made.close()


@pytest.fixture
def seat(desk: Desk, attempts: Attempts, office: Office):
    """The desk of one person with all that the tabs read; records are real."""

    def sit(person: Person = PEOPLE["qian"]) -> Desk:
        from workbench.warehouse.spikes import band, find_spikes

        session = Session(person)
        models, predict = RiskModels([]), Predicting()
        service = AttemptService(attempts, office.records, session)
        out = Tables(office.records, session, write_table)
        change = ChangeService(
            service, session, find_spikes, attempts.compare, band, attempts.rate_change, out
        )
        incidents = IncidentService(
            change,
            attempts,
            office.records,
            session,
            Tables(office.records, session, write_table),
            lambda: office.now,
        )
        return replace(
            desk,
            attempts=service,
            session=session,
            insight=Insight(
                change,
                incidents,
                RiskModelService(models, office.records, session, out),
                MarketService(attempts, office.records, session, lexicon, out),
                ForecastService(office.records, session, predict, 5, out, lambda: TODAY),
            ),
        )

    made: list[Desk] = []
    yield lambda *people: made.append(sit(*people)) or made[-1]
    for one in made:
        one.live.shut_down()


def shown(view, desk: Desk, qtbot):
    made = view(desk)
    qtbot.addWidget(made)
    made.resize(1180, 620)
    made.show()
    assert desk.tasks.wait_idle()
    return made


def cells(grid, row: int = 0) -> tuple[str, ...]:
    return grid.lines[row].cells


def test_a_tab_is_made_when_it_is_first_shown(seat, qtbot) -> None:
    page = shown(Trends, seat(), qtbot)
    assert page.findChild(IncidentsTab) is None
    tab = page.show_tab("incidents")
    assert isinstance(tab, IncidentsTab) and page.show_tab("incidents") is tab
    page.show_rows(TrendFilter())
    assert page.tabs.currentWidget() is page.overview
    assert page._desk.tasks.wait_idle()


def test_without_them_the_page_is_the_overview_alone(desk, qtbot) -> None:
    page = shown(Trends, desk, qtbot)
    assert page.tabs.count() == 1 and not page.tabs.tabBar().isVisible()


def test_the_incidents_tab_finds_lists_and_opens_the_attempts(seat, qtbot) -> None:
    tab = shown(IncidentsTab, seat(), qtbot)
    assert cells(tab.grid)[:2] == ("burst", "Overload, High debt")
    assert cells(tab.grid)[3:6] == ("under way", "532", "12")
    assert "1 incident, 1 to be judged" in tab.said.text()
    assert "532 failures, 12 usual" in tab.plot.accessibleName()
    qtbot.keyClick(tab.grid, Qt.Key.Key_Return)
    assert tab._desk.tasks.wait_idle()
    assert tab.drawer.isVisible() and tab.drawer.shown == 1
    assert "Overload" in tab.drawer.title.text()


def test_an_incident_on_the_chart_opens_in_its_tab(seat, qtbot) -> None:
    desk = seat()
    trends = shown(Trends, desk, qtbot)
    desk.insight.incidents.find()
    (incident,) = desk.insight.incidents.all()
    trends.overview.incident_wanted.emit(incident.incident_id)
    assert desk.tasks.wait_idle()
    assert trends.show_tab("incidents").grid.current == incident


def test_a_judgement_is_shown_and_said_to_be_sent(seat, qtbot) -> None:
    tab = shown(IncidentsTab, seat(), qtbot)
    with qtbot.waitSignal(tab._desk.acts.complaint_changed):
        tab.judge(tab.grid.current, IncidentState.DISMISSED, "a drill")
    assert tab._desk.tasks.wait_idle()
    assert cells(tab.grid)[7] == "false alarm"
    assert tab.grid.item(0, 0).toolTip() == "a drill"


def test_the_failure_rate_stands_against_its_control_limits(seat, qtbot) -> None:
    tab = shown(IncidentsTab, seat(), qtbot)
    tab.view.setCurrentIndex(1)
    tab.view.activated.emit(1)
    assert tab._desk.tasks.wait_idle()
    assert "1 of 3 days are beyond the control limits; the centre is" in tab.said.text()
    assert tab.plot.accessibleName() == tab.said.text()
    tab.view.setCurrentIndex(0)
    tab.view.activated.emit(0)
    assert tab._desk.tasks.wait_idle()
    assert "1 incident," in tab.said.text()


def test_agents_read_incidents_and_neither_look_for_nor_judge_them(seat, qtbot) -> None:
    shown(IncidentsTab, seat(), qtbot)
    tab = shown(IncidentsTab, seat(PEOPLE["zhang"]), qtbot)
    assert cells(tab.grid)[0] == "burst"
    assert tab.confirm.isHidden() and tab.dismiss.isHidden() and tab.out.isHidden()


def test_an_empty_tab_says_what_would_be_here(seat, attempts, qtbot) -> None:
    attempts.more.clear()
    tab = shown(IncidentsTab, seat(), qtbot)
    assert "No incidents" in tab.said.text()
    assert not tab.confirm.isEnabled()


def test_a_burst_under_way_is_said_when_attempts_come_and_once(seat, qtbot) -> None:
    desk = seat()
    heard: list[str] = []
    desk.acts.message.connect(heard.append)
    watching = Watching(desk)
    desk.acts.data_grew.emit(5)
    desk.acts.data_grew.emit(5)
    assert desk.tasks.wait_idle()
    assert len(heard) == 1 and "burst under way: Overload" in heard[0]
    watching.deleteLater()


def test_nobody_watches_at_an_agents_desk(seat) -> None:
    desk = seat(PEOPLE["zhang"])
    Watching(desk)
    desk.acts.data_changed.emit()
    assert desk.tasks.wait_idle()
    assert desk.insight.incidents.all() == []


# why
DRIVER = Driver(
    (("channel", "h5"),), 30, 10, 80.5, Effect.RATE, 1, 2, 16, 1, 7.6, 32.4, True, ("双11",)
)


def test_why_explains_the_newest_day_by_the_day_before(seat, attempts, qtbot) -> None:
    attempts.driver = DRIVER
    tab = shown(WhyTab, seat(), qtbot)
    wanted = attempts.asked[-1]
    assert wanted.now.end - wanted.now.start == wanted.before.end - wanted.before.start == HOUR * 24
    assert wanted.now.start <= BURST < wanted.now.end and wanted.before.end == wanted.now.start
    assert "risk_model" not in wanted.by
    assert cells(tab.grid) == (
        "Channel = H5 page (small sample)", "30", "10", "+20 (+8 … +32)", "+80.5%", "rate",
        "+1", "+2", "+16", "+1", "双11",
    )  # fmt: skip
    said = tab.said.text()
    assert "Failures 20 → 44 (+120%)" in said
    assert "10.0% (6.6–14.9) → 22.0%" in said and "+12.0 points" in said
    assert "Channel +2.0 / +10.0" in tab.splits.text()


def test_a_slice_opens_its_attempts_of_the_later_period(seat, attempts, qtbot) -> None:
    attempts.driver = DRIVER
    tab = shown(WhyTab, seat(), qtbot)
    tab.cause.setCurrentIndex(tab.cause.findData("high_debt"))
    tab._ask()
    assert tab._desk.tasks.wait_idle()
    assert attempts.asked[-1].only == (("cause", ("high_debt",)),)
    assert "cause" not in attempts.asked[-1].by
    tab.grid.opened.emit(tab.grid.current)
    assert tab._desk.tasks.wait_idle()
    where, failures_only = tab._where
    assert where.equals == (("cause", ("high_debt",)), ("channel", ("h5",)))
    assert where.start == attempts.asked[-1].now.start and failures_only
    assert tab.drawer.title.text() == "Channel = H5 page"


def test_the_earlier_period_is_judged_by_a_chosen_version(seat, attempts, office, qtbot) -> None:
    text = Path("resources/rules/activation.yaml").read_text("utf-8")
    text = text.replace("version: 2026.11.1", "version: 2026.10.1")
    at = datetime(2026, 10, 1)
    old = Release("r1", "p", "2026.10.1", ReleaseState.WITHDRAWN, text, "", "a", at,
                  published_at=at, serial=1, withdrawn_at=at + HOUR)  # fmt: skip
    with office.records.unit_of_work() as uow:
        uow.releases.put(old)
        uow.commit()
    desk = seat()
    rules = RuleDesk(office.records, desk.session, attempts, lambda: (text, ""), set)
    tab = shown(WhyTab, replace(desk, rules=rules), qtbot)
    names = [tab.pack.itemText(n) for n in range(tab.pack.count())]
    assert names[:2] == ["Same rules for both", "Before by rules 2026.10.1 · 2026-10-01"]
    assert attempts.packs[-1] is None
    tab.pack.setCurrentIndex(1)
    tab.pack.activated.emit(1)
    assert tab._desk.tasks.wait_idle()
    assert attempts.packs[-1].version == "2026.10.1" and tab.pack.currentIndex() == 1
    agent = shown(WhyTab, replace(seat(PEOPLE["zhang"]), rules=rules), qtbot)
    assert not agent.pack.isVisible(), "who may not see rules has none to choose"


def test_own_days_are_whole_days_in_any_order(seat, attempts, qtbot) -> None:
    tab = shown(WhyTab, seat(), qtbot)
    for edit, day in zip(tab.periods.edits, (12, 10, 3, 5), strict=True):
        edit.setDate(QDate(2026, 10, day))
    assert tab._desk.tasks.wait_idle()
    wanted = attempts.asked[-1]
    assert (wanted.now.start, wanted.now.end) == (
        datetime(2026, 10, 9, 16),
        datetime(2026, 10, 12, 16),
    )
    assert wanted.before.seconds == 3 * 86_400
    assert tab.periods.preset.currentData() == "own"


def test_a_period_without_attempts_is_said_where_the_answer_would_be(seat, attempts, qtbot) -> None:
    attempts.error = BadInput("empty_period")
    tab = shown(WhyTab, seat(), qtbot)
    assert "no attempts" in tab.said.text()
    assert tab.grid.lines == () and not tab.out.isEnabled()


def test_drivers_go_out_with_the_periods_they_are_of(seat, attempts, qtbot, tmp_path) -> None:
    attempts.driver = DRIVER
    tab = shown(WhyTab, seat(), qtbot)
    assert tab._export(tmp_path / "drivers.csv") == 1
    said = (tmp_path / "drivers.csv").read_text("utf-8-sig")
    assert "channel=h5" in said and "2026-10-22T00:00:00+08:00" in said
    assert may(PEOPLE["zhang"], Act.SEE_TRENDS)
    with pytest.raises(NotPermitted):
        shown(WhyTab, seat(PEOPLE["zhang"]), qtbot)._export(tmp_path / "no.csv")


@pytest.mark.parametrize(
    ("preset", "days"),
    [("day", (22, 22, 21, 21)), ("weekday", (22, 22, 15, 15)), ("week", (16, 22, 9, 15))],
)
def test_periods_by_name_end_on_the_newest_day(preset, days) -> None:
    found = days_of(preset, date(2026, 11, 22))
    assert tuple(day.day for day in vars(found).values()) == days


# risk models
def test_a_suspected_model_is_said_first_with_its_groups(seat, qtbot) -> None:
    tab = shown(ModelsTab, seat(), qtbot)
    assert cells(tab.grid)[:2] == ("b", "Suspected failure: more wrong declines")
    assert cells(tab.grid, 1)[0] == "a"
    assert "b Suspected failure" in tab.said.text() and "the newest" in tab.said.text()
    assert cells(tab.parts)[:2] == ("Employed", "1,500")
    assert "26.7%" in cells(tab.parts)[3]


def test_its_doubtful_declines_open_in_the_drawer(seat, qtbot) -> None:
    tab = shown(ModelsTab, seat(), qtbot)
    tab.rows.click()
    assert tab._desk.tasks.wait_idle()
    assert (tab.drawer.shown, tab.drawer.title.text()) == (1, "b: declines that look wrong")
    tab.drawer.closed.emit()
    assert tab.drawer.isHidden()


# forecast
def test_the_forecast_says_how_good_it_has_been_and_how_many_people_it_needs(
    seat, office, qtbot
) -> None:
    received(office, 24 * 6, 25)
    tab = shown(ForecastTab, seat(), qtbot)
    assert "off by 3.0 complaints a day" in tab.said.text()
    assert len(tab.grid.lines) == 14
    assert cells(tab.grid) == ("2026-11-22 Sun", "10.0", "7.0 – 13.0", "2")
    tab.per_person.setValue(5)
    assert cells(tab.grid)[3] == "3"
    tab.days.setValue(3)
    assert tab._desk.tasks.wait_idle()
    assert len(tab.grid.lines) == 3
    assert "30 in 3 days" in tab.plot.accessibleName()


def test_too_few_days_are_said_in_the_tab(seat, qtbot) -> None:
    tab = shown(ForecastTab, seat(), qtbot)
    assert "needs 5" in tab.empty.sentence.text() and not tab.out.isEnabled()
    assert tab.plot.isHidden() and tab.grid.isHidden(), "no bare axes"


# the market
def test_the_market_names_competitors_their_complaints_and_what_policies_did(
    seat, office, attempts, qtbot
) -> None:
    with office.records.unit_of_work() as uow:
        row = complaint(1, description="花呗额度更高", received_at=BURST, created_at=BURST)
        uow.complaints.add(row)
        uow.commit()
    since = BURST - timedelta(days=2)
    attempts.happened = [
        DatedEvent("campaign", "双11", since, None),
        DatedEvent("policy", "学生限制", since, None, "employment_type=student"),
        DatedEvent("policy", "to come", BURST + timedelta(days=2), None, "age=20"),
    ]
    tab = shown(MarketTab, seat(), qtbot)
    assert cells(tab.grid)[:2] == ("Huabei", "6") and cells(tab.grid)[5:] == ("1", "0", "Limit 1")
    assert "Huabei, in 6 reasons for leaving and 1 complaint." in tab.said.text()
    assert len(tab.policies.lines) == 1
    assert cells(tab.policies)[:4] == (
        "学生限制", "Employment = Student", "2026-10-20", "2 days each",
    )  # fmt: skip
    assert cells(tab.policies)[-1].startswith("+40.0 (")
    with qtbot.waitSignal(tab._desk.acts.open_complaint) as opened:
        tab.complaints.opened.emit(tab.complaints.current)
    assert opened.args == [row.complaint_id]
    tab.rows.click()
    assert tab._desk.tasks.wait_idle()
    assert tab._where[0].equals == (("exit_reason", ("已使用花呗",)),)
    tab.policies.opened.emit(tab.policies.current)
    assert tab._desk.tasks.wait_idle()
    assert tab._where[0].equals == (("policy", ("学生限制",)),)


def test_a_sites_own_list_goes_before_the_shipped_one_and_a_bad_one_is_said(tmp_path) -> None:
    own = tmp_path / "competitors.json"
    own.write_text(
        '{"competitors": [{"id": "a", "zh": "甲", "en": "A", "words": ["甲贷"]}], "reasons": []}',
        "utf-8",
    )
    assert _lexicon(tmp_path).named("甲贷更好，花呗也行") == ["a"]
    own.write_text("{", "utf-8")
    with pytest.raises(BadInput, match="bad_lexicon"):
        _lexicon(tmp_path)
