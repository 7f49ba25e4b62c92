"""What a complaint says: the customer's words and what intake asked for. Read only, plain text."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.complaint import Complaint
from workbench.domain.complaint_policy import yuan
from workbench.ui.coded import FAMILIES
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates, local_time, time_tooltip
from workbench.ui.pages.complaints.dossier import Dossier
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3
from workbench.ui.tips import plain_tip

_PEOPLE = ("owner", "created_by")
_TIMES = ("created_at", "received_at", "first_answer_at", "resolved_at", "closed_at")
_MONEY = ("requested_fen", "lost_revenue_fen", "blocked_fen")
_LINES = (
    "customer_name", "phone", "demand", "source", "channel", "symptom", "reason_code",
    "attempt_id", "attempt_ids", "products", "requested_fen", "lost_revenue_fen", "blocked_fen",
    "experience", "reputation", "competitor", "owner", "team", "resolution", "resolution_kind",
    "wrap_up", "satisfaction", "satisfaction_words", "received_at", "created_at", "created_by",
    "first_answer_at", "resolved_at", "closed_at", "reopenings",
)  # fmt: skip


class Facts(Retranslates, QScrollArea):
    """Lines without a value are left out."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._dossier: Dossier | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget(self)
        self.description = QPlainTextEdit(body)
        self.description.setReadOnly(True)
        self.description.setTabChangesFocus(True)
        self.description.setMinimumHeight(84)
        self.description.setMaximumHeight(150)
        self._caption = QLabel(body)
        self._caption.setProperty("role", "caption")
        self.card_button = QPushButton(body)
        self.card_button.setIcon(desk.theme.icon("card-account-details-outline", "text"))
        self.card_button.clicked.connect(self._open_card)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_3)
        self._grid.setVerticalSpacing(SPACE_1)
        self._grid.setColumnStretch(1, 1)
        self.lines: dict[str, tuple[QLabel, QLabel]] = {}
        column = QVBoxLayout(body)
        column.setContentsMargins(0, SPACE_2, SPACE_1, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self._caption)
        column.addWidget(self.description)
        column.addLayout(self._grid)
        column.addWidget(self.card_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.setWidget(body)
        self.viewport().setAutoFillBackground(False)
        body.setAutoFillBackground(False)
        self.retranslate()

    def show_dossier(self, dossier: Dossier) -> None:
        self._dossier = dossier
        found = dossier.complaint
        if self.description.toPlainText() != found.description:
            self.description.setPlainText(found.description)
        self.card_button.setVisible(found.attempt_id is not None)
        values = {name: self._value(found, name) for name in _LINES} | dict(found.extras)
        for name in [name for name in self.lines if not values.get(name)]:
            for label in self.lines.pop(name):
                self._grid.removeWidget(label)
                label.deleteLater()
        for place, (name, text) in enumerate(values.items()):
            if text:
                label, value = self.lines.setdefault(name, self._line())
                self._grid.addWidget(label, place, 0, Qt.AlignmentFlag.AlignTop)
                self._grid.addWidget(value, place, 1)
                label.setText(self._desk.language.label("complaint_field", name))
                value.setText(text)
                value.setToolTip(plain_tip(self._hover(found, name)))
                label.setVisible(True)
                value.setVisible(True)

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("What the complaint is about"))
        self._caption.setText(self.tr("What the customer says"))
        self.description.setAccessibleName(self.tr("What the customer says"))
        self.card_button.setText(self.tr("Open the attempt's card"))
        if self._dossier is not None:
            self.show_dossier(self._dossier)

    def _line(self) -> tuple[QLabel, QLabel]:
        label, value = QLabel(self.widget()), QLabel(self.widget())
        label.setProperty("role", "muted")
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setWordWrap(True)
        return label, value

    def _value(self, found: Complaint, name: str) -> str:
        value = getattr(found, name)
        if value in (None, "", (), 0):
            return ""
        if name in FAMILIES:
            return self._desk.language.word(FAMILIES[name], value)
        if name in _TIMES:
            return local_time(value)
        if name in _MONEY:
            return f"¥ {yuan(value)}"
        if name in _PEOPLE and self._dossier is not None:
            return self._dossier.name(value)
        if name == "reputation":
            return "、".join(self._desk.language.word("reputation", each) for each in value)
        if name == "satisfaction":
            return "★" * value
        return ", ".join(value) if isinstance(value, tuple) else str(value)

    def _hover(self, found: Complaint, name: str) -> str:
        if name in _TIMES:
            return time_tooltip(getattr(found, name))
        if name == "lost_revenue_fen" and self._dossier is not None:
            return self._dossier.formula or ""
        return ""

    def _open_card(self) -> None:
        if self._dossier is not None and self._dossier.complaint.attempt_id is not None:
            self._desk.acts.open_attempt.emit(self._dossier.complaint.attempt_id)
