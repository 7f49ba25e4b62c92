"""An event by hand: what it was, when, and which attempts it is about."""

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from workbench.domain.event import KINDS, DatedEvent
from workbench.domain.times import from_local
from workbench.ui.desk import Desk

_EXAMPLE = "channel=h5;step=face"


class EventDialog(QDialog):
    """``taken(DatedEvent)`` once; times are typed as Shanghai's clocks have them."""

    taken = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Add an event"))
        self.kind = QComboBox(self)
        for kind in KINDS:
            self.kind.addItem(desk.language.word("event", kind), kind)
        self.name = QLineEdit(self)
        self.name.setMinimumWidth(280)
        now = QDateTime.currentDateTime()
        self.starts, self.ends = QDateTimeEdit(now, self), QDateTimeEdit(now.addSecs(3600), self)
        for edit in (self.starts, self.ends):
            edit.setDisplayFormat("yyyy-MM-dd HH:mm")
            edit.setCalendarPopup(True)
        self.has_end = QCheckBox(self.tr("Until"), self)
        self.ends.setEnabled(False)
        self.has_end.toggled.connect(self.ends.setEnabled)
        self.scope = QLineEdit(self)
        self.scope.setPlaceholderText(_EXAMPLE)
        self.problem = QLabel(self)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.hide()
        until = QHBoxLayout()
        until.addWidget(self.has_end)
        until.addWidget(self.ends, 1)
        form = QFormLayout(self)
        form.addRow(self.tr("Kind"), self.kind)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("From"), self.starts)
        form.addRow("", until)
        form.addRow(self.tr("Only attempts with"), self.scope)
        form.addRow(self.problem)
        ok, cancel = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel
        self.buttons = QDialogButtonBox(ok | cancel, self)
        self.buttons.accepted.connect(self._take)
        self.buttons.rejected.connect(self.reject)
        form.addRow(self.buttons)
        for widget, name in ((self.starts, self.tr("From")), (self.ends, self.tr("Until"))):
            widget.setAccessibleName(name)

    def _take(self) -> None:
        starts = from_local(self.starts.dateTime().toPython())
        ends = from_local(self.ends.dateTime().toPython()) if self.has_end.isChecked() else None
        name = " ".join(self.name.text().split())
        if not name:
            return self._refuse(self.tr("Give the event a name."), self.name)
        if ends is not None and ends <= starts:
            return self._refuse(self.tr("The end must be after the start."), self.ends)
        self.taken.emit(DatedEvent(self.kind.currentData(), name, starts, ends, self.scope.text()))
        self.accept()

    def _refuse(self, words: str, where: QWidget) -> None:
        self.problem.setText(words)
        self.problem.show()
        where.setFocus()
