"""The scorecard of one call: points, evidence, the total as it stands, what others said before."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.review import Drawn, Item, Scorecard
from workbench.domain.times import to_local
from workbench.services.reviews import Told
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.models.reviews import points
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3


class ItemRow(Retranslates, QWidget):
    """One item; evidence is asked for where it has less than full marks."""

    changed = Signal()

    def __init__(self, desk: Desk, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.item = desk, item
        self.title = words_label(self)
        self.choice = QComboBox(self)
        for value in (*range(item.best, -1, -1), None):
            self.choice.addItem("", value)
        self.choice.currentIndexChanged.connect(self._chosen)
        self.title.setBuddy(self.choice)
        self.evidence = QLineEdit(self)
        self.evidence.textChanged.connect(lambda _: self.changed.emit())
        head = QHBoxLayout()
        head.setSpacing(SPACE_2)
        head.addWidget(self.title, 1)
        head.addWidget(self.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_1)
        column.addLayout(head)
        column.addWidget(self.evidence)
        self.retranslate()

    @property
    def score(self) -> int | None:
        value: int | None = self.choice.currentData()
        return value

    @property
    def unproven(self) -> bool:
        full = self.score is None or self.score == self.item.best
        return not full and not self.evidence.text().strip()

    def fill(self, score: int | None, evidence: str) -> None:
        self.choice.setCurrentIndex(self.choice.findData(score))
        self.evidence.setText(evidence)
        self._show()

    def retranslate(self) -> None:
        lang = self._desk.language.current
        critical = self.tr(" (0 fails the call)") if self.item.critical else ""
        self.title.setText(f"{self.item.title[lang]}{critical}")
        self.choice.setAccessibleName(self.item.title[lang])
        for at in range(self.choice.count()):
            value = self.choice.itemData(at)
            text = self.tr("does not apply") if value is None else f"{value} / {self.item.best}"
            self.choice.setItemText(at, text)
        self.evidence.setPlaceholderText(
            self.item.help.get(lang) or self.tr("By what evidence? Words, when")
        )
        evidence = self.tr("Evidence")
        self.evidence.setAccessibleName(f"{evidence}: {self.item.title[lang]}")
        self._show()

    def _chosen(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        full = self.score is None or self.score == self.item.best
        self.evidence.setVisible(not full or bool(self.evidence.text()))


class ScoreForm(Retranslates, QWidget):
    """``saved`` with scores, comments and a note; ``opened`` with the complaint's number."""

    saved = Signal(object, object, str)
    opened = Signal(str)

    def __init__(self, desk: Desk, card: Scorecard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._card = desk, card
        self._call: Drawn | None = None
        self._told: Sequence[Told] = ()
        self.title = words_label(self, "heading")
        self.open_button = QPushButton(self)
        self.open_button.setProperty("role", "link")
        self.open_button.clicked.connect(self._open)
        self.rows = [ItemRow(desk, item, self) for item in card.items]
        self.note = QLineEdit(self)
        self.total = words_label(self, "strong")
        self.missing = words_label(self, "muted")
        self.save_button = QPushButton(self)
        self.save_button.setProperty("role", "primary")
        self.save_button.clicked.connect(self._save)
        self.said = words_label(self, "muted")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.open_button)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_2)
        foot.addWidget(self.total)
        foot.addWidget(self.missing, 1)
        foot.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, SPACE_2, 0)
        column.setSpacing(SPACE_3)
        column.addLayout(head)
        for row in self.rows:
            row.changed.connect(self._count)
            column.addWidget(row)
        column.addWidget(self.note)
        column.addLayout(foot)
        column.addWidget(self.said)
        column.addStretch(1)
        self.retranslate()

    def show_call(self, call: Drawn | None, told: Sequence[Told], me: str) -> None:
        """The own review is there to be changed; others' are shown once there is one."""
        self._call = call
        own = next((t.review for t in told if t.review.reviewer == me), None)
        self._told = told if own is not None else ()
        for row in self.rows:
            best = row.item.best
            if own is None:
                row.fill(best, "")
            else:
                row.fill(own.scores.get(row.item.id, best), own.comments.get(row.item.id, ""))
        self.note.setText(own.note if own is not None else "")
        self.setEnabled(call is not None)
        self.retranslate()

    def retranslate(self) -> None:
        word = self._desk.language.word
        if self._call is not None:
            cause = word("cause", self._call.cause)
            self.title.setText(
                " · ".join(p for p in (self._call.number, self._call.agent, cause) if p)
            )
        else:
            self.title.setText(self.tr("Choose a call"))
        self.open_button.setText(self.tr("Open the complaint"))
        self.note.setPlaceholderText(self.tr("A word on the whole call"))
        self.note.setAccessibleName(self.note.placeholderText())
        self.save_button.setText(self.tr("Save review"))
        self.save_button.setToolTip(self._desk.language.tip("reviews.score"))
        self.said.setText(
            "\n".join(told_lines(told, self._card, self._desk) for told in self._told)
        )
        self.said.setVisible(bool(self._told))
        self._count()

    def _count(self) -> None:
        total = self._card.total({row.item.id: row.score for row in self.rows})
        self.total.setText(f"{points(total)} / 100")
        unproven = sum(row.unproven for row in self.rows)
        said = self.tr("%Ln item(s) without evidence", "", unproven) if unproven else ""
        self.missing.setText(said)
        self.save_button.setEnabled(self._call is not None and not unproven)

    def _save(self) -> None:
        scores = {row.item.id: row.score for row in self.rows}
        comments = {row.item.id: row.evidence.text() for row in self.rows}
        self.saved.emit(scores, comments, self.note.text())

    def _open(self) -> None:
        if self._call is not None:
            self.opened.emit(self._call.number)


def told_lines(told: Told, card: Scorecard, desk: Desk) -> str:
    """One review as text: who, what was not full marks and why, what the agent answered."""
    made, lang = told.review, desk.language.current
    parts = [
        f"{made.call} · {made.reviewer} · {to_local(made.at):%m-%d %H:%M} · {points(made.total)}"
    ]
    for item in card.items:
        score = made.scores.get(item.id)
        if score is not None and score < item.best:
            why = made.comments.get(item.id, "")
            parts.append(f"  {score} / {item.best} {item.title[lang]} — {why}")
    if made.note:
        parts.append(f"  {made.note}")
    parts += [f"  ↳ {answer.agent} — {answer.words}" for answer in told.answers]
    return "\n".join(parts)


def words_label(parent: QWidget, role: str = "") -> QLabel:
    """A label that wraps and takes nothing for markup."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label
