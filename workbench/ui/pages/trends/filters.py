"""A filter by several values of one field: a box that says what is chosen, a list to tick."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_2
from workbench.ui.tips import plain_tip

_SEARCHED = 8  # a list longer than this gets a search line


class TickFilter(Retranslates, QComboBox):
    """``changed(values)`` when the list closes with other ticks; no tick at all means all."""

    changed = Signal(tuple)

    def __init__(self, desk: Desk, field: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.field = field
        self._values: tuple[str, ...] = ()
        self._ticked: tuple[str, ...] = ()
        self.addItem("")  # the one line that says what is ticked
        self.list = _TickList(self)
        self.list.closed.connect(self._take)
        self.retranslate()

    @property
    def ticked(self) -> tuple[str, ...]:
        return self._ticked

    def set_values(self, values: Sequence[str]) -> None:
        """What there is to tick; ticks on values that are gone are dropped."""
        self._values = tuple(values)
        self._ticked = tuple(value for value in self._ticked if value in values)
        self.retranslate()

    def set_ticked(self, values: Sequence[str]) -> None:
        """Without a signal: the page knows already."""
        self._ticked = tuple(value for value in self._values if value in values)
        self.retranslate()

    def showPopup(self) -> None:
        self.list.fill(
            [(value, self._word(value)) for value in self._values],
            self._ticked,
            self.tr("Search"),
        )
        self.list.setMinimumWidth(max(self.width(), 200))
        self.list.move(self.mapToGlobal(QPoint(0, self.height() + 2)))
        self.list.show()
        self.list.ticks.setFocus()

    def hidePopup(self) -> None:
        self.list.close()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def retranslate(self) -> None:
        field = self._desk.language.word("field", self.field)
        if not self._ticked:
            text = self.tr("All")
        elif len(self._ticked) == 1:
            text = self._word(self._ticked[0])
        else:
            text = self.tr("%Ln chosen", "", len(self._ticked))
        self.setItemText(0, text)
        words = self._desk.language.text("condition.comma").join(map(self._word, self._ticked))
        self.setToolTip(plain_tip(f"{field}: {words or text}"))
        self.setAccessibleName(f"{field}: {words or text}")

    def _word(self, value: str) -> str:
        return self._desk.language.word(self.field, value)

    def _take(self, ticked: tuple[str, ...]) -> None:
        if ticked != self._ticked:
            self._ticked = ticked
            self.retranslate()
            self.changed.emit(ticked)


class _TickList(QFrame):
    """Space ticks, typing searches, Enter or Escape closes."""

    closed = Signal(tuple)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self.search = QLineEdit(self)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.ticks = _Ticks(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_2, SPACE_2, SPACE_2, SPACE_2)
        column.setSpacing(SPACE_2)
        column.addWidget(self.search)
        column.addWidget(self.ticks)

    def fill(
        self, values: Sequence[tuple[str, str]], ticked: Sequence[str], placeholder: str
    ) -> None:
        self.search.clear()
        self.search.setPlaceholderText(placeholder)
        self.search.setAccessibleName(placeholder)
        self.search.setVisible(len(values) > _SEARCHED)
        self.ticks.clear()
        for value, word in values:
            item = QListWidgetItem(word, self.ticks)
            item.setData(Qt.ItemDataRole.UserRole, value)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(
                Qt.CheckState.Checked if value in ticked else Qt.CheckState.Unchecked
            )
        self.ticks.setCurrentRow(0)
        rows = min(10, max(1, len(values)))
        self.ticks.setFixedHeight(rows * max(24, self.ticks.sizeHintForRow(0)) + 8)
        self.adjustSize()

    def ticked(self) -> tuple[str, ...]:
        items = (self.ticks.item(row) for row in range(self.ticks.count()))
        return tuple(
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() is Qt.CheckState.Checked
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit(self.ticked())

    def _search(self, text: str) -> None:
        wanted = text.strip().casefold()
        for row in range(self.ticks.count()):
            item = self.ticks.item(row)
            item.setHidden(wanted not in item.text().casefold())


class _Ticks(QListWidget):
    """A click anywhere on a line, or Space, ticks it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.itemClicked.connect(self.turn)

    def turn(self, item: QListWidgetItem) -> None:
        checked = item.checkState() is Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentItem() is not None:
            self.turn(self.currentItem())
        else:
            super().keyPressEvent(event)
