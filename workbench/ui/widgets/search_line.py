"""The line above a list that narrows it to what is typed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from workbench.ui.pausing import after_pause
from workbench.ui.theme import Theme

_TYPING_MS = 150


class SearchLine(QLineEdit):
    """``settled`` at Return, or when typing pauses."""

    settled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addAction(
            theme.icon("filter-variant", "muted"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.setClearButtonEnabled(True)
        self._typing = after_pause(self, _TYPING_MS, self.settled.emit)
        self.textChanged.connect(lambda _: self._typing.start())
        self.returnPressed.connect(self.settled)

    def take(self) -> str:
        """What is typed now; ``settled`` tells no more of it."""
        self._typing.stop()
        return self.text().strip()
