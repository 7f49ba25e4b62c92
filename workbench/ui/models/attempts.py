"""Attempts as plain data for tables and lists."""

from enum import IntEnum

from PySide6.QtGui import QColor, QIcon

from workbench.domain.attempt import AttemptRow
from workbench.domain.diagnosis import Status
from workbench.domain.taxonomy import Outcome
from workbench.ui.i18n import Language, local_time, time_tooltip
from workbench.ui.models.table import RecordTable, dot

OUTCOME_ROLES: dict[str | None, str] = {
    Outcome.SUCCESS: "success",
    Outcome.FAILED: "danger",
    Outcome.PENDING: "warning",
    Outcome.ABANDONED: "neutral",
}


class Column(IntEnum):
    TIME = 0
    OUTCOME = 1
    STEP = 2
    CAUSE = 3
    CODE = 4
    CHANNEL = 5
    PROVINCE = 6
    CUSTOMER = 7
    ATTEMPT = 8


class AttemptTable(RecordTable[AttemptRow]):
    columns = Column

    def row_of(self, attempt_id: str) -> int | None:
        for place, row in enumerate(self._rows):
            if row.attempt_id == attempt_id:
                return place
        return None

    def sentence(self, row: AttemptRow) -> str:
        """The whole row in one breath, for a screen reader."""
        parts = (
            self._text(row, column)
            for column in (Column.TIME, Column.OUTCOME, Column.STEP, Column.CAUSE)
        )
        return ", ".join(part for part in parts if part)

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Time"),
            self.tr("Outcome"),
            self.tr("Step"),
            self.tr("Reason"),
            self.tr("Code"),
            self.tr("Channel"),
            self.tr("Province"),
            self.tr("Customer"),
            self.tr("Attempt ID"),
        )

    def _text(self, row: AttemptRow, column: Column) -> str:
        word = self._language.word
        match column:
            case Column.TIME:
                return local_time(row.occurred_at)
            case Column.OUTCOME:
                return word("outcome", row.outcome)
            case Column.STEP:
                return word("step", row.step)
            case Column.CAUSE:
                return reason_words(self._language, row)
            case Column.CODE:
                return row.reason_code or ""
            case Column.CHANNEL:
                return word("channel", row.channel)
            case Column.PROVINCE:
                return row.province or ""
            case Column.CUSTOMER:
                return "  ".join(part for part in (row.customer_name, row.phone) if part)
            case Column.ATTEMPT:
                return row.attempt_id

    def _hover(self, row: AttemptRow, column: Column) -> str:
        """The whole text where a narrow column cuts it short; the zone of the time."""
        if column is Column.TIME:
            return time_tooltip(row.occurred_at)
        if column is Column.CAUSE and row.symptom:
            return " · ".join(
                part
                for part in (
                    self._language.word("symptom", row.symptom),
                    self._text(row, column),
                    row.reason_code,
                )
                if part
            )
        return self._text(row, column)

    def _sort_key(self, row: AttemptRow, column: Column) -> str:
        if column is Column.TIME:
            return row.occurred_at.isoformat() if row.occurred_at else ""
        return self._text(row, column)

    def _mark(self, row: AttemptRow, column: Column) -> QIcon | None:
        marked = column is Column.CAUSE and row.cause
        return dot(self._theme.cause_colour(row.cause)) if marked else None

    def _ink(self, row: AttemptRow, column: Column) -> QColor | None:
        role = OUTCOME_ROLES.get(row.outcome, "neutral")
        plain = column is not Column.OUTCOME or role == "neutral"
        return None if plain else self._theme.colour(role)

    def _spoken(self, row: AttemptRow, column: Column) -> str | None:
        return self.sentence(row) if column is Column.TIME else None


def reason_words(language: Language, row: AttemptRow) -> str:
    """The reason at a glance: the cause, 'possible' said where it is no more than that."""
    if row.status == Status.PENDING:
        return language.word("status", row.status)
    if not row.cause:
        return ""
    cause = language.word("cause", row.cause)
    if row.status == Status.POSSIBLE:
        return f"{cause} ({language.word('status', row.status)})"
    return cause
