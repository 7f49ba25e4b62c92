"""How long attempts are kept, and what was removed."""

from dataclasses import asdict, dataclass
from datetime import datetime

from workbench.domain.times import from_local, to_local

LEAST_MONTHS = 1


@dataclass(frozen=True)
class Removed:
    """Counts; ``customers`` are those of whom nothing is left."""

    attempts: int
    customers: int
    scores: int

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class Compacted:
    """Bytes of the store's file."""

    before: int
    after: int

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def kept_from(now: datetime, months: int) -> datetime:
    """What is older than this (UTC) goes: the first of the month in Shanghai, ``months`` whole
    months back, so that a policy of 24 months never drops a month before its time."""
    local = to_local(now)
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    return from_local(datetime(year, month + 1, 1))
