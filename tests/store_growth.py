"""How a profile grows with its attempts, from one million to fifty:

    python -m tests.store_growth measure FIGURES.json [--millions 1 5 10 25 50]
    python -m tests.store_growth draw FIGURES.json docs/images/store-growth.svg

The data are those of ``workbench bench``. Each figure is the middle one of its turns.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from workbench.bench.stock import Stock, attempt_ids
from workbench.bench.stores import card
from workbench.domain.trend import TrendQuery

MILLIONS = (1, 5, 10, 25, 50)
PANELS = {
    "file_mb": "file, MB",
    "memory_mb": "process after all this, MB",
    "card_ms": "phone to card, ms",
    "explain_ms": "one explanation, ms",
    "trend_ms": "trend by cause (counted by hour), ms",
    "scan_ms": "trend by province (all attempts), ms",
}


def measured(millions: int, folder: Path) -> dict[str, Any]:
    """The figures of one size, in a process of its own."""
    stock = Stock(folder, millions * 1_000_000)
    phones = stock.phones(41)
    profile = stock.profile
    with stock.opened(profile) as store:
        with store.session() as session:
            ids = attempt_ids(session, 41)

        def middle(work: Callable[[Any], object], given: list[Any]) -> float:
            took = []
            for one in given:
                begun = time.perf_counter()
                work(one)
                took.append((time.perf_counter() - begun) * 1000)
            return median(took[1:])

        return {
            "millions": millions,
            "card_ms": middle(lambda phone: card(store, phone), phones),
            "explain_ms": middle(store.explain, ids),
            "trend_ms": middle(lambda _: store.trend(TrendQuery()), [0] * 7),
            "scan_ms": middle(lambda _: store.trend(TrendQuery(("province",))), [0] * 7),
            "file_mb": (profile / "warehouse.duckdb").stat().st_size / 1e6,
            "memory_mb": int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6,
        }


def measure(sizes: list[int], tell: Callable[[str], None]) -> list[dict[str, Any]]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    figures = []
    for millions in sizes:
        with (
            tempfile.TemporaryDirectory(prefix="workbench-growth-") as folder,
            ProcessPoolExecutor(1, get_context("spawn")) as process,
        ):
            figures.append(process.submit(measured, millions, Path(folder)).result())
        tell(json.dumps(figures[-1]))
    return figures


def draw(figures: list[dict[str, Any]]) -> str:
    """An SVG: a panel for each figure over the attempts."""
    width, height, gap = 220, 120, 90
    widest = max(f["millions"] for f in figures)
    parts = []
    for number, (name, title) in enumerate(PANELS.items()):
        left, top = 60 + number % 3 * (width + gap), 40 + number // 3 * (height + gap)
        most = max(f[name] for f in figures) * 1.1
        points = [
            (left + f["millions"] / widest * width, top + height * (1 - f[name] / most), f)
            for f in figures
        ]
        line = " L".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
        parts.append(f'<text x="{left}" y="{top - 12}" font-weight="bold">{title}</text>')
        parts.append(
            f'<path d="M{left},{top} v{height} h{width}" fill="none" stroke="#888"/>'
            f'<path d="M{line}" fill="none" stroke="#1f6fb8" stroke-width="2"/>'
        )
        for x, y, f in points:
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#1f6fb8"/>')
            parts.append(
                f'<text x="{x:.1f}" y="{top + height + 16}" text-anchor="middle">'
                f"{f['millions']} M</text>"
            )
        parts.append(
            f'<text x="{left - 6}" y="{points[-1][1] + 4:.1f}" text-anchor="end">'
            f"{figures[-1][name]:.3g}</text>"
        )
    size = (60 + 3 * (width + gap), 40 + 2 * (height + gap))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}"'
        ' font-family="sans-serif" font-size="12">'
        f'<rect width="{size[0]}" height="{size[1]}" fill="white"/>' + "".join(parts) + "</svg>\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["measure", "draw"])
    parser.add_argument("figures", type=Path)
    parser.add_argument("picture", type=Path, nargs="?")
    parser.add_argument("--millions", type=int, nargs="+", default=MILLIONS)
    asked = parser.parse_args()
    if asked.what == "measure":
        figures = measure(asked.millions, lambda line: print(line, flush=True))
        asked.figures.write_text(json.dumps(figures, indent=1), "utf-8")
    else:
        asked.picture.write_text(draw(json.loads(asked.figures.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
