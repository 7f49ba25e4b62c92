"""The manual inside: F1 opens the section about what has the keyboard, in both languages."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument

from tests.ui.fakes import attempt_row, complaint
from workbench.ui import manual
from workbench.ui.dialogs.manual_window import ManualWindow, topic_of


def test_both_languages_have_the_same_sections():
    chinese, english = manual.sections("zh"), manual.sections("en")
    assert [s.level for s in chinese] == [s.level for s in english]
    assert len({s.anchor for s in english}) == len(english) > 20


def test_a_picture_of_the_manual_is_as_wide_as_the_page_at_most(window, qtbot, language):
    made = ManualWindow(language, window)
    made.show_topic("during-a-call")
    for width in (760, 1040):
        made.resize(width, 680)
        qtbot.waitUntil(
            lambda width=width: width - 400 < made.page.viewport().width() < width - 300
        )
        kind = QTextDocument.ResourceType.ImageResource
        shown = made.page.document().resource(kind, QUrl("pictures/lookup.en.webp"))
        assert 300 < shown.deviceIndependentSize().width() < made.page.viewport().width()
    assert shown.deviceIndependentSize().width() > 500
    made.close()


def test_every_topic_has_its_section_and_every_class_exists():
    anchors = {section.anchor for section in manual.sections("en")}
    assert set(manual.TOPICS.values()) - anchors == set()
    source = "".join(file.read_text("utf-8") for file in Path(manual.__file__).parent.rglob("*.py"))
    assert [name for name in manual.TOPICS if f"class {name}(" not in source] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "topic"),
    [
        ("lookup", "during-a-call"),
        ("complaints", "the-complaints-page"),
        ("trends", "see-what-rises"),
        ("sheet", "log-a-complaint"),
        ("box", "the-keyboard"),
        ("follow", "as-they-come-a-folder-a-log-a-table"),
    ],
)
def test_f1_opens_the_section_about_what_has_the_keyboard(
    window, qtbot, tasks, records, place, topic
):
    if place == "sheet":
        window.sheet.open_for(attempt_row())
    elif place == "box":
        window.top.focus_search()
    elif place == "follow":
        window._show_setting("follow")
    else:
        records.complaints.append(complaint(1))
        window.show_page(place)
    assert tasks.wait_idle()
    qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_F1)
    assert window.manual.isVisible() and window.manual.topic == topic
    assert window.manual.page.toPlainText()


@pytest.fixture
def shown(language, qtbot):
    made = ManualWindow(language)
    qtbot.addWidget(made)
    made.show_topic("during-a-call")
    return made


def test_it_stays_at_its_section_when_the_language_turns(shown, language, qapp):
    assert shown.page.toPlainText().startswith("During a call")
    language.set("zh")
    qapp.processEvents()
    assert shown.page.toPlainText().startswith("通话中") and shown.topic == "during-a-call"


def test_it_is_searched_as_one_types(shown, qtbot):
    qtbot.keyClicks(shown.search, "quarantine")
    titles = [shown.list.item(n).text() for n in range(shown.list.count())]
    assert 0 < len(titles) < 12 and "Bring in attempts" in titles
    qtbot.keyClick(shown.search, Qt.Key.Key_Return)
    assert "quarantine" in shown.page.toPlainText().casefold()


def test_a_link_to_another_section_goes_there_and_no_link_leaves_by_itself(shown):
    shown._follow(QUrl("#the-keyboard"))
    assert shown.topic == "the-keyboard"
    shown._follow(QUrl("file:///etc/passwd"))
    shown._follow(QUrl("#nowhere"))
    assert shown.topic == "the-keyboard"


def test_what_is_nowhere_has_no_topic(qtbot):
    assert topic_of(None) is None
