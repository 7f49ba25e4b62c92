"""The command line as a person or a scheduler calls it: shapes, exit codes, messages."""

import csv
import json
from pathlib import Path

import pytest

from workbench import texts


def test_import_counts_add_up_and_say_where_the_bad_row_went(workbench, attempts: Path) -> None:
    result = workbench("import", attempts, "--json")

    report = json.loads(result.stdout)
    assert result.exit_code == 3
    assert set(report) == {
        "read", "imported", "duplicates", "quarantined", "quarantine_file", "seconds",
    }  # fmt: skip
    counts = {k: report[k] for k in ("read", "imported", "duplicates", "quarantined")}
    assert counts == {"read": 5, "imported": 3, "duplicates": 1, "quarantined": 1}
    with Path(report["quarantine_file"]).open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    assert any("申请时间" in cell for cell in rows[1]), "the column at fault is named"
    assert any("昨天" in cell for cell in rows[1]), "the value at fault is shown"
    assert any(cell == "6" for cell in rows[1]), "the line is the file's own, header included"


@pytest.mark.slow
def test_importing_again_adds_nothing(workbench, attempts: Path) -> None:
    workbench("import", attempts, "--json")
    report = json.loads(workbench("import", attempts, "--json").stdout)
    assert (report["imported"], report["duplicates"]) == (0, 4)


@pytest.mark.slow
@pytest.mark.parametrize("term", ["13812345678", "１３８-1234 5678", "+86 138 1234 5678", "王小明"])
def test_lookup_finds_the_customer_in_any_width_and_spacing(workbench, attempts, term) -> None:
    workbench("import", attempts)
    found = json.loads(workbench("lookup", term, "--json").stdout)
    assert [a["attempt_id"] for a in found["attempts"]] == ["A2", "A1"], "newest first"
    assert [c["phone"] for c in found["customers"]] == ["138****5678"]


@pytest.mark.slow
def test_lookup_prints_no_identity_in_clear(workbench, attempts: Path) -> None:
    workbench("import", attempts)
    for extra in ([], ["--json"]):
        output = workbench("lookup", "13812345678", *extra).output
        assert "13812345678" not in output
        assert "王小明" not in output
        assert "11010119900307283X" not in output


def test_explain_gives_the_reason_with_its_evidence(workbench, attempts: Path) -> None:
    workbench("import", attempts)
    answer = json.loads(workbench("explain", "A1", "--json").stdout)
    assert answer["cause"] == "thin_credit_history"
    assert answer["symptom"] == "review_declined"
    assert answer["cause_group"] == "qualification"
    evidence = answer["reasons"][0]["evidence"]
    assert {"condition", "outcome", "observed", "limit"} <= set(evidence[0])
    assert any(e["observed"] == "2" and e["outcome"] == "true" for e in evidence)
    for key in ("possible", "would_change", "next_steps", "say_to_customer", "next_attempt_at",
                "rules_version"):  # fmt: skip
        assert key in answer


@pytest.mark.slow
def test_explain_of_an_unknown_attempt_says_so(workbench, attempts: Path) -> None:
    workbench("import", attempts)
    result = workbench("explain", "nope", "--lang", "en")
    assert result.exit_code == 1
    assert "nope" in result.stderr


