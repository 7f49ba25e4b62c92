"""The tiles: one number each, with its name, its change, and the list that it counts behind it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3, TITLE, set_text_style
from workbench.ui.tips import plain_tip

ATTEMPTS = ("failures", "attempts", "rate", "customers", "lost_revenue")
COMPLAINTS = ("open", "breaching", "breached", "satisfaction", "public")
NAMES = ATTEMPTS + COMPLAINTS
_WIDTH = 112


class Tile(QFrame):
    """``opened`` by a click, Enter or Space."""

    opened = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.name, self.value, self.change = QLabel(self), QLabel(self), QLabel(self)
        self.name.setProperty("role", "caption")
        self.change.setProperty("role", "caption")
        set_text_style(self.value, size=TITLE, bold=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_3, SPACE_1, SPACE_1, SPACE_1)
        column.setSpacing(0)
        for label in (self.name, self.value, self.change):
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        column.addStretch(1)
        self.setMinimumWidth(_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_value(self, name: str, value: str, about: str, change: str = "") -> None:
        self.name.setText(name)
        self.value.setText(value)
        self.change.setText(change.partition(" (")[0].partition("（")[0])
        self.change.setVisible(bool(change))
        self.setToolTip(plain_tip(f"{about} {change}".strip()))
        self.setAccessibleName(f"{name}: {value} {change}".strip())
        self.setAccessibleDescription(about)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class Tiles(QWidget):
    """As many in a row as fit, evenly: five at 1366 pixels, ten on a large screen."""

    opened = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.of = {name: Tile(self) for name in NAMES}
        for name, tile in self.of.items():
            tile.opened.connect(lambda name=name: self.opened.emit(name))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE_2)
        self._across = 0
        self._arrange(10)

    def minimumSizeHint(self) -> QSize:
        """Five in a row always fit: a narrow window takes two rows, and nothing is cut off."""
        wide = 5 * _WIDTH + 4 * SPACE_2
        return QSize(wide, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fits = (self.width() + SPACE_2) // (_WIDTH + SPACE_2)
        self._arrange(10 if fits >= 10 else 5)

    def _arrange(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for n, tile in enumerate(self.of.values()):
            self._grid.addWidget(tile, n // across, n % across)
        for column in range(10):
            self._grid.setColumnStretch(column, 1 if column < across else 0)
