"""The rule language: one SQL boolean expression, checked word by word before anything runs it.

A small subset of SQL in DuckDB's spelling. ``parse`` refuses by length, depth and characters
before sqlglot sees the text, so that hostile input costs nothing; ``check`` walks the tree with
an allow-list of nodes and types every one of them against the fields.
"""

import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from workbench.domain.attempt import ALL_FIELDS, IDENTITY_FIELDS, FieldType
from workbench.rules import numbers

MAX_LENGTH = 4000  # characters of one expression
MAX_PARENTHESES = 20  # nested
MAX_DEPTH = 60  # levels of the tree, AND/OR chains counted once
MAX_NODES = 800
MAX_NUMBER = 1e15  # beyond it a double no longer holds every whole number
MAX_DIGITS = 15  # of a number, and behind its point: those that a double keeps
MAX_TEXT = 200
MAX_WILDCARDS = 4  # '%' and '_' in one LIKE pattern: more can cost minutes on long texts


class Kind(StrEnum):
    """What an expression yields; the words that messages use."""

    BOOLEAN = "BOOLEAN"
    NUMBER = "NUMBER"
    TEXT = "TEXT"
    TIMESTAMP = "TIMESTAMP"
    NULL = "NULL"


_KIND_OF = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.INTEGER: Kind.NUMBER,
    FieldType.REAL: Kind.NUMBER,
    FieldType.DECIMAL: Kind.NUMBER,
    FieldType.BOOLEAN: Kind.BOOLEAN,
    FieldType.TIMESTAMP: Kind.TIMESTAMP,
}


class Refused(Exception):
    """Why an expression is no rule. ``key`` and ``params`` are those of a BadInput; ``offset``
    is the place in the expression, in characters. The pack adds file, line and column."""

    def __init__(self, key: str, offset: int = 0, **params: object) -> None:
        super().__init__(f"{key} {params}")
        self.key = key
        self.offset = offset
        self.params = params


@dataclass(frozen=True)
class Comparison:
    """A condition that the card can show as 'field operator limit'; ``limit`` is plain text."""

    field: str
    operator: str
    limit: str | None


# Parsing
# A lexer's view is enough to see what may never stand in a rule: a quoted text or name first, so
# that what looks like a comment inside one is none.
_LEXEME = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--|/\*|\*/|;|\$|\\|[(){}\[\]]|#|[\x00-\x08\x0b-\x1f]"
)


@lru_cache(maxsize=4096)
def parse(text: str) -> exp.Expression:
    """The tree of an expression, not yet checked. Callers must not change it. Raises Refused."""
    if len(text) > MAX_LENGTH:
        raise Refused("rule_too_long", limit=MAX_LENGTH)
    if not text.strip():
        raise Refused("rule_empty")
    depth = 0
    for found in _LEXEME.finditer(text):
        mark = found[0]
        if mark[0] in "'\"":
            continue
        if mark == "(":
            depth += 1
            if depth > MAX_PARENTHESES:
                raise Refused("rule_too_deep", found.start(), limit=MAX_PARENTHESES)
        elif mark == ")":
            depth -= 1
        else:
            raise Refused("rule_forbidden", found.start(), what=mark if mark.isprintable() else "␀")
    try:
        trees = sqlglot.parse(text, dialect="duckdb")
    except SqlglotError as error:
        first = (getattr(error, "errors", None) or [{}])[0]
        lines = text.split("\n")
        line = min(int(first.get("line") or 1), len(lines))
        start = sum(len(x) + 1 for x in lines[: line - 1])
        mark = str(first.get("highlight") or "")
        at = start + max(0, int(first.get("col") or 1) - max(1, len(mark)))
        raise Refused("rule_syntax", min(at, len(text)), near=mark or text.strip()[:20]) from error
    except RecursionError as error:
        raise Refused("rule_too_deep", limit=MAX_PARENTHESES) from error
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # sqlglot stumbles over some nonsense instead of refusing it
        raise Refused("rule_syntax", near=text.strip()[:20]) from error
    if len(trees) != 1 or trees[0] is None:
        raise Refused("rule_syntax", near=text.strip()[:20])
    tree = trees[0]
    if not isinstance(tree, exp.Expression):
        raise Refused("rule_syntax", near=text.strip()[:20])
    _measure(tree)
    return tree


