"""The month as files: what is written is what was invented, in both ways of telling."""

import csv
from collections import Counter
from datetime import date, datetime

import pytest

from workbench.demo import files
from workbench.demo.generator import generate
from workbench.demo.plan import Plan
from workbench.domain.attempt import ALL_FIELDS
from workbench.domain.masking import fold_phone


@pytest.fixture(scope="module")
def month():
    return generate(Plan(rows=2000))


def read(path, encoding="utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_the_plain_file_holds_every_value_under_its_field_name(month, tmp_path):
    files.write_canonical(month, tmp_path / "a.csv")
    rows = read(tmp_path / "a.csv")
    assert tuple(rows[0]) == files.FIELDS
    columns = month.columns()
    assert [row["attempt_id"] for row in rows] == columns["attempt_id"].to_list()
    history = columns["credit_history_months"].to_list()
    assert [row["credit_history_months"] for row in rows] == [
        "" if value is None else str(value) for value in history
    ]
    assert {row["identity_verified"] for row in rows} == {"true", "false"}


def test_times_in_the_plain_file_are_shanghais(month, tmp_path):
    files.write_canonical(month, tmp_path / "a.csv")
    first = read(tmp_path / "a.csv")[0]["occurred_at"]
    utc = month.columns(0, 1)["occurred_at"].to_list()[0]
    assert (datetime.fromisoformat(first) - utc).total_seconds() == 8 * 3600


def test_the_truth_names_each_failed_or_abandoned_attempt_and_no_other(month, tmp_path):
    files.write_truth(month, tmp_path / "t.csv")
    columns = month.columns()
    failed = [
        attempt
        for attempt, outcome in zip(
            columns["attempt_id"].to_list(), columns["outcome"].to_list(), strict=True
        )
        if outcome in ("failed", "abandoned")
    ]
    assert [row["attempt_id"] for row in read(tmp_path / "t.csv")] == failed


def test_the_events_file_is_in_order_and_its_scopes_name_fields(month, tmp_path):
    files.write_events(month.plan, tmp_path / "e.csv")
    events = read(tmp_path / "e.csv")
    assert {e["kind"] for e in events} == {
        "campaign",
        "policy",
        "model_release",
        "app_release",
        "incident",
    }
    starts = [datetime.fromisoformat(e["starts_at"]) for e in events]
    assert starts == sorted(starts)
    for event in events:
        for pair in filter(None, event["scope"].split(";")):
            assert pair.partition("=")[0] in ALL_FIELDS
    assert any(e["ends_at"] == "" for e in events)


@pytest.fixture(scope="module")
def export(month, tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "a.csv"
    repeated, bad = files.write_call_centre(month, path)
    return path, read(path, "gb18030"), repeated, bad


def test_the_export_is_in_gb18030_and_not_in_utf_8(export):
    with pytest.raises(UnicodeDecodeError):
        export[0].read_text("utf-8")


def test_the_export_has_each_attempt_some_twice_and_a_few_bad_lines(month, export):
    _, rows, repeated, bad = export
    assert len(rows) == len(month) + repeated + bad
    assert repeated > 0
    assert bad == len(files._SPOILT)
    times = Counter(tuple(row.values()) for row in rows)
    assert sum(count - 1 for count in times.values()) == repeated
    assert set(month.columns()["attempt_id"].to_list()) <= {row["申请单号"] for row in rows}


def test_the_export_is_as_untidy_as_real_ones(export):
    _, rows, _, _ = export
    assert any("年" in row["申请时间"] for row in rows)
    assert any("/" in row["申请时间"] for row in rows)
    assert any(row["申请额度"].endswith("元") and "," in row["申请额度"] for row in rows)
    wide = [row["联系电话"] for row in rows if not row["联系电话"].isascii()]
    assert wide
    assert all(fold_phone(phone) for phone in wide)
    assert {"", "-", "无"} <= {row["模型版本"] or row["外部评分"] for row in rows} | {
        row["外部评分"] for row in rows
    }


def test_every_field_is_in_the_export_once():
    fields = [field for _, (field, _) in files._EXPORT]
    assert sorted(fields) == sorted(files.FIELDS)
    assert len({header for header, _ in files._EXPORT}) == len(fields)


def test_samples_end_yesterday_in_shanghai(tmp_path, monkeypatch):
    # 17:00 UTC on the 1st is the 2nd in Shanghai
    monkeypatch.setattr(files, "utc_now", lambda: datetime(2026, 12, 1, 17))
    samples = files.write_samples(tmp_path / "new" / "folder", rows=300)
    days = {row["申请时间"][:10] for row in read(samples.attempts, "gb18030")}
    assert any(day.startswith("2026/12/01") for day in days)
    assert not any(day.startswith("2026/12/02") for day in days)


def test_samples_of_one_day_and_seed_are_the_same_bytes(tmp_path):
    one = files.write_samples(tmp_path / "1", 400, seed=5, ends_on=date(2026, 3, 1))
    two = files.write_samples(tmp_path / "2", 400, seed=5, ends_on=date(2026, 3, 1))
    assert one.attempts.read_bytes() == two.attempts.read_bytes()
    assert one.events.read_bytes() == two.events.read_bytes()
    assert (one.rows, one.repeated, one.bad) == (two.rows, two.repeated, two.bad)


def test_a_bureau_says_the_history_that_the_export_leaves_out(month, tmp_path):
    files.write_scores(month, tmp_path / "s.csv")
    files.write_scores(generate(month.plan), tmp_path / "again.csv")
    assert (tmp_path / "s.csv").read_bytes() == (tmp_path / "again.csv").read_bytes()
    columns = {name: column.to_list() for name, column in month.columns().items()}
    silent = {
        phone: at
        for phone, history, at in zip(
            columns["phone"], columns["credit_history_months"], columns["occurred_at"], strict=True
        )
        if history is None
    }
    rows = read(tmp_path / "s.csv")
    assert {row["手机号"] for row in rows} == set(silent)
    assert all(datetime.fromisoformat(row["评分时间"]) < silent[row["手机号"]] for row in rows)
