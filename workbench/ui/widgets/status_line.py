"""The status bar: who is at the desk, where the data goes, how much there is, which rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from workbench.domain.people import Person
from workbench.ui.i18n import Language, Retranslates
from workbench.ui.theme import SPACE_2

if TYPE_CHECKING:
    from workbench.ui.rounds import Rounds

_MESSAGE = 200  # px for what has just happened


class StatusLine(Retranslates, QStatusBar):
    """Short messages on the left; the standing facts on the right."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._person: Person | None = None
        self._attempts: int | None = None
        self._complaints: int | None = None
        self._rules = ""
        self._rounds: Rounds | None = None
        self.setSizeGripEnabled(False)
        self.counts, self.rules, self.sync, self.who = (QLabel(self) for _ in range(4))
        self._facts = (self.counts, self.rules, self.sync, self.who)
        for label in self._facts:
            label.setProperty("role", "caption")
            label.setContentsMargins(SPACE_2, 0, SPACE_2, 0)
            self.addPermanentWidget(label)

    def set_person(self, person: Person) -> None:
        self._person = person
        self.retranslate()

    def set_rounds(self, rounds: Rounds) -> None:
        self._rounds = rounds
        rounds.changed.connect(self.retranslate)

    def set_store(self, attempts: int, complaints: int, rules_version: str) -> None:
        self._attempts, self._complaints, self._rules = attempts, complaints, rules_version
        self.retranslate()

    def retranslate(self) -> None:
        if self._person is not None:
            role = self._language.word("role", self._person.role.value)
            self.who.setText(f"{self._person.name} · {role}")
            self.who.setToolTip(self.tr("Who is at the desk, and in which role"))
            if self._rounds is None or self._rounds.state.place is None:
                self.sync.setText(self.tr("Local only"))
                self.sync.setToolTip(self.tr("Everything is kept on this computer"))
            else:
                self.sync.setText(self._rounds.words())
                self.sync.setToolTip(self._rounds.state.place)
        if self._attempts is not None and self._complaints is not None:
            attempts = self.tr("%Ln attempt(s)", "", self._attempts)
            complaints = self.tr("%Ln complaint(s)", "", self._complaints)
            self.counts.setText(f"{attempts} · {complaints}")
            self.rules.setText(self.tr("Rules {version}").format(version=self._rules))
            self.rules.setToolTip(self.tr("Version of the rule pack that explains attempts"))
        for label in self._facts:
            label.setAccessibleName(label.text())
        self._show_what_fits()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_what_fits()

    def _show_what_fits(self) -> None:
        """Beside a message; who and where the data goes are the last to give way."""
        left = self.width() - _MESSAGE
        for label in reversed(self._facts):
            left -= label.sizeHint().width() + SPACE_2
            label.setVisible(bool(label.text()) and left >= 0)
