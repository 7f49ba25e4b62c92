"""What to say: the customer's words, their ways out, the guides, and what must never be said."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QPushButton, QWidget

from workbench.domain.diagnosis import Explanation
from workbench.domain.guidance import Guidance
from workbench.services.customer_text import CustomerText
from workbench.ui.desk import Desk
from workbench.ui.theme import LARGE, SPACE_2, SPACE_3, set_text_style
from workbench.ui.tips import plain_tip
from workbench.ui.widgets.reason_card.parts import TOP, Panel, heading, label, rule

_WORDS_AT = 1  # of the column: below the head


class SayPanel(Panel):
    """``copy_wanted`` and ``reply_wanted``: the card copies. ``guide_wanted`` opens a guide.

    ``copy_button`` and ``reply_button`` are None where there is nothing to say.
    """

    copy_wanted = Signal()
    reply_wanted = Signal()
    guide_wanted = Signal(object)  # Guidance

    def __init__(
        self,
        desk: Desk,
        explanation: Explanation,
        told: CustomerText,
        guides: Sequence[Guidance],
    ) -> None:
        super().__init__()
        self._desk = desk
        own = explanation.texts.get(desk.language.current)
        never = own.never_say if own is not None else ()
        self.copy_button: QPushButton | None = None
        self.reply_button: QPushButton | None = None
        self.guide_button: QPushButton | None = None
        self._acts = QWidget()
        acts = QHBoxLayout(self._acts)
        acts.setContentsMargins(0, 0, 0, 0)
        acts.setSpacing(SPACE_3)
        self._head = QHBoxLayout()
        self._head.setSpacing(SPACE_3)
        self._head.addWidget(heading(self.tr("Say to the customer"), gap=0))
        self._head.addStretch(1)
        self.column.addLayout(self._head)
        if told.say:
            said = label(told.say)
            set_text_style(said, size=LARGE)
            self.column.addWidget(said)
            self.copy_button, self.reply_button = self._copies()
            acts.addWidget(self.copy_button)
            acts.addWidget(self.reply_button)
        if guides:
            self.guide_button = self._guides(guides)
            acts.addWidget(self.guide_button)
        acts.addStretch(1)
        self._never = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._never.setSpacing(SPACE_2)
        if never:
            title = heading(self.tr("Never say"), gap=0)
            title.setProperty("role", "danger")
            self._never.addWidget(title, 0, TOP)
            self._never.addWidget(label("✘ " + " · ".join(never), role="danger"), 1)
            self.column.addWidget(rule())
            self.column.addLayout(self._never)
        self.set_wide(False)

    def set_wide(self, wide: bool) -> None:
        """Wide where it lies across the foot of the card: then it is as low as can be."""
        direction = QBoxLayout.Direction
        self._never.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        if wide:
            self._head.addWidget(self._acts)
        else:
            self.column.insertWidget(_WORDS_AT + (self.copy_button is not None), self._acts)

    def _copies(self) -> tuple[QPushButton, QPushButton]:
        copy = self._link("content-copy", self.tr("Copy"))
        keys = self._desk.keys
        copied = self.tr("Copy what may be said to the customer (Ctrl+C)")
        copy.setToolTip(keys.said(copied, "copy"))
        copy.setAccessibleName(self.tr("Copy what may be said to the customer"))
        copy.clicked.connect(self.copy_wanted)
        reply = self._link("email-outline", self.tr("Copy reply"))
        whole = self.tr(
            "Copy a whole reply for chat or e-mail: greeting, what happened, what to do "
            "(Ctrl+Shift+C)"
        )
        reply.setToolTip(keys.said(whole, "copy_reply"))
        reply.setAccessibleName(self.tr("Copy a whole reply to the customer"))
        reply.clicked.connect(self.reply_wanted)
        return copy, reply

    def _guides(self, guides: Sequence[Guidance]) -> QPushButton:
        """Opens the one guide, or the list of several, the best first."""
        lang = self._desk.language.current
        titles = [guide.title[lang] for guide in guides]
        listed = self._desk.language.text("condition.comma").join(titles)
        several = len(guides) > 1
        text = self.tr("Guides ({count})") if several else self.tr("Guide")
        button = self._link("book-open-variant", text.format(count=len(guides)))
        button.setToolTip(plain_tip("\n".join(titles)))
        button.setAccessibleName(self.tr("Guides for the customer: {titles}").format(titles=listed))
        if not several:
            button.clicked.connect(lambda: self.guide_wanted.emit(guides[0]))
            return button
        menu = QMenu(button)
        for guide, title in zip(guides, titles, strict=True):
            action = menu.addAction(title.replace("&", "&&"))
            action.setToolTip(plain_tip(guide.for_whom[lang]))
            action.triggered.connect(lambda _=False, guide=guide: self.guide_wanted.emit(guide))
        menu.setToolTipsVisible(True)
        button.setMenu(menu)
        return button

    def _link(self, icon: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("role", "link")
        button.setIcon(self._desk.theme.icon(icon, "accent"))
        return button
