"""Settings of the keyboard: each act with its keys, to be pressed anew; refused with the reason."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.key_words import KeyWords
from workbench.ui.keys import BINDINGS
from workbench.ui.theme import SPACE_1, SPACE_3, SPACE_4, SPACE_6


class KeysCard(Retranslates, QFrame):
    """Fields of every binding that can be changed, pages aside; they take effect at once."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = desk.keys
        self._words = KeyWords((), self)
        self.setProperty("role", "card")
        self.heading = QLabel(self)
        self.heading.setProperty("role", "heading")
        self.trouble = QLabel(self)
        self.trouble.setProperty("role", "danger")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.reset_button = QPushButton(self)
        self.reset_button.clicked.connect(lambda: self._reset())
        self.fields: dict[str, QKeySequenceEdit] = {}
        self._labels: dict[str, QLabel] = {}
        self._refused: tuple[str, str] | None = None
        names = [n for n, b in BINDINGS.items() if not b.fixed and not n.startswith("page.")]
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
        grid.setHorizontalSpacing(SPACE_6)
        grid.setVerticalSpacing(SPACE_1)
        grid.addWidget(self.heading, 0, 0, 1, 3)
        grid.setRowMinimumHeight(1, SPACE_3)
        for place, name in enumerate(names, start=2):
            self._labels[name] = label = QLabel(self)
            label.setProperty("role", "muted")
            self.fields[name] = field = QKeySequenceEdit(self)
            field.setMaximumSequenceLength(1)
            field.setClearButtonEnabled(True)
            field.setMaximumWidth(220)
            # Tab leaves the field: it is no key to bind
            field.setFinishingKeyCombinations([])
            label.setBuddy(field)
            field.editingFinished.connect(lambda name=name: self._set(name))
            grid.addWidget(label, place, 0)
            grid.addWidget(field, place, 1)
        grid.addWidget(self.trouble, len(names) + 2, 0, 1, 3)
        grid.addWidget(self.reset_button, len(names) + 3, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(2, 1)
        self._keys.changed.connect(self._show)
        self.retranslate()

    def retranslate(self) -> None:
        self.heading.setText(self.tr("Keyboard"))
        self.reset_button.setText(self.tr("As they were shipped"))
        for name, label in self._labels.items():
            said = self._words.act(name)
            label.setText(said)
            self.fields[name].setAccessibleName(said)
            inner = self.fields[name].findChild(QLineEdit)
            if inner is not None:
                inner.setAccessibleName(said)
                inner.setPlaceholderText(self.tr("Press the keys"))
        self._show()

    def _show(self) -> None:
        for name, field in self.fields.items():
            held = self._keys.sequences(name)
            field.blockSignals(True)
            field.setKeySequence(held[0] if held else QKeySequence())
            field.blockSignals(False)
        self.reset_button.setEnabled(any(self._keys.own(name) for name in BINDINGS))
        self.trouble.setText(self._why())
        self.trouble.setVisible(bool(self._refused))

    def _set(self, name: str) -> None:
        wanted = self.fields[name].keySequence()
        held = self._keys.sequences(name)
        if wanted == (held[0] if held else QKeySequence()):
            return
        why = self._keys.refusal(name, wanted)
        written = wanted.toString(QKeySequence.SequenceFormat.NativeText)
        self._refused = (why, written) if why is not None else None
        if why is None:
            self._keys.rebind(name, wanted)
        self._show()

    def _reset(self) -> None:
        self._refused = None
        self._keys.reset()

    def _why(self) -> str:
        if self._refused is None:
            return ""
        why, keys = self._refused
        if why == "plain":
            return self.tr("{keys} types something: take it together with Ctrl or Alt.").format(
                keys=keys
            )
        act = self._words.act(why) or self.tr("a page")
        return self.tr("{keys} is taken already: {act}.").format(keys=keys, act=act)
