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
from workbench.domain.diagnosis import Status
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


@pytest.mark.slow
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


def test_reasons_are_named_in_order_of_priority_and_what_is_unknown_is_possible() -> None:
    pack = parse_pack(
        "name: p\nversion: '1'\nrules:\n"
        "  - {code: B, cause: high_debt, priority: 20, when: [debt_ratio > 0.5]}\n"
        "  - {code: A, cause: high_debt, priority: 10, when: [age < 18], unless: [step = 'face']}\n"
        "  - {code: C, cause: high_debt, priority: 5, when: [http_status = 0, risk_score > 1],"
        " rivals: [B]}\n"
    ).check()
    rules = ZenRules(pack)
    known = {"debt_ratio": 0.1, "age": 20, "step": "entry", "http_status": 200, "risk_score": 1.0}
    known |= dict.fromkeys(set(rules.fields) - set(known))

    def said(**facts: object) -> tuple[str, list[str]]:
        return rules.answer(known | facts)

    assert said() == (Status.UNDETERMINED, [])
    assert said(debt_ratio=0.9, age=17) == (Status.DETERMINED, ["A", "B"])
    assert said(debt_ratio=0.9, age=17, step="face") == (Status.DETERMINED, ["B"])
    assert said(debt_ratio=0.9, age=17, step=None) == (Status.DETERMINED, ["B"]), "unless unknown"
    assert said(age=17, step=None) == (Status.POSSIBLE, ["A"])
    assert said(debt_ratio=None, age=None) == (Status.POSSIBLE, ["A"])
    certain = {"http_status": 0, "risk_score": 2.0}
    assert said(**certain) == (Status.DETERMINED, ["C"])
    assert said(**certain, debt_ratio=None) == (Status.POSSIBLE, ["C"]), "a rival is unknown"
    assert said(debt_ratio=0.9, outcome="success") == (Status.NONE, [])
    assert said(debt_ratio=0.9, outcome="pending") == (Status.NONE, [])


def test_every_rule_of_the_shipped_pack_has_its_row_in_both_tables() -> None:
    pack = shipped_pack()
    nodes = {n["name"]: n for n in decision_table(pack, ("outcome", "decision"))["nodes"]}
    for table in ("true", "open"):
        rows = nodes[table]["content"]["rules"]
        assert [row["code"].strip('"') for row in rows] == [rule.code for rule in pack.rules]
