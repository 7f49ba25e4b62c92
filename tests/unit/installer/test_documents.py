"""Documents that code writes are current, twins have one shape, and the site finds words of both."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from installer import documents
from workbench.ui.gallery import MANUAL

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


@pytest.mark.parametrize(("page", "lang"), [("manual.md", "en"), ("manual.zh-CN.md", "zh")])
def test_the_manual_shows_every_picture_in_its_own_language_once(page: str, lang: str) -> None:
    named = re.findall(r"!\[(.+)\]\(pictures/(.+)\)", (DOCS / page).read_text("utf-8"))
    assert sorted(file for _, file in named) == [f"{name}.{lang}.webp" for name in sorted(MANUAL)]
    assert all((documents.PICTURES / file).stat().st_size < 100_000 for _, file in named)


@pytest.mark.slow
def test_the_pictures_of_the_manual_show_the_program_as_it_is(tmp_path: Path) -> None:
    """Made anew, they differ by dates and invented people at most."""
    step = [sys.executable, documents.__file__, "--pictures", str(tmp_path)]
    subprocess.run(step, check=True)
    made = sorted(tmp_path.iterdir())
    assert [file.name for file in made] == sorted(p.name for p in documents.PICTURES.iterdir())
    far = {file.name: difference(file, documents.PICTURES / file.name) for file in made}
    print(far)
    stale = [name for name, by in far.items() if by > 4]
    assert stale == [], "run: .venv/bin/python installer/documents.py --pictures"


def difference(one: Path, other: Path) -> float:
    """Of 255, on average over a grid coarse enough not to read the letters."""
    grids = []
    for file in (one, other):
        picture = QImage(str(file)).scaled(48, 27, mode=Qt.TransformationMode.SmoothTransformation)
        grids.append(
            [QColor(picture.pixel(x, y)).lightness() for y in range(27) for x in range(48)]
        )
    return sum(abs(a - b) for a, b in zip(*grids, strict=True)) / len(grids[0])
