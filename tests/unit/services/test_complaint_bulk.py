"""Many complaints at once: previewed, done chunk by chunk, undone where nobody was since."""

import pytest

from tests.complaint_desk import Office
from workbench.domain.complaint import State
from workbench.domain.complaint_parts import EventKind
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.progress import CancelToken, silent
from workbench.services import complaint_bulk
from workbench.services.complaint_bulk import BulkAct


@pytest.fixture
def chunks(monkeypatch) -> None:
    monkeypatch.setattr(complaint_bulk, "CHUNK", 2)


def run(office: Office, ids, act: BulkAct, **how):
    options = {"progress": silent, "cancel": CancelToken()} | how
    return office["li"].bulk.run(ids, act, **options)


def test_a_preview_counts_by_state_names_the_refused_and_writes_nothing(office: Office) -> None:
    fresh, solved = [office.log() for _ in range(3)], office.resolved()
    ids = [c.complaint_id for c in (*fresh, solved)]
    seen = office["li"].bulk.preview([*ids, ids[0], "nobody"], BulkAct(State.WAITING, why="补资料"))
    assert (dict(seen.from_states), seen.count) == ({State.OPEN: 3}, 3)
    assert [(r.number, r.error.key) for r in seen.refused] == [
        (solved.number, "move_not_allowed"),
        ("nobody", "no_such_complaint"),
    ]
    assert [office.get(c) for c in (*fresh, solved)] == [*fresh, solved]
    with pytest.raises(NotPermitted):
        office["zhang"].bulk.preview(ids, BulkAct(owner="zhang"))


def test_a_bulk_does_what_its_preview_said_and_is_undone_as_a_whole(office, chunks) -> None:
    made = [office.log() for _ in range(5)]
    ids = [c.complaint_id for c in made]
    steps = []
    report = run(office, ids, BulkAct(owner="wang", why="换班"), progress=steps.append)
    assert (report.done, report.refused) == (5, ())
    assert [(p.done, p.total) for p in steps] == [(2, 5), (4, 5), (5, 5)]
    assert {office.get(c).owner for c in made} == {"wang"}
    event = office["li"].life.history(made[0].number)[-1]
    assert (event.kind, event.bulk_id, event.why) == (EventKind.ASSIGNED, report.bulk_id, "换班")

    back = office["li"].bulk.undo(report.bulk_id, progress=silent, cancel=CancelToken())
    assert (back.done, back.refused) == (5, ())
    assert {(office.get(c).owner, office.get(c).team) for c in made} == {(None, None)}
    with pytest.raises(BadInput, match="bulk_undone"):
        office["li"].bulk.undo(report.bulk_id, progress=silent, cancel=CancelToken())
    assert office.records.verify_audit() == 5 * 3


def test_an_undo_leaves_what_was_changed_since_and_says_so(office: Office, chunks) -> None:
    made = [office.log() for _ in range(3)]
    ids = [c.complaint_id for c in made]
    report = run(office, ids, BulkAct(State.WAITING, why="补资料"))
    office["zhang"].life.move(made[1].number, State.IN_PROGRESS)
    office["zhang"].talk.comment(made[2].number, "已催")
    back = office["li"].bulk.undo(report.bulk_id, progress=silent, cancel=CancelToken())
    assert [(r.number, r.error.key) for r in back.refused] == [(made[1].number, "changed_since")]
    assert [office.get(c).state for c in made] == [State.OPEN, State.IN_PROGRESS, State.OPEN]


def test_a_resolved_bulk_is_undone_with_its_times(office: Office) -> None:
    solved = office.resolved()
    report = run(office, [solved.complaint_id], BulkAct(State.REOPENED, why="复查"))
    assert office.get(solved).resolved_at is None
    office["li"].bulk.undo(report.bulk_id, progress=silent, cancel=CancelToken())
    again = office.get(solved)
    assert (again.state, again.resolved_at, again.reopenings) == (
        State.RESOLVED, solved.resolved_at, 0
    )  # fmt: skip


def test_cancelled_midway_what_was_done_stands_and_an_undo_takes_it_back(office, chunks) -> None:
    made = [office.log() for _ in range(5)]
    cancel = CancelToken()
    report = run(
        office,
        [c.complaint_id for c in made],
        BulkAct(owner="wang"),
        progress=lambda _: cancel.cancel(),
        cancel=cancel,
    )
    assert (report.cancelled, report.done) == (True, 2)
    assert [office.get(c).owner for c in made] == ["wang", "wang", None, None, None]
    halt = CancelToken()
    halt.cancel()
    first = office["li"].bulk.undo(report.bulk_id, progress=silent, cancel=halt)
    assert (first.cancelled, first.done) == (True, 0)
    office["li"].bulk.undo(report.bulk_id, progress=silent, cancel=CancelToken())
    assert {office.get(c).owner for c in made} == {None}


def test_an_act_on_complaints_that_already_are_so_changes_nothing(office: Office) -> None:
    made = office.log()
    run(office, [made.complaint_id], BulkAct(owner="wang"))
    seen = office["li"].bulk.preview([made.complaint_id], BulkAct(owner="wang"))
    assert [r.error.key for r in seen.refused] == ["already_so"]
    with pytest.raises(BadInput, match="no_such_bulk"):
        office["li"].bulk.undo("nothing", progress=silent, cancel=CancelToken())
