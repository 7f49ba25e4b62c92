"""Incidents in the records database."""

from datetime import datetime

import sqlalchemy as sa

from workbench.domain.incident import FoundIncident, IncidentState
from workbench.domain.spike import Direction
from workbench.storage.models import IncidentRow
from workbench.storage.work import Work, storable


class SqlIncidents:
    """Satisfies services.ports.Incidents."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, incident_id: str) -> FoundIncident | None:
        row = self._work.reading().get(IncidentRow, incident_id, populate_existing=True)
        return _incident(row) if row is not None else None

    def all(self) -> list[FoundIncident]:
        return self._select(sa.select(IncidentRow))

    def at(self, moment: datetime) -> list[FoundIncident]:
        during = sa.select(IncidentRow).where(IncidentRow.start <= moment, IncidentRow.end > moment)
        return self._select(during)

    def put(self, incident: FoundIncident) -> None:
        session = self._work.writing()
        session.merge(IncidentRow(**storable(vars(incident))))
        session.flush()

    def _select(self, query: "sa.Select[tuple[IncidentRow]]") -> list[FoundIncident]:
        ordered = query.order_by(IncidentRow.start.desc(), IncidentRow.incident_id)
        rows = self._work.reading().scalars(ordered.execution_options(populate_existing=True))
        return [_incident(row) for row in rows]


def _incident(row: IncidentRow) -> FoundIncident:
    values = {c.name: getattr(row, c.name) for c in IncidentRow.__table__.columns}
    return FoundIncident(
        **values
        | {
            "direction": Direction(row.direction),
            "state": IncidentState(row.state),
            "causes": tuple(row.causes),
        }
    )
