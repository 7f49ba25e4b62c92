"""Known people are planted, everything is done with them, and no file that came of it names one."""

import base64
import gzip
import json
import sys
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.canary import forms, leaks
from workbench.bench.windows import window
from workbench.bootstrap import open_workbench
from workbench.domain.people import Person, Role

# of tests/integration/cli/conftest.py's export; the letters are how a name is searched for
PLANTED = {
    "phone": "13812345678",
    "another phone": "13900001111",
    "id card": "11010119900307283X",
    "another id card": "110101199003072856",
    "of a row set aside": "13700002222",
    "name": "王小明",
    "pinyin": "wangxiaoming",
    "a name in a quarantined row": "韩梅梅",
}


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.mark.parametrize("form", sorted(forms(PLANTED["phone"])))
@pytest.mark.parametrize("packing", ["plain", "zip", "gz"])
def test_the_search_finds_what_is_there(tmp_path: Path, form: str, packing: str) -> None:
    data = b"before it " + forms(PLANTED["phone"])[form] + b" after it"
    if packing == "zip":
        with zipfile.ZipFile(tmp_path / "found", "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("inner", data)
    else:
        (tmp_path / "found").write_bytes(gzip.compress(data) if packing == "gz" else data)
    assert any(form in leak for leak in leaks(tmp_path, {"phone": PLANTED["phone"]}))


@pytest.mark.parametrize("ahead", range(4))
def test_base64_is_found_wherever_it_begins(tmp_path: Path, ahead: int) -> None:
    for name, secret in PLANTED.items():
        coded = base64.b64encode(b"x" * ahead + secret.encode() + b"more behind it")
        (tmp_path / "file").write_bytes(coded)
        assert leaks(tmp_path, {name: secret})


@pytest.mark.slow
def test_no_file_names_a_customer_whatever_is_done(
    workbench, attempts: Path, profile: Path, temporary: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()

    def done(*words: object, code: int = 0, **more: bool) -> str:
        result = workbench(*words, **more)
        assert result.exit_code == code, result.output
        return result.stdout

    done("import", attempts, code=3)  # a row of it is set aside
    assert list(profile.rglob("quarantine/*")), "the row set aside lies in a file"
    for term in ("13812345678", "11010119900307283X", "王小明", "wangxiaoming", "A1"):
        assert json.loads(done("lookup", term, "--json"))["attempts"]
    done("reveal", "A1", "--purpose", "客户要求回电")
    done("explain", "A1", "--reply")
    guide = json.loads(done("guide", "list", "--attempt", "A1", "--json"))[0]["id"]
    done("guide", "show", guide, "--out", out / "guide.html")

    said = "王小明来电,手机号 13812345678,身份证 11010119900307283X,要求回电 13900001111"
    new = ("complaint", "new", "--attempt", "A1", "--description", said, "--demand", "explain")
    number = json.loads(done(*new, "--json"))["number"]
    done("complaint", "comment", number, f"再次说明:{said}")
    paper = tmp_path / "paper.txt"
    paper.write_text(said, "utf-8")
    done("complaint", "attach", number, paper)
    group = json.loads(done("issue", "list", "--json"))[0]["key"]
    titled = ("--title", "13812345678 与 11010119900307283X", "--why", "13812345678 来电")
    issue = json.loads(done("issue", "new", group, *titled, "--json"))["number"]
    done("issue", "attach", issue, paper)
    for suffix in ("csv", "xlsx", "parquet", "json"):
        done("export", "attempts", out / f"attempts.{suffix}")
        done("export", "issues", out / f"issues.{suffix}")
    word = tmp_path / "word"
    word.write_text("a sentence for the backup alone\n")
    done("backup", out / "profile.backup", "--backup-passphrase-file", word)
    done("diagnose", attempts, "--out", out / "reasons.csv", with_profile=False, code=3)
    done("complaint", "list", "--text", "13812345678")

    _crash_over(f"could not do it for {said}", profile)
    assert list(profile.rglob("crash*")), "a report was written"
    assert (profile / "subjects.db").exists() and list(out.glob("*.keys")), "keys are searched, too"
    assert leaks(profile, PLANTED) == []
    assert leaks(out, PLANTED) == []
    assert leaks(temporary, PLANTED) == []
    assert leaks(tmp_path / "home", PLANTED) == []

    clear = out / "clear.xlsx"
    done("export", "attempts", clear, "--identities", "--purpose", "监管报送")
    assert {leak.split(": ")[1] for leak in leaks(clear, PLANTED)} >= {
        "phone in utf-8",
        "name in utf-8",
    }, "with a purpose it does name them: the search can see"


@pytest.mark.slow
def test_what_is_written_of_many_names_none(
    workbench, attempts: Path, profile: Path, temporary: Path, tmp_path: Path, monkeypatch
) -> None:
    """Complaints, issues and their tickets, incidents, reviews of calls, reports, dashboards and all
    other tables, in every form; typed drafts too."""
    out = tmp_path / "out"
    out.mkdir()

    def done(*words: object, code: int | None = 0) -> str:
        result = workbench(*words)
        assert code is None or result.exit_code == code, (words, result.output)
        return result.stdout

    done("import", attempts, code=3)
    said = "王小明来电,手机号 13812345678,身份证 11010119900307283X,要求回电 13900001111"
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(
        f"编号,日期,姓名,手机号,身份证号,内容\nL1,2026-11-20,王小明,13812345678,11010119900307283X,{said}\n"
    )
    done("complaint", "import", ledger)
    new = ("complaint", "new", "--attempt", "A1", "--description", said, "--demand", "explain")
    one = json.loads(done(*new, "--json"))["number"]
    done("complaint", "edit", one, "--set", f"description={said}!")
    done("complaint", "disagree", one, "--cause", "network_interruption", "--why", said)
    done("complaint", "remind", one, "--at", "2026-12-01 10:00", "--words", said)
    done("complaint", "reveal", "L1", "--purpose", "客户要求回电")
    keys = [group["key"] for group in json.loads(done("issue", "list", "--json"))]
    group = next(key for key in keys if "CREDIT_REJECT" in key)
    issue = json.loads(done("issue", "new", group, "--title", said, "--why", said, "--json"))[
        "number"
    ]
    for act in (("freeze", issue, "A1"), ("edit", issue, "--title", f"{said}!"), ("wait", "A1")):
        done("issue", *act)
    token = tmp_path / "token"
    token.write_text("a token\n")
    place = ("--url", "http://127.0.0.1:9", "--project", "p/q", "--token-file", token)
    done("tracker", "add", "desk", "--kind", "gitlab", *place)
    done(
        "issue", "file", issue, "--tracker", "desk", code=5
    )  # out of reach: it waits, as it will be sent
    assert json.loads(done("issue", "tickets", "--json")), "it waits"
    done("incidents", "find")
    with open_workbench(profile, passphrase_file=None) as bench:
        mine = bench.session.person
        bench.session.person = Person("quin", "quin", Role.QA)
        full = {item.id: item.best for item in bench.reviews.card().items}
        bench.reviews.score(one, full, dict.fromkeys(full, said), note=said)
        bench.session.person = mine
        draft = bench.complaints.draft_from(bench.attempts.lookup("A1").attempts[0])
        bench.complaints.keep(replace(draft, description=said))
    for suffix in ("csv", "xlsx", "parquet", "json"):
        done("export", "complaints", out / f"complaints.{suffix}")
        done("complaint", "export", out / f"history.{suffix}", "--history")
        done("trends", "--by", "cause", "--out", out / f"trends.{suffix}")
        for name in ("incidents list", "market", "models", "forecast", "codes unmapped"):
            told = out / f"{name.split()[0]}.{suffix}"
            done(*name.split(), "--out", told, code=None)
    period = ("--from", "2026-10-01", "--to", "2026-11-30")
    for suffix in ("pdf", "xlsx", "html", "png", "svg"):
        chart = ("--chart", "trend") if suffix in ("png", "svg") else ()
        done("report", *period, "--out", out / f"report.{suffix}", *chart, code=None)
    made = {file.name for file in out.iterdir()}
    assert {f"{n}.csv" for n in ("complaints", "history", "trends", "market")} <= made
    assert {"report.pdf", "report.xlsx", "report.html"} <= made, made
    for folder in (profile, out, temporary, tmp_path / "home"):
        assert leaks(folder, PLANTED) == []


@pytest.mark.slow
def test_a_window_that_found_a_customer_leaves_nothing_in_clear(
    workbench, attempts: Path, profile: Path, temporary: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("WORKBENCH_LOG", "DEBUG")
    assert workbench("import", attempts).exit_code == 3
    with window(profile) as opened:
        for term in ("13812345678", "王小明", "11010119900307283X"):
            assert opened.ask(f"use {term}")["found"]
            assert leaks(profile, PLANTED) == []  # while it is open, too
    assert (profile / "logs").exists() or list(profile.rglob("*.log"))
    for folder in (profile, temporary, tmp_path / "home"):
        print(sorted(leaks(folder, PLANTED)))
        assert leaks(folder, PLANTED) == []


def _crash_over(words: str, profile: Path) -> None:
    from workbench.ui.crash import CrashHandler

    told: list[Path] = []
    handler = CrashHandler(profile / "crashes", told.append)
    undo = handler.install()
    try:
        raise RuntimeError(words)
    except RuntimeError:
        sys.excepthook(*sys.exc_info())
    finally:
        undo()
