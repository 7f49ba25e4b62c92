"""What each key does, and where it holds, in words."""

from collections.abc import Sequence

from PySide6.QtCore import QObject


class KeyWords(QObject):
    """``pages`` are the labels of the rail, in order."""

    def __init__(self, pages: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages = pages

    def scope(self, name: str) -> str:
        return {
            "window": self.tr("Everywhere"),
            "card": self.tr("Lookup"),
            "list": self.tr("In a list"),
            "complaint": self.tr("With a complaint open"),
            "form": self.tr("While writing"),
            "guide": self.tr("In a guide"),
        }[name]

    def act(self, name: str) -> str:
        """'' for a page that there is not."""
        if name.startswith("page."):
            place = int(name.partition(".")[2])
            if place > len(self._pages):
                return ""
            return self.tr("Go to {page}").format(page=self._pages[place - 1])
        return {
            "search": self.tr("Search box and all commands"),
            "log": self.tr("Log a complaint from the attempt shown"),
            "drafts": self.tr("Go on with an unfinished draft"),
            "callbacks": self.tr("Customers to call back"),
            "wait": self.tr("The customer waits for the known issue's fix"),
            "undo": self.tr("Undo the last act"),
            "bar": self.tr("Do what the message at the top offers"),
            "zoom_in": self.tr("Everything larger"),
            "zoom_out": self.tr("Everything smaller"),
            "zoom_reset": self.tr("Everything in its usual size"),
            "import": self.tr("Import files"),
            "export": self.tr("Export attempts"),
            "sign_out": self.tr("Sign out"),
            "quit": self.tr("Quit"),
            "manual": self.tr("The manual, at what has the keyboard"),
            "shortcuts": self.tr("This list"),
            "tour_next": self.tr("The next step of the tour"),
            "tour_back": self.tr("The step of the tour before"),
            "tour_leave": self.tr("Leave the tour"),
            "copy": self.tr("Copy what may be said to the customer"),
            "copy_reply": self.tr("Copy a whole reply to the customer"),
            "back": self.tr("Back to what was shown before"),
            "find": self.tr("Search in the list"),
            "open": self.tr("Open the selected row"),
            "write": self.tr("Write about the complaint that is open"),
            "all_acts": self.tr("All that can be done with the complaint"),
            "next_acts": self.tr("Go to what can be done next"),
            "send": self.tr("Save or send"),
            "leave": self.tr("Hide the sheet, dismiss a message, clear the search"),
            "print": self.tr("Print the guide"),
        }[name]
