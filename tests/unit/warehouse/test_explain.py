"""One attempt's card: evidence, what would change it, when to try again, and what may be said."""

from collections.abc import Sequence
from datetime import datetime

import duckdb
import pytest

from tests.attempt_rows import COLUMNS, relation
from workbench.domain.diagnosis import Explanation, Lost, Status, Truth
from workbench.domain.errors import BadInput
from workbench.rules.pack import RulePack, parse_pack, shipped_pack
from workbench.warehouse.explain import explain_row

AT = datetime(2026, 11, 20, 3, 0)  # UTC; 11:00 in Shanghai
SOUND = {
    "attempt_id": "A1",
    "occurred_at": AT,
    "outcome": "failed",
    "decision": "declined",
    "error_source": "risk",
    "error_code": "CREDIT_REJECT",
    "http_status": 200,
    "credit_history_months": 40,
    "employment_type": "employed",
    "paid_months_12": 12,
    "overdue_count_24m": 0,
    "debt_ratio": 0.2,
    "age": 30,
    "decline_shift": 1.0,
}


def explain(pack: RulePack | None = None, **changes: object) -> Explanation:
    def rows(sql: str, params: Sequence[object]) -> list[tuple]:
        return duckdb.execute(sql, list(params)).fetchall()

    source = relation([SOUND | changes])
    return explain_row(rows, pack or shipped_pack(), source, "A1", COLUMNS)


def test_a_thin_history_is_shown_with_value_limit_unit_and_source() -> None:
    told = explain(credit_history_months=3)
    assert (told.cause, told.status) == ("thin_credit_history", Status.DETERMINED)
    evidence = {e.field: e for e in told.reasons[0].evidence}["credit_history_months"]
    assert (evidence.observed, evidence.operator, evidence.limit) == ("3", "<", "4")
    assert (evidence.unit, evidence.source, evidence.outcome) == ("months", "credit", Truth.TRUE)
    assert "3 个月" in told.texts["zh"].agent and "4 个月" in told.texts["zh"].agent
    assert "4" not in told.texts["zh"].customer


def test_the_smallest_change_and_the_time_it_takes_are_given() -> None:
    told = explain(credit_history_months=1)
    assert told.would_change == (("credit_history_months", "4", ">="),)
    assert told.next_attempt_at == datetime(2027, 2, 19, 16, 0)  # 20 Feb 00:00 in Shanghai
    assert told.next_attempt_why == "history"


def test_a_history_one_month_short_still_waits_out_the_cooldown() -> None:
    told = explain(credit_history_months=3)
    assert told.next_attempt_at == datetime(2026, 12, 20, 16, 0)
    assert told.next_attempt_why == "cooldown"


def test_the_cap_of_attempts_moves_the_next_time() -> None:
    told = explain(
        decision=None,
        error_source="app",
        error_code="ID_MISMATCH",
        step="identity",
        customer_attempts_24h=3,
    )
    assert told.cause == "identity_unverified"
    assert (told.next_attempt_at, told.next_attempt_why) == (
        datetime(2026, 11, 21, 16, 0),
        "cap_24h",
    )
    assert explain(error_code="ID_MISMATCH").next_attempt_why == "any_time"


def test_no_change_is_offered_for_what_a_customer_cannot_or_should_not_change() -> None:
    told = explain(age=17)
    assert told.cause == "ineligible"
    assert told.would_change == () and told.next_attempt_at is None
    assert told.next_attempt_why == "no_retry"
    assert explain(decline_shift=9.0).would_change == ()


def test_several_true_reasons_are_ranked_and_leave_the_cause_only_possible() -> None:
    told = explain(credit_history_months=2, debt_ratio=0.9, overdue_count_24m=4)
    assert told.status is Status.POSSIBLE
    assert [(r.rank, r.code) for r in told.reasons] == [(1, "Q01"), (2, "Q03"), (3, "Q04")]
    assert "负债偏高" in told.texts["zh"].agent


