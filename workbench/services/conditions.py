"""A rule's condition in words: the same SQL, read out with the names of fields and values.

Only what the card shows is made here; what is executed stays the SQL as written.
"""

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from workbench import texts
from workbench.services.wording import SIGNS, value

_LISTED = 3  # values of a list that are read out
_COMPARISONS: dict[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.NEQ: "≠",
    exp.LT: "<",
    exp.LTE: "≤",
    exp.GT: ">",
    exp.GTE: "≥",
}


def condition_words(lang: str, sql: str) -> str:
    """``COALESCE(decision, 'none') = 'declined'`` -> ``审批结论 = 拒绝``; SQL that cannot be read
    comes back as it is."""
    tree = _parsed(sql)
    return _say(lang, tree) if tree is not None else sql


def fields_in(sql: str) -> tuple[str, ...]:
    """The fields that a condition looks at, in the order written."""
    tree = _parsed(sql)
    if tree is None:
        return ()
    names = [column.name for column in tree.find_all(exp.Column, bfs=False)]
    return tuple(dict.fromkeys(names))


def asked(lang: str, field: str, operator: str | None, limit: str | None) -> str:
    """What a simple comparison asks for, without the field: ``< 6 个月``."""
    if operator in ("is null", "is not null"):
        return texts.text(lang, f"condition.{operator.replace(' ', '_')}")
    if limit is None:
        return ""
    said = value(lang, field, limit)
    if operator in ("in", "not in"):
        listed = _listed(lang, said.split(", "))
        return texts.text(lang, f"condition.{operator.replace(' ', '_')}", values=listed)
    sign = SIGNS.get(operator or "", operator or "")
    return f"{sign} {said}".strip()


@lru_cache(maxsize=1024)
def _parsed(sql: str) -> exp.Expression | None:
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError:
        return None
    return tree if isinstance(tree, exp.Expression) else None


def _say(lang: str, node: exp.Expression) -> str:
    def text(key: str, **params: object) -> str:
        return texts.text(lang, f"condition.{key}", **params)

    match node:
        case exp.Paren():
            return f"({_say(lang, node.this)})"
        case exp.And() | exp.Or():
            link = text("and" if isinstance(node, exp.And) else "or")
            return f"{_say(lang, node.this)} {link} {_say(lang, node.expression)}"
        case exp.Not():
            inner = node.this.unnest()
            if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
                return f"{_say(lang, inner.this)} {text('is_not_null')}"
            if isinstance(inner, exp.In):
                return _membership(lang, inner, "not_in")
            return text("no", what=_say(lang, inner))
        case exp.Is() if isinstance(node.expression, exp.Null):
            return f"{_say(lang, node.this)} {text('is_null')}"
        case exp.Is():
            return f"{_say(lang, node.this)} = {_value(lang, node.this, node.expression)}"
        case exp.In():
            return _membership(lang, node, "in")
        case exp.Like() if isinstance(node.expression, exp.Literal):
            part = str(node.expression.this).strip("%")
            return f"{_say(lang, node.this)} {text('contains', part=part)}"
        case exp.Between():
            low, high = (_value(lang, node.this, node.args[end]) for end in ("low", "high"))
            return f"{_say(lang, node.this)} {text('between', low=low, high=high)}"
        case exp.Coalesce():  # the stand-in for a missing value is no news to a reader
            others = [e for e in node.expressions if isinstance(e, exp.Column)]
            return "/".join(_say(lang, e) for e in (node.this, *others))
        case exp.Column():
            return texts.word(lang, "field", node.name)
    sign = _COMPARISONS.get(type(node))
    if sign is None or not all(_plain(side) for side in (node.this, node.expression)):
        return text("as_the_rule_says", fields=_listed(lang, _labels(lang, node)))
    left, right = node.this, node.expression
    return f"{_value(lang, right, left)} {sign} {_value(lang, left, right)}"


def _value(lang: str, of: exp.Expression, node: exp.Expression) -> str:
    """A literal as the field that it is compared with says it; anything else in words."""
    field = of.find(exp.Column)
    raw = _literal(node)
    if raw is None:
        return _say(lang, node)
    return value(lang, field.name, raw) if field is not None and raw else (raw or "''")


def _plain(node: exp.Expression) -> bool:
    return isinstance(node, (exp.Column, exp.Coalesce)) or _literal(node) is not None


def _literal(node: exp.Expression) -> str | None:
    if isinstance(node, exp.Boolean):
        return "true" if node.this else "false"
    if isinstance(node, exp.Literal):
        return str(node.this)
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return f"-{node.this.this}"
    return None


def _membership(lang: str, node: exp.In, key: str) -> str:
    values = _listed(lang, [_value(lang, node.this, e) for e in node.expressions])
    return f"{_say(lang, node.this)} {texts.text(lang, f'condition.{key}', values=values)}"


def _listed(lang: str, values: list[str]) -> str:
    """The first few, and how many there are: a card is no catalogue."""
    comma = texts.text(lang, "condition.comma")
    if len(values) <= _LISTED + 1:
        return comma.join(values)
    first = comma.join(values[:_LISTED])
    return texts.text(lang, "condition.among", first=first, count=len(values))


def _labels(lang: str, node: exp.Expression) -> list[str]:
    names = dict.fromkeys(column.name for column in node.find_all(exp.Column, bfs=False))
    return [texts.word(lang, "field", name) for name in names]
