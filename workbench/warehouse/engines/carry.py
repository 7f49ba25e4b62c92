"""Carries SQL written in DuckDB's dialect to another engine's, with the same answer or none.

sqlglot knows the spellings. What the engines *mean* differently is rewritten here (division,
zero divisors, empty groups of options such as GROUP BY ALL, ...), and what has no equal there is
refused: every kind of expression must be on the list, a new function is added with its test.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.tokens import TokenType

from workbench.domain.errors import StoreFault

_MARK = TokenType.PLACEHOLDER
_MOST_ARGUMENTS = 99  # PostgreSQL takes 100 in a call
LONGEST_NAME = 63  # bytes; PostgreSQL cuts what is longer without a word


def carried(sql: str, dialect: str) -> str:
    """``sql`` for ``dialect`` ("postgres" or "spark"). Raises StoreFault('engine_sql') for what
    has no exact equal there.

    Parameters: ``?`` and ``$name`` become ``$1``, ``$2``, ... for PostgreSQL, in the order that
    ``parameters`` gives; for Spark they become ``:_1``, ``:_2``, ... and ``:name``.
    """
    return _carry(sql, dialect)[0]


def parameters(sql: str, dialect: str) -> tuple[str, ...]:
    """The names of the parameters in the order of their numbers; '' for each ``?``."""
    return _carry(sql, dialect)[1]


def refused(what: exp.Expression | str) -> StoreFault:
    """The error for a part of a statement that has no equal on another engine."""
    part = what if isinstance(what, str) else what.sql(dialect="duckdb")
    return StoreFault("engine_sql", part=part if len(part) <= 80 else part[:77] + "...")


@lru_cache(maxsize=256)
def _carry(sql: str, dialect: str) -> tuple[str, tuple[str, ...]]:
    try:
        trees = [t for t in sqlglot.parse(_in_order(sql), dialect="duckdb") if t is not None]
    except SqlglotError as error:
        raise refused(sql.strip()) from error
    if len(trees) != 1:
        raise refused(sql.strip())
    change = _Changes(dialect)
    tree = trees[0]
    # Children first, so that a wrapped node is not met again.
    for node in reversed(list(tree.bfs())):
        new = change(node)
        if new is not node:
            if node is tree:
                tree = new
            else:
                node.replace(new)
    names: list[str] = []
    if dialect == "postgres":
        names = _numbered(tree)
    try:
        text = tree.sql(
            dialect=dialect, identify=True, comments=False, unsupported_level=ErrorLevel.RAISE
        )
    except SqlglotError as error:
        raise refused(str(error)) from error
    return text, tuple(names)


def _in_order(sql: str) -> str:
    """Each ``?`` as ``$_1``, ``$_2``, ...: in the tree they no longer stand as in the text (a
    LIMIT comes before its WHERE), and a divisor stands twice."""
    marks = [t.start for t in sqlglot.tokenize(sql, "duckdb") if t.token_type is _MARK]
    for number, start in reversed(list(enumerate(marks, 1))):
        sql = f"{sql[:start]}$_{number}{sql[start + 1 :]}"
    return sql


def _numbered(tree: exp.Expression) -> list[str]:
    """PostgreSQL's own numbers for parameters; the same name keeps its number."""
    names: list[str] = []
    for node in list(tree.find_all(exp.Placeholder, bfs=False)):
        name = str(node.this)
        if re.fullmatch(r"_\d+", name):
            number = int(name[1:])
            names.extend([""] * (number - len(names)))
        else:
            if name not in names:
                names.append(name)
            number = names.index(name) + 1
        node.replace(exp.Parameter(this=exp.Literal.number(number)))
    return names


# Nodes whose meaning is the same on all three engines. Operators, clauses and literals are not
# functions and pass unless they have a change below; functions must stand here.
_SAME: tuple[type[exp.Expression], ...] = (
    exp.And, exp.Or, exp.Xor, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Exists, exp.Grouping,
    exp.Count, exp.Sum, exp.Min, exp.Max, exp.LogicalAnd, exp.LogicalOr,
    exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue,
    exp.Greatest, exp.Least, exp.Abs, exp.Sign, exp.Floor, exp.Ceil,
    exp.Length, exp.SplitPart, exp.StrPosition, exp.Concat, exp.ConcatWs, exp.Replace,
    exp.Translate, exp.StartsWith, exp.Left, exp.Array,
)  # fmt: skip
_STATEMENTS = (exp.Query, exp.Insert, exp.Delete, exp.Update, exp.Create, exp.Drop)


