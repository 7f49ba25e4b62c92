"""The chart: stacked bars or areas, or lines, over time, with a cursor for mouse and keyboard."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from workbench.domain.report import ChartKind
from workbench.domain.series import ChartData, Series, bucket_label
from workbench.domain.trend import Measure, TrendQuery
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.pages.trends.axes import AmountAxis, DateAxis
from workbench.ui.pages.trends.dense import Dense
from workbench.ui.pages.trends.flags import Flags
from workbench.ui.theme import SMALL
from workbench.ui.tips import plain_tip

_BAR = 0.84  # of a bucket's width
_HEADROOM, _ROOM_FOR_NAMES = 1.06, 1.28
_MOST_BARS = 1_500  # buckets; more are drawn as an area, thinned out to the pixels that there are
_MOST_POINTS = 200  # of a line; more are drawn thin, which is ten times as fast
_FEWEST = 5  # buckets that zooming in leaves in view
_SYMBOLS = ("o", "s", "t", "d", "+", "x", "p", "h")
_DASHES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)


@dataclass(frozen=True)
class Around:
    """What stands behind and over the series: a line to compare with, buckets that still grow,
    days off, and what is dated: (place on the axis, name)."""

    before: tuple[float | None, ...] = ()
    growing: frozenset[int] = frozenset()
    weekend: frozenset[int] = frozenset()
    dated: tuple[tuple[float, str], ...] = ()


class TrendChart(Retranslates, pg.PlotWidget):
    """``opened(series, bucket)`` for a bar that was clicked or entered; series -1 for the whole
    bucket. Left and Right move over the buckets, Up and Down over the parts of a bar, Home and
    End to the ends, Plus, Minus and 0 zoom, Enter opens, Escape leaves. Every series is one item,
    however many bars it has."""

    opened = Signal(int, int)
    dismissed = Signal()
    pointed = Signal(str)  # what the cursor is on, in words; empty when it is on nothing

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        dates, amounts = DateAxis(desk.language), AmountAxis(desk.language)
        super().__init__(parent, axisItems={"bottom": dates, "left": amounts}, background=None)
        self._desk = desk
        self._axes = (dates, amounts)
        self.data = ChartData(TrendQuery())
        self._labels: tuple[str, ...] = ()
        self._colours: tuple[QColor, ...] = ()
        self._tops = np.zeros((0, 0))
        self._kind, self._around, self._stacked = ChartKind.BARS, Around(), True
        self._cursor: tuple[int, int] | None = None
        self._items: list[pg.GraphicsObject] = []
        self._flags: Flags | None = None
        self._frame = pg.BarGraphItem(x=[0], height=[0], width=0)
        self._frame.setZValue(10)
        view = self.getPlotItem().getViewBox()
        view.setMouseEnabled(x=True, y=False)
        view.setMenuEnabled(False)
        view.disableAutoRange()  # what is in view is said by ``show_data`` and by hand
        view.setDefaultPadding(0)
        self.getPlotItem().hideButtons()
        self.getPlotItem().setContentsMargins(0, 4, 4, 0)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(self.frameShape().NoFrame)
        self._pressed_at: QPointF | None = None
        desk.theme.changed.connect(self._restyle)
        self._restyle()

    # what it shows
    def show_data(
        self,
        data: ChartData,
        labels: Sequence[str],
        colours: Sequence[QColor],
        kind: ChartKind = ChartKind.BARS,
        around: Around | None = None,
    ) -> None:
        """``labels`` and ``colours`` follow the series."""
        same_place = self.data.buckets == data.buckets
        self._kind, self._around = kind, around or Around()
        self._stacked = data.stacked and kind is not ChartKind.LINES
        self.data, self._labels, self._colours = data, tuple(labels), tuple(colours)
        values = np.array([series.values for series in data.series], dtype=float)
        self._tops = np.cumsum(values, axis=0) if self._stacked and values.size else values
        if not same_place:
            self._cursor = None
        for axis in self._axes:
            axis.set_data(data)
        self._draw()
        self.getPlotItem().getViewBox().setYRange(0, self._height(), padding=0)
        if same_place:
            self._point(self._cursor_if_there())
        else:
            self.show_all()
            self._point(None)

    def _height(self) -> float:
        before = [value for value in self._around.before if value is not None]
        top = max([float(self._tops.max()) if self._tops.size else 0.0, *before])
        return top * (_ROOM_FOR_NAMES if self._around.dated else _HEADROOM) or 1.0

    def show_all(self) -> None:
        """Every bucket in view."""
        count = max(1, len(self.data.buckets))
        view = self.getPlotItem().getViewBox()
        view.setLimits(xMin=-0.5, xMax=count - 0.5, minXRange=min(_FEWEST, count))
        view.setXRange(-0.5, count - 0.5, padding=0)

    def recolour(self, colours: Sequence[QColor]) -> None:
        self._colours = tuple(colours)
        self._draw()

    def open_bar(self, series: int, bucket: int) -> None:
        """As a click on it does: the cursor goes there, and it opens."""
        self._point((series, bucket))
        self.opened.emit(series, bucket)

    def centre_of(self, series: int, bucket: int) -> QPointF:
        """Where a bar is on the widget, in pixels."""
        top = self._tops[series, bucket]
        middle = top
        if self._stacked:
            middle = top - self.data.series[series].values[bucket] / 2
        view = self.getPlotItem().getViewBox()
        return QPointF(self.mapFromScene(view.mapViewToScene(QPointF(bucket, float(middle)))))

    def bar_at(self, place: QPointF) -> tuple[int, int] | None:
        """(series, bucket) at a point of the widget; None beside the bars."""
        view = self.getPlotItem().getViewBox()
        if not self._tops.size or not view.sceneBoundingRect().contains(
            self.mapToScene(place.toPoint())
        ):
            return None
        at = view.mapSceneToView(QPointF(self.mapToScene(place.toPoint())))
        bucket = floor(at.x() + 0.5)
        if not 0 <= bucket < len(self.data.buckets) or at.y() < 0:
            return None
        tops = self._tops[:, bucket]
        if self._stacked:
            series = int(np.searchsorted(tops, at.y(), side="left"))
            return (series, bucket) if series < len(tops) else None
        near = int(np.argmin(np.abs(tops - at.y())))
        reach = 8 * view.viewPixelSize()[1]
        return (near, bucket) if abs(tops[near] - at.y()) <= reach else None

    @property
    def cursor_at(self) -> tuple[int, int] | None:
        """(series, bucket); series -1 is the whole bucket."""
        return self._cursor

    def words(self, series: int, bucket: int) -> str:
        """``11月11日 · 高并发拥堵: 42 (31%)``"""
        language, data = self._desk.language, self.data
        when = bucket_label(data.buckets[bucket], data.query.every, language.current, full=True)
        if bucket in self._around.growing:
            when += " " + self.tr("(not complete yet)")
        begun = [name for at, name in self._around.dated if floor(at + 0.5) == bucket]
        if series < 0:
            return " · ".join((when, self._amount(data.whole(bucket)), *begun))
        one = data.series[series]
        said = f"{when} · {self._labels[series]}: {self._amount(one.values[bucket])}"
        if data.query.measure is Measure.FAILURE_RATE:
            failures, attempts = one.failures[bucket], one.attempts[bucket]
            counts = self.tr("{failures} of %Ln attempt(s)", "", attempts).format(
                failures=language.number(failures)
            )
            return f"{said} ({counts})"
        whole = data.whole(bucket)
        return f"{said} ({language.percent(one.values[bucket] / whole, 0)})" if whole else said

    def _amount(self, value: float) -> str:
        language = self._desk.language
        if self.data.query.measure is Measure.FAILURE_RATE:
            return language.percent(value)
        return language.number(value)

    def _cursor_if_there(self) -> tuple[int, int] | None:
        if self._cursor is not None and self._cursor[0] < len(self.data.series):
            return self._cursor
        return None

    # drawing
    def _draw(self) -> None:
        plot = self.getPlotItem()
        for item in self._items:
            plot.removeItem(item)
        self._items = []
        count = len(self.data.buckets)
        places = np.arange(count, dtype=float)
        no_pen = QPen(Qt.PenStyle.NoPen)
        dense = count > (_MOST_BARS if self._stacked else _MOST_POINTS)
        if dense:
            self._draw_dense()
        for at, series in enumerate(() if dense else self.data.series):
            colour = self._colours[at]
            if self._stacked and self._kind is ChartKind.AREA:
                item = pg.PlotDataItem(
                    places, self._tops[at], fillLevel=0, brush=_brush(colour, series.other),
                    pen=pg.mkPen(self._desk.theme.colour("surface"), width=1),
                )  # fmt: skip
                item.setZValue(-at)  # the lower parts over the higher ones
            elif self._stacked:
                values = np.array(series.values)
                seen = np.flatnonzero(values)
                item = pg.BarGraphItem(
                    x=places[seen],
                    y0=(self._tops[at] - values)[seen],
                    height=values[seen],
                    width=_BAR if count < 200 else 1.0,
                    # parts are told from each other in grey, too
                    pen=pg.mkPen(self._desk.theme.colour("surface")) if count < 200 else no_pen,
                    brush=_brush(colour, series.other),
                )
            else:
                pen = QPen(colour, 0)
                pen.setWidthF(2)
                pen.setCosmetic(True)
                pen.setStyle(_DASHES[at % len(_DASHES)])  # colour is not alone
                told = self._told(series)
                item = pg.PlotDataItem(
                    places[told], self._tops[at][told], pen=pen,
                    symbol="o" if count < 60 else None, symbolSize=6, symbolBrush=colour, symbolPen=None,
                )  # fmt: skip
                item.setSymbol(_SYMBOLS[at % len(_SYMBOLS)] if count < 60 else None)
            plot.addItem(item)
            self._items.append(item)
        self._draw_around()
        plot.removeItem(self._frame)
        plot.addItem(self._frame)
        self._mark()

    def _told(self, series: Series) -> np.ndarray:
        """Where a line has a value: no attempts have no rate, and are not a rate of nought."""
        return np.array([value is not None for value in self.data.known(series)])

    def _draw_dense(self) -> None:
        """Lines of one pixel: a wider one of many points is slow. Dashes tell them from each other as
        long as their points are far enough apart to show any."""
        if not self._tops.size:
            return
        pens = [QPen(colour, 0) for colour in self._colours]
        if len(self.data.buckets) <= _MOST_BARS:
            for at, pen in enumerate(pens):
                pen.setStyle(_DASHES[at % len(_DASHES)])
        others = zip(self._colours, self.data.series, strict=True)
        fills = [(colour, series.other) for colour, series in others]
        tops = self._tops
        if not self._stacked:
            places, told = np.arange(tops.shape[1]), [self._told(one) for one in self.data.series]
            tops = np.array([
                np.interp(places, places[seen], row[seen]) if seen.any() else row
                for row, seen in zip(tops, told, strict=True)
            ])  # fmt: skip
        item = Dense(tops, () if self._stacked else pens, fills if self._stacked else ())
        self.getPlotItem().addItem(item)
        self._items.append(item)

    def _draw_around(self) -> None:
        """Days off behind, what still grows hatched, the line to compare with, dated things."""
        plot, theme, around, added = self.getPlotItem(), self._desk.theme, self._around, []
        height = self._height()

        def band(places: frozenset[int], brush: QBrush, z: float) -> None:
            where = np.array(sorted(places), dtype=float)
            item = pg.BarGraphItem(
                x=where, y0=np.zeros(len(where)), height=np.full(len(where), height), width=1.0,
                pen=QPen(Qt.PenStyle.NoPen), brush=brush,
            )  # fmt: skip
            item.setZValue(z)
            added.append(item)

        if around.weekend and len(self.data.buckets) <= _MOST_BARS:
            band(around.weekend, QBrush(theme.colour("window")), -50)
        if around.growing:
            band(around.growing, QBrush(theme.colour("surface"), Qt.BrushStyle.BDiagPattern), 5)
            veil = QColor(theme.colour("surface"))
            veil.setAlphaF(0.45)
            band(around.growing, QBrush(veil), 4)
        if around.before:
            values = np.array([np.nan if v is None else v for v in around.before])
            pen = QPen(theme.colour("text"), 0)
            pen.setWidthF(1.6)
            pen.setCosmetic(True)
            pen.setStyle(Qt.PenStyle.DashLine)
            line: pg.GraphicsObject
            if len(values) > _MOST_BARS:
                pen.setWidthF(1)
                line = Dense(values[np.newaxis], pens=[pen])
            else:
                line = pg.PlotDataItem(np.arange(len(values), dtype=float), values, pen=pen,
                                       connect="finite")  # fmt: skip
            line.setZValue(6)
            added.append(line)
        self._flags = None
        if around.dated:
            bounds = QRectF(-0.5, 0, max(1, len(self.data.buckets)), height)
            ink, paper = theme.colour("muted"), theme.colour("surface")
            self._flags = Flags(around.dated, bounds, self._small(), ink, paper)
            self._flags.setZValue(7)
            added.append(self._flags)
        for item in added:
            plot.addItem(item)
        self._items += added

    def _mark(self) -> None:
        """A frame around what the cursor is on."""
        if self._cursor is None or not self._tops.size:
            self._frame.setVisible(False)
            return
        series, bucket = self._cursor
        top = float(self._tops[:, bucket].max() if series < 0 else self._tops[series, bucket])
        if series < 0:
            height = top
        elif self._stacked:
            height = self.data.series[series].values[bucket]
        else:
            height = top
        pen = QPen(self._desk.theme.colour("text"), 0)
        pen.setWidthF(2)
        pen.setCosmetic(True)
        self._frame.setOpts(
            x=[bucket], y0=[top - height], height=[height], width=0.96, pen=pen,
            brush=QBrush(Qt.BrushStyle.NoBrush),
        )  # fmt: skip
        self._frame.setVisible(True)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSize(SMALL)
        return font

    def _restyle(self) -> None:
        theme, font = self._desk.theme, self._small()
        for name in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(name)
            axis.setTextPen(theme.colour("muted"))
            axis.setPen(theme.colour("border"))
            axis.setTickPen(theme.colour("border"))
            axis.setTickFont(font)
            axis.setStyle(tickLength=0, tickTextOffset=6)
        self.getPlotItem().getAxis("bottom").setHeight(QFontMetrics(font).height() + 10)
        self.getPlotItem().getAxis("left").setGrid(40)
        self.setBackground(theme.colour("surface"))
        self._draw()

    def retranslate(self) -> None:
        for part in (self, self.viewport()):
            part.setAccessibleName(self.tr("Chart over time"))
        for axis in self._axes:
            axis.picture = None  # its labels are painted once and kept
            axis.update()
        self._say()

    # the mouse
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed_at = self._pressed_at, None
        if pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if (event.position() - pressed).manhattanLength() > 4:
            return  # it was a drag
        found = self.bar_at(event.position())
        if found is not None:
            self.open_bar(*found)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        found = self.bar_at(event.position()) if not event.buttons() else None
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor
        )
        words = self.words(*found) if found else self._named_near(event.position())
        if words:
            if QToolTip.text() != words or not QToolTip.isVisible():
                QToolTip.showText(event.globalPosition().toPoint(), words, self)
        else:
            QToolTip.hideText()

    def _named_near(self, place: QPointF) -> str:
        if self._flags is None or self._pressed_at is not None:
            return ""
        return plain_tip("\n".join(self._flags.named_near(self.mapToScene(place.toPoint()))))

    def leaveEvent(self, event: QEvent) -> None:
        QToolTip.hideText()
        super().leaveEvent(event)

    # the keyboard
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = event.key(), Qt.Key
        steps = {keys.Key_Left: -1, keys.Key_Right: 1}
        if not self.data.buckets:
            super().keyPressEvent(event)
        elif key in steps:
            self._move(steps[key])
        elif key in (keys.Key_Home, keys.Key_End):
            self._move_to(0 if key == keys.Key_Home else len(self.data.buckets) - 1)
        elif key in (keys.Key_Up, keys.Key_Down):
            self._climb(1 if key == keys.Key_Up else -1)
        elif key in (keys.Key_Return, keys.Key_Enter, keys.Key_Space) and self._cursor:
            self.open_bar(*self._cursor)
        elif key in (keys.Key_Plus, keys.Key_Equal, keys.Key_Minus):
            self._zoom(1.5 if key == keys.Key_Minus else 1 / 1.5)
        elif key == keys.Key_0:
            self.show_all()
        elif key == keys.Key_Escape:
            self._point(None)
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)

    def _move(self, by: int) -> None:
        last = len(self.data.buckets) - 1
        if self._cursor is None:
            self._move_to(0 if by > 0 else last)
        else:
            self._move_to(min(max(self._cursor[1] + by, 0), last))

    def _move_to(self, bucket: int) -> None:
        series = self._cursor[0] if self._cursor else -1
        if series >= 0 and not self.data.series[series].values[bucket]:
            series = -1
        self._point((series, bucket))
        self._keep_in_view(bucket)

    def _climb(self, by: int) -> None:
        """To the next part of the bar that there is; past the ends lies the whole bar."""
        if self._cursor is None:
            self._move_to(len(self.data.buckets) - 1)
            return
        series, bucket = self._cursor
        parts = [-1] + [s for s, one in enumerate(self.data.series) if one.values[bucket]]
        if not self._stacked:  # upwards is to the next higher line
            parts[1:] = sorted(parts[1:], key=lambda s: self.data.series[s].values[bucket])
        at = parts.index(series) if series in parts else 0
        self._point((parts[(at + by) % len(parts)], bucket))

    def _keep_in_view(self, bucket: int) -> None:
        view = self.getPlotItem().getViewBox()
        low, high = view.viewRange()[0]
        if bucket - 0.5 < low:
            view.translateBy(x=bucket - 0.5 - low)
        elif bucket + 0.5 > high:
            view.translateBy(x=bucket + 0.5 - high)

    def _zoom(self, factor: float) -> None:
        view = self.getPlotItem().getViewBox()
        low, high = view.viewRange()[0]
        centre = self._cursor[1] if self._cursor else (low + high) / 2
        view.scaleBy(x=factor, center=QPointF(centre, 0))

    def _point(self, cursor: tuple[int, int] | None) -> None:
        self._cursor = cursor
        self._mark()
        self._say()

    def _say(self) -> None:
        words = self.words(*self._cursor) if self._cursor else ""
        self.setAccessibleDescription(words)
        self.pointed.emit(words)
        if words:
            changed = QAccessible.Event.DescriptionChanged
            QAccessible.updateAccessibility(QAccessibleEvent(self, changed))


def _brush(colour: QColor, other: bool) -> QBrush:
    """'Other' is dotted: it is no cause of its own."""
    return QBrush(colour, Qt.BrushStyle.Dense4Pattern) if other else QBrush(colour)
