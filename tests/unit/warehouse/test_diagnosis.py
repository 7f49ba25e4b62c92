"""The bulk diagnosis, and that one attempt's explanation always says the same."""

from collections.abc import Mapping, Sequence

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import rule_packs
from tests.attempt_rows import COLUMNS, relation
from workbench.domain.diagnosis import Truth
from workbench.rules.pack import RulePack, parse_pack
from workbench.warehouse.diagnosis import DIAGNOSIS_COLUMNS, diagnosis_select
from workbench.warehouse.explain import explain_row

PACK = """\
name: small
version: v7
rules:
  - {code: A, cause: high_debt, symptom: review_declined, priority: 2, when: debt_ratio > 0.5, rivals: [C]}
  - {code: B, cause: ineligible, symptom: review_declined, priority: 1, when: age < 18}
  - {code: C, cause: poor_repayment, priority: 3, when: overdue_count_24m >= 2, unless: age > 60}
"""
CALM = {"age": 30, "debt_ratio": 0.1, "overdue_count_24m": 0}


def diagnose(
    rows: Sequence[Mapping[str, object]], text: str = PACK, columns: Mapping[str, str] = COLUMNS
) -> list[dict[str, object]]:
    pack = parse_pack(text).check()
    rows = [{"attempt_id": f"A{i}"} | row for i, row in enumerate(rows)]
    select = diagnosis_select(pack, relation(rows, columns), columns)
    found = duckdb.sql(f"SELECT * FROM ({select}) ORDER BY attempt_id")
    assert found.columns == [*columns, *DIAGNOSIS_COLUMNS]
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def one(**row: object) -> dict[str, object]:
    (found,) = diagnose([row])
    return {name: found[name] for name in DIAGNOSIS_COLUMNS}


def test_the_lowest_priority_that_is_true_gives_the_reason_and_the_others_contribute() -> None:
    found = one(outcome="failed", age=17, debt_ratio=0.9, overdue_count_24m=0)
    assert found == {
        "symptom": "review_declined",
        "cause_group": "qualification",
        "cause": "ineligible",
        "reason_code": "B",
        "status": "determined",
        "contributing": "A",
        "rules_version": "v7",
    }


def test_a_rule_without_a_false_condition_but_with_an_unknown_one_is_possible() -> None:
    found = one(outcome="failed", debt_ratio=0.1, overdue_count_24m=0)
    assert (found["status"], found["reason_code"]) == ("possible", "B")
    assert found["contributing"] is None


def test_a_true_rule_ranks_before_an_unknown_one_of_better_priority() -> None:
    found = one(outcome="failed", debt_ratio=0.9, overdue_count_24m=0)
    assert (found["status"], found["reason_code"]) == ("determined", "A")


@pytest.mark.parametrize("overdue", [2, None])
def test_a_rival_that_is_true_or_unknown_makes_a_reason_only_possible(overdue: int | None) -> None:
    found = one(outcome="failed", age=30, debt_ratio=0.9, overdue_count_24m=overdue)
    assert (found["status"], found["reason_code"]) == ("possible", "A")


def test_an_unless_that_holds_rules_a_reason_out() -> None:
    found = one(outcome="failed", age=61, debt_ratio=0.1, overdue_count_24m=5)
    assert (found["status"], found["cause"], found["reason_code"]) == (
        "undetermined",
        "undetermined",
        None,
    )


@pytest.mark.parametrize(
    ("row", "symptom"),
    [
        ({"outcome": "abandoned"}, "abandoned"),
        ({"outcome": "failed", "decision": "declined"}, "review_declined"),
        ({"outcome": "failed", "http_status": 0}, "network_failure"),
        ({"outcome": "failed", "http_status": 500}, "ui_error"),
    ],
)
def test_what_no_rule_explains_still_says_what_the_customer_met(
    row: dict[str, object], symptom: str
) -> None:
    found = one(**CALM, **row)
    assert (found["symptom"], found["cause"]) == (symptom, "undetermined")


def test_a_success_and_a_pending_attempt_have_no_cause_whatever_the_figures() -> None:
    for outcome, status in (("success", "none"), ("pending", "pending")):
        found = one(outcome=outcome, age=17, debt_ratio=0.9)
        assert (found["status"], found["cause"], found["cause_group"], found["reason_code"]) == (
            status,
            None,
            None,
            None,
        )
        assert found["symptom"] == "none" and found["contributing"] is None


