"""The watch on risk models over real complaints: appeals find their model, the list goes to QA."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.complaint_desk import PEOPLE, Office
from tests.ui.fakes import FakeAttemptStore, attempt_row, complaint
from workbench.domain.complaint import Demand, ResolutionKind, State
from workbench.domain.errors import NotPermitted
from workbench.domain.rates import Rate
from workbench.domain.risk_model import Bin, Reviewed
from workbench.reports.tables import write_table
from workbench.services.auditing import Tables
from workbench.services.risk_models import RiskModelService
from workbench.services.session import Session

AT = datetime(2026, 11, 1)


class Store(FakeAttemptStore):
    """Model b declines ten times as many sound customers as a."""

    def reviewed(self, field: str) -> list[Reviewed]:
        later = AT + timedelta(days=5)
        return [
            Reviewed("a", "employed", 1500, 400, 1000, 30, AT, later),
            Reviewed("b", "employed", 1500, 700, 1000, 300, later, later),
        ]

    def score_bins(self) -> dict[str, list[Bin]]:
        return {}

    def passed_before(self) -> dict[str, int]:
        return {"b": 4}

    def models_of(self, attempt_ids):
        return {ref: "b" for ref in attempt_ids if ref != "A0009"}

    def wrong_declines(self, model, *, passed, limit, offset):
        return [attempt_row(1)] if model == "b" and not offset else []

    def count_wrong(self, model, *, passed):
        return 1


def service(office: Office, who: str = "qian") -> RiskModelService:
    session = Session(PEOPLE[who])
    tables = Tables(office.records, session, write_table)
    return RiskModelService(Store([]), office.records, session, tables)


@pytest.fixture
def appeals(office: Office) -> Office:
    """Three answered appeals about b, one about no model, one not answered, one no appeal."""
    settled = {"state": State.RESOLVED, "demand": Demand.HUMAN_REVIEW}
    rows = [
        complaint(1, **settled, resolution_kind=ResolutionKind.ACTIVATED),
        complaint(2, **settled, resolution_kind=ResolutionKind.CORRECTED),
        complaint(3, **settled, resolution_kind=ResolutionKind.EXPLAINED),
        complaint(4, **settled, resolution_kind=ResolutionKind.ACTIVATED, attempt_id="A0009"),
        complaint(5, demand=Demand.HUMAN_REVIEW),
        complaint(6, state=State.RESOLVED, symptom="ui_error", demand=Demand.APOLOGY,
                  resolution_kind=ResolutionKind.ACTIVATED),
        complaint(7, state=State.DRAFT, demand=Demand.HUMAN_REVIEW,
                  resolution_kind=ResolutionKind.ACTIVATED),
    ]  # fmt: skip
    with office.records.unit_of_work() as uow:
        for row in rows:
            uow.complaints.add(row)
        uow.commit()
    return office


def test_answered_appeals_count_for_the_model_that_declined(appeals: Office) -> None:
    good, bad = service(appeals).watch().models
    assert (good.appeals, bad.appeals) == (Rate(0, 0), Rate(2, 3))
    assert bad.suspected and bad.passed_before == 4


def test_groups_of_a_model_stand_beside_those_of_the_one_before(office: Office) -> None:
    (group,) = service(office).watch().groups("b")
    assert (group.declined, group.before) == (Rate(700, 1500), Rate(400, 1500))
    assert service(office).watch().groups("a")[0].before is None


def test_the_list_for_qa_is_masked_and_stands_in_the_audit(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    assert service(office).export(file, "b") == 1
    said = file.read_text("utf-8-sig")
    assert "A0001" in said and "138****5678" in said
    assert office.records.audit(1)[0].subject == "wrong.csv"
    with pytest.raises(NotPermitted):
        service(office, "zhang").export(file, "b")
