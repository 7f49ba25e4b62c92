"""Following sources: who may, which ones, one at a time; what comes is imported as it comes."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from workbench.domain.errors import (
    BadInput,
    Busy,
    Cancelled,
    KnownError,
    NotPermitted,
    StoreFault,
    Usage,
)
from workbench.domain.following import (
    Batch,
    Delivery,
    Followed,
    FollowNews,
    FollowState,
    Rows,
    path_of,
)
from workbench.domain.importing import ImportReport, Mapping
from workbench.domain.people import Act
from workbench.domain.progress import CancelToken, ProgressListener, silent
from workbench.domain.times import utc_now
from workbench.services.attempts import mapping_from_json
from workbench.services.auditing import note
from workbench.services.ports import AttemptStore, Clock, Feed, OpenFeed, Records, TakeTurn
from workbench.services.session import Session

EVERY = 0.5  # seconds between two looks at a folder
EVERY_TABLE = 1.0
_BUSY = 0.2  # at most this share of the time is spent on looks that find nothing
_LONGEST = 2.0  # seconds between two looks, however long they take
_SLOWEST = 30.0  # between two tries of a source that is out of reach
_LOOKS = 7  # at a folder, so that a file that just came is known to be quiet
_KIND = "follow"

Tell = Callable[[FollowNews], None]
Wait = Callable[[float, CancelToken], object]


class FollowService:
    """Blocks: never on the GUI thread. ``open_feed`` reads a source, ``take_turn`` lets one of all
    processes do so."""

    def __init__(
        self,
        store: AttemptStore,
        records: Records,
        session: Session,
        open_feed: OpenFeed,
        take_turn: TakeTurn,
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._records = records
        self._session = session
        self._open_feed = open_feed
        self._take_turn = take_turn
        self._clock = clock

    # which ones
    def sources(self) -> list[Followed]:
        self._session.require(Act.LOOKUP)
        with self._records.unit_of_work() as uow:
            kept = [uow.saved.get(_KIND, name) for name in uow.saved.names(_KIND)]
        return sorted((Followed.from_json(b) for b in kept if b), key=lambda s: s.title)

    def keep(self, source: Followed) -> None:
        """Follow it from now on, here and whenever the window opens. Raises as ``check``."""
        self._session.require(Act.LOOKUP)
        if source.place != source.bare:
            raise Usage("follow_no_password")
        self.check(source)
        self._put(source)
        self._note("follow_keep", source, {"mapping": source.mapping, "on": source.on})

    def switch(self, source: Followed, *, on: bool) -> Followed:
        """Whether the window follows it by itself."""
        self._session.require(Act.IMPORT)
        changed = Followed(source.place, source.table, source.key, source.mapping, on)
        self._put(changed)
        return changed

    def forget(self, source: Followed) -> None:
        """What came from it stays, and so does how far it was read."""
        self._session.require(Act.IMPORT)
        with self._records.unit_of_work() as uow:
            uow.saved.delete(_KIND, source.id)
            uow.commit()
        self._note("follow_forget", source, {})

    def check(self, source: Followed) -> None:
        """Raises NotPermitted, Usage, BadInput or Busy for one that cannot be followed."""
        self._session.require(Act.IMPORT)
        if source.of_table:
            if not (source.table and source.key):
                raise Usage("follow_table_and_key")
        elif source.table or source.key:
            raise Usage("follow_table_of_folder")
        elif not Path(source.place).is_dir():
            raise BadInput("no_such_folder", folder=source.place)
        mapping = self._mapping(source)
        if source.of_table:
            self._open_feed(source, mapping).close()

    def _put(self, source: Followed) -> None:
        with self._records.unit_of_work() as uow:
            uow.saved.put(_KIND, source.id, source.as_json())
            uow.commit()

    def _mapping(self, source: Followed) -> Mapping | None:
        if not source.mapping:
            return None
        with self._records.unit_of_work() as uow:
            body = uow.saved.get("mapping", source.mapping)
        if body is None:
            raise BadInput("no_such_mapping", mapping=source.mapping)
        return mapping_from_json(source.mapping, body)

    # following
    def follow(
        self,
        source: Followed,
        tell: Tell,
        cancel: CancelToken,
        *,
        mapping: Mapping | None = None,
        progress: ProgressListener = silent,
        once: bool = False,
        wait: Wait | None = None,
    ) -> None:
        """Bring in what comes until ``cancel``; ``once``: what is there now. ``mapping`` goes
        before the source's own.

        Where it is out of reach, or another process has its turn, that is told and tried again.
        Raises NotPermitted and BadInput where it cannot be followed at all; with ``once`` also
        Busy.
        """
        self._session.require(Act.IMPORT)
        run = _Run(self, source, mapping or self._mapping(source), tell, progress, cancel)
        wait = wait or (lambda seconds, token: token.wait(seconds))
        looks = _LOOKS
        every = EVERY_TABLE if source.of_table else EVERY
        pause = every
        while not cancel.cancelled:
            try:
                with self._take_turn(source):
                    feed = self._open_feed(source, run.mapping)
                    try:
                        run.begin()
                        while True:
                            took = run.look(feed)
                            pause = every
                            looks -= once
                            if once and (feed.settled or looks == 0):
                                return
                            wait(max(every, min(took / _BUSY, _LONGEST)), cancel)
                            cancel.check()
                    finally:
                        feed.close()
            except Cancelled:
                break
            except (Busy, StoreFault) as error:
                if once:
                    raise
                elsewhere = error.key == "followed_elsewhere"
                run.say(FollowState.ELSEWHERE if elsewhere else FollowState.TROUBLE, error)
                pause = EVERY if elsewhere else min(_SLOWEST, 2 * pause)
                if elsewhere:
                    run.watch()
                wait(pause, cancel)
        run.say(FollowState.STOPPED)

    def marks(self, source: Followed) -> dict[str, str]:
        self._session.require(Act.LOOKUP)
        return self._store.marks(f"follow:{source.id}")

    def take(
        self,
        delivery: Delivery,
        source: Followed,
        mapping: Mapping | None,
        progress: ProgressListener,
        cancel: CancelToken,
    ) -> ImportReport | None:
        """Import it and note its mark, in one transaction; None where there was only to note."""
        self._session.require(Act.LOOKUP)
        if delivery.what is None:
            self._store.set_mark(delivery.mark)
            return None
        if isinstance(delivery.what, Rows):  # the mapping was made for files, maybe
            mapping = replace(mapping or Mapping(), encoding="utf-8", delimiter=",")
        report = self._store.import_files(
            [delivery.what],
            mapping=mapping,
            mark=delivery.mark,
            progress=progress,
            cancel=cancel,
        )
        self._note("follow", source, report.as_json() | {"file": path_of(delivery.what).name})
        return report

    def refuse(self, delivery: Delivery) -> None:
        self._session.require(Act.LOOKUP)
        if delivery.refused is not None:
            self._store.set_mark(delivery.refused)

    def now(self) -> datetime:
        self._session.require(Act.LOOKUP)
        return self._clock()

    def _note(self, action: str, source: Followed, detail: dict[str, object]) -> None:
        note(self._records, self._session, self._clock, action, "attempts", source.title, detail)


class _Run:
    """One source from start to stop: what came, and what was told of it last."""

    def __init__(
        self,
        service: FollowService,
        source: Followed,
        mapping: Mapping | None,
        tell: Tell,
        progress: ProgressListener,
        cancel: CancelToken,
    ) -> None:
        self._service, self._source, self.mapping = service, source, mapping
        self._tell, self._progress, self._cancel = tell, progress, cancel
        self._marks: dict[str, str] = {}
        self._watched: dict[str, str] | None = None
        self._state: FollowState | None = None
        self._new = 0
        self._last: datetime | None = None

    def begin(self) -> None:
        """Its turn has come: from where whoever had it before has left."""
        self._marks = self._service.marks(self._source)
        self._watched = None

    def look(self, feed: Feed) -> float:
        """Returns how many seconds it took to find nothing."""
        began, came = time.monotonic(), False
        for delivery in feed.look(self._marks):
            self._cancel.check()
            self._take(delivery)
            came = True
        self.say(FollowState.FOLLOWING)
        return 0.0 if came else time.monotonic() - began

    def _take(self, delivery: Delivery) -> None:
        service = self._service
        try:
            with self._cancel.child() as cancel:
                report = service.take(delivery, self._source, self.mapping, self._progress, cancel)
        except (BadInput, NotPermitted) as error:
            if delivery.refused is None:
                raise
            service.refuse(delivery)
            self._marks[delivery.refused.name] = delivery.refused.value
            self._tell_batch(Batch(delivery.name, service.now(), error=error))
            return
        self._marks[delivery.mark.name] = delivery.mark.value
        if report is not None:
            self._tell_batch(Batch(delivery.name, service.now(), report))

    def _tell_batch(self, batch: Batch) -> None:
        imported = batch.report.imported if batch.report else 0
        self._new += imported
        self._last = batch.at
        self._state = FollowState.FOLLOWING
        self._tell(self._news(batch=batch, grew=imported > 0))

    def watch(self) -> None:
        """Another process brings it in: say when the store has grown by it."""
        marks = self._service.marks(self._source)
        if self._watched is not None and marks != self._watched:
            self._last = self._service.now()
            self._tell(self._news(grew=True))
        self._watched = marks

    def say(self, state: FollowState, error: KnownError | None = None) -> None:
        """Once for each change."""
        if state != self._state:
            self._state = state
            self._tell(self._news(error=error))

    def _news(
        self, *, batch: Batch | None = None, error: KnownError | None = None, grew: bool = False
    ) -> FollowNews:
        assert self._state is not None
        return FollowNews(self._source, self._state, self._new, self._last, batch, error, grew)
