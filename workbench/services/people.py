"""The people of this desk, or of its centre where it has one: who they are and what they may do."""

from dataclasses import replace
from typing import Any

from workbench.domain.people import Act, Person, Role
from workbench.services.centre import CentreService
from workbench.services.session import Session
from workbench.services.sign_in import SignInService


class PeopleService:
    """For administrators. Raises NotPermitted for others, Busy where the centre is out of reach."""

    def __init__(self, session: Session, here: SignInService, centre: CentreService) -> None:
        self._session, self._here, self._centre = session, here, centre

    def list(self) -> list[Person]:
        self._session.require(Act.MANAGE_PEOPLE)
        if not self._at_centre:
            return self._here.list()
        return [_person(told) for told in self._centre.status()["people"]]

    def add(self, person: Person, password: str) -> None:
        """The person's id is the login. Raises Usage, BadInput where it cannot be admitted so."""
        if self._at_centre:
            self._centre.admit(person, person.person_id, person.team, password)
        else:
            self._here.add(person, password)

    def change(
        self,
        person_id: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        team: str | None = None,
        active: bool | None = None,
    ) -> None:
        """None leaves as it is; an empty team is none."""
        if self._at_centre:
            self._centre.change_person(person_id, name=name, role=role, team=team, active=active)
        else:
            self._here.change(person_id, name=name, role=role, team=team, active=active)

    def set_password(self, person_id: str, password: str) -> None:
        """At a centre each person sets its own."""
        if self._at_centre and person_id == self._session.person.person_id:
            self._centre.change_password(password)
        elif self._at_centre:
            self._session.require(Act.MANAGE_PEOPLE)
            self._centre.set_password(person_id, password)
        else:
            self._here.set_password(person_id, password)

    @property
    def _at_centre(self) -> bool:
        return self._centre.state().place is not None


def _person(told: dict[str, Any]) -> Person:
    person = Person(told["person_id"], told["name"], Role(told["role"]), told["active"])
    return replace(person, team=told["team"])
