"""How diagnosing a lake grows with the rows and the workers, on a cluster of this machine:

    python -m tests.growth measure FIGURES.json [--rows 250000] [--turns 2]
    python -m tests.growth draw FIGURES.json docs/images/growth.svg

Processor seconds are those of the executors' and the driver's processes, from /proc: other work on
the machine lengthens the clock and leaves them nearly as they are. Linux only.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

TIMES = (1, 2, 4)
WORKERS = (1, 2)
KINDS = ("in_lake", "computed")  # where the context fields come from
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


# the data
def write_lakes(folder: Path, rows: int) -> Any:
    """The demo's month as lakes of 1, 2 and 4 times ``rows``, with and without context fields; the
    copies are other attempts of other customers. Returns the events."""
    from workbench.demo.files import write_canonical, write_events
    from workbench.demo.generator import generate
    from workbench.demo.plan import Plan
    from workbench.reports.tables import write_batches
    from workbench.rules.pack import shipped_pack
    from workbench.warehouse import schema
    from workbench.warehouse.store import WarehouseStore

    month = generate(Plan(rows=rows, seed=5, ends_on=date(2026, 11, 22)))
    write_canonical(month, folder / "attempts.csv")
    write_events(month.plan, folder / "events.csv")
    facts = [c for c in schema.FACTS if c not in (*schema.KEYS, "flags", "attempt_id")]
    with closing(WarehouseStore.ephemeral(shipped_pack(), write=write_batches)) as store:
        store.import_files([folder / "attempts.csv"], events=folder / "events.csv")
        with store.session() as session:
            for kind, columns in (("computed", facts), ("in_lake", [*facts, *schema.CONTEXT])):
                for times in TIMES:
                    for copy in range(times):
                        part = lake(folder, kind, times) / f"copy={copy}"
                        part.mkdir(parents=True)
                        session.execute(
                            f"COPY (SELECT attempt_id || '-{copy}' AS attempt_id,"
                            f" (xor(customer_key, hash({copy})) >> 1)::BIGINT AS customer_key,"
                            f" {', '.join(columns)} FROM attempts ORDER BY occurred_at)"
                            f" TO '{part / 'rows.parquet'}' (FORMAT parquet, COMPRESSION zstd)"
                        )
            return session.fetch("SELECT kind, name, starts_at, ends_at, scope FROM events")


def lake(folder: Path, kind: str, times: int) -> Path:
    return folder / f"{kind}-{times}"


# the processes
def processes() -> Iterator[tuple[int, int, str, list[str]]]:
    """Number, parent's number, command and fields of ``stat`` of every process."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it has ended
        yield int(folder.name), int(stat[1]), command, stat


def seconds() -> dict[str, float]:
    """Processor seconds up to now of this process, its driver and its executors."""
    found = list(processes())
    ours, grown = {os.getpid()}, True
    while grown:
        more = {pid for pid, parent, *_ in found if parent in ours} - ours
        ours |= more
        grown = bool(more)
    used = {"here": sum(os.times()[:2]), "driver": 0.0, "executors": 0.0}
    for pid, _, command, stat in found:
        for name, sign in (("driver", "deploy.SparkSubmit"), ("executors", "ExecutorBackend")):
            if pid in ours and sign in command and "java" in command.split(" ")[0]:
                used[name] += (int(stat[11]) + int(stat[12])) / _TICKS
    return used


@contextmanager
def measured(into: dict[str, float]) -> Iterator[None]:
    before, began = seconds(), time.perf_counter()
    yield
    into["clock"] = time.perf_counter() - began
    into |= {name: used - before[name] for name, used in seconds().items()}


@contextmanager
def told(tell: Callable[[str], None]) -> Iterator[None]:
    """What Spark says of a failure, while its driver can still be asked."""
    try:
        yield
    except Exception as error:
        tell(str(error)[:4000])
        raise


