"""A rule pack as a decision table of zen-engine (GoRules): the yardstick that asks row by row.

ZEN has no third truth value and stops at a comparison with null. A condition is therefore put as
"is true" or "is false", each guarded against null, and the pack as two tables: one hits where a
rule is true, the other where none of its conditions is false. Together they give what our diagnosis
does: principal reason, contributing ones, and whether it is determined or only possible.
"""

import json
from collections.abc import Callable, Iterable, Sequence

from sqlglot import exp

from workbench.domain.diagnosis import Status
from workbench.rules import language
from workbench.rules.pack import RulePack
from workbench.warehouse.diagnosis import outcome_sql

Row = dict[str, object]
Answer = tuple[Status, list[str]]
Say = Callable[[exp.Expression], str]

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
    """``answer(row)``: status and codes of one attempt, the principal reason first."""

    def __init__(self, pack: RulePack) -> None:
        import zen

        self.fields = tuple(sorted(pack.reads() | {"outcome", "decision"}))
        self._rivals = {rule.code: frozenset(rule.rivals) for rule in pack.rules}
        table = json.dumps(decision_table(pack, self.fields))
        self._decision = zen.ZenEngine().create_decision(table)

    def answer(self, row: Row) -> Answer:
        """``row`` holds ``fields``; None where a value is missing. Status.NONE stands for
        Status.PENDING, too: neither is asked why it failed."""
        result = self._decision.evaluate(row)["result"]
        if "open" not in result:
            return Status.NONE, []
        true, possible = ([hit["code"] for hit in result[table]] for table in ("true", "open"))
        if true:
            settled = self._rivals[true[0]].isdisjoint(possible)
            return Status.DETERMINED if settled else Status.POSSIBLE, true
        return (Status.POSSIBLE, possible[:1]) if possible else (Status.UNDETERMINED, [])

    def answers(self, rows: Iterable[Row]) -> list[Answer]:
        return [self.answer(row) for row in rows]


def decision_table(pack: RulePack, fields: Sequence[str]) -> dict[str, object]:
    """A switch that lets successes and pending attempts go, and two tables that collect every hit."""
    succeeded, pending = (language.parse(sql) for sql in outcome_sql(fields))
    asked = {"id": "asked", "condition": f"not ({_true(succeeded)} or {_true(pending)})"}
    contents: dict[str, dict[str, object]] = {
        "inputNode": {},
        "switchNode": {"hitPolicy": "first", "statements": [asked]},
        "true": _table(pack, "true", _true, _false),
        "open": _table(pack, "open", lambda n: f"not ({_false(n)})", lambda n: f"not ({_true(n)})"),
        "outputNode": {},
    }
    place = {"x": 0, "y": 0}
    return {
        "nodes": [
            {
                "id": name,
                "name": name,
                "type": "decisionTableNode" if name in ("true", "open") else name,
                "position": place,
                "content": content,
            }
            for name, content in contents.items()
        ],
        "edges": [
            {"id": "in", "type": "edge", "sourceId": "inputNode", "targetId": "switchNode"},
            *(
                edge
                for name in ("true", "open")
                for edge in (
                    {
                        "id": f"to-{name}",
                        "type": "edge",
                        "sourceId": "switchNode",
                        "sourceHandle": "asked",
                        "targetId": name,
                    },
                    {"id": name, "type": "edge", "sourceId": name, "targetId": "outputNode"},
                )
            ),
        ],
    }


def _table(pack: RulePack, name: str, when: Say, unless: Say) -> dict[str, object]:
    rules = []
    for rule in pack.rules:
        parts = [when(language.parse(c.sql)) for c in rule.when]
        parts += [unless(language.parse(c.sql)) for c in rule.unless]
        cells = {"when": " and ".join(parts), "code": json.dumps(rule.code)}
        rules.append({"_id": rule.code} | cells)
    return {
        "hitPolicy": "collect",
        "outputPath": name,
        "inputs": [{"id": "when", "name": "when"}],
        "outputs": [{"id": "code", "name": "code", "field": "code"}],
        "rules": rules,
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
