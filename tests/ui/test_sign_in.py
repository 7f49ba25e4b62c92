"""The window shows nothing of a profile before somebody has signed in."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt

from tests.ui.test_app import begin  # noqa: F401 — a fixture
from workbench.domain.errors import NotPermitted
from workbench.domain.people import Person, Role
from workbench.ui.dialogs.sign_in import SignInDialog

ANNA = Person("anna", "安娜", Role.AGENT)


class Service:
    needed = asked = True
    signed_out = 0

    def people(self):
        return [ANNA, Person("ben", "本", Role.QA)]

    def sign_in(self, person_id, password):
        if (person_id, password) != ("anna", "richtig 1"):
            raise NotPermitted("sign_in_wrong")
        return ANNA

    def sign_out(self):
        self.signed_out += 1


@pytest.fixture
def dialog(desk, qtbot):
    made = SignInDialog(Service(), desk.tasks, desk.language)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_wrong_password_is_said_in_place_and_a_right_one_goes_on(dialog, desk, qtbot) -> None:
    qtbot.keyClicks(dialog.password, "falsch")
    qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    assert desk.tasks.wait_idle()
    assert dialog.isVisible() and dialog.said.isVisible() and dialog.said.text()
    assert dialog.password.selectedText() and dialog.go.isEnabled()
    qtbot.keyClicks(dialog.password, "richtig 1")
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.password, Qt.Key.Key_Return)


def test_nothing_is_sent_without_a_password_and_a_login_may_be_typed(dialog, qtbot) -> None:
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert not dialog.said.isVisible()
    dialog.who.setEditText(" ben ")
    assert dialog._person() == "ben"
    dialog.who.setCurrentIndex(0)
    assert dialog._person() == "anna"


def test_the_window_waits_for_it(begin, desk, qtbot) -> None:  # noqa: F811
    service = Service()
    bench = SimpleNamespace(**vars(desk) | {"sign_in": service}, close=lambda: None)
    app = begin(lambda ask, warn: bench)
    assert app.tasks.wait_idle()
    [asks] = app.window.findChildren(SignInDialog)
    assert asks.isVisible() and not app.window.menus.actions["sign_out"].isVisible()
    asks.password.setText("richtig 1")
    with qtbot.waitSignal(app.opened):
        asks.go.click()
    assert app.window.menus.actions["sign_out"].isVisible()


def test_signing_out_begins_the_program_again(begin, desk, qtbot, monkeypatch) -> None:  # noqa: F811
    begun = []
    monkeypatch.setattr(
        "workbench.ui.dialogs.crash_dialog.restart_program", lambda: begun.append(1)
    )
    service = Service()
    service.needed = False
    app = begin(lambda ask, warn: SimpleNamespace(**vars(desk) | {"sign_in": service}, close=lambda: None))  # fmt: skip
    with qtbot.waitSignal(app.opened):
        pass
    app.window.menus.actions["sign_out"].trigger()
    qtbot.waitUntil(lambda: begun == [1])
    assert service.signed_out == 1 and not app.window.isVisible()


def test_what_was_copied_leaves_the_clipboard_unless_something_else_is_there(
    qtbot, monkeypatch
) -> None:
    from PySide6.QtGui import QGuiApplication

    from workbench.services.customer_text import Outlet
    from workbench.ui import outlets

    clipboard = QGuiApplication.clipboard()
    monkeypatch.setattr(outlets, "CLEARED_AFTER_MS", 1)
    outlet = next(iter(Outlet))
    outlets.copy(outlet, "words for a customer")
    qtbot.waitUntil(lambda: clipboard.text() == "")
    outlets.copy(outlet, "words for a customer")
    clipboard.setText("a colleague's number")
    outlets._clear("words for a customer")
    assert clipboard.text() == "a colleague's number"
