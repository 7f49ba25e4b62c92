"""A code that no catalogue knows is said on the card, until a site gives it a meaning."""

import json

import pytest


@pytest.mark.slow
def test_an_unmapped_code_is_said_and_a_classified_one_is_not(workbench, tmp_path) -> None:
    file = tmp_path / "attempts.csv"
    file.write_text(
        "attempt_id,customer_id,occurred_at,outcome,error_source,error_code,http_status\n"
        "A1,c1,2026-11-20 10:00:00,failed,gateway,ODD_77,200\n"
        "A2,c1,2026-11-20 11:00:00,failed,gateway,SYS_BUSY,429\n",
        "utf-8",
    )
    workbench("import", file)
    told = json.loads(workbench("explain", "A1", "--json").stdout)
    assert told["unmapped"] == [{"scheme": "gateway", "code": "ODD_77", "field": "error_code"}]
    assert told["cause"] == "undetermined"
    assert json.loads(workbench("explain", "A2", "--json").stdout)["unmapped"] == []
    own = tmp_path / "own.csv"
    own.write_text("scheme,code,meaning_zh,is_failure\ngateway,ODD_77,网关内部忙,yes\n", "utf-8")
    assert workbench("codes", "import", own).exit_code == 0
    assert json.loads(workbench("explain", "A1", "--json").stdout)["unmapped"] == []
