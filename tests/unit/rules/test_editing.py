"""One rule changed in the text of a pack: the rest stays to the letter."""

import difflib

from workbench.bootstrap import _shipped_rules
from workbench.rules.editing import rule_fields, with_rule
from workbench.rules.pack import parse_pack

TEXT, _ = _shipped_rules()
PACK = parse_pack(TEXT).check()
LINES = [rule.line for rule in PACK.rules]


def changed(code: str, **changes) -> str:
    rule = PACK.rule(code)
    return with_rule(TEXT, rule.line, LINES, {n.replace("_", "."): v for n, v in changes.items()})


def diff(text: str) -> tuple[list[str], list[str]]:
    rows = list(difflib.ndiff(TEXT.splitlines(), text.splitlines()))
    return [r[2:].strip() for r in rows if r[0] == "-"], [
        r[2:].strip() for r in rows if r[0] == "+"
    ]


def test_a_changed_number_changes_one_line() -> None:
    for rule in PACK.rules:
        gone, came = diff(changed(rule.code, priority=7))
        assert gone == [f"priority: {rule.priority}"] and came == ["priority: 7"], rule.code


def test_nothing_changed_is_the_same_text() -> None:
    for rule in PACK.rules:
        found = rule_fields(TEXT, rule.line, LINES)
        same = {"when": found["when"], "unless": found["unless"], "cause": rule.cause}
        assert with_rule(TEXT, rule.line, LINES, same) == TEXT


def test_conditions_and_texts_are_written_so_that_the_pack_reads_them_again() -> None:
    conditions = ["outcome = 'failed'", "debt_ratio > 0.7 # not a comment"[:16], "node = 'a: b'"]
    text = changed("Q04", when=conditions, zh_agent="负债率: {debt_ratio}，“偏高”。")
    rule = parse_pack(text).check().rule("Q04")
    assert [c.sql for c in rule.when] == conditions
    assert rule.texts["zh"].agent == "负债率: {debt_ratio}，“偏高”。"
    assert rule.texts["zh"].customer == PACK.rule("Q04").texts["zh"].customer
    others = [(r.code, r.when, r.unless, r.texts) for r in PACK.rules if r.code != "Q04"]
    read = parse_pack(text).check()
    sql = [
        (r.code, [c.sql for c in r.when + r.unless], r.texts) for r in read.rules if r.code != "Q04"
    ]
    assert sql == [(c, [x.sql for x in w + u], t) for c, w, u, t in others]


def test_what_is_left_empty_goes() -> None:
    text = changed("R01", unless=[])
    assert parse_pack(text).check().rule("R01").unless == ()


def test_a_rule_at_the_margin_before_another_key_is_changed_alone() -> None:
    text = (
        "name: t\nversion: '1'\nrules:\n- code: A\n  cause: high_debt\n  when: debt_ratio > 0.6\n"
        "# about B\n- code: B\n  cause: ineligible\n  when: age < 18\ncases:\n  B:\n    match: [{age: 3}]\n"
    )
    lines = [r.line for r in parse_pack(text).rules]
    one = with_rule(text, 4, lines, {"priority": 3})
    assert "  when: debt_ratio > 0.6\n  priority: 3\n# about B\n- code: B" in one
    two = with_rule(text, 8, lines, {"when": ["age < 19"]})
    assert parse_pack(two).check().rule("B").when[0].sql == "age < 19"
    assert two.endswith("cases:\n  B:\n    match: [{age: 3}]\n")
