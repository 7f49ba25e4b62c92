"""The benches of the window, which runs in a process of its own without a screen: start, trend,
frame, pop, memory."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from workbench import door
from workbench.bench.measure import Bound, Clock, Result, Timed, absent, faster, in_turn, installed
from workbench.bench.stock import Stock
from workbench.domain.errors import StoreFault
from workbench.domain.masking import mask_phone
from workbench.domain.pop import Pop, PopKind
from workbench.domain.trend import TrendQuery

_MB = 1_000_000


class Window:
    """The other end of ``probe``: asks and reads one line of JSON for each command."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def hear(self) -> dict[str, Any]:
        """Raises StoreFault where the window has ended instead."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise StoreFault("bench_window_ended", code=self._process.wait())
        heard: dict[str, Any] = json.loads(line)
        return heard

    def ask(self, command: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        return self.hear()


@contextmanager
def window(profile: Path | None = None) -> Iterator[Window]:
    """A window that can be used: the product's on a profile, or an empty one."""
    command = [sys.executable, "-m", "workbench.bench.probe"]
    with subprocess.Popen(
        [*command, str(profile)] if profile else command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[2],
    ) as process:
        try:
            opened = Window(process)
            opened.hear()
            yield opened
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=60)
        finally:
            if process.poll() is None:
                process.kill()


# start
def start(stock: Stock, clock: Clock = time.perf_counter, turns: int = 5) -> list[Result]:
    """From the start of the process to the window into which one can type, on the large profile;
    the note says when its data were open."""
    profile = stock.profile
    lasted: tuple[list[float], list[float]] = ([], [])
    ready: list[float] = []
    for turn in range(turns + 1):
        for seconds, folder in zip(lasted, (profile, None), strict=True):
            begun = clock()
            with window(folder) as opened:
                taken = clock() - begun
                if folder:
                    opened.ask("ready")
                    ready.append(clock() - begun)
            if turn:  # the first one reads what the others find in the cache
                seconds.append(taken)
    ours, theirs = map(median, lasted)
    return [
        Result(
            "start",
            "s",
            Bound(3),
            ours=ours,
            theirs=theirs,
            ratio=ours / theirs,
            rows=stock.rows,
            note="data_open",
            params={"seconds": f"{median(ready):.2f}"},
        )
    ]


# trend
def trend(stock: Stock, clock: Clock = time.perf_counter, turns: int = 7) -> list[Result]:
    """The page's question until its chart is painted; and against a group-by of the same counts."""
    at_least, rows = Bound(10, at_least=True), stock.rows
    pandas = installed("pandas")
    with stock.store() as store:
        points = {(p.bucket, p.keys[0]): p.failures for p in store.trend(TrendQuery())}
        with store.session() as session:
            columns = "SELECT occurred_at, outcome, cause FROM attempts"
            frame = session.fetch(columns).to_pandas() if pandas else None
    with window(stock.profile) as opened:
        opened.ask("trend")  # makes the page
        ours, theirs = Timed(), Timed()
        for _ in range(turns):
            answer = opened.ask("trend")
            ours.seconds.append(answer["seconds"])
            ours.answer = answer["counted"]
            if pandas:
                (one,) = in_turn([lambda: grouped(frame)], 1, clock)
                theirs.seconds += one.seconds
                theirs.answer = one.answer
    drawn = ours.answer == sum(points.values())
    results = [
        Result(
            "trend_painted",
            "ms",
            Bound(250, "ms"),
            ours=ours.middle * 1000,
            rows=rows,
            wrong=not drawn,
            note=None if drawn else "differs",
        )
    ]
    if not pandas:
        return [*results, absent("trend_pandas", "s", at_least, rows, "pandas")]
    equal = (
        drawn
        and {
            (bucket.to_pydatetime() - timedelta(hours=8), cause): count
            for (bucket, cause), count in theirs.answer.items()
        }
        == points
    )
    middle = (ours.middle, theirs.middle)
    return [*results, faster("trend_pandas", *middle, at_least.limit, rows, equal=equal)]


