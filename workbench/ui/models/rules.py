"""What the rule desk finds out, as plain data for tables."""

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QIcon

from workbench.domain.rule_desk import CaseResult, Changed, Finding, Flip, Labelled
from workbench.domain.rule_release import Release, ReleaseState
from workbench.services.rule_words import answer_words, finding_words, why_words
from workbench.ui.i18n import Language, local_time, time_tooltip
from workbench.ui.models.table import Index, RecordTable, dot
from workbench.ui.theme import Theme

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_STATE_ROLES = {
    ReleaseState.DRAFT: "muted",
    ReleaseState.SHADOW: "warning",
    ReleaseState.APPROVED: "accent",
    ReleaseState.PUBLISHED: "success",
    ReleaseState.WITHDRAWN: "faint",
}


class Found(IntEnum):
    LINE = 0
    RULE = 1
    GRAVE = 2
    SENTENCE = 3


class FindingTable(RecordTable[Finding]):
    columns = Found

    def _headers(self) -> tuple[str, ...]:
        return self.tr("Line"), self.tr("Rule"), self.tr("Weight"), self.tr("What is wrong")

    def _text(self, row: Finding, column: Found) -> str:
        match column:
            case Found.LINE:
                return str(row.line)
            case Found.RULE:
                return row.rule
            case Found.GRAVE:
                return self.tr("✖ grave") if row.grave else self.tr("▲ hint")
            case Found.SENTENCE:
                return finding_words(self._language.current, row)

    def _sort_key(self, row: Finding, column: Found) -> Any:
        return row.line if column is Found.LINE else self._text(row, column)

    def _ink(self, row: Finding, column: Found) -> QColor | None:
        if column is not Found.GRAVE:
            return None
        return self._theme.colour("danger" if row.grave else "warning")


class Tried(IntEnum):
    PASSED = 0
    TARGET = 1
    EXPECTED = 2
    FOUND = 3
    PLACE = 4
    ATTEMPT = 5


class CaseTable(RecordTable[CaseResult]):
    columns = Tried

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Passed"),
            self.tr("Rule or cause"),
            self.tr("Should be"),
            self.tr("Is"),
            self.tr("Line"),
            self.tr("Attempt"),
        )

    def _text(self, row: CaseResult, column: Tried) -> str:
        word, case = self._language.word, row.case
        match column:
            case Tried.PASSED:
                return "✔" if row.passed else "✘"
            case Tried.TARGET:
                return word("cause", case.target)
            case Tried.EXPECTED:
                return word("case", case.expected)
            case Tried.FOUND:
                return word("case", row.found)
            case Tried.PLACE:
                return str(case.line)
            case Tried.ATTEMPT:
                return ", ".join(
                    f"{n}: {v if v is not None else '~'}" for n, v in case.attempt.items()
                )

    def _sort_key(self, row: CaseResult, column: Tried) -> Any:
        match column:
            case Tried.PASSED:
                return not row.passed
            case Tried.PLACE:
                return row.case.line
        return self._text(row, column)

    def _ink(self, row: CaseResult, column: Tried) -> QColor | None:
        if column is not Tried.PASSED:
            return None
        return self._theme.colour("success" if row.passed else "danger")

    def _spoken(self, row: CaseResult, column: Tried) -> str | None:
        if column is not Tried.PASSED:
            return None
        said = self.tr("passed") if row.passed else self.tr("failed")
        return f"{said}, {self._text(row, Tried.TARGET)}"


class Said(IntEnum):
    RIGHT = 0
    STATUS = 1
    CHOSEN = 2
    NOW = 3
    NUMBER = 4
    TIME = 5
    BY = 6
    WHY = 7


class LabelledTable(RecordTable[Labelled]):
    columns = Said

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Agrees"),
            self.tr("Status"),
            self.tr("The agent says"),
            self.tr("This pack says"),
            self.tr("Complaint"),
            self.tr("Time"),
            self.tr("By"),
            self.tr("Why"),
        )

    def _text(self, row: Labelled, column: Said) -> str:
        word = self._language.word
        match column:
            case Said.RIGHT:
                return {True: "✔", False: "✘", None: "?"}[row.right]
            case Said.STATUS:
                return word("label_status", row.status)
            case Said.CHOSEN:
                return " ".join(filter(None, (row.chosen_code, word("cause", row.chosen_cause))))
            case Said.NOW:
                return answer_words(self._language.current, row.now) if row.now else ""
            case Said.NUMBER:
                return row.number or ""
            case Said.TIME:
                return local_time(row.at)
            case Said.BY:
                return row.by
            case Said.WHY:
                return row.why

    def _hover(self, row: Labelled, column: Said) -> str:
        if column is Said.RIGHT and row.right is None:
            return self.tr("The attempt is not here any more.")
        return time_tooltip(row.at) if column is Said.TIME else self._text(row, column)

    def _ink(self, row: Labelled, column: Said) -> QColor | None:
        if column is not Said.RIGHT or row.right is None:
            return None
        return self._theme.colour("success" if row.right else "danger")


