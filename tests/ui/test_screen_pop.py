"""A caller comes to the running window at once, and never over what is being typed."""

import threading
from types import SimpleNamespace

import pytest
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QDialog

from tests.ui.fakes import attempt_row
from tests.ui.test_main_window import SPECS
from workbench import door
from workbench.app import WindowApp
from workbench.domain.pop import Pop, PopKind
from workbench.ui.door import WindowDoor
from workbench.ui.screen_pop import is_typing

CALL = Pop(PopKind.PHONE, "13800005678")


@pytest.fixture
def ring(window, tasks):
    def come(pop=CALL):
        window.pops.take(pop)
        assert tasks.wait_idle()

    return come


def test_a_call_is_looked_up_where_nothing_is_typed(window, ring, store):
    window.show_page("settings")
    ring()
    assert store.terms == ["13800005678"] and window.call_bar.isHidden()
    assert window.stack.currentWidget() is window._pages["lookup"]


def test_attempts_and_complaints_come_too(window, ring, store):
    ring(Pop(PopKind.COMPLAINT, "C-20261122-0001"))
    assert window.show_page("complaints").detail.number.text() == "C-20261122-0001"
    ring(Pop(PopKind.ATTEMPT, store.attempts[1].attempt_id))
    assert window.show_page("lookup").current_attempt() == store.attempts[1]


@pytest.mark.parametrize("place", ["sheet", "box", "form", "dialog"])
def test_what_is_being_typed_stays_and_the_call_waits_in_a_bar(
    window, ring, store, qtbot, place, tasks
):
    if place == "sheet":
        window.sheet.open_for(attempt_row())
        qtbot.keyClicks(window.sheet.description, "says")
        window.top.search.setFocus()  # wherever the keyboard is
    elif place == "box":
        window.top.focus_search()
        qtbot.keyClicks(window.top.search, "Wang")
    elif place == "form":
        page = window.show_page("complaints")
        page.search.setFocus()
        qtbot.keyClicks(page.search, "app")
        assert tasks.wait_idle()
    else:
        dialog = QDialog(window)
        dialog.open()
    before = window.stack.currentWidget()
    ring()
    assert "13800005678" not in store.terms and window.stack.currentWidget() is before
    assert window.call_bar.label.text() == "Call from 138****5678"
    if place == "sheet":
        assert window.sheet.description.toPlainText() == "says"
    if place == "box":
        assert window.top.search.text() == "Wang"
    window.menus.actions["bar"].trigger()
    assert tasks.wait_idle()
    assert "13800005678" in store.terms and window.call_bar.isHidden()
    if place == "sheet":
        assert window.sheet.description.toPlainText() == "says"


def test_the_newest_caller_is_the_one_that_is_offered(window, ring, qtbot, store, tasks):
    window.sheet.open_for(attempt_row())
    qtbot.keyClicks(window.sheet.description, "says")
    ring()
    ring(Pop(PopKind.PHONE, "13900001111"))
    window.call_bar.button.click()
    assert tasks.wait_idle()
    # help for what is typed may have asked for the attempt, too, by now
    assert [term for term in store.terms if term != "A0001"] == ["13900001111"]


def test_the_last_answered_number_in_the_box_is_not_being_typed(window, ring, store, qtbot):
    window.top.focus_search()
    ring()
    window.top.focus_search()
    assert not is_typing(window, window._looked_up)
    ring(Pop(PopKind.PHONE, "13900001111"))
    assert store.terms == ["13800005678", "13900001111"]


def test_a_call_does_not_push_another_message_away(window, ring, desk, qtbot):
    window.sheet.open_for(attempt_row())
    qtbot.keyClicks(window.sheet.description, "says")
    desk.acts.done.emit(lambda: "Assigned", lambda: None)
    ring()
    assert window.bar.label.text() == "Assigned" and not window.call_bar.isHidden()


# the door
@pytest.fixture
def profile(tmp_path):
    folder = tmp_path / "profile"
    folder.mkdir()
    return folder


def knock(profile, line):
    """As another process does it: not on the thread that answers."""
    answer = []
    thread = threading.Thread(target=lambda: answer.append(door.knock(profile, line)))
    thread.start()
    return thread, answer


def test_what_is_handed_in_at_the_door_comes_to_the_window(profile, qtbot):
    opened = WindowDoor(profile)
    with qtbot.waitSignal(opened.came) as came:
        thread, answer = knock(profile, CALL.line())
    thread.join(5)
    assert came.args == [CALL] and answer == [True]
    opened.close()


def test_only_the_owner_may_reach_the_door(profile):
    import stat

    opened = WindowDoor(profile)
    mode = (profile / "window.socket").stat().st_mode
    assert not mode & (stat.S_IRWXG | stat.S_IRWXO)
    opened.close()


def test_nobody_is_home_where_no_window_is_open(profile):
    assert door.knock(profile, CALL.line()) is False


@pytest.mark.parametrize("line", [b"nonsense\n", b"x" * 5000, b'{"kind":"quit","value":""}\n'])
def test_what_makes_no_sense_is_turned_away(profile, qtbot, line):
    opened = WindowDoor(profile)
    heard = []
    opened.came.connect(heard.append)
    thread, answer = knock(profile, line)
    qtbot.waitUntil(lambda: bool(answer))
    thread.join(5)
    assert answer == [False] and heard == []
    opened.close()


def test_the_door_of_a_killed_window_is_taken_over_and_that_of_a_living_one_is_not(profile, qtbot):
    living = WindowDoor(profile)
    assert living.listening and not WindowDoor(profile).listening
    living.close()
    QLocalServer.removeServer(door.address(profile))
    (profile / "window.socket").write_bytes(b"")  # what a kill leaves
    assert WindowDoor(profile).listening


def test_a_profile_that_is_made_only_now_has_its_door_once_it_is_there(tmp_path, qtbot):
    opened = WindowDoor(tmp_path / "new")
    assert not opened.listening
    (tmp_path / "new").mkdir()
    opened.listen()
    with qtbot.waitSignal(opened.came):
        thread, answer = knock(tmp_path / "new", CALL.line())
    thread.join(5)
    assert answer == [True]
    opened.close()


def test_a_profile_far_down_has_a_door_too(tmp_path, qtbot):
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    opened = WindowDoor(deep)
    assert opened.listening and str(deep) not in door.address(deep)
    way = QLocalSocket()
    way.connectToServer(door.address(deep))
    assert way.waitForConnected(1000)
    way.abort()
    opened.close()


def test_a_call_that_comes_while_the_data_open_is_shown_once_they_have(
    desk, store, tmp_path, qtbot
):
    bench = SimpleNamespace(**vars(desk), close=lambda: None)
    release = threading.Event()

    def opener(ask, warn):
        release.wait(5)
        return bench

    app = WindowApp(opener, profile=tmp_path, pages=SPECS, listens=True)
    qtbot.addWidget(app.window)
    app.start(catch_crashes=False)
    qtbot.waitUntil(lambda: app._door is not None)
    thread, answer = knock(tmp_path, CALL.line())
    qtbot.waitUntil(lambda: bool(answer))
    thread.join(5)
    with qtbot.waitSignal(app.opened):
        release.set()
    assert app.tasks.wait_idle()
    assert app.window._pages["lookup"].told == [("look_up", "13800005678")]
    app.close()
    app.language.set("en")
    app.theme.set_mode("light")
    app.theme.deleteLater()
    app.deleteLater()
