"""Known people are planted, everything is done with them, and no file that came of it names one."""

import base64
import gzip
import json
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from tests.canary import forms, leaks
from workbench.bench.windows import window

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
