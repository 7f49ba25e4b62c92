"""``workbench report``: a file for a scheduler, a picture of one chart, and what is refused."""

import json
from pathlib import Path

import pytest

PERIOD = ("--from", "2026-10-19", "--to", "2026-10-25")


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["pdf", "xlsx", "html"])
def test_a_report_is_written_and_its_size_said(workbench, attempts, tmp_path, suffix) -> None:
    workbench("import", attempts)
    out = tmp_path / f"周报.{suffix}"
    told = json.loads(workbench("report", *PERIOD, "--out", out, "--json").stdout)
    assert told == {"file": str(out), "bytes": out.stat().st_size}


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "words"), [("zh", "渠道: H5"), ("en", "Channel: H5")])
def test_the_page_is_in_the_language_asked_for_with_its_filters(
    workbench, attempts, tmp_path, monkeypatch, lang, words
) -> None:
    monkeypatch.setenv("LC_ALL", lang)
    workbench("import", attempts)
    out: Path = tmp_path / "r.html"
    workbench("report", *PERIOD, "--where", "channel=h5", "--out", out)
    assert words in out.read_text("utf-8")


@pytest.mark.slow
def test_one_chart_is_a_picture(workbench, attempts, tmp_path) -> None:
    workbench("import", attempts)
    for chart in ("trend", "causes", "hours", "steps"):
        out = tmp_path / f"{chart}.svg"
        workbench("report", *PERIOD, "--chart", chart, "--out", out)
        assert out.read_text("utf-8").startswith("<svg")


@pytest.mark.parametrize(
    "words",
    [
        ("report", "--out", "r.pdf"),
        ("report", *PERIOD, "--out", "r.docx"),
        ("report", *PERIOD, "--by", "phone", "--out", "r.pdf"),
        ("report", *PERIOD, "--chart", "trend", "--out", "r.pdf"),
    ],
)
def test_what_cannot_be_reported_is_a_mistake(workbench, words, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = workbench(*words)
    assert result.exit_code == 2 and result.stderr.strip()
    assert not list(tmp_path.glob("r.*"))
