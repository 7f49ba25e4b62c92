"""A warehouse in a lake as the services see it: the same questions, answered by a Spark cluster."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from workbench.domain.errors import BadInput, NotPermitted, StoreFault, Usage
from workbench.domain.event import DatedEvent
from workbench.domain.importing import ImportReport
from workbench.domain.retention import Compacted, Removed
from workbench.domain.rule_desk import BackTest
from workbench.domain.times import utc_now
from workbench.domain.trend import TrendFilter
from workbench.rules.pack import RulePack
from workbench.warehouse import lookup
from workbench.warehouse.engines import Session
from workbench.warehouse.engines.spark import SparkEngine
from workbench.warehouse.export import WriteBatches
from workbench.warehouse.identity import WarehouseKeys
from workbench.warehouse.lake.subjects import LakeSubjects
from workbench.warehouse.lake.target import marker
from workbench.warehouse.lake.writing import KIND, LAYOUT
from workbench.warehouse.quarantine import Say
from workbench.warehouse.store import Clock, WarehouseStore


class LakeStore(WarehouseStore):
    """Satisfies ``services.ports.AttemptStore`` for reading; every call that would change
    something raises NotPermitted('lake_read_only'): a lake is written as a whole (``writing``)."""

    _summed = False

    def __init__(self, place: str, *arguments: Any, **more: Any) -> None:
        self.place = place
        super().__init__(*arguments, **more)

    @classmethod
    def connect(
        cls,
        url: str,
        *,
        keys: Iterable[WarehouseKeys],
        pack: RulePack,
        write: WriteBatches,
        clock: Clock = utc_now,
        say: Say | None = None,
    ) -> "LakeStore":
        """The lake at ``url`` (spark://host:port/path). Of ``keys`` those are taken that it was
        written with.

        Raises Usage('lake_url'), BadInput for a folder that is no lake or has other keys,
        StoreFault for one of a newer version, and what ``SparkEngine`` raises.
        """
        master, folder = parts_of(url)
        own = _keys(folder, keys)
        engine = SparkEngine(master, folder)
        try:
            return cls(
                url,
                engine,
                own,
                pack,
                subjects=LakeSubjects(folder),
                write=write,
                quarantine_dir=None,
                clock=clock,
                say=say,
            )
        except BaseException:
            engine.close()
            raise

    def _create(self, session: Session) -> None:
        """Nothing: ``session`` found its relations."""

    def use(self, pack: RulePack, **_: Any) -> None:
        """Explains by ``pack``; what the lake says of its attempts is as it was written."""
        self._pack = pack

    def back_test(
        self, new: RulePack, old: RulePack | None, where: TrendFilter, limit: int
    ) -> BackTest:
        """A lake does not know when attempts came: those that happened since are taken."""
        if where.came_since is not None:
            where = replace(where, start=where.came_since, came_since=None)
        return super().back_test(new, old, where, limit)

    # what a lake is not for
    def kept_answer(self, attempt_id: str, at: datetime) -> NoReturn:
        raise NotPermitted("lake_no_former", place=self.place)

    def spans(self, attempt_id: str) -> NoReturn:
        raise NotPermitted("lake_no_former", place=self.place)

    def import_files(self, paths: Sequence[Path], **_: Any) -> ImportReport:
        self._refuse()

    def erase(self, customer_ref: str, **_: Any) -> Removed:
        """Rows stay until the lake is written anew; the customer's key goes at once, where this
        account may write."""
        key = lookup.key_of_ref(customer_ref)
        if key is not None:
            with suppress(OSError):
                self._seals.subjects.destroy([key])
        self._refuse()

    def older(self, before: datetime) -> Removed:
        self._refuse()

    def drop_older(self, before: datetime, **_: Any) -> Removed:
        self._refuse()

    def drop_event(self, event: DatedEvent) -> None:
        self._refuse()

    def compact(self) -> Compacted:
        self._refuse()

    def export_lake(self, out: Path, **_: Any) -> int:
        self._refuse()

    def turn(self, source: object) -> NoReturn:
        """To follow a source is to import."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise NotPermitted("lake_read_only", place=self.place)


def parts_of(url: str) -> tuple[str, Path]:
    """The address of the master, and the lake's folder. The path stands as it is, unescaped."""
    found = re.fullmatch(r"(spark://[^/]+)(/.+)", url)
    if found is None:
        raise Usage("lake_url", url=url)
    path = found[2]
    return found[1], Path(path[1:] if re.match(r"/[A-Za-z]:", path) else path)


def _keys(folder: Path, keys: Iterable[WarehouseKeys]) -> WarehouseKeys:
    said = marker(folder)
    if said is None or said.get("kind") != KIND:
        raise BadInput("lake_not_a_warehouse", folder=str(folder))
    if said.get("layout", 0) > LAYOUT:
        raise StoreFault("store_too_new")
    for own in keys:
        if own.fingerprint == said.get("keys"):
            return own
    raise BadInput("lake_other_key", folder=str(folder))
