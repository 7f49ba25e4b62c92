"""Commands about complaints: new, show, list."""

import re
from dataclasses import asdict

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
    Experience,
    Reputation,
    Severity,
    Source,
    State,
)
from workbench.domain.complaint_policy import yuan
from workbench.domain.errors import BadInput
from workbench.domain.search_words import Snippet
from workbench.domain.times import iso_local, local_text


class _Amount(click.ParamType):
    """Yuan with up to two places, kept as fen."""

    name = "yuan"

    def convert(self, value, param, ctx):
        if isinstance(value, int):
            return value
        if not re.fullmatch(r"\d{1,13}(\.\d{1,2})?", value):
            self.fail(say("not_an_amount", value=value), param, ctx)
        whole, _, cents = value.partition(".")
        return int(whole) * 100 + int(cents.ljust(2, "0"))


AMOUNT = _Amount()


@click.group(help=say("help.complaint"))
def complaint() -> None:
    pass


@complaint.command("new", help=say("help.complaint_new"))
@click.option("--attempt", "attempt_id", help=say("help.complaint_attempt"))
@click.option("--also", "attempt_ids", multiple=True, help=say("help.also_attempts"))
@click.option("--description", default="", help=say("help.complaint_description"))
@click.option("--demand", type=click.Choice([d.value for d in Demand]), help=say("help.demand"))
@click.option("--severity", type=click.Choice([s.value for s in Severity]), default="normal")
@click.option("--source", type=click.Choice([s.value for s in Source]), default="phone")
@click.option("--product", "products", multiple=True, help=say("help.product"))
@click.option("--blocked/--not-blocked", "blocked_payment", default=None, help=say("help.blocked"))
@click.option("--blocked-amount", type=AMOUNT, help=say("help.blocked_amount"))
@click.option("--experience", type=click.Choice([e.value for e in Experience]))
@click.option("--requested", type=AMOUNT, help=say("help.requested"))
@click.option("--risk", type=click.Choice([r.value for r in Reputation]), multiple=True)
@click.option("--competitor", help=say("help.competitor"))
@click.option("--draft", "as_draft", is_flag=True, help=say("help.as_draft"))
@profile_options
@common_options
def new(attempt_id, as_draft, profile, passphrase_file, as_json, **typed) -> None:
    with opened(profile, passphrase_file) as bench:
        attempt = _attempt(bench, attempt_id) if attempt_id else None
        draft = bench.complaints.draft_from(attempt).with_changes(
            description=typed["description"],
            demand=Demand(typed["demand"]) if typed["demand"] else None,
            severity=Severity(typed["severity"]),
            source=Source(typed["source"]),
            attempt_ids=typed["attempt_ids"],
            products=typed["products"],
            blocked_payment=typed["blocked_payment"],
            blocked_fen=typed["blocked_amount"],
            experience=Experience(typed["experience"]) if typed["experience"] else None,
            requested_fen=typed["requested"],
            reputation=tuple(map(Reputation, typed["risk"])),
            competitor=typed["competitor"],
        )
        bench.complaints.keep(draft)
        try:
            save = bench.complaints.save_draft if as_draft else bench.complaints.save
            saved = save(draft)
        except BadInput:  # nobody comes back to what was typed on a command line
            bench.complaints.discard(draft.draft_id)
            raise
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
        comments = bench.handling.talk.comments(number)
        files = bench.handling.talk.attachments(number)
        items = bench.handling.life.checklist(number)
        moves = bench.handling.life.moves(number)
        formula = bench.handling.life.formula(found)
    if as_json:
        body = complaint_json(found)
        body["lost_revenue_formula"] = formula
        body["comments"] = [
            {"at": iso_local(c.at), "author": c.author, "audience": c.audience, "words": c.words}
            for c in comments
        ]
        body["attachments"] = [
            {"attachment_id": f.attachment_id, "name": f.name, "kind": f.kind, "size": f.size}
            for f in files
        ]
        body["checklist"] = [{"item": i.item, "done": i.done is not None} for i in items]
        body["moves"] = [{"to": m.to, "needs": list(m.needs)} for m in moves]
        print_json(body)
        return
    shown = {name: value for name, value in _shown(found).items() if value not in (None, "")}
    rows = [(_label(name), value) for name, value in shown.items()]
    if formula:
        rows.append((_label("lost_revenue"), formula))
    lang = language()
    rows += [(_label("file"), file.name) for file in files]
    rows += [
        (f"{local_text(c.at)} {c.author} {texts.word(lang, 'audience', c.audience)}", c.words)
        for c in comments
    ]
    rows += [
        (_label("item"), f"{'✔' if i.done else '…'} {texts.word(lang, 'checklist', i.item)}")
        for i in items
    ]
    print_table(("", ""), rows)


