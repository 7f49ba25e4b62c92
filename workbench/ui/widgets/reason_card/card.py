"""The card as a whole: what it shows, how it folds, what it copies."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.attempt import AttemptRow
from workbench.domain.diagnosis import Explanation
from workbench.domain.errors import KnownError
from workbench.domain.guidance import Guidance
from workbench.domain.reproduction import Reproduced, Span
from workbench.services.customer_text import CustomerText, Outlet, customer_text, principal
from workbench.ui import outlets
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_3
from workbench.ui.widgets.empty_state import EmptyState
from workbench.ui.widgets.reason_card.alternatives import Alternatives
from workbench.ui.widgets.reason_card.evidence import EvidenceTable
from workbench.ui.widgets.reason_card.former import FormerAnswers, FormerBar
from workbench.ui.widgets.reason_card.head import Head
from workbench.ui.widgets.reason_card.known import KnownBar
from workbench.ui.widgets.reason_card.parts import Panel, heading, label
from workbench.ui.widgets.reason_card.say import SayPanel
from workbench.ui.widgets.reason_card.steps import NextSteps
from workbench.ui.widgets.skeleton import CARD, Skeleton

_SIDE_WIDTH = 380  # the longest shipped texts fit at 1366 × 768 without scrolling
_NARROW = 780  # below this what to say lies across the foot, the steps follow the proof


class ReasonCard(Retranslates, QWidget):
    """``show_card`` draws it in the language of each moment; ``log_wanted`` asks for a complaint.

    Only words for the customer can be copied: what is for the agent does not leave by accident.
    What to say is always in sight: beside the proof, or at the foot of a narrow card.
    """

    log_wanted = Signal()
    guide_wanted = Signal(object)  # Guidance
    former_wanted = Signal(object)  # Span
    now_wanted = Signal()  # the answer of now, instead of a former one
    copied = Signal()
    reply_copied = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._row: AttemptRow | None = None
        self._explanation: Explanation | None = None
        self._guides: tuple[Guidance, ...] = ()
        self._error: KnownError | None = None
        self._spans: tuple[Span, ...] = ()
        self._former: Reproduced | None = None
        self._waiting = False
        self.answers: FormerAnswers | None = None
        self.former_bar: FormerBar | None = None
        self._head: Head | None = None
        self._say: SayPanel | None = None
        self._steps: NextSteps | None = None

        self._empty = EmptyState(desk.theme, "card-search-outline", None, self)
        self._skeleton = Skeleton(desk.theme, CARD, self)
        self.content = QWidget(self)
        self.scroll, self._main = _scrolling(self.content)
        self.side, self._aside = _scrolling(self.content)
        self.side.setFixedWidth(_SIDE_WIDTH + self.side.verticalScrollBar().sizeHint().width())
        row = QHBoxLayout()
        row.setSpacing(SPACE_3)
        row.addWidget(self.scroll, 1)
        row.addWidget(self.side)
        self._foot = QVBoxLayout(self.content)
        self._foot.setContentsMargins(0, 0, 0, 0)
        self._foot.setSpacing(SPACE_3)
        self.known = KnownBar(desk, self.content)
        self._foot.addWidget(self.known)
        self._foot.addLayout(row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty)
        column.addWidget(self._skeleton)
        column.addWidget(self.content)
        desk.keys.shortcut("copy", self, self.copy)
        desk.keys.shortcut("copy_reply", self, self.copy_reply)
        desk.theme.changed.connect(self._draw)
        self.retranslate()

    # what it shows
    @property
    def explanation(self) -> Explanation | None:
        return self._explanation

    @property
    def copy_button(self) -> QPushButton | None:
        return self._say.copy_button if self._say is not None else None

    @property
    def reply_button(self) -> QPushButton | None:
        return self._say.reply_button if self._say is not None else None

    @property
    def log_button(self) -> QPushButton | None:
        return self._steps.log_button if self._steps is not None else None

    @property
    def guide_button(self) -> QPushButton | None:
        return self._say.guide_button if self._say is not None else None

    @property
    def guides(self) -> tuple[Guidance, ...]:
        """Those offered for the attempt shown, the best first."""
        return self._guides

    def title(self) -> str:
        """Symptom and cause; '' where no attempt is shown."""
        return self._head.title if self._head is not None else ""

    def show_card(
        self,
        row: AttemptRow | None,
        explanation: Explanation,
        guides: Sequence[Guidance] = (),
    ) -> None:
        """``row`` adds when, where and through what; the card can do without."""
        if row is None or self._row is None or row.attempt_id != self._row.attempt_id:
            self.known.show_known(None)
            self._spans = ()
        self._row, self._explanation, self._error, self._former = row, explanation, None, None
        self._guides = tuple(guides)
        self._draw()
        for area in (self.scroll, self.side):
            area.verticalScrollBar().setValue(0)

    def show_spans(self, spans: Sequence[Span]) -> None:
        """Every answer that the attempt had, the newest first."""
        self._spans = tuple(spans)
        self._fill_answers()

    def show_former(self, made: Reproduced) -> None:
        """A former answer and its proof in the place of the one of now. Nothing of it is said to a
        customer: there is no text to copy, and no next step."""
        self._former = made
        self._draw()
        self.scroll.verticalScrollBar().setValue(0)

    def show_error(self, error: KnownError) -> None:
        """No explanation to be had: say why, in the place of the old one."""
        self._row, self._explanation, self._error, self._former = None, None, error, None
        self._draw()

    def wait(self) -> None:
        """The next one takes a while: the old one goes."""
        self._row, self._explanation, self._error, self._waiting = None, None, None, True
        self._former = None
        self._draw()

    def clear(self) -> None:
        self._row, self._explanation, self._error, self._waiting = None, None, None, False
        self._former = None
        self._draw()

    # what it copies
    def copy(self) -> None:
        """What may be said, to the clipboard, in the language shown."""
        told = self._told()
        if told is not None and told.say:
            outlets.copy(Outlet.COPY_SAY, told.say)
            self.copied.emit()

    def copy_reply(self) -> None:
        """The whole reply to the clipboard, in the language shown."""
        told = self._told()
        if told is not None and told.reply:
            outlets.copy(Outlet.COPY_REPLY, told.reply)
            self.reply_copied.emit()

    def _told(self) -> CustomerText | None:
        if self._explanation is None or self._former is not None:
            return None
        return customer_text(self._explanation, self._desk.language.current)

    def retranslate(self) -> None:
        self.scroll.setAccessibleName(self.tr("Reason and proof"))
        self.side.setAccessibleName(self.tr("What to say and do"))
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    # drawing
    def _draw(self) -> None:
        explanation = self._explanation
        self.content.setVisible(explanation is not None)
        self._skeleton.setVisible(explanation is None and self._waiting)
        self._empty.setVisible(explanation is None and not self._waiting)
        self.setAccessibleName(self.tr("Reason card"))
        focused = self._focused()
        self._discard()
        if explanation is None:
            self._empty.set_texts(self._why_empty())
            return
        self._main.addWidget(self._proof(explanation), 1)
        self._fill_answers()
        if self._former is not None:
            self.side.hide()
            return
        told = self._told()
        if told is not None and (told.say or self._guides):
            self._say = SayPanel(self._desk, explanation, told, self._guides)
            self._say.copy_wanted.connect(self.copy)
            self._say.reply_wanted.connect(self.copy_reply)
            self._say.guide_wanted.connect(self.guide_wanted)
        self._steps = NextSteps(self._desk, explanation)
        self._steps.log_button.clicked.connect(self.log_wanted)
        self._fold()
        target = getattr(self, focused, None) if focused else None
        if target is not None:
            target.setFocus()
        assert self._head is not None
        self.setAccessibleDescription(f"{self.title()}. {self._head.sentence}")

    def _why_empty(self) -> str:
        if self._error is not None:
            return self._desk.language.error(self._error)
        return self.tr("The reason of the attempt chosen on the left stands here.")

    def _focused(self) -> str:
        """Which button has the keyboard, to give it back to the new one."""
        names = ("copy_button", "reply_button", "guide_button", "log_button")
        return next((n for n in names if (b := getattr(self, n)) and b.hasFocus()), "")

    def _discard(self) -> None:
        parts = [self._say, self._steps]
        while (item := self._main.takeAt(0)) is not None:
            parts.append(item.widget())
        for part in filter(None, parts):
            part.setParent(None)
            part.deleteLater()
        self._head = self._say = self._steps = self.answers = self.former_bar = None

    def _fill_answers(self) -> None:
        if self.answers is not None:
            self.answers.fill(self._spans, self._former.span if self._former else None)

    def _proof(self, explanation: Explanation) -> Panel:
        panel = Panel()
        self.answers = FormerAnswers(self._desk)
        self.answers.wanted.connect(self.former_wanted)
        if self._former is not None:
            self.former_bar = FormerBar(self._desk, self._former)
            self.former_bar.now_button.clicked.connect(self.now_wanted)
            panel.column.addWidget(self.former_bar)
            if self._former.explanation is None:
                panel.column.addWidget(self.answers)
                panel.column.addStretch(1)
                return panel
            explanation = self._former.explanation
        self._head = Head(self._desk, self._row, explanation)
        panel.column.addWidget(self._head)
        first = principal(explanation)
        if first is not None and first.evidence:
            panel.column.addWidget(heading(self.tr("Evidence")))
            fields = explanation.fields or {}
            panel.column.addWidget(EvidenceTable(self._desk, first.evidence, fields))
        panel.column.addWidget(Alternatives(self._desk, explanation))
        panel.column.addWidget(self.answers)
        panel.column.addStretch(1)
        rules = self.tr("Rules {version}").format(version=explanation.rules_version)
        panel.column.addWidget(label(rules, role="caption"))
        return panel

    def _fold(self) -> None:
        """Put what to say and the steps where there is room for them."""
        if self._steps is None:
            return
        narrow = self.width() < _NARROW
        self.side.setVisible(not narrow)
        if self._say is not None:
            self._say.set_wide(narrow)
            if narrow:
                self._foot.addWidget(self._say)
            else:
                self._aside.insertWidget(0, self._say)
        (self._main if narrow else self._aside).addWidget(self._steps, 0 if narrow else 1)

    def sizeHint(self) -> QSize:
        return QSize(960, 560)


def _scrolling(parent: QWidget) -> tuple[QScrollArea, QVBoxLayout]:
    """An area that scrolls up and down, and the column in it."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE_3)
    area.setWidget(body)
    return area, column
