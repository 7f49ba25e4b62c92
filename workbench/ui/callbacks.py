"""The list of customers to call because what they waited for is fixed, opened at any time."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from workbench.ui.desk import Desk

if TYPE_CHECKING:
    from workbench.ui.dialogs.callbacks import CallbackDialog


class Callbacks(QObject):
    """Made when it is first opened; who is new on it is told by the notices."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self.dialog: CallbackDialog | None = None

    def open(self) -> None:
        if self.dialog is None:
            from workbench.ui.dialogs.callbacks import CallbackDialog

            self.dialog = CallbackDialog(self._desk, self._window)
        self.dialog.refresh()
        self.dialog.show()
        self.dialog.activateWindow()
