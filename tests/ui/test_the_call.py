"""A call in one screen: from the number to the logged complaint by the keyboard alone, counted."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget

from workbench.domain.complaint import Demand

MOST = 12


class Hands:
    """One action is one key, one combination, or one run of typing; never a mouse."""

    def __init__(self, qtbot, window) -> None:
        self._qtbot, self._window = qtbot, window
        self.actions: list[str] = []

    def press(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        self.actions.append(f"{modifier.name}+{key.name}")
        self._qtbot.keyClick(QApplication.focusWidget() or self._window, key, modifier)

    def type(self, words: str) -> None:
        self.actions.append(f"type {len(words)} characters")
        self._qtbot.keyClicks(QApplication.focusWidget(), words)


@pytest.fixture
def window(open_window):
    made = open_window()
    made.resize(1366, 768)
    made.show_page("settings")  # wherever the agent was
    return made


def test_from_the_number_to_the_logged_complaint_in_twelve_actions(
    window, qtbot, tasks, store, records
):
    hands = Hands(qtbot, window)
    control = Qt.KeyboardModifier.ControlModifier
    hands.press(Qt.Key.Key_K, control)
    hands.type("138" + "0" * 4 + store.attempts[0].phone[-4:])
    hands.press(Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert window.show_page("lookup").current_attempt() == store.attempts[0]
    hands.press(Qt.Key.Key_L, control)
    hands.type("Says that nobody told him why")
    hands.press(Qt.Key.Key_Tab)
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return, control)
    assert tasks.wait_idle()
    (complaint,) = records.complaints
    assert complaint.attempt_id == store.attempts[0].attempt_id
    assert complaint.demand in Demand and complaint.description.startswith("Says")
    assert len(hands.actions) == 8 <= MOST, hands.actions


def test_who_what_why_what_to_say_and_the_way_to_log_it_are_on_one_screen(
    window, qtbot, tasks, store
):
    window.look_up("138" + "0" * 4 + store.attempts[0].phone[-4:])
    assert tasks.wait_idle()
    page = window.show_page("lookup")
    whole = QRect(0, 0, 1366, 768)
    card = page.card

    def seen(part: QWidget) -> bool:
        at = part.mapTo(window, part.rect().topLeft())
        inside = whole.contains(QRect(at, part.size()))
        return part.isVisible() and inside and part.visibleRegion().boundingRect() == part.rect()

    for part in (page.head, page.timeline, card.copy_button, card.log_button):
        assert seen(part), part
