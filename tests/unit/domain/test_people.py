"""Who may do what: the table denies what it does not say."""

import pytest

from workbench.domain.people import ALLOWED, Act, Person, Role, may


def person(role: Role, active: bool = True) -> Person:
    return Person("p", "张敏", role, active)


@pytest.mark.parametrize(
    ("role", "acts"),
    [
        (
            Role.AGENT,
            "LOOKUP EXPLAIN REVEAL LOG_COMPLAINT READ_COMPLAINTS SEE_TRENDS SEE_CODES"
            " HANDLE_COMPLAINT COMMENT TAKE_COMPLAINT SEE_ISSUES WAIT_FOR_FIX OWN_REVIEWS",
        ),
        (
            Role.TEAM_LEAD,
            "LOOKUP EXPLAIN REVEAL LOG_COMPLAINT READ_COMPLAINTS SEE_TRENDS IMPORT EXPORT"
            " SEE_CODES HANDLE_COMPLAINT COMMENT TAKE_COMPLAINT ASSIGN APPROVE MERGE EDIT_MACROS"
            " SEE_CASES SEE_CENTRE SEE_RULES SEE_TICKETS SEE_ISSUES WAIT_FOR_FIX EDIT_ISSUES JUDGE_INCIDENTS OWN_REVIEWS SEE_REVIEWS",
        ),
        (
            Role.QA,
            "LOOKUP EXPLAIN READ_COMPLAINTS SEE_TRENDS IMPORT EXPORT SEE_CODES EDIT_CODES"
            " HANDLE_COMPLAINT COMMENT SEE_CASES SEE_RULES EDIT_RULES RELEASE_RULES SEE_TICKETS FILE_TICKETS SEE_ISSUES WAIT_FOR_FIX EDIT_ISSUES EDIT_GROUPING JUDGE_INCIDENTS"
            " OWN_REVIEWS"
            " SEE_REVIEWS REVIEW",
        ),
    ],
)
def test_a_role_may_do_what_its_row_says_and_nothing_else(role: Role, acts: str) -> None:
    assert {act for act in Act if may(person(role), act)} == {Act[name] for name in acts.split()}


def test_an_administrator_may_do_everything() -> None:
    assert all(may(person(Role.ADMIN), act) for act in Act)


@pytest.mark.parametrize("role", list(Role))
def test_a_person_who_was_disabled_may_do_nothing(role: Role) -> None:
    assert not any(may(person(role, active=False), act) for act in Act)


def test_a_role_that_is_not_in_the_table_may_do_nothing(monkeypatch) -> None:
    monkeypatch.delitem(ALLOWED, Role.ADMIN)
    assert not any(may(person(Role.ADMIN), act) for act in Act)
