"""Looks for incidents whenever attempts have come, and says what is new; the window's live half."""

from PySide6.QtCore import QObject

from workbench.domain.incident import FoundIncident
from workbench.domain.people import Act, may
from workbench.domain.spike import Direction
from workbench.services.incident_words import incident_line
from workbench.ui.desk import Desk


class Watching(QObject):
    """For people who may judge incidents; one look at a time, and another if more came meanwhile."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._looking = self._again = False
        if desk.insight is not None and may(desk.session.person, Act.JUDGE_INCIDENTS):
            desk.acts.data_changed.connect(self.look)
            desk.acts.data_grew.connect(lambda _: self.look())

    def look(self) -> None:
        if self._looking:
            self._again = True
            return
        assert self._desk.insight is not None
        incidents = self._desk.insight.incidents
        self._looking, self._again = True, False
        self._desk.tasks.run(
            self,
            lambda *_: incidents.find(),
            self._found,
            failed=lambda _: self._done(),  # whoever opens the tab is told why
            cancelled=self._done,
            writer=True,
            asked=False,
        )

    def _found(self, found: list[FoundIncident]) -> None:
        if found:
            self._desk.acts.incidents_changed.emit()
            self._desk.acts.complaint_changed.emit()  # they are to be sent
        under_way = [i for i in found if not i.over and i.direction is Direction.UP]
        if under_way:
            self._desk.acts.message.emit(incident_line(self._desk.language.current, under_way[-1]))
        self._done()

    def _done(self) -> None:
        self._looking = False
        if self._again:
            self.look()
