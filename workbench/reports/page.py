"""A report as one HTML file that asks nothing of the network."""

from html import escape

from workbench.domain.report import Report, Table
from workbench.reports.cells import numeric, shown
from workbench.reports.drawing import svg

_STYLE = """
body{font:14px/1.6 "Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;color:#1c2025;
max-width:860px;margin:2em auto;padding:0 1em}h1{font-size:22px}h2{font-size:16px;margin:1.8em 0 .4em}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 14px;margin:0}dt,.note{color:#5c6672}dd{margin:0}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:8px;margin:1em 0}
.figure{border:1px solid #d9dde3;border-radius:4px;padding:8px}.figure b{display:block;font-size:20px}
table{border-collapse:collapse;width:100%;font-size:12px;margin-top:.6em}th{text-align:left;background:#eceef1}
td,th{padding:3px 6px;border-bottom:1px solid #eceef1}.n{text-align:right;font-variant-numeric:tabular-nums}
svg{width:100%;height:auto}.wide{overflow-x:auto}footer{margin-top:2em;color:#5c6672;font-size:12px}
@media print{section{break-inside:avoid}}"""


def html(report: Report) -> str:
    parts = [
        f'<!doctype html><html lang="{escape(report.lang)}"><meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        " style-src 'unsafe-inline'\">",
        f"<title>{escape(report.title)}</title><style>{_STYLE}</style>",
        f"<h1>{escape(report.title)}</h1>{_pairs(report.asked)}",
        '<div class="figures">',
        *(
            f'<div class="figure"><span class="note">{escape(f.name)}</span><b>{escape(f.value)}</b>'
            f'<span class="note">{escape(f.note)}</span></div>'
            for f in report.figures
        ),
        "</div>",
    ]
    for section in report.sections:
        parts.append(f"<section><h2>{escape(section.title)}</h2>")
        parts.append(f"<p>{escape(section.words)}</p>" if section.words else "")
        parts.append(svg(section.chart) if section.chart else "")
        parts.append(_table(section.table) if section.table else "")
        parts.append("</section>")
    parts.append(f"<h2>{escape(report.definitions_title)}</h2>{_pairs(report.definitions)}")
    parts.append(f"<footer>{escape(report.mark)}</footer></html>")
    return "".join(parts)


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(a)}<dd>{escape(b)}" for a, b in pairs) + "</dl>"


def _table(table: Table) -> str:
    right = [' class="n"' if is_number else "" for is_number in numeric(table)]
    head = "".join(f"<th{r}>{escape(c)}" for r, c in zip(right, table.columns, strict=True))
    rows = "".join(
        "<tr>" + "".join(f"<td{r}>{escape(c)}" for r, c in zip(right, row, strict=True))
        for row in shown(table)
    )
    return f'<div class="wide"><table><tr>{head}{rows}</table></div>'
