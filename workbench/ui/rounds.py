"""Rounds with the centre while the window is open: a thread of their own, told on the GUI thread."""

import sys
import threading
from datetime import datetime
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from workbench.domain.errors import Busy, KnownError
from workbench.domain.times import to_local, utc_now
from workbench.services.centre import CentreService, CentreState
from workbench.services.sync import Round

_EVERY = 15_000  # milliseconds between rounds
_LONGEST = 300_000  # where the centre is out of reach, less and less often up to this
_SOON = 300  # after a save, so that several go together


class Standing(StrEnum):
    ALONE = "alone"  # no centre
    ROUND = "round"  # one is under way
    CURRENT = "current"
    OFFLINE = "offline"
    REFUSED = "refused"


class Rounds(QObject):
    """``state`` is what waits, ``standing`` how it goes, ``last`` when all was sent (UTC)."""

    changed = Signal()
    arrived = Signal(object)  # Round: complaints came or changed
    troubled = Signal(object)  # KnownError that a person can do something about
    _done = Signal(object, object)  # Round or error, state
    _crashed = Signal(object)

    def __init__(self, service: CentreService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._thread: threading.Thread | None = None
        self._closed = False
        self._again = False
        self._wait = _EVERY
        self._told: str | None = None
        self.state = CentreState(None, 0, 0)
        self.standing = Standing.ALONE
        self.last: datetime | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.run)
        self._done.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._crashed.connect(
            lambda trouble: sys.excepthook(*trouble), Qt.ConnectionType.QueuedConnection
        )

    def words(self) -> str:
        """'Local only'; 'All sent 20:14'; 'Offline · 3 waiting'; and what needs a decision."""
        state = self.state
        if state.place is None:
            return self.tr("Local only")
        parts = []
        if self.standing is Standing.OFFLINE:
            parts.append(self.tr("Offline"))
        elif self.standing is Standing.REFUSED:
            parts.append(self.tr("Not accepted"))
        if state.waiting:
            parts.append(self.tr("%Ln waiting to be sent", "", state.waiting))
        elif self.standing in (Standing.CURRENT, Standing.ROUND) and self.last is not None:
            at = to_local(self.last)
            parts.append(self.tr("All sent {time}").format(time=f"{at:%H:%M}"))
        if not parts:
            parts.append(self.tr("Connecting…"))
        if state.unsettled:
            parts.append(self.tr("%Ln to decide", "", state.unsettled))
        return " · ".join(parts)

    def soon(self) -> None:
        """Something was saved: a round in a moment, unless the centre is out of reach anyway."""
        if self.standing is not Standing.OFFLINE:
            self._timer.start(_SOON)

    def run(self) -> None:
        """One round now; one that is under way is followed by another."""
        if self._closed:
            return
        if self._thread is not None:
            self._again = True
            return
        self._timer.stop()
        if self.state.place is not None:
            self.standing = Standing.ROUND
            self.changed.emit()
        self._thread = threading.Thread(target=self._round, name="sync", daemon=True)
        self._thread.start()

    def shut_down(self, timeout: float = 5.0) -> None:
        """Nothing is told afterwards. What was not sent is sent the next time."""
        self._closed = True
        self._timer.stop()
        self._service.close()
        if self._thread is not None:
            self._thread.join(timeout)

    def _round(self) -> None:
        told: Round | KnownError | None = None
        try:
            state = self._service.state()
            if state.place is not None:
                try:
                    told = self._service.sync()
                except KnownError as error:
                    told = error
                state = self._service.state()
            self._done.emit(told, state)
        except KnownError as error:
            self._done.emit(error, self.state)
        except Exception:
            self._done.emit(None, self.state)
            trouble: Any = sys.exc_info()
            self._crashed.emit(trouble)

    def _hear(self, told: Round | KnownError | None, state: CentreState) -> None:
        self._thread = None
        if self._closed:
            return
        self.state = state
        error = told.held_back if isinstance(told, Round) else told
        if state.place is None:
            self.standing = Standing.ALONE
        elif isinstance(error, Busy):
            self.standing = Standing.OFFLINE
            self._wait = min(self._wait * 2, _LONGEST)
        elif error is not None:
            self.standing = Standing.REFUSED
            self._wait = _LONGEST
        else:
            self.standing, self.last, self._wait = Standing.CURRENT, utc_now(), _EVERY
        self.changed.emit()
        if isinstance(told, Round) and (told.changed or told.contents.taken):
            self.arrived.emit(told)
        if error is not None and not isinstance(error, Busy) and error.key != self._told:
            self.troubled.emit(error)  # once, not at every round
        self._told = error.key if error is not None else None
        more = isinstance(told, Round) and told.contents.more
        if self._again or more:
            self._again = False
            self.run()
        elif state.place is not None:
            self._timer.start(self._wait)
