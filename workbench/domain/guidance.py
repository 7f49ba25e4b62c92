"""Guidance for a group of customers: what to do next, step by step, in the customer's register."""

from dataclasses import dataclass
from pathlib import Path

from workbench.domain.taxonomy import Cause


@dataclass(frozen=True)
class Step:
    """One step; ``text`` by language ('zh', 'en'), ``picture`` a file that may be missing."""

    text: dict[str, str]
    picture: Path | None = None


@dataclass(frozen=True)
class Guidance:
    """One guide. ``title`` and ``for_whom`` are by language, both complete.

    ``when`` is a condition of the rule language, None where the guide suits everybody who has
    one of ``causes``; ``line`` is where it stands in ``file``. A lower ``order`` stands first.
    """

    id: str
    title: dict[str, str]
    for_whom: dict[str, str]
    causes: tuple[Cause, ...]
    steps: tuple[Step, ...]
    when: str | None = None
    order: int = 100
    file: str = ""
    line: int = 1
