"""The first chart opens faster for what was made in the pauses before."""

import subprocess
import sys

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from workbench.ui.warming import Warming

PROGRAM = """
import sys
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from workbench.ui.warming import Warming
app = QApplication([])
turns = []
beat = QTimer()
beat.timeout.connect(lambda: turns.append(1))
beat.start(0)
warming = Warming(app)
warming.done.connect(app.quit)
warming.begin(0)
app.exec()
from PySide6 import QtCore, QtGui, QtWidgets
made = sum(type(vars(m).get(n)).__name__ != "NoneType" for m in (QtCore, QtGui, QtWidgets) for n in dir(m))
assert len(turns) > 10, "the window went on meanwhile"
assert "pyqtgraph" not in sys.modules
print(made)
"""


def test_types_are_made_a_few_at_a_time_and_the_window_goes_on_meanwhile() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 500


def test_steps_come_in_their_order_each_when_the_one_before_is_done(qtbot, qapp) -> None:
    done = []

    def steps():
        yield lambda: done.append("made")
        yield lambda ready=tuple(done): done.append(f"after {ready}")

    warming = Warming(qapp, steps())
    with qtbot.waitSignal(warming.done, timeout=30_000):
        warming.begin(0)
    assert done == ["made", "after ('made',)"]


def test_who_types_is_not_kept_waiting(qtbot, qapp) -> None:
    hands = QObject()
    warming = Warming(qapp, (), hands)
    warming.begin(0)
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
    qapp.sendEvent(hands, key)
    assert warming._timer.remainingTime() > 500
    warming._timer.stop()
    qapp.sendEvent(hands, key)
    assert not warming._timer.isActive(), "and nothing begins anew once all is made"


def test_what_runs_comes_first(qtbot, qapp) -> None:
    running, done = [1], []
    warming = Warming(qapp, [lambda: done.append("made")], None, lambda: running)
    warming.begin(0)
    qtbot.waitUntil(lambda: warming._timer.interval() > 500)
    assert done == []
    running.clear()
    with qtbot.waitSignal(warming.done, timeout=30_000):
        warming.begin(0)
    assert done == ["made"]
