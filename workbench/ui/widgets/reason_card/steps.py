"""What to do: the steps, in whose hands it is, when to try again, and the way to a complaint."""

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from workbench.domain.diagnosis import Explanation
from workbench.services.customer_text import principal
from workbench.ui.desk import Desk
from workbench.ui.i18n import local_time, time_tooltip
from workbench.ui.theme import SPACE_3
from workbench.ui.widgets.reason_card.parts import TOP, Panel, heading, item, label, rule, table


class NextSteps(QWidget):
    """``log_button`` logs a complaint."""

    def __init__(self, desk: Desk, explanation: Explanation) -> None:
        super().__init__()
        self._desk = desk
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_3)
        steps = self._steps(explanation)
        if steps is not None:
            column.addWidget(steps)
        self.log_button = QPushButton(desk.keys.said(self.tr("Log complaint (Ctrl+L)"), "log"))
        self.log_button.setIcon(desk.theme.icon("message-plus-outline", "text"))
        column.addWidget(self.log_button)
        column.addStretch(1)

    def _steps(self, explanation: Explanation) -> Panel | None:
        own = explanation.texts.get(self._desk.language.current)
        steps = own.next_steps if own is not None else ()
        facts = self._facts(explanation)
        if not (steps or facts):
            return None
        panel = Panel()
        panel.column.addWidget(heading(self.tr("Next steps"), gap=0))
        for number, step in enumerate(steps, start=1):
            panel.column.addLayout(item(f"{number}.", label(step)))
        if steps and facts:
            panel.column.addWidget(rule())
        grid = table()
        grid.setColumnStretch(1, 1)
        for at, (name, said, tip) in enumerate(facts):
            shown = label(said)
            shown.setToolTip(tip)
            grid.addWidget(label(name, role="muted", wrap=False), at, 0, TOP)
            grid.addWidget(shown, at, 1)
        if explanation.next_attempt_at is not None and explanation.next_attempt_why:
            grid.addWidget(label(self._why(explanation)), len(facts), 0, 1, 2)
        panel.column.addLayout(grid)
        return panel

    def _facts(self, explanation: Explanation) -> list[tuple[str, str, str]]:
        """Name, value, hover."""
        word = self._desk.language.word
        facts = []
        first = principal(explanation)
        if first is not None:
            facts += [
                (self.tr("Action"), word("action", first.action), ""),
                (self.tr("In whose hands"), word("owner", first.owner), ""),
            ]
        at = explanation.next_attempt_at
        if at is not None or explanation.next_attempt_why:
            said = self._why(explanation) if at is None else local_time(at)
            facts.append((self.tr("Next attempt from"), said, time_tooltip(at)))
        return facts

    def _why(self, explanation: Explanation) -> str:
        """Why the next attempt is not to be made before, or what is to be done first."""
        return self._desk.language.word("next_attempt", explanation.next_attempt_why)
