"""The incidents tab: what was found, against what was expected, and what people say of it."""

from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QInputDialog, QLineEdit

from workbench.domain.incident import FoundIncident, IncidentState
from workbench.domain.people import Act, may
from workbench.domain.spike import Band, RateChart
from workbench.domain.trend import TrendFilter
from workbench.services.incident_words import because
from workbench.ui.desk import Desk
from workbench.ui.i18n import Language, local_time
from workbench.ui.pages.trends.tabs.base import InsightTab
from workbench.ui.pages.trends.tabs.grid import Grid, Line
from workbench.ui.pages.trends.tabs.plot import BandPlot, Lines
from workbench.ui.theme import Theme

_NUMBERS = (4, 5, 6)
_RATE_DAYS = timedelta(days=60)
_FIELDS = (
    "direction", "cause", "start", "end", "failures", "usual", "customers", "state", "why",
)  # fmt: skip


def lines_of(found: list[FoundIncident], language: Language, theme: Theme) -> list[Line]:
    return [
        Line(
            (
                language.word("direction", i.direction),
                ", ".join(language.word("cause", cause) for cause in i.causes),
                local_time(i.start),
                local_time(i.end) if i.over else language.text("incident.under_way"),
                language.number(i.failures),
                language.number(i.usual),
                language.number(i.customers),
                language.word("incident_state", i.state),
                because(language.current, i),
            ),
            i,
            theme.cause_colour(i.cause),
            hover=i.why or "",
        )
        for i in found
    ]


