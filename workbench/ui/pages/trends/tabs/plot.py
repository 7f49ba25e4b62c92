"""Lines over time with the band that was expected; drawn for the eye, said in words beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from workbench.domain.times import SHANGHAI, to_local
from workbench.ui.desk import Desk
from workbench.ui.theme import SMALL

_OFFSET = int(SHANGHAI.utcoffset(None).total_seconds())


@dataclass(frozen=True)
class Lines:
    """``values`` are drawn, ``expected`` dashed, ``low`` to ``high`` as a band; each follows
    ``times`` (UTC), not a number where there is none. ``marked``: from, to."""

    times: Sequence[datetime] = ()
    values: Sequence[float] = ()
    expected: Sequence[float] = ()
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    marked: tuple[datetime, datetime] | None = None
    share: bool = False  # percentages


class BandPlot(pg.PlotWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self._days, self._amounts = _Days(), _Amounts()
        super().__init__(
            parent, axisItems={"bottom": self._days, "left": self._amounts}, background=None
        )
        self._desk = desk
        self._lines = Lines()
        view = self.getPlotItem().getViewBox()
        view.setMouseEnabled(x=False, y=False)
        view.setMenuEnabled(False)
        self.getPlotItem().hideButtons()
        self.setFrameShape(self.frameShape().NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        desk.theme.changed.connect(self._draw)

    def show_lines(self, lines: Lines, said: str) -> None:
        """``said`` is the picture in words, for a screen reader."""
        self._lines = lines
        self.setAccessibleName(said)
        self._draw()

    def _draw(self) -> None:
        lines, colour, plot = self._lines, self._desk.theme.colour, self.getPlotItem()
        plot.clear()
        self.setBackground(colour("window"))
        self._amounts.share = lines.share
        for axis in (self._days, self._amounts):
            axis.setPen(pg.mkPen(colour("border")))
            axis.setTextPen(pg.mkPen(colour("muted")))
            axis.setStyle(tickFont=_small())
        if not lines.times:
            return
        x = np.array([_seconds(at) for at in lines.times])
        if len(lines.low):
            shade = colour("accent")
            shade.setAlpha(46)
            band = np.array([lines.low, lines.high], dtype=float)
            known = np.isfinite(band).all(axis=0)
            low, high = (pg.PlotCurveItem(x[known], np.maximum(side[known], 0.0)) for side in band)
            plot.addItem(pg.FillBetweenItem(low, high, brush=pg.mkBrush(shade)))
        if lines.marked is not None:
            shade = colour("danger")
            shade.setAlpha(38)
            span = [_seconds(at) for at in lines.marked]
            mark = pg.LinearRegionItem(span, movable=False, brush=pg.mkBrush(shade))
            for edge in mark.lines:
                edge.setPen(pg.mkPen(colour("danger"), width=1))
            plot.addItem(mark)
        if len(lines.expected):
            dashed = pg.mkPen(colour("accent"), width=2, style=Qt.PenStyle.DashLine)
            plot.plot(x, np.array(lines.expected, dtype=float), pen=dashed, connect="finite")
        if len(lines.values):
            drawn = np.array(lines.values, dtype=float)
            plot.plot(x, drawn, pen=pg.mkPen(colour("text"), width=1.6), connect="finite")
        seen = [v for v in (lines.values, lines.high, lines.expected) if len(v)]
        tops = [
            np.nanmax(v) for v in (np.array(s, dtype=float) for s in seen) if np.isfinite(v).any()
        ]
        plot.getViewBox().setYRange(0, max([*tops, 0.01 if lines.share else 1.0]) * 1.06, padding=0)
        plot.getViewBox().setXRange(x[0], x[-1], padding=0.01)


def _seconds(at: datetime) -> float:
    return to_local(at).timestamp()


def _small() -> QFont:
    font = QFont()
    font.setPointSize(SMALL)
    return font


class _Days(pg.DateAxisItem):
    def __init__(self) -> None:
        super().__init__("bottom", utcOffset=-_OFFSET)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """One row of dates with room between them."""
        wanted = (high - low) / max(1.0, size / 84)
        steps = (3_600, 10_800, 21_600, 43_200, *(86_400 * n for n in (1, 2, 7, 14, 28, 56, 112)))
        step = next((s for s in steps if s >= wanted), steps[-1])
        first = np.ceil((low + _OFFSET) / step) * step - _OFFSET
        return [(step, np.arange(first, high + 1, step).tolist())]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        times = [to_local(datetime(1970, 1, 1)).fromtimestamp(v, SHANGHAI) for v in values]
        return [f"{at:%H:%M}" if at.hour else f"{at:%m-%d}" for at in times]


class _Amounts(pg.AxisItem):
    share = False

    def __init__(self) -> None:
        super().__init__("left")
        self.enableAutoSIPrefix(False)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.share:
            return [f"{v:.0%}" if spacing >= 0.01 else f"{v:.1%}" for v in values]
        return [f"{v:,.0f}" if spacing >= 1 else f"{v:,.1f}" for v in values]
