"""The market tab: competitors that customers name, the complaints that do, what policies did."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLabel

from workbench.domain.driver import Period
from workbench.domain.market import Mentions, PolicyEffect
from workbench.domain.told import Told
from workbench.domain.trend import TrendFilter
from workbench.services.market_words import mention_cells, policy_cells
from workbench.ui.desk import Desk
from workbench.ui.i18n import local_time
from workbench.ui.pages.trends.tabs.base import InsightTab
from workbench.ui.pages.trends.tabs.grid import Grid, Line
from workbench.ui.pages.trends.tabs.periods import PRESETS, TwoPeriods

_MENTION = ("competitor", "exits", "share", "exits_before", "change", "complaints",
            "complaints_before", "reasons")  # fmt: skip
_POLICY = ("policy", "scope", "since", "window", "failed_before", "failed", "change", "declined",
           "beyond")  # fmt: skip


@dataclass(frozen=True)
class Answer:
    now: Period
    found: list[Mentions]
    policies: list[PolicyEffect]
    reasons: dict[str, dict[str, str]]  # by language


def complaint_lines(one: Mentions | None) -> list[Line]:
    told = one.complaints if one is not None else ()
    return [
        Line((c.number, local_time(c.at), " ".join(c.description.split())[:160]), c)
        for c in reversed(told)
    ]


class MarketTab(InsightTab):
    def __init__(self, desk: Desk, parent=None) -> None:
        super().__init__(desk, parent)
        self._answer: Answer | None = None
        self.periods = TwoPeriods(self)
        self.periods.preset.setCurrentIndex(PRESETS.index("month"))
        self.periods.changed.connect(self._ask)
        self.rows = self.button(self._open)
        self.out = self.exporter("competitors.xlsx", self._export)
        self.grid, self.complaints, self.policies = Grid(self), Grid(self), Grid(self)
        self.grid.chosen.connect(self._choose)
        self.grid.opened.connect(lambda _: self._open())
        self.complaints.opened.connect(self._open_complaint)
        self.policies.opened.connect(self._open_policy)
        self.captions = [QLabel(self), QLabel(self)]
        for caption in self.captions:
            caption.setProperty("role", "muted")
        line = QHBoxLayout()
        line.addWidget(self.periods)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addWidget(self.grid, 3)
        self.body.addWidget(self.captions[0])
        self.body.addWidget(self.complaints, 2)
        self.body.addWidget(self.captions[1])
        self.body.addWidget(self.policies, 2)
        self.retranslate()
        self.load()

    def load(self) -> None:
        self.ask_to_last_day(self.periods, self._ask)

    def _ask(self) -> None:
        days = self.periods.days
        if days is None:
            return
        market, now, before = self._insight.market, days.now, days.before
        self.close_drawer()
        self.run(
            lambda: Answer(
                now,
                market.named(now, before),
                market.policies(),
                {lang: market.reason_names(lang) for lang in ("zh", "en")},
            ),
            self._took,
        )

    def _took(self, answer: Answer) -> None:
        self._answer = answer
        self.retranslate()

    @property
    def one(self) -> Mentions | None:
        chosen = self.grid.current
        return chosen if isinstance(chosen, Mentions) else None

    def _choose(self, _: object) -> None:
        one = self.one
        self.rows.setEnabled(one is not None and one.exits.hits > 0)
        headers = [self.tr("Complaint"), self.tr("Received"), self.tr("Words")]
        self.complaints.show_lines(headers, complaint_lines(one))
        name = one.term.names[self._desk.language.current] if one is not None else ""
        self.captions[0].setText(self.tr("Complaints that name it: {name}").format(name=name))

    def _open(self) -> None:
        one, answer = self.one, self._answer
        if one is None or answer is None or not one.exits.hits:
            return
        name = one.term.names[self._desk.language.current]
        where = self._insight.market.where(one, answer.now)
        self.open_rows(where, self.tr("Left for: {name}").format(name=name), failures_only=False)

    def _open_complaint(self, told: object) -> None:
        if isinstance(told, Told):
            self._desk.acts.open_complaint.emit(told.complaint_id)

    def _open_policy(self, effect: object) -> None:
        if not isinstance(effect, PolicyEffect):
            return
        where = TrendFilter(
            effect.after.start, effect.after.end, (("policy", (effect.event.name,)),)
        )
        self.open_rows(where, effect.event.name)

    def _export(self, path: Path) -> int:
        assert self._answer is not None
        lang = self._desk.language.current
        return self._insight.market.export(path, self._answer.found, lang)

    def _sentence(self) -> str:
        found = self._answer.found if self._answer else []
        if not found:
            return self.tr(
                "No competitor was named in these periods. Who customers leave for stands here."
            )
        first, language = found[0], self._desk.language
        return self.tr("Most named: {name}, in {exits} and {complaints}.").format(
            name=first.term.names[language.current],
            exits=self.tr("%Ln reason(s) for leaving", "", first.exits.hits),
            complaints=self.tr("%Ln complaint(s)", "", len(first.complaints)),
        )

    def retranslate(self) -> None:
        language, answer = self._desk.language, self._answer
        lang = language.current
        self.rows.setText(self.tr("Show the attempts"))
        self.out.setText(language.text("insight.export"))
        self.out.setEnabled(answer is not None)
        self.said.setText(self._sentence())
        self.captions[1].setText(
            self.tr(
                "Policies: failure rate of those covered, before and since; beyond the change of all others"
            )
        )
        self.grid.setAccessibleName(self.tr("Competitors"))
        self.complaints.setAccessibleName(self.tr("Complaints"))
        self.policies.setAccessibleName(self.tr("Policies"))
        found = answer.found if answer else []
        lines = [Line(mention_cells(lang, m, answer.reasons[lang]), m) for m in found if answer]
        headers = [language.word("market_field", name) for name in _MENTION]
        self.grid.show_lines(headers, lines, (1, 2, 3, 4, 5, 6))
        policies = answer.policies if answer else []
        headers = [language.word("market_field", name) for name in _POLICY]
        self.policies.show_lines(
            headers, [Line(policy_cells(lang, p), p) for p in policies], (4, 5, 6, 7, 8)
        )
