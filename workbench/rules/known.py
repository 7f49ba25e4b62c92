"""What a rule's comparisons say of each field: between which numbers, which words, whether missing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import inf

from workbench.domain.attempt import ALL_FIELDS, FieldType
from workbench.rules.language import Comparison
from workbench.rules.pack import Condition, Rule

_COALESCE = re.compile(r"coalesce\s*\([^()]*\)")  # of a field and plain values
_OPPOSITE = {
    "=": "<>",
    "<>": "=",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "in": "not in",
    "not in": "in",
    "is null": "is not null",
    "is not null": "is null",
}


@dataclass(frozen=True)
class Range:
    """What a field may be where a rule holds: within numbers, or one of some words."""

    low: float = -inf
    high: float = inf
    low_open: bool = False
    high_open: bool = False
    words: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    null: bool | None = None  # True: is missing; False: is there
    stand_ins: frozenset[str] = frozenset()  # each expression that gives a missing one a value

    @property
    def numeric(self) -> bool:
        """Whether numbers limit it on a side."""
        return self.low > -inf or self.high < inf

    @property
    def empty(self) -> bool:
        if self.low > self.high:
            return True
        if self.low == self.high and (self.low_open or self.high_open):
            return True
        return self.words is not None and not self.words - self.without

    @property
    def impossible(self) -> bool:
        """Empty, and no missing value makes it true either: by two stand-ins it is two values."""
        return self.empty and (self.null is False or len(self.stand_ins) < 2)


@dataclass(frozen=True)
class Known:
    ranges: dict[str, Range] = field(default_factory=dict)

    def with_(self, said: Comparison, condition: Condition) -> "tuple[Known, bool]":
        """With one more comparison, and whether that makes it impossible."""
        before = self.ranges.get(said.field, Range())
        after = _narrowed(before, said, stands_in=_stands_in(condition))
        if after is None:
            return self, True
        after = replace(after, stand_ins=before.stand_ins | _stand_ins(condition))
        return Known(self.ranges | {said.field: after}), after.impossible

    def implies(self, said: Comparison, condition: Condition) -> bool:
        known = self.ranges.get(said.field)
        if known is None:
            return False
        if _stands_in(condition):  # it speaks of a missing value as of some word
            return False
        if said.operator == "is null":
            return known.null is True
        if said.operator == "is not null":
            return known.null is False
        if known.null is not False or said.limit is None:
            return False  # where it may be missing the comparison is unknown
        if is_number(said.field):
            return _within(known, said)
        words, listed = known.words, set(words_of(said))
        if said.operator in ("=", "in"):
            return words is not None and words - known.without <= listed
        if said.operator in ("<>", "not in"):
            return listed <= known.without or (words is not None and not words & listed)
        return False


def known_of(rule: Rule) -> Known | None:
    """None where the rule can never hold."""
    known = Known()
    for condition, said in comparisons(rule):
        known, clash = known.with_(said, condition)
        if clash:
            return None
    return known


def _narrowed(before: Range, said: Comparison, *, stands_in: bool) -> Range | None:
    if said.operator == "is null":
        return None if before.null is False else replace(before, null=True)
    if before.null is True and not stands_in:
        return None
    there = before if stands_in else replace(before, null=False)
    if said.operator == "is not null" or said.limit is None:
        return there
    if not is_number(said.field):
        listed = frozenset(words_of(said))
        if said.operator in ("=", "in"):
            return replace(there, words=listed if there.words is None else there.words & listed)
        if said.operator in ("<>", "not in"):
            return replace(there, without=there.without | listed)
        return there
    numbers = numbers_of(said)
    if not numbers:
        return there
    match said.operator:
        case "=" | "in":
            return _from(_to(there, max(numbers)), min(numbers))
        case "<" | "<=":
            return _to(there, numbers[0], open_=said.operator == "<")
        case ">" | ">=":
            return _from(there, numbers[0], open_=said.operator == ">")
    return there


def _from(known: Range, low: float, *, open_: bool = False) -> Range:
    if low < known.low or (low == known.low and not open_):
        return known
    return replace(known, low=low, low_open=open_)


def _to(known: Range, high: float, *, open_: bool = False) -> Range:
    if high > known.high or (high == known.high and not open_):
        return known
    return replace(known, high=high, high_open=open_)


def _within(known: Range, said: Comparison) -> bool:
    numbers = numbers_of(said)
    if not numbers:
        return False
    n = numbers[0]
    match said.operator:
        case "<":
            return known.high < n or (known.high == n and known.high_open)
        case "<=":
            return known.high <= n
        case ">":
            return known.low > n or (known.low == n and known.low_open)
        case ">=":
            return known.low >= n
        case "=" | "in":
            return known.low == known.high and known.low in numbers
        case "<>":
            return known.high < n or known.low > n
    return False


def comparisons(rule: Rule) -> Iterator[tuple[Condition, Comparison]]:
    for condition in rule.conditions:
        said = said_by(condition)
        if said is not None:
            yield condition, said


def said_by(condition: Condition) -> Comparison | None:
    """What must be so for the rule: of an 'unless' the opposite."""
    said = condition.simple
    if said is None or not condition.negated:
        return said
    return replace(said, operator=_OPPOSITE[said.operator])


def _stands_in(condition: Condition) -> bool:
    return bool(_stand_ins(condition))


def _stand_ins(condition: Condition) -> frozenset[str]:
    return frozenset(re.sub(r"\s", "", found) for found in _COALESCE.findall(condition.sql.lower()))


def is_number(name: str) -> bool:
    about = ALL_FIELDS.get(name)
    return about is not None and about.type in (
        FieldType.INTEGER,
        FieldType.REAL,
        FieldType.DECIMAL,
    )


def words_of(said: Comparison) -> list[str]:
    text = said.limit or ""
    return text.split(", ") if said.operator in ("in", "not in") else [text]


def numbers_of(said: Comparison) -> list[float]:
    if not is_number(said.field):
        return []
    try:
        return [float(word) for word in words_of(said)]
    except ValueError:
        return []
