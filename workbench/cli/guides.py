"""``workbench guide``: guidance for customers to list, to show, and to put into a file."""

from pathlib import Path

import click

from workbench.cli.common import (
    common_options,
    language,
    opened,
    print_json,
    print_table,
    profile_options,
    say,
)
from workbench.domain.errors import KnownError, Usage
from workbench.domain.guidance import Guidance

_SUFFIXES = (".html", ".htm", ".txt")


@click.group(help=say("help.guide"))
def guide() -> None:
    pass


@guide.command("list", help=say("help.guide_list"))
@click.option("--attempt", metavar="ID", help=say("help.guide_attempt"))
@profile_options
@common_options
def list_(attempt, profile, passphrase_file, as_json) -> None:
    from workbench.services.customer_text import guide_json

    lang = language()
    if attempt is None:
        shelf = _shelf(profile)
        guides, problems = shelf.library().all(), shelf.library().problems
    else:  # which fit is known to the open profile alone
        with opened(profile, passphrase_file) as bench:
            guides = bench.guidance.for_attempt(attempt)
            problems = bench.guidance.problems
    _tell_problems(problems)
    if as_json:
        print_json([guide_json(each, lang) for each in guides])
    elif not guides:
        click.echo(say("no_guide_fits"))
    else:
        print_table(
            [say("guide_id"), say("guide_title"), say("guide_for_whom")],
            [(each.id, each.title[lang], each.for_whom[lang]) for each in guides],
        )


@guide.command(help=say("help.guide_show"))
@click.argument("guide_id", metavar="ID")
@click.option("--out", type=click.Path(path_type=Path), help=say("help.guide_out"))
@profile_options
@common_options
def show(guide_id, out, profile, passphrase_file, as_json) -> None:
    from workbench.services.customer_text import guide_json, guide_text

    lang = language()
    shelf = _shelf(profile)
    _tell_problems(shelf.library().problems)
    found = shelf.get(guide_id)
    if out is not None:
        _write(found, lang, out)
    if as_json:
        print_json(guide_json(found, lang) | ({"file": str(out)} if out else {}))
    elif out is not None:
        click.echo(say("guide_written", file=out))
    else:
        click.echo(guide_text(found, lang), nl=False)


def _shelf(profile: Path | None):
    """The guides of a profile; no store is opened to read them."""
    from workbench import paths
    from workbench.services.guidance import Shelf

    return Shelf(profile or paths.default_profile())


def _write(found: Guidance, lang: str, out: Path) -> None:
    from workbench.files import unwritable, write_whole
    from workbench.services.customer_text import guide_page, guide_text

    if out.suffix.lower() not in _SUFFIXES:
        raise Usage("bad_suffix", file=out.name, suffixes=", ".join(_SUFFIXES))
    words = guide_text if out.suffix.lower() == ".txt" else guide_page
    try:
        write_whole(out, words(found, lang).encode())
    except OSError as error:
        raise unwritable(error, out) from error


def _tell_problems(problems: tuple[KnownError, ...]) -> None:
    from workbench import texts

    for problem in problems:
        said = texts.error_text(language(), problem)
        click.echo(texts.text(language(), "guide.problem", problem=said), err=True)
