"""Lint against packs that are wrong in one way each, and against every attempt of a small world."""

from itertools import product

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.domain.rule_desk import Finding
from workbench.domain.taxonomy import Cause
from workbench.rules.codes import Catalogue
from workbench.rules.compiler import rule_sql
from workbench.rules.lint import lint
from workbench.rules.pack import RulePack, parse_pack, shipped_pack

TEXTS = """
    next_steps: [x]
    texts: {zh: {agent: a, customer: b}, en: {agent: a, customer: b}}"""


def pack(*rules: str) -> RulePack:
    listed = "".join(
        f"\n  - code: R{n}\n    cause: service_defect{TEXTS}\n    {rule}"
        for n, rule in enumerate(rules)
    )
    return parse_pack(f"name: t\nversion: '1'\nrules:{listed}\n").check()


def linted(made: RulePack, codes: frozenset[str] | None = None) -> list[Finding]:
    """All but that such a small pack leaves causes without a rule."""
    return [f for f in lint(made, codes) if f.key != "cause_without_rule"]


def found(*rules: str) -> list[tuple[str, str]]:
    return [(f.key, f.rule) for f in linted(pack(*rules))]


def when(*conditions: str, unless: str = "", priority: int | None = None) -> str:
    lines = ["when:", *(f'  - "{c}"' for c in conditions)]
    lines += [f'unless: ["{unless}"]'] if unless else []
    lines += [f"priority: {priority}"] if priority is not None else []
    return "\n    ".join(lines)


def test_the_shipped_pack_is_clean() -> None:
    assert lint(shipped_pack(), {entry.code for entry in Catalogue().entries()}) == []


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (when("age < 18", "age > 20"), "never_true"),
        (when("age < 18", "age >= 18"), "never_true"),
        (when("channel = 'h5'", "channel = 'app_ios'"), "never_true"),
        (when("channel IN ('h5', 'pc_web')", unless="channel IN ('h5', 'pc_web')"), "never_true"),
        (when("campaign IS NULL", "campaign = 'x'"), "never_true"),
        (when("age < 18", unless="age < 20"), "never_true"),
        (when("1 = 1"), "always_true"),
        (when("network_type = 'WIFI'"), "unknown_word"),
        (when("debt_ratio > 60"), "beyond_range"),
        (when("paid_months_12 < -1"), "beyond_range"),
        (when("age < 18", unless="debt_ratio > 62"), "beyond_range"),
        (when("age >= 0"), "always_true"),
        (when("credit_history_months > age"), "unit_mismatch"),
        (when("COALESCE(monthly_income, 0) + latency_ms > 5000"), "unit_mismatch"),
    ],
)
def test_each_mistake_is_named_once_with_its_place(rule: str, key: str) -> None:
    (finding,) = linted(pack(rule))
    assert (finding.key, finding.grave, finding.rule) == (key, True, "R0")
    assert finding.line > 3


def test_what_is_missing_of_the_texts_is_named() -> None:
    bare = "name: t\nversion: '1'\nrules:\n  - code: R\n    cause: service_defect\n    when: [age < 18]\n"
    bare += "    texts: {en: {agent: a, customer: b}}\n"
    assert [(f.key, f.params["language"]) for f in linted(parse_pack(bare).check())] == [
        ("no_steps", "en"),
        ("no_text", "zh"),
    ]


def test_a_rule_behind_a_wider_one_is_shadowed_and_not_the_other_way_round() -> None:
    wide, narrow = "age < 20", "age < 18"
    assert found(when(wide), when(narrow, "channel = 'h5'")) == [("shadowed", "R1")]
    assert found(when(narrow, "channel = 'h5'"), when(wide)) == []
    assert found(when(wide), when("age < 30")) == []
    assert found(when(wide, priority=5), when(narrow, priority=5)) == [("shadowed_equal", "R1")]
    assert found(when("outcome = 'failed'"), when("outcome = 'failed'", "http_status = 500")) == [
        ("shadowed", "R1")
    ]


def test_equal_priorities_are_told_where_both_may_hold() -> None:
    one, two = when("age < 20", priority=5), when("channel = 'h5'", priority=5)
    assert found(one, two) == [("equal_priority", "R1")]
    assert found(one, when("age >= 20", priority=5)) == []
    assert found(one, when("channel = 'h5'", priority=6)) == []


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (when("debt_ratio <= 1", "channel = 'h5'"), "says_nothing"),
        (when("age < 18", unless="debt_ratio > 1"), "says_nothing"),
        (when("latency_ms > 3"), "doubtful_unit"),
        (when("requested_amount > 0.5"), "doubtful_unit"),
    ],
)
def test_what_is_doubtful_is_a_hint_only(rule: str, key: str) -> None:
    (finding,) = linted(pack(rule))
    assert (finding.key, finding.grave) == (key, False)
    assert linted(pack(when("latency_ms > 3000", "monthly_income < 3000"))) == []


