"""The list under the search box: chosen with the arrows while the letters stay in the box."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.palette import Kind, Offer
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3, SPACE_4, Theme

_ROLE = Qt.ItemDataRole.UserRole + 1
_ROW = 32
_MOST = 12  # rows without a scroll bar
_ICONS = {
    Kind.LOOK_UP: "magnify",
    Kind.ACT: "chevron-right",
    Kind.HERE: "gesture-tap-button",
    Kind.SETTING: "cog-outline",
    Kind.CUSTOMER: "account-outline",
    Kind.COMPLAINT: "message-alert-outline",
}


class PaletteList(QFrame):
    """A child of the window, under ``box``; never takes the keyboard from it."""

    def __init__(self, theme: Theme, box: QLineEdit, window: QWidget) -> None:
        super().__init__(window)
        self._box = box
        self.setObjectName("palette")
        self.list = QListWidget(self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Line(theme, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_1, SPACE_1, SPACE_1, SPACE_1)
        column.addWidget(self.list)
        self.hide()

    @property
    def chosen(self) -> Offer | None:
        item = self.list.currentItem()
        return item.data(_ROLE) if item is not None and self.isVisible() else None

    def show_offers(self, offers: Sequence[Offer], *, choose: bool, keep: bool = False) -> None:
        """``choose``: the first is chosen; ``keep``: or the one that was and is still there."""
        before = self.chosen if keep else None
        self.list.clear()
        for offer in offers:
            item = QListWidgetItem(offer.title, self.list)
            item.setData(_ROLE, offer)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{offer.title} {offer.note}".strip())
            item.setSizeHint(QSize(0, _ROW))
        if not offers:
            self.hide()
            return
        names = [offer.name for offer in offers]
        if before is not None and before.name in names:
            self.list.setCurrentRow(names.index(before.name))
        elif choose:
            self.list.setCurrentRow(0)
        self._place(len(offers))
        self.show()
        self.raise_()

    def move(self, step: int) -> None:  # type: ignore[override]
        """Up or down, round at the ends."""
        count = self.list.count()
        if count:
            now = self.list.currentRow()
            start = now if now >= 0 else (-1 if step > 0 else count)
            self.list.setCurrentRow((start + step) % count)

    def _place(self, count: int) -> None:
        window = self.parentWidget()
        assert window is not None
        corner = self._box.mapTo(window, QPoint(0, self._box.height() + SPACE_1))
        height = min(count, _MOST) * _ROW + 2 * SPACE_1 + 2
        height = min(height, window.height() - corner.y() - SPACE_4)
        self.setGeometry(QRect(corner, QSize(self._box.width(), height)))


class _Line(QStyledItemDelegate):
    """Icon, title, and at the right edge what goes with it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        offer: Offer = index.data(_ROLE)
        theme = self._theme
        painter.save()
        rect = option.rect
        over = QStyle.StateFlag.State_MouseOver
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("selected"))
        elif option.state & over:
            painter.fillRect(rect, theme.colour("hover"))
        side = 18
        top = rect.top() + (rect.height() - side) // 2
        icon = theme.icon(offer.icon or _ICONS[offer.kind], "muted")
        icon.paint(painter, QRect(rect.left() + SPACE_2, top, side, side))
        inner = rect.adjusted(SPACE_2 + side + SPACE_2, 0, -SPACE_3, 0)
        metrics = option.fontMetrics
        note = metrics.elidedText(offer.note, Qt.TextElideMode.ElideRight, inner.width() // 2)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(option.font)
        painter.setPen(theme.colour("muted"))
        painter.drawText(inner, int(middle | Qt.AlignmentFlag.AlignRight), note)
        width = inner.width() - metrics.horizontalAdvance(note) - SPACE_3
        title = metrics.elidedText(offer.title, Qt.TextElideMode.ElideRight, width)
        painter.setPen(theme.colour("text"))
        painter.drawText(inner, int(middle | Qt.AlignmentFlag.AlignLeft), title)
        painter.restore()
