"""``workbench reveal``, ``erase``, ``retention``, ``compact``: personal data and how long it stays."""

import click

from workbench.cli.common import (
    common_options,
    final,
    opened,
    print_json,
    print_table,
    profile_options,
    progress_bar,
    say,
)
from workbench.domain.errors import BadInput
from workbench.domain.times import local_text

_PURPOSE = click.option("--purpose", required=True, help=say("help.purpose"))


def _one_customer(bench, term: str) -> str:
    """The ref of the only customer whom the term finds. Raises BadInput."""
    found = bench.attempts.lookup(term).customers
    if len(found) != 1:
        listed = ", ".join(customer.ref for customer in found[:10])
        raise BadInput("not_one_customer", count=len(found), refs=listed or "-")
    return found[0].ref


@click.command(help=say("help.reveal"), epilog=final("custody.reveal"))
@click.argument("term")
@_PURPOSE
@profile_options
@common_options
def reveal(term, purpose, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        details = bench.custody.reveal(_one_customer(bench, term), purpose)
    if as_json:
        print_json(details)
        return
    names = ("customer_id", "customer_name", "phone", "id_card")
    print_table(
        [say(f"column.{name}") for name in names],
        [[person.get(name) for name in names] for person in details],
    )


@click.command(help=say("help.erase"), epilog=final("custody.erase"))
@click.argument("term")
@_PURPOSE
@click.option("--yes", is_flag=True, help=say("help.yes"))
@profile_options
@common_options
def erase(term, purpose, yes, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        customer = _one_customer(bench, term)
        if not yes:
            click.confirm(say("erase_sure", customer=customer), abort=True, err=True)
        with progress_bar(as_json) as (listen, cancel):
            removed = bench.custody.erase(customer, purpose, listen, cancel)
    if as_json:
        print_json({"customer": customer} | removed.as_json())
    else:
        rows = sum(removed.rows.values())
        click.echo(say("erased", customer=customer, rows=rows, **removed.removed.as_json()))
        if removed.tickets:
            click.echo(say("erased_tickets", tickets=" ".join(removed.tickets)))
        for keys in removed.keys_files:
            click.echo(say("erased_keys" if keys.rewritten else "erased_keys_left", file=keys.file))


@click.command(help=say("help.retention"), epilog=final("custody.drop_overdue"))
@click.option("--months", type=click.IntRange(1, 1200), help=say("help.months"))
@click.option("--for-ever", is_flag=True, help=say("help.for_ever"))
@click.option("--apply", is_flag=True, help=say("help.apply_retention"))
@profile_options
@common_options
def retention(months, for_ever, apply, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        custody = bench.custody
        if for_ever or months is not None:
            custody.keep_for(None if for_ever else months)
        before, counts = custody.overdue()
        if apply and before is not None:
            with progress_bar(as_json) as (listen, cancel):
                counts = custody.drop_overdue(listen, cancel)
        kept = custody.months()
    if as_json:
        since = local_text(before) or None
        print_json({"months": kept, "kept_from": since, "applied": apply} | counts.as_json())
    elif before is None:
        click.echo(say("retention_none"))
    else:
        key = "retention_done" if apply else "retention_would"
        click.echo(say(key, months=kept, since=local_text(before), **counts.as_json()))


@click.command(help=say("help.compact"), epilog=final("custody.compact"))
@profile_options
@common_options
def compact(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        done = bench.custody.compact()
        bench.handling.talk.sweep()  # files that a crash left without a complaint
    if as_json:
        print_json(done.as_json())
    else:
        mib = {name: f"{size / 1048576:,.1f}" for name, size in done.as_json().items()}
        click.echo(say("compacted", **mib))
