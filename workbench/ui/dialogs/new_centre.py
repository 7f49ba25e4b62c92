"""A new centre, for the one who administers it: a prepared database, its first person, connected."""

from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.errors import KnownError
from workbench.domain.people import Person, Role
from workbench.ui.desk import Desk
from workbench.ui.theme import SPACE_2, SPACE_4, SPACE_6

_SHORTEST = 8  # characters of a password


class NewCentreDialog(QDialog):
    """Accepted once the desk is connected. What was typed stays when a step is refused, and all of
    it may be tried again: what is there already is left as it is."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        me = desk.session.person
        self.setWindowTitle(self.tr("Set up a centre"))
        title = QLabel(self.tr("Set up a centre"), self)
        title.setProperty("role", "heading")
        what = QLabel(
            self.tr(
                "Prepares an empty PostgreSQL database (version 15 or newer) for the complaints of all "
                "desks, makes you its administrator and connects this desk. Colleagues are admitted "
                "afterwards, and connect with their own names."
            ),
            self,
        )
        what.setWordWrap(True)
        self.address, self.owner_password = QLineEdit(self), QLineEdit(self)
        self.address.setPlaceholderText(self.tr("postgresql://owner@host/database"))
        self.login, self.name = QLineEdit(me.person_id, self), QLineEdit(me.name, self)
        self.password, self.again = QLineEdit(self), QLineEdit(self)
        for secret in (self.owner_password, self.password, self.again):
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        form = QFormLayout()
        for label, field in (
            (self.tr("Database, with its owner's login"), self.address),
            (self.tr("Owner's password"), self.owner_password),
            (self.tr("Your login there"), self.login),
            (self.tr("Your name"), self.name),
            (self.tr("Your password (8 characters or more)"), self.password),
            (self.tr("Your password again"), self.again),
        ):
            field.setAccessibleName(label)
            field.textChanged.connect(self._look)
            form.addRow(label, field)
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self.said.setProperty("role", "danger")
        self.busy = QProgressBar(self)
        self.busy.setRange(0, 0)
        self.busy.setVisible(False)
        self.go = QPushButton(self.tr("Set up and connect"), self)
        self.go.setProperty("role", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self._begin)
        leave = QPushButton(self.tr("Cancel"), self)
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.busy, 1)
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_6, SPACE_4, SPACE_6, SPACE_4)
        column.setSpacing(SPACE_2)
        column.addWidget(title)
        column.addWidget(what)
        column.addSpacing(SPACE_2)
        column.addLayout(form)
        column.addWidget(self.said)
        column.addLayout(buttons)
        self.setMinimumWidth(560)
        self._look()

    def _look(self) -> None:
        """Say what is wrong as soon as it can be told, and let go on when nothing is."""
        password, again = self.password.text(), self.again.text()
        wrong = ""
        if password and len(password) < _SHORTEST:
            wrong = self.tr("Your password is too short.")
        elif again and again != password:
            wrong = self.tr("The two passwords differ.")
        self.said.setText(wrong)
        filled = all(f.text().strip() for f in (self.address, self.login, self.name, self.password))
        self.go.setEnabled(filled and not wrong and again == password)

    def _begin(self) -> None:
        service = self._desk.sync
        assert service is not None
        admin = Person(self.login.text().strip(), self.name.text().strip(), Role.ADMIN)
        given = self.address.text().strip(), self.owner_password.text(), admin, self.password.text()
        self.go.setEnabled(False)
        self.busy.setVisible(True)
        self._desk.tasks.run(
            self,
            lambda *_: service.begin(*given),
            lambda _: self.accept(),
            failed=self._refused,
            writer=True,
        )

    def _refused(self, error: KnownError) -> None:
        self.busy.setVisible(False)
        self.go.setEnabled(True)
        self.said.setText(self._desk.language.error(error))
