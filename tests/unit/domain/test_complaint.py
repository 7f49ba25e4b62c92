"""A complaint from draft to saved."""

import pytest

from workbench.domain.complaint import ComplaintDraft, Demand, Severity


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, ("description", "demand")),
        ({"description": " \n\t "}, ("description", "demand")),
        ({"description": "开不了"}, ("demand",)),
        ({"demand": Demand.APOLOGY}, ("description",)),
        ({"description": "开不了", "demand": Demand.APOLOGY}, ()),
    ],
)
def test_a_draft_says_what_it_still_needs_in_the_order_of_asking(changes, missing) -> None:
    assert ComplaintDraft("d").with_changes(**changes).missing() == missing


def test_a_change_makes_a_new_draft_and_keeps_the_rest() -> None:
    draft = ComplaintDraft("d", attempt_id="A1", description="one")
    changed = draft.with_changes(description="two", severity=Severity.HIGH)
    assert (draft.description, draft.severity) == ("one", Severity.NORMAL)
    assert (changed.draft_id, changed.attempt_id, changed.description) == ("d", "A1", "two")


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError):
        ComplaintDraft("d").with_changes(colour="red")
