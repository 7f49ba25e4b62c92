"""Personal data on the command line: shown with a purpose, erased with proof, kept for a time."""

import csv
import json
from pathlib import Path

import pytest

from workbench.bootstrap import open_workbench
from workbench.domain.errors import NotPermitted
from workbench.domain.people import Person, Role
from workbench.services.custody import CustodyService
from workbench.services.session import Session


def audit(profile: Path) -> list[tuple[str, str, dict]]:
    """(action, subject, detail), oldest first."""
    with open_workbench(profile) as bench:
        entries = bench.custody._records.audit()
        bench.custody._records.verify_audit()
    return [(e.action, e.subject, e.detail) for e in reversed(entries)]


@pytest.mark.slow
def test_a_reveal_needs_a_purpose_and_stands_in_the_audit(workbench, attempts, profile) -> None:
    workbench("import", attempts)
    assert workbench("reveal", "A1").exit_code == 2, "no purpose"
    assert workbench("reveal", "A1", "--purpose", " x ").exit_code == 2
    assert "reveal" not in [action for action, _, _ in audit(profile)]
    shown = json.loads(workbench("reveal", "A1", "--purpose", "客户要求回电", "--json").stdout)
    assert [p["phone"] for p in shown] == ["13812345678"]
    [(_, subject, detail)] = [entry for entry in audit(profile) if entry[0] == "reveal"]
    assert detail == {"purpose": "客户要求回电"}
    assert "13812345678" not in subject


@pytest.mark.slow
def test_an_export_is_masked_unless_a_purpose_is_given(workbench, attempts, profile, tmp_path):
    workbench("import", attempts)
    for suffix in ("csv", "xlsx", "parquet", "json"):
        file = tmp_path / f"out.{suffix}"
        assert workbench("export", "attempts", file).exit_code == 0
        assert b"13812345678" not in file.read_bytes()
    clear = tmp_path / "clear.csv"
    assert workbench("export", "attempts", clear, "--identities").exit_code == 2
    assert not clear.exists()
    done = workbench("export", "attempts", clear, "--identities", "--purpose", "监管报送")
    assert done.exit_code == 0
    rows = list(csv.DictReader(clear.read_text("utf-8-sig").splitlines()))
    assert {r["phone"] for r in rows} == {"13812345678", "13900001111"}
    assert {r["customer_name"] for r in rows} == {"王小明", "李雷"}
    assert "sealed" not in rows[0] and "_key" not in rows[0]
    noted = [(action, detail) for action, _, detail in audit(profile)][-2:]
    assert noted[0] == ("export", {"purpose": "监管报送", "identities": True})
    assert noted[1][0] == "exported" and noted[1][1]["rows"] == 3
    refused = workbench("export", "complaints", clear, "--identities", "--purpose", "监管报送")
    assert refused.exit_code == 2


@pytest.mark.slow
def test_a_lake_is_an_administrators_and_in_the_audit_before_it_is_written(
    workbench, attempts, profile, tmp_path
) -> None:
    workbench("import", attempts)
    with open_workbench(profile) as bench:
        for role in Role:
            if role is not Role.ADMIN:
                service = CustodyService(
                    bench.custody._store, bench.custody._records, Session(Person("x", "x", role))
                )
                with pytest.raises(NotPermitted):
                    service.export_lake(tmp_path / "lake")
    assert not (tmp_path / "lake").exists()
    assert "export_lake" not in [action for action, _, _ in audit(profile)]
    assert workbench("export", "lake", tmp_path / "nowhere" / "lake").exit_code == 1
    assert [a for a, _, _ in audit(profile)][-1] == "export_lake"
    assert workbench("export", "lake", tmp_path / "lake").exit_code == 0
    assert audit(profile)[-1] == ("export_lake_done", "lake", {"rows": 3})


