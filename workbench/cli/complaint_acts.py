"""Commands on one complaint: move, assign, edit, comment, attach, check, approve, merge, split."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from workbench import texts
from workbench.cli.common import (
    common_options,
    final,
    language,
    opened,
    print_json,
    print_table,
    profile_options,
    say,
)
from workbench.cli.complaints import complaint, complaint_json
from workbench.domain.complaint import (
    Demand,
    Experience,
    Reputation,
    ResolutionKind,
    Severity,
    Source,
    State,
)
from workbench.domain.complaint_parts import Audience
from workbench.domain.errors import BadInput, Usage
from workbench.domain.taxonomy import Cause
from workbench.domain.times import from_local, iso_local, local_text

_WHY = click.option("--why", default="", help=say("help.why"))
_WHY_NEEDED = click.option("--why", required=True, help=say("help.why"))


def _act(name: str, does: str = "") -> Callable[[Callable], click.Command]:
    """A command on one complaint; the help says where what it ``does`` cannot be undone."""
    command = complaint.command(name, help=say(f"help.complaint_{name}"), epilog=final(does))
    return lambda function: command(click.argument("number")(function))


def _choice(kind) -> click.Choice:
    return click.Choice([each.value for each in kind])


def _told(made, as_json: bool) -> None:
    if as_json:
        print_json(complaint_json(made))
    else:
        state = texts.word(language(), "state", made.state)
        click.echo(say("complaint_now", number=made.number, state=state, owner=made.owner or "-"))


def _done(number: str, as_json: bool) -> None:
    if as_json:
        print_json({"number": number, "done": True})
    else:
        click.echo(say("complaint_done", number=number))


def _json(part) -> dict[str, object]:
    return {k: iso_local(v) if isinstance(v, datetime) else v for k, v in vars(part).items()}


def _moment(words: str) -> datetime:
    try:
        return from_local(datetime.fromisoformat(words))
    except ValueError:
        raise Usage("not_a_time", time=words) from None


@_act("move")
@click.argument("to", type=_choice(State))
@_WHY
@click.option("--resolution", help=say("help.resolution"))
@click.option("--kind", type=_choice(ResolutionKind), help=say("help.resolution_kind"))
@click.option("--wrap-up", help=say("help.wrap_up"))
@profile_options
@common_options
def move(number, to, why, resolution, kind, wrap_up, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        made = bench.handling.life.move(
            number,
            State(to),
            why=why,
            resolution=resolution,
            kind=ResolutionKind(kind) if kind else None,
            wrap_up=wrap_up,
        )
    _told(made, as_json)


@_act("assign")
@click.argument("person", required=False)
@click.option("--team", help=say("help.team"))
@_WHY
@profile_options
@common_options
def assign(number, person, team, why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        made = bench.handling.life.assign(number, person, team=team, why=why)
    _told(made, as_json)


@_act("take")
@profile_options
@common_options
def take(number, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        made = bench.handling.life.take(number)
    _told(made, as_json)


_READ = {
    "demand": Demand,
    "severity": Severity,
    "source": Source,
    "experience": Experience,
    "resolution_kind": ResolutionKind,
    "received_at": _moment,
    "attempt_ids": lambda words: tuple(words.split(",")),
    "products": lambda words: tuple(words.split(",")),
    "reputation": lambda words: tuple(Reputation(word) for word in words.split(",")),
    "blocked_payment": {"yes": True, "no": False}.__getitem__,
    "blocked_fen": int,
    "requested_fen": int,
}


@_act("edit")
@click.option("--set", "sets", multiple=True, required=True, help=say("help.complaint_set"))
@profile_options
@common_options
def edit(number, sets, profile, passphrase_file, as_json) -> None:
    changes: dict[str, object] = {}
    for each in sets:
        name, equals, words = each.partition("=")
        if not equals:
            raise Usage("bad_set", set=each)
        try:
            changes[name] = _READ.get(name, str)(words) if words else None
        except (KeyError, ValueError):
            raise Usage("bad_set", set=each) from None
    with opened(profile, passphrase_file) as bench:
        versions = bench.complaints.get(number).versions
        made = bench.handling.life.edit(number, changes, versions)
    _told(made, as_json)


@_act("comment", "handling.talk.comment")
@click.argument("words")
@click.option("--to-customer", is_flag=True, help=say("help.to_customer"))
@profile_options
@common_options
def comment(number, words, to_customer, profile, passphrase_file, as_json) -> None:
    audience = Audience.CUSTOMER if to_customer else Audience.INTERNAL
    with opened(profile, passphrase_file) as bench:
        made = bench.handling.talk.comment(number, words, audience)
    if as_json:
        print_json(_json(made))
    else:
        _done(number, False)


@_act("attach", "handling.talk.attach")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@profile_options
@common_options
def attach(number, file, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        made = bench.handling.talk.attach(number, file)
    if as_json:
        print_json(_json(made))
    else:
        click.echo(say("attached", name=made.name, kind=made.kind, number=number))


@_act("files")
@click.option("--save", metavar="ID", help=say("help.save_file"))
@click.option("--out", type=click.Path(path_type=Path), help=say("help.file_out"))
@profile_options
@common_options
def files(number, save, out, profile, passphrase_file, as_json) -> None:
    if (save is None) is not (out is None):
        raise Usage("save_needs_out")
    with opened(profile, passphrase_file) as bench:
        found = bench.handling.talk.attachments(number)
        if save is not None:
            if save not in {each.attachment_id for each in found}:
                raise BadInput("no_such_attachment", attachment=save)
            _write(out, bench.handling.talk.read(save))
    if as_json:
        print_json([_json(each) for each in found])
    else:
        rows = [(a.attachment_id, a.name, a.kind, a.size, local_text(a.at)) for a in found]
        print_table([_label(n) for n in ("file_id", "file", "kind", "size", "at")], rows)


def _write(path: Path, data: bytes) -> None:
    from workbench.files import unwritable, write_whole

    try:
        write_whole(path.absolute(), data)
    except OSError as error:
        raise unwritable(error, path.absolute()) from error


@_act("check")
@click.argument("item", required=False)
@click.option("--undo", is_flag=True, help=say("help.uncheck"))
@profile_options
@common_options
def check(number, item, undo, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        if item is not None:
            bench.handling.life.check(number, item, done=not undo)
        lines = bench.handling.life.checklist(number)
    if as_json:
        done = [{"item": each.item, "done": each.done is not None} for each in lines]
        print_json(done)
        return
    words = [
        ("✔" if each.done else "", each.item, texts.word(language(), "checklist", each.item))
        for each in lines
    ]
    print_table(["", _label("item"), ""], words)


@_act("approve", "handling.life.approve")
@_WHY
@profile_options
@common_options
def approve(number, why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        bench.handling.life.approve(number, why)
    _done(number, as_json)


@_act("disagree", "handling.life.disagree")
@click.option("--cause", type=_choice(Cause), required=True, help=say("help.true_cause"))
@click.option("--code", help=say("help.true_code"))
@_WHY_NEEDED
@profile_options
@common_options
def disagree(number, cause, code, why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        case = bench.handling.life.disagree(number, Cause(cause), why, code)
    if as_json:
        print_json(_json(case))
    else:
        _done(number, False)


@_act("rate")
@click.argument("satisfaction", type=int)
@click.option("--words", default="", help=say("help.rating_words"))
@profile_options
@common_options
def rate(number, satisfaction, words, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        made = bench.handling.life.rate(number, satisfaction, words)
    _told(made, as_json)


@_act("undo")
@click.argument("event", required=False)
@_WHY
@profile_options
@common_options
def undo(number, event, why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        handling = bench.handling
        history = handling.life.history(number)
        own = [e for e in history if event is None or e.event_id == event]
        if event is not None and not own:
            raise BadInput("no_such_event", event=event[:80])
        made = handling.undoing.undo(own[-1].event_id, why)
    _told(made, as_json)


@_act("history")
@profile_options
@common_options
def history(number, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        events = bench.handling.life.history(number)
    if as_json:
        print_json([_json(event) for event in events])
        return
    word = texts.word
    rows = [
        (
            local_text(e.at),
            e.actor,
            word(language(), "event_kind", e.kind),
            word(language(), "state", e.to_state),
            e.why or "",
        )
        for e in events
    ]
    print_table([_label(n) for n in ("at", "created_by", "act", "state", "why")], rows)


@_act("merge")
@click.argument("into")
@_WHY_NEEDED
@profile_options
@common_options
def merge(number, into, why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        link = bench.handling.joins.merge(number, into, why)
    if as_json:
        print_json(_json(link))
    else:
        click.echo(say("complaint_merged", number=number, into=into, link=link.link_id))


@_act("split")
@click.option("--description", required=True, help=say("help.split_description"))
@_WHY_NEEDED
@profile_options
@common_options
def split(number, description, why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        made = bench.handling.joins.split(number, description, why)
    _told(made, as_json)


@_act("unlink")
@click.argument("link", required=False)
@_WHY
@profile_options
@common_options
def unlink(number, link, why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        if link is not None:
            if link not in {each.link_id for each in bench.handling.joins.links(number)}:
                raise BadInput("no_such_link", link=link)
            bench.handling.joins.undo(link, why)
        links = bench.handling.joins.links(number)
    if as_json:
        print_json([_json(each) for each in links])
        return
    rows = [(k.link_id, k.kind.value, local_text(k.at), local_text(k.undone_at)) for k in links]
    print_table([_label(n) for n in ("link", "kind", "at", "undone_at")], rows)


@complaint.command("remind", help=say("help.complaint_remind"))
@click.argument("number", required=False)
@click.option("--at", "at", help=say("help.remind_at"))
@click.option("--words", default="", help=say("help.remind_words"))
@click.option("--done", metavar="ID", help=say("help.remind_done"))
@profile_options
@common_options
def remind(number, at, words, done, profile, passphrase_file, as_json) -> None:
    if (number is None) is not (at is None):
        raise Usage("remind_needs_both")
    with opened(profile, passphrase_file) as bench:
        if number is not None:
            bench.handling.talk.remind(number, _moment(at), words)
        if done is not None:
            bench.handling.talk.done(done)
        mine = bench.handling.talk.reminders(datetime.max)
    if as_json:
        print_json([_json(each) for each in mine])
        return
    rows = [(local_text(r.due_at), r.words, r.reminder_id) for r in mine]
    print_table([_label(n) for n in ("due_at", "words", "reminder")], rows)


def _label(name: str) -> str:
    return texts.word(language(), "complaint_field", name)
