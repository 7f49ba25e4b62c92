"""Settings of notices: on or off, and the hours in which they are silent."""

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QWidget,
)

from workbench.domain.quiet_hours import HALF_HOURS
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_2
from workbench.ui.widgets.settings_grid import settings_grid


class NoticesCard(Retranslates, QFrame):
    """Takes effect at once; what the administrator of the computer decides is greyed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = desk.settings
        self.setProperty("role", "card")
        self.heading, self.note = QLabel(self), QLabel(self)
        self.heading.setProperty("role", "heading")
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        self.on = QCheckBox(self)
        self.begins, self.ends = QComboBox(self), QComboBox(self)
        self.hours, self.until = QLabel(self), QLabel(self)
        self.hours.setProperty("role", "muted")
        self.hours.setBuddy(self.begins)
        for box in (self.begins, self.ends):
            box.addItems(HALF_HOURS)
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        for widget in (self.begins, self.until, self.ends):
            row.addWidget(widget)
        row.addStretch(1)
        grid = settings_grid(self)
        grid.addWidget(self.heading, 0, 0, 1, 2)
        grid.addWidget(self.note, 1, 0, 1, 2)
        grid.addWidget(self.on, 2, 0, 1, 2)
        grid.addWidget(self.hours, 3, 0)
        grid.addLayout(row, 3, 1)
        self._fields: dict[str, QWidget] = {
            "notices": self.on,
            "quiet_from": self.begins,
            "quiet_until": self.ends,
        }
        self.on.setChecked(self._settings.get("notices"))
        self.begins.setCurrentText(self._settings.get("quiet_from"))
        self.ends.setCurrentText(self._settings.get("quiet_until"))
        self.on.clicked.connect(self._switch)
        self.begins.textActivated.connect(lambda at: self._settings.set("quiet_from", at))
        self.ends.textActivated.connect(lambda at: self._settings.set("quiet_until", at))
        self.retranslate()

    def _switch(self, on: bool) -> None:
        self._settings.set("notices", on)
        self._allow()

    def _allow(self) -> None:
        told = self.tr("Set by the administrator of this computer")
        for name, field in self._fields.items():
            locked = self._settings.locked(name)
            field.setEnabled(not locked and (name == "notices" or self.on.isChecked()))
            field.setToolTip(told if locked else "")

    def retranslate(self) -> None:
        self.heading.setText(self.tr("Notices"))
        self.note.setText(
            self.tr(
                "Deadlines that are near or have passed, incidents and customers to call back: in "
                "the system tray, or in this window where there is none. They name no customer, "
                "and wait while you type."
            )
        )
        self.on.setText(self.tr("Tell me of what is urgent"))
        self.hours.setText(self.tr("Quiet hours"))
        self.until.setText(self.tr("to"))
        for box, name in (
            (self.begins, self.tr("Quiet hours begin")),
            (self.ends, self.tr("Quiet hours end")),
        ):
            box.setAccessibleName(name)
        self._allow()
