"""``workbench audit verify|show``: whether the record of who did what is whole, and what it says."""

import json

import click

from workbench.cli.common import (
    common_options,
    opened,
    print_json,
    print_table,
    profile_options,
    say,
)
from workbench.domain.times import iso_local, local_text


@click.group(help=say("help.audit"))
def audit() -> None: ...


@audit.command("verify", help=say("help.audit_verify"))
@profile_options
@common_options
def verify(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        rows = bench.audit.verify()
    if as_json:
        print_json({"rows": rows})
    else:
        click.echo(say("audit_whole", rows=f"{rows:,}"))


@audit.command("show", help=say("help.audit_show"))
@click.option("--last", default=50, show_default=True, type=click.IntRange(1, 100_000),
              help=say("help.audit_last"))  # fmt: skip
@profile_options
@common_options
def show(last, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        entries = bench.audit.show(last)
    if as_json:
        print_json([vars(entry) | {"at": iso_local(entry.at)} for entry in entries])
        return
    print_table(
        [say(f"audit_column.{name}") for name in ("at", "actor", "action", "subject", "detail")],
        [
            (local_text(e.at), e.actor, e.action, e.subject,
             json.dumps(e.detail, ensure_ascii=False) if e.detail else "")
            for e in entries
        ],
    )  # fmt: skip
