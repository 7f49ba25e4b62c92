"""Tickets of issues in trackers outside: filed once, linked, followed; what is offline waits.

Filing is a save: the brief is scrubbed and frozen, ticket, errand, audit row and op are one
transaction. ``run`` does the errands: it looks for the ticket's marker in the tracker before it
makes one, so an errand whose answer was lost, whose process was killed or that another desk did
is not done twice. A state goes out when ours changes, and comes back when the tracker's does: a
ticket that was moved over there is told (``Ticket.differs``) and never moved back by itself.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from workbench.domain.audit import AuditEntry
from workbench.domain.errors import BadInput, Busy, KnownError, NotPermitted
from workbench.domain.ids import uuid7
from workbench.domain.people import Act
from workbench.domain.progress import CancelToken
from workbench.domain.scrubbing import Known, scrub
from workbench.domain.times import utc_now
from workbench.domain.tracker import (
    Errand,
    ErrandAct,
    IssueBrief,
    Origin,
    RateLimited,
    Seen,
    Ticket,
    TicketState,
    Tracker,
    checked,
    marker,
    next_try,
    ticket_key,
)
from workbench.services.complaint_writing import as_json
from workbench.services.ports import (
    Clock,
    IssueBriefs,
    OpenTracker,
    Records,
    Tokens,
    TrackerGateway,
    UnitOfWork,
)
from workbench.services.session import Session

_OWN = frozenset({"followed_at"})  # of a ticket: kept by each desk for itself
TakeTicketTurn = Callable[[], AbstractContextManager[None]]
"""Held by one process of a profile at a time; raises Busy('tickets_elsewhere')."""


@dataclass
class TicketRound:
    """What a round did: tickets that got a key or a state, those that were moved in their tracker,
    and what still waits, with the errors of this round by tracker."""

    done: list[Ticket] = field(default_factory=list)
    news: list[Ticket] = field(default_factory=list)
    waiting: int = 0
    stopped: int = 0
    errors: dict[str, KnownError] = field(default_factory=dict)


class TicketService:
    """What the window and ``workbench tracker|issue`` call. Blocks: never on the GUI thread."""

    def __init__(
        self,
        records: Records,
        session: Session,
        issues: IssueBriefs,
        known: Known,
        open_tracker: OpenTracker,
        tokens: Tokens,
        take_turn: TakeTicketTurn,
        clock: Clock = utc_now,
    ) -> None:
        """``known`` says which words name a customer; no filing without it."""
        self._records, self._session = records, session
        self.issues = issues
        self._known = known
        self._open, self._tokens, self._take_turn = open_tracker, tokens, take_turn
        self._clock = clock

    # trackers
    def trackers(self) -> list[Tracker]:
        self._session.require(Act.SEE_TICKETS)
        with self._records.unit_of_work() as uow:
            return uow.tickets.trackers()

    def add(self, tracker: Tracker, token: str | None = None) -> bool | None:
        """Add it, or change the one of that name. Whether the system's keyring has the token; None
        where none was given. Raises Usage."""
        self._session.require(Act.MANAGE_TRACKERS)
        tracker = checked(tracker)
        kept = None
        if token:
            kept = self._tokens.keep(tracker.place, tracker.user, token.strip())
        values = {n: as_json(v) for n, v in vars(tracker).items() if n != "paused_until"}
        with self._records.unit_of_work() as uow:
            uow.tickets.hold()
            before = uow.tickets.tracker(tracker.name)
            uow.tickets.put_tracker(tracker)
            kind = "create" if before is None else "update"
            uow.enqueue("tracker", kind, tracker.name, values)
            detail = {"kind": tracker.kind.value, "url": tracker.url, "project": tracker.project}
            self._audit(uow, "tracker_set", "tracker", tracker.name, detail)
            uow.commit()
        return kept

    def set_token(self, name: str, token: str) -> bool:
        """A token of this desk; what stopped for want of one goes on. As ``add``."""
        self._session.require(Act.FILE_TICKETS)
        tracker = self._tracker(name)
        kept = self._tokens.keep(tracker.place, tracker.user, token.strip())
        self._resume(name)
        return kept

    def remove(self, name: str) -> None:
        """Its tickets stay linked; what waits for it goes. Its token is forgotten at this desk."""
        self._session.require(Act.MANAGE_TRACKERS)
        tracker = self._tracker(name)
        with self._records.unit_of_work() as uow:
            for errand in uow.tickets.errands(name):
                uow.tickets.drop_errand(errand.errand_id)
            uow.tickets.remove_tracker(name)
            uow.enqueue("tracker", "delete", name, {})
            self._audit(uow, "tracker_removed", "tracker", name, {})
            uow.commit()
        self._tokens.forget(tracker.place, tracker.user)

    def test(self, name: str) -> str:
        """Ask it who it is: what it calls the project. Raises as the tracker's errors."""
        self._session.require(Act.FILE_TICKETS)
        with self._gateway(self._tracker(name)) as gateway:
            return gateway.check()

    # tickets
    def of(self, issue_id: str) -> list[Ticket]:
        self._session.require(Act.SEE_TICKETS)
        with self._records.unit_of_work() as uow:
            return sorted(uow.tickets.of(_issue_id(uow, issue_id)), key=lambda t: t.tracker)

    def tickets(self) -> list[Ticket]:
        self._session.require(Act.SEE_TICKETS)
        with self._records.unit_of_work() as uow:
            return sorted(uow.tickets.of(), key=lambda t: (t.at, t.issue_id, t.tracker))

    def waiting(self, issue_id: str | None = None) -> list[Errand]:
        """What this desk has yet to tell, in order."""
        self._session.require(Act.SEE_TICKETS)
        with self._records.unit_of_work() as uow:
            found = uow.tickets.errands()
            wanted = issue_id and _issue_id(uow, issue_id)
        return [errand for errand in found if wanted in (None, errand.issue_id)]

    def file(self, issue_id: str, name: str) -> Ticket:
        """Queue a ticket; ``run`` makes it. One that is there or queued here stays the only one.
        Raises BadInput('no_such_issue', 'no_such_tracker')."""
        self._session.require(Act.FILE_TICKETS)
        tracker = self._tracker(name)
        brief = self._clean(self.issues.brief(issue_id))
        now = self._clock()
        with self._records.unit_of_work() as uow:
            uow.tickets.hold()
            ticket = uow.tickets.get(brief.issue_id, name)
            if ticket is not None and (ticket.key or self._queued(uow, ticket)):
                return ticket
            if ticket is None:
                who = self._session.person.person_id
                ticket = Ticket(brief.issue_id, name, Origin.FILED, now, who)
                self._put(uow, ticket)
            self._queue(uow, ticket, ErrandAct.FILE, asdict(brief))
            self._audit(uow, "ticket_queued", "ticket", _named(ticket), {"kind": tracker.kind})
            uow.commit()
        return ticket

    def link(self, issue_id: str, name: str, key: str) -> Ticket:
        """Take a ticket that exists, by its key or address; it is read at once. Raises Busy where
        its tracker is out of reach, BadInput('ticket_linked') where the issue has another one."""
        self._session.require(Act.FILE_TICKETS)
        tracker = self._tracker(name)
        brief = self.issues.brief(issue_id)
        with self._gateway(tracker) as gateway:
            seen = gateway.read(ticket_key(tracker, key))
        now = self._clock()
        with self._records.unit_of_work() as uow:
            uow.tickets.hold()
            before = uow.tickets.get(brief.issue_id, name)
            if before is not None and before.key not in (None, seen.key):
                raise BadInput("ticket_linked", tracker=name, ticket=before.key)
            for errand in uow.tickets.errands(name):
                if errand.issue_id == brief.issue_id and errand.act is ErrandAct.FILE:
                    uow.tickets.drop_errand(errand.errand_id)
            who = self._session.person.person_id
            ticket = _with(Ticket(brief.issue_id, name, Origin.LINKED, now, who), seen, now)
            self._put(uow, ticket, before)
            self._audit(uow, "ticket_linked", "ticket", _named(ticket), {"key": seen.key})
            uow.commit()
        return ticket

    def unlink(self, issue_id: str, name: str) -> None:
        """The ticket stays in its tracker; the issue has none there any more."""
        self._session.require(Act.FILE_TICKETS)
        with self._records.unit_of_work() as uow:
            uow.tickets.hold()
            issue_id = _issue_id(uow, issue_id)
            ticket = uow.tickets.get(issue_id, name)
            if ticket is None:
                raise BadInput("no_such_ticket", tracker=name)
            for errand in uow.tickets.errands(name):
                if errand.issue_id == issue_id:
                    uow.tickets.drop_errand(errand.errand_id)
            uow.tickets.remove(issue_id, name)
            uow.enqueue("ticket", "delete", _named(ticket), {})
            self._audit(uow, "ticket_unlinked", "ticket", _named(ticket), {"key": ticket.key})
            uow.commit()

    def write_state(self, issue_id: str) -> list[Ticket]:
        """Queue the issue's state for its tickets; those whose wanted state changes."""
        self._session.require(Act.FILE_TICKETS)
        brief = self.issues.brief(issue_id)
        wanted = TicketState.CLOSED if brief.done else TicketState.OPEN
        changed = []
        with self._records.unit_of_work() as uow:
            uow.tickets.hold()
            for ticket in uow.tickets.of(brief.issue_id):
                if ticket.wanted is wanted or (ticket.wanted is None and ticket.there is wanted):
                    continue
                before, ticket = ticket, replace(ticket, wanted=wanted)
                self._put(uow, ticket, before)
                self._queue(uow, ticket, ErrandAct.WRITE, {"wanted": wanted.value})
                detail = {"wanted": wanted.value}
                self._audit(uow, "ticket_state_queued", "ticket", _named(ticket), detail)
                changed.append(ticket)
            uow.commit()
        return changed

    def retry(self, issue_id: str | None = None) -> None:
        """What waits is due now, also what had stopped."""
        self._session.require(Act.FILE_TICKETS)
        self._resume(None, issue_id)

    def drop(self, issue_id: str, name: str) -> None:
        """What waits for this tracker is given up; a ticket without a key is none."""
        self._session.require(Act.FILE_TICKETS)
        with self._records.unit_of_work() as uow:
            uow.tickets.hold()
            ticket = uow.tickets.get(issue_id, name)
            for errand in uow.tickets.errands(name):
                if errand.issue_id == issue_id:
                    uow.tickets.drop_errand(errand.errand_id)
            if ticket is not None and ticket.key is None:
                uow.tickets.remove(issue_id, name)
                uow.enqueue("ticket", "delete", _named(ticket), {})
                self._audit(uow, "ticket_dropped", "ticket", _named(ticket), {})
            uow.commit()

    # rounds
    def due(self) -> bool:
        """Whether ``run`` has something to do; cheap, and asks no tracker."""
        self._session.require(Act.FILE_TICKETS)
        with self._records.unit_of_work() as uow:
            return uow.tickets.due(self._clock())

    def run(self, cancel: CancelToken | None = None) -> TicketRound:
        """Do what is due, a tracker at a time. Raises Busy('tickets_elsewhere')."""
        self._session.require(Act.FILE_TICKETS)
        return self._round(cancel or CancelToken(), 0)

    def follow(self, cancel: CancelToken | None = None, most: int = 10_000) -> TicketRound:
        """As ``run``, then read so many tickets of each tracker, the longest unread first."""
        self._session.require(Act.FILE_TICKETS)
        return self._round(cancel or CancelToken(), most)

    def _round(self, cancel: CancelToken, most: int) -> TicketRound:
        made = TicketRound()
        with self._take_turn():
            with self._records.unit_of_work() as uow:
                trackers = uow.tickets.trackers()
            for tracker in trackers:
                if tracker.paused_until is not None and tracker.paused_until > self._clock():
                    continue
                try:
                    self._serve(tracker, made, cancel, most)
                except RateLimited as limited:
                    self._pause(tracker, limited)
                    made.errors[tracker.name] = limited
                except Busy as error:
                    made.errors[tracker.name] = error
        with self._records.unit_of_work() as uow:
            left = uow.tickets.errands()
        made.stopped = sum(errand.stopped for errand in left)
        made.waiting = len(left) - made.stopped
        return made

    def _serve(self, tracker: Tracker, made: TicketRound, cancel: CancelToken, most: int) -> None:
        now = self._clock()
        with self._records.unit_of_work() as uow:
            due = [e for e in uow.tickets.errands(tracker.name) if e.next_at <= now]
            due = [e for e in due if not e.stopped]
            known = [t for t in uow.tickets.of(tracker=tracker.name) if t.key][:most]
        if not due and not known:
            return
        try:
            gateway = self._connected(tracker)
        except KnownError as error:  # this desk has no token for it
            for errand in due:
                self._put_off(errand, error)
            made.errors[tracker.name] = error
            return
        with closing(gateway):
            for errand in due:
                cancel.check()
                try:
                    ticket = self._do(gateway, errand)
                except KnownError as error:
                    self._put_off(errand, error)
                    made.errors[tracker.name] = error
                    if isinstance(error, Busy):
                        raise
                    continue
                if ticket is not None:
                    made.done.append(ticket)
            for ticket in known:
                cancel.check()
                self._look(gateway, ticket, made)

    def _do(self, gateway: TrackerGateway, errand: Errand) -> Ticket | None:
        with self._records.unit_of_work() as uow:
            ticket = uow.tickets.get(errand.issue_id, errand.tracker)
        if ticket is None or (errand.act is ErrandAct.FILE and ticket.key):
            self._finish(errand, None, None)  # unlinked, or another desk was first
            return None
        if errand.act is ErrandAct.FILE:
            brief, mark = IssueBrief.from_json(errand.body), marker(errand.issue_id)
            seen = gateway.find(mark, errand.at) or gateway.create(brief, mark)
            return self._finish(errand, ticket, seen)
        if ticket.key is None:  # it is filed first; this waits behind it
            self._wait(errand)
            return None
        done = errand.body["wanted"] == TicketState.CLOSED.value
        return self._finish(errand, ticket, gateway.write(ticket.key, done=done))

    def _finish(self, errand: Errand, ticket: Ticket | None, seen: Seen | None) -> Ticket | None:
        with self._records.unit_of_work() as uow:
            uow.tickets.hold()
            uow.tickets.drop_errand(errand.errand_id)
            if ticket is not None and seen is not None:
                now = self._clock()
                before = uow.tickets.get(ticket.issue_id, ticket.tracker)
                ticket = _with(before or ticket, seen, now)
                if ticket.wanted is None:
                    ticket = replace(ticket, wanted=seen.state)
                self._put(uow, ticket, before)
                act = "ticket_filed" if errand.act is ErrandAct.FILE else "ticket_state_written"
                detail = {"key": seen.key, "state": seen.state.value}
                self._audit(uow, act, "ticket", _named(ticket), detail)
            uow.commit()
        return ticket

    def _look(self, gateway: TrackerGateway, ticket: Ticket, made: TicketRound) -> None:
        assert ticket.key is not None
        try:
            seen = gateway.read(ticket.key)
        except BadInput as error:
            made.errors[ticket.tracker] = error
            return
        with self._records.unit_of_work() as uow:
            uow.tickets.hold()
            present = uow.tickets.get(ticket.issue_id, ticket.tracker)
            if present is None or present.key != ticket.key:
                return
            told = _with(present, seen, self._clock())
            moved = (told.there, told.native, told.url) != (
                present.there, present.native, present.url,
            )  # fmt: skip
            if moved:
                self._put(uow, told, present)
                detail = {"from": present.native, "to": seen.native}
                self._audit(uow, "ticket_moved", "ticket", _named(told), detail)
                made.news.append(told)
            else:
                uow.tickets.put(told)
            uow.commit()

    def _put_off(self, errand: Errand, error: KnownError) -> None:
        """A tracker out of reach is tried again by itself; what it refused waits for a person."""
        again = replace(
            errand,
            tries=errand.tries + 1,
            next_at=self._clock() + next_try(errand.tries + 1),
            problem=error.key,
            details={name: str(value) for name, value in error.params.items()},
            stopped=not isinstance(error, Busy),
        )
        with self._records.unit_of_work() as uow:
            uow.tickets.put_errand(again)
            uow.commit()

    def _wait(self, errand: Errand) -> None:
        with self._records.unit_of_work() as uow:
            uow.tickets.put_errand(replace(errand, next_at=self._clock() + next_try(1)))
            uow.commit()

    def _pause(self, tracker: Tracker, limited: RateLimited) -> None:
        until = self._clock() + limited.wait
        with self._records.unit_of_work() as uow:
            uow.tickets.hold()
            uow.tickets.put_tracker(replace(tracker, paused_until=until))
            for errand in uow.tickets.errands(tracker.name):
                if not errand.stopped and errand.next_at < until:
                    uow.tickets.put_errand(replace(errand, next_at=until))
            uow.commit()

    def _resume(self, name: str | None, issue_id: str | None = None) -> None:
        now = self._clock()
        with self._records.unit_of_work() as uow:
            uow.tickets.hold()
            wanted = issue_id and _issue_id(uow, issue_id)
            for errand in uow.tickets.errands(name):
                if wanted in (None, errand.issue_id):
                    uow.tickets.put_errand(replace(errand, stopped=False, next_at=now))
            uow.commit()

    # parts
    def _clean(self, brief: IssueBrief) -> IssueBrief:
        """Everything of it that is words, without a customer's identity."""
        return replace(
            brief,
            title=scrub(brief.title, self._known),
            body=tuple(scrub("\n".join(brief.body), self._known).split("\n")),
            severity=scrub(brief.severity, self._known),
            state=scrub(brief.state, self._known),
            labels=tuple(scrub(label, self._known) for label in brief.labels),
            counts={scrub(name, self._known): count for name, count in brief.counts.items()},
        )

    def _tracker(self, name: str) -> Tracker:
        with self._records.unit_of_work() as uow:
            found = uow.tickets.tracker(name)
        if found is None:
            raise BadInput("no_such_tracker", tracker=name[:40])
        return found

    @contextmanager
    def _gateway(self, tracker: Tracker) -> Iterator[TrackerGateway]:
        with closing(self._connected(tracker)) as gateway:
            yield gateway

    def _connected(self, tracker: Tracker) -> TrackerGateway:
        now = self._clock()
        if tracker.paused_until is not None and tracker.paused_until > now:
            seconds = int((tracker.paused_until - now).total_seconds()) + 1
            raise RateLimited("tracker_limit", tracker=tracker.name, seconds=seconds)
        token = self._tokens.read(tracker.place, tracker.user)
        if not token:
            raise NotPermitted("tracker_no_token", tracker=tracker.name)
        return self._open(tracker, token)

    def _queued(self, uow: UnitOfWork, ticket: Ticket) -> bool:
        return any(
            errand.issue_id == ticket.issue_id and errand.act is ErrandAct.FILE
            for errand in uow.tickets.errands(ticket.tracker)
        )

    def _queue(self, uow: UnitOfWork, ticket: Ticket, act: ErrandAct, body: dict[str, Any]) -> None:
        """A later state takes the place of an earlier one that still waits."""
        now = self._clock()
        for errand in uow.tickets.errands(ticket.tracker):
            if errand.issue_id == ticket.issue_id and errand.act is act:
                uow.tickets.drop_errand(errand.errand_id)
        uow.tickets.put_errand(
            Errand(
                str(uuid7()), ticket.issue_id, ticket.tracker, act, now,
                self._session.person.person_id, body, now,
            )
        )  # fmt: skip

    def _put(self, uow: UnitOfWork, ticket: Ticket, before: Ticket | None = None) -> None:
        """``before``: as it was, so that only what changed is sent: another desk may have made the
        same ticket."""
        uow.tickets.put(ticket)
        had = vars(before) if before is not None else {}
        values = {
            name: as_json(value)
            for name, value in vars(ticket).items()
            if name not in _OWN and (before is None or had[name] != value)
        }
        if values:
            uow.enqueue("ticket", "update" if before else "create", _named(ticket), values)

    def _audit(
        self, uow: UnitOfWork, action: str, entity: str, subject: str, detail: Mapping[str, object]
    ) -> None:
        who = self._session.person.person_id
        uow.record(AuditEntry(self._clock(), who, action, entity, subject, dict(detail)))


def _issue_id(uow: UnitOfWork, named: str) -> str:
    """People name issues by number, too."""
    found = uow.issues.get(named)
    return found.issue_id if found else named


def _named(ticket: Ticket) -> str:
    return f"{ticket.issue_id}/{ticket.tracker}"


def _with(ticket: Ticket, seen: Seen, now: Any) -> Ticket:
    return replace(
        ticket, key=seen.key, url=seen.url, there=seen.state, native=seen.native, followed_at=now
    )
