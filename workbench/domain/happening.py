"""Dated things that explain a change: campaigns, policies, releases, incidents."""

from dataclasses import dataclass
from datetime import datetime

KINDS = ("campaign", "policy", "model_release", "app_release", "rules_release", "incident")


@dataclass(frozen=True)
class Happening:
    """Times are UTC naive; without an end it is still in force. ``scope`` is ``field=value;…``,
    the attempts that it is about; empty: all."""

    kind: str
    name: str
    starts_at: datetime
    ends_at: datetime | None = None
    scope: str = ""
