"""A site's refinements of grouping: read, or refused with a place."""

import pytest

from workbench.domain.attempt import FieldType
from workbench.domain.errors import BadInput
from workbench.rules.grouping import Grouping, parse_grouping

GOOD = """\
version: "3"
refine:
  - name: bank
    when: [error_source = 'bank', step = 'bank_card']
    by: [province, node]
    without: [version]
"""


def test_a_refinement_says_for_which_failures_and_by_what() -> None:
    found = parse_grouping(GOOD).check()
    (refinement,) = found.refinements
    assert refinement.by == ("province", "node") and refinement.without == ("version",)
    assert len(refinement.when) == 2 and found.stamp == "v1+3"
    assert Grouping().stamp == "v1"


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "column"),
    [
        ("error_source = 'bank'", "error_sorce = 'bank'", "rule_unknown_field_near", 4, 12),
        ("error_source = 'bank'", "phone = '1'", "rule_identity_field", 4, 12),
        ("error_source = 'bank'", "step", "rule_type", 4, 12),
        ("error_source = 'bank'", "1 = 1; drop", "rule_forbidden", 4, 17),
        ("province, node", "error_message", "pack_bad_value", 5, 10),
        ("province, node", "customer_id", "pack_bad_value", 5, 10),
        ("[version]", "[colour]", "pack_bad_value", 6, 15),
        ("by: [province, node]", "bye: [province]", "pack_unknown_key", 5, 5),
        ("name: bank", "name: a b", "pack_bad_label", 3, 11),
        ('version: "3"', 'title: "3"', "pack_unknown_key", 1, 1),
    ],
)
def test_what_is_wrong_is_named_with_line_and_column(old, new, key, line, column) -> None:
    with pytest.raises(BadInput) as caught:
        parse_grouping(GOOD.replace(old, new), "site.yaml").check()
    found = caught.value
    assert (found.key, found.params["file"]) == (key, "site.yaml")
    assert (found.params["line"], found.params["column"]) == (line, column)


def test_a_refinement_that_refines_nothing_is_refused() -> None:
    text = "version: \"1\"\nrefine:\n  - name: a\n    when: step = 'face'\n"
    with pytest.raises(BadInput, match="pack_missing_key"):
        parse_grouping(text)


def test_a_column_of_the_site_can_be_asked_about_where_there_is_one() -> None:
    text = GOOD.replace("error_source = 'bank'", "branch = 'north'")
    with pytest.raises(BadInput, match="rule_unknown_field"):
        parse_grouping(text).check()
    parse_grouping(text).check({"branch": FieldType.TEXT})
