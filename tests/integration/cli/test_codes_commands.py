"""``workbench codes`` as a person or a script calls it."""

import csv
import json
from pathlib import Path

import pytest

HEADER = "attempt_id,customer_id,phone,occurred_at,outcome,error_source,error_code,error_message\n"
ROWS = """\
A1,c1,13812345678,2026-10-20 08:00:00,failed,gateway,E9999,请拨打 13812345678
A2,c2,13900001111,2026-10-21 08:00:00,pending,GATEWAY,e9999,
A3,c2,13900001111,2026-10-22 08:00:00,failed,gateway,SYS_BUSY,
"""


@pytest.fixture
def filled(workbench, tmp_path: Path) -> None:
    file = tmp_path / "attempts.csv"
    file.write_text(HEADER + ROWS, "utf-8")
    assert workbench("import", file).exit_code == 0


def test_a_code_is_found_by_number_scheme_and_words_without_opening_a_store(
    workbench, profile: Path
) -> None:
    found = json.loads(workbench("codes", "find", "unionpay_acp:05", "--json").stdout)
    assert [(row["scheme"], row["code"], row["is_failure"]) for row in found] == [
        ("UNIONPAY_ACP", "05", "query_first")
    ]
    assert {
        r["scheme"] for r in json.loads(workbench("codes", "find", "cups", "05", "--json").stdout)
    }
    assert "不予承兑" in workbench("codes", "find", "cups 05").output
    assert not profile.exists()


def test_nothing_found_says_where_else_to_look(workbench) -> None:
    result = workbench("codes", "find", "no such thing")
    assert result.exit_code == 0 and "unmapped" in result.output


def test_a_refused_reason_is_not_printed_for_the_customer(workbench) -> None:
    row = json.loads(workbench("codes", "find", "stripe:stolen_card", "--json").stdout)[0]
    assert row["customer_visible"] == "general_refusal_only"
    assert "人工客服" in workbench("codes", "find", "stripe:stolen_card").output


def test_one_scheme_is_listed_and_a_wrong_one_named_with_those_that_there_are(workbench) -> None:
    listed = json.loads(workbench("codes", "list", "--scheme", "huawei_ivs", "--json").stdout)
    assert [row["code"] for row in listed] == ["2001", "2006", "3001"]
    wrong = workbench("codes", "list", "--scheme", "nobody")
    assert wrong.exit_code == 1 and "UNIONPAY_ACP" in wrong.stderr


@pytest.mark.slow
def test_the_queue_is_printed_masked_and_written_to_a_file(workbench, filled, tmp_path) -> None:
    (row,) = json.loads(workbench("codes", "unmapped", "--json").stdout)
    assert (row["scheme"], row["code"], row["count"], row["customers"]) == (
        "gateway", "E9999", 2, 2,
    )  # fmt: skip
    assert row["share_of_failures"] == pytest.approx(2 / 3, abs=1e-6)
    assert row["first_seen"] == "2026-10-20T08:00:00+08:00"
    printed = workbench("codes", "unmapped").output
    assert "E9999" in printed and "13812345678" not in printed
    file = tmp_path / "queue.csv"
    assert workbench("codes", "unmapped", "--out", file).exit_code == 0
    assert "E9999" in file.read_text("utf-8-sig") and "13812345678" not in file.read_text("utf-8")


@pytest.mark.slow
def test_a_filled_in_template_empties_the_queue(workbench, filled, tmp_path) -> None:
    file = tmp_path / "fill.csv"
    assert json.loads(workbench("codes", "template", file, "--json").stdout)["rows"] == 1
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    rows[0] |= {"meaning_zh": "上游未应答", "is_failure": "query_first"}
    rows.append(rows[0] | {"code": "E1", "owner": "nobody"})
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    result = workbench("codes", "import", file, "--json")
    assert result.exit_code == 3, "a row was set aside"
    report = json.loads(result.stdout)
    assert (report["read"], report["taken"], report["set_aside"]) == (2, 1, 1)
    assert Path(report["quarantine_file"]).is_file()
    assert "nobody" in result.stderr
    assert json.loads(workbench("codes", "unmapped", "--json").stdout) == []
    assert "E9999" not in workbench("codes", "unmapped").output
    (found,) = json.loads(workbench("codes", "find", "gateway:E9999", "--json").stdout)
    assert found["action"] == "query_first"


def test_a_clean_import_ends_with_0_and_a_wrong_file_with_1(workbench, tmp_path) -> None:
    good = tmp_path / "good.csv"
    good.write_text("scheme,code,meaning_zh,is_failure\nS,1,词,yes\n", "utf-8")
    assert workbench("codes", "import", good).exit_code == 0
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(b"\x00\x01")
    result = workbench("codes", "import", wrong)
    assert result.exit_code == 1 and "wrong.csv" in result.stderr
