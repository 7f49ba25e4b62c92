"""Packs put to the test on an engine: over their own cases, and over the attempts there are."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from workbench.domain.rule_desk import (
    Answer,
    BackTest,
    Case,
    CaseResult,
    Changed,
    Coverage,
    Flip,
    RuleUse,
)
from workbench.domain.trend import TrendFilter
from workbench.rules.compiler import rule_sql, text_literal
from workbench.rules.pack import RulePack
from workbench.warehouse import schema
from workbench.warehouse.diagnosis import diagnosis_select, held_together, together_select
from workbench.warehouse.engines import Session, quoted
from workbench.warehouse.flips import explained
from workbench.warehouse.lookup import ref_of
from workbench.warehouse.trends import condition

_OUTCOME = {True: "match", False: "no_match", None: "unknown"}
_ANSWER = ("cause", "reason_code", "status")
_FOUND_BY = (
    *("attempt_id", "occurred_at", "customer_key", "identity_key"),
    *("outcome", "decision", "http_status"),
)
_EXPLAINED = "status NOT IN ('none', 'pending')"  # the same by every pack
_FLIPPED = "(" + " OR ".join(f"was_{n} IS DISTINCT FROM {n}" for n in _ANSWER) + ")"


def run_cases(session: Session, pack: RulePack, cases: Sequence[Case]) -> list[CaseResult]:
    """Each case with what came of it. ``pack`` was checked."""
    if not cases:
        return []
    types = {name: schema.SQL_TYPES[kind] for name, kind in pack.fields.items()}
    rows = " UNION ALL ".join(
        f"SELECT {n} AS _case, {text_literal(case.target)} AS _target, "
        + ", ".join(
            f"CAST({text_literal(case.attempt.get(name))} AS {kind}) AS {quoted(name)}"
            for name, kind in types.items()
        )
        for n, case in enumerate(cases)
    )
    targets = {case.target for case in cases}
    asked = [rule for rule in pack.rules if rule.code in targets]
    held = " ".join(
        f"WHEN {text_literal(rule.code)} THEN ({rule_sql(rule, pack, types)})" for rule in asked
    )
    one = f"CASE _target {held} END" if held else "CAST(NULL AS BOOLEAN)"
    judged = diagnosis_select(pack, f"({rows})", ["_case", "_target", *types])
    codes = {rule.code for rule in asked}
    found = session.rows(f"SELECT {one}, cause FROM ({judged}) AS judged ORDER BY _case")
    return [
        CaseResult(
            case,
            _OUTCOME[held_] if case.target in codes else _OUTCOME[cause == case.target],
            cause,
        )
        for case, (held_, cause) in zip(cases, found, strict=True)
    ]


def use_of_rules(session: Session, pack: RulePack, where: TrendFilter) -> list[RuleUse]:
    """How every rule fared among the failures that the filter lets through, in order of the pack.
    Counts need no customer: one pass over the attempts, grouped by which rules held together."""
    columns = _columns(session, pack)
    within, params = condition(where)
    source = f"(SELECT {', '.join(map(quoted, columns))} FROM attempts WHERE {within})"
    held, first, alone = ([0] * len(pack.rules) for _ in range(3))
    for *numbers, count in session.rows(together_select(pack, source, columns), params):
        places = held_together(numbers)
        for place in places:
            held[place] += count
        if places:
            first[places[0]] += count
        if len(places) == 1:
            alone[places[0]] += count
    return [RuleUse(r.code, held[i], first[i], alone[i]) for i, r in enumerate(pack.rules)]


def back_test(
    session: Session,
    new: RulePack,
    old: RulePack,
    where: TrendFilter,
    *,
    stored: bool,
    limit: int,
) -> BackTest:
    """What ``new`` says of history against what ``old`` says; ``stored``: the attempts are
    diagnosed by ``old`` already. Both were checked."""
    within, params = condition(where)
    judged = _judged(session, new, None if stored else old, within)
    answers = ", ".join((*(f"was_{n}" for n in _ANSWER), *_ANSWER))
    # Both counts from one pass: by whole answers, and of all that flip (a customer may be in many).
    totals = session.rows(
        f"SELECT {answers}, flipped, count(*), count(DISTINCT customer_key)"
        f" FROM (SELECT {answers}, customer_key, {_FLIPPED} AS flipped FROM ({judged}) AS judged)"
        f" AS counted GROUP BY GROUPING SETS (({answers}), (flipped))",
        params,
    )
    customers = sum(hit for *_, flipped, _, hit in totals if flipped)
    changed, confusion = [], dict[tuple[str | None, str | None], int]()
    for *said, flipped, attempts, hit in totals:
        if flipped is not None:
            continue
        before, after = Answer(*said[:3]), Answer(*said[3:])
        at = before.cause, after.cause
        confusion[at] = confusion.get(at, 0) + attempts
        if before != after:
            changed.append(Changed(before, after, attempts, hit))
    return BackTest(
        old_version=old.version,
        new_version=new.version,
        attempts=sum(confusion.values()),
        flipped=sum(c.attempts for c in changed),
        customers=customers,
        confusion=confusion,
        changed=tuple(sorted(changed, key=lambda c: (-c.attempts, str(c)))),
        flips=tuple(_flips(session, judged, params, (old, new), limit)),
    )


def flips_of(
    session: Session,
    new: RulePack,
    old: RulePack,
    attempt_ids: Collection[str],
    *,
    stored: bool,
) -> list[Flip]:
    """Those of the named attempts whose answer changes; ``stored`` as of ``back_test``."""
    if not attempt_ids:
        return []
    judged = _judged(session, new, None if stored else old, _among(attempt_ids))
    return _flips(session, judged, (), (old, new), len(attempt_ids))


def answers_of(session: Session, pack: RulePack, attempt_ids: Collection[str]) -> dict[str, Answer]:
    """What ``pack`` says of the named failures that are here."""
    if not attempt_ids:
        return {}
    columns = _columns(session, pack)
    source = f"(SELECT {', '.join(map(quoted, columns))} FROM attempts WHERE {_among(attempt_ids)})"
    rows = session.rows(
        f"SELECT attempt_id, {', '.join(_ANSWER)}"
        f" FROM ({diagnosis_select(pack, source, columns)}) AS judged"
    )
    return {attempt_id: Answer(*said) for attempt_id, *said in rows}


def _among(attempt_ids: Collection[str]) -> str:
    return f"attempt_id IN ({', '.join(map(text_literal, sorted(attempt_ids)))})"


def _flips(
    session: Session,
    judged: str,
    params: Sequence[object],
    packs: tuple[RulePack, RulePack],
    limit: int,
) -> list[Flip]:
    """The newest, each with its customer, masked, and with what decides it."""
    if not limit:
        return []
    answers = ", ".join((*(f"was_{n}" for n in _ANSWER), *_ANSWER))
    newest = "ORDER BY occurred_at DESC NULLS LAST, attempt_id"
    rows = session.rows(
        f"SELECT attempt_id, occurred_at, flips.customer_key, {answers}, i.name, i.phone"
        f" FROM (SELECT * FROM ({judged}) AS judged WHERE {_FLIPPED} {newest} LIMIT {int(limit)})"
        f" AS flips LEFT JOIN identities i USING (identity_key) {newest}",
        params,
    )
    flips = [
        Flip(attempt_id, at, ref_of(key), Answer(*said[:3]), Answer(*said[3:]), name, phone)
        for attempt_id, at, key, *said, name, phone in rows
    ]
    old, new = packs
    return explained(
        session, flips, old, new, list(_columns(session, old) | _columns(session, new))
    )


def _judged(session: Session, new: RulePack, old: RulePack | None, within: str) -> str:
    """SELECT of the unexplained attempts with what was said of them (``was_…``) and what is."""
    both = _columns(session, new) | (_columns(session, old) if old else {})
    named = ", ".join(map(quoted, both))
    within = f"({within}) AND {_EXPLAINED}"
    was = ", ".join(f"{name} AS was_{name}" for name in _ANSWER)
    if old is None:
        source = f"(SELECT {named}, {was} FROM attempts WHERE {within})"
    else:
        plain = f"(SELECT {named} FROM attempts WHERE {within})"
        source = f"(SELECT {named}, {was} FROM ({diagnosis_select(old, plain, both)}) AS before)"
    kept = [*both, *(f"was_{name}" for name in _ANSWER)]
    return f"SELECT * FROM ({diagnosis_select(new, source, kept)}) AS after WHERE {_EXPLAINED}"


def _columns(session: Session, pack: RulePack) -> dict[str, Any]:
    """Those of the attempts that a pack reads, and by which they are found; in a fixed order."""
    extras = {extra.name: extra.type for extra in schema.extras(session)}
    there: Mapping[str, Any] = {**schema.FACTS, **schema.FILLED, **schema.CONTEXT, **extras}
    reads = pack.reads() | set(_FOUND_BY)
    return {name: kind for name, kind in there.items() if name in reads}


def coverage(session: Session, where: TrendFilter) -> list[Coverage]:
    """By month of local time. Attempts without a time are in none."""
    within, params = condition(where)
    rows = session.rows(
        "SELECT CAST(FLOOR(hour / 24) AS BIGINT) AS day, status, count(*) FROM"
        f" (SELECT {schema.hour_sql()} AS hour, status FROM attempts"
        f" WHERE {within} AND {_EXPLAINED} AND occurred_at IS NOT NULL) AS timed GROUP BY 1, 2",
        params,
    )
    months: dict[str, Counter[str]] = defaultdict(Counter)
    for day, status, count in rows:  # the first of the days of local time is that of 1970
        months[f"{date(1970, 1, 1) + timedelta(days=day):%Y-%m}"][status] += count
    sure = ("determined", "possible", "undetermined")
    return [Coverage(m, *(found[s] for s in sure)) for m, found in sorted(months.items())]
