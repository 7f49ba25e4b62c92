"""What the dashboard is narrowed by beyond its filters, as chips; each is let go by a click."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_1
from workbench.ui.tips import plain_tip


class Chips(Retranslates, QWidget):
    """``dropped(n)`` for the nth chip; ``cleared`` for all of them."""

    dropped = Signal(int)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE_1)
        self.buttons: list[QPushButton] = []
        self.clear = QPushButton(self)
        self.clear.setProperty("role", "link")
        self.clear.clicked.connect(self.cleared)
        self._row.addWidget(self.clear)
        self._row.addStretch(1)
        self.retranslate()
        self.show_words([])

    def show_words(self, words: Sequence[str]) -> None:
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = []
        for n, text in enumerate(words):
            shown = text if len(text) <= 40 else text[:39] + "…"
            button = QPushButton(f"{shown.replace('&', '&&')}  ✕", self)
            button.setToolTip(plain_tip(text))
            button.setAccessibleName(self.tr("Let go: {what}").format(what=text))
            button.clicked.connect(lambda _=False, n=n: self.dropped.emit(n))
            self._row.insertWidget(n, button)
            self.buttons.append(button)
        self.setVisible(bool(words))

    def retranslate(self) -> None:
        self.clear.setText(self.tr("Clear (Esc)"))
