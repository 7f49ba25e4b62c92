"""The form that gives a code its meaning: what it says, what it is, and who may hear it."""

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.codes import ERROR_CODE, CodeEntry, CustomerVisible, Failure, UnmappedCode
from workbench.domain.taxonomy import Action, Cause, Owner, Symptom
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.pages.qa.presenter import coherent
from workbench.ui.theme import LARGE, SPACE_2, SPACE_3, SPACE_4, set_text_style

_CHOICES: dict[str, tuple[str, type[StrEnum]]] = {
    "failure": ("code.failure", Failure),
    "symptom": ("symptom", Symptom),
    "cause": ("cause", Cause),
    "owner": ("owner", Owner),
    "action": ("action", Action),
}
_MEANING = 500  # characters, as a catalogue file allows


class ClassifyForm(Retranslates, QFrame):
    """``saved`` gives the row to write, ``source_mapped`` that a source's codes are of a scheme;
    ``left`` when a change is given up."""

    saved = Signal(object)  # CodeEntry
    source_mapped = Signal(object, str)  # source or None, scheme
    left = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._code: UnmappedCode | None = None
        self._entry: CodeEntry | None = None
        self._allowed = True
        self.setProperty("role", "card")
        self.head = QLabel(self)
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self.head.setWordWrap(True)
        set_text_style(self.head, size=LARGE, bold=True)
        self.note = QLabel(self)
        self.note.setProperty("role", "muted")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.scheme = QComboBox(self)
        self.scheme.setEditable(True)
        self.scheme.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.map_button = QPushButton(self)
        self.map_button.clicked.connect(self._map)
        self.scheme.editTextChanged.connect(self._allow)
        self.zh, self.en = QLineEdit(self), QLineEdit(self)
        for edit in (self.zh, self.en):
            edit.setMaxLength(_MEANING)
            edit.textChanged.connect(self._allow)
        self.choices = {name: QComboBox(self) for name in _CHOICES}
        for name, (_, values) in _CHOICES.items():
            box = self.choices[name]
            box.addItem("", None)
            for value in values:
                box.addItem("", value.value)
            box.currentIndexChanged.connect(self._agree)
        for box in (self.scheme, *self.choices.values()):  # the longest entry would not fit
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(8)
        self.visible_box = QCheckBox(self)
        self.save_button = QPushButton(self)
        self.save_button.setProperty("role", "primary")
        self.save_button.clicked.connect(self.save)
        self.leave_button = QPushButton(self)
        self.leave_button.clicked.connect(self.left)
        self._labels = {name: QLabel(self) for name in ("scheme", "zh", "en", *_CHOICES, "visible")}
        for label in self._labels.values():
            label.setProperty("role", "muted")
        self._lay_out()
        self.retranslate()

    # what it is about
    def show_code(self, code: UnmappedCode, *, allowed: bool) -> None:
        """Blank, for a code without a meaning; what was typed for the same code stays."""
        same = self._code is not None and self._code.seen == code.seen
        self._code, self._entry, self._allowed = code, None, allowed
        if not same:
            self._fill(None)
            self.scheme.setCurrentText(code.seen.scheme or "")
        self.retranslate()

    def show_entry(self, entry: CodeEntry, *, allowed: bool) -> None:
        """As a catalogue has it, to be changed."""
        self._code, self._entry, self._allowed = None, entry, allowed
        self._fill(entry)
        self.retranslate()

    def offer_schemes(self, names: tuple[str, ...]) -> None:
        typed = self.scheme.currentText()
        self.scheme.blockSignals(True)
        self.scheme.clear()
        self.scheme.addItems(names)
        self.scheme.setCurrentText(typed)
        self.scheme.blockSignals(False)

    def draft(self) -> CodeEntry | None:
        """The row as it stands in the form; None while something needed is missing."""
        failure = self._value("failure")
        base = self._entry
        scheme = self._code.seen.scheme if self._code else base.scheme if base else None
        code = self._code.seen.code if self._code else base.code if base else None
        zh, en = self.zh.text().strip(), self.en.text().strip()
        if failure is None or scheme is None or code is None or not (zh or en):
            return None
        symptom, owner = self._value("symptom"), self._value("owner")
        cause, action = coherent(Failure(failure), self._value("cause"), self._value("action"))
        may_hear = self.visible_box.isChecked()
        return CodeEntry(
            scheme=scheme,
            version=base.version if base else "",
            code=code,
            meaning_zh=zh,
            meaning_en=en,
            is_failure=Failure(failure),
            customer_visible=(
                CustomerVisible.YES if may_hear else CustomerVisible.GENERAL_REFUSAL_ONLY
            ),
            symptom=Symptom(symptom) if symptom else None,
            cause=Cause(cause) if cause else None,
            owner=Owner(owner) if owner else None,
            action=Action(action) if action else None,
        )

    def save(self) -> None:
        entry = self.draft()
        if entry is not None and self.save_button.isEnabled():
            self.save_button.setEnabled(False)  # until the answer is here
            self.saved.emit(entry)

    def ready(self) -> None:
        """The save ended, one way or the other."""
        self._allow()

    # acts
    def _map(self) -> None:
        if self._code is not None:
            self.source_mapped.emit(self._code.sources[0], self.scheme.currentText().strip())

    def _value(self, name: str) -> str | None:
        return self.choices[name].currentData()

    def _fill(self, entry: CodeEntry | None) -> None:
        self.zh.setText(entry.meaning_zh if entry else "")
        self.en.setText(entry.meaning_en if entry else "")
        for edit in (self.zh, self.en):
            edit.setCursorPosition(0)
        for name, box in self.choices.items():
            value = getattr(entry, "is_failure" if name == "failure" else name) if entry else None
            box.setCurrentIndex(max(0, box.findData(str(value))) if value else 0)
        self.visible_box.setChecked(
            entry is not None and entry.customer_visible is CustomerVisible.YES
        )

    def _agree(self) -> None:
        """What the kind of code rules out is emptied and greyed."""
        failure = self._value("failure")
        if failure is not None:
            cause, action = coherent(Failure(failure), self._value("cause"), self._value("action"))
            for name, value in (("cause", cause), ("action", action)):
                if self._value(name) != value:
                    box = self.choices[name]
                    box.setCurrentIndex(max(0, box.findData(value)) if value else 0)
        self._allow()

    def _allow(self) -> None:
        failure = self._value("failure")
        for box in (self.zh, self.en, *self.choices.values(), self.visible_box, self.scheme):
            box.setEnabled(self._allowed)
        self.choices["cause"].setEnabled(self._allowed and failure in (None, Failure.YES.value))
        self.choices["action"].setEnabled(self._allowed and failure != Failure.QUERY_FIRST.value)
        self.save_button.setEnabled(self._allowed and self.draft() is not None)
        typed = self.scheme.currentText().strip()
        named = (self._code.seen.scheme or "") if self._code else ""
        other = bool(typed) and typed.casefold() != named.casefold()
        self.map_button.setVisible(self._names_scheme and other)
        self.map_button.setEnabled(self._allowed)

    def retranslate(self) -> None:
        words = self._desk.language.word
        for name, (family, _) in _CHOICES.items():
            box = self.choices[name]
            box.setItemText(0, self.tr("(choose)") if name == "failure" else self.tr("(not said)"))
            for place in range(1, box.count()):
                box.setItemText(place, words(family, box.itemData(place)))
        labels = {
            "scheme": self.tr("Scheme"),
            "zh": self.tr("Meaning, Chinese"),
            "en": self.tr("Meaning, English"),
            "failure": self.tr("Failure?"),
            "symptom": self.tr("Symptom"),
            "cause": self.tr("Cause"),
            "owner": self.tr("Owner"),
            "action": self.tr("What helps"),
            "visible": self.tr("Customer"),
        }
        fields: dict[str, QWidget] = {
            "scheme": self.scheme, "zh": self.zh, "en": self.en, **self.choices,
            "visible": self.visible_box,
        }  # fmt: skip
        for name, text in labels.items():
            self._labels[name].setText(text)
            fields[name].setAccessibleName(text)
        self.visible_box.setText(self.tr("may hear the meaning"))
        self.visible_box.setToolTip(
            self.tr(
                "Leave this empty for lost, stolen, fraud, block lists, risk control and what "
                "only the back office may know: a customer then hears a general refusal."
            )
        )
        self.choices["cause"].setToolTip(
            self.tr("Only where the code alone decides it; else leave it unsaid.")
        )
        self.map_button.setText(self.tr("Use this scheme"))
        self.save_button.setText(
            self.tr("Save for this site") if self._entry else self.tr("Save meaning")
        )
        self.leave_button.setText(self.tr("Cancel"))
        self.leave_button.setVisible(self._entry is not None)
        code, entry = self._code, self._entry
        for part in (self.scheme, self._labels["scheme"]):
            part.setVisible(self._names_scheme)
        if code is not None:
            scheme = code.seen.scheme or self.tr("(no source)")
            self.head.setText(f"{scheme} · {code.seen.code}")
        elif entry is not None:
            self.head.setText(f"{entry.scheme} · {entry.code}")
        self.note.setText(self._note())
        self.note.setVisible(bool(self.note.text()))
        self.setAccessibleName(self.head.text())
        self._allow()

    @property
    def _names_scheme(self) -> bool:
        """A source's scheme can be said; decline codes are the review's."""
        return self._code is not None and self._code.seen.field == ERROR_CODE

    def _note(self) -> str:
        if not self._allowed:
            return self.tr("Your role does not include this.")
        if self._code is not None and self._code.seen.scheme is None:
            return self.tr(
                "These attempts name no source. Say first whose codes they are: a code means "
                "nothing without its scheme."
            )
        if self._entry is not None:
            return self.tr("Your row takes the place of the one that ships, here only.")
        if self._code is not None and self._code.message:
            return self.tr("A message with it: {message}").format(message=self._code.message)
        return ""

    def _lay_out(self) -> None:
        whose = QHBoxLayout()
        whose.setSpacing(SPACE_2)
        whose.addWidget(self.scheme, 1)
        whose.addWidget(self.map_button)
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE_3)
        form.setVerticalSpacing(SPACE_2)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self._labels["scheme"], whose)
        form.addRow(self._labels["zh"], self.zh)
        form.addRow(self._labels["en"], self.en)
        for name, box in self.choices.items():
            form.addRow(self._labels[name], box)
        form.addRow(self._labels["visible"], self.visible_box)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        buttons.addWidget(self.save_button)
        buttons.addWidget(self.leave_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        column.setSpacing(SPACE_2)
        column.addWidget(self.head)
        column.addWidget(self.note)
        column.addLayout(form)
        column.addLayout(buttons)
        column.addStretch(1)