def _measure(tree: exp.Expression) -> None:
    """Refuse a tree that recursion, here or in an engine, could choke on."""
    nodes, todo = 0, [(tree, 0)]
    while todo:
        node, depth = todo.pop()
        nodes += 1
        if nodes > MAX_NODES:
            raise Refused("rule_too_long", limit=MAX_LENGTH)
        if depth > MAX_DEPTH:
            raise Refused("rule_too_deep", limit=MAX_PARENTHESES)
        for child in node.iter_expressions():
            chained = isinstance(node, exp.And | exp.Or) and type(child) is type(node)
            todo.append((child, depth if chained else depth + 1))


def conjuncts(tree: exp.Expression) -> list[exp.Expression]:
    """The parts of a top-level AND, in order; the tree alone where there is none."""
    parts: list[exp.Expression] = []
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, exp.Paren) and isinstance(node.this, exp.And | exp.Paren):
            todo.append(node.this)
        elif isinstance(node, exp.And):
            todo += [node.expression, node.this]
        else:
            parts.append(node)
    return parts


# Checking
Fields = Mapping[str, FieldType]


def readable_fields(extra: Fields | None = None) -> dict[str, FieldType]:
    """What a rule may read: the attempt's and context fields without identities, and a file's
    own columns, which never hide a standard field."""
    own = {f.name: f.type for f in ALL_FIELDS.values() if not f.identity}
    return {n: t for n, t in (extra or {}).items() if n not in IDENTITY_FIELDS} | own


def check(tree: exp.Expression, fields: Fields) -> tuple[str, ...]:
    """The fields that a condition reads, in order of appearance. Raises Refused unless the whole
    is boolean and every node is allowed and of the right kind."""
    checker = _Checker(fields)
    checker.need(tree, Kind.BOOLEAN)
    if numbers.written(tree) > numbers.MOST_WRITTEN:
        raise Refused("rule_nested", offset(tree), limit=numbers.MOST_WRITTEN)
    return tuple(checker.used)


def kind(node: exp.Expression, fields: Fields) -> Kind:
    """What a checked part of an expression yields."""
    return _Checker(fields).kind(node)


def names(text: str) -> tuple[str, ...]:
    """The columns that an expression speaks of, unchecked; none where it cannot be parsed."""
    try:
        tree = parse(text)
    except Refused:
        return ()
    return tuple(dict.fromkeys(column.name.lower() for column in tree.find_all(exp.Column)))


def resolve(name: str, fields: Fields) -> str | None:
    """SQL names do not mind case: the field as the table spells it, or None."""
    if name in fields:
        return name
    return next((f for f in fields if f.lower() == name.lower()), None)


def offset(node: exp.Expression) -> int:
    """Where a part of an expression first names a field, in characters from its beginning."""
    starts = [n.meta["start"] for n in node.find_all(exp.Identifier) if "start" in n.meta]
    return min(starts, default=0)


_COMPARE = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_ORDERED = (exp.LT, exp.LTE, exp.GT, exp.GTE)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
_CAST_TYPES = {
    exp.DataType.Type.DOUBLE: Kind.NUMBER,
    exp.DataType.Type.INT: Kind.NUMBER,
    exp.DataType.Type.BIGINT: Kind.NUMBER,
    exp.DataType.Type.BOOLEAN: Kind.BOOLEAN,
}
FUNCTIONS = (
    "abs, ceil, coalesce, contains, ends_with, floor, greatest, least, length, lower, nullif,"
    " round, starts_with, trim, try_cast, upper"
)


