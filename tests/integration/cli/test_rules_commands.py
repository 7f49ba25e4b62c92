"""``workbench rules``: a pack checked, tried on the attempts there are, and brought to use."""

import json
from pathlib import Path

import pytest

from tests.integration.rules.conftest import edited

pytestmark = pytest.mark.slow

WRONG = """\
name: mine
version: '1'
rules:
  - code: R1
    cause: high_debt
    when:
      - decision = 'declined'
      - debt_ratio > 60
"""


@pytest.fixture
def filled(workbench, attempts: Path) -> None:
    assert workbench("import", attempts).exit_code == 3  # one row is set aside


def told(workbench, *words: object, code: int = 0):
    result = workbench(*words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_what_is_wrong_with_a_pack_is_said_with_file_and_line(workbench, filled, tmp_path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(WRONG, "utf-8")
    result = workbench("rules", "lint", file)
    assert result.exit_code == 1
    assert "mine.yaml:8:9" in result.output and "debt_ratio 在 0 到 1 之间" in result.output
    found = told(workbench, "rules", "lint", file, code=1)
    assert {f["key"] for f in found} >= {"beyond_range", "no_text", "cause_without_rule"}
    assert workbench("rules", "lint").exit_code == 0, "the pack in use is clean"
    file.write_text(WRONG.replace("> 60", ">> 6"), "utf-8")
    result = workbench("rules", "list", file)
    assert result.exit_code == 1 and "mine.yaml" in result.output and "8" in result.output


def test_cases_are_run_and_one_that_fails_is_told(workbench, filled, tmp_path) -> None:
    assert told(workbench, "rules", "test")["failed"] == []
    cases = tmp_path / "own.cases.yaml"
    cases.write_text("E01:\n  match:\n    - {outcome: failed, age: 40}\n", "utf-8")
    result = workbench("rules", "test", "--cases", cases)
    assert result.exit_code == 1 and "E01" in result.output


def test_a_change_is_tried_and_released_by_command_line(workbench, filled, tmp_path) -> None:
    file, out = tmp_path / "new.yaml", tmp_path / "flips.csv"
    file.write_text(
        edited("9.1", ("credit_history_months < 4", "credit_history_months < 2")), "utf-8"
    )
    found = told(workbench, "rules", "backtest", file, "--out", out)
    assert (found["attempts"], found["flipped"]) == (2, 1)
    [flip] = found["flips"]
    assert (flip["attempt_id"], flip["before"]["reason_code"]) == ("A1", "Q01")
    assert (flip["customer_name"], flip["phone"]) == ("王**", "138****5678")
    assert flip["why"][0]["conditions"] == ["credit_history_months < 2"]
    assert "王小明" not in out.read_text("utf-8-sig") and "Q01" in out.read_text("utf-8-sig")
    assert "Q01 不再成立" in workbench("rules", "backtest", file).output
    told(workbench, "rules", "save", file, "--note", "试")
    nothing = workbench("rules", "differences")
    assert nothing.exit_code == 1 and "workbench rules shadow" in nothing.output
    assert told(workbench, "rules", "shadow", "9.1")["state"] == "shadow"
    file.write_text(file.read_text("utf-8").replace("9.1", "9.0"), "utf-8")
    told(workbench, "rules", "save", file)
    told(workbench, "rules", "shadow", "9.0")
    assert told(workbench, "rules", "differences")["new_version"] == "9.0", "the last to come there"
    told(workbench, "rules", "withdraw", "9.0", "--why", "试")
    assert told(workbench, "rules", "differences") == told(workbench, "rules", "differences", "9.1")
    refused = workbench("rules", "approve", "9.1")
    assert refused.exit_code == 4 and "另一个人" in refused.output
    assert [(r["version"], r["in_use"]) for r in told(workbench, "rules", "versions")] == [
        ("9.0", False),
        ("9.1", False),
    ]
    then = told(workbench, "explain", "A1", "--rules", "9.1")
    assert then["rules_version"] == "9.1" and then["cause"] != "thin_credit_history"
    assert told(workbench, "explain", "A1")["cause"] == "thin_credit_history"


def test_quality_and_disagreements_by_command_line(workbench, filled, tmp_path) -> None:
    number = told(workbench, "complaint", "new", "--attempt", "A1", "--demand", "explain",
                  "--description", "不对")["number"]  # fmt: skip
    told(workbench, "complaint", "disagree", number, "--cause", "high_debt", "--why", "有流水")
    [case] = told(workbench, "rules", "cases", "list")
    assert (case["found_code"], case["chosen_cause"], case["right"]) == ("Q01", "high_debt", False)
    told(workbench, "rules", "cases", "accept", case["case_id"])
    assert workbench("rules", "test").exit_code == 1, "it is a test now"
    file = tmp_path / "more.cases.yaml"
    assert told(workbench, "rules", "cases", "write", file)["written"] == 1
    assert "high_debt:" in file.read_text("utf-8") and "13812345678" not in file.read_text("utf-8")
    found = told(workbench, "rules", "quality")
    assert found["by_rule"] == [
        {"name": "Q01", "complaints": 1, "disagreed": 1, "accepted": 1, "rate": 1.0}
    ]
    assert found["accuracy"][0]["cases"] == 1 and found["accuracy"][0]["right"] == 0
    told(workbench, "rules", "cases", "refuse", case["case_id"])
    [case] = told(workbench, "rules", "cases", "list")
    assert case["status"] == "refused" and workbench("rules", "test").exit_code == 0


def test_the_answer_of_a_time_is_given_again_by_command_line(workbench, filled, tmp_path) -> None:
    today = told(workbench, "explain", "A1")
    assert [a["until"] for a in told(workbench, "explain", "A1", "--answers")] == [None]
    events = tmp_path / "events.csv"
    events.write_text("kind,name,starts_at,ends_at,scope\npolicy,收紧,2026-10-01,,\n", "utf-8")
    assert workbench("import", "--events", events).exit_code == 0
    now, then = told(workbench, "explain", "A1", "--answers")
    assert (then["until"], then["since"]) == (now["since"], then["since"])
    assert {"field": "policy", "before": None, "now": "收紧"} in now["changed"]
    again = told(workbench, "explain", "A1", "--as-of", then["since"])
    said = again.pop("as_of")
    assert again == {k: v for k, v in today.items() if k in again}
    assert (said["same"], said["proof"], said["until"]) == (True, today["proof"], then["until"])
    shown = workbench("explain", "A1", "--as-of", then["since"]).output
    assert "与当时的答案一致" in shown and said["proof"]["inputs_digest"][:12] in shown
    second = then["since"][:19].replace("T", " ")
    last = max(a["since"] for a in (now, then) if a["since"].startswith(then["since"][:19]))
    whole = told(workbench, "explain", "A1", "--as-of", second)["as_of"]
    assert whole["since"] == last, "a second typed as tables show it is its last moment"
    assert "事件有变：政策 无记录 → 收紧" in workbench("explain", "A1", "--answers").output
    early = workbench("explain", "A1", "--as-of", "2026-01-01")
    assert early.exit_code == 1 and "起才保存" in early.output
    assert workbench("explain", "A1", "--answers", "--rules", "1").exit_code == 2

    group = told(workbench, "issue", "list")[0]["key"]
    number = told(workbench, "issue", "new", group)["number"]
    [made] = told(workbench, "issue", "reproduce", number)
    assert made["same"] and made["proof"]["rules_digest"]
    assert "与当时的答案一致" in workbench("issue", "reproduce", number).output
