"""A central warehouse's schemas, tables, functions and roles, and what a login may do there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbench import paths
from workbench.domain.errors import BadInput, NotPermitted, StoreFault
from workbench.warehouse import schema
from workbench.warehouse.engines import literal, quoted
from workbench.warehouse.engines.connections import place_of
from workbench.warehouse.engines.postgres import PostgresEngine, PostgresSession

VERSION = 2
SEALED = "sealed_identities"  # the view that only a revealer may read
_OWNER = "workbench_warehouse_owner"
_SETTING_UP = 0x776F726B  # of an advisory lock
_TYPES = {
    "VARCHAR": "text",
    "DOUBLE": "double precision",
    "UBIGINT": "numeric(20, 0)",  # keys have 64 bits without a sign: none of PostgreSQL's integers
    "BLOB": "bytea",
    "TIMESTAMP": "timestamp without time zone",
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
}
_INDEXES = {
    "attempts": ("attempt_key", "customer_key", "occurred_at"),
    "identities": ("customer_key",),
    "search_keys": ("key", "customer_key"),
    "bureau_scores": ("score_key", "customer_id_key", "id_card_key", "phone_key"),
    "former_answers": ("attempt_key",),
    "former_context": ("place",),
}
_PRIMARY = {"identities": "identity_key", "extras": "name", "meta": "key", "states": "number"}


@dataclass(frozen=True)
class Rights:
    """What a login may do: every login that gets as far may read what is masked."""

    load: bool
    own: bool


class CentralEngine(PostgresEngine):
    """PostgreSQL with a warehouse in it. Names without a schema are found as the login may see
    them: a loader's are the tables, an agent's the masked views.

    Raises what PostgresEngine raises; NotPermitted where the warehouse is not set up and the login
    may not do that, or may not use it; StoreFault where a newer version set it up.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        with self.session() as session:
            if _version(session) < VERSION or (_may_make(session) and not has_subjects(session)):
                _set_up(session)
            self.rights = _rights(session)
        path = "warehouse, warehouse_masked" if self.rights.load else "warehouse_masked"
        self._connections.close()  # those opened until now find nothing
        self._connections.settings += f"; SET search_path = {path}"

    @property
    def place(self) -> str:
        """Host and database, as messages may say them."""
        return place_of(self._target)

    def compact(self) -> tuple[int, int]:
        """Whole months that were dropped gave their space back at once; this makes the rest free
        for new rows. An administrator's login does it, for others the server does in its time."""
        with self.session() as session:
            before = _size(session)
            if self.rights.own:
                for table in schema.TABLES | schema.KEPT | schema.FORMER:
                    session.run(f"VACUUM (ANALYZE) warehouse.{quoted(table)}")
                if has_subjects(session):
                    session.run("VACUUM (ANALYZE) subjects.salts")
            return before, _size(session)


def _version(session: PostgresSession) -> int:
    """0 where nothing is set up. Raises StoreFault for a newer one, NotPermitted without a right."""
    found = session.rows(
        "SELECT s.nspname, has_schema_privilege(s.oid, 'USAGE') FROM pg_namespace s"
        " JOIN pg_class c ON c.relnamespace = s.oid AND c.relname = 'meta'"
        " WHERE s.nspname IN ('warehouse', 'warehouse_masked')",
        carry=False,
    )
    if not found:
        return 0
    usable = [name for name, usable in found if usable]
    if not usable:
        raise NotPermitted("central_no_role", place=session.place)
    told = session.rows(
        f"SELECT value FROM {min(usable)}.meta WHERE key = 'schema_version'", carry=False
    )
    version = int(told[0][0]) if told else 0
    if version > VERSION:
        raise StoreFault("store_too_new")
    return version


def _rights(session: PostgresSession) -> Rights:
    load, own = session.rows(
        "SELECT has_table_privilege(c.oid, 'INSERT'), pg_has_role($1, 'USAGE')"
        " FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace"
        " WHERE s.nspname = 'warehouse' AND c.relname = 'attempts'",
        [_OWNER],
        carry=False,
    )[0]
    return Rights(load, own)


