"""The benches that need no window: diagnose, explain, lookup, import."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from workbench.bench.measure import Bound, Clock, Result, Timed, absent, faster, in_turn, installed
from workbench.bench.stock import Stock, attempt_ids, undiagnosed
from workbench.domain.diagnosis import Status
from workbench.rules.pack import RulePack
from workbench.warehouse.diagnosis import DIAGNOSIS_COLUMNS, diagnosis_select
from workbench.warehouse.engines import Session
from workbench.warehouse.schema import CONTEXT, FACTS
from workbench.warehouse.store import WarehouseStore

SAMPLE = 2000  # rows that the engine which asks row by row is given
CALLS = 200
_OUT = ", ".join(("attempt_id", *DIAGNOSIS_COLUMNS))


# diagnose
def compiled(pack: RulePack, source: str) -> str:
    """What the product runs: the seven columns of every attempt."""
    return f"SELECT {_OUT} FROM ({diagnosis_select(pack, source, [*FACTS, *CONTEXT])})"


def by_hand(source: str) -> str:
    sql = Path(__file__).with_name("hand_diagnosis.sql").read_text("utf-8")
    return sql.replace("{source}", source)


def diagnose(stock: Stock, clock: Clock = time.perf_counter, turns: int = 5) -> list[Result]:
    """Both statements write the seven columns into a table; the row engine is asked on a sample
    of the same attempts, and its rate is put against that of the whole."""
    with stock.store() as store, store.session() as session:
        source = undiagnosed()
        works: list[Callable[[], Any]] = [
            lambda: _into(session, "ours", compiled(stock.pack, source)),
            lambda: _into(session, "hand", by_hand(source)),
        ]
        if not installed("zen"):
            zen_at_least = Bound(1000, at_least=True)
            rest = [absent("diagnose_zen", "rows/s", zen_at_least, stock.rows, "zen-engine")]
            ours, hand = _by_turns(session, works, turns, clock)
        else:
            from workbench.bench.zen_rules import ZenRules

            engine = ZenRules(stock.pack)
            rows = session.fetch(
                f"SELECT {', '.join(engine.fields)}, reason_code AS _code, status AS _status,"
                " contributing AS _others"
                f" FROM attempts ORDER BY hash(attempt_key) LIMIT {SAMPLE}"
            ).to_pylist()
            said = [(row.pop("_code"), row.pop("_others"), row.pop("_status")) for row in rows]
            works.append(lambda: engine.answers(rows))
            ours, hand, zen = _by_turns(session, works, turns, clock)
            rest = [_per_row(stock.rows, ours, zen, said)]
        equal = _fingerprint(session, "ours") == _fingerprint(session, "hand")
    return [faster("diagnose_hand", ours.best, hand.best, 0.8, stock.rows, equal=equal), *rest]


def _by_turns(
    session: Session, works: Sequence[Callable[[], Any]], turns: int, clock: Clock
) -> list[Timed]:
    """In turn, each after the tables of the turn before are gone, which takes no one's time."""
    timed = [Timed() for _ in works]
    for _ in range(turns):
        for name in ("ours", "hand"):
            session.execute(f"DROP TABLE IF EXISTS temp.{name}")
        for whole, once in zip(timed, in_turn(works, 1, clock), strict=True):
            whole.seconds += once.seconds
            whole.answer = once.answer if whole.answer is None else whole.answer
    return timed


def _into(session: Session, table: str, sql: str) -> None:
    session.execute(f"CREATE TEMP TABLE {table} AS {sql}")


def _fingerprint(session: Session, table: str) -> tuple[Any, ...]:
    """The same for the same rows in any order, and hardly for others."""
    return session.rows(
        f"SELECT count(*), sum(hash({_OUT})::HUGEINT), bit_xor(hash({_OUT})) FROM temp.{table}"
    )[0]


