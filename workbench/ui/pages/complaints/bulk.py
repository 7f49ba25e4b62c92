"""Several complaints at once: assigned or moved after a preview, undone as a whole."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.complaint import State
from workbench.domain.errors import KnownError
from workbench.domain.people import Act, Person, may
from workbench.services.complaint_bulk import BulkAct, BulkPreview, BulkReport
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_2, SPACE_3, SPACE_4
from workbench.ui.widgets.busy_line import BusyLine

MOST = 10_000  # at once: what is undone as a whole has to be overlooked as a whole
_TOLD = 5  # refused complaints that are named one by one
_ASSIGN = "assign"
_STATES = (State.IN_PROGRESS, State.WAITING, State.ESCALATED, State.WITHDRAWN, State.REOPENED)


class BulkPanel(Retranslates, QFrame):
    """What the act would change is counted before it can be done. ``changed`` afterwards;
    ``all_wanted`` asks for every complaint of the list, beyond the rows that were scrolled to."""

    changed = Signal()
    all_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ids: tuple[str, ...] = ()
        self._people: Sequence[Person] = ()
        self._preview: BulkPreview | None = None
        self._known: KnownError | None = None
        self.setProperty("role", "card")
        self.setMinimumWidth(380)
        self.head = QLabel(self)
        self.head.setProperty("role", "heading")
        self.all_button = QPushButton(self)
        self.all_button.setProperty("role", "link")
        self.all_button.clicked.connect(self.all_wanted)
        self._total = 0
        self.act = QComboBox(self)
        self.act.addItem("", _ASSIGN)
        for state in _STATES:
            self.act.addItem("", state)
        self.act.activated.connect(self._count)
        self.person = QComboBox(self)
        self.person.activated.connect(self._count)
        self.why = QLineEdit(self)
        self.why.editingFinished.connect(self._count)
        self.told = QLabel(self)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.run_button = QPushButton(self)
        self.run_button.setProperty("role", "primary")
        self.run_button.clicked.connect(self.run)
        self.busy = BusyLine(desk.theme, desk.language, self)
        self._labels = {name: QLabel(self) for name in ("act", "person", "why")}
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_4)
        column.setSpacing(SPACE_2)
        column.addWidget(self.head)
        column.addWidget(self.all_button, 0, Qt.AlignmentFlag.AlignLeft)
        for name, field in (("act", self.act), ("person", self.person), ("why", self.why)):
            label = self._labels[name]
            label.setProperty("role", "muted")
            label.setBuddy(field)
            column.addWidget(label)
            column.addWidget(field)
        column.addWidget(self.told)
        foot = QHBoxLayout()
        foot.addWidget(self.run_button)
        foot.addStretch(1)
        column.addLayout(foot)
        column.addWidget(self.busy)
        column.addStretch(1)
        self.retranslate()
        self.hide()

    def show_people(self, people: Sequence[Person]) -> None:
        self._people = people
        chosen = self.person.currentData()
        self.person.clear()
        for each in people:
            text = f"{each.name} · {each.team}" if each.team else each.name
            self.person.addItem(text, each.person_id)
        self.person.setCurrentIndex(self.person.findData(chosen))

    def choose(self, complaint_ids: Sequence[str], total: int) -> None:
        """``total``: how many the list has."""
        self._ids, self._total = tuple(complaint_ids), min(total, MOST)
        self._count()

    @property
    def asked(self) -> BulkAct | None:
        """None until it is said to whom, or why."""
        which, why = self.act.currentData(), self.why.text().strip()
        if which == _ASSIGN:
            owner = self.person.currentData()
            return BulkAct(owner=owner, why=why) if owner else None
        return BulkAct(to=State(which), why=why)

    def run(self) -> None:
        act, ids, desk = self.asked, self._ids, self._desk
        if act is None or not ids or not self.run_button.isEnabled():
            return
        self.run_button.setEnabled(False)
        task = desk.tasks.run(
            self,
            lambda progress, cancel: desk.handling.bulk.run(
                ids, act, progress=progress, cancel=cancel
            ),
            self._ran,
            failed=self._failed,
            progress=self.busy.report,
            writer="records",
        )
        self.busy.watch(task, self.tr("Changing %Ln complaint(s)…", "", len(ids)))

    def undo(self, bulk_id: str) -> None:
        desk = self._desk
        desk.tasks.run(
            self,
            lambda progress, cancel: desk.handling.bulk.undo(
                bulk_id, progress=progress, cancel=cancel
            ),
            self._undone,
            failed=self._failed,
            writer="records",
        )

    def retranslate(self) -> None:
        word = self._desk.language.word
        self._labels["act"].setText(self.tr("What to do"))
        self._labels["person"].setText(self.tr("Give them to"))
        self._labels["why"].setText(self.tr("Why"))
        self.act.setItemText(0, self.tr("Assign"))
        for place, state in enumerate(_STATES, start=1):
            self.act.setItemText(place, f"→ {word('state', state)}")
        for name, field in (("act", self.act), ("person", self.person), ("why", self.why)):
            field.setAccessibleName(self._labels[name].text())
        self._tell()

    def _count(self) -> None:
        """Ask what it would do now."""
        assigning = self.act.currentData() == _ASSIGN
        for widget in (self._labels["person"], self.person):
            widget.setVisible(assigning)
        act, ids, desk = self.asked, self._ids, self._desk
        self._preview = self._known = None
        self._tell()
        if act is not None and ids and may(desk.session.person, Act.ASSIGN):
            desk.tasks.run(
                self,
                lambda *_: desk.handling.bulk.preview(ids, act),
                self._counted,
                failed=self._refused,
                channel="preview",
            )

    def _counted(self, preview: BulkPreview) -> None:
        self._preview = preview
        self._tell()

    def _refused(self, error: KnownError) -> None:
        self._known = error
        self._tell()

    def _tell(self) -> None:
        self.head.setText(self.tr("%Ln complaint(s) chosen", "", len(self._ids)))
        self.all_button.setText(self.tr("Choose all %Ln of this list", "", self._total))
        self.all_button.setVisible(self._total > len(self._ids))
        self.run_button.setText(self.tr("Change"))
        allowed = may(self._desk.session.person, Act.ASSIGN)
        self.run_button.setEnabled(bool(allowed and self._preview and self._preview.count))
        for widget in (self.act, self.person, self.why):
            widget.setEnabled(allowed)
        if not allowed:
            self.told.setText(self.tr("Team leads change several complaints at once."))
        elif self._known is not None:
            self.told.setText(self._desk.language.error(self._known))
        elif self._preview is None:
            self.told.setText("")
        else:
            self._tell_preview(self._preview)

    def _tell_preview(self, preview: BulkPreview) -> None:
        word = self._desk.language.word
        states = ", ".join(
            f"{word('state', state)} {self._desk.language.number(count)}"
            for state, count in preview.from_states.items()
        )
        lines = [self.tr("%Ln will change", "", preview.count) + (f": {states}" if states else "")]
        if preview.refused:
            lines.append(self.tr("%Ln will stay as they are:", "", len(preview.refused)))
            lines += [
                f"· {self._desk.language.error(each.error)}" for each in preview.refused[:_TOLD]
            ]
            if len(preview.refused) > _TOLD:
                lines.append("· …")
        self.told.setText("\n".join(lines))
        self.run_button.setText(self.tr("Change %Ln", "", preview.count))

    def _ran(self, report: BulkReport) -> None:
        self.busy.done()
        self.why.clear()
        self._desk.acts.done.emit(
            lambda: self.tr("%Ln complaint(s) changed", "", report.done),
            lambda: self.undo(report.bulk_id),
        )
        self.changed.emit()
        self._count()

    def _undone(self, report: BulkReport) -> None:
        said = self.tr("%Ln complaint(s) put back", "", report.done)
        if report.refused:
            left = self.tr("%Ln changed since and left", "", len(report.refused))
            said = f"{said}; {left}"
        self._desk.acts.message.emit(said)
        self.changed.emit()

    def _failed(self, error: KnownError) -> None:
        self.busy.done()
        self._desk.acts.error.emit(error)
        self.changed.emit()
        self._count()
