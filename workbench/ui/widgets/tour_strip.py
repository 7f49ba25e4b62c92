"""A step of the tour: a strip under the page, beside which everything stays usable."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.ui.i18n import Retranslates
from workbench.ui.keys import Keys
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3, SPACE_4


class TourStrip(Retranslates, QFrame):
    """``moved(+1 | -1)`` and ``left`` on its buttons and keys; ``say`` shows a step."""

    moved = Signal(int)
    left = Signal()

    def __init__(self, keys: Keys, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self._last = False
        self.setProperty("role", "info")
        self.title, self.text = QLabel(self), QLabel(self)
        self.title.setProperty("role", "heading")
        self.text.setWordWrap(True)
        self.back_button, self.next_button = QPushButton(self), QPushButton(self)
        self.leave_button = QPushButton(self)
        self.next_button.setProperty("role", "primary")
        self.back_button.clicked.connect(lambda: self._press(-1, self.back_button))
        self.next_button.clicked.connect(lambda: self._press(1, self.next_button))
        self.leave_button.clicked.connect(self.left)
        for name, act in (
            ("tour_next", lambda: self.moved.emit(1)),
            ("tour_back", lambda: self.moved.emit(-1)),
            ("tour_leave", self.left.emit),
        ):
            keys.shortcut(name, self, act, Qt.ShortcutContext.WindowShortcut)
        words = QVBoxLayout()
        words.setSpacing(SPACE_1)
        words.addWidget(self.title)
        words.addWidget(self.text, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_4, SPACE_2, SPACE_3, SPACE_3)
        row.setSpacing(SPACE_2)
        row.addLayout(words, 1)
        row.addSpacing(SPACE_3)
        for button in (self.back_button, self.next_button, self.leave_button):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        keys.changed.connect(self.retranslate)
        self.retranslate()

    def say(self, title: str, text: str, place: int, count: int) -> None:
        """``place`` counts from 0."""
        self.title.setText(f"{place + 1} / {count}   {title}")
        self.text.setText(text)
        self.setAccessibleName(f"{title}. {text}")
        self.back_button.setEnabled(place > 0)
        self._last = place == count - 1
        self.retranslate()
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(
            focus, QPushButton
        ):
            focus.click()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        go_on = self.tr("Finish") if self._last else self.tr("Next")
        for button, label, name in (
            (self.back_button, self.tr("Previous"), "tour_back"),
            (self.next_button, go_on, "tour_next"),
            (self.leave_button, self.tr("Leave"), "tour_leave"),
        ):
            keys = self._keys.text(name)
            button.setText(f"{label}  {keys}" if keys else label)
            button.setAccessibleName(label)

    def _press(self, step: int, button: QPushButton) -> None:
        """The keyboard stays on the button, so that Enter goes on."""
        self.moved.emit(step)
        if not self.isHidden():
            other = button if button.isEnabled() else self.next_button
            other.setFocus(Qt.FocusReason.OtherFocusReason)
