"""Settings of the softphone door: off or on, its port, a token that is shown once."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from workbench.domain.errors import KnownError
from workbench.services.softphone import SoftphoneService
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.widgets.settings_grid import settings_grid


class SoftphoneCard(Retranslates, QFrame):
    """Takes effect at once; hidden where the program has no such door."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setProperty("role", "card")
        self.heading = QLabel(self)
        self.heading.setProperty("role", "heading")
        self.note = QLabel(self)
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        self.on = QCheckBox(self)
        self.port = QSpinBox(self)
        self.port.setRange(1024, 65535)
        self.port.setGroupSeparatorShown(False)
        self.port.setMaximumWidth(120)
        self.token = QLineEdit(self)
        self.token.setReadOnly(True)
        self.address = QLineEdit(self)
        self.address.setReadOnly(True)
        self.token_button = QPushButton(self)
        self.once = QLabel(self)
        self.once.setProperty("role", "caption")
        self.once.setWordWrap(True)
        self._labels = {name: QLabel(self) for name in ("port", "token", "address")}
        for name, field in (("port", self.port), ("token", self.token), ("address", self.address)):
            self._labels[name].setProperty("role", "muted")
            self._labels[name].setBuddy(field)
        grid = settings_grid(self)
        grid.addWidget(self.heading, 0, 0, 1, 3)
        grid.addWidget(self.note, 1, 0, 1, 3)
        grid.addWidget(self.on, 2, 0, 1, 3)
        grid.addWidget(self._labels["port"], 3, 0)
        grid.addWidget(self.port, 3, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self._labels["token"], 4, 0)
        grid.addWidget(self.token, 4, 1)
        grid.addWidget(self.token_button, 4, 2)
        grid.addWidget(self.once, 5, 1, 1, 2)
        grid.addWidget(self._labels["address"], 6, 0)
        grid.addWidget(self.address, 6, 1, 1, 2)
        self.setVisible(desk.softphone is not None)
        if desk.softphone is not None:
            self.port.setValue(desk.softphone.port)
            self.on.clicked.connect(self._switch)
            self.port.editingFinished.connect(self._move)
            self.token_button.clicked.connect(self._new_token)
        self.retranslate()

    @property
    def _service(self) -> SoftphoneService:
        assert self._desk.softphone is not None
        return self._desk.softphone

    def retranslate(self) -> None:
        self.heading.setText(self.tr("Softphone"))
        self.note.setText(
            self.tr(
                "A telephone program on this computer may bring the caller to this window. Only "
                "this computer is listened to, and only with the token."
            )
        )
        self.on.setText(self.tr("Let a softphone show callers here"))
        self._labels["port"].setText(self.tr("Port"))
        self._labels["token"].setText(self.tr("Token"))
        self._labels["address"].setText(self.tr("Address to call"))
        self.port.setAccessibleName(self.tr("Port"))
        self.token.setAccessibleName(self.tr("Token"))
        self.address.setAccessibleName(self.tr("Address to call"))
        if self._desk.softphone is not None:
            self._show()

    def _show(self) -> None:
        service = self._service
        shown = bool(self.token.text())
        self.on.setChecked(service.on)
        self.on.setEnabled(service.has_token)
        self.token_button.setText(
            self.tr("New token") if service.has_token else self.tr("Make a token")
        )
        self.token_button.setToolTip(
            self._desk.language.tip("softphone.new_token") if service.has_token else ""
        )
        self.token.setPlaceholderText(
            self.tr("kept as a hash: it cannot be shown again")
            if service.has_token
            else self.tr("none yet")
        )
        self.once.setText(
            self.tr("Copy it into the telephone program now: it is shown only this once.")
        )
        self.once.setVisible(shown)
        self.address.setText(service.address(self.token.text() or "TOKEN"))
        self.address.setCursorPosition(0)

    def _switch(self, on: bool) -> None:
        self._do(lambda: self._service.switch(on=on))

    def _move(self) -> None:
        port = self.port.value()
        if port != self._service.port:
            self._do(lambda: self._service.switch(on=self._service.on, port=port))

    def _new_token(self) -> None:
        self.token.setText(self._service.new_token())
        self._show()

    def _do(self, act) -> None:  # type: ignore[no-untyped-def]
        try:
            act()
        except KnownError as error:
            self._desk.acts.error.emit(error)
        self._show()
