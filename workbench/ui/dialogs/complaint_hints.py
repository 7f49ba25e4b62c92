"""Beside what is typed: the customer's other complaints, an incident, earlier ones alike."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.domain.complaint import Complaint, ComplaintDraft
from workbench.domain.guidance import Guidance
from workbench.domain.hints import Hints
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates, local_time
from workbench.ui.pausing import after_pause
from workbench.ui.theme import SPACE_1, SPACE_2
from workbench.ui.tips import plain_tip

if TYPE_CHECKING:
    from workbench.ui.dialogs.guide_window import GuideWindow

_PAUSE_MS = 250  # after the last keystroke
_ROWS = 6


class HintsPanel(Retranslates, QFrame):
    """Asks a moment after the last keystroke, off the GUI thread; hidden while there is nothing to
    say. ``wanted`` opens a complaint, ``join`` adds the words to it instead of a new one,
    ``symptom`` takes what the words tell."""

    wanted = Signal(str)
    join = Signal(object)
    symptom = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._draft: ComplaintDraft | None = None
        self.hints = Hints()
        self.guide_window: GuideWindow | None = None
        self.setProperty("role", "well")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE_2, SPACE_1, SPACE_2, SPACE_1)
        self._column.setSpacing(0)
        self._rows: list[QWidget] = []
        self._pause = after_pause(self, _PAUSE_MS, self._ask)
        self.hide()

    def follow(self, draft: ComplaintDraft | None) -> None:
        """The draft as it stands now."""
        other = (draft.draft_id if draft else None) != (
            self._draft.draft_id if self._draft else None
        )
        self._draft = draft
        if other:
            self._show(Hints())
        if draft is not None:
            self._pause.start()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("While you type"))
        self._show(self.hints)

    def _ask(self) -> None:
        draft, typing = self._draft, self._desk.typing
        if draft is not None and self.window().isVisible():
            self._desk.tasks.run(
                self,
                lambda *_: typing.hints(draft),
                lambda hints: self._answer(draft, hints),
                failed=lambda _: None,  # help that fails must not disturb
                channel="hints",
            )

    def _answer(self, draft: ComplaintDraft, hints: Hints) -> None:
        if self._draft is not None and self._draft.draft_id == draft.draft_id:
            self._show(hints)

    def _show(self, hints: Hints) -> None:
        self.hints = hints
        for row in self._rows:
            row.deleteLater()
        self._rows = []
        word = self._desk.language.word
        if hints.symptom is not None:
            told = self.tr("Sounds like: {symptom}").format(symptom=word("symptom", hints.symptom))
            symptom = hints.symptom
            self._row("lightbulb-outline", told, (self.tr("Use it"), lambda: self.symptom.emit(symptom)))  # fmt: skip
        if hints.incident is not None:
            said = self.tr("Incident “{name}” since {time}").format(
                name=hints.incident.name or word("cause", hints.incident.cause),
                time=local_time(hints.incident.starts_at),
            )
            self._row("alert-outline", said)
        for guide in hints.guides:
            title = guide.title[self._desk.language.current]
            self._row(
                "book-open-outline", title,
                (self.tr("Open"), lambda guide=guide: self._guide(guide)),
            )  # fmt: skip
        for complaint in hints.duplicates:
            same = complaint.complaint_id in hints.same_reason
            kind = self.tr("same reason") if same else self.tr("same customer")
            told = f"{complaint.number} · {kind} · {word('state', complaint.state)}"
            self._row(
                "account-outline", told, self._opening(complaint),
                (self.tr("Add to it"), lambda c=complaint: self.join.emit(c)),
                hover=complaint.description,
            )  # fmt: skip
        for like in hints.similar:
            found = like.complaint
            what = found.resolution or found.description
            self._row(
                "text-search", f"{found.number} · {' '.join(what.split())}",
                self._opening(found), hover=f"{found.description}\n\n{found.resolution or ''}".strip(),
            )  # fmt: skip
        self.setVisible(bool(self._rows))

    def _guide(self, guide: Guidance) -> None:
        from workbench.ui.dialogs.guide_window import GuideWindow

        if self.guide_window is None:
            self.guide_window = GuideWindow(self._desk, self.window())
        self.guide_window.show_guide(guide)

    def _opening(self, complaint: Complaint) -> tuple[str, Callable[[], None]]:
        return self.tr("Open"), lambda: self.wanted.emit(complaint.complaint_id)

    def _row(
        self, icon: str, text: str, *acts: tuple[str, Callable[[], None]], hover: str = ""
    ) -> None:
        if len(self._rows) >= _ROWS:
            return
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_2)
        mark = QLabel(row)
        mark.setPixmap(
            self._desk.theme.icon(icon, "muted").pixmap(QSize(16, 16), mark.devicePixelRatioF())
        )
        label = _Elided(text, row)
        label.setToolTip(plain_tip(hover[:1000]))
        line.addWidget(mark)
        line.addWidget(label, 1)
        for name, act in acts:
            button = QPushButton(name, row)
            button.setProperty("role", "link")
            button.setAccessibleName(f"{name} {text}")
            button.clicked.connect(lambda _=False, act=act: act())
            line.addWidget(button)
        self._column.addWidget(row)
        self._rows.append(row)


class _Elided(QLabel):
    """One line, plain, cut at its end where there is no room."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMinimumWidth(40)
        self._whole = text
        self.setText(text)

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        room = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(room)
        super().resizeEvent(event)
