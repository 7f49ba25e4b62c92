"""Documents that code writes are current, twins have one shape, and the site finds words of both."""

import json
import re
from pathlib import Path

import pytest

from installer import documents

DOCS = documents.ROOT / "docs"
# the manual's own shape is held by tests/unit/test_documents.py
TWINS = sorted(page for page in DOCS.glob("*.zh-CN.md") if not page.name.startswith("manual"))


@pytest.mark.parametrize("lang", sorted(documents.LANGUAGES))
def test_the_data_dictionary_says_what_the_code_says(lang: str) -> None:
    file = DOCS / documents.LANGUAGES[lang]
    assert file.read_text("utf-8") == documents.dictionary(lang), (
        "run: .venv/bin/python installer/documents.py"
    )


@pytest.mark.parametrize("page", TWINS, ids=lambda page: page.name)
def test_a_page_in_two_languages_has_the_same_sections_rows_and_code(page: Path) -> None:
    def shape(text: str) -> list[tuple[str, ...]]:
        return re.findall(r"^(#+) |^(\|)(?!-)|^(\d+\.) |^(```)", text, re.MULTILINE)

    english = page.with_name(page.name.replace(".zh-CN", ""))
    assert shape(page.read_text("utf-8")) == shape(english.read_text("utf-8"))


def test_every_page_is_in_the_site_and_every_decision_in_its_list() -> None:
    site = (documents.ROOT / "mkdocs.yml").read_text("utf-8")
    pages = {str(p.relative_to(DOCS)).replace("\\", "/") for p in DOCS.rglob("*.md")}
    assert [page for page in sorted(pages) if page not in site] == []
    listed = (DOCS / "decisions" / "index.md").read_text("utf-8")
    assert [p.name for p in (DOCS / "decisions").glob("0*.md") if p.name not in listed] == []


@pytest.mark.slow
def test_the_site_is_built_without_a_broken_link_and_finds_words_of_both_languages(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("material")
    assert documents.site(tmp_path) == 0, capfd.readouterr().err
    index = json.loads((tmp_path / "search" / "search_index.json").read_text("utf-8"))
    cut = re.compile(index["config"]["separator"])  # as the browser's script cuts
    words = {word for entry in index["docs"] for word in cut.split(entry["text"])}
    assert {"doctor", "恢", "复"} <= words, "whoever asks for 恢复 is asking for its characters"
    page = (tmp_path / "agent.zh-CN.html").read_text("utf-8")
    fetched = re.findall(r'(?:src|<link[^>]+href)="(https?://[^"]+)"', page)
    assert fetched == [], "it can be read where there is no internet"
