"""The file of cases: what it may say, and where it is wrong."""

from pathlib import Path

import pytest

from workbench.domain.errors import BadInput
from workbench.rules.cases import all_cases, cases_file, read_cases, with_case
from workbench.rules.pack import parse_pack, shipped_pack


def test_cases_are_read_with_their_places_and_what_is_missing_is_missing() -> None:
    text = (
        "E01:\n  match:\n    - {age: 17, channel: ~}\nineligible:\n  no_match:\n    - {age: '19'}\n"
    )
    one, two = read_cases(text, shipped_pack())
    assert (one.target, one.expected, one.attempt) == (
        "E01",
        "match",
        {"age": "17", "channel": None},
    )
    assert (two.target, two.expected, two.attempt, two.line) == (
        "ineligible",
        "no_match",
        {"age": "19"},
        6,
    )


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("XX:\n  match: [{age: 1}]\n", "case_of_nothing", 2),
        ("E01:\n  maybe: [{age: 1}]\n", "case_kind", 2),
        ("ineligible:\n  unknown: [{age: 1}]\n", "case_kind", 2),
        ("E01:\n  match: {age: 1}\n", "pack_not_list", 2),
        ("E01:\n  match:\n    - {agee: 1}\n", "case_field", 3),
        ("E01:\n  match:\n    - {phone: 1}\n", "case_field", 3),
        ("E01:\n  match:\n    - {age: young}\n", "case_value", 3),
        ("E01:\n  match:\n    - {debt_ratio: NaN}\n", "case_value", 3),
        ("E01:\n  match:\n    - {identity_verified: maybe}\n", "case_value", 3),
        ("E01:\n  match:\n    - {occurred_at: gestern}\n", "case_value", 3),
        ("- 1\n", "pack_not_mapping", 1),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, key: str, line: int) -> None:
    with pytest.raises(BadInput) as refused:
        read_cases(text, shipped_pack())
    assert (refused.value.key, refused.value.params["line"]) == (key, line)


def test_the_file_lies_beside_its_pack() -> None:
    assert cases_file(Path("a/activation.yaml")) == Path("a/activation.cases.yaml")


PACK = """name: t
version: '1'
rules:
  - code: R
    cause: ineligible
    when: age < 18
cases:
  R:
    match: [{age: 17}]
"""


def test_cases_stand_in_the_pack_and_beside_it() -> None:
    pack = parse_pack(PACK, "mine.yaml").check()
    found = all_cases(PACK, "R:\n  no_match: [{age: 19}]\n", pack)
    assert [(c.file, c.line, c.expected) for c in found] == [
        ("mine.yaml", 9, "match"),
        ("mine.cases.yaml", 2, "no_match"),
    ]
    with pytest.raises(BadInput) as refused:
        bad = PACK.replace("age: 17", "agee: 17")
        all_cases(bad, "", parse_pack(bad, "mine.yaml").check())
    assert (refused.value.params["file"], refused.value.params["line"]) == ("mine.yaml", 9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# head\nE02:\n  match:\n    - {age: 3}\n",
        "E01:\n  match:\n    # why\n    - {age: 3}\n  no_match:\n    - {age: 30}\n",
        "E01:\n  match:\n  - {age: 3}\n",
        "E01:\n  no_match:\n    - {age: 30}\nE02:\n  match: [{age: 3}]\n",
        "E01:\n  match: [{age: 3}]",
        "E02:\n  match: [{age: 3}]",
    ],
)
def test_one_more_case_leaves_the_file_as_it_was_otherwise(text: str) -> None:
    before = read_cases(text, shipped_pack())
    facts = {"age": 17, "debt_ratio": 0.5, "identity_verified": True, "node": "it's: {n} # 1"}
    after = with_case(text, "E01", facts, "case 1")
    now = read_cases(after, shipped_pack())
    said = [(c.target, c.expected, c.attempt) for c in now]
    assert len(now) == len(before) + 1
    assert (
        "E01",
        "match",
        {n: str(v).lower() if v is True else str(v) for n, v in facts.items()},
    ) in said
    assert all((c.target, c.expected, c.attempt) in said for c in before)
    kept = [line.strip() for line in text.splitlines() if "match: [" not in line]
    assert all(line in after for line in kept)
