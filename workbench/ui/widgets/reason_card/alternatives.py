"""What else it could be: the runner-up, further and possible reasons, those ruled out, the change."""

from collections.abc import Iterable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.domain.diagnosis import Explanation, Lost, Reason, Truth
from workbench.services.conditions import asked
from workbench.services.customer_text import principal
from workbench.services.evidence_words import condition_sql, marked, missing, runner_up_line, told
from workbench.services.wording import MARK
from workbench.ui.desk import Desk
from workbench.ui.theme import SPACE_1, SPACE_2, set_text_style
from workbench.ui.tips import plain_tip
from workbench.ui.widgets.badge import Badge
from workbench.ui.widgets.reason_card.parts import TOP, heading, label, table


class Alternatives(QWidget):
    """Nothing where the principal reason stands alone and nothing would change it."""

    def __init__(self, desk: Desk, explanation: Explanation) -> None:
        super().__init__()
        self._desk = desk
        self._lang = desk.language.current
        self._fields = explanation.fields or {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_2)
        runner_up = explanation.runner_up
        # its line says all that its entry below would, but of one that holds: there is proof
        said = None
        if runner_up is not None and explanation.reasons + explanation.possible:
            line = runner_up_line(self._lang, runner_up, self._fields)
            self._section(self.tr("Runner-up"), [label(line)])
            said = runner_up.reason if runner_up.why is not Lost.PRIORITY else None
        shown = (principal(explanation), said)
        possible = [reason for reason in explanation.possible if reason not in shown]
        ruled_out = [reason for reason in explanation.ruled_out if reason not in shown]
        self._section(self.tr("Further reasons"), map(self._further, explanation.reasons[1:]))
        self._section(
            self.tr("Possible: a missing fact would settle it"), map(self._possible, possible)
        )
        if ruled_out:
            self._section(self.tr("Ruled out"), [self._ruled_out(ruled_out)])
        self._section(
            self.tr("What would change it"),
            [label(f"→ {line}") for line in self._changes(explanation)],
        )

    def _section(self, title: str, parts: Iterable[QWidget]) -> None:
        made = list(parts)
        if made:
            self._column.addWidget(heading(title))
        for part in made:
            self._column.addWidget(part)

    def _further(self, reason: Reason) -> QWidget:
        box, column = self._named(reason, f"{reason.rank}.")
        text = reason.texts.get(self._lang)
        if text is not None and text.agent:
            column.addWidget(label(text.agent))
        lines = [marked(self._lang, each, self._fields) for each in reason.evidence]
        proof = label("\n".join(lines), role="caption")
        proof.setToolTip(plain_tip("\n".join(map(condition_sql, reason.evidence))))
        column.addWidget(proof)
        return box

    def _possible(self, reason: Reason) -> QWidget:
        box, column = self._named(reason, MARK[Truth.UNKNOWN])
        facts = missing(self._lang, reason, self._fields)
        if facts:
            column.addWidget(label(self.tr("Missing: {fields}").format(fields=facts), role="muted"))
        return box

    def _named(self, reason: Reason, mark: str) -> tuple[QWidget, QVBoxLayout]:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, SPACE_1)
        column.setSpacing(2)
        name = label(f"{mark} {self._desk.language.word('cause', reason.cause)}", wrap=False)
        set_text_style(name, bold=True)
        code = Badge(self._desk.theme, self)
        code.set(reason.code)
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        row.addWidget(name)
        row.addWidget(code)
        row.addStretch(1)
        column.addLayout(row)
        return box, column

    def _ruled_out(self, reasons: Iterable[Reason]) -> QWidget:
        """A line each: the cause, and the one condition that kept it from holding."""
        box = QWidget()
        grid = table()
        box.setLayout(grid)
        grid.setColumnStretch(1, 1)
        for at, reason in enumerate(reasons):
            cause = self._desk.language.word("cause", reason.cause)
            against = [each for each in reason.evidence if each.supports is Truth.FALSE]
            lines = [told(self._lang, each, self._fields) for each in against]
            proof = label("\n".join(lines), role="muted")
            proof.setToolTip(plain_tip("\n".join(map(condition_sql, against))))
            name = label(f"{MARK[Truth.FALSE]} {cause}", role="muted", wrap=False)
            grid.addWidget(name, at, 0, TOP)
            grid.addWidget(proof, at, 1)
            grid.addWidget(label(reason.code, role="caption", wrap=False), at, 2, TOP)
        return box

    def _changes(self, explanation: Explanation) -> list[str]:
        word = self._desk.language.word
        return [
            f"{word('field', field)} {asked(self._lang, field, operator, needed)}"
            for field, needed, operator in explanation.would_change
        ]
