"""What is done to issues: each act with its history, audit row and op, and taken back at any time."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.domain.complaint import Severity
from workbench.domain.complaint_parts import Attachment
from workbench.domain.errors import BadInput
from workbench.domain.file_kinds import LARGEST, kind_of, safe_name
from workbench.domain.ids import uuid7
from workbench.domain.issue import (
    MOVES,
    Issue,
    IssueEvent,
    IssueEventKind,
    IssuePlace,
    IssueState,
    whole_of,
)
from workbench.domain.issue_groups import Group, escalates_at, standing
from workbench.domain.masking import redact
from workbench.domain.people import Act
from workbench.domain.times import to_local
from workbench.services.complaint_writing import as_json
from workbench.services.issue_board import IssueBoard, Look
from workbench.services.issue_evidence import evidence_of, plain_title
from workbench.services.issue_writing import IssueWriting, Pairs
from workbench.services.ports import AttemptStore, FileStore, UnitOfWork

_TITLE = 200  # characters
_CODED = {"state": IssueState, "severity": Severity}


class IssueActs:
    """Blocks: never on the GUI thread. Titles and reasons are masked before they are kept."""

    def __init__(
        self,
        writing: IssueWriting,
        board: IssueBoard,
        store: AttemptStore,
        files: FileStore,
    ) -> None:
        self._w, self._board, self._store, self._files = writing, board, store, files

    # making
    def create(
        self,
        keys: Sequence[str],
        title: str = "",
        severity: Severity = Severity.NORMAL,
        why: str = "",
    ) -> Issue:
        """An issue of groups that are of none, with the newest failure frozen as evidence.
        Raises BadInput('no_such_issue', 'already_issue')."""
        self._w.session.require(Act.EDIT_ISSUES)
        look = self._board.look()
        groups = _chosen(look, keys)
        for group in groups:
            if group.issue is not None:
                raise BadInput("already_issue", number=group.issue.number)
        fingerprints = [f for group in groups for f in group.fingerprints]
        made = self._new(title or plain_title(fingerprints[0]), severity, look)
        newest = self._store.group_rows(look.grouping, groups[0].fingerprints, 1)
        evidence = [self._evidence(row.attempt_id, look.grouping.stamp) for row in newest]
        witnesses = self._store.witnesses(look.grouping, fingerprints)
        with self._w.records.unit_of_work() as uow:
            made = self._numbered(uow, made)
            put = self._w.place(uow, fingerprints, made.issue_id, witnesses)
            for taken, _ in filter(all, put.pairs.values()):  # by another desk, meanwhile
                raise BadInput("already_issue", number=self._w.need(uow, str(taken)).number)
            kind, born = IssueEventKind.CREATED, put.born
            self._w.write(uow, None, made, kind, why=why, detail={"places": put.pairs}, parts=born)
            for each in evidence:
                kind = IssueEventKind.EVIDENCE
                self._w.write(uow, made, made, kind, detail={"evidence": each})
            uow.commit()
        return made

    def ensure(self, key: str, title: str = "") -> Issue:
        """The issue of a group, made where there is none."""
        self._w.session.require(Act.EDIT_ISSUES)
        group = self._board.group(key)
        return group.issue or self.create([group.key], title)

    def _new(self, title: str, severity: Severity, look: Look) -> Issue:
        return Issue(
            str(uuid7()),
            "",
            redact(title.strip())[:_TITLE],
            IssueState.NEW,
            severity,
            self._w.clock(),
            self._w.person_id,
            made_under=look.grouping.stamp,
        )

    def _numbered(self, uow: UnitOfWork, made: Issue) -> Issue:
        return made.changed(number=uow.issues.next_number(f"{to_local(made.created_at):%Y%m%d}"))

    def _evidence(self, attempt_id: str, stamp: str) -> dict[str, object]:
        return evidence_of(self._store.explain(attempt_id), stamp, self._w.clock())

    # its life
    def move(
        self,
        issue_id: str,
        to: IssueState,
        why: str = "",
        *,
        version: str | None = None,
        at: datetime | None = None,
        per_day: int | None = None,
        growth: float | None = None,
    ) -> Issue:
        """``version`` and ``at`` (UTC): in which version, since when it is fixed (now);
        ``per_day`` or ``growth`` (times the usual): what ends the ignoring.
        Raises BadInput('no_such_issue', 'issue_move')."""
        self._w.session.require(Act.EDIT_ISSUES)
        look = self._board.look()
        before = _issue(look, issue_id)
        own = [t for t in look.tallies if look.key(t.fingerprint) == before.issue_id]
        shown = standing(before, own).state
        if to not in MOVES[shown]:
            raise BadInput("issue_move", number=before.number, state=shown, to=to)
        now = self._w.clock()
        values: dict[str, object] = dict.fromkeys(
            ("fixed_at", "fixed_version", "ignored_at", "escalates_at")
        )
        if to is IssueState.FIXED:
            values |= {"fixed_at": at or now, "fixed_version": (version or "").strip() or None}
        if to is IssueState.IGNORED:
            usual = next(g.usual for g in look.groups() if g.key == before.issue_id)
            values |= {"ignored_at": now, "escalates_at": escalates_at(per_day, growth, usual)}
        return self._change(
            before.issue_id, IssueEventKind.MOVED, why, values | {"state": to}, shown=shown
        )

    def edit(
        self, issue_id: str, *, title: str | None = None, severity: Severity | None = None
    ) -> Issue:
        self._w.session.require(Act.EDIT_ISSUES)
        values: dict[str, object] = {}
        if title is not None:
            if not title.strip():
                raise BadInput("issue_no_title")
            values["title"] = redact(title.strip())[:_TITLE]
        if severity is not None:
            values["severity"] = severity
        return self._change(issue_id, IssueEventKind.EDITED, "", values)

    def assign(self, issue_id: str, owner: str | None) -> Issue:
        """Raises BadInput('no_such_person')."""
        self._w.session.require(Act.EDIT_ISSUES)
        if owner is not None:
            with self._w.records.unit_of_work() as uow:
                if uow.people.get(owner) is None:
                    raise BadInput("no_such_person", person=owner)
        return self._change(issue_id, IssueEventKind.ASSIGNED, "", {"owner": owner})

    def _change(
        self,
        issue_id: str,
        kind: IssueEventKind,
        why: str,
        values: Mapping[str, object],
        *,
        shown: IssueState | None = None,
    ) -> Issue:
        with self._w.records.unit_of_work() as uow:
            before = self._w.need(uow, issue_id)
            after = before.changed(**values)
            if after != before:
                self._w.write(uow, before, after, kind, why=why, shown=shown)
                uow.commit()
        return after

    # merging and splitting
    def merge(self, keys: Sequence[str], into: str | None = None, why: str = "") -> Issue:
        """All of these groups are one issue from now on: ``into``, else the first that is one,
        else a new one. What comes under their fingerprints later is in it, too.
        Raises BadInput('no_such_issue', 'merge_one')."""
        self._w.session.require(Act.EDIT_ISSUES)
        look = self._board.look()
        wanted = dict.fromkeys([*([into] if into else []), *keys])
        groups = _chosen(look, list(wanted))
        if len(groups) < 2:
            raise BadInput("merge_one")
        whole = next((g.issue for g in groups if g.issue), None)
        if into is not None:
            whole = groups[0].issue
        rest = groups
        if whole is None:
            whole, rest = self.create([groups[0].key]), groups[1:]
        others = [g.issue for g in rest if g.issue and g.issue.issue_id != whole.issue_id]
        loose = [f for g in rest if g.issue is None for f in g.fingerprints]
        witnesses = self._store.witnesses(look.grouping, loose)
        with self._w.records.unit_of_work() as uow:
            whole = self._w.need(uow, whole.issue_id)
            put = self._w.place(uow, loose, whole.issue_id, witnesses)
            merged = {o.issue_id: [o.merged_into, whole.issue_id] for o in others}
            kind, detail = IssueEventKind.MERGED, {"places": put.pairs, "issues": merged}
            act = self._w.write(uow, whole, whole, kind, why=why, detail=detail, parts=put.born)
            for other in others:
                before = self._w.need(uow, other.issue_id)
                after = before.changed(merged_into=whole.issue_id)
                self._w.write(uow, before, after, kind, why=why, detail={"act": act})
            uow.commit()
        return whole

    def split(
        self, issue_id: str, fingerprints: Sequence[str], title: str = "", why: str = ""
    ) -> Issue:
        """These fingerprints become an issue of their own and stay it.
        Raises BadInput('not_in_issue', 'split_all')."""
        self._w.session.require(Act.EDIT_ISSUES)
        look = self._board.look()
        whole = _issue(look, issue_id)
        own = {f for f, key in look.issue_of.items() if key == whole.issue_id}
        wanted = list(dict.fromkeys(fingerprints))
        for fingerprint in wanted:
            if fingerprint not in own:
                raise BadInput("not_in_issue", number=whole.number, group=fingerprint)
        if not wanted or own <= set(wanted):
            raise BadInput("split_all", number=whole.number)
        made = self._new(title or plain_title(wanted[0]), whole.severity, look)
        witnesses = self._store.witnesses(look.grouping, wanted)
        with self._w.records.unit_of_work() as uow:
            whole = self._w.need(uow, whole.issue_id)
            made = self._numbered(uow, made)
            kind = IssueEventKind.CREATED
            self._w.write(uow, None, made, kind, why=why, detail={"from": whole.number})
            put = self._w.place(uow, wanted, made.issue_id, witnesses)
            detail = {
                "places": put.pairs,
                "issues": {made.issue_id: [whole.issue_id, None]},
                "into": made.number,
            }
            kind = IssueEventKind.SPLIT
            self._w.write(uow, whole, whole, kind, why=why, detail=detail, parts=put.born)
            uow.commit()
        return made

    def carry_over(self) -> int:
        """Write down which fingerprints took the place of others after a new diagnosis or another
        grouping, so that they stay when the witnesses are gone; returns how many."""
        self._w.session.require(Act.EDIT_ISSUES)
        look = self._board.look()
        if not look.heirs:
            return 0
        witnesses = self._store.witnesses(look.grouping, list(look.heirs))
        with self._w.records.unit_of_work() as uow:
            for heir, old in sorted(look.heirs.items()):
                issue = self._w.need(uow, look.issue_of[heir])
                put = self._w.place(uow, [heir], issue.issue_id, witnesses)
                kind = IssueEventKind.TAKEN_OVER
                detail = {"places": put.pairs, "instead_of": old}
                self._w.write(uow, issue, issue, kind, detail=detail, parts=put.born)
            uow.commit()
        return len(look.heirs)

    def undo(self, event_id: str, why: str = "") -> Issue:
        """Take back what a row of history did, however long ago, unless what it set was set anew
        since. Raises BadInput('no_such_event', 'not_undoable', 'changed_since')."""
        self._w.session.require(Act.EDIT_ISSUES)
        with self._w.records.unit_of_work() as uow:
            event = _event(uow, event_id)
            if isinstance(event.detail.get("act"), str):
                event = _event(uow, str(event.detail["act"]))
            if not event.can_be_undone:
                raise BadInput("not_undoable")
            before = self._w.need(uow, event.issue_id)
            if event.kind is IssueEventKind.LINKED:
                undone = uow.parts.of(IssueEvent, kind=IssueEventKind.UNDONE)
                if any(e.detail.get("undoes") == event.event_id for e in undone):
                    raise BadInput("changed_since", number=before.number)
            values = _reverted(before, _pairs(event, "changes"))
            pairs = self._put_back(uow, before, _pairs(event, "places"))
            others = []
            for issue_id, (was, became) in _pairs(event, "issues").items():
                other = self._w.need(uow, issue_id)
                if other.merged_into != became:
                    raise BadInput("changed_since", number=other.number)
                others.append((other, was))
            detail: dict[str, object] = {"undoes": event.event_id}
            if pairs:
                detail["places"] = pairs
            if others:
                detail["issues"] = {o.issue_id: [o.merged_into, was] for o, was in others}
            after = before.changed(**values)
            kind = IssueEventKind.UNDONE
            act = self._w.write(uow, before, after, kind, why=why, detail=detail)
            for other, was in others:
                back = other.changed(merged_into=was)
                self._w.write(uow, other, back, kind, why=why, detail={"act": act})
            uow.commit()
        return after

    def _put_back(self, uow: UnitOfWork, issue: Issue, pairs: Mapping[str, list[Any]]) -> Pairs:
        """Fingerprints into the places that they were in."""
        back: Pairs = {}
        for fingerprint, (was, became) in pairs.items():
            known = uow.parts.of(IssuePlace, fingerprint=fingerprint)
            if not known or known[0].issue_id != became:
                raise BadInput("changed_since", number=issue.number)
            seen = {fingerprint: known[0].witnesses}
            back |= self._w.place(uow, [fingerprint], was, seen).pairs
        return back

    # what hangs on it
    def freeze(self, issue_id: str, attempt_id: str) -> None:
        """Keep how an attempt is explained today. Raises BadInput('no_such_attempt')."""
        self._w.session.require(Act.EDIT_ISSUES)
        evidence = self._evidence(attempt_id, self._board.stamp())
        with self._w.records.unit_of_work() as uow:
            issue = self._w.need(uow, issue_id)
            self._w.write(uow, issue, issue, IssueEventKind.EVIDENCE, detail={"evidence": evidence})
            uow.commit()

    def link(self, issue_id: str, number: str) -> None:
        """A complaint belongs to the issue although its attempt does not, or it names none."""
        self._w.session.require(Act.EDIT_ISSUES)
        with self._w.records.unit_of_work() as uow:
            complaint = uow.complaints.get(number)
            if complaint is None:
                raise BadInput("no_such_complaint", complaint=number)
            issue = self._w.need(uow, issue_id)
            detail = {"complaint": complaint.complaint_id, "number": complaint.number}
            self._w.write(uow, issue, issue, IssueEventKind.LINKED, detail=detail)
            uow.commit()

    def attach(self, issue_id: str, path: Path) -> Attachment:
        """Keep a picture or file with the issue, sealed as complaints' are. Raises
        BadInput('attachment_too_large', 'attachment_kind', 'attachment_empty', 'no_such_file')."""
        self._w.session.require(Act.EDIT_ISSUES)
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError:
            raise BadInput("no_such_file", file=path.name) from None
        if not data:
            raise BadInput("attachment_empty", file=path.name)
        if len(data) > LARGEST:
            raise BadInput("attachment_too_large", file=path.name, most=LARGEST >> 20)
        kind = kind_of(data, path.name)
        if kind is None:
            raise BadInput("attachment_kind", file=path.name)
        address = self._files.put(data)  # before the row: a row never names what is not there
        with self._w.records.unit_of_work() as uow:
            issue = self._w.need(uow, issue_id)
            kept = Attachment(
                str(uuid7()),
                issue.issue_id,
                self._w.clock(),
                self._w.person_id,
                safe_name(path.name, kind),
                kind,
                len(data),
                address,
                hashlib.sha256(data).hexdigest(),
            )
            uow.parts.add(kept)
            detail = {"name": kept.name}
            kind_ = IssueEventKind.ATTACHED
            self._w.write(uow, issue, issue, kind_, detail=detail, parts=(kept,))
            uow.commit()
        return kept

    def picture(self, attachment_id: str) -> bytes:
        """The bytes, proven to be those that were attached."""
        self._w.session.require(Act.SEE_ISSUES)
        with self._w.records.unit_of_work() as uow:
            found = uow.parts.of(Attachment, attachment_id=attachment_id)
        if not found or not found[0].address:
            raise BadInput("no_such_attachment", attachment=attachment_id)
        return self._files.get(found[0].address)


def _chosen(look: Look, keys: Sequence[str]) -> list[Group]:
    """The groups of these keys (an issue's number will do), in their order."""
    groups = {group.key: group for group in look.groups()}
    named = {issue.number: issue.issue_id for issue in look.issues.values()}
    found = []
    for key in keys:
        known = named.get(key, key)
        group = groups.get(whole_of(known, look.issues)) or groups.get(look.key(key))
        if group is None:
            raise BadInput("no_such_issue", issue=key[:80])
        found.append(group)
    return list({group.key: group for group in found}.values())


def _issue(look: Look, named: str) -> Issue:
    (group,) = _chosen(look, [named])
    if group.issue is None:
        raise BadInput("no_such_issue", issue=named[:80])
    return group.issue


def _event(uow: UnitOfWork, event_id: str) -> IssueEvent:
    found = uow.parts.of(IssueEvent, event_id=event_id)
    if not found:
        raise BadInput("no_such_event", event=event_id[:80])
    return found[0]


def _pairs(event: IssueEvent, name: str) -> Mapping[str, list[Any]]:
    found = event.detail.get(name)
    return found if isinstance(found, Mapping) else {}


def _reverted(now: Issue, changes: Mapping[str, list[Any]]) -> dict[str, object]:
    """The values from before. Raises BadInput('changed_since') where one was set anew since."""
    values: dict[str, object] = {}
    for name, (was, became) in changes.items():
        if as_json(getattr(now, name)) != became:
            raise BadInput("changed_since", number=now.number)
        if was is not None and name in _CODED:
            was = _CODED[name](was)
        elif was is not None and name.endswith("_at") and name != "escalates_at":
            was = datetime.fromisoformat(was)
        values[name] = was
    return values
