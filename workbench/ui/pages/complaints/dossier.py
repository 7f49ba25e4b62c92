"""All that the window shows of one complaint, read in one go off the GUI thread."""

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.domain.complaint import Complaint
from workbench.domain.complaint_parts import Attachment, Comment, Event, Link
from workbench.domain.people import Person
from workbench.services.complaint_desk import ComplaintDesk
from workbench.services.complaint_life import ChecklistLine, OpenMove
from workbench.services.complaints import ComplaintService
from workbench.services.deadlines import Told


@dataclass(frozen=True)
class Dossier:
    """``numbers`` of the complaints that it was merged with or split from, by id."""

    complaint: Complaint
    told: Told
    moves: tuple[OpenMove, ...]
    checklist: tuple[ChecklistLine, ...]
    history: tuple[Event, ...]
    comments: tuple[Comment, ...]
    attachments: tuple[Attachment, ...]
    links: tuple[Link, ...]
    numbers: Mapping[str, str]
    people: Mapping[str, Person]
    formula: str | None

    def name(self, person_id: str | None) -> str:
        found = self.people.get(person_id or "")
        return found.name if found else person_id or ""


def read(complaints: ComplaintService, handling: ComplaintDesk, ref: str) -> Dossier:
    """By id or number. Raises BadInput('no_such_complaint')."""
    told = handling.deadlines.of(ref)
    found = told.complaint
    own = found.complaint_id
    links = tuple(handling.joins.links(own))
    others = {i for link in links for i in (link.from_id, link.to_id)} - {own}
    return Dossier(
        found,
        told,
        handling.life.moves(own),
        handling.life.checklist(own),
        tuple(handling.life.history(own)),
        tuple(handling.talk.comments(own)),
        tuple(handling.talk.attachments(own)),
        links,
        {other: complaints.get(other).number for other in others},
        {person.person_id: person for person in handling.lists.people(active=False)},
        handling.life.formula(found),
    )
