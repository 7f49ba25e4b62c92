"""``workbench codes``: what a code means, which have no meaning yet, a site's own catalogue."""

from pathlib import Path

import click

from workbench.cli.common import (
    EXIT_SET_ASIDE,
    common_options,
    language,
    opened,
    print_json,
    print_table,
    profile_options,
    say,
)
from workbench.domain.codes import CodeEntry
from workbench.domain.errors import KnownError

_SHOWN = 10  # rows set aside that are named on the screen; the file has them all


@click.group(help=say("help.codes"))
def codes() -> None:
    pass


@codes.command(help=say("help.codes_find"))
@click.argument("text", nargs=-1, required=True, metavar="TEXT")
@profile_options
@common_options
def find(text, profile, passphrase_file, as_json) -> None:
    shelf = _shelf(profile)
    _tell_problems(shelf.problems)
    _print(shelf.catalogue.find(" ".join(text)), as_json)


@codes.command("list", help=say("help.codes_list"))
@click.option("--scheme", metavar="S", help=say("help.codes_scheme"))
@profile_options
@common_options
def list_(scheme, profile, passphrase_file, as_json) -> None:
    shelf = _shelf(profile)
    _tell_problems(shelf.problems)
    _print(shelf.entries(scheme), as_json)


@codes.command(help=say("help.codes_unmapped"))
@click.option("--out", type=click.Path(path_type=Path), help=say("help.codes_out"))
@profile_options
@common_options
def unmapped(out, profile, passphrase_file, as_json) -> None:
    lang = language()
    with opened(profile, passphrase_file) as bench:
        _tell_problems(bench.codes.problems)
        if out is not None:
            rows = bench.codes.export_unmapped(out)
            if as_json:
                print_json({"rows": rows, "file": str(out)})
            else:
                click.echo(say("exported", rows=rows, file=out))
            return
        found = bench.codes.unmapped()
    if as_json:
        print_json([code.as_json() for code in found.rows])
        return
    if not found.rows:
        click.echo(say("codes_all_known"))
        return
    from workbench import texts
    from workbench.domain.times import local_text

    print_table(
        [say(f"codes_{name}") for name in ("scheme", "code", "field", "count", "share",
                                           "customers", "first", "last", "message")],
        [
            (
                code.seen.scheme or say("codes_no_source"),
                code.seen.code,
                texts.word(lang, "field", code.seen.field),
                f"{code.count:,}",
                f"{code.share:.1%}",
                f"{code.customers:,}",
                local_text(code.first_at),
                local_text(code.last_at),
                code.message,
            )
            for code in found.rows
        ],
    )  # fmt: skip
    if len(found.rows) < found.total:
        click.echo(say("codes_more", shown=len(found.rows), total=found.total))


@codes.command("import", help=say("help.codes_import"))
@click.argument("file", type=click.Path(path_type=Path))
@profile_options
@common_options
def import_(file, profile, passphrase_file, as_json) -> int:
    with opened(profile, passphrase_file) as bench:
        report = bench.codes.import_site(file)
    if as_json:
        print_json(report.as_json())
    else:
        click.echo(
            say("codes_taken", read=report.read, taken=report.taken, set_aside=report.set_aside)
        )
    _tell_problems(report.problems[:_SHOWN])
    if report.quarantine_file is not None and not as_json:
        click.echo(say("codes_set_aside", file=report.quarantine_file), err=True)
    return EXIT_SET_ASIDE if report.set_aside else 0


@codes.command(help=say("help.codes_template"))
@click.argument("file", type=click.Path(path_type=Path))
@profile_options
@common_options
def template(file, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        rows = bench.codes.template(file)
    if as_json:
        print_json({"rows": rows, "file": str(file)})
    else:
        click.echo(say("codes_template", rows=rows, file=file))


def _shelf(profile: Path | None):
    """The catalogues of a profile; no store is opened to read them."""
    from workbench import paths
    from workbench.services.codes import CodeShelf

    return CodeShelf(profile or paths.default_profile())


def _print(entries: list[CodeEntry], as_json: bool) -> None:
    from workbench import texts

    lang = language()
    if as_json:
        print_json([entry.as_json() for entry in entries])
        return
    if not entries:
        click.echo(say("codes_none"))
        return

    def word(family: str, name: object) -> str:
        return texts.word(lang, family, str(name) if name else None)

    print_table(
        [say(f"codes_{name}") for name in ("scheme", "version", "code", "meaning", "failure",
                                           "cause", "owner", "action", "customer", "sure")],
        [
            (
                entry.scheme,
                entry.version,
                entry.code,
                entry.meaning(lang),
                word("code.failure", entry.is_failure),
                word("cause", entry.cause),
                word("owner", entry.owner),
                word("action", entry.action),
                entry.meaning_for_customer(lang) or texts.text(lang, "code.refusal"),
                word("code.sure", entry.sure),
            )
            for entry in entries
        ],
    )  # fmt: skip


def _tell_problems(problems: tuple[KnownError, ...]) -> None:
    from workbench import texts

    for problem in problems:
        click.echo(texts.error_text(language(), problem), err=True)
