"""Commands about attempts: import, export, diagnose, lookup, explain, trends."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from workbench import texts
from workbench.cli.common import (
    EXIT_SET_ASIDE,
    common_options,
    language,
    load_mapping,
    opened,
    print_json,
    print_table,
    profile_options,
    progress_bar,
    say,
)
from workbench.domain.attempt import AttemptRow
from workbench.domain.errors import BadInput, Usage
from workbench.domain.importing import ImportReport
from workbench.domain.times import from_local, iso_local, local_text
from workbench.domain.trend import SLICE_FIELDS, Every, Measure, TrendFilter, TrendQuery

_FILE = click.Path(path_type=Path)
_BUCKET_WIDTH = {Every.HOUR: 16, Every.DAY: 10, Every.WEEK: 10}  # of 2026-11-22 20:14:00


@click.command("import", help=say("help.import"))
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--mapping", help=say("help.mapping"))
@click.option("--events", type=_FILE, help=say("help.events"))
@click.option("--quarantine-dir", type=_FILE, help=say("help.quarantine_dir"))
@profile_options
@common_options
def import_(files, mapping, events, quarantine_dir, profile, passphrase_file, as_json) -> int:
    with opened(profile, passphrase_file) as bench, progress_bar(as_json) as (listen, cancel):
        report = bench.attempts.import_files(
            files,
            mapping=load_mapping(mapping, bench.attempts.mapping),
            events=events,
            quarantine_dir=quarantine_dir,
            progress=listen,
            cancel=cancel,
        )
    return _tell(report, "imported", as_json)


def _tell(report: ImportReport, sentence: str, as_json: bool, **more: object) -> int:
    """The counts, in words or as JSON with ``more``, and the exit code that they mean."""
    if as_json:
        print_json(report.as_json() | {name: str(value) for name, value in more.items()})
    else:
        click.echo(say(sentence, **more, **_counts(report)))
        if report.quarantined:
            click.echo(
                say("set_aside", count=f"{report.quarantined:,}", file=report.quarantine_file)
            )
    return EXIT_SET_ASIDE if report.quarantined else 0


def _counts(report: ImportReport) -> dict[str, str]:
    return {
        "read": f"{report.read:,}",
        "imported": f"{report.imported:,}",
        "duplicates": f"{report.duplicates:,}",
        "quarantined": f"{report.quarantined:,}",
        "seconds": f"{report.seconds:.1f}",
    }


@click.command(help=say("help.export"))
@click.argument("what", type=click.Choice(["attempts", "complaints"]))
@click.argument("file", type=_FILE)
@profile_options
@common_options
def export(what, file, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        service = bench.attempts if what == "attempts" else bench.complaints
        rows = service.export(file)
    if as_json:
        print_json({"rows": rows, "file": str(file)})
    else:
        click.echo(say("exported", rows=f"{rows:,}", file=file))


@click.command(help=say("help.diagnose"))
@click.argument("input", type=_FILE)
@click.option("--out", type=_FILE, required=True, help=say("help.out"))
@click.option("--rules", type=_FILE, help=say("help.rules"))
@click.option("--mapping", help=say("help.mapping"))
@click.option("--events", type=_FILE, help=say("help.events"))
@common_options
def diagnose(input, out, rules, mapping, events, as_json) -> int:
    from workbench import bootstrap

    with progress_bar(as_json) as (listen, cancel):
        report = bootstrap.diagnose_file(
            input,
            out,
            rules=rules,
            mapping=load_mapping(mapping, None),
            events=events,
            progress=listen,
            cancel=cancel,
            lang=language(),
        )
    return _tell(report, "diagnosed", as_json, out=out)


@click.command(help=say("help.lookup"))
@click.argument("term")
@profile_options
@common_options
def lookup(term, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        found = bench.attempts.lookup(term)
    if as_json:
        print_json(
            {
                "customers": [
                    {
                        "ref": c.ref,
                        "name": c.name,
                        "phone": c.phone,
                        "id_card": c.id_card,
                        "customer_id": c.customer_id,
                        "attempts": c.attempts,
                        "failures": c.failures,
                        "last_at": iso_local(c.last_at),
                    }
                    for c in found.customers
                ],
                "attempts": [attempt_json(a) for a in found.attempts],
            }
        )
        return
    if not found.customers and not found.attempts:
        click.echo(say("nothing_found"))
        return
    for c in found.customers:
        click.echo(
            say("customer", name=c.name or "—", phone=c.phone or "—", attempts=c.attempts,
                failures=c.failures)
        )  # fmt: skip
    print_table(
        [
            _field(n)
            for n in ("occurred_at", "attempt_id", "step", "outcome", "cause", "reason_code")
        ],
        [
            (
                local_text(a.occurred_at),
                a.attempt_id,
                _word("step", a.step),
                _word("outcome", a.outcome),
                _word("cause", a.cause) if a.cause else "",
                a.reason_code,
            )
            for a in found.attempts
        ],
    )


def attempt_json(a: AttemptRow) -> dict[str, object]:
    return {
        "attempt_id": a.attempt_id,
        "customer_ref": a.customer_ref,
        "customer_name": a.customer_name,
        "phone": a.phone,
        "occurred_at": iso_local(a.occurred_at),
        "channel": a.channel,
        "province": a.province,
        "step": a.step,
        "outcome": a.outcome,
        "symptom": a.symptom,
        "cause_group": a.cause_group,
        "cause": a.cause,
        "reason_code": a.reason_code,
        "status": a.status,
    }


def _word(family: str, name: str | None) -> str:
    return texts.word(language(), family, name)


def _field(name: str) -> str:
    return _word("field", name)


@click.command(help=say("help.explain"))
@click.argument("attempt_id")
@profile_options
@common_options
def explain(attempt_id, profile, passphrase_file, as_json) -> None:
    from workbench.services.wording import evidence_line

    with opened(profile, passphrase_file) as bench:
        explanation = bench.attempts.explain(attempt_id)
    lang = language()
    if as_json:
        print_json(explanation.as_json(lang))
        return
    text = explanation.texts[lang]
    click.echo(
        f"{_word('symptom', explanation.symptom)} · {_word('cause', explanation.cause)}"
        f"  [{_word('status', explanation.status.value)}]  {explanation.rules_version}"
    )
    click.echo(text.agent)
    for reason in explanation.reasons:
        click.echo(f"\n{reason.rank}. {_word('cause', reason.cause)} ({reason.code})")
        for evidence in reason.evidence:
            click.echo(f"   {evidence_line(lang, evidence)}")
    for reason in explanation.possible:
        click.echo(f"\n? {_word('cause', reason.cause)} ({reason.code})")
        for evidence in reason.evidence:
            click.echo(f"   {evidence_line(lang, evidence)}")
    click.echo(f"\n{say('say_to_customer')}: {text.customer}")
    for phrase in text.never_say:
        click.echo(f"{say('never_say')}: {phrase}")
    for number, step in enumerate(text.next_steps, 1):
        click.echo(f"{number}. {step}")
    if explanation.next_attempt_at:
        click.echo(say("next_attempt", at=local_text(explanation.next_attempt_at)))


@click.command(help=say("help.trends"))
@click.option("--by", default="cause", show_default=True, help=say("help.by"))
@click.option(
    "--every", type=click.Choice([e.value for e in Every]), default="day", show_default=True
)
@click.option("--from", "start", help=say("help.from"))
@click.option("--to", "end", help=say("help.to"))
@click.option(
    "--measure",
    type=click.Choice([m.value for m in Measure]),
    default="failures",
    show_default=True,
)
@click.option("--where", multiple=True, metavar="FIELD=VALUE", help=say("help.where"))
@click.option("--out", type=_FILE, help=say("help.trends_out"))
@profile_options
@common_options
def trends(by, every, start, end, measure, where, out, profile, passphrase_file, as_json) -> None:
    fields = tuple(f.strip() for f in by.split(",") if f.strip())
    query = TrendQuery(
        by=fields,
        every=Every(every),
        measure=Measure(measure),
        where=TrendFilter(_day(start), _day(end, end_of_day=True), _equals(where)),
    )
    for field in (*fields, *(name for name, _ in query.where.equals)):
        if field not in SLICE_FIELDS:
            raise Usage("no_such_slice", field=field, fields=", ".join(SLICE_FIELDS))
    with opened(profile, passphrase_file) as bench:
        points = bench.attempts.trend(query)
        if out is not None:
            bench.tables.write(
                out,
                ("bucket", *fields, "value", "failures", "attempts"),
                [(local_text(p.bucket), *p.keys, p.value, p.failures, p.attempts) for p in points],
            )
    if as_json:
        print_json(
            [
                {"bucket": iso_local(p.bucket)}
                | dict(zip(fields, p.keys, strict=True))
                | {"value": p.value, "failures": p.failures, "attempts": p.attempts}
                for p in points
            ]
        )
    elif out is None:
        headers = [_word("every", every), *map(_field, fields), _word("measure", measure)]
        rate = query.measure is Measure.FAILURE_RATE
        print_table(
            headers,
            [
                (
                    local_text(p.bucket)[: _BUCKET_WIDTH[query.every]],
                    *(_word(f, k) for f, k in zip(fields, p.keys, strict=True)),
                    f"{p.value:.1%}" if rate else f"{p.value:,.0f}",
                )
                for p in points
            ],
        )
    else:
        click.echo(say("exported", rows=f"{len(points):,}", file=out))


def _day(text: str | None, *, end_of_day: bool = False) -> datetime | None:
    """A local date or time as UTC; a bare ``--to`` date means through the end of that day."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Usage("bad_date", text=text) from None
    if end_of_day and len(text.strip()) == len("2026-01-01"):
        moment += timedelta(days=1)
    return from_local(moment)


def _equals(pairs: tuple[str, ...]) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
    wanted: dict[str, list[str | None]] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise BadInput("bad_where", text=pair)
        wanted.setdefault(name.strip(), []).append(value.strip() or None)
    return tuple((name, tuple(values)) for name, values in wanted.items())
