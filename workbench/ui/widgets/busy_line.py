"""A wait that says what is happening and can be cancelled: one thin line above the content."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from workbench.domain.progress import Progress
from workbench.ui.i18n import Language, Retranslates
from workbench.ui.pausing import after_pause
from workbench.ui.tasks import Task
from workbench.ui.theme import SPACE_2, Theme

_PATIENCE_MS = 150  # quicker work shows nothing: a line that flashes is only noise


class BusyLine(Retranslates, QWidget):
    """``watch(task, text)`` shows it after a moment; ``report`` takes progress; ``done`` hides it.

    Keeps its room in the layout, so that nothing jumps.
    """

    cancelled = Signal()

    def __init__(self, theme: Theme, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._task: Task | None = None
        self._said: Callable[[], str] | None = None
        self.label = QLabel(self)
        self.label.setProperty("role", "caption")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.cancel_button = QPushButton(self)
        self.cancel_button.setProperty("role", "link")
        self.cancel_button.clicked.connect(self._cancel)
        self._patience = after_pause(self, _PATIENCE_MS, self.show)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_2, 0, SPACE_2, 0)
        row.setSpacing(SPACE_2)
        row.addWidget(self.label)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel_button)
        self.retranslate()
        self.hide()

    def watch(self, task: Task, text: str | Callable[[], str]) -> None:
        """``text`` as a call is asked again when the language turns meanwhile."""
        self._task = task
        self._said = text if callable(text) else lambda: text
        self._say()
        self.bar.setRange(0, 0)
        self.cancel_button.setEnabled(True)
        self._patience.start()

    def _say(self) -> None:
        if self._said is not None:
            self.label.setText(self._said())
            self.setAccessibleName(self._said())

    def report(self, state: Progress) -> None:
        """Stage in words, rows done, and how many there are if that is known."""
        self._said = None
        words = self._language.word("stage", state.stage)
        done = self._language.number(state.done)
        if state.total:
            self.bar.setRange(0, 1000)
            self.bar.setValue(min(1000, 1000 * state.done // state.total))
            done = f"{done} / {self._language.number(state.total)}"
        else:
            self.bar.setRange(0, 0)
        self.label.setText(f"{words}  {done}" if state.done else words)

    def done(self) -> None:
        self._patience.stop()
        self._task = None
        self.hide()

    def retranslate(self) -> None:
        self.cancel_button.setText(self.tr("Cancel"))
        self.cancel_button.setAccessibleName(self.tr("Cancel what is running"))
        self.bar.setAccessibleName(self.tr("Progress"))
        self._say()

    def _cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        if self._task is not None:
            self._task.cancel()
        self.cancelled.emit()
