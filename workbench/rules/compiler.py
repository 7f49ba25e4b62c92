"""From checked conditions to SQL in DuckDB's dialect that means the same on every engine.

What engines agree on stands as it was written: logic, equal texts, a field against a constant.
Other numbers are reckoned as doubles, with no step that could overflow (see ``numbers``); texts
are folded and trimmed by listed characters; every NULL has a type.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from sqlglot import exp

from workbench.domain.attempt import FieldType
from workbench.rules import language, numbers
from workbench.rules.language import Kind
from workbench.rules.pack import MAX_RULES, Condition, Rule, RulePack

_SQL_TYPES = {
    FieldType.TEXT: "VARCHAR",
    FieldType.INTEGER: "INTEGER",
    FieldType.REAL: "DOUBLE",
    FieldType.DECIMAL: "DOUBLE",
    FieldType.BOOLEAN: "BOOLEAN",
    FieldType.TIMESTAMP: "TIMESTAMP",
}
_KIND_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.NUMBER: "DOUBLE",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.TIMESTAMP: "TIMESTAMP",
}
_LONG_LIST = 4
_CAPITALS, _SMALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
# What TRIM removes: Unicode's space separators.
_SPACES = " \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"
_SHAPES = {  # of a text that is a number, as people write one
    exp.DataType.Type.INT: "^[+-]?[0-9]{1,9}$",
    exp.DataType.Type.BIGINT: "^[+-]?[0-9]{1,15}$",
    exp.DataType.Type.DOUBLE: "^[+-]?[0-9]{1,15}([.][0-9]{1,15})?$",
}
_YES, _NO = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")


def condition_sql(condition: Condition, pack: RulePack, columns: Collection[str]) -> str:
    """One condition over a relation that has ``columns``; a field it lacks is NULL.

    'Unless' conditions come out as written: ``rule_sql`` negates them.
    """
    return _written(condition.sql, tuple(pack.fields.items()), frozenset(columns))


@lru_cache(maxsize=4 * MAX_RULES)
def _written(sql: str, fields: tuple[tuple[str, FieldType], ...], columns: frozenset[str]) -> str:
    """Kept: every call explains by the same conditions, and writing them takes longer than asking."""
    writer = _Writer(dict(fields), columns)
    return writer.value(language.parse(sql), Kind.BOOLEAN).sql(dialect="duckdb")


class _Writer:
    """Writes a checked tree anew, each part as a value of the kind that its place asks for."""

    def __init__(self, fields: dict[str, FieldType], columns: Collection[str]) -> None:
        self.fields = fields
        self.columns = columns

    def value(self, node: exp.Expression, kind: Kind, within: bool = False) -> exp.Expression:
        """``within`` arithmetic, see ``_real``."""
        match node:
            case exp.Paren():
                return _grouped(self.value(node.this, kind, within))
            case exp.Null():
                return _null(_KIND_TYPES[kind])
            case exp.Column() if kind is Kind.NUMBER:
                return self.number_column(node, within)
            case exp.Column():
                return self.column(node)
            case exp.Literal():
                return _double(_constant(node)) if kind is Kind.NUMBER else node.copy()
            case exp.Coalesce() | exp.Greatest() | exp.Least():
                parts = [self.value(n, kind, within) for n in (node.this, *node.expressions)]
                return type(node)(this=parts[0], expressions=parts[1:], ignore_nulls=True)
            case exp.Nullif():
                one, two = (self.value(n, kind, within) for n in (node.this, node.expression))
                return exp.Nullif(this=one, expression=two)
            case exp.Case():
                made = exp.Case(ifs=[])
                for branch in node.args["ifs"]:
                    result = self.value(branch.args["true"], kind, within)
                    made = made.when(self.value(branch.this, Kind.BOOLEAN), result, copy=False)
                default = node.args.get("default")
                return (
                    made.else_(self.value(default, kind, within), copy=False) if default else made
                )
        match kind:
            case Kind.NUMBER:
                return self.number(node)
            case Kind.TEXT:
                return self.text(node)
            case Kind.TIMESTAMP:
                moment = datetime.fromisoformat(node.this.name).isoformat(" ", "microseconds")
                return exp.cast(exp.Literal.string(moment), "TIMESTAMP", dialect="duckdb")
        return self.truth(node)

    def column(self, node: exp.Column) -> exp.Expression:
        field = language.resolve(node.name, self.fields) or node.name
        if field in self.columns:
            return exp.Column(this=exp.to_identifier(field, quoted=True))
        return _null(_SQL_TYPES[self.fields.get(field, FieldType.TEXT)])

    def field_type(self, name: str) -> FieldType | None:
        return self.fields.get(language.resolve(name, self.fields) or "")

    # TRUE, FALSE, NULL
    def truth(self, node: exp.Expression) -> exp.Expression:
        match node:
            case exp.And() | exp.Or():
                join = exp.and_ if isinstance(node, exp.And) else exp.or_
                parts: Iterable[Any] = node.flatten(unnest=False)
                joined: Any = join(
                    *(_grouped(self.value(n, Kind.BOOLEAN)) for n in parts), copy=False
                )
                return cast(exp.Expression, joined)
            case exp.Not():
                return exp.Not(this=_grouped(self.value(node.this, Kind.BOOLEAN)))
            case exp.Boolean():
                return node.copy()
            case exp.Is():
                if isinstance(node.expression, exp.Boolean):
                    this = _grouped(self.value(node.this, Kind.BOOLEAN))
                else:
                    (this,) = self.compared([node.this])
                return exp.Is(this=this, expression=node.expression.copy())
            case exp.In():
                this, *listed = self.compared([node.this, *node.expressions])
                if len(listed) > _LONG_LIST:
                    # DuckDB turns a long IN into a join over all rows, even inside a CASE that
                    # few reach.
                    return exp.ArrayContains(this=exp.Array(expressions=listed), expression=this)
                return exp.In(this=this, expressions=listed)
            case exp.Between():
                this, low, high = self.compared([node.this, node.args["low"], node.args["high"]])
                return exp.Between(this=this, low=low, high=high)
            case exp.Like():
                text = _grouped(self.value(node.this, Kind.TEXT))
                like = exp.Like(this=text, expression=node.expression.copy())
                return exp.Not(this=like) if node.args.get("negate") else like
            case exp.Contains() | exp.StartsWith() | exp.EndsWith():
                one, two = (self.value(n, Kind.TEXT) for n in (node.this, node.expression))
                return type(node)(this=one, expression=two)
            case exp.TryCast():
                text = _replaced(_trimmed(self.value(node.this, Kind.TEXT)), _CAPITALS, _SMALL)
                made = exp.Case(ifs=[])
                for words, answer in ((_YES, True), (_NO, False)):
                    listed = [exp.Literal.string(word) for word in words]
                    test = exp.In(this=text.copy(), expressions=listed)
                    made = made.when(test, exp.Boolean(this=answer), copy=False)
                return made
        one, two = self.compared([node.this, node.expression])
        return type(node)(this=one, expression=two)

    def compared(self, nodes: Sequence[exp.Expression]) -> list[exp.Expression]:
        """The nodes as values that every engine compares alike: fields and constants as they
        stand, unless cents meet a real; other numbers as doubles."""
        kinds = (language.kind(node, self.fields) for node in nodes)
        kind = next((kind for kind in kinds if kind is not Kind.NULL), Kind.TEXT)
        if kind is Kind.NUMBER and (bare := self.standing(nodes)):
            return bare
        return [_grouped(self.value(node, kind)) for node in nodes]

    def standing(self, nodes: Sequence[exp.Expression]) -> list[exp.Expression] | None:
        types, made = set(), []
        for node in map(_opened, nodes):
            if isinstance(node, exp.Column):
                types.add(self.field_type(node.name))
            if (one := self.bare(node)) is None:
                return None
            made.append(one)
        return None if {FieldType.DECIMAL, FieldType.REAL} <= types else made

    def bare(self, node: exp.Expression) -> exp.Expression | None:
        """A field, a constant, or a choice between whole ones; None for anything else."""
        node = _opened(node)
        match node:
            case exp.Column():
                return self.column(node)
            case exp.Literal():
                return _constant(node)
            case exp.Neg() if isinstance(_opened(node.this), exp.Literal):
                return exp.Neg(this=_constant(_opened(node.this)))
            case exp.Coalesce() | exp.Greatest() | exp.Least():
                if not numbers.of(node, self.field_type).whole:
                    return None
                parts = [self.bare(n) for n in (node.this, *node.expressions)]
                if None in parts:
                    return None
                return type(node)(this=parts[0], expressions=parts[1:], ignore_nulls=True)
        return None

    # texts
    def text(self, node: exp.Expression) -> exp.Expression:
        text = self.value(node.this, Kind.TEXT)
        if isinstance(node, exp.Trim):
            return _trimmed(text)
        upper = isinstance(node, exp.Upper)
        return _replaced(text, *((_SMALL, _CAPITALS) if upper else (_CAPITALS, _SMALL)))

    # doubles
    def number_column(self, node: exp.Column, within: bool) -> exp.Expression:
        column = self.column(node)
        kind = self.field_type(node.name)
        if not isinstance(column, exp.Column):
            return _null("DOUBLE")
        if kind is FieldType.DECIMAL:
            return _double(_inside(column, numbers.DECIMAL_LIMIT, column.copy()))
        if kind is not FieldType.REAL:
            return _double(column)
        return _real(column) if within else column

    def number(self, node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Length):
            return _double(exp.Length(this=self.value(node.this, Kind.TEXT)))
        if isinstance(node, exp.TryCast):
            text = _trimmed(self.value(node.this, Kind.TEXT))
            shape = exp.Literal.string(_SHAPES[node.to.this])
            test = exp.RegexpLike(this=text, expression=shape)
            number = exp.TryCast(this=text.copy(), to=exp.DataType.build("DOUBLE"))
            return exp.Case(ifs=[]).when(test, number, copy=False)
        this = _grouped(self.value(node.this, Kind.NUMBER, within=True))
        high = numbers.of(node.this, self.field_type).high
        if isinstance(node, exp.Neg | exp.Abs):
            return type(node)(this=this)
        if isinstance(node, exp.Round):
            return _rounded(this, int(places.name) if (places := node.args.get("decimals")) else 0)
        if isinstance(node, exp.Ceil | exp.Floor):
            whole = _double(type(node)(this=this))
            return whole if high <= 15 else _inside(this, numbers.HALF_LIMIT, whole, this.copy())
        other = _grouped(self.value(node.expression, Kind.NUMBER, within=True))
        if isinstance(node, exp.Mod):
            one, two = (_inside(n, numbers.WHOLE_LIMIT, exp.cast(n.copy(), "BIGINT"))
                        for n in (this, other))  # fmt: skip
            return _double(exp.Mod(this=_grouped(one), expression=_not_zero(two)))
        if isinstance(node, exp.Div):
            return exp.Div(this=this, expression=_not_zero(other))
        return type(node)(this=this, expression=other)


def _grouped(node: exp.Expression) -> exp.Expression:
    """In parentheses unless it needs none: precedence differs between engines, too."""
    single = exp.Column | exp.Literal | exp.Boolean | exp.Paren | exp.Cast | exp.Null | exp.Case
    calls = isinstance(node, exp.Func) and not isinstance(node, exp.Binary)
    return node if isinstance(node, single) or calls else exp.Paren(this=node)


def _opened(node: exp.Expression) -> exp.Expression:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _null(kind: str) -> exp.Expression:
    return exp.cast(exp.Null(), kind, dialect="duckdb")


def _double(node: exp.Expression) -> exp.Expression:
    return exp.cast(node, "DOUBLE", dialect="duckdb")


def _constant(node: exp.Expression) -> exp.Expression:
    """A number in plain digits: with an exponent it is a double to one engine, exact to another."""
    return exp.Literal.number(format(Decimal(node.name), "f"))


def _number(value: int | str) -> exp.Expression:
    return exp.Literal.number(value)


def _inside(
    node: exp.Expression,
    limit: int,
    result: exp.Expression,
    otherwise: exp.Expression | None = None,
) -> exp.Expression:
    """``result`` where the magnitude is below ``limit``; NaN is above."""
    test = exp.LT(this=exp.Abs(this=node.copy()), expression=_number(limit))
    made = exp.Case(ifs=[]).when(test, result, copy=False)
    return made.else_(otherwise, copy=False) if otherwise else made


def _real(column: exp.Expression) -> exp.Expression:
    """A real in the range in which no engine stops at an overflow: missing beyond it, or 0."""
    size = exp.Abs(this=column.copy())
    least, most = (_double(_number(f"1e{n}")) for n in (-numbers.REAL_LIMIT, numbers.REAL_LIMIT))
    made = exp.Case(ifs=[])
    made = made.when(exp.LT(this=size, expression=least), _double(_number(0)), copy=False)
    return made.when(exp.LT(this=size.copy(), expression=most), column, copy=False)


def _rounded(node: exp.Expression, places: int) -> exp.Expression:
    """Half away from zero, in doubles; what is too large to have such places stays."""
    power = _double(_number(10**places))
    half = _double(_number("0.5"))
    scaled = exp.Add(
        this=exp.Mul(this=exp.Abs(this=node.copy()), expression=power), expression=half
    )
    sign = exp.Case(ifs=[]).when(
        exp.LT(this=node.copy(), expression=_number(0)), _double(_number(-1)), copy=False
    )
    sign = sign.else_(_double(_number(1)), copy=False)
    whole = exp.Mul(this=_double(exp.Floor(this=scaled)), expression=sign)
    result = exp.Div(this=whole, expression=power.copy()) if places else whole
    return _inside(node, numbers.HALF_LIMIT // 10**places, result, node)


def _not_zero(node: exp.Expression) -> exp.Expression:
    inner = _opened(node)
    constant = inner.this if isinstance(inner, exp.Cast) else inner
    if isinstance(constant, exp.Literal) and float(constant.name):
        return node
    return exp.Nullif(this=node, expression=_number(0))


def _trimmed(text: exp.Expression) -> exp.Expression:
    return exp.Trim(this=text, expression=exp.Literal.string(_SPACES))


def _replaced(text: exp.Expression, old: str, new: str) -> exp.Expression:
    """Letters outside A to Z keep their case: engines fold them differently."""
    return exp.Translate(this=text, from_=exp.Literal.string(old), to=exp.Literal.string(new))


def conjuncts_sql(rule: Rule, pack: RulePack, columns: Collection[str]) -> list[str]:
    """What must all be true for a rule to hold, 'unless' negated."""
    parts = [f"({condition_sql(c, pack, columns)})" for c in rule.when]
    return parts + [f"(NOT ({condition_sql(c, pack, columns)}))" for c in rule.unless]


def rule_sql(rule: Rule, pack: RulePack, columns: Collection[str]) -> str:
    """TRUE, FALSE or NULL for one rule: SQL's own three-valued AND."""
    return " AND ".join(conjuncts_sql(rule, pack, columns))


def mask_sql(rules: Sequence[tuple[int, Sequence[str]]]) -> str:
    """The sum of the numbers of those rules that are true, each given with its conjuncts.

    A condition that several rules share is asked once, in front of them all: most rows leave
    there, which is what makes the bulk fast.
    """
    shared = Counter(c for _, conjuncts in rules for c in dict.fromkeys(conjuncts))
    condition, count = max(shared.items(), key=lambda item: item[1], default=("", 0))
    if count < 2:
        return " + ".join(
            f"CASE WHEN {' AND '.join(conjuncts)} THEN {number} ELSE 0 END"
            if conjuncts
            else str(number)
            for number, conjuncts in rules
        )
    inside = [(n, [c for c in cs if c != condition]) for n, cs in rules if condition in cs]
    outside = [(n, cs) for n, cs in rules if condition not in cs]
    nested = f"CASE WHEN {condition} THEN {mask_sql(inside)} ELSE 0 END"
    return f"{nested} + {mask_sql(outside)}" if outside else nested


def text_literal(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"
