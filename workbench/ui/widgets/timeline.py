"""Entries one under the other, newest last: who and when over what was said or done."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from workbench.ui.theme import SPACE_1, SPACE_2

SHOWN = 200  # the newest; a complaint with more has been talked about for years


@dataclass(frozen=True)
class Entry:
    """``tone`` is a frame role: 'well', or 'info' for words to the customer. Texts are plain."""

    head: str
    body: str = ""
    tone: str = ""
    hover: str = ""


class Timeline(QScrollArea):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._entries: tuple[Entry, ...] | None = None
        self.show_entries((), "")

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self._entries or ()

    def show_entries(self, entries: Sequence[Entry], nothing: str) -> None:
        """``nothing`` is said where there is no entry."""
        if self._entries == tuple(entries) and entries:
            return
        self._entries = tuple(entries)
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, SPACE_2, SPACE_1, SPACE_2)
        column.setSpacing(SPACE_2)
        for entry in self._entries[-SHOWN:]:
            column.addWidget(_box(entry, body))
        if not entries:
            empty = QLabel(nothing, body)
            empty.setProperty("role", "muted")
            empty.setWordWrap(True)
            column.addWidget(empty)
        column.addStretch(1)
        self.setWidget(body)
        body.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(lambda _, most: bar.setValue(most))


def _box(entry: Entry, parent: QWidget) -> QWidget:
    box = QFrame(parent)
    if entry.tone:
        box.setProperty("role", entry.tone)
    column = QVBoxLayout(box)
    margin = SPACE_2 if entry.tone else 0
    column.setContentsMargins(margin, margin, margin, margin)
    column.setSpacing(2)
    for text, role in ((entry.head, "caption"), (entry.body, "")):
        if text:
            label = QLabel(text, box)
            label.setProperty("role", role)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
    box.setToolTip(entry.hover)
    box.setAccessibleName(f"{entry.head} {entry.body}".strip())
    return box
