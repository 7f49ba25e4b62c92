"""The ``demo`` command: sample data in a profile of its own, in the window or as pictures."""

from pathlib import Path

import click

from workbench.cli.common import common_options, language, print_json, say
from workbench.domain.errors import Usage


@click.command(help=say("help.demo"))
@click.option("--headless", is_flag=True, help=say("help.headless"))
@click.option("--shots", type=click.Path(path_type=Path, file_okay=False), help=say("help.shots"))
@click.option(
    "--gallery", type=click.Path(path_type=Path, file_okay=False), help=say("help.gallery")
)
@click.option(
    "--profile", type=click.Path(path_type=Path, file_okay=False), help=say("help.profile")
)
@click.option("--rows", type=click.IntRange(500), default=20_000, show_default=True)
@common_options
def demo(headless, shots, gallery, profile, rows, as_json) -> int:
    from workbench import bootstrap

    if headless or gallery:
        if gallery:
            made = bootstrap.run_gallery(gallery, rows=rows)
        elif shots is None:
            raise Usage("shots_needed")
        else:
            made = bootstrap.run_demo_headless(shots, profile=profile, rows=rows)
        if as_json:
            print_json({"shots": [str(path) for path in made]})
        else:
            click.echo(say("shots_made", count=len(made), folder=gallery or shots))
        return 0
    from workbench.launch import run_demo

    return run_demo(profile, rows, language())
