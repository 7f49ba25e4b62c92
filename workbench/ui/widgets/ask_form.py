"""A small form in place of a dialog: asks for what an act needs, keeps what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from workbench.domain.complaint_policy import fen_of
from workbench.domain.times import from_local, to_local, utc_now
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3

_WORDS, _FEW = 96, 3  # px high; fields of a form that has room for more


class Kind(StrEnum):
    WORDS = "words"
    LINE = "line"
    CHOICE = "choice"
    MONEY = "money"  # typed in yuan, given in fen
    WHEN = "when"  # typed in Shanghai's time, given in UTC, naive


@dataclass(frozen=True)
class Asked:
    """One field. ``choices`` are (value, word); ``value`` stands in it at first."""

    name: str
    label: str
    kind: Kind = Kind.WORDS
    choices: Sequence[tuple[object, str]] = ()
    value: object = None
    needed: bool = True


class AskForm(Retranslates, QFrame):
    """``given`` has the values by name, None for what was left empty. Ctrl+Enter sends, Esc gives
    up. The caller says ``refuse(sentence)`` when the act failed: all that was typed stays."""

    given = Signal(dict)
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "well")
        self._asked: tuple[Asked, ...] = ()
        self.fields: dict[str, QWidget] = {}
        self.title = QLabel(self)
        self.title.setProperty("role", "strong")
        self.trouble = QLabel(self)
        self.trouble.setProperty("role", "danger")
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setWordWrap(True)
        self.final = QLabel(self)
        self.final.setProperty("role", "muted")
        self.final.setWordWrap(True)
        self.final.hide()
        self.send_button, self.stop_button = QPushButton(self), QPushButton(self)
        self.send_button.setProperty("role", "primary")
        self.stop_button.setProperty("role", "link")
        self.send_button.clicked.connect(self.send)
        self.stop_button.clicked.connect(self.stop)
        self._body = QWidget(self)
        self._grid = QGridLayout(self._body)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        buttons.addWidget(self.send_button)
        buttons.addWidget(self.stop_button)
        buttons.addStretch(1)
        column = QGridLayout(self)
        column.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        column.setVerticalSpacing(SPACE_2)
        column.addWidget(self.title, 0, 0)
        column.addWidget(self._body, 1, 0)
        column.addWidget(self.trouble, 2, 0)
        column.addWidget(self.final, 3, 0)
        column.addLayout(buttons, 4, 0)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            self._key(keys, self.send)
        self._key("Esc", self.stop)
        self.retranslate()
        self.hide()

    def ask(self, title: str, asked: Sequence[Asked], send: str, final: str = "") -> None:
        """Show the form and give it the keyboard. ``final`` says why it cannot be undone."""
        self.final.setText(final)
        self.final.setVisible(bool(final))
        self._asked = tuple(asked)
        self.title.setText(title)
        self.setAccessibleName(title)
        self.send_button.setText(send)
        self.send_button.setEnabled(True)
        self.refuse("")
        self._body.hide()
        self._body.deleteLater()
        self._body = QWidget(self)
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(SPACE_1)
        self._grid.setHorizontalSpacing(SPACE_3)
        self.fields = {}
        at, beside = 0, False  # short fields stand two in a row, words over the whole width
        for place, each in enumerate(self._asked):
            label = QLabel(each.label, self._body)
            label.setProperty("role", "muted")
            label.setWordWrap(True)
            field = self._field(each)
            field.setAccessibleName(each.label)
            label.setBuddy(field)
            self.fields[each.name] = field
            after = self._asked[place + 1] if place + 1 < len(self._asked) else None
            pairs = _short(each) and (beside or (after is not None and _short(after)))
            self._grid.addWidget(label, at, int(beside), 1, 1 if pairs else 2)
            self._grid.addWidget(field, at + 1, int(beside), 1, 1 if pairs else 2)
            beside = pairs and not beside
            if not beside:
                at += 2
        for column in (0, 1):
            self._grid.setColumnStretch(column, 1)
        layout = self.layout()
        assert isinstance(layout, QGridLayout)
        layout.addWidget(self._body, 1, 0)
        self.show()
        first = next(iter(self.fields.values()), self.send_button)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def typed(self) -> bool:
        """Whether something would be lost if the form went."""
        return self.isVisible() and any(
            isinstance(field, QPlainTextEdit) and field.document().isModified()
            for field in self.fields.values()
        )

    def refuse(self, sentence: str) -> None:
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))
        self.send_button.setEnabled(True)

    def send(self) -> None:
        if not (self.isVisible() and self.send_button.isEnabled()):
            return
        values: dict[str, object] = {}
        wrong = None
        for each in self._asked:
            field = self.fields[each.name]
            try:
                value = _value(field, each.kind)
            except ValueError:
                value, bad = None, True
            else:
                bad = each.needed and value is None
            field.setProperty("invalid", bad)
            field.style().unpolish(field)
            field.style().polish(field)
            if bad and wrong is None:
                wrong = field
            values[each.name] = value
        if wrong is not None:
            self.refuse(self.tr("Please fill in what is marked."))
            wrong.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.refuse("")
        self.send_button.setEnabled(False)
        self.given.emit(values)

    def stop(self) -> None:
        self.hide()
        self.given_up.emit()

    def retranslate(self) -> None:
        self.stop_button.setText(self.tr("Cancel"))
        self.send_button.setToolTip(self.tr("Ctrl+Enter"))
        self.stop_button.setToolTip(self.tr("Esc"))

    def _field(self, each: Asked) -> QWidget:
        match each.kind:
            case Kind.WORDS:
                words = QPlainTextEdit(self._body)
                words.setTabChangesFocus(True)
                words.setFixedHeight(_WORDS if len(self._asked) <= _FEW else _WORDS - 24)
                words.setPlainText(str(each.value or ""))
                words.document().setModified(False)
                return words
            case Kind.CHOICE:
                box = QComboBox(self._body)
                for value, word in each.choices:
                    box.addItem(word, value)
                box.setCurrentIndex(
                    next((i for i, (v, _) in enumerate(each.choices) if v == each.value), -1)
                )
                return box
            case Kind.WHEN:
                when = QDateTimeEdit(self._body)
                when.setCalendarPopup(True)
                when.setDisplayFormat("yyyy-MM-dd HH:mm")
                start = each.value if isinstance(each.value, datetime) else utc_now()
                local = to_local(start if each.value else start + timedelta(hours=1))
                when.setDateTime(QDateTime(local.date(), local.time()))  # type: ignore[call-overload]
                return when
            case Kind.MONEY:
                line = QLineEdit(self._body)
                if isinstance(each.value, int):
                    line.setText(f"{Decimal(each.value) / 100:.2f}")
                return line
        line = QLineEdit(str(each.value or ""), self._body)
        return line

    def _key(self, keys: str, act) -> None:  # type: ignore[no-untyped-def]
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)


def _short(each: Asked) -> bool:
    return each.kind in (Kind.CHOICE, Kind.MONEY, Kind.LINE)


def _value(field: QWidget, kind: Kind) -> object:
    """None for an empty field. Raises ValueError for what is none of its kind."""
    if isinstance(field, QComboBox):
        return field.currentData()
    if isinstance(field, QDateTimeEdit):
        moment = field.dateTime().toPython()
        assert isinstance(moment, datetime)
        return from_local(moment)
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText().strip() or None
    assert isinstance(field, QLineEdit)
    text = field.text().strip()
    if kind is Kind.MONEY:
        return fen_of(text)
    return text or None
