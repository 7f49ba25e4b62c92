"""The tabs beside the chart of trends: made when shown, what they say, the attempts behind them."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from tests.complaint_desk import PEOPLE, Office
from tests.ui.fakes import attempt_row
from tests.unit.services.test_incident_service import BURST, HOUR, Store
from workbench.domain.incident import IncidentState
from workbench.domain.people import Person
from workbench.domain.trend import TrendFilter
from workbench.reports.tables import write_table
from workbench.services.attempts import AttemptService
from workbench.services.change import ChangeService
from workbench.services.incidents import IncidentService
from workbench.services.insight import Insight
from workbench.services.session import Session
from workbench.ui.desk import Desk
from workbench.ui.pages.trends.page import Trends
from workbench.ui.pages.trends.tabs.incidents import IncidentsTab
from workbench.ui.watching import Watching


class Attempts(Store):
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
def seat(desk: Desk, attempts: Attempts, tmp_path):
    """The desk of one person with all that the tabs read; records are real."""
    (tmp_path / "office").mkdir()
    office = Office(tmp_path / "office")

    def sit(person: Person = PEOPLE["qian"]) -> Desk:
        from workbench.warehouse.spikes import band, find_spikes

        session = Session(person)
        service = AttemptService(attempts, office.records, session)
        change = ChangeService(service, session, find_spikes, attempts.compare, band)
        incidents = IncidentService(
            change, attempts, office.records, session, write_table, lambda: office.now
        )
        return replace(desk, attempts=service, session=session, insight=Insight(change, incidents))

    made: list[Desk] = []
    yield lambda *people: made.append(sit(*people)) or made[-1]
    for one in made:
        one.live.shut_down()
    office.close()


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
    assert "1 incidents, 1 to be judged" in tab.said.text()
    assert "532 failures, 12 usual" in tab.plot.accessibleName()
    qtbot.keyClick(tab.grid, Qt.Key.Key_Return)
    assert tab._desk.tasks.wait_idle()
    assert tab.drawer.isVisible() and tab.drawer.shown == 1
    assert "Overload" in tab.drawer.title.text()


def test_a_judgement_is_shown_and_said_to_be_sent(seat, qtbot) -> None:
    tab = shown(IncidentsTab, seat(), qtbot)
    with qtbot.waitSignal(tab._desk.acts.complaint_changed):
        tab.judge(tab.grid.current, IncidentState.DISMISSED, "a drill")
    assert tab._desk.tasks.wait_idle()
    assert cells(tab.grid)[7] == "false alarm"
    assert tab.grid.item(0, 0).toolTip() == "a drill"


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
