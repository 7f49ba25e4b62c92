"""The left rail: one button a page, icon over label, or beside it in a low window, with its keys."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from workbench.ui.keys import PAGES, Keys
from workbench.ui.theme import SMALL, SPACE_1, SPACE_2, Theme, set_text_style

WIDTH = 84
_ICON, _SMALL_ICON = 24, 18


class Rail(QFrame):
    """``chosen(name)`` on a click or a shortcut; ``mark`` only shows which page is in front."""

    chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        keys: Keys,
        pages: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        """``pages`` are (name, icon); the last one stands at the bottom."""
        super().__init__(parent)
        self.setObjectName("rail")
        self.setFixedWidth(WIDTH)
        self._keys = keys
        self._buttons: dict[str, QToolButton] = {}
        self._widest = self._tall = 0
        group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_1, SPACE_2, SPACE_1, SPACE_2)
        column.setSpacing(SPACE_1)
        for place, (name, icon) in enumerate(pages, start=1):
            button = QToolButton(self)
            button.setCheckable(True)
            button.setIcon(theme.icon(icon, "muted"))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            set_text_style(button, size=SMALL)
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            if place <= PAGES:
                keys.shortcut(
                    f"page.{place}",
                    self,
                    lambda name=name: self.chosen.emit(name),
                    Qt.ShortcutContext.WindowShortcut,
                )
            if place == len(pages):
                column.addStretch(1)
            column.addWidget(button)
            group.addButton(button)
            self._buttons[name] = button

    def set_labels(self, labels: Sequence[str]) -> None:
        """In the order of the pages; as wide as the longest needs."""
        widest = 0
        for place, (button, label) in enumerate(
            zip(self._buttons.values(), labels, strict=True), start=1
        ):
            keys = self._keys.text(f"page.{place}") if place <= PAGES else ""
            button.setText(label)
            button.setToolTip(f"{label} ({keys})" if keys else label)
            button.setAccessibleName(label)
            bold = button.font()
            bold.setBold(True)  # as the chosen one is
            widest = max(widest, QFontMetrics(bold).horizontalAdvance(label))
        self._widest = widest
        self._stand(low=False)
        for button in self._buttons.values():
            button.ensurePolished()
        high = sum(button.sizeHint().height() + SPACE_1 for button in self._buttons.values())
        self._tall = max(self._tall, high + 2 * SPACE_2)  # it may answer as it stood before
        self._stand(low=self.height() < self._tall)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stand(low=event.size().height() < self._tall)

    def _stand(self, *, low: bool) -> None:
        """Label beside the icon in a low window, else under it."""
        style = Qt.ToolButtonStyle
        side = _SMALL_ICON if low else _ICON
        for button in self._buttons.values():
            button.setToolButtonStyle(
                style.ToolButtonTextBesideIcon if low else style.ToolButtonTextUnderIcon
            )
            button.setIconSize(QSize(side, side))
        beside = side + SPACE_2 if low else 0
        self.setFixedWidth(max(WIDTH, self._widest + beside + 2 * SPACE_2 + 2 * SPACE_1))

    def mark(self, name: str) -> None:
        self._buttons[name].setChecked(True)