class _Checker:
    """One walk over one tree; ``used`` collects the fields."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.used: dict[str, None] = {}

    def need(self, node: exp.Expression, *kinds: Kind) -> Kind:
        """The node's kind, which must be one of ``kinds`` or an untyped NULL."""
        found = self.kind(node)
        if found is not Kind.NULL and found not in kinds:
            raise Refused(
                "rule_type",
                offset(node),
                part=shown(node),
                expected=" / ".join(kinds),
                found=found.value,
            )
        return found

    def same(self, nodes: list[exp.Expression]) -> Kind:
        """The one kind of all nodes; NULLs fit any."""
        common = Kind.NULL
        for node in nodes:
            found = self.kind(node) if common is Kind.NULL else self.need(node, common)
            common = found if common is Kind.NULL else common
        return common

    def kind(self, node: exp.Expression | None) -> Kind:
        if not isinstance(node, exp.Expression):  # a part that the parser did without
            raise Refused("rule_syntax", near="")
        if node.comments:
            raise Refused("rule_forbidden", offset(node), what="--")
        rule = _NODES.get(type(node))
        if rule is None:
            if isinstance(node, exp.Func):
                name = node.name if isinstance(node, exp.Anonymous) else node.sql_name().lower()
                raise Refused("rule_function", offset(node), name=name[:40], allowed=FUNCTIONS)
            raise Refused("rule_forbidden", offset(node), what=shown(node))
        return rule(self, node)

    def only(self, node: exp.Expression, *names: str) -> None:
        """Refuse arguments that the language has no meaning for (a window, a format, ...)."""
        for name, value in node.args.items():
            if value and name not in names:
                raise Refused("rule_forbidden", offset(node), what=shown(node))

    def column(self, node: exp.Column) -> Kind:
        if node.table or not isinstance(node.this, exp.Identifier):
            raise Refused("rule_forbidden", offset(node), what=shown(node))
        name = node.name
        if name.lower() in IDENTITY_FIELDS:
            raise Refused("rule_identity_field", offset(node), name=name)
        field = resolve(name, self.fields)
        if field is None:
            near = difflib.get_close_matches(name.lower(), list(self.fields), 1, 0.6)
            if near:
                raise Refused("rule_unknown_field_near", offset(node), name=name[:60], near=near[0])
            raise Refused("rule_unknown_field", offset(node), name=name[:60])
        self.used[field] = None
        return _KIND_OF[self.fields[field]]

    def literal(self, node: exp.Literal) -> Kind:
        if node.is_string:
            if len(node.name) > MAX_TEXT:
                raise Refused("rule_too_long", limit=MAX_TEXT)
            return Kind.TEXT
        try:
            value = float(node.name)
        except ValueError:
            value = math.inf
        if not abs(value) <= MAX_NUMBER:
            raise Refused("rule_number", value=node.name[:40])
        digits = Decimal(node.name).normalize().as_tuple()
        if len(digits.digits) > MAX_DIGITS or -int(digits.exponent) > MAX_DIGITS:
            raise Refused("rule_digits", value=node.name[:40], limit=MAX_DIGITS)
        return Kind.NUMBER

    def compare(self, node: exp.Expression) -> Kind:
        self.only(node, "this", "expression")
        kind = self.same([node.this, node.expression])
        # Collations differ between engines, and '9' > '12' as text: no order on texts.
        if isinstance(node, _ORDERED) and kind in (Kind.TEXT, Kind.BOOLEAN):
            self.need(node.this, Kind.NUMBER, Kind.TIMESTAMP)
            self.need(node.expression, Kind.NUMBER, Kind.TIMESTAMP)
        return Kind.BOOLEAN

    def logic(self, node: exp.Expression) -> Kind:
        self.only(node, "this", "expression")
        self.need(node.this, Kind.BOOLEAN)
        if node.args.get("expression"):
            self.need(node.expression, Kind.BOOLEAN)
        return Kind.BOOLEAN

    def is_(self, node: exp.Is) -> Kind:
        self.only(node, "this", "expression")
        if isinstance(node.expression, exp.Boolean):
            self.need(node.this, Kind.BOOLEAN)
        elif not isinstance(node.expression, exp.Null):
            raise Refused("rule_forbidden", offset(node), what=shown(node))
        self.kind(node.this)
        return Kind.BOOLEAN

    def in_(self, node: exp.In) -> Kind:
        self.only(node, "this", "expressions")
        if not node.expressions:
            raise Refused("rule_syntax", offset(node), near="IN ()")
        for item in node.expressions:
            inner = item.this if isinstance(item, exp.Neg) else item
            if not isinstance(inner, exp.Literal | exp.Boolean):
                raise Refused("rule_forbidden", offset(node), what=shown(item))
        self.same([node.this, *node.expressions])
        return Kind.BOOLEAN

    def between(self, node: exp.Between) -> Kind:
        self.only(node, "this", "low", "high")
        low, high = node.args["low"], node.args["high"]
        for part in (node.this, low, high):
            self.need(part, Kind.NUMBER, Kind.TIMESTAMP)
        self.same([node.this, low, high])
        return Kind.BOOLEAN

    def like(self, node: exp.Like) -> Kind:
        self.only(node, "this", "expression", "negate")
        self.need(node.this, Kind.TEXT)
        pattern = node.expression
        if not (isinstance(pattern, exp.Literal) and pattern.is_string):
            raise Refused("rule_forbidden", offset(node), what=shown(pattern))
        self.literal(pattern)
        if "\\" in pattern.name or sum(pattern.name.count(c) for c in "%_") > MAX_WILDCARDS:
            raise Refused("rule_pattern", offset(node), pattern=pattern.name, limit=MAX_WILDCARDS)
        return Kind.BOOLEAN

    def arithmetic(self, node: exp.Expression) -> Kind:
        self.only(node, "this", "expression", "typed", "safe")
        self.need(node.this, Kind.NUMBER)
        self.need(node.expression, Kind.NUMBER)
        if isinstance(node, exp.Mod):
            for part in (node.this, node.expression):
                if not numbers.of(part, self.field_type).whole:
                    raise Refused("rule_whole", offset(node), part=shown(part))
        if not numbers.of(node, self.field_type).safe:
            raise Refused("rule_arithmetic", offset(node), part=shown(node))
        return Kind.NUMBER

    def field_type(self, name: str) -> FieldType | None:
        return self.fields.get(resolve(name, self.fields) or "")

    def number_function(self, node: exp.Expression) -> Kind:
        self.only(node, "this")
        return self.need(node.this, Kind.NUMBER) and Kind.NUMBER

    def round_(self, node: exp.Round) -> Kind:
        self.only(node, "this", "decimals")
        self.need(node.this, Kind.NUMBER)
        places = node.args.get("decimals")
        if places and not (isinstance(places, exp.Literal) and places.name in "0123456"):
            raise Refused("rule_forbidden", offset(node), what=shown(places))
        return Kind.NUMBER

    def text_function(self, node: exp.Expression) -> Kind:
        self.only(node, "this")
        self.need(node.this, Kind.TEXT)
        return Kind.TEXT

    def length(self, node: exp.Length) -> Kind:
        self.only(node, "this")
        self.need(node.this, Kind.TEXT)
        return Kind.NUMBER

    def text_test(self, node: exp.Expression) -> Kind:
        self.only(node, "this", "expression")
        self.need(node.this, Kind.TEXT)
        self.need(node.expression, Kind.TEXT)
        return Kind.BOOLEAN

    def choice(self, node: exp.Expression) -> Kind:
        self.only(node, "this", "expressions", "ignore_nulls")
        kind = self.same([node.this, *node.expressions])
        if isinstance(node, exp.Greatest | exp.Least) and kind in (Kind.TEXT, Kind.BOOLEAN):
            self.need(node.this, Kind.NUMBER, Kind.TIMESTAMP)
        return kind

    def nullif(self, node: exp.Nullif) -> Kind:
        self.only(node, "this", "expression")
        return self.same([node.this, node.expression])

    def case(self, node: exp.Case) -> Kind:
        self.only(node, "ifs", "default")
        branches = node.args["ifs"]
        for branch in branches:
            self.need(branch.this, Kind.BOOLEAN)
        results = [branch.args["true"] for branch in branches]
        default = node.args.get("default")
        return self.same(results + ([default] if default else []))

    def cast(self, node: exp.Cast) -> Kind:
        """TIMESTAMP '2026-11-22 08:00' as a literal, and TRY_CAST to a few types; a CAST of a
        column could fail on one row and with it the diagnosis of all."""
        target = node.to.this
        if isinstance(node, exp.TryCast):
            if target not in _CAST_TYPES or node.to.expressions:
                raise Refused("rule_forbidden", offset(node), what=shown(node))
            # How a number is rounded or spelt differs between engines; ROUND and FLOOR say it.
            self.need(node.this, Kind.TEXT)
            return _CAST_TYPES[target]
        moments = (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ)
        if target not in moments or not (
            isinstance(node.this, exp.Literal) and node.this.is_string
        ):
            raise Refused("rule_forbidden", offset(node), what=shown(node))
        try:
            moment = datetime.fromisoformat(node.this.name)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is not None:
            raise Refused("rule_timestamp", value=node.this.name[:40])
        return Kind.TIMESTAMP

    def paren(self, node: exp.Expression) -> Kind:
        return self.kind(node.this)


