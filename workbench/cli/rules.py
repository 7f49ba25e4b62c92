"""``workbench rules``: the packs, what is wrong with one, what it would change, and its release."""

from pathlib import Path

import click

from workbench import texts
from workbench.cli.attempts import day
from workbench.cli.common import (
    EXIT_DONE,
    EXIT_FAILED,
    common_options,
    language,
    opened,
    print_json,
    print_table,
    profile_options,
    say,
)
from workbench.domain.errors import BadInput
from workbench.domain.rule_desk import Answer, BackTest, CaseResult, Finding, Labelled
from workbench.domain.rule_release import Release
from workbench.domain.times import iso_local, local_text
from workbench.domain.trend import TrendFilter
from workbench.services.rule_words import answer_words, finding_words, why_words

_FILE = click.Path(path_type=Path)
_PACK = click.argument("pack", required=False)


@click.group(help=say("help.rules_group"))
def rules() -> None:
    pass


# what there is
@rules.command("list", help=say("help.rules_list"))
@_PACK
@profile_options
@common_options
def list_(pack, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        text, _, name = _read(bench, pack)
        found = bench.rules.read(text, name)
        used = {use.code: use for use in bench.rules.use_of_rules(text)}
    if as_json:
        print_json(
            {
                "name": found.name,
                "version": found.version,
                "rules": [
                    {
                        "code": rule.code,
                        "priority": rule.priority,
                        "symptom": rule.symptom,
                        "cause": rule.cause,
                        "line": rule.line,
                        "held_30d": used[rule.code].held,
                        "first_30d": used[rule.code].first,
                        "alone_30d": used[rule.code].alone,
                    }
                    for rule in found.rules
                ],
            }
        )
        return
    click.echo(f"{found.name} {found.version}")
    lang = language()
    print_table(
        [say(f"rules.{n}") for n in ("code", "priority", "cause", "held", "first", "alone")],
        [
            (
                rule.code,
                rule.priority,
                texts.word(lang, "cause", rule.cause),
                *(
                    f"{n:,}"
                    for n in (used[rule.code].held, used[rule.code].first, used[rule.code].alone)
                ),
            )
            for rule in found.rules
        ],
    )


@rules.command(help=say("help.rules_show"))
@_PACK
@click.option("--cases", is_flag=True, help=say("help.rules_show_cases"))
@profile_options
@common_options
def show(pack, cases, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        text, beside, _ = _read(bench, pack)
    if as_json:
        print_json({"text": text, "cases": beside})
    else:
        click.echo(beside if cases else text, nl=False)


@rules.command(help=say("help.rules_versions"))
@profile_options
@common_options
def versions(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        found, current = bench.rules.releases(), bench.rules.current_release()
        shipped = bench.attempts.rules_version if current is None else None
    if as_json:
        print_json([_release_json(r) | {"in_use": r == current} for r in found])
        return
    if shipped:
        click.echo(say("rules_shipped", version=shipped))
    print_table(
        [say(f"rules.{n}") for n in ("version", "state", "author", "begun", "note", "in_use")],
        [
            (
                r.version,
                texts.word(language(), "release_state", r.state),
                r.author,
                local_text(r.created_at),
                r.why or r.note,
                "✔" if r == current else "",
            )
            for r in found
        ],
    )


# before it is let loose
@rules.command(help=say("help.rules_lint"))
@_PACK
@profile_options
@common_options
def lint(pack, profile, passphrase_file, as_json) -> int:
    with opened(profile, passphrase_file) as bench:
        text, _, name = _read(bench, pack)
        found = bench.rules.lint(text, name)
    if as_json:
        print_json([_finding_json(f, name) for f in found])
    elif not found:
        click.echo(say("rules_clean"))
    else:
        for finding in found:
            mark = say("rules_grave") if finding.grave else say("rules_hint")
            place = f"{name}:{finding.line}:{finding.column}"
            words = finding_words(language(), finding)
            click.echo(f"{place}  {finding.rule or '-'}  {mark}  {words}")
    return EXIT_FAILED if any(f.grave for f in found) else EXIT_DONE


@rules.command(help=say("help.rules_test"))
@_PACK
@click.option("--cases", type=_FILE, help=say("help.rules_cases"))
@profile_options
@common_options
def test(pack, cases, profile, passphrase_file, as_json) -> int:
    with opened(profile, passphrase_file) as bench:
        text, beside, name = _read(bench, pack)
        found = bench.rules.test(text, _file(cases) if cases else beside, name)
        said = bench.rules.labelled.all(bench.rules.read(text, name))
    failed = [result for result in found if not result.passed]
    open_ones = [case for case in said if case.status != "refused"]
    if as_json:
        print_json(
            {
                "cases": len(found),
                "failed": [_case_json(r) for r in failed],
                "labelled": [_labelled_json(case) for case in said],
            }
        )
    else:
        for result in failed:
            click.echo(
                say(
                    "rules_case_failed",
                    file=result.case.file,
                    line=result.case.line,
                    target=result.case.target,
                    expected=texts.word(language(), "case", result.case.expected),
                    found=texts.word(language(), "case", result.found),
                )
            )
        click.echo(say("rules_cases", cases=len(found), failed=len(failed)))
        click.echo(
            say(
                "rules_labelled",
                cases=len(open_ones),
                right=sum(case.right is True for case in open_ones),
                wrong=sum(case.right is False for case in open_ones),
            )
        )
    wrong = [case for case in said if case.status == "accepted" and case.right is False]
    return EXIT_FAILED if failed or wrong else EXIT_DONE


@rules.command(help=say("help.rules_backtest"))
@click.argument("pack")
@click.option("--old", help=say("help.rules_old"))
@click.option("--from", "start", help=say("help.from"))
@click.option("--to", "end", help=say("help.to"))
@click.option(
    "--flips", type=click.IntRange(0), default=20, show_default=True, help=say("help.flips")
)
@click.option("--out", type=_FILE, help=say("help.flips_out"))
@profile_options
@common_options
def backtest(pack, old, start, end, flips, out, profile, passphrase_file, as_json) -> None:
    where = TrendFilter(day(start), day(end, end_of_day=True))
    with opened(profile, passphrase_file) as bench:
        text, _, name = _read(bench, pack)
        bench.rules.read(text, name)
        before = _read(bench, old)[0] if old else None
        limit = max(flips, 1_000_000) if out else flips
        found = bench.rules.back_test(text, before, where, limit)
        if out is not None:
            rows = [
                (
                    f.attempt_id,
                    local_text(f.occurred_at) if f.occurred_at else None,
                    f.customer,
                    f.phone,
                    f.complaint,
                    *_said(f.before),
                    *_said(f.after),
                    why_words(language(), f),
                )
                for f in found.flips
            ]
            bench.tables(out, _FLIPS, rows)
            click.echo(say("exported", rows=f"{len(rows):,}", file=out), err=as_json)
    _show_backtest(found, flips, as_json)


_FLIPS = (
    *(
        "attempt_id",
        "occurred_at",
        "customer_name",
        "phone",
        "complaint",
        "cause_before",
        "reason_before",
        "status_before",
    ),
    *("cause_after", "reason_after", "status_after", "why"),
)


@rules.command(help=say("help.rules_differences"))
@click.argument("version", required=False)
@click.option(
    "--flips", type=click.IntRange(0), default=20, show_default=True, help=say("help.flips")
)
@profile_options
@common_options
def differences(version, flips, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        found = bench.rules.differences(version, flips)
    _show_backtest(found, flips, as_json)


# what agents say, and how good the answers are
@rules.group(help=say("help.rules_cases_group"))
def cases() -> None:
    pass


@cases.command("list", help=say("help.rules_labelled"))
@_PACK
@profile_options
@common_options
def cases_list(pack, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        text, _, name = _read(bench, pack)
        found = bench.rules.labelled.all(bench.rules.read(text, name))
    if as_json:
        print_json([_labelled_json(case) for case in found])
        return
    lang = language()
    columns = ("case", "complaint", "attempt", "found", "chosen", "now", "right", "status", "why")
    print_table(
        [say(f"rules.{n}") for n in columns],
        [
            (
                case.case_id,
                case.number or "",
                case.attempt_id or "",
                _reason(lang, case.found_cause, case.found_code),
                _reason(lang, case.chosen_cause, case.chosen_code),
                answer_words(lang, case.now) if case.now else "",
                {True: "✔", False: "✘", None: ""}[case.right],
                texts.word(lang, "label_status", case.status),
                case.why,
            )
            for case in found
        ],
    )


@cases.command(help=say("help.rules_accept"))
@click.argument("case_id", metavar="CASE")
@profile_options
@common_options
def accept(case_id, profile, passphrase_file, as_json) -> None:
    _settle(case_id, True, profile, passphrase_file, as_json)


@cases.command(help=say("help.rules_refuse"))
@click.argument("case_id", metavar="CASE")
@profile_options
@common_options
def refuse(case_id, profile, passphrase_file, as_json) -> None:
    _settle(case_id, False, profile, passphrase_file, as_json)


@cases.command("write", help=say("help.rules_case_file"))
@click.argument("file", type=_FILE)
@profile_options
@common_options
def cases_write(file, profile, passphrase_file, as_json) -> None:
    from workbench.files import write_whole

    with opened(profile, passphrase_file) as bench:
        before = _file(file) if file.exists() else ""
        pack = bench.rules.read(bench.rules.current()[0])
        after, count = bench.rules.labelled.written_into(before, pack)
        if count:
            write_whole(file, after.encode())
    if as_json:
        print_json({"written": count, "file": str(file)})
    else:
        click.echo(say("rules_written", count=count, file=file))


@rules.command(help=say("help.rules_quality"))
@click.option("--from", "start", help=say("help.from"))
@profile_options
@common_options
def quality(start, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        found = bench.rule_quality.measure(day(start))
    if as_json:
        print_json(
            {
                "accuracy": [
                    vars(a) | {"since": iso_local(a.since) if a.since else None, "share": a.share}
                    for a in found.accuracy
                ],
                "by_label": [
                    {"month": a.version, "right": a.right, "cases": a.cases, "share": a.share}
                    for a in found.by_label
                ],
                "coverage": [
                    vars(c) | {"share_undetermined": c.share_undetermined} for c in found.coverage
                ],
                "by_month": [vars(a) | {"rate": a.rate} for a in found.by_month],
                "by_rule": [vars(a) | {"rate": a.rate} for a in found.by_rule],
                "unmapped": found.unmapped,
                "waiting": found.waiting,
            }
        )
        return
    _table(
        ("version", "since", "right", "cases", "share"),
        [
            (a.version, local_text(a.since) if a.since else "", a.right, a.cases, _percent(a.share))
            for a in found.accuracy
        ],
    )
    _table(
        ("month", "right", "cases", "share"),
        [(a.version, a.right, a.cases, _percent(a.share)) for a in found.by_label],
    )
    _table(
        ("month", "determined", "possible", "undetermined", "share"),
        [
            (c.month, c.determined, c.possible, c.undetermined, _percent(c.share_undetermined))
            for c in found.coverage
        ],
    )
    for name, agreements in (("month", found.by_month), ("code", found.by_rule)):
        _table(
            (name, "complaints", "disagreed", "accepted", "rate"),
            [(a.name, a.complaints, a.disagreed, a.accepted, _percent(a.rate)) for a in agreements],
        )
    click.echo(say("rules_unmapped", count=found.unmapped, waiting=found.waiting))


# its way to every desk
@rules.command(help=say("help.rules_save"))
@click.argument("file", type=_FILE)
@click.option("--cases", type=_FILE, help=say("help.rules_cases"))
@click.option("--note", default="", help=say("help.rules_note"))
@click.option("--draft", help=say("help.rules_draft"))
@profile_options
@common_options
def save(file, cases, note, draft, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        text, beside, name = _read(bench, str(file))
        bench.rules.read(text, name)
        _tell(bench.rules.save(text, _file(cases) if cases else beside, note, draft), as_json)


@rules.command(help=say("help.rules_shadow"))
@click.argument("version")
@profile_options
@common_options
def shadow(version, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        _tell(bench.rules.shadow(version), as_json)


@rules.command(help=say("help.rules_approve"))
@click.argument("version")
@profile_options
@common_options
def approve(version, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        _tell(bench.rules.approve(version), as_json)


@rules.command(help=say("help.rules_publish"))
@click.argument("version")
@profile_options
@common_options
def publish(version, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        done = bench.rules.publish(version)
        bench.rules.adopt()
        _tell(done, as_json)


@rules.command(help=say("help.rules_withdraw"))
@click.argument("version")
@click.option("--why", required=True, help=say("help.rules_why"))
@profile_options
@common_options
def withdraw(version, why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        done = bench.rules.withdraw(version, why)
        bench.rules.adopt()
        _tell(done, as_json)


@rules.command(help=say("help.rules_rollback"))
@click.option("--why", required=True, help=say("help.rules_why"))
@profile_options
@common_options
def rollback(why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        done = bench.rules.rollback(why)
        bench.rules.adopt()
        if as_json:
            print_json(_release_json(done) | {"now": bench.attempts.rules_version})
        else:
            click.echo(say("rules_back", version=done.version, now=bench.attempts.rules_version))


def _settle(case_id: str, accept: bool, profile, passphrase_file, as_json: bool) -> None:
    with opened(profile, passphrase_file) as bench:
        bench.rules.labelled.settle(case_id, accept)
    status = "accepted" if accept else "refused"
    if as_json:
        print_json({"case_id": case_id, "status": status})
    else:
        said = texts.word(language(), "label_status", status)
        click.echo(say("rules_case_now", case=case_id, status=said))


def _table(columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Nothing of what is empty."""
    if rows:
        print_table([say(f"rules.{n}") for n in columns], rows)
        click.echo()


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _reason(lang: str, cause: str | None, code: str | None) -> str:
    return " ".join(filter(None, (code, texts.word(lang, "cause", cause or "undetermined"))))


def _read(bench, named: str | None) -> tuple[str, str, str]:
    """A pack, its cases and what to call it: a file and the one beside it, a version, or the one in
    use."""
    if named is None:
        text, cases = bench.rules.current()
        return text, cases, f"{bench.rules.pack_in_use().version}.yaml"
    path = Path(named)
    if path.suffix in (".yaml", ".yml") or path.exists():
        from workbench.rules.cases import cases_file

        beside = cases_file(path)
        return _file(path), _file(beside) if beside.exists() else "", path.name
    return *bench.rules.text_of(named), f"{named}.yaml"


def _file(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadInput("pack_unreadable", file=path.name) from error
    except UnicodeDecodeError as error:
        raise BadInput("pack_not_utf8", file=path.name) from error


def _tell(release: Release, as_json: bool) -> None:
    if as_json:
        print_json(_release_json(release))
        return
    state = texts.word(language(), "release_state", release.state)
    click.echo(say("rules_now", version=release.version, state=state))


def _show_backtest(found: BackTest, flips: int, as_json: bool) -> None:
    if as_json:
        print_json(_backtest_json(found, flips))
        return
    lang = language()
    click.echo(
        say(
            "rules_backtest",
            old=found.old_version,
            new=found.new_version,
            attempts=f"{found.attempts:,}",
            flipped=f"{found.flipped:,}",
            customers=f"{found.customers:,}",
            complaints=f"{len(found.complaints):,}",
        )
    )
    if not found.flipped:
        return
    print_table(
        [say(f"rules.{n}") for n in ("cause", "before", "after")],
        [
            (texts.word(lang, "cause", cause or ""), f"{was:,}", f"{now:,}")
            for cause, (was, now) in sorted(found.by_cause().items(), key=lambda c: -max(c[1]))
        ],
    )
    print_table(
        [say(f"rules.{n}") for n in ("before", "after", "attempts", "customers")],
        [
            (
                answer_words(lang, c.before),
                answer_words(lang, c.after),
                f"{c.attempts:,}",
                f"{c.customers:,}",
            )
            for c in found.changed[:20]
        ],
    )
    print_table(
        [
            say(f"rules.{n}")
            for n in ("attempt", "at", "customer", "complaint", "before", "after", "why")
        ],
        [
            (
                f.attempt_id,
                local_text(f.occurred_at) if f.occurred_at else "",
                f"{f.customer or ''} {f.phone or ''}".strip(),
                f.complaint or "",
                answer_words(lang, f.before),
                answer_words(lang, f.after),
                why_words(lang, f),
            )
            for f in found.flips[:flips]
        ],
    )
    if found.complaints:
        click.echo(say("rules_complaints", numbers=", ".join(found.complaints[:50])))


def _said(answer: Answer) -> tuple[str | None, str | None, str]:
    return answer.cause, answer.reason_code, answer.status


def _backtest_json(found: BackTest, flips: int) -> dict[str, object]:
    return {
        "old_version": found.old_version,
        "new_version": found.new_version,
        "attempts": found.attempts,
        "flipped": found.flipped,
        "customers": found.customers,
        "complaints": list(found.complaints),
        "by_cause": {
            cause or "": {"before": was, "after": now}
            for cause, (was, now) in found.by_cause().items()
        },
        "confusion": [
            {"before": before, "after": after, "attempts": n}
            for (before, after), n in found.confusion.items()
        ],
        "changed": [
            {
                "before": vars(c.before),
                "after": vars(c.after),
                "attempts": c.attempts,
                "customers": c.customers,
            }
            for c in found.changed
        ],
        "flips": [
            {
                "attempt_id": f.attempt_id,
                "occurred_at": iso_local(f.occurred_at) if f.occurred_at else None,
                "customer_ref": f.customer_ref,
                "customer_name": f.customer,
                "phone": f.phone,
                "complaint": f.complaint,
                "before": vars(f.before),
                "after": vars(f.after),
                "why": [vars(why) for why in f.why],
            }
            for f in found.flips[:flips]
        ],
    }


def _finding_json(finding: Finding, file: str) -> dict[str, object]:
    return {
        "file": file,
        "rule": finding.rule,
        "key": finding.key,
        "grave": finding.grave,
        "line": finding.line,
        "column": finding.column,
        "message": finding_words(language(), finding),
    }


def _case_json(result: CaseResult) -> dict[str, object]:
    return {
        "file": result.case.file,
        "line": result.case.line,
        "target": result.case.target,
        "expected": result.case.expected,
        "found": result.found,
        "cause": result.cause,
        "attempt": dict(result.case.attempt),
    }


def _labelled_json(case: Labelled) -> dict[str, object]:
    return {
        **{name: value for name, value in vars(case).items() if name != "now"},
        "at": iso_local(case.at),
        "now": vars(case.now) if case.now else None,
        "right": case.right,
    }


def _release_json(release: Release) -> dict[str, object]:
    told = {n: v for n, v in vars(release).items() if n not in ("text", "cases")}
    return {n: iso_local(v) if n.endswith("_at") and v is not None else v for n, v in told.items()}
