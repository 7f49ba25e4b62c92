"""A rule pack as a decision table of zen-engine (GoRules): the yardstick that asks row by row.

ZEN has no third truth value and stops at a comparison with null. A condition is therefore put as
"is true" or "is false", each guarded against null: a rule of the table hits just where the rule
of the pack is true. Rules that are *unknown* are not asked: what our diagnosis calls possible for
want of a fact, the table leaves without a code.
"""

import json
from collections.abc import Iterable, Sequence

from sqlglot import exp

from workbench.rules import language
from workbench.rules.pack import RulePack
from workbench.warehouse.diagnosis import outcome_sql

Row = dict[str, object]

_COMPARISONS = {
    exp.EQ: ("==", "!="),
    exp.NEQ: ("!=", "=="),
    exp.LT: ("<", ">="),
    exp.LTE: ("<=", ">"),
    exp.GT: (">", "<="),
    exp.GTE: (">=", "<"),
}


class Untranslatable(ValueError):
    """The pack says something that this translation has no word for."""


class ZenRules:
    """``codes(row)``: the rules that are true, in order of priority: the principal reason and the
    contributing ones, which our diagnosis gives as well."""

    def __init__(self, pack: RulePack) -> None:
        import zen

        self.fields = tuple(sorted(pack.reads() | {"outcome", "decision"}))
        table = json.dumps(decision_table(pack, self.fields))
        self._decision = zen.ZenEngine().create_decision(table)

    def codes(self, row: Row) -> list[str]:
        """``row`` holds ``fields``; None where a value is missing."""
        result = self._decision.evaluate(row)["result"]
        return [hit["code"] for hit in result] if isinstance(result, list) else []

    def all_codes(self, rows: Iterable[Row]) -> list[list[str]]:
        return [self.codes(row) for row in rows]


def decision_table(pack: RulePack, fields: Sequence[str]) -> dict[str, object]:
    """A switch that lets successes and pending attempts go, and a table that collects every hit."""
    succeeded, pending = (language.parse(sql) for sql in outcome_sql(fields))
    rules = []
    for rule in pack.rules:
        parts = [_true(language.parse(c.sql)) for c in rule.when]
        parts += [_false(language.parse(c.sql)) for c in rule.unless]
        cells = {"when": " and ".join(parts), "code": json.dumps(rule.code)}
        rules.append({"_id": rule.code} | cells)
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": "when", "name": "when"}],
        "outputs": [{"id": "code", "name": "code", "field": "code"}],
        "rules": rules,
    }
    asked = {"id": "asked", "condition": f"not ({_true(succeeded)} or {_true(pending)})"}
    contents: dict[str, object] = {
        "inputNode": {},
        "switchNode": {"hitPolicy": "first", "statements": [asked]},
        "decisionTableNode": table,
        "outputNode": {},
    }
    place = {"x": 0, "y": 0}
    return {
        "nodes": [
            {"id": kind, "name": kind, "type": kind, "position": place, "content": content}
            for kind, content in contents.items()
        ],
        "edges": [
            {"id": "e1", "type": "edge", "sourceId": "inputNode", "targetId": "switchNode"},
            {
                "id": "e2",
                "type": "edge",
                "sourceId": "switchNode",
                "sourceHandle": "asked",
                "targetId": "decisionTableNode",
            },
            {"id": "e3", "type": "edge", "sourceId": "decisionTableNode", "targetId": "outputNode"},
        ],
    }


def _true(node: exp.Expression) -> str:
    """ZEN for "this condition is true"; false where it is false or unknown."""
    return _truth(node, True)


def _false(node: exp.Expression) -> str:
    return _truth(node, False)


