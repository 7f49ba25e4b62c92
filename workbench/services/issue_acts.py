"""What is done to issues: each act with its history, audit row and op, and taken back at any time."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
    IssueEventKind,
    IssueState,
    whole_of,
)
from workbench.domain.issue_groups import Group, escalates_at, grouped
from workbench.domain.masking import redact
from workbench.domain.people import Act
from workbench.domain.times import to_local
from workbench.services.issue_board import IssueBoard, Look, missing
from workbench.services.issue_evidence import evidence_of, plain_title
from workbench.services.issue_writing import IssueWriting
from workbench.services.ports import AttemptStore, FileStore, UnitOfWork

_TITLE = 200  # characters
_ALONE: Mapping[str, str] = {}
_Called = Callable[[Group], str]


@dataclass(frozen=True)
class _Begun:
    """An issue about to be made, with what was read of its attempts."""

    issue: Issue
    fingerprints: Sequence[str]
    evidence: Sequence[Mapping[str, object]]
    witnesses: Mapping[str, Sequence[str]]


class IssueActs:
    """Blocks: never on the GUI thread. Titles and reasons are masked before they are kept.

    ``called`` says what an issue that an act makes is called where nobody gave it a title."""

    def __init__(
        self,
        writing: IssueWriting,
        board: IssueBoard,
        store: AttemptStore,
        files: FileStore,
        rules_digest: Callable[[str], str | None],
    ) -> None:
        """``rules_digest``: of a version's text, None where that is not here."""
        self._w, self._board, self._store, self._files = writing, board, store, files
        self._rules_digest = rules_digest

    # making
    def create(
        self,
        keys: Sequence[str],
        title: str = "",
        severity: Severity = Severity.NORMAL,
        why: str = "",
        *,
        called: _Called = plain_title,
    ) -> Issue:
        """An issue of groups that are of none, with the newest failure frozen as evidence.
        Raises BadInput('no_such_issue', 'already_issue')."""
        self._w.session.require(Act.EDIT_ISSUES)
        look = self._board.look()
        groups = _chosen(look, keys)
        for group in groups:
            if group.issue is not None:
                raise BadInput("already_issue", number=group.issue.number)
        begun = self._begin(look, groups, title or called(groups[0]), severity)
        with self._w.records.unit_of_work() as uow:
            made = self._make(uow, begun, why)
            uow.commit()
        return made

    def _begin(self, look: Look, groups: Sequence[Group], title: str, severity: Severity) -> _Begun:
        """All that making one needs of the attempts, before the records are held."""
        fingerprints = [f for group in groups for f in group.fingerprints]
        newest = self._store.group_rows(look.grouping, groups[0].fingerprints, 1)
        return _Begun(
            self._new(title, severity, look),
            fingerprints,
            [self._evidence(row.attempt_id, look.grouping.stamp) for row in newest],
            self._store.witnesses(look.grouping, fingerprints),
        )

    def _make(
        self, uow: UnitOfWork, begun: _Begun, why: str, together: Mapping[str, str] = _ALONE
    ) -> Issue:
        made = self._numbered(uow, begun.issue)
        put = self._w.place(uow, begun.fingerprints, made.issue_id, begun.witnesses)
        for taken, _ in filter(all, put.pairs.values()):  # by another desk, meanwhile
            raise BadInput("already_issue", number=self._w.need(uow, str(taken)).number)
        detail = {"places": put.pairs, **together}
        kind = IssueEventKind.CREATED
        act = self._w.write(uow, None, made, kind, why=why, detail=detail, parts=put.born)
        for each in begun.evidence:
            kind = IssueEventKind.EVIDENCE
            self._w.write(uow, made, made, kind, detail={"evidence": each, "with": act})
        return made

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
        told = self._store.explain(attempt_id)
        return evidence_of(told, stamp, self._w.clock(), self._rules_digest(told.rules_version))

    # its life
    def move(self, issue_id: str, to: IssueState, why: str = "", **how: Any) -> Issue:
        """As ``move_all``, of one."""
        return self.move_all([issue_id], to, why, **how)[0]

    def move_all(
        self,
        keys: Sequence[str],
        to: IssueState,
        why: str = "",
        *,
        version: str | None = None,
        at: datetime | None = None,
        per_day: int | None = None,
        growth: float | None = None,
        called: _Called = plain_title,
    ) -> list[Issue]:
        """All of these groups go to one state, as one act that is taken back as one; a group that
        is no issue yet becomes one.

        ``version`` and ``at`` (UTC): in which version, since when it is fixed (now);
        ``per_day`` or ``growth`` (times the usual): what ends the ignoring.
        Raises BadInput('no_such_issue', 'issue_move')."""
        self._w.session.require(Act.EDIT_ISSUES)
        look = self._board.look()
        groups = _chosen(look, keys)
        now = self._w.clock()
        values: dict[str, object] = dict.fromkeys(
            ("fixed_at", "fixed_version", "ignored_at", "escalates_at")
        )
        values["state"] = to
        if to is IssueState.FIXED:
            values |= {"fixed_at": at or now, "fixed_version": (version or "").strip() or None}
        for group in groups:
            if to not in MOVES[group.standing.state]:
                number = group.issue.number if group.issue else group.key
                raise BadInput("issue_move", number=number, state=group.standing.state, to=to)
        begun = {
            group.key: self._begin(look, [group], called(group), Severity.NORMAL)
            for group in groups
            if group.issue is None
        }
        several = len(groups) > 1 or bool(begun)
        together = {"together": str(uuid7())} if several else _ALONE
        moved = []
        with self._w.records.unit_of_work() as uow:
            for group in groups:
                if group.issue is None:
                    before = self._make(uow, begun[group.key], why, together)
                else:
                    before = self._w.need(uow, group.issue.issue_id)
                if to is IssueState.IGNORED:
                    ends = escalates_at(per_day, growth, group.usual)
                    values |= {"ignored_at": now, "escalates_at": ends}
                after = before.changed(**values)
                if after != before:
                    kind, shown = IssueEventKind.MOVED, group.standing.state
                    self._w.write(
                        uow, before, after, kind, why=why, detail=dict(together), shown=shown
                    )
                moved.append(after)
            uow.commit()
        return moved

    def edit(
        self,
        issue_id: str,
        *,
        title: str | None = None,
        severity: Severity | None = None,
        owner: str | None = None,
    ) -> Issue:
        """``owner`` '': nobody. Raises BadInput('issue_no_title', 'no_such_person')."""
        self._w.session.require(Act.EDIT_ISSUES)
        values: dict[str, object] = {}
        if title is not None:
            if not title.strip():
                raise BadInput("issue_no_title")
            values["title"] = redact(title.strip())[:_TITLE]
        if severity is not None:
            values["severity"] = severity
        with self._w.records.unit_of_work() as uow:
            if owner and uow.people.get(owner) is None:
                raise BadInput("no_such_person", person=owner)
            before = self._w.need(uow, issue_id)
            edited = before.changed(**values)
            after = edited if owner is None else edited.changed(owner=owner or None)
            both = before != edited != after
            detail = {"together": str(uuid7())} if both else {}
            if edited != before:
                self._w.write(uow, before, edited, IssueEventKind.EDITED, detail=detail)
            if after != edited:  # the centre lets nobody edit an owner: he is assigned
                self._w.write(uow, edited, after, IssueEventKind.ASSIGNED, detail=detail)
            uow.commit()
        return after

    def assign(self, issue_id: str, owner: str | None) -> Issue:
        """Raises BadInput('no_such_person')."""
        return self.edit(issue_id, owner=owner or "")

    # merging and splitting
    def merge(
        self,
        keys: Sequence[str],
        into: str | None = None,
        why: str = "",
        *,
        called: _Called = plain_title,
    ) -> Issue:
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
        if whole is None:
            return self.create([group.key for group in groups], why=why, called=called)
        others = [g.issue for g in groups if g.issue and g.issue.issue_id != whole.issue_id]
        loose = [f for g in groups if g.issue is None for f in g.fingerprints]
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
        self,
        issue_id: str,
        fingerprints: Sequence[str],
        title: str = "",
        why: str = "",
        *,
        called: _Called = plain_title,
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
        (apart,) = grouped(
            [t for t in look.tallies if t.fingerprint in wanted],
            dict.fromkeys(wanted, wanted[0]),
            {},
        )
        made = self._new(title or called(apart), whole.severity, look)
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
            raise missing(key, look.issues.get(known))
        found.append(group)
    return list({group.key: group for group in found}.values())


def _issue(look: Look, named: str) -> Issue:
    (group,) = _chosen(look, [named])
    if group.issue is None:
        raise BadInput("no_such_issue", issue=named[:80])
    return group.issue
