"""Tells the person of what became urgent: in the tray, or in the window's bar where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMainWindow

from workbench.domain.notice import Notice, NoticeKind
from workbench.domain.quiet_hours import quiet
from workbench.domain.times import to_local, utc_now
from workbench.ui.desk import Desk
from workbench.ui.screen_pop import is_typing, to_front
from workbench.ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from workbench.services.notices import NoticeService
    from workbench.ui.tray import Tray

_EVERY = 60_000  # milliseconds between looks at deadlines and incidents
_AGAIN = 5_000  # after which what could not be told is tried again


class Notices(QObject):
    """``look`` at the start, each minute, and whenever something came. Nothing is told in quiet
    hours, while something is typed, or over another message of the window; it waits for the end of
    that, if it still stands then."""

    def __init__(
        self,
        desk: Desk,
        bar: MessageBar,
        tray: Tray,
        window: QMainWindow,
        answered: Callable[[], str],
        call_back: Callable[[], object],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """``answered`` as of ``is_typing``; ``call_back`` opens the list of customers to call."""
        super().__init__(window)
        self._desk, self._bar, self._tray, self._window = desk, bar, tray, window
        self._answered, self._call_back, self._clock = answered, call_back, clock
        self._waiting: list[Notice] = []
        self._taken: list[Notice] = []
        self._every, self._again = QTimer(self), QTimer(self)
        self._every.setInterval(_EVERY)
        self._every.timeout.connect(lambda: self.look(calls=False))
        self._again.setInterval(_AGAIN)
        self._again.timeout.connect(self.tell)
        desk.acts.complaints_came.connect(self.look)
        desk.acts.data_changed.connect(self.look)
        desk.acts.incidents_changed.connect(lambda: self.look(calls=False))

    def begin(self) -> None:
        if self._desk.notices is not None:
            self._every.start()
            self.look()

    def end(self) -> None:
        self._every.stop()
        self._again.stop()
        self._tray.close()

    def look(self, *, calls: bool = True) -> None:
        """``calls``: for customers to call back the attempts are counted, which not every minute
        needs."""
        service = self._desk.notices
        if service is None or not self._desk.settings.get("notices"):
            return
        self._desk.tasks.run(
            self,
            lambda *_: service.waiting(calls=calls),
            lambda found: self._found(found, calls=calls),
            failed=lambda error: None,  # nobody asked; the next minute tries again
            channel="notices",
        )

    def _found(self, found: list[Notice], *, calls: bool) -> None:
        if not calls:
            found = [*found, *(n for n in self._waiting if n.kind is NoticeKind.CALLBACK)]
        self._waiting = found
        self.tell()

    def tell(self) -> None:
        """What waits, if this is the moment; else in a while."""
        service = self._desk.notices
        if not self._waiting and not self._taken:
            self._again.stop()
        elif service is None or not self._may_tell():
            self._again.start()
        elif self._taken:
            self._show(self._taken)
        else:
            self._take(service, self._waiting)

    def _take(self, service: NoticeService, waiting: list[Notice]) -> None:
        def taken(own: list[Notice]) -> None:
            self._taken = [*self._taken, *own]
            self.tell()  # somebody may have begun to type

        self._waiting = []
        self._desk.tasks.run(
            self,
            lambda *_: service.take(waiting),
            taken,
            failed=lambda error: None,
            writer="records",
            asked=False,
        )

    def _may_tell(self) -> bool:
        settings, now = self._desk.settings, to_local(self._clock()).time()
        if not settings.get("notices"):
            return False
        if quiet(now, settings.get("quiet_from"), settings.get("quiet_until")):
            return False
        if is_typing(self._window, self._answered()):
            return False
        return self._tray.there or self._bar.isHidden()

    def _show(self, notices: Sequence[Notice]) -> None:
        self._taken = []
        self._again.stop()
        if self._tray.there:
            first, *rest = (self.words(notice) for notice in notices)
            body = " · ".join(rest) or self.tr("Click to see.")
            self._tray.tell(first, body, lambda: self._open(notices))
        else:
            self._put_up(notices)

    def _put_up(self, notices: Sequence[Notice]) -> None:
        """In the window's bar; once the first is shown the others stay offered."""
        self._bar.show_text(
            "warning" if notices[0].kind is NoticeKind.OVER else "info",
            lambda: " · ".join(self.words(notice) for notice in notices),
            lambda: self.tr("Show"),
            lambda: self._open(notices),
        )

    def _open(self, notices: Sequence[Notice]) -> None:
        to_front(self._window)
        first, *rest = notices
        acts = self._desk.acts
        match first.kind:
            case NoticeKind.INCIDENT:
                acts.show_incidents.emit()
            case NoticeKind.CALLBACK:
                self._call_back()
            case _ if first.count == 1:
                acts.open_complaint.emit(first.numbers[0])
            case _:
                acts.show_complaints.emit(first.query)
        if rest:
            self._put_up(rest)

    def words(self, notice: Notice) -> str:
        """In the language of the moment. Nothing that names a customer."""
        count = notice.count
        nobodys = notice.query is not None and notice.query.unassigned
        match notice.kind:
            case NoticeKind.OVER if nobodys:
                return self.tr(
                    "Past the deadline, and nobody has them: %Ln complaint(s)", "", count
                )
            case NoticeKind.NEAR if nobodys:
                return self.tr(
                    "Near the deadline, and nobody has them: %Ln complaint(s)", "", count
                )
            case NoticeKind.OVER:
                return self.tr("The deadline of %Ln complaint(s) has passed", "", count)
            case NoticeKind.NEAR:
                return self.tr("The deadline of %Ln complaint(s) is near", "", count)
            case NoticeKind.CALLBACK:
                return self.tr("%Ln customer(s) waited for what is fixed now", "", count)
            case NoticeKind.INCIDENT if count > 1:
                return self.tr("%Ln incident(s) to look at", "", count)
            case _:
                cause = self._desk.language.word("cause", notice.cause)
                return self.tr("Incident: {cause}").format(cause=cause)
