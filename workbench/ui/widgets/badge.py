"""A pill with a word in it; its colour says the same as the word, never more."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.theme import SMALL, Theme, set_text_style


class Badge(QWidget):
    """``set(text, role)`` takes a soft colour role; ``set_cause`` adds the cause's dot."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self._role = "neutral"
        self._cause: str | None = None
        set_text_style(self, size=SMALL)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        return self._text

    def set(self, text: str, role: str = "neutral") -> None:
        """``role``: neutral, accent, success, warning or danger."""
        self._cause = None
        self._change(text, role)

    def set_cause(self, text: str, cause: str | None) -> None:
        """A neutral pill with the dot that the charts use for this cause."""
        self._cause = cause or ""
        self._change(text, "neutral")

    def _change(self, text: str, role: str) -> None:
        self._text, self._role = text, role
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        dot = 12 if self._cause is not None else 0
        return QSize(metrics.horizontalAdvance(self._text) + 18 + dot, metrics.height() + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, ink = self._colours()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        left = 9
        if self._cause is not None:
            painter.setBrush(self._dot_colour())
            painter.drawEllipse(QRectF(8, box.center().y() - 3.5, 8, 8))
            left = 21
        painter.setPen(ink)
        painter.drawText(
            self.rect().adjusted(left, 0, -4, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            self._text,
        )
        painter.end()

    def _colours(self) -> tuple[QColor, QColor]:
        if self._role == "neutral":
            return self._theme.colour("neutral_soft"), self._theme.colour("text")
        if self._role == "accent":
            return self._theme.colour("info_soft"), self._theme.colour("accent")
        return self._theme.colour(f"{self._role}_soft"), self._theme.colour(self._role)

    def _dot_colour(self) -> QColor:
        return self._theme.cause_colour(self._cause)
