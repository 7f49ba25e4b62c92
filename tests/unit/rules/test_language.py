"""The rule language: what it takes, what it refuses, and how quickly it makes up its mind."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.attempt import FieldType
from workbench.rules import language
from workbench.rules.language import Comparison, Refused

SCRAPS = tuple(
    "age outcome ( ) AND OR NOT < = <> IN 'x' 1 NULL CASE WHEN THEN END , + - * / % IS LIKE"  # noqa: SIM905
    " BETWEEN SELECT FROM ; -- COALESCE :: [ ] { } . * @ ! ~ ^ | & $ ?".split()
)
FIELDS = language.readable_fields({"dti": FieldType.REAL, "还款天数": FieldType.INTEGER})


def check(sql: str) -> tuple[str, ...]:
    return language.check(language.parse(sql), FIELDS)


@pytest.mark.parametrize(
    ("sql", "fields"),
    [
        ("credit_history_months < 4", ("credit_history_months",)),
        ("Age >= 18 AND age < 60", ("age",)),
        ("dti > 0.4 OR 还款天数 >= 30", ("dti", "还款天数")),
        ("decision IS NOT DISTINCT FROM 'declined'", ("decision",)),
        ("COALESCE(error_code, '') IN ('A', 'B')", ("error_code",)),
        ("exit_reason NOT LIKE '%利率%'", ("exit_reason",)),
        ("TRY_CAST(decline_code AS DOUBLE) BETWEEN 1 AND 5", ("decline_code",)),
        ("occurred_at < TIMESTAMP '2026-11-08 00:00:00'", ("occurred_at",)),
        ("requested_amount / monthly_income > 3", ("requested_amount", "monthly_income")),
        ("CASE WHEN age IS NULL THEN NULL ELSE age > 20 END", ("age",)),
        ("NOT identity_verified", ("identity_verified",)),
        ("error_message = '-- not; a /* comment */'", ("error_message",)),
    ],
)
def test_a_condition_over_known_fields_is_taken(sql: str, fields: tuple[str, ...]) -> None:
    assert check(sql) == fields


@pytest.mark.parametrize(
    ("sql", "key"),
    [
        ("credit_histroy_months < 4", "rule_unknown_field_near"),
        ("zzz = 1", "rule_unknown_field"),
        ("phone = '13800000000'", "rule_identity_field"),
        ("Customer_Name = '王'", "rule_identity_field"),
        ("age", "rule_type"),
        ("age = 'x'", "rule_type"),
        ("age BETWEEN 1 AND 'x'", "rule_type"),
        ("app_version > '12'", "rule_type"),
        ("decision IN ('a', 1)", "rule_type"),
        ("age < 1e300", "rule_number"),
        ("(SELECT 1) = 1", "rule_forbidden"),
        ("age IN (SELECT 1)", "rule_forbidden"),
        ("EXISTS(SELECT 1)", "rule_function"),
        ("age < 18; DROP TABLE attempts", "rule_forbidden"),
        ("age < 18 -- and more", "rule_forbidden"),
        ("age < 18 /* and more */", "rule_forbidden"),
        ("age < $1", "rule_forbidden"),
        ("age = ?", "rule_forbidden"),
        ("attempts.age < 1", "rule_forbidden"),
        ("CAST(decline_code AS DOUBLE) > 1", "rule_forbidden"),
        ("getenv('HOME') = 'x'", "rule_function"),
        ("read_csv('/etc/passwd') = 1", "rule_function"),
        ("SUM(age) > 1", "rule_function"),
        ("ROW_NUMBER() OVER () = 1", "rule_forbidden"),
        ("exit_reason LIKE '%%%%%'", "rule_pattern"),
        ("occurred_at < TIMESTAMP 'soon'", "rule_timestamp"),
        ("age <", "rule_syntax"),
        ("age age age", "rule_syntax"),
        ("'unclosed", "rule_syntax"),
        ("", "rule_empty"),
        ("age IN ()", "rule_syntax"),
    ],
)
def test_anything_else_is_refused_by_name(sql: str, key: str) -> None:
    with pytest.raises(Refused) as refused:
        check(sql)
    assert refused.value.key == key


def test_a_misspelt_field_is_answered_with_the_nearest_and_its_place() -> None:
    with pytest.raises(Refused) as refused:
        check("outcome = 'failed' AND dept_ratio > 0.6")
    assert refused.value.params["near"] == "debt_ratio"
    assert refused.value.offset == len("outcome = 'failed' AND ")


@pytest.mark.parametrize(
    "sql",
    [
        "(" * 10_000 + "age < 1" + ")" * 10_000,
        "(" * 30 + "age < 1" + ")" * 30,
        "NOT " * 900 + "TRUE",
        "- " * 1500 + "age < 1",
        "age < " + " + ".join(["1"] * 950),
        "CASE WHEN TRUE THEN " * 100 + "TRUE" + " END" * 100,
        "age < 1 OR " * 50_000 + "TRUE",
        "x" * 50_000,
    ],
    ids=["parentheses", "30 deep", "not", "minus", "sum", "case", "or", "long word"],
)
def test_hostile_nesting_is_refused_before_it_costs_anything(sql: str) -> None:
    # A thread with a usual small stack: deep recursion would end the process, not the test.
    answer: list[str] = []

    def ask() -> None:
        try:
            check(sql)
        except Refused as refused:
            answer.append(refused.key)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert answer and answer[0] in {"rule_too_deep", "rule_too_long", "rule_syntax"}


@settings(max_examples=300)
@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(SCRAPS),
            max_size=25,
        ).map(" ".join),
    )
)
def test_any_text_is_either_a_boolean_condition_or_refused(sql: str) -> None:
    try:
        check(sql)
    except Refused as refused:
        assert refused.key.startswith("rule_")


def comparison(sql: str) -> Comparison | None:
    return language.comparison(language.parse(sql), FIELDS)


def test_simple_comparisons_are_read_for_the_card_from_either_side() -> None:
    assert comparison("credit_history_months < 4") == Comparison("credit_history_months", "<", "4")
    assert comparison("0.62 < debt_ratio") == Comparison("debt_ratio", ">", "0.62")
    assert comparison("NOT identity_verified") == Comparison("identity_verified", "<>", "true")
    assert comparison("step IN ('face', 'identity')") == Comparison("step", "in", "face, identity")
    assert comparison("policy IS NOT NULL") == Comparison("policy", "is not null", None)
    assert comparison("age < paid_months_12") is None
