"""Incidents over real records: found once, told as they grow, judged, named behind a failure."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session as Rows

from tests.complaint_desk import PEOPLE, Office
from tests.ui.fakes import FakeAttemptStore
from workbench.domain.complaint import ComplaintDraft
from workbench.domain.driver import Comparison, Driver, Effect
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.event import DatedEvent
from workbench.domain.incident import IncidentState
from workbench.domain.trend import Measure, TrendFilter, TrendPoint, TrendQuery
from workbench.reports.tables import write_table
from workbench.rules.pack import RulePack
from workbench.services.attempts import AttemptService
from workbench.services.auditing import Tables
from workbench.services.change import ChangeService
from workbench.services.incidents import IncidentService
from workbench.services.session import Session
from workbench.services.while_typing import TypingService
from workbench.storage.models import OutboxRow
from workbench.warehouse.spikes import band, find_spikes

START = datetime(2026, 10, 1)
HOUR = timedelta(hours=1)
BURST = START + HOUR * 500


class Store(FakeAttemptStore):
    """Two failures of overload and three of debt in every hour; ``more`` adds to an hour."""

    def __init__(self) -> None:
        super().__init__([])
        self.hours = 503
        self.more: dict[tuple[datetime, str], int] = {}
        self.asked: list[Comparison] = []
        self.packs: list[RulePack | None] = []
        self.driver: Driver | None = None
        self.happened: list[DatedEvent] = []

    def trend(self, query: TrendQuery) -> list[TrendPoint]:
        times = [START + HOUR * n for n in range(self.hours)]
        times = [at for at in times if query.where.end is None or at < query.where.end]
        if query.measure is Measure.ATTEMPTS:
            return [TrendPoint(at, (), 50, 0, 50) for at in times]
        counts = [
            (at, cause, usual + n % 2 + self.more.get((at, cause), 0))
            for n, at in enumerate(times)
            for cause, usual in (("high_concurrency", 2), ("high_debt", 3))
        ]
        return [TrendPoint(at, (cause,), n, n, n) for at, cause, n in counts]

    def count_customers(self, where: TrendFilter) -> int:
        return 77

    def compare(self, wanted: Comparison, old_pack: RulePack | None = None) -> list[Driver]:
        self.asked.append(wanted)
        self.packs.append(old_pack)
        return [self.driver] if self.driver else []

    def events(self) -> list[DatedEvent]:
        return self.happened


class Desk:
    def __init__(self, office: Office, who: str = "qian", store: Store | None = None) -> None:
        self.office = office
        self.store = store or Store()
        session = Session(PEOPLE[who])
        attempts = AttemptService(self.store, office.records, session)
        change = ChangeService(attempts, session, find_spikes, self.store.compare, band)
        self.service = IncidentService(
            change,
            self.store,
            office.records,
            session,
            Tables(office.records, session, write_table),
            lambda: office.now,
        )

    def burst(self, hours: int = 2) -> None:
        for n in range(hours):
            self.store.more[BURST + HOUR * n, "high_concurrency"] = 200
            self.store.more[BURST + HOUR * n, "high_debt"] = 60

    def sent(self) -> list[tuple[str, str, dict]]:
        with Rows(self.office.records.engine) as rows:
            ops = rows.scalars(sa.select(OutboxRow).order_by(OutboxRow.n))
            return [(op.entity, op.kind, op.body) for op in ops]


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def test_a_burst_becomes_one_incident_with_its_size_and_suspect(desk: Desk) -> None:
    desk.burst()
    desk.store.driver = Driver((("node", "gw-4"),), 520, 8, 90.0, Effect.RATE)
    desk.store.happened = [
        DatedEvent("campaign", "long ago", BURST - HOUR * 30, None),
        DatedEvent("campaign", "双11", BURST - HOUR, BURST + HOUR * 9),
    ]
    (found,) = desk.service.find()
    assert found.causes == ("high_concurrency", "high_debt")
    assert (found.start, found.end, found.over) == (BURST, BURST + HOUR * 2, False)
    assert (found.failures, found.usual, found.customers) == (520 + 12, 12, 77)
    assert (found.suspect, found.event) == ("node=gw-4", "双11")
    assert desk.store.asked[0].only == (("cause", found.causes),)
    assert desk.service.all() == [found]
    [(entity, kind, body)] = desk.sent()
    assert (entity, kind, body["failures"], body["state"]) == ("incident", "create", 532, "new")


def test_nothing_new_is_nothing_told(desk: Desk) -> None:
    desk.burst()
    desk.service.find()
    assert desk.service.find() == []
    assert len(desk.sent()) == 1


def test_as_it_grows_the_same_incident_is_told_again_until_it_is_over(desk: Desk) -> None:
    desk.burst(hours=2)
    (first,) = desk.service.find()
    desk.burst(hours=4)
    desk.store.hours = 510
    (grown,) = desk.service.find()
    assert grown.incident_id == first.incident_id
    assert (grown.end, grown.over) == (BURST + HOUR * 4, True)
    entity, kind, body = desk.sent()[-1]
    assert (entity, kind) == ("incident", "update")
    assert set(body) == {"end", "failures", "usual", "over"}


def test_what_another_found_is_theirs_to_tell_for_a_day(office: Office, desk: Desk) -> None:
    desk.burst(hours=2)
    desk.service.find()
    lead = Desk(office, "li", desk.store)
    desk.burst(hours=3)
    desk.store.hours = 504
    assert lead.service.find() == []
    office.now += timedelta(days=2)
    assert len(lead.service.find()) == 1


def test_a_weak_or_missing_explanation_is_no_suspect(desk: Desk) -> None:
    desk.burst()
    desk.store.driver = Driver((("node", "gw-4"),), 9, 8, 30.0, Effect.RATE)
    assert desk.service.find()[0].suspect == ""


def test_falling_back_to_what_was_usual_is_no_dip(desk: Desk) -> None:
    desk.burst(hours=26)
    desk.store.hours = 560
    found = desk.service.find()
    assert [i.direction.value for i in found] == ["up"]


def test_a_failure_names_the_burst_it_is_part_of_until_that_is_dismissed(desk: Desk) -> None:
    desk.burst()
    (found,) = desk.service.find()
    assert desk.service.behind("high_debt", BURST) == found
    assert desk.service.behind("unstable_income", BURST) is None
    assert desk.service.behind("high_debt", None) is None
    judged = desk.service.judge(found.incident_id, IncidentState.DISMISSED, " drill ")
    assert (judged.why, judged.judged_by) == ("drill", "qian")
    assert desk.service.behind("high_debt", BURST) is None
    assert desk.sent()[-1][2] == {
        "state": "dismissed",
        "why": "drill",
        "judged_by": "qian",
        "judged_at": desk.office.now.isoformat(),
    }
    assert [e.action for e in desk.office.records.audit(2)] == ["incident_judged", "incident_found"]


def test_a_judgement_stays_when_the_incident_grows(desk: Desk) -> None:
    desk.burst()
    (found,) = desk.service.find()
    desk.service.judge(found.incident_id, IncidentState.CONFIRMED)
    desk.burst(hours=3)
    (grown,) = desk.service.find()
    assert grown.state is IncidentState.CONFIRMED


def test_agents_see_incidents_and_do_not_judge_them(office: Office, desk: Desk) -> None:
    desk.burst()
    (found,) = desk.service.find()
    agent = Desk(office, "zhang", desk.store)
    assert agent.service.all() == [found]
    with pytest.raises(NotPermitted):
        agent.service.judge(found.incident_id, IncidentState.DISMISSED)
    with pytest.raises(NotPermitted):
        agent.service.find()
    with pytest.raises(NotPermitted):
        agent.service.export(Path("x.csv"))


def test_an_unknown_incident_is_said(desk: Desk) -> None:
    with pytest.raises(BadInput, match="no_such_incident"):
        desk.service.judge("nowhere", IncidentState.CONFIRMED)


def test_the_band_shows_the_burst_beyond_what_was_expected(desk: Desk) -> None:
    desk.burst()
    (found,) = desk.service.find()
    shown = desk.service.band(found)
    at = list(shown.times).index(BURST)
    assert shown.values[at] == 265 > shown.high[at] > shown.expected[at] > shown.low[at]
    assert shown.times[0] == BURST - timedelta(days=4)


def test_whoever_types_a_complaint_is_told_of_the_burst(desk: Desk) -> None:
    desk.burst()
    desk.service.find()
    typing = TypingService(
        desk.office.records, Session(PEOPLE["zhang"]), desk.store,
        lambda: pytest.fail("no text was typed"), lambda words: None, lambda ref: (),
        lambda: BURST, desk.service.behind,
    )  # fmt: skip
    draft = ComplaintDraft("d1", cause="high_debt")
    told = typing.hints(draft).incident
    assert (told.cause, told.starts_at, told.ends_at) == ("high_concurrency", BURST, None)
    assert typing.hints(replace(draft, cause="unstable_income")).incident is None


def test_the_list_goes_out_as_a_table_and_stands_in_the_audit(desk: Desk, tmp_path: Path) -> None:
    desk.burst()
    desk.service.find()
    file = tmp_path / "incidents.csv"
    assert desk.service.export(file) == 1
    said = file.read_text("utf-8-sig")
    assert "high_concurrency, high_debt" in said and "2026-10-22T04:00:00+08:00" in said
    assert desk.office.records.audit(1)[0].action == "exported"