def test_a_missing_fact_is_named_and_nothing_is_told_to_the_customer_as_true() -> None:
    told = explain(credit_history_months=None)
    assert (told.cause, told.status) == ("thin_credit_history", Status.POSSIBLE)
    assert told.reasons == () and told.possible[0].code == "Q01"
    assert "信用记录" in told.texts["zh"].agent and "Credit history" in told.texts["en"].agent
    assert "信用记录" not in told.texts["zh"].customer


def test_a_runner_up_is_shown_with_the_one_condition_that_failed() -> None:
    told = explain(credit_history_months=2)
    (lost,) = [r for r in told.ruled_out if r.code == "Q04"]
    assert [e.field for e in lost.evidence if e.outcome is Truth.FALSE] == ["debt_ratio"]


def test_the_runner_up_is_a_rival_and_says_what_decided_against_it() -> None:
    told = explain(credit_history_months=2)
    assert told.runner_up is not None
    assert (told.runner_up.reason.code, told.runner_up.why) == ("Q03", Lost.FALSE)
    assert told.runner_up.evidence is not None
    assert told.runner_up.evidence.field == "overdue_count_24m"
    told = explain(credit_history_months=2, overdue_count_24m=None)
    assert told.runner_up is not None
    assert (told.runner_up.reason.code, told.runner_up.why) == ("Q03", Lost.UNKNOWN)
    told = explain(credit_history_months=2, debt_ratio=0.9)
    assert told.runner_up is not None
    assert (told.runner_up.reason.code, told.runner_up.why) == ("Q04", Lost.PRIORITY)
    assert told.runner_up.evidence is None
    assert explain(outcome="success", decision="approved").runner_up is None


def test_a_pending_attempt_says_query_first_and_never_a_cause() -> None:
    told = explain(outcome="pending", credit_history_months=1)
    assert (told.status, told.cause, told.reasons, told.possible) == (Status.PENDING, "", (), ())
    assert told.next_attempt_why == "query_first"
    assert "查询" in told.texts["zh"].agent


def test_a_success_has_nothing_to_explain() -> None:
    told = explain(outcome="success", decision="approved")
    assert told.status is Status.NONE and told.texts["en"].next_steps == ()


def test_what_no_rule_explains_is_undetermined_and_names_the_unmapped_code() -> None:
    told = explain(decision=None, error_source="gateway", error_code="E9999")
    assert (told.status, told.cause) == (Status.UNDETERMINED, "undetermined")
    assert "E9999" in told.texts["zh"].agent
    assert "E9999" not in told.texts["zh"].customer


def test_a_suppressed_reason_never_reaches_the_customers_register() -> None:
    told = explain(decline_shift=9.0)
    assert told.cause == "risk_model_failure" and told.reasons[0].suppressed
    rule = shipped_pack().rule("R01")
    assert rule is not None
    for lang in ("zh", "en"):
        for text in (told.texts[lang], told.reasons[0].texts[lang]):
            assert text.customer != rule.texts[lang].customer
            assert not any(w in text.customer for w in ("模型", "model", "9"))


def test_an_inferred_policy_is_said_in_words() -> None:
    told = explain(policy="inferred(employment_type=student)", employment_type="student")
    assert told.cause == "regulatory_tightening"
    assert "学生" in told.texts["zh"].agent and "inferred(" not in told.texts["zh"].agent


def test_a_rule_without_texts_still_has_something_to_say_in_both_languages() -> None:
    bare = parse_pack(
        "name: bare\nversion: b\nrules: [{code: Z, cause: high_debt, when: debt_ratio > 0.1}]"
    ).check()
    told = explain(bare)
    assert told.reasons[0].code == "Z"
    assert "负债偏高" in told.texts["zh"].agent and told.texts["en"].customer


def test_texts_never_keep_a_placeholder_and_json_is_complete() -> None:
    for changes in ({"credit_history_months": 1}, {"decline_shift": 9.0}, {"outcome": "pending"}):
        told = explain(**changes)
        for lang in ("zh", "en"):
            assert "{" not in told.texts[lang].agent + told.texts[lang].customer
            assert {
                "attempt_id",
                "cause",
                "reasons",
                "possible",
                "next_steps",
                "say_to_customer",
            } <= set(told.as_json(lang))


def test_an_unknown_attempt_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        explain(attempt_id="other")
    assert refused.value.key == "no_such_attempt"
