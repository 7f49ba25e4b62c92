"""Ops and what becomes of them: the words of docs/sync.md, and who may send what."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from workbench.domain.complaint_life import MOVES
from workbench.domain.errors import NotPermitted, StoreFault
from workbench.domain.issue import EDITORS, IssueState
from workbench.domain.people import Role
from workbench.domain.rule_release import RELEASE_MOVES, RELEASE_ROLES

SCHEMA_VERSION = 1  # of the ops that this program writes
MIN_WRITE = 1  # the oldest that a centre set up by this program accepts
GIVEN_ONLY_BY_MOVES = frozenset({"state"})
GIVEN_ONLY_BY_ASSIGNING = frozenset({"owner", "team"})


# Who may send what; the centre is told by `central init`, and refuses the rest.
_WRITES: dict[str, dict[str, str]] = {  # entity -> kinds -> roles
    "complaint": {"create update move assign": "agent team_lead admin", "update move": "qa"},
    "event": {"create": "agent team_lead qa admin"},
    "comment": {"create": "agent team_lead qa admin"},
    "attachment": {"create update": "agent team_lead qa admin"},
    "check": {"create delete": "agent team_lead qa admin"},
    "case": {"create": "agent team_lead", "create update": "qa admin"},
    "link": {"create update": "team_lead admin"},
    "reminder": {"create update": "agent team_lead qa admin"},
    "issue": {"create update move assign": "team_lead qa admin"},
    "issueplace": {"create update": "team_lead qa admin"},
    "issueevent": {"create": "team_lead qa admin"},
    "waiter": {"create update delete": "agent team_lead qa admin"},
    "grouping": {"create update": "qa admin"},
    "incident": {"create update": "team_lead qa admin"},
    "saved": {"create update delete": "agent team_lead qa admin"},
    "release": {"create update move": "qa admin"},
    "tracker": {"create update delete": "admin"},
    "ticket": {"create update delete": "qa admin"},
    "draw": {"create": "qa admin"},
    "review": {"create update": "qa admin"},
    "review_answer": {"create": "agent team_lead qa admin"},
    "erasure": {"create": "admin"},
}


def central_moves() -> list[tuple[str, str, str, str]]:
    """(role, entity, from, to): the tables of the lives of complaints, issues and releases of rules,
    as the centre holds them; a lead may also take a move of a complaint back, as the undoing of an
    act on many does."""
    made = {(role, move) for move, rule in MOVES.items() for role in rule.roles}
    undone = {(r, (b, a)) for r, (a, b) in made if r in (Role.TEAM_LEAD, Role.ADMIN)}
    complaints = {(r.value, "complaint", a.value, b.value) for r, (a, b) in made | undone}
    releases = {
        (r.value, "release", a.value, b.value) for r in RELEASE_ROLES for a, b in RELEASE_MOVES
    }
    # What failures make of an issue (that it is seen again) is no row's, and any move is taken
    # back: so whoever may move issues may move them from anywhere.
    issues = {(r.value, "issue", a, b) for r in EDITORS for a in IssueState for b in IssueState}
    return sorted(complaints | releases | issues)


def central_rights() -> list[tuple[str, str, str]]:
    """(role, entity, kind of op), each once."""
    return sorted(
        {
            (role, entity, kind)
            for entity, rows in _WRITES.items()
            for kinds, roles in rows.items()
            for kind in kinds.split()
            for role in roles.split()
        }
    )


@dataclass(frozen=True)
class WaitingContent:
    """An attached file on its way: ``content`` is its SHA-256 in hex, ``address`` where it lies at
    this desk ('' for nowhere), ``size`` in bytes."""

    attachment_id: str
    content: str
    address: str
    size: int


class DeviceCloned(StoreFault):
    """This desk's numbers were used by another copy of its profile."""


class AuditForked(StoreFault):
    """The centre was told another audit chain by this device: by a copy of its profile, or the
    chain was changed. What it holds stays as evidence under the device's number."""


class DeviceRevoked(NotPermitted):
    """An administrator has shut this desk out: it is to wipe what it holds of the centre."""


