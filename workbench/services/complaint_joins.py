"""Complaints merged and split, and put back at any later time: links, and nothing is deleted."""

from dataclasses import replace

from workbench.domain.complaint import Complaint, State
from workbench.domain.complaint_parts import Event, EventKind, Link, LinkKind
from workbench.domain.errors import BadInput
from workbench.domain.ids import uuid7
from workbench.domain.people import Act
from workbench.services.complaint_writing import Writing, send_born, send_changed
from workbench.services.ports import UnitOfWork

_OF_THE_COPY: dict[str, object] = {
    "state": State.OPEN,
    "updated_at": None,
    "due_at": None,
    "resolution": None,
    "resolution_kind": None,
    "wrap_up": None,
    "first_answer_at": None,
    "resolved_at": None,
    "closed_at": None,
    "reopenings": 0,
    "satisfaction": None,
    "satisfaction_words": None,
    "versions": {},
}


class JoinService:
    def __init__(self, writing: Writing) -> None:
        self._w = writing

    def merge(self, complaint_id: str, into: str, why: str) -> Link:
        """``complaint_id`` becomes part of ``into``: it keeps all it has and leaves the lists.
        Raises BadInput('merge_self', 'complaint_merged', 'join_needs_why')."""
        self._w.session.require(Act.MERGE)
        _need(why)
        with self._w.changing(complaint_id) as (uow, part):
            whole = self._w.to_change(uow, into)
            if part.complaint_id == whole.complaint_id:
                raise BadInput("merge_self", number=part.number)
            for each in (part, whole):
                if each.merged_into is not None:
                    raise BadInput("complaint_merged", number=each.number)
            link = self._link(LinkKind.MERGED, part, whole, why)
            detail = {"link": link.link_id, "from": part.number, "into": whole.number}
            gone = part.changed(merged_into=whole.complaint_id)
            self._w.put(uow, part, gone, EventKind.MERGED, why=why, detail=detail, parts=(link,))
            self._w.put(uow, whole, whole, EventKind.MERGED, why=why, detail=detail)
        return link

    def split(self, complaint_id: str, description: str, why: str) -> Complaint:
        """A second matter in a complaint becomes one of its own: same customer, source and time
        received, open, with a number of its own."""
        self._w.session.require(Act.MERGE)
        _need(why)
        if not description.strip():
            raise BadInput("missing_fields", fields=("description",))
        with self._w.changing(complaint_id) as (uow, whole):
            if whole.merged_into is not None:
                raise BadInput("complaint_merged", number=whole.number)
            if whole.state is State.DRAFT:
                raise BadInput("draft_not_split", number=whole.number)
            now = self._w.clock()
            made = replace(
                whole,
                complaint_id=str(uuid7()),
                number=uow.complaints.next_number(now),
                created_at=now,
                created_by=self._w.person_id,
                description=description.strip(),
                **_OF_THE_COPY,  # type: ignore[arg-type]
            )
            uow.complaints.add(made)
            born = Event(
                str(uuid7()),
                made.complaint_id,
                now,
                self._w.person_id,
                EventKind.CREATED,
                to_state=State.OPEN,
                why=why.strip(),
            )
            uow.parts.add(born)
            send_born(uow, made, born)
            link = self._link(LinkKind.SPLIT, whole, made, why)
            detail = {"link": link.link_id, "from": whole.number, "into": made.number}
            self._w.put(uow, whole, whole, EventKind.SPLIT, why=why, detail=detail, parts=(link,))
            return self._w.put(uow, made, made, EventKind.SPLIT, why=why, detail=detail)

    def undo(self, link_id: str, why: str = "") -> None:
        """A merged one is a complaint of its own again, in the state that it had; a split one
        goes back into the one that it came from. What was added to either since stays with it.
        Raises BadInput('no_such_link', 'link_undone')."""
        self._w.session.require(Act.MERGE)
        with self._w.records.unit_of_work() as uow:
            found = uow.parts.of(Link, link_id=link_id)
        if not found:
            raise BadInput("no_such_link", link=link_id)
        moving = found[0].from_id if found[0].kind is LinkKind.MERGED else found[0].to_id
        with self._w.changing(moving) as (uow, before):
            (link,) = uow.parts.of(Link, link_id=link_id)
            if link.undone_at is not None:
                raise BadInput("link_undone", link=link_id)
            if link.kind is LinkKind.SPLIT and before.merged_into is not None:
                raise BadInput("complaint_merged", number=before.number)
            back = link.kind is LinkKind.MERGED
            kind = EventKind.UNMERGED if back else EventKind.UNSPLIT
            after = before.changed(merged_into=None if back else link.from_id)
            undone = replace(link, undone_at=self._w.clock(), undone_by=self._w.person_id)
            uow.parts.put(undone)
            send_changed(uow, undone, "undone_at", "undone_by")
            detail = {"link": link_id}
            self._w.put(uow, before, after, kind, why=why, detail=detail)
            other = self._w.to_change(uow, link.to_id if back else link.from_id)
            self._w.put(uow, other, other, kind, why=why, detail=detail)

    def links(self, complaint_id: str) -> list[Link]:
        """On either side, undone ones too."""
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            return uow.parts.links_of(self._own(uow, complaint_id))

    def _own(self, uow: UnitOfWork, complaint_id: str) -> str:
        found = uow.complaints.get(complaint_id)
        if found is None:
            raise BadInput("no_such_complaint", complaint=complaint_id)
        return found.complaint_id

    def _link(self, kind: LinkKind, from_: Complaint, to: Complaint, why: str) -> Link:
        return Link(
            str(uuid7()),
            kind,
            from_.complaint_id,
            to.complaint_id,
            self._w.clock(),
            self._w.person_id,
            why.strip(),
            from_.state,
        )


def _need(why: str) -> None:
    if not why.strip():
        raise BadInput("join_needs_why")
