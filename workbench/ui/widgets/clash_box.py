"""Two values of each field, side by side, when somebody else changed what one was typing."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QWidget

from workbench.services.complaint_life import Clash
from workbench.ui.i18n import Retranslates, local_time
from workbench.ui.theme import SPACE_2, SPACE_3

Say = Callable[[str, object], str]  # (field, value) -> its words


class ClashBox(Retranslates, QFrame):
    """``settled(fields)``: those of which one's own value is to be sent over theirs; empty: leave
    all as it stands."""

    settled = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "warning")
        self.clashes: Sequence[Clash] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        self._grid.setHorizontalSpacing(SPACE_3)
        self._grid.setVerticalSpacing(SPACE_2)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self.head = QLabel(self)
        self.head.setWordWrap(True)
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self._grid.addWidget(self.head, 0, 0, 1, 2)
        self.mine_button, self.theirs_button = QPushButton(self), QPushButton(self)
        self.mine_button.clicked.connect(
            lambda: self._settle([clash.field for clash in self.clashes])
        )
        self.theirs_button.clicked.connect(lambda: self._settle([]))
        self._shown: list[QWidget] = []
        self.retranslate()
        self.hide()

    def show_clashes(
        self, sentence: str, clashes: Sequence[Clash], name: Callable[[str | None], str],
        field: Callable[[str], str], say: Say,
    ) -> None:  # fmt: skip
        """``name`` of a person, ``field`` of a field, ``say`` of a value."""
        self.clashes = clashes
        self.head.setText(sentence)
        for widget in self._shown:
            widget.deleteLater()
        self._shown = []
        row = 1
        for clash in clashes:
            by = f"{name(clash.by)} {local_time(clash.at)}".strip()
            for column, (who, value) in enumerate(
                ((self.tr("Yours"), clash.yours), (by or self.tr("Theirs"), clash.theirs))
            ):
                head = QLabel(f"{field(clash.field)} · {who}", self)
                head.setProperty("role", "caption")
                words = QLabel(say(clash.field, value) or "–", self)
                words.setTextFormat(Qt.TextFormat.PlainText)
                words.setWordWrap(True)
                words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._grid.addWidget(head, row, column)
                self._grid.addWidget(words, row + 1, column, Qt.AlignmentFlag.AlignTop)
                self._shown += [head, words]
            row += 2
        self._grid.addWidget(self.mine_button, row, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(self.theirs_button, row, 1, Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(sentence)
        self.show()
        self.mine_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        self.mine_button.setText(self.tr("Use mine"))
        self.theirs_button.setText(self.tr("Keep theirs"))

    def _settle(self, fields: list[str]) -> None:
        self.hide()
        self.settled.emit(fields)
