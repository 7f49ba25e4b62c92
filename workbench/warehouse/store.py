"""The warehouse as the services see it: one object, safe to call from any worker thread."""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from workbench.domain.attempt import AttemptRow, LookupResult
from workbench.domain.board import Affected
from workbench.domain.codes import UnmappedCodes
from workbench.domain.diagnosis import Explanation
from workbench.domain.driver import Comparison, Driver, Period, RateChange
from workbench.domain.errors import BadInput, NotPermitted, StoreFault
from workbench.domain.event import DatedEvent
from workbench.domain.following import Input, Mark, path_of
from workbench.domain.hints import Incident
from workbench.domain.importing import (
    ColumnGuess,
    FileKind,
    FileReport,
    ImportPreview,
    ImportReport,
    Mapping,
    ScoreCounts,
)
from workbench.domain.issue_groups import Tally
from workbench.domain.progress import CancelToken, Progress, ProgressListener, silent
from workbench.domain.reproduction import Kept, Said, Span
from workbench.domain.retention import Compacted, Removed
from workbench.domain.risk_model import Bin, Reviewed
from workbench.domain.rule_desk import (
    Answer,
    BackTest,
    Case,
    CaseResult,
    Coverage,
    Flip,
    RuleUse,
)
from workbench.domain.times import utc_now
from workbench.domain.trend import TrendFilter, TrendPoint, TrendQuery
from workbench.rules.grouping import Grouping
from workbench.rules.language import Fields
from workbench.rules.pack import RulePack
from workbench.warehouse import (
    asof,
    bureau,
    codes,
    export,
    loading,
    lookup,
    market,
    periods,
    places,
    retention,
    risk_models,
    rule_desk,
    schema,
    trends,
)
from workbench.warehouse import grouping as groups
from workbench.warehouse.conditions import outcomes
from workbench.warehouse.engines import Engine, Session, key_literal
from workbench.warehouse.engines.duckdb import DuckEngine
from workbench.warehouse.events import add_events, dated_events
from workbench.warehouse.explain import explain_row
from workbench.warehouse.export import WriteBatches
from workbench.warehouse.history import StoredHistory
from workbench.warehouse.identity import (
    WarehouseKeys,
    attempt_key,
    give_own_keys,
    this_attempt,
)
from workbench.warehouse.loading import Counts, Loading
from workbench.warehouse.quarantine import Quarantine, Say, masked_value
from workbench.warehouse.readers import open_source
from workbench.warehouse.readers.archives import inputs
from workbench.warehouse.recognise import plan_columns
from workbench.warehouse.sorting import sort_keys
from workbench.warehouse.subjects import Seals, Subjects, SubjectsInMemory

__all__ = ["WarehouseKeys", "WarehouseStore"]

_SAMPLES = 5
_KEPT_COUNTS = 7  # answers about groups of failures, and which columns are the store's own
_AT_ONCE = 1_000_000  # attempts whose customers are held in memory: some 40 MB
_TICK = 0.2  # seconds between two reports of an import that waits
T = TypeVar("T")
Clock = Callable[[], datetime]  # UTC, naive


@dataclass(frozen=True)
class Added:
    """What a file brought; ``attempts`` is True where new ones wait in view ``added``."""

    counts: Counts
    changed: bool
    attempts: bool


Add = Callable[[Loading], AbstractContextManager[Added]]  # to whose end rows may come
Read = Callable[[Loading], Add]  # what comes before the transaction in which rows are added


