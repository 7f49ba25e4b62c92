"""Signing in without the centre and with it, and the people of a desk that works alone."""

from datetime import timedelta
from typing import Any

import pytest

from tests.complaint_desk import KEY, START, WITNESS
from workbench.domain.errors import Busy, NotPermitted, Usage
from workbench.domain.people import Act, Person, Role
from workbench.domain.sign_in import LOCKED_FOR, PROVED_FOR, TRIES
from workbench.services.session import Session
from workbench.services.sign_in import SignInService
from workbench.storage.passwords import digest_of, is_password
from workbench.storage.records import SqlRecords

BOSS = Person("boss", "主管", Role.ADMIN)
PASSWORD = "一个长的密码 1"


class Desk:
    """``open()`` begins again, as a restart of the program does; ``centre`` is what it answers."""

    def __init__(self, folder: Any) -> None:
        self.folder, self.now, self.centre = folder, START, None
        self.records = SqlRecords(folder / "records.db", KEY, WITNESS)
        with self.records.unit_of_work() as uow:
            uow.people.put(BOSS)
            uow.commit()
        self.open()

    def open(self) -> SignInService:
        self.session = Session(BOSS)
        self.service = SignInService(
            self.records, self.session, digest_of, is_password, self._prove, lambda: self.now
        )
        if self.service.people():
            self.session.person = Person("", "", Role.AGENT, active=False)
        return self.service

    def _prove(self, password: str) -> bool | None:
        if isinstance(self.centre, Exception):
            raise self.centre
        return None if self.centre is None else password == self.centre

    def refusal(self, password: str, person: str = "boss") -> str:
        with pytest.raises(NotPermitted) as refused:
            self.service.sign_in(person, password)
        return refused.value.key


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    made.records.close()


def test_one_person_alone_is_not_asked(desk) -> None:
    assert not desk.service.needed and desk.service.people() == []
    desk.session.require(Act.AUDIT)


@pytest.mark.slow
def test_with_a_password_nothing_goes_before_it(desk) -> None:
    desk.service.set_password("boss", PASSWORD)
    desk.open()
    assert desk.service.needed
    with pytest.raises(NotPermitted, match="sign_in_needed"):
        desk.session.require(Act.LOOKUP)
    assert desk.refusal("ein anderes") == "sign_in_wrong"
    assert desk.refusal(PASSWORD, "nobody") == "sign_in_wrong"
    assert desk.service.sign_in("boss", "一个长的密码　１") == BOSS, "full width is the same"
    desk.session.require(Act.AUDIT)
    desk.service.sign_out()
    assert desk.service.needed
    said = [(e.action, e.actor) for e in desk.records.audit()]
    assert said[:3] == [("sign_out", "boss"), ("sign_in", "boss"), ("password", "boss")]


@pytest.mark.slow
def test_it_locks_and_neither_a_restart_nor_the_clock_opens_it(desk) -> None:
    desk.service.set_password("boss", PASSWORD)
    desk.open()
    for _ in range(TRIES):
        assert desk.refusal("falsch") == "sign_in_wrong"
    assert desk.refusal(PASSWORD) == "sign_in_locked"
    desk.open()
    assert desk.refusal(PASSWORD) == "sign_in_locked"
    desk.now = START - timedelta(days=365)
    assert desk.refusal(PASSWORD) == "sign_in_locked"
    desk.now = START + LOCKED_FOR
    assert desk.refusal("falsch") == "sign_in_wrong", "and one more locks it again"
    assert desk.refusal(PASSWORD) == "sign_in_locked"
    desk.now += LOCKED_FOR
    assert desk.service.sign_in("boss", PASSWORD) == BOSS
    assert "sign_in_last_try" in [e.action for e in desk.records.audit()]