@pytest.mark.slow
def test_an_erased_customer_is_nowhere_and_the_audit_proves_it(
    workbench, attempts, profile, tmp_path
) -> None:
    scores = tmp_path / "scores.csv"
    scores.write_text(
        "phone,score,scored_at,source\n13812345678,600,2026-10-01,百行征信\n"
        "13900001111,610,2026-10-01,百行征信\n",
        "utf-8",
    )
    workbench("import", attempts, "--scores", scores)
    ref = json.loads(workbench("lookup", "13812345678", "--json").stdout)["customers"][0]["ref"]
    done = workbench("erase", "13812345678", "--purpose", "客户要求删除", "--yes", "--json")
    counts = {"attempts": 2, "customers": 1, "scores": 1, "records": {}, "tickets": []}
    counts["keys_files"] = []
    assert json.loads(done.stdout) == {"customer": ref} | counts
    for term in ("13812345678", "王小明", "wxm", "c1", "A1", "A2"):
        found = json.loads(workbench("lookup", term, "--json").stdout)
        assert found == {"customers": [], "attempts": []}
    with open_workbench(profile) as bench, bench.attempts._store._store.session() as session:
        for table, left in (("attempts", 1), ("identities", 1), ("bureau_scores", 1)):
            assert session.rows(f"SELECT count(*) FROM {table}") == [(left,)]
        key = int(ref, 16)
        assert not session.rows("SELECT 1 FROM search_keys WHERE customer_key = ?", [key])
    trail = {action: (subject, detail) for action, subject, detail in audit(profile)}
    assert trail["erase"] == (ref, {"purpose": "客户要求删除"})
    assert trail["erased"][1] == counts | {"left": 0}


@pytest.mark.slow
def test_erasing_needs_one_customer_and_a_yes(workbench, attempts) -> None:
    workbench("import", attempts)
    nobody = workbench("erase", "13811110000", "--purpose", "客户要求删除", "--yes")
    assert nobody.exit_code == 1
    assert workbench("erase", "c1", "--purpose", "客户要求删除").exit_code == 1, "nobody said yes"
    assert json.loads(workbench("lookup", "c1", "--json").stdout)["customers"]


@pytest.mark.slow
def test_retention_says_what_would_go_and_removes_it_only_when_told(
    workbench, attempts, profile, tmp_path
) -> None:
    old = tmp_path / "old.csv"
    old.write_text(
        "attempt_id,customer_id,occurred_at,outcome\nOLD1,c9,2020-01-05 10:00:00,failed\n"
        "OLD2,c1,2020-02-05 10:00:00,failed\n",
        "utf-8",
    )
    workbench("import", attempts, old)
    assert json.loads(workbench("retention", "--json").stdout)["months"] is None
    told = json.loads(workbench("retention", "--months", "36", "--json").stdout)
    assert (told["months"], told["applied"]) == (36, False)
    assert (told["attempts"], told["customers"]) == (2, 1), "c1 has newer attempts"
    assert json.loads(workbench("lookup", "OLD1", "--json").stdout)["attempts"]
    done = json.loads(workbench("retention", "--apply", "--json").stdout)
    assert (done["attempts"], done["customers"]) == (2, 1)
    assert not json.loads(workbench("lookup", "OLD1", "--json").stdout)["attempts"]
    assert [a["attempt_id"] for a in json.loads(
        workbench("lookup", "c1", "--json").stdout)["attempts"]] == ["A2", "A1"]  # fmt: skip
    assert json.loads(workbench("retention", "--json").stdout)["attempts"] == 0
    actions = [action for action, _, _ in audit(profile)]
    assert actions[-3:] != [] and {"retention_policy", "retention", "retention_done"} <= set(
        actions
    )
    kept = json.loads(workbench("retention", "--for-ever", "--json").stdout)
    assert (kept["months"], kept["kept_from"]) == (None, None)


@pytest.mark.slow
def test_compact_gives_the_disk_back(workbench, profile, tmp_path) -> None:
    file = tmp_path / "many.csv"
    lines = ["attempt_id,customer_id,occurred_at,outcome,note"]
    lines += [f"M{n},c{n},2020-01-05 10:00:00,failed,{n:064x}" for n in range(30_000)]
    lines += ["N1,c1,2026-01-05 10:00:00,failed,x"]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    workbench("import", file)
    before = (profile / "warehouse.duckdb").stat().st_size
    workbench("retention", "--months", "24", "--apply")
    after = (profile / "warehouse.duckdb").stat().st_size
    assert after < before / 2
    assert json.loads(workbench("lookup", "N1", "--json").stdout)["attempts"]
    assert json.loads(workbench("compact", "--json").stdout)["after"] <= after
    assert not list(profile.glob("*.compact"))


@pytest.mark.parametrize("words", [("retention", "--months", "0"), ("erase", "A1")])
def test_a_wrong_call_is_usage(workbench, words) -> None:
    assert workbench(*words).exit_code == 2
