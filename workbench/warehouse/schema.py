"""The warehouse's tables: one wide table of attempts, identities kept apart, events, meta."""

from dataclasses import dataclass

from workbench.domain.attempt import ATTEMPT_FIELDS, CONTEXT_FIELDS, FieldType
from workbench.domain.errors import StoreFault
from workbench.domain.times import utc_now
from workbench.warehouse.engines import Session, columns, literal, quoted

VERSION = 5

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
# What a bureau may know of a customer, besides a score. What happened in the attempt itself is not
# its to say.
FILLABLE = (
    "credit_history_months",
    "paid_months_12",
    "overdue_count_24m",
    "inquiries_3m",
    "age",
    "employment_type",
    "monthly_income",
    "debt_ratio",
    "identity_verified",
    "province",
)
FACTS: dict[str, str] = (
    KEYS
    | {f.name: SQL_TYPES[f.type] for f in ATTEMPT_FIELDS if not f.identity}
    | {"flags": "VARCHAR"}
)
# In which state of the store (``STATES``) a row came; NULL: before those were kept.
KNOWN = {"known_since": "INTEGER"}
# What a bureau's scores filled in, by field, with whose word it is (``filling``).
FILLED = {"filled_by": "VARCHAR"}
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
# Of bureau scores: whose (blind indexes), from whom, of when; then what they say, and extras.
SCORES: dict[str, str] = {
    "score_key": "UBIGINT",
    "customer_id_key": "UBIGINT",
    "id_card_key": "UBIGINT",
    "phone_key": "UBIGINT",
    "source": "VARCHAR",
    "scored_at": "TIMESTAMP",
    "score": "DOUBLE",
    **{name: FACTS[name] for name in FILLABLE},
}
_LOCAL_OFFSET = 8 * 3600  # seconds: Asia/Shanghai, no summer time
RESERVED = frozenset(FACTS | KNOWN | FILLED | CONTEXT | DIAGNOSIS) | {
    f.name for f in ATTEMPT_FIELDS
}

_EVENTS = {
    "kind": "VARCHAR",
    "name": "VARCHAR",
    "starts_at": "TIMESTAMP",
    "ends_at": "TIMESTAMP",
    "scope": "VARCHAR",
}

TABLES = {
    "attempts": FACTS | KNOWN | FILLED | CONTEXT | DIAGNOSIS,
    "bureau_scores": SCORES,
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
    "events": _EVENTS,
    "extras": {"name": "VARCHAR", "header": "VARCHAR"},
    "meta": {"key": "VARCHAR", "value": "VARCHAR"},
}

