"""``workbench incidents``: bursts and dips that were found, to look for, to list and to judge."""

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
from workbench.domain.incident import FoundIncident, IncidentState
from workbench.domain.times import local_text

_JUDGED = [s.value for s in IncidentState]


@click.group(help=say("help.incidents"))
def incidents() -> None:
    pass


@incidents.command(help=say("help.incidents_find"))
@profile_options
@common_options
def find(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        found = bench.insight.incidents.find()
    _show(found, as_json)


@incidents.command("list", help=say("help.incidents_list"))
@click.option("--out", type=click.Path(path_type=Path), help=say("help.incidents_out"))
@profile_options
@common_options
def list_(out, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        if out is not None:
            rows = bench.insight.incidents.export(out)
        found = bench.insight.incidents.all()
    if out is None or as_json:
        _show(found, as_json)
    else:
        click.echo(say("incidents_written", rows=rows, file=out))


@incidents.command(help=say("help.incidents_judge"))
@click.argument("incident_id", metavar="ID")
@click.argument("state", type=click.Choice(_JUDGED))
@click.option("--why", default="", help=say("help.incidents_why"))
@profile_options
@common_options
def judge(incident_id, state, why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        judged = bench.insight.incidents.judge(incident_id, IncidentState(state), why)
    _show([judged], as_json)


def _show(found: list[FoundIncident], as_json: bool) -> None:
    if as_json:
        print_json([incident.as_json() for incident in found])
        return
    if not found:
        click.echo(say("no_incidents"))
        return
    from workbench.services.incident_words import because

    lang = language()
    names = ("direction", "cause", "start", "end", "failures", "usual", "customers")
    print_table(
        ["ID", *(texts.word(lang, "incident_field", n) for n in (*names, "why", "state"))],
        [
            (
                i.incident_id,
                texts.word(lang, "direction", i.direction),
                ", ".join(texts.word(lang, "cause", cause) for cause in i.causes),
                local_text(i.start),
                local_text(i.end),
                f"{i.failures:,}",
                f"{i.usual:,}",
                f"{i.customers:,}",
                because(lang, i),
                texts.word(lang, "incident_state", i.state),
            )
            for i in found
        ],
    )
