"""Nothing of Qt dies in a worker thread because Python happened to collect there."""

import gc
import threading

import pytest
from PySide6.QtCore import QObject

from workbench.ui.collecting import Collecting


@pytest.fixture
def collecting(qapp):
    gc.collect()
    made = Collecting(qapp)
    yield made
    made.stop()


class Held(QObject):
    """In a cycle with itself, so that only the collector lets it go."""

    def __init__(self, gone: list[str]) -> None:
        super().__init__()
        self.me = self
        self._gone = gone

    def __del__(self) -> None:
        self._gone.append(threading.current_thread().name)


def test_a_worker_that_allocates_lets_nothing_of_the_window_go(collecting, tasks, qtbot):
    gone: list[str] = []
    Held(gone)
    kept: list[list[int]] = []
    work = lambda: kept.extend([number] for number in range(100_000))  # noqa: E731
    worker = threading.Thread(target=work, name="worker")
    worker.start()
    worker.join()
    assert gone == []
    qtbot.waitUntil(lambda: gone == ["MainThread"])


@pytest.mark.slow
def test_what_is_passed_over_is_not_gone_through_and_what_comes_later_is(collecting, qtbot):
    gone: list[str] = []
    Held(gone)
    collecting.pass_over()
    assert gc.get_freeze_count() > 0
    gc.collect()
    assert gone == []
    collecting.stop()
    gc.collect()
    assert gone == ["MainThread"] and gc.isenabled() and gc.get_freeze_count() == 0
