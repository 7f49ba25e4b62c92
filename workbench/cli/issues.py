"""``workbench issue``: groups of failures, issues of them, and who waits for a fix."""

from datetime import datetime
from pathlib import Path

import click

from workbench import texts
from workbench.cli.attempts import attempt_json, day
from workbench.cli.common import (
    EXIT_FAILED,
    common_options,
    final,
    language,
    opened,
    print_json,
    print_table,
    profile_options,
    say,
)
from workbench.domain.complaint import Severity
from workbench.domain.errors import BadInput, Usage
from workbench.domain.issue import IssueEvent, IssueEventKind, IssueState
from workbench.domain.issue_groups import Callback, Group, Reach, Regrouping
from workbench.domain.people import Act, may
from workbench.domain.times import iso_local, local_text

_BARS = "▁▂▃▄▅▆▇█"
_STATES = click.Choice([state.value for state in IssueState])
_TARGETS = click.Choice([s.value for s in IssueState if s is not IssueState.WITHDRAWN])
_SEVERITIES = click.Choice([severity.value for severity in Severity])


@click.group(help=say("help.issue"))
def issue() -> None:
    pass


@issue.command("list", help=say("help.issue_list"))
@click.option("--state", type=_STATES, multiple=True, help=say("help.issue_state"))
@click.option("--text", default="", help=say("help.issue_text"))
@click.option("--issues", "only", is_flag=True, help=say("help.issue_only"))
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@profile_options
@common_options
def list_(state, text, only, limit, profile, passphrase_file, as_json) -> None:
    from workbench.services.issue_words import group_title, standing_words

    lang = language()
    with opened(profile, passphrase_file) as bench:
        if may(bench.session.person, Act.EDIT_ISSUES):
            bench.issues.acts.carry_over()
        found = bench.issues.board.groups()
    wanted = text.casefold()
    found = [
        g
        for g in found
        if (not state or g.standing.state in state)
        and (not only or g.issue is not None)
        and wanted
        in f"{group_title(lang, g)} {g.key} {g.issue.number if g.issue else ''}".casefold()
    ]
    if as_json:
        print_json([group_json(g, lang) for g in found[:limit]])
        return
    print_table(
        [_label(n) for n in ("number", "title", "state", "count", "customers", "complaints",
                             "first", "last", "days")],
        [
            (
                g.issue.number if g.issue else "",
                group_title(lang, g),
                standing_words(lang, g.standing),
                f"{g.count:,}",
                f"{g.customers or 0:,}",
                f"{g.complaints:,}",
                local_text(g.first)[:16],
                local_text(g.last)[:16],
                spark(g.spark),
            )
            for g in found[:limit]
        ],
    )  # fmt: skip
    if len(found) > limit:
        click.echo(say("issue_more", shown=limit, total=f"{len(found):,}"))