class Change(IntEnum):
    ATTEMPTS = 0
    CUSTOMERS = 1
    BEFORE = 2
    AFTER = 3


class ChangeTable(RecordTable[Changed]):
    columns = Change
    numbers = (Change.ATTEMPTS, Change.CUSTOMERS)

    def _headers(self) -> tuple[str, ...]:
        return self.tr("Attempts"), self.tr("Customers"), self.tr("Before"), self.tr("After")

    def _text(self, row: Changed, column: Change) -> str:
        match column:
            case Change.ATTEMPTS:
                return self._language.number(row.attempts)
            case Change.CUSTOMERS:
                return self._language.number(row.customers)
            case Change.BEFORE:
                return answer_words(self._language.current, row.before)
            case Change.AFTER:
                return answer_words(self._language.current, row.after)

    def _sort_key(self, row: Changed, column: Change) -> Any:
        match column:
            case Change.ATTEMPTS:
                return row.attempts
            case Change.CUSTOMERS:
                return row.customers
        return self._text(row, column)

    def _mark(self, row: Changed, column: Change) -> QIcon | None:
        answer = {Change.BEFORE: row.before, Change.AFTER: row.after}.get(column)
        return dot(self._theme.cause_colour(answer.cause)) if answer else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        numbers = (Change.ATTEMPTS, Change.CUSTOMERS)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in numbers:
            return _RIGHT
        return super().data(index, role)


class Turn(IntEnum):
    TIME = 0
    BEFORE = 1
    AFTER = 2
    WHY = 3
    CUSTOMER = 4
    COMPLAINT = 5
    ATTEMPT = 6


class FlipTable(RecordTable[Flip]):
    columns = Turn

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Time"),
            self.tr("Before"),
            self.tr("After"),
            self.tr("Decided by"),
            self.tr("Customer"),
            self.tr("Open complaint"),
            self.tr("Attempt ID"),
        )

    def _text(self, row: Flip, column: Turn) -> str:
        lang = self._language.current
        match column:
            case Turn.TIME:
                return local_time(row.occurred_at)
            case Turn.BEFORE:
                return answer_words(lang, row.before)
            case Turn.AFTER:
                return answer_words(lang, row.after)
            case Turn.WHY:
                return why_words(lang, row)
            case Turn.CUSTOMER:
                return " ".join(filter(None, (row.customer, row.phone)))
            case Turn.COMPLAINT:
                return row.complaint or ""
            case Turn.ATTEMPT:
                return row.attempt_id

    def _hover(self, row: Flip, column: Turn) -> str:
        return time_tooltip(row.occurred_at) if column is Turn.TIME else self._text(row, column)

    def _spoken(self, row: Flip, column: Turn) -> str | None:
        if column is not Turn.TIME:
            return None
        return ", ".join(self._text(row, c) for c in (Turn.TIME, Turn.BEFORE, Turn.AFTER, Turn.WHY))


class Version(IntEnum):
    VERSION = 0
    STATE = 1
    AUTHOR = 2
    BEGUN = 3
    NOTE = 4


class ReleaseTable(RecordTable[Release]):
    columns = Version

    def __init__(self, language: Language, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(language, theme, parent)
        self.current: Release | None = None

    def _headers(self) -> tuple[str, ...]:
        return (
            self.tr("Version"),
            self.tr("State"),
            self.tr("Author"),
            self.tr("Begun"),
            self.tr("Note"),
        )

    def _text(self, row: Release, column: Version) -> str:
        match column:
            case Version.VERSION:
                return row.version
            case Version.STATE:
                state = self._language.word("release_state", row.state)
                return self.tr("{state}, in use").format(state=state) if self._used(row) else state
            case Version.AUTHOR:
                return row.author
            case Version.BEGUN:
                return local_time(row.created_at)
            case Version.NOTE:
                return row.why or row.note

    def _hover(self, row: Release, column: Version) -> str:
        return time_tooltip(row.created_at) if column is Version.BEGUN else self._text(row, column)

    def _ink(self, row: Release, column: Version) -> QColor | None:
        return self._theme.colour(_STATE_ROLES[row.state]) if column is Version.STATE else None

    def _used(self, row: Release) -> bool:
        return self.current is not None and row.release_id == self.current.release_id
