"""This desk and its centre: connect, rounds of sync, and what an administrator does there."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from workbench.domain.errors import BadInput, Busy, NotPermitted, StoreFault
from workbench.domain.people import Act, Person, Role
from workbench.domain.sync import Place, central_moves, central_rights
from workbench.domain.times import utc_now
from workbench.services.auditing import note
from workbench.services.contents import ContentService
from workbench.services.ports import Centre, CentreAdmin, Clock, KeptPlace, Records, Replica
from workbench.services.session import Session
from workbench.services.sync import Round, SyncService

_AUDIT = ("centre", "audit")  # the head of the centre's audit, as this desk was told it last
_POLITE = 1.0  # seconds that a question about others waits for a round to end
Dial = Callable[[str, str], CentreAdmin]  # (address, device id): nothing is asked yet


@dataclass(frozen=True)
class CentreState:
    """``place`` names host and database; None: this desk works alone."""

    place: str | None
    waiting: int
    unsettled: int


class CentreService:
    """Rounds may be asked for by any thread; one runs at a time. Close it."""

    def __init__(
        self,
        records: Records,
        session: Session,
        replica: Replica,
        kept: KeptPlace,
        dial: Dial,
        set_up: Callable[..., str],
        admit_first: Callable[..., None],
        app_version: str,
        *,
        wipe: Callable[[], None] | None = None,
        arrived: Callable[[list[str]], object] | None = None,
        contents: ContentService | None = None,
        address: Callable[[str, str | None, str | None], str] = lambda url, *_: url,
        clock: Clock = utc_now,
    ) -> None:
        self._records, self._session, self._replica = records, session, replica
        self._kept, self._dial = kept, dial
        self._set_up, self._admit_first = set_up, admit_first
        self._version, self._wipe, self._clock = app_version, wipe, clock
        self._contents = contents
        self._address = address  # (address, login, password): with these
        self._arrived = arrived  # told which complaints came or changed
        self.remember: Callable[..., None] = lambda *_, **__: None  # a password that was proved
        self.erase: Callable[[str, list[int]], object] = lambda *_: None  # whom the centre erased
        self.sweep: Callable[[set[str]], object] = lambda _: None  # files that no row names now
        self._turn = threading.Lock()
        self._centre: CentreAdmin | None = None

    def state(self) -> CentreState:
        """Asks nobody but this desk."""
        place: Place = self._replica.place()
        url = self._kept.read()
        told = self._dialled(url).place if url else None
        return CentreState(told, place.waiting if told else 0, place.unsettled)

    def connect(self, url: str, password: str | None = None) -> Person:
        """Sign in at ``url`` (with ``password``, where it has none) and keep it, sealed; this desk
        asks for the password from now on. What was saved before goes there too. From now on
        the person at this desk is who the centre says, with that role.

        Raises Usage, Busy, NotPermitted; nothing is kept then.
        """
        self._session.require(Act.LOOKUP)
        if password is not None:
            url = self._address(url, None, password)
        with self._turn:
            self._let_go()
            before = self._replica.place().person_id
            centre = self._dial(url, self._replica.place().device_id)
            try:
                standing = centre.hello({})
                if before not in (None, standing.person_id):
                    raise NotPermitted("centre_device_of_another", place=centre.place)
                self._replica.meet(standing)
                self._kept.keep(url)
            finally:
                centre.close()
            person = Person(standing.person_id, standing.name, Role(standing.role))
            self._session.person = person
        with self._records.unit_of_work() as uow:
            if uow.people.get(person.person_id) is None:  # it comes again with the first round
                uow.people.put(person)
                uow.commit()
        if centre.password:
            self.remember(person.person_id, centre.password, at_centre=True)
        self._note("connect", centre.place)
        return person

    def disconnect(self) -> None:
        """Work alone again; what is here stays, and goes on when connected again."""
        self._session.require(Act.LOOKUP)
        with self._turn:
            self._let_go()
            self._kept.forget()
            person_id = self._replica.place().person_id
        with self._records.unit_of_work() as uow:
            kept = uow.verifiers.get(person_id) if person_id else None
            if kept is not None:  # nobody is left to prove it
                uow.verifiers.put(replace(kept, proved_at=None))
                uow.commit()
        self._note("disconnect", "centre")

    def sync(self) -> Round:
        """One round. Raises BadInput('centre_none'), Busy, and what the centre refuses."""
        with self._turn:
            centre = self._open()
            done = SyncService(
                self._replica, centre, self._version, wipe=self._wipe, clock=self._clock
            ).run()
            if self._contents is not None:
                if done.renewed:
                    self._contents.forget()
                done.contents = self._contents.run(centre)
            done.audit_rewritten = self._audit_rewritten(centre)
        came = sorted({i for entity, i in done.changed if entity == "complaint"})
        if came and self._arrived is not None:
            self._arrived(came)
        if gone := self._replica.dropped():  # out of sight, or erased
            self.sweep(gone)
        for customer_ref, attempts in done.erased.items():
            self.erase(customer_ref, attempts)
        self._proved()
        with self._records.unit_of_work() as uow:
            told = uow.people.get(self._session.person.person_id)
        if told is not None and self._session.person.active:
            self._session.person = told
        return done

    def _audit_rewritten(self, centre: Centre) -> bool:
        """Whether the centre's audit says otherwise than it told this desk before. What it said then
        is kept as the evidence; a centre that was restored begins anew."""
        epoch = self._replica.place().epoch
        with self._records.unit_of_work() as uow:
            kept = uow.saved.get(*_AUDIT) or {}
        if kept.get("epoch") != epoch:
            kept = {}
        try:
            seq, digest, then = centre.audit_at(int(str(kept.get("seq", 0))))
        except StoreFault as fault:
            if fault.key != "centre_not_set_up":
                raise
            return False  # a centre of the version before cannot be asked
        if kept and then != kept["hash"]:
            return True
        with self._records.unit_of_work() as uow:
            uow.saved.put(*_AUDIT, {"epoch": epoch, "seq": seq, "hash": digest})
            uow.commit()
        return False

    def _proved(self) -> None:
        """The login was taken: what the desk keeps of its password holds for some time again."""
        person_id = self._replica.place().person_id
        with self._records.unit_of_work() as uow:
            kept = uow.verifiers.get(person_id) if person_id else None
            if kept is not None and kept.proved_at is not None:
                uow.verifiers.put(kept.proved(self._clock()))
                uow.commit()

    def prove(self, password: str) -> bool | None:
        """Whether the centre takes this password of the person at this desk, which keeps it then;
        None: there is no centre. Raises Busy."""
        with self._turn:
            url = self._kept.read()
            if url is None:
                return None
            place = self._replica.place()
            centre = self._dial(url, place.device_id)
            try:
                proved = centre.proved_by(password)
            finally:
                centre.close()
            if proved is not None:
                self._let_go()
                self._kept.keep(proved)
            return proved is not None

    def here(self, complaint_id: str | None) -> list[str]:
        """Say what is open at this desk; who has it open elsewhere. Nobody waits for it: while a
        round is under way, or out of reach of the centre, it knows of none."""
        if not self._turn.acquire(timeout=_POLITE):
            return []
        try:
            return self._open().here(complaint_id) if self._kept.read() else []
        except Busy:
            return []
        finally:
            self._turn.release()

    # an administrator's
    def set_up(self, url: str, admin: Person | None, login: str, password: str) -> str:
        """Prepare the database at ``url`` (its owner's login); ``admin``: the first one."""
        self._session.require(Act.MANAGE_PEOPLE)
        place = self._set_up(url, central_rights(), central_moves())
        if admin is not None:
            self._admit_first(url, admin, login, password)
        self._note("set_up", place)
        return place

    def begin(self, url: str, owner_password: str, admin: Person, password: str) -> Person:
        """``set_up`` with its first administrator, who is then connected here: a new centre in one
        act. Raises as ``set_up`` and ``connect``; each step may be made again."""
        self._session.require(Act.MANAGE_PEOPLE)
        owner = self._address(url, None, owner_password or None)
        try:
            self.set_up(owner, admin, admin.person_id, password)
        except NotPermitted as refused:
            if refused.key != "central_has_admin":  # a run before got that far
                raise
        return self.connect(self._address(url, admin.person_id, password))

    def status(self) -> dict[str, Any]:
        """Versions, people, desks and how far behind each is."""
        self._session.require(Act.SEE_CENTRE)
        with self._turn:
            return self._open().status()

    def admit(self, person: Person, login: str, team: str | None, password: str) -> None:
        self._session.require(Act.MANAGE_PEOPLE)
        with self._turn:
            self._open().admit(person, login, team, password)

    def change_person(
        self,
        person_id: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        team: str | None = None,
        active: bool | None = None,
    ) -> None:
        """None leaves as it is; an empty team is none."""
        self._session.require(Act.MANAGE_PEOPLE)
        with self._turn:
            self._open().change_person(person_id, name, role, team, active)

    def set_password(self, person_id: str, password: str) -> None:
        """Another person's, who has forgotten it; an administrator's."""
        self._session.require(Act.MANAGE_PEOPLE)
        with self._turn:
            self._open().set_password(person_id, password)

    def revoke(self, code: str, *, back: bool = False) -> None:
        """Shut the desk with this code out; it wipes itself at its next contact. Raises
        BadInput('no_such_desk')."""
        self._session.require(Act.MANAGE_PEOPLE)
        with self._turn:
            centre = self._open()
            desks = {desk["code"]: desk["device_id"] for desk in centre.status()["desks"]}
            if code.upper() not in desks:
                raise BadInput("no_such_desk", code=code)
            centre.revoke_device(desks[code.upper()], back=back)

    def change_password(self, password: str) -> None:
        """One's own, at the centre and in what this desk keeps."""
        self._session.require(Act.LOOKUP)
        with self._turn:
            self._kept.keep(self._open().change_password(password))
            self._let_go()
            person_id = self._replica.place().person_id
        if person_id is not None:
            self.remember(person_id, password, at_centre=True)

    def verify_audit(self) -> int:
        """Rows of the centre's unbroken chain. Raises StoreFault('audit_broken')."""
        self._session.require(Act.AUDIT)
        with self._turn:
            return self._open().verify_audit()

    def close(self) -> None:
        """A round that is under way ends at once; what it did not finish the next one does."""
        if self._centre is not None:
            self._centre.cut()
        with self._turn:
            self._let_go()

    def _open(self) -> CentreAdmin:
        url = self._kept.read()
        if url is None:
            raise BadInput("centre_none")
        return self._dialled(url)

    def _dialled(self, url: str) -> CentreAdmin:
        if self._centre is None:
            self._centre = self._dial(url, self._replica.place().device_id)
        return self._centre

    def _let_go(self) -> None:
        if self._centre is not None:
            self._centre.close()
            self._centre = None

    def _note(self, action: str, place: str) -> None:
        note(self._records, self._session, self._clock, action, "centre", place, {})