def _per_row(
    rows: int, ours: Timed, zen: Timed, said: Sequence[tuple[str | None, str | None, str]]
) -> Result:
    def ours_said(principal: str | None, others: str | None, status: str) -> tuple[str, list[str]]:
        codes = [principal] if principal else []
        told = Status.NONE if status == Status.PENDING else status
        return told, codes + (others.split(";") if others else [])

    equal = all(answer == ours_said(*one) for answer, one in zip(zen.answer, said, strict=True))
    our_rate, their_rate = rows / ours.best, len(said) / zen.best
    return Result(
        "diagnose_zen",
        "rows/s",
        Bound(1000, at_least=True),
        ours=our_rate,
        theirs=their_rate,
        ratio=our_rate / their_rate,
        rows=rows,
        wrong=not equal,
        note=None if equal else "differs",
    )


# explain
def explain(stock: Stock, clock: Clock = time.perf_counter) -> list[Result]:
    with stock.store() as store:
        with store.session() as session:
            ids = attempt_ids(session, CALLS)
            listed = ", ".join(f"'{attempt_id}'" for attempt_id in ids)
            stored = dict(
                session.rows(
                    f"SELECT attempt_id, reason_code FROM attempts WHERE attempt_id IN ({listed})"
                )
            )
        calls = [in_turn([partial(store.explain, i)], 1, clock)[0] for i in ids]
    equal = all(_principal(call.answer) == stored[i] for i, call in zip(ids, calls, strict=True))
    whole = _together(calls)
    result = _within("explain", whole.middle, 30, stock.rows, equal=equal)
    if not equal:
        return [result]
    return [replace(result, note="p95", params={"ms": f"{whole.part(0.95) * 1000:.3g}"})]


def _principal(explanation: Any) -> str | None:
    first = (*explanation.reasons, *explanation.possible)[:1]
    return first[0].code if first else None


def _together(calls: Sequence[Timed]) -> Timed:
    return Timed([second for call in calls for second in call.seconds])


def _within(key: str, seconds: float, limit_ms: float, rows: int, *, equal: bool) -> Result:
    return Result(
        key,
        "ms",
        Bound(limit_ms, "ms"),
        ours=seconds * 1000,
        rows=rows,
        wrong=not equal,
        note=None if equal else "differs",
    )


# lookup
def card(store: WarehouseStore, phone: str) -> tuple[Any, Any]:
    """What the lookup page does: who it is, the timeline, the newest failure explained."""
    found = store.lookup(phone)
    failed = next((a for a in found.attempts if a.outcome in ("failed", "abandoned")), None)
    return found, store.explain(failed.attempt_id) if failed else None