class _Changes:
    """What to put in the place of a node, for one dialect."""

    def __init__(self, dialect: str) -> None:
        if dialect not in ("postgres", "spark"):
            raise ValueError(dialect)
        self.postgres = dialect == "postgres"

    def __call__(self, node: exp.Expression) -> exp.Expression:
        change = _CHANGES.get(type(node))
        if change is not None:
            return change(self, node)
        if isinstance(node, exp.Func | exp.Command) and not isinstance(node, _SAME):
            raise refused(node)
        if node.parent is None and not isinstance(node, _STATEMENTS):
            raise refused(node)
        return node

    # names and literals
    def identifier(self, node: exp.Identifier) -> exp.Expression:
        if self.postgres and len(node.name.encode()) > LONGEST_NAME:
            raise refused(node)
        if not node.args.get("quoted"):
            node.set("this", node.name.lower())
        return node

    def relation(self, node: exp.Table) -> exp.Expression:
        """``w`` is a local store's own name for its file: elsewhere the search path finds it."""
        if node.db == "w":
            node.set("db", None)
        return node

    def literal(self, node: exp.Literal) -> exp.Expression:
        """A number with an exponent, or too long for a DECIMAL, is a double to DuckDB."""
        if node.is_string:
            if "\0" in node.name:
                raise refused("chr(0)")
            return node
        digits = node.name.lower().lstrip("0").replace(".", "")
        if "e" in digits or ("." in node.name and len(digits) > 38):
            return exp.cast(node.copy(), "DOUBLE", dialect="duckdb")
        return node

    def parameter(self, node: exp.Parameter) -> exp.Expression:
        """$name, as DuckDB's parser reads it."""
        if node.name.isdigit():
            raise refused(node)
        return exp.Placeholder(this=node.name)

    # arithmetic
    def divide(self, node: exp.Div) -> exp.Expression:
        """Always of doubles; by zero it is infinite, or not a number."""
        above, below = (_double(node.this), _double(node.expression))
        quotient = exp.Div(this=_wrap(above), expression=_wrap(below), typed=True, safe=False)
        if _never_zero(node.expression):
            return quotient
        infinite = exp.cast(exp.Literal.string("Infinity"), "DOUBLE", dialect="duckdb")
        zero = exp.EQ(this=_wrap(below.copy()), expression=exp.Literal.number(0))
        product = exp.Mul(this=_wrap(above.copy()), expression=infinite)
        return exp.Case(ifs=[exp.If(this=zero, true=product)], default=quotient)

    def whole_divide(self, node: exp.IntDiv) -> exp.Expression:
        """Of whole numbers, towards zero; NULL by zero."""
        for side in (node.this, node.expression):
            if any(
                not number.is_string and not number.name.isdigit()
                for number in side.find_all(exp.Literal)
            ):
                raise refused(node)
        above, below = (
            exp.cast(side.copy(), "BIGINT", dialect="duckdb")
            for side in (node.this, node.expression)
        )
        divisor = below if _never_zero(node.expression) else _nullif_zero(below)
        if self.postgres:
            return exp.Div(this=above, expression=divisor, typed=True, safe=False)
        return exp.IntDiv(this=above, expression=divisor)

    def modulo(self, node: exp.Mod) -> exp.Expression:
        if not _never_zero(node.expression):
            node.set("expression", _nullif_zero(node.expression))
        return node

    def root(self, node: exp.Sqrt) -> exp.Expression:
        node.set("this", _double(node.this))
        return node

    def epoch(self, node: exp.Expression) -> exp.Expression:
        if self.postgres:
            return node
        moment = exp.cast(node.this.copy(), "TIMESTAMPTZ", dialect="duckdb")
        micros = _double(exp.Anonymous(this="UNIX_MICROS", expressions=[moment]))
        return exp.Div(this=micros, expression=exp.Literal.number(1_000_000), typed=True)

    def truncated(self, node: exp.Expression) -> exp.Expression:
        """Spark makes a moment in a zone of a naive one."""
        return node if self.postgres else exp.cast(node.copy(), "TIMESTAMP", dialect="duckdb")

    # conversions
    def cast(self, node: exp.Cast) -> exp.Expression:
        """A text of a double is spelt in each engine's own way; so only what is known not to be
        one may become a text."""
        kind = node.to.this
        if self.postgres and kind in _POSTGRES_TYPES:
            return exp.cast(node.this.copy(), exp.DataType.build(_POSTGRES_TYPES[kind], "postgres"))
        if kind is _TYPE.UBIGINT:  # the type of keys: Spark's integers have a sign, too
            return exp.cast(node.this.copy(), exp.DataType.build(_POSTGRES_TYPES[kind], "spark"))
        if kind in _TEXTS and not _spelt_alike(node.this):
            raise refused(node)
        if kind not in _CASTS:
            raise refused(node)
        return node

    def try_cast(self, node: exp.TryCast) -> exp.Expression:
        """Behind a test of the text alone, since PostgreSQL has none of its own."""
        if not self.postgres:
            return self.cast(node)
        branch = node.parent
        if not (
            isinstance(branch, exp.If)
            and isinstance(branch.this, exp.RegexpLike)
            and branch.this.this.sql() == node.this.sql()
        ):
            raise refused(node)
        return self.cast(exp.Cast(this=node.this.copy(), to=node.to.copy()))

    def regexp(self, node: exp.RegexpLike) -> exp.Expression:
        """Of a pattern so plain that every engine reads it alike. To Java alone, $ stands before
        a last line break, too."""
        pattern = node.expression
        if node.args.get("flag") or not (
            isinstance(pattern, exp.Literal) and _PLAIN_PATTERN.fullmatch(pattern.name)
        ):
            raise refused(node)
        if not self.postgres and pattern.name.endswith("$"):
            node.set("expression", exp.Literal.string(pattern.name[:-1] + r"\z"))
        return node

    # texts
    def trim(self, node: exp.Trim) -> exp.Expression:
        """Without characters DuckDB trims every kind of Unicode space."""
        if node.expression is None:
            node.set("expression", exp.Literal.string(SPACES))
        return node

    def substring(self, node: exp.Substring) -> exp.Expression:
        """From 1 on: before the beginning each engine counts in its own way."""
        start = node.args.get("start")
        if isinstance(start, exp.Add):
            start = start.expression if isinstance(start.this, exp.StrPosition) else None
        if not (isinstance(start, exp.Literal) and start.name.isdigit() and int(start.name) >= 1):
            raise refused(node)
        return node

    def like(self, node: exp.Expression) -> exp.Expression:
        """DuckDB's LIKE has no escape character unless it is named."""
        pattern = node.expression
        if isinstance(pattern, exp.Literal) and "\\" not in pattern.name:
            return node
        if not self.postgres or isinstance(node.parent, exp.Escape):
            raise refused(node)
        return exp.Escape(this=node.copy(), expression=exp.Literal.string(""))

    def contains(self, node: exp.Contains) -> exp.Expression:
        if not self.postgres:
            return node
        found = exp.StrPosition(this=node.this, substr=node.expression)
        return _wrap(exp.GT(this=found, expression=exp.Literal.number(0)))

    def ends_with(self, node: exp.EndsWith) -> exp.Expression:
        if not self.postgres:
            return node
        length = exp.Length(this=node.expression.copy())
        end = exp.Right(this=node.this, expression=length)
        return _wrap(exp.EQ(this=end, expression=node.expression))

    def concat_ws(self, node: exp.ConcatWs) -> exp.Expression:
        if not self.postgres or len(node.expressions) <= _MOST_ARGUMENTS:
            return node
        separator, *parts = (part.copy() for part in node.expressions)
        # sqlglot has no word for VARIADIC; an array joins in the same way, NULLs left out.
        return exp.Anonymous(
            this="ARRAY_TO_STRING", expressions=[exp.Array(expressions=parts), separator]
        )

    # lists and aggregates
    def array_contains(self, node: exp.ArrayContains) -> exp.Expression:
        """Of a written-out list: a plain IN, NULL for NULL. A NULL in the list is only skipped."""
        if not isinstance(node.this, exp.Array):
            raise refused(node)
        listed = [item.copy() for item in node.this.expressions if not isinstance(item, exp.Null)]
        if not listed or not all(_constant(item) for item in listed):
            raise refused(node)
        return _wrap(exp.In(this=_wrap(node.expression.copy()), expressions=listed))

    def average(self, node: exp.Avg) -> exp.Expression:
        if isinstance(node.parent, exp.Window | exp.Filter) or isinstance(node.this, exp.Distinct):
            raise refused(node)
        total = _double(exp.Sum(this=node.this.copy()))
        count = _nullif_zero(exp.Count(this=node.this.copy()))
        return _wrap(exp.Div(this=total, expression=_double(count), typed=True, safe=False))

    def count_if(self, node: exp.CountIf) -> exp.Expression:
        return exp.Filter(
            this=exp.Count(this=exp.Star()), expression=exp.Where(this=node.this.copy())
        )

    def arg_most(self, node: exp.ArgMax | exp.ArgMin) -> exp.Expression:
        """The value at the greatest (least) key; rows that lack either are left out."""
        if node.args.get("count"):
            raise refused(node)
        if not self.postgres:
            both = exp.and_(*(exp.Not(this=exp.Is(this=_wrap(part.copy()), expression=exp.Null()))
                              for part in (node.this, node.expression)))  # fmt: skip
            return exp.Filter(this=node.copy(), expression=exp.Where(this=both))
        value, key = node.this.sql(dialect="postgres"), node.expression.sql(dialect="postgres")
        order = "DESC" if isinstance(node, exp.ArgMax) else "ASC"
        return sqlglot.parse_one(
            f"(ARRAY_AGG({value} ORDER BY {key} {order})"
            f" FILTER (WHERE ({value}) IS NOT NULL AND ({key}) IS NOT NULL))[1]",
            dialect="postgres",
        )

    # clauses
    def select(self, node: exp.Select) -> exp.Expression:
        group = node.args.get("group")
        if group is not None and group.args.get("all"):
            places = [
                exp.Literal.number(i)
                for i, item in enumerate(node.expressions, 1)
                if not item.find(exp.AggFunc)
            ]
            if any(item.is_star for item in node.expressions):
                raise refused(node)
            node.set("group", exp.Group(expressions=places) if places else None)
        if node.args.get("qualify") and any(item.is_star for item in node.expressions):
            raise refused(node)
        if self.postgres:
            _fence(node)
        return node

    def subquery(self, node: exp.Subquery) -> exp.Expression:
        """PostgreSQL before 16 wants a name for every derived table."""
        if self.postgres and not node.alias and isinstance(node.parent, exp.From | exp.Join):
            node.set("alias", exp.TableAlias(this=exp.to_identifier(f"_derived{id(node):x}")))
        return node

    def star(self, node: exp.Star) -> exp.Expression:
        """PostgreSQL has no list of exceptions: name the columns where the query does."""
        if not any(node.args.values()):
            return node
        if not self.postgres and not node.args.get("replace") and not node.args.get("rename"):
            return node
        raise refused(node)

    def cte(self, node: exp.CTE) -> exp.Expression:
        if not self.postgres:
            node.set("materialized", None)
        return node

    def sample(self, node: exp.Expression) -> exp.Expression:
        raise refused(node)


