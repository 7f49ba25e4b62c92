"""A file's way into a central warehouse: read and settled at the desk, in a DuckDB of its own, and
shipped by COPY.

Before rows are settled, what the centre holds of the same attempts, customers and scores is
brought to the desk; so the desk settles by the very statements of a local store. Only what is new
is shipped.
"""

from collections.abc import Callable
from itertools import chain

import pyarrow as pa

from workbench.domain.errors import BadInput
from workbench.warehouse import schema
from workbench.warehouse.central.setup import column_type
from workbench.warehouse.engines import Session, columns, quoted
from workbench.warehouse.engines.carry import LONGEST_NAME
from workbench.warehouse.engines.postgres import PostgresSession
from workbench.warehouse.filling import own_values
from workbench.warehouse.identity import CUSTOMER_KEYS, blind_text, key_sql
from workbench.warehouse.loading import Loading


class Desk:
    """One file between ``load.session`` (the desk, whose tables are empty at first) and
    ``centre``. ``hold`` keeps other writers away from the centre from its first call on."""

    def __init__(self, load: Loading, centre: PostgresSession, hold: Callable[[], None]) -> None:
        self._blind = blind_text(load.blind)
        self._desk = load.session
        self._centre = centre
        self._hold = hold
        self._recalled: str | None = None

    # to the desk
    def recall(self, table: str) -> None:
        """See ``Loading.recall``."""
        self._hold()
        self._recalled = table
        told = self._centre.rows("SELECT name, header FROM extras")
        for name, header in told:
            self._desk.execute("INSERT INTO extras VALUES (?, ?)", [name, header])
        for name, kind in columns(self._centre, table).items():
            # A failed import may leave a column that nothing tells of.
            if name in dict(told) and name not in schema.TABLES[table]:
                self._desk.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(name)} {kind}")
        if table == "attempts":
            self._recall_attempts()
        else:
            self._recall_scores()

    def _recall_attempts(self) -> None:
        names = [*schema.FACTS, *(extra.name for extra in schema.extras(self._desk))]
        own = zip(own_values(self._centre, names), names, strict=True)
        listed = ", ".join(f"{value} AS {quoted(name)}" for value, name in own)
        self._bring(
            "attempts",
            "SELECT DISTINCT attempt_key FROM staging",
            f"SELECT {listed} FROM attempts WHERE attempt_key IN (SELECT attempt_key FROM asked)",
        )
        self._bring(
            "identities",
            "SELECT DISTINCT identity_key FROM staging WHERE identity_key IS NOT NULL",
            "SELECT identity_key FROM identities"
            " WHERE identity_key IN (SELECT identity_key FROM asked)",
        )

    def _recall_scores(self) -> None:
        """Every score of the file's customers: a conflict is with one of the same customer."""
        present = columns(self._desk, "staging")
        kinds = [kind for kind in CUSTOMER_KEYS if kind in present]
        keys = ", ".join(f"{key_sql(kind, kind)} AS {kind}_key" for kind in kinds)
        keys = keys.replace("$blind", f"'{self._blind}'")  # streams take no names
        same = " OR ".join(f"{k}_key IN (SELECT {k}_key FROM asked)" for k in kinds)
        names = [*schema.SCORES, *schema.score_extras(self._desk)]
        self._bring(
            "bureau_scores",
            f"SELECT DISTINCT {keys} FROM staging",
            f"SELECT {', '.join(map(quoted, names))} FROM bureau_scores WHERE {same}",
        )

    def _bring(self, table: str, asked: str, found: str) -> None:
        """The rows of ``found`` at the centre, for what the desk asks: relation ``asked``."""
        self._ship("asked", asked)
        reader = _reader(self._centre, found)
        listed = ", ".join(map(quoted, reader.schema.names))
        self._desk.load("brought", reader)
        try:
            self._desk.execute(f"INSERT INTO {table} ({listed}) SELECT * FROM brought")
        finally:
            self._desk.unload("brought")
        self._centre.unload("asked")

    # to the centre
    def ship(self) -> None:
        """Months and columns that the new rows need, each at once, so that nobody who reads waits
        for the end of the import; then the rows, into temporary tables. A month or a column that
        stays without rows is not seen."""
        self._hold()
        self._ship("new_events", "SELECT * FROM events")
        if self._recalled == "attempts":
            self._ship_attempts()
        elif self._recalled == "bureau_scores":
            self._ship_scores()
        self._ship("new_extras", "SELECT * FROM extras")

    def _ship_attempts(self) -> None:
        known = [name for name in columns(self._desk, "added") if name not in _NOT_KEPT]
        kinds = columns(self._desk, "added")
        self._make_columns("attempts", {n: kinds[n] for n in known if n not in schema.FACTS})
        months = self._desk.rows(
            "SELECT DISTINCT CAST(date_trunc('month', occurred_at + INTERVAL 8 HOUR) AS DATE)"
            " FROM added WHERE occurred_at IS NOT NULL ORDER BY 1"
        )
        self._centre.rows(
            "SELECT warehouse.ensure_months($1::date[])", [[m for (m,) in months]], carry=False
        )
        self._ship("added", f"SELECT {', '.join(map(quoted, known))} FROM added")
        self._ship("replaced", "SELECT attempt_key FROM replaced")
        self._ship("new_identities", "SELECT * FROM identities WHERE sealed IS NOT NULL")
        self._ship("new_search_keys", "SELECT * FROM search_keys")

    def _ship_scores(self) -> None:
        extras = schema.score_extras(self._desk)
        for table in ("bureau_scores", "attempts"):  # attempts are filled with them
            self._make_columns(table, extras)
        given = [name for name in columns(self._desk, "fresh") if name not in ("_line", "flags")]
        self._ship(
            "new_scores",
            f"SELECT {', '.join(map(quoted, given))} FROM fresh"
            " SEMI JOIN (SELECT _line FROM settled WHERE verdict = 'new') USING (_line)",
        )

    def _make_columns(self, table: str, extras: dict[str, str]) -> None:
        present = columns(self._centre, table)
        for name, kind in extras.items():
            if len(name.encode()) > LONGEST_NAME or name in _TAKEN:
                raise BadInput("central_column_name", column=name, most=LONGEST_NAME)
            wide = schema.wider(present.get(name, kind), kind)
            if wide != present.get(name):
                self._centre.rows(
                    "SELECT warehouse.ensure_column($1, $2, $3)",
                    [table, name, column_type(wide)],
                    carry=False,
                )

    def _ship(self, name: str, sql: str) -> None:
        self._centre.load(name, _reader(self._desk, sql))

    def take_up(self) -> bool:
        """Within the centre's transaction: everything but the attempts, which are ``added``.
        Returns whether anything changed."""
        centre = self._centre
        [[events]] = centre.rows(
            "SELECT COUNT(*) FROM (SELECT * FROM new_events EXCEPT SELECT * FROM events) AS fresh"
        )
        if events:
            centre.run(
                "DELETE FROM events e USING new_events n"
                " WHERE (e.kind, e.name, e.starts_at) = (n.kind, n.name, n.starts_at)"
            )
            centre.run("INSERT INTO events SELECT * FROM new_events")
        centre.run("INSERT INTO extras SELECT * FROM new_extras ON CONFLICT DO NOTHING")
        if self._recalled == "attempts":
            centre.run("INSERT INTO identities SELECT * FROM new_identities ON CONFLICT DO NOTHING")
            centre.run("INSERT INTO search_keys SELECT * FROM new_search_keys")
        elif self._recalled == "bureau_scores":
            listed = ", ".join(map(quoted, columns(centre, "new_scores")))
            centre.run(f"INSERT INTO bureau_scores ({listed}) SELECT * FROM new_scores")
        return bool(events) or self._recalled is not None


# Names that PostgreSQL gives to columns of its own.
_TAKEN = frozenset(("tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"))
# Of the desk's view ``added``, beside facts and extras: identities in clear, places in the file.
_NOT_KEPT = frozenset(("_line", "customer_id", "customer_name", "phone", "id_card"))


def _reader(session: Session, sql: str) -> pa.RecordBatchReader:
    """The rows of a query as they come."""
    batches = session.stream(sql)
    first = next(batches, None)
    if first is None:
        return session.fetch(f"SELECT * FROM ({sql}) AS none LIMIT 0").to_reader()
    return pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