class IncidentsTab(InsightTab):
    def __init__(self, desk: Desk, parent=None) -> None:
        super().__init__(desk, parent)
        self._found: list[FoundIncident] = []
        self._shown: FoundIncident | None = None
        self._wanted: str | None = None  # an incident to choose once it is there
        self._band: Band | None = None
        judges = may(desk.session.person, Act.JUDGE_INCIDENTS)
        self.confirm = self.button(lambda: self._judge(IncidentState.CONFIRMED))
        self.dismiss = self.button(lambda: self._judge(IncidentState.DISMISSED))
        self.rows = self.button(self._open)
        self.out = self.exporter("incidents.xlsx", desk.insight.incidents.export)
        for act in (self.confirm, self.dismiss):
            act.setVisible(judges)
        self.view = QComboBox(self)
        for name in ("burst", "rate"):
            self.view.addItem("", name)
        self.view.activated.connect(lambda _: self._look())
        self.bar.insertWidget(1, self.view)
        self._rates: RateChart | None = None
        self.plot = BandPlot(desk, self)
        self.plot.setMinimumHeight(150)
        self.grid = Grid(self)
        self.grid.chosen.connect(self._choose)
        self.grid.opened.connect(lambda _: self._open())
        self.body.addWidget(self.plot, 3)
        self.body.addWidget(self.grid, 4)
        self._looks = judges
        desk.acts.incidents_changed.connect(self._read)
        desk.acts.complaints_came.connect(self._read)
        self.retranslate()
        self.load()

    def load(self) -> None:
        incidents = self._insight.incidents

        def work() -> list[FoundIncident]:
            if self._looks:
                incidents.find()
            return incidents.all()

        self.run(work, self._took, writer=self._looks, asked=False)

    def _read(self) -> None:
        self.run(self._insight.incidents.all, self._took)

    def _took(self, found: list[FoundIncident]) -> None:
        self._found = found
        self.retranslate()
        if self._wanted is not None:
            self.show_incident(self._wanted)

    def show_incident(self, incident_id: str) -> None:
        """Choose it, now or as soon as it has been read."""
        ids = [one.incident_id for one in self._found]
        self._wanted = None if incident_id in ids else incident_id
        if incident_id in ids:
            self.grid.setCurrentCell(ids.index(incident_id), 0)
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, chosen: object) -> None:
        incident = chosen if isinstance(chosen, FoundIncident) else None
        for act in (self.confirm, self.dismiss, self.rows):
            act.setEnabled(incident is not None)
        if incident == self._shown:
            return
        self._shown, self._band = incident, None
        self.close_drawer()
        self._look()

    def _look(self) -> None:
        """Ask for what the picture is to show."""
        incident = self._shown
        if self.view.currentData() == "rate":
            start = self._start()
            self.run(
                lambda: self._insight.change.rates(where=TrendFilter(start=start)),
                self._draw_rates,
                channel="band",
            )
        elif incident is not None:
            self.run(lambda: self._insight.incidents.band(incident), self._draw, channel="band")
        else:
            self._draw(None)

    def _start(self) -> datetime | None:
        """So many days before the newest incident; all there is where there is none."""
        newest = max((i.end for i in self._found), default=None)
        return newest - _RATE_DAYS if newest is not None else None

    def _draw_rates(self, chart: RateChart) -> None:
        self._rates = chart
        language, limits = self._desk.language, chart.limits
        said = language.text(
            "incident.rates",
            count=len(chart.times),
            outside=len(chart.outside),
            centre=language.percent(limits.centre),
        )
        centre = [limits.centre] * len(chart.times)
        span = (self._shown.start, self._shown.end) if self._shown else None
        self.plot.show_lines(
            Lines(chart.times, chart.rates, centre, limits.low, limits.high, span, share=True),
            said,
        )
        self.said.setText(said)

    def _draw(self, band: Band | None) -> None:
        self._band = band
        self.said.setText(self._counts())
        one = self._shown
        if band is None or one is None:
            self.plot.show_lines(Lines(), "")
            return
        lines = Lines(
            band.times, band.values, band.expected, band.low, band.high, (one.start, one.end)
        )
        self.plot.show_lines(lines, self._sentence(one))

    def _judge(self, state: IncidentState) -> None:
        incident = self.grid.current
        if not isinstance(incident, FoundIncident):
            return
        why, given = QInputDialog.getText(
            self,
            self._desk.language.word("incident_state", state),
            self.tr("Why? (may stay empty)"),
            QLineEdit.EchoMode.Normal,
            incident.why or "",
        )
        if given:
            self.judge(incident, state, why)

    def judge(self, incident: FoundIncident, state: IncidentState, why: str = "") -> None:
        def judged(_: FoundIncident) -> None:
            self._desk.acts.complaint_changed.emit()  # it is to be sent
            self._desk.acts.done.emit(
                lambda: (
                    f"{self._title(incident)}: {self._desk.language.word('incident_state', state)}"
                ),
                lambda: self.judge(replace(incident, state=state, why=why), was, before),
            )
            self._read()

        was, before = incident.state, incident.why or ""

        incidents = self._insight.incidents
        self.run(
            lambda: incidents.judge(incident.incident_id, state, why),
            judged,
            channel="judge",
            writer=True,
        )

    def _open(self) -> None:
        incident = self.grid.current
        if isinstance(incident, FoundIncident):
            self.open_rows(self._insight.incidents.where(incident), self._title(incident))

    def _title(self, incident: FoundIncident) -> str:
        word = self._desk.language.word
        return f"{word('cause', incident.cause)} · {local_time(incident.start)}"

    def _sentence(self, one: FoundIncident) -> str:
        language = self._desk.language
        return self.tr(
            "{cause}, {start} to {end}: %Ln failure(s), {usual} usual; band: what was expected",
            "",
            one.failures,
        ).format(
            cause=language.word("cause", one.cause),
            start=local_time(one.start),
            end=local_time(one.end),
            usual=language.number(one.usual),
        )

    def retranslate(self) -> None:
        language = self._desk.language
        self.confirm.setText(self.tr("Real"))
        self.dismiss.setText(self.tr("False alarm"))
        self.rows.setText(self.tr("Show the attempts"))
        self.out.setText(language.text("insight.export"))
        self.grid.setAccessibleName(self.tr("Incidents"))
        self.view.setItemText(0, language.text("incident.view_burst"))
        self.view.setItemText(1, language.text("incident.view_rate"))
        self.view.setAccessibleName(self.tr("What the picture shows"))
        self.said.setText(self._counts())
        headers = [language.word("incident_field", name) for name in _FIELDS]
        self.grid.show_lines(headers, lines_of(self._found, language, self._desk.theme), _NUMBERS)
        if self.view.currentData() == "rate" and self._rates is not None:
            self._draw_rates(self._rates)

    def _counts(self) -> str:
        language = self._desk.language
        waiting = sum(i.state is IncidentState.NEW for i in self._found)
        if not self._found:
            return self.tr(
                "No incidents. Bursts and dips in failures stand here, found after six days of attempts."
            )
        return self.tr(
            "%Ln incident(s), {waiting} to be judged. The line: failures by the hour; the band: what was expected.",
            "",
            len(self._found),
        ).format(waiting=language.number(waiting))
