"""Who may do what: roles, actions and one table that denies by default."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    AGENT = "agent"
    TEAM_LEAD = "team_lead"
    QA = "qa"
    ADMIN = "admin"


class Act(StrEnum):
    """What a service asks leave for. One name per use case, not per button."""

    LOOKUP = "lookup"
    EXPLAIN = "explain"
    REVEAL = "reveal"
    ERASE = "erase"
    LOG_COMPLAINT = "log_complaint"
    READ_COMPLAINTS = "read_complaints"
    HANDLE_COMPLAINT = "handle_complaint"  # move, edit, check off, remind; the moves ask further
    COMMENT = "comment"  # and attach
    TAKE_COMPLAINT = "take_complaint"  # one that nobody has, for oneself
    ASSIGN = "assign"
    APPROVE = "approve"
    MERGE = "merge"  # and split
    EDIT_MACROS = "edit_macros"
    SEE_CASES = "see_cases"
    SEE_TICKETS = "see_tickets"
    FILE_TICKETS = "file_tickets"  # link, follow and write their state
    MANAGE_TRACKERS = "manage_trackers"
    OWN_REVIEWS = "own_reviews"  # see and answer them
    SEE_REVIEWS = "see_reviews"  # results; a lead those of the own team
    REVIEW = "review"  # draw, score, calibrate
    SEE_TRENDS = "see_trends"
    JUDGE_INCIDENTS = "judge_incidents"  # find them, and say what each is
    SEE_CODES = "see_codes"
    EDIT_CODES = "edit_codes"
    SEE_RULES = "see_rules"  # and try them out: on their cases, on history
    EDIT_RULES = "edit_rules"  # to the shadow, and rolled back
    RELEASE_RULES = "release_rules"  # approve another's, publish
    SEE_ISSUES = "see_issues"
    WAIT_FOR_FIX = "wait_for_fix"  # note who waits for an issue, and that he was called
    EDIT_ISSUES = "edit_issues"  # make, move, merge, split
    EDIT_GROUPING = "edit_grouping"
    IMPORT = "import"
    EXPORT = "export"
    AUDIT = "audit"
    BACKUP = "backup"
    SEE_CENTRE = "see_centre"  # versions, people, desks and how far behind they are
    MANAGE_PEOPLE = "manage_people"


ALLOWED: dict[Role, frozenset[Act]] = {
    Role.AGENT: frozenset(
        {
            Act.LOOKUP,
            Act.EXPLAIN,
            Act.REVEAL,
            Act.LOG_COMPLAINT,
            Act.READ_COMPLAINTS,
            Act.HANDLE_COMPLAINT,
            Act.COMMENT,
            Act.TAKE_COMPLAINT,
            Act.OWN_REVIEWS,
            Act.SEE_TRENDS,
            Act.SEE_CODES,
            Act.SEE_ISSUES,
            Act.WAIT_FOR_FIX,
        }
    ),
    Role.TEAM_LEAD: frozenset(
        {
            Act.LOOKUP,
            Act.EXPLAIN,
            Act.REVEAL,
            Act.LOG_COMPLAINT,
            Act.READ_COMPLAINTS,
            Act.HANDLE_COMPLAINT,
            Act.COMMENT,
            Act.TAKE_COMPLAINT,
            Act.ASSIGN,
            Act.APPROVE,
            Act.MERGE,
            Act.EDIT_MACROS,
            Act.SEE_CASES,
            Act.SEE_TICKETS,
            Act.OWN_REVIEWS,
            Act.SEE_REVIEWS,
            Act.SEE_TRENDS,
            Act.JUDGE_INCIDENTS,
            Act.SEE_CODES,
            Act.SEE_RULES,
            Act.SEE_ISSUES,
            Act.WAIT_FOR_FIX,
            Act.EDIT_ISSUES,
            Act.IMPORT,
            Act.EXPORT,
            Act.SEE_CENTRE,
        }
    ),
    Role.QA: frozenset(
        {
            Act.LOOKUP,
            Act.EXPLAIN,
            Act.READ_COMPLAINTS,
            Act.HANDLE_COMPLAINT,
            Act.COMMENT,
            Act.SEE_CASES,
            Act.SEE_TICKETS,
            Act.FILE_TICKETS,
            Act.OWN_REVIEWS,
            Act.SEE_REVIEWS,
            Act.REVIEW,
            Act.SEE_TRENDS,
            Act.JUDGE_INCIDENTS,
            Act.SEE_CODES,
            Act.SEE_ISSUES,
            Act.WAIT_FOR_FIX,
            Act.EDIT_ISSUES,
            Act.EDIT_GROUPING,
            Act.EDIT_CODES,
            Act.SEE_RULES,
            Act.EDIT_RULES,
            Act.RELEASE_RULES,
            Act.IMPORT,
            Act.EXPORT,
        }
    ),
    Role.ADMIN: frozenset(Act),
}


# How many customers one person may see in clear within an hour: enough for a day of calls, too few
# to carry a list away.
REVEALS_AN_HOUR = {Role.AGENT: 30, Role.TEAM_LEAD: 60, Role.QA: 0, Role.ADMIN: 60}


@dataclass(frozen=True)
class Person:
    person_id: str
    name: str
    role: Role
    active: bool = True
    team: str | None = None


def may(person: Person, act: Act) -> bool:
    """True only where the table says so and the person is active."""
    return person.active and act in ALLOWED.get(person.role, frozenset())
