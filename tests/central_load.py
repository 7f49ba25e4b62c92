"""Many desks at one centre through PgBouncer, as docs/scale.md tells it:

    python -m tests.central_load FIGURES.json [--desks 200] [--minutes 5] [--every 5]

Each desk has a login, a device and an audit chain of its own, and does every few seconds what a round
of sync does: hello, push, witness, pull. Half-way PgBouncer is killed and started again. What was
acknowledged and what every desk was told is compared with what the centre holds.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import quote

from tests.centre import Desk, Site
from tests.postgres import cluster
from workbench.bench.server import Cluster, as_ordinary_user
from workbench.bench.watch import ended_with_us
from workbench.domain.audit import GENESIS, AuditEntry, canonical, chain_hash
from workbench.domain.errors import Busy
from workbench.domain.ids import uuid7
from workbench.domain.people import Person, Role
from workbench.domain.sync import OpState, SentOp
from workbench.domain.times import utc_now
from workbench.gateways.centre import PostgresCentre

TEAM = 10  # people
_CONNECTIONS = 20  # of PgBouncer to the server, for all logins together
_WORDS = "白条一直开不了,每次都提示综合评估未通过,要一个说法。"


def bouncer() -> str | None:
    """PgBouncer's program, or None."""
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


class Bouncer:
    """A PgBouncer of this run's own in front of one database, on a socket in its folder."""

    def __init__(self, server: Cluster, database: str, logins: dict[str, str]) -> None:
        self.folder = server.folder / "bouncer"
        self.folder.mkdir()
        users = "".join(f'"{login}" "{verifier}"\n' for login, verifier in logins.items())
        (self.folder / "users").write_text(users)
        (self.folder / "ini").write_text(
            f"""\
[databases]
{database} = host={server.folder} port=5432
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = {self.folder}
auth_type = scram-sha-256
auth_file = {self.folder / "users"}
pool_mode = transaction
default_pool_size = 2
max_db_connections = {_CONNECTIONS}
max_client_conn = 1000
logfile = {self.folder / "log"}
log_connections = 0
log_disconnections = 0
"""
        )
        owner = (server.folder / "data").stat()
        for path in (self.folder, *self.folder.iterdir()):
            os.chown(path, owner.st_uid, owner.st_gid)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = bouncer()
        assert program is not None
        self._process = subprocess.Popen(
            [*as_ordinary_user(), program, "-q", str(self.folder / "ini")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        deadline = time.monotonic() + 30
        while not (self.folder / ".s.PGSQL.6432").exists():
            assert self._process.poll() is None, (self.folder / "log").read_text()[-2000:]
            assert time.monotonic() < deadline
            os.sched_yield()

    def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        assert self._process.wait() == -signal.SIGKILL
        (self.folder / ".s.PGSQL.6432").unlink()

    @contextmanager
    def running(self) -> Iterator[None]:
        self.start()
        with ended_with_us("pkill", "-KILL", "-f", str(self.folder / "ini")):
            try:
                yield
            finally:
                self.kill()


@dataclass
class SimDesk:
    """A desk that keeps what it sent, what was acknowledged, and what it was told."""

    desk: Desk
    random: random.Random
    acknowledged: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    mine: list[str] = field(default_factory=list)
    waiting: list[SentOp] = field(default_factory=list)
    pushes: list[float] = field(default_factory=list)  # seconds
    rounds: list[float] = field(default_factory=list)
    busy: int = 0
    cursor: int = 0
    mark: str = ""
    audit: tuple[int, str] = (0, GENESIS)
    unwitnessed: list[tuple[int, str, str]] = field(default_factory=list)
    trouble: Exception | None = None

    def work(self) -> None:
        """A call: a new complaint with its history, or a word on an older one."""
        kind = "complaint" if not self.mine or self.random.random() < 0.6 else "comment"
        own = str(uuid7())
        if kind == "complaint":
            event = {"event_id": str(uuid7()), "complaint_id": own, "kind": "created"}
            body = {"number": f"C-{self.desk.login}-{len(self.mine):05d}", "state": "open"}
            more: dict[str, Any] = {
                "body": body | {"description": _WORDS, "severity": "normal"},
                "also": [
                    {"entity": "event", "entity_id": event["event_id"], "root": own, "body": event}
                ],
            }
            self.mine.append(own)
        else:
            more = {"body": {"text": _WORDS}, "root": self.random.choice(self.mine)}
        self.waiting.append(self.desk.op("create", own, more.pop("body"), entity=kind, **more))

    def round(self) -> None:
        begun = time.perf_counter()
        try:
            centre = self.desk.centre
            standing = centre.hello({"cursor": self.cursor, "mark": self.mark or None})
            while self.waiting:
                batch = self.waiting[:100]
                at = time.perf_counter()
                answers = centre.push(batch)
                self.pushes.append(time.perf_counter() - at)
                for answer in answers:
                    done = self.acknowledged if answer.state is OpState.APPLIED else self.refused
                    done.add(answer.op_id)
                del self.waiting[: len(batch)]
                self._note([op.op_id for op in batch])
            if self.unwitnessed:  # told again, the same, where the answer was lost
                assert centre.witness(self.unwitnessed) == self.audit[0]
                self.unwitnessed.clear()
            more = True
            while more:
                page = centre.pull(self.cursor, standing.scope)
                assert page.restart is None
                self.seen |= {row.entity_id for row in page.rows}
                self.cursor, self.mark, more = page.cursor, page.mark, page.more
        except Busy:
            self.busy += 1
        else:
            self.rounds.append(time.perf_counter() - begun)

    def _note(self, subjects: list[str]) -> None:
        seq, digest = self.audit
        for subject in subjects:
            entry = AuditEntry(utc_now(), self.desk.person, "created", "complaint", subject, {})
            seq, digest = seq + 1, chain_hash(digest, entry)
            self.unwitnessed.append((seq, canonical(entry), digest))
        self.audit = seq, digest

    def live(self, until: float, every: float, stop: threading.Event) -> None:
        """Calls come every so many seconds, more or less; then all that waits is sent."""
        try:
            due = time.monotonic() + self.random.uniform(0, every)
            while due < until and not stop.wait(max(0.0, due - time.monotonic())):
                self.work()
                self.round()
                due = max(due + every * self.random.uniform(0.5, 1.5), time.monotonic())
            while self.waiting and not stop.wait(self.random.uniform(0, 0.2)):
                self.round()
        except Exception as error:
            self.trouble = error


def measured(desks: int, seconds: float, every: float, seed: int = 11) -> dict[str, Any]:
    """Runs it; the figures, and what must be empty: lost, twice, unseen, troubles."""
    luck = random.Random(seed)
    with ExitStack() as open_until_end:
        # on disk as at a site: fsync is on
        server = open_until_end.enter_context(cluster("-c shared_buffers=256MB"))
        site = Site(server)
        open_until_end.callback(site.close)
        logins = [f"d{n}" for n in range(desks)]
        for n, login in enumerate(logins):
            site.boss.centre.admit(
                Person(login, login, Role.AGENT), login, f"team{n // TEAM}", "secret"
            )
        kept = dict(site.as_owner("SELECT rolname, rolpassword FROM pg_authid"))
        front = Bouncer(server, site.database, {login: kept[login] for login in logins})
        with front.running():
            host = quote(str(front.folder), safe="")
            sims = []
            for login in logins:
                url = f"postgresql://{login}:secret@{host}:6432/{site.database}"
                centre = PostgresCentre(url, str(uuid7()))
                open_until_end.callback(centre.close)
                sims.append(SimDesk(Desk(centre, login, login), random.Random(luck.random())))
            stop = threading.Event()
            begun = time.monotonic()
            until = begun + seconds
            threads = [threading.Thread(target=s.live, args=(until, every, stop)) for s in sims]
            for thread in threads:
                thread.start()
            try:
                stop.wait(seconds / 2)
                front.kill()
                front.start()
                most = 0
                for thread in threads:
                    while thread.is_alive():
                        thread.join(1)
                        [(now,)] = site.as_owner(
                            "SELECT count(*) FROM pg_stat_activity WHERE usename ~ '^d[0-9]'"
                        )
                        most = max(most, now)
            finally:
                stop.set()
            took = time.monotonic() - begun
            for sim in sims:  # all is quiet: what the others wrote last
                sim.round()
        return _judged(site, sims) | {"seconds": round(took, 1), "connections": most}


def _judged(site: Site, sims: list[SimDesk]) -> dict[str, Any]:
    stored = [
        str(op_id)
        for (op_id,) in site.as_owner("SELECT op_id FROM records.ops WHERE device_id IS NOT NULL")
    ]
    of_team: dict[str | None, set[str]] = {None: set()}  # what is no team's is everybody's
    for team, entity_id in site.as_owner("SELECT team, entity_id FROM records.rows"):
        of_team.setdefault(team, set()).add(entity_id)
    acknowledged = set().union(*(sim.acknowledged for sim in sims))
    made = sum(sim.desk.seq for sim in sims)
    pushes = sorted(second for sim in sims for second in sim.pushes)
    rounds = sorted(second for sim in sims for second in sim.rounds)

    def part(seconds: list[float], percent: int) -> float:
        return round(quantiles(seconds, n=100)[percent - 1] * 1000, 1)

    return {
        "desks": len(sims),
        "ops": made,
        "rounds": len(rounds),
        "busy": sum(sim.busy for sim in sims),
        "push_ms": {f"p{p}": part(pushes, p) for p in (50, 95, 99)}
        | {"most": round(pushes[-1] * 1000, 1)},
        "round_ms": {f"p{p}": part(rounds, p) for p in (50, 95, 99)},
        "lost": sorted(acknowledged - set(stored))
        + ["not acknowledged"] * (made - len(acknowledged)),
        "twice": len(stored) - len(set(stored)),
        "unseen": [
            sim.desk.login
            for n, sim in enumerate(sims)
            if sim.seen != of_team[None] | of_team.get(f"team{n // TEAM}", set())
        ],
        "troubles": [repr(sim.trouble) for sim in sims if sim.trouble]
        + [op for sim in sims for op in sim.refused],
        "audit_rows": site.boss.centre.verify_audit(),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", type=Path)
    parser.add_argument("--desks", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--every", type=float, default=5, help="seconds between a desk's rounds")
    given = parser.parse_args()
    found = measured(given.desks, given.minutes * 60, given.every)
    given.figures.write_text(json.dumps(found, indent=2))
    print(given.figures.read_text())
