"""The rules of a pack by cause, with how many failures of the last 30 days each decides."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.models.table import dot
from workbench.ui.pages.rules.presenter import Group

_LINE, _CODE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class RuleTree(Retranslates, QTreeWidget):
    chosen = Signal(str, int)  # code, line of the pack

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._groups: list[tuple[str, list[Group]]] = []
        self.setColumnCount(2)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setStretchLastSection(False)
        self.setIndentation(12)
        self.setUniformRowHeights(True)
        self.itemActivated.connect(lambda item, _: self._choose(item))
        self.itemClicked.connect(lambda item, _: self._choose(item))
        desk.theme.changed.connect(self._draw)
        self.retranslate()

    @property
    def code(self) -> str | None:
        item = self.currentItem()
        return item.data(0, _CODE) if item is not None else None

    def show_groups(self, groups: list[tuple[str, list[Group]]]) -> None:
        """What is chosen stays chosen."""
        if groups != self._groups:
            self._groups = groups
            self._draw()

    def retranslate(self) -> None:
        self.setHeaderLabels([self.tr("Rules by cause"), self.tr("30 days")])
        self.headerItem().setTextAlignment(1, Qt.AlignmentFlag.AlignRight)
        hint = self.tr("Failures of the last 30 days that the rule decides, by this text")
        self.headerItem().setToolTip(1, hint)
        self.setAccessibleName(self.tr("Rules by cause"))
        self._draw()

    def _choose(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _CODE):
            self.chosen.emit(item.data(0, _CODE), item.data(0, _LINE))

    def _draw(self) -> None:
        word, number = self._desk.language.word, self._desk.language.number
        chosen, at = self.code, self.verticalScrollBar().value()
        self.clear()
        again = None
        for name, groups in self._groups:
            whole = number(sum(group.count for group in groups))
            top = _item(self, word("cause_group", name), whole)
            font = top.font(0)
            font.setBold(True)
            top.setFont(0, font)
            for group in groups:
                node = _item(top, word("cause", group.cause), number(group.count))
                node.setIcon(0, dot(self._desk.theme.cause_colour(group.cause)))
                for rule, use in group.rules:
                    leaf = _item(node, f"{rule.code}  · {rule.priority}", number(use.first))
                    leaf.setData(0, _CODE, rule.code)
                    leaf.setData(0, _LINE, rule.line)
                    if not use.first:
                        leaf.setForeground(1, self._desk.theme.colour("faint"))
                    said = self.tr(
                        "{rule}, priority {priority}: in 30 days it holds for %Ln failure(s), decides "
                        "{first}, alone for {alone}",
                        "",
                        use.held,
                    ).format(
                        rule=rule.code,
                        priority=rule.priority,
                        first=number(use.first),
                        alone=number(use.alone),
                    )
                    leaf.setData(0, Qt.ItemDataRole.AccessibleTextRole, said)
                    leaf.setToolTip(0, said)
                    again = leaf if rule.code == chosen else again
        self.expandAll()
        if again is not None:
            self.setCurrentItem(again)
        self.verticalScrollBar().setValue(at)


def _item(parent: QTreeWidget | QTreeWidgetItem, text: str, count: str) -> QTreeWidgetItem:
    made = QTreeWidgetItem(parent, [text, count])  # type: ignore[call-overload]
    made.setTextAlignment(1, Qt.AlignmentFlag.AlignRight)
    return made
