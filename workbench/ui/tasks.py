"""The one route off the GUI thread: run work in a pool, deliver its result to the window."""

import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import (
    QCoreApplication,
    QDeadlineTimer,
    QEventLoop,
    QObject,
    Qt,
    QThreadPool,
    QTimer,
    Signal,
)
from shiboken6 import isValid

from workbench.domain.errors import Cancelled, KnownError
from workbench.domain.progress import CancelToken, Progress, ProgressListener

T = TypeVar("T")
Work = Callable[[ProgressListener, CancelToken], T]

_READERS = 4  # a slow trend must not keep a lookup waiting, even on two cores
_PROGRESS_EVERY = 0.05  # seconds between two progress reports of one task: 20 Hz is smooth


class Task:
    """A handle on running work; ``cancel`` may be called at any time and any number of times."""

    def __init__(self, owner: QObject, *, writes: bool = False) -> None:
        self.owner = owner
        self.writes = writes
        self.token = CancelToken()
        self.superseded = False
        self.finished = False
        self._reported = 0.0
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """Ask the work to stop; ``cancelled`` is called once it has."""
        if not self.finished:
            self.token.cancel()

    def supersede(self) -> None:
        """Stop the work and say nothing more of it to anybody."""
        self.superseded = True
        self.cancel()

    @property
    def wanted(self) -> bool:
        """Is there still somebody to tell?"""
        return not self.superseded and isValid(self.owner)


