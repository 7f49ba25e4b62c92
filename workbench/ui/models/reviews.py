"""Calls to review, results and agreement as plain data for tables."""

from enum import IntEnum
from typing import Any

from PySide6.QtGui import QColor, QIcon

from workbench.domain.agreement import Agreement, Verdict
from workbench.domain.review import Result, Scorecard
from workbench.services.reviews import Listed
from workbench.ui.i18n import Language, local_time
from workbench.ui.models.table import RecordTable, dot
from workbench.ui.theme import Theme

_VERDICTS = {Verdict.GOOD: "success", Verdict.TENTATIVE: "warning", Verdict.POOR: "danger"}


class Called(IntEnum):
    NUMBER = 0
    AGENT = 1
    CAUSE = 2
    OWN = 3
    RISKS = 4
    TIME = 5
    REVIEWERS = 6


class CallTable(RecordTable[Listed]):
    """Others' scores are not here: they would lead the hand."""

    columns = Called

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Number"),
            self.tr("Agent"),
            self.tr("Cause"),
            self.tr("My score"),
            self.tr("Why risky"),
            self.tr("Taken"),
            self.tr("Reviewed by"),
        )

    def _text(self, row: Listed, column: Called) -> str:
        word = self._language.word
        match column:
            case Called.NUMBER:
                return row.call.number
            case Called.AGENT:
                return row.call.agent
            case Called.CAUSE:
                return word("cause", row.call.cause)
            case Called.OWN:
                return points(row.own.total) if row.own else self.tr("to do")
            case Called.RISKS:
                return " · ".join(word("risk", risk) for risk in row.call.risks)
            case Called.TIME:
                return local_time(row.call.at)
            case Called.REVIEWERS:
                return " ".join(row.reviewers)

    def _sort_key(self, row: Listed, column: Called) -> Any:
        if column is Called.TIME:
            return row.call.at.isoformat()  # Qt orders no datetime of Python's
        if column is Called.OWN:
            return -1.0 if row.own is None or row.own.total is None else row.own.total
        return self._text(row, column)

    def _mark(self, row: Listed, column: Called) -> QIcon | None:
        marked = column is Called.CAUSE and row.call.cause
        return dot(self._theme.cause_colour(row.call.cause)) if marked else None

    def _ink(self, row: Listed, column: Called) -> QColor | None:
        to_do = column is Called.OWN and row.own is None
        return self._theme.colour("warning") if to_do else None


class Summed(IntEnum):
    NAME = 0
    MEAN = 1
    REVIEWS = 2
    CALLS = 3
    FAILED = 4
    ANSWERS = 5
    WEAKEST = 6


class ResultTable(RecordTable[Result]):
    columns = Summed
    numbers = (Summed.MEAN, Summed.REVIEWS, Summed.CALLS, Summed.FAILED, Summed.ANSWERS)

    def __init__(self, language: Language, theme: Theme, card: Scorecard, parent: Any) -> None:
        super().__init__(language, theme, parent)
        self._card = card
        self.by_cause = False

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Cause") if self.by_cause else self.tr("Agent"),
            self.tr("Mean"),
            self.tr("Reviews"),
            self.tr("Calls"),
            self.tr("Failed"),
            self.tr("Answered"),
            self.tr("Weakest"),
        )

    def _text(self, row: Result, column: Summed) -> str:
        match column:
            case Summed.NAME:
                return self._language.word("cause", row.name) if self.by_cause else row.name
            case Summed.MEAN:
                return points(row.mean)
            case Summed.WEAKEST:
                weakest = min(row.items, key=lambda i: row.items[i], default=None)
                return self._share(weakest, row) if weakest and row.items[weakest] < 1 else "—"
            case Summed.REVIEWS | Summed.CALLS | Summed.FAILED | Summed.ANSWERS:
                return self._language.number(self._sort_key(row, column))

    def _hover(self, row: Result, column: Summed) -> str:
        if column is Summed.WEAKEST:
            return "\n".join(self._share(item_id, row) for item_id in row.items)
        return self._text(row, column)

    def _sort_key(self, row: Result, column: Summed) -> Any:
        match column:
            case Summed.MEAN:
                return -1.0 if row.mean is None else row.mean
            case Summed.WEAKEST:
                return min(row.items.values(), default=1.0)
            case Summed.REVIEWS:
                return row.reviews
            case Summed.CALLS:
                return row.calls
            case Summed.FAILED:
                return row.failed
            case Summed.ANSWERS:
                return row.answers
        return self._text(row, column)

    def _ink(self, row: Result, column: Summed) -> QColor | None:
        bad = column is Summed.FAILED and row.failed
        return self._theme.colour("danger") if bad else None

    def _share(self, item_id: str, row: Result) -> str:
        titles = {item.id: item.title[self._language.current] for item in self._card.items}
        return f"{row.items[item_id]:.0%} {titles.get(item_id, item_id)}"


class Agreed(IntEnum):
    ITEM = 0
    ALPHA = 1
    BOUNDS = 2
    UNITS = 3
    SAME = 4
    VERDICT = 5


class AgreementTable(RecordTable[tuple[str, Agreement]]):
    """(item's id, '' for the total; how far reviewers agree)."""

    columns = Agreed
    numbers = (Agreed.ALPHA, Agreed.BOUNDS, Agreed.UNITS, Agreed.SAME)

    def __init__(self, language: Language, theme: Theme, card: Scorecard, parent: Any) -> None:
        super().__init__(language, theme, parent)
        self._card = card

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Item"),
            self.tr("Alpha"),
            self.tr("95 % range"),
            self.tr("Scored by two"),
            self.tr("Equal"),
            self.tr("Which means"),
        )

    def _text(self, row: tuple[str, Agreement], column: Agreed) -> str:
        item_id, found = row
        match column:
            case Agreed.ITEM:
                titles = {i.id: i.title[self._language.current] for i in self._card.items}
                return titles.get(item_id, item_id) if item_id else self.tr("Total")
            case Agreed.ALPHA:
                return "—" if found.value is None else f"{found.value:.2f}"
            case Agreed.BOUNDS:
                known = found.low is not None and found.high is not None
                return f"{found.low:.2f} … {found.high:.2f}" if known else ""
            case Agreed.UNITS:
                return self._language.number(found.units)
            case Agreed.SAME:
                return "" if found.same is None else f"{found.same:.0%}"
            case Agreed.VERDICT:
                return self._language.word("verdict", found.verdict)

    def _ink(self, row: tuple[str, Agreement], column: Agreed) -> QColor | None:
        role = _VERDICTS.get(row[1].verdict)
        return self._theme.colour(role) if role and column is Agreed.VERDICT else None


def points(total: float | None) -> str:
    """A total of 0 to 100; a dash where no item applied."""
    return "—" if total is None else f"{total:.1f}".removesuffix(".0")
