"""Issues on the QA page, at the reason card, and the list of customers to call."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from tests.ui.fakes import attempt_row, complaint, explanation
from workbench.bootstrap import _shipped_rules
from workbench.domain.diagnosis import Explanation
from workbench.domain.issue import IssueState
from workbench.domain.people import Person, Role
from workbench.domain.reproduction import Kept
from workbench.rules.pack import RulePack
from workbench.services.reproduction import Reproduction
from workbench.ui.callbacks import Callbacks
from workbench.ui.models.groups import DAYS_ROLE, Column
from workbench.ui.pages.lookup.view import LookupPage
from workbench.ui.pages.qa.issue_presenter import Shown
from workbench.ui.pages.qa.view import QaPage

Q = "v1|reason=Q01|step=credit_review"
T = "v1|reason=T01|step=activation"


@pytest.fixture
def person() -> Person:
    return Person("qian", "钱伟", Role.QA)


@pytest.fixture
def page(desk, store, records, qtbot):
    store.explanations = {f"A000{n}": explanation(f"A000{n}") for n in (1, 2, 3)}
    records.people = [desk.session.person, Person("li", "李强", Role.TEAM_LEAD)]
    made = QaPage(desk)
    qtbot.addWidget(made)
    made.resize(1280, 640)
    made.show()
    assert desk.tasks.wait_idle()
    return made


def idle(desk) -> None:
    assert desk.tasks.wait_idle()


def titles(view) -> list[str]:
    return [row.group.key for row in view.model.rows]


def choose(view, *keys: str) -> None:
    view.table.clearSelection()
    how = view.table.selectionModel().SelectionFlag
    for place, row in enumerate(view.model.rows):
        if row.group.key in keys:
            index = view.model.index(place, 0)
            view.table.selectionModel().select(index, how.Select | how.Rows)
    idle(view._desk)


def act(view, key: str, **values: object) -> None:
    """Press an act's button, fill its form, send it."""
    view.side.buttons[key].click()
    for name, value in values.items():
        view.side.form.fields[name].setText(str(value))
    if view.side.form.isVisible():
        view.side.form.send()
    idle(view._desk)


def test_groups_stand_with_state_days_counts_and_the_first_is_chosen(page, desk) -> None:
    view = page.issues
    assert set(titles(view)) >= {Q, T} and len(titles(view)) == 3
    index = view.model.index(0, Column.DAYS)
    assert sum(index.data(DAYS_ROLE)) == 1
    assert view.detail.detail.group.key == titles(view)[0]
    assert view.detail.model.rowCount() == 1, "the failures behind it"
    assert "What to do" in view.side.title.text()


def test_the_codes_are_a_tab_of_the_same_page(page) -> None:
    codes = page.show_tab("codes")
    assert codes.queues.count() == 2 and page.show_tab("codes") is codes


def test_search_and_box_leave_what_is_meant(page, desk) -> None:
    view = page.issues
    view.search.setText("t01 activation")
    view.look()
    assert titles(view) == [T]
    view.search.setText("nothing like it")
    view.look()
    assert view._pages.currentWidget() is view.empty
    view.search.clear()
    view.which.setCurrentIndex(list(Shown).index(Shown.ISSUES))
    assert titles(view) == []


def test_a_header_sorts_the_groups_and_the_choice_stays(page, store, desk) -> None:
    view = page.issues
    store.attempts += [attempt_row(9, reason_code="T01", step="activation", customer_ref="R9")]
    desk.acts.data_changed.emit()
    idle(desk)
    assert titles(view)[0] == T
    choose(view, Q)
    view.table.sortByColumn(Column.COUNT, Qt.SortOrder.AscendingOrder)
    idle(desk)
    assert titles(view)[-1] == T and [r.group.key for r in view.chosen()] == [Q]


def test_an_issue_is_made_and_taken_through_its_life_from_the_window(page, desk, store) -> None:
    view = page.issues
    choose(view, Q)
    act(view, "make", title="declined for 13812345678")
    (row,) = view.chosen()
    assert row.group.issue.title == "declined for 138****5678"
    assert "A0001" in view.detail.why.widget().findChildren(type(view.detail.head))[-1].text()
    act(view, "fixed", version="9.1")
    view.open_issue(row.group.key)
    idle(desk)
    (row,) = view.chosen()
    assert row.group.standing.state is IssueState.FIXED
    assert row.group.issue.fixed_version == "9.1"
    store.attempts.append(
        attempt_row(8, occurred_at=desk.issues.board._clock() + timedelta(days=9))
    )
    store.versions["A0008"] = "9.2.0"
    store.attempts[-1] = replace(
        store.attempts[-1], occurred_at=row.group.issue.fixed_at + timedelta(minutes=1)
    )
    desk.acts.data_changed.emit()
    idle(desk)
    (row,) = view.chosen()
    assert row.group.standing.state is IssueState.REOPENED
    assert "seen again" in view.detail.state.text


