"""The list of a customer's attempts: two lines each, time and outcome over step and reason."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from workbench.domain.attempt import AttemptRow
from workbench.domain.diagnosis import Status
from workbench.ui.i18n import Language, local_time
from workbench.ui.models.attempts import OUTCOME_ROLES, AttemptTable, reason_words
from workbench.ui.models.table import ROW_ROLE
from workbench.ui.theme import SMALL, SPACE_1, SPACE_2, SPACE_3, Theme

_HEIGHT = 56


class Timeline(QListView):
    """Up and Down move; ``opened`` on Enter."""

    opened = Signal()

    def __init__(
        self, model: AttemptTable, language: Language, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(TimelineDelegate(language, theme, self))
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class TimelineDelegate(QStyledItemDelegate):
    def __init__(self, language: Language, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._language = language
        self._theme = theme

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(200, _HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: AttemptRow = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, option)
        box = option.rect.adjusted(SPACE_3, SPACE_2, -SPACE_3, -SPACE_2)
        upper = QRect(box.topLeft(), QSize(box.width(), box.height() // 2))
        lower = QRect(QPoint(box.left(), upper.bottom() + 1), upper.size())
        left = self._outcome(painter, option.font, upper, row)
        self._write(
            painter,
            _bold(option.font),
            self._theme.colour("text"),
            upper.adjusted(0, 0, left - upper.right() - SPACE_2, 0),
            local_time(row.occurred_at) or "—",
        )
        self._reason(painter, option.font, lower, row)
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.fillRect(option.rect, self._theme.colour("selected" if selected else "hover"))
        if selected:  # a bar as well as a shade: colour is not alone
            bar = QRect(option.rect.topLeft(), QSize(3, option.rect.height()))
            painter.fillRect(bar, self._theme.colour("accent"))
        edge = option.rect.bottom()
        painter.setPen(self._theme.colour("border"))
        painter.drawLine(option.rect.left(), edge, option.rect.right(), edge)

    def _outcome(self, painter: QPainter, font: QFont, box: QRect, row: AttemptRow) -> int:
        """A pill at the right end; returns where it begins."""
        word = self._language.word("outcome", row.outcome)
        if not word:
            return box.right()
        small = QFont(font)
        small.setPointSize(SMALL)
        metrics = QFontMetrics(small)
        pill = QRect(0, 0, metrics.horizontalAdvance(word) + 16, metrics.height() + 2)
        pill.moveRight(box.right())
        pill.moveTop(box.top() + (box.height() - pill.height()) // 2)
        role = OUTCOME_ROLES.get(row.outcome, "neutral")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(f"{role}_soft"))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setFont(small)
        painter.setPen(self._theme.colour("text" if role == "neutral" else role))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, word)
        return pill.left()

    def _reason(self, painter: QPainter, font: QFont, box: QRect, row: AttemptRow) -> None:
        step = self._language.word("step", row.step)
        reason = reason_words(self._language, row)
        left = box.left()
        if row.cause:
            colour = self._theme.cause_colour(row.cause)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QRect(left, box.center().y() - 3, 8, 8))
            left += 8 + SPACE_1 + 2
        quiet = not row.cause or row.status == Status.UNDETERMINED
        self._write(
            painter,
            font,
            self._theme.colour("muted" if quiet else "text"),
            QRect(left, box.top(), box.right() - left, box.height()),
            " · ".join(part for part in (step, reason) if part),
        )

    def _write(self, painter: QPainter, font: QFont, colour: QColor, box: QRect, text: str) -> None:
        painter.setFont(font)
        painter.setPen(colour)
        elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold
