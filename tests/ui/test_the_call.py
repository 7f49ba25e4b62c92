"""A call in one screen: from the number to the logged complaint by the keyboard alone, counted."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.ui.fakes import explanation
from workbench import paths, texts
from workbench.domain.complaint import Demand
from workbench.rules.pack import read_pack

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


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_all_that_a_shipped_rule_has_to_say_and_when_to_try_again_fits_without_scrolling(
    window, qapp, tasks, store, language, lang
):
    language.set(lang)
    window.look_up(store.attempts[0].attempt_id)
    assert tasks.wait_idle()
    card = window.show_page("lookup").card
    reasons = {k: v for k, v in texts.catalogue(lang).items() if k.startswith("next_attempt.")}
    longest = max(reasons, key=lambda key: len(reasons[key]))
    whole = explanation(next_attempt_why=longest.removeprefix("next_attempt."))
    for rule in read_pack(paths.resources() / "rules" / "activation.yaml").rules:
        own = replace(whole.reasons[0], texts=rule.texts, action=rule.action, owner=rule.owner)
        card.show_card(store.attempts[0], replace(whole, texts=rule.texts, reasons=(own,)))
        for _ in range(3):  # the bars come once the lines are broken
            qapp.processEvents()
        body = card.side.widget()
        assert reasons[longest] in [part.text() for part in body.findChildren(QLabel)]
        assert body.height() <= card.side.viewport().height(), rule.code
        for part in body.findChildren(QLabel):
            assert part.height() >= part.heightForWidth(part.width()), (rule.code, part.text())
