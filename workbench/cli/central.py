"""``workbench central``: set up the warehouse in PostgreSQL, carry the site's key to another desk."""

from pathlib import Path

import click

from workbench.cli.common import common_options, opened, print_json, profile_options, say
from workbench.domain.errors import Usage
from workbench.domain.times import local_text


@click.group(help=say("help.central"))
def central() -> None:
    pass


@central.command(help=say("help.central_init"))
@click.argument("url", required=False, metavar="[URL]")
@profile_options
@common_options
def init(url, profile, passphrase_file, as_json) -> None:
    """Opening it sets it up; this says what there is and what the login may do."""
    with opened(profile, passphrase_file, warehouse=url) as bench:
        if bench.centre is None:
            raise Usage("central_no_address")
        attempts, first, last = bench.attempts.span()
        told = {"place": bench.centre.place, "role": bench.centre.role, "attempts": attempts}
    if as_json:
        print_json(told | {"first": first, "last": last})
        return
    role = say(f"central_role.{told['role']}")
    click.echo(say("central_ready", place=told["place"], role=role))
    span = [local_text(at) for at in (first, last) if at]
    click.echo(say("central_holds", attempts=f"{attempts:,}", span=" – ".join(span) or "-"))


@central.command(help=say("help.central_key"))
@click.option("--save", type=click.Path(path_type=Path, dir_okay=False), help=say("help.key_save"))
@click.option("--take", type=click.Path(path_type=Path, dir_okay=False), help=say("help.key_take"))
@click.option(
    "--key-passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("help.key_passphrase_file"),
)
@profile_options
@common_options
def key(save, take, key_passphrase_file, profile, passphrase_file, as_json) -> None:
    from workbench import bootstrap

    if (save is None) == (take is None):
        raise Usage("central_save_or_take")
    by = bootstrap.passphrase_of(key_passphrase_file) or click.prompt(
        say("ask_key_passphrase"),
        hide_input=True,
        confirmation_prompt=save is not None,
        err=True,
    )
    with opened(profile, passphrase_file, warehouse="") as bench:
        if save is not None:
            bench.site_key.give(save, by)
        else:
            bench.site_key.take(take, by)
    if as_json:
        print_json({"file": str(save or take)})
    else:
        click.echo(say("key_saved" if save else "key_taken", file=str(save or take)))
