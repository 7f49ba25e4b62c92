"""Cycles of Python objects are collected on the GUI thread alone: what they hold may be Qt's."""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 100


class Collecting(QObject):
    """Python collects in the thread that happens to allocate. A widget, an icon or an item of a chart
    that a worker thus lets go is destroyed beside the GUI thread that draws it, and the process dies:
    rarely, and on a busy machine (tests/ui/test_collecting.py).

    From now until ``stop``, as often and as deep as Python itself would.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
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
        counted = zip(gc.get_count(), gc.get_threshold(), strict=True)
        full = [age for age, (count, limit) in enumerate(counted) if count > limit]
        if full:
            gc.collect(full[-1])
