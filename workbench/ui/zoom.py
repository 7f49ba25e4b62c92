"""How large everything is: Ctrl and plus, minus or 0; takes hold when the window begins anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from workbench.settings import ZOOMS
from workbench.ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from workbench.ui.desk import Settings

_FACTOR = "QT_SCALE_FACTOR"


def scale(percent: int) -> None:
    """Before Qt starts: letters, spaces, icons and pictures alike, on top of the screen's own scale.
    What the environment says already stays."""
    if percent != 100:
        os.environ.setdefault(_FACTOR, f"{percent / 100:g}")


class Zoom(QObject):
    """Qt takes its scale once, so a change is kept and a new beginning offered: at the same page, with
    every draft."""

    def __init__(self, bar: MessageBar, restart: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._bar, self._restart = bar, restart
        self._settings: Settings | None = None
        self._begun = 100

    def attach(self, settings: Settings) -> None:
        self._settings = settings
        self._begun = settings.get("zoom")

    def wire(self, actions: dict[str, QAction]) -> None:
        actions["zoom_in"].triggered.connect(lambda: self._step(1))
        actions["zoom_out"].triggered.connect(lambda: self._step(-1))
        actions["zoom_reset"].triggered.connect(lambda: self._set(100))

    def _step(self, step: int) -> None:
        if self._settings is not None:
            place = ZOOMS.index(self._settings.get("zoom")) + step
            self._set(ZOOMS[max(0, min(place, len(ZOOMS) - 1))])

    def _set(self, percent: int) -> None:
        if self._settings is None:
            return
        self._settings.set("zoom", percent)
        if percent == self._begun:
            self._bar.dismiss()
            return
        self._bar.show_text(
            "info",
            lambda: self.tr("Size: {percent} %. It takes hold when the window begins anew.").format(
                percent=percent
            ),
            lambda: self.tr("Begin anew"),
            self._restart,
        )
