"""What an examination of an installation finds."""

from dataclasses import dataclass, field
from enum import StrEnum


class Health(StrEnum):
    WELL = "well"
    WARNING = "warning"  # works, and somebody should look
    ILL = "ill"  # something does not work


@dataclass(frozen=True)
class Finding:
    """``check`` is what was looked at, ``key`` names the sentence that says what is so and, unless it
    is well, how to mend it (resources/texts)."""

    check: str
    health: Health
    key: str
    params: dict[str, object] = field(default_factory=dict)


def worst(findings: list[Finding]) -> Health:
    order = list(Health)
    return max((finding.health for finding in findings), key=order.index, default=Health.WELL)
