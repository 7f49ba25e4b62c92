"""The small pieces that every part of the card is made of."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from workbench.ui.theme import (
    BODY,
    SPACE_1,
    SPACE_2,
    SPACE_3,
    SPACE_4,
    SPACE_6,
    set_text_style,
)

TOP = Qt.AlignmentFlag.AlignTop


class Panel(QFrame):
    """A framed part of the card; ``column`` takes its contents."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        self.column.setSpacing(SPACE_2)


def label(text: str, *, role: str = "", wrap: bool = True) -> QLabel:
    """Plain text that wraps, also where a word is longer than the line."""
    made = QLabel(breakable(text))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    if role:
        made.setProperty("role", role)
    return made


def breakable(text: str) -> str:
    """``text`` with places to break inside words too long for a line (zero-width spaces)."""
    return " ".join(
        "\u200b".join(word[i : i + 16] for i in range(0, len(word), 16))
        if len(word) > 24 and word.isascii()
        else word
        for word in text.split(" ")
    )


def heading(text: str, *, gap: int = SPACE_2) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", "muted")
    made.setContentsMargins(0, gap, 0, 0)
    set_text_style(made, size=BODY, bold=True)
    return made


def item(mark: str, words: QLabel, role: str = "muted") -> QHBoxLayout:
    """A line of a list: its mark or number, and the words beside it."""
    sign = QLabel(mark)
    sign.setProperty("role", role)
    sign.setFixedWidth(SPACE_6 - SPACE_1)
    row = QHBoxLayout()
    row.setSpacing(0)
    row.addWidget(sign, 0, TOP)
    row.addWidget(words, 1)
    return row


def rule() -> QFrame:
    line = QFrame()
    line.setProperty("role", "rule")
    return line


def table() -> QGridLayout:
    """A grid without a margin of its own."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE_3)
    grid.setVerticalSpacing(SPACE_1)
    return grid
