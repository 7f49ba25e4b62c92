"""What is typed on a page and not saved yet: sealed in the journal of drafts, under the page's name."""

from workbench.domain.errors import KnownError
from workbench.ui.desk import Desk


class Unsaved:
    def __init__(self, desk: Desk, name: str) -> None:
        self._desk, self._name = desk, name
        self._last = ""

    def read(self) -> str:
        """Left by a window that was closed or killed; '' where nothing is. For a worker."""
        self._last = self._desk.complaints.words().get(self._name, "")
        return self._last

    def keep(self, text: str) -> None:
        """None: it is saved, or given up."""
        if text == self._last:
            return
        self._last = text
        try:
            self._desk.complaints.keep_words(self._name, text)
        except KnownError as error:
            self._desk.acts.error.emit(error)
