"""The small charts of the dashboard: Pareto, heat map, funnel, ages. Painted, not plotted: each mark
is a place for the mouse, the keyboard and a screen reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from workbench.domain.colours import CAUSES
from workbench.ui.theme import SMALL, Theme

Keys = tuple[str | None, ...]
_STEP_NAMES = 116  # pixels that the longest name of a bar may have
_LEAST_ROW, _MOST_ROW = 15, 30


@dataclass(frozen=True)
class Spot:
    """One mark: ``share`` of the largest (0 to 1), ``part`` of it painted darker (a funnel's
    failures); ``words`` say it whole; ``value`` and ``after`` stand beside it."""

    keys: Keys
    name: str
    share: float
    value: str
    words: str
    part: float = 0.0
    after: str = ""
    colour: str = ""
    row: int = 0
    column: int = 0


class MarkPanel(QWidget):
    """``chosen(keys)`` by click, Enter or Space; ``dismissed`` by Escape. Arrows move, Home and End
    go to the ends."""

    chosen = Signal(tuple)
    dismissed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.spots: tuple[Spot, ...] = ()
        self._picked: Keys | None = None
        self._at: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(190)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        font = QFont(self.font())
        font.setPointSize(SMALL)
        self.setFont(font)
        theme.changed.connect(self.update)

    def show_spots(self, spots: Sequence[Spot], picked: Keys | None, summary: str) -> None:
        """``picked`` is the mark that all other charts are narrowed by."""
        self.spots, self._picked = tuple(spots), picked
        if self._at is not None and self._at >= len(spots):
            self._at = None
        self.setAccessibleName(summary)
        self.update()

    @property
    def cursor_at(self) -> Spot | None:
        return None if self._at is None else self.spots[self._at]

    def rect_of(self, place: int) -> QRectF:
        """Where a mark is, in pixels."""
        raise NotImplementedError

    def spot_at(self, point: QPointF) -> int | None:
        return next((n for n in range(len(self.spots)) if self.rect_of(n).contains(point)), None)

    def paint_spots(self, painter: QPainter) -> None:
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_spots(painter)
        text = self._theme.colour("text")
        for place, spot in enumerate(self.spots):
            picked = spot.keys == self._picked
            if picked or (place == self._at and self.hasFocus()):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                style = Qt.PenStyle.SolidLine if picked else Qt.PenStyle.DotLine
                painter.setPen(QPen(text, 2 if picked else 1.5, style))
                painter.drawRect(self.rect_of(place).adjusted(1, 1, -1, -1))
        painter.end()

    def dim(self, spot: Spot, colour: QColor) -> QColor:
        """What is not picked steps back."""
        if self._picked is not None and spot.keys != self._picked:
            colour.setAlphaF(0.35)
        return colour

    # by hand
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self.spot_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._go(place)
            self.chosen.emit(self.spots[place].keys)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self.spot_at(event.position())
        shape = Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor
        self.setCursor(shape)
        if place is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), self.spots[place].words, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, key = Qt.Key, event.key()
        moves = {keys.Key_Left: -1, keys.Key_Up: -1, keys.Key_Right: 1, keys.Key_Down: 1}
        if key == keys.Key_Escape:
            self.dismissed.emit()
        elif not self.spots:
            super().keyPressEvent(event)
        elif key in moves:
            self._go(self._next(Qt.Key(key), moves[Qt.Key(key)]))
        elif key in (keys.Key_Home, keys.Key_End):
            self._go(0 if key == keys.Key_Home else len(self.spots) - 1)
        elif key in (keys.Key_Return, keys.Key_Enter, keys.Key_Space) and self._at is not None:
            self.chosen.emit(self.spots[self._at].keys)
        else:
            super().keyPressEvent(event)

    def _next(self, key: Qt.Key, by: int) -> int:
        if self._at is None:
            return 0
        return min(max(self._at + by, 0), len(self.spots) - 1)

    def _go(self, place: int) -> None:
        self._at = place
        self.setAccessibleDescription(self.spots[place].words)
        changed = QAccessible.Event.DescriptionChanged
        QAccessible.updateAccessibility(QAccessibleEvent(self, changed))
        self.update()

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()


class BarsPanel(MarkPanel):
    """Bars across, one below the other: a Pareto, a funnel, ages."""

    def _row(self) -> float:
        return min(_MOST_ROW, max(_LEAST_ROW, self.height() / max(1, len(self.spots))))

    def rect_of(self, place: int) -> QRectF:
        return QRectF(0, place * self._row(), self.width(), self._row())

    def show_spots(self, spots: Sequence[Spot], picked: Keys | None, summary: str) -> None:
        self.setMinimumHeight(max(120, len(spots) * _LEAST_ROW + 4))
        super().show_spots(spots, picked, summary)

    def paint_spots(self, painter: QPainter) -> None:
        metrics, theme = QFontMetricsF(self.font()), self._theme
        text, muted = theme.colour("text"), theme.colour("muted")
        left = min(
            _STEP_NAMES, max((metrics.horizontalAdvance(s.name) for s in self.spots), default=0)
        )
        after = max((metrics.horizontalAdvance(s.after) for s in self.spots), default=0)
        beside = max((metrics.horizontalAdvance(s.value) for s in self.spots), default=0)
        room = max(20.0, self.width() - left - after - beside - 34)
        middle = Qt.AlignmentFlag.AlignVCenter
        for place, spot in enumerate(self.spots):
            rect = self.rect_of(place)
            name = metrics.elidedText(spot.name, Qt.TextElideMode.ElideRight, left)
            painter.setPen(text)
            painter.drawText(QRectF(2, rect.y(), left, rect.height()), int(middle), name)
            gap = max(2.0, rect.height() * 0.16)
            bar = QRectF(left + 10, rect.y() + gap, room * spot.share, rect.height() - 2 * gap)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.dim(spot, QColor(spot.colour)))
            painter.drawRect(bar)
            if spot.part:
                bar.setWidth(room * spot.part)
                failed = QColor(CAUSES["network_interruption"][theme.dark])
                painter.setBrush(self.dim(spot, failed))
                painter.drawRect(bar)
            painter.setPen(muted)
            at = left + 10 + room * spot.share + 6
            painter.drawText(
                QRectF(at, rect.y(), self.width() - at, rect.height()), int(middle), spot.value
            )
            where = QRectF(0, rect.y(), self.width() - 2, rect.height())
            painter.drawText(where, int(middle | Qt.AlignmentFlag.AlignRight), spot.after)


class HeatPanel(MarkPanel):
    """Rows by columns; the darker (in the dark the lighter) the more, evenly in lightness."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()

    def set_names(self, rows: Sequence[str], columns: Sequence[str]) -> None:
        self._rows, self._columns = tuple(rows), tuple(columns)

    def _cell(self) -> tuple[float, float, float, float]:
        metrics = QFontMetricsF(self.font())
        left = max((metrics.horizontalAdvance(r) for r in self._rows), default=0) + 8
        top = metrics.height() + 2
        wide = (self.width() - left) / max(1, len(self._columns))
        high = min(34.0, (self.height() - top) / max(1, len(self._rows)))
        return left, top, wide, high

    def rect_of(self, place: int) -> QRectF:
        left, top, wide, high = self._cell()
        spot = self.spots[place]
        return QRectF(left + spot.column * wide, top + spot.row * high, wide, high)

    def _next(self, key: Qt.Key, by: int) -> int:
        across = key in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        if self._at is None:
            return 0
        step = by if across else by * max(1, len(self._columns))
        return min(max(self._at + step, 0), len(self.spots) - 1)

    def paint_spots(self, painter: QPainter) -> None:
        left, top, wide, high = self._cell()
        theme, centre = self._theme, int(Qt.AlignmentFlag.AlignCenter)
        painter.setPen(theme.colour("muted"))
        step = max(1, ceil(QFontMetricsF(self.font()).horizontalAdvance("00 ") / max(1.0, wide)))
        for n, name in enumerate(self._columns):
            if n % step == 0:
                painter.drawText(QRectF(left + n * wide, 0, wide * step, top), 0, name[:2])
        for n, name in enumerate(self._rows):
            side = int(Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRectF(0, top + n * high, left, high), side, name)
        for place, spot in enumerate(self.spots):
            rect = self.rect_of(place).adjusted(0, 0, -1, -1)
            painter.fillRect(rect, QBrush(self.dim(spot, self._shade(spot.share))))
            if spot.share >= 0.6 and wide >= QFontMetricsF(self.font()).horizontalAdvance(
                spot.value
            ):
                painter.setPen(theme.colour("on_accent"))
                painter.drawText(rect, centre, spot.value)

    def _shade(self, share: float) -> QColor:
        low, high = self._theme.colour("neutral_soft"), self._theme.colour("accent")
        parts = ((a, b) for a, b in zip(low.getRgb(), high.getRgb(), strict=True))
        return QColor(*(round(a + (b - a) * share) for a, b in parts))
