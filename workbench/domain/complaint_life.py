"""The life of a complaint: which move is open to whom, and what each move needs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workbench.domain.complaint import Complaint, ResolutionKind, Severity, Source, State
from workbench.domain.people import Person, Role

_DESK = frozenset({Role.AGENT, Role.TEAM_LEAD, Role.ADMIN})
_LEADS = frozenset({Role.TEAM_LEAD, Role.ADMIN})
_ALL = frozenset(Role)


class Need(StrEnum):
    """What a move asks for. The values are what a person is asked by."""

    DESCRIPTION = "description"
    DEMAND = "demand"
    WHY = "why"
    OWNER = "owner"
    RESOLUTION = "resolution"
    RESOLUTION_KIND = "resolution_kind"
    EVIDENCE = "evidence"
    BLOCKED_FEN = "blocked_fen"
    WRAP_UP = "wrap_up"
    CHECKLIST = "checklist"
    APPROVAL = "approval"


_INTAKE = (Need.DESCRIPTION, Need.DEMAND)
_RESOLVE = (*_INTAKE, Need.RESOLUTION, Need.RESOLUTION_KIND, Need.EVIDENCE, Need.BLOCKED_FEN)
_CLOSE = (Need.WRAP_UP, Need.CHECKLIST, Need.APPROVAL)


@dataclass(frozen=True)
class Rule:
    """One row of the table: who may make the move, and what it needs."""

    roles: frozenset[Role]
    needs: tuple[Need, ...] = ()


_S = State
MOVES: dict[tuple[State, State], Rule] = {
    (_S.DRAFT, _S.OPEN): Rule(_DESK, _INTAKE),
    (_S.DRAFT, _S.WITHDRAWN): Rule(_DESK, (Need.WHY,)),
    (_S.OPEN, _S.IN_PROGRESS): Rule(_DESK, (Need.OWNER,)),
    (_S.OPEN, _S.WAITING): Rule(_DESK, (Need.WHY,)),
    (_S.OPEN, _S.ESCALATED): Rule(_ALL, (Need.WHY,)),
    (_S.OPEN, _S.RESOLVED): Rule(_DESK, _RESOLVE),
    (_S.OPEN, _S.WITHDRAWN): Rule(_DESK, (Need.WHY,)),
    (_S.IN_PROGRESS, _S.OPEN): Rule(_LEADS, (Need.WHY,)),
    (_S.IN_PROGRESS, _S.WAITING): Rule(_DESK, (Need.WHY,)),
    (_S.IN_PROGRESS, _S.ESCALATED): Rule(_ALL, (Need.WHY,)),
    (_S.IN_PROGRESS, _S.RESOLVED): Rule(_DESK, _RESOLVE),
    (_S.IN_PROGRESS, _S.WITHDRAWN): Rule(_DESK, (Need.WHY,)),
    (_S.WAITING, _S.IN_PROGRESS): Rule(_DESK, (Need.OWNER,)),
    (_S.WAITING, _S.ESCALATED): Rule(_ALL, (Need.WHY,)),
    (_S.WAITING, _S.RESOLVED): Rule(_DESK, _RESOLVE),
    (_S.WAITING, _S.WITHDRAWN): Rule(_DESK, (Need.WHY,)),
    (_S.ESCALATED, _S.IN_PROGRESS): Rule(_LEADS, (Need.OWNER,)),
    (_S.ESCALATED, _S.WAITING): Rule(_LEADS, (Need.WHY,)),
    (_S.ESCALATED, _S.RESOLVED): Rule(_LEADS, _RESOLVE),
    (_S.ESCALATED, _S.WITHDRAWN): Rule(_LEADS, (Need.WHY,)),
    (_S.RESOLVED, _S.CLOSED): Rule(_DESK, _CLOSE),
    (_S.RESOLVED, _S.REOPENED): Rule(_ALL, (Need.WHY,)),
    (_S.CLOSED, _S.REOPENED): Rule(frozenset({*_LEADS, Role.QA}), (Need.WHY,)),
    (_S.REOPENED, _S.IN_PROGRESS): Rule(_DESK, (Need.OWNER,)),
    (_S.REOPENED, _S.WAITING): Rule(_DESK, (Need.WHY,)),
    (_S.REOPENED, _S.ESCALATED): Rule(_ALL, (Need.WHY,)),
    (_S.REOPENED, _S.RESOLVED): Rule(_DESK, _RESOLVE),
    (_S.REOPENED, _S.WITHDRAWN): Rule(_DESK, (Need.WHY,)),
    (_S.WITHDRAWN, _S.REOPENED): Rule(_LEADS, (Need.WHY,)),
}


@dataclass(frozen=True)
class Facts:
    """What a move is judged by, beside the complaint itself.

    ``unchecked`` are the items of the checklist that are still to do. ``resolver`` and
    ``approvers`` are those of the latest resolution; ``attachments`` counts files.
    """

    why: str = ""
    attachments: int = 0
    unchecked: tuple[str, ...] = ()
    resolver: str | None = None
    approvers: frozenset[str] = frozenset()


def open_moves(state: State, role: Role) -> tuple[State, ...]:
    """Where a person of ``role`` may take it from ``state``, in the order of the states."""
    return tuple(to for to in State if (state, to) in MOVES and role in MOVES[state, to].roles)


def may_move(person: Person, state: State, to: State) -> bool:
    return person.active and to in open_moves(state, person.role)


def missing(complaint: Complaint, to: State, facts: Facts) -> tuple[Need, ...]:
    """What the move still needs, in the order it is asked for. The move must be in the table."""
    return tuple(n for n in MOVES[complaint.state, to].needs if _lacks(n, complaint, facts))


def needs_approval(complaint: Complaint) -> bool:
    """Whether another person must agree before it is closed: what is grave, what a regulator
    sent, and what costs money."""
    return (
        complaint.severity in (Severity.HIGH, Severity.CRITICAL)
        or complaint.source is Source.REGULATOR
        or complaint.resolution_kind is ResolutionKind.COMPENSATED
    )


def needs_evidence(complaint: Complaint) -> bool:
    """Whether the resolution has to be provable: something was changed, paid or refused."""
    return complaint.resolution_kind in (
        ResolutionKind.CORRECTED,
        ResolutionKind.COMPENSATED,
        ResolutionKind.UNFOUNDED,
    )


def _lacks(need: Need, complaint: Complaint, facts: Facts) -> bool:
    match need:
        case Need.WHY:
            return not facts.why.strip()
        case Need.EVIDENCE:
            shown = complaint.attempt_id or complaint.attempt_ids or facts.attachments
            return needs_evidence(complaint) and not shown
        case Need.BLOCKED_FEN:
            return bool(complaint.blocked_payment) and complaint.blocked_fen is None
        case Need.CHECKLIST:
            return bool(facts.unchecked)
        case Need.APPROVAL:
            others = facts.approvers - {facts.resolver}
            return needs_approval(complaint) and not others
    value = getattr(complaint, need.value)
    return not (value.strip() if isinstance(value, str) else value)


def moved(complaint: Complaint, to: State, at: datetime) -> Complaint:
    """The complaint after the move, with the times that the measures count from."""
    values: dict[str, object] = {"state": to}
    if to is State.RESOLVED:
        values["resolved_at"] = at
    if to in (State.CLOSED, State.WITHDRAWN):
        values["closed_at"] = at
    if to is State.REOPENED:
        values |= {
            "resolved_at": None,
            "closed_at": None,
            "reopenings": complaint.reopenings + 1,
        }
    return complaint.changed(**values)