_PLAIN_PATTERN = re.compile(
    r"\^?([A-Za-z0-9 ]|\[[A-Za-z0-9.+-]+\]|[()?+*]|\{[0-9]+(,[0-9]+)?\})*\$?"
)
# What DuckDB's TRIM removes: Unicode's space separators.
SPACES = " \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"

_TYPE = exp.DataType.Type
_TEXTS = {_TYPE.VARCHAR, _TYPE.TEXT}
_CASTS = _TEXTS | {
    _TYPE.DOUBLE, _TYPE.BIGINT, _TYPE.INT, _TYPE.SMALLINT, _TYPE.BOOLEAN, _TYPE.DECIMAL,
    _TYPE.TIMESTAMP, _TYPE.TIMESTAMPNTZ, _TYPE.TIMESTAMPTZ, _TYPE.DATE, _TYPE.VARBINARY,
    _TYPE.INTERVAL,
}  # fmt: skip
_POSTGRES_TYPES = {
    _TYPE.TINYINT: "SMALLINT",
    _TYPE.UTINYINT: "SMALLINT",
    _TYPE.USMALLINT: "INT",
    _TYPE.UINT: "BIGINT",
    _TYPE.UBIGINT: "DECIMAL(20, 0)",
    _TYPE.INT128: "DECIMAL(39, 0)",
}

