"""How long work reports itself and is told to stop, without knowing who listens."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from workbench.domain.errors import Cancelled


@dataclass(frozen=True)
class Progress:
    """``stage`` is a text key (``stage.<stage>``); units are rows, ``total`` None if unknown."""

    stage: str
    done: int = 0
    total: int | None = None


ProgressListener = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Listen to nothing."""


class CancelToken:
    """Asked between batches; interruptible engines also register what stops a running query."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._stops: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        self._event.set()
        with self._lock:
            stops = list(self._stops)
        for stop in stops:
            stop()

    def on_cancel(self, stop: Callable[[], None]) -> None:
        with self._lock:
            self._stops.append(stop)

    def check(self) -> None:
        """Raise Cancelled if the person has asked to stop."""
        if self._event.is_set():
            raise Cancelled
