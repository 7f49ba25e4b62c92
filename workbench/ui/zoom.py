"""How large everything is: Ctrl and plus, minus or 0, or Settings, at once."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QLoggingCategory, QObject, QRect, QSize, QtMsgType, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from shiboken6 import getCppPointer

from workbench.settings import ZOOMS

if TYPE_CHECKING:
    from workbench.ui.desk import Settings

_GUI = {"win32": "Qt6Gui.dll", "darwin": "@rpath/QtGui.framework/Versions/A/QtGui"}
_SET_FACTOR, _TELL_WINDOW = (
    (
        "?setGlobalFactor@QHighDpiScaling@@SAXN@Z",
        "??$handleWindowDevicePixelRatioChanged@USynchronousDelivery@QWindowSystemInterface@@@"
        "QWindowSystemInterface@@SAXPEAVQWindow@@@Z",
    )
    if sys.platform == "win32"
    else (
        "_ZN15QHighDpiScaling15setGlobalFactorEd",
        "_ZN22QWindowSystemInterface35handleWindowDevicePixelRatioChangedINS_"
        "19SynchronousDeliveryEEEvP7QWindow",
    )
)


def scale(percent: int) -> None:
    """Letters, spaces, icons and pictures alike, on top of the screen's own scale and of what the
    environment says. Windows that are open follow.

    Qt reads ``QT_SCALE_FACTOR`` once, and PySide does not show the function that it then calls; so
    it is called by its name in the library, which holds the types of its arguments: a Qt that takes
    others has not the name. Such a Qt stays as it is (``tests/ui/test_zoom.py`` would say so).
    """
    global _percent
    if percent == _percent:
        return
    gui = ctypes.CDLL(_GUI.get(sys.platform, "libQt6Gui.so.6"))  # it is loaded already
    try:
        set_factor, tell_window = getattr(gui, _SET_FACTOR), getattr(gui, _TELL_WINDOW)
    except AttributeError:
        return
    set_factor.argtypes, set_factor.restype = (ctypes.c_double,), None
    tell_window.argtypes, tell_window.restype = (ctypes.c_void_p,), None
    shown = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.windowHandle()]
    sizes = [
        QSize(w.width() * _percent // percent, w.height() * _percent // percent) for w in shown
    ]
    _percent = percent
    said = QLoggingCategory.defaultCategory()
    warns = said.isWarningEnabled()
    said.setEnabled(QtMsgType.QtWarningMsg, False)  # that windows are open: each is told below
    set_factor(_surroundings() * percent / 100)
    said.setEnabled(QtMsgType.QtWarningMsg, warns)
    for window in QGuiApplication.allWindows():
        tell_window(getCppPointer(window)[0])
    for widget, size in zip(shown, sizes, strict=True):
        _keep_on_screen(widget, size)


_percent = 100


def _surroundings() -> float:
    try:
        return float(os.environ.get("QT_SCALE_FACTOR", "")) or 1.0
    except ValueError:
        return 1.0


def _keep_on_screen(widget: QWidget, as_large: QSize) -> None:
    """A main window stays as large as it is on the screen, a dialog grows as far as there is room."""
    room = widget.screen().availableGeometry()
    grown = widget.size().boundedTo(room.size())
    there = QRect(
        widget.windowHandle().position(), as_large if isinstance(widget, QMainWindow) else grown
    )
    there.moveRight(min(there.right(), max(room.right(), there.width() - 1)))
    there.moveBottom(min(there.bottom(), max(room.bottom(), there.height() - 1)))
    widget.setGeometry(there)


class Zoom(QObject):
    """Kept in the settings, as far as the machine's policy lets it."""

    changed = Signal(int)  # percent

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._settings: Settings | None = None

    def attach(self, settings: Settings) -> None:
        self._settings = settings

    def wire(self, actions: dict[str, QAction]) -> None:
        actions["zoom_in"].triggered.connect(lambda: self._step(1))
        actions["zoom_out"].triggered.connect(lambda: self._step(-1))
        actions["zoom_reset"].triggered.connect(lambda: self.set(100))

    def _step(self, step: int) -> None:
        if self._settings is not None:
            place = ZOOMS.index(self._settings.get("zoom")) + step
            self.set(ZOOMS[max(0, min(place, len(ZOOMS) - 1))])

    def set(self, percent: int) -> None:
        if self._settings is None:
            return
        self._settings.set("zoom", percent)
        kept = self._settings.get("zoom")
        scale(kept)
        self.changed.emit(kept)
