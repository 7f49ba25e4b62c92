"""``workbench people``: who may work here, with which role; their passwords."""

from pathlib import Path

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

_ROLES = ("agent", "team_lead", "qa", "admin")
_login = click.argument("login", metavar="LOGIN")
_password_file = click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("help.password_file"),
)


def password_from(file: Path | None, *, new: bool = False) -> str:
    """What stands in the file, or what a person types; never on the command line, where others
    see it."""
    from workbench import bootstrap

    return bootstrap.passphrase_of(file) or click.prompt(
        say("ask_password"), hide_input=True, confirmation_prompt=new, err=True
    )


@click.group(help=say("help.people"))
def people() -> None: ...


@people.command("list", help=say("help.people_list"))
@profile_options
@common_options
def list_(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        found = bench.people.list()
    if as_json:
        print_json([vars(person) for person in found])
        return
    print_table(
        [say(f"person_field.{n}") for n in ("id", "name", "role", "team", "open")],
        [
            (p.person_id, p.name, texts.word(language(), "role", p.role), p.team,
             say("person_open" if p.active else "person_closed"))
            for p in found
        ],
    )  # fmt: skip


@people.command(help=say("help.people_add"))
@_login
@click.option("--name", required=True, help=say("help.person_name"))
@click.option("--role", type=click.Choice(_ROLES), required=True, help=say("help.person_role"))
@click.option("--team", help=say("help.person_team"))
@_password_file
@profile_options
@common_options
def add(login, name, role, team, password_file, profile, passphrase_file, as_json) -> None:
    from workbench.domain.people import Person, Role

    with opened(profile, passphrase_file, warehouse="") as bench:
        password = password_from(password_file, new=True)
        bench.people.add(Person(login, name, Role(role), team=team), password)
    _told(as_json, login, "people_added")


@people.command("set-role", help=say("help.people_set_role"))
@_login
@click.argument("role", type=click.Choice(_ROLES))
@click.option("--name", help=say("help.person_name"))
@click.option("--team", help=say("help.person_team"))
@profile_options
@common_options
def set_role(login, role, name, team, profile, passphrase_file, as_json) -> None:
    from workbench.domain.people import Role

    with opened(profile, passphrase_file, warehouse="") as bench:
        bench.people.change(login, name=name, role=Role(role), team=team)
    _told(as_json, login, "people_changed")


@people.command(help=say("help.people_disable"))
@_login
@profile_options
@common_options
def disable(login, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        bench.people.change(login, active=False)
    _told(as_json, login, "people_disabled")


@people.command(help=say("help.people_enable"))
@_login
@profile_options
@common_options
def enable(login, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        bench.people.change(login, active=True)
    _told(as_json, login, "people_enabled")


@people.command(help=say("help.people_password"))
@click.argument("login", metavar="LOGIN", required=False)
@_password_file
@profile_options
@common_options
def password(login, password_file, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        login = login or bench.session.person.person_id
        bench.people.set_password(login, password_from(password_file, new=True))
    _told(as_json, login, "people_password_set")


def _told(as_json: bool, login: str, sentence: str) -> None:
    if as_json:
        print_json({"person": login})
    else:
        click.echo(say(sentence, person=login))