_CHANGES: dict[type, Callable[..., exp.Expression]] = {
    exp.Identifier: _Changes.identifier,
    exp.Table: _Changes.relation,
    exp.Literal: _Changes.literal,
    exp.Parameter: _Changes.parameter,
    exp.Div: _Changes.divide,
    exp.IntDiv: _Changes.whole_divide,
    exp.Mod: _Changes.modulo,
    exp.Sqrt: _Changes.root,
    exp.Cast: _Changes.cast,
    exp.TryCast: _Changes.try_cast,
    exp.TimestampTrunc: _Changes.truncated,
    exp.DateTrunc: _Changes.truncated,
    exp.RegexpLike: _Changes.regexp,
    exp.Trim: _Changes.trim,
    exp.Substring: _Changes.substring,
    exp.Like: _Changes.like,
    exp.Contains: _Changes.contains,
    exp.EndsWith: _Changes.ends_with,
    exp.ConcatWs: _Changes.concat_ws,
    exp.ArrayContains: _Changes.array_contains,
    exp.Avg: _Changes.average,
    exp.CountIf: _Changes.count_if,
    exp.ArgMax: _Changes.arg_most,
    exp.ArgMin: _Changes.arg_most,
    exp.Select: _Changes.select,
    exp.Subquery: _Changes.subquery,
    exp.Star: _Changes.star,
    exp.CTE: _Changes.cte,
    exp.ILike: _Changes.sample,
    exp.SimilarTo: _Changes.sample,
    exp.Pow: _Changes.sample,
    exp.TableSample: _Changes.sample,
    type(sqlglot.parse_one("EPOCH(x)", dialect="duckdb")): _Changes.epoch,
}