@issue.command(help=say("help.issue_show"))
@click.argument("name", metavar="NUMBER|GROUP")
@click.option("--rows", type=click.IntRange(0), default=5, show_default=True)
@click.option("--brief", "as_ticket", is_flag=True, help=say("help.issue_brief"))
@profile_options
@common_options
def show(name, rows, as_ticket, profile, passphrase_file, as_json) -> None:
    from workbench.services.issue_words import (
        because,
        brief,
        event_words,
        fix_words,
        group_title,
        standing_words,
    )

    lang = language()
    with opened(profile, passphrase_file) as bench:
        board = bench.issues.board
        group = board.group(name)
        attempts = board.rows(group, rows) if rows else []
        complaints = board.complaints(group)
        history = board.history(group.key) if group.issue else []
        waiters = board.waiters(group.key) if group.issue else []
    if as_ticket:
        kept = [event for event in history if event.kind is IssueEventKind.EVIDENCE]
        told = brief(lang, group, kept[-1] if kept else None)
        if as_json:
            print_json(vars(told))
        else:
            click.echo("\n".join([told.title, ", ".join(told.labels), "", told.body]))
        return
    if as_json:
        print_json(
            group_json(group, lang)
            | {
                "attempts": [attempt_json(a) for a in attempts],
                "linked_complaints": [c.number for c in complaints],
                "history": [event_json(e) for e in history],
                "waiters": [
                    {
                        "customer_ref": w.customer_ref,
                        "agent": w.agent,
                        "phone": w.phone,
                        "at": iso_local(w.at),
                        "called_at": iso_local(w.called_at),
                    }
                    for w in waiters
                ],
            }
        )
        return
    number = f"{group.issue.number}  " if group.issue else ""
    click.echo(f"{number}{group_title(lang, group)}  [{standing_words(lang, group.standing)}]")
    if group.issue:
        severity = texts.word(lang, "severity", group.issue.severity)
        click.echo("  ".join(filter(None, (severity, group.issue.owner,
                                           fix_words(lang, group.issue)))))  # fmt: skip
    click.echo(texts.text(lang, "issue.because"))
    for fingerprint in group.fingerprints:
        click.echo("  " + " · ".join(f"{a} {b}" for a, b in because(lang, fingerprint)))
        click.echo(f"    {fingerprint}")
    click.echo(_counts(lang, group))
    click.echo(spark(group.spark))
    if complaints:
        click.echo(f"{_label('complaints')}: {', '.join(c.number for c in complaints)}")
    if waiters:
        open_ = sum(w.called_at is None for w in waiters)
        click.echo(say("issue_waiting", count=open_))
    for attempt in attempts:
        click.echo(f"  {local_text(attempt.occurred_at)}  {attempt.attempt_id}  {attempt.phone}")
    for event in history:
        why = f" — {event.why}" if event.why else ""
        at = local_text(event.at)
        click.echo(f"{at}  {event.actor}  {event_words(lang, event)}{why}  ({event.event_id})")


