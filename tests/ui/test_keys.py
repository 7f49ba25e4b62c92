"""Keys: one table, no two acts on the same keys, changed by the person, told everywhere."""

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QTabBar,
    QWidget,
)

from tests.ui.fakes import FakeSettings, attempt_row
from workbench.settings import OPTIONS
from workbench.ui.dialogs.help import ShortcutsDialog
from workbench.ui.keys import BINDINGS, Keys
from workbench.ui.main_window import PAGES
from workbench.ui.widgets.keys_card import KeysCard


@pytest.fixture
def keys(qapp):
    made = Keys()
    made.keep_in(FakeSettings())
    return made


@pytest.fixture
def whole(window, tasks):
    """With all its pages made, and a complaint open."""
    for page in PAGES:
        window.show_page(page.name)
        assert tasks.wait_idle()
    window.show_page("qa").show_tab("codes")
    window.show_page("complaints").open_complaint("C-20261122-0001")
    window.sheet.open_for(attempt_row())
    assert tasks.wait_idle()
    return window


def reach(holder: QShortcut | QAction) -> tuple[QWidget, bool]:
    """Where its keys hold: a widget, and whether in everything below it too."""
    if isinstance(holder, QAction):
        return holder.parent(), True
    context = Qt.ShortcutContext
    parent = holder.parent()
    if holder.context() in (context.WindowShortcut, context.ApplicationShortcut):
        return parent.window(), True
    return parent, holder.context() == context.WidgetWithChildrenShortcut


def collisions(window: QWidget) -> list[str]:
    """Every two that would answer the same keys at the same place: Qt then answers neither."""
    held = [
        (sequence.toString(), *reach(holder), holder)
        for kind in (QShortcut, QAction)
        for holder in window.findChildren(kind)
        for sequence in (holder.keys() if isinstance(holder, QShortcut) else holder.shortcuts())
        if not sequence.isEmpty()
    ]
    found = []
    for (keys, place, deep, one), (other_keys, other, other_deep, two) in itertools.combinations(
        held, 2
    ):
        if keys == other_keys and one is not two:
            under = other is place or (deep and place.isAncestorOf(other))
            over = other_deep and other.isAncestorOf(place)
            if under or over:
                found.append(f"{keys}: {type(place).__name__} and {type(other).__name__}")
    return found


def test_no_two_acts_of_the_window_have_the_same_keys_at_the_same_place(whole):
    assert len(whole.findChildren(QShortcut)) > 15
    assert collisions(whole) == []


def test_a_collision_is_found(whole):
    QShortcut(QKeySequence("Ctrl+F"), whole.show_page("complaints").table)
    QShortcut(QKeySequence("Ctrl+K"), whole)
    assert {c.partition(":")[0] for c in collisions(whole)} == {"Ctrl+F", "Ctrl+K"}


def test_the_table_itself_gives_no_keys_twice(keys):
    taken = {
        (name, sequence.toString()): keys.refusal(name, sequence)
        for name, binding in BINDINGS.items()
        if not binding.fixed
        for sequence in keys.sequences(name)
    }
    assert {place: why for place, why in taken.items() if why} == {}


