"""Context and diagnosis at the centre, by the statements of a local store: what tables are made of
there, and that only what a change reaches is written."""

from datetime import datetime
from typing import ClassVar

from workbench.rules.pack import RulePack
from workbench.warehouse import former, loading, schema
from workbench.warehouse.engines import columns, quoted
from workbench.warehouse.engines.postgres import PostgresSession
from workbench.warehouse.filling import own_values
from workbench.warehouse.loading import Loading
from workbench.warehouse.refreshing import Work


def rebuild(load: Loading, pack: RulePack, *, at: datetime, with_added: bool) -> None:
    """``loading.rebuild`` within the transaction of ``load.session`` at the centre, where
    ``added`` and ``replaced`` are temporary tables."""
    session = load.session
    extras = [extra.name for extra in schema.extras(session)]
    names = [*schema.FACTS, *schema.KNOWN, *extras]
    own = zip(own_values(session, names), names, strict=True)
    listed = ", ".join(f"{value} AS {quoted(name)}" for value, name in own)
    load.execute(f"CREATE TEMP VIEW stored AS SELECT {listed} FROM attempts")
    loading.rebuild(load, pack, at=at, with_added=with_added, way=CentralWork)


class CentralWork(Work):
    """Tables that stay are filled anew, not made anew: they have their indexes and rights."""

    row: ClassVar[str] = "attempt_key"
    summed: ClassVar[bool] = False

    def table(self, name: str, sql: str) -> None:
        self.execute(f"DROP TABLE IF EXISTS {name}")
        self.execute(f"CREATE TEMP TABLE {name} AS {sql}")
        self._run(f"ANALYZE pg_temp.{name}")

    def keep(self, name: str, sql: str) -> None:
        self.execute(f"DELETE FROM {name}")
        self.execute(f"INSERT INTO {name} {sql}")

    def raw(self, sql: str) -> None:
        self._run(sql)

    def replace(self, sql: str, facts: str) -> None:
        self.table("rebuilt", sql)
        former.keep_differences(self, "rebuilt", facts)
        self._write_changed()

    def types(self, relation: str) -> dict[str, str]:
        # A number's width is not told of what is computed; a column of ours has the one it has.
        return {
            name: schema.FACTS.get(name, kind)
            for name, kind in columns(self.session, relation).items()
        }

    def _write_changed(self) -> None:
        """Put the rows of ``rebuilt`` that differ from the stored ones, or are new, in place."""
        names = list(columns(self.session, "rebuilt"))
        new = ", ".join(f"r.{quoted(name)}" for name in names)
        old = ", ".join(f"a.{quoted(name)}" for name in names)
        listed = ", ".join(map(quoted, names))
        self._run(
            f"CREATE TEMP TABLE differing AS SELECT {new} FROM rebuilt r LEFT JOIN attempts a"
            " ON a.attempt_key = r.attempt_key"
            f" WHERE a.attempt_key IS NULL OR ROW({old}) IS DISTINCT FROM ROW({new});"
            "DELETE FROM attempts WHERE attempt_key IN (SELECT attempt_key FROM differing);"
            f"INSERT INTO attempts ({listed}) SELECT {listed} FROM differing;"
            "DROP TABLE differing, rebuilt"
        )

    def _run(self, sql: str) -> None:
        assert isinstance(self.session, PostgresSession)
        self.session.run(sql)
