"""What is followed while the window is open: a thread for each source, told of on the GUI thread."""

import sys
import threading
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from workbench.domain.errors import KnownError
from workbench.domain.following import Followed, FollowNews, FollowState
from workbench.domain.progress import CancelToken
from workbench.services.following import FollowService


class Following(QObject):
    """Starts and stops sources; ``states`` is how each stands, by its id. Following has no end, so
    it is no task of ``ui.tasks``: closing the window stops it without a question, since what was
    not taken in is taken the next time."""

    changed = Signal()  # some state
    came = Signal(object)  # FollowNews with a batch
    troubled = Signal(object)  # FollowNews with an error
    grew = Signal(int)  # attempts, 0 where another process brought them
    _told = Signal(object)
    _crashed = Signal(object)

    def __init__(self, service: FollowService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._running: dict[str, tuple[threading.Thread, CancelToken]] = {}
        self._closed = False
        self.states: dict[str, FollowNews] = {}
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._crashed.connect(
            lambda trouble: sys.excepthook(*trouble), Qt.ConnectionType.QueuedConnection
        )

    @property
    def newest(self) -> list[FollowNews]:
        """By title."""
        return sorted(self.states.values(), key=lambda news: news.source.title)

    def start(self, source: Followed) -> None:
        """Once for each source, whoever asks."""
        if self._closed or self.runs(source):
            return
        token = CancelToken()
        thread = threading.Thread(
            target=self._follow, args=(source, token), name=f"follow {source.id}", daemon=True
        )
        self._running[source.id] = thread, token
        before = self.states.get(source.id)
        self.states[source.id] = FollowNews(
            source, FollowState.FOLLOWING, last=before.last if before else None
        )
        self.changed.emit()
        thread.start()

    def stop(self, source: Followed) -> None:
        """It ends between two transactions; the state says when."""
        if source.id in self._running:
            self._running[source.id][1].cancel()

    def runs(self, source: Followed) -> bool:
        found = self._running.get(source.id)
        return found is not None and found[0].is_alive() and not found[1].cancelled

    def forget(self, source: Followed) -> None:
        self.stop(source)
        self.states.pop(source.id, None)
        self.changed.emit()

    def shut_down(self, timeout: float = 10.0) -> None:
        """Stop all and wait; nothing is told afterwards. Safe to call twice."""
        self._closed = True
        for _, token in self._running.values():
            token.cancel()
        for thread, _ in self._running.values():
            thread.join(timeout)
        self._running.clear()

    def _follow(self, source: Followed, token: CancelToken) -> None:
        try:
            self._service.follow(source, self._told.emit, token)
        except KnownError as error:
            self._told.emit(FollowNews(source, FollowState.STOPPED, error=error))
        except Exception:
            self._told.emit(FollowNews(source, FollowState.STOPPED))
            trouble: Any = sys.exc_info()
            self._crashed.emit(trouble)

    def _hear(self, news: FollowNews) -> None:
        known = self.states.get(news.source.id)
        if known is None or self._closed:
            return  # forgotten meanwhile
        if news.state is FollowState.STOPPED and self.runs(news.source):
            return  # started again meanwhile
        last = news.last or known.last
        self.states[news.source.id] = replace(news, last=last, new=max(news.new, known.new))
        self.changed.emit()
        if news.batch is not None:
            self.came.emit(news)
        if news.error is not None:
            self.troubled.emit(news)
        if news.grew:
            report = news.batch.report if news.batch else None
            self.grew.emit(report.imported if report else 0)
