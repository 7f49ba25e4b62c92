"""How a bench measures and what it reports: works taken in turn, their times, a bound."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median
from typing import Any

Clock = Callable[[], float]  # seconds; only differences mean something


@dataclass
class Timed:
    """The seconds of every turn of one work, and its first answer."""

    seconds: list[float] = field(default_factory=list)
    answer: Any = None

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def middle(self) -> float:
        return median(self.seconds)

    def part(self, share: float) -> float:
        """The time that this share of the turns stays within (0.95: p95, by the nearest rank)."""
        return sorted(self.seconds)[ceil(share * len(self.seconds)) - 1]


def in_turn(
    works: Sequence[Callable[[], Any]], turns: int, clock: Clock = time.perf_counter
) -> list[Timed]:
    """A B A B …: whatever slows the machine for a while slows each of them."""
    timed = [Timed() for _ in works]
    for _ in range(turns):
        for one, work in zip(timed, works, strict=True):
            begun = clock()
            answer = work()
            one.seconds.append(clock() - begun)
            if one.answer is None:
                one.answer = answer
    return timed


@dataclass(frozen=True)
class Bound:
    """What a number must reach: ``at_least`` or at most ``limit``; ``unit`` is × for a ratio."""

    limit: float
    unit: str = "×"
    at_least: bool = False

    def reached(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True)
class Result:
    """One line of the report. ``key`` names it and its texts (``bench.<key>.work``, ``.yardstick``).

    ``ours`` and ``theirs`` are in ``unit`` (rows/s, s, ms, MB); ``ratio`` says how many times as
    good ours is, or for start how many times as long. The bound is put to ``ratio``, or to
    ``ours`` where there is none. A result without numbers was skipped and is not reached; ``note``
    is a text key (``bench.note.<note>``) with ``params``, and ``wrong`` says that ours and the
    yardstick disagree, which no speed makes good.
    """

    key: str
    unit: str
    bound: Bound
    ours: float | None = None
    theirs: float | None = None
    ratio: float | None = None
    rows: int = 0
    note: str | None = None
    params: dict[str, object] = field(default_factory=dict)
    wrong: bool = False

    @property
    def bench(self) -> str:
        return self.key.partition("_")[0]

    @property
    def judged(self) -> float | None:
        return self.ours if self.ratio is None else self.ratio

    @property
    def reached(self) -> bool:
        return not self.wrong and self.judged is not None and self.bound.reached(self.judged)


def faster(
    key: str, ours: float, theirs: float, at_least: float, rows: int, *, equal: bool
) -> Result:
    """Rates over the same work, in seconds each: the ratio is how many times as fast ours is."""
    return Result(
        key,
        "s",
        Bound(at_least, at_least=True),
        ours=ours,
        theirs=theirs,
        ratio=theirs / ours,
        rows=rows,
        wrong=not equal,
        note=None if equal else "differs",
    )


def absent(key: str, unit: str, bound: Bound, rows: int, package: str) -> Result:
    """A yardstick that is not installed: nothing was compared, so nothing is reached."""
    return Result(key, unit, bound, rows=rows, note="absent", params={"package": package})


def installed(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None
