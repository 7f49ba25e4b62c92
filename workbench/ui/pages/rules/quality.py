"""The quality tab: right on labelled cases, sure or not, disputed by agents, codes unknown."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.rule_desk import Agreement, Quality
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_2
from workbench.ui.widgets.empty_state import EmptyState

_Row = tuple[str, str, str]


class QualityTab(Retranslates, QWidget):
    """``codes_wanted``: to the queue of unmapped codes; ``rule_wanted``: to a rule's text."""

    codes_wanted = Signal()
    rule_wanted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._found: Quality | None = None
        self.tree = QTreeWidget(self)
        self.tree.setColumnCount(3)
        self.tree.setRootIsDecorated(True)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setStretchLastSection(False)
        self.tree.setColumnWidth(1, 150)
        self.tree.setColumnWidth(2, 76)
        self.tree.itemActivated.connect(self._activated)
        self.waiting = EmptyState(desk.theme, "timer-sand", None, self)
        self.codes = QLabel(self)
        self.codes_button = QPushButton(self)
        self.codes_button.setProperty("role", "link")
        self.codes_button.clicked.connect(self.codes_wanted)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self.waiting)
        self._stack.setCurrentIndex(1)
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        row.addWidget(self.codes)
        row.addWidget(self.codes_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_2, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self._stack, 1)
        column.addLayout(row)
        self.retranslate()

    def show_found(self, found: Quality) -> None:
        self._found = found
        self._stack.setCurrentIndex(0)
        self.retranslate()

    def retranslate(self) -> None:
        self.waiting.set_texts(self.tr("Counting…"))
        self.tree.setAccessibleName(self.tr("Quality of answers"))
        self.codes_button.setText(self.tr("Show the queue"))
        found = self._found
        self.codes.setVisible(found is not None)
        self.codes_button.setVisible(found is not None)
        if found is None:
            return
        number, percent = self._desk.language.number, self._desk.language.percent
        self.codes.setText(self.tr("%Ln code(s) that no catalogue knows", "", found.unmapped))
        self.tree.setHeaderLabels(["", self.tr("Counted"), self.tr("Share")])
        self.tree.clear()
        for title, accuracy in (
            (self.tr("Right on the accepted disagreements, by version"), found.accuracy),
            (self.tr("The version in use, by month of labelling"), found.by_label),
        ):
            self._section(
                title,
                [
                    (
                        a.version,
                        self.tr("{right} of {cases}").format(
                            right=number(a.right), cases=number(a.cases)
                        ),
                        percent(a.share) if a.share is not None else "–",
                    )
                    for a in accuracy
                ],
            )
        self._section(
            self.tr("Undetermined, by month"),
            [
                (
                    c.month,
                    self.tr("{some} of {whole}").format(
                        some=number(c.undetermined),
                        whole=number(c.determined + c.possible + c.undetermined),
                    ),
                    percent(c.share_undetermined),
                )
                for c in found.coverage
            ],
        )
        self._section(self.tr("Disputed by agents, by rule"), self._agreements(found.by_rule), True)
        self._section(self.tr("Disputed by agents, by month"), self._agreements(found.by_month))

    def _agreements(self, agreements: Sequence[Agreement]) -> list[_Row]:
        number, percent = self._desk.language.number, self._desk.language.percent
        return [
            (
                a.name,
                self.tr("{disagreed} of {complaints}, {accepted} accepted").format(
                    disagreed=number(a.disagreed),
                    complaints=number(a.complaints),
                    accepted=number(a.accepted),
                ),
                percent(a.rate),
            )
            for a in agreements
        ]

    def _section(self, title: str, rows: Sequence[_Row], of_rules: bool = False) -> None:
        head = QTreeWidgetItem(self.tree, [title])
        head.setFirstColumnSpanned(True)
        font = head.font(0)
        font.setBold(True)
        head.setFont(0, font)
        for row in rows or [(self.tr("nothing yet"), "", "")]:
            item = QTreeWidgetItem(head, list(row))
            for column in (1, 2):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
            if of_rules and rows:
                item.setData(0, Qt.ItemDataRole.UserRole, row[0])
        head.setExpanded(True)

    def _activated(self, item: QTreeWidgetItem) -> None:
        code = item.data(0, Qt.ItemDataRole.UserRole)
        if code:
            self.rule_wanted.emit(code)
