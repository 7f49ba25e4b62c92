"""Series of many thousand buckets, drawn with no more work than there are pixels."""

from collections.abc import Sequence
from math import ceil, floor

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget


class Dense(pg.GraphicsObject):
    """``values`` has a row for each series. With pens they are lines; with fills (colour, dotted)
    they are areas from the axis up, the first in front. Of the buckets in one pixel an area shows
    the highest, a line the lowest and the highest."""

    def __init__(
        self,
        values: np.ndarray,
        pens: Sequence[QPen] = (),
        fills: Sequence[tuple[QColor, bool]] = (),
    ) -> None:
        super().__init__()
        self._values, self._pens, self._fills = values, pens, fills
        top = float(np.nanmax(values)) if values.size else 0.0
        self._bounds = QRectF(-0.5, 0, values.shape[1], top)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def viewRangeChanged(self) -> None:
        self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem | None = None,
        widget: QWidget | None = None,
    ) -> None:
        view = self.getViewBox()
        if view is None or not self._values.size:
            return
        (low, high), (bottom, top) = view.viewRange()
        wide, tall = max(2, round(view.width())), max(2, round(view.height()))
        if self._fills:
            image = self.picture(low, high, bottom, top, wide, tall)
            where = painter.worldTransform().mapRect(QRectF(low, bottom, high - low, top - bottom))
            painter.save()
            painter.resetTransform()
            painter.drawImage(where, image)
            painter.restore()
        for row, pen in enumerate(self._pens):
            painter.setPen(pen)
            x, y = self.line(row, low, high, wide)
            painter.drawPath(pg.arrayToQPath(x, y, connect="finite"))

    def picture(
        self, low: float, high: float, bottom: float, top: float, wide: int, tall: int
    ) -> QImage:
        """The areas of a part of the plane, pixel by pixel; clear where there is nothing."""
        count = self._values.shape[1]
        places = np.floor(low + 0.5 + np.arange(wide) / wide * (high - low)).astype(np.int64)
        inside = (places >= 0) & (places < count)
        first, last = max(0, int(places[0])), min(count, int(places[-1]) + 1)
        pixels = np.zeros((tall, wide), np.uint32)
        if first < last:
            starts = np.clip(places, first, last - 1) - first
            highest = np.maximum.reduceat(self._values[:, first:last], starts, axis=1)
            rows = np.arange(tall)[:, np.newaxis]
            dots = (rows + np.arange(wide)) % 2 == 0
            heads = np.rint((top - highest) / (top - bottom) * tall)
            for head, (colour, dotted) in reversed(list(zip(heads, self._fills, strict=True))):
                filled = (rows >= head) & inside
                pixels[filled] = 0  # what is behind does not shine through the dots
                pixels[filled & dots if dotted else filled] = colour.rgba()
        form = QImage.Format.Format_ARGB32
        return QImage(pixels.tobytes(), wide, tall, wide * 4, form)

    def line(self, row: int, low: float, high: float, wide: int) -> tuple[np.ndarray, np.ndarray]:
        """The points of a line in view, two a pixel at most."""
        first, last = max(0, floor(low) - 1), min(self._values.shape[1], ceil(high) + 2)
        seen, count = self._values[row, first:last], max(0, last - first)
        if count <= 2 * wide:
            return np.arange(first, last, dtype=float), seen
        starts = (np.arange(wide) * count) // wide
        x = np.repeat(starts + first, 2).astype(float)
        y = np.empty(2 * wide)
        y[0::2], y[1::2] = np.minimum.reduceat(seen, starts), np.maximum.reduceat(seen, starts)
        return x, y
