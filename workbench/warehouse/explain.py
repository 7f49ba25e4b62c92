"""Why one attempt ended as it did, with proof: every condition's outcome from one query.

The same compiled conditions as the bulk diagnosis, over the same relation, so that both agree.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from workbench import texts
from workbench.domain import retry
from workbench.domain.attempt import ALL_FIELDS, FieldType
from workbench.domain.diagnosis import Evidence, Explanation, Reason, ReasonText, Status, Truth
from workbench.domain.errors import BadInput
from workbench.domain.taxonomy import Action, Cause, CauseGroup, Symptom
from workbench.rules.compiler import condition_sql
from workbench.rules.pack import LANGUAGES, Condition, Rule, RulePack
from workbench.warehouse import schema
from workbench.warehouse.diagnosis import outcome_sql, unexplained_symptom_sql
from workbench.warehouse.engines import quoted
from workbench.warehouse.filling import SCORE, SOURCE, origins

MOST_REASONS = 4
Rows = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]  # ``Session.rows``
Row = Mapping[str, object]


class History:
    """What is known around an attempt, asked only where a rule needs it. This one knows nothing."""

    def times(self) -> Sequence[datetime]:
        """When the customer tried, this attempt and later ones too, UTC."""
        return ()

    def policy_ends(self, name: str, at: datetime) -> datetime | None:
        """The end of the policy of that name in force at ``at``; None: none is known."""
        return None


def explain_row(
    rows: Rows,
    pack: RulePack,
    source: str,
    attempt_id: str,
    columns: Collection[str],
    *,
    where: str = "attempt_id = ?",
    params: Sequence[object] | None = None,
    history: History | None = None,
) -> Explanation:
    """The diagnosis of the attempt of ``source`` that ``where`` finds (one row).

    ``columns`` names those of ``source``. Pass ``where`` and ``params`` to find the row by a
    faster key. Evidence of an 'unless' condition carries the outcome of the condition as
    written. Raises BadInput('no_such_attempt').
    """
    conditions = list(dict.fromkeys(c.sql for rule in pack.rules for c in rule.conditions))
    by_sql = {c.sql: c for rule in pack.rules for c in rule.conditions}
    reads = pack.reads()
    shown = [
        name
        for name in columns
        if name in reads
        or (name in ALL_FIELDS and not ALL_FIELDS[name].identity)
        or name in schema.FILLED
    ]
    succeeded, pending = outcome_sql(columns)
    selected = [quoted(name) for name in shown]
    selected += [condition_sql(by_sql[sql], pack, columns) for sql in conditions]
    selected += [succeeded, pending, unexplained_symptom_sql(columns)]
    found = rows(
        f"SELECT {', '.join(selected)} FROM {source} AS explained WHERE {where} LIMIT 1",
        [attempt_id] if params is None else params,
    )
    if not found:
        raise BadInput("no_such_attempt", attempt=attempt_id)
    values = found[0]
    row = dict(zip(shown, values, strict=False))
    outcomes = dict(zip(conditions, values[len(shown) :], strict=False))
    is_success, is_pending, symptom = values[-3:]
    case = _Case(pack, row, outcomes, history or History())
    if is_success:
        return case.without_cause(attempt_id, Status.NONE)
    if is_pending:
        return case.without_cause(attempt_id, Status.PENDING)
    return case.failure(attempt_id, str(symptom))


class _Case:
    """One attempt: its values and the outcome of every condition (True, False, None)."""

    def __init__(
        self, pack: RulePack, row: Row, outcomes: Mapping[str, object], history: History
    ) -> None:
        self.history = history
        self.pack = pack
        self.row = row
        self.outcomes = outcomes
        self.truths = {rule.code: self.truth(rule) for rule in pack.rules}

    # three-valued logic, as SQL has it
    def holds(self, condition: Condition) -> bool | None:
        """Whether a condition supports its rule."""
        outcome = self.outcomes[condition.sql]
        if outcome is None:
            return None
        return bool(outcome) is not condition.negated

    def truth(self, rule: Rule) -> bool | None:
        found = [self.holds(c) for c in rule.conditions]
        if False in found:
            return False
        return None if None in found else True

    # whole answers
    def without_cause(self, attempt_id: str, status: Status) -> Explanation:
        key = "pending" if status is Status.PENDING else "success"
        return self._explanation(
            attempt_id,
            Symptom.NONE.value,
            "",
            "",
            status,
            {lang: _own_text(lang, key) for lang in LANGUAGES},
            why="query_first" if status is Status.PENDING else None,
        )

    def failure(self, attempt_id: str, symptom: str) -> Explanation:
        holding = [rule for rule in self.pack.rules if self.truths[rule.code] is True]
        unsettled = [rule for rule in self.pack.rules if self.truths[rule.code] is None]
        reasons = tuple(
            self.reason(rule, rank) for rank, rule in enumerate(holding[:MOST_REASONS], 1)
        )
        possible = tuple(
            self.possible_reason(rule, rank)
            for rank, rule in enumerate(unsettled[:MOST_REASONS], 1)
        )
        if holding or unsettled:
            symptom = (holding or unsettled)[0].symptom
        ruled_out = self.ruled_out(symptom, (holding or unsettled or [None])[0])
        if holding:
            first, reason = holding[0], reasons[0]
            contested = [
                rule
                for code in first.rivals
                if self.truths[code] is not False and (rule := self.pack.rule(code))
            ]
            if contested:
                reason = replace(
                    reason,
                    texts={
                        lang: _contested_text(lang, text, contested)
                        for lang, text in reason.texts.items()
                    },
                )
            change = self.would_change(first)
            at, why = self.next_attempt(first, change)
            return self._explanation(
                attempt_id,
                first.symptom,
                first.cause_group,
                first.cause,
                Status.POSSIBLE if contested else Status.DETERMINED,
                reason.texts,
                reasons,
                possible,
                ruled_out,
                change,
                at,
                why,
            )
        if unsettled:
            first = unsettled[0]
            return self._explanation(
                attempt_id,
                first.symptom,
                first.cause_group,
                first.cause,
                Status.POSSIBLE,
                possible[0].texts,
                (),
                possible,
                ruled_out,
            )
        code = self.row.get("error_code") or self.row.get("decline_code")
        key = "unmapped" if code else "undetermined"
        return self._explanation(
            attempt_id,
            symptom,
            CauseGroup.UNDETERMINED.value,
            Cause.UNDETERMINED.value,
            Status.UNDETERMINED,
            {lang: _own_text(lang, key, code=str(code)) for lang in LANGUAGES},
            ruled_out=ruled_out,
        )

    def _explanation(
        self,
        attempt_id: str,
        symptom: str,
        group: str,
        cause: str,
        status: Status,
        said: dict[str, ReasonText],
        reasons: tuple[Reason, ...] = (),
        possible: tuple[Reason, ...] = (),
        ruled_out: tuple[Reason, ...] = (),
        change: tuple[tuple[str, str, str], ...] = (),
        at: datetime | None = None,
        why: str | None = None,
    ) -> Explanation:
        return Explanation(
            attempt_id=str(self.row.get("attempt_id") or attempt_id),
            symptom=symptom,
            cause_group=group,
            cause=cause,
            status=status,
            reasons=reasons,
            possible=possible,
            texts=said,
            rules_version=self.pack.version,
            next_attempt_at=at,
            would_change=change,
            fields={name: v for name, v in self.row.items() if name not in schema.FILLED},
            ruled_out=ruled_out,
            next_attempt_why=why,
        )

    # reasons
    def reason(self, rule: Rule, rank: int) -> Reason:
        return self._reason(rule, rank, {lang: self.said(rule, lang) for lang in LANGUAGES})

    def possible_reason(self, rule: Rule, rank: int) -> Reason:
        """Said as what it is: the fact that would settle it, nothing told as true."""
        missing = list(
            dict.fromkeys(
                name
                for c in rule.conditions
                if self.holds(c) is None
                for name in c.fields
                if self.row.get(name) is None
            )
        )
        said = {}
        for lang in LANGUAGES:
            own = self.said(rule, lang)
            names = _joined(lang, [texts.word(lang, "field", name) for name in missing])
            generic = _own_text(
                lang, "possible", cause=texts.word(lang, "cause", rule.cause), missing=names
            )
            said[lang] = replace(generic, never_say=own.never_say)
        return self._reason(rule, rank, said)

    def _reason(self, rule: Rule, rank: int, said: dict[str, ReasonText]) -> Reason:
        return Reason(
            code=rule.code,
            symptom=rule.symptom,
            cause=rule.cause,
            rank=rank,
            evidence=tuple(self.evidence(c) for c in rule.conditions),
            texts=said,
            owner=rule.owner,
            action=rule.action,
            suppressed=rule.suppressed,
        )

    def ruled_out(self, symptom: str, principal: Rule | None) -> tuple[Reason, ...]:
        """Reasons for what this customer met that a single false condition kept from holding:
        the principal's rivals first, then those with most true conditions."""
        rivals = principal.rivals if principal else ()
        near = []
        for rule in self.pack.rules:
            held = [self.holds(c) for c in rule.conditions]
            if rule.symptom == symptom and held.count(False) == 1 and held.count(True) > 1:
                near.append((rule.code not in rivals, -held.count(True), rule.priority, rule))
        near.sort(key=lambda item: item[:-1])
        return tuple(
            self.reason(rule, rank) for rank, (*_, rule) in enumerate(near[:MOST_REASONS], 1)
        )

    def evidence(self, condition: Condition) -> Evidence:
        outcome = self.outcomes[condition.sql]
        truth = Truth.UNKNOWN if outcome is None else Truth.TRUE if outcome else Truth.FALSE
        simple = condition.simple
        if simple is None:
            values = [(name, plain(self.row.get(name))) for name in condition.fields]
            known = [f"{name} = {value}" for name, value in values if value is not None]
            alone = condition.fields[0] if len(condition.fields) == 1 else None
            return Evidence(
                condition.sql,
                truth,
                observed=values[0][1] if alone else "; ".join(known) or None,
                field=alone,
                source=_source(alone),
                negated=condition.negated,
                **self._origin(condition),
            )
        field = ALL_FIELDS.get(simple.field)
        return Evidence(
            condition.sql,
            truth,
            observed=plain(self.row.get(simple.field)),
            limit=simple.limit,
            field=simple.field,
            operator=simple.operator,
            unit=field.unit if field else None,
            source=_source(simple.field),
            negated=condition.negated,
            **self._origin(condition),
        )

    def _origin(self, condition: Condition) -> dict[str, Any]:
        """Which outside bureau a condition's first such value came from, and of what day."""
        told = origins(self.row.get("filled_by"))
        for field in condition.fields:
            if field in told:
                return {"source_name": told[field].source, "source_date": told[field].day}
            if field == SCORE and self.row.get(SCORE) is not None:
                return {"source_name": plain(self.row.get(SOURCE))}
        return {}

    # texts
    def said(self, rule: Rule, lang: str) -> ReasonText:
        """A rule's words with the observed values in place; nothing of a suppressed reason
        reaches the customer's register."""
        cause = texts.word(lang, "cause", rule.cause)
        own = rule.texts.get(lang)
        if own is None:
            own = _own_text(lang, "generic", cause=cause, code=rule.code)
        else:
            own = replace(
                own,
                agent=self.filled(own.agent, rule, lang),
                customer=self.filled(own.customer, rule, lang),
            )
        if rule.suppressed:
            own = replace(own, customer=texts.text(lang, "explain.suppressed.customer"))
        return own

    def filled(self, sentence: str, rule: Rule, lang: str) -> str:
        limits = {
            c.simple.field: c.simple.limit
            for c in reversed(rule.conditions)
            if c.simple and c.simple.limit is not None
        }

        def value(found: re.Match[str]) -> str:
            name = found[1]
            base = name.removesuffix(".limit")
            text = limits.get(base) if name != base else plain(self.row.get(base))
            return _worded(lang, base, text)

        return re.sub(r"\{(\w+(?:\.limit)?)\}", value, sentence)

    # what next
    def would_change(self, rule: Rule) -> tuple[tuple[str, str, str], ...]:
        """The nearest value of one of the customer's own fields that makes a condition false."""
        steps: list[tuple[float, tuple[str, str, str]]] = []
        for condition in rule.when:
            simple = condition.simple
            field = ALL_FIELDS.get(simple.field) if simple else None
            if simple is None or simple.limit is None or field is None:
                continue
            if not field.customer_can_change or self.holds(condition) is not True:
                continue
            observed = self.row.get(simple.field)
            if isinstance(observed, bool):
                if simple.operator in ("=", "<>"):
                    steps.append((0.0, (simple.field, str(not observed).lower(), "=")))
            elif isinstance(observed, int | float | Decimal):
                target = _target(simple.operator, simple.limit, field.type)
                if target is not None and target[0] >= 0:
                    needed, operator = target
                    way = abs(needed - float(observed)) / max(1.0, abs(needed))
                    steps.append((way, (simple.field, _number(needed), operator)))
            elif simple.operator in ("=", "in") and observed is not None:
                operator = "<>" if simple.operator == "=" else "not in"
                steps.append((1.0, (simple.field, simple.limit, operator)))
        return (min(steps)[1],) if steps else ()

    def next_attempt(
        self, rule: Rule, change: tuple[tuple[str, str, str], ...]
    ) -> tuple[datetime | None, str | None]:
        """(when, why): the latest of what the rule asks to wait for, None where nothing does."""
        if rule.action == Action.NO_RETRY.value:
            return None, "no_retry"
        at = self.row.get("occurred_at")
        if not isinstance(at, datetime):
            return None, None
        waits: list[tuple[datetime, str]] = []
        if rule.cooldown:
            waits.append((retry.after(at, rule.cooldown), "cooldown"))
        if rule.attempts_cap:
            times = self.history.times() or [at]
            for period, most in rule.attempts_cap:
                made = self.row.get(f"customer_attempts_{period}")
                # of one row alone nothing is known but how many there were
                known = times if len(times) > 1 or not isinstance(made, int) else [at] * made
                if end := retry.cap_ends(period, most, known):
                    waits.append((end, f"cap_{period}"))
        policy = self.row.get("policy")
        if isinstance(policy, str) and any("policy" in c.fields for c in rule.when):
            ends_at = self.history.policy_ends(policy, at)
            if ends_at is not None:
                waits.append((ends_at, "policy"))
        for field, needed, _ in change:
            observed = self.row.get(field)
            if field == "credit_history_months" and isinstance(observed, int):
                waits.append((retry.months_after(at, int(needed) - observed), "history"))
        return max(waits, default=(None, "any_time"))