def _wrap(node: exp.Expression) -> exp.Expression:
    plain = exp.Column | exp.Literal | exp.Paren | exp.Cast | exp.Null | exp.Boolean
    if isinstance(node, plain) or (isinstance(node, exp.Func) and not isinstance(node, exp.Binary)):
        return node
    return exp.Paren(this=node)


def _double(node: exp.Expression) -> exp.Expression:
    """The node as a double, once."""
    bare = node
    while isinstance(bare, exp.Paren):
        bare = bare.this
    if isinstance(bare, exp.Cast) and bare.to.this is _TYPE.DOUBLE:
        return node.copy()
    return exp.cast(node.copy(), "DOUBLE", dialect="duckdb")


def _nullif_zero(node: exp.Expression) -> exp.Expression:
    return exp.Nullif(this=node.copy(), expression=exp.Literal.number(0))


def _never_zero(node: exp.Expression) -> bool:
    """Whether a divisor cannot be zero: a number, or one of which zero was made NULL."""
    while isinstance(node, exp.Paren | exp.Cast) and not isinstance(node, exp.TryCast):
        node = node.this
    if isinstance(node, exp.Literal):
        return not node.is_string and float(node.name) != 0
    if isinstance(node, exp.Greatest):
        return any(
            isinstance(part, exp.Literal) and not part.is_string and float(part.name) > 0
            for part in (node.this, *node.expressions)
        )
    return isinstance(node, exp.Nullif) and node.expression.sql() == "0"


def _constant(node: exp.Expression) -> bool:
    while isinstance(node, exp.Neg | exp.Cast | exp.Paren):
        node = node.this
    return isinstance(node, exp.Literal | exp.Boolean)


def _spelt_alike(node: exp.Expression) -> bool:
    """Whether a value's text is the same everywhere: it is no double."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Null | exp.Literal | exp.Predicate | exp.Count | exp.Length):
        return True
    return isinstance(node, exp.Cast) and node.to.this is not _TYPE.DOUBLE


def _fence(node: exp.Select) -> None:
    """PostgreSQL writes a derived column out at every place that names it: twenty rules that ask
    for one sum would add it up twenty times. OFFSET 0 makes it reckon such a table first."""
    source = node.args.get("from_") or node.args.get("from")
    derived = source.this if source is not None else None
    if not isinstance(derived, exp.Subquery) or not isinstance(derived.this, exp.Select):
        return
    inner = derived.this
    if any(inner.args.get(part) for part in ("group", "limit", "offset", "distinct", "windows")):
        return
    made = {
        item.alias for item in inner.expressions
        if isinstance(item, exp.Alias) and not isinstance(item.this, exp.Column | exp.Literal)
    }  # fmt: skip
    uses = [
        column.name
        for item in node.expressions
        for column in item.find_all(exp.Column)
        if column.name in made
    ]
    if len(uses) > len(set(uses)):
        inner.set("offset", exp.Offset(expression=exp.Literal.number(0)))
