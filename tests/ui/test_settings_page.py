"""Settings take effect at once and are kept."""

import pytest
from PySide6.QtGui import QDesktopServices

from workbench.ui.pages.settings import SettingsPage


@pytest.fixture
def page(desk, qtbot):
    made = SettingsPage(desk)
    qtbot.addWidget(made)
    return made


def test_choosing_a_language_turns_the_page_and_is_kept(page, desk, qapp):
    page.languages.buttons["zh"].click()
    qapp.processEvents()
    assert page.title.text() == "设置" and desk.settings.get("language") == "zh"


def test_following_the_system_is_a_choice_of_its_own(page, desk, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    page.languages.buttons["system"].click()
    assert desk.settings.get("language") == "system" and desk.language.current == "zh"


def test_choosing_a_theme_turns_it_and_is_kept(page, desk):
    page.themes.buttons["dark"].click()
    assert desk.theme.dark and desk.settings.get("theme") == "dark"


def test_a_change_made_in_the_menu_shows_here(page, desk):
    desk.theme.set_mode("dark")
    assert page.themes.buttons["dark"].isChecked()


def test_it_says_who_is_at_the_desk_and_where_the_data_is(page, desk, monkeypatch):
    assert page.person.text() == "张敏 · Team lead"
    assert page.profile.text() == str(desk.profile)
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    page.folder_button.click()
    assert opened == [str(desk.profile)]
