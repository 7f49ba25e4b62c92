"""Complaints in numbers, each with the list that it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from workbench.domain.complaint import UNSETTLED
from workbench.domain.work_queue import BREACHING, ListQuery, Measures, SortBy

AGES = (1, 3, 7, 14, 30)  # days at which an age class ends; the last has no end
STANDING = ("open", "breaching", "breached")


def lists(start: datetime | None, end: datetime | None, now: datetime) -> dict[str, ListQuery]:
    """What each number counts: the open ones as they stand now, by age (``age_0`` the youngest,
    ``late_0`` those of it past their deadline); the others of those received from ``start`` to before ``end``."""
    base = ListQuery(states=UNSETTLED, sort=SortBy.DUE, descending=False)
    found = {
        "open": base,
        "breaching": replace(base, due_before=now + BREACHING),
        "breached": replace(base, due_before=now),
        "received": ListQuery(sort=SortBy.RECEIVED, received_from=start, received_before=end),
    }
    ends = [now - timedelta(days=days) for days in AGES]
    for n, (since, before) in enumerate(zip([*ends, None], [None, *ends], strict=True)):
        found[f"age_{n}"] = replace(
            base, sort=SortBy.RECEIVED, received_from=since, received_before=before
        )
        found[f"late_{n}"] = replace(found[f"age_{n}"], due_before=now)
    return found


@dataclass(frozen=True)
class ComplaintFigures:
    """``counts`` follow ``lists``. Of those received in the period: ``satisfaction`` (1 to 5) is
    the mean of the ``rated`` ones; ``lost_revenue_fen`` is what the accounts that were not opened
    would have earned (the site's formula); ``public`` may become public: press, regulator, group."""

    counts: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, ListQuery] = field(default_factory=dict)
    rated: int = 0
    satisfaction: float | None = None
    lost_revenue_fen: int = 0
    public: int = 0

    @property
    def ages(self) -> tuple[int, ...]:
        return tuple(self.counts.get(f"age_{n}", 0) for n in range(len(AGES) + 1))

    @property
    def late(self) -> tuple[int, ...]:
        """Those of ``ages`` that are past their deadline."""
        return tuple(self.counts.get(f"late_{n}", 0) for n in range(len(AGES) + 1))


def figures(
    counts: Mapping[str, int], of: Mapping[str, ListQuery], measures: Sequence[Measures]
) -> ComplaintFigures:
    rated = sum(m.rated for m in measures)
    points = sum(m.rated * m.satisfaction for m in measures if m.satisfaction is not None)
    return ComplaintFigures(
        counts=counts,
        lists=of,
        rated=rated,
        satisfaction=points / rated if rated else None,
        lost_revenue_fen=sum(m.lost_revenue_fen for m in measures),
        public=sum(m.public for m in measures),
    )
