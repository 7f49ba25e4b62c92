"""What the desk said of an attempt at a time, put together from what is and what ``former`` kept."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from workbench.domain.diagnosis import Explanation
from workbench.domain.errors import BadInput
from workbench.domain.reproduction import Kept, Said, Span, Why
from workbench.domain.times import local_text
from workbench.rules.pack import RulePack
from workbench.warehouse import schema
from workbench.warehouse.diagnosis import diagnosis_select
from workbench.warehouse.engines import Session, key_literal, literal, quoted
from workbench.warehouse.explain import History, explain_row
from workbench.warehouse.former import PLACE, SHARED
from workbench.warehouse.history import MOST
from workbench.warehouse.places import of_customers

_SAID = tuple(name for name in schema.DIAGNOSIS if name != "rules_version")
_WHOLE = (*_SAID, *schema.CONTEXT)
_SCORED = frozenset((*schema.FILLABLE, *schema.FILLED, "external_score", "external_source"))
_NO_INPUTS = frozenset((*schema.KEYS, *schema.KNOWN, *schema.FILLED))
_MOST_SPANS = 50  # of one attempt, told with what they came from: the newest
# what is kept in ``former_context`` of one attempt ``o``
_ONE = ", ".join(
    f"{'CAST(? AS TIMESTAMP)' if name == 'occurred_at' else '?'} AS {name}" for name in PLACE
)
_ITS = " OR ".join(
    f"(f.field = '{field}' AND f.place = {at} AND f.part = {part})"
    for field, (at, part) in SHARED.items()
)
_Row = dict[str, Any]
This = tuple[str, Sequence[object]]  # a condition that finds one attempt, and its parameters


class _Attempt:
    """One attempt through all states."""

    def __init__(self, session: Session, attempt_id: str, this: This) -> None:
        self.session = session
        extras = {extra.name: extra.type for extra in schema.extras(session)}
        self.types = schema.FACTS | schema.FILLED | schema.CONTEXT | extras
        names = (*self.types, *schema.KNOWN, *_SAID)
        where, params = this
        found = session.rows(
            f"SELECT {', '.join(map(quoted, names))} FROM attempts WHERE {where} LIMIT 1", params
        )
        if not found:
            raise BadInput("no_such_attempt", attempt=attempt_id)
        self.now: _Row = dict(zip(names, found[0], strict=True))
        self.key = key_literal(int(self.now["attempt_key"]))
        kept = session.rows(
            f"SELECT until, facts, {', '.join(_WHOLE)} FROM former_answers"
            f" WHERE attempt_key = {self.key} ORDER BY until DESC"
        )
        # (state that ended it, facts that were others, answer and context), the newest first
        self.records = [
            (
                until,
                _facts(facts, self.types | schema.KNOWN),
                dict(zip(_WHOLE, values, strict=True)),
            )
            for until, facts, *values in kept
        ]

    def at(self, state: int) -> _Row:
        """Everything known in a state; what came later is not looked at."""
        row, ended = dict(self.now), None
        for until, facts, values in self.records:
            if until <= state:
                break
            row |= facts | values
            ended = until
        return row | self._shared(row, state, ended)

    def _shared(self, row: _Row, state: int, ended: int | None) -> _Row:
        """Context that was shared, where it changed after that state, and while the attempt was
        the same."""
        within = "" if ended is None else f" AND f.until <= {ended:d}"
        found = self.session.rows(
            f"SELECT f.field, f.value FROM former_context f, (SELECT {_ONE}) AS o"
            f" WHERE f.until > {state:d}{within} AND ({_ITS}) ORDER BY f.until DESC",
            [row[name] for name in PLACE],
        )
        return dict(found)  # the first that ended after it stands last

    def came(self) -> int:
        """The first state that had it; 0: before states were kept."""
        row = dict(self.now)
        for _, facts, _ in self.records:
            row |= facts
        return int(row["known_since"] or 0)


def kept_answer(
    session: Session, attempt_id: str, at: datetime, this: This, *, timed: bool
) -> Kept:
    """``this`` finds the attempt; ``timed`` as ``places`` has it. Raises
    BadInput('no_such_attempt'), ('not_kept_then'), ('attempt_not_there_then')."""
    attempt = _Attempt(session, attempt_id, this)
    found = session.rows(
        "SELECT number, rules_version FROM states WHERE began <= ? ORDER BY number DESC LIMIT 1",
        [at],
    )
    if not found:
        [[first]] = session.rows("SELECT MIN(began) FROM states")
        raise BadInput(
            "not_kept_then", at=local_text(at), first=local_text(first) if first else "–"
        )
    state, version = found[0]
    if attempt.came() > state:
        raise BadInput("attempt_not_there_then", attempt=attempt_id, at=local_text(at))
    row = attempt.at(state)
    return Kept(
        attempt_id=attempt_id,
        said=_said(row),
        rules_version=version,
        inputs={name: row[name] for name in attempt.types},
        types=attempt.types,
        times=_times(session, row["customer_key"], state, timed=timed),
        policy_ends=_policy_ends(session, row, state),
    )


def spans(session: Session, attempt_id: str, this: This) -> list[Span]:
    """Every answer of an attempt, which ``this`` finds, the newest first. Raises
    BadInput('no_such_attempt')."""
    attempt = _Attempt(session, attempt_id, this)
    turns = session.rows(
        "SELECT number, rules_version FROM (SELECT number, rules_version,"
        " LAG(rules_version) OVER (ORDER BY number) AS before FROM states) AS turns"
        " WHERE before IS NULL OR before <> rules_version ORDER BY number"
    )
    if not turns:
        return []
    first = max(attempt.came(), turns[0][0])
    cuts = sorted(
        {first}
        | {until for until, *_ in attempt.records if until > first}
        | {number for number, _ in turns if number > first}
    )
    answers: list[tuple[int, Said, str]] = []
    for cut in cuts:
        values = next((v for u, _, v in reversed(attempt.records) if u > cut), attempt.now)
        version = [v for number, v in turns if number <= cut][-1]
        if not answers or answers[-1][1:] != (_said(values), version):
            answers.append((cut, _said(values), version))
    answers = answers[-_MOST_SPANS:]
    named = ", ".join(str(cut) for cut, *_ in answers)
    began = dict(session.rows(f"SELECT number, began FROM states WHERE number IN ({named})"))
    found, until = [], None
    for place in reversed(range(len(answers))):
        cut, said, version = answers[place]
        since = began[cut] if attempt.came() else None
        if place:
            changed = _changed(attempt.at(cut - 1), attempt.at(cut))
            told = session.rows(f"SELECT 1 FROM former_events WHERE until = {cut} LIMIT 1")
            why = _why(changed, rules=answers[place - 1][2] != version, events=bool(told))
            shown = tuple(item for item in changed if item[0] not in _NO_INPUTS)
            found.append(Span(said, version, began[cut], until, why, shown))
        else:
            found.append(Span(said, version, since, until))
        until = began[cut]
    return found


def explain_kept(session: Session, kept: Kept, pack: RulePack) -> tuple[Explanation, Said]:
    """The answer made again by ``pack`` (read, not checked), of an attempt of ``kept.types``, or of
    the fields alone: as the card says it, and as the store keeps it. Raises BadInput where the pack
    does not fit the attempt's columns."""
    types = kept.types or schema.FACTS | schema.FILLED | schema.CONTEXT
    pack = pack.check(schema.extra_fields(dict(types)))
    source = (
        "(SELECT "
        + ", ".join(
            f"CAST({_literal(kept.inputs.get(name))} AS {kind}) AS {quoted(name)}"
            for name, kind in types.items()
        )
        + ")"
    )
    names = list(types)
    explanation = explain_row(
        session.rows,
        pack,
        source,
        kept.attempt_id,
        names,
        where="TRUE",
        params=[],
        history=_KeptHistory(kept),
    )
    diagnosed = diagnosis_select(pack, source, names)
    [values] = session.rows(f"SELECT {', '.join(_SAID)} FROM ({diagnosed}) AS diagnosed")
    return explanation, Said(*values)


