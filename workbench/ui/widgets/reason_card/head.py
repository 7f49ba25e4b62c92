"""The head of the card: what happened, how sure it is, when and where, and codes nobody knows."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.domain.attempt import AttemptRow
from workbench.domain.diagnosis import Explanation, Status
from workbench.services.customer_text import principal
from workbench.services.evidence_words import unmapped_line
from workbench.services.incident_words import incident_line
from workbench.ui.desk import Desk
from workbench.ui.i18n import local_time, time_tooltip
from workbench.ui.theme import LARGE, SPACE_2, TITLE, set_text_style
from workbench.ui.widgets.badge import Badge
from workbench.ui.widgets.reason_card.parts import item, label

_STATUS_LOOKS = {  # (colour, mark): colour is not alone
    Status.DETERMINED: ("success", "✔"),
    Status.POSSIBLE: ("warning", "?"),
    Status.UNDETERMINED: ("neutral", "?"),
    Status.PENDING: ("warning", "…"),
    Status.NONE: ("success", "✔"),
}


class Head(QWidget):
    """``title`` and ``sentence`` are what a screen reader says of the card."""

    def __init__(self, desk: Desk, row: AttemptRow | None, explanation: Explanation) -> None:
        super().__init__()
        self._desk = desk
        self._explanation = explanation
        self.title = self._title()
        self.sentence = self._sentence()
        title = label(self.title)
        set_text_style(title, size=TITLE, bold=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(title)
        column.addLayout(self._badges())
        if row is not None:
            column.addWidget(self._facts(row))
        sentence = label(self.sentence)
        set_text_style(sentence, size=LARGE)
        column.addWidget(sentence)
        if explanation.incident is not None:
            words = label(incident_line(desk.language.current, explanation.incident))
            column.addLayout(item("!", words, "danger"))
        for code in explanation.unmapped:
            words = label(unmapped_line(desk.language.current, code))
            column.addLayout(item("!", words, "danger"))

    def _title(self) -> str:
        """Symptom and cause; the outcome alone where there is neither."""
        explanation, word = self._explanation, self._desk.language.word
        if explanation.status is Status.NONE:
            return self.tr("Activated")
        if explanation.status is Status.PENDING:
            return self.tr("Result not known yet: query it first")
        parts = (word("symptom", explanation.symptom), word("cause", explanation.cause))
        return " · ".join(part for part in parts if part)

    def _sentence(self) -> str:
        explanation = self._explanation
        own = explanation.texts.get(self._desk.language.current)
        if own is not None and own.agent:
            return own.agent
        match explanation.status:
            case Status.NONE:
                return self.tr("This attempt succeeded: there is nothing to explain.")
            case Status.PENDING:
                return self.tr(
                    "A pending or timed-out attempt is not a failure. Query its result before "
                    "anything else is said or tried."
                )
            case Status.UNDETERMINED:
                return self.tr(
                    "No rule explains this attempt. The cause is not known, and it is not guessed."
                )
        return self._desk.language.word("cause", explanation.cause)

    def _badges(self) -> QHBoxLayout:
        explanation, word = self._explanation, self._desk.language.word
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        # with a parent from the start: showing itself, it would be a window of its own
        status = Badge(self._desk.theme, self)
        role, mark = _STATUS_LOOKS[explanation.status]
        status.set(f"{mark} {word('status', explanation.status)}", role)
        row.addWidget(status)
        if explanation.status not in (Status.NONE, Status.PENDING):
            cause = Badge(self._desk.theme, self)
            cause.set_cause(word("cause_group", explanation.cause_group), explanation.cause)
            row.addWidget(cause)
        first = principal(explanation)
        if first is not None:
            code = Badge(self._desk.theme, self)
            code.set(first.code)
            code.setToolTip(self.tr("Reason code"))
            row.addWidget(code)
            if first.suppressed:
                kept = Badge(self._desk.theme, self)
                kept.set(self.tr("✘ Not for the customer"), "danger")
                kept.setToolTip(
                    self.tr(
                        "Copy, reply and print give the general refusal only: no cause, code, "
                        "score or model."
                    )
                )
                row.addWidget(kept)
        row.addStretch(1)
        return row

    def _facts(self, row: AttemptRow) -> QWidget:
        word = self._desk.language.word
        facts = (
            local_time(row.occurred_at),
            word("outcome", row.outcome),
            word("step", row.step),
            word("channel", row.channel),
            row.province,
            row.attempt_id,
        )
        line = label(" · ".join(fact for fact in facts if fact), role="caption")
        line.setToolTip(time_tooltip(row.occurred_at))
        return line
