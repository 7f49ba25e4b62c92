"""Every bench by name, run one after another on one stock of data that is thrown away after."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from workbench.bench import central, stores, windows
from workbench.bench.measure import Result
from workbench.bench.stock import Say, Stock
from workbench.domain.errors import Usage

ROWS = 10_000_000

# The window's benches come last: what the others hold of the data is let go before.
BENCHES: dict[str, Callable[[Stock], list[Result]]] = {
    "import": stores.importing,
    "diagnose": stores.diagnose,
    "explain": stores.explain,
    "lookup": stores.lookup,
    "sync": central.sync,
    "trend": windows.trend,
    "start": windows.start,
    "frame": windows.frame,
    "pop": windows.pop,
    "memory": windows.memory,
}


def run(names: Sequence[str], rows: int = ROWS, say: Say = lambda _: None) -> Iterator[Result]:
    """The results of the named benches (all if none is named), each as soon as it is there.

    Raises Usage in a packed program, which has neither the yardsticks nor a Python to start.
    """
    if getattr(sys, "frozen", False):
        raise Usage("bench_packed")
    with tempfile.TemporaryDirectory(prefix="activation-workbench-bench-") as folder:
        stock = Stock(Path(folder), rows, say)
        for name, bench in BENCHES.items():
            if not names or name in names:
                say(name)
                yield from bench(stock)
