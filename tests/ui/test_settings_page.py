"""Settings take effect at once and are kept."""

from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices

from tests.ui.fakes import attempt_row
from workbench.domain.errors import StoreFault
from workbench.domain.people import Role
from workbench.settings import ZOOMS
from workbench.ui.pages.settings import SettingsPage
from workbench.ui.widgets.custody_card import CustodyCard


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


def test_a_size_is_asked_of_the_window_by_the_keyboard(page, desk, qtbot):
    assert [page.sizes.itemData(n) for n in range(page.sizes.count())][:: len(ZOOMS) - 1] == [
        80,
        200,
    ]
    assert page.sizes.accessibleName() == "Size" and page.sizes.toolTip() == (
        "Everything larger (Ctrl++) or smaller (Ctrl+-)"
    )
    asked = []
    desk.acts.zoom.connect(asked.append)
    qtbot.keyClick(page.sizes, Qt.Key.Key_Down)
    assert asked == [110]


@pytest.mark.slow
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


def test_what_the_administrator_of_the_machine_decides_can_be_seen_and_not_changed(desk, qtbot):
    desk.settings.locks = {"theme", "zoom"}
    page = SettingsPage(desk)
    qtbot.addWidget(page)
    assert not page.themes.isEnabled() and "administrator" in page.themes.toolTip()
    assert not page.sizes.isEnabled() and page.sizes.toolTip() == page.themes.toolTip()
    assert page.languages.isEnabled()


# how long attempts are kept
@pytest.fixture
def card(desk, store, qtbot):
    desk.session.person = replace(desk.session.person, role=Role.ADMIN)
    store.attempts = [
        attempt_row(1),
        attempt_row(2, occurred_at=datetime(2020, 1, 5), customer_ref="R2"),
    ]
    made = CustodyCard(desk)
    qtbot.addWidget(made)
    made.show()
    return made


def choose(card, months, qtbot):
    card.months.setCurrentIndex(card.months.findData(months))
    card.months.activated.emit(card.months.currentIndex())
    qtbot.waitUntil(lambda: card._state is not None and card._state[0] == months)


def test_a_policy_is_kept_and_says_what_is_beyond_it(card, desk, qtbot):
    choose(card, 24, qtbot)
    assert desk.custody.months() == 24
    assert "1 attempts" in card.overdue.text() and card.remove_button.isVisible()
    choose(card, None, qtbot)
    assert card.overdue.text() == "Nothing is ever removed."
    assert not card.remove_button.isVisible()


def test_removing_asks_a_second_time_and_then_says_what_went(card, desk, store, qtbot):
    choose(card, 24, qtbot)
    card.remove_button.click()
    assert card.remove_button.text() == "Remove for good" and len(store.attempts) == 2
    card.keep_button.click()
    assert card.remove_button.text() == "Remove them…" and len(store.attempts) == 2
    card.remove_button.click()
    with qtbot.waitSignal(desk.acts.data_changed):
        card.remove_button.click()
    qtbot.waitUntil(lambda: "were removed" in card.overdue.text())
    assert len(store.attempts) == 1


def test_space_is_given_back_and_a_failure_is_shown(card, desk, store, qtbot):
    card.compact_button.click()
    qtbot.waitUntil(lambda: "from 3.0 MiB to 1.0 MiB" in card.overdue.text())
    store.error = StoreFault("disk_full")
    with qtbot.waitSignal(desk.acts.error):
        card.compact_button.click()
    assert card.compact_button.isEnabled()


def test_who_may_not_erase_sees_no_card(desk, qtbot):
    made = CustodyCard(desk)
    qtbot.addWidget(made)
    assert made.isHidden()
