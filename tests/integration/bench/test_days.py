"""Days of use in minutes: no act holds up the window, and the memory stays flat."""

from pathlib import Path

import pytest

from workbench.bench import windows
from workbench.bench.stock import Stock

pytestmark = pytest.mark.slow

_DAYS = 60  # rounds of a call, a complaint, every page
_FIRST_HOUR = 20  # rounds until everything has been made that is kept
_LONGEST = 0.05  # seconds of work in one piece
_SLOW_AT_FIRST = 2  # rounds in which pages are made


@pytest.fixture
def stock(tmp_path: Path) -> Stock:
    return Stock(tmp_path, 5000)


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
