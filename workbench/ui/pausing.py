"""What is done once after a pause: when typing stops, or when a wait has lasted."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def after_pause(owner: QObject, ms: int, act: Callable[[], object]) -> QTimer:
    """A timer, not started yet, that calls ``act`` when so long has gone by since it was started last."""
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(ms)
    timer.timeout.connect(act)
    return timer