def lookup(stock: Stock, clock: Clock = time.perf_counter, turns: int = 20) -> list[Result]:
    """p95 of the whole card, from the opening of the store on; then the timeline alone of as many
    other callers, with some ``turns`` filters between them that give the same rows."""
    phones = stock.phones(2 * CALLS)
    callers, others = phones[::2], phones[1::2]
    at_least = Bound(20, at_least=True)
    with stock.store() as store:
        calls = [in_turn([partial(card, store, p)], 1, clock)[0] for p in callers]
        if installed("pandas"):
            frame = _frame(stock, store)
            asked = []
            for at, phone in enumerate(others):
                works: list[Callable[[], Any]] = [partial(store.lookup, phone)]
                if at % max(1, len(others) // turns) == 0:
                    works.append(partial(filtered, frame, phone))
                asked.append(in_turn(works, 1, clock))
            pairs = [(ours, theirs) for ours, *both in asked for theirs in both]
            equal = all(
                [a.attempt_id for a in ours.answer.attempts] == list(theirs.answer["attempt_id"])
                for ours, theirs in pairs
            )
            ours = _together([ours for ours, *_ in asked]).middle
            theirs = _together([theirs for _, theirs in pairs]).middle
            rest = faster("lookup_pandas", ours, theirs, at_least.limit, stock.rows, equal=equal)
            del frame
        else:
            rest = absent("lookup_pandas", "s", at_least, stock.rows, "pandas")
    found = all(call.answer[0].attempts for call in calls)
    slowest = _together(calls).part(0.95)
    return [_within("lookup_p95", slowest, 50, stock.rows, equal=found), rest]


def filtered(frame: Any, phone: str) -> Any:
    """The yardstick: one caller's attempts, newest first."""
    return frame[frame["phone"] == phone].sort_values(
        ["occurred_at", "attempt_id"], ascending=False
    )


def _frame(stock: Stock, store: WarehouseStore) -> Any:
    """What a lookup shows of every attempt, with the phone in clear: the invented ones have their
    own, their copies others of the same length."""
    import pyarrow as pa

    columns = stock.month.columns()
    told = pa.table(
        {
            "attempt_id": pa.array(columns["attempt_id"].to_list(), pa.string()),
            "phone": pa.array(columns["phone"].to_list(), pa.string()),
        }
    )
    with store.session() as session:
        session.load("told", told)
        table = session.fetch(
            "SELECT a.attempt_id, CASE WHEN strpos(a.attempt_id, '-') = 0 THEN t.phone"
            " ELSE '2' || substr(t.phone, 2) END AS phone,"
            " a.occurred_at, a.channel, a.province, a.step, a.outcome, a.symptom, a.cause_group,"
            " a.cause, a.reason_code, a.status"
            " FROM attempts a JOIN told t ON t.attempt_id = split_part(a.attempt_id, '-', 1)"
        )
        session.unload("told")
    return table.to_pandas(self_destruct=True, split_blocks=True)


# import
def importing(stock: Stock, clock: Clock = time.perf_counter, turns: int = 2) -> list[Result]:
    """The same file into new databases on disk: ours cleaned, diagnosed and encrypted; as text
    and numbers by DuckDB; by pandas into SQLite."""
    import shutil

    folders = [stock.folder / f"import-{n}" for n in range(turns)]
    turn = {"ours": iter(folders), "duckdb": iter(folders), "pandas": iter(folders)}
    profiles = {folder: stock.new_profile(folder.name) for folder in folders}

    def ours() -> int:
        with stock.opened(profiles[next(turn["ours"])]) as store:
            return store.import_files([stock.file], events=stock.events).imported

    works: list[Callable[[], int]] = [
        ours,
        lambda: read_csv(stock.file, next(turn["duckdb"]) / "plain.duckdb"),
    ]
    pandas = installed("pandas")
    if pandas:
        works.append(lambda: to_sql(stock.file, next(turn["pandas"]) / "plain.sqlite"))
    stock.events, stock.file  # noqa: B018 (made before the clock runs)
    timed = in_turn(works, turns, clock)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    equal = {one.answer for one in timed} == {stock.file_rows}
    rows, best = stock.file_rows, [one.best for one in timed]
    results = [faster("import_duckdb", best[0], best[1], 0.25, rows, equal=equal)]
    if pandas:
        return [*results, faster("import_pandas", best[0], best[2], 5, rows, equal=equal)]
    return [*results, absent("import_pandas", "s", Bound(5, at_least=True), rows, "pandas")]


def read_csv(file: Path, database: Path) -> int:
    """The yardstick: DuckDB's own reader, into a table of a new database file."""
    import duckdb

    with duckdb.connect(str(database)) as plain:
        plain.execute("CREATE TABLE attempts AS FROM read_csv(?)", [str(file)])
        return int(plain.execute("SELECT count(*) FROM attempts").fetchall()[0][0])


def to_sql(file: Path, database: Path) -> int:
    """The yardstick: pandas into a table of a new SQLite file."""
    import sqlite3

    import pandas as pd

    plain = sqlite3.connect(database)
    try:
        frame = pd.read_csv(file, low_memory=False)
        written = frame.to_sql("attempts", plain, index=False, chunksize=50_000)
    finally:
        plain.close()
    return int(written or 0)
