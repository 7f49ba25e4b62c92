"""A report to a file whose suffix says what it becomes, and a chart to a picture."""

from collections.abc import Callable
from pathlib import Path

from workbench.domain.errors import Usage
from workbench.domain.report import Chart, Report
from workbench.reports.tables import placed

PICTURES = (".svg", ".png")


def write_report(path: Path, report: Report) -> None:
    """The file appears whole or not at all. Raises Usage('bad_suffix', 'no_report_font'),
    BadInput, NotPermitted, StoreFault."""
    writers: dict[str, Callable[[Path, Report], None]] = {
        ".pdf": _pdf,
        ".xlsx": _xlsx,
        ".html": _html,
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise Usage("bad_suffix", file=path.name, suffixes=", ".join(writers))
    with placed(path) as part:
        writer(part, report)


def write_chart(path: Path, chart: Chart) -> None:
    """Raises as ``write_report``."""
    from workbench.reports.drawing import svg

    suffix = path.suffix.lower()
    if suffix not in PICTURES:
        raise Usage("bad_suffix", file=path.name, suffixes=", ".join(PICTURES))
    with placed(path) as part:
        if suffix == ".svg":
            part.write_text(svg(chart, titled=True), "utf-8")
        else:
            from workbench.reports.typesetting import picture

            part.write_bytes(picture(chart))


def _pdf(path: Path, report: Report) -> None:
    from workbench.reports.typesetting import pdf

    path.write_bytes(pdf(report))


def _xlsx(path: Path, report: Report) -> None:
    from workbench.reports.workbook import write_workbook

    write_workbook(path, report)


def _html(path: Path, report: Report) -> None:
    from workbench.reports.page import html

    path.write_text(html(report), "utf-8")
