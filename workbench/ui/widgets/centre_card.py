"""The centre in the settings: connect, how far this desk is, and what needs a person's decision."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.people import Act, Person, may
from workbench.services.sync import Unsettled
from workbench.ui.coded import FAMILIES
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.rounds import Rounds, Standing
from workbench.ui.theme import SPACE_2, SPACE_3, SPACE_4
from workbench.ui.widgets.settings_grid import settings_grid


class CentreCard(Retranslates, QFrame):
    """Hidden where the profile has no records to send (sample data)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rounds: Rounds | None = desk.rounds
        self.setProperty("role", "card")
        self.heading = QLabel(self)
        self.heading.setProperty("role", "heading")
        self.address_label, self.password_label = QLabel(self), QLabel(self)
        self.address, self.password = QLineEdit(self), QLineEdit(self)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.address.setText(desk.settings.get("centre_address"))
        self.address.setReadOnly(desk.settings.locked("centre_address"))
        self.address.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self._connect)
        for label, field in (
            (self.address_label, self.address),
            (self.password_label, self.password),
        ):
            label.setProperty("role", "muted")
            label.setBuddy(field)
        self.state = QLabel(self)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setWordWrap(True)
        self.connect_button = QPushButton(self)
        self.connect_button.clicked.connect(self._connect)
        self.new_button = QPushButton(self)
        self.new_button.setProperty("role", "link")
        self.new_button.clicked.connect(self._set_up)
        self.sync_button = QPushButton(self)
        self.sync_button.clicked.connect(self._sync)
        self.leave_button = QPushButton(self)
        self.leave_button.setProperty("role", "link")
        self.leave_button.clicked.connect(self._leave)
        acts = QHBoxLayout()
        acts.setSpacing(SPACE_2)
        for button in (self.connect_button, self.new_button, self.sync_button, self.leave_button):
            acts.addWidget(button)
        acts.addStretch(1)
        self.unsettled = QVBoxLayout()
        self.unsettled.setSpacing(SPACE_3)
        grid = settings_grid(self)
        grid.addWidget(self.heading, 0, 0, 1, 2)
        grid.addWidget(self.state, 1, 1)
        grid.addWidget(self.address_label, 2, 0)
        grid.addWidget(self.address, 2, 1)
        grid.addWidget(self.password_label, 3, 0)
        grid.addWidget(self.password, 3, 1)
        grid.addLayout(acts, 4, 1)
        grid.addLayout(self.unsettled, 5, 0, 1, 2)
        self.setVisible(self._rounds is not None)
        if self._rounds is not None:
            self._rounds.changed.connect(self._show)
        self.retranslate()

    def refresh(self) -> None:
        """Ask what waits for a person."""
        settling = self._desk.settling
        if settling is not None and self._rounds is not None:
            self._desk.tasks.run(
                self, lambda *_: settling.waiting(), self._list, channel="unsettled"
            )

    def retranslate(self) -> None:
        self.heading.setText(self.tr("Centre"))
        self.address_label.setText(self.tr("Address"))
        self.address.setPlaceholderText(self.tr("postgresql://name@host/database"))
        self.address.setAccessibleName(self.address_label.text())
        self.password_label.setText(self.tr("Password"))
        self.password.setAccessibleName(self.password_label.text())
        self.connect_button.setText(self.tr("Connect"))
        self.new_button.setText(self.tr("Set up a centre…"))
        words = self.tr("For administrators: prepare a database for all desks")
        self.new_button.setToolTip(self._desk.language.tip("sync.set_up", words))
        self.sync_button.setText(self.tr("Sync now"))
        self.leave_button.setText(self.tr("Disconnect"))
        self.leave_button.setToolTip(self.tr("Work alone; what is here stays"))
        self._show()
        self.refresh()

    def _show(self) -> None:
        rounds = self._rounds
        if rounds is None:
            return
        alone = rounds.state.place is None
        for widget in (
            self.address_label,
            self.address,
            self.password_label,
            self.password,
            self.connect_button,
        ):
            widget.setVisible(alone)
        self.new_button.setVisible(alone and may(self._desk.session.person, Act.MANAGE_PEOPLE))
        self.sync_button.setVisible(not alone)
        self.sync_button.setEnabled(rounds.standing is not Standing.ROUND)
        self.leave_button.setVisible(not alone)
        if alone:
            self.state.setText(
                self.tr("This desk works alone. Connect it to share complaints with colleagues.")
            )
        else:
            self.state.setText(f"{rounds.state.place}\n{rounds.words()}")
        if rounds.state.unsettled != self.unsettled.count():
            self.refresh()

    def _connect(self) -> None:
        service, password = self._desk.sync, self.password.text()
        address = self.address.text().strip()
        if service is None or not address:
            self.address.setFocus()
            return
        self.connect_button.setEnabled(False)
        self._desk.tasks.run(
            self,
            lambda *_: service.connect(address, password),
            self._connected,
            failed=self._failed,
            channel="connect",
        )

    def _connected(self, person: Person) -> None:
        self.connect_button.setEnabled(True)
        self.password.clear()
        self._desk.acts.message.emit(self.tr("Connected as {name}").format(name=person.name))
        self._sync()

    def _set_up(self) -> None:
        from workbench.ui.dialogs.new_centre import NewCentreDialog

        asks = NewCentreDialog(self._desk, self)
        asks.accepted.connect(lambda: self._connected(self._desk.session.person))
        asks.open()

    def _failed(self, error: object) -> None:
        self.connect_button.setEnabled(True)
        self._desk.acts.error.emit(error)

    def _sync(self) -> None:
        if self._rounds is not None:
            self._rounds.run()

    def _leave(self) -> None:
        service = self._desk.sync
        if service is not None:
            self._desk.tasks.run(
                self, lambda *_: service.disconnect(), lambda _: self._sync(), failed=self._failed
            )

    def _list(self, waiting: list[Unsettled]) -> None:
        while (item := self.unsettled.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for unsettled in waiting:
            row = UnsettledRow(self._desk, unsettled, self)
            row.settled.connect(self._settled)
            self.unsettled.addWidget(row)

    def _settled(self) -> None:
        self.refresh()
        self._sync()


class UnsettledRow(Retranslates, QFrame):
    """One change that the centre could not take as it was: both values, side by side."""

    settled = Signal()

    def __init__(self, desk: Desk, unsettled: Unsettled, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._op = unsettled.op
        self._number = str((unsettled.row or unsettled.op.body).get("number") or "")
        self._can_keep = unsettled.row is not None or self._op.why == "deleted"
        self.setProperty("role", "well")
        self.title = QLabel(self)
        self.title.setProperty("role", "strong")
        self.mine_head, self.theirs_head = QLabel(self), QLabel(self)
        for head in (self.mine_head, self.theirs_head):
            head.setProperty("role", "muted")
        self.mine_button, self.theirs_button = QPushButton(self), QPushButton(self)
        self.mine_button.clicked.connect(lambda: self._settle(mine=True))
        self.theirs_button.clicked.connect(lambda: self._settle(mine=False))
        grid = QGridLayout(self)
        grid.setHorizontalSpacing(SPACE_4)
        grid.setVerticalSpacing(SPACE_2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        grid.addWidget(self.title, 0, 0, 1, 3)
        grid.addWidget(self.mine_head, 1, 1)
        grid.addWidget(self.theirs_head, 1, 2)
        self._names: dict[str, QLabel] = {}
        for place, (name, mine, theirs) in enumerate(self._values(), start=2):
            self._names[name] = QLabel(self)
            self._names[name].setProperty("role", "muted")
            grid.addWidget(self._names[name], place, 0, Qt.AlignmentFlag.AlignTop)
            for column, value in ((1, mine), (2, theirs)):
                shown = QLabel(self._word(name, value), self)
                shown.setTextFormat(Qt.TextFormat.PlainText)
                shown.setWordWrap(True)
                shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(shown, place, column)
        last = grid.rowCount()
        grid.addWidget(self.mine_button, last, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.theirs_button, last, 2, Qt.AlignmentFlag.AlignLeft)
        self.mine_button.setEnabled(self._can_keep)
        self.retranslate()

    def retranslate(self) -> None:
        word = self._desk.language.word
        why = word("sync_why", self._op.why or "")
        self.title.setText(" · ".join(text for text in (self._number, why) if text))
        self.mine_head.setText(self.tr("Typed here"))
        by = {both.by for both in self._op.contested.values() if both.by}
        theirs = self.tr("At the centre")
        self.theirs_head.setText(f"{theirs} ({', '.join(sorted(by))})" if by else theirs)
        self.mine_button.setText(self.tr("Send mine"))
        self.theirs_button.setText(self.tr("Keep theirs"))
        for button in (self.mine_button, self.theirs_button):
            button.setToolTip(self._desk.language.tip("settling.settle"))
        for name, label in self._names.items():
            label.setText(word("complaint_field", name))

    def _word(self, name: str, value: object) -> str:
        if value is None:
            return ""
        family = FAMILIES.get(name)
        return self._desk.language.word(family, str(value)) if family else str(value)

    def _values(self) -> list[tuple[str, object, object]]:
        op = self._op
        if op.contested:
            return [(name, both.mine, both.theirs) for name, both in op.contested.items()]
        return [(name, value, None) for name, value in op.body.items()]

    def _settle(self, *, mine: bool) -> None:
        settling = self._desk.settling
        if settling is None:
            return
        keep = {name: value for name, value, _ in self._values()} if mine else {}
        for button in (self.mine_button, self.theirs_button):
            button.setEnabled(False)
        op_id = self._op.op_id
        self._desk.tasks.run(
            self,
            lambda *_: settling.settle(op_id, keep),
            lambda _: self.settled.emit(),
            failed=self._desk.acts.error.emit,
            writer="records",
        )
