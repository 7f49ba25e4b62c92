"""Logging a complaint: nothing typed is ever lost, nothing is called saved before it is."""

import threading

import pytest
from PySide6.QtCore import Qt

from tests.ui.fakes import attempt_row
from workbench.domain.complaint import Demand, Severity, Source
from workbench.domain.errors import StoreFault
from workbench.domain.people import Person, Role
from workbench.ui.dialogs.complaint_drafts import Drafts
from workbench.ui.dialogs.complaint_sheet import ComplaintSheet


@pytest.fixture
def drafts(desk):
    return Drafts(desk.complaints)


@pytest.fixture
def sheet(desk, qtbot):
    made = ComplaintSheet(desk)
    qtbot.addWidget(made)
    return made


def fill(sheet, text="He was declined three times.", demand=Demand.EXPLAIN):
    sheet.description.setPlainText(text)
    sheet.demand.setCurrentIndex(sheet.demand.findData(demand.value))


# drafts, without pixels
def test_a_change_is_in_the_journal_before_change_returns(drafts, journal):
    draft = drafts.begin(attempt_row())
    drafts.change(description="h")
    assert journal.drafts[draft.draft_id].description == "h"


def test_opening_alone_leaves_nothing_behind(drafts, journal):
    drafts.begin(attempt_row(1))
    drafts.begin(attempt_row(2))
    assert journal.drafts == {} and drafts.waiting == [] and drafts.unfinished == 0


def test_a_second_complaint_begins_beside_the_first(drafts):
    first = drafts.begin(attempt_row(1))
    drafts.change(description="first")
    second = drafts.begin(attempt_row(2))
    drafts.change(description="second")
    assert drafts.current.draft_id == second.draft_id
    assert [d.description for d in drafts.waiting] == ["first"]
    assert drafts.switch(first.draft_id).description == "first"


def test_the_same_attempt_opens_its_unfinished_draft_again(drafts):
    first = drafts.begin(attempt_row(1))
    drafts.change(description="typed")
    drafts.begin(attempt_row(2))
    again = drafts.begin(attempt_row(1))
    assert again.draft_id == first.draft_id and again.description == "typed"


def test_a_change_that_changes_nothing_is_not_journalled(drafts, journal):
    drafts.begin(attempt_row())
    drafts.change(description="")
    assert journal.writes == 0 and drafts.unfinished == 0


def test_a_discarded_draft_leaves_the_journal(drafts, journal):
    drafts.begin(attempt_row())
    drafts.change(description="no")
    drafts.discard()
    assert journal.drafts == {} and drafts.current is None and drafts.unfinished == 0


def test_what_a_crash_left_comes_back_exactly(desk, journal):
    before = Drafts(desk.complaints)
    before.begin(attempt_row())
    draft = before.change(description="客户说\n第二行", demand=Demand.APOLOGY, source=Source.CHAT)
    after = Drafts(desk.complaints)
    after.recover(after.left_over())
    assert after.unfinished == 1 and after.switch(draft.draft_id) == draft


def test_a_draft_that_is_being_typed_wins_over_its_older_copy_in_the_journal(drafts):
    draft = drafts.begin(attempt_row())
    old = drafts.left_over()
    drafts.change(description="newer")
    drafts.recover([*old, draft])
    assert drafts.current.description == "newer"


# the sheet
def test_it_opens_prefilled_with_the_keyboard_in_the_description(sheet, qtbot, desk):
    sheet.show()
    qtbot.waitExposed(sheet)
    sheet.open_for(attempt_row())
    assert sheet.isVisible()
    assert sheet.customer.text() == "王**  138****5678"
    assert sheet.attempt.text() == "A0001 · Android app · Review not passed · Q01"
    assert sheet.cause.text == "Thin credit history"
    assert sheet.focusWidget() is sheet.description
    assert sheet.severity.currentData() == "normal" and sheet.source.currentData() == "phone"