class WarehouseStore:
    """Satisfies ``services.ports.AttemptStore``."""

    _sealed = "identities"  # where the sealed originals are read
    _summed = True  # whether there are ``attempts_by_hour`` and ``customer_times``

    def __init__(
        self,
        engine: Engine,
        keys: WarehouseKeys,
        pack: RulePack,
        *,
        subjects: Subjects,
        write: WriteBatches,
        quarantine_dir: Path | None,
        clock: Clock = utc_now,
        say: Say | None = None,
    ) -> None:
        self._engine = engine
        self._keys = keys
        self._seals = Seals(keys.seal, subjects)
        self._pack = pack
        self._known: tuple[RulePack | None, Fields, RulePack] = (None, {}, pack)
        self._write = write
        self._quarantine_dir = quarantine_dir
        self._clock = clock
        self._say = say or _say
        self._importing = threading.Lock()
        self._history = quarantine_dir is not None
        self._written = 0
        self._counted: dict[object, object] = {}
        self._seen: dict[str, datetime] = {}  # times of the attempts last looked up
        with self._engine.session() as session:
            self._create(session)

    def _create(self, session: Session) -> None:
        schema.create(session)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        keys: WarehouseKeys,
        subjects: Subjects,
        pack: RulePack,
        write: WriteBatches,
        clock: Clock = utc_now,
        say: Say | None = None,
    ) -> "WarehouseStore":
        """The store in encrypted file ``path``, made if absent; ``subjects`` are kept apart from
        it. ``write`` puts exports into files,
        ``say`` words the reasons in quarantine files. Attempts diagnosed under another version of the pack are diagnosed anew.

        Raises Busy('store_in_use') where another process has it, StoreFault otherwise.
        """
        engine = DuckEngine(path, keys.database)
        try:
            folder = path.parent / "quarantine"
            store = cls(
                engine,
                keys,
                pack,
                subjects=subjects,
                write=write,
                quarantine_dir=folder,
                clock=clock,
                say=say,
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
            return cls(
                engine,
                keys,
                pack,
                subjects=SubjectsInMemory(),
                write=write,
                quarantine_dir=None,
                clock=clock,
                say=say,
            )
        except BaseException:
            engine.close()
            raise

    # importing
    def preview(
        self,
        path: Path,
        mapping: Mapping | None = None,
        rows: int = 50,
        kind: FileKind | None = None,
    ) -> ImportPreview:
        source = open_source(inputs(path)[0], mapping, whole=False)
        table = source.headers, source.head, mapping
        if kind is None:
            scores = bureau.looks_like_scores(*table)
            kind = FileKind.SCORES if scores else FileKind.ATTEMPTS
        plans = (bureau.score_plans if kind is FileKind.SCORES else plan_columns)(*table)
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
                plan.scale,
                None if plan.date_order == "ymd" else plan.date_order,
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
            kind,
        )

    def import_files(
        self,
        paths: Sequence[Input],
        *,
        mapping: Mapping | None = None,
        events: Path | None = None,
        scores: Sequence[Path] = (),
        source: str | None = None,
        quarantine_dir: Path | None = None,
        mark: Mark | None = None,
        progress: ProgressListener = silent,
        cancel: CancelToken | None = None,
    ) -> ImportReport:
        """See the port. Each file is a transaction of its own; of several, one that cannot be used
        does not stop the others and is named in the report."""
        started = time.perf_counter()
        cancel = cancel or CancelToken()
        with self._alone(progress, cancel):
            first = next(iter((*map(path_of, paths), *scores)), events)
            folder = quarantine_dir or self._quarantine_dir or (first or Path()).parent
            quarantine = Quarantine(folder, first.stem if first else "", self._clock(), self._say)
            of_scores = total = Counts()
            score_files = [file for path in scores for file in inputs(path)]
            files = [
                file
                for path in paths
                for file in (inputs(path) if isinstance(path, Path) else [path])
            ]
            reports: list[FileReport] = []
            several = len(score_files) + len(files) > 1

            def take(what: Input | None, read: Read) -> Counts | None:
                """None of a file that could not be used, where there are others."""
                path = path_of(what) if what is not None else None
                # With the last of several: until then all of them are to be taken again.
                note = mark if files and what is files[-1] else None
                try:
                    counts = self._import_one(read, quarantine, progress, cancel, note)
                except (BadInput, NotPermitted) as error:
                    of_events = events is not None and error.params.get("file") == events.name
                    if path is None or not several or of_events:
                        raise
                    reports.append(FileReport(path, error=error))
                    return None
                if path is not None:
                    numbers = counts.read, counts.imported, counts.duplicates, counts.quarantined
                    reports.append(FileReport(path, *numbers))
                return counts

            try:
                for path in score_files:  # before the attempts, so that those are diagnosed once
                    of_scores += take(path, self._scores(path, mapping, source)) or Counts()
                # Events may come alone, else with the first file, so that all is computed once.
                for path in files:
                    if (counts := take(path, self._attempts(path, mapping, events))) is not None:
                        total, events = total + counts, None
                if events is not None:
                    total += take(None, self._attempts(None, mapping, events)) or Counts()
            finally:
                file = quarantine.finish()
            if mark is not None and reports and reports[-1].error:
                self.set_mark(mark)
        total += of_scores
        return ImportReport(
            total.read,
            total.imported,
            total.duplicates,
            total.quarantined,
            file,
            time.perf_counter() - started,
            total.flagged,
            _score_counts(of_scores) if scores else None,
            tuple(reports) if several else (),
        )

    @contextmanager
    def _alone(self, progress: ProgressListener, cancel: CancelToken) -> Iterator[None]:
        """One import at a time; the next one waits for it, and says so."""
        while not self._importing.acquire(timeout=_TICK):
            cancel.check()
            progress(Progress("waiting"))
        try:
            yield
        finally:
            self._importing.release()

    def _scores(self, path: Path, mapping: Mapping | None, source: str | None) -> Read:
        def add(load: Loading) -> Added:
            counts = bureau.add_scores(load, path, mapping, source=source, reads=self._pack.reads())
            return Added(counts, changed=counts.imported > 0, attempts=False)

        return lambda _: lambda load: nullcontext(add(load))

    def marks(self, prefix: str) -> dict[str, str]:
        """The notes whose names begin so, by name."""
        with self._engine.session() as session:
            return dict(
                session.rows(
                    f"SELECT key, value FROM meta WHERE substr(key, 1, {len(prefix)}) = ?",
                    [prefix],
                )
            )

    def set_mark(self, mark: Mark) -> None:
        with self._engine.session() as session, session.transaction():
            schema.set_meta(session, mark.name, mark.value)

    def _attempts(self, path: Input | None, mapping: Mapping | None, events: Path | None) -> Read:
        def read(load: Loading) -> Add:
            settled = None
            if path is not None:
                settled = loading.read_file(
                    load, path, mapping, history=self._history, reads=self._pack.reads()
                )

            @contextmanager
            def add(load: Loading) -> Iterator[Added]:
                bad_events, changed = add_events(load, events) if events else (0, False)
                counts = Counts(read=bad_events, quarantined=bad_events)
                if settled is None:
                    yield Added(counts, changed, attempts=False)
                    return
                counts += settled.counts
                with loading.file_added(load, settled):
                    yield Added(counts, changed or counts.imported > 0, attempts=True)

            return add

        return read

    def _import_one(
        self,
        read: Read,
        quarantine: Quarantine,
        progress: ProgressListener,
        cancel: CancelToken,
        mark: Mark | None = None,
    ) -> Counts:
        cancel.check()
        with self._engine.session() as session:
            cancel.on_cancel(session.cancel)
            load = self._loading(session, progress, cancel, quarantine)
            with quarantine.undone_on_failure():
                add = read(load)
                with session.transaction(), add(load) as added:
                    if added.changed:
                        self._rebuild(load, with_added=added.attempts)
                    if mark is not None:
                        schema.set_meta(session, mark.name, mark.value)
                    cancel.check()
            self._forget_counts()
            if added.attempts and not self._engine.indexed:
                with session.transaction():
                    sort_keys(session)
        return added.counts

    def use(
        self,
        pack: RulePack,
        *,
        progress: ProgressListener = silent,
        cancel: CancelToken | None = None,
    ) -> None:
        """From now on attempts are diagnosed by ``pack``, those that are there anew: all or, where
        it is cancelled, none of them."""
        cancel = cancel or CancelToken()
        with self._alone(progress, cancel):
            before, self._pack = self._pack, pack
            try:
                self._catch_up(progress, cancel)
            except BaseException:
                self._pack = before
                raise

    def _catch_up(
        self, progress: ProgressListener = silent, cancel: CancelToken | None = None
    ) -> None:
        with self._engine.session() as session:
            version = schema.get_meta(session, "rules_version")
            if version is None or version == self._pack.version:
                return
            cancel = cancel or CancelToken()
            cancel.on_cancel(session.cancel)
            load = self._loading(session, progress, cancel)
            self._hold(session, progress, cancel)
            with session.transaction():
                self._rebuild(load, with_added=False)
                cancel.check()
            self._forget_counts()

    def _loading(
        self,
        session: Session,
        progress: ProgressListener,
        cancel: CancelToken,
        quarantine: Quarantine | None = None,
    ) -> Loading:
        """Without a quarantine where no row of a file comes in."""
        aside = quarantine or Quarantine(Path(), "", self._clock(), self._say)
        return Loading(session, self._keys.blind, self._seals, aside, progress, cancel)

    def _hold(self, session: Session, progress: ProgressListener, cancel: CancelToken) -> None:
        """Keep other processes from writing; a file has one process that does."""

    def _rebuild(self, load: Loading, *, with_added: bool) -> None:
        loading.rebuild(load, self._pack, at=self._clock(), with_added=with_added)

    # the call
    def lookup(self, term: str, limit: int = 200) -> LookupResult:
        written = self._written
        with self._engine.session() as session:
            found = lookup.lookup(session, self._keys.blind, term, limit, timed=self._summed)
        if written == self._written:
            self._seen = {
                row.attempt_id: row.occurred_at for row in found.attempts if row.occurred_at
            }
        return found

    def known(self, words: Collection[str]) -> set[str]:
        with self._engine.session() as session:
            return lookup.known(session, self._keys.blind, words)

    def timeline(self, customer_ref: str, limit: int = 500) -> list[AttemptRow]:
        with self._engine.session() as session:
            return lookup.timeline(session, customer_ref, limit, timed=self._summed)

    def customers_of(self, attempt_keys: Collection[int]) -> set[str]:
        with self._engine.session() as session:
            return lookup.customers_of(session, attempt_keys)

    def attempt_keys(self, attempt_ids: Collection[str]) -> list[int]:
        return sorted(map(attempt_key, attempt_ids))

    def explain(self, attempt_id: str, pack: RulePack | None = None) -> Explanation:
        attempt_id = attempt_id.strip()
        seen = self._seen.get(attempt_id) if self._summed else None
        with self._engine.session() as session:
            types = self._extra_types(session)
            checked = pack.check(schema.extra_fields(types)) if pack else self._checked(types)

            def explained(this: tuple[str, list[object]]) -> Explanation:
                where, params = this
                return explain_row(
                    session.rows,
                    checked,
                    "attempts",
                    attempt_id,
                    [*schema.FACTS, *schema.FILLED, *schema.CONTEXT, *types],
                    where=where,
                    params=params,
                    history=StoredHistory(session, where, params, timed=self._summed),
                )

            if seen:
                with suppress(BadInput):  # its time has changed since, or it has gone
                    return explained(places.at_time(attempt_id, seen))
            return explained(self._this(session, attempt_id))

    def _this(self, session: Session, attempt_id: str) -> tuple[str, list[object]]:
        return (
            places.of_attempt(session, attempt_id, self._seen)
            if self._summed
            else this_attempt(attempt_id)
        )

    def kept_answer(self, attempt_id: str, at: datetime) -> Kept:
        attempt_id = attempt_id.strip()
        with self._engine.session() as session, session.snapshot():
            this = self._this(session, attempt_id)
            return asof.kept_answer(session, attempt_id, at, this, timed=self._summed)

    def spans(self, attempt_id: str) -> list[Span]:
        attempt_id = attempt_id.strip()
        with self._engine.session() as session, session.snapshot():
            return asof.spans(session, attempt_id, self._this(session, attempt_id))

    def explain_kept(self, kept: Kept, pack: RulePack) -> tuple[Explanation, Said]:
        with self._engine.session() as session:
            return asof.explain_kept(session, kept, pack)

    def _extra_types(self, session: Session | None = None) -> dict[str, str]:
        """SQL types by name of the store's own columns."""

        def told(session: Session) -> dict[str, str]:
            return {extra.name: extra.type for extra in schema.extras(session)}

        return dict(self._counts("extras", told, session))

    def _checked(self, types: dict[str, str]) -> RulePack:
        """The pack typed against the store's extra columns, kept until either changes."""
        fields = schema.extra_fields(types)
        pack, known, checked = self._known
        if pack is not self._pack or known != fields:
            checked = self._pack.check(fields)
            self._known = (self._pack, fields, checked)  # one assignment: other threads read it
        return checked

    def holds(self, conditions: Sequence[str], attempt_id: str) -> dict[str, bool | None]:
        attempt_id = attempt_id.strip()
        with self._engine.session() as session:
            where, params = self._this(session, attempt_id)
            types = self._extra_types(session)
            return outcomes(
                session.rows,
                self._checked(types),
                conditions,
                [*schema.FACTS, *schema.FILLED, *schema.CONTEXT, *types],
                attempt_id,
                where=where,
                params=params,
            )

    def reveal(self, customer_ref: str) -> list[dict[str, str | None]]:
        """The originals of a customer's details. The caller has asked for a purpose and written
        the audit row: nothing here checks it. Raises StoreFault('subject_key_gone') where no key is
        left that opens them."""
        key = lookup.key_of_ref(customer_ref)
        if key is None:
            return []
        with self._engine.session() as session:
            found = session.rows(
                f"SELECT identity_key, sealed FROM {self._sealed}"
                f" WHERE customer_key = {key_literal(key)}"
            )
        opened = self._seals.opened([(key, int(identity), sealed) for identity, sealed in found])
        people = [person for person in opened if person is not None]
        if found and not people:
            raise StoreFault("subject_key_gone")
        return people

    # what leaves for good
    def older(self, before: datetime) -> Removed:
        """What ``drop_older`` would remove."""
        with self._engine.session() as session:
            return retention.older(session, before)

    def drop_older(
        self,
        before: datetime,
        *,
        progress: ProgressListener = silent,
        cancel: CancelToken | None = None,
    ) -> Removed:
        gone: list[int] = []

        def work(session: Session) -> Removed:
            removed, customers = retention.drop_older(session, before)
            gone.extend(customers)
            return removed

        removed = self._remove(work, progress, cancel)
        self._seals.subjects.destroy(gone)
        return removed

    def erase(
        self,
        customer_ref: str,
        *,
        progress: ProgressListener = silent,
        cancel: CancelToken | None = None,
    ) -> Removed:
        """Every row of one customer, and the key of theirs in every older copy. What is left of the
        rows' bytes leaves the disk with the next ``compact``."""
        key = lookup.key_of_ref(customer_ref)
        if key is None:
            return Removed(0, 0, 0)
        return self._remove(lambda s: retention.erase(s, key), progress, cancel, destroy=[key])

    def _remove(
        self,
        work: Callable[[Session], Removed],
        progress: ProgressListener,
        cancel: CancelToken | None,
        destroy: Collection[int] = (),
    ) -> Removed:
        """In one transaction, with the context of what stays computed anew. Keys are destroyed last
        before the rows are gone: where that breaks off, whoever it is about can still be found."""
        cancel = cancel or CancelToken()
        with self._alone(progress, cancel), self._engine.session() as session:
            cancel.on_cancel(session.cancel)
            self._hold(session, progress, cancel)
            with session.transaction():
                removed = work(session)
                if removed.attempts or removed.scores:
                    load = self._loading(session, progress, cancel)
                    self._rebuild(load, with_added=False)
                cancel.check()
                self._seals.subjects.destroy(destroy)
            self._forget_counts()
        return removed

    def compact(self) -> Compacted:
        """Give the disk back what was removed; waits for calls under way."""
        with self._alone(silent, CancelToken()):
            with self._engine.session() as session:
                self._give_own_keys(session)
            return Compacted(*self._engine.compact())

    def _give_own_keys(self, session: Session) -> None:
        give_own_keys(session, self._seals)

    def copy_to(self, file: Path) -> None:
        """The warehouse's file as of one moment, for a backup of it and of its salts, whose file is
        mended here: no other process has it open for long."""
        assert isinstance(self._engine, DuckEngine)
        self._seals.subjects.mend()
        self._engine.copy_to(file)

    # trends
    def trend(self, query: TrendQuery) -> list[TrendPoint]:
        with self._engine.session() as session:
            return trends.trend(session, query, summed=self._summed)

    def trends(self, queries: Sequence[TrendQuery]) -> list[list[TrendPoint]]:
        with self._engine.session() as session:
            return trends.answers(session, queries, summed=self._summed)

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

    def count_customers(self, where: TrendFilter) -> int:
        with self._engine.session() as session:
            return trends.customers(session, where)

    def affected(self, where: TrendFilter) -> Affected:
        with self._engine.session() as session:
            at_once = _AT_ONCE if self._summed else None
            return trends.affected(session, where, at_once=at_once)

    def values(self, field: str) -> list[str]:
        with self._engine.session() as session:
            return trends.values(session, field)

    def unmapped_codes(
        self, known: Collection[tuple[str, str]], schemes: MappingOf[str, str], limit: int = 1000
    ) -> UnmappedCodes:
        with self._engine.session() as session:
            return codes.unmapped(session, known, schemes, limit)

    # issues
    def tallies(self, grouping: Grouping) -> list[Tally]:
        return list(self._counts(grouping, lambda s: groups.tallies(s, grouping)))

    def group_customers(self, grouping: Grouping, key_of: MappingOf[str, str]) -> dict[str, int]:
        asked = grouping, frozenset(key_of.items())
        return dict(self._counts(asked, lambda s: groups.customers(s, grouping, key_of)))

    def regrouped(self, before: Grouping, after: Grouping) -> list[tuple[str, str, int]]:
        with self._engine.session() as session:
            return groups.regrouped(session, before, after)

    def _counts(
        self, asked: object, count: Callable[[Session], T], session: Session | None = None
    ) -> T:
        """Of a store that only this process writes: counted again once something was written."""
        written, kept = self._written, self._counted
        if (known := kept.get(asked)) is not None:  # asked once: another thread may drop it
            return known  # type: ignore[return-value]
        with nullcontext(session) if session else self._engine.session() as using:
            found = count(using)
        if self._summed and written == self._written:
            if len(kept) >= _KEPT_COUNTS:
                kept.pop(next(iter(kept)), None)
            kept[asked] = found
        return found

    def _forget_counts(self) -> None:
        self._written += 1
        self._counted, self._seen = {}, {}

    def fingerprints(self, grouping: Grouping, attempt_ids: Collection[str]) -> dict[str, str]:
        with self._engine.session() as session:
            return groups.fingerprints_of(session, grouping, attempt_ids)

    def group_rows(
        self, grouping: Grouping, fingerprints: Sequence[str], limit: int = 200, offset: int = 0
    ) -> list[AttemptRow]:
        with self._engine.session() as session:
            return groups.rows(session, grouping, fingerprints, limit, offset)

    def witnesses(
        self, grouping: Grouping, fingerprints: Collection[str], each: int = 20
    ) -> dict[str, list[str]]:
        with self._engine.session() as session:
            return groups.witnesses(session, grouping, fingerprints, each)

    def check_grouping(self, grouping: Grouping) -> None:
        grouping.check(schema.extra_fields(self._extra_types()))

    def span(self) -> tuple[int, datetime | None, datetime | None]:
        with self._engine.session() as session:
            return trends.span(session)

    def events(
        self, start: datetime | None = None, end: datetime | None = None
    ) -> list[DatedEvent]:
        """Those that began or were in force between two times (UTC), in order of their start."""
        with self._engine.session() as session:
            return dated_events(session, start, end)

    def drop_event(self, event: DatedEvent) -> None:
        """Take it away, with what the attempts' context had of it."""
        cancel = CancelToken()
        with self._alone(silent, cancel), self._engine.session() as session:
            self._hold(session, silent, cancel)
            with session.transaction():
                session.execute(
                    "DELETE FROM events WHERE kind = ? AND name = ? AND starts_at = ?",
                    [event.kind, event.name, event.starts_at],
                )
                load = self._loading(session, silent, cancel)
                self._rebuild(load, with_added=False)

    def incidents(self, at: datetime) -> list[Incident]:
        """Those under way at a time (UTC)."""
        with self._engine.session() as session:
            rows = session.rows(
                "SELECT name, starts_at, ends_at, COALESCE(scope, '') FROM events"
                " WHERE kind = 'incident' AND starts_at <= ? AND COALESCE(ends_at, starts_at) >= ?"
                " OR kind = 'incident' AND starts_at <= ? AND ends_at IS NULL",
                (at, at, at),
            )
        return [Incident(*row) for row in rows]

    def compare(self, wanted: Comparison, old_pack: RulePack | None = None) -> list[Driver]:
        """The slices that explain how failures changed between two periods, best first;
        ``old_pack``, read and not checked, is what the earlier period is judged by."""
        with self._engine.session() as session:
            return periods.compare(session, wanted, old_pack)

    # the rule desk
    def run_cases(self, pack: RulePack, cases: Sequence[Case]) -> list[CaseResult]:
        """``pack`` was read and not checked, as of the others below."""
        with self._engine.session() as session:
            return rule_desk.run_cases(session, self._typed(session, pack), cases)

    def use_of_rules(self, pack: RulePack | None, where: TrendFilter) -> list[RuleUse]:
        """How rules fared among the failures; None: those in use."""
        with self._engine.session() as session:
            return rule_desk.use_of_rules(session, self._typed(session, pack or self._pack), where)

    def back_test(
        self, new: RulePack, old: RulePack | None, where: TrendFilter, limit: int
    ) -> BackTest:
        """``old`` None: the pack in use, by which the attempts are diagnosed."""
        with self._engine.session() as session:
            return rule_desk.back_test(
                session,
                self._typed(session, new),
                self._typed(session, old or self._pack),
                where,
                stored=old is None,
                limit=limit,
            )

    def flips_of(
        self, new: RulePack, old: RulePack | None, attempt_ids: Collection[str]
    ) -> list[Flip]:
        with self._engine.session() as session:
            return rule_desk.flips_of(
                session,
                self._typed(session, new),
                self._typed(session, old or self._pack),
                attempt_ids,
                stored=old is None,
            )

    def answers_of(self, pack: RulePack, attempt_ids: Collection[str]) -> dict[str, Answer]:
        with self._engine.session() as session:
            return rule_desk.answers_of(session, self._typed(session, pack), attempt_ids)

    def typed(self, pack: RulePack) -> RulePack:
        """Checked against the attempt's fields and the store's own columns."""
        with self._engine.session() as session:
            return self._typed(session, pack)

    def coverage(self, where: TrendFilter) -> list[Coverage]:
        with self._engine.session() as session:
            return rule_desk.coverage(session, where)

    def _typed(self, session: Session, pack: RulePack) -> RulePack:
        """The pack with its fields looked up among the store's own columns, too."""
        return pack.check(schema.extra_fields(self._extra_types(session)))

    def rate_change(self, wanted: Comparison) -> RateChange:
        """How the failure rate changed between two periods, by mix and by rate."""
        with self._engine.session() as session:
            return periods.rate_change(session, wanted)

    # risk models
    def reviewed(self, field: str) -> list[Reviewed]:
        with self._engine.session() as session:
            return risk_models.reviewed(session, field)

    def score_bins(self) -> dict[str, list[Bin]]:
        with self._engine.session() as session:
            return risk_models.scores(session)

    def passed_before(self) -> dict[str, int]:
        with self._engine.session() as session:
            return risk_models.passed_before(session)

    def wrong_declines(
        self, model: str, *, passed: bool, limit: int, offset: int
    ) -> list[AttemptRow]:
        with self._engine.session() as session:
            return risk_models.wrong(session, model, passed=passed, limit=limit, offset=offset)

    def count_wrong(self, model: str, *, passed: bool) -> int:
        with self._engine.session() as session:
            return risk_models.count_wrong(session, model, passed=passed)

    def models_of(self, attempt_ids: Sequence[str]) -> dict[str, str]:
        with self._engine.session() as session:
            return risk_models.models_of(session, attempt_ids)

    # the market
    def exits(self, period: Period) -> list[tuple[str, int]]:
        with self._engine.session() as session:
            return market.exits(session, period)

    def policy_effect(
        self, event: DatedEvent, before: Period, after: Period
    ) -> tuple[market.Counts, market.Counts, market.Counts]:
        with self._engine.session() as session:
            return market.effect(session, event, before, after)

    # out
    def export(
        self, path: Path, where: TrendFilter | None = None, *, identities: bool = False
    ) -> int:
        """``identities``: the originals in clear. The caller has asked for a purpose and written
        the audit row: nothing here checks it."""
        seals = self._seals if identities else None
        with self._engine.session() as session:
            return export.export_attempts(session, self._write, path, where, seals, self._sealed)

    def export_lake(
        self,
        out: Path,
        *,
        overwrite: bool = False,
        progress: ProgressListener = silent,
        cancel: CancelToken | None = None,
    ) -> int:
        """The whole warehouse as a lake that ``spark://…`` reads; returns attempts."""
        from workbench.warehouse.lake.writing import write_lake

        with self._engine.session() as session:
            return write_lake(
                session,
                out,
                self._keys.fingerprint,
                self._seals.subjects,
                sealed_in=self._sealed,
                overwrite=overwrite,
                progress=progress,
                cancel=cancel,
            )

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


def _score_counts(counts: Counts) -> ScoreCounts:
    return ScoreCounts(counts.read, counts.imported, counts.duplicates, counts.quarantined)


def _say(key: str, **params: object) -> str:
    from workbench import texts

    return texts.text(texts.system_language(), key, **params)
