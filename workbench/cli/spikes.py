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
from workbench.domain.spike import Spike
from workbench.domain.times import iso_local, local_text, to_local
from workbench.domain.trend import Every

_SHOWN = 10  # reasons of rows set aside; the rest is counted


@click.command(help=say("help.spikes"))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--every", type=click.Choice([e.value for e in Every]), help=say("help.spikes_every"))
@profile_options
@common_options
def spikes(file, every, profile, passphrase_file, as_json) -> int:
    width = Every(every) if every else None
    if file is None:
        with opened(profile, passphrase_file) as bench:
            found = bench.insight.change.spikes(width or Every.HOUR)
        show(found, as_json=as_json, zoned=True)
        return 0
    from workbench import bootstrap

    found, zoned, reasons = bootstrap.spikes_in_file(file, width, language())
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