def test_diagnose_needs_no_profile_and_covers_every_row(workbench, attempts, tmp_path) -> None:
    out = tmp_path / "out.csv"
    result = workbench("diagnose", attempts, "--out", out, with_profile=False)
    assert result.exit_code == 3
    with out.open(encoding="utf-8-sig") as file:
        rows = {row["attempt_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"A1", "A2", "A3"}
    assert set(rows["A1"]) == {
        "attempt_id", "symptom", "cause_group", "cause", "reason_code", "status", "rules_version",
        "contributing",
    }  # fmt: skip
    assert rows["A1"]["cause"] == "thin_credit_history"
    assert rows["A3"]["cause"] == "network_interruption"
    assert rows["A2"]["cause"] == ""


def test_trends_count_what_lookup_shows(workbench, attempts: Path) -> None:
    workbench("import", attempts)
    points = json.loads(workbench("trends", "--by", "cause", "--every", "day", "--json").stdout)
    assert [(p["bucket"][:10], p["cause"], p["value"]) for p in points] == [
        ("2026-10-20", "thin_credit_history", 1),
        ("2026-10-21", "network_interruption", 1),
    ]


def test_trends_go_into_a_file(workbench, attempts: Path, tmp_path: Path) -> None:
    workbench("import", attempts)
    out = tmp_path / "趋势.csv"
    workbench("trends", "--by", "weekday,hour_of_day", "--out", out)
    lines = out.read_text("utf-8-sig").splitlines()
    assert lines[0] == "bucket,weekday,hour_of_day,value,failures,attempts,exported"
    assert [line.split(",")[1:3] for line in lines[1:]] == [["2", "00"], ["3", "09"]]


@pytest.mark.slow
def test_trends_keep_to_the_days_asked_for(workbench, attempts: Path) -> None:
    workbench("import", attempts)
    result = workbench(
        "trends", "--from", "2026-10-21", "--to", "2026-10-21", "--measure", "attempts", "--json",
        "--by", "channel",
    )  # fmt: skip
    points = json.loads(result.stdout)
    assert {p["channel"]: p["value"] for p in points} == {"app_ios": 1, "h5": 1}


@pytest.mark.slow
def test_a_complaint_is_logged_from_an_attempt_and_opened_again(workbench, attempts) -> None:
    workbench("import", attempts)
    made = workbench(
        "complaint", "new", "--attempt", "A1", "--description", "客户要求说明原因", "--demand",
        "explain", "--json",
    )  # fmt: skip
    saved = json.loads(made.stdout)
    assert saved["cause"] == "thin_credit_history"
    assert saved["channel"] == "app_android"

    shown = json.loads(workbench("complaint", "show", saved["number"], "--json").stdout)
    assert shown == shown | saved
    listed = json.loads(workbench("complaint", "list", "--text", "说明原因", "--json").stdout)
    assert listed["total"] == 1
    none = json.loads(workbench("complaint", "list", "--text", "没有这个词", "--json").stdout)
    assert none["total"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "json"])
@pytest.mark.parametrize("what", ["attempts", "complaints"])
def test_exports_are_masked_in_every_format(workbench, attempts, tmp_path, what, suffix) -> None:
    workbench("import", attempts)
    workbench("complaint", "new", "--attempt", "A1", "--description", "=1+1", "--demand", "explain")
    out = tmp_path / f"{what}.{suffix}"
    result = workbench("export", what, out, "--json")
    assert json.loads(result.stdout)["rows"] == (3 if what == "attempts" else 1)
    text = _read_text(out)
    assert "13812345678" not in text
    assert "王小明" not in text
    assert "138****5678" in text


def _read_text(file: Path) -> str:
    if file.suffix == ".xlsx":
        import openpyxl

        book = openpyxl.load_workbook(file, read_only=True)
        cells = [str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row]
        book.close()
        assert not any(c.startswith("=") for c in cells), "no live formula"
        return "\n".join(cells)
    if file.suffix == ".parquet":
        import pyarrow.parquet

        return str(pyarrow.parquet.read_table(file).to_pylist())
    return file.read_text("utf-8-sig")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["import", "/no/such/file.csv"], 1),
        (["import"], 2),
        (["trends", "--from", "yesterday"], 2),
        (["trends", "--by", "phone"], 2),
        (["complaint", "show", "C-1"], 1),
        (["lookup", "x", "--passphrase-file", "/no/such/file"], 2),
        (["export", "attempts", "/no/such/folder/a.csv"], 1),
        (["export", "attempts", "a.docx"], 2),
    ],
)
@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_a_mistake_ends_with_its_exit_code_and_a_sentence(workbench, words, code, lang) -> None:
    result = workbench(*words, "--lang", lang)
    assert result.exit_code == code
    assert result.stderr.strip()
    assert "Traceback" not in result.output


def test_the_wrong_passphrase_is_refused(workbench, attempts, monkeypatch) -> None:
    workbench("import", attempts)
    monkeypatch.setenv("WORKBENCH_PASSPHRASE", "another")
    result = workbench("lookup", "A1")
    assert result.exit_code == 4
    assert result.stderr.strip()


def test_every_text_stands_in_both_languages() -> None:
    assert set(texts.catalogue("zh")) == set(texts.catalogue("en"))


PACK = """
name: loans
version: "1"
rules:
  - {code: L1, symptom: review_declined, cause: high_debt, priority: 20, when: [dti > 0.4]}
  - {code: L2, symptom: review_declined, cause: poor_repayment, priority: 10, when: [fico < 650]}
"""


def test_a_pack_over_a_files_own_columns_needs_no_time_outcome_or_code(workbench, tmp_path) -> None:
    loans, pack = tmp_path / "loans.csv", tmp_path / "loans.yaml"
    mapping, out = tmp_path / "loans.json", tmp_path / "out.csv"
    loans.write_text(
        "loan_id,status,dti,fico\n1,Refused,50%,700\n2,Refused,99999%,600\n3,,20%,666.0\n"
    )
    pack.write_text(PACK)
    mapping.write_text(
        '{"columns": {"loan_id": "attempt_id"}, "missing": {"dti": ["99999 %"], "fico": ["666"]}}'
    )
    result = workbench(
        "diagnose", loans, "--out", out, "--rules", pack, "--mapping", mapping, with_profile=False
    )
    assert result.exit_code == 0, result.stderr
    with out.open(encoding="utf-8-sig") as file:
        found = {r["attempt_id"]: (r["status"], r["cause"]) for r in csv.DictReader(file)}
    assert found["1"] == ("determined", "high_debt")
    assert found["2"] == ("determined", "poor_repayment"), "99999 % is a missing value, not a debt"
    assert found["3"][0] == "possible", "666 is a missing score, so the rule is unknown"
