"""One round with the centre: meet, send what waits, have the audit witnessed, take what is new."""

import logging
from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingOf
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta

from workbench.domain.audit import AuditEntry
from workbench.domain.errors import BadInput, KnownError
from workbench.domain.people import Act
from workbench.domain.sync import (
    SCHEMA_VERSION,
    AuditForked,
    DeviceCloned,
    DeviceRevoked,
    LocalOp,
    OpAnswer,
    OpKind,
    OpState,
    SentOp,
    Standing,
    Upto,
)
from workbench.domain.times import utc_now
from workbench.services.contents import Moved
from workbench.services.ports import Centre, Clock, Records, Replica
from workbench.services.session import Session

KEPT = timedelta(days=90)  # ops that are done: a centre restored from an older backup needs them
_BATCH, _PAGE = 100, 500
_WRITTEN = 1000  # answers and audit rows at once: each commit waits for the disk
_log = logging.getLogger(__name__)


@dataclass
class Round:
    """What one round did. ``changed`` are rows that people see and that are not as before."""

    sent: int = 0
    unsettled: int = 0  # of those sent
    changed: list[tuple[str, str]] = field(default_factory=list)
    renewed: bool = False  # the centre was restored: everything was taken anew
    renumbered: bool = False  # another copy of this profile is at work
    held_back: KnownError | None = None  # why nothing could be sent; reading went on
    contents: Moved = field(default_factory=Moved)  # attached files
    own: Upto | None = None  # rows that this round wrote and knows
    audit_rewritten: bool = False  # the centre's audit is not the one it was
    erased: dict[str, list[int]] = field(
        default_factory=dict
    )  # whose attempts are to go, and which

    @property
    def rules_changed(self) -> bool:
        """Whether a version of the rules moved: another one may be in use now."""
        return any(entity == "release" for entity, _ in self.changed)


