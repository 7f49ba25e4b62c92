"""A year of hours: no more is drawn than there are pixels, and nothing high is lost."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from PySide6.QtGui import QColor, QPen

from workbench.domain.report import ChartKind
from workbench.domain.series import chart_data
from workbench.domain.trend import Every, TrendPoint, TrendQuery
from workbench.ui.pages.trends.chart import TrendChart
from workbench.ui.pages.trends.dense import Dense

YEAR = 8_760
RED, BLUE = QColor("#ff0000"), QColor("#0000ff")


def stacked() -> np.ndarray:
    lower = np.full(YEAR, 2.0)
    upper = np.full(YEAR, 4.0)
    upper[5_000] = 10.0  # one hour in the year
    return np.vstack([lower, upper])


def at(image, x: int, y: int) -> str:
    colour = image.pixelColor(x, y)
    return colour.name() if colour.alpha() else ""


def test_an_hour_among_thousands_keeps_its_height(qapp):
    image = Dense(stacked(), fills=[(RED, False), (BLUE, False)]).picture(
        -0.5, YEAR - 0.5, 0, 10, 1000, 100
    )
    column = round(5_000 / YEAR * 1000)
    heights = {x: sum(at(image, x, y) != "" for y in range(100)) for x in range(1000)}
    assert {x for x, high in heights.items() if high == 100} <= {column - 1, column, column + 1}
    assert max(heights.values()) == 100 and min(heights.values()) == 40


def test_parts_of_a_stack_lie_on_each_other(qapp):
    image = Dense(stacked(), fills=[(RED, False), (BLUE, False)]).picture(0, 100, 0, 10, 100, 100)
    assert [at(image, 50, y) for y in (55, 65, 85)] == ["", "#0000ff", "#ff0000"]


def test_other_is_dotted_and_what_is_beyond_the_data_is_clear(qapp):
    drawn = Dense(stacked(), fills=[(RED, False), (BLUE, True)])
    image = drawn.picture(-50, 50, 0, 10, 100, 100)
    assert {at(image, 80, y) for y in range(62, 78)} == {"", "#0000ff"}
    assert {at(image, 10, y) for y in range(100)} == {""}
    nowhere = drawn.picture(-50, -10, 0, 10, 100, 100)
    assert {at(nowhere, x, 99) for x in range(100)} == {""}


@pytest.mark.parametrize("count", [100, 720])
def test_lines_are_told_apart_by_their_dashes_and_many_points_are_drawn_thin(desk, qtbot, count):
    start = datetime(2026, 10, 1, 16)
    points = [
        TrendPoint(start + timedelta(hours=hour), (cause,), 1, 1, 1)
        for hour in range(count)
        for cause in ("high_debt", "high_concurrency")
    ]
    data = chart_data(TrendQuery(every=Every.HOUR), points)
    chart = TrendChart(desk)
    qtbot.addWidget(chart)
    chart.show_data(data, ["a", "b"], [RED, BLUE], ChartKind.LINES)
    thin = [item for item in chart._items if isinstance(item, Dense)]
    assert len(thin) == (count == 720)
    lines = thin[0]._pens if thin else [item.opts["pen"] for item in chart._items]
    assert len({pen.style() for pen in lines}) == 2


def test_a_line_has_two_points_a_pixel_and_keeps_the_highest(qapp):
    drawn = Dense(stacked()[1:], pens=[QPen(RED)])
    x, y = drawn.line(0, -0.5, YEAR - 0.5, 800)
    assert len(x) == len(y) == 1_600 and y.max() == 10 and y.min() == 4
    x, y = drawn.line(0, 4_990, 5_010, 800)
    assert list(x) == list(range(4_989, 5_012)) and y[11] == 10
