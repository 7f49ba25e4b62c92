"""Commands about complaints: new, show, list."""

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
from workbench.domain.complaint import (
    Complaint,
    ComplaintFilter,
    Demand,
    Severity,
    Source,
    State,
)
from workbench.domain.errors import BadInput
from workbench.domain.times import iso_local, local_text


@click.group(help=say("help.complaint"))
def complaint() -> None:
    pass


@complaint.command("new", help=say("help.complaint_new"))
@click.option("--attempt", "attempt_id", help=say("help.complaint_attempt"))
@click.option("--description", required=True, help=say("help.complaint_description"))
@click.option(
    "--demand", type=click.Choice([d.value for d in Demand]), required=True, help=say("help.demand")
)
@click.option("--severity", type=click.Choice([s.value for s in Severity]), default="normal")
@click.option("--source", type=click.Choice([s.value for s in Source]), default="phone")
@profile_options
@common_options
def new(
    attempt_id, description, demand, severity, source, profile, passphrase_file, as_json
) -> None:
    with opened(profile, passphrase_file) as bench:
        attempt = _attempt(bench, attempt_id) if attempt_id else None
        draft = bench.complaints.draft_from(attempt).with_changes(
            description=description,
            demand=Demand(demand),
            severity=Severity(severity),
            source=Source(source),
        )
        bench.complaints.keep(draft)
        saved = bench.complaints.save(draft)
    if as_json:
        print_json(complaint_json(saved))
    else:
        click.echo(say("complaint_saved", number=saved.number))


def _attempt(bench, attempt_id: str):
    for row in bench.attempts.lookup(attempt_id).attempts:
        if row.attempt_id == attempt_id:
            return row
    raise BadInput("no_such_attempt", attempt=attempt_id)


@complaint.command("show", help=say("help.complaint_show"))
@click.argument("number")
@profile_options
@common_options
def show(number, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        found = bench.complaints.get(number)
    if as_json:
        print_json(complaint_json(found))
        return
    print_table(("", ""), [(_label(k), v) for k, v in _shown(found).items()])


@complaint.command("list", help=say("help.complaint_list"))
@click.option("--text", default="", help=say("help.complaint_text"))
@click.option("--state", "states", type=click.Choice([s.value for s in State]), multiple=True)
@click.option("--limit", type=click.IntRange(1), default=500, show_default=True)
@profile_options
@common_options
def list_(text, states, limit, profile, passphrase_file, as_json) -> None:
    where = ComplaintFilter(text=text, states=tuple(State(s) for s in states), limit=limit)
    with opened(profile, passphrase_file) as bench:
        page = bench.complaints.find(where)
    if as_json:
        print_json({"total": page.total, "complaints": [complaint_json(c) for c in page.rows]})
        return
    columns = ("number", "created_at", "customer_name", "cause", "demand", "severity", "state")
    print_table(
        [_label(c) for c in columns], [[_shown(c)[name] for name in columns] for c in page.rows]
    )
    click.echo(say("complaint_total", shown=len(page.rows), total=page.total))


def complaint_json(c: Complaint) -> dict[str, object]:
    return {
        "complaint_id": c.complaint_id,
        "number": c.number,
        "state": c.state.value,
        "created_at": iso_local(c.created_at),
        "created_by": c.created_by,
        "customer_ref": c.customer_ref,
        "customer_name": c.customer_name,
        "phone": c.phone,
        "attempt_id": c.attempt_id,
        "reason_code": c.reason_code,
        "cause": c.cause,
        "symptom": c.symptom,
        "channel": c.channel,
        "source": c.source.value,
        "description": c.description,
        "demand": c.demand.value,
        "severity": c.severity.value,
    }


def _shown(c: Complaint) -> dict[str, object]:
    """As ``complaint_json``, with words for codes and local times."""
    lang = language()
    families = {
        "state": "state",
        "cause": "cause",
        "symptom": "symptom",
        "channel": "channel",
        "source": "complaint_source",
        "demand": "demand",
        "severity": "severity",
    }
    shown = complaint_json(c) | {"created_at": local_text(c.created_at)}
    return {
        key: texts.word(lang, families[key], value) if key in families else value
        for key, value in shown.items()
    }


def _label(name: str) -> str:
    return texts.word(language(), "complaint_field", name)
