"""Choosing guides: by cause, by what holds for the customer, and nothing that tells too much."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.ui.fakes import FakeAttemptStore, attempt_row, explanation
from workbench.domain.diagnosis import Status
from workbench.domain.errors import BadInput
from workbench.domain.people import Person, Role
from workbench.services.guidance import GuidanceService
from workbench.services.session import Session

FREELANCE = "employment_type IN ('freelance', 'self_employed')"
OWN = """
id: mine
title: {zh: 我的, en: Mine}
for_whom: {zh: 您, en: You}
causes: [thin_credit_history]
steps: [{zh: 一, en: One}]
"""


@pytest.fixture
def store() -> FakeAttemptStore:
    return FakeAttemptStore([attempt_row(1)])


@pytest.fixture
def service(store: FakeAttemptStore, tmp_path: Path) -> GuidanceService:
    return GuidanceService(store, Session(Person("li", "李", Role.AGENT)), tmp_path)


def ids(guides) -> list[str]:
    return [guide.id for guide in guides]


def site(tmp_path: Path, text: str, name: str = "mine.yaml") -> Path:
    (tmp_path / "guidance").mkdir(exist_ok=True)
    file = tmp_path / "guidance" / name
    file.write_text(text, "utf-8")
    return file


def test_the_guides_of_a_group_stand_before_the_general_ones(service, store):
    store.holding = {FREELANCE}
    assert ids(service.fitting(explanation())) == ["freelancers", "short_record"]


def test_a_guide_whose_condition_does_not_hold_stays_away(service):
    assert ids(service.fitting(explanation())) == ["short_record"]


def test_the_guides_of_a_second_reason_follow_those_of_the_first(service):
    first = explanation().reasons[0]
    both = explanation(reasons=(first, replace(first, cause="high_debt", rank=2)))
    assert ids(service.fitting(both)) == ["short_record", "high_debt"]
    hidden = explanation(reasons=(first, replace(first, cause="high_debt", suppressed=True)))
    assert ids(service.fitting(hidden)) == ["short_record"]


def test_a_suppressed_reason_brings_what_an_undetermined_one_would(service, store):
    store.holding = {"outcome <> 'pending'"}
    secret = replace(explanation().reasons[0], cause="risk_model_failure", suppressed=True)
    whole = explanation(cause="risk_model_failure", reasons=(secret,))
    unknown = explanation(cause="undetermined", status=Status.UNDETERMINED, reasons=())
    assert ids(service.fitting(whole)) == ids(service.fitting(unknown)) == ["review_by_person"]


def test_a_pending_result_has_its_own_guide_and_no_other(service, store):
    store.holding = {
        "outcome = 'pending'",
        "credit_history_months < 12 OR customer_attempts_30d <= 1",
    }
    pending = explanation(cause="", status=Status.PENDING, reasons=())
    assert ids(service.fitting(pending)) == ["result_unknown"]


def test_a_success_needs_no_guide(service):
    assert service.fitting(explanation(cause="", status=Status.NONE, reasons=())) == ()


def test_a_sites_guide_is_there_as_soon_as_it_is_written_and_changed(service, tmp_path):
    assert "mine" not in ids(service.all())
    file = site(tmp_path, OWN)
    assert "mine" in ids(service.fitting(explanation()))
    file.write_text(OWN.replace("en: Mine", "en: Mine anew"), "utf-8")
    assert service.get("mine").title["en"] == "Mine anew"
    file.unlink()
    assert "mine" not in ids(service.all())


def test_a_sites_wrong_guide_is_named_and_the_others_stay(service, tmp_path):
    site(tmp_path, OWN)
    site(tmp_path, OWN.replace("causes", "cuases"), "wrong.yaml")
    assert "mine" in ids(service.all())
    (problem,) = service.problems
    assert problem.params["file"] == "wrong.yaml" and problem.params["line"] == 5


def test_an_unknown_guide_is_refused_with_those_that_there_are(service):
    with pytest.raises(BadInput) as refused:
        service.get("nothing")
    assert "short_record" in str(refused.value.params["guides"])
