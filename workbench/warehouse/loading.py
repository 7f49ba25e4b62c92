"""One file into the store: read, clean, settle duplicates, join, diagnose. The caller's
transaction holds all that is written, so a cancelled or failed import leaves nothing behind."""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from workbench.domain.attempt import ALL_FIELDS, ATTEMPT_FIELDS
from workbench.domain.errors import BadInput
from workbench.domain.following import FilePart, Input, path_of
from workbench.domain.importing import Mapping
from workbench.domain.progress import CancelToken, Progress, ProgressListener
from workbench.rules.pack import RulePack
from workbench.warehouse import former, schema
from workbench.warehouse.clean import (
    HISTORY,
    Cleaning,
    cleaning_select,
    extra_types,
    extra_value_sql,
)
from workbench.warehouse.dates import settled_dates
from workbench.warehouse.engines import ROW_GROUP, Session, columns, quoted
from workbench.warehouse.filling import filled_select, has_scores, own_values
from workbench.warehouse.identity import blind_text, find_people, people_stored
from workbench.warehouse.quarantine import Quarantine, Spool, masked_value
from workbench.warehouse.readers import Rejected, Source, batch_schema, open_source
from workbench.warehouse.recognise import ColumnPlan, plan_columns
from workbench.warehouse.refreshing import (
    Refreshed,
    Work,
    find_leaving,
    is_kept,
    partly,
    whole,
)
from workbench.warehouse.schema import Extra
from workbench.warehouse.subjects import Seals

_PAGE = 4096  # rows
_MOST = 64 << 20  # bytes of wide rows that are handed to the engine at once
_TICK = 0.25  # seconds between reports while one long statement runs


@dataclass(frozen=True)
class Counts:
    """Of one file: read = imported + duplicates + quarantined. ``flagged`` rows are imported."""

    read: int = 0
    imported: int = 0
    duplicates: int = 0
    quarantined: int = 0
    flagged: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.read + other.read,
            self.imported + other.imported,
            self.duplicates + other.duplicates,
            self.quarantined + other.quarantined,
            self.flagged + other.flagged,
        )


@dataclass(frozen=True)
class Loading:
    """What every step of an import needs."""

    session: Session
    blind: bytes  # the key of blind indexes
    seals: Seals
    quarantine: Quarantine
    progress: ProgressListener
    cancel: CancelToken
    # Brings here what another store holds of the rows in ``staging``, for a table by name.
    recall: Callable[[str], None] | None = None

    def execute(self, sql: str) -> None:
        self.cancel.check()
        self.session.execute(sql, {"blind": blind_text(self.blind)} if "$blind" in sql else ())

    def number(self, sql: str) -> int:
        self.cancel.check()
        return int(self.session.rows(sql)[0][0] or 0)


@dataclass(frozen=True)
class Settled:
    """A file whose new rows wait in temporary view ``added`` (facts and extras), those that they
    replace in ``replaced`` and the people not known yet in ``people``. ``extras``: name and header
    of the columns that the store does not have yet."""

    counts: Counts
    extras: Sequence[tuple[str, str]]


def read_file(
    loading: Loading,
    what: Input,
    mapping: Mapping | None,
    *,
    history: bool,
    reads: Collection[str],
) -> Settled:
    """Stage a file and settle which of its rows are new; nothing is written into the store.
    Before the import's transaction, since DuckDB takes every table made in the same transaction
    to be empty, and would plan each join with these accordingly.

    ``history`` asks for a time and an outcome of every row: without them an attempt has no place
    among others. ``reads`` are the names that the rule pack reads.

    Raises BadInput for a file that cannot be used as a whole.
    """
    path = path_of(what)
    source = open_source(what, mapping)
    own = frozenset(reads) - set(ALL_FIELDS)
    plans = plan_columns(source.headers, source.head, mapping, own)
    # Of a part, the whole file tells in which order its dates are.
    told = open_source(path, mapping) if isinstance(what, FilePart) and what.start else source
    plans = settled_dates(told, plans, loading.cancel)
    _refuse_useless(path, plans, own, history=history)
    cleaning = cleaning_select(plans, required=HISTORY if history else ())
    stage(loading, source, cleaning)
    staged = loading.number("SELECT count(*) FROM staging")
    read = staged + len(source.rejected)
    if not read:
        raise BadInput("header_only", file=path.name)
    bad = set_aside(loading, path.name, source, plans)
    if loading.recall:
        loading.recall("attempts")
    extras, new_extras = _settle_extras(loading, cleaning)
    _create_fresh(loading, cleaning, extras)
    duplicates, conflicts = _settle_duplicates(loading, path.name, plans, extras)
    counts = Counts(
        read=read,
        imported=read - bad - duplicates - conflicts,
        duplicates=duplicates,
        quarantined=bad + conflicts,
        flagged=loading.number("SELECT count(flags) FROM added"),
    )
    if counts.imported:
        loading.progress(Progress("identities", 0, counts.imported))
        find_people(loading.session, "added")
    return Settled(counts, new_extras)