def test_several_are_counted_before_they_are_merged_and_the_bar_undoes_it(page, desk) -> None:
    view, undone = page.issues, []
    desk.acts.done.connect(lambda said, undo: undone.append(undo))
    choose(view, Q, T)
    assert "2 groups" in view.side.title.text() and "2 failures" in view.side.told.text()
    act(view, "merge", why="one cause")
    assert len(view.model.rows) == 2
    (row,) = view.chosen()
    assert row.group.count == 2 and view.side.history.count() >= 2
    assert row.group.issue.title == "Thin credit history · Credit review"
    act(view, "split")
    named = [r.group.issue.title for r in view.model.rows if r.group.issue]
    assert named == ["Thin credit history · Credit review"] * 2, "no codes, nobody gave a title"
    undone[-1]()
    idle(desk)
    undone[0]()
    idle(desk)
    assert len(view.model.rows) == 3


def test_the_bar_unmakes_an_issue_and_makes_it_again(page, desk) -> None:
    view, said, undo = page.issues, [], []
    desk.acts.done.connect(lambda words, act: (said.append(words()), undo.append(act)))
    choose(view, T)
    act(view, "make", title="busy")
    undo[-1]()
    idle(desk)
    (row,) = view.chosen()
    assert row.group.key == T and row.group.issue is None, "its failures stay chosen"
    assert "Taken back: I-" in said[-1]
    undo[-1]()
    idle(desk)
    view.open_issue(T)
    idle(desk)
    assert view.chosen()[0].group.issue.title == "busy"


def test_ignoring_several_is_one_act_that_the_bar_undoes(page, desk) -> None:
    view, undo = page.issues, []
    desk.acts.done.connect(lambda words, act: undo.append(act))
    before = titles(view)
    choose(view, Q, T)
    act(view, "ignore", per_day=9, why="noise")
    assert len(undo) == 1 and len(titles(view)) == 1
    undo[-1]()
    idle(desk)
    assert sorted(titles(view)) == sorted(before)
    assert all(row.group.issue is None for row in view.model.rows)


def test_history_is_undone_row_by_row(page, desk) -> None:
    view = page.issues
    choose(view, T)
    act(view, "make")
    act(view, "edit", title="another")
    assert view.chosen()[0].group.issue.title == "another"
    view.side.history.setCurrentRow(0)
    assert view.side.undo_button.isEnabled()
    view.side.undo_button.click()
    idle(desk)
    assert view.chosen()[0].group.issue.title != "another"


def test_what_the_service_refuses_stays_typed_in_the_form(page, desk) -> None:
    view = page.issues
    choose(view, T)
    act(view, "make")
    act(view, "link", number="no such complaint")
    assert view.side.form.isVisible() and view.side.form.trouble.text()
    assert view.side.form.fields["number"].text() == "no such complaint"


