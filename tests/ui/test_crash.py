"""When the bug is ours: the person is told what is safe and where the report is."""

import sys
import threading

import pytest

from workbench.ui.crash import CrashHandler
from workbench.ui.dialogs.crash_dialog import CrashDialog, restart_command


def caught(make):
    try:
        make()
    except Exception:
        return sys.exc_info()
    raise AssertionError("nothing was raised")


def fail(message):
    raise RuntimeError(message)


@pytest.fixture
def shown():
    return []


@pytest.fixture
def handler(qapp, tmp_path, shown):
    made = CrashHandler(tmp_path / "crashes", shown.append)
    undo = made.install()
    yield made
    undo()


def test_a_crash_writes_a_report_and_tells_the_person(handler, shown, qapp):
    sys.excepthook(*caught(lambda: fail("x")))
    assert shown == []  # not inside the code that failed
    qapp.processEvents()
    (path,) = shown
    assert "RuntimeError" in path.read_text("utf-8")


def test_crashes_during_the_dialog_open_no_second_one(handler, qapp):
    shown = []

    def show(path):
        shown.append(path)
        sys.excepthook(*caught(lambda: fail("again")))
        qapp.processEvents()

    handler._show = show
    sys.excepthook(*caught(lambda: fail("x")))
    qapp.processEvents()
    assert len(shown) == 1


def test_ctrl_c_is_no_crash(handler, shown, qapp, capsys):
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    qapp.processEvents()
    assert shown == []


def test_a_crash_in_a_thread_is_heard_and_the_hooks_are_given_back(qapp, tmp_path, shown):
    before = sys.excepthook, threading.excepthook
    made = CrashHandler(tmp_path / "crashes", shown.append)
    undo = made.install()
    thread = threading.Thread(target=fail, args=("in a thread",))
    thread.start()
    thread.join()
    undo()
    qapp.processEvents()
    assert len(shown) == 1
    assert (sys.excepthook, threading.excepthook) == before


def test_the_dialog_says_where_the_report_is(qtbot, language, tmp_path):
    dialog = CrashDialog(tmp_path / "crash.txt")
    qtbot.addWidget(dialog)
    assert dialog.path.text() == str(tmp_path / "crash.txt") and dialog.path.isVisibleTo(dialog)


def test_the_dialog_says_when_there_is_no_report(qtbot, language):
    dialog = CrashDialog(None)
    qtbot.addWidget(dialog)
    assert not dialog.path.isVisibleTo(dialog) and "could be written" in dialog.where.text()


def test_a_restart_uses_the_same_words(monkeypatch):
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", "workbench", "--lang", "zh"])
    assert restart_command() == [sys.executable, "-m", "workbench", "--lang", "zh"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "argv", ["workbench.exe", "--lang", "zh"])
    assert restart_command() == [sys.executable, "--lang", "zh"]
