"""Why it rose: the slices that explain a change between two periods, and the rate by mix and rate."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel

from workbench.domain.driver import SEARCHED_FIELDS, Comparison, Driver, Effect, RateChange
from workbench.domain.errors import KnownError
from workbench.domain.people import Act, may
from workbench.domain.taxonomy import Cause
from workbench.domain.times import to_local
from workbench.domain.trend import TrendFilter
from workbench.services.change_words import points, rate_line, slice_words
from workbench.services.packs import read_pack
from workbench.ui.desk import Desk
from workbench.ui.i18n import Language
from workbench.ui.pages.trends.tabs.base import InsightTab
from workbench.ui.pages.trends.tabs.grid import Grid, Line
from workbench.ui.pages.trends.tabs.periods import TwoPeriods
from workbench.ui.theme import SPACE_2

if TYPE_CHECKING:
    from workbench.rules.pack import RulePack

_VERSIONS = ("app_version", "risk_model")
FIELDS = {
    "all": SEARCHED_FIELDS,
    "no_versions": tuple(f for f in SEARCHED_FIELDS if f not in _VERSIONS),
    "cause": ("cause", "step"),
    "where": ("channel", "province", "network_type", "node"),
}
_FILE = "file"
_NUMBERS = (1, 2, 3, 4, 6, 7, 8, 9)


@dataclass(frozen=True)
class Answer:
    wanted: Comparison
    drivers: list[Driver]
    rate: RateChange


def lines_of(drivers: list[Driver], language: Language, small: str) -> list[Line]:
    return [
        Line(
            (
                slice_words(language.current, d) + (small if d.small else ""),
                language.number(d.observed),
                language.number(d.expected),
                interval(d, language),
                "" if d.contribution is None else f"{d.contribution:+.1f}%",
                language.word("effect", d.effect),
                *(_signed(getattr(d, effect.value)) for effect in Effect),
                ", ".join(d.events),
            ),
            d,
        )
        for d in drivers
    ]


def _signed(value: float) -> str:
    return f"{value:+,.0f}" if round(value) else "0"


def interval(driver: Driver, language: Language) -> str:
    """The difference, and where it lies with 95 %."""
    change = driver.observed - driver.expected
    if driver.low is None or driver.high is None:
        return f"{change:+,.0f}"
    return f"{change:+,.0f} ({driver.low:+,.0f} … {driver.high:+,.0f})"


class WhyTab(InsightTab):
    def __init__(self, desk: Desk, parent=None) -> None:
        super().__init__(desk, parent)
        self._answer: Answer | None = None
        self._nothing: KnownError | None = None
        self._earlier: list[tuple[str, datetime | None]] = []
        self._pack_file: Path | None = None
        self.periods = TwoPeriods(self)
        self.periods.changed.connect(self._ask)
        self.fields, self.cause = QComboBox(self), QComboBox(self)
        for name in FIELDS:
            self.fields.addItem("", name)
        self.fields.setCurrentIndex(list(FIELDS).index("no_versions"))
        for cause in ("", *Cause):
            self.cause.addItem("", str(cause))
        self.pack = QComboBox(self)
        self.pack.setVisible(may(desk.session.person, Act.SEE_RULES))
        self.pack.activated.connect(lambda _: self._choose_pack())
        for box in (self.fields, self.cause):
            box.activated.connect(lambda _: self._ask())
        self.rows = self.button(self._open)
        self.out = self.exporter("drivers.xlsx", self._export)
        for box in (self.fields, self.cause, self.pack):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        when, choices = QHBoxLayout(), QHBoxLayout()
        when.addWidget(self.periods)
        choices.setSpacing(SPACE_2)
        for part in (self.fields, self.cause, self.pack):
            choices.addWidget(part)
        for line in (when, choices):
            line.addStretch(1)
        self.splits = QLabel(self)
        self.splits.setProperty("role", "muted")
        self.splits.setWordWrap(True)
        self.grid = Grid(self)
        self.grid.opened.connect(lambda _: self._open())
        self.grid.chosen.connect(lambda one: self.rows.setEnabled(one is not None))
        self.body.addLayout(when)
        self.body.addLayout(choices)
        self.body.addWidget(self.grid, 1)
        self.body.addWidget(self.splits)
        self.retranslate()
        self.load()

    def load(self) -> None:
        self.ask_to_last_day(self.periods, self._ask)
        rules = self._desk.rules
        if rules is not None and may(self._desk.session.person, Act.SEE_RULES):
            self.run(rules.earlier, self._know_rules, channel="rules")

    def _know_rules(self, earlier: list[tuple[str, datetime | None]]) -> None:
        self._earlier = earlier
        self._fill_packs()

    @property
    def wanted(self) -> Comparison | None:
        days = self.periods.days
        if days is None:
            return None
        cause = self.cause.currentData()
        by = FIELDS[self.fields.currentData()]
        if cause:
            by = tuple(field for field in by if field != "cause")
        only = (("cause", (cause,)),) if cause else ()
        return Comparison(days.now, days.before, by=by, only=only)

    def _ask(self) -> None:
        wanted = self.wanted
        if wanted is None:
            return
        change, old = self._insight.change, self._old_pack()
        self.close_drawer()

        def work() -> Answer | KnownError:
            try:
                return Answer(wanted, change.drivers(wanted, old()), change.rate_change(wanted))
            except KnownError as error:  # a period without attempts is an answer, too
                return error

        self.run(work, self._took)

    def _took(self, answer: Answer | KnownError) -> None:
        self._answer = answer if isinstance(answer, Answer) else None
        self._nothing = answer if isinstance(answer, KnownError) else None
        self.retranslate()

    def _choose_pack(self) -> None:
        if self.pack.currentData() == _FILE:
            chosen, _ = QFileDialog.getOpenFileName(
                self, self.pack.currentText(), "", "*.yaml *.yml"
            )
            self._pack_file = Path(chosen) if chosen else None
            self._fill_packs(str(self._pack_file or ""))
        self._ask()

    def _old_pack(self) -> "Callable[[], RulePack | None]":
        """Reads the chosen one; called where the answer is worked out."""
        chosen, file, rules = self.pack.currentData(), self._pack_file, self._desk.rules
        if not chosen or rules is None:
            return lambda: None
        if file is not None and chosen == str(file):
            return lambda: read_pack(file)
        return lambda: rules.pack_of(chosen)

    def _fill_packs(self, chosen: str | None = None) -> None:
        """The same rules, earlier versions, a file; what was chosen stays so."""
        chosen = self.pack.currentData() if chosen is None else chosen
        choices = {"": self.tr("Same rules for both")}
        for version, at in self._earlier:
            since = "" if at is None else f" · {to_local(at):%Y-%m-%d}"
            choices[version] = self.tr("Before by rules {version}").format(version=version) + since
        if self._pack_file is not None:
            choices[str(self._pack_file)] = self._pack_file.name
        choices[_FILE] = self.tr("Before by a rule file…")
        self.pack.clear()
        for value, name in choices.items():
            self.pack.addItem(name, value)
        self.pack.setCurrentIndex(max(0, self.pack.findData(chosen)))

    def _open(self) -> None:
        driver, answer = self.grid.current, self._answer
        if not isinstance(driver, Driver) or answer is None:
            return
        now = answer.wanted.now
        equals = (*answer.wanted.only, *((field, (value,)) for field, value in driver.slice))
        where = TrendFilter(now.start, now.end, equals)
        self.open_rows(where, slice_words(self._desk.language.current, driver))

    def _export(self, path: Path) -> int:
        assert self._answer is not None
        return self._insight.change.export(path, self._answer.wanted, self._answer.drivers)

    def _sentence(self) -> str:
        language, answer = self._desk.language, self._answer
        if self._nothing is not None:
            return language.error(self._nothing)
        if answer is None:
            return self.tr(
                "What changed between two periods, and which slices explain it, stands here."
            )
        before, now = answer.rate.before, answer.rate.now
        scale = answer.wanted.now.seconds / answer.wanted.before.seconds
        likely = before.hits * scale
        percent = f"{now.hits / likely - 1:+.0%}" if likely else "—"
        counts = language.text(
            "change.counts",
            before=language.number(likely),
            now=language.number(now.hits),
            percent=percent,
        )
        between = language.text("board.between")
        return f"{counts}{between}{rate_line(language.current, answer.rate)}"

    def retranslate(self) -> None:
        language = self._desk.language
        names = {
            "all": self.tr("All fields"),
            "no_versions": self.tr("Without versions"),
            "cause": self.tr("Cause and step"),
            "where": self.tr("Channel and place"),
        }
        for place, name in enumerate(FIELDS):
            self.fields.setItemText(place, names[name])
        self.cause.setItemText(0, self.tr("All causes"))
        for place, cause in enumerate(Cause, 1):
            self.cause.setItemText(place, language.word("cause", cause))
        self.fields.setAccessibleName(self.tr("Fields that are searched"))
        self.cause.setAccessibleName(language.word("field", "cause"))
        self.fields.setToolTip(
            self.tr(
                "When all attempts move to a new version, its slice explains everything and nothing."
            )
        )
        self._fill_packs()
        told = self.tr(
            "Judge the earlier period by other rules: what the rules moved is told apart."
        )
        self.pack.setToolTip(told)
        self.pack.setAccessibleName(self.tr("Rules that the earlier period is judged by"))
        self.rows.setText(self.tr("Show the attempts"))
        self.out.setText(language.text("insight.export"))
        self.out.setEnabled(self._answer is not None)
        self.said.setText(self._sentence())
        headers = [
            self.tr("Slice"),
            self.tr("Now"),
            self.tr("Expected"),
            self.tr("Difference (95 %)"),
            self.tr("Share of the change"),
            self.tr("Mostly by"),
            *(language.label("effect", effect) for effect in Effect),
            self.tr("Events"),
        ]
        drivers = self._answer.drivers if self._answer else []
        small = language.text("cli.driver.small")
        self.grid.show_lines(headers, lines_of(drivers, language, small), _NUMBERS)
        self.grid.setAccessibleName(self.tr("Slices that explain the change"))
        self.splits.setText(self._splits())

    def _splits(self) -> str:
        if self._answer is None:
            return ""
        language = self._desk.language
        parts = [
            f"{language.word('field', s.field)} {points(s.mix)} / {points(s.rate)}"
            for s in self._answer.rate.splits
        ]
        if not parts:
            return ""
        told = self.tr("Change of the failure rate in points, by another mix / by other rates:")
        return f"{told} {' · '.join(parts)}"
