"""The command ``spikes``: bursts and dips, in a file's series or in the profile's failures."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from workbench import texts
from workbench.cli.common import (
    EXIT_SET_ASIDE,
    common_options,
    language,
    opened,
    print_json,
    print_table,
    profile_options,
    say,
)
from workbench.domain.errors import Usage
from workbench.domain.spike import RateChart, Spike
from workbench.domain.times import iso_local, local_text, to_local
from workbench.domain.trend import Every

_SHOWN = 10  # reasons of rows set aside; the rest is counted


@click.command(help=say("help.spikes"))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--every", type=click.Choice([e.value for e in Every]), help=say("help.spikes_every"))
@click.option("--rate", is_flag=True, help=say("help.spikes_rate"))
@profile_options
@common_options
def spikes(file, every, rate, profile, passphrase_file, as_json) -> int:
    width = Every(every) if every else None
    if rate:
        if file is not None:
            raise Usage("rate_needs_attempts")
        with opened(profile, passphrase_file) as bench:
            chart = bench.insight.change.rates(width or Every.DAY)
        show_rates(chart, as_json=as_json)
        return 0
    if file is None:
        with opened(profile, passphrase_file) as bench:
            found = bench.insight.change.spikes(width or Every.HOUR)
        show(found, as_json=as_json, zoned=True)
        return 0
    from workbench import on_files

    found, zoned, reasons = on_files.spikes_in_file(file, width, language())
    show(found, as_json=as_json, zoned=zoned)
    return tell_set_aside(reasons)


def tell_set_aside(reasons: Sequence[str]) -> int:
    """The first reasons and how many there are, on stderr; the exit code that they mean."""
    for reason in reasons[:_SHOWN]:
        click.echo(reason, err=True)
    if reasons:
        click.echo(say("rows_set_aside", count=f"{len(reasons):,}"), err=True)
    return EXIT_SET_ASIDE if reasons else 0


def show(found: Sequence[Spike], *, as_json: bool, zoned: bool) -> None:
    """``zoned`` prints the zone; without it times stand as the file wrote them."""
    if as_json:
        print_json([_json(spike, zoned) for spike in found])
        return
    if not found:
        click.echo(say("no_spikes"))
        return
    lang = language()
    named = any(spike.cause for spike in found)
    headers = [say(f"spike.{name}") for name in ("start", "end", "direction", "observed")]
    headers += [say(f"spike.{name}") for name in ("expected", "band", "score")]
    print_table(
        [say("spike.cause"), *headers] if named else headers,
        [
            (
                *([texts.word(lang, "cause", spike.cause)] if named else []),
                local_text(spike.start),
                local_text(spike.end),
                texts.word(lang, "direction", spike.direction),
                _number(spike.observed),
                _number(spike.expected),
                f"{_number(spike.low)} – {_number(spike.high)}",
                f"{spike.score:.2f}",
            )
            for spike in found
        ],
    )


def show_rates(chart: RateChart, *, as_json: bool) -> None:
    """Every period beyond its control limits."""
    limits = chart.limits
    if as_json:
        print_json(
            [
                {
                    "start": iso_local(chart.times[n]),
                    "failures": chart.failures[n],
                    "attempts": chart.attempts[n],
                    "rate": round(chart.rates[n], 4),
                    "centre": round(limits.centre, 4),
                    "low": round(limits.low[n], 4),
                    "high": round(limits.high[n], 4),
                }
                for n in chart.outside
            ]
        )
        return
    if not chart.outside:
        click.echo(say("no_rates_outside"))
        return
    print_table(
        [say(f"spike.{name}") for name in ("start", "rate", "centre", "limits", "attempts")],
        [
            (
                local_text(chart.times[n]),
                f"{chart.rates[n]:.1%}",
                f"{limits.centre:.1%}",
                f"{limits.low[n]:.1%} – {limits.high[n]:.1%}",
                f"{chart.attempts[n]:,}",
            )
            for n in chart.outside
        ],
    )


def _json(spike: Spike, zoned: bool) -> dict[str, object]:
    def time(at: datetime) -> str | None:
        return iso_local(at) if zoned else to_local(at).replace(tzinfo=None).isoformat(sep=" ")

    return ({"cause": spike.cause} if spike.cause else {}) | {
        "start": time(spike.start),
        "end": time(spike.end),
        "direction": spike.direction.value,
        "observed": spike.observed,
        "expected": spike.expected,
        "score": spike.score,
        "peak": time(spike.peak),
        "low": spike.low,
        "high": spike.high,
    }


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
