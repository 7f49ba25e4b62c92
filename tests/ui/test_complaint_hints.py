"""The help beside a complaint that is being typed."""

import pytest

from tests.ui.fakes import NOW, complaint
from workbench.domain.hints import Hints, Incident, Likeness
from workbench.ui.dialogs.complaint_sheet import ComplaintSheet


@pytest.fixture
def hints():
    return Hints(
        (complaint(1),),
        frozenset({complaint(1).complaint_id}),
        Incident("发布会拥堵", NOW, None),
        similar=(Likeness(complaint(2, resolution="等三个月再申请。"), 0.8),),
        symptom="ui_error",
    )


@pytest.fixture
def sheet(desk, hints, tasks, qtbot, monkeypatch):
    monkeypatch.setattr(type(desk.typing), "hints", lambda self, draft: hints)
    made = ComplaintSheet(desk)
    qtbot.addWidget(made)
    made.resize(420, 640)
    made.open_for(None)
    made.description.setPlainText("系统繁忙")
    qtbot.waitUntil(lambda: not made.hints.hints.nothing)
    return made


def buttons(sheet):
    from PySide6.QtWidgets import QPushButton

    return {
        b.accessibleName(): b for row in sheet.hints._rows for b in row.findChildren(QPushButton)
    }


def test_it_shows_what_there_is_in_the_order_of_use(sheet):
    assert sheet.hints.isVisible() and len(sheet.hints._rows) == 4
    names = list(buttons(sheet))
    assert names[0] == "Use it Sounds like: Error on screen" or names[0].startswith("Use it")
    assert any(name.startswith("Open C-20261122-0001") for name in names)
    assert any("等三个月再申请。" in name for name in names)


def test_the_symptom_is_taken_by_a_button_and_journalled(sheet, journal):
    next(b for name, b in buttons(sheet).items() if name.startswith("Use it")).click()
    (draft,) = journal.pending()
    assert draft.symptom == "ui_error"


def test_a_duplicate_takes_the_words_instead_of_a_second_complaint(
    sheet, desk, records, tasks, qtbot
):
    records.complaints = [complaint(1)]
    join = next(b for name, b in buttons(sheet).items() if name.startswith("Add to it"))
    with qtbot.waitSignal(desk.acts.open_complaint) as heard:
        join.click()
    assert tasks.wait_idle()
    assert heard.args == [complaint(1).complaint_id]
    (comment,) = desk.handling.talk.comments(complaint(1).complaint_id)
    assert comment.words == "系统繁忙"
    assert sheet.drafts.current is None and sheet.isHidden()


def test_opening_one_leaves_the_draft_as_it_is(sheet, desk, qtbot):
    shown = next(b for name, b in buttons(sheet).items() if name.startswith("Open"))
    with qtbot.waitSignal(desk.acts.open_complaint):
        shown.click()
    assert sheet.drafts.current.description == "系统繁忙"


def test_help_that_fails_disturbs_nobody(desk, tasks, qtbot, monkeypatch):
    from workbench.domain.errors import StoreFault

    def fail(self, draft):
        raise StoreFault("missing_words")

    monkeypatch.setattr(type(desk.typing), "hints", fail)
    sheet = ComplaintSheet(desk)
    qtbot.addWidget(sheet)
    sheet.open_for(None)
    with qtbot.assertNotEmitted(desk.acts.error):
        sheet.description.setPlainText("x")
        sheet.hints._ask()
        assert tasks.wait_idle()
    assert sheet.hints.isHidden()


# what else intake asks
@pytest.fixture
def plain(desk, qtbot):
    made = ComplaintSheet(desk)
    qtbot.addWidget(made)
    made.resize(420, 560)
    made.open_for(None)
    return made


def test_more_is_folded_away_until_it_is_wanted_or_filled(plain, journal, desk, qtbot):
    assert plain.more.isHidden()
    plain.more_button.click()
    assert plain.more.isVisible()
    qtbot.keyClicks(plain.more.lines["competitor"], "Huabei")
    plain.close_sheet()
    again = ComplaintSheet(desk)
    qtbot.addWidget(again)
    again.drafts.recover(journal.pending())
    again.open_waiting()
    assert again.more.isVisible() and again.more.lines["competitor"].text() == "Huabei"


def test_every_field_goes_into_the_draft_as_it_is_typed(plain, journal, qtbot):
    plain.more_button.click()
    lines = plain.more.lines
    qtbot.keyClicks(lines["attempt_ids"], "A1,A2")
    qtbot.keyClicks(lines["products"], "Baitiao, Jintiao")
    qtbot.keyClicks(lines["requested_fen"], "5,000.50")
    qtbot.keyClicks(lines["blocked_fen"], "64")
    plain.more.experience.setCurrentIndex(plain.more.experience.findData("severe"))
    next(iter(plain.more.reputation.values())).click()
    (draft,) = journal.pending()
    assert (draft.attempt_ids, draft.products) == (("A1", "A2"), ("Baitiao", "Jintiao"))
    assert (draft.requested_fen, draft.blocked_fen, draft.blocked_payment) == (500_050, 6400, True)
    assert (draft.experience, draft.reputation) == ("severe", ("media",))


def test_an_amount_that_is_none_is_marked_and_the_last_good_one_stays(plain, journal, qtbot):
    plain.more_button.click()
    line = plain.more.lines["requested_fen"]
    qtbot.keyClicks(line, "50x")
    assert line.property("invalid") is True
    assert journal.pending()[0].requested_fen == 5000
    line.clear()
    qtbot.keyClicks(line, "7")
    assert line.property("invalid") is False and journal.pending()[0].requested_fen == 700
