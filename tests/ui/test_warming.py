"""The first chart opens faster for what was made in the pauses before."""

import subprocess
import sys

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