def _set_up(session: PostgresSession) -> None:
    """Everything, or nothing; the second of two administrators finds it done."""
    if not _may_make(session):
        key = "central_to_upgrade" if _version(session) else "central_not_set_up"
        raise NotPermitted(key, place=session.place)
    with session.transaction():
        session.run(f"SELECT pg_advisory_xact_lock({_SETTING_UP})")
        _run(session, "1_roles.sql")
        session.run(f"SET LOCAL ROLE {_OWNER}")
        if not session.rows("SELECT to_regclass('warehouse.meta') IS NOT NULL", carry=False)[0][0]:
            session.run("; ".join((*_tables(schema.TABLES | schema.KEPT), *_undated())))
            session.run(f"INSERT INTO warehouse.meta VALUES ('{schema.OWN_KEYS}', 'all')")
        made = "SELECT to_regclass('warehouse.states') IS NOT NULL"
        if session.rows(made, carry=False) != [(True,)]:
            session.run("; ".join((*_tables(schema.FORMER), *_first_state())))
        _run(session, "2_subjects.sql")
        _run(session, "2_functions.sql")
        _run(session, "3_rights.sql")
        session.run(
            f"INSERT INTO warehouse.meta VALUES ('schema_version', '{VERSION}')"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        )


def _may_make(session: PostgresSession) -> bool:
    return session.rows(
        "SELECT rolsuper OR (rolcreaterole AND has_database_privilege(current_database(), 'CREATE'))"
        " FROM pg_roles WHERE rolname = current_user",
        carry=False,
    ) == [(True,)]


def has_subjects(session: PostgresSession) -> bool:
    """False where the warehouse came from a dump without the customers' salts."""
    found = session.rows(
        "SELECT EXISTS (SELECT FROM pg_namespace s JOIN pg_class c ON c.relnamespace = s.oid"
        " WHERE s.nspname = 'subjects' AND c.relname = 'salts')",
        carry=False,
    )
    return found == [(True,)]


def _run(session: PostgresSession, file: str) -> None:
    session.run((paths.db() / "central" / "warehouse" / file).read_text("utf-8"))


def column_type(kind: str) -> str:
    """A type of ``schema`` in PostgreSQL's words."""
    return _TYPES.get(kind, kind)


def _tables(tables: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for table, columns in tables.items():
        listed = [f"{quoted(name)} {column_type(kind)}" for name, kind in columns.items()]
        if table in _PRIMARY:
            listed.append(f"PRIMARY KEY ({quoted(_PRIMARY[table])})")
        by_month = " PARTITION BY RANGE (occurred_at)" if table == "attempts" else ""
        yield f"CREATE TABLE warehouse.{table} ({', '.join(listed)}){by_month}"
        for column in _INDEXES.get(table, ()):
            yield f"CREATE INDEX ON warehouse.{table} ({quoted(column)})"


def _undated() -> Iterator[str]:
    # Only what has no time: the check spares a new month the search of this one.
    yield "CREATE TABLE warehouse.attempts_undated (LIKE warehouse.attempts, CHECK (occurred_at IS NULL))"
    yield "ALTER TABLE warehouse.attempts ATTACH PARTITION warehouse.attempts_undated DEFAULT"


def _first_state() -> Iterator[str]:
    """Of a warehouse that an earlier version set up: what was said before is kept from now on."""
    for name, kind in schema.KNOWN.items():
        yield f"ALTER TABLE warehouse.attempts ADD COLUMN IF NOT EXISTS {name} {kind}"
    yield (
        "INSERT INTO warehouse.states SELECT 1, clock_timestamp() AT TIME ZONE 'UTC', value"
        " FROM warehouse.meta WHERE key = 'rules_version'"
    )


def _size(session: PostgresSession) -> int:
    """Bytes of all tables and indexes, with those of months."""
    return int(
        session.rows(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c"
            " JOIN pg_namespace s ON s.oid = c.relnamespace"
            " WHERE s.nspname = 'warehouse' AND c.relkind = 'r'",
            carry=False,
        )[0][0]
    )


def site_of(session: PostgresSession) -> str | None:
    """The fingerprint of the site key that customers are indexed with; None: of none yet."""
    return schema.get_meta(session, "site_key")


def settle_site(session: PostgresSession, fingerprint: str, *, load: bool) -> None:
    """The first loader's site key is the warehouse's; another one would find nobody. Raises
    BadInput('central_other_key')."""
    known = site_of(session)
    if known is None and load:
        session.run(
            f"INSERT INTO meta VALUES ('site_key', {literal(fingerprint)}) ON CONFLICT DO NOTHING"
        )
        known = site_of(session)
    if known not in (None, fingerprint):
        raise BadInput("central_other_key", place=session.place)
