"""The left rail: one button a page, icon over label, with its keys."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from workbench.ui.keys import PAGES, Keys
from workbench.ui.theme import SMALL, SPACE_1, SPACE_2, Theme, set_text_style

WIDTH = 84


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
        group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_1, SPACE_2, SPACE_1, SPACE_2)
        column.setSpacing(SPACE_1)
        for place, (name, icon) in enumerate(pages, start=1):
            button = QToolButton(self)
            button.setCheckable(True)
            button.setIcon(theme.icon(icon, "muted"))
            button.setIconSize(QSize(24, 24))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setMinimumHeight(56)
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
        self.setFixedWidth(max(WIDTH, widest + 2 * SPACE_2 + 2 * SPACE_1))

    def mark(self, name: str) -> None:
        self._buttons[name].setChecked(True)
