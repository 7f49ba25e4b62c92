"""The warehouse's tables: one wide table of attempts, identities kept apart, events, meta."""

from dataclasses import dataclass

from workbench.domain.attempt import ATTEMPT_FIELDS, CONTEXT_FIELDS, FieldType
from workbench.domain.errors import StoreFault
from workbench.warehouse.engines import Session, quoted

VERSION = 1

SQL_TYPES: dict[FieldType, str] = {
    FieldType.TEXT: "VARCHAR",
    FieldType.INTEGER: "INTEGER",
    FieldType.REAL: "DOUBLE",
    FieldType.DECIMAL: "DECIMAL(18,2)",
    FieldType.BOOLEAN: "BOOLEAN",
    FieldType.TIMESTAMP: "TIMESTAMP",
}

# 64-bit keys in front: an equality scan over them is what every lookup costs. ``attempt_key``
# hashes the attempt's id, ``customer_key`` says which attempts are one customer's,
# ``identity_key`` which row of ``identities`` holds the masked and sealed original.
KEYS: dict[str, str] = {
    "attempt_key": "UBIGINT",
    "customer_key": "UBIGINT",
    "identity_key": "UBIGINT",
}
FACTS: dict[str, str] = (
    KEYS
    | {f.name: SQL_TYPES[f.type] for f in ATTEMPT_FIELDS if not f.identity}
    | {"flags": "VARCHAR"}
)
CONTEXT: dict[str, str] = {f.name: SQL_TYPES[f.type] for f in CONTEXT_FIELDS}
DIAGNOSIS: dict[str, str] = {
    "symptom": "VARCHAR",
    "cause_group": "VARCHAR",
    "cause": "VARCHAR",
    "reason_code": "VARCHAR",
    "status": "VARCHAR",
    "contributing": "VARCHAR",
    "rules_version": "VARCHAR",
}
RESERVED = frozenset(FACTS | CONTEXT | DIAGNOSIS) | {f.name for f in ATTEMPT_FIELDS}

_TABLES = {
    "attempts": FACTS | CONTEXT | DIAGNOSIS,
    # One row for each distinct set of a person's details: masked to show, sealed to reveal.
    "identities": {
        "identity_key": "UBIGINT",
        "customer_key": "UBIGINT",
        "name": "VARCHAR",
        "phone": "VARCHAR",
        "id_card": "VARCHAR",
        "customer_id": "VARCHAR",
        "sealed": "BLOB",
    },
    # Blind indexes: keyed hashes of whatever a person may type to find a customer.
    "search_keys": {"key": "UBIGINT", "kind": "VARCHAR", "customer_key": "UBIGINT"},
    "events": {
        "kind": "VARCHAR",
        "name": "VARCHAR",
        "starts_at": "TIMESTAMP",
        "ends_at": "TIMESTAMP",
        "scope": "VARCHAR",
    },
    "extras": {"name": "VARCHAR", "header": "VARCHAR"},
    "meta": {"key": "VARCHAR", "value": "VARCHAR"},
}


@dataclass(frozen=True)
class Extra:
    """A column that files brought beyond the fields; ``type`` is its SQL type in the store."""

    name: str
    header: str
    type: str


def create(session: Session) -> None:
    """Make the tables of a new store; refuse one that a newer version made."""
    if session.rows(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = 'w' AND table_name = 'meta'"
    ):
        version = int(get_meta(session, "schema_version") or 0)
        if version > VERSION:
            raise StoreFault("store_too_new")
        return
    with session.transaction():
        for table, columns in _TABLES.items():
            listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
            session.execute(f"CREATE TABLE {table} ({listed})")
        set_meta(session, "schema_version", str(VERSION))


def get_meta(session: Session, key: str) -> str | None:
    found = session.rows("SELECT value FROM meta WHERE key = ?", [key])
    return found[0][0] if found else None


def set_meta(session: Session, key: str, value: str) -> None:
    session.execute("DELETE FROM meta WHERE key = ?", [key])
    session.execute("INSERT INTO meta VALUES (?, ?)", [key, value])


def extras(session: Session) -> list[Extra]:
    """The extra columns of ``attempts``, in their order."""
    types = dict(
        session.rows(
            "SELECT column_name, data_type FROM duckdb_columns()"
            " WHERE database_name = 'w' AND table_name = 'attempts'"
        )
    )
    headers = session.rows("SELECT name, header FROM extras ORDER BY rowid")
    return [Extra(name, header, types[name]) for name, header in headers if name in types]


def extra_fields(types: dict[str, str]) -> dict[str, FieldType]:
    """What rules may read beyond the fields, from SQL types by column of ``attempts``."""
    return {name: _FIELD_TYPES[kind] for name, kind in types.items() if name not in RESERVED}


_FIELD_TYPES = {
    "BIGINT": FieldType.INTEGER,
    "DOUBLE": FieldType.REAL,
    "BOOLEAN": FieldType.BOOLEAN,
    "TIMESTAMP": FieldType.TIMESTAMP,
    "VARCHAR": FieldType.TEXT,
}
