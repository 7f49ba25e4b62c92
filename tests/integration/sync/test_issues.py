"""Issues between desks: everybody's, merged and put, settled as the rest; who waits is a team's."""

from pathlib import Path

import pytest

from tests.centre import Site
from tests.integration.sync.desks import WholeDesk
from tests.ui.fakes import FakeAttemptStore, attempt_row, explanation
from workbench.domain.issue import IssueState
from workbench.domain.people import Person, Role
from workbench.domain.sync import OpState, central_moves, central_rights
from workbench.gateways.central_records import set_up
from workbench.reports.tables import write_table
from workbench.services.issue_desk import IssueDesk
from workbench.services.session import Session
from workbench.storage.files import SealedFiles

Q = "v1|reason=Q01|step=credit_review"
T = "v1|reason=T01|step=face"


class Desk(WholeDesk):
    """A desk with all about issues."""

    def begin(self, role: Role, team: str | None) -> "Desk":
        store = FakeAttemptStore(
            [attempt_row(1), attempt_row(2, reason_code="T01", step="face", customer_ref="R2")]
        )
        store.explanations = {f"A000{n}": explanation(f"A000{n}") for n in (1, 2)}
        person = Person(self.login, self.login, role, team=team)
        files = SealedFiles(self.path.with_name("attachments"), bytes(32))
        session = Session(person)
        self.issues = IssueDesk.open(self.records, session, store, files, write_table, lambda: {})
        return self

    def groups(self) -> dict[str, tuple[int, str]]:
        return {
            g.issue.number if g.issue else g.key: (g.count, g.standing.state.value)
            for g in self.issues.board.groups()
        }


@pytest.fixture
def make(site: Site, tmp_path: Path):
    set_up(site.url, central_rights(), central_moves())  # as a centre is set up
    made: list[Desk] = []

    def one(role: Role, team: str | None = "east") -> Desk:
        folder = tmp_path / f"desk{len(made)}"
        folder.mkdir()
        login = site.admit(role, team)
        made.append(Desk(folder / "records.db", site.url_of(login), login).begin(role, team))
        return made[-1]

    yield one
    for desk in made:
        desk.close()


def rounds(*desks: Desk) -> None:
    for _ in range(2):
        for desk in desks:
            assert desk.run().unsettled == 0


def test_an_issue_is_everybodys_with_its_groups_history_and_state(site, make) -> None:
    qa, lead = make(Role.QA, None), make(Role.TEAM_LEAD, "east")
    agent, far = make(Role.AGENT, "east"), make(Role.AGENT, "west")
    made = qa.issues.acts.create([Q], "declined")
    rounds(qa, lead, agent, far)
    other = lead.issues.acts.create([T], "of a lead's team")
    lead.issues.acts.merge([made.number, other.number], into=made.number)
    lead.issues.acts.move(made.number, IssueState.FIXED, version="9.1")
    lead.issues.acts.assign(made.number, None)
    rounds(lead, qa, agent, far)
    expected = {made.number: (2, "fixed")}
    assert [desk.groups() for desk in (qa, lead, agent, far)] == [expected] * 4
    told = [e.event_id for e in qa.issues.board.history(made.issue_id)]
    assert told == [e.event_id for e in far.issues.board.history(made.issue_id)]
    (act,) = [e for e in qa.issues.board.history(made.issue_id) if e.kind == "merged"]
    qa.issues.undoing.undo(act.event_id)
    rounds(qa, far)
    assert set(far.groups()) == {made.number, other.number}


def test_an_issue_unmade_at_one_desk_is_unmade_at_all_of_them(site, make) -> None:
    qa, lead = make(Role.QA, None), make(Role.TEAM_LEAD, "east")
    qa.issues.acts.move_all([Q, T], IssueState.IGNORED, "noise")
    rounds(qa, lead)
    assert [state for _, state in lead.groups().values()] == ["ignored", "ignored"]
    (number, _) = lead.groups()
    *_, told = lead.issues.board.history(lead.issues.board.group(number).issue.issue_id)
    undone = lead.issues.undoing.undo(told.event_id)
    rounds(lead, qa)
    loose = {Q: (1, "new"), T: (1, "new")}
    assert undone.count == 2 and qa.groups() == lead.groups() == loose
    qa.issues.undoing.undo(undone.event_id)
    rounds(qa, lead)
    assert qa.groups() == lead.groups() and number in lead.groups()


def test_an_issue_taken_up_at_one_desk_and_unmade_at_another_asks(site, make) -> None:
    one, two = make(Role.QA, None), make(Role.TEAM_LEAD)
    made = one.issues.acts.create([Q])
    rounds(one, two)
    one.issues.acts.move(made.number, IssueState.OPEN)
    two.issues.undoing.undo(two.issues.board.history(made.issue_id)[0].event_id)
    rounds(one)
    assert two.run().unsettled == 1
    assert made.number in two.groups(), "what the other desk works on is not lost from sight"
    two.settle_all()


def test_two_moves_from_one_state_ask_the_second_person(site, make) -> None:
    one, two = make(Role.QA, None), make(Role.TEAM_LEAD)
    made = one.issues.acts.create([Q])
    rounds(one, two)
    one.issues.acts.move(made.number, IssueState.OPEN)
    two.issues.acts.move(made.number, IssueState.FIXED)
    rounds(one)
    assert two.run().unsettled == 1
    (op,) = two.replica.unsettled()
    assert (op.entity, op.state) == ("issue", OpState.CONFLICT)
    assert op.contested["state"].theirs == "open"
    assert two.groups()[made.number][1] == "open"
    two.settle_all()
    rounds(two, one)


def test_two_desks_give_one_number_and_the_centre_makes_two(site, make) -> None:
    one, two = make(Role.QA, None), make(Role.QA, None)
    first, second = one.issues.acts.create([Q]), two.issues.acts.create([T])
    assert first.number == second.number
    rounds(one, two)
    assert one.groups() == two.groups() and len(one.groups()) == 2


def test_who_waits_is_seen_by_the_team_and_by_qa(site, make) -> None:
    qa, agent, far = make(Role.QA, None), make(Role.AGENT, "east"), make(Role.AGENT, "west")
    made = qa.issues.acts.create([Q])
    rounds(qa, agent, far)
    agent.issues.waiting.wait(made.issue_id, "R1", phone="138****5678")
    far.issues.waiting.wait(made.issue_id, "R1")
    rounds(agent, far, qa)
    assert len(qa.issues.board.waiters(made.issue_id)) == 2
    (own,) = agent.issues.board.waiters(made.issue_id)
    assert own.agent == agent.login
    agent.issues.waiting.called(made.issue_id, "R1")
    far.issues.waiting.withdraw(made.issue_id, "R1")
    rounds(agent, far, qa)
    (left,) = qa.issues.board.waiters(made.issue_id)
    assert left.called_by == agent.login


def test_refinements_reach_every_desk_and_an_agents_are_refused(site, make) -> None:
    qa, agent = make(Role.QA, None), make(Role.AGENT, "east")
    text = "version: '2'\nrefine:\n  - name: a\n    when: step = 'face'\n    by: [node]\n"
    qa.issues.grouping.put(text)
    rounds(qa, agent)
    assert agent.issues.grouping.current().stamp == "v1+2"
    with agent.records.unit_of_work() as uow:  # a program that asks nobody
        uow.enqueue("grouping", "update", "grouping/site", {"body": {"text": ""}})
        uow.enqueue("issue", "create", "x", {"title": "mine"})
        uow.commit()
    assert agent.run().unsettled == 2
    assert qa.issues.grouping.current().stamp == "v1+2"