def test_keys_can_be_changed_and_hold_at_once_and_after_a_restart(keys, qtbot):
    settings = FakeSettings()
    keys.keep_in(settings)
    place, pressed = QLineEdit(), []
    qtbot.addWidget(place)
    with qtbot.waitActive(place):
        place.show()
        place.setFocus()
    keys.shortcut("write", place, lambda: pressed.append(1))
    keys.rebind("write", QKeySequence("Ctrl+Shift+K"))
    qtbot.keyClick(place, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert pressed == []
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(place, Qt.Key.Key_K, both)
    assert pressed == [1]
    again = Keys()
    again.keep_in(settings)
    assert again.text("write") == "Ctrl+Shift+K" and OPTIONS["keys"].accepts(settings.get("keys"))


@pytest.mark.parametrize(
    ("pressed", "why"),
    [("Ctrl+K", "search"), ("Ctrl+2", "page.2"), ("x", "plain"), ("Shift+X", "plain")],
)
def test_keys_that_another_has_or_that_type_something_are_refused(keys, pressed, why):
    assert keys.refusal("write", QKeySequence(pressed)) == why
    with pytest.raises(ValueError, match=why):
        keys.rebind("write", QKeySequence(pressed))
    assert keys.text("write") == "Ctrl+M"


def test_the_same_keys_may_do_different_things_in_different_places(keys):
    assert keys.refusal("write", QKeySequence("Ctrl+P")) is None  # a guide is no complaint
    assert keys.refusal("log", QKeySequence("Ctrl+P")) == "print"  # the window is everywhere


def test_an_act_may_go_without_keys_and_get_its_own_back(keys):
    keys.rebind("export", QKeySequence())
    assert keys.text("export") == "" and keys.said("Export (Ctrl+E)", "export") == "Export"
    assert keys.said("导出（Ctrl+E）。", "export") == "导出。"
    keys.rebind("export", QKeySequence("Ctrl+Shift+E"))
    assert keys.said("导出（Ctrl+E）", "export") == "导出（Ctrl+Shift+E）"
    keys.rebind("import", QKeySequence("Ctrl+E"))
    keys.reset("export")
    assert keys.text("export") == ""  # they are another's by now
    keys.reset()
    assert (keys.text("export"), keys.text("import")) == ("Ctrl+E", "Ctrl+O")


def test_what_a_settings_file_says_wrongly_counts_as_unset(qapp):
    keys = Keys()
    keys.keep_in(FakeSettings(keys={"log": "Ctrl+K", "write": 7, "gone": "F9", "find": "F3"}))
    assert (keys.text("log"), keys.text("write"), keys.text("find")) == ("Ctrl+L", "Ctrl+M", "F3")


def test_the_sheet_lists_the_keys_that_hold_now(window):
    window.keys.rebind("log", QKeySequence("Ctrl+Shift+N"))
    window.menus.actions["shortcuts"].trigger()
    (sheet,) = window.findChildren(ShortcutsDialog)
    said = [label.text() for label in sheet.findChildren(QLabel)]
    assert "Ctrl+Shift+N" in said and "Ctrl+L" not in said and "Go to Trends" in said
    assert "Ctrl+Return, Ctrl+Enter" in said
    sheet.close()


def test_tooltips_and_menus_say_the_keys_that_hold_now(window):
    assert window.top.complaint_button.toolTip().endswith("(Ctrl+L)")
    window.keys.rebind("log", QKeySequence("Ctrl+Shift+N"))
    assert window.top.complaint_button.toolTip().endswith("(Ctrl+Shift+N)")
    assert window.menus.actions["log"].shortcut().toString() == "Ctrl+Shift+N"
    assert window.rail._buttons["trends"].toolTip() == "Trends (Ctrl+3)"


def test_every_key_of_the_table_has_its_words(window):
    window._show_setting("keyboard")
    card = window.findChild(KeysCard)
    assert all(label.text() for label in card._labels.values())
    fields = set(card.fields)
    assert {"log", "copy", "find", "write"} <= fields and "send" not in fields


def test_settings_take_new_keys_and_say_whose_they_are(desk, qtbot):
    card = KeysCard(desk)
    qtbot.addWidget(card)
    card.fields["write"].setKeySequence(QKeySequence("Ctrl+K"))
    card.fields["write"].editingFinished.emit()
    assert card.trouble.text() == "Ctrl+K is taken already: Search box and all commands."
    assert card.fields["write"].keySequence().toString() == "Ctrl+M"
    card.fields["write"].setKeySequence(QKeySequence("F8"))
    card.fields["write"].editingFinished.emit()
    assert desk.keys.text("write") == "F8" and card.trouble.isHidden()
    card.reset_button.click()
    assert desk.keys.text("write") == "Ctrl+M" and not card.reset_button.isEnabled()


def test_every_button_is_reached_without_a_mouse(whole):
    """By Tab, or else by its words in the search box."""
    by_words = {offer.title for offer in whole.commands._buttons()}
    for page in PAGES:
        whole.show_page(page.name)
        by_words |= {offer.title for offer in whole.commands._buttons()}
    left = [
        button.text() or button.toolTip() or type(button.parent()).__name__
        for button in whole.findChildren(QAbstractButton)
        if button.isVisible()
        and button.isEnabled()
        and not button.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (button.group() and button.group().exclusive())  # arrows go through a choice
        and " ".join((button.text() or button.accessibleName()).split()) not in by_words
        and not isinstance(button.parent(), QLineEdit | QAbstractItemView | QTabBar)  # Qt's own
    ]
    assert left == []


def test_the_last_act_is_undone_by_a_key(window, desk, qtbot):
    undone = []
    desk.acts.done.emit(lambda: "Assigned", lambda: undone.append(1))
    assert window.menus.actions["undo"].isEnabled()
    window.menus.actions["undo"].trigger()
    assert undone == [1] and not window.menus.actions["undo"].isEnabled()
