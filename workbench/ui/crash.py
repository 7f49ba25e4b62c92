"""When we are wrong: a redacted report on disk, and a plain word about what was saved."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from workbench import log


class CrashHandler(QObject):
    """Brings a crash of any thread to the GUI thread: ``show`` is called there with the report's
    path (None if the disk refused it), one at a time.
    """

    _crashed = Signal(object)

    def __init__(
        self, folder: Path, show: Callable[[Path | None], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._folder = folder
        self._show = show
        self._showing = False
        self._crashed.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> Callable[[], None]:
        """Returns what undoes it."""
        return log.catch_crashes(self._folder, self._crashed.emit)

    def _tell(self, path: Path | None) -> None:
        if not self._showing:
            self._showing = True
            try:
                self._show(path)
            finally:
                self._showing = False
