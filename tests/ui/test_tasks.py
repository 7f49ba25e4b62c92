"""The route off the GUI thread."""

import sys
import threading

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread

from workbench.domain.errors import BadInput
from workbench.domain.progress import Progress


def test_work_runs_off_the_gui_thread_and_its_result_arrives_on_it(tasks, qapp):
    seen = {}

    def work(progress, cancel):
        seen["work"] = QThread.currentThread()
        return 42

    def done(result):
        seen["done"] = QThread.currentThread()
        seen["result"] = result

    owner = QObject()
    tasks.run(owner, work, done)
    assert tasks.wait_idle()
    assert seen["result"] == 42
    assert seen["done"] is qapp.thread() and seen["work"] is not qapp.thread()


def test_a_known_error_goes_to_failed(tasks):
    failures, results, owner = [], [], QObject()

    def work(progress, cancel):
        raise BadInput("no_such_attempt", attempt="A1")

    tasks.run(owner, work, results.append, failed=failures.append)
    assert tasks.wait_idle()
    assert [f.key for f in failures] == ["no_such_attempt"] and results == []


def test_a_known_error_without_a_handler_reaches_the_window(tasks, qtbot):
    owner = QObject()

    def work(progress, cancel):
        raise BadInput("no_such_attempt", attempt="A1")

    with qtbot.waitSignal(tasks.unhandled) as caught:
        tasks.run(owner, work, print)
    assert caught.args[0].key == "no_such_attempt"


def test_a_bug_goes_to_the_crash_handler_and_to_nobody_else(tasks, monkeypatch):
    crashes, told, owner = [], [], QObject()
    monkeypatch.setattr(sys, "excepthook", lambda *trouble: crashes.append(trouble))

    def work(progress, cancel):
        raise ZeroDivisionError

    tasks.run(owner, work, told.append, failed=told.append)
    assert tasks.wait_idle()
    assert [c[0] for c in crashes] == [ZeroDivisionError] and told == []


def test_a_newer_run_in_a_channel_drops_the_older_one(tasks):
    results, told, owner = [], [], QObject()
    release, started = threading.Event(), threading.Event()

    def slow(progress, cancel):
        started.set()
        release.wait(5)
        return "old"

    first = tasks.run(owner, slow, results.append, channel="c", cancelled=lambda: told.append(1))
    assert started.wait(5)
    tasks.run(owner, lambda p, c: "new", results.append, channel="c")
    release.set()
    assert tasks.wait_idle()
    assert results == ["new"] and told == []
    assert first.token.cancelled


def test_channels_of_different_owners_do_not_meet(tasks):
    results, one, two = [], QObject(), QObject()
    tasks.run(one, lambda p, c: 1, results.append, channel="c")
    tasks.run(two, lambda p, c: 2, results.append, channel="c")
    assert tasks.wait_idle()
    assert sorted(results) == [1, 2]


def test_a_cancelled_task_says_so_and_gives_no_result(tasks):
    results, told, owner = [], [], QObject()
    started = threading.Event()

    def work(progress, cancel):
        started.set()
        while True:
            cancel.check()

    task = tasks.run(owner, work, results.append, cancelled=lambda: told.append("stopped"))
    assert started.wait(5)
    task.cancel()
    assert tasks.wait_idle()
    assert told == ["stopped"] and results == []


def test_the_result_is_dropped_when_its_owner_is_gone(tasks):
    results, owner = [], QObject()
    release = threading.Event()
    task = tasks.run(owner, lambda p, c: release.wait(5), results.append)
    from shiboken6 import delete

    delete(owner)
    assert task.token.cancelled
    release.set()
    assert tasks.wait_idle()
    assert results == []


def test_writers_of_one_store_run_one_after_another(tasks):
    owner, order = QObject(), []

    def writer(name):
        def work(progress, cancel):
            order.append(f"{name} in")
            threading.Event().wait(0.01)
            order.append(f"{name} out")

        return work

    for name in "abc":
        tasks.run(owner, writer(name), lambda _: None, writer=True)
    assert tasks.wait_idle()
    assert order == ["a in", "a out", "b in", "b out", "c in", "c out"]


def test_a_writer_of_another_store_does_not_wait(tasks):
    owner, saved = QObject(), threading.Event()
    tasks.run(owner, lambda p, c: saved.wait(5), lambda ok: results.append(ok), writer=True)
    results: list[bool] = []
    tasks.run(owner, lambda p, c: saved.set(), lambda _: None, writer="records")
    assert tasks.wait_idle()
    assert results == [True]


def test_the_last_progress_is_always_told_before_the_result(tasks):
    told, owner = [], QObject()

    def work(progress, cancel):
        for done in range(1, 1001):
            progress(Progress("read", done, 1000))
        return "result"

    tasks.run(owner, work, told.append, progress=lambda state: told.append(state.done))
    assert tasks.wait_idle()
    assert told[-2:] == [1000, "result"]
    assert len(told) < 100


def test_what_is_to_come_later_is_waited_for_and_dropped_with_its_owner(tasks):
    called, owner, gone = [], QObject(), QObject()
    tasks.later(owner, lambda: tasks.run(owner, lambda *_: "told", called.append))
    tasks.later(gone, lambda: called.append("of nobody"))
    assert called == [], "not at once"
    gone.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert tasks.wait_idle() and called == ["told"]


def test_nothing_starts_after_shut_down(tasks):
    results, owner = [], QObject()
    assert tasks.shut_down()
    task = tasks.run(owner, lambda p, c: 1, results.append)
    assert tasks.running == 0 and task.finished and results == []


def test_an_error_in_the_answer_still_ends_the_task(tasks, qtbot):
    owner = QObject()

    def done(result):
        raise RuntimeError("in the answer")

    with qtbot.captureExceptions() as caught:
        tasks.run(owner, lambda p, c: 1, done)
        assert tasks.wait_idle()
    assert [type(e[1]) for e in caught] == [RuntimeError]


def test_what_is_held_begins_when_it_is_released_and_only_the_last_of_a_channel(tasks):
    place, results = QObject(), []
    inside = QObject(QObject(place))
    tasks.hold(place)
    for n in (1, 2):
        tasks.run(inside, lambda p, c, n=n: n, results.append, channel="load")
    other = QObject()
    tasks.run(other, lambda p, c: "elsewhere", results.append)
    assert tasks.wait_idle() and results == ["elsewhere"] and tasks.running == 0
    tasks.release(place)
    assert tasks.wait_idle() and results[1:] == [2]
    tasks.run(inside, lambda p, c: 3, results.append)
    assert tasks.wait_idle() and results[-1] == 3
