"""Commands about many complaints: queues, bulk acts, reply templates, measures."""

from datetime import datetime, timedelta

import click

from workbench import texts
from workbench.cli.common import (
    common_options,
    language,
    opened,
    print_json,
    print_table,
    profile_options,
    progress_bar,
    say,
)
from workbench.cli.complaint_acts import _choice, _label
from workbench.cli.complaints import complaint, complaint_json
from workbench.domain.complaint import State
from workbench.domain.errors import Usage
from workbench.domain.times import from_local, local_text, utc_now
from workbench.domain.work_queue import Queue, SortBy


@complaint.command("queue", help=say("help.complaint_queue"))
@click.argument("name", type=_choice(Queue), required=False)
@click.option("--sort", type=_choice(SortBy), help=say("help.sort"))
@click.option("--descending", is_flag=True, help=say("help.descending"))
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@profile_options
@common_options
def queue(name, sort, descending, limit, profile, passphrase_file, as_json) -> None:
    from dataclasses import replace

    with opened(profile, passphrase_file) as bench:
        bench.handling.deadlines.refresh()
        lists = bench.handling.lists
        if name is None:
            counts = lists.counts()
            found = ()
        else:
            query = replace(lists.queue(Queue(name)), limit=limit, descending=descending)
            query = replace(query, sort=SortBy(sort)) if sort else query
            found = lists.page(query).rows
            counts = {Queue(name): lists.count(query)}
    if as_json:
        print_json(
            {
                "counts": {which.value: count for which, count in counts.items()},
                "complaints": [complaint_json(c) for c in found],
            }
        )
        return
    word = texts.word
    if name is None:
        print_table(["", ""], [(word(language(), "queue", q), n) for q, n in counts.items()])
        return
    columns = ("number", "due_at", "customer_name", "cause", "severity", "state", "owner")
    rows = [
        (
            c.number,
            local_text(c.due_at),
            c.customer_name,
            word(language(), "cause", c.cause),
            word(language(), "severity", c.severity),
            word(language(), "state", c.state),
            c.owner,
        )
        for c in found
    ]
    print_table([_label(n) for n in columns], rows)


@complaint.command("bulk", help=say("help.complaint_bulk"))
@click.argument("numbers", nargs=-1)
@click.option("--to", type=_choice(State), help=say("help.bulk_to"))
@click.option("--owner", help=say("help.bulk_owner"))
@click.option("--team", help=say("help.team"))
@click.option("--why", default="", help=say("help.why"))
@click.option("--preview", is_flag=True, help=say("help.bulk_preview"))
@click.option("--undo", metavar="ID", help=say("help.bulk_undo"))
@profile_options
@common_options
def bulk(
    numbers, to, owner, team, why, preview, undo, profile, passphrase_file, as_json
) -> int | None:
    from workbench.services.complaint_bulk import BulkAct

    if undo is None and (not numbers or (to is None) is (owner is None and team is None)):
        raise Usage("bulk_what")
    act = BulkAct(State(to) if to else None, owner, team, why)
    with opened(profile, passphrase_file) as bench:
        service = bench.handling.bulk
        if preview:
            seen = service.preview(numbers, act)
            report, refused, done = None, seen.refused, seen.count
        else:
            with progress_bar(as_json) as (progress, cancel):
                how = {"progress": progress, "cancel": cancel}
                report = service.undo(undo, **how) if undo else service.run(numbers, act, **how)
            refused, done = report.refused, report.done
    said = [(each.number, texts.error_text(language(), each.error)) for each in refused]
    if as_json:
        body: dict[str, object] = {"bulk_id": report.bulk_id if report else None, "done": done}
        body["refused"] = [{"number": n, "why": why} for n, why in said]
        if preview:
            body["from_states"] = {s.value: n for s, n in seen.from_states.items()}
        print_json(body)
    else:
        key = "bulk_would" if preview else "bulk_did"
        click.echo(say(key, done=done, refused=len(said), bulk=report.bulk_id if report else ""))
        for _, words in said:
            click.echo(words, err=True)
    return 3 if refused else None


