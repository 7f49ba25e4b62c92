"""``workbench update``: this installation from a signed release in a folder or share."""

import tempfile
from pathlib import Path

import click

from workbench.cli.common import common_options, print_json, say


@click.command(help=say("help.update"))
@click.option("--from", "folder", metavar="DIR", help=say("help.update_from"))
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False), help=say("help.update_key"))
@click.option("--check", is_flag=True, help=say("help.update_check"))
@common_options
def update(folder, key, check, as_json) -> None:
    from workbench import bootstrap

    service = bootstrap.update_service(folder, key)
    if check:
        told = service.look()
    else:
        with tempfile.TemporaryDirectory(prefix="activation-workbench-update-") as temporary:
            told = service.update(Path(temporary))
    if as_json:
        print_json(vars(told))
        return
    key = "update_done" if told.done else "update_there" if told.file else "update_nothing"
    click.echo(say(key, installed=told.installed, version=told.version, file=told.file))
