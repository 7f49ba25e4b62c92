"""Who it is: the head of the timeline on the lookup page."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.pages.lookup.presenter import Who
from workbench.ui.theme import LARGE, SPACE_1, SPACE_2, SPACE_3, set_text_style


class WhoHead(Retranslates, QFrame):
    """Who it is, masked: name, numbers, verified or not, attempts of a day, open complaints."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._who: Who | None = None
        self._open: int | None = None
        self.setProperty("role", "card")
        self.name, self.phone, self.ids, self.verified, self.day = (QLabel(self) for _ in range(5))
        for label in (self.name, self.phone, self.ids, self.verified, self.day):
            label.setTextFormat(Qt.TextFormat.PlainText)
        set_text_style(self.name, size=LARGE, bold=True)
        set_text_style(self.phone, size=LARGE)
        self.ids.setProperty("role", "caption")
        self.ids.setWordWrap(True)
        self.complaints = QPushButton(self)
        self.complaints.setProperty("role", "link")
        top = QHBoxLayout()
        top.setSpacing(SPACE_2)
        top.addWidget(self.name)
        top.addWidget(self.phone)
        top.addStretch(1)
        facts = QGridLayout()
        facts.setSpacing(SPACE_1)
        facts.addWidget(self.verified, 0, 0)
        facts.addWidget(self.day, 0, 1, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        column.setSpacing(SPACE_1)
        column.addLayout(top)
        column.addWidget(self.ids)
        column.addLayout(facts)
        column.addWidget(self.complaints, 0, Qt.AlignmentFlag.AlignLeft)

    def show_who(self, who: Who | None) -> None:
        self._who = who
        self.retranslate()

    def show_complaints(self, count: int | None) -> None:
        """None while it is not known."""
        self._open = count
        self.retranslate()

    def retranslate(self) -> None:
        who = self._who
        if who is None:
            return
        card = who.card
        self.name.setText((card.name if card else None) or self.tr("Customer not named"))
        self.phone.setText((card.phone if card else None) or "")
        ids = " · ".join(i for i in ((card.id_card, card.customer_id) if card else ()) if i)
        self.ids.setText(ids)
        self.ids.setVisible(bool(ids))
        verified = {
            True: self.tr("✔ Identity verified"),
            False: self.tr("✘ Identity not verified"),
            None: self.tr("? Identity not known"),
        }[card.identity_verified if card else None]
        self.verified.setText(verified)
        self.day.setText(self.tr("%Ln in 24 h", "", who.attempts_24h))
        self.day.setToolTip(self.tr("Attempts in the 24 hours up to the newest one"))
        self.complaints.setVisible(bool(self._open))
        self.complaints.setText(self.tr("%Ln open complaint(s) ›", "", self._open or 0))
        self.complaints.setToolTip(self.tr("Open the newest one"))
