"""An issue's tickets outside: file, link one that exists, open, see how it stands there."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.errors import Busy, KnownError
from workbench.domain.people import Act, may
from workbench.domain.times import to_local
from workbench.services.tickets import TicketService
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3, SPACE_4
from workbench.ui.widgets.badge import Badge
from workbench.ui.widgets.ticket_presenter import Found, Line, Standing, TicketPresenter

_ROLES = {
    Standing.QUEUED: "warning",
    Standing.WRITING: "warning",
    Standing.STOPPED: "danger",
    Standing.DIFFERS: "warning",
    Standing.LEVEL: "neutral",
}


class TicketCard(Retranslates, QFrame):
    """``choose`` an issue; ``changed`` when its tickets are others. Talking to trackers is done off
    the GUI thread, and what cannot be told waits and goes by itself."""

    changed = Signal()

    def __init__(self, desk: Desk, tickets: TicketService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._tickets = desk, tickets
        self._may_file = may(desk.session.person, Act.FILE_TICKETS)
        self._error: KnownError | None = None
        self._busy = False
        self.presenter = TicketPresenter(self)
        self.setProperty("role", "card")
        self.heading = QLabel(self)
        self.heading.setProperty("role", "heading")
        self.follow_button = QPushButton(self)
        self.follow_button.setIcon(desk.theme.icon("refresh", "text"))
        self.follow_button.clicked.connect(self.presenter.retry)
        self.rows: list[TicketRow] = []
        self.empty = _words(self, "muted")
        self.trouble = _words(self, "danger")
        self.trouble.hide()
        self.tracker = QComboBox(self)
        self.tracker.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.file_button = QPushButton(self)
        self.file_button.setProperty("role", "primary")
        self.file_button.clicked.connect(lambda: self.presenter.file(self.tracker.currentText()))
        self.key = QLineEdit(self)
        self.key.setClearButtonEnabled(True)
        self.key.returnPressed.connect(self._link)
        self.key.textChanged.connect(lambda _: self._enable())
        self.link_button = QPushButton(self)
        self.link_button.clicked.connect(self._link)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_2)
        head.addWidget(self.heading, 1)
        head.addWidget(self.follow_button)
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE_3)
        self.form = QWidget(self)
        file_row, link_row = QHBoxLayout(), QHBoxLayout()
        for row, widgets in ((file_row, (self.tracker, self.file_button)),
                             (link_row, (self.key, self.link_button))):  # fmt: skip
            row.setSpacing(SPACE_2)
            row.addWidget(widgets[0], 1)
            row.addWidget(widgets[1])
        form = QVBoxLayout(self.form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(SPACE_2)
        form.addLayout(file_row)
        form.addLayout(link_row)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
        column.setSpacing(SPACE_3)
        column.addLayout(head)
        column.addWidget(self.empty)
        column.addLayout(self._list)
        column.addWidget(self.trouble)
        column.addWidget(self.form)
        column.addStretch(1)

    def choose(self, issue_id: str | None) -> None:
        """Show another issue's tickets; None: no issue's."""
        self._error = None
        self.key.clear()
        self.presenter.choose(issue_id)
        self._show()

    def refresh(self) -> None:
        self.presenter.refresh()

    # what the presenter asks for (Asks)
    def ask(self, issue_id: str) -> None:
        service = self._tickets

        def work(*_: object) -> Found:
            return Found(service.trackers(), service.of(issue_id), service.waiting(issue_id))

        self._desk.tasks.run(self, work, self._filled, channel="tickets")

    def file(self, issue_id: str, tracker: str) -> None:
        def work() -> None:
            self._tickets.file(issue_id, tracker)
            self._run()

        self._act(work)

    def link(self, issue_id: str, tracker: str, key: str) -> None:
        self._act(lambda: self._tickets.link(issue_id, tracker, key), self.key.clear)

    def unlink(self, issue_id: str, tracker: str) -> None:
        self._act(lambda: self._tickets.unlink(issue_id, tracker))

    def give_up(self, issue_id: str, tracker: str) -> None:
        self._act(lambda: self._tickets.drop(issue_id, tracker))

    def write_state(self, issue_id: str) -> None:
        def work() -> None:
            self._tickets.write_state(issue_id)
            self._run()

        self._act(work)

    def retry(self, issue_id: str) -> None:
        def work() -> None:
            self._tickets.retry(issue_id)
            self._tickets.follow()

        self._act(work)

    def keep_token(self, issue_id: str, tracker: str, token: str) -> None:
        def work() -> None:
            self._tickets.set_token(tracker, token)
            self._run()

        self._act(work)

    def _run(self) -> None:
        """What is saved waits in any case; another window may be telling it just now."""
        try:
            self._tickets.run()
        except Busy as busy:
            if busy.key != "tickets_elsewhere":
                raise

    def _act(self, work: Callable[[], Any], then: Callable[[], object] | None = None) -> None:
        self._busy, self._error = True, None
        self._enable()
        self._show_trouble()

        def done(_: object) -> None:
            if then is not None:
                then()
            ended(None)

        def ended(error: KnownError | None) -> None:
            self._busy, self._error = False, error
            self._show_trouble()
            self._enable()
            self.presenter.refresh()
            self.changed.emit()

        self._desk.tasks.run(self, lambda *_: work(), done, failed=ended, writer="trackers")

    def _link(self) -> None:
        self.presenter.link(self.tracker.currentText(), self.key.text())

    # what is shown
    def _filled(self, found: Found) -> None:
        self.presenter.found(found)
        self._show()

    def _show(self) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [TicketRow(self._desk, line, self) for line in self.presenter.lines]
        for row in self.rows:
            row.chosen.connect(self._row_act)
            self._list.addWidget(row)
        chosen = self.tracker.currentText()
        self.tracker.clear()
        self.tracker.addItems(self.presenter.free)
        self.tracker.setCurrentIndex(max(0, self.tracker.findText(chosen)))
        self.retranslate()

    def _row_act(self, act_of: "TicketRow", act: str) -> None:
        line = act_of.line
        match act:
            case "open":
                QDesktopServices.openUrl(QUrl(line.url))
            case "write":
                self.presenter.write_state()
            case "retry":
                self.presenter.retry()
            case "let_go":
                self.presenter.let_go(line)
            case "token":
                self.presenter.keep_token(line, act_of.token.text())

    def retranslate(self) -> None:
        self.heading.setText(self.tr("Tickets"))
        self.follow_button.setText(self.tr("Read again"))
        self.file_button.setText(self.tr("File a ticket"))
        self.file_button.setToolTip(self._desk.language.tip("tickets.file"))
        self.link_button.setText(self.tr("Link"))
        self.key.setPlaceholderText(self.tr("Number or address of a ticket that exists"))
        self.key.setAccessibleName(self.key.placeholderText())
        self.tracker.setAccessibleName(self.tr("Tracker"))
        for row in self.rows:
            row.set_rights(self._may_file)
        self._show_empty()
        self._show_trouble()
        self._enable()

    def _show_empty(self) -> None:
        presenter = self.presenter
        if presenter.issue_id is None:
            text = self.tr("Choose an issue: its tickets in other trackers stand here.")
        elif not presenter.trackers and not presenter.lines:
            text = self.tr(
                "No tracker is set up. An administrator adds one: workbench tracker add NAME"
            )
        elif not presenter.lines:
            text = self.tr("No ticket yet. What is filed names no customer.")
        else:
            text = ""
        self.empty.setText(text)
        self.empty.setVisible(bool(text))

    def _show_trouble(self) -> None:
        said = self._desk.language.error(self._error) if self._error is not None else ""
        self.trouble.setText(said)
        self.trouble.setVisible(bool(said))

    def _enable(self) -> None:
        presenter = self.presenter
        self.form.setVisible(
            self._may_file and presenter.issue_id is not None and bool(presenter.free)
        )
        self.follow_button.setVisible(self._may_file and bool(presenter.lines))
        for widget in (self.file_button, self.follow_button, *self.rows):
            widget.setEnabled(not self._busy)
        self.link_button.setEnabled(not self._busy and bool(self.key.text().strip()))


class TicketRow(Retranslates, QWidget):
    """One ticket; ``chosen`` with itself and what is to be done: open, write, retry, let_go,
    token."""

    chosen = Signal(object, str)

    def __init__(self, desk: Desk, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.line = desk, line
        self._may_file = False
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setProperty("role", "strong")
        self.badge = Badge(desk.theme, self)
        self.state = _words(self, "muted")
        self.open_button, self.write_button, self.retry_button, self.let_go_button = (
            QPushButton(self) for _ in range(4)
        )
        acts = QHBoxLayout()
        acts.setSpacing(SPACE_2)
        for button, act in self._acts().items():
            button.clicked.connect(lambda _=False, a=act: self.chosen.emit(self, a))
            acts.addWidget(button)
        acts.addStretch(1)
        self.token = QLineEdit(self)
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token_button = QPushButton(self)
        self.token_button.clicked.connect(lambda: self.chosen.emit(self, "token"))
        self.token.returnPressed.connect(self.token_button.click)
        tokens = QHBoxLayout()
        tokens.setSpacing(SPACE_2)
        tokens.addWidget(self.token, 1)
        tokens.addWidget(self.token_button)
        head = QHBoxLayout()
        head.setSpacing(SPACE_2)
        head.addWidget(self.title, 1)
        head.addWidget(self.badge)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_1)
        column.addLayout(head)
        column.addWidget(self.state)
        column.addLayout(tokens)
        column.addLayout(acts)
        self.retranslate()

    def _acts(self) -> dict[QPushButton, str]:
        return {
            self.open_button: "open",
            self.write_button: "write",
            self.retry_button: "retry",
            self.let_go_button: "let_go",
        }

    def set_rights(self, may_file: bool) -> None:
        self._may_file = may_file
        self.retranslate()

    def retranslate(self) -> None:
        line = self.line
        self.title.setText(f"{line.tracker} · {line.key}" if line.key else line.tracker)
        self.badge.set(self._badge(), _ROLES[line.standing])
        self.state.setText(self._sentence())
        self.open_button.setText(self.tr("Open in the browser"))
        self.write_button.setText(self.tr("Write our state"))
        self.retry_button.setText(self.tr("Try again"))
        self.retry_button.setToolTip(self._desk.language.tip("tickets.retry"))
        self.let_go_button.setText(self.tr("Unlink") if line.key else self.tr("Give up"))
        for button in self._acts():
            button.setAccessibleName(f"{button.text()}: {self.title.text()}")
        self.token.setPlaceholderText(self.tr("A new token for the keyring"))
        self.token.setAccessibleName(self.token.placeholderText())
        self.token_button.setText(self.tr("Keep token"))
        for widget in (self.token, self.token_button):
            widget.setVisible(self._may_file and line.wants_token)
        self.open_button.setVisible(bool(line.url))
        self.write_button.setVisible(self._may_file and line.standing is Standing.DIFFERS)
        waits = line.standing in (Standing.STOPPED, Standing.QUEUED, Standing.WRITING)
        self.retry_button.setVisible(self._may_file and waits and line.tries > 0)
        self.let_go_button.setVisible(self._may_file)

    def _badge(self) -> str:
        line = self.line
        if line.standing is Standing.STOPPED:
            return self.tr("✘ refused")
        if line.standing is Standing.QUEUED:
            return self.tr("… waits")
        state = self._desk.language.word("ticketstate", line.state)
        return f"≠ {state}" if line.standing is Standing.DIFFERS else state

    def _sentence(self) -> str:
        line, language = self.line, self._desk.language
        if line.error is not None:
            said = language.error(line.error)
            if line.standing is Standing.STOPPED or line.next_at is None:
                return said
            again = self.tr("Next try {time}.").format(time=f"{to_local(line.next_at):%H:%M}")
            return f"{said} {again}"
        if line.standing is Standing.QUEUED:
            return self.tr("Kept; it goes as soon as the tracker can be reached.")
        parts = []
        if line.native:
            parts.append(self.tr("there: {state}").format(state=line.native))
        if line.standing is Standing.DIFFERS:
            parts.append(
                self.tr("moved over there; here it is {state}").format(
                    state=language.word("ticketstate", line.wanted)
                )
            )
        if line.standing is Standing.WRITING:
            parts.append(self.tr("our state is on its way"))
        if line.followed_at is not None:
            at = to_local(line.followed_at)
            parts.append(self.tr("read {time}").format(time=f"{at:%m-%d %H:%M}"))
        return " · ".join(parts)


def _words(parent: QWidget, role: str) -> QLabel:
    """A label that wraps and takes nothing for markup."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label
