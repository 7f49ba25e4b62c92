"""What is urgent is told to whom it concerns, once, by one window, and names no customer."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from tests.complaint_desk import PEOPLE, START, Office
from tests.ui.fakes import explanation
from workbench.domain.complaint_parts import Audience
from workbench.domain.incident import FoundIncident, IncidentState
from workbench.domain.issue import IssueState
from workbench.domain.notice import NoticeKind
from workbench.domain.quiet_hours import quiet
from workbench.domain.spike import Direction
from workbench.services.calendars import ChinaCalendar
from workbench.services.deadlines import Deadlines, read_profiles
from workbench.services.notices import NoticeService
from workbench.services.session import Session

BURST = FoundIncident(
    "i1", Direction.UP, "high_concurrency", ("high_concurrency",), START, START, START,
    820, 40, 700, "node=gw-4", "王小明的活动", False, START, "li",
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path):
    made = Office(tmp_path, Deadlines(read_profiles(tmp_path / "none"), ChinaCalendar()))
    made.attempts.explanations = {"A0001": explanation("A0001")}
    yield made
    made.close()


def at(office: Office, who: str, *incidents: FoundIncident) -> NoticeService:
    return NoticeService(
        office.records,
        Session(PEOPLE[who]),
        office[who].lists,
        office[who].deadlines,
        lambda: incidents,
        office.issues(who).board.callbacks,
        lambda: office.now,
    )


def owned(office: Office, who: str = "zhang", **changes):
    """Due on Monday, the day after, at 17:00."""
    return office[who].life.take(office.log(who, **changes).number)


def told(service: NoticeService) -> list[tuple[str, int]]:
    return [(notice.kind.value, notice.count) for notice in service.take(service.waiting())]


def test_a_deadline_is_told_when_it_is_near_and_again_when_it_has_passed_and_never_twice(office):
    owned(office)
    zhang = at(office, "zhang")
    assert told(zhang) == []
    office.wait(hours=12)
    assert told(zhang) == [("near", 1)] and told(zhang) == []
    office.wait(hours=24)
    assert told(zhang) == [("over", 1)] and told(zhang) == []
    assert told(at(office, "zhang")) == []  # after a new start


def test_it_concerns_the_owner_and_the_lead_of_the_team_alone(office):
    made = owned(office)
    office.wait(hours=40)
    assert told(at(office, "wang")) == told(at(office, "zhao")) == told(at(office, "qian")) == []
    (notice,) = at(office, "li").waiting()
    assert notice.numbers == (made.number,) and notice.query.team == "north"
    (notice,) = at(office, "zhang").waiting()
    assert [c.number for c in office["zhang"].lists.page(notice.query).rows] == [made.number]


def test_what_nobody_has_concerns_who_may_give_it_to_somebody(office):
    office.log()
    office.wait(hours=40)
    assert told(at(office, "zhang")) == []
    (notice,) = at(office, "li").waiting()
    assert notice.query.unassigned and notice.count == 1
    assert told(at(office, "zhao")) == [("over", 1)]


def test_more_than_a_page_of_them_is_told_as_one(office, monkeypatch):
    monkeypatch.setattr("workbench.services.notices._PAGE", 2)
    for _ in range(5):
        owned(office)
    office.wait(hours=40)
    assert told(at(office, "zhang")) == [("over", 5)]


def test_a_deadline_that_was_met_meanwhile_is_not_told(office):
    made = owned(office)
    office.wait(hours=12)
    office["zhang"].talk.comment(made.number, "您好，投诉已收到。", Audience.CUSTOMER)
    assert told(at(office, "zhang")) == []


def test_of_two_windows_one_tells(office):
    owned(office)
    office.wait(hours=40)
    one, other = at(office, "zhang"), at(office, "zhang")
    both = one.waiting(), other.waiting()
    assert [n.count for n in one.take(both[0])] == [1] and other.take(both[1]) == []


def test_what_still_stands_after_months_is_not_told_again_and_what_is_gone_is_forgotten(office):
    owned(office)
    office.wait(hours=40)
    service = at(office, "zhang", BURST)
    told(service)
    office.wait(days=100)
    again = at(office, "zhang", BURST)
    other = owned(office)
    office.wait(hours=12)
    assert told(again) == [("near", 1)]
    assert told(again) == [] and other.number
    with office.records.unit_of_work() as uow:
        kept = uow.saved.get("notices", "zhang")["told"]
    assert {key.split("/")[0] for key in kept} == {"over", "near"} and len(kept) == 2


@pytest.mark.parametrize(
    ("who", "incident", "heard"),
    [
        ("li", BURST, True),
        ("qian", BURST, True),
        ("zhang", BURST, False),
        ("zhang", replace(BURST, state=IncidentState.CONFIRMED), True),
        ("li", replace(BURST, state=IncidentState.CONFIRMED), False),
        ("qian", replace(BURST, state=IncidentState.DISMISSED), False),
        ("qian", replace(BURST, direction=Direction.DOWN), False),
        ("qian", replace(BURST, over=True), True),
        ("qian", replace(BURST, over=True, found_at=START - timedelta(days=2)), False),
        ("zhang", replace(BURST, over=True, state=IncidentState.CONFIRMED), False),
    ],
)
def test_new_incidents_go_to_who_judges_them_and_confirmed_ones_to_who_takes_the_calls(
    office, who, incident, heard
):
    found = at(office, who, incident).waiting()
    assert [n.cause for n in found] == (["high_concurrency"] if heard else [])


def test_customers_to_call_back_are_told_to_who_noted_them(office):
    qa = office.issues("qian")
    issue = qa.acts.create(["v1|reason=Q01|step=credit_review"], "declined")
    office.issues("zhang").waiting.wait(
        issue.issue_id, "R1", customer_name="王**", phone="138****5678"
    )
    assert told(at(office, "zhang")) == []
    office.wait(days=30)
    qa.acts.move(issue.issue_id, IssueState.FIXED)
    service = at(office, "zhang")
    assert service.waiting(calls=False) == []
    assert told(service) == [("callback", 1)] and told(service) == []
    assert told(at(office, "wang")) == []


def test_a_notice_names_nobody(office):
    owned(office, description="王小明 13812345678")
    office.wait(hours=40)
    (notice,) = at(office, "zhang").waiting()
    assert "王" not in repr(notice) and "138" not in repr(notice)
    assert notice.kind is NoticeKind.OVER


@pytest.mark.parametrize(
    ("begins", "ends", "silent"),
    [
        ("21:00", "08:00", [(21, 0), (23, 59), (0, 0), (7, 59)]),
        ("12:00", "13:30", [(12, 0), (13, 29)]),
        ("09:00", "09:00", []),
    ],
)
def test_quiet_hours_may_go_over_midnight_and_the_same_time_twice_is_none(begins, ends, silent):
    assert all(quiet(time(*now), begins, ends) for now in silent)
    for hour, minute in [(8, 0), (11, 59), (13, 30), (20, 59), (9, 0)]:
        assert not quiet(time(hour, minute), begins, ends)
