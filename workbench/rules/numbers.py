"""What numbers an expression can yield: whole or not, and between which magnitudes.

Engines differ where arithmetic leaves the range of a double (one stops, another goes on with
infinity), where a remainder is not whole, and in how often they reckon a nested part. So the
language keeps arithmetic where all of them agree, and both its checker and the compiler ask here.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from sqlglot import exp

from workbench.domain.attempt import FieldType

KindOf = Callable[[str], FieldType | None]  # of a field's name
REAL_LIMIT = 30  # a real of 10^30 or more counts as missing inside arithmetic, below 10^-30 as 0
DECIMAL_LIMIT = 90_000_000_000_000  # beyond it a double no longer holds every cent
WHOLE_LIMIT = 10**15  # operands of % beyond it count as missing
HALF_LIMIT = 1 << 52  # doubles from here on are whole
_EXPONENT = 290  # of ten: magnitudes that stay clear of a double's own limits
_DIGITS = 17  # of a double: a difference keeps at least the last of them
MOST_WRITTEN = 4000  # parts that one condition may grow to where an engine repeats some


@dataclass(frozen=True)
class Numbers:
    """Values other than 0 lie between 10^low and 10^high in magnitude."""

    whole: bool
    low: int
    high: int

    @property
    def safe(self) -> bool:
        return self.low >= -_EXPONENT and self.high <= _EXPONENT


_OF_FIELD = {
    FieldType.INTEGER: Numbers(True, 0, 19),
    FieldType.DECIMAL: Numbers(False, -2, 14),
    FieldType.REAL: Numbers(False, -REAL_LIMIT, REAL_LIMIT),
}
_OF_CAST = {
    exp.DataType.Type.INT: Numbers(True, 0, 9),
    exp.DataType.Type.BIGINT: Numbers(True, 0, 15),
    exp.DataType.Type.DOUBLE: Numbers(False, -15, 15),
}
_NOTHING = Numbers(True, 0, 0)


def of(node: exp.Expression | None, kind_of: KindOf) -> Numbers:
    """Of a checked expression; what is no number counts as nothing."""
    match node:
        case exp.Paren() | exp.Neg() | exp.Abs():
            return of(node.this, kind_of)
        case exp.Literal() if not node.is_string:
            return _of_literal(node.name)
        case exp.Column():
            kind = kind_of(node.name)
            return _OF_FIELD.get(kind, _NOTHING) if kind else _NOTHING
        case exp.TryCast():
            return _OF_CAST.get(node.to.this, _NOTHING)
        case exp.Length():
            return Numbers(True, 0, 9)
        case exp.Ceil() | exp.Floor():
            return Numbers(True, 0, max(of(node.this, kind_of).high, 0) + 1)
        case exp.Round():
            places = int(decimals.name) if (decimals := node.args.get("decimals")) else 0
            high = max(of(node.this, kind_of).high, 0) + 1
            return Numbers(places == 0, -places, high + places)
        case exp.Add() | exp.Sub():
            a, b = of(node.this, kind_of), of(node.expression, kind_of)
            whole = a.whole and b.whole
            return Numbers(
                whole, 0 if whole else min(a.low, b.low) - _DIGITS, max(a.high, b.high) + 1
            )
        case exp.Mul():
            a, b = of(node.this, kind_of), of(node.expression, kind_of)
            return Numbers(a.whole and b.whole, a.low + b.low, a.high + b.high)
        case exp.Div():
            a, b = of(node.this, kind_of), of(node.expression, kind_of)
            return Numbers(False, a.low - b.high - 1, a.high - b.low + 1)
        case exp.Mod():
            return Numbers(True, 0, 15)
        case exp.Coalesce() | exp.Greatest() | exp.Least():
            return _any([node.this, *node.expressions], kind_of)
        case exp.Nullif():
            return of(node.this, kind_of)
        case exp.Case():
            results = [branch.args["true"] for branch in node.args["ifs"]]
            return _any([*results, node.args.get("default")], kind_of)
    return _NOTHING


def _any(nodes: list[exp.Expression | None], kind_of: KindOf) -> Numbers:
    found = [of(node, kind_of) for node in nodes if node is not None]
    return Numbers(
        all(n.whole for n in found), min(n.low for n in found), max(n.high for n in found)
    )


def _of_literal(text: str) -> Numbers:
    value = Fraction(text)
    if not value:
        return _NOTHING
    exponent = math.floor(math.log10(float(value)))
    return Numbers(value.denominator == 1, exponent, exponent + 1)


def written(tree: exp.Expression) -> int:
    """How many parts the compiled expression has at most: some functions take their argument
    several times over, and nested ones multiply."""
    sizes: dict[int, int] = {}
    for node in reversed(list(tree.bfs())):
        parts = [(child, sizes[id(child)]) for child in node.iter_expressions()]
        times = _TIMES.get(type(node), 1)
        size = 1
        for child, part in parts:
            repeated = times if child is not node.this or not isinstance(node, exp.Div) else 1
            size += part * repeated
        sizes[id(node)] = size
    return sizes[id(tree)]


_TIMES: dict[type, int] = {exp.Round: 3, exp.Floor: 2, exp.Ceil: 2, exp.Nullif: 2, exp.Div: 2, exp.Mod: 4,
          exp.TryCast: 2}  # fmt: skip
