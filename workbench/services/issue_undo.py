"""Acts on issues taken back: whole acts, at any time, unless somebody built on them since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.domain.complaint import Severity
from workbench.domain.errors import BadInput
from workbench.domain.ids import uuid7
from workbench.domain.issue import (
    Issue,
    IssueEvent,
    IssueEventKind,
    IssuePlace,
    IssueState,
    Waiter,
    in_force,
)
from workbench.domain.people import Act
from workbench.services.complaint_writing import as_json
from workbench.services.issue_writing import IssueWriting, Pairs
from workbench.services.ports import UnitOfWork

_CODED = {"state": IssueState, "severity": Severity}
_TOGETHER = (
    IssueEventKind.CREATED,
    IssueEventKind.MOVED,
    IssueEventKind.EDITED,
    IssueEventKind.ASSIGNED,
    IssueEventKind.UNDONE,
)
_Step = tuple[IssueEvent, Issue, Issue]  # what is taken back, the issue before and after that


@dataclass(frozen=True)
class Undone:
    """``issue`` is the one that was asked about, ``event_id`` the row that says so (taken back, it
    does the act again), ``count`` how many issues were put back, ``left`` why others of the same
    act stay as they are."""

    issue: Issue
    event_id: str
    count: int = 1
    left: tuple[BadInput, ...] = ()


class IssueUndo:
    """Blocks: never on the GUI thread."""

    def __init__(self, writing: IssueWriting) -> None:
        self._w = writing

    def undo(self, event_id: str, why: str = "") -> Undone:
        """Take back what a row of history did, however long ago, with all that was done in the same
        act, unless what it set was set anew since; where one of several was, the others go back.
        Raises BadInput('no_such_event', 'not_undoable', 'issue_changed_since', 'issue_used_since',
        'issue_waited_for', 'issue_has_ticket')."""
        self._w.session.require(Act.EDIT_ISSUES)
        with self._w.records.unit_of_work() as uow:
            event = _event(uow, event_id)
            if isinstance(event.detail.get("act"), str):
                event = _event(uow, str(event.detail["act"]))
            if not event.can_be_undone:
                raise BadInput("not_undoable")
            rows = _together(uow, event)
            back: dict[str, tuple[Issue, str]] = {}
            left: list[BadInput] = []
            together: dict[str, object] = {}
            if len(rows) > 1:
                together = {"together": str(uuid7())}
            for issue_id in dict.fromkeys(row.issue_id for row in rows):
                own = [row for row in rows if row.issue_id == issue_id]
                try:
                    steps = self._planned(uow, issue_id, own)
                except BadInput as refused:
                    left.append(refused)
                    continue
                for step in steps:
                    back[issue_id] = step[2], self._write(uow, step, why, together)
            if not back:
                raise left[0]
            uow.commit()
        issue, said = back.get(event.issue_id) or next(iter(back.values()))
        return Undone(issue, said, len(back), tuple(left))

    def _planned(self, uow: UnitOfWork, issue_id: str, rows: Sequence[IssueEvent]) -> list[_Step]:
        """What taking back these rows, newest first, makes of an issue. Nothing is written."""
        now = self._w.need(uow, issue_id)
        steps: list[_Step] = []
        for row in rows:
            if row.kind is IssueEventKind.LINKED:
                _need_linked(uow, now, row)
            for fingerprint, (_, became) in _pairs(row, "places").items():
                known = uow.parts.of(IssuePlace, fingerprint=fingerprint)
                if not known or known[0].issue_id != became:
                    raise BadInput("issue_changed_since", number=now.number)
            for other_id, (_, became) in _pairs(row, "issues").items():
                other = self._w.need(uow, other_id)
                if other.merged_into != became:
                    raise BadInput("issue_changed_since", number=other.number)
            if row.kind is IssueEventKind.CREATED:
                _need_unused(uow, now, {each.event_id for each in rows})
                values: dict[str, object] = {"state": IssueState.WITHDRAWN}
            else:
                values = _reverted(now, _pairs(row, "changes"))
            after = now.changed(**values)
            steps.append((row, now, after))
            now = after
        return steps

    def _write(self, uow: UnitOfWork, step: _Step, why: str, together: Mapping[str, object]) -> str:
        row, before, after = step
        detail: dict[str, object] = {"undoes": row.event_id, **together}
        if pairs := self._put_back(uow, _pairs(row, "places")):
            detail["places"] = pairs
        others = {
            other_id: [became, was] for other_id, (was, became) in _pairs(row, "issues").items()
        }
        if others:
            detail["issues"] = others
        kind = IssueEventKind.UNDONE
        act = self._w.write(uow, before, after, kind, why=why, detail=detail)
        for other_id, (_, was) in others.items():
            other = self._w.need(uow, other_id)
            back = other.changed(merged_into=was)
            self._w.write(uow, other, back, kind, why=why, detail={"act": act})
        return act

    def _put_back(self, uow: UnitOfWork, pairs: Mapping[str, list[Any]]) -> Pairs:
        """Fingerprints into the places that they were in."""
        back: Pairs = {}
        for fingerprint, (was, _) in pairs.items():
            (known,) = uow.parts.of(IssuePlace, fingerprint=fingerprint)
            back |= self._w.place(uow, [fingerprint], was, {fingerprint: known.witnesses}).pairs
        return back


def _event(uow: UnitOfWork, event_id: str) -> IssueEvent:
    found = uow.parts.of(IssueEvent, event_id=event_id)
    if not found:
        raise BadInput("no_such_event", event=event_id[:80])
    return found[0]


def _together(uow: UnitOfWork, event: IssueEvent) -> list[IssueEvent]:
    """All rows of an act that can be taken back, newest first."""
    act = event.detail.get("together")
    if act is None:
        return [event]
    found = [e for kind in _TOGETHER for e in uow.parts.of(IssueEvent, kind=kind)]
    own = [e for e in found if e.detail.get("together") == act]
    # What was made and then moved is taken back the other way round.
    own.reverse()
    return sorted(own, key=lambda e: e.kind is IssueEventKind.CREATED)


def _need_linked(uow: UnitOfWork, issue: Issue, linked: IssueEvent) -> None:
    undone = uow.parts.of(IssueEvent, issue_id=issue.issue_id, kind=IssueEventKind.UNDONE)
    if any(e.detail.get("undoes") == linked.event_id for e in undone):
        raise BadInput("issue_changed_since", number=issue.number)


def _need_unused(uow: UnitOfWork, issue: Issue, own: set[str]) -> None:
    """Nothing was done to an issue since it was made but the rows ``own``, nobody waits for it and
    no tracker has it."""
    for event in in_force(uow.parts.of(IssueEvent, issue_id=issue.issue_id)):
        if event.event_id not in own and event.detail.get("with") not in own:
            raise BadInput(
                "issue_used_since", number=issue.number, what=event.kind, who=event.actor
            )
    waiting = [w for w in uow.parts.of(Waiter, issue_id=issue.issue_id) if w.called_at is None]
    if waiting:
        raise BadInput("issue_waited_for", number=issue.number, count=len(waiting))
    for ticket in uow.tickets.of(issue.issue_id):
        raise BadInput(
            "issue_has_ticket",
            number=issue.number,
            tracker=ticket.tracker,
            ticket=ticket.key or "…",
        )


def _pairs(event: IssueEvent, name: str) -> Mapping[str, list[Any]]:
    found = event.detail.get(name)
    return found if isinstance(found, Mapping) else {}


def _reverted(now: Issue, changes: Mapping[str, list[Any]]) -> dict[str, object]:
    """The values from before. Raises BadInput where one was set anew since."""
    values: dict[str, object] = {}
    for name, (was, became) in changes.items():
        if as_json(getattr(now, name)) != became:
            raise BadInput("issue_changed_since", number=now.number)
        if was is not None and name in _CODED:
            was = _CODED[name](was)
        elif was is not None and name.endswith("_at") and name != "escalates_at":
            was = datetime.fromisoformat(was)
        values[name] = was
    return values