def test_each_keystroke_is_journalled(sheet, qtbot, journal):
    sheet.open_for(attempt_row())
    for count, key in enumerate("abc", start=1):
        qtbot.keyClicks(sheet.description, key)
        assert journal.writes == count
    (draft,) = journal.drafts.values()
    assert draft.description == "abc"


def test_choosing_is_journalled_too(sheet, journal):
    sheet.open_for(attempt_row())
    fill(sheet, "x", Demand.APOLOGY)
    sheet.severity.setCurrentIndex(sheet.severity.findData(Severity.HIGH.value))
    (draft,) = journal.drafts.values()
    assert (draft.demand, draft.severity) == (Demand.APOLOGY, Severity.HIGH)


def test_saving_writes_complaint_audit_row_and_op_together_and_empties_the_journal(
    sheet, tasks, records, journal
):
    sheet.open_for(attempt_row())
    fill(sheet)
    sheet.save()
    assert tasks.wait_idle()
    (complaint,) = records.complaints
    assert complaint.attempt_id == "A0001" and complaint.demand is Demand.EXPLAIN
    assert [e.action for e in records.entries] == ["create"] and len(records.ops) == 1
    assert journal.drafts == {}


def test_saved_is_said_only_after_the_commit(sheet, tasks, records, desk, qtbot):
    sheet.open_for(attempt_row())
    fill(sheet)
    release = threading.Event()
    save = desk.complaints.save
    sheet.drafts.save = lambda draft: release.wait(5) and save(draft)
    said = []
    desk.acts.message.connect(said.append)
    sheet.save()
    assert said == [] and sheet.pages.currentIndex() == 0
    assert sheet.description.isReadOnly() and not sheet.save_button.isEnabled()
    with qtbot.waitSignal(desk.acts.complaint_saved):
        release.set()
    assert said == ["Saved as C-20261122-0001"]
    assert sheet.done_text.text() == "Saved as C-20261122-0001" and sheet.pages.currentIndex() == 1


def test_pressing_save_twice_makes_one_complaint(sheet, tasks, records):
    sheet.open_for(attempt_row())
    fill(sheet)
    sheet.save()
    sheet.save()
    assert tasks.wait_idle()
    sheet.save()
    assert tasks.wait_idle()
    assert len(records.complaints) == 1


