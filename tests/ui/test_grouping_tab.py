"""How failures are grouped, refined in the window: counted before it holds, and taken back."""

import pytest

from tests.ui.fakes import attempt_row
from workbench.domain.people import Person, Role
from workbench.ui.pages.qa.view import QaPage

EAST = "version: '1'\nrefine:\n  - name: a\n    when: province = '江苏'\n    by: [province]\n"
Q = "v1|reason=Q01|step=credit_review"


@pytest.fixture
def person() -> Person:
    return Person("qian", "钱伟", Role.QA)


@pytest.fixture
def tab(desk, store, qtbot):
    store.attempts += [attempt_row(8, province="浙江"), attempt_row(9, province="江苏")]
    made = QaPage(desk)
    qtbot.addWidget(made)
    made.resize(1280, 640)
    made.show()
    made.show_tab("grouping")
    assert desk.tasks.wait_idle()
    return made.show_tab("grouping")


def typed(tab, text: str) -> None:
    tab.editor.setPlainText(text)
    tab.check()
    assert tab._desk.tasks.wait_idle()


def counted(tab) -> list[tuple[str, ...]]:
    tab.count()
    assert tab._desk.tasks.wait_idle()
    return [line.cells for line in tab.rows.lines]


def test_what_a_refinement_would_change_is_counted_before_it_holds(tab, desk, store) -> None:
    typed(tab, EAST)
    assert tab.count_button.isEnabled() and not tab.use_button.isEnabled()
    whole = sum(r.reason_code == "Q01" for r in store.attempts)
    (row,) = counted(tab)
    assert row[0] == str(whole) and "浙江 1" in row[2]
    assert desk.issues.grouping.text() == "", "nothing is changed yet"
    typed(tab, EAST + "    without: [version]\n")
    assert not tab.use_button.isEnabled(), "another text was counted"
    counted(tab)
    tab.use()
    assert desk.tasks.wait_idle()
    assert desk.issues.grouping.current().stamp == "v1+1"


def test_what_is_typed_and_not_used_is_there_in_the_next_window(tab, desk, qtbot) -> None:
    def next_window():
        made = QaPage(desk)
        qtbot.addWidget(made)
        made.show()
        shown = made.show_tab("grouping")
        assert desk.tasks.wait_idle()
        return shown

    typed(tab, EAST)
    again = next_window()
    assert again.text == EAST and again.count_button.isEnabled()
    assert desk.issues.grouping.text() == ""
    again.revert()
    assert desk.complaints.words() == {} and next_window().text == ""
    typed(again, EAST)
    counted(again)
    again.use()
    assert desk.tasks.wait_idle() and desk.complaints.words() == {}


def test_using_it_is_undone_from_the_bar_and_again(tab, desk) -> None:
    undo = []
    desk.acts.done.connect(lambda words, act: undo.append(act))
    typed(tab, EAST)
    counted(tab)
    tab.use()
    assert desk.tasks.wait_idle()
    undo[-1]()
    assert desk.tasks.wait_idle()
    assert desk.issues.grouping.text() == "" and tab.text == ""
    undo[-1]()
    assert desk.tasks.wait_idle()
    assert desk.issues.grouping.text() == EAST == tab.text


def test_what_is_wrong_is_marked_in_its_line_and_cannot_be_used(tab) -> None:
    typed(tab, EAST.replace("province =", "provnce ="))
    (mark,) = tab.editor.marks
    assert mark.line == 4 and "province" in mark.sentence
    assert tab.trouble.isVisible() and not tab.count_button.isEnabled()


def test_what_another_desk_set_meanwhile_is_not_overwritten(tab, desk) -> None:
    typed(tab, EAST)
    counted(tab)
    desk.issues.grouping.put(EAST.replace("'1'", "'9'"))
    tab.use()
    assert desk.tasks.wait_idle()
    assert "somebody else" in tab.trouble.text() and tab.text == EAST
    assert desk.issues.grouping.current().stamp == "v1+9"


@pytest.mark.parametrize("person", [Person("zhang", "张敏", Role.AGENT)], ids=["agent"])
def test_an_agent_reads_it_and_changes_nothing(tab) -> None:
    assert tab.editor.isReadOnly() and not tab.use_button.isVisible()
    assert "QA" in tab.told.text()
