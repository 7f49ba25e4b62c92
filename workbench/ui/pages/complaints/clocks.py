"""The deadlines of a complaint: each clock with its legal basis and every day that it counted."""

from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from workbench.domain.deadline import Clock, ClockState
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates, local_time, time_tooltip
from workbench.ui.pages.complaints.dossier import Dossier

_INKS = {ClockState.BREACHED: "danger", ClockState.PAUSED: "warning", ClockState.MET: "success"}
_OVER = (ClockState.MET, ClockState.ENDED)


class Clocks(Retranslates, QTreeWidget):
    """The nearest first. Opened, a clock tells its basis, its length, and day by day why it
    counted or did not."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._dossier: Dossier | None = None
        self.setColumnCount(3)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.setIndentation(14)
        self.setWordWrap(True)
        self.retranslate()

    def show_dossier(self, dossier: Dossier) -> None:
        same = self._dossier is not None and self._dossier.told.clocks == dossier.told.clocks
        self._dossier = dossier
        if not same:
            self._fill()

    def retranslate(self) -> None:
        self.setHeaderLabels([self.tr("Deadline"), self.tr("State"), self.tr("Due")])
        self.setAccessibleName(self.tr("Deadlines"))
        self._fill()

    def _fill(self) -> None:
        self.clear()
        if self._dossier is None:
            return
        now = self._dossier.told.now
        for clock in sorted(self._dossier.told.clocks, key=lambda c: (c.state in _OVER, c.due_at)):
            item = QTreeWidgetItem(
                [clock_name(self._desk, clock), self._word("clock", clock.state),
                 local_time(clock.due_at)[5:]]
            )  # fmt: skip
            item.setToolTip(0, item.text(0))
            item.setToolTip(2, time_tooltip(clock.due_at))
            ink = "warning" if clock.warns(now) else _INKS.get(clock.state)
            if ink:
                item.setForeground(1, self._desk.theme.colour(ink))
            self.addTopLevelItem(item)
            self._explain(item, clock)

    def _explain(self, item: QTreeWidgetItem, clock: Clock) -> None:
        basis = clock.basis.get(self._desk.language.current, "")
        length = f"{clock.length:g} {self._word('unit_of_time', clock.unit)}"
        told = [
            basis,
            self.tr("Profile {version}, {length}").format(version=clock.version, length=length),
        ]
        if any(step.assumed for step in clock.steps):
            years = sorted({step.day.year for step in clock.steps if step.assumed})
            told.append(
                self.tr("The holidays of {years} are not published yet: weekends alone are skipped.")
                .format(years=", ".join(map(str, years)))
            )  # fmt: skip
        for text in told:
            line = QTreeWidgetItem([text])
            line.setToolTip(0, text)
            line.setForeground(0, self._desk.theme.colour("muted"))
            item.addChild(line)
            line.setFirstColumnSpanned(True)
        for step in clock.steps:
            why = self._word("counted", step.why)
            used = f"+{step.used:g}" if step.used else ""
            named = f"{why} · {step.name}" if step.name else why
            item.addChild(
                QTreeWidgetItem([f"{step.day:%m-%d} {self._weekday(step.day)}", named, used])
            )

    def _weekday(self, day) -> str:  # type: ignore[no-untyped-def]
        return self.locale().standaloneDayName(
            day.isoweekday(), self.locale().FormatType.ShortFormat
        )

    def _word(self, family: str, name: str) -> str:
        return self._desk.language.word(family, name)


def clock_name(desk: Desk, clock: Clock) -> str:
    return desk.language.word("limit", f"{clock.profile}.{clock.limit}")
