"""Bureau scores on the command line: counts, exit codes, proof, the audit row."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from workbench import texts

HEADER = "attempt_id,phone,occurred_at,outcome,decision,error_source,error_code,http_status"
HEADER += ",employment_type,paid_months_12,overdue_count_24m,debt_ratio,inquiries_3m,age"
REFUSED = (
    "A1,13812345678,2026-11-20 08:00:00,failed,declined,risk,CREDIT_REJECT,200"
    ",employed,12,0,0.2,1,30"
)
SCORES = "手机号,信用分,评分日期,信用历史（月）\n13812345678,548,2026-11-01,2\n"


@pytest.fixture
def attempts(tmp_path: Path) -> Path:
    file = tmp_path / "attempts.csv"
    file.write_text(f"{HEADER}\n{REFUSED}\n", "utf-8")
    return file


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    file = tmp_path / "百行征信-202611.csv"
    file.write_text(SCORES, "utf-8")
    return file


@pytest.fixture
def workbench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WORKBENCH_PASSPHRASE", "a long passphrase")

    def run(*words: object) -> Result:
        from workbench.cli.main import workbench as tree

        result = CliRunner().invoke(tree, [str(word) for word in words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def diagnosed(file: Path) -> dict[str, str]:
    with file.open(encoding="utf-8-sig") as opened:
        (row,) = csv.DictReader(opened)
    return row


@pytest.mark.slow
def test_a_bureaus_score_settles_what_a_file_alone_leaves_open(
    workbench, attempts, scores, tmp_path
) -> None:
    out = tmp_path / "out.csv"
    assert workbench("diagnose", attempts, "--out", out).exit_code == 0
    assert diagnosed(out)["status"] != "determined"
    done = workbench("diagnose", attempts, "--scores", scores, "--out", out, "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["read"], told["imported"]) == (2, 2)
    assert told["scores"] == {"read": 1, "imported": 1, "duplicates": 0, "quarantined": 0}
    found = diagnosed(out)
    assert (found["cause"], found["status"]) == ("thin_credit_history", "determined")


@pytest.mark.slow
@pytest.mark.parametrize("first", ["scores", "attempts", "together"])
def test_the_card_names_the_bureau_and_the_day_whatever_came_first(
    workbench, attempts, scores, tmp_path, first
) -> None:
    profile = ("--profile", tmp_path / "profile")
    steps = {
        "scores": [("--scores", scores), (attempts,)],
        "attempts": [(attempts,), ("--scores", scores)],
        "together": [("--scores", scores, attempts)],
    }
    for words in steps[first]:
        assert workbench("import", *words, *profile).exit_code == 0
    card = json.loads(workbench("explain", "A1", *profile, "--json").stdout)
    proof = next(e for e in card["reasons"][0]["evidence"] if e["field"] == "credit_history_months")
    assert (proof["outcome"], proof["observed"]) == ("true", "2")
    assert (proof["source_name"], proof["source_date"]) == ("百行征信", "2026-11-01")
    assert "2026-11-01]" in workbench("explain", "A1", *profile).stdout


def test_a_bad_score_is_exit_code_3_and_told_with_its_reason(
    workbench, attempts, scores, tmp_path
) -> None:
    scores.write_text(SCORES + "13812345678,-5,2026-11-02,3\n", "utf-8")
    profile = ("--profile", tmp_path / "profile")
    done = workbench("import", "--scores", scores, *profile)
    assert done.exit_code == 3
    told = {"read": 2, "imported": 1, "duplicates": 0, "quarantined": 1}
    said = [texts.text(lang, "cli.scores_imported", **told) for lang in texts.LANGUAGES]
    assert any(sentence in done.stdout for sentence in said)
    (file,) = (tmp_path / "profile").rglob("*.quarantine-*.csv")
    assert "negative_score" in file.read_text("utf-8-sig")


@pytest.mark.slow
def test_the_source_may_be_said(workbench, attempts, scores, tmp_path) -> None:
    profile = ("--profile", tmp_path / "profile")
    workbench("import", attempts, "--scores", scores, "--source", "央行征信", *profile)
    workbench("export", "attempts", tmp_path / "e.csv", *profile)
    assert diagnosed(tmp_path / "e.csv")["external_source"] == "央行征信"


def test_nothing_to_import_is_said(workbench, tmp_path) -> None:
    done = workbench("import", "--profile", tmp_path / "profile", "--lang", "en")
    assert done.exit_code == 2