class _KeptHistory(History):
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def times(self) -> Sequence[datetime]:
        return self._kept.times

    def policy_ends(self, name: str, at: datetime) -> datetime | None:
        return self._kept.policy_ends


def _said(row: Mapping[str, Any]) -> Said:
    return Said(*(row[name] for name in _SAID))


def _facts(told: str | None, types: Mapping[str, str]) -> _Row:
    """The facts of one record that are among ``types``, as the store has them."""
    if not told:
        return {}
    said = json.loads("{" + told + "}", parse_float=Decimal)
    return {name: _typed(said[name], kind) for name, kind in types.items() if name in said}


def _typed(value: Any, kind: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if kind == "TIMESTAMP":
        return datetime.fromisoformat(value)
    if kind == "DOUBLE":
        return float(value)
    if kind.startswith("DECIMAL"):
        return Decimal(value).quantize(Decimal("0.01"))
    return value if kind == "VARCHAR" else int(value)


def _times(session: Session, customer: Any, state: int, *, timed: bool) -> tuple[datetime, ...]:
    """When a customer tried, as far as was known in a state."""
    if customer is None:
        return ()
    own = of_customers(session, [int(customer)], timed=timed)
    rows = {
        key: {"occurred_at": at, "known_since": since}
        for key, at, since in session.rows(
            f"SELECT attempt_key, occurred_at, known_since FROM attempts a WHERE {own}"
        )
    }
    for key, facts in session.rows(
        f"SELECT attempt_key, facts FROM former_answers WHERE facts IS NOT NULL AND until > {state:d}"
        f" AND attempt_key IN (SELECT attempt_key FROM attempts a WHERE {own}) ORDER BY until DESC"
    ):
        rows[key] |= _facts(facts, {"occurred_at": "TIMESTAMP", **schema.KNOWN})
    known = (r["occurred_at"] for r in rows.values() if (r["known_since"] or 0) <= state)
    return tuple(sorted((at for at in known if at is not None), reverse=True)[:MOST])


def _policy_ends(session: Session, row: _Row, state: int) -> datetime | None:
    """The end of the attempt's policy as the events of a state told it."""
    name, at = row["policy"], row["occurred_at"]
    if name is None or at is None:
        return None
    asked = "kind = 'policy' AND name = ?"
    ends = dict(session.rows(f"SELECT starts_at, ends_at FROM events WHERE {asked}", [name]))
    for starts_at, ends_at, present in session.rows(
        f"SELECT starts_at, ends_at, present FROM former_events WHERE until > {state:d} AND {asked}"
        " ORDER BY until DESC",
        [name],
    ):
        ends.pop(starts_at, None)
        if present:
            ends[starts_at] = ends_at
    return max((e for s, e in ends.items() if s <= at and e is not None and e > at), default=None)


def _changed(before: _Row, now: _Row) -> tuple[tuple[str, Any, Any], ...]:
    names = [name for name in now if name not in _SAID]
    return tuple((n, before[n], now[n]) for n in names if before[n] != now[n])


def _why(changed: Sequence[tuple[str, Any, Any]], *, rules: bool, events: bool) -> tuple[Why, ...]:
    """``events``: they changed in the same state; whom a policy covers is not counted among those
    that models are compared by."""
    found = {Why.RULES} if rules else set()
    replaced = any(name in schema.KNOWN for name, *_ in changed)
    for name, *values in changed:
        if name in ("campaign", "policy"):
            inferred = any(str(value).startswith("inferred(") for value in values)
            found.add(Why.ATTEMPTS if inferred else Why.EVENTS)
        elif name in schema.CONTEXT:
            found.add(Why.EVENTS if events and name == "decline_shift" else Why.ATTEMPTS)
        elif name in _SCORED and not replaced:
            found.add(Why.SCORES)
        elif name in schema.FACTS or name in schema.KNOWN:
            found.add(Why.REPLACED)
        else:  # a column of a file's own
            found.add(Why.REPLACED if replaced else Why.SCORES)
    return tuple(why for why in Why if why in found)


def _literal(value: object) -> str:
    """As a text where it would be read as a decimal on its way to a double, the last bit of which
    then is another."""
    return literal(str(value) if isinstance(value, float | Decimal) else value)
