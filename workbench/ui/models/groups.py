"""Groups of failures as plain data for a list, and how their days are drawn."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.domain.issue import IssueState
from workbench.domain.issue_groups import Group
from workbench.domain.times import to_local
from workbench.services.issue_words import standing_words
from workbench.ui.i18n import time_tooltip
from workbench.ui.models.table import Index, RecordTable, dot
from workbench.ui.theme import SPACE_1, SPACE_2, Theme

DAYS_ROLE = Qt.ItemDataRole.UserRole + 9
STATE_COLOURS = {
    IssueState.NEW: "accent",
    IssueState.OPEN: "warning",
    IssueState.IGNORED: "faint",
    IssueState.FIXED: "success",
    IssueState.REOPENED: "danger",
    IssueState.WITHDRAWN: "faint",
}


@dataclass(frozen=True)
class GroupRow:
    """``title`` is in the person's language; ``text`` is what a search looks in."""

    group: Group
    title: str
    text: str


class Column(IntEnum):
    STATE = 0
    TITLE = 1
    DAYS = 2
    COUNT = 3
    CUSTOMERS = 4
    SEEN = 5


def sort_key(row: GroupRow, column: Column) -> Any:
    group = row.group
    match column:
        case Column.STATE:
            return list(IssueState).index(group.standing.state)
        case Column.TITLE:
            return row.title.casefold()
        case Column.DAYS:
            return group.usual
        case Column.COUNT:
            return group.count
        case Column.CUSTOMERS:
            return group.customers or 0
        case Column.SEEN:
            return (group.last is not None, group.last)


class GroupTable(RecordTable[GroupRow]):
    columns = Column
    numbers = (Column.COUNT, Column.CUSTOMERS)

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("State"),
            self.tr("Group of failures"),
            self.tr("30 days"),
            self.tr("Failures"),
            self.tr("Customers"),
            self.tr("First – last"),
        )

    def _text(self, row: GroupRow, column: Column) -> str:
        group = row.group
        match column:
            case Column.STATE:
                return self._language.word("issue.state", group.standing.state)
            case Column.TITLE:
                number = group.issue.number if group.issue else ""
                return f"{number}  {row.title}".strip()
            case Column.DAYS:
                return ""
            case Column.COUNT:
                return self._language.number(group.count)
            case Column.CUSTOMERS:
                return self._language.number(group.customers or 0)
            case Column.SEEN:
                if group.first is None or group.last is None:
                    return ""
                days = (to_local(at) for at in (group.first, group.last))
                return " – ".join(f"{day:%m-%d}" for day in days)

    def _hover(self, row: GroupRow, column: Column) -> str:
        group = row.group
        match column:
            case Column.STATE:
                return standing_words(self._language.current, group.standing)
            case Column.SEEN:
                return "\n".join(time_tooltip(at) for at in (group.first, group.last))
            case Column.DAYS:
                return self.tr("Highest day {most}, last day {last}").format(
                    most=max(group.spark, default=0), last=group.spark[-1] if group.spark else 0
                )
        return self._text(row, column)

    def _mark(self, row: GroupRow, column: Column) -> QIcon | None:
        if column is not Column.STATE:
            return None
        return dot(self._theme.colour(STATE_COLOURS[row.group.standing.state]))

    def _ink(self, row: GroupRow, column: Column) -> QColor | None:
        ignored = row.group.standing.state in (IssueState.IGNORED, IssueState.FIXED)
        return self._theme.colour("muted") if ignored else None

    def _spoken(self, row: GroupRow, column: Column) -> str | None:
        if column is not Column.STATE:
            return None
        shown = (Column.STATE, Column.TITLE, Column.COUNT, Column.SEEN)
        return ", ".join(text for part in shown if (text := self._text(row, part)))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == DAYS_ROLE and index.isValid():
            return self._rows[index.row()].group.spark
        return super().data(index, role)


class DaysDelegate(QStyledItemDelegate):
    """A bar for each day, the highest as high as the row."""

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
        days = index.data(DAYS_ROLE) or ()
        most = max(days, default=0)
        if not most:
            return
        rect: Any = option.rect  # type: ignore[attr-defined]
        box = QRectF(rect).adjusted(SPACE_1, SPACE_2, -SPACE_1, -SPACE_2)
        wide = box.width() / len(days)
        state: Any = option.state  # type: ignore[attr-defined]
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("text" if chosen else "accent"))
        for place, count in enumerate(days):
            if count:
                high = max(1.0, box.height() * count / most)
                painter.drawRect(
                    QRectF(box.left() + place * wide, box.bottom() - high, max(1.0, wide - 1), high)
                )
        painter.restore()
