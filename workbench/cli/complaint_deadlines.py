"""``workbench complaint clocks|extend|groups``: deadlines that explain every day, many with one cause."""

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
from workbench.cli.complaint_acts import _told
from workbench.cli.complaints import complaint
from workbench.domain.times import iso_local, local_text
from workbench.services.deadlines import GROUP_SIZES


@complaint.command("clocks", help=say("help.complaint_clocks"))
@click.argument("number")
@profile_options
@common_options
def clocks(number, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        told = bench.handling.deadlines.of(number)
    lang = language()
    if as_json:
        print_json([_json(clock, told.now, lang) for clock in told.clocks])
        return
    for clock in told.clocks:
        name = texts.word(lang, "limit", f"{clock.profile}.{clock.limit}")
        state = texts.word(lang, "clock", clock.state)
        warning = say("clock_warns") if clock.warns(told.now) else ""
        click.echo(
            say("clock_head", name=name, state=state, due=local_text(clock.due_at)) + warning
        )
        unit = texts.word(lang, "unit_of_time", clock.unit)
        click.echo(say("clock_length", length=f"{clock.length:g}", unit=unit))
        click.echo(f"  {clock.basis.get(lang, '')} [{clock.version}]")
        if any(step.assumed for step in clock.steps):
            years = sorted({step.day.year for step in clock.steps if step.assumed})
            click.echo(say("clock_assumed", years=", ".join(map(str, years))))
        print_table(
            ("", "", "", ""),
            [
                (f"  {step.day}", texts.word(lang, "counted", step.why), step.name or "",
                 f"{step.used:g}" if step.used else "")
                for step in clock.steps
            ],
        )  # fmt: skip


def _json(clock, now, lang) -> dict[str, object]:
    return {
        "profile": clock.profile,
        "version": clock.version,
        "limit": clock.limit,
        "basis": clock.basis.get(lang),
        "sure": clock.sure,
        "state": clock.state,
        "warns": clock.warns(now),
        "unit": clock.unit,
        "length": clock.length,
        "stage": clock.stage or None,
        "started_at": iso_local(clock.started_at),
        "due_at": iso_local(clock.due_at),
        "warn_at": iso_local(clock.warn_at),
        "met_at": iso_local(clock.met_at),
        "pauses": [[iso_local(a), iso_local(b)] for a, b in clock.pauses],
        "steps": [
            {"day": str(s.day), "why": s.why, "used": s.used, "name": s.name, "assumed": s.assumed}
            for s in clock.steps
        ],
    }


@complaint.command("extend", help=say("help.complaint_extend"))
@click.argument("number")
@click.option("--stage", type=click.Choice(("complex", "extended")), required=True,
              help=say("help.extend_stage"))  # fmt: skip
@click.option("--why", required=True, help=say("help.extend_why"))
@profile_options
@common_options
def extend(number, stage, why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        _told(bench.handling.deadlines.extend(number, stage, why), as_json)


@complaint.command("groups", help=say("help.complaint_groups"))
@profile_options
@common_options
def groups(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        found = bench.handling.deadlines.groups()
    if as_json:
        print_json(
            [
                vars(group)
                | {"first_at": iso_local(group.first_at), "last_at": iso_local(group.last_at),
                   "group_complaint": group.customers >= GROUP_SIZES[1]}
                for group in found
            ]
        )  # fmt: skip
        return
    rows = [
        (texts.word(language(), "cause", g.cause), g.reason_code, g.customers, g.open,
         local_text(g.first_at), local_text(g.last_at),
         say("group_complaint") if g.customers >= GROUP_SIZES[1] else "")
        for g in found
    ]  # fmt: skip
    columns = ("cause", "reason", "customers", "open", "first", "last", "flag")
    print_table([say(f"group_field.{n}") for n in columns], rows)
