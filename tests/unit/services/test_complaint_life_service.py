"""A complaint at the desks of several people: each act is row, history, audit and op at once."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.complaint_desk import Office
from workbench.domain.complaint import Demand, ResolutionKind, Severity, State
from workbench.domain.complaint_parts import EventKind
from workbench.domain.errors import BadInput, Conflict, NotPermitted
from workbench.domain.taxonomy import Cause
from workbench.services.complaint_life import Clash
from workbench.storage.models import AuditRow, ComplaintRow, EventRow, OutboxRow


def counts(office: Office) -> tuple[int, ...]:
    with Session(office.records.engine) as session:
        return tuple(
            session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (ComplaintRow, EventRow, AuditRow, OutboxRow)
        )


def test_a_move_is_written_as_row_history_audit_and_op_together(office: Office) -> None:
    made = office.log()
    office.wait(hours=2)
    moved = office["zhang"].life.move(made.number, State.IN_PROGRESS)
    assert (moved.state, moved.owner, moved.team) == (State.IN_PROGRESS, "zhang", "north")
    assert office.get(made) == moved
    event = office["zhang"].life.history(made.number)[-1]
    assert (event.actor, event.kind, event.at) == ("zhang", EventKind.MOVED, office.now)
    assert (event.from_state, event.to_state) == ("open", "in_progress")
    with Session(office.records.engine) as session:
        born, op = session.scalars(sa.select(OutboxRow).order_by(OutboxRow.n)).all()
    assert op.body == {"state": "in_progress", "owner": "zhang", "team": "north"}
    assert op.base == {"state": born.op_id}  # as this desk saw them; the others nobody had told
    assert (op.entity, op.kind) == ("complaint", "move")
    assert [more["entity_id"] for more in op.also] == [event.event_id]
    assert office.records.verify_audit() == 2


def test_a_refused_move_writes_nothing_and_says_what_is_missing(office: Office) -> None:
    made = office.log()
    before = counts(office)
    with pytest.raises(BadInput, match="move_needs") as lacking:
        office["zhang"].life.move(made.number, State.RESOLVED)
    assert lacking.value.params["fields"] == ("resolution", "resolution_kind")
    with pytest.raises(NotPermitted, match="move_not_allowed"):
        office["qian"].life.move(made.number, State.WAITING, why="等资料")
    assert (counts(office), office.get(made)) == (before, made)


def test_a_resolution_prefills_the_wrap_up_code_from_the_diagnosis(office: Office) -> None:
    solved = office.resolved()
    assert (solved.wrap_up, solved.resolved_at) == ("Q01", office.now)


def test_closing_waits_for_the_checklist(office: Office) -> None:
    solved, life = office.resolved(), office["zhang"].life
    (line,) = life.checklist(solved.number)
    assert (line.item, line.done) == ("reason_told", None)
    with pytest.raises(BadInput, match="move_needs"):
        life.move(solved.number, State.CLOSED)
    life.check(solved.number, "reason_told")
    life.check(solved.number, "reason_told", done=False)
    with pytest.raises(BadInput, match="move_needs"):
        life.move(solved.number, State.CLOSED)
    life.check(solved.number, "reason_told")
    assert life.move(solved.number, State.CLOSED).closed_at == office.now
    with pytest.raises(BadInput, match="no_such_item"):
        life.check(solved.number, "payment_confirmed")


def test_a_grave_complaint_is_closed_after_another_persons_approval_of_this_resolution(
    office: Office,
) -> None:
    solved, life = office.resolved("li", severity=Severity.HIGH), office["li"].life
    life.check(solved.number, "reason_told")
    with pytest.raises(NotPermitted, match="own_resolution"):
        life.approve(solved.number)
    with pytest.raises(NotPermitted):
        office["wang"].life.approve(solved.number)
    office["zhao"].life.approve(solved.number)
    life.move(solved.number, State.REOPENED, why="客户不满意")
    life.move(solved.number, State.RESOLVED)
    with pytest.raises(BadInput, match="move_needs") as lacking:
        life.move(solved.number, State.CLOSED)
    assert lacking.value.params["fields"] == ("approval",), "of the first resolution alone"
    office["zhao"].life.approve(solved.number)
    assert life.move(solved.number, State.CLOSED).reopenings == 1


def test_edits_of_different_fields_by_two_people_both_stand(office: Office) -> None:
    made = office.log()
    office["li"].life.edit(made.number, {"demand": Demand.APOLOGY}, made.versions)
    both = office["zhang"].life.edit(made.number, {"description": "仍开不了"}, made.versions)
    assert (both.demand, both.description) == (Demand.APOLOGY, "仍开不了")


def test_an_edit_over_somebody_elses_carries_both_values_and_writes_nothing(office) -> None:
    made = office.log()
    office["li"].life.edit(made.number, {"description": "组长写的"}, made.versions)
    changed_at = office.now
    before = counts(office)
    office.wait(minutes=1)
    typed = {"description": "坐席正在写的", "severity": Severity.HIGH}
    with pytest.raises(Conflict, match="edited_elsewhere") as conflict:
        office["zhang"].life.edit(made.number, typed, made.versions)
    assert conflict.value.clashes == (
        Clash("description", "坐席正在写的", "组长写的", "li", changed_at),
    )
    assert "坐席正在写的" not in str(conflict.value), "errors are logged"
    assert (counts(office), office.get(made).severity) == (before, Severity.NORMAL)
    settled = office["zhang"].life.edit(made.number, typed, office.get(made).versions)
    assert settled.description == "坐席正在写的"


def test_a_reassignment_while_typing_loses_nothing_typed(office: Office) -> None:
    made = office.log()
    office["li"].life.assign(made.number, "wang", why="换班")
    after = office["zhang"].life.edit(made.number, {"description": "写完了"}, made.versions)
    assert (after.owner, after.team, after.description) == ("wang", "south", "写完了")


def test_a_move_from_a_state_that_is_no_longer_so_is_a_conflict(office: Office) -> None:
    made = office.log()
    office["li"].life.move(made.number, State.ESCALATED, why="金额大")
    with pytest.raises(Conflict, match="moved_elsewhere") as conflict:
        office["zhang"].life.move(made.number, State.WAITING, why="等", seen=State.OPEN)
    (clash,) = conflict.value.clashes
    assert (clash.yours, clash.theirs, clash.by) == (State.WAITING, State.ESCALATED, "li")


def test_an_agent_takes_what_nobody_has_and_nothing_else(office: Office) -> None:
    made = office.log()
    assert office["zhang"].life.take(made.number).owner == "zhang"
    with pytest.raises(Conflict, match="assigned_elsewhere"):
        office["wang"].life.take(made.number)
    with pytest.raises(NotPermitted):
        office["wang"].life.assign(made.number, "wang")
    with pytest.raises(BadInput, match="no_such_person"):
        office["li"].life.assign(made.number, "nobody")


def test_what_a_state_was_given_for_cannot_be_emptied_afterwards(office: Office) -> None:
    solved = office.resolved()
    with pytest.raises(BadInput, match="edit_empties"):
        office["zhang"].life.edit(solved.number, {"resolution": ""}, solved.versions)
    with pytest.raises(BadInput, match="not_editable"):
        office["zhang"].life.edit(solved.number, {"number": "C-1"}, solved.versions)


def test_disagreement_with_the_reason_is_a_labelled_case_for_qa(office: Office) -> None:
    made, life = office.log(), office["zhang"].life
    with pytest.raises(BadInput, match="case_needs_why"):
        life.disagree(made.number, Cause.SERVICE_DEFECT, " ")
    with pytest.raises(BadInput, match="same_reason"):
        life.disagree(made.number, Cause.THIN_CREDIT_HISTORY, "不对")
    case = life.disagree(made.number, Cause.SERVICE_DEFECT, "客户当时看到系统繁忙")
    assert office["qian"].life.cases() == [case]
    assert (case.found_cause, case.chosen_cause) == ("thin_credit_history", "service_defect")
    assert (office.get(made).cause, case.attempt_id) == ("thin_credit_history", "A0001")
    with pytest.raises(NotPermitted):
        life.cases()


def test_the_lost_revenue_follows_the_amount_and_shows_its_sum(office: Office) -> None:
    made = office.log(requested_fen=1_000_000)
    assert made.lost_revenue_fen == 48_000
    life = office["zhang"].life
    assert life.formula(made) == "10,000.00 × 0.40 × 0.12 × 12/12 = 480.00"
    assert life.edit(made.number, {"requested_fen": 1}, made.versions).lost_revenue_fen == 0


def test_satisfaction_is_asked_after_the_end_from_one_to_five(office: Office) -> None:
    made = office.log()
    with pytest.raises(BadInput, match="not_closed"):
        office["zhang"].life.rate(made.number, 5)
    solved = office.resolved()
    with pytest.raises(BadInput, match="not_a_rating"):
        office["zhang"].life.rate(solved.number, 6)
    rated = office["zhang"].life.rate(solved.number, 4, " 还行 ")
    assert (rated.satisfaction, rated.satisfaction_words) == (4, "还行")


def test_the_next_deadline_is_asked_of_the_clocks_at_every_act(tmp_path) -> None:
    class States:
        """Due on the day of the month that is the number of events."""

        def next_due(self, complaint, history):
            return datetime(2026, 12, len(history))

    office = Office(tmp_path, States())
    made = office.log()
    assert made.due_at == datetime(2026, 12, 1)
    moved = office["zhang"].life.move(made.number, State.IN_PROGRESS)
    assert office.get(made).due_at == moved.due_at == datetime(2026, 12, 2)
    solved = office["zhang"].life.move(
        made.number, State.RESOLVED, resolution="好了", kind=ResolutionKind.EXPLAINED
    )
    assert solved.due_at is None, "a settled complaint is in no queue"
    office.close()


def test_a_draft_is_saved_with_what_is_still_missing_and_asked_when_it_is_opened(office) -> None:
    intake = office.intake()
    draft = intake.draft_from(None).with_changes(description="白条")
    kept = intake.save_draft(draft)
    assert (kept.state, kept.demand) == (State.DRAFT, None)
    life = office["zhang"].life
    with pytest.raises(BadInput, match="move_needs") as lacking:
        life.move(kept.number, State.OPEN)
    assert lacking.value.params["fields"] == ("demand",)
    life.edit(kept.number, {"demand": Demand.EXPLAIN}, kept.versions)
    assert life.move(kept.number, State.OPEN).state is State.OPEN


def test_open_moves_say_what_each_still_needs(office: Office) -> None:
    made = office.log()
    found = {move.to: move for move in office["zhang"].life.moves(made.number)}
    assert found[State.RESOLVED].needs == ("resolution", "resolution_kind")
    assert found[State.WAITING].asks_why and not found[State.IN_PROGRESS].asks_why
    assert [m.to for m in office["qian"].life.moves(made.number)] == [State.ESCALATED]
