"""Who is at this desk: asked before anything of it is shown."""

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.errors import KnownError
from workbench.services.sign_in import SignInService
from workbench.ui.i18n import Language
from workbench.ui.tasks import Tasks
from workbench.ui.theme import SPACE_2, SPACE_4, SPACE_6


class SignInDialog(QDialog):
    """Accepted once somebody has signed in. The password is looked at off the GUI thread; a wrong
    one is said in place, and what was chosen stays."""

    def __init__(
        self,
        service: SignInService,
        tasks: Tasks,
        language: Language,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._service, self._tasks, self._language = service, tasks, language
        self.setWindowTitle(self.tr("Sign in"))
        title = QLabel(self.tr("Sign in to this desk"), self)
        title.setProperty("role", "heading")
        self.who = QComboBox(self)
        self.who.setEditable(True)
        for person in service.people():
            self.who.addItem(f"{person.name} ({person.person_id})", person.person_id)
        self.who.setAccessibleName(self.tr("Person"))
        self.password = QLineEdit(self)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(self.tr("Password"))
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self.said.setProperty("role", "danger")
        self.said.setVisible(False)
        self.go = QPushButton(self.tr("Sign in"), self)
        self.go.setProperty("role", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self._sign_in)
        leave = QPushButton(self.tr("Quit"), self)
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)

        form = QFormLayout()
        form.addRow(self.tr("Person"), self.who)
        form.addRow(self.tr("Password"), self.password)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_6, SPACE_4, SPACE_6, SPACE_4)
        column.setSpacing(SPACE_2)
        column.addWidget(title)
        column.addLayout(form)
        column.addWidget(self.said)
        column.addSpacing(SPACE_4)
        column.addLayout(buttons)
        self.setMinimumWidth(420)
        self.password.setFocus()

    def _person(self) -> str:
        chosen = self.who.currentIndex()
        typed = self.who.currentText().strip()
        if chosen >= 0 and self.who.itemText(chosen) == typed:
            return str(self.who.itemData(chosen))
        return typed

    def _sign_in(self) -> None:
        if not self.password.text():
            self.password.setFocus()
            return
        person, password = self._person(), self.password.text()
        self.go.setEnabled(False)
        self._tasks.run(
            self,
            lambda progress, cancel: self._service.sign_in(person, password),
            lambda _: self.accept(),
            failed=self._refused,
            writer=True,
        )

    def _refused(self, error: KnownError) -> None:
        self.go.setEnabled(True)
        self.said.setText(self._language.error(error))
        self.said.setVisible(True)
        self.password.selectAll()
        self.password.setFocus()
