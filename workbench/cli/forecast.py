"""``workbench forecast``: complaints to be expected, and the people they need."""

from pathlib import Path

import click

from workbench import texts
from workbench.cli.common import (
    common_options,
    language,
    opened,
    print_json,
    print_table,
    profile_options,
    say,
)


@click.command(help=say("help.forecast"))
@click.option("--days", type=click.IntRange(1, 90), default=14, show_default=True)
@click.option(
    "--per-person", type=click.IntRange(1), default=12, show_default=True,
    help=say("help.per_person"),
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help=say("help.forecast_out"))
@profile_options
@common_options
def forecast(days, per_person, out, profile, passphrase_file, as_json) -> None:
    from workbench.services.forecast_words import backtest_line

    with opened(profile, passphrase_file) as bench:
        found = bench.insight.forecast.forecast(days)
        if out is not None:
            bench.insight.forecast.export(out, found, per_person)
    told, people, lang = found.predicted, found.people(per_person), language()
    if as_json:
        print_json(
            {
                "method": found.method.value,
                "backtest": {n: round(v, 4) for n, v in vars(found.backtest).items()},
                "days": [
                    {
                        "day": day,
                        "expected": round(told.point[n], 2),
                        "low": round(told.low[n], 2),
                        "high": round(told.high[n], 2),
                        "people": people[n],
                    }
                    for n, day in enumerate(found.days)
                ],
            }
        )
        return
    print_table(
        [texts.word(lang, "forecast_field", n) for n in ("day", "expected", "interval", "people")],
        [
            (
                f"{day.isoformat()} {texts.word(lang, 'weekday', str(day.isoweekday()))}",
                f"{told.point[n]:,.1f}",
                f"{told.low[n]:,.1f} – {told.high[n]:,.1f}",
                people[n],
            )
            for n, day in enumerate(found.days)
        ],
    )
    click.echo("\n" + backtest_line(lang, found))
