"""Issues at a desk of real records: made, moved, merged, split, taken back, waited for."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.complaint_desk import START, Office
from tests.ui.fakes import attempt_row, complaint, explanation
from workbench.domain.complaint import Severity, State
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.issue import IssueEventKind, IssueState
from workbench.domain.tracker import Origin, Ticket
from workbench.texts import error_text

Q = "v1|reason=Q01|step=credit_review"
T = "v1|reason=T01|step=activation"
N = "v1|reason=N01|step=face"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def attempts():
    busy = {"reason_code": "T01", "step": "activation", "cause": "high_concurrency"}
    return [
        *(attempt_row(n, customer_ref=f"R{n % 2}", occurred_at=START) for n in (1, 2, 3)),
        *(attempt_row(n, customer_ref="R7", occurred_at=START, **busy) for n in (4, 5)),
        attempt_row(6, customer_ref="R8", occurred_at=START, reason_code="N01", step="face"),
    ]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    made.attempts.attempts = attempts()
    made.attempts.explanations = {f"A{n:04}": explanation(f"A{n:04}") for n in range(1, 20)}
    yield made
    made.records.close()


def log(office: Office, number: int, **changes) -> None:
    with office.records.unit_of_work() as uow:
        uow.complaints.add(complaint(number, complaint_id=f"c{number}", **changes))
        uow.commit()


def state(office: Office, key: str) -> IssueState:
    return office.issues("qian").board.group(key).standing.state


def keys(office: Office) -> dict[str, int]:
    return {group.key: group.count for group in office.issues("qian").board.groups()}


def test_groups_say_how_many_and_whom_before_anybody_has_made_an_issue(office) -> None:
    log(office, 1, attempt_id="A0001")
    log(office, 2, attempt_id="A0004", state=State.WITHDRAWN)
    found = {g.key: g for g in office.issues("zhang").board.groups()}
    assert [found[k].count for k in (Q, T, N)] == [3, 2, 1]
    assert [found[k].customers for k in (Q, T, N)] == [2, 1, 1]
    assert [found[k].complaints for k in (Q, T, N)] == [1, 0, 0]
    assert {g.standing.state for g in found.values()} == {IssueState.NEW}


def test_a_new_issue_freezes_how_its_newest_failure_was_explained(office) -> None:
    qa = office.issues("qian")
    office.attempts.attempts.append(attempt_row(9, occurred_at=START + timedelta(hours=1)))
    fields = {
        "phone": "13812345678",
        "step": "face",
        "branch": "Wang",
        "error_message": "for 13812345678",
    }
    office.attempts.explanations["A0009"] = explanation("A0009", fields=fields)
    made = qa.acts.create([Q], "求助 13812345678 报错", Severity.HIGH, "11010119900307283X says")
    assert made.title == "求助 138****5678 报错" and made.number == "I-20261122-0001"
    born, kept = qa.board.history(made.issue_id)
    assert born.kind is IssueEventKind.CREATED and born.why == "110101********283X says"
    evidence = kept.detail["evidence"]
    assert evidence["attempt_id"] == "A0009" and evidence["reasons"][0]["code"] == "Q01"
    assert evidence["fields"] == {"step": "face", "error_message": "for 138****5678"}
    assert evidence["rules_version"] and evidence["grouping"] == made.made_under == "v1"
    office.attempts.explanations["A0009"] = explanation("A0009", cause="high_debt")
    assert qa.board.evidence(made.issue_id)[0].detail["evidence"] == evidence


def test_failures_that_are_in_an_issue_make_no_second_one(office) -> None:
    acts = office.issues("qian").acts
    acts.create([Q])
    with pytest.raises(BadInput, match="already_issue"):
        acts.create([Q])
    with pytest.raises(BadInput, match="no_such_issue"):
        acts.create(["v1|nothing"])


def test_a_fix_is_undone_by_a_later_failure_and_by_no_late_arrival(office) -> None:
    acts = office.issues("qian").acts
    made = acts.create([T])
    office.now = START + timedelta(days=1)
    acts.move(made.issue_id, IssueState.FIXED)
    late = {"reason_code": "T01", "step": "activation"}
    office.attempts.attempts.append(attempt_row(10, occurred_at=START, **late))
    assert state(office, made.number) is IssueState.FIXED
    office.attempts.attempts.append(
        attempt_row(11, occurred_at=office.now + timedelta(minutes=1), **late)
    )
    assert state(office, made.number) is IssueState.REOPENED
    acts.move(made.number, IssueState.OPEN)
    assert state(office, made.number) is IssueState.OPEN
    *_, moved = office.issues("qian").board.history(made.issue_id)
    assert (moved.from_state, moved.to_state) == ("reopened", "open")


def test_a_fix_in_a_version_minds_that_version_and_later_ones(office) -> None:
    acts = office.issues("qian").acts
    made = acts.create([T])
    acts.move(made.number, IssueState.FIXED, version="8.5")
    later = {"reason_code": "T01", "step": "activation", "occurred_at": START + timedelta(days=1)}
    office.attempts.attempts.append(attempt_row(10, **later))
    office.attempts.versions["A0010"] = "8.4.9"
    assert state(office, made.number) is IssueState.FIXED
    office.attempts.versions["A0010"] = "8.10.0"
    assert state(office, made.number) is IssueState.REOPENED


def test_an_ignored_issue_comes_back_when_a_day_brings_too_many(office) -> None:
    acts = office.issues("qian").acts
    made = acts.create([N])
    acts.move(made.number, IssueState.IGNORED, per_day=2)
    at = START + timedelta(days=3)
    face = {"reason_code": "N01", "step": "face", "occurred_at": at}
    office.attempts.attempts.append(attempt_row(10, **face))
    assert state(office, made.number) is IssueState.IGNORED
    office.attempts.attempts.append(attempt_row(11, **face))
    assert state(office, made.number) is IssueState.REOPENED


def test_a_move_that_the_state_does_not_allow_says_so(office) -> None:
    acts = office.issues("qian").acts
    made = acts.create([N])
    with pytest.raises(BadInput, match="issue_move"):
        acts.move(made.number, IssueState.REOPENED)


def test_merged_groups_count_once_and_come_apart_again_at_any_time(office) -> None:
    log(office, 1, attempt_id="A0001")
    log(office, 2, attempt_id="A0004")
    qa = office.issues("qian")
    one = qa.acts.create([Q], "one")
    other = qa.acts.create([T], "other")
    reach = qa.board.reach([one.issue_id, other.issue_id, N])
    assert (reach.groups, reach.issues, reach.attempts, reach.customers) == (3, 2, 6, 4)
    assert reach.complaints == 2 and keys(office)[one.issue_id] == 3, "a preview does nothing"
    whole = qa.acts.merge([other.number, N], into=one.number, why="same cause")
    assert whole.issue_id == one.issue_id and keys(office) == {one.issue_id: 6}
    assert qa.board.group(other.number).key == one.issue_id
    assert len(qa.board.complaints(qa.board.group(one.number))) == 2
    office.now += timedelta(days=400)
    *_, told = qa.board.history(other.issue_id)
    qa.undoing.undo(told.event_id)  # from the history of the one that was merged
    assert keys(office) == {one.issue_id: 3, other.issue_id: 2, N: 1}
    *_, undone = qa.board.history(one.issue_id)
    qa.undoing.undo(undone.event_id)
    assert keys(office) == {one.issue_id: 6}, "an undo is taken back as any act is"


def test_an_issue_is_found_by_its_old_number_however_often_it_was_merged_on(office) -> None:
    qa = office.issues("qian")
    made = [qa.acts.create([key]) for key in (Q, T, N)]
    qa.acts.merge([made[0].number], into=made[1].number)
    qa.acts.merge([made[1].number], into=made[2].number)
    assert qa.board.group(made[0].number).key == made[2].issue_id
    assert keys(office) == {made[2].issue_id: 6}


def test_a_split_stays_and_is_taken_back(office) -> None:
    qa = office.issues("qian")
    whole = qa.acts.merge([Q, T, N])
    made = qa.acts.split(whole.number, [T], "their own", "another team's")
    assert keys(office) == {whole.issue_id: 4, made.issue_id: 2}
    assert made.number != whole.number
    with pytest.raises(BadInput, match="split_all"):
        qa.acts.split(made.number, [T])
    with pytest.raises(BadInput, match="not_in_issue"):
        qa.acts.split(whole.number, [T])
    (act,) = [e for e in qa.board.history(whole.issue_id) if e.kind is IssueEventKind.SPLIT]
    qa.undoing.undo(act.event_id)
    assert keys(office) == {whole.issue_id: 6}


def test_an_undo_of_what_was_changed_since_is_refused_and_changes_nothing(office) -> None:
    qa = office.issues("qian")
    made = qa.acts.create([Q], "first")
    qa.acts.edit(made.number, title="second")
    *_, edited = qa.board.history(made.issue_id)
    qa.acts.edit(made.number, title="third")
    with pytest.raises(BadInput, match="changed_since"):
        qa.undoing.undo(edited.event_id)
    assert qa.board.group(made.number).issue.title == "third"
    *_, last = qa.board.history(made.issue_id)
    assert qa.undoing.undo(last.event_id).issue.title == "second"


def test_the_making_of_an_issue_is_taken_back_and_done_again(office) -> None:
    qa = office.issues("qian")
    made = qa.acts.create([Q, N], "one")
    undone = qa.undoing.undo(qa.board.history(made.issue_id)[0].event_id, "too soon")
    assert undone.issue.state is IssueState.WITHDRAWN
    assert keys(office) == {Q: 3, T: 2, N: 1}, "the groups are where they were"
    with pytest.raises(BadInput, match="issue_withdrawn"):
        qa.board.group(made.number)
    with pytest.raises(BadInput, match="issue_withdrawn"):
        qa.acts.move(made.number, IssueState.OPEN)
    again = qa.undoing.undo(undone.event_id)
    assert keys(office) == {made.issue_id: 4, T: 2}
    assert qa.board.group(made.number).standing.state is IssueState.NEW
    qa.undoing.undo(again.event_id)
    assert qa.acts.create([Q]).number != made.number, "its number stays its own"


def test_an_issue_that_others_built_on_is_not_unmade(office) -> None:
    qa, zhang = office.issues("qian"), office.issues("zhang")
    made = qa.acts.create([T], "busy")
    born = qa.board.history(made.issue_id)[0].event_id
    office.issues("li").acts.assign(made.number, "li")
    with pytest.raises(BadInput, match="issue_used_since") as refused:
        qa.undoing.undo(born)
    assert refused.value.params["who"] == "li"
    assert "李" not in error_text("en", refused.value)
    *_, assigned = qa.board.history(made.issue_id)
    qa.undoing.undo(assigned.event_id)
    zhang.waiting.wait(made.issue_id, "R7")
    with pytest.raises(BadInput, match="issue_waited_for"):
        qa.undoing.undo(born)
    zhang.waiting.withdraw(made.issue_id, "R7")
    with office.records.unit_of_work() as uow:
        uow.tickets.put(Ticket(made.issue_id, "hub", Origin.FILED, START, "qian", "7"))
        uow.commit()
    with pytest.raises(BadInput, match="issue_has_ticket"):
        qa.undoing.undo(born)
    with office.records.unit_of_work() as uow:
        uow.tickets.remove(made.issue_id, "hub")
        uow.commit()
    assert qa.undoing.undo(born).issue.state is IssueState.WITHDRAWN


def test_a_waiter_of_another_desk_keeps_an_unmade_issue_in_sight(office) -> None:
    qa = office.issues("qian")
    made = qa.acts.create([T], "busy")
    qa.undoing.undo(qa.board.history(made.issue_id)[0].event_id)
    office.issues("zhang").waiting.wait(made.issue_id, "R7")  # noted there before that came
    assert qa.board.group(made.number).standing.state is IssueState.WITHDRAWN
    qa.acts.merge([made.number, T])
    qa.acts.move(made.number, IssueState.OPEN)
    qa.acts.move(made.number, IssueState.FIXED)
    assert [c.customer_ref for c in office.issues("zhang").board.callbacks()] == ["R7"]


def test_several_groups_are_ignored_and_come_back_as_one_act(office) -> None:
    qa = office.issues("qian")
    made = qa.acts.create([Q], "one")
    moved = qa.acts.move_all([made.number, T, N], IssueState.IGNORED, "noise", per_day=9)
    assert [i.escalates_at for i in moved] == [9, 9, 9]
    assert {g.standing.state for g in qa.board.groups()} == {IssueState.IGNORED}
    acts = {e.detail.get("together") for e in office.records.audit() if e.action == "moved"}
    assert len(acts) == 1 and None not in acts, "the audit shows one act"
    *_, told = qa.board.history(moved[1].issue_id)
    undone = qa.undoing.undo(told.event_id)
    assert undone.count == 3 and not undone.left
    assert keys(office) == {made.issue_id: 3, T: 2, N: 1}
    assert qa.undoing.undo(undone.event_id).count == 3
    assert {g.standing.state for g in qa.board.groups()} == {IssueState.IGNORED}


def test_what_one_of_several_became_since_stays_and_is_told(office) -> None:
    qa = office.issues("qian")
    first, second = qa.acts.move_all([Q, T], IssueState.IGNORED)
    office.issues("li").acts.move(first.number, IssueState.OPEN)
    *_, told = qa.board.history(second.issue_id)
    undone = qa.undoing.undo(told.event_id)
    assert undone.count == 1 and [e.params["number"] for e in undone.left] == [first.number]
    assert keys(office) == {first.issue_id: 3, T: 2, N: 1}
    assert state(office, first.number) is IssueState.OPEN


def test_a_move_that_one_of_several_may_not_make_moves_none(office) -> None:
    qa = office.issues("qian")
    made = qa.acts.create([Q])
    qa.acts.move(made.number, IssueState.IGNORED)
    with pytest.raises(BadInput, match="issue_move"):
        qa.acts.move_all([T, made.number], IssueState.IGNORED)
    assert keys(office) == {made.issue_id: 3, T: 2, N: 1}


def test_title_and_owner_changed_at_once_go_back_at_once(office) -> None:
    qa = office.issues("qian")
    made = qa.acts.create([Q], "one")
    qa.acts.edit(made.number, title="two", owner="li")
    *_, told = qa.board.history(made.issue_id)
    found = qa.undoing.undo(told.event_id).issue
    assert (found.title, found.owner) == ("one", None)


def test_what_was_put_by_hand_stays_after_a_new_diagnosis_and_another_fingerprint(office) -> None:
    qa = office.issues("qian")
    whole = qa.acts.merge([Q, N])
    office.attempts.fingerprint = lambda row: f"v2|step={row.step}"  # another formula
    assert keys(office) == {whole.issue_id: 4, "v2|step=activation": 2}
    assert qa.acts.carry_over() == 2 and qa.acts.carry_over() == 0
    office.attempts.attempts = [  # the witnesses are gone by now
        attempt_row(20, step="face"), attempt_row(21, step="credit_review"),
    ]  # fmt: skip
    assert keys(office) == {whole.issue_id: 2}
    *_, told = qa.board.history(whole.issue_id)
    assert told.kind is IssueEventKind.TAKEN_OVER


def test_agents_note_who_waits_and_are_told_to_call_once_it_is_fixed(office) -> None:
    qa, zhang, wang = (office.issues(who) for who in ("qian", "zhang", "wang"))
    made = qa.acts.create([T], "busy")
    assert zhang.board.covers("A0001") is None
    known = zhang.board.covers("A0004", "R7")
    assert known.issue.number == made.number and not known.waits
    for _ in range(2):
        zhang.waiting.wait(made.issue_id, "R7", attempt_id="A0004", phone="138****5678")
    wang.waiting.wait(made.issue_id, "R9")
    assert zhang.board.covers("A0005", "R7").waits
    assert qa.board.group(made.number).waiting == 2
    log(office, 3, attempt_id="A0005", customer_ref="R3", owner="zhang", state=State.WAITING)
    log(office, 4, attempt_id="A0005", customer_ref="R4", owner="zhang", state=State.CLOSED)
    assert zhang.board.callbacks() == []
    whole = qa.acts.merge([made.number, N], why="same")
    qa.acts.move(whole.number, IssueState.FIXED)
    assert [c.customer_ref for c in zhang.board.callbacks()] == ["R7", "R3"]
    assert [c.customer_ref for c in wang.board.callbacks()] == ["R9"]
    assert len(qa.board.callbacks(everybody=True)) == 3
    assert zhang.waiting.called(whole.number, "R7") == 1
    assert [c.customer_ref for c in zhang.board.callbacks()] == ["R3"]
    wang.waiting.withdraw(whole.number, "R9")
    assert wang.board.callbacks() == []


def test_a_complaint_linked_by_hand_counts_until_that_is_taken_back(office) -> None:
    qa = office.issues("qian")
    log(office, 1, attempt_id=None)
    made = qa.acts.create([T])
    qa.acts.link(made.number, "c1")
    assert qa.board.group(made.number).complaints == 1
    *_, linked = qa.board.history(made.issue_id)
    qa.undoing.undo(linked.event_id)
    assert qa.board.group(made.number).complaints == 0
    with pytest.raises(BadInput, match="changed_since"):
        qa.undoing.undo(linked.event_id)


def test_a_picture_lies_sealed_with_the_issue(office, tmp_path) -> None:
    qa = office.issues("qian")
    made = qa.acts.create([T])
    (tmp_path / "x.png").write_bytes(PNG)
    kept = qa.acts.attach(made.number, tmp_path / "x.png")
    assert qa.board.pictures(made.issue_id) == [kept] and qa.acts.picture(kept.attachment_id) == PNG
    assert all(PNG not in file.read_bytes() for file in office.files._folder.iterdir())


def test_refinements_are_checked_kept_and_counted_as_a_version(office) -> None:
    qa = office.issues("qian")
    text = "version: '7'\nrefine:\n  - name: a\n    when: stpe = 'face'\n    by: [node]\n"
    with pytest.raises(BadInput, match="rule_unknown_field_near"):
        qa.grouping.put(text, "site.yaml")
    assert qa.grouping.text() == ""
    qa.grouping.put(text.replace("stpe", "step"))
    assert qa.acts.create([f"{N}|rule=a|node=None"]).made_under == "v1+7"
    assert qa.grouping.put("").stamp == "v1"
    with pytest.raises(NotPermitted):
        office.issues("li").grouping.put(text)


def test_a_refinement_is_counted_with_what_leaves_an_issue_before_it_holds(office) -> None:
    qa = office.issues("qian")
    far = [attempt_row(n, customer_ref="R1", province="浙江") for n in (30, 31)]
    office.attempts.attempts += far
    made = qa.acts.create([Q], "declined")
    text = "version: '7'\nrefine:\n  - name: a\n    when: step <> ''\n    by: [province]\n"
    would = qa.board.regrouping(qa.grouping.check(text))
    assert (would.failures, would.before, would.after) == (8, 3, 4)
    (row,) = would.rows
    assert row.was.issue.number == made.number and row.leaving == 2, "the rest stays in the issue"
    assert [group.issue is not None for group, _ in row.becomes] == [True, False]
    assert qa.board.group(made.number).count == 5, "nothing is changed yet"
    assert would.renamed == 2
    qa.grouping.put(text)
    assert qa.board.group(made.number).count == 3


def test_an_export_is_masked_and_audited(office, tmp_path) -> None:
    qa = office.issues("qian")
    qa.acts.create([T], "of 13812345678")
    assert qa.board.export(tmp_path / "issues.csv") == 3
    text = (tmp_path / "issues.csv").read_text("utf-8-sig")
    assert "138****5678" in text and "13812345678" not in text
    assert [e.action for e in office.records.audit()[:2]] == ["exported", "export"]


def test_an_act_is_row_history_audit_and_op_or_nothing(office, monkeypatch) -> None:
    qa = office.issues("qian")
    before = office.records.audit_head()
    monkeypatch.setattr("workbench.storage.records.SqlUnitOfWork.enqueue", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        qa.acts.create([T])
    assert office.records.audit_head() == before
    assert all(group.issue is None for group in qa.board.groups())


def test_an_agent_sees_issues_and_makes_none(office) -> None:
    zhang = office.issues("zhang")
    for act in (
        lambda: zhang.acts.create([T]),
        lambda: zhang.acts.merge([T, Q]),
        lambda: zhang.acts.carry_over(),
    ):
        with pytest.raises(NotPermitted):
            act()


class Life(RuleBasedStateMachine):
    """Any order of merges, splits and undos: every failure is counted in just one group, and what
    was undone is as it was before."""

    @initialize()
    def begin(self) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.office = Office(Path(self.folder.name))
        self.office.attempts.attempts = attempts()
        self.office.attempts.explanations = {
            f"A{n:04}": explanation(f"A{n:04}") for n in range(1, 20)
        }
        self.qa = self.office.issues("qian")
        self.done: list[tuple[str, dict[str, int]]] = []  # (act, how it was before)

    def _act(self, issue_id: str, before: dict[str, int]) -> None:
        acts = (IssueEventKind.MERGED, IssueEventKind.SPLIT)
        *_, last = [e for e in self.qa.board.history(issue_id) if e.kind in acts]
        self.done.append((last.event_id, before))

    @rule(pick=st.randoms())
    def merge(self, pick) -> None:
        found = [g.key for g in self.qa.board.groups() if g.count or g.issue]
        if len(found) > 1:
            issues = [k for k in found if not k.startswith("v1")]
            if not issues:
                self.qa.acts.create([found[0]])
                found = [g.key for g in self.qa.board.groups()]
            chosen = pick.sample(found, 2)
            if all(key.startswith("v1") for key in chosen):
                return
            before = keys(self.office)
            self._act(self.qa.acts.merge(chosen).issue_id, before)

    @rule(pick=st.randoms())
    def split(self, pick) -> None:
        many = [g for g in self.qa.board.groups() if g.issue and len(g.fingerprints) > 1]
        if many:
            group = pick.choice(many)
            before = keys(self.office)
            self.qa.acts.split(group.key, [pick.choice(group.fingerprints)])
            self._act(group.key, before)

    @rule()
    def undo(self) -> None:
        if self.done:
            act, before = self.done.pop()
            self.qa.undoing.undo(act)
            assert {k: n for k, n in keys(self.office).items() if n} == {
                k: n for k, n in before.items() if n
            }

    @invariant()
    def nothing_is_lost_or_counted_twice(self) -> None:
        assert sum(keys(self.office).values()) == 6

    def teardown(self) -> None:
        self.office.records.close()
        self.folder.cleanup()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=4, stateful_step_count=10)
