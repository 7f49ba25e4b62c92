"""A centre of its own for a test: a database in the run's cluster, logins with names of their own."""

import itertools
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import psycopg

from tests.postgres import Cluster
from workbench.domain.ids import uuid7
from workbench.domain.people import Person, Role
from workbench.domain.sync import (
    SCHEMA_VERSION,
    Row,
    SentOp,
    canonical_json,
    central_rights,
    hash_of,
)
from workbench.domain.times import utc_now
from workbench.gateways.central_records import admit_first, set_up
from workbench.gateways.centre import PostgresCentre

RIGHTS = [
    (role.value, entity, kind)
    for role in Role
    for entity, kinds in {
        "complaint": ("create", "update", "move", "assign", "delete"),
        "comment": ("create",),
        "history": ("create",),
        "event": ("create",),
        "attachment": ("create", "delete"),
    }.items()
    for kind in kinds
    if (role, kind) != (Role.QA, "move")
] + [right for right in central_rights() if right[1] == "incident"]
MOVES = [
    (role.value, "complaint", a, b)
    for role in (Role.AGENT, Role.TEAM_LEAD, Role.ADMIN)
    for a, b in (("open", "in_progress"), ("in_progress", "resolved"), ("resolved", "open"))
]
_numbers = itertools.count(1)


@dataclass
class Desk:
    """One device of one person, talking to the centre without a store of its own."""

    centre: PostgresCentre
    person: str
    login: str
    seq: int = 0
    versions: dict[str, dict[str, str]] = field(default_factory=dict)

    def op(self, kind: str, entity_id: str, body: dict[str, object], **more: Any) -> SentOp:
        self.seq += 1
        whole = {"entity": "complaint", "kind": kind, "entity_id": entity_id, "body": body}
        payload = canonical_json(whole | {"base": {}} | more)
        return SentOp(str(uuid7()), self.seq, payload, hash_of(payload), SCHEMA_VERSION, utc_now())

    def send(self, kind: str, entity_id: str, body: dict[str, object], **more: Any) -> Any:
        [answer] = self.centre.push([self.op(kind, entity_id, body, **more)])
        return answer

    def hello(self, **said: object) -> Any:
        return self.centre.hello(said)

    def row(self, entity_id: str) -> Row:
        """As the centre has it now."""
        rows = self.centre.pull(0, self.hello().scope).rows
        return next(row for row in rows if row.entity_id == entity_id)


def _create(server: Cluster, database: str, like: str = "template1") -> str:
    """A new database; its URL."""
    with psycopg.connect(
        server.url_of("workbench", server.password, "postgres"), autocommit=True
    ) as connection:
        connection.execute(f"CREATE DATABASE {database} TEMPLATE {like}".encode())
    return server.url_of("workbench", server.password, database)


@cache
def _empty(server: Cluster) -> str:
    """A centre that nobody was admitted to, to be copied: to set one up takes ten times as long."""
    set_up(_create(server, "empty_centre"), RIGHTS, MOVES)
    return "empty_centre"


class Site:
    def __init__(self, server: Cluster) -> None:
        self.server = server
        self.database = database = f"centre{next(_numbers)}"
        self.url = _create(server, database, _empty(server))
        self.admin_login = f"admin{next(_numbers)}"
        with psycopg.connect(self.url) as connection:
            connection.execute("UPDATE records.counter SET epoch = gen_random_uuid()")
        boss = Person("boss", "主管", Role.ADMIN)
        admit_first(self.url, boss, self.admin_login, "secret")
        self.boss = self._desk("boss", self.admin_login)
        self.desks = [self.boss]
        self._owner: psycopg.Connection[Any] | None = None

    def _desk(self, person: str, login: str) -> Desk:
        desk = Desk(PostgresCentre(self.url_of(login), str(uuid7())), person, login)
        desk.hello()
        return desk

    def url_of(self, login: str) -> str:
        return self.server.url_of(login, "secret", self.database)

    def admit(self, role: Role = Role.AGENT, team: str | None = "east") -> str:
        """A new person; returns the login, which is its id and name too."""
        login = f"p{next(_numbers)}"
        self.boss.centre.admit(Person(login, login, role), login, team, "secret")
        return login

    def desk(self, role: Role = Role.AGENT, team: str | None = "east") -> Desk:
        """A new person with a new desk."""
        login = self.admit(role, team)
        self.desks.append(self._desk(login, login))
        return self.desks[-1]

    def as_owner(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        if self._owner is None or self._owner.closed:
            self._owner = psycopg.connect(self.url, autocommit=True)
        try:
            found = self._owner.execute(sql.encode(), values)
            return found.fetchall() if found.description else []
        except psycopg.OperationalError:  # the server went: the next one finds it anew
            self._owner.close()
            raise

    def as_login(self, desk: Desk) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url_of(desk.login))

    def close(self) -> None:
        if self._owner is not None:
            self._owner.close()
        for desk in self.desks:
            desk.centre.close()
