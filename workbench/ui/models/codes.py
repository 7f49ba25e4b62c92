"""Catalogue rows and the queue of unmapped codes as plain data for tables."""

from enum import IntEnum
from typing import Any

from PySide6.QtGui import QColor, QIcon

from workbench.domain.codes import CodeEntry, Failure, UnmappedCode
from workbench.ui.i18n import Language, local_time, time_tooltip
from workbench.ui.models.table import RecordTable, dot

_FAILURE_ROLES = {Failure.YES: "danger", Failure.QUERY_FIRST: "warning", Failure.NO: "success"}


class Column(IntEnum):
    SCHEME = 0
    CODE = 1
    MEANING = 2
    FAILURE = 3
    CAUSE = 4
    OWNER = 5
    ACTION = 6
    CUSTOMER = 7
    VERSION = 8
    SURE = 9
    SOURCE = 10


class CodeTable(RecordTable[CodeEntry]):
    columns = Column

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Scheme"),
            self.tr("Code"),
            self.tr("Meaning"),
            self.tr("Failure?"),
            self.tr("Cause"),
            self.tr("Owner"),
            self.tr("What helps"),
            self.tr("Customer may hear"),
            self.tr("Version"),
            self.tr("How sure"),
            self.tr("Source"),
        )

    def _text(self, row: CodeEntry, column: Column) -> str:
        word = self._language.word
        match column:
            case Column.SCHEME:
                return row.scheme
            case Column.CODE:
                return row.code
            case Column.MEANING:
                return row.meaning(self._language.current)
            case Column.FAILURE:
                return word("code.failure", row.is_failure)
            case Column.CAUSE:
                return word("cause", row.cause)
            case Column.OWNER:
                return word("owner", row.owner)
            case Column.ACTION:
                return word("action", row.action)
            case Column.CUSTOMER:
                return said_to_customer(self._language, row)
            case Column.VERSION:
                return row.version
            case Column.SURE:
                return word("code.sure", row.sure)
            case Column.SOURCE:
                return row.source

    def _mark(self, row: CodeEntry, column: Column) -> QIcon | None:
        marked = column is Column.CAUSE and row.cause
        return dot(self._theme.cause_colour(row.cause)) if marked else None

    def _ink(self, row: CodeEntry, column: Column) -> QColor | None:
        return (
            self._theme.colour(_FAILURE_ROLES[row.is_failure]) if column is Column.FAILURE else None
        )

    def _spoken(self, row: CodeEntry, column: Column) -> str | None:
        if column is not Column.SCHEME:
            return None
        shown = (Column.SCHEME, Column.CODE, Column.MEANING, Column.FAILURE, Column.ACTION)
        return ", ".join(text for part in shown if (text := self._text(row, part)))


class Unmapped(IntEnum):
    COUNT = 0
    SHARE = 1
    SCHEME = 2
    CODE = 3
    CUSTOMERS = 4
    FIRST = 5
    LAST = 6
    MESSAGE = 7


class UnmappedTable(RecordTable[UnmappedCode]):
    columns = Unmapped
    numbers = (Unmapped.COUNT, Unmapped.SHARE, Unmapped.CUSTOMERS)

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Attempts"),
            self.tr("Of all failures"),
            self.tr("Scheme"),
            self.tr("Code"),
            self.tr("Customers"),
            self.tr("First seen"),
            self.tr("Last seen"),
            self.tr("A message with it"),
        )

    def _text(self, row: UnmappedCode, column: Unmapped) -> str:
        match column:
            case Unmapped.COUNT:
                return self._language.number(row.count)
            case Unmapped.SHARE:
                return self._language.percent(row.share)
            case Unmapped.SCHEME:
                return row.seen.scheme or self.tr("(no source)")
            case Unmapped.CODE:
                return row.seen.code
            case Unmapped.CUSTOMERS:
                return self._language.number(row.customers)
            case Unmapped.FIRST:
                return local_time(row.first_at)
            case Unmapped.LAST:
                return local_time(row.last_at)
            case Unmapped.MESSAGE:
                return row.message or ""

    def _hover(self, row: UnmappedCode, column: Unmapped) -> str:
        if column in (Unmapped.FIRST, Unmapped.LAST):
            return time_tooltip(row.first_at if column is Unmapped.FIRST else row.last_at)
        return self._text(row, column)

    def _sort_key(self, row: UnmappedCode, column: Unmapped) -> Any:
        match column:
            case Unmapped.COUNT | Unmapped.SHARE:
                return row.count
            case Unmapped.CUSTOMERS:
                return row.customers
        return self._text(row, column)

    def _spoken(self, row: UnmappedCode, column: Unmapped) -> str | None:
        if column is not Unmapped.COUNT:
            return None
        shown = (Unmapped.SCHEME, Unmapped.CODE, Unmapped.COUNT, Unmapped.LAST)
        return ", ".join(self._text(row, part) for part in shown)


def said_to_customer(language: Language, row: CodeEntry) -> str:
    """The meaning where a customer may hear it, else the general refusal."""
    return row.meaning_for_customer(language.current) or language.text("code.refusal")