@issue.command(help=say("help.issue_new"))
@click.argument("groups", nargs=-1, required=True, metavar="GROUP...")
@click.option("--title", default="", help=say("help.issue_title"))
@click.option("--severity", type=_SEVERITIES, default="normal", show_default=True)
@click.option("--why", default="", help=say("help.why"))
@profile_options
@common_options
def new(groups, title, severity, why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        made = bench.issues.acts.create(groups, title, Severity(severity), why, called=_in_words)
    _tell(made, as_json)


@issue.command(help=say("help.issue_move"))
@click.argument("names", nargs=-1, required=True, metavar="NUMBER|GROUP...")
@click.argument("to", type=_TARGETS)
@click.option("--why", default="", help=say("help.why"))
@click.option("--version", help=say("help.issue_version"))
@click.option("--at", help=say("help.issue_at"))
@click.option("--per-day", type=click.IntRange(1), help=say("help.issue_per_day"))
@click.option("--growth", type=click.FloatRange(1), help=say("help.issue_growth"))
@click.option("--preview", is_flag=True, help=say("help.issue_preview"))
@profile_options
@common_options
def move(
    names, to, why, version, at, per_day, growth, preview, profile, passphrase_file, as_json
) -> None:
    if (version or at) and to != IssueState.FIXED:
        raise Usage("issue_fixed_only")
    if (per_day or growth) and to != IssueState.IGNORED:
        raise Usage("issue_ignored_only")
    moment: datetime | None = day(at)
    with opened(profile, passphrase_file) as bench:
        board = bench.issues.board
        if preview:
            _tell_reach(board.reach([board.group(name).key for name in names]), as_json)
            return
        moved = bench.issues.acts.move_all(
            names, IssueState(to), why,
            version=version, at=moment, per_day=per_day, growth=growth,
            called=_in_words,
        )  # fmt: skip
        calls = board.callbacks(everybody=True) if to == IssueState.FIXED else []
    if as_json and len(moved) > 1:
        print_json([_found_json(issue) for issue in moved])
    else:
        for issue in moved:
            _tell(issue, as_json)
    ids = {issue.issue_id for issue in moved}
    own = [c for c in calls if c.issue.issue_id in ids]
    if own and not as_json:
        click.echo(say("issue_calls", count=len(own)))


@issue.command(help=say("help.issue_edit"))
@click.argument("number")
@click.option("--title", help=say("help.issue_title"))
@click.option("--severity", type=_SEVERITIES)
@click.option("--owner", help=say("help.issue_owner"))
@profile_options
@common_options
def edit(number, title, severity, owner, profile, passphrase_file, as_json) -> None:
    if title is None and severity is None and owner is None:
        raise Usage("issue_edit_what")
    with opened(profile, passphrase_file) as bench:
        edited = bench.issues.acts.edit(
            number, title=title, severity=Severity(severity) if severity else None, owner=owner
        )
    _tell(edited, as_json)


@issue.command(help=say("help.issue_merge"))
@click.argument("names", nargs=-1, required=True, metavar="NUMBER|GROUP...")
@click.option("--into", metavar="NUMBER", help=say("help.issue_into"))
@click.option("--why", default="", help=say("help.why"))
@click.option("--preview", is_flag=True, help=say("help.issue_preview"))
@profile_options
@common_options
def merge(names, into, why, preview, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        if preview:
            keys = [bench.issues.board.group(n).key for n in (*names, *((into,) if into else ()))]
            _tell_reach(bench.issues.board.reach(keys), as_json)
            return
        made = bench.issues.acts.merge(names, into, why, called=_in_words)
    _tell(made, as_json)


@issue.command(help=say("help.issue_split"))
@click.argument("number")
@click.argument("groups", nargs=-1, required=True, metavar="GROUP...")
@click.option("--title", default="", help=say("help.issue_title"))
@click.option("--why", default="", help=say("help.why"))
@profile_options
@common_options
def split(number, groups, title, why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        made = bench.issues.acts.split(number, groups, title, why, called=_in_words)
    _tell(made, as_json)


@issue.command(help=say("help.issue_undo"))
@click.argument("event")
@click.option("--why", default="", help=say("help.why"))
@profile_options
@common_options
def undo(event, why, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        undone = bench.issues.undoing.undo(event, why)
    if as_json:
        left = [texts.error_text(language(), error) for error in undone.left]
        print_json(
            _found_json(undone.issue)
            | {"event_id": undone.event_id, "count": undone.count, "left": left}
        )
        return
    _tell(undone.issue, as_json)
    click.echo(say("issue_undone", count=undone.count, event=undone.event_id))
    for error in undone.left:
        click.echo(texts.error_text(language(), error))


@issue.command(help=say("help.issue_freeze"), epilog=final("issues.acts.freeze"))
@click.argument("number")
@click.argument("attempt_id")
@profile_options
@common_options
def freeze(number, attempt_id, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        bench.issues.acts.freeze(number, attempt_id)
    _done(number, as_json)


@issue.command(help=say("help.issue_reproduce"))
@click.argument("number")
@profile_options
@common_options
def reproduce(number, profile, passphrase_file, as_json) -> int:
    from workbench.services.reproduction_words import (
        proof_words,
        reproduced_json,
        verdict_words,
    )

    lang = language()
    with opened(profile, passphrase_file) as bench:
        found = bench.answers.evidence(number)
    if as_json:
        print_json(
            [
                {"attempt_id": event.detail["evidence"]["attempt_id"], "at": iso_local(event.at)}
                | reproduced_json(made)
                for event, made in found
            ]
        )
    elif not found:
        click.echo(say("no_evidence", issue=number))
    else:
        for event, made in found:
            click.echo(f"{event.detail['evidence']['attempt_id']}  {local_text(event.at)}")
            click.echo(f"  {proof_words(lang, made.proof)}")
            click.echo(f"  {verdict_words(lang, made)}", err=not made.same)
    return 0 if all(made.same for _, made in found) else EXIT_FAILED


@issue.command(help=say("help.issue_link"))
@click.argument("number")
@click.argument("complaint")
@profile_options
@common_options
def link(number, complaint, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        bench.issues.acts.link(number, complaint)
    _done(number, as_json)


@issue.command(help=say("help.issue_attach"), epilog=final("issues.acts.attach"))
@click.argument("number")
@click.argument("file", type=click.Path(path_type=Path))
@profile_options
@common_options
def attach(number, file, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        bench.issues.acts.attach(number, file)
    _done(number, as_json)


@issue.command(help=say("help.issue_wait"))
@click.argument("attempt_id")
@click.option("--no-more", is_flag=True, help=say("help.issue_no_more"))
@profile_options
@common_options
def wait(attempt_id, no_more, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        found = bench.attempts.lookup(attempt_id).attempts
        row = next((a for a in found if a.attempt_id == attempt_id), None)
        known = bench.issues.board.covers(attempt_id) if row else None
        if row is None or row.customer_ref is None or known is None:
            raise BadInput("no_issue_of_attempt", attempt=attempt_id[:80])
        service = bench.issues.waiting
        if no_more:
            service.withdraw(known.issue.issue_id, row.customer_ref)
        else:
            service.wait(
                known.issue.issue_id, row.customer_ref, attempt_id=attempt_id,
                customer_name=row.customer_name, phone=row.phone,
            )  # fmt: skip
    _done(known.issue.number, as_json)


@issue.command(help=say("help.issue_callbacks"))
@click.option("--all", "everybody", is_flag=True, help=say("help.issue_callbacks_all"))
@profile_options
@common_options
def callbacks(everybody, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        found = bench.issues.board.callbacks(everybody=everybody)
    if as_json:
        print_json([callback_json(c) for c in found])
        return
    if not found:
        click.echo(say("issue_no_calls"))
        return
    print_table(
        [_label(n) for n in ("agent", "customer", "phone", "number", "title", "complaint",
                             "since", "ref")],
        [
            (c.agent, c.customer_name, c.phone, c.issue.number, c.issue.title, c.number,
             local_text(c.since)[:16], c.customer_ref)
            for c in found
        ],
    )  # fmt: skip


@issue.command(help=say("help.issue_called"))
@click.argument("number")
@click.argument("customer", metavar="CUSTOMER_REF")
@click.option("--undo", is_flag=True, help=say("help.issue_not_called"))
@profile_options
@common_options
def called(number, customer, undo, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        waiting = bench.issues.waiting
        done = (waiting.not_called if undo else waiting.called)(number, customer)
    if not done:
        raise BadInput("nobody_waits", number=number[:40])
    _done(number, as_json)


@issue.command(help=say("help.issue_grouping"))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help=say("help.issue_check"))
@click.option("--clear", is_flag=True, help=say("help.issue_clear"))
@profile_options
@common_options
def grouping(file, check, clear, profile, passphrase_file, as_json) -> None:
    if (check and file is None) or (clear and (file or check)):
        raise Usage("grouping_what")
    text = ""
    if file is not None:
        try:
            text = file.read_text("utf-8-sig")
        except FileNotFoundError:
            raise BadInput("no_such_file", file=file.name) from None
        except (OSError, UnicodeDecodeError):
            raise BadInput("pack_not_utf8", file=file.name) from None
    would = None
    with opened(profile, passphrase_file) as bench:
        service = bench.issues.grouping
        if file is None and not clear:
            found, text = service.current(), service.text()
        elif check:
            found = service.check(text, file.name)
            would = bench.issues.board.regrouping(found)
        else:
            found = service.put(text, file.name if file else "")
    if as_json:
        rules = [r.name for r in found.refinements]
        told = {"stamp": found.stamp, "refinements": rules, "text": text}
        print_json(told | ({"would": _would_json(would)} if would else {}))
    else:
        click.echo(say("issue_grouping", stamp=found.stamp, count=len(found.refinements)))
        if would is not None:
            _tell_would(would)
        if text and file is None:
            click.echo(text)


def _tell_would(would: Regrouping) -> None:
    from workbench.services.issue_words import becomes_words, group_title, regrouping_words

    lang = language()
    click.echo(regrouping_words(lang, would))
    rows = [
        (f"{row.was.count:,}", group_title(lang, row.was), becomes_words(lang, row))
        for row in would.rows[:50]
    ]
    if rows:
        print_table([_label(n) for n in ("count", "title", "becomes")], rows)


def _would_json(would: Regrouping) -> dict[str, object]:
    return {
        "failures": would.failures,
        "groups": [would.before, would.after],
        "renamed": would.renamed,
        "changed": [
            {
                "key": row.was.key,
                "count": row.was.count,
                "becomes": [{"key": group.key, "count": count} for group, count in row.becomes],
            }
            for row in would.rows
        ],
    }


def spark(days: tuple[int, ...]) -> str:
    """One bar a day, the highest full."""
    most = max(days, default=0)
    if not most:
        return ""
    return "".join(_BARS[-(-n * (len(_BARS) - 1) // most)] for n in days)


def group_json(group: Group, lang: str) -> dict[str, object]:
    from workbench.services.issue_words import group_title

    found, standing = group.issue, group.standing
    return {
        "key": group.key,
        "number": found.number if found else None,
        "title": group_title(lang, group),
        "state": standing.state.value,
        "why": standing.why.value if standing.why else None,
        "back_at": iso_local(standing.at),
        "severity": found.severity.value if found else None,
        "owner": found.owner if found else None,
        "cause": group.cause,
        "count": group.count,
        "customers": group.customers,
        "complaints": group.complaints,
        "waiting": group.waiting,
        "first": iso_local(group.first),
        "last": iso_local(group.last),
        "days": list(group.spark),
        "fixed_at": iso_local(found.fixed_at) if found else None,
        "fixed_version": found.fixed_version if found else None,
        "escalates_at": found.escalates_at if found else None,
        "fingerprints": list(group.fingerprints),
    }


def event_json(event: IssueEvent) -> dict[str, object]:
    return {
        "event_id": event.event_id,
        "at": iso_local(event.at),
        "actor": event.actor,
        "kind": event.kind.value,
        "from": event.from_state,
        "to": event.to_state,
        "why": event.why,
        "detail": dict(event.detail),
        "can_be_undone": event.can_be_undone,
    }


def callback_json(c: Callback) -> dict[str, object]:
    return {
        "agent": c.agent,
        "customer_ref": c.customer_ref,
        "customer_name": c.customer_name,
        "phone": c.phone,
        "issue": c.issue.number,
        "title": c.issue.title,
        "complaint": c.number,
        "attempt_id": c.attempt_id,
        "since": iso_local(c.since),
    }


def _in_words(group: Group) -> str:
    """What an issue that gets no title is called."""
    from workbench.services.issue_words import group_title

    return group_title(language(), group)


def _counts(lang: str, group: Group) -> str:
    return texts.text(
        lang, "issue.counts",
        attempts=f"{group.count:,}", customers=f"{group.customers or 0:,}",
        complaints=f"{group.complaints:,}",
        first=local_text(group.first)[:16], last=local_text(group.last)[:16],
    )  # fmt: skip


def _tell(found, as_json: bool) -> None:
    if as_json:
        print_json(_found_json(found))
    else:
        state = texts.word(language(), "issue.state", found.state)
        click.echo(say("issue_now", number=found.number, state=state, title=found.title))


def _found_json(found) -> dict[str, object]:
    return {
        "number": found.number,
        "issue_id": found.issue_id,
        "state": found.state.value,
        "title": found.title,
    }


def _tell_reach(reach: Reach, as_json: bool) -> None:
    if as_json:
        print_json(vars(reach) | {"first": iso_local(reach.first), "last": iso_local(reach.last)})
    else:
        counts = {n: f"{v:,}" for n, v in vars(reach).items() if isinstance(v, int)}
        click.echo(texts.text(language(), "issue.reach", **counts))


def _done(number: str, as_json: bool) -> None:
    if as_json:
        print_json({"number": number, "done": True})
    else:
        click.echo(say("issue_done", number=number))


def _label(name: str) -> str:
    return texts.word(language(), "issue.column", name)
