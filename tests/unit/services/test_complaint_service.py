"""The complaint from card to records: all of it or nothing, and never lost."""

import pytest

from tests.ui.fakes import NOW, FakeJournal, FakeRecords, attempt_row
from workbench.domain.complaint import Demand, Severity, State
from workbench.domain.errors import BadInput, NotPermitted, StoreFault
from workbench.domain.people import Person, Role
from workbench.services.complaints import ComplaintService
from workbench.services.session import Session


class Desk:
    """A service over ports in memory."""

    def __init__(self, role: Role = Role.TEAM_LEAD) -> None:
        self.records, self.journal = FakeRecords(), FakeJournal()
        session = Session(Person("zhang", "张敏", role))
        self.service = ComplaintService(self.records, self.journal, session, clock=lambda: NOW)

    def draft(self):
        return self.service.draft_from(attempt_row()).with_changes(
            description="  开不了  ", demand=Demand.EXPLAIN, severity=Severity.HIGH
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_draft_takes_over_what_the_card_shows(desk: Desk) -> None:
    draft, row = desk.service.draft_from(attempt_row()), attempt_row()
    for field in ("customer_ref", "attempt_id", "reason_code", "cause", "symptom", "channel"):
        assert getattr(draft, field) == getattr(row, field)
    assert (draft.customer_name, draft.phone) == ("王**", "138****5678")


def test_a_draft_without_an_attempt_is_blank_and_each_has_its_own_id(desk: Desk) -> None:
    first, second = desk.service.draft_from(None), desk.service.draft_from(None)
    assert first.attempt_id is None
    assert first.draft_id != second.draft_id


def test_a_save_is_the_complaint_its_audit_row_and_its_op(desk: Desk) -> None:
    draft = desk.draft()
    made = desk.service.save(draft)
    assert desk.records.complaints == [made]
    assert (made.complaint_id, made.state, made.created_by) == (draft.draft_id, State.OPEN, "zhang")
    assert (made.description, made.created_at) == ("开不了", NOW)
    (entry,) = desk.records.entries
    assert (entry.actor, entry.action, entry.subject) == ("zhang", "create", made.complaint_id)
    assert desk.records.ops == [("complaint", "create", made.complaint_id)]


def test_the_draft_goes_once_the_complaint_is_saved(desk: Desk) -> None:
    draft = desk.draft()
    desk.service.keep(draft)
    assert desk.service.drafts() == [draft]
    desk.service.save(draft)
    assert desk.service.drafts() == []


def test_a_failed_commit_saves_nothing_and_keeps_the_draft(desk: Desk) -> None:
    draft = desk.draft()
    desk.service.keep(draft)
    desk.records.error = StoreFault("records_disk_full", folder="/x")
    with pytest.raises(StoreFault):
        desk.service.save(draft)
    assert (desk.records.complaints, desk.records.entries, desk.records.ops) == ([], [], [])
    assert desk.service.drafts() == [draft]


def test_saving_a_draft_twice_makes_one_complaint(desk: Desk) -> None:
    draft = desk.draft()
    assert desk.service.save(draft) == desk.service.save(draft)
    assert len(desk.records.complaints) == len(desk.records.entries) == len(desk.records.ops) == 1


def test_what_is_missing_is_named_and_nothing_is_written(desk: Desk) -> None:
    with pytest.raises(BadInput, match="missing_fields") as caught:
        desk.service.save(desk.service.draft_from(None))
    assert caught.value.params["fields"] == ("description", "demand")
    assert desk.records.complaints == desk.records.entries == []


def test_a_complaint_is_found_by_id_and_number_and_a_stranger_is_not(desk: Desk) -> None:
    made = desk.service.save(desk.draft())
    assert desk.service.get(made.complaint_id) == desk.service.get(made.number) == made
    with pytest.raises(BadInput, match="no_such_complaint"):
        desk.service.get("C-1")


@pytest.mark.parametrize(
    ("role", "call"),
    [
        (Role.QA, lambda s: s.draft_from(None)),
        (Role.QA, lambda s: s.save(None)),
    ],
)
def test_leave_is_asked_for_before_anything_is_done(role: Role, call) -> None:
    desk = Desk(role)
    with pytest.raises(NotPermitted, match="not_permitted"):
        call(desk.service)
    assert desk.records.entries == []
