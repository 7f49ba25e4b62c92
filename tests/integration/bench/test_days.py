"""Days of use in minutes: no act holds up the window, and the memory stays flat."""

import time
from pathlib import Path

import pytest

from workbench.bench import windows
from workbench.bench.probe import Pulse
from workbench.bench.stock import Stock
from workbench.ui.warming import Warming

_DAYS = 60  # rounds of a call, a complaint, every page
_FIRST_HOUR = 20  # rounds until everything has been made that is kept
_LONGEST = 0.05  # seconds of work in one piece
_SLOW_AT_FIRST = 2  # rounds in which pages are made
_FIRST_TIMES = (
    3  # of a new profile; what holds up the window does so each time, other programs do not
)


@pytest.fixture
def stock(tmp_path: Path) -> Stock:
    return Stock(tmp_path, 5000)


@pytest.mark.slow
def test_no_act_holds_up_the_window_and_the_memory_stays_flat(stock: Stock) -> None:
    (phone,) = stock.phones(1)
    with windows.window(stock.profile) as opened:
        rounds = [opened.ask(f"day {phone}") for _ in range(_DAYS)]
    late = {
        name: sorted(one["longest"][name] for one in rounds[_SLOW_AT_FIRST:])
        for name in rounds[0]["longest"]
    }
    # 19 of 20: a garbage collection is nobody's slot
    most = {name: times[len(times) * 19 // 20] for name, times in late.items()}
    assert {name: t for name, t in most.items() if t > _LONGEST} == {}
    after, end = rounds[_FIRST_HOUR]["memory"], rounds[-1]["memory"]
    assert end <= after * 1.05, f"{after / 1e6:.0f} MB grew to {end / 1e6:.0f} MB"


@pytest.mark.slow
def test_neither_a_first_import_nor_making_the_pages_holds_up_the_window(stock: Stock) -> None:
    first: list[dict[str, float]] = []
    for turn in range(_FIRST_TIMES):
        with windows.window(stock.new_profile(f"first{turn}")) as opened:
            imported, ahead = opened.ask(f"import {stock.file}"), opened.ask("ahead")
        assert imported["imported"] == stock.file_rows
        assert ahead["made"] == ["complaints", "qa", "rules", "settings", "trends"]
        first.append({"import": imported["worked"], "ahead": ahead["worked"]})
    least = {name: min(one[name] for one in first) for name in first[0]}
    assert {name: t for name, t in least.items() if t > _LONGEST} == {}


def test_a_piece_of_work_that_would_hold_up_the_window_is_caught(qtbot, qapp) -> None:
    def slow() -> None:
        ends = time.thread_time() + 1.5 * _LONGEST
        while time.thread_time() < ends:
            pass

    pulse, warming = Pulse(own=True), Warming(qapp, [slow])
    pulse.start()
    with qtbot.waitSignal(warming.done, timeout=30_000):
        warming.begin(0)
    assert pulse.stop() > _LONGEST
