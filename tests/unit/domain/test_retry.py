"""When another attempt stays within the limits."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.retry import CALENDAR, PERIODS, ROLLING, after, cap_ends, months_after
from workbench.domain.times import from_local, to_local

moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31))


def local(*parts: int) -> datetime:
    return from_local(datetime(*parts))


@pytest.mark.parametrize(
    ("period", "most", "times", "end"),
    [
        ("24h", 3, [local(2026, 11, 20, h) for h in (9, 10, 11)], local(2026, 11, 22)),
        ("24h", 3, [local(2026, 11, 20, 9), local(2026, 11, 20, 10)], None),
        ("24h", 2, [local(2026, 11, 18, 9), local(2026, 11, 20, 10)], None),
        ("30d", 2, [local(2026, 11, 1, 9), local(2026, 11, 20)], local(2026, 12, 2)),
        ("day", 2, [local(2026, 11, 20, 0), local(2026, 11, 20, 23)], local(2026, 11, 21)),
        ("day", 2, [local(2026, 11, 19, 23), local(2026, 11, 20, 1)], None),
        ("month", 3, [local(2026, 11, d) for d in (1, 5, 20)], local(2026, 12, 1)),
        ("month", 3, [local(2026, 10, 31), local(2026, 11, 5), local(2026, 11, 20)], None),
        ("month", 1, [local(2026, 12, 31, 23)], local(2027, 1, 1)),
        ("month", 1, [], None),
    ],
)
def test_a_cap_ends_when_enough_attempts_no_longer_count(period, most, times, end) -> None:
    assert cap_ends(period, most, times) == end


@given(st.lists(moments, max_size=8), st.sampled_from(PERIODS), st.integers(1, 4))
def test_at_the_end_of_a_cap_one_more_attempt_is_within_it(times, period, most) -> None:
    end = cap_ends(period, most, times)
    if end is None:
        return
    assert end > max(times)
    if period in ROLLING:
        counted = [at for at in times if at > end - ROLLING[period]]
    else:
        length = 7 if period == "month" else 10
        counted = [at for at in times if str(to_local(at))[:length] == str(to_local(end))[:length]]
        assert period in CALENDAR
    assert len(counted) < most


@given(moments, st.integers(0, 60))
def test_months_end_on_the_same_day_or_the_months_last(at, months) -> None:
    before, then = to_local(at), to_local(months_after(at, months))
    assert (then.year * 12 + then.month) - (before.year * 12 + before.month) == months
    assert then.day == before.day or (then + timedelta(days=1)).day == 1
    assert (then.hour, then.minute) == (0, 0)


def test_short_waits_end_to_the_minute_and_long_ones_at_midnight() -> None:
    assert after(local(2026, 11, 20, 9, 5), timedelta(minutes=30)) == local(2026, 11, 20, 9, 35)
    assert after(local(2026, 11, 20, 9, 5), timedelta(days=30)) == local(2026, 12, 21)
    assert after(local(2026, 11, 20), timedelta(days=1)) == local(2026, 11, 21)