_NODES: dict[type, Callable[..., Kind]] = {
    exp.Column: _Checker.column,
    exp.Literal: _Checker.literal,
    exp.Boolean: lambda _c, _n: Kind.BOOLEAN,
    exp.Null: lambda _c, _n: Kind.NULL,
    exp.Paren: _Checker.paren,
    exp.And: _Checker.logic,
    exp.Or: _Checker.logic,
    exp.Not: _Checker.logic,
    exp.Is: _Checker.is_,
    exp.In: _Checker.in_,
    exp.Between: _Checker.between,
    exp.Like: _Checker.like,
    exp.Neg: _Checker.number_function,
    exp.Abs: _Checker.number_function,
    exp.Ceil: _Checker.number_function,
    exp.Floor: _Checker.number_function,
    exp.Round: _Checker.round_,
    exp.Lower: _Checker.text_function,
    exp.Upper: _Checker.text_function,
    exp.Trim: _Checker.text_function,
    exp.Length: _Checker.length,
    exp.StartsWith: _Checker.text_test,
    exp.EndsWith: _Checker.text_test,
    exp.Contains: _Checker.text_test,
    exp.Coalesce: _Checker.choice,
    exp.Greatest: _Checker.choice,
    exp.Least: _Checker.choice,
    exp.Nullif: _Checker.nullif,
    exp.Case: _Checker.case,
    exp.Cast: _Checker.cast,
    exp.TryCast: _Checker.cast,
    **dict.fromkeys(_COMPARE, _Checker.compare),
    **dict.fromkeys(_ARITHMETIC, _Checker.arithmetic),
}


