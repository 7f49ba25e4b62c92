"""The reason card: why one attempt ended as it did, the proof, and what to say and do."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.attempt import AttemptRow
from workbench.domain.diagnosis import Evidence, Explanation, Reason, ReasonText, Status, Truth
from workbench.domain.errors import KnownError
from workbench.services.conditions import asked, condition_words, fields_in
from workbench.services.wording import MARK, value
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates, local_time, time_tooltip
from workbench.ui.theme import (
    BODY,
    LARGE,
    SPACE_1,
    SPACE_2,
    SPACE_3,
    SPACE_4,
    SPACE_6,
    TITLE,
    set_text_style,
)
from workbench.ui.widgets.badge import Badge
from workbench.ui.widgets.empty_state import EmptyState

_SIDE_WIDTH = 320
_NARROW = 720  # below this the advice stands under the proof, not beside it
_MARK_ROLES = {Truth.TRUE: "success", Truth.FALSE: "muted", Truth.UNKNOWN: "warning"}
_STATUS_ROLES = {
    Status.DETERMINED: "success",
    Status.POSSIBLE: "warning",
    Status.UNDETERMINED: "neutral",
    Status.PENDING: "warning",
    Status.NONE: "success",
}
_STATUS_MARKS = {
    Status.DETERMINED: "✔",
    Status.POSSIBLE: "?",
    Status.UNDETERMINED: "?",
    Status.PENDING: "…",
    Status.NONE: "✔",
}


class ReasonCard(Retranslates, QWidget):
    """``show_card`` draws it in the language of each moment; ``log_wanted`` asks for a complaint.

    Only the customer's text can be copied: what is for the agent does not leave by accident.
    """

    log_wanted = Signal()
    copied = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._row: AttemptRow | None = None
        self._explanation: Explanation | None = None
        self._error: KnownError | None = None
        self._waiting = False
        self.copy_button: QPushButton | None = None
        self.log_button: QPushButton | None = None

        self._empty = EmptyState(desk.theme, "card-search-outline", None, self)
        self.scroll = QScrollArea(self)
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty)
        column.addWidget(self.scroll)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        copy.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        copy.activated.connect(self.copy)
        desk.theme.changed.connect(self._draw)
        self._draw()

    # what it shows
    @property
    def explanation(self) -> Explanation | None:
        return self._explanation

    def show_card(self, row: AttemptRow | None, explanation: Explanation) -> None:
        """``row`` adds when, where and through what; the card can do without."""
        self._row, self._explanation, self._error = row, explanation, None
        self._draw()
        self.scroll.verticalScrollBar().setValue(0)

    def show_error(self, error: KnownError) -> None:
        """No explanation to be had: say why, in the place of the old one."""
        self._row, self._explanation, self._error = None, None, error
        self._draw()

    def wait(self) -> None:
        """The next one takes a while: the old one goes."""
        self._row, self._explanation, self._error, self._waiting = None, None, None, True
        self._draw()

    def clear(self) -> None:
        self._row, self._explanation, self._error, self._waiting = None, None, None, False
        self._draw()

    def copy(self) -> None:
        """The customer's text to the clipboard, in the language shown."""
        text = self._text().customer if self._explanation else ""
        if text:
            QGuiApplication.clipboard().setText(text)
            self.copied.emit()

    def retranslate(self) -> None:
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    # drawing
    def _draw(self) -> None:
        explanation = self._explanation
        self.scroll.setVisible(explanation is not None)
        self._empty.setVisible(explanation is None)
        self.setAccessibleName(self.tr("Reason card"))
        if explanation is None:
            self.copy_button = self.log_button = None
            if self._error is not None:
                said = self._desk.language.error(self._error)
            elif self._waiting:
                said = self.tr("Working out the reason…")
            else:
                said = self.tr("The reason of the attempt chosen on the left stands here.")
            self._empty.set_texts(said)
            return
        focused = self.log_button is not None and self.log_button.hasFocus()
        old = self.scroll.takeWidget()
        body = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, body)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(SPACE_3)
        self._main = self._proof(explanation)
        self._side = self._advice(explanation)
        self._columns.addWidget(self._main, 1)
        self._columns.addWidget(self._side, 0, Qt.AlignmentFlag.AlignTop)
        self.scroll.setWidget(body)
        self._fold()
        if focused and self.log_button is not None:
            self.log_button.setFocus()
        if old is not None:
            old.hide()
            old.deleteLater()
        self.setAccessibleDescription(f"{self.title()}. {self._sentence(explanation)}")

    def _fold(self) -> None:
        if self._explanation is None:
            return
        narrow = self.width() < _NARROW
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._side.setMaximumWidth(16_777_215 if narrow else _SIDE_WIDTH)
        self._side.setMinimumWidth(0 if narrow else _SIDE_WIDTH)
        self._columns.setAlignment(
            self._side, Qt.AlignmentFlag(0) if narrow else Qt.AlignmentFlag.AlignTop
        )
        self._columns.setStretch(0, 0 if narrow else 1)

    def title(self) -> str:
        """Symptom and cause; the outcome alone where there is neither."""
        explanation, word = self._explanation, self._desk.language.word
        if explanation is None:
            return ""
        if explanation.status is Status.NONE:
            return self.tr("Activated")
        if explanation.status is Status.PENDING:
            return self.tr("Result not known yet")
        parts = (word("symptom", explanation.symptom), word("cause", explanation.cause))
        return " · ".join(part for part in parts if part)

    def _text(self) -> ReasonText:
        assert self._explanation is not None
        empty = ReasonText("", "")
        return self._explanation.texts.get(self._desk.language.current, empty)

    def _sentence(self, explanation: Explanation) -> str:
        said = self._text().agent
        if said:
            return said
        match explanation.status:
            case Status.NONE:
                return self.tr("This attempt succeeded: there is nothing to explain.")
            case Status.PENDING:
                return self.tr(
                    "A pending or timed-out attempt is not a failure. Query its result before "
                    "anything else is said or tried."
                )
            case Status.UNDETERMINED:
                return self.tr(
                    "No rule explains this attempt. The cause is not known, and it is not guessed."
                )
        return self._desk.language.word("cause", explanation.cause)

    # the proof, in the middle
    def _proof(self, explanation: Explanation) -> QFrame:
        frame, column = _panel()
        column.addLayout(self._header(explanation))
        sentence = _label(self._sentence(explanation))
        set_text_style(sentence, size=LARGE)
        column.addWidget(sentence)
        principal = _principal(explanation)
        if principal is not None and principal.evidence:
            column.addWidget(_heading(self.tr("Evidence")))
            column.addWidget(self._evidence(principal.evidence))
        further = explanation.reasons[1:]
        if further:
            column.addWidget(_heading(self.tr("Further reasons")))
            for reason in further:
                column.addWidget(self._further(reason))
        possible = [reason for reason in explanation.possible if reason is not principal]
        if possible:
            column.addWidget(_heading(self.tr("Possible: a missing fact would settle it")))
            for reason in possible:
                column.addWidget(self._possible(reason))
        if explanation.ruled_out:
            column.addWidget(_heading(self.tr("Ruled out")))
            column.addWidget(self._ruled_out(explanation.ruled_out))
        changes = self._changes(explanation)
        if changes:
            column.addWidget(_heading(self.tr("What would change it")))
            for line in changes:
                column.addWidget(_label(f"→ {line}"))
        column.addStretch(1)
        rules = self.tr("Rules {version}").format(version=explanation.rules_version)
        column.addWidget(_label(rules, role="caption"))
        return frame

    def _header(self, explanation: Explanation) -> QLayout:
        theme, word = self._desk.theme, self._desk.language.word
        title = _label(self.title())
        set_text_style(title, size=TITLE, bold=True)
        badges = QHBoxLayout()
        badges.setSpacing(SPACE_2)
        # with a parent from the start: showing itself, it would be a window of its own
        status = Badge(theme, self)
        status.set(
            f"{_STATUS_MARKS[explanation.status]} {word('status', explanation.status)}",
            _STATUS_ROLES[explanation.status],
        )
        badges.addWidget(status)
        if explanation.status not in (Status.NONE, Status.PENDING):
            cause = Badge(theme, self)
            cause.set_cause(word("cause_group", explanation.cause_group), explanation.cause)
            badges.addWidget(cause)
        principal = _principal(explanation)
        if principal is not None:
            code = Badge(theme, self)
            code.set(principal.code)
            code.setToolTip(self.tr("Reason code"))
            badges.addWidget(code)
        badges.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(SPACE_2)
        column.addWidget(title)
        column.addLayout(badges)
        if self._row is not None:
            row = self._row
            facts = (
                local_time(row.occurred_at),
                word("outcome", row.outcome),
                word("step", row.step),
                word("channel", row.channel),
                row.province,
                row.attempt_id,
            )
            line = _label(" · ".join(fact for fact in facts if fact), role="caption")
            line.setToolTip(time_tooltip(row.occurred_at))
            column.addWidget(line)
        return column

    def _evidence(self, lines: Iterable[Evidence]) -> QWidget:
        """Mark, what was seen, what the rule asks for, whose word it is."""
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_3)
        grid.setVerticalSpacing(SPACE_1)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 2)
        top = Qt.AlignmentFlag.AlignTop
        for at, evidence in enumerate(lines):
            mark = self._mark(evidence)
            seen, wanted = self._seen(evidence), self._wanted(evidence)
            grid.addWidget(mark, at, 0, top)
            if evidence.operator is None:  # no comparison: in words, what was seen below
                column = QVBoxLayout()
                column.setSpacing(0)
                column.addWidget(_label(wanted))
                if seen:
                    column.addWidget(_label(seen, role="caption"))
                grid.addLayout(column, at, 1, 1, 2)
            else:
                grid.addWidget(_label(seen), at, 1, top)
                grid.addWidget(_label(wanted, role="muted"), at, 2, top)
            source = _label(self._desk.language.word("source", evidence.source), role="caption")
            source.setWordWrap(False)
            grid.addWidget(source, at, 3, top | Qt.AlignmentFlag.AlignRight)
            for place in range(grid.count()):
                widget = grid.itemAt(place).widget()
                if widget is not None and grid.getItemPosition(place)[0] == at:
                    widget.setToolTip(_sql_tip(evidence))
            truth = self._desk.language.word("truth", evidence.outcome)
            mark.setAccessibleName(f"{truth}: {seen} {wanted}")
            mark.setAccessibleDescription(evidence.condition)
        return table

    def _mark(self, evidence: Evidence) -> QLabel:
        mark = QLabel(MARK[evidence.outcome])
        mark.setFixedWidth(mark.fontMetrics().horizontalAdvance("✔") + SPACE_1)
        palette = mark.palette()
        colour = self._desk.theme.colour(_MARK_ROLES[evidence.outcome])
        palette.setColor(mark.foregroundRole(), colour)
        mark.setPalette(palette)
        set_text_style(mark, size=BODY, bold=True)
        return mark

    def _seen(self, evidence: Evidence) -> str:
        """``信用记录 3 个月``; for a condition over several fields, each one's value."""
        lang, word = self._desk.language.current, self._desk.language.word
        if evidence.field is not None:
            seen = value(lang, evidence.field, evidence.observed, evidence.unit)
            return f"{word('field', evidence.field)}  {seen}"
        known = (self._explanation.fields or {}) if self._explanation else {}
        said = [
            f"{word('field', name)} {value(lang, name, _raw(known[name]))}"
            for name in fields_in(evidence.condition)
            if name in known
        ]
        return " · ".join(said)

    def _wanted(self, evidence: Evidence) -> str:
        lang = self._desk.language.current
        if evidence.field is None or evidence.operator is None:
            wanted = condition_words(lang, evidence.condition)
        else:
            wanted = asked(lang, evidence.field, evidence.operator, evidence.limit)
        if not evidence.negated:  # 'failed = failed' says it twice
            return "" if evidence.operator == "=" and evidence.outcome is Truth.TRUE else wanted
        exceptions = {
            Truth.TRUE: self.tr("exception that applies: {condition}"),
            Truth.FALSE: self.tr("exception that does not apply: {condition}"),
            Truth.UNKNOWN: self.tr("exception that may apply: {condition}"),
        }
        return exceptions[evidence.outcome].format(condition=wanted)

    def _line(self, evidence: Evidence) -> str:
        return f"{MARK[evidence.outcome]} {self._said(evidence)}"

    def _said(self, evidence: Evidence) -> str:
        """``负债率 31%(规则:> 62%)``: what was seen, and what the rule asks for."""
        seen, wanted = self._seen(evidence), self._wanted(evidence)
        if not (seen and wanted):
            return seen or wanted
        return self.tr("{seen} (rule: {wanted})").format(seen=seen, wanted=wanted)

    def _further(self, reason: Reason) -> QWidget:
        box = self._reason_head(reason, f"{reason.rank}.")
        text = reason.texts.get(self._desk.language.current)
        if text is not None and text.agent:
            box.layout().addWidget(_label(text.agent))
        proof = _label("\n".join(map(self._line, reason.evidence)), role="caption")
        proof.setToolTip("\n".join(e.condition for e in reason.evidence))
        box.layout().addWidget(proof)
        return box

    def _possible(self, reason: Reason) -> QWidget:
        box = self._reason_head(reason, "?")
        missing = self._missing(reason)
        if missing:
            line = self.tr("Missing: {fields}").format(fields=missing)
            box.layout().addWidget(_label(line, role="muted"))
        return box

    def _ruled_out(self, reasons: Iterable[Reason]) -> QWidget:
        """A line each: the cause, and the one condition that kept it from holding."""
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_3)
        grid.setVerticalSpacing(SPACE_1)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for at, reason in enumerate(reasons):
            cause = self._desk.language.word("cause", reason.cause)
            name = _label(f"{MARK[Truth.FALSE]} {cause}", role="muted")
            name.setWordWrap(False)
            against = [e for e in reason.evidence if _speaks_against(e)]
            proof = _label("\n".join(map(self._said, against)), role="muted")
            proof.setToolTip("\n".join(map(_sql_tip, against)))
            code = _label(reason.code, role="caption")
            code.setWordWrap(False)
            grid.addWidget(name, at, 0, top)
            grid.addWidget(proof, at, 1)
            grid.addWidget(code, at, 2, top)
        return table

    def _missing(self, reason: Reason) -> str:
        """The facts that would settle it, by name."""
        known = (self._explanation.fields or {}) if self._explanation else {}
        names: dict[str, None] = {}
        for evidence in reason.evidence:
            if evidence.outcome is not Truth.UNKNOWN:
                continue
            fields = (evidence.field,) if evidence.field else fields_in(evidence.condition)
            names |= dict.fromkeys(f for f in fields if known.get(f) is None)
        words = (self._desk.language.word("field", name) for name in names)
        return self._desk.language.text("condition.comma").join(words)

    def _reason_head(self, reason: Reason, mark: str) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, SPACE_1)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        name = _label(f"{mark} {self._desk.language.word('cause', reason.cause)}")
        set_text_style(name, bold=True)
        name.setWordWrap(False)
        row.addWidget(name)
        code = Badge(self._desk.theme, self)
        code.set(reason.code)
        row.addWidget(code)
        row.addStretch(1)
        column.addLayout(row)
        return box

    def _changes(self, explanation: Explanation) -> list[str]:
        lang, word = self._desk.language.current, self._desk.language.word
        return [
            f"{word('field', field)} {asked(lang, field, operator, needed)}"
            for field, needed, operator in explanation.would_change
        ]

    # the advice, on the right
    def _advice(self, explanation: Explanation) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_3)
        text = self._text()
        self.copy_button = None
        if text.customer:
            column.addWidget(self._say(text))
        todo = self._todo(explanation, text)
        if todo is not None:
            column.addWidget(todo)
        self.log_button = QPushButton(self.tr("Log complaint (Ctrl+L)"))
        self.log_button.setIcon(self._desk.theme.icon("message-plus-outline", "text"))
        self.log_button.clicked.connect(self.log_wanted)
        column.addWidget(self.log_button)
        column.addStretch(1)
        return side

    def _say(self, text: ReasonText) -> QFrame:
        frame, column = _panel()
        self.copy_button = QPushButton(self.tr("Copy"))
        self.copy_button.setProperty("role", "link")
        self.copy_button.setIcon(self._desk.theme.icon("content-copy", "accent"))
        self.copy_button.setToolTip(self.tr("Copy what may be said to the customer (Ctrl+C)"))
        self.copy_button.setAccessibleName(self.tr("Copy what may be said to the customer"))
        self.copy_button.clicked.connect(self.copy)
        head = QHBoxLayout()
        head.addWidget(_heading(self.tr("Say to the customer"), gap=0), 1)
        head.addWidget(self.copy_button)
        column.addLayout(head)
        said = _label(text.customer)
        set_text_style(said, size=LARGE)
        column.addWidget(said)
        if text.never_say:
            column.addSpacing(SPACE_1)
            column.addWidget(_rule())
            never = _heading(self.tr("Never say"), gap=0)
            never.setProperty("role", "danger")
            column.addWidget(never)
            for phrase in text.never_say:
                column.addLayout(_item("✘", _label(phrase), "danger"))
        return frame

    def _todo(self, explanation: Explanation, text: ReasonText) -> QFrame | None:
        word = self._desk.language.word
        principal = _principal(explanation)
        if not (text.next_steps or principal or explanation.next_attempt_why):
            return None
        frame, column = _panel()
        column.addWidget(_heading(self.tr("Next steps"), gap=0))
        for number, step in enumerate(text.next_steps, start=1):
            column.addLayout(_item(f"{number}.", _label(step)))
        facts = []
        if principal is not None:
            facts += [
                (self.tr("Action"), word("action", principal.action), ""),
                (self.tr("In whose hands"), word("owner", principal.owner), ""),
            ]
        at, why = explanation.next_attempt_at, explanation.next_attempt_why
        if at is not None or why:
            said = [local_time(at), word("next_attempt", why)]
            line = "\n".join(part for part in said if part)
            facts.append((self.tr("Next attempt from"), line, time_tooltip(at)))
        if facts:
            if text.next_steps:
                column.addWidget(_rule())
            grid = QGridLayout()
            grid.setHorizontalSpacing(SPACE_3)
            grid.setVerticalSpacing(SPACE_1)
            grid.setColumnStretch(1, 1)
            for at_row, (name, said, tip) in enumerate(facts):
                label = _label(name, role="muted")
                label.setWordWrap(False)
                shown = _label(said)
                shown.setToolTip(tip)
                grid.addWidget(label, at_row, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(shown, at_row, 1)
            column.addLayout(grid)
        return frame

    def sizeHint(self) -> QSize:
        return QSize(960, 560)


def _principal(explanation: Explanation) -> Reason | None:
    """The reason that the card is about: the first that holds, else the likeliest possible one."""
    if explanation.reasons:
        return explanation.reasons[0]
    if explanation.status is Status.POSSIBLE and explanation.possible:
        return explanation.possible[0]
    return None


def _speaks_against(evidence: Evidence) -> bool:
    """A condition that does not hold, or an exception that does."""
    against = Truth.TRUE if evidence.negated else Truth.FALSE
    return evidence.outcome is against


def _panel() -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    frame.setProperty("role", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
    column.setSpacing(SPACE_2)
    return frame, column


def _label(text: str, *, role: str = "") -> QLabel:
    """Plain text that wraps, also where a word is longer than the line."""
    label = QLabel(breakable(text))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    if role:
        label.setProperty("role", role)
    return label


def breakable(text: str) -> str:
    """``text`` with places to break inside words too long for a line (zero-width spaces)."""
    return " ".join(
        "\u200b".join(word[i : i + 16] for i in range(0, len(word), 16))
        if len(word) > 24 and word.isascii()
        else word
        for word in text.split(" ")
    )


def _heading(text: str, *, gap: int = SPACE_2) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "muted")
    label.setContentsMargins(0, gap, 0, 0)
    set_text_style(label, size=BODY, bold=True)
    return label


def _item(mark: str, label: QLabel, role: str = "muted") -> QHBoxLayout:
    sign = QLabel(mark)
    sign.setProperty("role", role)
    sign.setFixedWidth(SPACE_6 - SPACE_1)
    row = QHBoxLayout()
    row.setSpacing(0)
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label, 1)
    return row


def _rule() -> QFrame:
    line = QFrame()
    line.setProperty("role", "rule")
    return line


def _sql_tip(evidence: Evidence) -> str:
    return f"NOT ({evidence.condition})" if evidence.negated else evidence.condition


def _raw(observed: object) -> str | None:
    """A value as evidence carries it: text, lower-case booleans, None for missing."""
    if observed is None:
        return None
    return str(observed).lower() if isinstance(observed, bool) else str(observed)
