"""A report as an Excel workbook: its numbers as numbers, and charts that Excel draws of them."""

import re
from pathlib import Path
from typing import Any

import xlsxwriter

from workbench.domain.cells import inert
from workbench.domain.report import Chart, ChartKind, Report, Section

_HEAD = 3  # rows above a table: title, words, nothing


def write_workbook(path: Path, report: Report) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        if report.mark:
            book.set_properties({"title": report.title, "comments": report.mark})
        styles = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "bg_color": "#ECEEF1", "text_wrap": True}),
            "muted": book.add_format({"font_color": "#5C6672", "text_wrap": True, "valign": "top"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "number": book.add_format({"num_format": "#,##0"}),
            "share": book.add_format({"num_format": "0.0%"}),
        }
        _front(book, report, styles)
        taken: set[str] = set()
        for section in report.sections:
            if section.table is not None:
                sheet = book.add_worksheet(_name(section.title, taken))
                _footer(sheet, report)
                _section(book, sheet, section, styles)


def _front(book: Any, report: Report, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet(_name(report.title, set()))
    _footer(sheet, report)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 18)
    sheet.set_column(2, 2, 70)
    sheet.write_string(0, 0, inert(report.title), styles["title"])
    row = 2
    for name, value in report.asked:
        sheet.write_string(row, 0, name, styles["muted"])
        sheet.merge_range(row, 1, row, 2, "", styles["wrap"])
        sheet.write_string(row, 1, inert(value), styles["wrap"])
        row += 1
    row += 1
    for figure in report.figures:
        sheet.write_string(row, 0, figure.name, styles["head"])
        sheet.write_string(row, 1, figure.value)
        sheet.write_string(row, 2, figure.note, styles["muted"])
        row += 1
    row += 1
    sheet.write_string(row, 0, report.definitions_title, styles["title"])
    for name, meaning in report.definitions:
        row += 1
        sheet.write_string(row, 0, name, styles["wrap"])
        sheet.merge_range(row, 1, row, 2, "", styles["wrap"])
        sheet.write_string(row, 1, meaning, styles["wrap"])
        sheet.set_row(row, 15 * (1 + len(meaning) // 60))


def _section(book: Any, sheet: Any, section: Section, styles: dict[str, Any]) -> None:
    table = section.table
    assert table is not None
    sheet.write_string(0, 0, inert(section.title), styles["title"])
    sheet.write_string(1, 0, inert(section.words))
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, max(1, len(table.columns) - 1), 11)
    for column, name in enumerate(table.columns):
        sheet.write_string(_HEAD, column, inert(name), styles["head"])
    for n, row in enumerate(table.rows, _HEAD + 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(n, column, inert(value))
            elif value is not None:
                style = styles["share" if column in table.percents else "number"]
                sheet.write_number(n, column, value, style)
    sheet.freeze_panes(_HEAD + 1, 1)
    if section.chart is not None and table.rows:
        _chart(book, sheet, section.chart, len(table.rows), len(table.columns))


def _chart(book: Any, sheet: Any, chart: Chart, rows: int, columns: int) -> None:
    first, last = _HEAD + 1, _HEAD + rows
    if chart.kind is ChartKind.HEAT:
        sheet.conditional_format(
            first, 1, last, columns - 1,
            {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#0C3A70"},
        )  # fmt: skip
        return
    kinds: dict[ChartKind, dict[str, str]] = {
        ChartKind.BARS: {"type": "column", "subtype": "stacked"},
        ChartKind.AREA: {"type": "area", "subtype": "stacked"},
        ChartKind.LINES: {"type": "line"},
        ChartKind.PARETO: {"type": "bar"},
        ChartKind.FUNNEL: {"type": "bar"},
    }
    drawn = book.add_chart(kinds[chart.kind])
    name = sheet.get_name()
    across = chart.kind in (ChartKind.PARETO, ChartKind.FUNNEL)
    for place, line in enumerate(chart.lines):
        column = place + 1
        series: dict[str, Any] = {
            "name": [name, _HEAD, column],
            "categories": [name, first, 0, last, 0],
            "values": [name, first, column, last, column],
            "gap": 40,
        }
        if line.dashed or chart.kind is ChartKind.LINES:
            dash = "dash" if line.dashed else ("solid", "dash", "round_dot", "dash_dot")[place % 4]
            series["line"] = {"color": line.colour, "width": 1.75, "dash_type": dash}
        elif line.dotted:
            series["pattern"] = {"pattern": "percent_50", "fg_color": line.colour}
        else:
            series["fill"] = {"color": line.colour}
            if chart.growing and chart.kind is ChartKind.BARS:
                hatched = {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": line.colour}}
                series["points"] = [
                    hatched if n in chart.growing else None for n in range(len(line.values))
                ]
        if line.dashed and not across and chart.kind is not ChartKind.LINES:
            over = book.add_chart({"type": "line"})
            over.add_series(series)
            drawn.combine(over)
        else:
            drawn.add_series(series)
    drawn.set_title({"name": chart.title, "name_font": {"size": 11}})
    drawn.set_legend({"position": "bottom"} if len(chart.lines) > 1 else {"none": True})
    if across:
        drawn.set_y_axis({"reverse": True})
    elif chart.percent:
        drawn.set_y_axis({"num_format": "0%"})
    drawn.set_size({"width": 860, "height": 380})
    sheet.insert_chart(
        _HEAD, columns + 1, drawn, {"description": chart.summary, "object_position": 3}
    )


def _footer(sheet: Any, report: Report) -> None:
    if report.mark:
        sheet.set_footer(f"&L{report.mark.replace('&', '&&')}&R&P / &N")


def _name(title: str, taken: set[str]) -> str:
    """A sheet's name: at most 31 letters, none that Excel refuses, each once."""
    base = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:28] or "1"
    name, n = base, 1
    while name.casefold() in taken:
        n += 1
        name = f"{base} {n}"
    taken.add(name.casefold())
    return name
