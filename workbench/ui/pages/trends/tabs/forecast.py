"""The forecast tab: complaints to be expected day by day, how sure that is, the people they need."""

from datetime import date, datetime, time
from pathlib import Path

from PySide6.QtWidgets import QLabel, QSpinBox

from workbench.domain.errors import KnownError
from workbench.domain.forecast import Forecast
from workbench.domain.times import from_local
from workbench.services.forecast import PER_PERSON
from workbench.services.forecast_words import backtest_line
from workbench.ui.desk import Desk
from workbench.ui.i18n import Language
from workbench.ui.pages.trends.tabs.base import InsightTab
from workbench.ui.pages.trends.tabs.grid import Grid, Line
from workbench.ui.pages.trends.tabs.plot import BandPlot, Lines
from workbench.ui.widgets.empty_state import EmptyState

_SHOWN = 56  # days of the past beside the forecast
_FIELDS = ("day", "expected", "interval", "people")


def lines_of(forecast: Forecast, language: Language, per_person: int) -> list[Line]:
    told, people = forecast.predicted, forecast.people(per_person)
    return [
        Line(
            (
                f"{day.isoformat()} {language.word('weekday', str(day.isoweekday()))}",
                language.number(told.point[n], 1),
                f"{language.number(told.low[n], 1)} – {language.number(told.high[n], 1)}",
                language.number(people[n]),
            ),
            day,
        )
        for n, day in enumerate(forecast.days)
    ]


def picture_of(forecast: Forecast) -> Lines:
    """The past as a line, what is to come dashed with its band."""
    past = forecast.history[-_SHOWN:]
    none = [float("nan")] * len(past)
    told = forecast.predicted
    return Lines(
        [_start(day) for day in (*(day for day, _ in past), *forecast.days)],
        [*(float(n) for _, n in past), *[float("nan")] * len(forecast.days)],
        [*none, *told.point],
        [*none, *told.low],
        [*none, *told.high],
    )


class ForecastTab(InsightTab):
    def __init__(self, desk: Desk, parent=None) -> None:
        super().__init__(desk, parent)
        self._forecast: Forecast | None = None
        self._nothing: KnownError | None = None
        self.days, self.per_person = QSpinBox(self), QSpinBox(self)
        self.days.setRange(1, 90)
        self.days.setValue(14)
        self.per_person.setRange(1, 500)
        self.per_person.setValue(PER_PERSON)
        self.days_caption, self.person_caption = QLabel(self), QLabel(self)
        for caption, box in (
            (self.days_caption, self.days),
            (self.person_caption, self.per_person),
        ):
            caption.setProperty("role", "caption")
            caption.setBuddy(box)
            self.bar.addWidget(caption)
            self.bar.addWidget(box)
        self.days.setKeyboardTracking(False)
        self.days.valueChanged.connect(self.load)
        self.per_person.valueChanged.connect(self.retranslate)
        self.out = self.exporter("forecast.xlsx", self._export)
        self.plot, self.grid = BandPlot(desk, self), Grid(self)
        self.plot.setMinimumHeight(170)
        self.empty = EmptyState(desk.theme, "chart-timeline-variant", None, self)
        for part in (self.plot, self.grid, self.empty):
            self.body.addWidget(part, 3)
        desk.acts.complaints_came.connect(self.load)
        self.retranslate()
        self.load()

    def load(self) -> None:
        days, service = self.days.value(), self._insight.forecast

        def work() -> Forecast | KnownError:
            try:
                return service.forecast(days)
            except KnownError as error:  # too few days are an answer, too
                return error

        self.run(work, self._took)

    def _took(self, answer: Forecast | KnownError) -> None:
        self._forecast = answer if isinstance(answer, Forecast) else None
        self._nothing = answer if isinstance(answer, KnownError) else None
        self.retranslate()

    def _export(self, path: Path) -> int:
        assert self._forecast is not None
        return self._insight.forecast.export(path, self._forecast, self.per_person.value())

    def retranslate(self) -> None:
        language, forecast = self._desk.language, self._forecast
        self.days_caption.setText(self.tr("Days"))
        self.person_caption.setText(self.tr("One person handles a day"))
        self.days.setAccessibleName(self.tr("Days"))
        self.per_person.setAccessibleName(self.tr("One person handles a day"))
        self.out.setText(language.text("insight.export"))
        self.out.setEnabled(forecast is not None)
        self.grid.setAccessibleName(self.tr("Forecast"))
        headers = [language.word("forecast_field", name) for name in _FIELDS]
        self.empty.setVisible(forecast is None)
        for part in (self.plot, self.grid):
            part.setVisible(forecast is not None)
        if forecast is None:
            said = self.tr("Complaints to be expected stand here.")
            self.said.clear()
            self.empty.set_texts(language.error(self._nothing) if self._nothing else said)
            return
        self.said.setText(backtest_line(language.current, forecast))
        self.grid.show_lines(
            headers, lines_of(forecast, language, self.per_person.value()), (1, 2, 3)
        )
        total = sum(forecast.predicted.point)
        said = self.tr(
            "Complaints a day: the line is the past, dashes and band what is to come; {total} in %Ln day(s)",
            "",
            len(forecast.days),
        ).format(total=language.number(total))
        self.plot.show_lines(picture_of(forecast), said)


def _start(day: date) -> datetime:
    return from_local(datetime.combine(day, time()))
