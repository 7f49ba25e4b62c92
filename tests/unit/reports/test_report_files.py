"""Reports and pictures: what is written is inert, whole, and readable without colour."""

import re
import zlib
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import openpyxl
import pytest

from workbench.domain.errors import Usage
from workbench.domain.report import Chart, ChartKind, Figure, Line, Mark, Report, Section, Table
from workbench.reports import typesetting
from workbench.reports.drawing import shade, svg
from workbench.reports.writing import write_chart, write_report

HOSTILE = '=HYPERLINK("http://x") <script>alert(1)</script> #eval("1") & *粗*'
CHART = Chart(
    ChartKind.BARS,
    "失败",
    ("周一", "周二", "周三"),
    (
        Line("高并发", (3.0, 0.0, 2.0), "#dc6312"),
        Line(HOSTILE, (1.0, 1.0, 1.0), "#5c6672", dotted=True),
        Line("上周", (2.0, None, 2.0), "#1c2025", dashed=True),
    ),
    summary="11月11日高并发上升 340 %。",
    growing=frozenset({2}),
    growing_name="数据未齐",
    weekend=frozenset({0}),
    marks=(Mark(1.2, HOSTILE),),
)
REPORT = Report(
    lang="zh",
    title="激活失败报告",
    asked=(("筛选", HOSTILE),),
    asked_title="条件",
    figures=(Figure("失败", "8", "+12%"),),
    sections=(
        Section(HOSTILE, CHART, Table(("日", "高并发"), (("一", 3), (HOSTILE, None))), "概要"),
        Section("比率", table=Table(("日", "率"), (("一", 0.25),), frozenset({1}))),
    ),
    definitions=(("失败", "失败和放弃"),),
    definitions_title="定义",
    mark="zhang 2026-11-22",
)


@pytest.mark.parametrize("kind", list(ChartKind))
def test_every_kind_of_chart_is_sound_xml_that_says_itself(kind) -> None:
    tree = ElementTree.fromstring(svg(replace(CHART, kind=kind), titled=True))
    assert tree.findtext("{*}title") == "失败"
    assert tree.findtext("{*}desc") == CHART.summary
    assert not list(tree.iter("{*}script"))


def test_a_chart_of_nothing_is_drawn(tmp_path) -> None:
    for kind in ChartKind:
        empty = Chart(kind, "x", (), (Line("a", (), "#000000"), Line("b", (), "#000000")))
        ElementTree.fromstring(svg(empty))


def test_what_is_not_final_is_hatched_and_other_is_dotted() -> None:
    drawn = svg(CHART)
    assert drawn.count('fill="url(#grows)"') == 1 and "数据未齐" in drawn
    assert drawn.count('fill="url(#other)"') == 4, "three bars and their name"


def test_the_names_of_events_never_lie_on_one_another() -> None:
    marks = tuple(Mark(0.1 * n, f"故障 高并发拥堵 {n}") for n in range(12))
    drawn = svg(replace(CHART, marks=marks))
    places = re.findall(r'<text x="([\d.]+)" y="(9|21)[.0]*"[^>]*>▾([^<]*)<', drawn)
    assert 0 < len(places) < 12 and drawn.count('stroke-dasharray="3 3"') >= 12
    for row in ("9", "21"):
        spans = sorted((float(x), float(x) + 6 * len(name)) for x, y, name in places if y == row)
        assert all(a[1] < b[0] for a, b in pairwise(spans))


def test_lines_differ_by_dash_and_marker_where_colours_do_not() -> None:
    lines = tuple(Line(str(n), (1.0, 2.0), "#000000") for n in range(4))
    drawn = svg(Chart(ChartKind.LINES, "x", ("a", "b"), lines))
    assert len(set(re.findall(r'stroke-dasharray="([^"]*)"', drawn))) == 4
    assert all(f"<{shape}" in drawn for shape in ("circle", "polygon"))


def test_more_is_darker_in_grey_too() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
        return 0.3 * red + 0.6 * green + 0.1 * blue

    steps = [grey(shade(n / 10)) for n in range(11)]
    assert all(a - b > 10 for a, b in pairwise(steps))


def test_a_page_says_hostile_words_as_words(tmp_path) -> None:
    out = tmp_path / "r.html"
    write_report(out, REPORT)
    text = out.read_text("utf-8")
    assert "<script" not in text and "&lt;script&gt;" in text
    assert "default-src &#x27;none&#x27;" in text or "default-src 'none'" in text


def test_a_workbook_has_no_formula_but_numbers_and_a_chart(tmp_path) -> None:
    out = tmp_path / "r.xlsx"
    write_report(out, REPORT)
    book = openpyxl.load_workbook(out)
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert not [c for c in cells if c.data_type == "f" or str(c.value).startswith("=")]
    main, rates = book.worksheets[1:]
    assert main["B5"].value == 3 and len(main._charts) == 1
    assert (rates["B5"].value, rates["B5"].number_format) == (0.25, "0.0%")
    assert book.properties.description == REPORT.mark


def test_a_pdf_embeds_the_letters_it_uses_and_says_hostile_words_as_words(tmp_path) -> None:
    out = tmp_path / "r.pdf"
    write_report(out, REPORT)
    data = out.read_bytes()
    assert data.startswith(b"%PDF") and len(data) < 400_000, "a subset, not the font"
    whole = data
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S):
        try:
            whole += zlib.decompress(stream)
        except zlib.error:
            continue
    assert re.search(rb"/FontFile\d?", whole), "no font of the reader's machine is needed"
    assert re.search(rb"/[A-Z]{6}\+", whole)


def test_a_picture_is_a_picture(tmp_path) -> None:
    write_chart(tmp_path / "c.png", CHART)
    write_chart(tmp_path / "c.svg", CHART)
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    assert ElementTree.parse(tmp_path / "c.svg").findtext("{*}title") == CHART.title
    with pytest.raises(Usage, match="bad_suffix"):
        write_chart(tmp_path / "c.gif", CHART)


def test_without_a_chinese_font_a_pdf_is_refused_with_the_names_of_fonts(
    monkeypatch, tmp_path
) -> None:
    monkeypatch.setattr(typesetting, "FONTS", ("No Such Font",))
    typesetting.font.cache_clear()
    try:
        with pytest.raises(Usage) as caught:
            write_report(tmp_path / "r.pdf", REPORT)
    finally:
        typesetting.font.cache_clear()
    assert (caught.value.key, caught.value.params["fonts"]) == ("no_report_font", "No Such Font")
    assert not list(tmp_path.iterdir()), "nothing half written"


def test_another_suffix_is_refused(tmp_path) -> None:
    with pytest.raises(Usage, match="bad_suffix"):
        write_report(tmp_path / "r.docx", REPORT)