class SyncService:
    """``run`` may be called at any time and by several threads' turns, one at a time; whatever
    happens between two of its steps, the next run goes on from what is stored."""

    def __init__(
        self,
        replica: Replica,
        centre: Centre,
        app_version: str,
        *,
        wipe: Callable[[], None] | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._replica = replica
        self._centre = centre
        self._app_version = app_version
        self._wipe = wipe
        self._clock = clock

    def run(self) -> Round:
        """Raises Busy where the centre is out of reach; DeviceRevoked after this desk has wiped
        itself; what else the centre refuses."""
        done = Round()
        try:
            standing = self._meet(done)
            self._send(done, standing)
            self._witness(done, standing)
            self._take(done)
            done.erased = self._replica.erasures()
        except DeviceRevoked:
            if self._wipe is not None:
                self._wipe()
                self._centre.wiped()  # last: what was said to be wiped is
            raise
        self._replica.purge(self._clock() - KEPT)
        return done

    def _meet(self, done: Round, forked_from: str | None = None) -> Standing:
        place = self._replica.place()
        standing = self._centre.hello(
            {
                "epoch": place.epoch,
                "cursor": place.cursor,
                "mark": place.mark,
                "acknowledged": place.acknowledged,
                "waiting": place.waiting,
                "app_version": self._app_version,
                "schema_version": SCHEMA_VERSION,
                "forked_from": forked_from,
            }
        )
        done.renewed = place.epoch not in (None, standing.epoch)
        if done.renewed:
            _log.warning("the centre was restored: sending and taking everything anew")
        self._replica.meet(standing)
        done.own = None
        return standing

    def _send(self, done: Round, standing: Standing) -> None:
        if not standing.min_write <= SCHEMA_VERSION <= standing.current:
            done.held_back = KnownError(
                "centre_schema_version",
                place=self._centre.place,
                accepted=f"{standing.min_write}..{standing.current}",
            )
            return
        ops = self._unsent(standing)
        if not ops:
            return
        with ThreadPoolExecutor(1, "push") as line:
            pushing = line.submit(self._push, ops)
            while ops:  # the centre takes the next while this desk writes down its answers
                following = self._unsent(standing, ops[-1].device_seq)
                answers, failed = pushing.result()
                if failed is None:
                    pushing = line.submit(self._push, following)
                if answers:
                    self._replica.answered(answers)
                self._count(done, answers)
                if isinstance(failed, DeviceCloned):
                    self._renumber(done)
                    following = self._unsent(standing)
                    pushing = line.submit(self._push, following)
                elif failed is not None:
                    raise failed
                ops = following

    def _unsent(self, standing: Standing, after: int = 0) -> list[SentOp]:
        least, held = standing.min_write, standing.last_seq
        ops = self._replica.unsent(_WRITTEN, after)
        if any(op.schema_version < least and op.device_seq > held for op in ops):
            self._replica.bring_up_to_date(least, held, SCHEMA_VERSION)
            ops = self._replica.unsent(_WRITTEN, after)
        return ops

    def _push(self, ops: Sequence[SentOp]) -> tuple[list[OpAnswer], KnownError | None]:
        """The answers, and what kept the centre from giving them all."""
        answers: list[OpAnswer] = []
        try:
            for start in range(0, len(ops), _BATCH):
                answers += self._centre.push(ops[start : start + _BATCH])
        except KnownError as error:
            return answers, error
        return answers, None

    def _count(self, done: Round, answers: Sequence[OpAnswer]) -> None:
        done.sent += len(answers)
        done.unsettled += sum(answer.state is not OpState.APPLIED for answer in answers)
        for answer in answers:
            if answer.upto is not None:
                done.own = _together(done.own, answer.upto)

    def _witness(self, done: Round, standing: Standing) -> None:
        rows = self._replica.unwitnessed(_WRITTEN)
        if not rows:
            return
        with ThreadPoolExecutor(1, "witness") as line:
            while rows:
                telling = line.submit(self._centre.witness, rows)
                last = rows[-1][0]
                rows = self._replica.unwitnessed(_WRITTEN, last)
                try:
                    # another copy of the profile may have told of more: those are not this desk's
                    self._replica.witnessed(min(telling.result(), last))
                except AuditForked:
                    self._renumber(done)
                    self._send(done, standing)
                    rows = self._replica.unwitnessed(_WRITTEN)

    def _renumber(self, done: Round) -> None:
        """Go on as another device: this one's numbers are in use by a copy of the profile."""
        if done.renumbered:
            raise  # twice in one round: not a copy, but something wrong
        done.renumbered = True
        before, self._centre.device_id = self._centre.device_id, self._replica.take_new_device()
        _log.warning("another copy of this profile is at work; going on as a device of its own")
        self._meet(done, forked_from=before)

    def _take(self, done: Round) -> None:
        more = True
        while more:
            place = self._replica.place()
            page = self._centre.pull(place.cursor, place.scope, _PAGE)
            done.changed += self._replica.pulled(page)
            if page.restart is not None:
                done.own = None  # they are to be seen again
            elif page.more and done.own is not None:
                self._replica.passed(done.own)
            more = page.more or page.restart is not None


def _together(before: Upto | None, then: Upto | None) -> Upto | None:
    """One stretch of the two where the second follows the first; else the second."""
    if before is None or then is None or before.cursor != then.after:
        return then
    return replace(then, after=before.after)


@dataclass(frozen=True)
class Unsettled:
    """An op that waits for a person, and the row as it is now (None: there is none)."""

    op: LocalOp
    row: MappingOf[str, object] | None


# What is not of a complaint, and whose it is to hold on to what was typed.
_KEPT_BY = {
    "release": Act.EDIT_RULES,
    "issue": Act.EDIT_ISSUES,
    "issueplace": Act.EDIT_ISSUES,
    "issueevent": Act.EDIT_ISSUES,
    "waiter": Act.WAIT_FOR_FIX,
    "grouping": Act.EDIT_GROUPING,
    "incident": Act.JUDGE_INCIDENTS,
    "tracker": Act.MANAGE_TRACKERS,
    "ticket": Act.FILE_TICKETS,
    "draw": Act.REVIEW,
    "review": Act.REVIEW,
    "review_answer": Act.OWN_REVIEWS,
}


class Settling:
    """Conflicts and refusals, decided by a person. What loses is kept with its op, and audited."""

    def __init__(
        self, records: Records, replica: Replica, session: Session, clock: Clock = utc_now
    ) -> None:
        self._records = records
        self._replica = replica
        self._session = session
        self._clock = clock

    def waiting(self) -> list[Unsettled]:
        """Oldest first."""
        self._session.require(Act.READ_COMPLAINTS)
        return [
            Unsettled(op, self._replica.row(op.entity, op.entity_id))
            for op in self._replica.unsettled()
        ]

    def settle(self, op_id: str, keep: MappingOf[str, object]) -> None:
        """``keep``: the values that go out again, as typed or as mended; empty: none.

        Raises BadInput('no_such_op') where it does not wait (any more), and
        BadInput('op_row_gone') where there is no row to keep them in.
        """
        self._session.require(Act.READ_COMPLAINTS)
        found = next((op for op in self._replica.unsettled() if op.op_id == op_id), None)
        if found is None:
            raise BadInput("no_such_op", op=op_id)
        if found.entity not in _KEPT_BY:
            self._session.require(Act.LOG_COMPLAINT)
        elif keep:  # who may not write such a thing may still take back what was refused
            self._session.require(_KEPT_BY[found.entity])
        present = self._replica.row(found.entity, found.entity_id)
        revives = found.why == "deleted"
        if keep and present is None and not revives and found.kind is not OpKind.CREATE:
            raise BadInput("op_row_gone", number=str(found.body.get("number", found.entity_id)))
        dropped = {name: value for name, value in found.body.items() if keep.get(name) != value}
        with self._records.unit_of_work() as uow:
            uow.record(
                AuditEntry(
                    self._clock(),
                    self._session.person.person_id,
                    "settle",
                    found.entity,
                    found.entity_id,
                    {"op": op_id, "kept": sorted(keep), "dropped": sorted(dropped)},
                )
            )
            uow.settle(op_id, keep, revives=revives)
            uow.commit()
