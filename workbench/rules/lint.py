"""What is wrong with a pack that loads: rules that can never be true or always are, that another one
always beats, values between two rules, words, numbers, units and codes that no attempt can have,
causes without a rule, texts that are missing.

Only what follows from the pack itself and the code catalogues. A condition is understood where it
compares one field with constants; of any other nothing is concluded, so what is reported is so for
every attempt.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations
from math import inf

from sqlglot import exp

from workbench.domain.attempt import ALL_FIELDS, FieldType
from workbench.domain.rule_desk import Finding
from workbench.domain.taxonomy import Cause
from workbench.rules import language
from workbench.rules.known import (
    Known,
    Range,
    comparisons,
    known_of,
    numbers_of,
    said_by,
    words_of,
)
from workbench.rules.language import Comparison
from workbench.rules.pack import LANGUAGES, Condition, Rule, RulePack

# The least and the greatest value that a field can have, in its own unit.
_RANGES = {
    "http_status": (0, 599),
    "latency_ms": (0, 3_600_000),
    "credit_history_months": (0, 1200),
    "paid_months_12": (0, 12),
    "overdue_count_24m": (0, 10_000),
    "inquiries_3m": (0, 10_000),
    "age": (0, 130),
    "monthly_income": (0, inf),
    "requested_amount": (0, inf),
    "debt_ratio": (0, 1),
    "load_ratio": (0, inf),
    "system_error_share_5m": (0, 1),
    "node_error_share_30m": (0, 1),
    "version_error_share_1h": (0, 1),
    "customer_attempts_24h": (0, inf),
    "customer_attempts_30d": (0, inf),
    "decline_shift": (0, inf),
}
# Limits below these look like another unit: seconds, or ten thousands of yuan.
_SENSIBLE = {"latency_ms": 20, "monthly_income": 100, "requested_amount": 100}
_CODED = frozenset({"error_code", "decline_code"})  # the fields that catalogues explain
_TYPES = {name: about.type for name, about in ALL_FIELDS.items()}
_NO_RULE_NEEDED = frozenset({Cause.UNDETERMINED})


def lint(pack: RulePack, codes: Collection[str] | None = None) -> list[Finding]:
    """Of a pack that was checked, in order of the file. ``codes`` are those that some catalogue
    knows; None: there are no catalogues to ask."""
    found = [finding for rule in pack.rules for finding in _of_rule(rule)]
    if codes is not None:
        found += [finding for rule in pack.rules for finding in _dead_codes(rule, codes)]
    found += _between(pack.rules)
    found += _gaps(pack.rules)
    if missing := [c for c in Cause if c not in {r.cause for r in pack.rules} | _NO_RULE_NEEDED]:
        found.append(Finding("cause_without_rule", "", 1, 1, params={"causes": tuple(missing)}))
    return sorted(found, key=lambda f: (f.line, f.column, f.key))


# one rule
def _of_rule(rule: Rule) -> Iterator[Finding]:
    known, wrong = Known(), list[Condition]()
    for condition, said in comparisons(rule):
        if finding := _impossible(rule, condition, said):
            wrong.append(condition)
            yield finding
        known, clash = known.with_(said, condition)
        if clash:
            yield _at("never_true", rule, condition, grave=True, field=said.field)
            break
    else:
        twice = {c.sql for c in rule.when}
        for condition in rule.unless:
            if condition.sql in twice:
                yield _at("never_true", rule, condition, grave=True, field=condition.sql[:60])
    empty = [c for c in rule.conditions if not c.fields or (c not in wrong and _says_nothing(c))]
    if len(empty) == len(rule.conditions):
        yield _at("always_true", rule, rule.when[0], grave=True)
    else:
        for condition in empty:
            yield _at("says_nothing", rule, condition)
    for condition in rule.conditions:
        yield from _units(rule, condition)
    for lang in LANGUAGES:
        text = rule.texts.get(lang)
        if text is None:
            yield Finding("no_text", rule.code, rule.line, 1, params={"language": lang})
        elif not text.next_steps:
            yield Finding("no_steps", rule.code, rule.line, 1, params={"language": lang})


def _impossible(rule: Rule, condition: Condition, said: Comparison) -> Finding | None:
    """A number beyond what its field can be, or a word that it never is."""
    about = ALL_FIELDS.get(said.field)
    if about is None or said.limit is None:
        return None
    if about.values and said.operator in ("=", "in", "<>", "not in"):
        strange = [word for word in words_of(said) if word not in about.values]
        if strange:
            return _at(
                "unknown_word",
                rule,
                condition,
                grave=True,
                field=said.field,
                word=strange[0][:40],
                words=" / ".join(about.values),
            )
    if said.field in _RANGES and (limits := numbers_of(said)):
        least, most = _RANGES[said.field]
        wrong = [n for n in limits if not least <= n <= most]
        if wrong:
            return _at(
                "beyond_range",
                rule,
                condition,
                grave=True,
                field=said.field,
                value=f"{wrong[0]:g}",
                least=f"{least:g}",
                most="∞" if most == inf else f"{most:g}",
            )
        small = [n for n in limits if 0 < n < _SENSIBLE.get(said.field, 0)]
        if small:
            unit = about.unit or ""
            return _at(
                "doubtful_unit", rule, condition, field=said.field, value=f"{small[0]:g}", unit=unit
            )
    return None


def _says_nothing(condition: Condition) -> bool:
    """Whether it supports its rule for every value that its field can have."""
    said = said_by(condition)
    if said is None or said.limit is None:
        return False
    if said.field in _RANGES:
        return Known({said.field: _possible(said.field)}).implies(said, condition)
    values = ALL_FIELDS[said.field].values if said.field in ALL_FIELDS else ()
    return bool(values) and said.operator in ("=", "in") and set(values) <= set(words_of(said))


def _possible(name: str) -> Range:
    least, most = _RANGES[name]
    return Range(low=least, high=most, null=False)


def _units(rule: Rule, condition: Condition) -> Iterator[Finding]:
    """Two fields of different units compared, added or subtracted."""
    for node in language.parse(condition.sql).find_all(
        exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Add, exp.Sub
    ):
        one, two = (_bare(side) for side in (node.this, node.expression))
        if one is None or two is None:
            continue
        units = [about.unit for n in (one, two) if (about := ALL_FIELDS.get(n))]
        if len(units) == 2 and units[0] != units[1]:
            yield _at("unit_mismatch", rule, condition, grave=True, field=one, other=two)


def _bare(node: exp.Expression) -> str | None:
    """The field that a part of a condition is, with or without a stand-in; None: it is reckoned."""
    while isinstance(node, exp.Paren | exp.Coalesce):
        node = node.this
    return language.resolve(node.name, _TYPES) if isinstance(node, exp.Column) else None


def _dead_codes(rule: Rule, codes: Collection[str]) -> Iterator[Finding]:
    """Codes that a condition asks for and no catalogue knows: misspelt, or long gone."""
    for condition in rule.conditions:
        for node in language.parse(condition.sql).find_all(exp.EQ, exp.NEQ, exp.In):
            asked = {column.name.lower() for column in node.find_all(exp.Column)}
            if not asked or not asked <= _CODED:
                continue
            for literal in node.find_all(exp.Literal):
                if literal.is_string and literal.name and literal.name not in codes:
                    yield _at("dead_code", rule, condition, code=literal.name[:40])


# two rules
def _between(rules: Sequence[Rule]) -> Iterator[Finding]:
    """``rules`` in order of priority: an earlier one ranks before a later one."""
    knowns = {rule.code: known_of(rule) for rule in rules}
    for first, second in combinations(rules, 2):
        here = (second.code, second.line, 1)
        if _follows(first, second, knowns[second.code]):
            same = first.priority == second.priority
            key = "shadowed_equal" if same else "shadowed"
            yield Finding(key, *here, grave=True, params={"other": first.code})
        elif first.priority == second.priority and not _clash(first, second):
            params = {"other": first.code, "priority": first.priority}
            yield Finding("equal_priority", *here, params=params)


def _follows(first: Rule, second: Rule, known: "Known | None") -> bool:
    """Whether ``first`` is true wherever ``second`` is."""
    if known is None:
        return False
    said = {(c.sql, c.negated) for c in second.conditions}
    return all(
        (c.sql, c.negated) in said or (plain is not None and known.implies(plain, c))
        for c, plain in ((c, said_by(c)) for c in first.conditions)
    )


def _clash(first: Rule, second: Rule) -> bool:
    """Whether no attempt can match both, as far as simple comparisons tell."""
    known = known_of(first)
    if known is None:
        return True
    for condition, said in comparisons(second):
        known, clash = known.with_(said, condition)
        if clash:
            return True
    said_by = {(c.sql, c.negated) for c in first.conditions}
    return any((c.sql, not c.negated) in said_by for c in second.conditions)


# between rules
def _gaps(rules: Sequence[Rule]) -> Iterator[Finding]:
    """Rules that differ in what they ask of one number only, and leave values between them."""
    alike: dict[tuple[str, frozenset[tuple[str, bool]]], list[tuple[Range, Rule]]] = defaultdict(
        list
    )
    for rule in rules:
        known = known_of(rule)
        for name, within in (known.ranges if known else {}).items():
            if name in _TYPES and within.numeric and within.low < within.high:
                others = frozenset(
                    (c.sql, c.negated)
                    for c in rule.conditions
                    if (said := said_by(c)) is None or said.field != name
                )
                alike[name, others].append((_whole(name, within), rule))
    for (name, _), ranges in alike.items():
        ranges.sort(key=lambda r: (r[0].low, r[0].low_open))
        step = 1 if _TYPES[name] is FieldType.INTEGER else 0
        reach, before = ranges[0]
        for within, rule in ranges[1:]:
            if _hole(reach, within, step):
                params = {
                    "field": name,
                    "other": before.code,
                    "low": f"{reach.high + step:g}",
                    "high": f"{within.low - step:g}",
                }
                yield Finding("gap", rule.code, rule.line, 1, params=params)
            if (within.high, not within.high_open) > (reach.high, not reach.high_open):
                reach, before = within, rule


def _whole(name: str, within: Range) -> Range:
    """Of a whole number ``< 18`` is ``<= 17``."""
    if _TYPES[name] is not FieldType.INTEGER:
        return within
    low = within.low + 1 if within.low_open else within.low
    high = within.high - 1 if within.high_open else within.high
    return Range(low=low, high=high)


def _hole(one: Range, two: Range, step: int) -> bool:
    if two.low - one.high > step:
        return True
    return not step and two.low == one.high and one.high_open and two.low_open


def _at(
    key: str, rule: Rule, condition: Condition, *, grave: bool = False, **params: object
) -> Finding:
    return Finding(key, rule.code, condition.line, condition.column, grave, params)
