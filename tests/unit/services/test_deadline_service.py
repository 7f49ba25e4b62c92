"""Deadlines at work: shipped profiles, a site's own, what is due, who may lengthen, groups."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.complaint_desk import Office
from workbench.domain.calendar import DayKind, DayTable
from workbench.domain.complaint import Severity, Source, State
from workbench.domain.complaint_parts import Audience, Event
from workbench.domain.deadline import ClockState
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.times import to_local
from workbench.domain.work_queue import Queue
from workbench.services.calendars import ChinaCalendar, site_calendar
from workbench.services.deadlines import Deadlines, read_profiles


@pytest.fixture
def office(tmp_path: Path):
    made = Office(tmp_path, Deadlines(read_profiles(tmp_path / "none"), ChinaCalendar()))
    yield made
    made.close()


def test_a_logged_complaint_is_due_at_once_and_stands_in_the_queue(office: Office) -> None:
    made = office.log()  # Sunday 22 Nov, noon; a first answer within 8 business hours
    assert to_local(made.due_at).strftime("%m-%d %H:%M") == "11-23 17:00"
    office.wait(hours=20)
    breaching = office["li"].lists.queue(Queue.BREACHING)
    assert [c.number for c in office["li"].lists.page(breaching).rows] == [made.number]


def test_an_answer_leaves_the_next_deadline(office: Office) -> None:
    made = office.log()
    office.wait(hours=22)
    office["zhang"].talk.comment(made.number, "您好，投诉已收到。", Audience.CUSTOMER)
    assert to_local(office.get(made).due_at).strftime("%m-%d %H:%M") == "12-08 00:00"
    told = office["zhang"].deadlines.of(made.number)
    assert [(c.limit, c.state) for c in told.clocks] == [
        ("final", ClockState.RUNNING),
        ("first_response", ClockState.MET),
    ]
    assert all(c.basis["zh"] and c.basis["en"] and c.version for c in told.clocks)


def test_regimes_apply_by_source_and_demand(office: Office) -> None:
    made = office.log(source=Source.PLATFORM, severity=Severity.CRITICAL)
    told = office["zhang"].deadlines.of(made.number).clocks
    assert {(c.profile, c.limit) for c in told} == {
        ("site_first_response", "first_response"),
        ("cn_bank_insurance_2020", "final"),
        ("cn_consumer_platform", "acceptance"),
        ("cn_consumer_platform", "mediation"),
    }
    assert next(c for c in told if c.limit == "first_response").length == 1


def test_more_time_is_approved_by_somebody_else_and_kept_in_the_history(office: Office) -> None:
    made = office.log()
    office["zhang"].life.move(made.number, State.IN_PROGRESS)
    longer = office["zhang"].deadlines.extend(made.number, "complex", "需要核对银行流水")
    final = next(c for c in office["zhang"].deadlines.of(made.number).clocks if c.limit == "final")
    assert (final.length, final.stage) == (30, "complex")
    event = office["zhang"].life.history(made.number)[-1]
    assert (event.kind, event.why) == ("extended", "需要核对银行流水")
    with pytest.raises(NotPermitted):
        office["zhang"].deadlines.extend(made.number, "extended", "还不够")
    for stage, why, key in (("extended", " ", "extend_needs_why"), ("soon", "x", "no_such_stage")):
        with pytest.raises(BadInput, match=key):
            office["li"].deadlines.extend(made.number, stage, why)
    office["li"].deadlines.extend(made.number, "extended", "等待人行回复")
    told = office["li"].deadlines.of(made.number).clocks
    assert next(c for c in told if c.limit == "final").length == 60
    office["li"].life.assign(made.number, owner="li")
    with pytest.raises(BadInput, match="extend_own"):
        office["li"].deadlines.extend(made.number, "extended", "再次")
    assert longer.number == made.number


def test_many_customers_with_one_reason_are_a_group(office: Office) -> None:
    for n in range(4):
        office.log(customer_ref=f"c{n}")
    assert office["li"].deadlines.groups() == []
    office.log(customer_ref="c3")  # the same customer again
    assert office["li"].deadlines.groups() == []
    office.log(customer_ref="c4")
    [group] = office["li"].deadlines.groups()
    assert (group.customers, group.complaints, group.open) == (5, 6, 6)
    office.wait(days=31)
    assert office["li"].deadlines.groups() == []


def test_changed_profiles_work_out_anew_what_is_due(office: Office, tmp_path: Path) -> None:
    made = office.log()
    before = made.due_at
    own = tmp_path / "deadlines.json"
    own.write_text(json.dumps({"use": ["us_cfpb"]}))
    changed = Office.__new__(Office)
    vars(changed).update(vars(office))
    changed._desks = {}
    changed._clocks = Deadlines(read_profiles(own), ChinaCalendar())
    events = office["zhang"].life.history(made.number)
    assert changed["zhang"].deadlines.refresh() == 1
    assert changed["zhang"].deadlines.refresh() == 0  # nothing changed since
    after = office.get(made).due_at
    assert after != before
    assert to_local(after).strftime("%m-%d %H:%M") == "12-08 00:00"
    assert office["zhang"].life.history(made.number) == events  # no act of a person


def test_what_came_from_elsewhere_gets_its_deadline(office: Office) -> None:
    made = office.log()
    with office.records.unit_of_work() as uow:
        from dataclasses import replace

        uow.complaints.change(replace(uow.complaints.to_change(made.complaint_id), due_at=None))
        uow.commit()
    assert office["li"].deadlines.refresh_these([made.complaint_id, "nobody"]) == 1
    assert office.get(made).due_at == made.due_at


@pytest.mark.parametrize(
    "body",
    ['{"use": ["nothing"]}', "[", '{"own": [{"key": "x"}]}', '{"own": 3}', "[1]"],
)
def test_a_bad_list_of_profiles_says_where(tmp_path: Path, body: str) -> None:
    file = tmp_path / "deadlines.json"
    file.write_text(body)
    with pytest.raises(BadInput, match="bad_deadlines"):
        read_profiles(file)


def test_the_library_knows_holidays_and_make_up_days_and_what_it_does_not_know() -> None:
    china = ChinaCalendar()
    assert china.of(date(2026, 10, 1)).kind is DayKind.HOLIDAY
    assert china.of(date(2026, 10, 10)).kind is DayKind.MAKE_UP
    assert china.of(date(2026, 11, 23)).kind is DayKind.WORKDAY
    assert not china.of(date(2026, 11, 23)).assumed
    assert china.of(date(2040, 1, 2)).assumed
    assert china.version.startswith("holidays ")


def test_a_sites_own_days_go_before_the_librarys(tmp_path: Path) -> None:
    file = tmp_path / "calendar.json"
    file.write_text(
        json.dumps(
            {
                "version": "7",
                "opens": "08:30",
                "closes": "20:00",
                "holidays": {"2026-11-24": "司庆", "2040-01-02": "元旦"},
                "make_up": ["2026-11-28"],
                "years": [2040],
            }
        )
    )
    own = site_calendar(file)
    assert own.of(date(2026, 11, 24)).name == "司庆"
    assert own.of(date(2026, 11, 28)).kind is DayKind.MAKE_UP
    assert own.of(date(2026, 10, 10)).kind is DayKind.MAKE_UP
    assert not own.of(date(2040, 1, 3)).assumed
    assert own.opens.hour == 8 and own.version.endswith("7")
    for body in ("{", '{"opens": "25:00"}', '{"opens": "18:00", "closes": "09:00"}', "[]"):
        file.write_text(body)
        with pytest.raises(BadInput, match="bad_calendar"):
            site_calendar(file)


def test_no_profile_means_no_deadline(tmp_path: Path) -> None:
    nobody = Deadlines((), DayTable())
    office = Office(tmp_path, nobody)
    made = office.log()
    assert made.due_at is None
    with office.records.unit_of_work() as uow:
        assert nobody.next_due(made, uow.parts.of(Event, complaint_id=made.complaint_id)) is None
    office.close()
