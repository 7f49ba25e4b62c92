"""Commands about attempts: import, export, diagnose, lookup, explain, trends."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from workbench import texts
from workbench.cli.common import (
    EXIT_FAILED,
    EXIT_SET_ASIDE,
    common_options,
    final,
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
from workbench.domain.diagnosis import Explanation
from workbench.domain.errors import BadInput, Usage
from workbench.domain.importing import FileReport, ImportReport, ScoreCounts
from workbench.domain.reproduction import Proof, Reproduced, Span
from workbench.domain.times import from_local, iso_local, local_text
from workbench.domain.trend import SLICE_FIELDS, Every, Measure, TrendFilter, TrendQuery

_FILE = click.Path(path_type=Path)
_BUCKET_WIDTH = {Every.HOUR: 16, Every.DAY: 10, Every.WEEK: 10}  # of 2026-11-22 20:14:00


@click.command("import", help=say("help.import"), epilog=final("attempts.import_files"))
@click.argument("files", nargs=-1, type=_FILE)
@click.option("--scores", multiple=True, type=_FILE, help=say("help.scores"))
@click.option("--source", help=say("help.source"))
@click.option("--mapping", help=say("help.mapping"))
@click.option("--events", type=_FILE, help=say("help.events"))
@click.option("--quarantine-dir", type=_FILE, help=say("help.quarantine_dir"))
@profile_options
@common_options
def import_(
    files, scores, source, mapping, events, quarantine_dir, profile, passphrase_file, as_json
) -> int:
    if not (files or scores or events):
        raise Usage("nothing_to_import")
    with opened(profile, passphrase_file) as bench, progress_bar(as_json) as (listen, cancel):
        report = bench.attempts.import_files(
            files,
            mapping=load_mapping(mapping, bench.attempts.mapping),
            events=events,
            scores=scores,
            source=source,
            quarantine_dir=quarantine_dir,
            progress=listen,
            cancel=cancel,
        )
    return tell_report(report, "imported", as_json)


def tell_report(report: ImportReport, sentence: str, as_json: bool, **more: object) -> int:
    """The counts, in words or as JSON with ``more``, and the exit code that they mean."""
    if as_json:
        print_json(report.as_json() | {name: str(value) for name, value in more.items()})
    else:
        if report.scores is None or report.scores.read < report.read:
            click.echo(say(sentence, **more, **_counts(report)))
        if report.scores:
            click.echo(say("scores_imported", **_numbers(report.scores)))
        if report.quarantined:
            click.echo(
                say("set_aside", count=f"{report.quarantined:,}", file=report.quarantine_file)
            )
        for file in report.files:
            if file.error:
                click.echo(
                    f"✗ {file.path.name}: {texts.error_text(language(), file.error)}", err=True
                )
            else:
                click.echo(say("one_file", file=file.path.name, **_numbers(file)))
    if report.failed:
        return EXIT_FAILED
    return EXIT_SET_ASIDE if report.quarantined else 0


def _counts(report: ImportReport) -> dict[str, str]:
    """The numbers of the attempts, in words."""
    return _numbers(report, less=report.scores) | {"seconds": f"{report.seconds:.1f}"}


def _numbers(
    counts: ImportReport | ScoreCounts | FileReport, less: ScoreCounts | None = None
) -> dict[str, str]:
    names = ("read", "imported", "duplicates", "quarantined")
    return {n: f"{getattr(counts, n) - (getattr(less, n) if less else 0):,}" for n in names}


@click.command(help=say("help.export"))
@click.argument("what", type=click.Choice(["attempts", "complaints", "issues", "lake"]))
@click.argument("file", type=_FILE)
@click.option("--identities", is_flag=True, help=say("help.identities"))
@click.option("--purpose", help=say("help.purpose"))
@click.option("--overwrite", is_flag=True, help=say("help.overwrite_lake"))
@profile_options
@common_options
def export(what, file, identities, purpose, overwrite, profile, passphrase_file, as_json) -> None:
    if identities and what != "attempts":
        raise Usage("identities_of_attempts_only")
    if overwrite and what != "lake":
        raise Usage("overwrite_of_lake_only")
    with opened(profile, passphrase_file) as bench:
        if what == "lake":
            with progress_bar(as_json) as (listen, cancel):
                rows = bench.custody.export_lake(
                    file, overwrite=overwrite, progress=listen, cancel=cancel
                )
        elif identities:
            rows = bench.custody.export_identities(file, purpose or "")
        elif what == "issues":
            rows = bench.issues.board.export(file)
        else:
            rows = (bench.attempts if what == "attempts" else bench.ledger).export(file)
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
@click.option("--scores", multiple=True, type=_FILE, help=say("help.scores"))
@click.option("--source", help=say("help.source"))
@click.option("--engine", metavar="URL", help=say("help.engine"))
@click.option("--overwrite", is_flag=True, help=say("help.overwrite"))
@common_options
def diagnose(input, out, rules, mapping, events, scores, source, engine, overwrite, as_json) -> int:
    from workbench import on_files

    if engine is not None or _is_lake(input):
        if mapping is not None:
            raise Usage("no_mapping_for_a_lake")
        if scores:
            raise Usage("no_scores_for_a_lake")
        with progress_bar(as_json) as (listen, cancel):
            report = on_files.diagnose_lake(
                input,
                out,
                engine=engine or "duckdb",
                rules=rules,
                events=events,
                overwrite=overwrite,
                progress=listen,
                cancel=cancel,
                lang=language(),
            )
        return tell_report(report, "diagnosed", as_json, out=out)
    with progress_bar(as_json) as (listen, cancel):
        report = on_files.diagnose_file(
            input,
            out,
            rules=rules,
            mapping=load_mapping(mapping, None),
            events=events,
            scores=scores,
            scores_source=source,
            progress=listen,
            cancel=cancel,
            lang=language(),
        )
    return tell_report(report, "diagnosed", as_json, out=out)


def _is_lake(path: Path) -> bool:
    """A folder of Parquet files, or of such folders: attempts in the fields' own names."""
    return path.is_dir() and next(path.rglob("*.parquet"), None) is not None


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
@click.option("--reply", is_flag=True, help=say("help.reply"))
@click.option("--rules", "version", help=say("help.explain_rules"))
@click.option("--as-of", "moment", metavar="TIME", help=say("help.as_of"))
@click.option("--answers", is_flag=True, help=say("help.answers"))
@profile_options
@common_options
def explain(
    attempt_id, reply, version, moment, answers, profile, passphrase_file, as_json
) -> int | None:
    if sum(map(bool, (version, moment, answers))) > 1:
        raise Usage("one_of_as_of")
    with opened(profile, passphrase_file) as bench:
        if answers:
            _tell_answers(bench.answers.spans(attempt_id), as_json)
            return 0
        if moment:
            made = bench.answers.as_of(attempt_id, _end_of(moment))
            return _tell_former(made, reply, as_json)
        if version:
            explanation = bench.rules.explain(attempt_id, version)
        else:
            explanation = bench.attempts.explain(attempt_id)
        proof = bench.answers.proof(explanation)
    _tell_explanation(explanation, proof, reply, as_json)
    return 0


