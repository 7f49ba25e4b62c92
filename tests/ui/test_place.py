"""A window that begins anew ends where the one before was, once."""

from types import SimpleNamespace

import pytest

from tests.ui.fakes import complaint
from workbench.domain.people import Person, Role
from workbench.ui.dialogs.crash_dialog import CrashDialog
from workbench.ui.main_window import PAGES, MainWindow


@pytest.fixture
def begin(tasks, language, theme, qtbot, desk, records):
    records.complaints.append(complaint(1))

    def made():
        window = MainWindow(tasks, language, theme, PAGES)
        qtbot.addWidget(window)
        window.attach(desk)
        assert tasks.wait_idle()
        return window

    return made


def test_the_attempt_on_the_card_comes_back(begin, tasks, store, desk):
    first = begin()
    first.show_page("lookup").open_attempt(store.attempts[1].attempt_id)
    assert tasks.wait_idle()
    first.keep_place()
    again = begin()
    assert again.show_page("lookup").current_attempt() == store.attempts[1]
    assert desk.settings.get("place") == {}


def test_the_complaint_that_was_open_comes_back(begin, tasks):
    first = begin()
    first.show_page("complaints").open_complaint("C-20261122-0001")
    assert tasks.wait_idle()
    first.keep_place()
    again = begin()
    page = again.stack.currentWidget()
    assert page is again._pages["complaints"]
    assert page.detail.number.text() == "C-20261122-0001"


def test_what_is_kept_names_nobody(begin, tasks, store, desk):
    window = begin()
    window.look_up("138" + "0" * 4 + store.attempts[0].phone[-4:])
    assert tasks.wait_idle()
    window.keep_place()
    assert desk.settings.get("place") == {
        "page": "lookup",
        "attempt": store.attempts[0].attempt_id,
    }


def test_nothing_is_kept_of_who_signed_out(begin, tasks, store, desk):
    window = begin()
    window.show_page("lookup").open_attempt(store.attempts[1].attempt_id)
    assert tasks.wait_idle()
    desk.session.person = Person("z", "王", Role.AGENT, active=False)
    window.keep_place()
    assert desk.settings.get("place") == {}


def test_the_crash_dialog_says_what_is_kept_and_keeps_the_place_before_it_restarts(
    qtbot, monkeypatch
):
    done = []
    app = SimpleNamespace(instance=lambda: FakeApp(done))
    monkeypatch.setattr("workbench.ui.dialogs.crash_dialog.QCoreApplication", app)
    dialog = CrashDialog(None, drafts=2, keep_place=lambda: done.append("kept"))
    qtbot.addWidget(dialog)
    assert dialog.drafts.text() == "2 unfinished drafts kept"
    dialog.restart.click()
    assert done == ["kept", "quit"]


class FakeApp:
    def __init__(self, done):
        self._done = done
        self.aboutToQuit = self

    def connect(self, _):
        pass

    def quit(self):
        self._done.append("quit")
