"""A day's worth of signals and of calls that return nothing."""

import subprocess
import sys

import pytest

_MANY = """
import workbench.ui
from PySide6.QtCore import QObject, Signal

class Speaker(QObject):
    said = Signal()

speaker = Speaker()
for _ in range(100_000):
    {call}
print("alive")
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "call",
    ["speaker.said.emit()", "speaker.setObjectName('x')", "speaker == 1"],
    ids=["True", "None", "NotImplemented"],
)
def test_the_process_outlives_many_calls(call):
    script = _MANY.format(call=call)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr
