"""Customers to call because what they waited for is fixed: one after the other, struck off."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.issue_groups import Callback
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates, local_time
from workbench.ui.models.table import ROW_ROLE
from workbench.ui.theme import SPACE_2, SPACE_4


class CallbackDialog(Retranslates, QDialog):
    """Stays open beside the calls. A customer of a complaint leaves the list when that is settled."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._calls: Sequence[Callback] | None = None
        self.head = QLabel(self)
        self.head.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.itemActivated.connect(lambda _: self._open())
        self.list.currentItemChanged.connect(lambda *_: self._allow())
        self.open_button, self.called_button = QPushButton(self), QPushButton(self)
        self.open_button.clicked.connect(self._open)
        self.called_button.setProperty("role", "primary")
        self.called_button.clicked.connect(self._called)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_2)
        foot.addWidget(self.called_button)
        foot.addWidget(self.open_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
        column.setSpacing(SPACE_2)
        column.addWidget(self.head)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        self.resize(680, 420)
        self.retranslate()
        self.refresh()

    def refresh(self) -> None:
        self._desk.tasks.run(
            self,
            lambda *_: self._desk.issues.board.callbacks(),
            self._found,
            channel="callbacks",
        )

    def _found(self, calls: list[Callback]) -> None:
        self._calls = calls
        self.list.clear()
        for call in calls:
            who = "  ".join(filter(None, (call.customer_name, call.phone))) or "—"
            about = f"{call.issue.number}  {call.issue.title}"
            if call.number:
                about += f"  ·  {call.number}"
            item = QListWidgetItem(f"{who}   {local_time(call.since)}\n{about}", self.list)
            item.setData(ROW_ROLE, call)
            item.setSizeHint(QSize(0, 52))
        if calls:
            self.list.setCurrentRow(0)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.retranslate()

    def _chosen(self) -> Callback | None:
        item = self.list.currentItem()
        return item.data(ROW_ROLE) if item is not None else None

    def _open(self) -> None:
        call = self._chosen()
        if call is None:
            return
        if call.number:
            self._desk.acts.open_complaint.emit(call.number)
        elif call.customer_ref:
            self._desk.acts.open_customer.emit(call.customer_ref)

    def _called(self) -> None:
        call = self._chosen()
        if call is None or call.number or not call.customer_ref:
            return
        issue_id, ref = call.issue.issue_id, call.customer_ref

        issues = self._desk.issues.waiting

        def done(_: int) -> None:
            self._desk.acts.complaint_changed.emit()
            self._desk.acts.done.emit(lambda: self.tr("Noted as called."), take_back)
            self.refresh()

        def take_back() -> None:  # from the window's bar, which outlives this list
            self._desk.tasks.run(
                self._desk.acts,
                lambda *_: issues.not_called(issue_id, ref),
                lambda _: self._desk.acts.complaint_changed.emit(),
                writer="records",
            )

        self._desk.tasks.run(
            self,
            lambda *_: issues.called(issue_id, ref),
            done,
            writer="records",
        )

    def _allow(self) -> None:
        call = self._chosen()
        self.open_button.setEnabled(call is not None)
        self.called_button.setEnabled(call is not None and call.number is None)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Call back"))
        count = len(self._calls or ())
        said = self.tr("%Ln customer(s) waited for what is fixed now", "", count)
        self.head.setText(
            said if count or self._calls is None else self.tr("Nobody is to be called.")
        )
        self.list.setAccessibleName(said)
        self.open_button.setText(self.tr("Open"))
        self.called_button.setText(self.tr("Called"))
        self._allow()
