"""Makes in the pauses after the start what the first look at a page would wait for."""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

_AFTER_MS = 3_000  # the start has been painted, and the first words are typed
_PAUSE_MS = 25
_QUIET_MS = 1_000  # nobody is kept waiting who is at it
_SLICE = 0.004  # seconds of each pause's end; a single step may take longer
_HANDS = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel)

Step = Callable[[], object]


class Warming(QObject):
    """PySide makes a type when it is first named; pyqtgraph names them all in one go, which holds up
    the window for longer than a frame. Only the GUI thread may do it. ``steps`` come after the types,
    each asked for when the one before is done."""

    done = Signal()

    def __init__(
        self,
        parent: QObject,
        steps: Iterable[Step] = (),
        hands: QObject | None = None,
        busy: Callable[[], object] = lambda: False,
    ) -> None:
        """It waits for who types or clicks into ``hands``, the system's own window, and for what is
        ``busy``."""
        super().__init__(parent)
        if hands is not None:
            hands.installEventFilter(self)
        self._steps, self._busy = chain(_types(), steps), busy
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    def begin(self, after_ms: int = _AFTER_MS) -> None:
        self._timer.start(after_ms)

    def stop(self) -> None:
        """For good: what the steps would ask is closed."""
        self._timer.stop()

    @property
    def waits(self) -> bool:
        """For the next pause."""
        return self._timer.isActive()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _HANDS and self.waits:
            self._timer.start(_QUIET_MS)
        return False

    def _go_on(self) -> None:
        if self._busy():
            self._timer.setInterval(_QUIET_MS)
            return
        self._timer.setInterval(_PAUSE_MS)
        ends = time.perf_counter() + _SLICE
        for step in self._steps:
            step()
            if time.perf_counter() > ends:
                return
        self._timer.stop()
        self.done.emit()


def _types() -> Iterator[Step]:
    from PySide6 import QtCore, QtGui, QtWidgets

    for module in (QtCore, QtGui, QtWidgets):
        for name in dir(module):
            yield partial(getattr, module, name)
