"""Trackers while the window is open: what waits is told within a minute, tickets are followed."""

from PySide6.QtCore import QObject, QTimer, Signal

from workbench.domain.errors import KnownError
from workbench.domain.people import Act, may
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.services.session import Session
from workbench.services.tickets import TicketRound, TicketService
from workbench.ui.tasks import Tasks

_EVERY = 60_000  # milliseconds
_FOLLOW = 15  # of these: then tickets are read, too
_MOST = 50  # of each tracker at a time, the longest unread first


class Errands(QObject):
    """``told`` after a round that did something or brought news. What goes wrong stands on the
    ticket."""

    told = Signal(object)  # TicketRound

    def __init__(
        self, tickets: TicketService, session: Session, tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tickets, self._session, self._tasks = tickets, session, tasks
        self._turn = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self.run)

    def begin(self) -> None:
        self._timer.start()
        self.run()

    def end(self) -> None:
        self._timer.stop()

    def run(self) -> None:
        if not may(self._session.person, Act.FILE_TICKETS):
            return

        follows = self._turn % _FOLLOW == 0
        self._turn += 1

        def work(progress: ProgressListener, cancel: CancelToken) -> TicketRound | None:
            if follows:
                return self._tickets.follow(cancel, _MOST)
            return self._tickets.run(cancel) if self._tickets.due() else None

        def done(made: TicketRound | None) -> None:
            if made is not None and (made.done or made.news):
                self.told.emit(made)

        self._tasks.run(self, work, done, failed=self._failed, writer="trackers", asked=False)

    def _failed(self, error: KnownError) -> None:
        """The next minute tries again."""
