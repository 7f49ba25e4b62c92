"""Help: which keys do what, and what this program is."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

import workbench
from workbench.ui.key_words import KeyWords
from workbench.ui.keys import BINDINGS, SCOPES, Keys
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_4, SPACE_6
from workbench.ui.widgets.room import Room


class ShortcutsDialog(QDialog):
    """All keys that hold now, by where they hold, in two columns."""

    def __init__(self, keys: Keys, pages: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        words = KeyWords(pages, self)
        body = QWidget(self)
        sides = QHBoxLayout(body)
        sides.setContentsMargins(0, 0, SPACE_4, 0)
        sides.setSpacing(2 * SPACE_6)
        window, *others = SCOPES
        for scopes in ((window,), others):
            grid = QGridLayout()
            grid.setHorizontalSpacing(SPACE_4)
            grid.setVerticalSpacing(SPACE_1)
            for scope in scopes:
                self._fill(grid, scope, keys, words)
            grid.setRowStretch(grid.rowCount(), 1)
            sides.addLayout(grid)
        note = QLabel(self.tr("Other keys can be chosen under Settings, Keyboard."), self)
        note.setProperty("role", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_6, SPACE_4, SPACE_6, SPACE_4)
        column.setSpacing(SPACE_4)
        column.addWidget(Room(body, self), 1)
        column.addWidget(note)
        column.addWidget(_close_button(self))
        whole = body.sizeHint() + self.sizeHint() - self.findChild(Room).sizeHint()
        self.resize(whole.boundedTo(self.screen().availableSize()))

    def _fill(self, grid: QGridLayout, scope: str, keys: Keys, words: KeyWords) -> None:
        heading = QLabel(words.scope(scope), self)
        heading.setProperty("role", "strong")
        if grid.rowCount() > 1:
            grid.setRowMinimumHeight(grid.rowCount(), SPACE_2)
        grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
        for name, binding in BINDINGS.items():
            held = keys.texts(name)
            if binding.scope != scope or not held or not words.act(name):
                continue
            place = grid.rowCount()
            key = QLabel(held, self)
            key.setProperty("role", "muted")
            grid.addWidget(key, place, 0)
            grid.addWidget(QLabel(words.act(name), self), place, 1)


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