class Tasks(QObject):
    """Everything slow runs here. **The work touches no widget**: it runs in another thread,
    gets a progress listener and a cancel token, and returns plain data.

    ``done``, ``failed``, ``cancelled`` and ``progress`` are called on the GUI thread, in order,
    and only while ``owner`` exists. A new run in the same ``channel`` of the same owner
    supersedes the one before it: that one is cancelled and its result dropped (search as you
    type). Work that writes passes ``writer``: True, or the name of a store; writers to one store
    run one after another, and an import into the warehouse does not hold up a complaint.

    A KnownError goes to ``failed``, or to the signal ``unhandled`` (the window's error bar)
    where there is none; any other exception goes to ``sys.excepthook``, the crash handler.
    """

    unhandled = Signal(object)  # KnownError
    idle = Signal()  # nothing runs and nothing waits to be delivered
    busy = Signal(int)  # how many tasks run
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._readers = self._pool(_READERS)
        self._writers: dict[str, QThreadPool] = {}
        self._running: set[Task] = set()
        self._channels: dict[tuple[QObject, str], Task] = {}
        self._held: dict[QObject, list[Callable[[], None]]] = {}
        self._closed = False
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        owner: QObject,
        work: Work[T],
        done: Callable[[T], None],
        *,
        failed: Callable[[KnownError], None] | None = None,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        channel: str | None = None,
        writer: bool | str = False,
        asked: bool = True,
    ) -> Task:
        """Start ``work`` in the pool; call on the GUI thread. Returns the handle to cancel it.
        ``asked``: a person waits for it, and is warned before the window closes over it."""
        task = Task(owner, writes=bool(writer) and asked)
        if self._closed:
            task.finished = True
            return task
        if channel is not None:
            before = self._channels.get((owner, channel))
            if before is not None:
                before.supersede()
            self._channels[owner, channel] = task
        gone = owner.destroyed.connect(task.supersede)

        def end(answer: Callable[[], None] | None) -> None:
            """On the GUI thread, last of all: forget the task, then give the answer."""
            task.finished = True
            if isValid(owner):
                QObject.disconnect(gone)  # type: ignore[call-overload]
            if channel is not None and self._channels.get((owner, channel)) is task:
                del self._channels[owner, channel]
            try:
                if answer is not None and task.wanted:
                    answer()
            finally:
                self._running.discard(task)
                self.busy.emit(len(self._running))
                if not self._running:
                    self.idle.emit()

        def crash(*trouble: Any) -> None:
            """On the GUI thread, owner or not: this one is ours."""
            end(None)
            sys.excepthook(*trouble)

        def tell(state: Progress) -> None:
            """From the worker: keep the latest state, post at most 20 a second."""
            if progress is None:
                return
            now = time.monotonic()
            ends = state.total is not None and state.done >= state.total
            with task._lock:
                if now - task._reported < _PROGRESS_EVERY and not ends:
                    return
                task._reported = now
            self._post(lambda: progress(state) if task.wanted and not task.finished else None)

        def body() -> None:
            """In the worker: exactly one ``end`` is posted, whatever happens."""
            answer: Callable[[], None] | None
            try:
                task.token.check()
                result = work(tell, task.token)
            except Cancelled:
                answer = cancelled
            except KnownError as error:
                known = error
                answer = lambda: (failed or self.unhandled.emit)(known)  # noqa: E731
            except BaseException:
                trouble = sys.exc_info()
                self._post(lambda: crash(*trouble))
                return
            else:
                answer = lambda: done(result)  # noqa: E731
            self._post(lambda: end(answer))

        def begin() -> None:
            if task.superseded or self._closed:
                task.finished = True
                return
            self._running.add(task)
            self.busy.emit(len(self._running))
            self._pool_for(writer).start(body)

        held = self._held_with(owner)
        begin() if held is None else held.append(begin)
        return task

    # what nobody looks at yet
    def hold(self, owner: QObject) -> None:
        """Begin nothing of ``owner`` and of what is inside it before ``release``."""
        self._held[owner] = []

    def release(self, owner: QObject) -> None:
        for begin in self._held.pop(owner, ()):
            begin()

    def _held_with(self, owner: QObject | None) -> list[Callable[[], None]] | None:
        while self._held and owner is not None:
            if owner in self._held:
                return self._held[owner]
            owner = owner.parent()
        return None

    def later(self, owner: QObject, act: Callable[[], None]) -> None:
        """Call ``act`` on the GUI thread once what has changed is painted, unless ``owner`` is gone
        by then. Not idle until then."""
        task = Task(owner)
        self._running.add(task)

        def now() -> None:
            task.finished = True
            try:
                if task.wanted and not self._closed:
                    act()
            finally:
                self._running.discard(task)
                if not self._running:
                    self.idle.emit()

        QTimer.singleShot(0, self, now)

    @property
    def running(self) -> int:
        return len(self._running)

    @property
    def writing(self) -> int:
        """How many change a store that somebody asked for: closing the window would stop them."""
        return sum(task.writes for task in self._running)

    def wait_idle(self, timeout_ms: int = 10_000) -> bool:
        """Serve events until nothing runs; True if that came in time (tests, pictures, closing)."""
        deadline = QDeadlineTimer(timeout_ms)
        while True:
            QCoreApplication.processEvents()  # may start something, or deliver what has ended
            if not self._running or deadline.hasExpired():
                return not self._running
            loop = QEventLoop()
            self.idle.connect(loop.quit)
            QTimer.singleShot(max(1, deadline.remainingTime()), loop, loop.quit)
            loop.exec()

    def shut_down(self, timeout_ms: int = 10_000) -> bool:
        """Cancel everything and wait for it; nothing can be started afterwards."""
        self._closed = True
        for task in list(self._running):
            task.supersede()
        return self.wait_idle(timeout_ms)

    def _pool(self, threads: int) -> QThreadPool:
        pool = QThreadPool(self)
        pool.setMaxThreadCount(threads)
        return pool

    def _pool_for(self, writer: bool | str) -> QThreadPool:
        if not writer:
            return self._readers
        lane = writer if isinstance(writer, str) else "warehouse"
        if lane not in self._writers:
            self._writers[lane] = self._pool(1)
        return self._writers[lane]

    def _post(self, call: Callable[[], object]) -> None:
        if isValid(self):  # a worker may outlive the window that was told not to wait for it
            self._posted.emit(call)

    def _deliver(self, call: Callable[[], object]) -> None:
        call()