def test_a_try_counts_before_the_password_is_looked_at(desk) -> None:
    desk.service.set_password("boss", PASSWORD)
    desk.open()

    def pulled(*_: str) -> bool:
        raise KeyboardInterrupt

    desk.service._is_password = pulled
    for _ in range(TRIES):
        with pytest.raises(KeyboardInterrupt):
            desk.service.sign_in("boss", PASSWORD)
    assert desk.open() and desk.refusal(PASSWORD) == "sign_in_locked"


@pytest.mark.slow
def test_away_from_the_centre_for_long_it_has_to_be_asked(desk) -> None:
    desk.service.remember("boss", PASSWORD, at_centre=True)
    desk.open()
    desk.centre = Busy("centre_unreachable", place="x")
    desk.now += PROVED_FOR
    assert desk.service.sign_in("boss", PASSWORD) == BOSS
    desk.open()
    desk.now += timedelta(seconds=1)
    assert desk.refusal(PASSWORD) == "sign_in_expired"
    assert desk.refusal("falsch") == "sign_in_wrong"
    desk.now = START  # the clock set back is no way in
    assert desk.refusal(PASSWORD) == "sign_in_expired"
    desk.now = START + PROVED_FOR + timedelta(days=1)
    desk.centre = "something else by now"
    assert desk.refusal(PASSWORD) == "sign_in_wrong"
    desk.centre = PASSWORD
    assert desk.refusal("falsch") == "sign_in_wrong" and desk.refusal(PASSWORD) == "sign_in_locked"


@pytest.mark.slow
def test_a_password_changed_at_the_centre_opens_the_desk(desk) -> None:
    desk.service.remember("boss", PASSWORD, at_centre=True)
    desk.open()
    desk.centre = "ein neues Kennwort"
    assert desk.service.sign_in("boss", "ein neues Kennwort") == BOSS
    desk.open()
    desk.centre = Busy("centre_unreachable", place="x")
    assert desk.service.sign_in("boss", "ein neues Kennwort") == BOSS, "it is known here now"
    desk.open()
    assert desk.refusal(PASSWORD) == "sign_in_wrong"


@pytest.mark.slow
def test_people_are_admitted_changed_and_closed(desk) -> None:
    agent = Person("anna", "安娜", Role.AGENT)
    with pytest.raises(Usage, match="own_password_first"):
        desk.service.add(agent, PASSWORD)
    with pytest.raises(Usage, match="password_short"):
        desk.service.set_password("boss", "kurz")
    desk.service.set_password("boss", PASSWORD)
    desk.service.add(agent, "annas Kennwort")
    with pytest.raises(Usage, match="person_taken"):
        desk.service.add(agent, "annas Kennwort")
    with pytest.raises(Usage, match="last_admin"):
        desk.service.change("boss", role=Role.QA)
    with pytest.raises(Usage, match="last_admin"):
        desk.service.change("boss", active=False)
    desk.open()
    desk.service.sign_in("anna", "annas Kennwort")
    for act in (
        lambda: desk.service.add(Person("x", "x", Role.ADMIN), PASSWORD),
        lambda: desk.service.change("anna", role=Role.ADMIN),
        lambda: desk.service.set_password("boss", "annas Kennwort"),
        desk.service.list,
    ):
        with pytest.raises(NotPermitted, match="not_permitted"):
            act()
    desk.service.set_password("anna", "noch ein Kennwort")
    desk.open()
    desk.service.sign_in("boss", PASSWORD)
    assert desk.service.change("anna", role=Role.TEAM_LEAD, team="east").team == "east"
    desk.service.change("anna", active=False)
    desk.open()
    assert desk.refusal("noch ein Kennwort", "anna") == "sign_in_wrong"
    assert [p.person_id for p in desk.service.people()] == ["boss"]


def test_nothing_of_a_password_is_kept_but_argon2id(desk, tmp_path) -> None:
    desk.service.set_password("boss", PASSWORD)
    with desk.records.unit_of_work() as uow:
        assert uow.verifiers.get("boss").digest.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert PASSWORD.encode() not in file.read_bytes()
