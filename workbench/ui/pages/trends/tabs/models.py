"""The watch on risk models: versions beside one another, groups of customers, doubtful declines."""

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel

from workbench.domain.risk_model import GroupWatch, ModelWatch
from workbench.services.model_words import group_cells, model_cells, signs_words
from workbench.services.risk_models import GROUPS, Watched
from workbench.ui.desk import Desk
from workbench.ui.i18n import Language
from workbench.ui.pages.trends.tabs.base import InsightTab
from workbench.ui.pages.trends.tabs.grid import Grid, Line
from workbench.ui.theme import SPACE_2, Theme

_FIELDS = ("model", "signs", "first", "reviewed", "declined", "sound_declined", "against",
           "change", "psi", "passed_before", "appeals")  # fmt: skip
_NUMBERS = (3, 4, 5, 7, 8, 9, 10)
_GROUP_FIELDS = ("group", "reviewed", "declined", "before", "change")


def model_lines(models: tuple[ModelWatch, ...], language: Language, theme: Theme) -> list[Line]:
    """The newest first; a suspected one in the colour of danger, and said so in words."""
    lines = []
    for model in reversed(models):
        *cells, signs = model_cells(language.current, model)
        ink = theme.colour("danger") if model.suspected else None
        lines.append(Line((cells[0], signs, *cells[1:]), model, ink))
    return lines


def group_lines(found: list[GroupWatch], language: Language, field: str) -> list[Line]:
    return [Line(group_cells(language.current, group, field), group) for group in found]


class ModelsTab(InsightTab):
    def __init__(self, desk: Desk, parent=None) -> None:
        super().__init__(desk, parent)
        self._watched: Watched | None = None
        self._by = GROUPS[0]
        self.passed = QCheckBox(self)
        self.bar.addWidget(self.passed)
        self.rows = self.button(self._open)
        self.out = self.exporter("wrong-declines.xlsx", self._export)
        self.grid, self.parts = Grid(self), Grid(self)
        self.grid.chosen.connect(self._choose)
        self.grid.opened.connect(lambda _: self._open())
        self.by = QComboBox(self)
        for field in GROUPS:
            self.by.addItem("", field)
        self.by.activated.connect(self._group)
        self.caption = QLabel(self)
        self.caption.setProperty("role", "muted")
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        line.addWidget(self.caption)
        line.addWidget(self.by)
        line.addStretch(1)
        self.body.addWidget(self.grid, 2)
        self.body.addLayout(line)
        self.body.addWidget(self.parts, 3)
        self.retranslate()
        self.load()

    def load(self) -> None:
        by = self._by
        self.run(lambda: self._insight.models.watch(by), self._took)

    def _took(self, watched: Watched) -> None:
        first, self._watched = self._watched is None, watched
        self.retranslate()
        models = [line.record for line in self.grid.lines]
        suspected = [n for n, m in enumerate(models) if isinstance(m, ModelWatch) and m.suspected]
        if first and suspected:  # what the sentence speaks of
            self.grid.setCurrentCell(suspected[0], 0)

    def _group(self) -> None:
        self._by = self.by.currentData()
        self.load()

    @property
    def model(self) -> ModelWatch | None:
        chosen = self.grid.current
        return chosen if isinstance(chosen, ModelWatch) else None

    def _choose(self, chosen: object) -> None:
        for act in (self.rows, self.out):
            act.setEnabled(chosen is not None)
        self._show_groups()

    def _open(self) -> None:
        model, passed = self.model, self.passed.isChecked()
        if model is None:
            return
        service, name = self._insight.models, model.model
        self.open_list(
            lambda limit, offset: service.wrong(name, passed=passed, limit=limit, offset=offset),
            lambda: service.count_wrong(name, passed=passed),
            self.tr("{model}: declines that look wrong").format(model=name),
        )

    def _export(self, path: Path) -> int:
        model = self.model
        assert model is not None
        return self._insight.models.export(path, model.model, passed=self.passed.isChecked())

    def _sentence(self) -> str:
        models = self._watched.models if self._watched else ()
        if not models:
            return self.tr("No decisions of risk models. What each version declines stands here.")
        newest = models[-1]
        lang = self._desk.language.current
        suspected = [m for m in models if m.suspected]
        if not suspected:
            return self.tr("No model is suspected. The newest: {model}.").format(model=newest.model)
        told = " · ".join(f"{m.model} {signs_words(lang, m)}" for m in suspected)
        ended = (
            self.tr("It is the newest.") if newest.suspected else self.tr("Not in use any more.")
        )
        return f"{told} · {ended}"

    def retranslate(self) -> None:
        language = self._desk.language
        self.passed.setText(self.tr("Approved before only"))
        self.passed.setToolTip(self.tr("Declines of customers whom a model had approved earlier"))
        self.rows.setText(self.tr("Declines that look wrong"))
        self.rows.setToolTip(
            self.tr("Of customers with no weak figure and under no policy, for QA to look at")
        )
        self.out.setText(self.tr("Export the list…"))
        self.said.setText(self._sentence())
        self.grid.setAccessibleName(self.tr("Risk models"))
        self.parts.setAccessibleName(self.tr("Groups of customers"))
        self.caption.setText(self.tr("Decline rate by"))
        for place, field in enumerate(GROUPS):
            self.by.setItemText(place, language.word("field", field))
        self.by.setAccessibleName(self.caption.text())
        models = self._watched.models if self._watched else ()
        self.grid.show_lines(
            [language.word("model_field", name) for name in _FIELDS],
            model_lines(models, language, self._desk.theme),
            _NUMBERS,
        )

    def _show_groups(self) -> None:
        language, model = self._desk.language, self.model
        found = self._watched.groups(model.model) if self._watched and model else []
        self.parts.show_lines(
            [language.word("model_field", name) for name in _GROUP_FIELDS],
            group_lines(found, language, self._by),
            (1, 2, 3, 4),
        )
