"""When trying again makes sense: the ends of waits and of caps on attempts. UTC, naive."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from workbench.domain.times import from_local, to_local

ROLLING = {"24h": timedelta(hours=24), "30d": timedelta(days=30)}
CALENDAR = ("day", "month")  # of Shanghai
PERIODS = (*ROLLING, *CALENDAR)


def cap_ends(period: str, most: int, times: Sequence[datetime]) -> datetime | None:
    """The first moment after the newest attempt at which another would stay within ``most`` in
    ``period`` (one of PERIODS); None where it would at once."""
    newest_first = sorted(times, reverse=True)
    if len(newest_first) < max(most, 1):
        return None
    newest, oldest_that_counts = newest_first[0], newest_first[max(most, 1) - 1]
    if period in ROLLING:
        if oldest_that_counts <= newest - ROLLING[period]:
            return None
        return after(oldest_that_counts, ROLLING[period])
    started = _start(period, newest)
    if oldest_that_counts < started:
        return None
    return months_after(started, 1) if period == "month" else started + timedelta(days=1)


def after(at: datetime, wait: timedelta) -> datetime:
    """Waits of days end at a Shanghai midnight: people are told a date."""
    end = at + wait
    if wait < timedelta(days=1):
        return end
    midnight = _start("day", end)
    return midnight if midnight == end else midnight + timedelta(days=1)


def months_after(at: datetime, months: int) -> datetime:
    """The same day so many months on, at its Shanghai midnight; the month's last day if shorter."""
    local = to_local(at)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return from_local(datetime(year, month + 1, min(local.day, last)))


def _start(period: str, at: datetime) -> datetime:
    """Midnight before ``at``, or that of its month's first day."""
    local = to_local(at)
    return from_local(datetime(local.year, local.month, 1 if period == "month" else local.day))
