"""The warehouse as the services see it: one object, safe to call from any worker thread."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

from workbench.domain.attempt import AttemptRow, LookupResult
from workbench.domain.diagnosis import Explanation
from workbench.domain.errors import Busy
from workbench.domain.importing import ColumnGuess, ImportPreview, ImportReport, Mapping
from workbench.domain.progress import CancelToken, ProgressListener, silent
from workbench.domain.times import utc_now
from workbench.domain.trend import TrendFilter, TrendPoint, TrendQuery
from workbench.rules.pack import RulePack
from workbench.warehouse import export, loading, lookup, schema, trends
from workbench.warehouse.engines import Engine, Session
from workbench.warehouse.engines.duckdb import DuckEngine
from workbench.warehouse.events import add_events
from workbench.warehouse.explain import explain_row
from workbench.warehouse.export import WriteBatches
from workbench.warehouse.identity import WarehouseKeys, attempt_key, reveal
from workbench.warehouse.loading import Counts, Loading
from workbench.warehouse.quarantine import Quarantine, Say, masked_value
from workbench.warehouse.readers import open_source
from workbench.warehouse.recognise import plan_columns

__all__ = ["WarehouseKeys", "WarehouseStore"]

_SAMPLES = 5
Clock = Callable[[], datetime]  # UTC, naive


class WarehouseStore:
    """Satisfies ``services.ports.AttemptStore``."""

    def __init__(
        self,
        engine: Engine,
        keys: WarehouseKeys,
        pack: RulePack,
        *,
        write: WriteBatches,
        quarantine_dir: Path | None,
        clock: Clock = utc_now,
        say: Say | None = None,
    ) -> None:
        self._engine = engine
        self._keys = keys
        self._pack = pack
        self._write = write
        self._quarantine_dir = quarantine_dir
        self._clock = clock
        self._say = say or _say
        self._importing = threading.Lock()
        self._history = quarantine_dir is not None
        with self._engine.session() as session:
            schema.create(session)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        keys: WarehouseKeys,
        pack: RulePack,
        write: WriteBatches,
        clock: Clock = utc_now,
        say: Say | None = None,
    ) -> "WarehouseStore":
        """The store in encrypted file ``path``, made if absent; ``write`` puts exports into files,
        ``say`` words the reasons in quarantine files. Attempts diagnosed under another version of the pack are diagnosed anew.

        Raises Busy('store_in_use') where another process has it, StoreFault otherwise.
        """
        engine = DuckEngine(path, keys.database)
        try:
            folder = path.parent / "quarantine"
            store = cls(
                engine, keys, pack, write=write, quarantine_dir=folder, clock=clock, say=say
            )
            store._catch_up()
        except BaseException:
            engine.close()
            raise
        return store

    @classmethod
    def ephemeral(
        cls,
        pack: RulePack,
        *,
        write: WriteBatches,
        clock: Clock = utc_now,
        say: Say | None = None,
    ) -> "WarehouseStore":
        """A store in memory with keys of its own, for one command. Files without a time or an
        outcome are welcome; rows set aside go beside the first file."""
        keys = WarehouseKeys.random()
        engine = DuckEngine(None, keys.database)
        try:
            return cls(engine, keys, pack, write=write, quarantine_dir=None, clock=clock, say=say)
        except BaseException:
            engine.close()
            raise

    # importing
    def preview(self, path: Path, mapping: Mapping | None = None, rows: int = 50) -> ImportPreview:
        source = open_source(path, mapping)
        plans = plan_columns(source.headers, source.head, mapping)
        masked = [
            tuple(masked_value(p, row[p.index] if p.index < len(row) else None) for p in plans)
            for row in source.head
        ]
        columns = tuple(
            ColumnGuess(
                plan.header,
                plan.field,
                plan.extra,
                plan.sure,
                plan.why,
                tuple(dict.fromkeys(r[plan.index] for r in masked if r[plan.index]))[:_SAMPLES],
            )
            for plan in plans
        )
        return ImportPreview(
            path,
            source.format,
            source.encoding,
            source.delimiter,
            columns,
            tuple(masked[:rows]),
            source.sheets,
        )

    def import_files(
        self,
        paths: Sequence[Path],
        *,
        mapping: Mapping | None = None,
        events: Path | None = None,
        quarantine_dir: Path | None = None,
        progress: ProgressListener = silent,
        cancel: CancelToken | None = None,
    ) -> ImportReport:
        """See the port. Files before one that fails stay imported, each with its set-aside rows."""
        started = time.perf_counter()
        cancel = cancel or CancelToken()
        with self._alone():
            first = paths[0] if paths else events
            folder = quarantine_dir or self._quarantine_dir or (first or Path()).parent
            quarantine = Quarantine(folder, first.stem if first else "", self._clock(), self._say)
            total = Counts()
            try:
                todo: list[Path | None] = list(paths) or [None]  # events may come alone
                for path in todo:
                    total += self._import_one(path, mapping, events, quarantine, progress, cancel)
                    events = None  # with the first file, so that all is computed once
            finally:
                file = quarantine.finish()
        return ImportReport(
            total.read,
            total.imported,
            total.duplicates,
            total.quarantined,
            file,
            time.perf_counter() - started,
            total.flagged,
        )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One import at a time in this process; another process is kept out by the file's lock."""
        if not self._importing.acquire(blocking=False):
            raise Busy("import_running")
        try:
            yield
        finally:
            self._importing.release()

    def _import_one(
        self,
        path: Path | None,
        mapping: Mapping | None,
        events: Path | None,
        quarantine: Quarantine,
        progress: ProgressListener,
        cancel: CancelToken,
    ) -> Counts:
        cancel.check()
        with self._engine.session() as session:
            cancel.on_cancel(session.cancel)
            load = Loading(session, self._keys, quarantine, progress, cancel)
            with quarantine.undone_on_failure(), session.transaction():
                bad_events, changed = add_events(load, events) if events else (0, False)
                counts = Counts(read=bad_events, quarantined=bad_events)
                if path is not None:
                    counts += loading.add_file(
                        load, path, mapping, history=self._history, reads=self._pack.reads()
                    )
                if counts.imported or changed:
                    loading.rebuild(load, self._pack, with_added=path is not None)
                cancel.check()
        return counts

    def _catch_up(self) -> None:
        with self._engine.session() as session:
            version = schema.get_meta(session, "rules_version")
            if version is None or version == self._pack.version:
                return
            aside = Quarantine(Path(), "", self._clock(), self._say)
            load = Loading(session, self._keys, aside, silent, CancelToken())
            with session.transaction():
                loading.rebuild(load, self._pack, with_added=False)

    # the call
    def lookup(self, term: str, limit: int = 200) -> LookupResult:
        with self._engine.session() as session:
            return lookup.lookup(session, self._keys.blind, term, limit)

    def timeline(self, customer_ref: str, limit: int = 500) -> list[AttemptRow]:
        with self._engine.session() as session:
            return lookup.timeline(session, customer_ref, limit)

    def explain(self, attempt_id: str) -> Explanation:
        attempt_id = attempt_id.strip()
        with self._engine.session() as session:
            types = {extra.name: extra.type for extra in schema.extras(session)}
            return explain_row(
                session.rows,
                self._pack.check(schema.extra_fields(types)),
                "attempts",
                attempt_id,
                [*schema.FACTS, *schema.CONTEXT, *types],
                where="attempt_key = ? AND attempt_id = ?",
                params=[attempt_key(attempt_id), attempt_id],
            )

    def reveal(self, customer_ref: str) -> list[dict[str, str | None]]:
        """The originals of a customer's details. The caller has asked for a purpose and written
        the audit row: nothing here checks it."""
        key = lookup.key_of_ref(customer_ref)
        with self._engine.session() as session:
            found = session.rows(
                "SELECT identity_key, sealed FROM identities WHERE customer_key = ?", [key]
            )
        return [reveal(self._keys, identity, sealed) for identity, sealed in found]

    # trends
    def trend(self, query: TrendQuery) -> list[TrendPoint]:
        with self._engine.session() as session:
            return trends.trend(session, query)

    def rows(
        self, where: TrendFilter, *, failures_only: bool, limit: int = 1000, offset: int = 0
    ) -> list[AttemptRow]:
        with self._engine.session() as session:
            return lookup.rows(
                session, where, failures_only=failures_only, limit=limit, offset=offset
            )

    def count(self, where: TrendFilter, *, failures_only: bool) -> int:
        with self._engine.session() as session:
            return trends.count(session, where, failures_only=failures_only)

    def values(self, field: str) -> list[str]:
        with self._engine.session() as session:
            return trends.values(session, field)

    def span(self) -> tuple[int, datetime | None, datetime | None]:
        with self._engine.session() as session:
            return trends.span(session)

    # out
    def export(self, path: Path, where: TrendFilter | None = None) -> int:
        with self._engine.session() as session:
            return export.export_attempts(session, self._write, path, where)

    def write_diagnoses(self, out: Path) -> int:
        """The result of ``workbench diagnose``: one row for each attempt; returns rows."""
        with self._engine.session() as session:
            return export.export_diagnoses(session, self._write, out)

    @property
    def rules_version(self) -> str:
        return self._pack.version

    def session(self) -> AbstractContextManager[Session]:
        """A session on the engine, for what later layers of the warehouse compute."""
        return self._engine.session()

    def close(self) -> None:
        self._engine.close()


def _say(key: str, **params: object) -> str:
    from workbench import texts

    return texts.text(texts.system_language(), key, **params)