@complaint.group("macro", help=say("help.macro"))
def macro() -> None:
    pass


@macro.command("list", help=say("help.macro_list"))
@profile_options
@common_options
def macro_list(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        macros = bench.handling.macros
        found = [(name, macros.template(name, language())) for name in macros.names()]
    if as_json:
        print_json([{"name": name, "words": words} for name, words in found])
    else:
        print_table([_label("macro"), _label("words")], found)


@macro.command("save", help=say("help.macro_save"))
@click.argument("name")
@click.argument("words")
@profile_options
@common_options
def macro_save(name, words, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        bench.handling.macros.save(name, words)
    _named(name, as_json)


@macro.command("delete", help=say("help.macro_delete"))
@click.argument("name")
@profile_options
@common_options
def macro_delete(name, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        bench.handling.macros.delete(name)
    _named(name, as_json)


@macro.command("fill", help=say("help.macro_fill"))
@click.argument("name")
@click.argument("number")
@profile_options
@common_options
def macro_fill(name, number, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        words = bench.handling.macros.fill(name, number, language())
    if as_json:
        print_json({"macro": name, "number": number, "words": words})
    else:
        click.echo(words)


def _named(name: str, as_json: bool) -> None:
    if as_json:
        print_json({"macro": name, "done": True})
    else:
        click.echo(say("macro_done", name=name))


@complaint.command("measures", help=say("help.complaint_measures"))
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help=say("help.measures_from"))
@click.option("--to", "end", type=click.DateTime(["%Y-%m-%d"]), help=say("help.measures_to"))
@profile_options
@common_options
def measures(start, end, profile, passphrase_file, as_json) -> None:
    first = from_local(start) if start else utc_now() - timedelta(days=30)
    last = from_local(end + timedelta(days=1)) if end else datetime.max
    with opened(profile, passphrase_file) as bench:
        found = bench.handling.lists.measures(first, last)
    if as_json:
        print_json([vars(row) for row in found])
        return

    def shown(value: object) -> object:
        return "" if value is None else f"{value:.2f}" if isinstance(value, float) else value

    names = list(vars(found[0])) if found else ["cause"]
    rows = [
        [texts.word(language(), "cause", r.cause), *map(shown, list(vars(r).values())[1:])]
        for r in found
    ]
    print_table([texts.word(language(), "complaint_measure", n) for n in names], rows)


@complaint.command("similar", help=say("help.complaint_similar"))
@click.argument("text")
@click.option("--customer", help=say("help.similar_customer"))
@profile_options
@common_options
def similar(text, customer, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        draft = bench.complaints.draft_from(None)
        hints = bench.typing.hints(draft.with_changes(description=text, customer_ref=customer))
    if as_json:
        print_json(
            {
                "symptom": hints.symptom,
                "incident": _incident(hints),
                "duplicates": [c.number for c in hints.duplicates],
                "similar": [
                    {
                        "number": like.complaint.number,
                        "score": round(like.score, 3),
                        "description": like.complaint.description,
                        "resolution": like.complaint.resolution,
                    }
                    for like in hints.similar
                ],
            }
        )
        return
    lang = language()
    if hints.symptom:
        click.echo(say("similar_symptom", symptom=texts.word(lang, "symptom", hints.symptom)))
    if hints.incident:
        click.echo(say("similar_incident", name=_incident(hints)))
    found = [(c, say("similar_own")) for c in hints.duplicates]
    found += [(like.complaint, f"{like.score:.0%}") for like in hints.similar]
    names = ("number", "state", "description", "resolution")
    print_table(
        ["", *(texts.word(lang, "complaint_field", name) for name in names)],
        [
            (how, c.number, texts.word(lang, "state", c.state), c.description[:60], c.resolution)
            for c, how in found
        ],
    )


def _incident(hints) -> str | None:
    """Its name; one that was found has its cause alone."""
    if hints.incident is None:
        return None
    return hints.incident.name or texts.word(language(), "cause", hints.incident.cause)