def bracketed(snippet: Snippet) -> str:
    """On one line, what was searched in 【】."""
    text = snippet.text
    for at, size in reversed(snippet.marks):
        text = f"{text[:at]}【{text[at : at + size]}】{text[at + size :]}"
    return " ".join(text.split())


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
        marked = (
            bench.complaints.highlights(text, [c.complaint_id for c in page.rows])
            if text.strip()
            else {}
        )
    if as_json:
        found = {key: asdict(snippet) for key, snippet in marked.items()}
        complaints = [complaint_json(c) for c in page.rows]
        print_json({"total": page.total, "complaints": complaints, "highlights": found})
        return
    columns = ("number", "created_at", "customer_name", "cause", "demand", "severity", "state")
    rows = [[_shown(c)[name] for name in columns] for c in page.rows]
    if marked:
        shown = {key: bracketed(snippet) for key, snippet in marked.items()}
        rows = [[*row, shown.get(c.complaint_id)] for row, c in zip(rows, page.rows, strict=True)]
    labels = [_label(c) for c in columns] + ([_label("found")] if marked else [])
    print_table(labels, rows)
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
        "demand": c.demand,
        "severity": c.severity.value,
        "received_at": iso_local(c.received_at),
        "updated_at": iso_local(c.updated_at),
        "owner": c.owner,
        "team": c.team,
        "due_at": iso_local(c.due_at),
        "attempt_ids": list(c.attempt_ids),
        "products": list(c.products),
        "blocked_payment": c.blocked_payment,
        "blocked_fen": c.blocked_fen,
        "experience": c.experience,
        "requested_fen": c.requested_fen,
        "lost_revenue_fen": c.lost_revenue_fen,
        "reputation": list(c.reputation),
        "competitor": c.competitor,
        "resolution": c.resolution,
        "resolution_kind": c.resolution_kind,
        "wrap_up": c.wrap_up,
        "first_answer_at": iso_local(c.first_answer_at),
        "resolved_at": iso_local(c.resolved_at),
        "closed_at": iso_local(c.closed_at),
        "reopenings": c.reopenings,
        "merged_into": c.merged_into,
        "satisfaction": c.satisfaction,
        "satisfaction_words": c.satisfaction_words,
        "extras": dict(c.extras),
    }


_TIMES = (
    "created_at",
    "received_at",
    "updated_at",
    "due_at",
    "first_answer_at",
    "resolved_at",
    "closed_at",
)


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
        "experience": "experience",
        "resolution_kind": "resolution_kind",
    }
    shown = complaint_json(c) | {name: local_text(getattr(c, name)) for name in _TIMES}
    shown |= {name: ", ".join(getattr(c, name)) for name in ("attempt_ids", "products")}
    for name in ("blocked_fen", "requested_fen", "lost_revenue_fen"):
        amount = getattr(c, name)
        shown[name] = None if amount is None else yuan(amount)
    if c.blocked_payment is not None:
        shown["blocked_payment"] = texts.word(lang, "value", str(c.blocked_payment).lower())
    shown["reputation"] = ", ".join(texts.word(lang, "reputation", r) for r in c.reputation)
    shown |= {"reopenings": c.reopenings or None}
    shown["extras"] = ", ".join(f"{name}: {value}" for name, value in c.extras.items())
    return {
        key: texts.word(lang, families[key], value) if key in families else value
        for key, value in shown.items()
    }


def _label(name: str) -> str:
    return texts.word(language(), "complaint_field", name)
