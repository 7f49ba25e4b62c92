"""PDF and PNG by typst, with the letters that are used of a font of the system embedded."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from workbench import paths
from workbench.domain.errors import StoreFault, Usage
from workbench.domain.report import Chart, Report, Table
from workbench.reports.cells import numeric, shown
from workbench.reports.drawing import svg

FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "SimSun",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "AR PL UMing CN",
)
_MANY = 8  # columns from which on letters are smaller
_SHARP = 192  # pixels an inch


@lru_cache(maxsize=1)
def font() -> str:
    """The first installed font with Chinese letters. Raises Usage('no_report_font')."""
    import typst

    installed = set(typst.Fonts().families())
    for family in FONTS:
        if family in installed:
            return family
    raise Usage("no_report_font", fonts=", ".join(FONTS))


def pdf(report: Report) -> bytes:
    """Raises Usage, StoreFault('report_failed')."""
    family = font()
    data = {
        "lang": report.lang,
        "title": report.title,
        "fonts": [family],
        "mark": report.mark,
        "asked": report.asked,
        "figures": [vars(figure) for figure in report.figures],
        "sections": [
            {
                "title": section.title,
                "words": section.words,
                "svg": svg(section.chart, family) if section.chart else "",
                "table": _table(section.table) if section.table else None,
            }
            for section in report.sections
        ],
        "definitions": report.definitions,
        "definitions_title": report.definitions_title,
    }
    template = paths.resources() / "reports" / "report.typ"
    return _compiled(template, data, "pdf")


def picture(chart: Chart) -> bytes:
    """The chart as PNG. Raises as ``pdf``."""
    source = (
        b"#set page(width: auto, height: auto, margin: 8pt, fill: white)\n"
        b'#image(bytes(json(bytes(sys.inputs.data)).svg), format: "svg", width: 720pt)'
    )
    return _compiled(source, {"svg": svg(chart, font(), titled=True)}, "png")


def _compiled(source: Path | bytes, data: dict[str, Any], kind: str) -> bytes:
    import typst

    told = json.dumps(data, ensure_ascii=False)
    try:
        made = typst.compile(
            source, format=kind, ppi=_SHARP if kind == "png" else None, sys_inputs={"data": told}
        )
    except typst.TypstError as error:
        raise StoreFault("report_failed", why=str(error)) from error
    assert isinstance(made, bytes)
    return made


def _table(table: Table) -> dict[str, Any]:
    cells = shown(table)
    lengths = [
        max(_length(text) for text in column) for column in zip(table.columns, *cells, strict=True)
    ]
    many = len(table.columns) > _MANY
    return {
        "columns": table.columns,
        "rows": cells,
        "numeric": numeric(table),
        "widths": [max(3, min(40, length)) for length in lengths],
        "size": 5.5 if len(table.columns) > 2 * _MANY else 6.5 if many else 8,
    }


def _length(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
