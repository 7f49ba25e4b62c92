"""Cycles of Python objects are collected on the GUI thread alone: what they hold may be Qt's."""

import gc
import time

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 25  # so that what a busy worker left meanwhile takes a few milliseconds
_WHOLE_S = 60.0  # everything is gone through no more often: it takes longer than a frame


def due() -> int | None:
    """The oldest generation that Python itself would collect now; None where it would none."""
    counted = zip(gc.get_count(), gc.get_threshold(), strict=True)
    return max((age for age, (count, limit) in enumerate(counted) if count > limit), default=None)


class Collecting(QObject):
    """Python collects in the thread that happens to allocate. A widget, an icon or an item of a chart
    that a worker thus lets go is destroyed beside the GUI thread that draws it, and the process dies:
    rarely, and on a busy machine (tests/ui/test_collecting.py).

    From now until ``stop``; what is young as often as Python itself would.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._whole = time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(_EVERY_MS)

    def pass_over(self) -> None:
        """What there is now stays to the end (modules, mostly), and is not gone through each time:
        200 ms of the GUI thread, where what comes later takes some 10."""
        gc.freeze()

    def stop(self) -> None:
        """Python collects by itself again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        age = due()
        if age is None:
            return
        if age == 2:
            now = time.monotonic()
            if now - self._whole < _WHOLE_S:
                age = 1
            else:
                self._whole = now
        gc.collect(age)
