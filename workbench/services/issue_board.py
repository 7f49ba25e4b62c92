"""Reading issues: the groups of all failures, what stands behind one, who waits for it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.domain.attempt import AttemptRow
from workbench.domain.complaint import UNSETTLED, Complaint
from workbench.domain.complaint_parts import Attachment
from workbench.domain.errors import BadInput
from workbench.domain.issue import (
    Issue,
    IssueEvent,
    IssueEventKind,
    IssuePlace,
    IssueState,
    Waiter,
    whole_of,
)
from workbench.domain.issue_groups import (
    Callback,
    Group,
    Known,
    Reach,
    Regrouping,
    Tally,
    grouped,
    placed,
    regrouping,
    standing,
    with_counts,
)
from workbench.domain.people import Act
from workbench.domain.times import local_text
from workbench.services.auditing import audited_export
from workbench.services.ports import AttemptStore, Clock, Records, TableWriter, UnitOfWork
from workbench.services.session import Session

if TYPE_CHECKING:
    from workbench.rules.grouping import Grouping

EXPORTED = (
    "number", "title", "state", "severity", "owner", "cause", "attempts", "customers",
    "complaints", "waiting", "first_seen", "last_seen", "fixed_at", "fixed_version",
    "ignored_until_a_day_has", "fingerprints", "made_under",
)  # fmt: skip
_ROWS = 200


@dataclass(frozen=True)
class Look:
    """All that groups are made of, as of one moment."""

    grouping: "Grouping"
    tallies: Sequence[Tally]
    issues: Mapping[str, Issue]
    places: Mapping[str, IssuePlace]
    issue_of: Mapping[str, str]  # fingerprint -> issue
    heirs: Mapping[str, str]  # fingerprint -> the one whose place it took
    waiters: Sequence[Waiter]
    complaints: Mapping[str, frozenset[str]]  # key of a group -> complaints about its attempts
    unsettled: frozenset[str]  # complaints

    def key(self, fingerprint: str) -> str:
        return self.issue_of.get(fingerprint, fingerprint)

    def groups(self) -> list[Group]:
        """Without issues that were taken back, unless something hangs on them yet: somebody at
        another desk was as quick."""
        found = grouped(self.tallies, self.issue_of, self.issues)
        kept = self.waiting().keys() | self.complaints.keys()
        return [g for g in found if g.count or g.key in kept or not _withdrawn(g.issue)]

    def waiting(self) -> dict[str, int]:
        """Customers who were not called yet, by issue."""
        open_ = {
            (whole_of(w.issue_id, self.issues), w.customer_ref)
            for w in self.waiters
            if w.called_at is None
        }
        return dict(Counter(issue_id for issue_id, _ in open_))


class IssueBoard:
    """Blocks: never on the GUI thread."""

    def __init__(
        self,
        store: AttemptStore,
        records: Records,
        session: Session,
        grouping: "Callable[[], Grouping]",
        write: TableWriter,
        clock: Clock,
    ) -> None:
        self._store, self._records, self._session = store, records, session
        self._grouping, self._write, self._clock = grouping, write, clock

    def look(self, grouping: "Grouping | None" = None) -> Look:
        """``grouping``: by which failures would be grouped, where it is not the present one."""
        self._session.require(Act.SEE_ISSUES)
        grouping = grouping or self._grouping()
        tallies = self._store.tallies(grouping)
        with self._records.unit_of_work() as uow:
            issues = {issue.issue_id: issue for issue in uow.issues.all()}
            places = {place.fingerprint: place for place in uow.parts.of(IssuePlace)}
            waiters = uow.parts.of(Waiter)
            about = uow.issues.complaints_about()
            linked = _linked(uow)
        present = {tally.fingerprint for tally in tallies}
        lost = [p for p in places.values() if p.issue_id and p.fingerprint not in present]
        asked = [w for place in lost for w in place.witnesses] + [attempt for attempt, *_ in about]
        now = self._store.fingerprints(grouping, asked)
        witnessed = {p.fingerprint: [now[w] for w in p.witnesses if w in now] for p in lost}
        issue_of, heirs = placed(present, places, issues, witnessed)
        complaints: dict[str, set[str]] = {}
        for attempt_id, complaint_id, _, _ in about:
            if attempt_id in now:
                key = issue_of.get(now[attempt_id], now[attempt_id])
                complaints.setdefault(key, set()).add(complaint_id)
        for issue_id, complaint_id in linked:
            complaints.setdefault(whole_of(issue_id, issues), set()).add(complaint_id)
        return Look(
            grouping,
            tallies,
            issues,
            places,
            issue_of,
            heirs,
            waiters,
            {key: frozenset(ids) for key, ids in complaints.items()},
            frozenset(complaint for _, complaint, _, state in about if state in UNSETTLED),
        )

    def groups(self) -> list[Group]:
        """Every group of failures and every issue, most failures first."""
        self._session.require(Act.SEE_ISSUES)
        look = self.look()
        customers = self._store.group_customers(look.grouping, look.issue_of)
        complaints = {key: len(ids) for key, ids in look.complaints.items()}
        return with_counts(look.groups(), customers, complaints, look.waiting())

    def group(self, named: str) -> Group:
        """By an issue's id or number, or by a fingerprint. Raises BadInput('no_such_issue')."""
        self._session.require(Act.SEE_ISSUES)
        with self._records.unit_of_work() as uow:
            issue = uow.issues.get(named)
            issues = {each.issue_id: each for each in uow.issues.all()}
        key = whole_of(issue.issue_id, issues) if issue is not None else named
        groups = self.groups()
        for group in groups:
            if key == group.key or named in group.fingerprints:
                return group
        raise missing(named, issue)

    def rows(self, group: Group, limit: int = _ROWS, offset: int = 0) -> list[AttemptRow]:
        """Its newest failures, masked."""
        self._session.require(Act.SEE_ISSUES)
        return self._store.group_rows(self._grouping(), group.fingerprints, limit, offset)

    def complaints(self, group: Group) -> list[Complaint]:
        """About its attempts, or linked by hand; newest first."""
        self._session.require(Act.SEE_ISSUES)
        ids = self.look().complaints.get(group.key, frozenset())
        with self._records.unit_of_work() as uow:
            found = [uow.complaints.get(each) for each in ids]
        named = [c for c in found if c is not None]
        return sorted(named, key=lambda c: (c.created_at, c.number), reverse=True)

    def stamp(self) -> str:
        """The version of the fingerprint that holds now."""
        self._session.require(Act.SEE_ISSUES)
        return self._grouping().stamp

    def history(self, issue_id: str) -> list[IssueEvent]:
        """Oldest first."""
        self._session.require(Act.SEE_ISSUES)
        with self._records.unit_of_work() as uow:
            return uow.parts.of(IssueEvent, issue_id=issue_id)

    def evidence(self, issue_id: str) -> list[IssueEvent]:
        """What was frozen, oldest first: each ``detail`` is one attempt as it was explained."""
        return [e for e in self.history(issue_id) if e.kind is IssueEventKind.EVIDENCE]

    def pictures(self, issue_id: str) -> list[Attachment]:
        self._session.require(Act.SEE_ISSUES)
        with self._records.unit_of_work() as uow:
            return uow.parts.of(Attachment, complaint_id=issue_id)

    def waiters(self, issue_id: str) -> list[Waiter]:
        """Who waits for it or for what was merged into it, longest first."""
        self._session.require(Act.SEE_ISSUES)
        with self._records.unit_of_work() as uow:
            issues = {issue.issue_id: issue for issue in uow.issues.all()}
            found = uow.parts.of(Waiter)
        own = [w for w in found if whole_of(w.issue_id, issues) == issue_id]
        return sorted(own, key=lambda w: w.at)

    def covers(self, attempt_id: str, customer_ref: str | None = None) -> Known | None:
        """The issue that an attempt falls under, and whether this customer waits for it."""
        self._session.require(Act.SEE_ISSUES)
        with self._records.unit_of_work() as uow:
            if not uow.issues.all():
                return None
        found = self._store.fingerprints(self._grouping(), [attempt_id])
        if attempt_id not in found:
            return None
        look = self.look()
        issue_id = look.issue_of.get(found[attempt_id])
        if issue_id is None or issue_id not in look.issues:
            return None
        own = [t for t in look.tallies if look.key(t.fingerprint) == issue_id]
        waits = any(
            w.customer_ref == customer_ref and whole_of(w.issue_id, look.issues) == issue_id
            for w in look.waiters
            if w.called_at is None
        )
        issue = look.issues[issue_id]
        return Known(issue, standing(issue, own), waits)

    def group_key(self, attempt_id: str) -> str | None:
        """The fingerprint of an attempt, by which its group is found; None where it is no failure."""
        self._session.require(Act.SEE_ISSUES)
        return self._store.fingerprints(self._grouping(), [attempt_id]).get(attempt_id)

    def callbacks(self, *, everybody: bool = False) -> list[Callback]:
        """Customers to be called because what they waited for is fixed: those of the person at
        the desk, or everybody's that this desk sees; longest waiting first."""
        self._session.require(Act.SEE_ISSUES)
        with self._records.unit_of_work() as uow:
            if not any(issue.state is IssueState.FIXED for issue in uow.issues.all()):
                return []
        look = self.look()
        fixed = {
            group.key: group.issue
            for group in look.groups()
            if group.issue and group.standing.state is IssueState.FIXED
        }
        found: list[Callback] = []
        told: set[tuple[str, str]] = set()
        for waiter in look.waiters:
            issue = fixed.get(whole_of(waiter.issue_id, look.issues))
            if issue is None:
                continue
            told.add((issue.issue_id, waiter.customer_ref))
            if waiter.called_at is None:
                found.append(
                    Callback(
                        issue,
                        waiter.agent,
                        waiter.customer_ref,
                        waiter.customer_name,
                        waiter.phone,
                        waiter.at,
                        attempt_id=waiter.attempt_id,
                    )
                )
        with self._records.unit_of_work() as uow:
            for key, issue in fixed.items():
                for complaint_id in look.complaints.get(key, frozenset()) & look.unsettled:
                    complaint = uow.complaints.get(complaint_id)
                    if complaint is None or (key, complaint.customer_ref or "") in told:
                        continue
                    found.append(_of_complaint(issue, complaint))
        me = self._session.person.person_id
        own = [c for c in found if everybody or c.agent == me]
        return sorted(own, key=lambda c: (c.since, c.customer_ref or ""))

    def reach(self, keys: Sequence[str]) -> Reach:
        """What an act on these groups would touch. Customers and complaints count once."""
        self._session.require(Act.SEE_ISSUES)
        look = self.look()
        chosen = [group for group in look.groups() if group.key in set(keys)]
        if len(chosen) < len(set(keys)):
            raise BadInput("no_such_issue", issue=_stranger(keys, chosen)[:80])
        together = {f: "" for group in chosen for f in group.fingerprints}
        complaints = set().union(*(look.complaints.get(g.key, frozenset()) for g in chosen))
        waiting = look.waiting()
        return Reach(
            len(chosen),
            sum(group.issue is not None for group in chosen),
            sum(group.count for group in chosen),
            self._store.group_customers(look.grouping, together).get("", 0),
            len(complaints),
            sum(waiting.get(group.key, 0) for group in chosen),
            min((g.first for g in chosen if g.first), default=None),
            max((g.last for g in chosen if g.last), default=None),
        )

    def regrouping(self, grouping: "Grouping") -> Regrouping:
        """What it would do to the groups and issues there are; nothing is written."""
        self._session.require(Act.SEE_ISSUES)
        before = self.look()
        schemes = before.grouping.schemes
        after = self.look(replace(grouping, schemes=schemes))
        counts = self._store.regrouped(before.grouping, after.grouping)
        return regrouping(
            [(before.key(was), after.key(becomes), count) for was, becomes, count in counts],
            {group.key: group for group in before.groups()},
            {group.key: group for group in after.groups()},
        )

    def export(self, path: Path) -> int:
        """Every group and issue to a file by its suffix; returns rows."""
        self._session.require(Act.EXPORT)
        rows = [_exported(group) for group in self.groups()]
        return audited_export(
            self._records, self._session, self._clock, "issues", path, {},
            lambda: self._write(path, EXPORTED, rows),
        )  # fmt: skip