class OpKind(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    ASSIGN = "assign"
    MOVE = "move"
    DELETE = "delete"


class OpState(StrEnum):
    """Of an op at its desk. ``conflict`` and ``rejected`` wait for a person."""

    PENDING = "pending"
    APPLIED = "applied"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    SETTLED = "settled"


@dataclass(frozen=True)
class SentOp:
    """``payload`` is canonical JSON, ``body_hash`` its SHA-256 in hex; ``device_time`` is UTC,
    naive, and shown only."""

    op_id: str
    device_seq: int
    payload: str
    body_hash: str
    schema_version: int
    device_time: datetime


@dataclass(frozen=True)
class Row:
    """The centre's row: ``versions`` names for each field the op that wrote it."""

    entity: str
    entity_id: str
    fields: Mapping[str, object]
    versions: Mapping[str, str]
    seq: int
    deleted: bool = False


@dataclass(frozen=True)
class Contested:
    """One field that two people changed; ``version`` is of theirs, ``by`` who wrote it."""

    mine: object
    theirs: object
    version: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class AsSent:
    """The rows of an op of creation are as it says, but that the first is of ``team`` where that is
    ``teamed``; their seqs follow one another and end at ``seq``."""

    seq: int
    teamed: bool
    team: str | None


@dataclass(frozen=True)
class Upto:
    """Nobody else wrote between two places of the pull; ``mark`` stands beside the second."""

    after: int
    cursor: int
    mark: str


@dataclass(frozen=True)
class OpAnswer:
    """``why``: of a conflict 'changed' or 'deleted'; of a rejection its key. ``row`` as it is now,
    none for a duplicate, nor for what was taken as it was sent."""

    op_id: str
    state: OpState
    why: str | None = None
    contested: Mapping[str, Contested] = field(default_factory=dict)
    row: Row | None = None
    duplicate: bool = False
    as_sent: AsSent | None = None
    upto: Upto | None = None


@dataclass(frozen=True)
class Standing:
    """What the centre says of itself, of the caller and of the caller's desk at first contact."""

    epoch: str
    seq: int
    min_write: int
    current: int
    code: str
    last_seq: int
    scope: int
    person_id: str
    name: str
    role: str
    team: str | None


@dataclass(frozen=True)
class PulledPage:
    """``restart``: role or team changed; begin again from 0 with this scope."""

    rows: tuple[Row, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    cursor: int = 0
    mark: str = ""
    more: bool = False
    restart: int | None = None


def canonical_json(value: object) -> str:
    """Of an op: what travels and what is hashed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def hash_of(payload: str) -> str:
    return hashlib.sha256(payload.encode()).hexdigest()


@dataclass(frozen=True)
class LocalOp:
    """An op as its desk holds it; ``n`` is its order there."""

    n: int
    op_id: str
    entity: str
    entity_id: str
    kind: OpKind
    base: Mapping[str, str | None]
    body: Mapping[str, object]
    state: OpState
    device_time: datetime
    root: str | None = None
    why: str | None = None
    contested: Mapping[str, Contested] = field(default_factory=dict)


def visible(shadow: Row | None, ops: Sequence[LocalOp]) -> dict[str, object] | None:
    """The row that the desk shows: the shadow with the unsettled ops on top, in their order; None:
    there is none. A creation that the centre refused stays until a person has settled it."""
    shown = None if shadow is None or shadow.deleted else dict(shadow.fields)
    for op in ops:
        kept = op.state is OpState.PENDING
        if op.kind is OpKind.CREATE:
            if kept or (op.state is OpState.REJECTED and shadow is None):
                shown = dict(op.body) | (shown or {})
        elif not kept:
            continue
        elif op.kind is OpKind.DELETE:
            shown = None
        elif shown is not None:
            shown |= op.body
    return shown


@dataclass(frozen=True)
class Place:
    """How far a desk is with its centre: ``waiting`` ops are not acknowledged, ``unsettled`` ones
    wait for a person."""

    device_id: str
    waiting: int
    unsettled: int
    epoch: str | None = None
    cursor: int = 0
    mark: str = ""
    scope: int = 0
    acknowledged: int = 0
    person_id: str | None = None
