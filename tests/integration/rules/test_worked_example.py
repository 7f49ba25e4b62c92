"""The worked example of docs/rules.md does what the page says of it."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from workbench.cli.main import workbench

PAGE = Path(__file__).parents[3] / "docs" / "rules.md"
ATTEMPTS = """\
attempt_id,occurred_at,outcome,decision,debt_ratio,overdue_count_24m
none-overdue,2026-11-20 10:00:00,failed,declined,0.71,0
overdue-unknown,2026-11-20 10:01:00,failed,declined,0.71,
debt-unknown,2026-11-20 10:02:00,failed,declined,,0
all-false,2026-11-20 10:03:00,failed,declined,0.31,0
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The pack of the page, with the page's cases beside it."""
    pack, cases, *_ = (
        part.split("```")[0] for part in PAGE.read_text("utf-8").split("```yaml\n")[1:]
    )
    (tmp_path / "my-site.cases.yaml").write_text(cases, "utf-8")
    file = tmp_path / "my-site.yaml"
    file.write_text(pack, "utf-8")
    return file


def run(*words: object) -> str:
    environment = {"WORKBENCH_PASSPHRASE": "a long passphrase"}
    done = CliRunner(env=environment).invoke(workbench, [*map(str, words)])
    assert done.exit_code == 0, done.output
    return done.output


def test_its_cases_hold_and_nothing_in_it_is_grave(pack: Path, tmp_path: Path) -> None:
    profile = ("--profile", tmp_path / "profile")
    assert run("rules", "test", pack, *profile).startswith("5 ")  # and exits with 1 if one does not
    run("rules", "lint", pack, *profile)


def test_each_attempt_of_the_text_is_answered_as_the_text_says(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "attempts.csv").write_text(ATTEMPTS, "utf-8")
    run("diagnose", tmp_path / "attempts.csv", "--rules", pack, "--out", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        told = {r["attempt_id"]: (r["reason_code"], r["status"]) for r in csv.DictReader(file)}
    assert told == {
        "none-overdue": ("S01", "determined"),
        "overdue-unknown": ("S01", "possible"),
        "debt-unknown": ("S01", "possible"),
        "all-false": ("", "undetermined"),
    }
