"""``workbench open``: brings the running window to a caller, an attempt or a complaint."""

import subprocess
import sys
import time
from pathlib import Path

import click

from workbench import door, paths
from workbench.cli.common import common_options, say
from workbench.domain.errors import Busy, Usage
from workbench.domain.pop import Pop, PopKind, pop, pop_of_link

_PATIENCE = 30.0  # seconds for a window to start
_PAUSE = 0.05


@click.command("open", help=say("help.open"))
@click.argument("link", required=False)
@click.option("--phone", metavar="N", help=say("help.open_phone"))
@click.option("--attempt", metavar="ID", help=say("help.open_attempt"))
@click.option("--complaint", metavar="ID", help=say("help.open_complaint"))
@click.option("--register", is_flag=True, help=say("help.open_register"))
@click.option("--unregister", is_flag=True, help=say("help.open_unregister"))
@click.option(
    "--profile", type=click.Path(path_type=Path, file_okay=False), help=say("help.profile")
)
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path), help=say("help.passphrase_file")
)
@common_options
def open_(
    link, phone, attempt, complaint, register, unregister, profile, passphrase_file, as_json
) -> int | None:
    if register or unregister:
        return _register(on=register)
    wanted = _wanted(link, phone, attempt, complaint)
    folder = profile or paths.default_profile()
    if door.knock(folder, wanted.line()):
        return None
    _start(profile, passphrase_file)
    until = time.monotonic() + _PATIENCE
    while not door.knock(folder, wanted.line()):
        if time.monotonic() > until:
            raise Busy("window_not_reached")
        time.sleep(_PAUSE)
    return None


def _wanted(link: str | None, phone: str | None, attempt: str | None, complaint: str | None) -> Pop:
    """``-`` is one line of standard input: a number that no list of processes shows."""
    given = [
        (kind, value)
        for kind, value in (
            (None, link),
            (PopKind.PHONE, phone),
            (PopKind.ATTEMPT, attempt),
            (PopKind.COMPLAINT, complaint),
        )
        if value is not None
    ]
    if not given:
        return Pop(PopKind.FRONT)
    if len(given) > 1:
        raise Usage("one_to_open")
    kind, value = given[0]
    if value == "-":
        value = sys.stdin.readline()
    return pop_of_link(value) if kind is None else pop(kind, value)


def _start(profile: Path | None, passphrase_file: Path | None) -> None:
    """A window of its own life, whose command line says nothing of the caller."""
    frozen = getattr(sys, "frozen", False)
    words = [sys.executable] if frozen else [sys.executable, "-m", "workbench"]
    if profile is not None:
        words += ["--profile", str(profile)]
    if passphrase_file is not None:
        words += ["--passphrase-file", str(passphrase_file)]
    nothing = subprocess.DEVNULL
    subprocess.Popen(words, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)


def _register(*, on: bool) -> None:
    from workbench import bootstrap

    place = bootstrap.register_links(on=on)
    click.echo(say("links_registered" if on else "links_unregistered", place=place))
