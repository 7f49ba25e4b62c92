"""What a screen reader is told: every page's tree, as the accessibility bridge of the system sees it."""

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QLabel

from tests.ui.fakes import attempt_row
from workbench.ui.main_window import PAGES, MainWindow

# what acts or holds a value has to say what it is; what only holds others need not
_SPEAKS = {
    QAccessible.Role.PushButton,
    QAccessible.Role.ButtonMenu,
    QAccessible.Role.CheckBox,
    QAccessible.Role.RadioButton,
    QAccessible.Role.ComboBox,
    QAccessible.Role.EditableText,
    QAccessible.Role.SpinBox,
    QAccessible.Role.List,
    QAccessible.Role.Table,
    QAccessible.Role.Tree,
    QAccessible.Role.PageTab,
    QAccessible.Role.MenuItem,
    QAccessible.Role.Slider,
}


def walk(node: QAccessibleInterface, depth: int = 0):
    """Everything that can be seen, down to the cells of tables."""
    if node is None or not node.isValid() or node.state().invisible or depth > 30:
        return
    yield node
    if node.role() in (QAccessible.Role.Table, QAccessible.Role.List, QAccessible.Role.Tree):
        return  # their cells are the models' and have their own tests
    for place in range(node.childCount()):
        child = node.child(place)
        if child is not None:
            yield from walk(child, depth + 1)


def _is_inner(node: QAccessibleInterface) -> bool:
    """A part that Qt builds of something that has its name: the line of a combo, a clear button."""
    parent = node.parent()
    return parent is not None and parent.role() in (
        QAccessible.Role.ComboBox,
        QAccessible.Role.SpinBox,
        QAccessible.Role.EditableText,
        QAccessible.Role.PageTabList,
    )


def nameless(window: MainWindow) -> list[str]:
    root = QAccessible.queryAccessibleInterface(window)
    found = []
    for node in walk(root):
        name = node.text(QAccessible.Text.Name)
        if node.role() in _SPEAKS and not name and not _is_inner(node):
            at = node.object()
            found.append(f"{node.role().name} {type(at).__name__} in {type(at.parent()).__name__}")
    return found


@pytest.mark.parametrize("page", [*(spec.name for spec in PAGES), "codes", "sheet", "card"])
def test_whatever_acts_or_holds_a_value_says_what_it_is(window, tasks, page):
    if page == "sheet":
        window.sheet.open_for(attempt_row())
        window.sheet.more_button.setChecked(True)
    elif page == "codes":
        window.show_page("qa").show_tab("codes")
    elif page == "card":
        window.look_up("A0001")
    else:
        window.show_page(page)
    assert tasks.wait_idle()
    root = QAccessible.queryAccessibleInterface(window)
    assert sum(node.role() in _SPEAKS for node in walk(root)) > 10
    assert nameless(window) == []


def test_a_nameless_button_is_found(window, qtbot):
    from PySide6.QtWidgets import QToolButton

    bare = QToolButton(window.top)
    bare.show()
    assert nameless(window) == ["Button QToolButton in TopBar"]


def test_a_message_is_announced_and_named_by_what_it_says(window, desk):
    desk.acts.done.emit(lambda: "Assigned", lambda: None)
    bar = QAccessible.queryAccessibleInterface(window.bar)
    assert bar.text(QAccessible.Text.Name) == "Assigned"


def test_labels_of_fields_lead_to_them(window, tasks):
    """A field is read with its label: the buddy of each, or a name of its own."""
    window.sheet.open_for(attempt_row())
    for label in window.sheet.findChildren(QLabel):
        buddy = label.buddy()
        if buddy is not None and buddy.isVisible():
            node = QAccessible.queryAccessibleInterface(buddy)
            assert node.text(QAccessible.Text.Name), label.text()
