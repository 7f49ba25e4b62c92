"""The bench of sync: complaints of one desk on their way to a PostgreSQL of the bench's own."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from workbench.bench import server
from workbench.bench.measure import Bound, Clock, Result, Timed, absent, faster
from workbench.bench.stock import Stock
from workbench.domain.audit import AuditEntry
from workbench.domain.complaint import Complaint, Demand, Severity, Source, State
from workbench.domain.complaint_parts import Event, EventKind
from workbench.domain.ids import uuid7
from workbench.domain.people import Person, Role
from workbench.domain.sync import central_moves, central_rights
from workbench.services.complaint_writing import as_json, send_born

SHARE = 1000  # one complaint for so many attempts: ten thousand of ten million
BOUND = 0.2  # times as fast as the yardstick, at least
_AT_ONCE = 1000
_PERSON = "desk"
_BEGUN = datetime(2026, 11, 1)
_KEYS = {
    "complaints": '"complaint_id" text PRIMARY KEY, "number" text UNIQUE',
    "history": '"event_id" text PRIMARY KEY, "complaint_id" text REFERENCES complaints',
    "audit": '"seq" bigint PRIMARY KEY',
}
_DIGEST = "SELECT count(*), md5(string_agg({0} || {1}, ',' ORDER BY {0})) FROM {2}"
_OURS = ("entity_id", "(fields ->> 'description')", "records.rows WHERE entity = 'complaint'")
_THEIRS = ("complaint_id", "description", "complaints")
_Born = tuple[Complaint, Event, AuditEntry]


def sync(stock: Stock, clock: Clock = time.perf_counter, turns: int = 3) -> list[Result]:
    """A whole round of a desk where all of them wait (sent, answered, witnessed, read back),
    against inserting the same complaints, histories and audit entries in one transaction."""
    n = max(stock.rows // SHARE, 20)
    born = list(map(_born, range(n)))
    ours, theirs = Timed(), Timed()
    folder = stock.folder / "desk"
    folder.mkdir()
    try:
        with server.cluster() as cluster:
            desk = _Desk.filled(folder, born)
            for _ in range(turns):
                with _database(cluster) as (owner, database):
                    with desk.connected(cluster, database) as round_:
                        _time(ours, clock, round_)
                    ours.answer = _told(owner, *_OURS)
                with _database(cluster) as (owner, _):
                    _time(theirs, clock, partial(_insert, owner, _plain(owner, born)))
                    theirs.answer = _told(owner, *_THEIRS)
    except server.Unavailable:
        return [absent("sync_pipeline", "s", Bound(BOUND, at_least=True), n, "PostgreSQL")]
    finally:
        shutil.rmtree(folder)
    equal = ours.answer == theirs.answer
    return [faster("sync_pipeline", ours.best, theirs.best, BOUND, n, equal=equal)]


def _time(timed: Timed, clock: Clock, work: Callable[[], object]) -> None:
    begun = clock()
    work()
    timed.seconds.append(clock() - begun)


def _told(owner: Any, key: str, text: str, table: str) -> object:
    """How many complaints there are, and a digest of their words."""
    return owner.execute(_DIGEST.format(key, text, table).encode()).fetchone()


@contextmanager
def _database(cluster: server.Cluster) -> Iterator[tuple[Any, str]]:
    """A new one: a connection of its owner, and its name, which no other has in the cluster."""
    import psycopg

    name = f"bench_{uuid7().hex}"
    url = partial(cluster.url_of, server.USER, cluster.password)
    with closing(psycopg.connect(url(server.DATABASE), autocommit=True)) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    with closing(psycopg.connect(url(name), autocommit=True)) as owner:
        yield owner, name


# ours
@dataclass(frozen=True)
class _Desk:
    """A profile in which every complaint waits for the centre; each turn gets a copy."""

    folder: Path
    keys: tuple[bytes, bytes]

    @classmethod
    def filled(cls, folder: Path, rows: list[_Born]) -> "_Desk":
        from workbench.storage.records import SqlRecords

        desk = cls(folder / "filled", (os.urandom(32), os.urandom(32)))
        desk.folder.mkdir()
        records = SqlRecords(desk.folder / "records.db", *desk.keys)
        try:
            for start in range(0, len(rows), _AT_ONCE):
                with records.unit_of_work() as uow:
                    for complaint, event, noted in rows[start : start + _AT_ONCE]:
                        uow.complaints.add(complaint)
                        uow.parts.add(event)
                        uow.record(noted)
                        send_born(uow, complaint, event)
                    uow.commit()
        finally:
            records.close()
        return desk

    @contextmanager
    def connected(self, cluster: server.Cluster, database: str) -> Iterator[Callable[[], object]]:
        """Gives what one round is, over a centre set up in ``database``."""
        from workbench.gateways.central_records import admit_first, set_up
        from workbench.gateways.centre import PostgresCentre
        from workbench.services.sync import SyncService
        from workbench.storage.records import SqlRecords
        from workbench.storage.replica import SqlReplica

        login = f"{_PERSON}_{database}"  # logins are the whole server's
        url = cluster.url_of(server.USER, cluster.password, database)
        set_up(url, central_rights(), central_moves())
        admit_first(url, Person(_PERSON, _PERSON, Role.ADMIN), login, cluster.password)
        home = self.folder.with_name(database)
        shutil.copytree(self.folder, home)
        records = SqlRecords(home / "records.db", *self.keys)
        replica = SqlReplica(records, home / "records.db")
        own = cluster.url_of(login, cluster.password, database)
        centre = PostgresCentre(own, replica.place().device_id)
        try:
            yield SyncService(replica, centre, "bench").run
        finally:
            centre.close()
            records.close()


# the yardstick
def _plain(owner: Any, rows: list[_Born]) -> dict[str, list[list[object]]]:
    """The same as rows of plain tables, which are made."""
    values: dict[str, list[dict[str, Any]]] = {
        "complaints": [vars(complaint) for complaint, _, _ in rows],
        "history": [vars(event) for _, event, _ in rows],
        "audit": [{"seq": n, **vars(noted)} for n, (_, _, noted) in enumerate(rows)],
    }
    for table, keys in _KEYS.items():
        others = [f'"{name}" text' for name in values[table][0] if f'"{name}"' not in keys]
        owner.execute(f"CREATE TABLE {table} ({', '.join((keys, *others))})".encode())
    return {
        table: [list(map(_stored, row.values())) for row in of_it]
        for table, of_it in values.items()
    }


def _stored(value: object) -> object:
    plain = isinstance(value, str | int | None)
    return value if plain else json.dumps(value, default=as_json, ensure_ascii=False)


def _insert(owner: Any, values: dict[str, list[list[object]]]) -> None:
    with owner.transaction(), owner.cursor() as cursor:
        for table, rows in values.items():
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})".encode(), rows)  # a pipeline


def _born(n: int) -> _Born:
    """A complaint as an agent logs it, the first row of its history, and of the audit."""
    at = _BEGUN + timedelta(seconds=n)
    complaint = Complaint(
        str(uuid7()),
        number := f"C-20261101-{n:05d}",
        State.OPEN,
        at,
        _PERSON,
        f"{n:016x}",
        "王**",
        f"138****{n % 10_000:04d}",
        f"A{n:09d}",
        "Q01",
        "thin_credit_history",
        "review_declined",
        "app_ios",
        Source.PHONE,
        f"第 {n} 位客户:白条一直开不了,每次都提示综合评估未通过,要一个说法。",
        Demand.EXPLAIN,
        Severity.NORMAL,
        updated_at=at,
    )
    event = Event(str(uuid7()), complaint.complaint_id, at, _PERSON, EventKind.CREATED)
    detail: dict[str, object] = {"number": number}
    return (
        complaint,
        event,
        AuditEntry(at, _PERSON, "created", "complaint", complaint.complaint_id, detail),
    )
