"""What checking says: the tab of findings, and that of cases and agents' disagreements."""

from collections.abc import Mapping

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.people import Act, may
from workbench.domain.rule_desk import Labelled
from workbench.services.rule_words import finding_words
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.models.rules import (
    CaseTable,
    FindingTable,
    Found,
    LabelledTable,
    Said,
    Tried,
)
from workbench.ui.models.table import ROW_ROLE, set_up
from workbench.ui.pages.rules.presenter import Checked
from workbench.ui.theme import SPACE_2
from workbench.ui.widgets.empty_state import EmptyState

_ROW_HEIGHT = 28


def table_of(model: QAbstractItemModel, widths: Mapping[int, int], parent: QWidget) -> QTableView:
    """Its rows stand in the order in which they come."""
    table = QTableView(parent)
    table.setModel(model)
    set_up(table, widths, newest_by=-1, row_height=_ROW_HEIGHT)
    table.setSortingEnabled(False)
    return table


def plain_label(parent: QWidget) -> QLabel:
    """The whole of what a list cuts short."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(True)
    label.hide()
    return label


class LintTab(Retranslates, QWidget):
    """``go`` asks for a line and column of the pack."""

    go = Signal(int, int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.model = FindingTable(desk.language, desk.theme, self)
        widths = {Found.LINE: 52, Found.RULE: 64, Found.GRAVE: 72}
        self.table = table_of(self.model, widths, self)
        self.table.activated.connect(self._open)
        self.table.clicked.connect(self._open)
        self.table.selectionModel().currentChanged.connect(lambda *_: self._say_whole())
        self.whole = plain_label(self)
        self.empty = EmptyState(desk.theme, "check-circle-outline", None, self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_2, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self._stack, 1)
        column.addWidget(self.whole)
        self._checked: Checked | None = None
        self.retranslate()

    def show_checked(self, checked: Checked) -> None:
        self._checked = checked
        self.model.show(checked.findings)
        if checked.findings:
            self.table.selectRow(0)
        self._stack.setCurrentIndex(0 if checked.findings else 1)
        self.retranslate()

    def _open(self, index: QModelIndex) -> None:
        finding = index.data(ROW_ROLE)
        if finding is not None:
            self.go.emit(finding.line, finding.column)

    def _say_whole(self) -> None:
        """The sentence that the list cuts short."""
        finding = self.table.currentIndex().data(ROW_ROLE)
        lang = self._desk.language.current
        self.whole.setText(finding_words(lang, finding) if finding is not None else "")
        self.whole.setVisible(finding is not None)

    def retranslate(self) -> None:
        self._say_whole()
        self.table.setAccessibleName(self.tr("What is wrong"))
        if self._checked is None:
            said = self.tr("Checking…")
        elif self._checked.error is not None:
            said = self.tr("The pack cannot be read; the mark in the text says where.")
        else:
            said = self.tr(
                "Nothing found: no rule that is never or always true, shadowed or without texts, no "
                "value or unit that cannot be, no gap, no dead code."
            )
        self.empty.set_texts(said)


class CasesTab(Retranslates, QWidget):
    """``go`` asks for a line of the cases; ``settle`` says of a disagreement whether it is right;
    ``write`` asks for the accepted ones among the cases."""

    go = Signal(str, int)  # file, line
    settle = Signal(object, bool)  # Labelled
    write = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._may_edit = may(desk.session.person, Act.EDIT_RULES)
        self.title, self.said_title = QLabel(self), QLabel(self)
        for label in (self.title, self.said_title):
            label.setProperty("role", "strong")
            label.setWordWrap(True)
        self.model = CaseTable(desk.language, desk.theme, self)
        widths = {
            Tried.PASSED: 74, Tried.TARGET: 112, Tried.EXPECTED: 88, Tried.FOUND: 82,
            Tried.PLACE: 56,
        }  # fmt: skip
        self.table = table_of(self.model, widths, self)
        self.table.activated.connect(self._open)
        self.table.clicked.connect(self._open)
        self.said = LabelledTable(desk.language, desk.theme, self)
        widths = {
            Said.RIGHT: 76, Said.STATUS: 88, Said.CHOSEN: 120, Said.NOW: 130, Said.NUMBER: 124,
            Said.TIME: 126, Said.BY: 64,
        }  # fmt: skip
        self.labelled = table_of(self.said, widths, self)
        self.labelled.activated.connect(self._open_attempt)
        self.labelled.selectionModel().currentChanged.connect(lambda *_: self._allow())
        self.nobody = EmptyState(desk.theme, "thumb-up-outline", None, self)
        self.accept_button, self.refuse_button = QPushButton(self), QPushButton(self)
        self.write_button = QPushButton(self)
        self.accept_button.clicked.connect(lambda: self._settle(True))
        self.refuse_button.clicked.connect(lambda: self._settle(False))
        self.write_button.clicked.connect(self.write)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.labelled)
        self._stack.addWidget(self.nobody)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        for button in (self.accept_button, self.refuse_button, self.write_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_2, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.title)
        column.addWidget(self.table, 1)
        column.addWidget(self.said_title)
        column.addWidget(self._stack, 1)
        column.addLayout(buttons)
        self._checked: Checked | None = None
        self.retranslate()

    def show_checked(self, checked: Checked) -> None:
        """What failed first."""
        self._checked = checked
        self.model.show(sorted(checked.cases, key=lambda c: c.passed))
        chosen = self._chosen()
        self.said.show(checked.labelled)
        again = next(
            (i for i, c in enumerate(checked.labelled) if chosen and c.case_id == chosen.case_id), 0
        )
        if checked.labelled:
            self.labelled.selectRow(again)
        self._stack.setCurrentIndex(0 if checked.labelled else 1)
        self.retranslate()

    def _chosen(self) -> Labelled | None:
        found = self.labelled.currentIndex().data(ROW_ROLE)
        return found if isinstance(found, Labelled) else None

    def _open(self, index: QModelIndex) -> None:
        result = index.data(ROW_ROLE)
        if result is not None:
            self.go.emit(result.case.file, result.case.line)

    def _open_attempt(self, index: QModelIndex) -> None:
        case = index.data(ROW_ROLE)
        if case is not None and case.attempt_id:
            self._desk.acts.open_attempt.emit(case.attempt_id)

    def _settle(self, accept: bool) -> None:
        case = self._chosen()
        if case is not None:
            self.settle.emit(case, accept)

    def _allow(self) -> None:
        case = self._chosen()
        status = case.status if self._may_edit and case is not None else None
        self.accept_button.setEnabled(status in ("new", "refused"))
        self.refuse_button.setEnabled(status in ("new", "accepted"))
        accepted = any(case.status == "accepted" for case in self.said.rows)
        self.write_button.setEnabled(self._may_edit and accepted)

    def retranslate(self) -> None:
        checked = self._checked
        number = self._desk.language.number
        if checked is not None and checked.case_error is not None:
            self.title.setText(self._desk.language.error(checked.case_error))
        elif checked is not None:
            self.title.setText(
                self._desk.language.text(
                    "cli.rules_cases",
                    cases=number(len(checked.cases)),
                    failed=number(len(checked.failed)),
                )
            )
        rows = [case for case in self.said.rows if case.status != "refused"]
        self.said_title.setText(
            self.tr(
                "Agents' disagreements: {right} answered as they say, {wrong} otherwise"
            ).format(
                right=number(sum(c.right is True for c in rows)),
                wrong=number(sum(c.right is False for c in rows)),
            )
        )
        self.nobody.set_texts(
            self.tr(
                "No agent disagrees with a reason. A disagreement said on a complaint stands here, "
                "as a test for every later version."
            )
        )
        self.table.setAccessibleName(self.tr("Cases"))
        self.labelled.setAccessibleName(self.tr("Agents' disagreements"))
        self.accept_button.setText(self.tr("Agent is right"))
        self.refuse_button.setText(self.tr("Agent is wrong"))
        self.write_button.setText(self.tr("Add to cases"))
        self.accept_button.setToolTip(self.tr("A test from now on that every release must pass"))
        self.write_button.setToolTip(
            self.tr("Write the accepted ones beside the pack, with masked facts")
        )
        self.labelled.setToolTip(self.tr("Enter opens the attempt's card"))
        self._allow()
        self._stack.setMinimumHeight(120)
        self.setFocusProxy(self.table)
        self.table.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