def grouped(frame: Any) -> Any:
    """The yardstick: failures by Shanghai day and cause."""
    failed = frame[frame["outcome"].isin(("failed", "abandoned"))]
    day = (failed["occurred_at"] + timedelta(hours=8)).dt.floor("D")
    return failed.groupby([day, "cause"]).size()


# frame
def frame(stock: Stock) -> list[Result]:
    """The longest silence of the window while it imports a file."""
    file = stock.file
    with window(stock.new_profile("frame")) as opened:
        answer = opened.ask(f"import {file}")
    equal = answer["imported"] == stock.file_rows
    return [
        Result(
            "frame",
            "ms",
            Bound(50, "ms"),
            ours=answer["longest"] * 1000,
            rows=stock.file_rows,
            wrong=not equal,
            note=None if equal else "differs",
        )
    ]


# pop
def pop(stock: Stock, clock: Clock = time.perf_counter, turns: int = 20) -> list[Result]:
    """A caller's number handed in at the door of the running window until his card is painted; and
    the same by ``workbench open``, whose process has to begin first. The note has what the processes
    worked for it, which other programs on the machine do not lengthen."""
    profile, bound = stock.profile, Bound(200, "ms")
    phones = _of_one_customer(stock, 2 * (turns + 1))
    works = {"pop": _knock, "pop_command": _open}
    lasted: dict[str, list[float]] = {key: [] for key in works}
    worked: dict[str, list[float]] = {key: [] for key in works}
    right = True
    with window(profile) as opened:
        opened.ask("callers")
        for turn in range(turns + 1):
            for key, hand_in in works.items():
                phone = phones.pop()
                begun, before = clock(), _children()
                hand_in(profile, phone)
                heard = opened.hear()
                if turn:  # the first makes the page
                    lasted[key].append(clock() - begun)
                    worked[key].append(heard["worked"] + _children() - before)
                right = right and heard["phone"] == mask_phone(phone)
    return [
        Result(
            key,
            "ms",
            bound,
            ours=median(seconds) * 1000,
            rows=stock.rows,
            wrong=not right,
            note="pop_p95" if right else "differs",
            params={
                "ms": f"{Timed(seconds).part(0.95) * 1000:.0f}",
                "cpu": f"{median(worked[key]) * 1000:.0f}",
            },
        )
        for key, seconds in lasted.items()
    ]


def _of_one_customer(stock: Stock, count: int) -> list[str]:
    """Phones that leave no choice, so that a card is shown at once."""
    with stock.store() as store:
        alone = (p for p in stock.phones(10 * count) if len(store.lookup(p).customers) == 1)
        return list(islice(alone, count))


def _children() -> float:
    """Seconds that processes worked which this one began and saw the end of."""
    times = os.times()
    return times.children_user + times.children_system


def _knock(profile: Path, phone: str) -> None:
    if not door.knock(profile, Pop(PopKind.PHONE, phone).line()):
        raise StoreFault("bench_window_ended", code=0)


def _open(profile: Path, phone: str) -> None:
    command = [sys.executable, "-m", "workbench", "open", "--profile", str(profile), "--phone", "-"]
    subprocess.run(command, input=phone, text=True, check=True)


# memory
def memory(stock: Stock) -> list[Result]:
    """What a window holds after a lookup and the trends page, beyond what an empty one does."""
    profile, (phone,) = stock.profile, stock.phones(1)
    with window(profile) as ours, window() as empty:
        found = ours.ask(f"use {phone}")["found"]
        held, theirs = (one.ask("memory")["memory"] for one in (ours, empty))
    bound, rows = Bound(600, "MB"), stock.rows
    if held is None or theirs is None:
        return [Result("memory", "MB", bound, rows=rows, note="unmeasured")]
    return [
        Result(
            "memory",
            "MB",
            bound,
            ours=(held - theirs) / _MB,
            theirs=theirs / _MB,
            rows=rows,
            wrong=not found,
            note=None if found else "differs",
        )
    ]