def test_a_file_without_an_outcome_column_is_diagnosed() -> None:
    columns = {"attempt_id": "VARCHAR", "decision": "VARCHAR", "debt_ratio": "DOUBLE"}
    rows = [
        {"attempt_id": "1", "decision": "declined", "debt_ratio": 0.9},
        {"attempt_id": "2", "decision": "approved", "debt_ratio": 0.9},
    ]
    found = diagnose(rows, columns=columns)
    assert [(row["status"], row["reason_code"]) for row in found] == [
        ("possible", "A"),
        ("none", None),
    ]


def test_more_rules_than_one_number_has_bits_keep_their_ranks() -> None:
    rules = "".join(
        f"  - {{code: N{i}, cause: high_debt, when: age = {i} OR age = 1000, priority: {200 - i}}}\n"
        for i in range(130)
    )
    text = f"name: many\nversion: m\nrules:\n{rules}"
    found = diagnose([{"outcome": "failed", "age": a} for a in (0, 64, 129, 1000, 500)], text)
    assert [row["reason_code"] for row in found] == ["N0", "N64", "N129", "N129", None]
    assert [row["contributing"] is None for row in found] == [True, True, True, False, True]
    assert str(found[3]["contributing"]).split(";") == [f"N{i}" for i in range(128, -1, -1)]


def agrees(pack: RulePack, rows: Sequence[Mapping[str, object]]) -> None:
    with duckdb.connect() as db:
        db.execute(f"CREATE TABLE source AS SELECT * FROM {relation(rows)}")
        bulk = db.sql(f"SELECT * FROM ({diagnosis_select(pack, 'source', COLUMNS)})")
        for row in bulk.fetchall():
            found = dict(zip(bulk.columns, row, strict=True))
            told = explain_row(
                lambda sql, params: db.execute(sql, list(params)).fetchall(),
                pack,
                "source",
                str(found["attempt_id"]),
                COLUMNS,
            )
            told_principal = (told.reasons or told.possible or (None,))[0]
            assert told.status.value == found["status"]
            assert told.symptom == found["symptom"]
            assert (told.cause or None) == found["cause"]
            assert (told.cause_group or None) == found["cause_group"]
            assert (told_principal.code if told_principal else None) == found["reason_code"]
            assert told.rules_version == found["rules_version"]
            others = [r.code for r in told.reasons[1:]]
            listed = str(found["contributing"]).split(";") if found["contributing"] else []
            assert listed[: len(others)] == others
            assert len(others) == min(3, len(listed))
            for reason in told.reasons:
                assert all((e.outcome is Truth.TRUE) is not e.negated for e in reason.evidence)
            for reason in told.possible:
                assert any(e.outcome is Truth.UNKNOWN for e in reason.evidence)


@pytest.mark.slow
@settings(max_examples=40)
@given(rule_packs.rules, rule_packs.attempts)
def test_explaining_one_attempt_agrees_with_diagnosing_all(
    drawn: list[dict[str, object]], rows: list[dict[str, object]]
) -> None:
    pack = parse_pack(rule_packs.pack_text(drawn)).check()
    agrees(pack, [row | {"attempt_id": f"A{i}"} for i, row in enumerate(rows)])


@pytest.mark.slow
@settings(max_examples=60)
@given(st.data())
def test_the_shipped_pack_agrees_with_itself_on_random_attempts(data: st.DataObject) -> None:
    from workbench.rules.pack import shipped_pack

    choices = {
        "outcome": ("failed", "failed", "failed", "abandoned", "success", "pending", None),
        "decision": ("declined", "declined", "none", "approved", None),
        "error_source": ("risk", "gateway", "app", None),
        "error_code": ("POLICY_REJECT", "CONN_RESET", "SDK_INIT_FAIL", "E9999", "SYS_BUSY", None),
        "http_status": (0, 200, 429, 500, 503, None),
        "latency_ms": (500, 9000, None),
        "load_ratio": (1.0, 4.0, None),
        "node_error_share_30m": (0.0, 0.5, None),
        "credit_history_months": (1, 40, None),
        "employment_type": ("employed", "freelance", None),
        "paid_months_12": (3, 11, None),
        "overdue_count_24m": (0, 3, None),
        "debt_ratio": (0.2, 0.8, None),
        "policy": ("p", None),
        "decline_shift": (1.0, 6.0, None),
        "age": (17, 30, None),
        "step": ("identity", "credit_review", None),
        "identity_verified": (True, False, None),
        "exit_reason": ("别家利率低", "步骤太多", "想想", None),
    }
    row = {name: data.draw(st.sampled_from(values)) for name, values in choices.items()}
    agrees(shipped_pack(), [row | {"attempt_id": "A1"}])
