"""Help: which keys do what, and what this program is."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

import workbench
from workbench.ui.theme import SPACE_2, SPACE_4, SPACE_6


class ShortcutsDialog(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_6)
        grid.setVerticalSpacing(SPACE_2)
        for place, (keys, what) in enumerate(self._rows()):
            key = QLabel(keys, self)
            key.setProperty("role", "muted")
            grid.addWidget(key, place, 0)
            grid.addWidget(QLabel(what, self), place, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_6, SPACE_4, SPACE_6, SPACE_4)
        column.setSpacing(SPACE_4)
        column.addLayout(grid)
        column.addWidget(_close_button(self))

    def _rows(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+K", self.tr("Search box, from anywhere")),
            ("Ctrl+L", self.tr("Log a complaint from the attempt shown")),
            ("Ctrl+I", self.tr("The customer waits for the known issue's fix")),
            ("Ctrl+Shift+L", self.tr("Customers to call back")),
            ("Ctrl+C", self.tr("Copy what may be said to the customer")),
            ("Ctrl+Shift+C", self.tr("Copy a whole reply to the customer")),
            ("Ctrl+Enter", self.tr("Save the complaint")),
            ("Esc", self.tr("Hide the sheet, dismiss a message, clear the search")),
            ("Ctrl+1 … 4, Alt+1 … 4", self.tr("Go to a page")),
            ("Ctrl+F", self.tr("Search in the list")),
            ("Ctrl+M", self.tr("Write about the complaint that is open")),
            ("Ctrl+.", self.tr("All that can be done with the complaint")),
            ("Enter", self.tr("Open the selected row")),
            ("Ctrl+O", self.tr("Import files")),
            ("Ctrl+E", self.tr("Export attempts")),
            ("F1", self.tr("This list")),
        )


class AboutDialog(QDialog):
    def __init__(self, rules_version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About"))
        name = QLabel(self.tr("Activation Workbench"), self)
        name.setProperty("role", "title")
        what = QLabel(
            self.tr(
                "Why an activation of a consumer-credit account failed, with proof, and what to "
                "do about it."
            ),
            self,
        )
        what.setWordWrap(True)
        versions = self.tr("Version {version}").format(version=workbench.__version__)
        if rules_version:
            versions += " · " + self.tr("Rules {version}").format(version=rules_version)
        version = QLabel(versions, self)
        version.setProperty("role", "muted")
        version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_6, SPACE_4, SPACE_6, SPACE_4)
        column.setSpacing(SPACE_2)
        for widget in (name, what, version):
            column.addWidget(widget)
        column.addSpacing(SPACE_2)
        column.addWidget(_close_button(self))
        self.setMinimumWidth(420)


def _close_button(dialog: QDialog) -> QDialogButtonBox:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    box.rejected.connect(dialog.reject)
    return box