def _own_text(lang: str, key: str, **params: object) -> ReasonText:
    """What the product itself says where no rule speaks. Lists are split at '|'."""

    def part(name: str) -> str:
        return texts.text(lang, f"explain.{key}.{name}", **params)

    def several(name: str) -> tuple[str, ...]:
        return tuple(item for item in part(name).split("|") if item)

    return ReasonText(part("agent"), part("customer"), several("never_say"), several("next_steps"))


def _contested_text(lang: str, own: ReasonText, rivals: Sequence[Rule]) -> ReasonText:
    names = dict.fromkeys(texts.word(lang, "cause", rule.cause) for rule in rivals)
    others = _joined(lang, list(names))
    return replace(
        own, agent=texts.text(lang, "explain.contested.agent", said=own.agent, others=others)
    )


def _joined(lang: str, names: Sequence[str]) -> str:
    return ("、" if lang == "zh" else ", ").join(names)


def _source(field: str | None) -> str | None:
    known = ALL_FIELDS.get(field or "")
    return known.source if known else None


def plain(value: object) -> str | None:
    """An observed value as text, without false precision."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return _number(float(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    return f"{value:.4f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else repr(value)


def _worded(lang: str, field: str, value: str | None) -> str:
    """A value inside a sentence: coded values by name, shares in per cent."""
    if value is None:
        return texts.text(lang, "value.missing")
    known = ALL_FIELDS.get(field)
    if known is None:
        return value
    if known.type is FieldType.BOOLEAN:
        return texts.word(lang, "value", value)
    if known.name == "policy" and value.startswith("inferred("):
        parts = (part.partition("=") for part in value[len("inferred(") : -1].split(";"))
        scope = _joined(
            lang, [f"{texts.word(lang, 'field', f)} {texts.word(lang, f, v)}" for f, _, v in parts]
        )
        return texts.text(lang, "explain.inferred_policy", scope=scope)
    if known.values:
        return texts.word(lang, field, value)
    if known.type in (FieldType.REAL, FieldType.DECIMAL):
        try:
            number = float(value)
        except ValueError:
            return value
        if known.unit == "ratio":
            return f"{number * 100:.1f}".rstrip("0").rstrip(".") + "%"
        return f"{number:.1f}".rstrip("0").rstrip(".") if known.unit == "multiple" else value
    return value


def _target(operator: str, limit: str, kind: FieldType) -> tuple[float, str] | None:
    """The nearest value at which 'field operator limit' no longer holds, and its operator."""
    try:
        bound = float(limit)
    except ValueError:
        return None
    whole = kind is FieldType.INTEGER
    if operator == "<":
        return (math.ceil(bound) if whole else bound), ">="
    if operator == "<=":
        return (math.floor(bound) + 1, ">=") if whole else (bound, ">")
    if operator == ">":
        return (math.floor(bound) if whole else bound), "<="
    if operator == ">=":
        return (math.ceil(bound) - 1, "<=") if whole else (bound, "<")
    return None
