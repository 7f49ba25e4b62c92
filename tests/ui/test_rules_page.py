"""The rules page over a real profile: checked while it is typed, tried, released, rolled back."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.integration.rules.conftest import WIDER, bench, edited, month, profile
from workbench.bootstrap import Workbench
from workbench.domain.people import Person, Role
from workbench.domain.rule_desk import RuleUse
from workbench.domain.rule_release import Release, ReleaseState
from workbench.rules.pack import shipped_pack
from workbench.services.sync import Round
from workbench.ui.desk import Desk
from workbench.ui.models.rules import Turn
from workbench.ui.pages.rules import presenter
from workbench.ui.pages.rules.editor import PackEditor
from workbench.ui.pages.rules.view import RulesPage

__all__ = ["bench", "month", "profile"]  # fixtures
WEI, FANG = Person("wei", "魏来", Role.QA), Person("fang", "方明", Role.QA)


@pytest.fixture
def desk(bench: Workbench, tasks, language, theme) -> Iterator[Desk]:
    bench.session.person = WEI
    made = Desk(
        attempts=bench.attempts, complaints=bench.complaints, handling=bench.handling,
        typing=bench.typing, custody=bench.custody, guidance=bench.guidance, codes=bench.codes,
        following=bench.following, session=bench.session, tasks=tasks, language=language,
        theme=theme, settings=bench.settings, board=bench.board, reports=bench.reports,
        issues=bench.issues, rules=bench.rules, rule_quality=bench.rule_quality,
    )  # fmt: skip
    yield made
    made.live.shut_down()


@pytest.fixture
def page(qtbot, desk: Desk, tasks) -> RulesPage:
    made = RulesPage(desk)
    qtbot.addWidget(made)
    made.resize(1200, 640)
    made.show()
    assert tasks.wait_idle(30_000)
    return made


def write(page: RulesPage, *changes: tuple[str, str]) -> None:
    """As if typed: undo takes it back."""
    text = page.text.toPlainText()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    page.text.selectAll()
    page.text.insertPlainText(text)
    page.check_now()
    assert page._desk.tasks.wait_idle(30_000)


# presenter
def release(state: ReleaseState, author: str = "wei") -> Release:
    from datetime import datetime

    return Release("r1", "n", "1.1", state, "", "", author, datetime(2026, 11, 1))


def test_what_a_person_may_do_with_a_version():
    draft, shadow = release(ReleaseState.DRAFT), release(ReleaseState.SHADOW)
    approved, published = release(ReleaseState.APPROVED), release(ReleaseState.PUBLISHED)
    assert presenter.acts(draft, None, WEI) == {"shadow", "withdraw"}
    assert presenter.acts(shadow, None, WEI) == {"differences", "withdraw"}, "not one's own"
    assert presenter.acts(shadow, None, FANG) == {"differences", "withdraw", "approve"}
    assert presenter.acts(approved, None, WEI) == {"differences", "withdraw", "publish"}
    assert presenter.acts(published, published, WEI) == {"rollback"}
    lead = Person("li", "李", Role.TEAM_LEAD)
    assert presenter.acts(shadow, None, lead) == {"differences"}
    assert not presenter.acts(published, published, lead) | presenter.acts(None, None, WEI)


def test_a_new_version_counts_on_and_is_written_into_the_text():
    assert presenter.next_version("2026.11.1", ["2026.11.2"]) == "2026.11.3"
    assert presenter.next_version("beta", []) == "beta.1"
    assert presenter.with_version("name: x\nversion: 1.0\nrules:", "2") == (
        'name: x\nversion: "2"\nrules:'
    )


def test_rules_stand_under_their_causes_with_what_they_decide():
    pack = shipped_pack()
    found = dict(presenter.grouped(pack, [RuleUse("Q01", 9, 7, 5), RuleUse("Q02", 1, 1, 1)]))
    thin = found["qualification"][0]
    assert (thin.cause, thin.count, [(r.code, use.first) for r, use in thin.rules]) == (
        "thin_credit_history", 7, [("Q01", 7)],
    )  # fmt: skip
    assert sum(len(g.rules) for groups in found.values() for g in groups) == len(pack.rules)


# editor
@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)
def test_names_are_offered_while_typing_and_taken_by_enter(qtbot, theme):
    editor = PackEditor(theme)
    qtbot.addWidget(editor)
    editor.show()
    editor.offer(["code", "debt_ratio", "decision"])
    QTest.keyClicks(editor, "  - deb")
    assert editor.completer.popup().isVisible()
    QTest.keyClick(editor.completer.popup(), Qt.Key.Key_Return)
    assert editor.toPlainText() == "  - debt_ratio"
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.toPlainText() == "  - debt_ratio\n  ", "a new line keeps the indent"
    QTest.keyClicks(editor, "de")
    assert editor.completer.completionModel().index(0, 0).data() == "debt_ratio"
    QTest.keyClick(editor.completer.popup(), Qt.Key.Key_Escape)
    assert not editor.completer.popup().isVisible()


# page
@pytest.mark.slow
def test_the_rules_in_use_are_there_with_their_counts_and_nothing_wrong(page):
    assert page.title.text() == f"Rules {shipped_pack().version}"
    codes = [
        i.text(0).split()[0]
        for i in page.tree.findItems("Q0", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)
    ]
    assert codes == ["Q01", "Q02", "Q03", "Q04"]
    used = {u.code: u.first for u in page._rules.use_of_rules()}
    (leaf,) = page.tree.findItems("Q01", Qt.MatchFlag.MatchStartsWith | Qt.MatchFlag.MatchRecursive)
    assert leaf.text(1) == f"{used['Q01']:,}"
    assert page.lint.model.rowCount() == 0 and page.case_tab.model.rowCount() == 80
    assert not page.save_button.isEnabled()
    page.tree.itemActivated.emit(leaf, 0)
    assert page.text.textCursor().block().text().strip() == "- code: Q01"


@pytest.mark.slow
def test_a_mistake_is_marked_where_it_is_and_mended_text_is_clean_again(page, language):
    write(page, ("age < 18\n", "age <<< 18\n"))
    (mark,) = page.text.marks
    assert page.text.document().findBlockByNumber(mark.line - 1).text().strip() == "- age <<< 18"
    assert "✖" in page.trouble.text() and not page.save_button.isEnabled()
    page.text.undo()
    page.check_now()
    assert page._desk.tasks.wait_idle(30_000)
    assert page.text.marks == []
    write(page, ("debt_ratio > 0.62", "debt_ratio > 62"))
    found = page.lint.model.rows[0]
    assert found.key == "beyond_range" and "0 and 1" in page.lint.whole.text()
    page.text.go_to(1)
    QTest.keyClick(page.text, Qt.Key.Key_F8)
    assert page.text.textCursor().blockNumber() + 1 == found.line
    language.set("zh")
    page.retranslate()
    assert "在 0 到 1 之间" in page.text.marks[0].sentence


@pytest.mark.slow
def test_a_failing_case_leads_to_its_line(page):
    write(page, WIDER)
    failed = page.case_tab.model.rows[0]
    assert not failed.passed and "✘1" in page.tabs.tabText(0)
    assert page.trouble.text() == "✖ 1 case failed · F8 goes from mark to mark"
    page.case_tab.table.activated.emit(page.case_tab.model.index(0, 0))
    assert page.cases.textCursor().blockNumber() + 1 == failed.case.line


@pytest.mark.slow
def test_a_back_test_names_flips_and_each_opens_its_card(page, desk):
    write(page, WIDER)
    page.try_it(0)
    assert desk.tasks.wait_idle(30_000)
    trial = page.trial
    whole = trial.flips.rowCount()
    assert whole == trial._found.flipped > 20
    first = trial.changes.rows[0]
    trial.change_table.selectRow(0)
    assert trial.flips.rowCount() == first.attempts < whole
    assert "Q04 holds now" in trial.why.text() and "debt_ratio > 0.62" in trial.why.text()
    assert "****" in trial.flips.index(0, Turn.CUSTOMER).data()
    trial.all_button.click()
    assert trial.flips.rowCount() == whole
    opened = []
    desk.acts.open_attempt.connect(opened.append)
    trial.flip_table.activated.emit(trial.flips.index(3, 0))
    assert opened == [trial.flips.rows[3].attempt_id]
    write(page, ("0.3", "0.4"))
    assert "changed since" in trial.sum.text()


@pytest.mark.slow
def test_the_form_changes_one_rule_in_the_text(page, desk):
    page.text.go_to(page._checked.pack.rule("Q04").line)
    page.which.setCurrentIndex(1)
    form = page.form
    assert form.title.text() == "Rule Q04"
    assert "debt_ratio > 0.62" in form.conditions["when"].toPlainText().splitlines()
    before = page.text.toPlainText()
    form.priority.setValue(777)
    form.write()
    form.conditions["when"].setPlainText("outcome = 'failed'\ndebt_ratio > 0.8")
    form.write()
    page.check_now()
    assert desk.tasks.wait_idle(30_000)
    rule = page._checked.pack.rule("Q04")
    assert (rule.priority, [c.sql for c in rule.when]) == (
        777,
        ["outcome = 'failed'", "debt_ratio > 0.8"],
    )
    assert page._checked.pack.rule("Q03") is not None and "# ──" in page.text.toPlainText()
    page.text.undo()
    page.text.undo()
    assert page.text.toPlainText() == before


@pytest.mark.slow
def test_from_a_draft_to_use_and_back_in_the_window(page, desk):
    moved = []
    desk.acts.rules_moved.connect(lambda: moved.append(desk.rules.adopt()))
    write(page, WIDER)
    page.cases.setPlainText("")
    page._ask_save()
    assert page.save_form.fields["version"].text() == "2026.11.2"
    page.save_form.send()
    assert desk.tasks.wait_idle(30_000)
    assert page.title.text() == "Rules 2026.11.2" and page.state.text() == "draft"
    buttons = page.releases.buttons

    def step(name: str) -> None:
        buttons[name].click()
        assert desk.tasks.wait_idle(60_000)

    step("shadow")
    assert buttons["approve"].isHidden() and "second person" in page.releases.who.text()
    desk.session.person = FANG
    page.reload()
    assert desk.tasks.wait_idle(30_000)
    step("approve")
    step("publish")
    assert desk.attempts.rules_version == "2026.11.2" and moved == [True]
    assert page.state.text() == "in use"
    buttons["rollback"].click()
    page.releases.form.send()
    assert not page.releases.form.isHidden(), "why is asked for"
    page.releases.form.fields["why"].setPlainText("客户看不懂")
    page.releases.form.send()
    assert desk.tasks.wait_idle(60_000)
    assert desk.attempts.rules_version == shipped_pack().version and moved == [True, True]
    assert page.releases.form.isHidden()


@pytest.mark.slow
def test_what_was_typed_is_not_lost_to_another_version(page, desk):
    write(page, WIDER)
    said = []
    desk.acts.message.connect(said.append)
    page.open("2026.11.1")
    desk.acts.data_changed.emit()
    assert desk.tasks.wait_idle(30_000)
    assert "debt_ratio > 0.3" in page.text.toPlainText() and said
    page.revert_button.click()
    assert desk.tasks.wait_idle(30_000)
    assert "debt_ratio > 0.62" in page.text.toPlainText() and not page.modified


@pytest.mark.slow
@pytest.mark.parametrize(("role", "sees"), [(Role.AGENT, False), (Role.TEAM_LEAD, True)])
def test_a_role_sees_and_edits_what_the_table_says(qtbot, desk, tasks, role, sees):
    desk.session.person = Person("x", "x", role)
    page = RulesPage(desk)
    qtbot.addWidget(page)
    assert tasks.wait_idle(30_000)
    assert (page._stack.currentWidget() is page.forbidden) is not sees
    assert page.text.isReadOnly() and not page.save_button.isEnabled()
    assert bool(page.text.toPlainText()) is sees


def test_quality_is_counted_when_it_is_looked_at(page, desk):
    page.tabs.setCurrentWidget(page.quality)
    assert desk.tasks.wait_idle(30_000)
    tree = page.quality.tree
    assert [tree.topLevelItem(i).text(0) for i in range(3)][1:] == [
        "The version in use, by month of labelling",
        "Undetermined, by month",
    ]
    asked = []
    desk.acts.codes_wanted.connect(lambda: asked.append(True))
    page.quality.codes_button.click()
    assert asked


@pytest.mark.slow
def test_the_window_diagnoses_anew_when_other_rules_are_in_use(qtbot, desk, tasks, language, theme):
    from workbench.ui.main_window import MainWindow

    window = MainWindow(tasks, language, theme)
    qtbot.addWidget(window)
    window.attach(desk)
    assert tasks.wait_idle(30_000)
    for who, act in ((WEI, "save"), (WEI, "shadow"), (FANG, "approve"), (FANG, "publish")):
        desk.session.person = who
        given = (edited("9.1", WIDER), "") if act == "save" else ("9.1",)
        getattr(desk.rules, act)(*given)
    came = []
    desk.acts.rules_came.connect(lambda: came.append(True))
    window._rules_arrived(Round(changed=[("complaint", "1")]))
    assert tasks.wait_idle(60_000)
    assert not came and desk.attempts.rules_version != "9.1"
    window._rules_arrived(Round(changed=[("release", "1")]))
    assert tasks.wait_idle(60_000)
    assert came and desk.attempts.rules_version == "9.1"
    assert "9.1" in window.status.rules.text()
    window.close()


@pytest.mark.slow
def test_what_is_typed_and_not_saved_is_there_in_the_next_window(page, desk, tasks, qtbot) -> None:
    def next_window() -> RulesPage:
        made = RulesPage(desk)
        qtbot.addWidget(made)
        assert tasks.wait_idle(30_000)
        return made

    write(page, ("debt_ratio > 0.62", "debt_ratio > 0.3"))
    page.check_now()
    again = next_window()
    assert again.modified and "debt_ratio > 0.3" in again.text.toPlainText()
    assert not again.cases.document().isModified()
    again._revert()
    assert tasks.wait_idle(30_000)
    assert not again.modified and desk.complaints.words() == {}
    assert "debt_ratio > 0.62" in next_window().text.toPlainText()