# What the context fields are reckoned from: counts over all attempts, kept so that a batch can be
# added to them; and the events and the scores' customers that they were reckoned with.
KEPT = {
    "context_5m": {"b5": "BIGINT", "hour": "BIGINT", "n": "BIGINT", "bad": "BIGINT"},
    "context_nodes": {"part": "VARCHAR", "b5": "BIGINT", "n": "BIGINT", "bad": "BIGINT"},
    "context_versions": {"part": "VARCHAR", "b5": "BIGINT", "n": "BIGINT", "bad": "BIGINT"},
    "context_groups": {
        "day": "BIGINT",
        "employment_type": "VARCHAR",
        "province": "VARCHAR",
        "channel": "VARCHAR",
        "n": "BIGINT",
        "sound_n": "BIGINT",
        "sound_d": "BIGINT",
    },
    "context_models": {
        "model": "VARCHAR",
        "hour": "BIGINT",
        "n": "BIGINT",
        "open_n": "BIGINT",
        "open_d": "BIGINT",
    },
    "context_events": _EVENTS,
    "context_pairs": {"score_key": "UBIGINT", "customer_key": "UBIGINT"},
}
# What looks like noise: DuckDB would try to compress it in vain, longer than it takes to write.
_UNCOMPRESSED = {
    "identities": ("identity_key", "id_card", "sealed"),
    "search_keys": ("customer_key",),
}
OWN_KEYS = "own_keys"  # in meta: every original is sealed by its customer's own key
# What was said before, so that it can be said again (``former``). ``until`` is the number of the
# state that ended it: the newest state's values are those of ``attempts`` and ``events``.
FORMER = {
    # Every change of attempts, events, scores or rules makes a state.
    "states": {"number": "INTEGER", "began": "TIMESTAMP", "rules_version": "VARCHAR"},
    # ``facts``: JSON of the facts that the attempt had otherwise; NULL: they stayed as they were.
    "former_answers": {"attempt_key": "UBIGINT", "until": "INTEGER"}
    | {name: kind for name, kind in DIAGNOSIS.items() if name != "rules_version"}
    | CONTEXT
    | {"facts": "VARCHAR"},
    # Context that all attempts of some minutes and a node, version or model share. ``place``: the
    # number of the five minutes, or of the hour.
    "former_context": {
        "field": "VARCHAR",
        "place": "BIGINT",
        "part": "VARCHAR",
        "until": "INTEGER",
        "value": "DOUBLE",
    },
    # ``present`` FALSE: until then there was no such event.
    "former_events": _EVENTS | {"until": "INTEGER", "present": "BOOLEAN"},
}
_IS_KEPT = "context_kept"  # in meta: by which reckoning
# Of a store in a file only. How many attempts there are of each kind in each hour: what most
# questions of the trends page are answered from; no field here has many values, so it stays small.
# And when each customer tried: those times at least, more where attempts have left (``places``).
SUMMED_FIELDS = (
    "outcome", "symptom", "cause_group", "cause", "reason_code", "status", "channel", "step",
)  # fmt: skip
SUMMED = {
    "attempts_by_hour": {"hour": "BIGINT"}
    | {name: (FACTS | DIAGNOSIS)[name] for name in SUMMED_FIELDS}
    | {"n": "BIGINT"},
    "customer_times": {"customer_key": "UBIGINT", "occurred_at": "TIMESTAMP"},
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
        if version < VERSION:
            _upgrade(session, version)
        return
    with session.transaction():
        _create_tables(session)
        set_meta(session, "schema_version", str(VERSION))
        set_meta(session, OWN_KEYS, "all")


def _upgrade(session: Session, version: int) -> None:
    """From version 1: bureau scores, and what they filled in. From version 2: the counts that
    context is reckoned from; empty, they are made with the next import. From version 3: the
    attempts by hour. From version 4: the times of customers, and what was said before, from the
    next change on; originals are sealed anew by the next ``compact``."""
    with session.transaction():
        _create_tables(session)
        session.execute("ALTER TABLE attempts ADD COLUMN IF NOT EXISTS filled_by VARCHAR")
        session.execute("ALTER TABLE attempts ADD COLUMN IF NOT EXISTS known_since INTEGER")
        if version < 4:
            session.execute(f"INSERT INTO attempts_by_hour {summed_select('attempts')}")
        session.execute(f"INSERT INTO customer_times {times_select('attempts')}")
        rules = get_meta(session, "rules_version")
        if rules is not None:
            session.execute("INSERT INTO states VALUES (1, ?, ?)", [utc_now(), rules])
        set_meta(session, "schema_version", str(VERSION))


def _create_tables(session: Session) -> None:
    for table in TABLES | KEPT | FORMER | SUMMED:
        create_table(session, table, table)


def create_table(session: Session, table: str, name: str) -> None:
    """An empty one like ``table``, under a name."""
    noise = _UNCOMPRESSED.get(table, ())
    listed = ", ".join(
        f"{quoted(column)} {kind}" + (" USING COMPRESSION uncompressed" if column in noise else "")
        for column, kind in (TABLES | KEPT | FORMER | SUMMED)[table].items()
    )
    session.execute(f"CREATE TABLE IF NOT EXISTS {name} ({listed})")


def hour_sql(relation: str = "") -> str:
    """The number of the hour of an attempt, as Shanghai's clocks have it (0: the first of 1970)."""
    at = f"{relation}.occurred_at" if relation else "occurred_at"
    return f"CAST(FLOOR((EPOCH({at}) + {_LOCAL_OFFSET}) / 3600) AS BIGINT)"


def summed_select(source: str, number: str = "count(*)") -> str:
    """The rows of ``attempts_by_hour`` of a relation of attempts."""
    listed = ", ".join(SUMMED_FIELDS)
    return (
        f"SELECT {hour_sql()} AS hour, {listed}, {number} AS n FROM {source} AS source_rows"
        " WHERE occurred_at IS NOT NULL GROUP BY ALL"
    )


def times_select(source: str) -> str:
    """The rows of ``customer_times`` of a relation of attempts, in order."""
    return (
        f"SELECT DISTINCT customer_key, occurred_at FROM {source} AS source_rows"
        " WHERE customer_key IS NOT NULL ORDER BY customer_key"
    )


def get_meta(session: Session, key: str) -> str | None:
    # Not as a parameter: DuckDB imports pandas, where there is one, to bind the first of them, and
    # this question is asked while a window starts.
    found = session.rows(f"SELECT value FROM meta WHERE key = {literal(key)}")
    return found[0][0] if found else None


def set_meta(session: Session, key: str, value: str) -> None:
    session.execute("DELETE FROM meta WHERE key = ?", [key])
    session.execute("INSERT INTO meta VALUES (?, ?)", [key, value])


def kept_reckoning(session: Session) -> str | None:
    """By which reckoning the counts in KEPT stand for the stored attempts; None: they do not."""
    return get_meta(session, _IS_KEPT)


def set_kept(session: Session, reckoning: str | None) -> None:
    """None: attempts were changed without their counts, which have to be made anew."""
    if reckoning is None:
        session.execute("DELETE FROM meta WHERE key = ?", [_IS_KEPT])
    else:
        set_meta(session, _IS_KEPT, reckoning)


def extras(session: Session) -> list[Extra]:
    """The extra columns of ``attempts``, in their order."""
    headers = dict(session.rows("SELECT name, header FROM extras"))
    if not headers:
        return []
    types = columns(session, "attempts")
    return [Extra(name, headers[name], types[name]) for name in types if name in headers]


def score_extras(session: Session) -> dict[str, str]:
    """SQL types by name of what scores brought beyond the fields."""
    found = columns(session, "bureau_scores")
    return {name: kind for name, kind in found.items() if name not in SCORES}


def wider(one: str, other: str) -> str:
    """The type of an extra that holds the values of both."""
    if one == other:
        return one
    return "DOUBLE" if {one, other} == {"BIGINT", "DOUBLE"} else "VARCHAR"


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
