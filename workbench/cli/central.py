"""``workbench central``: set up warehouse and records in PostgreSQL, connect, people, desks, keys."""

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
from workbench.cli.people import password_from
from workbench.domain.errors import NotPermitted, Usage
from workbench.domain.times import local_text

_password_option = click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("help.password_file"),
)


@click.group(help=say("help.central"))
def central() -> None:
    pass


@central.command(help=say("help.central_init"))
@click.argument("url", required=False, metavar="[URL]")
@click.option("--admin", metavar="LOGIN", help=say("help.central_admin"))
@click.option("--name", help=say("help.person_name"))
@_password_option
@profile_options
@common_options
def init(url, admin, name, password_file, profile, passphrase_file, as_json) -> None:
    """Opening it sets the warehouse up; then the records. Says what there is and what the login
    may do."""
    from workbench.domain.people import Person, Role

    with opened(profile, passphrase_file, warehouse=url) as bench:
        if bench.centre is None:
            raise Usage("central_no_address")
        told = {"place": bench.centre.place, "role": bench.centre.role}
        told["attempts"], first, last = bench.attempts.span()
        if url and (bench.centre.role == "owner" or admin):
            first_admin = Person(admin, name or admin, Role.ADMIN) if admin else None
            password = password_from(password_file) if admin else ""
            told["records"] = bench.sync.set_up(url, first_admin, admin or "", password)
    if as_json:
        print_json(told | {"first": first, "last": last})
        return
    role = say(f"central_role.{told['role']}")
    click.echo(say("central_ready", place=told["place"], role=role))
    span = [local_text(at) for at in (first, last) if at]
    click.echo(say("central_holds", attempts=f"{told['attempts']:,}", span=" – ".join(span) or "-"))
    if "records" in told:
        click.echo(say("central_records_ready", place=told["records"]))
    if admin:
        click.echo(say("central_admitted", login=admin))


@central.command(help=say("help.central_connect"))
@click.argument("url", metavar="[URL]", required=False)
@_password_option
@profile_options
@common_options
def connect(url, password_file, profile, passphrase_file, as_json) -> None:
    from workbench import bootstrap

    with opened(profile, passphrase_file, warehouse="") as bench:
        preset = bench.settings.get("centre_address")
        if url and bench.settings.locked("centre_address") and url != preset:
            raise NotPermitted("central_preset")
        url = url or preset
        if not url:
            raise Usage("central_no_address")
        person = bench.sync.connect(
            bootstrap.with_password(url, lambda: password_from(password_file))
        )
        place = bench.sync.state().place
    if as_json:
        print_json({"place": place, "person": person.person_id, "role": person.role})
    else:
        role = texts.word(language(), "role", person.role)
        click.echo(say("central_connected", place=place, name=person.name, role=role))


@central.command(help=say("help.central_disconnect"))
@profile_options
@common_options
def disconnect(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        bench.sync.disconnect()
    if as_json:
        print_json({"place": None})
    else:
        click.echo(say("central_disconnected"))


@central.command(help=say("help.central_status"))
@profile_options
@common_options
def status(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        here = bench.sync.state()
        told = bench.sync.status()
    if as_json:
        print_json(told | {"place": here.place, "waiting": here.waiting})
        return
    click.echo(say("central_is", place=here.place, server=told["server"], seq=f"{told['seq']:,}"))
    people = [
        (p["person_id"], p["name"], texts.word(language(), "role", p["role"]), p["team"],
         say("person_open" if p["active"] else "person_closed"))
        for p in told["people"]
    ]  # fmt: skip
    print_table([say(f"person_field.{n}") for n in ("id", "name", "role", "team", "open")], people)
    desks = [
        (d["code"], d["login"], d["seen_at"][:16].replace("T", " "), d["behind"], d["waiting"],
         d["unsettled"], d["app_version"], _desk_state(d))
        for d in told["desks"]
    ]  # fmt: skip
    columns = ("code", "login", "seen", "behind", "waiting", "unsettled", "version", "state")
    print_table([say(f"desk_field.{n}") for n in columns], desks)


def _desk_state(desk) -> str:
    if desk["wiped_at"]:
        return say("desk_wiped")
    return say("desk_revoked") if desk["revoked_at"] else ""


@central.command(help=say("help.central_revoke"))
@click.argument("code", metavar="DESK")
@click.option("--back", is_flag=True, help=say("help.revoke_back"))
@profile_options
@common_options
def revoke(code, back, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        bench.sync.revoke(code, back=back)
    if as_json:
        print_json({"desk": code, "revoked": not back})
    else:
        click.echo(say("central_desk_back" if back else "central_desk_revoked", code=code.upper()))


@central.command(help=say("help.central_audit"))
@profile_options
@common_options
def audit(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        rows = bench.sync.verify_audit()
    if as_json:
        print_json({"rows": rows})
    else:
        click.echo(say("central_audit_whole", rows=f"{rows:,}"))


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
