"""What the desk said of an attempt before: a list on its card, and the bar over a former answer."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.domain.reproduction import Reproduced, Span
from workbench.services.reproduction_words import (
    proof_words,
    said_words,
    span_words,
    verdict_words,
    why_words,
)
from workbench.ui.desk import Desk
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3
from workbench.ui.widgets.reason_card.parts import heading, label

_MOST = 8  # on the card; the command line lists them all


class FormerAnswers(QWidget):
    """Hidden while there is one answer only. ``wanted(Span)``: that one is to be shown; ``buttons``
    are of those that are not."""

    wanted = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.buttons: list[QPushButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_1)
        self.hide()

    def fill(self, spans: Sequence[Span], shown: Span | None) -> None:
        """``shown``: the one on the card, None: that of now."""
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        self.buttons = []
        self.setVisible(len(spans) > 1)
        if len(spans) < 2:
            return
        lang = self._desk.language.current
        self._column.addWidget(heading(self.tr("Answers of the desk")))
        for span in spans[:_MOST]:
            if span == (shown or spans[0]):
                here = self.tr("{when} (shown here)").format(when=span_words(lang, span))
                self._column.addWidget(label(here, role="strong"))
            else:
                self._column.addWidget(self._link(span), 0, Qt.AlignmentFlag.AlignLeft)
            version = self.tr("rules {version}").format(version=span.rules_version)
            self._column.addWidget(label(f"{said_words(lang, span.said)} · {version}"))
            if why := why_words(lang, span):
                self._column.addWidget(label(why, role="caption"))
        if len(spans) > _MOST:
            more = self.tr("and %n earlier", "", len(spans) - _MOST)
            self._column.addWidget(label(more, role="caption"))

    def _link(self, span: Span) -> QPushButton:
        button = QPushButton(span_words(self._desk.language.current, span), self)
        button.setProperty("role", "link")
        button.setToolTip(self.tr("Show this answer, made again as it was"))
        button.clicked.connect(lambda: self.wanted.emit(span))
        self.buttons.append(button)
        return button


class FormerBar(QFrame):
    """Over the proof while it is a former answer's: of when it is, and whether it came out the
    same."""

    def __init__(self, desk: Desk, made: Reproduced) -> None:
        super().__init__()
        lang = desk.language.current
        self.setProperty("role", "info")
        self.now_button = QPushButton(self.tr("Back to the answer of now"), self)
        said = [span_words(lang, made.span)] if made.span else []
        if made.said is not None and made.explanation is None:
            said.append(said_words(lang, made.said))
        title = QLabel(self.tr("A former answer: {when}").format(when=" · ".join(said)), self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        title.setProperty("role", "heading")
        self.verdict = label(verdict_words(lang, made), role="" if made.same else "danger")
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.now_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        column.setSpacing(SPACE_1)
        column.addLayout(head)
        column.addWidget(self.verdict)
        column.addWidget(label(proof_words(lang, made.proof), role="caption"))
