"""From checked conditions to SQL in DuckDB's dialect; sqlglot carries it on from there."""

from collections import Counter
from collections.abc import Collection, Sequence

from sqlglot import exp

from workbench.domain.attempt import FieldType
from workbench.rules import language
from workbench.rules.pack import Condition, Rule, RulePack

_SQL_TYPES = {
    FieldType.TEXT: "VARCHAR",
    FieldType.INTEGER: "INTEGER",
    FieldType.REAL: "DOUBLE",
    FieldType.DECIMAL: "DOUBLE",
    FieldType.BOOLEAN: "BOOLEAN",
    FieldType.TIMESTAMP: "TIMESTAMP",
}
_LONG_LIST = 4
_WIDENED = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.Abs)


def condition_sql(condition: Condition, pack: RulePack, columns: Collection[str]) -> str:
    """One condition over a relation that has ``columns``; a field it lacks is NULL.

    'Unless' conditions come out as written: ``rule_sql`` negates them.
    """
    names = set(columns)

    def own(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column):
            field = language.resolve(node.name, pack.fields) or node.name
            if field in names:
                return exp.Column(this=exp.to_identifier(field, quoted=True))
            kind = _SQL_TYPES[pack.fields.get(field, FieldType.TEXT)]
            return exp.cast(exp.Null(), kind, dialect="duckdb")
        negative = isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal)
        if isinstance(node, _WIDENED) and not negative:
            # Whole numbers overflow with an error, doubles do not; nor may one zero stop all.
            node.set("this", exp.cast(node.this, "DOUBLE", dialect="duckdb"))
        if isinstance(node, exp.In) and len(node.expressions) > _LONG_LIST:
            # DuckDB turns a long IN into a join over all rows, even inside a CASE that few reach.
            return exp.ArrayContains(
                this=exp.Array(expressions=node.expressions), expression=node.this
            )
        if isinstance(node, exp.Div | exp.Mod):
            node.set(
                "expression", exp.Nullif(this=node.expression, expression=exp.Literal.number(0))
            )
        return node

    return _restore(language.parse(condition.sql).copy(), own)


def _restore(tree: exp.Expression, change) -> str:  # type: ignore[no-untyped-def]
    """Children first, so that a wrapped node is not met again."""
    nodes = list(tree.bfs())
    for node in reversed(nodes):
        new = change(node)
        if new is not node:
            if node is tree:
                tree = new
            else:
                node.replace(new)
    return tree.sql(dialect="duckdb")


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
