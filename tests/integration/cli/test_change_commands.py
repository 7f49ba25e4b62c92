"""``workbench spikes`` and ``workbench drivers`` as a person or a scheduler calls them."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

START = datetime(2026, 3, 2)


@pytest.fixture
def workbench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WORKBENCH_PASSPHRASE", "a long passphrase")

    def run(*words: object, with_profile: bool = False) -> Result:
        from workbench.cli.main import workbench as tree

        arguments = [str(word) for word in words]
        if with_profile:
            arguments += ["--profile", str(tmp_path / "profile")]
        monkeypatch.setattr("sys.argv", ["workbench", *arguments])  # where --lang is looked for
        result = CliRunner().invoke(tree, arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """Hours of noise, one burst, and two rows that cannot be read."""
    values = np.random.default_rng(0).normal(100, 5, 1000)
    values[700:706] += 80
    lines = [f"{START + timedelta(hours=i)},{value:.3f}" for i, value in enumerate(values)]
    lines[10], lines[20] = "soon,1", f"{START + timedelta(hours=20)},none"
    file = tmp_path / "series.csv"
    file.write_text("\n".join(["timestamp,value", *lines]), "utf-8")
    return file


@pytest.fixture
def case(tmp_path: Path) -> Path:
    file = tmp_path / "case.csv"
    rows = [
        f"{30 if (a, b) == ('a1', 'b2') else 10},10,{a},{b}"
        for a in ("a1", "a2", "a3")
        for b in ("b1", "b2", "b3")
        for _ in range(20)
    ]
    file.write_text("\n".join(["real,predict,a,b", *rows]), "utf-8")
    return file


def test_spikes_of_a_file_come_in_the_files_own_time_and_bad_rows_on_stderr(
    workbench, series: Path
) -> None:
    result = workbench("spikes", series, "--json", "--lang", "en")
    (spike,) = json.loads(result.stdout)
    assert {"start", "end", "direction", "observed", "expected", "score"} <= set(spike)
    assert spike["start"] == str(START + timedelta(hours=700))
    assert spike["direction"] == "up"
    assert spike["low"] < spike["expected"] < spike["high"] < spike["observed"]
    assert result.exit_code == 3
    assert "Line 12: soon in “timestamp”" in result.stderr
    assert "Line 22: none in “value”" in result.stderr
    assert "2 rows set aside" in result.stderr


def test_spikes_of_a_file_as_a_table_in_both_languages(workbench, series: Path) -> None:
    assert "突增" in workbench("spikes", series, "--lang", "zh").stdout
    assert "burst" in workbench("spikes", series, "--lang", "en").stdout
    daily = workbench("spikes", series, "--every", "day", "--lang", "en")
    assert f"{START + timedelta(days=29)}" in daily.stdout, "a day is told by its midnight"


def test_a_series_with_zones_is_told_with_zones(workbench, tmp_path: Path) -> None:
    file = tmp_path / "zoned.csv"
    lines = [f"{(START + timedelta(hours=i)).isoformat()}Z,{1 + (i == 250)}" for i in range(300)]
    file.write_text("\n".join(["timestamp,value", *lines]), "utf-8")
    (spike,) = json.loads(workbench("spikes", file, "--json").stdout)
    assert spike["start"] == "2026-03-12T18:00:00+08:00"


def test_nothing_found_is_said_and_is_an_empty_list(workbench, tmp_path: Path) -> None:
    file = tmp_path / "flat.csv"
    file.write_text("timestamp,value\n2026-03-02,1\n2026-03-03,1\n", "utf-8")
    assert json.loads(workbench("spikes", file, "--json").stdout) == []
    assert "No bursts" in workbench("spikes", file, "--lang", "en").stdout


def test_drivers_of_a_file_name_the_slice(workbench, case: Path) -> None:
    words = ("drivers", case, "--real", "real", "--expected", "predict", "--by", "a,b")
    result = workbench(*words, "--json")
    assert result.exit_code == 0
    first = json.loads(result.stdout)[0]
    assert first["slice"] == {"a": "a1", "b": "b2"}
    assert (first["observed"], first["expected"], first["effect"]) == (600, 200, "volume")
    assert first["contribution"] == 100
    assert "a = a1 · b = b2" in workbench(*words, "--lang", "en").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("--real", "real", "--expected", "predict", "--by", "a,z"),
        ("--real", "real", "--by", "a"),
        ("--real", "real", "--expected", "predict", "--by", "a", "--from", "2026-01-01"),
    ],
)
def test_a_wrong_use_of_drivers_is_refused_with_a_sentence(workbench, case, words) -> None:
    result = workbench("drivers", case, *words, "--lang", "en")
    assert result.exit_code == 2
    assert result.stderr


@pytest.mark.slow
def test_drivers_and_spikes_of_the_profile(workbench, tmp_path: Path) -> None:
    lines = ["attempt_id,occurred_at,channel,step,outcome,http_status"]
    for day in range(1, 21):
        for hour in range(24):
            many = 40 if (day, hour) >= (20, 9) else 1
            for i in range(many):
                at = f"2026-10-{day:02} {hour:02}:{i:02}:00"
                lines.append(f"A{len(lines)},{at},h5,face,failed,0")
            lines.append(f"A{len(lines)},2026-10-{day:02} {hour:02}:59:00,app_ios,face,success,200")
    file = tmp_path / "attempts.csv"
    file.write_text("\n".join(lines), "utf-8")
    assert workbench("import", file, with_profile=True).exit_code == 0

    spikes = json.loads(workbench("spikes", "--json", with_profile=True).stdout)
    assert [(s["cause"], s["start"], s["direction"]) for s in spikes] == [
        ("network_interruption", "2026-10-20T09:00:00+08:00", "up")
    ]
    table = workbench("spikes", "--lang", "zh", with_profile=True).stdout
    assert "网络中断" in table

    words = ("drivers", "--from", "2026-10-20", "--to", "2026-10-20")
    found = json.loads(workbench(*words, "--json", with_profile=True).stdout)
    assert found[0]["slice"] == {}, "of equally good slices the one with fewer fields"
    assert found[0]["observed"] == 9 + 15 * 40
    assert found[0]["expected"] == 24
    assert set(found[0]) >= {"volume", "mix", "rate", "rule_version", "events", "small"}
    refused = workbench(*words, "--against-from", "2026-10-22", with_profile=True)
    assert refused.exit_code == 2
