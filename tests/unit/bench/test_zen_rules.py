"""The shipped pack as a decision table of zen-engine: true where our rules are true."""

import pytest

pytest.importorskip("zen")

import duckdb

from workbench.bench.zen_rules import (
    Untranslatable,
    ZenRules,
    _false,
    _true,
    decision_table,
)
from workbench.rules import language
from workbench.rules.pack import parse_pack, shipped_pack

VALUES = {"n": (None, 3, 4, 5), "t": (None, "a", "b", "其他平台"), "flag": (None, True, False)}
CONDITIONS = [
    "n < 4", "n <= 4", "n > 4", "n >= 4", "n = 4", "n <> 4", "n BETWEEN 4 AND 5",
    "n NOT BETWEEN 4 AND 5", "n > -1", "t = 'a'", "t <> 'a'", "t IN ('a', 'b')",
    "t NOT IN ('a', 'b')", "t LIKE '%平台%'", "t NOT LIKE '%平台%'", "t IS NULL",
    "t IS NOT NULL", "flag = FALSE", "flag", "NOT flag", "NOT (n < 4 AND t = 'a')",
    "n < 4 OR t = 'a'", "COALESCE(t, 'a') = 'a'", "COALESCE(n, 0) = 0",
    "COALESCE(t, CASE WHEN n = 4 THEN 'a' ELSE 'z' END) = 'a'",
    "CASE WHEN t = 'a' THEN TRUE WHEN t = 'b' THEN FALSE ELSE NULL END",
    "CASE WHEN n = 4 THEN t END = 'a'",
]  # fmt: skip


@pytest.mark.parametrize("condition", CONDITIONS)
def test_true_and_false_are_what_sql_says_and_unknown_is_neither(condition: str) -> None:
    import zen

    tree = language.parse(condition)
    for n in VALUES["n"]:
        for t in VALUES["t"]:
            for flag in VALUES["flag"]:
                row = {"n": n, "t": t, "flag": flag}
                expected = duckdb.execute(
                    f"SELECT {condition} FROM (SELECT $n::INT AS n, $t::VARCHAR AS t,"
                    " $flag::BOOLEAN AS flag)",
                    row,
                ).fetchall()[0][0]
                assert zen.evaluate_expression(_true(tree), row) is (expected is True), row
                assert zen.evaluate_expression(_false(tree), row) is (expected is False), row


@pytest.mark.parametrize("condition", ["t LIKE 'a%'", "LENGTH(t) > 2"])
def test_what_has_no_translation_is_refused_and_not_guessed(condition: str) -> None:
    with pytest.raises(Untranslatable):
        _true(language.parse(condition))


def test_the_rules_that_hold_are_named_in_order_of_priority() -> None:
    pack = parse_pack(
        "name: p\nversion: '1'\nrules:\n"
        "  - {code: B, cause: high_debt, priority: 20, when: [debt_ratio > 0.5]}\n"
        "  - {code: A, cause: high_debt, priority: 10, when: [age < 18], unless: [step = 'face']}\n"
    ).check()
    rules = ZenRules(pack)
    nothing = dict.fromkeys(rules.fields)
    assert rules.codes(nothing | {"debt_ratio": 0.9, "age": 17, "step": "entry"}) == ["A", "B"]
    assert rules.codes(nothing | {"debt_ratio": 0.9, "age": 17, "step": "face"}) == ["B"]
    assert rules.codes(nothing | {"debt_ratio": 0.9, "age": 17}) == ["B"], "an unless unknown"
    assert rules.codes(nothing | {"age": 20}) == []
    assert rules.codes(nothing | {"debt_ratio": 0.9, "outcome": "success"}) == []
    assert rules.codes(nothing | {"debt_ratio": 0.9, "outcome": "pending"}) == []


def test_every_rule_of_the_shipped_pack_has_its_row() -> None:
    pack = shipped_pack()
    nodes = decision_table(pack, ("outcome", "decision"))["nodes"]
    rows = nodes[2]["content"]["rules"]
    assert [row["code"].strip('"') for row in rows] == [rule.code for rule in pack.rules]