def test_a_picture_is_kept_and_named_with_the_evidence(page, desk, tmp_path: Path) -> None:
    view = page.issues
    choose(view, T)
    act(view, "make")
    (tmp_path / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    view.attach(tmp_path / "x.png")
    idle(desk)
    assert [p.name for p in view.detail.detail.pictures] == ["x.png"]


def test_evidence_is_made_again_and_the_outcome_stands_over_it(page, desk, store, records) -> None:
    view, rules = page.issues, _shipped_rules()[0]
    again: list[Kept] = []

    def explain_kept(kept: Kept, pack: RulePack) -> tuple[Explanation, None]:
        again.append(kept)
        return store.explain(kept.attempt_id), None

    store.explain_kept = explain_kept
    desk.answers = Reproduction(store, records, desk.session, lambda version: rules)
    choose(view, T)
    act(view, "make")
    view.detail.again_button.click()
    idle(desk)
    [made] = view.detail.made_again.values()
    told = " ".join(label.text() for label in view.detail.why.findChildren(QLabel))
    assert "the same answer" in told and "inputs digest" in told
    assert [kept.attempt_id for kept in again] == [made.explanation.attempt_id]
    choose(view, Q)
    assert view.detail.made_again == {}


def test_html_in_a_title_is_shown_as_text(page, desk) -> None:
    view = page.issues
    choose(view, T)
    act(view, "make", title="<b>bold</b>")
    assert view.detail.head.text() == "<b>bold</b>"
    assert view.detail.head.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("person", [Person("zhang", "张敏", Role.AGENT)], ids=["agent"])
def test_an_agent_sees_groups_and_can_change_none(page) -> None:
    view = page.issues
    assert view.model.rowCount() == 3
    assert not any(button.isEnabled() for button in view.side.buttons.values())
    assert "QA" in view.side.told.text()


@pytest.mark.slow
def test_a_hundred_thousand_groups_are_listed_and_sorted(page, desk, store) -> None:
    view = page.issues
    row = view.model.rows[0]
    many = [
        replace(row, group=replace(row.group, key=f"v1|code={n}", count=n)) for n in range(100_000)
    ]
    view.presenter.found(many)
    view.presenter.keys = ()
    view.look()
    assert view.model.rowCount() == 100_000
    view.table.sortByColumn(Column.COUNT, Qt.SortOrder.AscendingOrder)
    assert view.model.rows[0].group.count == 0
    view.table.scrollToBottom()
    view.search.setText("nobody")
    view.look()
    assert view.model.rowCount() == 0
    idle(desk)


# at the card
@pytest.fixture
def lookup(desk, store, qtbot):
    store.explanations = {f"A000{n}": explanation(f"A000{n}") for n in (1, 2, 3)}
    made = LookupPage(desk)
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_card_says_that_an_issue_covers_it_and_one_key_notes_who_waits(
    lookup, desk, qtbot
) -> None:
    issue = desk.issues.acts.create([Q], "declined")
    lookup.open_attempt("A0001")
    idle(desk)
    bar = lookup.card.known
    assert bar.isVisible() and bar.issue_button.text() == issue.number
    assert "New" in bar.state.text and "Ctrl+I" in bar.wait_button.text()
    qtbot.keyClick(lookup.timeline, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    idle(desk)
    (waiter,) = desk.issues.board.waiters(issue.issue_id)
    assert (waiter.customer_ref, waiter.phone) == ("R1", "138****5678")
    assert "✔" in bar.wait_button.text()
    qtbot.keyClick(lookup.timeline, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    idle(desk)
    assert desk.issues.board.waiters(issue.issue_id) == []


def test_an_attempt_that_no_issue_covers_has_no_such_line_and_qa_gets_its_group(
    lookup, desk, qtbot
) -> None:
    opened = []
    desk.acts.open_issue.connect(opened.append)
    lookup.open_attempt("A0001")
    idle(desk)
    assert not lookup.card.known.isVisible()
    lookup.wait_for_fix()
    idle(desk)
    assert opened == [Q]


def test_who_waited_stands_on_the_list_and_is_struck_off_it(desk, store, records, qtbot) -> None:
    store.explanations = {f"A000{n}": explanation(f"A000{n}") for n in (1, 2, 3)}
    records.complaints = [complaint(1, attempt_id="A0001", owner="qian", customer_ref="R5")]
    window, undo = QWidget(), []
    desk.acts.done.connect(lambda words, back: undo.append(back))
    qtbot.addWidget(window)
    calls = Callbacks(desk, window)
    issue = desk.issues.acts.create([Q], "declined")
    desk.issues.waiting.wait(issue.issue_id, "R1", phone="138****5678")
    calls.open()
    idle(desk)
    assert calls.dialog.list.count() == 0
    desk.issues.acts.move(issue.issue_id, IssueState.FIXED)
    calls.open()
    idle(desk)
    assert "2 customers" in calls.dialog.head.text()
    texts = [calls.dialog.list.item(n).text() for n in range(2)]
    assert any("138****5678" in text for text in texts)
    place = next(n for n, text in enumerate(texts) if text.startswith("138****5678"))
    calls.dialog.list.setCurrentRow(place)
    calls.dialog.called_button.click()
    idle(desk)
    assert calls.dialog.list.count() == 1 and not calls.dialog.called_button.isEnabled()
    undo[-1]()
    idle(desk)
    calls.dialog.refresh()
    idle(desk)
    assert calls.dialog.list.count() == 2
    calls.dialog.close()