@contextmanager
def file_added(loading: Loading, settled: Settled) -> Iterator[None]:
    """Writes what a file brings beside its attempts, all of it when this ends; in the body
    ``rebuild`` takes up those."""
    for name, header in settled.extras:
        loading.session.execute("INSERT INTO extras VALUES (?, ?)", [name, header])
    people = people_stored(loading.session, loading.seals, loading.blind)
    with people if settled.counts.imported else nullcontext():
        yield


def _refuse_useless(
    path: Path, plans: Sequence[ColumnPlan], own: Collection[str], *, history: bool
) -> None:
    fields = {plan.field for plan in plans if plan.field}
    headers = ", ".join(plan.header for plan in plans[:12])
    if not fields and not any(plan.extra in own for plan in plans):
        # Its first row may be data: nothing of it is shown.
        raise BadInput("no_known_columns", file=path.name)
    if history and "outcome" not in fields:
        raise BadInput("no_outcome_column", file=path.name, headers=headers)
    if history and "occurred_at" not in fields:
        raise BadInput("no_time_column", file=path.name, headers=headers)


def stage(loading: Loading, source: Source, cleaning: Cleaning) -> None:
    """One streaming pass: file to cleaned rows. Staging is temporary: memory, spilled encrypted."""
    failure: list[BaseException] = []
    source.rejected = Spool(loading.quarantine, source.path.name)
    loading.quarantine.joined = source.joined

    def batches() -> Iterator[pa.RecordBatch]:
        rows = 0
        try:
            for batch in source.batches():
                loading.cancel.check()
                yield batch
                rows += len(batch)
                share = source.share_read()
                total = max(rows, round(rows / share)) if share else None
                loading.progress(Progress("reading", rows, total))
        except BaseException as error:
            failure.append(error)  # the engine would hand it on as text
            raise

    reader = pa.RecordBatchReader.from_batches(
        batch_schema(len(source.headers)), row_groups(batches())
    )
    loading.session.load("incoming", reader)
    try:
        loading.execute(f"CREATE TEMP TABLE staging AS {cleaning.select}")
    except BaseException:
        if failure:
            raise failure[0] from None
        raise
    finally:
        loading.session.unload("incoming")