def _end_of(text: str) -> datetime:
    """The last moment (UTC) of a local day or second: tables show no smaller parts."""
    moment = day(text, end_of_day=True)
    assert moment is not None
    whole_day = len(text.strip()) == len("2026-01-01")
    if whole_day:
        return moment - timedelta(microseconds=1)
    return moment if moment.microsecond else moment + timedelta(microseconds=999_999)


def _tell_answers(spans: list[Span], as_json: bool) -> None:
    from workbench.services.reproduction_words import said_words, span_json, why_words

    lang = language()
    if as_json:
        print_json([span_json(span) for span in spans])
    elif not spans:
        click.echo(texts.text(lang, "former.none"))
    else:
        before, now = (texts.text(lang, f"former.{n}") for n in ("from_before", "until_now"))
        print_table(
            [say(f"answers.{n}") for n in ("since", "until", "said", "rules", "why")],
            [
                (
                    local_text(span.since) if span.since else before,
                    local_text(span.until) if span.until else now,
                    said_words(lang, span.said),
                    span.rules_version,
                    why_words(lang, span),
                )
                for span in spans
            ],
        )


def _tell_former(made: Reproduced, reply: bool, as_json: bool) -> int:
    """The answer of then and whether it came out the same; the exit code says so, too."""
    from workbench.services.customer_text import explanation_json
    from workbench.services.reproduction_words import (
        reproduced_json,
        said_words,
        span_words,
        verdict_words,
    )

    lang = language()
    if as_json:
        told = explanation_json(made.explanation, lang) if made.explanation else {}
        print_json(told | {"as_of": reproduced_json(made)})
        return 0 if made.same else EXIT_FAILED
    if not reply and made.said and made.span:
        click.echo(
            texts.text(
                lang,
                "former.as_of",
                at=local_text(made.asked),
                held=span_words(lang, made.span),
                said=said_words(lang, made.said),
            )
        )
    if made.explanation:
        _tell_explanation(made.explanation, made.proof, reply, as_json)
    click.echo(verdict_words(lang, made), err=reply or not made.same)
    return 0 if made.same else EXIT_FAILED


