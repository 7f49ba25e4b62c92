"""The tour: its own for every role, by keyboard alone, beside the work, left and begun again."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialog

from tests.ui.fakes import attempt_row
from workbench import texts
from workbench.domain.people import Role
from workbench.ui.guided_tour import STEPS
from workbench.ui.main_window import PAGES, MainWindow

ALL = [(role, n) for role, steps in STEPS.items() for n in range(len(steps))]


@pytest.fixture
def press(window, qtbot, tasks):
    def pressed(key, modifier=Qt.KeyboardModifier.NoModifier):
        qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)
        assert tasks.wait_idle()

    return pressed


def as_role(desk, role: Role) -> None:
    desk.session.person = replace(desk.session.person, role=role)


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
def test_each_role_walks_its_own_tour_by_keyboard_alone(window, desk, press, role, tasks):
    as_role(desk, role)
    window.menus.actions["tour"].trigger()
    assert tasks.wait_idle()
    pages = []
    for n, step in enumerate(STEPS[role]):
        assert window.tour_strip.title.text().startswith(f"{n + 1} / {len(STEPS[role])}")
        pages.append(window._wanted)
        assert not step.page or window._wanted == step.page
        assert window.tour.target(step) is not None or not step.target, step.name
        assert not any(d.isVisible() for d in window.findChildren(QDialog))
        press(Qt.Key.Key_F6)
    assert window.tour_strip.isHidden() and window.tour.spotlight.isHidden()
    assert len(set(pages)) >= 2 and desk.settings.get("tour")[role.value] == 0


def test_enter_goes_on_too_and_shift_goes_back(window, press):
    window.tour.begin()
    for _ in range(3):
        press(Qt.Key.Key_Return)
    assert window.tour_strip.title.text().startswith("4 /")
    press(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert window.tour_strip.title.text().startswith("3 /")


def test_it_can_be_left_at_any_step_and_begun_again_there(window, desk, press):
    steps = STEPS[desk.session.person.role]
    for n in range(len(steps)):
        window.menus.actions["tour"].trigger()
        assert window.tour_strip.title.text().startswith(f"{n + 1} /")
        press(Qt.Key.Key_F6, Qt.KeyboardModifier.ControlModifier)
        assert window.tour_strip.isHidden()
        window.tour.begin()
        press(Qt.Key.Key_Escape)
        assert window.tour_strip.isHidden()
        window.tour.begin()
        press(Qt.Key.Key_F6)
    window.tour.begin()
    assert window.tour_strip.title.text().startswith("1 /")


def test_the_work_goes_on_beside_it_and_what_is_typed_stays(window, press, qtbot, store, tasks):
    window.tour.begin()
    window.sheet.open_for(attempt_row())
    qtbot.keyClicks(window.sheet.description, "the customer says")
    press(Qt.Key.Key_F6)
    assert window.sheet.description.toPlainText() == "the customer says"
    press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.top.search, "13800005678")
    press(Qt.Key.Key_Return)
    assert store.terms[-1] == "13800005678"
    assert not window.tour_strip.isHidden()


def test_the_frame_is_around_what_is_talked_of_and_follows_it(window, press, qapp):
    window.tour.begin()
    assert window.tour.spotlight.isHidden()
    press(Qt.Key.Key_F6)  # the search box

    def around() -> bool:
        box = window.top.search
        at = box.mapTo(window.centralWidget(), box.rect().topLeft())
        return window.tour.spotlight.geometry().contains(at)

    assert around()
    window.resize(window.width() + 200, window.height())
    qapp.processEvents()
    assert around()


def test_it_says_the_keys_that_hold_now_in_the_language_of_the_moment(window, desk, press, qapp):
    window.tour.begin()
    press(Qt.Key.Key_F6)
    assert "Ctrl+K" in window.tour_strip.text.text()
    desk.keys.rebind("search", QKeySequence("Ctrl+Shift+K"))
    assert "Ctrl+Shift+K" in window.tour_strip.text.text()
    desk.language.set("zh")
    qapp.processEvents()
    assert "找到来电人" in window.tour_strip.title.text()
    assert window.tour_strip.next_button.text() == "下一步  F6"


def test_who_is_new_is_offered_it_once(tasks, language, theme, qtbot, desk):
    desk.settings.set("tour", {})
    for offered in (True, False):
        made = MainWindow(tasks, language, theme, PAGES)
        qtbot.addWidget(made)
        made.attach(desk)
        assert tasks.wait_idle()
        assert ("New here?" in made.bar.label.text()) is offered
    assert desk.settings.get("tour") == {"team_lead": 0}


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_every_step_is_worded_and_short_enough_to_read(lang):
    for role, n in ALL:
        name = STEPS[role][n].name
        said = texts.catalogue(lang)[f"tour.{name}.text"]
        assert texts.catalogue(lang)[f"tour.{name}.title"]
        assert len(said) <= (110 if lang == "zh" else 300), name
