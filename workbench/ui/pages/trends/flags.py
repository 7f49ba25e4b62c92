"""What is dated, on a chart: a line for each, and its name where there is room for it."""

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from workbench.domain.report import label_rows

_ROWS, _GAP, _WIDEST, _MOST_LINES, _NEAR = 3, 4, 150, 40, 5


class Flags(pg.GraphicsObject):
    """``dated``: (place on the axis, name). Names stand in three rows at the top of what is in
    view and never on one another; one without room is told by the pointer and by the cursor. More
    than forty in view are short marks alone."""

    def __init__(
        self,
        dated: Sequence[tuple[float, str]],
        bounds: QRectF,
        font: QFont,
        ink: QColor,
        paper: QColor,
    ) -> None:
        super().__init__()
        self._dated, self._bounds, self._font = tuple(dated), bounds, font
        self._ink, self._paper = QColor(ink), QColor(paper)
        self._paper.setAlphaF(0.8)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def viewRangeChanged(self) -> None:
        self.update()

    def named_near(self, scene: QPointF) -> list[str]:
        """The names of those within a few pixels of a point of the scene."""
        view = self.getViewBox()
        reach = _NEAR * view.viewPixelSize()[0]
        at = view.mapSceneToView(scene).x()
        return [name for place, name in self._dated if abs(place - at) <= reach]

    def labels(self, left: float, right: float) -> list[tuple[float, str, QRectF | None]]:
        """(x of the line, name as shown, where it stands or None) of those in view, in pixels of a
        plane whose view reaches from ``left`` to ``right``."""
        (low, high), _ = self.getViewBox().viewRange()
        scale, metrics = (right - left) / (high - low or 1), QFontMetricsF(self._font)
        shown = []
        for at, name in self._dated:
            if low <= at <= high:
                text = metrics.elidedText(f"▾{name}", Qt.TextElideMode.ElideRight, _WIDEST)
                x, wide = left + (at - low) * scale, metrics.horizontalAdvance(text)
                begins = x + 2 if x + 2 + wide <= right else x - 2 - wide
                shown.append((x, text, begins, wide))
        spans = [(begins - _GAP, begins + wide + _GAP) for _, _, begins, wide in shown]
        tall = metrics.height()
        return [
            (x, text, None if row is None else QRectF(begins, row * tall, wide, tall))
            for (x, text, begins, wide), row in zip(shown, label_rows(spans, _ROWS), strict=True)
        ]

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem | None = None,
        widget: QWidget | None = None,
    ) -> None:
        view = self.getViewBox()
        if view is None or not self._dated:
            return
        (low, high), (bottom, top) = view.viewRange()
        plane = painter.worldTransform().mapRect(QRectF(low, bottom, high - low, top - bottom))
        painter.save()
        painter.resetTransform()
        painter.setFont(self._font)
        labels = self.labels(plane.left(), plane.right())
        crowded = len(labels) > _MOST_LINES
        foot = plane.top() + 6 if crowded else plane.bottom()
        painter.setPen(
            QPen(self._ink, 1, Qt.PenStyle.SolidLine if crowded else Qt.PenStyle.DotLine)
        )
        for x, _, _ in labels:
            painter.drawLine(QPointF(x, plane.top()), QPointF(x, foot))
        painter.setPen(self._ink)
        for _, text, place in () if crowded else labels:
            if place is not None:
                place.translate(0, plane.top())
                painter.fillRect(place, self._paper)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()
