"""The list of complaints as plain data, a page after the other, with the clock that drains."""

from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from workbench.domain.complaint import UNSETTLED, Complaint, Severity, State
from workbench.domain.search_words import Snippet
from workbench.domain.times import utc_now
from workbench.domain.work_queue import BREACHING, SortBy
from workbench.ui.i18n import local_time, time_tooltip
from workbench.ui.models.table import ROW_ROLE, Index, RecordTable, dot
from workbench.ui.theme import Theme

_SEVERITY_ORDER = {severity: place for place, severity in enumerate(Severity)}
_STATE_ORDER = {state: place for place, state in enumerate(State)}


class Column(IntEnum):
    NUMBER = 0
    DUE = 1
    CUSTOMER = 2
    CAUSE = 3
    STATE = 4
    SEVERITY = 5
    OWNER = 6
    TIME = 7
    DEMAND = 8
    FOUND = 9


SORTS = {
    Column.NUMBER: SortBy.NUMBER,
    Column.DUE: SortBy.DUE,
    Column.CUSTOMER: SortBy.CUSTOMER,
    Column.CAUSE: SortBy.CAUSE,
    Column.STATE: SortBy.STATE,
    Column.SEVERITY: SortBy.SEVERITY,
    Column.OWNER: SortBy.OWNER,
    Column.TIME: SortBy.CREATED,
    Column.DEMAND: SortBy.DEMAND,
}


class ComplaintTable(RecordTable[Complaint]):
    """``wanted``: the view came to the last row, and there are more."""

    columns = Column
    wanted = Signal()
    further = False
    names: dict[str, str] = {}  # noqa: RUF012 (replaced whole, never written into)
    found: dict[str, Snippet] = {}  # noqa: RUF012 (as well)

    def row_of(self, ref: str) -> int | None:
        """The row of a complaint by id or number."""
        for place, row in enumerate(self._rows):
            if ref in (row.complaint_id, row.number):
                return place
        return None

    def call(self, names: dict[str, str]) -> None:
        """People by their id."""
        if names != self.names:
            self.names = names
            self._repaint()

    def canFetchMore(self, parent: Index) -> bool:
        return self.further and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        self.further = False  # until the answer says otherwise
        self.wanted.emit()

    def mark(self, found: dict[str, Snippet]) -> None:
        """Where each row has the words that were searched."""
        if found != self.found:
            self.found = found
            self._repaint()

    def time_left(self, row: Complaint) -> str:
        """'3 d 4 h', '2 h 5 min', '1 d over'; '' where nothing is due."""
        if row.due_at is None or row.state not in UNSETTLED:
            return ""
        left = row.due_at - utc_now()
        over = left < timedelta(0)
        minutes = int(abs(left).total_seconds()) // 60
        days, hours = divmod(minutes // 60, 24)
        if days:
            text = self.tr("{days} d {hours} h").format(days=days, hours=hours)
        elif hours:
            text = self.tr("{hours} h {minutes} min").format(hours=hours, minutes=minutes % 60)
        else:
            text = self.tr("{minutes} min").format(minutes=minutes)
        return self.tr("{time} over").format(time=text) if over else text

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Number"),
            self.tr("Time left"),
            self.tr("Customer"),
            self.tr("Cause"),
            self.tr("State"),
            self.tr("Severity"),
            self.tr("Owner"),
            self.tr("Time"),
            self.tr("Demand"),
            self.tr("Found"),
        )

    def _text(self, row: Complaint, column: Column) -> str:
        word = self._language.word
        match column:
            case Column.NUMBER:
                return row.number
            case Column.DUE:
                return self.time_left(row)
            case Column.CUSTOMER:
                return "  ".join(part for part in (row.customer_name, row.phone) if part)
            case Column.CAUSE:
                return word("cause", row.cause)
            case Column.STATE:
                return word("state", row.state)
            case Column.SEVERITY:
                return word("severity", row.severity)
            case Column.OWNER:
                return self.names.get(row.owner, row.owner) if row.owner else ""
            case Column.TIME:
                return local_time(row.created_at)
            case Column.DEMAND:
                return word("demand", row.demand)
            case Column.FOUND:
                snippet = self.found.get(row.complaint_id)
                return " ".join(snippet.text.split("\n")) if snippet else ""

    def _hover(self, row: Complaint, column: Column) -> str:
        """The whole text where a narrow column cuts it short; the zone of a time."""
        if column is Column.FOUND and (snippet := self.found.get(row.complaint_id)):
            return f"{self._language.word('complaint_field', snippet.field)}: {snippet.text}"
        if column is Column.TIME:
            return time_tooltip(row.created_at)
        if column is Column.DUE:
            return time_tooltip(row.due_at)
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
        if column is Column.DUE:
            role = urgency(row, utc_now())
            return self._theme.colour(role) if role else None
        if column is Column.SEVERITY and row.severity in (Severity.HIGH, Severity.CRITICAL):
            critical = row.severity is Severity.CRITICAL
            return self._theme.colour("danger" if critical else "warning")
        if row.state in (State.CLOSED, State.WITHDRAWN, State.RESOLVED):
            return self._theme.colour("muted")
        return None


def urgency(row: Complaint, now: datetime) -> str | None:
    """The colour of what is due: 'danger' when it is over, 'warning' when it soon will be."""
    if row.due_at is None or row.state not in UNSETTLED:
        return None
    if row.due_at <= now:
        return "danger"
    return "warning" if row.due_at - now < BREACHING else None


class ClockDelegate(QStyledItemDelegate):
    """Under the time left a line that drains from when the complaint came to when it is due."""

    def __init__(self, theme: Theme, parent: Any = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        row = index.data(ROW_ROLE)
        share = share_left(row, utc_now())
        if share is None:
            return
        area = option.rect  # type: ignore[attr-defined]
        line = QRectF(area.left() + 8, area.bottom() - 5, area.width() - 16, 3)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("border"))
        painter.drawRoundedRect(line, 1.5, 1.5)
        role = urgency(row, utc_now()) or "accent"
        line.setWidth(max(3.0, line.width() * share))
        painter.setBrush(self._theme.colour(role))
        painter.drawRoundedRect(line, 1.5, 1.5)
        painter.restore()


class MarksDelegate(QStyledItemDelegate):
    """The words that were searched stand on a ground of their own."""

    def __init__(self, theme: Theme, model: ComplaintTable, parent: Any = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(ROW_ROLE)
        snippet = self._model.found.get(row.complaint_id)
        text = str(index.data() or "")
        area = option.rect.adjusted(8, 0, -4, 0)  # type: ignore[attr-defined]
        metrics = option.fontMetrics  # type: ignore[attr-defined]
        if snippet is not None and len(text) == len(snippet.text):
            high = metrics.height()
            for start, length in snippet.marks:
                left = area.left() + metrics.horizontalAdvance(text[:start])
                wide = metrics.horizontalAdvance(text[start : start + length])
                mark = QRectF(left - 1, area.center().y() - high / 2, wide + 2, high)
                if mark.left() < area.right():
                    mark.setRight(min(mark.right(), area.right()))
                    painter.fillRect(mark, self._theme.colour("warning_soft"))
        super().paint(painter, option, index)


def share_left(row: Complaint, now: datetime) -> float | None:
    """1 when it came, 0 when it is due; None where nothing is."""
    if row.due_at is None or row.state not in UNSETTLED:
        return None
    whole = row.due_at - (row.received_at or row.created_at)
    if whole <= timedelta(0):
        return 0.0
    return min(1.0, max(0.0, (row.due_at - now) / whole))