def missing(named: str, issue: Issue | None) -> BadInput:
    """Why no group is called so; ``issue``: the one of this name that is shown no more."""
    if issue is not None and _withdrawn(issue):
        return BadInput("issue_withdrawn", number=issue.number)
    return BadInput("no_such_issue", issue=named[:80])


def _withdrawn(issue: Issue | None) -> bool:
    return issue is not None and issue.state is IssueState.WITHDRAWN


def _linked(uow: UnitOfWork) -> list[tuple[str, str]]:
    """(issue, complaint) of the links made by hand that were not taken back."""
    made = uow.parts.of(IssueEvent, kind=IssueEventKind.LINKED)
    if not made:
        return []
    undone = Counter(
        str(e.detail.get("undoes")) for e in uow.parts.of(IssueEvent, kind=IssueEventKind.UNDONE)
    )
    return [(e.issue_id, str(e.detail["complaint"])) for e in made if not undone[e.event_id]]


def _of_complaint(issue: Issue, complaint: Complaint) -> Callback:
    return Callback(
        issue,
        complaint.owner or complaint.created_by,
        complaint.customer_ref,
        complaint.customer_name,
        complaint.phone,
        complaint.received_at or complaint.created_at,
        complaint.number,
        complaint.attempt_id,
    )


def _stranger(keys: Sequence[str], chosen: Sequence[Group]) -> str:
    return next(key for key in keys if key not in {group.key for group in chosen})


def _exported(group: Group) -> tuple[object, ...]:
    issue = group.issue
    return (
        issue.number if issue else None,
        issue.title if issue else None,
        group.standing.state.value,
        issue.severity.value if issue else None,
        issue.owner if issue else None,
        group.cause,
        group.count,
        group.customers,
        group.complaints,
        group.waiting,
        local_text(group.first) or None,
        local_text(group.last) or None,
        (local_text(issue.fixed_at) or None) if issue else None,
        issue.fixed_version if issue else None,
        issue.escalates_at if issue else None,
        " ; ".join(group.fingerprints),
        issue.made_under if issue else None,
    )
