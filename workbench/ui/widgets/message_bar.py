"""An inline bar for one message: never modal, dismissed by a key or a click, read out."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from workbench.domain.errors import KnownError
from workbench.ui.i18n import Language, Retranslates
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3, Theme

_ICONS = {
    "error": ("alert-circle-outline", "danger"),
    "warning": ("alert-outline", "warning"),
    "info": ("information-outline", "accent"),
    "success": ("check-circle-outline", "success"),
}


class MessageBar(Retranslates, QFrame):
    """Hidden until ``show_*``. One optional button beside the text; Esc or the cross dismisses.

    The text is plain: what a customer wrote is never read as markup.
    """

    dismissed = Signal()

    def __init__(self, theme: Theme, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._language = language
        self._source: Callable[[], tuple[str, str]] | None = None
        self._kind = "info"
        self._act: Callable[[], object] | None = None
        self._icon = QLabel(self)
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton(self)
        self.button.clicked.connect(self._press)
        self.close_button = QToolButton(self)
        self.close_button.setIcon(theme.icon("close", "muted"))
        self.close_button.clicked.connect(self.dismiss)

        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_3, SPACE_1, SPACE_2, SPACE_1)
        row.setSpacing(SPACE_2)
        row.addWidget(self._icon)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        theme.changed.connect(self._draw)
        self.hide()
        self.retranslate()

    def show_error(self, error: KnownError) -> None:
        """The sentence of a known error, in the language of each moment."""
        self._show("error", lambda: (self._language.error(error), ""), None)

    def show_text(
        self,
        kind: str,
        text: Callable[[], str],
        button: Callable[[], str] | None = None,
        act: Callable[[], object] | None = None,
    ) -> None:
        """``kind`` is error, warning, info or success; texts are asked for again on a switch."""
        self._show(kind, lambda: (text(), button() if button else ""), act)

    def dismiss(self) -> None:
        if not self.isHidden():
            self.hide()
            self.dismissed.emit()

    def press(self) -> None:
        """What the button does, if there is one."""
        if not self.isHidden() and not self.button.isHidden():
            self.button.click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        self.close_button.setToolTip(self.tr("Dismiss"))
        self.close_button.setAccessibleName(self.tr("Dismiss this message"))
        if self._source is None:
            return
        text, button = self._source()
        self.label.setText(text)
        self.setAccessibleName(text)
        self.button.setText(button)
        self.button.setVisible(bool(button))

    def _show(
        self,
        kind: str,
        source: Callable[[], tuple[str, str]],
        act: Callable[[], object] | None,
    ) -> None:
        self.dismiss()  # what was said before is no longer offered
        self._kind, self._source, self._act = kind, source, act
        self.setProperty("role", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._draw()
        self.retranslate()
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _press(self) -> None:
        act = self._act
        self.dismiss()
        if act is not None:
            act()

    def _draw(self) -> None:
        name, role = _ICONS[self._kind]
        self._icon.setPixmap(
            self._theme.icon(name, role).pixmap(QSize(18, 18), self.devicePixelRatioF())
        )
