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
        (Likeness(complaint(2, resolution="等三个月再申请。"), 0.8),),
        "ui_error",
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
