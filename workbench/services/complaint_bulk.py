"""One act on many complaints: previewed, done in chunks, undone as a whole."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.complaint import Complaint, State
from workbench.domain.complaint_parts import Bulk, Event, EventKind
from workbench.domain.errors import BadInput, KnownError, NotPermitted
from workbench.domain.ids import uuid7
from workbench.domain.people import Act
from workbench.domain.progress import CancelToken, Progress, ProgressListener
from workbench.services.complaint_life import LifeService
from workbench.services.complaint_undo import reverted
from workbench.services.complaint_writing import Writing
from workbench.services.ports import UnitOfWork

CHUNK = 200  # complaints to a transaction: others can write between two


@dataclass(frozen=True)
class BulkAct:
    """A move (``to``), or an assignment (``owner`` and ``team``) where ``to`` is None."""

    to: State | None = None
    owner: str | None = None
    team: str | None = None
    why: str = ""


@dataclass(frozen=True)
class Refusal:
    """A complaint that the act leaves as it is, and the error that says why."""

    number: str
    error: KnownError


@dataclass(frozen=True)
class BulkPreview:
    from_states: Mapping[State, int]
    refused: tuple[Refusal, ...]

    @property
    def count(self) -> int:
        """How many it would change."""
        return sum(self.from_states.values())


@dataclass(frozen=True)
class BulkReport:
    bulk_id: str
    done: int
    refused: tuple[Refusal, ...]
    cancelled: bool = False


class BulkService:
    def __init__(self, writing: Writing, life: LifeService) -> None:
        self._w = writing
        self._life = life

    def preview(self, complaint_ids: Sequence[str], act: BulkAct) -> BulkPreview:
        """What ``run`` would do now; nothing is written."""
        self._w.session.require(Act.ASSIGN)
        states: Counter[State] = Counter()
        refused: list[Refusal] = []
        with self._w.records.unit_of_work() as uow:
            for complaint_id in dict.fromkeys(complaint_ids):
                try:
                    before, _ = self._outcome(uow, complaint_id, act, uow.complaints.get)
                    states[before.state] += 1
                except (BadInput, NotPermitted) as error:
                    refused.append(Refusal(_number(error, complaint_id), error))
        return BulkPreview(dict(states), tuple(refused))

    def run(
        self,
        complaint_ids: Sequence[str],
        act: BulkAct,
        *,
        progress: ProgressListener,
        cancel: CancelToken,
    ) -> BulkReport:
        """Chunk by chunk, each a transaction, all under one bulk id. Cancelled, the chunks that
        were done stand, and can be undone."""
        self._w.session.require(Act.ASSIGN)
        todo = list(dict.fromkeys(complaint_ids))
        bulk_id = str(uuid7())
        kind = EventKind.ASSIGNED if act.to is None else EventKind.MOVED
        detail = {"to": act.to, "owner": act.owner, "team": act.team, "asked": len(todo)}
        with self._w.records.unit_of_work() as uow:
            uow.parts.add(Bulk(bulk_id, self._w.clock(), self._w.person_id, kind.value, detail))
            uow.commit()
        done = 0
        refused: list[Refusal] = []
        for at, chunk in _chunks(todo):
            if cancel.cancelled:
                return BulkReport(bulk_id, done, tuple(refused), cancelled=True)
            with self._w.records.unit_of_work() as uow:
                written = 0
                kept_back: list[Refusal] = []
                for complaint_id in chunk:
                    try:
                        before, after = self._outcome(
                            uow, complaint_id, act, uow.complaints.to_change
                        )
                    except (BadInput, NotPermitted) as error:
                        kept_back.append(Refusal(_number(error, complaint_id), error))
                        continue
                    self._w.put(uow, before, after, kind, why=act.why, bulk_id=bulk_id)
                    written += 1
                uow.commit()
            done += written
            refused += kept_back
            progress(Progress("bulk", at + len(chunk), len(todo)))
        return BulkReport(bulk_id, done, tuple(refused))

    def undo(self, bulk_id: str, *, progress: ProgressListener, cancel: CancelToken) -> BulkReport:
        """Put back what the bulk changed, where nobody changed the same since: the others are
        told as refused. Raises BadInput('no_such_bulk', 'bulk_undone')."""
        self._w.session.require(Act.ASSIGN)
        with self._w.records.unit_of_work() as uow:
            bulks = uow.parts.of(Bulk, bulk_id=bulk_id)
            events = uow.parts.of(Event, bulk_id=bulk_id)
        if not bulks:
            raise BadInput("no_such_bulk", bulk=bulk_id)
        if bulks[0].undone_at is not None:
            raise BadInput("bulk_undone", bulk=bulk_id)
        undo_id = str(uuid7())
        done = 0
        refused: list[Refusal] = []
        for at, chunk in _chunks(events):
            if cancel.cancelled:
                return BulkReport(undo_id, done, tuple(refused), cancelled=True)
            with self._w.records.unit_of_work() as uow:
                written = 0
                for event in chunk:
                    now = self._w.to_change(uow, event.complaint_id)
                    values = reverted(now, event)
                    if values is None:
                        if not self._undone_already(uow, event):
                            error = BadInput("changed_since", number=now.number)
                            refused.append(Refusal(now.number, error))
                        continue
                    self._w.put(
                        uow,
                        now,
                        now.changed(**values),
                        event.kind,
                        why=event.why,
                        bulk_id=undo_id,
                        detail={"undoes": event.event_id},
                    )
                    written += 1
                uow.commit()
            done += written
            progress(Progress("bulk", at + len(chunk), len(events)))
        with self._w.records.unit_of_work() as uow:
            uow.parts.put(Bulk(**vars(bulks[0]) | {"undone_at": self._w.clock()}))
            uow.commit()
        return BulkReport(undo_id, done, tuple(refused))

    def _outcome(
        self,
        uow: UnitOfWork,
        complaint_id: str,
        act: BulkAct,
        get: Callable[[str], Complaint | None],
    ) -> tuple[Complaint, Complaint]:
        before = get(complaint_id)
        if before is None:
            raise BadInput("no_such_complaint", complaint=complaint_id)
        if act.to is not None:
            return before, self._life.moved(uow, before, act.to, why=act.why)
        after = self._life.assigned(uow, before, act.owner, act.team)
        if after == before:
            raise BadInput("already_so", number=before.number)
        return before, after

    def _undone_already(self, uow: UnitOfWork, event: Event) -> bool:
        """By an undo that was cut short."""
        later = uow.parts.of(Event, complaint_id=event.complaint_id)
        return any(e.detail.get("undoes") == event.event_id for e in later)


def _chunks(whole: Sequence[str] | Sequence[Event]) -> Iterator[tuple[int, Sequence]]:  # type: ignore[type-arg]
    for at in range(0, len(whole), CHUNK):
        yield at, whole[at : at + CHUNK]


def _number(error: KnownError, complaint_id: str) -> str:
    return str(error.params.get("number", complaint_id))
