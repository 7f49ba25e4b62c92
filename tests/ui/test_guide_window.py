"""The guide window: beside the work, in both languages, out by copy, print and file."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from workbench.rules.guidance import Library
from workbench.ui import outlets
from workbench.ui.dialogs.guide_window import GuideWindow

PENDING = Library().get("result_unknown")


@pytest.fixture
def window(qtbot, desk) -> GuideWindow:
    made = GuideWindow(desk)
    qtbot.addWidget(made)
    made.show_guide(PENDING)
    return made


def pictures(window: GuideWindow) -> int:
    return window.page.document().toHtml().count("<img")


def test_it_stands_beside_the_call_and_has_the_keyboard_on_copy(window, qtbot):
    assert not window.isModal()
    with qtbot.waitSignal(window.copied):
        qtbot.keyClick(window.copy_button, Qt.Key.Key_Space)
    said = QGuiApplication.clipboard().text()
    assert said.startswith(PENDING.title["en"]) and "1. " in said


def test_it_shows_the_steps_with_the_pictures_that_exist(window):
    text = window.page.toPlainText()
    assert all(step.text["en"] in text for step in PENDING.steps)
    assert pictures(window) == 1


def test_a_missing_picture_leaves_no_hole(window, tmp_path: Path):
    from dataclasses import replace

    steps = tuple(replace(step, picture=tmp_path / "gone.png") for step in PENDING.steps)
    window.show_guide(replace(PENDING, steps=steps))
    assert pictures(window) == 0


def test_every_button_has_a_name_and_is_reached_by_tab(window):
    for button in (window.copy_button, window.print_button, window.pdf_button):
        assert button.accessibleName() and button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert window.page.accessibleName() == PENDING.title["en"]


def test_it_turns_with_the_language(window, language, qapp):
    language.set("zh")
    qapp.processEvents()
    assert PENDING.title["zh"] in window.windowTitle()
    assert window.close_button.text() == "关闭"
    assert PENDING.steps[0].text["zh"] in window.page.toPlainText()
    window.copy()
    assert QGuiApplication.clipboard().text().startswith(PENDING.title["zh"])


def test_without_a_printer_it_becomes_a_pdf_file(window, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(outlets, "can_print", lambda: False)
    asked = []
    monkeypatch.setattr(window, "save_pdf", lambda: asked.append(True))
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert asked == [True]
    file = tmp_path / "指引.pdf"
    with qtbot.waitSignal(window.printed):
        window.write_pdf(file)
    assert file.read_bytes().startswith(b"%PDF")
    assert "指引.pdf" in window.bar.label.text()


def test_a_file_that_cannot_be_written_is_told_in_the_window(window, tmp_path):
    window.write_pdf(tmp_path / "no such folder" / "a.pdf")
    assert window.bar.isVisible()
    assert "no such folder" in window.bar.label.text()


def test_escape_closes_it_and_the_next_guide_opens_it_again(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    window.show_guide(Library().get("poor_network"))
    assert window.isVisible()
