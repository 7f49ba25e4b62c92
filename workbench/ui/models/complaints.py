"""The list of complaints as plain data."""

from enum import IntEnum
from typing import Any

from PySide6.QtGui import QColor, QIcon

from workbench.domain.complaint import Complaint, Severity, State
from workbench.ui.i18n import local_time, time_tooltip
from workbench.ui.models.table import RecordTable, dot

_SEVERITY_ORDER = {severity: place for place, severity in enumerate(Severity)}
_STATE_ORDER = {state: place for place, state in enumerate(State)}


class Column(IntEnum):
    NUMBER = 0
    TIME = 1
    CUSTOMER = 2
    CAUSE = 3
    DEMAND = 4
    SEVERITY = 5
    STATE = 6


class ComplaintTable(RecordTable[Complaint]):
    columns = Column

    def row_of(self, ref: str) -> int | None:
        """The row of a complaint by id or number."""
        for place, row in enumerate(self._rows):
            if ref in (row.complaint_id, row.number):
                return place
        return None

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Number"),
            self.tr("Time"),
            self.tr("Customer"),
            self.tr("Cause"),
            self.tr("Demand"),
            self.tr("Severity"),
            self.tr("State"),
        )

    def _text(self, row: Complaint, column: Column) -> str:
        word = self._language.word
        match column:
            case Column.NUMBER:
                return row.number
            case Column.TIME:
                return local_time(row.created_at)
            case Column.CUSTOMER:
                return "  ".join(part for part in (row.customer_name, row.phone) if part)
            case Column.CAUSE:
                return word("cause", row.cause)
            case Column.DEMAND:
                return word("demand", row.demand)
            case Column.SEVERITY:
                return word("severity", row.severity)
            case Column.STATE:
                return word("state", row.state)

    def _hover(self, row: Complaint, column: Column) -> str:
        """The whole text where a narrow column cuts it short; the zone of the time."""
        if column is Column.TIME:
            return time_tooltip(row.created_at)
        return self._text(row, column)

    def _sort_key(self, row: Complaint, column: Column) -> Any:
        match column:
            case Column.TIME:
                return row.created_at.isoformat()
            case Column.SEVERITY:
                return _SEVERITY_ORDER[row.severity]
            case Column.STATE:
                return _STATE_ORDER[row.state]
        return self._text(row, column)

    def _mark(self, row: Complaint, column: Column) -> QIcon | None:
        marked = column is Column.CAUSE and row.cause
        return dot(self._theme.cause_colour(row.cause)) if marked else None

    def _ink(self, row: Complaint, column: Column) -> QColor | None:
        if column is Column.SEVERITY and row.severity in (Severity.HIGH, Severity.CRITICAL):
            critical = row.severity is Severity.CRITICAL
            return self._theme.colour("danger" if critical else "warning")
        if row.state in (State.CLOSED, State.WITHDRAWN, State.RESOLVED):
            return self._theme.colour("muted")
        return None
