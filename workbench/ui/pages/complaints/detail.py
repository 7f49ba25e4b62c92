"""One complaint in full, read only, with the way to the attempt behind it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.complaint import Complaint, Severity, State
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates, local_time, time_tooltip
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3, SPACE_4
from workbench.ui.widgets.badge import Badge

STATE_ROLES = {
    State.OPEN: "accent",
    State.REOPENED: "accent",
    State.IN_PROGRESS: "accent",
    State.WAITING: "warning",
    State.ESCALATED: "danger",
    State.RESOLVED: "success",
}
SEVERITY_ROLES = {Severity.HIGH: "warning", Severity.CRITICAL: "danger"}


class ComplaintDetail(Retranslates, QFrame):
    """What the customer wrote is shown as plain text, whatever is in it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._complaint: Complaint | None = None
        self.setProperty("role", "card")
        self.setMinimumWidth(320)
        self.number = QLabel(self)
        self.number.setProperty("role", "heading")
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.state = Badge(desk.theme, self)
        self.severity = Badge(desk.theme, self)
        self.cause = Badge(desk.theme, self)
        self.description = QPlainTextEdit(self)
        self.description.setReadOnly(True)
        self.description.setTabChangesFocus(True)
        self._description_label = QLabel(self)
        self._description_label.setProperty("role", "caption")
        self.card_button = QPushButton(self)
        self.card_button.setIcon(desk.theme.icon("card-account-details-outline", "text"))
        self.card_button.clicked.connect(self._open_card)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_3)
        self._grid.setVerticalSpacing(SPACE_1)
        self._grid.setColumnStretch(1, 1)
        self._values: dict[str, tuple[QLabel, QLabel]] = {}
        for place, name in enumerate(
            ("customer", "phone", "demand", "source", "channel", "symptom", "reason", "attempt",
             "created", "person")
        ):  # fmt: skip
            label, value = QLabel(self), QLabel(self)
            label.setProperty("role", "muted")
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setWordWrap(True)
            self._grid.addWidget(label, place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, place, 1)
            self._values[name] = (label, value)

        badges = QHBoxLayout()
        badges.setSpacing(SPACE_1)
        for badge in (self.state, self.severity, self.cause):
            badges.addWidget(badge)
        badges.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_4)
        column.setSpacing(SPACE_2)
        column.addWidget(self.number)
        column.addLayout(badges)
        column.addSpacing(SPACE_1)
        column.addWidget(self._description_label)
        column.addWidget(self.description, 1)
        column.addSpacing(SPACE_1)
        column.addLayout(self._grid)
        column.addSpacing(SPACE_1)
        column.addWidget(self.card_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.retranslate()

    def show_complaint(self, complaint: Complaint | None) -> None:
        self._complaint = complaint
        self.setVisible(complaint is not None)
        self.retranslate()

    def retranslate(self) -> None:
        for name, text in self._labels().items():
            self._values[name][0].setText(text)
        self._description_label.setText(self.tr("What the customer says"))
        self.description.setAccessibleName(self.tr("What the customer says"))
        self.card_button.setText(self.tr("Open the attempt's card"))
        self.setAccessibleName(self.tr("Complaint"))
        complaint = self._complaint
        if complaint is None:
            return
        word = self._desk.language.word
        self.number.setText(complaint.number)
        self.state.set(word("state", complaint.state), STATE_ROLES.get(complaint.state, "neutral"))
        severity = self.tr("Severity: {severity}").format(
            severity=word("severity", complaint.severity)
        )
        self.severity.set(severity, SEVERITY_ROLES.get(complaint.severity, "neutral"))
        self.cause.set_cause(word("cause", complaint.cause), complaint.cause)
        if self.description.toPlainText() != complaint.description:
            self.description.setPlainText(complaint.description)
        values: dict[str, str | None] = {
            "customer": complaint.customer_name,
            "phone": complaint.phone,
            "demand": word("demand", complaint.demand),
            "source": word("complaint_source", complaint.source),
            "channel": word("channel", complaint.channel),
            "symptom": word("symptom", complaint.symptom),
            "reason": complaint.reason_code,
            "attempt": complaint.attempt_id,
            "created": local_time(complaint.created_at),
            "person": self._name(complaint.created_by),
        }
        for name, value_text in values.items():
            label, value = self._values[name]
            value.setText(value_text or "")
            label.setVisible(bool(value_text))
            value.setVisible(bool(value_text))
        self._values["created"][1].setToolTip(time_tooltip(complaint.created_at))
        self.card_button.setVisible(complaint.attempt_id is not None)

    def _labels(self) -> dict[str, str]:
        return {
            "customer": self.tr("Customer"),
            "phone": self.tr("Phone"),
            "demand": self.tr("Demand"),
            "source": self.tr("Source"),
            "channel": self.tr("Channel"),
            "symptom": self.tr("Symptom"),
            "reason": self.tr("Reason code"),
            "attempt": self.tr("Attempt"),
            "created": self.tr("Logged at"),
            "person": self.tr("Logged by"),
        }

    def _name(self, person_id: str) -> str:
        me = self._desk.session.person
        return me.name if me.person_id == person_id else person_id

    def _open_card(self) -> None:
        if self._complaint is not None and self._complaint.attempt_id is not None:
            self._desk.acts.open_attempt.emit(self._complaint.attempt_id)
