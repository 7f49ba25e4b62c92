"""A caller comes to the screen: at once, or by a bar that asks where somebody is typing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from workbench.domain.errors import KnownError
from workbench.domain.pop import Pop, PopKind
from workbench.ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from workbench.services.softphone import SoftphoneService
    from workbench.ui.desk import Desk


class ScreenPops(QObject):
    """``take(pop)`` from any thread. Before ``attach`` the last one waits."""

    _came = Signal(object)

    def __init__(self, bar: MessageBar, answered: Callable[[], str], window: QMainWindow) -> None:
        """``answered`` is what the search box has found already: it is not being typed."""
        super().__init__(window)
        self._bar, self._answered, self._window = bar, answered, window
        self._desk: Desk | None = None
        self._waiting: Pop | None = None
        self._softphone: SoftphoneService | None = None
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def take(self, pop: Pop) -> None:
        self._came.emit(pop)

    def attach(self, desk: Desk) -> None:
        self._desk = desk
        self._softphone = desk.softphone
        if self._softphone is not None:
            try:
                self._softphone.begin(self.take)
            except KnownError as error:
                desk.acts.error.emit(error)
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._take(waiting)

    def close(self) -> None:
        if self._softphone is not None:
            self._softphone.close()

    def _take(self, pop: Pop) -> None:
        to_front(self._window)
        if pop.kind is PopKind.FRONT:
            return
        if self._desk is None:
            self._waiting = pop
        elif is_typing(self._window, self._answered()):
            self._ask(pop)
        else:
            self._bar.dismiss()
            self._show(pop)

    def _ask(self, pop: Pop) -> None:
        """What is typed stays; the newest caller is the one that is offered."""
        said = {
            PopKind.PHONE: lambda: self.tr("Call from {who}").format(who=pop.shown),
            PopKind.ATTEMPT: lambda: self.tr("Asked for: attempt {id}").format(id=pop.shown),
            PopKind.COMPLAINT: lambda: self.tr("Asked for: complaint {id}").format(id=pop.shown),
        }
        self._bar.show_text(
            "info", said[pop.kind], lambda: self.tr("Show"), lambda: self._show(pop)
        )

    def _show(self, pop: Pop) -> None:
        assert self._desk is not None
        acts = self._desk.acts
        match pop.kind:
            case PopKind.PHONE:
                acts.look_up.emit(pop.value)
            case PopKind.ATTEMPT:
                acts.open_attempt.emit(pop.value)
            case PopKind.COMPLAINT:
                acts.open_complaint.emit(pop.value)


def to_front(window: QWidget) -> None:
    if window.isMinimized():
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()


def is_typing(window: QMainWindow, answered: str = "") -> bool:
    """Whether something typed would be left behind: words in a text that can be seen, words in the
    line that has the keyboard, or an open dialog. ``answered`` in the search box is done with."""
    for kind in (QPlainTextEdit, QTextEdit):
        for text in window.findChildren(kind):
            if text.isVisible() and not text.isReadOnly() and text.toPlainText().strip():
                return True
    if any(d.isVisible() and d.isModal() for d in window.findChildren(QDialog)):
        return True
    focus = QApplication.focusWidget()
    if isinstance(focus, QLineEdit) and not isinstance(
        focus.parent(), QAbstractSpinBox | QComboBox
    ):
        words = focus.text().strip()
        return bool(words) and not focus.isReadOnly() and words != answered.strip()
    return False
