"""Where something will stand in a moment: its outline in grey, still, and read out as waiting."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_3, SPACE_4, Theme

ROWS = (1.0,) * 12  # a list
CARD = (0.45, 0.7, 0.0, 0.2, 0.9, 0.8, 0.85, 0.0, 0.25, 0.75, 0.6)  # a heading, paragraphs
_BAR = 14


class Skeleton(Retranslates, QWidget):
    """``shape``: the width of each line as a share of the whole; 0 is a gap. Nothing moves: what
    blinks takes the eye from what is said. Who may cancel is told by the BusyLine beside it."""

    def __init__(
        self, theme: Theme, shape: Sequence[float] = ROWS, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._shape = theme, shape
        theme.changed.connect(self.update)
        self.retranslate()

    def sizeHint(self) -> QSize:
        return QSize(240, len(self._shape) * (_BAR + SPACE_3))

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Loading…"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._theme.colour("neutral_soft"))
        painter.setPen(self._theme.colour("neutral_soft"))
        room = self.width() - 2 * SPACE_4
        for place, share in enumerate(self._shape):
            top = SPACE_4 + place * (_BAR + SPACE_3)
            if share and top + _BAR < self.height():
                painter.drawRoundedRect(QRectF(SPACE_4, top, room * share, _BAR), 4, 4)
        painter.end()
