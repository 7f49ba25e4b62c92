"""A dated thing that explains a change: a campaign, a policy, a release, an incident."""

from dataclasses import dataclass
from datetime import datetime

KINDS = ("campaign", "policy", "model_release", "app_release", "rules_release", "incident")


@dataclass(frozen=True)
class DatedEvent:
    """``kind`` is one of ``KINDS``; ``ends_at`` None: still in force; ``scope`` as ``field=value``
    pairs joined by ';', '' for all attempts. Times are UTC, naive. ``record``: the id of what it
    was read from, a release of rules or an incident; '' for one of the events file."""

    kind: str
    name: str
    starts_at: datetime
    ends_at: datetime | None = None
    scope: str = ""
    record: str = ""

    @property
    def equals(self) -> tuple[tuple[str, str], ...]:
        pairs = (pair.partition("=") for pair in self.scope.replace("；", ";").split(";"))
        return tuple((field.strip(), value.strip()) for field, sign, value in pairs if sign)
