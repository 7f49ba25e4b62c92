"""Hours of the day in which nobody is told of anything unasked."""

from datetime import time

HALF_HOURS = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30))


def quiet(now: time, begins: str, ends: str) -> bool:
    """Whether ``now`` lies in the quiet hours from ``begins`` to ``ends`` (HH:MM, to the next day
    where they end earlier than they begin). The same time twice: there are none."""
    start, end = time.fromisoformat(begins), time.fromisoformat(ends)
    if start <= end:
        return start <= now < end
    return now >= start or now < end
