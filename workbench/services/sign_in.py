"""Signing in at a desk, with the centre or without it, and the people of a desk that works alone."""

from collections.abc import Callable
from dataclasses import replace

from workbench.domain.errors import Busy, NotPermitted, Usage
from workbench.domain.people import Act, Person, Role
from workbench.domain.sign_in import PROVED_FOR, SHORTEST, Verifier
from workbench.domain.times import local_text, utc_now
from workbench.services.auditing import note
from workbench.services.ports import Clock, Records
from workbench.services.session import Session

# Whether the centre takes this password of the person at this desk; None: there is no centre.
# Raises Busy.
Prove = Callable[[str], bool | None]


class SignInService:
    """Nobody may do anything before they signed in, where anybody has a password; a profile that
    one person uses alone is guarded by its key and asks for none."""

    def __init__(
        self,
        records: Records,
        session: Session,
        digest_of: Callable[[str], str],
        is_password: Callable[[str, str], bool],
        prove: Prove,
        clock: Clock = utc_now,
    ) -> None:
        self._records, self._session = records, session
        self._digest_of, self._is_password = digest_of, is_password
        self._prove, self._clock = prove, clock
        self._asked = False

    @property
    def needed(self) -> bool:
        return not self._session.person.active

    @property
    def asked(self) -> bool:
        """Whether the one at the desk had to sign in."""
        return self._asked

    def people(self) -> list[Person]:
        """Who may sign in here."""
        with self._records.unit_of_work() as uow:
            return [p for p in uow.people.all() if p.active and uow.verifiers.get(p.person_id)]

    def sign_in(self, person_id: str, password: str) -> Person:
        """Who is at the desk from now on. The password is looked at here; where it has changed, or
        the centre has not been heard for long, there.

        Raises NotPermitted('sign_in_wrong' | 'sign_in_locked' | 'sign_in_expired').
        """
        tried = self._try(person_id)
        if tried is None:
            self._digest_of(password)  # as long as a try of somebody who is known
            raise NotPermitted("sign_in_wrong")
        person, verifier = tried
        right = self._is_password(password, verifier.digest)
        stale = verifier.expired(self._clock())
        if stale or not right:
            right = self._ask_centre(verifier, password, right)
        if not right or not person.active:
            raise NotPermitted("sign_in_wrong")
        with self._records.unit_of_work() as uow:
            kept = uow.verifiers.get(person_id) or verifier
            uow.verifiers.put(kept.opened(self._clock()))
            uow.commit()
        self._session.person = person
        self._asked = True
        self._note("sign_in", person_id)
        return person

    def sign_out(self) -> None:
        """Whoever comes next has to sign in."""
        if self._asked:
            self._note("sign_out", self._session.person.person_id)
            self._session.person = replace(self._session.person, active=False)
            self._asked = False

    def _try(self, person_id: str) -> tuple[Person, Verifier] | None:
        with self._records.unit_of_work() as uow:
            person, verifier = uow.people.get(person_id), uow.verifiers.get(person_id)
            if person is None or verifier is None:
                return None
            if verifier.locked(self._clock()):
                until = local_text(verifier.locked_until)
                raise NotPermitted("sign_in_locked", until=until)
            tried = verifier.tried(self._clock())
            uow.verifiers.put(tried)
            uow.commit()
        if tried.locked_until:
            self._note("sign_in_last_try", person_id)
        return person, tried

    def _ask_centre(self, verifier: Verifier, password: str, right: bool) -> bool:
        """Whether the centre takes a password that is wrong or too old here."""
        try:
            taken = self._prove(password)
        except Busy:
            if right:  # the password of then, but nobody can say that it still is
                raise NotPermitted("sign_in_expired", days=PROVED_FOR.days) from None
            return False
        if taken:
            self.remember(verifier.person_id, password, at_centre=True)
        return bool(taken)

    def remember(self, person_id: str, password: str, *, at_centre: bool) -> None:
        """Keep what a later sign-in is held against."""
        now = self._clock()
        with self._records.unit_of_work() as uow:
            proved = now if at_centre else None
            uow.verifiers.put(Verifier(person_id, self._digest_of(password), proved, now))
            uow.commit()

    # people of a desk without a centre
    def set_password(self, person_id: str, password: str) -> None:
        """One's own, or as an administrator another's. Raises Usage('password_short')."""
        if person_id != self._session.person.person_id or self.needed:
            self._session.require(Act.MANAGE_PEOPLE)
        if len(password) < SHORTEST:
            raise Usage("password_short", least=SHORTEST)
        self._known(person_id)
        self.remember(person_id, password, at_centre=False)
        self._note("password", person_id)

    def list(self) -> list[Person]:
        self._session.require(Act.MANAGE_PEOPLE)
        with self._records.unit_of_work() as uow:
            return uow.people.all()

    def add(self, person: Person, password: str) -> None:
        """Raises Usage('person_taken' | 'own_password_first' | 'password_short')."""
        self._session.require(Act.MANAGE_PEOPLE)
        if len(password) < SHORTEST:
            raise Usage("password_short", least=SHORTEST)
        with self._records.unit_of_work() as uow:
            if uow.people.get(person.person_id) is not None:
                raise Usage("person_taken", person=person.person_id)
            if uow.verifiers.get(self._session.person.person_id) is None:
                raise Usage("own_password_first")  # else nobody could undo this
            uow.people.put(person)
            uow.commit()
        self.remember(person.person_id, password, at_centre=False)
        self._note("person_added", person.person_id, role=person.role, team=person.team)

    def change(
        self,
        person_id: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        team: str | None = None,
        active: bool | None = None,
    ) -> Person:
        """None leaves as it is; an empty team is none. Raises Usage('unknown_login' |
        'last_admin')."""
        self._session.require(Act.MANAGE_PEOPLE)
        was = self._known(person_id)
        person = replace(
            was,
            name=name or was.name,
            team=was.team if team is None else team or None,
            role=was.role if role is None else role,
            active=was.active if active is None else active,
        )
        with self._records.unit_of_work() as uow:
            others = [p for p in uow.people.all() if p.person_id != person_id]
            able = [p for p in others if uow.verifiers.get(p.person_id)] + [person]
            if not any(p.active and p.role is Role.ADMIN for p in able):
                raise Usage("last_admin")
            uow.people.put(person)
            uow.commit()
        if person_id == self._session.person.person_id:
            self._session.person = person
        self._note("person_changed", person_id, role=person.role, active=person.active)
        return person

    def _known(self, person_id: str) -> Person:
        with self._records.unit_of_work() as uow:
            person = uow.people.get(person_id)
        if person is None:
            raise Usage("unknown_login", person=person_id)
        return person

    def _note(self, action: str, person_id: str, **detail: object) -> None:
        note(self._records, self._session, self._clock, action, "person", person_id, detail)
