"""One act on a complaint taken back by whoever may, unless somebody built on it."""

import pytest

from tests.complaint_desk import Office
from workbench.domain.complaint import Severity, State
from workbench.domain.errors import BadInput, NotPermitted


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    yield made
    made.close()


def last(office: Office, made) -> str:
    return office["zhang"].life.history(made.number)[-1].event_id


def test_an_edit_and_a_take_go_back_and_come_again(office: Office) -> None:
    made, desk = office.log(), office["zhang"]
    desk.life.edit(made.number, {"severity": Severity.CRITICAL}, {})
    assert desk.undoing.undo(last(office, made)).severity == made.severity
    assert desk.undoing.undo(last(office, made)).severity == Severity.CRITICAL
    desk.life.take(made.number)
    assert desk.undoing.undo(last(office, made)).owner is None
    assert office.records.verify_audit() == 6


def test_a_lead_moves_back_whatever_and_an_agent_where_the_table_has_a_way(office: Office) -> None:
    made, desk = office.log(), office["zhang"]
    desk.life.move(made.number, State.IN_PROGRESS)
    started = last(office, made)
    desk.life.move(made.number, State.WAITING, why="等客户资料")
    assert desk.undoing.undo(last(office, made)).state is State.IN_PROGRESS
    event = next(e for e in desk.life.history(made.number) if e.event_id == started)
    assert not desk.undoing.open(event) and office["li"].undoing.open(event)
    with pytest.raises(NotPermitted, match="move_back"):
        desk.undoing.undo(started)
    back = office["li"].undoing.undo(started)
    assert (back.state, back.owner) == (State.OPEN, None)


def test_what_was_set_anew_since_is_left_as_it_is(office: Office) -> None:
    made, desk = office.log(), office["zhang"]
    desk.life.edit(made.number, {"severity": Severity.CRITICAL}, {})
    edited = last(office, made)
    office["li"].life.edit(made.number, {"severity": Severity.LOW}, office.get(made).versions)
    with pytest.raises(BadInput, match="changed_since"):
        desk.undoing.undo(edited)
    assert office.get(made).severity == Severity.LOW


def test_what_was_said_or_signed_is_not_undone(office: Office) -> None:
    made, desk = office.log(), office["zhang"]
    desk.talk.comment(made.number, "客户已知")
    event = desk.life.history(made.number)[-1]
    assert not desk.undoing.open(event)
    with pytest.raises(BadInput, match="not_undoable"):
        desk.undoing.undo(event.event_id)
