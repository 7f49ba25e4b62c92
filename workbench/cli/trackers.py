"""``workbench tracker`` and the tickets of ``workbench issue``: file, link, follow."""

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
    report_error,
    say,
)
from workbench.cli.issues import issue
from workbench.domain.errors import Busy, KnownError, Usage

_name = click.argument("name", metavar="NAME")
_issue = click.argument("issue_id", metavar="ISSUE_ID")
_KINDS = ("github", "gitlab", "jira", "roundup")


@click.group(help=say("help.tracker"))
def tracker() -> None: ...


@tracker.command(help=say("help.tracker_add"))
@_name
@click.option("--kind", type=click.Choice(_KINDS), help=say("help.tracker_kind"))
@click.option("--url", default="", help=say("help.tracker_url"))
@click.option("--project", help=say("help.tracker_project"))
@click.option("--user", help=say("help.tracker_user"))
@click.option("--option", "options", multiple=True, help=say("help.tracker_option"))
@click.option(
    "--token-file", type=click.Path(path_type=Path, dir_okay=False), help=say("help.token_file")
)
@profile_options
@common_options
def add(
    name, kind, url, project, user, options, token_file, profile, passphrase_file, as_json
) -> None:
    """Without --kind the tracker of that name keeps its place and gets a new token."""
    from workbench import bootstrap
    from workbench.domain.tracker import Tracker, TrackerKind

    with opened(profile, passphrase_file, warehouse="") as bench:
        token = bootstrap.passphrase_of(token_file) or click.prompt(
            say("ask_token"), hide_input=True, err=True
        )
        if kind is None:
            in_keyring = bench.tickets.set_token(name, token)
        else:
            made = Tracker(
                name, TrackerKind(kind), url, project or "", user or "", dict(map(_pair, options))
            )
            in_keyring = bench.tickets.add(made, token)
    if as_json:
        print_json({"tracker": name, "keyring": in_keyring})
        return
    click.echo(say("tracker_set", tracker=name))
    click.echo(say("token_in_keyring" if in_keyring else "token_sealed"))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Usage("tracker_option", option=text[:40], known="NAME=VALUE")
    return name.strip(), value.strip()


@tracker.command("list", help=say("help.tracker_list"))
@profile_options
@common_options
def list_(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        found = bench.tickets.trackers()
        waiting = [errand.tracker for errand in bench.tickets.waiting()]
    rows = [(t.name, t.kind.value, t.url, t.project, waiting.count(t.name)) for t in found]
    fields = ("name", "kind", "url", "project", "waiting")
    if as_json:
        print_json([dict(zip(fields, row, strict=True)) for row in rows])
        return
    print_table([say(f"tracker_field.{field}") for field in fields], rows)


@tracker.command(help=say("help.tracker_remove"))
@_name
@profile_options
@common_options
def remove(name, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        bench.tickets.remove(name)
    if as_json:
        print_json({"tracker": name})
    else:
        click.echo(say("tracker_removed", tracker=name))


@tracker.command(help=say("help.tracker_test"))
@_name
@profile_options
@common_options
def test(name, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        project = bench.tickets.test(name)
    if as_json:
        print_json({"tracker": name, "project": project})
    else:
        click.echo(say("tracker_answers", tracker=name, project=project))


@issue.command("file", help=say("help.issue_file"))
@_issue
@click.option("--tracker", "name", required=True, help=say("help.ticket_tracker"))
@click.option("--link", metavar="KEY", help=say("help.ticket_link"))
@click.option("--unlink", is_flag=True, help=say("help.ticket_unlink"))
@profile_options
@common_options
def file_(issue_id, name, link, unlink, profile, passphrase_file, as_json) -> int:
    """A ticket that waits ends with the code of what is out of reach: it is kept all the same."""
    error = None
    with opened(profile, passphrase_file) as bench:
        if unlink:
            bench.tickets.unlink(issue_id, name)
            if as_json:
                print_json({"issue": issue_id, "tracker": name, "ticket": None})
            else:
                click.echo(say("ticket_unlinked", issue=issue_id, tracker=name))
            return 0
        if link:
            ticket = bench.tickets.link(issue_id, name, link)
        else:
            bench.tickets.file(issue_id, name)
            try:
                error = bench.tickets.run().errors.get(name)
            except Busy as busy:
                error = busy
            (ticket,) = [t for t in bench.tickets.of(issue_id) if t.tracker == name]
    if as_json:
        print_json(_shown(ticket))
    elif ticket.key:
        click.echo(
            say("ticket_filed", issue=issue_id, tracker=name, ticket=ticket.key, url=ticket.url)
        )
    else:
        click.echo(say("ticket_waits", issue=issue_id, tracker=name))
    if error is not None and not ticket.key:
        report_error(error, as_json=False)
        return error.exit_code
    return 0


@issue.command(help=say("help.issue_tickets"))
@click.argument("issue_id", metavar="[ISSUE_ID]", required=False)
@click.option("--follow", is_flag=True, help=say("help.tickets_follow"))
@click.option("--write-state", is_flag=True, help=say("help.ticket_state"))
@profile_options
@common_options
def tickets(issue_id, follow, write_state, profile, passphrase_file, as_json) -> int:
    told = None
    with opened(profile, passphrase_file, warehouse="") as bench:
        if write_state:
            if issue_id is None:
                raise Usage("no_such_issue", issue="—")
            bench.tickets.write_state(issue_id)
        if follow:
            bench.tickets.retry(issue_id)
            told = bench.tickets.follow()
        found = bench.tickets.of(issue_id) if issue_id else bench.tickets.tickets()
        waiting = bench.tickets.waiting(issue_id)
    if as_json:
        print_json([_shown(ticket) | _why(ticket, waiting) for ticket in found])
    else:
        fields = ("issue", "tracker", "key", "state", "followed", "url")
        rows = [[_shown(t)[field] for field in fields] for t in found]
        for row, ticket in zip(rows, found, strict=True):
            state = ticket.there.value if ticket.there else None
            row[3] = texts.word(language(), "ticketstate", state) if state else say("ticket_queued")
        print_table([say(f"ticket_field.{field}") for field in fields], rows)
        for errand in waiting:
            if errand.problem is not None and told is None:
                report_error(KnownError(errand.problem, **errand.details), as_json=False)
    if told is None:
        return 0
    counts = {"done": len(told.done), "news": len(told.news)}
    click.echo(
        say("tickets_round", **counts, waiting=told.waiting, stopped=told.stopped), err=as_json
    )
    for error in told.errors.values():
        report_error(error, as_json=False)
    return max((error.exit_code for error in told.errors.values()), default=0)


def _why(ticket, waiting) -> dict[str, object]:
    """The key of what the last try ended with, and whether a person has to do something."""
    own = [e for e in waiting if (e.issue_id, e.tracker) == (ticket.issue_id, ticket.tracker)]
    problem = next((errand.problem for errand in own if errand.problem), None)
    return {"problem": problem, "stopped": any(errand.stopped for errand in own)}


def _shown(ticket) -> dict[str, object]:
    from workbench.domain.times import iso_local

    return {
        "issue": ticket.issue_id,
        "tracker": ticket.tracker,
        "key": ticket.key,
        "state": ticket.there.value if ticket.there else "queued",
        "native": ticket.native,
        "differs": ticket.differs,
        "followed": iso_local(ticket.followed_at),
        "url": ticket.url,
    }
