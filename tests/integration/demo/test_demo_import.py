"""The sample files through the real import: nothing lost, nothing invented, causes found."""

import csv
from datetime import date

import pytest

from workbench import on_files
from workbench.demo.files import write_samples
from workbench.demo.generator import generate
from workbench.demo.plan import Plan
from workbench.domain.progress import CancelToken, silent

pytestmark = pytest.mark.slow

PLAN = Plan(rows=6000, seed=3, ends_on=date(2026, 10, 31))


@pytest.fixture(scope="module")
def diagnosed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    samples = write_samples(folder, PLAN.rows, seed=PLAN.seed, ends_on=PLAN.ends_on)
    report = on_files.diagnose_file(
        samples.attempts,
        folder / "out.csv",
        rules=None,
        mapping=None,
        events=samples.events,
        progress=silent,
        cancel=CancelToken(),
    )
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        return samples, report, {row["attempt_id"]: row for row in csv.DictReader(file)}


def test_every_attempt_comes_in_once_and_every_bad_line_is_set_aside(diagnosed):
    samples, report, found = diagnosed
    assert report.imported == samples.rows == len(found)
    assert report.duplicates == samples.repeated
    assert report.quarantined == samples.bad
    assert report.read == samples.rows + samples.repeated + samples.bad


def test_the_shipped_rules_find_most_causes_of_the_sample_month(diagnosed):
    _, _, found = diagnosed
    month = generate(PLAN)
    codes, words = month.causes()
    ids = month.columns()["attempt_id"].values
    pairs = [
        (words[code], found[attempt]["cause"])
        for attempt, code in zip(ids.tolist(), codes.tolist(), strict=True)
        if code >= 0
    ]
    scores = []
    for cause in words:
        hits = sum(truth == said == cause for truth, said in pairs)
        missed = sum(truth == cause != said for truth, said in pairs)
        wrong = sum(said == cause != truth for truth, said in pairs)
        scores.append(2 * hits / (2 * hits + missed + wrong))
    assert sum(scores) / len(scores) >= 0.85


def test_a_bureaus_word_settles_what_the_export_leaves_open(diagnosed, tmp_path):
    samples, _, alone = diagnosed
    report = on_files.diagnose_file(
        samples.attempts,
        tmp_path / "out.csv",
        rules=None,
        mapping=None,
        events=samples.events,
        scores=[samples.scores],
        progress=silent,
        cancel=CancelToken(),
    )
    assert report.scores.imported == report.scores.read > 0
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        found = {row["attempt_id"]: row for row in csv.DictReader(file)}
    assert len(found) == len(alone)
    settled = [
        row
        for attempt, row in found.items()
        if alone[attempt]["status"] == "possible" and row["status"] == "determined"
    ]
    assert "thin_credit_history" in {row["cause"] for row in settled}
