"""A whole warehouse as a lake: one folder for each table that is read, attempts by month.

Keys are decimals of 20 digits, which every reader of Parquet has; rows lie in the order by which
they are sought, so that a reader skips what cannot hold them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from workbench.domain.progress import CancelToken, Progress, ProgressListener, silent
from workbench.domain.times import from_local
from workbench.files import sync_file, sync_folder
from workbench.warehouse import schema
from workbench.warehouse.engines import Session, columns, quoted
from workbench.warehouse.lake.subjects import write_salts
from workbench.warehouse.lake.target import appearing, refuse_target
from workbench.warehouse.subjects import Subjects

KIND, LAYOUT = "warehouse", 2
# What is read of a warehouse, each with the order of its rows. The counts that context is reckoned
# from, and bureau scores, whose values are in the attempts, serve writers only.
_ORDERS = {
    "search_keys": ("key", "kind", "customer_key"),
    "identities": ("customer_key", "identity_key"),
    "events": ("starts_at", "kind", "name", "scope"),
    "extras": ("name",),
    "meta": ("key",),
}
_SAID = "('schema_version', 'rules_version')"  # of meta; the rest is for who writes
_IN_MONTH = ("occurred_at", "attempt_id")
_UNDATED = "__HIVE_DEFAULT_PARTITION__"  # every reader's name for NULL
_FILE_ROWS, _GROUP_ROWS = 4_000_000, 250_000


def write_lake(
    session: Session,
    out: Path,
    fingerprint: str,
    subjects: Subjects,
    *,
    sealed_in: str = "identities",
    overwrite: bool = False,
    progress: ProgressListener = silent,
    cancel: CancelToken | None = None,
) -> int:
    """Write the warehouse of ``session`` as of one moment into the new folder ``out``; returns
    attempts. It appears whole or not at all; ``overwrite`` replaces an earlier one.

    ``fingerprint``: of the keys that it is indexed and sealed by; ``sealed_in``: the relation with
    the sealed originals. Raises Usage, BadInput, Cancelled, and
    what the engine and the disk raise.
    """
    refuse_target(out, KIND, overwrite=overwrite)
    cancel = cancel or CancelToken()
    cancel.on_cancel(session.cancel)
    rows: dict[str, int] = {}
    said = {"layout": LAYOUT, "keys": fingerprint, "rows": rows}
    with appearing(out, KIND, said) as target, session.snapshot():
        [[total]] = session.rows("SELECT count(*) FROM attempts")
        work = _Work(session, total, progress, cancel)
        work.tell()
        names = list(columns(session, "attempts"))
        folder = _partition(names)
        chosen = f"SELECT {_listed(names)} FROM attempts"
        for value, where, params in _months(session):
            part = target / "attempts" / f"{folder}={value}"
            work.write(part, f"{chosen} WHERE {where}", _IN_MONTH, params)
        if not total:
            work.write(target / "attempts", chosen, _IN_MONTH)
        rows["attempts"] = work.done
        work.counting = False
        for table, order in _ORDERS.items():
            rows[table] = work.write(target / table, _query(table, sealed_in), order)
        write_salts(target, subjects)
        cancel.check()
    return rows["attempts"]


@dataclass
class _Work:
    session: Session
    total: int
    progress: ProgressListener
    cancel: CancelToken
    counting: bool = True
    done: int = field(default=0, init=False)  # attempts

    def tell(self) -> None:
        self.progress(Progress("exporting", self.done, self.total))

    def write(
        self, folder: Path, sql: str, order: Sequence[str], params: Sequence[object] = ()
    ) -> int:
        """The rows of a query in files of ``folder``, at least one; returns how many."""
        folder.mkdir(parents=True)
        shape = _portable(self.session.fetch(f"SELECT * FROM ({sql}) LIMIT 0", params).schema)
        sql += f" ORDER BY {', '.join(f'{quoted(name)} NULLS LAST' for name in order)}"
        batches = self.session.stream(sql, params)
        rows = files = 0
        more = True
        while more:
            files += 1
            file = folder / f"rows-{files:04}.parquet"
            written, more = self._file(file, shape, batches)
            rows += written
            sync_file(file)
        sync_folder(folder)
        return rows

    def _file(
        self, file: Path, shape: pa.Schema, batches: Iterator[pa.RecordBatch]
    ) -> tuple[int, bool]:
        """One file of the next batches; how many rows, and whether more may follow."""
        rows, waiting = 0, list[pa.Table]()
        with parquet.ParquetWriter(file, shape, compression="zstd") as writer:

            def flush() -> None:
                if waiting:
                    writer.write_table(pa.concat_tables(waiting), row_group_size=_GROUP_ROWS)
                    waiting.clear()

            for batch in batches:
                self.cancel.check()
                waiting.append(pa.Table.from_batches([batch]).cast(shape))
                rows += len(batch)
                if sum(map(len, waiting)) >= _GROUP_ROWS:
                    flush()
                if self.counting:
                    self.done += len(batch)
                    self.tell()
                if rows >= _FILE_ROWS:
                    flush()
                    return rows, True
            flush()
        return rows, False


def _months(session: Session) -> Iterator[tuple[str, str, list[object]]]:
    """Name, condition and parameters of each month of Shanghai that has attempts, and of none."""
    start = "date_trunc('month', occurred_at + INTERVAL 8 HOUR)"
    found = session.rows(f"SELECT DISTINCT {start} AS month FROM attempts ORDER BY 1 NULLS LAST")
    for (month,) in found:
        if month is None:
            yield _UNDATED, "occurred_at IS NULL", []
            continue
        first = datetime(month.year, month.month, 1)
        after = datetime(month.year + month.month // 12, month.month % 12 + 1, 1)
        limits: list[object] = [from_local(first), from_local(after)]
        yield f"{month:%Y-%m}", "occurred_at >= ? AND occurred_at < ?", limits


def _partition(names: Sequence[str]) -> str:
    """The name of the months' folders, which readers take for one more column."""
    name = "month"
    while name in names:
        name += "_"
    return name


def _query(table: str, sealed_in: str) -> str:
    names = list(schema.TABLES[table])
    if table == "meta":
        return f"SELECT {_listed(names)} FROM meta WHERE key IN {_SAID}"
    if table == "identities" and sealed_in != table:
        shown = _listed([f"i.{quoted(n)}" for n in names if n != "sealed"], quote=False)
        return (
            f"SELECT {shown}, s.sealed FROM identities i"
            f" LEFT JOIN {sealed_in} s ON s.identity_key = i.identity_key"
        )
    return f"SELECT {_listed(names)} FROM {table}"


def _listed(names: Sequence[str], *, quote: bool = True) -> str:
    return ", ".join(map(quoted, names) if quote else names)


def _portable(shape: pa.Schema) -> pa.Schema:
    """Without integers of 64 bits that have no sign, which Spark has not, nor wide texts."""
    kinds = {pa.uint64(): pa.decimal128(20, 0), pa.large_string(): pa.string()}
    return pa.schema([(f.name, kinds.get(f.type, f.type)) for f in shape])
