"""The evidence of one reason: mark, what was seen, what the rule asks for, whose word it is."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from workbench.domain.diagnosis import Evidence, Truth
from workbench.services.evidence_words import Fields, condition_sql, seen, wanted
from workbench.services.wording import MARK, origin_words
from workbench.ui.desk import Desk
from workbench.ui.theme import BODY, SPACE_1, set_text_style
from workbench.ui.tips import plain_tip
from workbench.ui.widgets.reason_card.parts import TOP, label, table

_MARK_ROLES = {Truth.TRUE: "success", Truth.FALSE: "muted", Truth.UNKNOWN: "warning"}


class EvidenceTable(QWidget):
    def __init__(self, desk: Desk, lines: Iterable[Evidence], fields: Fields) -> None:
        super().__init__()
        self._desk = desk
        self._fields = fields
        self._grid = table()
        self.setLayout(self._grid)
        self._grid.setColumnStretch(1, 3)
        self._grid.setColumnStretch(2, 2)
        for at, evidence in enumerate(lines):
            self._add(at, evidence)

    def _add(self, at: int, evidence: Evidence) -> None:
        lang = self._desk.language.current
        has, asks = seen(lang, evidence, self._fields), wanted(lang, evidence)
        mark = self._mark(evidence)
        mark.setAccessibleName(
            f"{self._desk.language.word('truth', evidence.outcome)}: {has} {asks}"
        )
        mark.setAccessibleDescription(evidence.condition)
        source = label(origin_words(lang, evidence), role="caption", wrap=False)
        shown = [mark, source]
        self._grid.addWidget(mark, at, 0, TOP)
        if evidence.operator is None:  # no comparison: in words, what was seen below
            words = [label(asks)] + ([label(has, role="caption")] if has else [])
            column = QVBoxLayout()
            column.setSpacing(0)
            for part in words:
                column.addWidget(part)
            self._grid.addLayout(column, at, 1, 1, 2)
        else:
            words = [label(has), label(asks, role="muted")]
            for place, part in enumerate(words, 1):
                self._grid.addWidget(part, at, place, TOP)
        self._grid.addWidget(source, at, 3, TOP | Qt.AlignmentFlag.AlignRight)
        for part in shown + words:
            part.setToolTip(plain_tip(condition_sql(evidence)))

    def _mark(self, evidence: Evidence) -> QLabel:
        mark = QLabel(MARK[evidence.outcome])
        mark.setFixedWidth(mark.fontMetrics().horizontalAdvance("✔") + SPACE_1)
        palette = mark.palette()
        colour = self._desk.theme.colour(_MARK_ROLES[evidence.outcome])
        palette.setColor(mark.foregroundRole(), colour)
        mark.setPalette(palette)
        set_text_style(mark, size=BODY, bold=True)
        return mark