def row_groups(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in pieces that the engine keeps as they are."""
    waiting: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        waiting.append(batch)
        rows, size = rows + len(batch), size + batch.nbytes
        while rows >= ROW_GROUP or size >= _MOST:
            whole = pa.concat_batches(waiting)
            yield whole.slice(0, ROW_GROUP)
            waiting = [whole.slice(ROW_GROUP)]
            rows, size = len(waiting[0]), waiting[0].nbytes
    if rows:
        yield pa.concat_batches(waiting)


def set_aside(loading: Loading, file: str, source: Source, plans: Sequence[ColumnPlan]) -> int:
    """Rows that could not be read go to the quarantine and leave the staging table."""
    if isinstance(source.rejected, Spool):
        source.rejected.flush()
    bad = 0
    stream = loading.session.stream(
        "SELECT _line, _bad FROM staging WHERE _bad IS NOT NULL ORDER BY _line"
    )
    for batch in _pages(stream):
        rows = batch.to_pylist()
        bad += len(rows)
        loading.quarantine.add(
            file,
            (
                (row["_line"], [_rejected(row["_line"], b, plans) for b in row["_bad"]])
                for row in rows
            ),
        )
    if bad:
        loading.execute("DELETE FROM staging WHERE _bad IS NOT NULL")
    return bad + len(source.rejected)


def _pages(stream: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Small enough to be turned into Python's objects."""
    for batch in stream:
        for start in range(0, len(batch), _PAGE):
            yield batch.slice(start, _PAGE)


def _rejected(line: int, bad: dict[str, object], plans: Sequence[ColumnPlan]) -> Rejected:
    plan = plans[int(str(bad["column"]))]
    value = masked_value(plan, bad["value"] if isinstance(bad["value"], str) else None)
    return Rejected(line, plan.header, value, str(bad["code"]))


# extra columns
def _settle_extras(
    loading: Loading, cleaning: Cleaning
) -> tuple[list[tuple[Extra, int | None]], list[tuple[str, str]]]:
    """Every extra of the store and of the file with the type that holds both, and its place in
    the staging table (None: not in this file); name and header of the new ones."""
    stored = {extra.name: extra for extra in schema.extras(loading.session)}
    found: dict[str, tuple[ColumnPlan, str]] = {}
    if cleaning.extras:
        types = extra_types(loading.session, [f"x{plan.index}" for plan in cleaning.extras])
        for plan, kind in zip(cleaning.extras, types, strict=True):
            if kind is not None:  # a column without a single value says nothing
                found[plan.extra] = (plan, kind)
    settled: list[tuple[Extra, int | None]] = []
    for extra in stored.values():
        here = found.pop(extra.name, None)
        wider = schema.wider(extra.type, here[1] if here else extra.type)
        place = here[0].index if here else None
        settled.append((Extra(extra.name, extra.header, wider), place))
    for name, (plan, kind) in found.items():
        settled.append((Extra(name, plan.header, kind), plan.index))
    return settled, [(name, plan.header) for name, (plan, _) in found.items()]


def _create_fresh(
    loading: Loading, cleaning: Cleaning, extras: Sequence[tuple[Extra, int | None]]
) -> None:
    """``fresh``: the staged rows in the store's own columns; ``stored``: the store's, as typed
    and without what bureaus filled in."""
    present = set(cleaning.columns) | set(schema.KEYS) | {"flags"}
    columns = [
        quoted(name) if name in present else f"NULL::{kind} AS {quoted(name)}"
        for name, kind in schema.FACTS.items()
    ]
    columns += [
        f"{extra_value_sql(f'x{index}', extra.type) if index is not None else 'NULL'}::{extra.type}"
        f" AS {quoted(extra.name)}"
        for extra, index in extras
    ]
    columns += [
        quoted(f.name) if f.name in present else f"NULL::VARCHAR AS {f.name}"
        for f in ATTEMPT_FIELDS
        if f.identity
    ]
    loading.execute(f"CREATE TEMP VIEW fresh AS SELECT _line, {', '.join(columns)} FROM staging")
    known = {extra.name for extra in schema.extras(loading.session)}
    names = [*schema.FACTS, *(e.name for e, _ in extras if e.name in known)]
    own = dict(zip(names, own_values(loading.session, names), strict=True))
    kept = [f"{own[name]} AS {quoted(name)}" for name in schema.FACTS]
    kept += schema.KNOWN
    kept += [f"({own.get(e.name, 'NULL')})::{e.type} AS {quoted(e.name)}" for e, _ in extras]
    loading.execute(f"CREATE TEMP VIEW stored AS SELECT {', '.join(kept)} FROM w.attempts")


# duplicates
def _settle_duplicates(
    loading: Loading,
    file: str,
    plans: Sequence[ColumnPlan],
    extras: Sequence[tuple[Extra, int | None]],
) -> tuple[int, int]:
    """(duplicates, conflicts) among the fresh rows, and the view ``added`` of those that are new.

    The first row of an id stands: the stored one, else the file's first. A pending one gives way
    to a final one of the same customer. The same content again is a duplicate, as is a pending
    row that comes late; anything else under a known id is set aside.
    """
    content = [name for name in schema.FACTS if name not in ("attempt_key", "flags")]
    content += [extra.name for extra, _ in extras]
    listed = ", ".join(map(quoted, content))
    columns = f"attempt_key, outcome, customer_key, hash({listed}) AS content"
    loading.execute(
        "CREATE TEMP TABLE repeated AS"
        " SELECT attempt_key FROM fresh GROUP BY attempt_key HAVING count(*) > 1"
        " UNION SELECT attempt_key FROM w.attempts"
        " WHERE attempt_key IN (SELECT attempt_key FROM fresh)"
    )
    loading.execute(
        "CREATE TEMP TABLE settled AS"
        f" WITH candidate AS ("
        f"  SELECT 0 AS line, {columns} FROM stored SEMI JOIN repeated USING (attempt_key)"
        f"  UNION ALL SELECT _line, {columns} FROM fresh SEMI JOIN repeated USING (attempt_key)"
        " ), base AS ("
        "  SELECT attempt_key, min(line) AS line, arg_min(outcome, line) AS outcome,"
        "  arg_min(customer_key, line) AS customer_key, arg_min(content, line) AS content"
        "  FROM candidate GROUP BY attempt_key"
        " ), final AS ("
        "  SELECT attempt_key, min(c.line) AS line, arg_min(c.content, c.line) AS content"
        "  FROM candidate c JOIN base b USING (attempt_key)"
        "  WHERE b.outcome = 'pending' AND c.outcome <> 'pending'"
        "  AND c.customer_key IS NOT DISTINCT FROM b.customer_key GROUP BY attempt_key"
        " ) SELECT c.line AS _line, c.attempt_key, b.line = 0 AS in_store, CASE"
        "  WHEN c.line = coalesce(f.line, b.line) THEN 'new'"
        "  WHEN c.content IN (b.content, f.content) THEN 'duplicate'"
        "  WHEN c.outcome = 'pending' AND (f.line IS NOT NULL OR b.outcome <> 'pending')"
        "  AND c.customer_key IS NOT DISTINCT FROM b.customer_key THEN 'duplicate'"
        "  ELSE 'conflict' END AS verdict"
        " FROM candidate c JOIN base b USING (attempt_key) LEFT JOIN final f USING (attempt_key)"
        " WHERE c.line > 0"
    )
    loading.execute(
        "CREATE TEMP VIEW added AS SELECT * FROM fresh ANTI JOIN"
        " (SELECT _line FROM settled WHERE verdict <> 'new') USING (_line)"
    )
    loading.execute(
        "CREATE TEMP VIEW replaced AS"
        " SELECT attempt_key FROM settled WHERE verdict = 'new' AND in_store"
    )
    header = next((p.header for p in plans if p.field == "attempt_id"), "attempt_id")
    conflicts = loading.session.stream(
        "SELECT _line, attempt_id FROM fresh JOIN settled USING (_line)"
        " WHERE verdict = 'conflict' ORDER BY _line"
    )
    for batch in _pages(conflicts):
        rows = zip(batch["_line"].to_pylist(), batch["attempt_id"].to_pylist(), strict=True)
        code = "id_with_other_content"
        loading.quarantine.add(
            file, ((n, [Rejected(n, header, masked_value(None, a), code)]) for n, a in rows)
        )
    duplicates = loading.number("SELECT count(*) FROM settled WHERE verdict = 'duplicate'")
    return duplicates, loading.number("SELECT count(*) FROM settled WHERE verdict = 'conflict'")


# joining and diagnosing
def rebuild(
    loading: Loading,
    pack: RulePack,
    *,
    at: datetime,
    with_added: bool,
    way: type[Work] = Work,
) -> Refreshed | None:
    """Put the added rows in the place of those they replace, fill in what bureaus know, and bring
    context and diagnosis of every attempt up to date, in the caller's transaction, with what was
    said until ``at`` kept.

    Context looks across all attempts (load, shares, a customer's other attempts), so new rows
    change old ones. Computed again is what a change can reach; all of it where that is too much or
    where the kept counts are not those of the stored attempts: then None is returned.
    """
    session = loading.session
    state = former.next_state(session)
    work = way(session, loading.execute, pack, state, at)
    if with_added:
        names = [str(state) if n in schema.KNOWN else quoted(n) for n in columns(session, "stored")]
        stored, gone = "stored", "replaced"
        added = f" UNION ALL SELECT {', '.join(names)} FROM added"
    else:
        facts = [*schema.FACTS, *schema.KNOWN, *(e.name for e in schema.extras(session))]
        own = zip(own_values(session, facts), facts, strict=True)
        listed = ", ".join(f"{v} AS {quoted(n)}" for v, n in own)
        stored = f"(SELECT {listed} FROM w.attempts)"
        gone = "(SELECT 0 AS attempt_key WHERE false) AS nothing"
        added = ""
    kept = f"SELECT * FROM {stored} WHERE attempt_key NOT IN (SELECT attempt_key FROM {gone})"
    total = loading.number("SELECT count(*) FROM w.attempts")
    if is_kept(work):
        find_leaving(work, gone)
        entering = f"{kept} AND attempt_key IN (SELECT attempt_key FROM leaving){added}"
        with reported(session, loading.progress, "diagnosing", total):
            loading.execute(f"CREATE OR REPLACE TEMP VIEW own AS {entering}")
            refreshed = partly(work, f"({filled_select(session, 'own')})")
        if refreshed is not None:
            loading.progress(Progress("saving", total, total))
            return refreshed
    loading.execute(f"CREATE OR REPLACE TEMP VIEW own AS {kept}{added}")
    total = loading.number("SELECT count(*) FROM own")
    waits = reported(session, loading.progress, "scores", total)
    with waits if has_scores(session) else nullcontext():
        facts = filled_select(session, "own")
    loading.execute(f"CREATE OR REPLACE TEMP VIEW facts AS {facts}")
    with reported(session, loading.progress, "diagnosing", total):
        scored = has_scores(session) or work.number("SELECT count(*) FROM w.context_pairs")
        differ = "TRUE" if scored else f"o.attempt_key IN (SELECT attempt_key FROM {gone})"
        whole(work, "facts", differ)
    loading.progress(Progress("saving", total, total))
    return None


@contextmanager
def reported(session: Session, listen: ProgressListener, stage: str, total: int) -> Iterator[None]:
    """Reports a single long statement by the engine's own estimate."""
    done = threading.Event()

    def tick() -> None:
        while not done.wait(_TICK):
            share = session.progress()
            if share is not None:
                listen(Progress(stage, round(share * total), total))

    listen(Progress(stage, 0, total))
    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()