def _tell_explanation(explanation: Explanation, proof: Proof, reply: bool, as_json: bool) -> None:
    from workbench.services.customer_text import customer_text, explanation_json
    from workbench.services.evidence_words import runner_up_line, unmapped_line
    from workbench.services.incident_words import incident_line
    from workbench.services.reproduction_words import proof_words
    from workbench.services.wording import evidence_line

    lang = language()
    if as_json:
        print_json(explanation_json(explanation, lang) | {"proof": proof.as_json()})
        return
    told = customer_text(explanation, lang)
    if reply:
        click.echo(told.reply)
        return
    text = explanation.texts[lang]
    click.echo(
        f"{_word('symptom', explanation.symptom)} · {_word('cause', explanation.cause)}"
        f"  [{_word('status', explanation.status.value)}]  {explanation.rules_version}"
    )
    click.echo(text.agent)
    if explanation.incident is not None:
        click.echo(incident_line(lang, explanation.incident))
    for code in explanation.unmapped:
        click.echo(unmapped_line(lang, code))
    for reason in explanation.reasons:
        click.echo(f"\n{reason.rank}. {_word('cause', reason.cause)} ({reason.code})")
        for evidence in reason.evidence:
            click.echo(f"   {evidence_line(lang, evidence)}")
    for reason in explanation.possible:
        click.echo(f"\n? {_word('cause', reason.cause)} ({reason.code})")
        for evidence in reason.evidence:
            click.echo(f"   {evidence_line(lang, evidence)}")
    if explanation.runner_up is not None:
        line = runner_up_line(lang, explanation.runner_up, explanation.fields or {})
        click.echo(f"\n{say('runner_up')}: {line}")
    click.echo(f"\n{say('say_to_customer')}: {told.say}")
    for phrase in text.never_say:
        click.echo(f"{say('never_say')}: {phrase}")
    for number, step in enumerate(text.next_steps, 1):
        click.echo(f"{number}. {step}")
    if explanation.next_attempt_at:
        click.echo(say("next_attempt", at=local_text(explanation.next_attempt_at)))
    click.echo(proof_words(lang, proof))


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
        where=TrendFilter(day(start), day(end, end_of_day=True), equal_pairs(where)),
    )
    for field in (*fields, *(name for name, _ in query.where.equals)):
        if field not in SLICE_FIELDS:
            raise Usage("no_such_slice", field=field, fields=", ".join(SLICE_FIELDS))
    with opened(profile, passphrase_file) as bench:
        points = bench.attempts.trend(query)
        if out is not None:
            bench.tables(
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


def day(text: str | None, *, end_of_day: bool = False) -> datetime | None:
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


def equal_pairs(pairs: tuple[str, ...]) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
    """``FIELD=VALUE``s as a filter's; an empty value is a missing one."""
    wanted: dict[str, list[str | None]] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise BadInput("bad_where", text=pair)
        wanted.setdefault(name.strip(), []).append(value.strip() or None)
    return tuple((name, tuple(values)) for name, values in wanted.items())
