"""The life of a complaint: every state to every state by every role, and what a move needs."""

from datetime import datetime

import pytest

from tests.ui.fakes import complaint
from workbench.domain.complaint import Demand, ResolutionKind, Severity, Source, State
from workbench.domain.complaint_life import (
    MOVES,
    Facts,
    Need,
    may_move,
    missing,
    moved,
    open_moves,
)
from workbench.domain.people import Person, Role

NOW = datetime(2026, 11, 22, 4, 0)
A, L, Q, X = "agent", "team_lead", "qa", "admin"
DESK, LEADS, ALL = {A, L, X}, {L, X}, {A, L, Q, X}
# from: {to: who may}; what is not here nobody may
TABLE: dict[str, dict[str, set[str]]] = {
    "draft": {"open": DESK, "withdrawn": DESK},
    "open": {
        "in_progress": DESK, "waiting": DESK, "escalated": ALL, "resolved": DESK, "withdrawn": DESK
    },
    "in_progress": {
        "open": LEADS, "waiting": DESK, "escalated": ALL, "resolved": DESK, "withdrawn": DESK
    },
    "waiting": {"in_progress": DESK, "escalated": ALL, "resolved": DESK, "withdrawn": DESK},
    "escalated": {"in_progress": LEADS, "waiting": LEADS, "resolved": LEADS, "withdrawn": LEADS},
    "resolved": {"closed": DESK, "reopened": ALL},
    "closed": {"reopened": {L, Q, X}},
    "reopened": {
        "in_progress": DESK, "waiting": DESK, "escalated": ALL, "resolved": DESK, "withdrawn": DESK
    },
    "withdrawn": {"reopened": LEADS},
}  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("to", list(State))
@pytest.mark.parametrize("state", list(State))
def test_a_move_is_open_to_those_in_the_table_and_to_nobody_else(state, to, role) -> None:
    allowed = role.value in TABLE[state.value].get(to.value, set())
    assert may_move(Person("p", "p", role), state, to) is allowed
    assert (to in open_moves(state, role)) is allowed
    assert not may_move(Person("p", "p", role, active=False), state, to)


def ready(**changes):
    """A complaint that lacks nothing."""
    whole = {
        "owner": "zhang",
        "resolution": "已说明原因",
        "resolution_kind": ResolutionKind.EXPLAINED,
        "wrap_up": "Q01",
    }
    return complaint(1, **whole | changes)


FULL = Facts(why="客户要求")


@pytest.mark.parametrize(("state", "to"), list(MOVES))
def test_a_complaint_that_lacks_nothing_may_take_every_move_in_the_table(state, to) -> None:
    assert missing(ready(state=state), to, FULL) == ()


@pytest.mark.parametrize(
    ("state", "to", "changes", "facts", "needs"),
    [
        ("draft", "open", {"description": " ", "demand": None}, FULL, "description demand"),
        ("open", "waiting", {}, Facts(why=" "), "why"),
        ("open", "in_progress", {"owner": None}, FULL, "owner"),
        ("open", "resolved", {"resolution": " "}, FULL, "resolution"),
        ("open", "resolved", {"resolution_kind": None}, FULL, "resolution_kind"),
        ("open", "resolved", {"blocked_payment": True}, FULL, "blocked_fen"),
        ("open", "resolved", {"blocked_payment": True, "blocked_fen": 0}, FULL, ""),
        ("open", "resolved", {"blocked_payment": False}, FULL, ""),
        ("resolved", "closed", {"wrap_up": None}, FULL, "wrap_up"),
        ("resolved", "closed", {}, Facts(unchecked=("say_why",)), "checklist"),
        ("resolved", "closed", {"severity": Severity.HIGH}, FULL, "approval"),
        ("resolved", "closed", {"source": Source.REGULATOR}, FULL, "approval"),
        (
            "resolved", "closed", {"severity": Severity.CRITICAL},
            Facts(resolver="zhang", approvers=frozenset({"zhang"})), "approval",
        ),
        (
            "resolved", "closed", {"severity": Severity.CRITICAL},
            Facts(resolver="zhang", approvers=frozenset({"zhang", "li"})), "",
        ),
        ("closed", "reopened", {}, Facts(), "why"),
    ],
)  # fmt: skip
def test_a_move_asks_for_what_it_lacks_and_for_nothing_else(
    state, to, changes, facts, needs
) -> None:
    lacking = missing(ready(state=State(state), **changes), State(to), facts)
    assert lacking == tuple(map(Need, needs.split()))


@pytest.mark.parametrize("kind", list(ResolutionKind))
def test_what_was_changed_paid_or_refused_needs_evidence(kind: ResolutionKind) -> None:
    grave = kind.value in ("corrected", "compensated", "unfounded")
    bare = ready(state=State.OPEN, resolution_kind=kind, attempt_id=None)
    assert (Need.EVIDENCE in missing(bare, State.RESOLVED, FULL)) is grave
    assert missing(bare, State.RESOLVED, Facts(attachments=1)) == ()


def test_moves_keep_the_times_that_the_measures_count_from() -> None:
    solved = moved(ready(state=State.OPEN), State.RESOLVED, NOW)
    assert (solved.state, solved.resolved_at, solved.versions["state"]) == (State.RESOLVED, NOW, 1)
    closed = moved(solved, State.CLOSED, NOW)
    again = moved(closed, State.REOPENED, NOW)
    assert (closed.closed_at, again.closed_at, again.resolved_at) == (NOW, None, None)
    assert (again.reopenings, again.versions["state"]) == (1, 3)


def test_a_change_counts_only_the_fields_that_really_changed() -> None:
    before = complaint(1)
    after = before.changed(demand=Demand.APOLOGY, description=before.description)
    assert dict(after.versions) == {"demand": 1}
    assert before.changed(description=before.description) == before
