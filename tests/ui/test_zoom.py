"""How large everything is: at once, with what is typed and the keyboard where it was."""

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout

from workbench.ui.dialogs.help import ShortcutsDialog
from workbench.ui.dialogs.import_dialog import ImportDialog
from workbench.ui.main_window import PAGES, MainWindow
from workbench.ui.widgets.message_bar import MessageBar
from workbench.ui.widgets.room import Room
from workbench.ui.zoom import scale

SCREEN = QSize(1366, 768)


@pytest.fixture(autouse=True)
def _usual_size_again(qapp):
    yield
    scale(100)


@pytest.fixture
def window(open_window):
    made = open_window()
    made.setMinimumSize(1, 1)  # the screen of the tests is a small one
    made.resize(SCREEN)
    return made


def press(window, act, times=1):
    for _ in range(times):
        window.menus.actions[act].trigger()


def test_everything_is_larger_at_once_and_what_is_typed_stays(window, desk, qtbot):
    window.top.focus_search()
    qtbot.keyClicks(window.top.search, "138")
    press(window, "zoom_in", 2)
    assert window.devicePixelRatioF() == 1.25 and desk.settings.get("zoom") == 125
    assert window.status.currentMessage() == "Size: 125 %"
    assert window.top.search.text() == "138" and window.focusWidget() is window.top.search


def test_the_window_stays_as_large_on_the_screen(window):
    press(window, "zoom_in", 3)
    assert 0 <= SCREEN.width() - window.width() * 1.5 < 4
    press(window, "zoom_reset")
    assert 0 <= SCREEN.width() - window.width() < 4 and window.devicePixelRatioF() == 1


def test_the_settings_page_sets_the_size_and_shows_what_the_keys_set(window, desk, qtbot):
    sizes = window.show_page("settings").sizes
    assert sizes.currentData() == 100
    qtbot.keyClick(sizes, Qt.Key.Key_Down)
    assert window.devicePixelRatioF() == 1.1 and desk.settings.get("zoom") == 110
    assert window.status.currentMessage() == "Size: 110 %"
    press(window, "zoom_in")
    assert sizes.currentData() == 125 and sizes.currentText() == "125 %"


def test_it_ends_at_80_and_200_percent(window, desk):
    press(window, "zoom_in", 12)
    assert desk.settings.get("zoom") == 200 and window.devicePixelRatioF() == 2
    press(window, "zoom_out", 12)
    assert desk.settings.get("zoom") == 80 and window.devicePixelRatioF() == 0.8


def test_an_open_dialog_grows_and_a_later_one_is_born_large(window, qtbot):
    dialogs = []
    for percent in (100, 200):
        scale(percent)
        dialog = QDialog(window)
        QVBoxLayout(dialog).addWidget(QLabel("now or later"))
        dialog.resize(200, 100)
        dialog.show()
        dialogs.append(dialog)
    assert [dialog.grab().size() for dialog in dialogs] == [QSize(400, 200)] * 2


def test_pictures_are_drawn_anew_in_the_new_size(window):
    window.bar.show_text("info", lambda: "Something to tell")
    press(window, "zoom_in", 7)
    later = MessageBar(window._theme, window._language, window)
    later.show_text("info", lambda: "Something to tell")
    assert picture(window.bar) == picture(later)


def picture(bar):
    bar._icon.resize(18, 18)
    return bar._icon.grab(QRect(0, 0, 18, 18)).toImage()


@pytest.mark.slow
def test_a_page_is_not_scrolled_on_a_usual_screen_and_is_where_there_is_no_room(window, desk):
    for page in PAGES:
        window.show_page(page.name)
        assert desk.tasks.wait_idle()
        assert window._room.horizontalScrollBar().maximum() == 0, page.name
    press(window, "zoom_in", 7)
    for page in PAGES:
        window.show_page(page.name)
        assert desk.tasks.wait_idle()
        assert window._room.horizontalScrollBar().maximum() > 0, page.name


def test_what_gets_the_keyboard_comes_into_view(window, desk, qtbot):
    press(window, "zoom_in", 7)
    window.menus.actions["log"].trigger()
    words = window.sheet.description
    qtbot.waitUntil(lambda: words.hasFocus() and not words.visibleRegion().isEmpty())
    view = window._room.viewport()
    assert view.rect().contains(words.mapTo(view, words.rect().topLeft()))


def test_the_rail_shows_every_word_in_a_low_window(window):
    style = Qt.ToolButtonStyle
    button = window.rail._buttons["qa"]
    assert button.toolButtonStyle() == style.ToolButtonTextUnderIcon
    press(window, "zoom_in", 7)
    assert button.toolButtonStyle() == style.ToolButtonTextBesideIcon
    assert all(b.height() >= b.sizeHint().height() for b in window.rail._buttons.values())
    press(window, "zoom_reset")
    assert button.toolButtonStyle() == style.ToolButtonTextUnderIcon


def test_who_is_at_the_desk_is_the_last_to_give_way_in_the_status_bar(window):
    window.resize(420, 400)
    assert window.status.who.isVisible() and not window.status.counts.isVisible()
    window.resize(SCREEN)
    assert window.status.counts.isVisible()


def test_a_window_that_is_born_large_fits_the_screen(tasks, language, theme, qtbot):
    scale(200)
    made = MainWindow(tasks, language, theme, PAGES)
    qtbot.addWidget(made)
    room = made.screen().availableSize()
    assert made.minimumWidth() <= room.width() and made.minimumHeight() <= room.height()


def test_the_size_that_the_environment_names_is_kept_below_it(window, monkeypatch):
    monkeypatch.setenv("QT_SCALE_FACTOR", "2")
    scale(150)
    assert window.devicePixelRatioF() == 3
    monkeypatch.setenv("QT_SCALE_FACTOR", "large")
    scale(125)
    assert window.devicePixelRatioF() == 1.25


def test_a_dialog_is_no_larger_than_the_screen_and_scrolls(window, desk, tmp_path):
    press(window, "zoom_in", 7)
    file = tmp_path / "attempts.csv"
    file.write_text("attempt_id\nA1\n")
    room = window.screen().availableSize()
    keys = ShortcutsDialog(window.keys, ["Lookup"], window)
    files = ImportDialog(desk, [file], window)
    assert desk.tasks.wait_idle()
    for dialog in (keys, files):
        dialog.show()
        assert dialog.size() == dialog.size().boundedTo(room)
        assert dialog.findChild(Room).horizontalScrollBar().maximum() > 0
