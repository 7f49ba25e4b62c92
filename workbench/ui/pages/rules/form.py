"""One rule as a form: what is changed here is written into the pack's text at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.taxonomy import Action, Cause, Owner, Symptom
from workbench.services.packs import rule_fields, with_rule
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.pages.rules.editor import PackEditor
from workbench.ui.pausing import after_pause
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3

if TYPE_CHECKING:
    from workbench.rules.pack import Rule, RulePack

_TYPING_MS = 300
_CONDITIONS, _WORDS = 92, 62  # px high
_CHOICES = {"cause": Cause, "symptom": Symptom, "owner": Owner, "action": Action}
_TEXTS = ("zh.agent", "zh.customer", "en.agent", "en.customer")


class RuleForm(Retranslates, QScrollArea):
    """``changed`` has the whole text of the pack. Fields say what the text says; a rule that was
    not written out has its usual values there."""

    changed = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._text = ""
        self._rule: Rule | None = None
        self._lines: list[int] = []
        self._filling = False
        self.title = QLabel(self)
        self.title.setProperty("role", "strong")
        self.boxes = {name: QComboBox(self) for name in _CHOICES}
        for name, box in self.boxes.items():
            for value in _CHOICES[name]:
                box.addItem("", value.value)
            box.currentIndexChanged.connect(lambda _: self._typed())
        self.priority = QSpinBox(self)
        self.priority.setRange(-999_999, 999_999)
        self.priority.valueChanged.connect(lambda _: self._typed())
        self.conditions = {name: PackEditor(desk.theme, self) for name in ("when", "unless")}
        self.words = {name: QPlainTextEdit(self) for name in _TEXTS}
        for editor in self.conditions.values():
            editor.setFixedHeight(_CONDITIONS)
            editor.textChanged.connect(self._typed)
        for words in self.words.values():
            words.setFixedHeight(_WORDS)
            words.setTabChangesFocus(True)
            words.textChanged.connect(self._typed)
        self._typing = after_pause(self, _TYPING_MS, self.write)
        self._labels: dict[str, QLabel] = {}
        self._lay_out()
        self.retranslate()

    def offer(self, names: Sequence[str]) -> None:
        for editor in self.conditions.values():
            editor.offer(names)

    def show_rule(
        self, text: str, rule: "Rule | None", pack: "RulePack | None", *, allowed: bool
    ) -> None:
        """The rule as ``text`` has it. While somebody types into this very rule nothing moves."""
        before = self._rule
        self._text, self._rule = text, rule
        self._lines = sorted(r.line for r in pack.rules) if pack else []
        self._body.setEnabled(allowed and rule is not None)
        inside = self.focusWidget() is not None and self.isAncestorOf(self.focusWidget())
        typing = inside and self.focusWidget().hasFocus() and before is not None
        if rule is None or (typing and before is not None and before.code == rule.code):
            self.retranslate()
            return
        self._filling = True
        found = rule_fields(text, rule.line, self._lines)
        values = {"cause": rule.cause, "symptom": rule.symptom, "owner": rule.owner,
                  "action": rule.action}  # fmt: skip
        for name, box in self.boxes.items():
            box.setCurrentIndex(box.findData(values[name]))
        self.priority.setValue(rule.priority)
        for name, editor in self.conditions.items():
            _put(editor, "\n".join(found[name]))
        texts = found.get("texts") or {}
        for name, words in self.words.items():
            lang, part = name.split(".")
            _put(words, str((texts.get(lang) or {}).get(part) or ""))
        self._filling = False
        self.retranslate()

    def write(self) -> None:
        """Only what differs from the rule goes into the text."""
        self._typing.stop()
        rule = self._rule
        if rule is None or self._filling:
            return
        found = rule_fields(self._text, rule.line, self._lines)
        changes: dict[str, Any] = {}
        for name, box in self.boxes.items():
            usual = getattr(rule, name) if name not in found else found[name]
            if box.currentData() != usual:
                changes[name] = box.currentData()
        if self.priority.value() != int(found.get("priority", rule.priority)):
            changes["priority"] = self.priority.value()
        for name, editor in self.conditions.items():
            rows = [" ".join(row.split()) for row in editor.toPlainText().splitlines()]
            changes[name] = [row for row in rows if row]
        texts = found.get("texts") or {}
        for name, words in self.words.items():
            lang, part = name.split(".")
            before = " ".join(str((texts.get(lang) or {}).get(part) or "").split())
            said = " ".join(words.toPlainText().split())
            if said != before:
                changes[name] = said
        text = with_rule(self._text, rule.line, self._lines, changes)
        if text != self._text:
            longer = text.count("\n") - self._text.count("\n")
            self._lines = [n + longer if n > rule.line else n for n in self._lines]
            self._text = text
            self.changed.emit(text)

    def _typed(self) -> None:
        if not self._filling:
            self._typing.start()

    def retranslate(self) -> None:
        names = {
            "cause": self.tr("Cause"),
            "symptom": self.tr("Symptom"),
            "priority": self.tr("Priority (lower ranks first)"),
            "owner": self.tr("Owner"),
            "action": self.tr("What helps"),
            "when": self.tr("When (all must hold, one a line)"),
            "unless": self.tr("Unless (none may hold, one a line)"),
            "zh.agent": self.tr("For the agent, Chinese"),
            "zh.customer": self.tr("For the customer, Chinese"),
            "en.agent": self.tr("For the agent, English"),
            "en.customer": self.tr("For the customer, English"),
        }
        for name, label in self._labels.items():
            label.setText(names[name])
            buddy = label.buddy()
            if buddy is not None:
                buddy.setAccessibleName(names[name])
        families = {"cause": "cause", "symptom": "symptom", "owner": "owner", "action": "action"}
        for name, box in self.boxes.items():
            for place in range(box.count()):
                box.setItemText(
                    place, self._desk.language.word(families[name], box.itemData(place))
                )
        code = self._rule.code if self._rule is not None else ""
        self.title.setText(
            self.tr("Rule {code}").format(code=code)
            if code
            else self.tr("Choose a rule on the left.")
        )
        self.setAccessibleName(self.title.text())

    def _lay_out(self) -> None:
        self._body = QWidget(self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_3)
        grid.setVerticalSpacing(SPACE_1)
        places = (("cause", 0, 0), ("symptom", 0, 1), ("priority", 2, 0), ("owner", 2, 1),
                  ("action", 4, 0))  # fmt: skip
        for name, row, column in places:
            field: QWidget = self.boxes.get(name) or self.priority
            grid.addWidget(self._label(name, field), row, column)
            grid.addWidget(field, row + 1, column)
        row = 6
        for name, editor in (*self.conditions.items(), *self.words.items()):
            grid.addWidget(self._label(name, editor), row, 0, 1, 2)
            grid.addWidget(editor, row + 1, 0, 1, 2)
            row += 2
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        column_ = QVBoxLayout(self._body)
        column_.setContentsMargins(0, 0, SPACE_2, 0)
        column_.setSpacing(SPACE_2)
        column_.addWidget(self.title)
        column_.addLayout(grid)
        column_.addStretch(1)
        self.setWidget(self._body)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _label(self, name: str, field: QWidget) -> QLabel:
        label = QLabel(self._body)
        label.setProperty("role", "muted")
        label.setBuddy(field)
        self._labels[name] = label
        return label


def _put(field: QPlainTextEdit, text: str) -> None:
    if field.toPlainText() != text:
        field.setPlainText(text)
