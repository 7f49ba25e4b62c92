"""Why an attempt failed: reasons in order, each with its evidence and its texts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workbench.domain.codes import CodeSeen
from workbench.domain.incident import FoundIncident


class Status(StrEnum):
    DETERMINED = "determined"
    POSSIBLE = "possible"
    UNDETERMINED = "undetermined"
    PENDING = "pending"
    NONE = "none"  # the attempt succeeded: there is nothing to explain


class Truth(StrEnum):
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Evidence:
    """One condition of a rule and how it came out.

    ``condition`` is the SQL as written. ``field``/``operator``/``limit`` are set where the
    condition is a simple comparison (they let the card say '3 months < 6 months'); ``observed``
    is the value as text, None when missing; ``unit`` and ``source`` are text keys;
    ``negated`` marks an 'unless' condition. ``source_name`` and ``source_date`` (Shanghai's) say
    which outside bureau the value came from, where it came from one.
    """

    condition: str
    outcome: Truth
    observed: str | None = None
    limit: str | None = None
    field: str | None = None
    operator: str | None = None
    unit: str | None = None
    source: str | None = None
    negated: bool = False
    source_name: str | None = None
    source_date: date | None = None

    @property
    def supports(self) -> Truth:
        """Whether it speaks for its rule: the outcome, turned round for an 'unless' condition."""
        if not self.negated or self.outcome is Truth.UNKNOWN:
            return self.outcome
        return Truth.FALSE if self.outcome is Truth.TRUE else Truth.TRUE

    def as_json(self) -> dict[str, object]:
        return {
            "condition": self.condition,
            "outcome": self.outcome.value,
            "observed": self.observed,
            "limit": self.limit,
            "field": self.field,
            "unit": self.unit,
            "source": self.source,
            "source_name": self.source_name,
            "source_date": self.source_date.isoformat() if self.source_date else None,
        }


@dataclass(frozen=True)
class ReasonText:
    """The two registers of one reason in one language; ``never_say`` warns the agent."""

    agent: str
    customer: str
    never_say: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """One reason of a diagnosis. ``rank`` starts at 1; ``texts`` is by language ('zh', 'en')."""

    code: str
    symptom: str
    cause: str
    rank: int
    evidence: tuple[Evidence, ...]
    texts: dict[str, ReasonText]
    owner: str
    action: str
    suppressed: bool = False

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "cause": self.cause,
            "rank": self.rank,
            "evidence": [e.as_json() for e in self.evidence],
        }


class Lost(StrEnum):
    """Why a runner-up is not the principal reason."""

    PRIORITY = "priority"  # it holds (or may hold) as well, but stands behind
    UNKNOWN = "unknown"  # a fact is missing
    FALSE = "false"  # a condition did not hold


@dataclass(frozen=True)
class RunnerUp:
    """The reason that came next, and the condition that decided against it (none where the
    order of the rules did)."""

    reason: Reason
    why: Lost
    evidence: Evidence | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.reason.code,
            "cause": self.reason.cause,
            "why": self.why.value,
            "evidence": self.evidence.as_json() if self.evidence else None,
        }


@dataclass(frozen=True)
class Explanation:
    """The diagnosis of one attempt with its proof; ``texts`` are the principal reason's.

    ``would_change`` holds sentences' parts as (field, needed, operator): the smallest change of
    the customer's own fields that removes the principal reason. Times are UTC, naive.
    ``ruled_out`` are the reasons that one false condition kept from holding, nearest first.
    ``next_attempt_why`` is a text key (``next_attempt.<why>``), also where no time is given.
    ``unmapped`` are the attempt's codes that no catalogue knows; ``incident`` is the burst that the
    failure is part of.
    """

    attempt_id: str
    symptom: str
    cause_group: str
    cause: str
    status: Status
    reasons: tuple[Reason, ...]
    possible: tuple[Reason, ...]
    texts: dict[str, ReasonText]
    rules_version: str
    next_attempt_at: datetime | None = None
    would_change: tuple[tuple[str, str, str], ...] = ()
    fields: dict[str, object] | None = None
    ruled_out: tuple[Reason, ...] = ()
    next_attempt_why: str | None = None
    unmapped: tuple[CodeSeen, ...] = ()
    incident: FoundIncident | None = None

    @property
    def runner_up(self) -> RunnerUp | None:
        """The first behind the principal reason: another that holds, one that lacks a fact, or
        the nearest of those ruled out."""
        contenders = self.reasons or self.possible
        if len(contenders) > 1:
            return RunnerUp(contenders[1], Lost.PRIORITY)
        for others, why, decided in (
            (self.possible if self.reasons else (), Lost.UNKNOWN, Truth.UNKNOWN),
            (self.ruled_out, Lost.FALSE, Truth.FALSE),
        ):
            if others:
                evidence = next((e for e in others[0].evidence if e.supports is decided), None)
                return RunnerUp(others[0], why, evidence)
        return None

    def as_json(self, lang: str) -> dict[str, object]:
        text = self.texts[lang]
        runner_up = self.runner_up
        return {
            "attempt_id": self.attempt_id,
            "symptom": self.symptom,
            "cause_group": self.cause_group,
            "cause": self.cause,
            "status": self.status.value,
            "reasons": [r.as_json() | {"text": r.texts[lang].agent} for r in self.reasons],
            "possible": [r.as_json() | {"text": r.texts[lang].agent} for r in self.possible],
            "runner_up": runner_up.as_json() if runner_up else None,
            "unmapped": [seen.as_json() for seen in self.unmapped],
            "incident": self.incident.as_json() if self.incident else None,
            "would_change": [
                {"field": f, "operator": op, "value": v} for f, v, op in self.would_change
            ],
            "next_steps": list(text.next_steps),
            "say_to_customer": text.customer,
            "never_say": list(text.never_say),
            "next_attempt_at": (
                self.next_attempt_at.isoformat() + "Z" if self.next_attempt_at else None
            ),
            "next_attempt_why": self.next_attempt_why,
            "rules_version": self.rules_version,
        }
