"""The dashboard: its one question answered, complaints in numbers, saved layouts, dated events."""

import csv
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from workbench.domain.board import Affected, Board, BoardQuery, board
from workbench.domain.complaint_figures import ComplaintFigures, figures, lists
from workbench.domain.complaint_policy import LostRevenue
from workbench.domain.errors import BadInput
from workbench.domain.event import DatedEvent
from workbench.domain.importing import ImportReport
from workbench.domain.people import Act
from workbench.domain.progress import CancelToken, silent
from workbench.domain.times import iso_local, utc_now
from workbench.services.auditing import note
from workbench.services.complaint_writing import share_saved
from workbench.services.dated import dated
from workbench.services.ports import AttemptStore, Clock, Records
from workbench.services.session import Session

_LAYOUT = "trend_layout"


class BoardService:
    """``lost_revenue``: how the site reckons what failures cost. Blocks: never on the GUI thread."""

    def __init__(
        self,
        store: AttemptStore,
        records: Records,
        session: Session,
        lost_revenue: LostRevenue,
        clock: Clock = utc_now,
    ) -> None:
        self.lost_revenue = lost_revenue
        self._store = store
        self._records = records
        self._session = session
        self._clock = clock

    def board(self, query: BoardQuery, newest: datetime | None = None) -> Board:
        """``newest`` is the time of the newest attempt, where the caller knows it."""
        self._session.require(Act.SEE_TRENDS)
        asked = query.questions()
        answers = dict(zip(asked, self._store.trends(list(asked.values())), strict=True))
        return board(
            query,
            answers,
            newest=newest or self._store.span()[2],
            now=self._clock(),
            events=dated(self._store, self._records, query.where.start, query.where.end),
        )

    def affected(self, query: BoardQuery) -> Affected:
        self._session.require(Act.SEE_TRENDS)
        return self._store.affected(query.narrowed())

    def complaints(self, start: datetime | None, end: datetime | None) -> ComplaintFigures:
        self._session.require(Act.SEE_TRENDS)
        now = self._clock()
        asked = lists(start, end, now)
        with self._records.unit_of_work() as uow:
            counts = {name: uow.complaints.count(query) for name, query in asked.items()}
            measures = uow.complaints.measures(start or datetime.min, end or now)
        return figures(counts, asked, measures)

    # layouts: what is shown, without the dates it was shown of
    def layouts(self) -> list[str]:
        self._session.require(Act.SEE_TRENDS)
        with self._records.unit_of_work() as uow:
            return uow.saved.names(_LAYOUT)

    def layout(self, name: str) -> Mapping[str, object]:
        """Raises BadInput('no_such_layout')."""
        self._session.require(Act.SEE_TRENDS)
        with self._records.unit_of_work() as uow:
            body = uow.saved.get(_LAYOUT, name)
        if body is None:
            raise BadInput("no_such_layout", layout=name)
        return body

    def save_layout(self, name: str, body: Mapping[str, object]) -> None:
        """For the whole team, at the centre too."""
        self._session.require(Act.SEE_TRENDS)
        if not name.strip():
            raise BadInput("view_needs_name")
        with self._records.unit_of_work() as uow:
            share_saved(uow, _LAYOUT, name.strip(), dict(body))
            uow.commit()

    def drop_layout(self, name: str) -> None:
        self._session.require(Act.SEE_TRENDS)
        with self._records.unit_of_work() as uow:
            if uow.saved.get(_LAYOUT, name) is not None:
                share_saved(uow, _LAYOUT, name, None)
            uow.commit()

    # events
    def add_event(self, event: DatedEvent) -> None:
        """By the one reader that files have, too, so that the same is refused and the fields that
        depend on events follow. Raises BadInput('bad_event')."""
        self._session.require(Act.IMPORT)
        with tempfile.TemporaryDirectory(prefix="workbench-event-") as folder:
            file = Path(folder) / "event.csv"
            with file.open("w", encoding="utf-8-sig", newline="") as out:
                writer = csv.writer(out)
                writer.writerow(("kind", "name", "starts_at", "ends_at", "scope"))
                ends = iso_local(event.ends_at) if event.ends_at else ""
                starts = iso_local(event.starts_at)
                name = " ".join(event.name.split())
                writer.writerow((event.kind, name, starts, ends, event.scope))
            report = self._take(file, Path(folder))
        if report.quarantined:
            raise BadInput("bad_event", name=event.name)
        self._note("add_event", event)

    def drop_event(self, event: DatedEvent) -> None:
        self._session.require(Act.IMPORT)
        self._store.drop_event(event)
        self._note("drop_event", event)

    def _take(self, file: Path, folder: Path) -> ImportReport:
        return self._store.import_files(
            [], events=file, quarantine_dir=folder, progress=silent, cancel=CancelToken()
        )

    def _note(self, action: str, event: DatedEvent) -> None:
        detail: dict[str, object] = {
            "kind": event.kind,
            "starts_at": iso_local(event.starts_at),
        }
        name = event.name
        note(self._records, self._session, self._clock, action, "event", name, detail)