# the runs
def measure(rows: int, turns: int, tell: Callable[[str], None]) -> list[dict[str, Any]]:
    from tests.spark_cluster import standalone
    from workbench.rules.pack import shipped_pack
    from workbench.warehouse.engines.duckdb import DuckEngine
    from workbench.warehouse.engines.spark import SparkEngine
    from workbench.warehouse.lake.diagnosing import diagnose_lake

    figures: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="workbench-growth-") as made:
        folder = Path(made)
        events = write_lakes(folder, rows)
        tell("lakes written")

        def run(engine: Any, workers: int) -> None:
            """Everything once to warm up, then ``turns`` times; the least is kept."""
            for kind in KINDS:
                given = events if kind == "computed" else None
                for times in (1, *TIMES * turns):
                    cost: dict[str, Any] = {
                        "kind": kind, "workers": workers, "attempts": rows * times,
                        "load": os.getloadavg()[0],
                    }  # fmt: skip
                    out = folder / "out"
                    with measured(cost), told(tell):
                        diagnose_lake(
                            engine, lake(folder, kind, times), out, shipped_pack(),
                            events=given, overwrite=True,
                        )  # fmt: skip
                    warm = any(f["kind"] == kind and f["workers"] == workers for f in figures)
                    figures.append(cost | {"warm": warm})
                    tell(json.dumps(figures[-1]))

        with closing(DuckEngine(None, os.urandom(32))) as duck:
            run(duck, 0)
        for workers in WORKERS:
            home = folder / f"cluster{workers}"
            home.mkdir()
            with standalone(home, workers) as url, closing(SparkEngine(url)) as spark:
                run(spark, workers)
    return figures


# the picture
def draw(figures: list[dict[str, Any]]) -> str:
    """An SVG: processor seconds of the executors over attempts, a panel for each kind."""
    titles = {"in_lake": "context fields in the lake", "computed": "context fields computed"}
    colours = {1: "#b8511f", 2: "#1f6fb8"}
    width, height, left, top = 360, 220, 52, 44
    parts = []
    for panel, kind in enumerate(KINDS):
        shown = {workers: least(figures, kind, workers, "executors") for workers in WORKERS}
        most = max(value for points in shown.values() for value in points.values()) * 1.1
        widest = max(attempts for points in shown.values() for attempts in points)
        x0 = left + panel * (width + 76)

        def at(attempts: float, value: float, x0=x0, most=most, widest=widest) -> str:
            return (
                f"{x0 + attempts / widest * width:.1f},{top + height - value / most * height:.1f}"
            )

        parts.append(f'<text x="{x0}" y="22" font-weight="bold">{titles[kind]}</text>')
        parts.append(
            f'<path d="M{at(0, most)} L{at(0, 0)} L{at(widest, 0)}" fill="none" stroke="#888"/>'
        )
        for share in (0.5, 1):
            value = round(most / 1.1 * share, 1)
            x, y = at(0, value).split(",")
            parts.append(
                f'<text x="{float(x) - 6}" y="{float(y) + 4}" text-anchor="end">{value:g} s</text>'
            )
        for attempts in sorted(shown[WORKERS[0]]):
            x, y = at(attempts, 0).split(",")
            parts.append(
                f'<text x="{x}" y="{float(y) + 18}" text-anchor="middle">{attempts:,}</text>'
            )
        for workers, points in shown.items():
            line = " L".join(at(*point) for point in sorted(points.items()))
            parts.append(
                f'<path d="M{line}" fill="none" stroke="{colours[workers]}" stroke-width="2"/>'
            )
            for point in points.items():
                x, y = at(*point).split(",")
                parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="{colours[workers]}"/>')
            y = top + 16 * workers
            said = f"{workers} worker{'s' if workers > 1 else ''}"
            parts.append(f'<text x="{x0 + 14}" y="{y}" fill="{colours[workers]}">{said}</text>')
    size = (left + 2 * (width + 76), top + height + 52)
    parts.append(
        f'<text x="{left}" y="{size[1] - 8}">attempts; processor seconds of all executors together,'
        " from /proc, warm</text>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}"'
        ' font-family="sans-serif" font-size="12">'
        f'<rect width="{size[0]}" height="{size[1]}" fill="white"/>' + "".join(parts) + "</svg>\n"
    )


def least(figures: list[dict[str, Any]], kind: str, workers: int, name: str) -> dict[int, float]:
    """By attempts, the least of the warm runs."""
    found: dict[int, float] = {}
    for f in figures:
        if f["warm"] and (f["kind"], f["workers"]) == (kind, workers):
            found[f["attempts"]] = min(f[name], found.get(f["attempts"], f[name]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["measure", "draw"])
    parser.add_argument("figures", type=Path)
    parser.add_argument("picture", type=Path, nargs="?")
    parser.add_argument("--rows", type=int, default=250_000)
    parser.add_argument("--turns", type=int, default=2)
    asked = parser.parse_args()
    if asked.what == "measure":
        figures = measure(asked.rows, asked.turns, lambda line: print(line, flush=True))
        asked.figures.write_text(json.dumps(figures, indent=1), "utf-8")
    else:
        asked.picture.write_text(draw(json.loads(asked.figures.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
