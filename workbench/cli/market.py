"""``workbench market``: competitors that customers name, and what policies did."""

from datetime import timedelta
from pathlib import Path

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
from workbench.domain.driver import Period
from workbench.domain.errors import Usage
from workbench.domain.times import iso_local, utc_now

_MONTH = timedelta(days=28)
MENTION = ("competitor", "exits", "share", "exits_before", "change", "complaints",
           "complaints_before", "reasons")  # fmt: skip
POLICY = ("policy", "scope", "since", "window", "failed_before", "failed", "change", "declined",
          "beyond")  # fmt: skip


@click.command(help=say("help.market"))
@click.option("--from", "start", help=say("help.from"))
@click.option("--to", "end", help=say("help.to"))
@click.option("--out", type=click.Path(path_type=Path), help=say("help.market_out"))
@profile_options
@common_options
def market(start, end, out, profile, passphrase_file, as_json) -> None:
    lang = language()
    with opened(profile, passphrase_file) as bench:
        until = day(end, end_of_day=True) or bench.attempts.span()[2] or utc_now()
        begun = day(start) or until - _MONTH
        if begun >= until:
            raise Usage("period_backwards")
        now = Period(begun, until + timedelta(microseconds=1))
        before = Period(begun - (until - begun), begun)
        service = bench.insight.market
        found, policies = service.named(now, before), service.policies()
        reasons = service.reason_names(lang)
        if out is not None:
            service.export(out, found, lang)
    if as_json:
        print_json(
            {
                "competitors": [_mention(one) for one in found],
                "policies": [_policy(one) for one in policies],
            }
        )
        return
    from workbench.services.market_words import mention_cells, policy_cells

    click.echo(say("no_competitors") if not found else "", nl=not found)
    if found:
        heads = [texts.word(lang, "market_field", name) for name in MENTION]
        print_table(heads, [mention_cells(lang, one, reasons) for one in found])
    if policies:
        click.echo("")
        heads = [texts.word(lang, "market_field", name) for name in POLICY]
        print_table(heads, [policy_cells(lang, one) for one in policies])


def _mention(one) -> dict[str, object]:
    return {
        "competitor": one.term.id,
        "exits": one.exits.hits,
        "exits_of": one.exits.of,
        "exits_before": one.exits_before.hits,
        "exits_before_of": one.exits_before.of,
        "change": [round(side, 4) for side in one.change],
        "complaints": [told.number for told in one.complaints],
        "complaints_before": one.complaints_before,
        "reasons": dict(one.reasons),
    }


def _policy(one) -> dict[str, object]:
    beyond = one.beyond
    return {
        "policy": one.event.name,
        "scope": one.event.scope,
        "starts_at": iso_local(one.event.starts_at),
        "days": round(one.after.seconds / 86_400, 2),
        "failed": [vars(rate) for rate in one.failed],
        "declined": [vars(rate) for rate in one.declined],
        "others_failed": [vars(rate) for rate in one.others_failed],
        "change": [round(side, 4) for side in one.change],
        "beyond": None if beyond is None else [round(side, 4) for side in beyond],
    }
