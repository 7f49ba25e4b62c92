"""Who is at the desk, and whether they may."""

from dataclasses import dataclass

from workbench.domain.errors import NotPermitted
from workbench.domain.people import Act, Person, may


@dataclass
class Session:
    person: Person

    def require(self, act: Act) -> None:
        """Raise NotPermitted unless the role table allows it."""
        if not self.person.active:
            raise NotPermitted("sign_in_needed")
        if not may(self.person, act):
            raise NotPermitted("not_permitted", act=act, role=self.person.role)
