"""The left of the complaints page: work queues with their counts, saved views, group complaints."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.work_queue import CauseGroup, Queue
from workbench.services.deadlines import GROUP_SIZES
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.pages.complaints.presenter import SHELVES
from workbench.ui.theme import SMALL, SPACE_2
from workbench.ui.tips import plain_tip

_KEY = Qt.ItemDataRole.UserRole + 1
_VIEW, _GROUP = "view:", "group:"


class Queues(Retranslates, QWidget):
    """``chosen`` a shelf, ``view_chosen`` a saved view by name, ``group_chosen`` a cause that many
    complain of; ``save_view`` asks to keep the list as it is under a name, ``drop_view`` to forget
    one."""

    chosen = Signal(str)
    view_chosen = Signal(str)
    group_chosen = Signal(object)
    save_view = Signal(str)
    drop_view = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._counts: Mapping[str, int] = {}
        self._groups: dict[str, CauseGroup] = {}
        self.tree = _Tree(self)
        self.tree.setColumnCount(2)
        self.tree.header().hide()
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(0)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shelves = {key: self._item(key) for key in SHELVES}
        self._views_head = self._heading()
        self._views: dict[str, QTreeWidgetItem] = {}
        self._groups_head = self._heading()
        self._group_items: list[QTreeWidgetItem] = []
        self.tree.currentItemChanged.connect(self._chosen)
        self.tree.dropped.connect(self._drop)
        self.name = QLineEdit(self)
        self.name.returnPressed.connect(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.tree, 1)
        column.addWidget(self.name)
        self.retranslate()

    def mark(self, key: str) -> None:
        """Show which one is open; says nothing."""
        item = self._shelves.get(key) or self._views.get(key.removeprefix(_VIEW))
        self.tree.blockSignals(True)
        self.tree.setCurrentItem(item)
        self.tree.blockSignals(False)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        for key, item in self._shelves.items():
            count = counts.get(key)
            item.setText(1, self._desk.language.number(count) if count else "")
            breaching = key == Queue.BREACHING and bool(count)
            ink = self._desk.theme.colour("danger" if breaching else "muted")
            item.setForeground(1, ink)

    def show_views(self, names: Sequence[str]) -> None:
        if list(self._views) == list(names):
            return
        current = self.tree.currentItem()
        kept = current.data(0, _KEY) if current is not None else None
        self.tree.blockSignals(True)
        for item in self._views.values():
            self.tree.takeTopLevelItem(self.tree.indexOfTopLevelItem(item))
        self._views = {}
        place = self.tree.indexOfTopLevelItem(self._views_head) + 1
        for number, name in enumerate(names):
            item = QTreeWidgetItem([name, ""])
            item.setData(0, _KEY, _VIEW + name)
            item.setToolTip(0, plain_tip(name))
            self.tree.insertTopLevelItem(place + number, item)
            self._views[name] = item
            if kept == _VIEW + name:
                self.tree.setCurrentItem(item)
        self._views_head.setHidden(not names)
        self.tree.blockSignals(False)

    def show_groups(self, groups: Sequence[CauseGroup]) -> None:
        self.tree.blockSignals(True)
        for item in self._group_items:
            self.tree.takeTopLevelItem(self.tree.indexOfTopLevelItem(item))
        self._group_items = []
        self._groups = {f"{g.cause}/{g.reason_code}": g for g in groups}
        for key, group in self._groups.items():
            item = QTreeWidgetItem(["", self._desk.language.number(group.customers)])
            item.setData(0, _KEY, _GROUP + key)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.tree.addTopLevelItem(item)
            self._group_items.append(item)
        self._groups_head.setHidden(not groups)
        self.tree.blockSignals(False)
        self._name_groups()

    def retranslate(self) -> None:
        word = self._desk.language.word
        own = {
            "unsettled": self.tr("Not settled"),
            "all": self.tr("All"),
            "drafts": self.tr("My drafts"),
        }
        for key, item in self._shelves.items():
            item.setText(0, own.get(key) or word("queue", key))
        self._views_head.setText(0, self.tr("Saved views"))
        self._groups_head.setText(0, self.tr("Many customers, one reason"))
        self.tree.setAccessibleName(self.tr("Work queues"))
        self.name.setPlaceholderText(self.tr("Save this view as…"))
        self.name.setAccessibleName(self.tr("Name for the view"))
        self.name.setToolTip(self.tr("Queue, words, state and order under a name (Delete forgets)"))
        self._name_groups()
        self.show_counts(self._counts)

    def _name_groups(self) -> None:
        word = self._desk.language.word
        for item in self._group_items:
            group = self._groups[str(item.data(0, _KEY)).removeprefix(_GROUP)]
            cause = word("cause", group.cause)
            text = f"{cause} {group.reason_code}" if group.reason_code else cause
            item.setText(0, text)
            grave = group.customers >= GROUP_SIZES[1]
            hover = self.tr("{customers}, {complaints}").format(
                customers=self.tr("%Ln customer(s)", "", group.customers),
                complaints=self.tr("%Ln open complaint(s)", "", group.open),
            )
            if grave:
                hover = self.tr("Group complaint: {text}").format(text=hover)
            item.setToolTip(0, plain_tip(f"{text}\n{hover}"))
            role = "danger" if grave else "warning"
            item.setIcon(0, self._desk.theme.icon("account-group-outline", role))

    def _item(self, key: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.tree, ["", ""])
        item.setData(0, _KEY, key)
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return item

    def _heading(self) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.tree, ["", ""])
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setForeground(0, self._desk.theme.colour("faint"))
        font = item.font(0)
        font.setPointSize(SMALL)
        item.setFont(0, font)
        item.setFirstColumnSpanned(True)
        item.setHidden(True)
        return item

    def _chosen(self, item: QTreeWidgetItem | None) -> None:
        key = str(item.data(0, _KEY)) if item is not None else ""
        if key.startswith(_VIEW):
            self.view_chosen.emit(key.removeprefix(_VIEW))
        elif key.startswith(_GROUP):
            self.group_chosen.emit(self._groups[key.removeprefix(_GROUP)])
        elif key:
            self.chosen.emit(key)

    def _save(self) -> None:
        if name := self.name.text().strip():
            self.name.clear()
            self.save_view.emit(name)

    def _drop(self) -> None:
        item = self.tree.currentItem()
        key = str(item.data(0, _KEY)) if item is not None else ""
        if key.startswith(_VIEW):
            self.drop_view.emit(key.removeprefix(_VIEW))


class _Tree(QTreeWidget):
    dropped = Signal()

    def keyPressEvent(self, event) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.dropped.emit()
        else:
            super().keyPressEvent(event)
