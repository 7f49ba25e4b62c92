"""The chart's axes: local dates below, counts or percentages at the left."""

from math import ceil
from typing import Any

import pyqtgraph as pg

from workbench.domain.series import ChartData, bucket_label
from workbench.domain.times import to_local
from workbench.domain.trend import Every, Measure, TrendQuery
from workbench.ui.i18n import Language

_ROOM = 68  # pixels from one date to the next
_STEPS = {  # buckets between two dates; hours are counted from local midnight
    Every.HOUR: (1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 720),
    Every.DAY: (1, 2, 3, 7, 14, 28, 56, 91, 182, 364),
    Every.WEEK: (1, 2, 4, 8, 13, 26, 52, 104),
}


class DateAxis(pg.AxisItem):
    """The x of a chart is the number of a bucket; its label is the bucket's local date."""

    def __init__(self, language: Language) -> None:
        super().__init__("bottom")
        self._language = language
        self._data = ChartData(TrendQuery())

    def set_data(self, data: ChartData) -> None:
        self._data = data
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[Any, list[float]]]:
        buckets = self._data.buckets
        if not buckets:
            return []
        every = self._data.query.every
        most = max(1, size / _ROOM)
        wanted = max(1, ceil((high - low) / most))
        step = next((s for s in _STEPS[every] if s >= wanted), wanted)
        offset = 0
        if every is Every.HOUR:
            offset = (
                -to_local(buckets[0]).hour % step if step < 24 else -to_local(buckets[0]).hour % 24
            )
        first, last = max(0, ceil(low)), min(len(buckets) - 1, int(high))
        start = first + (offset - first) % step
        return [(step, [float(place) for place in range(start, last + 1, step)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        buckets = self._data.buckets
        every, lang = self._data.query.every, self._language.current
        if buckets and buckets[-1].year != buckets[0].year and every is not Every.HOUR:
            return [f"{to_local(buckets[int(value)]):%Y-%m-%d}" for value in values]
        return [bucket_label(buckets[int(value)], every, lang) for value in values]


class AmountAxis(pg.AxisItem):
    """Whole numbers with thousands, or percentages."""

    def __init__(self, language: Language) -> None:
        super().__init__("left")
        self._language = language
        self._rate = False
        self.enableAutoSIPrefix(False)

    def set_data(self, data: ChartData) -> None:
        self._rate = data.query.measure is Measure.FAILURE_RATE
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[Any, list[float]]]:
        levels = super().tickValues(low, high, size)
        if not self._rate:  # there are no halves of an attempt
            levels = [level for level in levels if level[0] >= 1]
        return levels[:1] if levels and len(levels[0][1]) >= 3 else levels[:2]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self._rate:
            decimals = 0 if spacing >= 0.01 else 1
            return [self._language.percent(value, decimals) for value in values]
        return [self._language.number(value) for value in values]
