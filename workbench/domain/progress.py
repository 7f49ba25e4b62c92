"""How long work reports itself and is told to stop, without knowing who listens."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

    def wait(self, seconds: float) -> bool:
        """Until then, or until it is cancelled: True."""
        return self._event.wait(seconds)

    @contextmanager
    def child(self) -> Iterator["CancelToken"]:
        """A token for one piece of work that has no end: forgotten with it."""
        token = CancelToken()
        self.on_cancel(token.cancel)
        if self.cancelled:
            token.cancel()
        try:
            yield token
        finally:
            with self._lock:
                self._stops.remove(token.cancel)

    def check(self) -> None:
        """Raise Cancelled if the person has asked to stop."""
        if self._event.is_set():
            raise Cancelled
