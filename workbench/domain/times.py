"""Time as this product keeps it: UTC without a zone inside, Asia/Shanghai for people and files."""

from datetime import UTC, datetime, timedelta, timezone

# China has had one zone and no summer time since 1991, earlier than any attempt here; a fixed
# offset spares a zone database on machines that have none.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def utc_now() -> datetime:
    """Now, UTC, naive."""
    return datetime.now(UTC).replace(tzinfo=None)


def to_local(moment: datetime) -> datetime:
    """UTC naive to Shanghai, aware."""
    return moment.replace(tzinfo=UTC).astimezone(SHANGHAI)


def from_local(moment: datetime) -> datetime:
    """Shanghai if naive, else as its zone says, to UTC naive."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    return moment.astimezone(UTC).replace(tzinfo=None)


def iso_local(moment: datetime | None) -> str | None:
    """ISO 8601 with the zone: 2026-11-22T20:14:00+08:00."""
    return to_local(moment).isoformat() if moment else None


def local_text(moment: datetime | None) -> str:
    """2026-11-22 20:14:00 in Shanghai; empty for None."""
    return to_local(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
