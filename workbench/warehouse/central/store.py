"""The warehouse in PostgreSQL as the services see it: the same calls, answered by the centre."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from workbench.domain.errors import Busy, NotPermitted
from workbench.domain.following import Followed, Mark
from workbench.domain.progress import CancelToken, Progress, ProgressListener, silent
from workbench.domain.retention import Removed
from workbench.domain.times import utc_now
from workbench.rules.pack import RulePack
from workbench.warehouse import lookup, schema
from workbench.warehouse.central.desk import Desk
from workbench.warehouse.central.rebuilding import rebuild
from workbench.warehouse.central.setup import SEALED, CentralEngine, settle_site, site_of
from workbench.warehouse.central.subjects import CentralSubjects
from workbench.warehouse.engines import Session, key_literal
from workbench.warehouse.engines.duckdb import DuckEngine
from workbench.warehouse.engines.postgres import PostgresSession
from workbench.warehouse.export import WriteBatches
from workbench.warehouse.identity import WarehouseKeys
from workbench.warehouse.loading import Counts, Loading
from workbench.warehouse.quarantine import Quarantine, Say
from workbench.warehouse.store import Clock, Read, WarehouseStore

_WRITING = 0x776F7277  # of the advisory lock that one writer has at a time
_MEMORY = "256MB"  # of the one writer, so that lists of keys are looked up and not walked
_TICK = 0.2  # seconds between two tries


class CentralStore(WarehouseStore):
    """Satisfies ``services.ports.AttemptStore``. ``keys`` are the site's, not the profile's: two
    desks find the same customers only by the same key."""

    _sealed = SEALED
    _summed = False
    _engine: CentralEngine

    @classmethod
    def connect(
        cls,
        url: str,
        *,
        keys: Callable[[bool], WarehouseKeys],
        pack: RulePack,
        write: WriteBatches,
        quarantine_dir: Path,
        clock: Clock = utc_now,
        say: Say | None = None,
    ) -> "CentralStore":
        """The warehouse at ``url`` (postgresql://…), set up where an administrator's login is the
        first to open it. ``keys`` gives the site's; it is told whether they may be made: the first
        who loads says which they are. Raises what ``keys`` and ``CentralEngine`` raise, and
        BadInput('central_other_key')."""
        engine = CentralEngine(url)
        with engine.session() as session:
            first = engine.rights.load and site_of(session) is None
        return cls(
            engine,
            keys(first),
            pack,
            subjects=CentralSubjects(engine),
            write=write,
            quarantine_dir=quarantine_dir,
            clock=clock,
            say=say,
        )

    @property
    def place(self) -> str:
        """Host and database, as messages may say them."""
        return self._engine.place

    @property
    def role(self) -> str:
        """What the login may do: 'reader', 'loader' or 'owner'."""
        rights = self._engine.rights
        return "owner" if rights.own else "loader" if rights.load else "reader"

    def _create(self, session: Session) -> None:
        assert isinstance(session, PostgresSession)
        settle_site(session, self._keys.fingerprint, load=self._engine.rights.load)

    def _import_one(
        self,
        read: Read,
        quarantine: Quarantine,
        progress: ProgressListener,
        cancel: CancelToken,
        mark: Mark | None = None,
    ) -> Counts:
        cancel.check()
        with (
            closing(DuckEngine(None, os.urandom(32))) as local,
            local.session() as desk,
            self._engine.session() as centre,
            quarantine.undone_on_failure(),
        ):
            cancel.on_cancel(desk.cancel)
            cancel.on_cancel(centre.cancel)
            schema.create(desk)
            load = self._loading(desk, progress, cancel, quarantine)
            way = Desk(load, centre, lambda: self._hold(centre, progress, cancel))
            at_desk = replace(load, recall=way.recall)
            with read(at_desk)(at_desk) as added:
                pass  # shipped is what is complete
            if added.changed:
                way.ship()
            if added.changed or mark is not None:
                with centre.transaction():
                    if added.changed and way.take_up():
                        self._rebuild(replace(load, session=centre), with_added=added.attempts)
                    if mark is not None:
                        schema.set_meta(centre, mark.name, mark.value)
                    cancel.check()
        return added.counts

    def use(
        self,
        pack: RulePack,
        *,
        progress: ProgressListener = silent,
        cancel: CancelToken | None = None,
    ) -> None:
        """As a local store's, where the login may write; a reader explains by ``pack`` at once, and
        counts by it once some loader has it, too."""
        if self._engine.rights.load:
            super().use(pack, progress=progress, cancel=cancel)
        else:
            self._pack = pack

    @contextmanager
    def turn(self, source: Followed) -> Iterator[None]:
        """One desk at a time. Raises Busy('followed_elsewhere')."""
        with self._engine.session() as session:
            number = int(source.id[:15], 16)
            taken = session.rows(f"SELECT pg_try_advisory_lock({number})", carry=False)
            if taken != [(True,)]:
                raise Busy("followed_elsewhere", source=source.title)
            session.left_nothing = False
            yield

    def _hold(self, session: Session, progress: ProgressListener, cancel: CancelToken) -> None:
        """Keep every other writer waiting until this session ends. Readers never wait."""
        assert isinstance(session, PostgresSession)
        if not self._engine.rights.load:
            raise NotPermitted("central_read_only", place=session.place)
        ask = (
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
            f" AND pid = pg_backend_pid() AND objid = {_WRITING}) OR pg_try_advisory_lock({_WRITING})"
        )
        pause = threading.Event()
        while session.rows(ask, carry=False) != [(True,)]:
            cancel.check()
            progress(Progress("waiting"))
            pause.wait(_TICK)
        session.run(f"SET work_mem = '{_MEMORY}'")

    def _rebuild(self, load: Loading, *, with_added: bool) -> None:
        rebuild(load, self._pack, at=self._clock(), with_added=with_added)

    def drop_older(
        self,
        before: datetime,
        *,
        progress: ProgressListener = silent,
        cancel: CancelToken | None = None,
    ) -> Removed:
        removed = super().drop_older(before, progress=progress, cancel=cancel)
        with self._engine.session() as session:
            session.rows("SELECT warehouse.drop_months($1)", [before], carry=False)
        return removed

    def _give_own_keys(self, session: Session) -> None:
        """By an administrator's login: a loader reads no sealed original."""
        if self._engine.rights.own:
            self._hold(session, silent, CancelToken())
            super()._give_own_keys(session)

    def reveal(self, customer_ref: str) -> list[dict[str, str | None]]:
        """As a local store's; raises NotPermitted for a login that may not read sealed originals
        of a customer who is known."""
        key = lookup.key_of_ref(customer_ref)
        if key is None:
            return []
        with self._engine.session() as session:
            if not session.rows(
                f"SELECT 1 FROM identities WHERE customer_key = {key_literal(key)} LIMIT 1"
            ):
                return []
        return super().reveal(customer_ref)