def shown(node: exp.Expression) -> str:
    """A part of an expression for a message: short, in the rule's own dialect."""
    try:
        text = node.sql(dialect="duckdb", comments=False)
    except (SqlglotError, RecursionError, ValueError):
        text = type(node).__name__
    return text if len(text) <= 60 else text[:57] + "..."


# Reading a condition for the card
_SIGNS: dict[type, str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.NullSafeEQ: "=",
    exp.NullSafeNEQ: "<>",
}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


def comparison(tree: exp.Expression, fields: Fields) -> Comparison | None:
    """A condition as 'field operator limit' where it is that simple, else None."""
    if isinstance(tree, exp.Paren):
        return comparison(tree.this, fields)
    if isinstance(tree, exp.Column):
        field = resolve(tree.name, fields)
        return Comparison(field, "=", "true") if field else None
    if isinstance(tree, exp.Not):
        inner = comparison(tree.this, fields)
        opposite = {"=": "<>", "in": "not in", "is null": "is not null"}
        if inner is None or inner.operator not in opposite:
            return None
        return Comparison(inner.field, opposite[inner.operator], inner.limit)
    if isinstance(tree, exp.Is):
        left = _field(tree.this, fields)
        if left is None:
            return None
        if isinstance(tree.expression, exp.Null):
            return Comparison(left, "is null", None)
        return Comparison(left, "=", _value(tree.expression))
    if isinstance(tree, exp.In):
        left = _field(tree.this, fields)
        values = [_value(item) for item in tree.expressions]
        if left is None or None in values:
            return None
        return Comparison(left, "in", ", ".join(v for v in values if v is not None))
    sign = _SIGNS.get(type(tree))
    if sign is None:
        return None
    left, right = _field(tree.this, fields), _value(tree.expression)
    if left is None:
        left, right, sign = _field(tree.expression, fields), _value(tree.this), _TURNED[sign]
    return Comparison(left, sign, right) if left is not None and right is not None else None


def _field(node: exp.Expression, fields: Fields) -> str | None:
    """A column, bare or with a stand-in for a missing value."""
    if isinstance(node, exp.Coalesce) and all(isinstance(e, exp.Literal) for e in node.expressions):
        node = node.this
    return resolve(node.name, fields) if isinstance(node, exp.Column) else None


def _value(node: exp.Expression) -> str | None:
    if isinstance(node, exp.Boolean):
        return "true" if node.this else "false"
    if isinstance(node, exp.Literal):
        return str(node.name)
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return f"-{node.this.name}"
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal):
        return str(node.this.name)
    return None
