"""Over the card: that a known issue covers the attempt, how it stands, and who waits for its fix."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from workbench.domain.issue import IssueState
from workbench.domain.issue_groups import Known
from workbench.services.issue_words import fix_words, standing_words
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.models.groups import STATE_COLOURS
from workbench.ui.theme import SPACE_2, SPACE_3
from workbench.ui.widgets.badge import Badge


class KnownBar(Retranslates, QFrame):
    """Hidden where no issue is known. ``wait_wanted`` is pressed to note the customer, or to take
    the note back; ``issue_wanted(issue_id)`` to see the issue."""

    wait_wanted = Signal()
    issue_wanted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.known: Known | None = None
        self.setProperty("role", "info")
        self.state = Badge(desk.theme, self)
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.wait_button, self.issue_button = QPushButton(self), QPushButton(self)
        self.issue_button.setProperty("role", "link")
        self.wait_button.clicked.connect(self.wait_wanted)
        self.issue_button.clicked.connect(self._open)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        row.setSpacing(SPACE_2)
        row.addWidget(self.state)
        row.addWidget(self.issue_button)
        row.addWidget(self.words, 1)
        row.addWidget(self.wait_button)
        self.hide()

    def show_known(self, known: Known | None) -> None:
        self.known = known
        self.setVisible(known is not None)
        self.retranslate()

    @property
    def can_wait(self) -> bool:
        """Whether there is a fix to wait for, or a note to take back."""
        known = self.known
        return known is not None and (known.waits or known.standing.state is not IssueState.FIXED)

    def retranslate(self) -> None:
        known = self.known
        if known is None:
            return
        lang = self._desk.language.current
        colour = STATE_COLOURS[known.standing.state]
        word = self._desk.language.word("issue.state", known.standing.state)
        self.state.set(word, "neutral" if colour == "faint" else colour)
        self.state.setToolTip(standing_words(lang, known.standing))
        self.issue_button.setText(known.issue.number)
        self.issue_button.setToolTip(self.tr("Show the issue"))
        told = (known.issue.title, fix_words(lang, known.issue))
        self.words.setText(" · ".join(filter(None, told)))
        self.wait_button.setText(
            self.tr("Waits for the fix ✔ (Ctrl+I)")
            if known.waits
            else self.tr("Customer waits for the fix (Ctrl+I)")
        )
        self.wait_button.setVisible(self.can_wait)
        said = self.tr("Known issue {number}, {state}: {title}")
        self.setAccessibleName(
            said.format(number=known.issue.number, state=word, title=known.issue.title)
        )

    def _open(self) -> None:
        if self.known is not None:
            self.issue_wanted.emit(self.known.issue.issue_id)
