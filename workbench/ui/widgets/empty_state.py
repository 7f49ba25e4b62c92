"""An empty place that says what would be here and offers the act that fills it."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.ui.theme import SPACE_2, SPACE_4, SPACE_6, Theme


class EmptyState(QWidget):
    """Icon, one sentence, at most one button. ``set_texts`` again when the language turns."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        act: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture = theme.icon(icon, "faint")
        self.sentence = QLabel(self)
        self.sentence.setProperty("role", "muted")
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setMaximumWidth(420)
        self.button = QPushButton(self)
        self.button.setVisible(False)
        if act is not None:
            self.button.clicked.connect(lambda: act())
        self._has_act = act is not None

        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_6, SPACE_6, SPACE_6, SPACE_6)
        column.setSpacing(SPACE_2)
        column.addStretch(2)
        column.addWidget(self._icon)
        column.addSpacing(SPACE_2)
        column.addWidget(self.sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(SPACE_4)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        theme.changed.connect(self._draw)
        self._draw()

    def set_texts(self, sentence: str, button: str = "") -> None:
        self.sentence.setText(sentence)
        longest = max(sentence.splitlines() or [""], key=len)
        width = min(420, 24 + self.sentence.fontMetrics().horizontalAdvance(longest))
        self.sentence.setMinimumWidth(width)
        # the layout asks for the height of a line as wide as itself, and would cut the second one
        self.sentence.setMinimumHeight(self.sentence.heightForWidth(width))
        self.setAccessibleName(sentence)
        self.button.setText(button)
        self.button.setVisible(self._has_act and bool(button))

    def _draw(self) -> None:
        self._icon.setPixmap(self._picture.pixmap(QSize(48, 48), self.devicePixelRatioF()))
