"""What else intake asks: products, what it did to the customer, what it may do to the house."""

from decimal import Decimal

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from workbench.domain.complaint import ComplaintDraft, Experience, Reputation
from workbench.domain.complaint_policy import fen_of
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3

_LISTS = ("attempt_ids", "products")
_MONEY = ("requested_fen", "blocked_fen")


class MoreFields(Retranslates, QWidget):
    """``changed`` has the fields of the draft that were changed. None of them is needed to save."""

    changed = Signal(dict)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.lines = {name: QLineEdit(self) for name in (*_LISTS, *_MONEY, "competitor")}
        self.blocked = QCheckBox(self)
        self.experience = QComboBox(self)
        self.experience.addItem("", None)
        for each in Experience:
            self.experience.addItem("", each.value)
        self.reputation = {each: QCheckBox(self) for each in Reputation}
        self.labels = {name: QLabel(self) for name in (*self.lines, "experience", "reputation")}
        for name, line in self.lines.items():
            self.labels[name].setBuddy(line)
            line.textEdited.connect(lambda text, name=name: self._line(name, text))
        self.labels["experience"].setBuddy(self.experience)
        self.blocked.toggled.connect(lambda on: self.changed.emit({"blocked_payment": on or None}))
        self.experience.currentIndexChanged.connect(
            lambda _: self.changed.emit({"experience": self._experienced()})
        )
        for box in self.reputation.values():
            box.toggled.connect(lambda _: self.changed.emit({"reputation": self._reputed()}))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_3)
        grid.setVerticalSpacing(SPACE_1)
        pairs = (
            ("attempt_ids", "products"),
            ("requested_fen", "competitor"),
            ("blocked_fen", "experience"),
        )
        for row, pair in enumerate(pairs):
            for column, name in enumerate(pair):
                grid.addWidget(self.labels[name], 2 * row, column)
                field = self.experience if name == "experience" else self.lines[name]
                grid.addWidget(field, 2 * row + 1, column)
                grid.setColumnStretch(column, 1)
        grid.addWidget(self.blocked, 6, 0, 1, 2)
        grid.addWidget(self.labels["reputation"], 7, 0, 1, 2)
        risks = QHBoxLayout()
        risks.setSpacing(SPACE_2)
        for box in self.reputation.values():
            risks.addWidget(box)
        risks.addStretch(1)
        grid.addLayout(risks, 8, 0, 1, 2)
        self.retranslate()

    def show_draft(self, draft: ComplaintDraft) -> None:
        """Fill the fields; says nothing."""
        blocked = [
            QSignalBlocker(w) for w in (self.blocked, self.experience, *self.reputation.values())
        ]
        for name in _LISTS:
            self.lines[name].setText(", ".join(getattr(draft, name)))
        for name in _MONEY:
            fen = getattr(draft, name)
            self.lines[name].setText("" if fen is None else f"{Decimal(fen) / 100:.2f}")
        self.lines["competitor"].setText(draft.competitor or "")
        self.blocked.setChecked(bool(draft.blocked_payment))
        self.experience.setCurrentIndex(max(0, self.experience.findData(draft.experience)))
        for each, box in self.reputation.items():
            box.setChecked(each in draft.reputation)
        for line in self.lines.values():
            _mark(line, bad=False)
        del blocked

    @property
    def filled(self) -> int:
        """How many of the fields say something."""
        lines = sum(bool(line.text().strip()) for line in self.lines.values())
        return lines + self.blocked.isChecked() + bool(self._experienced()) + bool(self._reputed())

    def retranslate(self) -> None:
        label, word = self._desk.language.label, self._desk.language.word
        for name, made in self.labels.items():
            made.setText(label("complaint_field", name))
        for name, line in self.lines.items():
            line.setAccessibleName(self.labels[name].text())
            if name in _LISTS:
                line.setPlaceholderText(self.tr("Several: separated by commas"))
            elif name in _MONEY:
                line.setPlaceholderText(self.tr("Yuan"))
        self.blocked.setText(self.tr("A payment of the customer could not be made"))
        self.experience.setAccessibleName(self.labels["experience"].text())
        with QSignalBlocker(self.experience):
            self.experience.setItemText(0, self.tr("Not said"))
            for place, each in enumerate(Experience, start=1):
                self.experience.setItemText(place, word("experience", each))
        for each, box in self.reputation.items():
            box.setText(word("reputation", each))

    def _line(self, name: str, text: str) -> None:
        line = self.lines[name]
        if name in _LISTS:
            parts = text.replace("，", ",").replace("、", ",").split(",")
            self.changed.emit({name: tuple(p.strip() for p in parts if p.strip())})
        elif name in _MONEY:
            try:
                fen = fen_of(text)
            except ValueError:
                _mark(line, bad=True)
                return
            _mark(line, bad=False)
            more = {"blocked_payment": True} if name == "blocked_fen" and fen else {}
            if more:
                with QSignalBlocker(self.blocked):
                    self.blocked.setChecked(True)
            self.changed.emit({name: fen} | more)
        else:
            self.changed.emit({name: text.strip() or None})

    def _experienced(self) -> Experience | None:
        value = self.experience.currentData()
        return Experience(value) if value else None

    def _reputed(self) -> tuple[Reputation, ...]:
        return tuple(each for each, box in self.reputation.items() if box.isChecked())


def _mark(line: QLineEdit, *, bad: bool) -> None:
    if bool(line.property("invalid")) is not bad:
        line.setProperty("invalid", bad)
        line.style().unpolish(line)
        line.style().polish(line)