def test_a_code_that_no_catalogue_knows_is_dead() -> None:
    made = pack(when("COALESCE(decline_code, error_code, '') IN ('GONE', 'HERE')"))
    (finding,) = linted(made, frozenset({"HERE"}))
    assert (finding.key, finding.params["code"], finding.grave) == ("dead_code", "GONE", False)
    assert linted(made) == [], "without catalogues nothing is known of codes"
    of_words = pack(when("channel = 'h5'", "exit_reason = 'x'", "error_code = error_source"))
    assert linted(of_words, frozenset()) == []


def test_values_that_two_rules_leave_between_them_are_a_gap() -> None:
    declined = "decision = 'declined'"
    low, high = when("debt_ratio < 0.3", declined), when("debt_ratio > 0.6", declined)
    assert found(low, high) == [("gap", "R1")]
    (gap,) = linted(pack(low, high))
    assert (gap.params["low"], gap.params["high"], gap.params["other"]) == ("0.3", "0.6", "R0")
    assert found(low, high, when("debt_ratio >= 0.3", "debt_ratio < 0.7", declined)) == []
    assert found(low, when("debt_ratio >= 0.3", declined)) == []
    assert found(low, when("debt_ratio > 0.3", declined)) == [("gap", "R1")]
    assert found(low, when("debt_ratio > 0.6", "decision = 'manual'")) == [], "of other attempts"
    assert found(when("age < 18"), when("age >= 18")) == []
    assert found(when("age <= 17"), when("age > 17")) == [], "there is nothing between 17 and 18"
    assert found(when("age <= 17"), when("age > 18")) == [("gap", "R1")]
    assert found(when("http_status = 429"), when("http_status = 503")) == [], "values, not ranges"


def test_causes_that_no_rule_leads_to_are_named_once() -> None:
    (finding,) = lint(pack(when("age < 18")))
    assert finding.key == "cause_without_rule"
    assert set(finding.params["causes"]) == set(Cause) - {Cause.UNDETERMINED, Cause.SERVICE_DEFECT}


CONDITIONS = st.sampled_from(
    [
        *(f"age {sign} {n}" for sign in ("<", "<=", ">", ">=", "=", "<>") for n in (17, 18, 19)),
        "age IS NULL", "age IS NOT NULL", "age IN (17, 19)",
        "COALESCE(age, 18) = 18", "COALESCE(age, 0) < 18",
        *(f"channel {sign} '{word}'" for sign in ("=", "<>") for word in ("h5", "pc_web")),
        "channel IN ('h5', 'app_ios')", "channel NOT IN ('h5', 'pc_web')", "channel IS NULL",
        "age >= 0", "age <= 130", "COALESCE(channel, 'h5') = 'h5'", "NOT channel = 'h5'", "age < 18 OR channel = 'h5'",
    ]
)  # fmt: skip
RULE = st.tuples(
    st.lists(CONDITIONS, min_size=1, max_size=3),
    st.one_of(st.just(""), CONDITIONS),
    st.sampled_from([5, 6]),
)
WORLD = "(VALUES " + ", ".join(
    f"({age}, {channel})"
    for age, channel in product(
        ("NULL", "16", "17", "18", "19", "20"), ("NULL", "'h5'", "'pc_web'", "'app_ios'")
    )
) + ") AS world(age, channel)"  # fmt: skip

KNOWN = [i for i in range(24) if i >= 4 and i % 4]  # where neither is missing


@settings(max_examples=150)
@given(st.lists(RULE, min_size=2, max_size=2))
@example([(["age < 17"], "", 5), (["COALESCE(age, 18) = 18", "COALESCE(age, 0) < 18"], "", 5)])
def test_what_lint_says_is_so_for_every_attempt(rules) -> None:
    made = pack(*(when(*c, unless=u, priority=p) for c, u, p in rules))
    truths = [f"coalesce({rule_sql(rule, made, ('age', 'channel'))}, FALSE)" for rule in made.rules]
    rows = duckdb.sql(f"SELECT {', '.join(truths)} FROM {WORLD}").fetchall()
    place = {rule.code: i for i, rule in enumerate(made.rules)}
    for finding in linted(made):
        own = [row[place[finding.rule]] for row in rows]
        if finding.key == "never_true":
            assert not any(own)
        elif finding.key == "always_true":
            assert all(own[i] for i in KNOWN)
        elif finding.key in ("shadowed", "shadowed_equal"):
            other = [row[place[str(finding.params["other"])]] for row in rows]
            assert all(there for here, there in zip(own, other, strict=True) if here)
