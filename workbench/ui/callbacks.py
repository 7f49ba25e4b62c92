"""Tells an agent that customers are to be called because what they waited for is fixed."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from workbench.domain.issue_groups import Callback
from workbench.domain.people import Act, may
from workbench.ui.desk import Desk
from workbench.ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from workbench.ui.dialogs.callbacks import CallbackDialog


class Callbacks(QObject):
    """``look`` at the start, after a round with the centre, and after attempts came: each customer
    is told of once, and the list can be opened at any time."""

    def __init__(self, desk: Desk, bar: MessageBar, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._bar, self._window = desk, bar, window
        self._told: frozenset[tuple[str, str | None]] = frozenset()
        self.dialog: CallbackDialog | None = None
        desk.acts.complaints_came.connect(self.look)
        desk.acts.data_changed.connect(self.look)

    def look(self) -> None:
        if may(self._desk.session.person, Act.WAIT_FOR_FIX):
            self._desk.tasks.run(
                self,
                lambda *_: self._desk.issues.board.callbacks(),
                self._found,
                failed=lambda error: None,  # nobody asked
                channel="callbacks",
            )

    def open(self) -> None:
        if self.dialog is None:
            from workbench.ui.dialogs.callbacks import CallbackDialog

            self.dialog = CallbackDialog(self._desk, self._window)
        self.dialog.refresh()
        self.dialog.show()
        self.dialog.activateWindow()

    def _found(self, calls: list[Callback]) -> None:
        now = frozenset((call.issue.issue_id, call.customer_ref) for call in calls)
        new, self._told = now - self._told, now
        if new:
            count = len(calls)
            self._bar.show_text(
                "info",
                lambda: self.tr("%Ln customer(s) waited for what is fixed now", "", count),
                lambda: self.tr("Call back"),
                self.open,
            )