def _truth(node: exp.Expression, wanted: bool) -> str:
    wanted = wanted is not bool(node.args.get("negate"))  # sqlglot's NOT LIKE
    match node:
        case exp.Paren():
            return _truth(node.this, wanted)
        case exp.Not():
            return _truth(node.this, not wanted)
        case exp.And() | exp.Or():
            both = isinstance(node, exp.And) is wanted
            word = "and" if both else "or"
            return f"({_truth(node.this, wanted)} {word} {_truth(node.expression, wanted)})"
        case exp.Boolean():
            return "true" if node.this is wanted else "false"
        case exp.Null():
            return "false"
        case exp.Case():
            return _case(node, lambda branch: _truth(branch, wanted), "false")
        case exp.Is() if isinstance(node.expression, exp.Null):
            return f"({_value(node.this)} {'==' if wanted else '!='} null)"
        case exp.Between():
            low = exp.GTE(this=node.this.copy(), expression=node.args["low"].copy())
            high = exp.LTE(this=node.this.copy(), expression=node.args["high"].copy())
            return _truth(exp.And(this=low, expression=high), wanted)
        case exp.In():
            listed = ", ".join(map(_value, node.expressions))
            inside = f"{_value(node.this)} in [{listed}]"
            return f"({inside})" if wanted else _known([node.this], f"not ({inside})")
        case exp.Like():
            inside = f"contains({_value(node.this)}, {_infix(node.expression)})"
            return _known([node.this], inside if wanted else f"not ({inside})")
        case exp.Column():
            return f"({node.name} == {'true' if wanted else 'false'})"
    signs = _COMPARISONS.get(type(node))
    if signs is None:
        raise Untranslatable(node.sql(dialect="duckdb"))
    sign = signs[0] if wanted else signs[1]
    sides = [node.this, node.expression]
    compared = f"{_value(node.this)} {sign} {_value(node.expression)}"
    if sign == "==" and not all(map(_may_be_null, sides)):
        return f"({compared})"  # null equals no value
    return _known(sides, compared)


def _known(operands: Sequence[exp.Expression], condition: str) -> str:
    guards = [f"{_value(o)} != null" for o in operands if _may_be_null(o)]
    return f"({' and '.join([*guards, condition])})"


def _case(node: exp.Case, say, otherwise: str) -> str:  # type: ignore[no-untyped-def]
    default = node.args.get("default")
    told = say(default) if default is not None else otherwise
    for branch in reversed(node.args["ifs"]):
        told = f"({_true(branch.this)} ? {say(branch.args['true'])} : {told})"
    return str(told)


def _value(node: exp.Expression) -> str:
    match node:
        case exp.Paren():
            return _value(node.this)
        case exp.Column():
            return node.name
        case exp.Literal():
            return json.dumps(node.this, ensure_ascii=False) if node.is_string else node.this
        case exp.Boolean():
            return "true" if node.this else "false"
        case exp.Null():
            return "null"
        case exp.Neg():
            return f"(-{_value(node.this)})"
        case exp.Coalesce():
            return f"({' ?? '.join(map(_value, [node.this, *node.expressions]))})"
        case exp.Case():
            return _case(node, _value, "null")
    raise Untranslatable(node.sql(dialect="duckdb"))


def _may_be_null(node: exp.Expression) -> bool:
    match node:
        case exp.Paren() | exp.Neg():
            return _may_be_null(node.this)
        case exp.Literal() | exp.Boolean():
            return False
        case exp.Coalesce():
            return all(map(_may_be_null, [node.this, *node.expressions]))
        case exp.Case():
            default = node.args.get("default")
            results = [branch.args["true"] for branch in node.args["ifs"]]
            return default is None or any(map(_may_be_null, [*results, default]))
    return True


def _infix(pattern: exp.Expression) -> str:
    text = pattern.this if isinstance(pattern, exp.Literal) else ""
    inner = text[1:-1]
    if not (text.startswith("%") and text.endswith("%")) or not inner or set(inner) & set("%_\\"):
        raise Untranslatable(pattern.sql(dialect="duckdb"))
    return json.dumps(inner, ensure_ascii=False)
