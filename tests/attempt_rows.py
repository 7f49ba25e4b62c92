"""Attempts written as dicts, as a relation that DuckDB can read: for tests of rules and context."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from workbench.domain.attempt import ATTEMPT_FIELDS, CONTEXT_FIELDS, FieldType

SQL_TYPES = {
    FieldType.TEXT: "VARCHAR",
    FieldType.INTEGER: "INTEGER",
    FieldType.REAL: "DOUBLE",
    FieldType.DECIMAL: "DECIMAL(18,2)",
    FieldType.BOOLEAN: "BOOLEAN",
    FieldType.TIMESTAMP: "TIMESTAMP",
}
FACTS = {f.name: SQL_TYPES[f.type] for f in ATTEMPT_FIELDS if not f.identity}
COLUMNS = FACTS | {f.name: SQL_TYPES[f.type] for f in CONTEXT_FIELDS}
SOURCE = FACTS | {"customer_key": "UBIGINT"}


def literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
    return "'" + str(value).replace("'", "''") + "'"


def relation(rows: Sequence[Mapping[str, object]], columns: Mapping[str, str] = COLUMNS) -> str:
    """A parenthesised SELECT of the rows; a field that a row lacks is NULL."""
    for row in rows:
        unknown = set(row) - set(columns)
        assert not unknown, f"no such field: {unknown}"
    selects = [
        "SELECT "
        + ", ".join(f'CAST({literal(row.get(n))} AS {t}) AS "{n}"' for n, t in columns.items())
        for row in rows
    ]
    return "(" + " UNION ALL ".join(selects) + ")"


EVENTS = {
    "kind": "VARCHAR",
    "name": "VARCHAR",
    "starts_at": "TIMESTAMP",
    "ends_at": "TIMESTAMP",
    "scope": "VARCHAR",
}
NO_EVENTS = f"(SELECT * FROM {relation([{}], EVENTS)} WHERE FALSE)"

__all__ = ["COLUMNS", "EVENTS", "FACTS", "NO_EVENTS", "SOURCE", "relation"]
