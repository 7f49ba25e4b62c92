"""How long attempts are kept: the policy, what is beyond it, and the acts that give space back."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from workbench.domain.people import Act, may
from workbench.domain.retention import Compacted, Removed
from workbench.domain.times import to_local
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_2
from workbench.ui.widgets.settings_grid import settings_grid

_MONTHS = (None, 3, 6, 12, 24, 36, 60)


class CustodyCard(Retranslates, QFrame):
    """Shown to whoever may erase. Removing asks a second time, in place."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._state: tuple[int | None, datetime | None, Removed] | None = None
        self._said = ""
        self._sure = False
        self.setProperty("role", "card")
        self.heading = QLabel(self)
        self.heading.setProperty("role", "heading")
        self.months_label = QLabel(self)
        self.months_label.setProperty("role", "muted")
        self.months = QComboBox(self)
        for months in _MONTHS:
            self.months.addItem("", months)
        self.months_label.setBuddy(self.months)
        self.months.activated.connect(self._keep)
        self.overdue = QLabel(self)
        self.overdue.setWordWrap(True)
        self.remove_button = QPushButton(self)
        self.remove_button.clicked.connect(self._remove)
        self.keep_button = QPushButton(self)
        self.keep_button.clicked.connect(lambda: self._ask(False))
        self.compact_button = QPushButton(self)
        self.compact_button.clicked.connect(self._compact)
        acts = QHBoxLayout()
        acts.setSpacing(SPACE_2)
        for button in (self.remove_button, self.keep_button, self.compact_button):
            acts.addWidget(button)
        acts.addStretch(1)
        grid = settings_grid(self)
        grid.addWidget(self.heading, 0, 0, 1, 2)
        grid.addWidget(self.months_label, 1, 0)
        grid.addWidget(self.months, 1, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.overdue, 2, 1)
        grid.addLayout(acts, 3, 1)
        self.setVisible(may(desk.session.person, Act.ERASE))
        self.retranslate()

    def refresh(self) -> None:
        """Ask what is beyond the policy; where nobody may erase, nothing is asked."""
        if self.isVisibleTo(self.parentWidget()):
            custody = self._desk.custody
            self._desk.tasks.run(
                self, lambda *_: (custody.months(), *custody.overdue()), self._show, channel="state"
            )

    def retranslate(self) -> None:
        self.heading.setText(self.tr("Kept data"))
        self.months_label.setText(self.tr("Keep attempts"))
        self.months.setAccessibleName(self.months_label.text())
        for place, months in enumerate(_MONTHS):
            self.months.setItemText(place, self._period(months))
        self.keep_button.setText(self.tr("Keep them"))
        self.compact_button.setText(self.tr("Give disk space back"))
        self._show_state()

    def _period(self, months: int | None) -> str:
        return self.tr("%1 months").replace("%1", str(months)) if months else self.tr("For ever")

    def _show(self, state: tuple[int | None, datetime | None, Removed]) -> None:
        self._state = state
        self._show_state()

    def _show_state(self) -> None:
        months, before, counts = self._state or (None, None, Removed(0, 0, 0))
        if self.months.findData(months) < 0:
            self.months.addItem(self._period(months), months)
        self.months.setCurrentIndex(self.months.findData(months))
        number = self._desk.language.number
        if before is None:
            text = self.tr("Nothing is ever removed.")
        elif not (counts.attempts or counts.scores):
            text = self.tr("Nothing is older than %1.").replace(
                "%1", f"{to_local(before):%Y-%m-%d}"
            )
        else:
            text = (
                self.tr("Older than %1: %2 attempts, %3 customers of whom nothing else is known.")
                .replace("%1", f"{to_local(before):%Y-%m-%d}")
                .replace("%2", number(counts.attempts))
                .replace("%3", number(counts.customers))
            )
        self.overdue.setText(f"{text} {self._said}".strip())
        due = bool(counts.attempts or counts.scores)
        self.remove_button.setVisible(due)
        self.keep_button.setVisible(due and self._sure)
        remove = self.tr("Remove for good") if self._sure else self.tr("Remove them…")
        self.remove_button.setText(remove)

    def _ask(self, sure: bool) -> None:
        self._sure = sure
        self._show_state()
        (self.keep_button if sure else self.remove_button).setFocus()

    def _keep(self) -> None:
        months = self.months.currentData()
        custody = self._desk.custody
        self._said, self._sure = "", False
        self._desk.tasks.run(
            self, lambda *_: custody.keep_for(months), lambda _: self.refresh(), writer="records"
        )

    def _remove(self) -> None:
        if not self._sure:
            self._ask(True)
            return
        self._sure = False
        self._busy(self.tr("Removing…"))
        custody = self._desk.custody

        def removed(counts: Removed) -> None:
            number = self._desk.language.number(counts.attempts)
            self._done(self.tr("%1 attempts were removed.").replace("%1", number))
            self._desk.acts.data_changed.emit()

        self._desk.tasks.run(
            self, custody.drop_overdue, removed, failed=self._failed, writer="warehouse"
        )

    def _compact(self) -> None:
        self._busy(self.tr("Giving space back…"))
        custody = self._desk.custody

        def compacted(sizes: Compacted) -> None:
            mib = [f"{size / 1048576:,.1f} MiB" for size in (sizes.before, sizes.after)]
            said = self.tr("The file went from %1 to %2.")
            self._done(said.replace("%1", mib[0]).replace("%2", mib[1]))

        self._desk.tasks.run(
            self, lambda *_: custody.compact(), compacted, failed=self._failed, writer="warehouse"
        )

    def _busy(self, text: str) -> None:
        self._said = text
        for button in (self.remove_button, self.compact_button):
            button.setEnabled(False)
        self._show_state()

    def _done(self, text: str) -> None:
        for button in (self.remove_button, self.compact_button):
            button.setEnabled(True)
        self._said = text
        self.refresh()

    def _failed(self, error: object) -> None:
        self._done("")
        self._desk.acts.error.emit(error)
