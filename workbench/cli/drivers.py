"""The command ``drivers``: which slices explain a change, in a file or between two periods."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench import texts
from workbench.cli.attempts import day
from workbench.cli.common import (
    common_options,
    language,
    opened,
    print_json,
    print_table,
    profile_options,
    say,
)
from workbench.cli.spikes import tell_set_aside
from workbench.domain.driver import SEARCHED_FIELDS, Comparison, Driver, Period
from workbench.domain.errors import Usage
from workbench.domain.times import from_local, to_local, utc_now
from workbench.services.change_words import rate_line, slice_words
from workbench.services.packs import read_pack

if TYPE_CHECKING:
    from workbench.rules.pack import RulePack
    from workbench.services.rule_desk import RuleDesk

_FILE = click.Path(path_type=Path)


@click.command(help=say("help.drivers"))
@click.argument("file", required=False, type=_FILE)
@click.option("--real", help=say("help.drivers_real"))
@click.option("--expected", help=say("help.drivers_expected"))
@click.option("--by", help=say("help.drivers_by"))
@click.option("--from", "start", help=say("help.from"))
@click.option("--to", "end", help=say("help.to"))
@click.option("--against-from", help=say("help.against_from"))
@click.option("--against-to", help=say("help.against_to"))
@click.option("--old-rules", metavar="VERSION|FILE", help=say("help.old_rules"))
@profile_options
@common_options
def drivers(
    file, real, expected, by, start, end, against_from, against_to, old_rules,
    profile, passphrase_file, as_json,
) -> int:  # fmt: skip
    fields = tuple(name.strip() for name in (by or "").split(",") if name.strip())
    periods = (start, end, against_from, against_to)
    if file is None:
        if real or expected:
            raise Usage("drivers_need_file")
        by = fields or SEARCHED_FIELDS
        wanted = Comparison(*_periods(*periods), by=by, past_versions=not fields)
        with opened(profile, passphrase_file) as bench:
            old_pack = _pack(bench.rules, old_rules) if old_rules else None
            found = bench.insight.change.drivers(wanted, old_pack)
            rate = bench.insight.change.rate_change(wanted)
        _show(found, split=True, as_json=as_json)
        if not as_json:
            click.echo("\n" + rate_line(language(), rate))
        return 0
    if not (real and expected and fields) or any(periods) or old_rules:
        raise Usage("drivers_need_columns")
    from workbench import on_files

    found, reasons = on_files.drivers_in_file(
        file, real=real, expected=expected, by=fields, lang=language()
    )
    _show(found, split=False, as_json=as_json)
    return tell_set_aside(reasons)


def _pack(rules: "RuleDesk", named: str) -> "RulePack":
    """A file, or else a version of the rules."""
    file = Path(named)
    return (
        read_pack(file)
        if file.is_file() or file.suffix in (".yaml", ".yml")
        else rules.pack_of(named)
    )


def _periods(
    start: str | None, end: str | None, against_from: str | None, against_to: str | None
) -> tuple[Period, Period]:
    """What is explained and what against; left out, the second is as long and ends where the
    first begins, and the first ends now and is a day long."""
    until = day(end, end_of_day=True) or utc_now()
    now = Period(day(start) or _midnight(until), until)
    before_end = day(against_to, end_of_day=True) or now.start
    before = Period(day(against_from) or before_end - (now.end - now.start), before_end)
    if now.end <= now.start or before.end <= before.start:
        raise Usage("period_backwards")
    return now, before


def _midnight(until: datetime) -> datetime:
    """The beginning of the Shanghai day that ``until`` ends."""
    last = to_local(until - timedelta(microseconds=1))
    return from_local(last.replace(hour=0, minute=0, second=0, microsecond=0))


def _show(found: list[Driver], *, split: bool, as_json: bool) -> None:
    """``split`` prints the effects apart: a file's sums have no attempts to split by."""
    if as_json:
        print_json([_json(driver, split) for driver in found])
        return
    if not found:
        click.echo(say("no_drivers"))
        return
    lang = language()
    print_table(
        [say(f"driver.{n}") for n in ("slice", "observed", "expected", "contribution", "effect")]
        + ([say("driver.events")] if split else []),
        [
            (
                slice_words(lang, driver) + (say("driver.small") if driver.small else ""),
                f"{driver.observed:,.0f}",
                f"{driver.expected:,.0f}",
                "" if driver.contribution is None else f"{driver.contribution:+.1f}%",
                texts.word(lang, "effect", driver.effect),
                *([", ".join(driver.events)] if split else []),
            )
            for driver in found
        ],
    )


def _json(driver: Driver, split: bool) -> dict[str, object]:
    share = driver.contribution
    answer: dict[str, object] = {
        "slice": dict(driver.slice),
        "observed": driver.observed,
        "expected": driver.expected,
        "contribution": None if share is None else round(share, 2),
        "effect": driver.effect.value,
        "small": driver.small,
    }
    if split:
        answer |= {
            "volume": round(driver.volume, 2),
            "mix": round(driver.mix, 2),
            "rate": round(driver.rate, 2),
            "rule_version": round(driver.rule_version, 2),
            "interval": [round(driver.low, 2), round(driver.high, 2)],
            "events": list(driver.events),
        }
    return answer
