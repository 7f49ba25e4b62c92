"""Incidents: bursts and dips that the detector found, put together, judged by people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import NAMESPACE_OID, uuid5

from workbench.domain.spike import Direction, Spike
from workbench.domain.times import iso_local

TOGETHER = timedelta(hours=3)  # what begins so soon after one another is one incident


class IncidentState(StrEnum):
    NEW = "new"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class FoundIncident:
    """Times are UTC, naive; half-open: ``start`` <= occurred_at < ``end``. ``cause`` weighs most of
    ``causes``. ``failures`` are all of these causes in that time, ``usual`` what was to be expected
    of them, ``customers`` how many people they are. ``suspect`` is the slice that explains most of
    it, as a scope (``node=gw-4``), '' for none; ``event`` one that began about then. ``over``: its
    end has passed in the data."""

    incident_id: str
    direction: Direction
    cause: str
    causes: tuple[str, ...]
    start: datetime
    peak: datetime
    end: datetime
    failures: int
    usual: int
    customers: int
    suspect: str
    event: str
    over: bool
    found_at: datetime
    found_by: str
    state: IncidentState = IncidentState.NEW
    judged_by: str | None = None
    judged_at: datetime | None = None
    why: str | None = None

    def covers(self, cause: str | None, at: datetime) -> bool:
        """Whether a failure of this cause at this time is part of the burst."""
        return (
            self.direction is Direction.UP
            and self.state is not IncidentState.DISMISSED
            and cause in self.causes
            and self.start <= at < self.end
        )

    def as_json(self) -> dict[str, object]:
        """Times with their zone."""
        return {
            "incident_id": self.incident_id,
            "direction": self.direction.value,
            "cause": self.cause,
            "causes": list(self.causes),
            "start": iso_local(self.start),
            "peak": iso_local(self.peak),
            "end": iso_local(self.end),
            "failures": self.failures,
            "usual": self.usual,
            "customers": self.customers,
            "suspect": self.suspect or None,
            "event": self.event or None,
            "over": self.over,
            "state": self.state.value,
            "why": self.why,
        }


@dataclass(frozen=True)
class Burst:
    """Spikes of several causes that began together; ``end`` as of an incident."""

    direction: Direction
    spikes: tuple[Spike, ...]
    start: datetime
    end: datetime
    peak: datetime

    @property
    def causes(self) -> tuple[str, ...]:
        """Those that went farthest from what was expected first."""
        return tuple(dict.fromkeys(s.cause for s in self.spikes if s.cause is not None))


def identity(direction: Direction, start: datetime) -> str:
    """The same at every desk that finds it in the same attempts, so that two make one row."""
    return str(uuid5(NAMESPACE_OID, f"incident/{direction.value}/{start.isoformat()}"))


def together(spikes: Sequence[Spike], width: timedelta) -> list[Burst]:
    """Spikes of one direction of which each begins within ``TOGETHER`` of the first are one burst.
    ``width`` is that of a bucket: the last one belongs to it."""
    groups: list[list[Spike]] = []
    for spike in sorted(spikes, key=lambda s: s.start):
        group = next((g for g in groups if _joins(g[0], spike)), None)
        if group is None:
            groups.append([spike])
        else:
            group.append(spike)
    return [_burst(group, width) for group in groups]


def _joins(first: Spike, other: Spike) -> bool:
    return other.direction is first.direction and other.start - first.start <= TOGETHER


def _burst(group: list[Spike], width: timedelta) -> Burst:
    farthest = sorted(group, key=lambda s: -abs(s.observed - s.expected))
    return Burst(
        group[0].direction,
        tuple(farthest),
        min(s.start for s in group),
        max(s.end for s in group) + width,
        farthest[0].peak,
    )


def usual_count(at: Callable[[datetime], float], start: datetime, end: datetime) -> int:
    """What a week before makes likely of the hours from ``start`` to ``end``: for each hour of the
    day the median of the seven days before ``start``. ``at`` is the count of an hour."""
    total = 0.0
    for n in range(int((end - start) / timedelta(hours=1))):
        hour = start + timedelta(hours=n % 24)
        days = sorted(at(hour - timedelta(days=d)) for d in range(1, 8))
        total += days[3]
    return round(total)
