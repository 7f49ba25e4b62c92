"""What helps an agent while a complaint is typed: the same matter before, an incident, the likes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workbench.domain.complaint import Complaint
from workbench.domain.guidance import Guidance


@dataclass(frozen=True)
class Incident:
    """An event of kind incident, or one that was found, which has a ``cause`` and no name;
    ``ends_at`` None: still going on. Times are UTC, naive."""

    name: str
    starts_at: datetime
    ends_at: datetime | None
    scope: str = ""
    cause: str | None = None

    def concerns(self, facts: Mapping[str, object]) -> bool:
        """Whether its scope holds for what is known of an attempt; an unknown field is no match."""
        pairs = [pair.partition("=") for pair in self.scope.split(";") if pair.strip()]
        return all(str(facts.get(name.strip())) == value.strip() for name, _, value in pairs)


@dataclass(frozen=True)
class Likeness:
    """An earlier complaint that reads alike: ``score`` is the probability of the same meaning."""

    complaint: Complaint
    score: float


@dataclass(frozen=True)
class Hints:
    """``duplicates`` are the customer's own, those with the same reason first."""

    duplicates: tuple[Complaint, ...] = ()
    same_reason: frozenset[str] = frozenset()
    incident: Incident | None = None
    guides: tuple[Guidance, ...] = ()
    similar: tuple[Likeness, ...] = field(default=())
    symptom: str | None = None

    @property
    def nothing(self) -> bool:
        return self == Hints()
