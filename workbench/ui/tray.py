"""The system tray: one message at a time and the click on it; there where the desktop has one."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

_SHOWN_MS = 15_000


class Tray(QObject):
    """Its icon comes with the first message. ``opened`` is called at a click on the icon."""

    def __init__(self, icon: QIcon, opened: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._icon, self._opened = icon, opened
        self._clicked: Callable[[], object] = opened
        self._made: QSystemTrayIcon | None = None

    @property
    def there(self) -> bool:
        """Asked anew each time: a desktop's panel comes and goes."""
        return QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()

    def tell(self, title: str, text: str, clicked: Callable[[], object]) -> None:
        if self._made is None:
            self._made = QSystemTrayIcon(self._icon, self)
            self._made.activated.connect(lambda _: self._opened())
            self._made.messageClicked.connect(lambda: self._clicked())
        self._clicked = clicked
        self._made.setToolTip(title)
        self._made.show()
        self._made.showMessage(title, text, self._icon, _SHOWN_MS)

    def close(self) -> None:
        """The icon would outlive the window for a while."""
        if self._made is not None:
            self._made.hide()
