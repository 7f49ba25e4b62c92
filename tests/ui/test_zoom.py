"""How large everything is: kept, and offered to take hold by a new beginning."""

import os
import subprocess
import sys

import pytest

from workbench.ui.main_window import PAGES, MainWindow
from workbench.ui.zoom import scale


@pytest.fixture
def window(tasks, language, theme, qtbot, desk):
    made = MainWindow(tasks, language, theme, PAGES)
    qtbot.addWidget(made)
    made.attach(desk)
    assert tasks.wait_idle()
    return made


def test_larger_is_kept_and_a_new_beginning_offered(window, desk, monkeypatch):
    begun = []
    monkeypatch.setattr(window.zoom, "_restart", lambda: begun.append(1))
    window.menus.actions["zoom_in"].trigger()
    window.menus.actions["zoom_in"].trigger()
    assert desk.settings.get("zoom") == 125 and window.bar.label.text().startswith("Size: 125 %")
    window.bar.button.click()
    assert begun == [1]


def test_the_usual_size_again_needs_no_new_beginning(window, desk):
    window.menus.actions["zoom_out"].trigger()
    window.menus.actions["zoom_reset"].trigger()
    assert desk.settings.get("zoom") == 100 and window.bar.isHidden()


def test_it_ends_at_80_and_200_percent(window, desk):
    for _ in range(12):
        window.menus.actions["zoom_in"].trigger()
    assert desk.settings.get("zoom") == 200
    for _ in range(12):
        window.menus.actions["zoom_out"].trigger()
    assert desk.settings.get("zoom") == 80


def test_everything_is_drawn_larger_and_the_window_stays_on_the_screen():
    code = (
        "from workbench.ui.zoom import scale; scale(200)\n"
        "from PySide6.QtWidgets import QApplication, QWidget\n"
        "from PySide6.QtCore import QSize\n"
        "app = QApplication([]); w = QWidget(); w.resize(100, 50)\n"
        "print(w.grab().size() == QSize(200, 100))\n"
        "from workbench.ui.main_window import MainWindow\n"
        "from workbench.ui.tasks import Tasks\nfrom workbench.ui.i18n import Language\n"
        "from workbench.ui.theme import Theme\n"
        "m = MainWindow(Tasks(app), Language(app, 'en'), Theme(app))\n"
        "room = m.screen().availableSize()\n"
        "print(m.minimumWidth() <= room.width() and m.minimumHeight() <= room.height())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


def test_a_scale_that_the_environment_names_stays(monkeypatch):
    monkeypatch.setenv("QT_SCALE_FACTOR", "3")
    scale(150)
    assert os.environ["QT_SCALE_FACTOR"] == "3"


def test_the_usual_size_sets_nothing(monkeypatch):
    monkeypatch.delenv("QT_SCALE_FACTOR", raising=False)
    scale(100)
    assert "QT_SCALE_FACTOR" not in os.environ