def test_ctrl_enter_saves_from_the_description(sheet, tasks, records, qtbot):
    sheet.open_for(attempt_row())
    with qtbot.waitExposed(sheet):
        sheet.show()
    sheet.activateWindow()
    fill(sheet)
    qtbot.keyClick(sheet.description, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert tasks.wait_idle()
    assert len(records.complaints) == 1


def test_missing_fields_are_asked_for_at_save_and_not_before(sheet, tasks, records):
    sheet.open_for(attempt_row())
    needs = sheet._needs
    assert not any(need.isVisibleTo(sheet) for need in needs.values())
    sheet.save()
    assert needs["description"].isVisibleTo(sheet) and needs["demand"].isVisibleTo(sheet)
    assert sheet.focusWidget() is sheet.description
    sheet.description.setPlainText("x")
    assert not needs["description"].isVisibleTo(sheet) and needs["demand"].isVisibleTo(sheet)
    sheet.save()
    assert sheet.focusWidget() is sheet.demand
    assert tasks.running == 0 and records.complaints == []


def test_a_save_that_fails_keeps_the_draft_and_says_what_to_do(sheet, tasks, records, journal):
    sheet.open_for(attempt_row())
    fill(sheet, "keep me")
    records.error = StoreFault("missing_words")
    shown = []
    sheet.bar.show_error = lambda error: shown.append(error.key)
    sheet.save()
    assert tasks.wait_idle()
    assert shown == ["missing_words"] and records.complaints == []
    assert sheet.description.toPlainText() == "keep me" and not sheet.description.isReadOnly()
    assert [d.description for d in journal.drafts.values()] == ["keep me"]
    sheet.save()
    assert tasks.wait_idle()
    assert len(records.complaints) == 1


def test_a_journal_that_refuses_does_not_stop_the_typing(sheet, journal, qtbot):
    sheet.open_for(attempt_row())
    journal.error = StoreFault("missing_words")
    shown = []
    sheet.bar.show_error = lambda error: shown.append(error.key)
    qtbot.keyClicks(sheet.description, "ab")
    assert sheet.description.toPlainText() == "ab" and shown == ["missing_words"] * 2
    assert sheet.drafts.current.description == "ab"


def test_escape_hides_the_sheet_and_the_draft_comes_back(sheet, qtbot, journal):
    sheet.open_for(attempt_row())
    qtbot.keyClicks(sheet.description, "half a sent")
    with qtbot.waitSignal(sheet.closed):
        qtbot.keyClick(sheet.description, Qt.Key.Key_Escape)
    assert sheet.isHidden() and len(journal.drafts) == 1
    sheet.open_waiting()
    assert sheet.isVisible() and sheet.description.toPlainText() == "half a sent"


def test_another_caller_never_overwrites_what_was_typed(sheet, qtbot):
    sheet.open_for(attempt_row(1))
    qtbot.keyClicks(sheet.description, "first caller")
    sheet.open_for(attempt_row(2))
    assert sheet.description.toPlainText() == ""
    assert sheet.others.isVisibleTo(sheet) and sheet.others.text() == "1 other draft"
    sheet._fill_menu()
    (entry,) = sheet.others.menu().actions()
    assert entry.text() == "王** · first caller"
    entry.trigger()
    assert sheet.description.toPlainText() == "first caller"


def test_a_save_that_ends_while_another_draft_is_open_leaves_that_one_alone(
    sheet, tasks, records, desk
):
    sheet.open_for(attempt_row(1))
    fill(sheet, "one")
    sheet.save()
    sheet.open_for(attempt_row(2))
    sheet.description.setPlainText("two")
    assert tasks.wait_idle()
    assert sheet.description.toPlainText() == "two" and sheet.pages.currentIndex() == 0
    assert not sheet.description.isReadOnly()
    assert [c.description for c in records.complaints] == ["one"]
    assert sheet.bar.label.text() == "Saved as C-20261122-0001"


def test_drafts_left_by_a_crash_are_counted_on_start(desk, sheet, tasks, qtbot):
    before = Drafts(desk.complaints)
    before.begin(attempt_row())
    before.change(description="interrupted")
    with qtbot.waitSignal(sheet.drafts_changed) as heard:
        sheet.look_for_leftovers()
    assert heard.args == [1]
    sheet.open_waiting()
    assert sheet.description.toPlainText() == "interrupted"


def test_discarding_hides_the_sheet_and_empties_the_journal(sheet, qtbot, journal):
    sheet.open_for(attempt_row())
    assert not sheet.discard_button.isVisibleTo(sheet)
    qtbot.keyClicks(sheet.description, "x")
    sheet.discard_button.click()
    assert journal.drafts == {} and sheet.isHidden()


def test_one_key_chooses_a_demand(sheet, qtbot):
    sheet.open_for(attempt_row())
    sheet.demand.setFocus()
    qtbot.keyClick(sheet.demand, Qt.Key.Key_3)
    assert sheet.demand.currentData() == Demand.HUMAN_REVIEW.value


def test_the_language_turns_without_touching_what_is_typed(sheet, journal, language, qapp):
    sheet.open_for(attempt_row())
    fill(sheet, "原话")
    writes = journal.writes
    language.set("zh")
    qapp.processEvents()
    assert sheet.save_button.text() == "保存" and sheet.demand.currentText() == "1  说明原因"
    assert sheet.description.toPlainText() == "原话" and journal.writes == writes


def test_a_role_that_may_not_log_is_told_so(sheet, desk, qtbot):
    desk.session.person = Person("qa", "李", Role.QA)
    with qtbot.waitSignal(desk.acts.error) as heard:
        sheet.open_for(attempt_row())
    assert heard.args[0].key == "not_permitted" and sheet.isHidden()
