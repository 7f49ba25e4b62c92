"""Periods to compare with, and which of them still grow."""

from datetime import datetime, timedelta

import pytest

from workbench.domain.trend import Against, Every, TrendFilter, earlier, incomplete

MONDAY = datetime(2026, 11, 15, 16)  # UTC: Monday 16 November begins in Shanghai
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "against", "back"),
    [
        (30, Against.PREVIOUS, 30),
        (30, Against.SAME_WEEKDAYS, 35),
        (7, Against.SAME_WEEKDAYS, 7),
        (1, Against.SAME_WEEKDAYS, 7),
        (8, Against.SAME_WEEKDAYS, 14),
    ],
)
def test_a_period_is_compared_with_one_as_long_before_it(days, against, back) -> None:
    kept = (("channel", ("h5",)),)
    where = earlier(TrendFilter(MONDAY, MONDAY + DAY * days, kept), against)
    assert (where.start, where.end) == (MONDAY - DAY * back, MONDAY + DAY * (days - back))
    assert where.equals == kept


@pytest.mark.parametrize(
    ("newest", "now", "grows"),
    [
        (MONDAY + 20 * HOUR, MONDAY + 20 * HOUR, True),  # today
        (MONDAY + 24 * HOUR, MONDAY + 24.2 * HOUR, True),  # the last attempts are on their way
        (MONDAY + 24 * HOUR, MONDAY + 25 * HOUR, False),
        (MONDAY + 20 * HOUR, MONDAY + 90 * DAY, True),  # the file ends in the evening
        (MONDAY + 23.9 * HOUR, MONDAY + 90 * DAY, False),  # ... or at midnight
        (MONDAY + 40 * DAY, MONDAY + 90 * DAY, False),
    ],
)
def test_a_day_is_incomplete_until_all_that_belongs_to_it_can_be_known(newest, now, grows) -> None:
    assert incomplete(MONDAY, Every.DAY, newest, now) is grows
