"""Whose codes an attempt's are: its source, the review's decline codes, and what a site says."""

from pathlib import Path

import pytest

from workbench import texts
from workbench.domain.codes import DECLINE_CODE, CodeSeen
from workbench.rules.code_sources import Sources, dump_sources, load_sources
from workbench.rules.codes import Catalogue


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "schemes.csv"


def test_a_source_names_its_scheme_in_any_case_and_width() -> None:
    catalogue, sources = Catalogue(), Sources()
    for source in ("gateway", "GATEWAY", "ｇａｔｅｗａｙ", " Gateway "):
        entry = catalogue.resolve(sources.scheme_of(source), "ＳＹＳ＿ＢＵＳＹ")
        assert entry is not None and entry.scheme == "gateway", source


def test_a_decline_code_is_the_reviews_whatever_the_source() -> None:
    for source in (None, "app", "risk"):
        assert Sources().scheme_of(source, DECLINE_CODE) == "risk"


def test_a_code_without_a_source_has_no_scheme_until_the_site_says(file: Path) -> None:
    assert Sources().scheme_of(None) is None and Sources().scheme_of("  ") is None
    file.write_text("source,scheme\n,app\n", "utf-8")
    assert load_sources(file).scheme_of(None) == "app"


def test_a_site_maps_its_own_names_to_schemes(file: Path) -> None:
    file.write_text("scheme,source\nCUPS_8583,ＰＯＳ\nours,decline_code\n", "utf-8")
    sources = load_sources(file)
    assert sources.scheme_of("pos") == "CUPS_8583"
    assert sources.scheme_of("risk", DECLINE_CODE) == "ours"
    assert sources.scheme_of("app") == "app"


def test_the_message_decides_nothing() -> None:
    fields = {"error_source": "app", "error_code": "X1", "decline_code": "R9"}
    seen = Sources().codes_of(fields | {"error_message": "SYS_BUSY 系统繁忙"})
    assert seen == (CodeSeen("app", "X1", "error_code"), CodeSeen("risk", "R9", "decline_code"))
    assert Sources().codes_of({"error_message": "SYS_BUSY", "error_code": " "}) == ()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("source,schema\na,b\n", ["sources_no_column"]),
        ("", ["sources_no_column"]),
        ("source,scheme\na,\nb,x:y\nc,good\n", ["sources_bad_scheme", "sources_bad_scheme"]),
        ("source,scheme\na," + "x" * 41 + "\nc,good\n", ["sources_bad_scheme"]),
        ('source,scheme\n"a,b\n', ["codes_broken_row"]),
        ("source,scheme\na," + "x" * 200_000 + "\nc,good\n", ["codes_broken_row"]),
    ],
)
def test_a_bad_file_is_named_and_the_rest_of_it_used(file: Path, text: str, keys) -> None:
    file.write_text(text, "utf-8")
    sources = load_sources(file)
    assert [problem.key for problem in sources.problems] == keys
    assert all(texts.error_text(lang, p) for p in sources.problems for lang in texts.LANGUAGES)
    assert sources.scheme_of("a") == "a"
    assert ("c,good" not in text) or sources.scheme_of("c") == "good"


def test_what_is_written_is_read_again(file: Path) -> None:
    site = {"pos": "CUPS_8583", "=cmd|x": "S", "": "app"}
    file.write_bytes(dump_sources(site))
    assert dict(load_sources(file).site) == site
    assert "\n=cmd" not in file.read_text("utf-8-sig")
