"""``workbench report``: the dashboard of a period as a file, for people and for schedulers."""

from pathlib import Path

import click

from workbench.cli.attempts import day, equal_pairs
from workbench.cli.common import common_options, language, opened, print_json, profile_options, say
from workbench.domain.board import BoardQuery
from workbench.domain.errors import Usage
from workbench.domain.report import ChartKind
from workbench.domain.trend import SLICE_FIELDS, Against, Every, Measure, TrendFilter

_KINDS = (ChartKind.BARS, ChartKind.AREA, ChartKind.LINES)
_CHARTS = ("trend", "causes", "hours", "steps")


@click.command(help=say("help.report"))
@click.option("--from", "start", help=say("help.from"))
@click.option("--to", "end", help=say("help.to"))
@click.option("--out", type=click.Path(path_type=Path), required=True, help=say("help.report_out"))
@click.option("--by", default="cause", show_default=True, help=say("help.by"))
@click.option(
    "--every", type=click.Choice([e.value for e in Every]), default="day", show_default=True
)
@click.option(
    "--measure",
    type=click.Choice([e.value for e in Measure]),
    default="failures",
    show_default=True,
)
@click.option("--where", multiple=True, metavar="FIELD=VALUE", help=say("help.where"))
@click.option("--against", type=click.Choice([e.value for e in Against]), default="same_weekdays",
              show_default=True, help=say("help.report_against"))  # fmt: skip
@click.option(
    "--kind", type=click.Choice([e.value for e in _KINDS]), default="bars", show_default=True
)
@click.option("--chart", type=click.Choice(_CHARTS), help=say("help.report_chart"))
@profile_options
@common_options
def report(
    start, end, out, by, every, measure, where, against, kind, chart, profile, passphrase_file,
    as_json,
) -> None:  # fmt: skip
    if start is None or end is None:
        raise Usage("report_needs_period")
    if by not in SLICE_FIELDS:
        raise Usage("no_such_slice", field=by, fields=", ".join(SLICE_FIELDS))
    query = BoardQuery(
        TrendFilter(day(start), day(end, end_of_day=True), equal_pairs(where)),
        by,
        Every(every),
        Measure(measure),
        Against(against),
    )
    with opened(profile, passphrase_file) as bench:
        if chart is None:
            bench.reports.write(out, query, language(), ChartKind(kind))
        else:
            drawn = bench.reports.chart(chart, query, language(), ChartKind(kind))
            bench.reports.write_chart(out, query, drawn)
    size = out.stat().st_size
    if as_json:
        print_json({"file": str(out), "bytes": size})
    else:
        click.echo(say("report_written", file=out, size=f"{size / 1024:,.0f}"))
