"""Help while a complaint is typed, over real records and the real index of meanings."""

from datetime import timedelta

import pytest

from tests.complaint_desk import PEOPLE, Office
from tests.ui.fakes import attempt_row
from workbench.bootstrap import _symptom, _texts
from workbench.domain.complaint import Demand, ResolutionKind, State
from workbench.domain.errors import NotPermitted
from workbench.domain.hints import Incident
from workbench.services.session import Session
from workbench.services.while_typing import TypingService


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def typing(office):
    return service(office)


def service(office: Office, who: str = "zhang") -> TypingService:
    return TypingService(
        office.records,
        Session(PEOPLE[who]),
        office.attempts,
        _texts,
        _symptom,
        lambda attempt_id: [f"guide for {attempt_id}", "another"],
        lambda: office.now,
    )


def draft(office: Office, words: str = "", **changes):
    made = office.intake().draft_from(None)
    return made.with_changes(description=words, **changes)


def test_the_customers_own_complaints_come_first_those_of_the_same_reason_foremost(office, typing):
    other = office.log(customer_ref="k1", reason_code="T01")
    office.wait(minutes=1)
    same = office.log(customer_ref="k1", reason_code="Q01")
    office.log(customer_ref="k2", reason_code="Q01")
    hints = typing.hints(draft(office, customer_ref="k1", reason_code="Q01"))
    assert [c.number for c in hints.duplicates] == [same.number, other.number]
    assert hints.same_reason == {same.complaint_id}


def test_what_was_settled_long_ago_is_no_duplicate(office, typing):
    old = office.log(customer_ref="k1")
    office["zhang"].life.move(old.number, State.WITHDRAWN, why="撤诉")
    assert typing.hints(draft(office, customer_ref="k1")).duplicates != ()
    office.wait(days=40)
    assert typing.hints(draft(office, customer_ref="k1")).duplicates == ()


def test_earlier_ones_that_mean_the_same_bring_their_resolution(office, typing):
    made = office.log(description="白条一直开通不了怎么回事", customer_ref="k8")
    office.log(description="花呗的账单在哪里看", customer_ref="k9")
    office["zhang"].life.move(
        made.number, State.RESOLVED, resolution="等三个月再申请。", kind=ResolutionKind.EXPLAINED
    )
    found = typing.hints(draft(office, "为什么白条一直开通不了")).similar
    assert [like.complaint.number for like in found] == [made.number]
    assert found[0].complaint.resolution == "等三个月再申请。" and 0 < found[0].score <= 1


def test_what_was_logged_since_is_known_without_reading_all_again(office, typing):
    assert typing.hints(draft(office, "白条开通不了")).similar == ()
    office.wait(seconds=20)
    made = office.log(description="白条开通不了", customer_ref="k5")
    found = typing.hints(draft(office, "白条开通不了")).similar
    assert [like.complaint.number for like in found] == [made.number]


def test_what_came_from_the_centre_is_told_by_its_id(office, typing):
    typing.hints(draft(office, "白条开通不了"))
    office.wait(days=-3)  # its time is older than what was read
    made = office.log(description="白条开通不了", customer_ref="k5")
    office.wait(days=3)
    typing.renew([made.complaint_id])
    found = typing.hints(draft(office, "白条开通不了")).similar
    assert [like.complaint.number for like in found] == [made.number]


def test_the_incident_of_the_attempts_time_and_scope_is_named(office, typing):
    row = attempt_row()
    office.attempts.attempts = [row]
    before, after = row.occurred_at - timedelta(hours=1), row.occurred_at + timedelta(hours=1)
    office.attempts.known_incidents = [
        Incident("发布会拥堵", before, after, f"channel={row.channel}"),
        Incident("别的渠道", before, after, "channel=h5_elsewhere"),
        Incident("早先的", before - timedelta(days=9), before, ""),
    ]
    found = typing.hints(draft(office, attempt_id=row.attempt_id)).incident
    assert found is not None and found.name == "发布会拥堵"


def test_without_an_attempt_the_incident_of_this_moment_counts(office, typing):
    office.attempts.known_incidents = [Incident("短信通道", office.now - timedelta(hours=2), None)]
    assert typing.hints(draft(office)).incident.name == "短信通道"
    office.attempts.known_incidents = [
        Incident("短信通道", office.now - timedelta(hours=2), None, "province=广东")
    ]
    assert typing.hints(draft(office)).incident is None, "nobody knows whether it concerns them"


def test_words_suggest_a_symptom_only_when_they_are_sure_and_none_was_chosen(office, typing):
    assert typing.hints(draft(office, "点开通一直提示系统繁忙请稍后再试")).symptom == "ui_error"
    assert typing.hints(draft(office, "我想问问白条怎么用")).symptom is None
    chosen = draft(office, "点开通一直提示系统繁忙请稍后再试", symptom="review_declined")
    assert typing.hints(chosen).symptom is None


def test_the_best_guide_for_the_attempt_is_offered(office, typing):
    assert typing.hints(draft(office, attempt_id="A0001")).guides == ("guide for A0001",)
    assert typing.hints(draft(office)).guides == ()


def test_nothing_typed_and_nobody_chosen_says_nothing(office, typing):
    office.log()
    assert typing.hints(draft(office)).nothing


def test_who_may_not_log_is_not_helped(office):
    with pytest.raises(NotPermitted):
        service(office, "qian").hints(draft(office, "白条"))


def test_a_demand_is_not_needed_for_help(office, typing):
    assert typing.hints(draft(office, "白条", demand=Demand.EXPLAIN)).duplicates == ()
