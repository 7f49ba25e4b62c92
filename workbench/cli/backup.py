"""``workbench backup`` and ``restore``: a profile into a sealed file with its keys file, and back."""

from pathlib import Path

import click

from workbench.cli.common import common_options, opened, print_json, profile_options, say, warn
from workbench.domain.times import iso_local, local_text

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
_BY = click.option(
    "--backup-passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("help.backup_passphrase_file"),
)


def _passphrase(file: Path | None, *, new: bool) -> str:
    from workbench import bootstrap

    return bootstrap.passphrase_of(file) or click.prompt(
        say("ask_backup_passphrase"), hide_input=True, confirmation_prompt=new, err=True
    )


@click.command(help=say("help.backup"))
@_FILE
@_BY
@profile_options
@common_options
def backup(file, backup_passphrase_file, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        report = bench.backup.write(file, _passphrase(backup_passphrase_file, new=True))
    if report.unreadable:
        lost = say("backup_unreadable", customers=report.unreadable)
        click.echo(lost, err=True)
    _told(as_json, report, "backup_done", file=str(file))


@click.command(help=say("help.restore"))
@_FILE
@_BY
@click.option("--keys", type=click.Path(path_type=Path, dir_okay=False), help=say("help.keys_file"))
@click.option(
    "--keys-passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("help.keys_passphrase_file"),
)
@profile_options
@common_options
def restore(
    file, backup_passphrase_file, keys, keys_passphrase_file, profile, passphrase_file, as_json
) -> None:
    from workbench import bootstrap

    report, folder = bootstrap.restore_profile(
        file,
        _passphrase(backup_passphrase_file, new=False),
        profile,
        keys=keys,
        keys_passphrase=bootstrap.passphrase_of(keys_passphrase_file),
        passphrase_file=passphrase_file,
        warn=warn,
    )
    _told(as_json, report, "restore_done", folder=str(folder))


def _told(as_json: bool, report, sentence: str, **params: str) -> None:
    numbers = {
        "files": report.files,
        "bytes": report.size,
        "complaints": report.complaints,
        "attempts": report.attempts,
        "audit_rows": report.audit_rows,
    }
    if as_json:
        more = {"keys": report.keys and str(report.keys), "unreadable": report.unreadable}
        print_json(params | {"made_at": iso_local(report.made_at)} | numbers | more)
        return
    shown = {name: f"{value:,}" for name, value in numbers.items()}
    keys = {"keys": str(report.keys or "-")}
    click.echo(say(sentence, made_at=local_text(report.made_at), **params, **shown, **keys))
