"""Makes Qt's types in the pauses after the start: the first chart asks for all of them at once."""

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

_AFTER_MS = 3_000  # the start has been painted, and the first words are typed
_PAUSE_MS = 25
_SLICE = 0.004  # seconds of each pause's end; a single type may take longer


class Warming(QObject):
    """PySide makes a type when it is first named; pyqtgraph names them all in one go, which holds up
    the window for longer than a frame. Only the GUI thread may do it."""

    done = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._names = _names()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    def begin(self, after_ms: int = _AFTER_MS) -> None:
        self._timer.start(after_ms)

    def _go_on(self) -> None:
        self._timer.setInterval(_PAUSE_MS)
        ends = time.perf_counter() + _SLICE
        for module, name in self._names:
            getattr(module, name)
            if time.perf_counter() > ends:
                return
        self._timer.stop()
        self.done.emit()


def _names() -> Iterator[tuple[object, str]]:
    from PySide6 import QtCore, QtGui, QtWidgets

    for module in (QtCore, QtGui, QtWidgets):
        for name in dir(module):
            yield module, name
