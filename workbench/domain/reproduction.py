"""Former answers of the desk: what was said of an attempt, when, by which rules, on which inputs."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from workbench.domain.diagnosis import Explanation


@dataclass(frozen=True)
class Said:
    """An answer as the store keeps it of every attempt; ``contributing``: other reasons' codes."""

    symptom: str | None
    cause_group: str | None
    cause: str | None
    reason_code: str | None
    status: str | None
    contributing: str | None


class Why(StrEnum):
    """What ended an answer."""

    RULES = "rules"
    EVENTS = "events"
    ATTEMPTS = "attempts"  # others that came, or were removed
    SCORES = "scores"
    REPLACED = "replaced"  # the attempt's own row, by a later one


@dataclass(frozen=True)
class Span:
    """One answer and how long it held (UTC). ``since`` None: from before answers were kept;
    ``until`` None: it holds. ``why`` it came, none for the first, and which inputs it came with:
    (field, before, now)."""

    said: Said
    rules_version: str
    since: datetime | None
    until: datetime | None
    why: tuple[Why, ...] = ()
    changed: tuple[tuple[str, object, object], ...] = ()


@dataclass(frozen=True)
class Kept:
    """All that an answer of a time was made of. ``inputs``: the attempt's values then, of
    ``types`` (the store's words); ``times``: when its customer tried, as far as known then;
    ``policy_ends``: the end of its policy, as it was told then."""

    attempt_id: str
    said: Said
    rules_version: str
    inputs: dict[str, object]
    types: dict[str, str]
    times: tuple[datetime, ...] = ()
    policy_ends: datetime | None = None


@dataclass(frozen=True)
class Proof:
    """What an answer stands on: SHA-256 of the pack's text (None: that version is not here), and
    of the attempt's values that the explanation shows."""

    rules_version: str
    rules_digest: str | None
    inputs_digest: str | None

    def as_json(self) -> dict[str, object]:
        return {
            "rules_version": self.rules_version,
            "rules_digest": self.rules_digest,
            "inputs_digest": self.inputs_digest,
        }


@dataclass(frozen=True)
class Reproduced:
    """A former answer, made again. ``again`` None, with ``trouble`` (a text key and what it names):
    it could not be. ``differs``: what came out otherwise, as (part, kept, again)."""

    proof: Proof
    explanation: Explanation | None
    differs: tuple[tuple[str, object, object], ...] = ()
    trouble: tuple[str, Mapping[str, object]] | None = None
    said: Said | None = None
    span: Span | None = None
    asked: datetime | None = field(default=None)

    @property
    def same(self) -> bool:
        return self.explanation is not None and not self.differs and self.trouble is None


def text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def inputs_digest(fields: Mapping[str, object]) -> str:
    """Of what is known: a missing value counts as no value."""
    known = {name: _spelt(value) for name, value in fields.items() if value is not None}
    return text_digest(json.dumps(known, ensure_ascii=False, sort_keys=True))


def _spelt(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool | int | float | str):
        return value
    return str(value)


def differences(
    kept: Mapping[str, object], again: Mapping[str, object]
) -> tuple[tuple[str, object, object], ...]:
    """(part, kept, again) of every part of two answers that is not the same."""
    names = dict.fromkeys((*kept, *again))
    return tuple((n, kept.get(n), again.get(n)) for n in names if kept.get(n) != again.get(n))
