"""Random histories of several desks and the real server functions, a thousand at every run of CI."""

import gc
import itertools
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.centre import Site
from tests.fresh_records import put_a_device_into
from tests.integration.sync.desks import WholeDesk, check
from tests.postgres import Cluster
from workbench.domain.errors import Busy
from workbench.domain.people import Role

pytestmark = pytest.mark.slow

TEAMS = (None, "east", "west")
STATES = ("open", "in_progress", "resolved")
desk_numbers = st.integers(0, 3)
SHRINK = (
    os.environ.get("WORKBENCH_SHRINK") == "1"
)  # a failure is found in seconds, made small in minutes
FAULTS = ("none", "before", "lost_answer", "half_pull", "crash", "twice", "old_batch", "reordered")


class Ground:
    """What stays from history to history: a centre, its people, each with an empty profile to copy
    and a line to the centre, which knows its functions already."""

    def __init__(self, server: Cluster) -> None:
        self.site = Site(server)
        self.people = [
            self.site.admit(Role.AGENT, "east"),
            self.site.admit(Role.AGENT, "east"),
            self.site.admit(Role.TEAM_LEAD, "east"),
            self.site.admit(Role.AGENT, "west"),
        ]
        memory = Path("/dev/shm")  # no power is cut here: what a disk keeps is tested elsewhere
        roomy = memory.is_dir() and shutil.disk_usage(memory).free > 1 << 30
        folder = tempfile.mkdtemp(prefix="wb-histories-", dir=memory if roomy else None)
        self.folder = Path(folder)
        for login in self.people:
            (self.folder / login).mkdir()
            put_a_device_into(self.folder / login)
        self.lines: dict[str, psycopg.Connection[Any]] = {}
        gc.collect()
        gc.freeze()  # all of pytest is not looked through again and again
        self.histories = itertools.count(1)

    def reset(self) -> None:
        """The centre as it was set up; its people stay."""
        self.site.as_owner(
            "SET session_replication_role = replica;"  # past the guards of the audit
            # not TRUNCATE, after which every line would plan every function anew
            "DELETE FROM records.ops; DELETE FROM records.rows; DELETE FROM records.roots;"
            "DELETE FROM records.numbers; DELETE FROM records.departures;"
            "DELETE FROM records.devices; DELETE FROM records.device_audit;"
            "UPDATE records.counter SET seq = 0, epoch = gen_random_uuid(), current = 1;"
            "UPDATE records.people SET scope_seq = 0"
        )
        for login, team in zip(self.people, ("east", "east", "east", "west"), strict=True):
            self.site.as_owner("UPDATE records.people SET team = %s WHERE login = %s", team, login)

    def open(self, folder: Path, login: str) -> WholeDesk:
        desk = WholeDesk(folder / "records.db", self.site.url_of(login), login)
        desk.centre._connection = self.lines.pop(login, None)
        return desk

    def close_desk(self, desk: WholeDesk) -> None:
        line, desk.centre._connection = desk.centre._connection, None
        if line is not None and self.lines.setdefault(desk.login, line) is not line:
            line.close()
        desk.close()

    def close(self) -> None:
        gc.unfreeze()
        for line in self.lines.values():
            line.close()
        self.site.close()
        shutil.rmtree(self.folder, ignore_errors=True)


ground: Ground


class Histories(RuleBasedStateMachine):
    """Four desks save, send, lose answers and crash; then all is quiet, and nothing is amiss."""

    @initialize()
    def begin(self) -> None:
        ground.reset()
        self.folder = ground.folder / f"h{next(ground.histories)}"
        self.desks: list[WholeDesk] = []
        self.known: list[str] = []
        self.comments = 0
        for n, login in enumerate(ground.people):
            folder = self.folder / f"desk{n}"
            shutil.copytree(ground.folder / login, folder)
            self.desks.append(ground.open(folder, login))

    def _of(self, n: int, which: int) -> tuple[WholeDesk, str | None]:
        desk = self.desks[n % len(self.desks)]
        there = sorted(desk.complaints())
        return desk, there[which % len(there)] if there else None

    @rule(n=desk_numbers, number=st.integers(1, 3))
    def create(self, n: int, number: int) -> None:
        desk = self.desks[n % len(self.desks)]
        shown = {c["number"] for c in desk.complaints().values()}
        if f"C-{number}" not in shown:  # a desk itself never gives a number twice
            self.known.append(desk.create(f"C-{number}"))

    @rule(
        n=desk_numbers,
        which=st.integers(0, 9),
        value=st.sampled_from("abc"),
        field=st.sampled_from(("description", "severity", "mood")),
    )
    def edit(self, n: int, which: int, field: str, value: str) -> None:
        desk, one = self._of(n, which)
        if one:
            desk.change(one, **{field: value})

    @rule(n=desk_numbers, which=st.integers(0, 9), value=st.sampled_from("ab"))
    def edit_two(self, n: int, which: int, value: str) -> None:
        desk, one = self._of(n, which)
        if one:
            desk.change(one, description=value, channel=value)

    @rule(n=desk_numbers, which=st.integers(0, 9), to=st.sampled_from(STATES))
    def move(self, n: int, which: int, to: str) -> None:
        desk, one = self._of(n, which)
        if one:
            desk.change(one, "move", state=to)

    @rule(n=desk_numbers, which=st.integers(0, 9))
    def delete(self, n: int, which: int) -> None:
        desk, one = self._of(n, which)
        if one:
            desk.change(one, "delete")

    @rule(n=desk_numbers, which=st.integers(0, 9))
    def comment(self, n: int, which: int) -> None:
        desk, one = self._of(n, which)
        if one:
            desk.comment(one, "said")

    @rule(which=st.integers(0, 9), team=st.sampled_from(TEAMS))
    def assign(self, which: int, team: str | None) -> None:
        lead, one = self._of(2, which)
        if one:
            lead.change(one, "assign", team=team)

    @rule(n=desk_numbers)
    def settle(self, n: int) -> None:
        self.desks[n % len(self.desks)].settle_all()

    @rule(n=desk_numbers, team=st.sampled_from(TEAMS))
    def send_to_another_team(self, n: int, team: str | None) -> None:
        if n % 4 != 2:
            ground.site.boss.centre._call(
                "change_person", ground.people[n % 4], None, None, team or "", None
            )

    @precondition(lambda self: len(self.desks) < 6)
    @rule(n=desk_numbers)
    def copy_profile(self, n: int) -> None:
        desk = self.desks[n % len(self.desks)]
        folder = self.folder / f"copy{len(self.desks)}"
        shutil.copytree(desk.path.parent, folder)
        self.desks.append(ground.open(folder, desk.login))

    @rule(n=desk_numbers, fault=st.sampled_from(FAULTS))
    def sync(self, n: int, fault: str) -> None:
        desk = self.desks[n % len(self.desks)]
        fired = _with_fault(desk, fault)
        try:
            desk.run()
        except Fault:
            assert fired
        finally:
            _without_fault(desk)
            if fault == "crash":
                desk.crash()
        numbers = [
            op.device_seq for op in desk.ops().values() if op.device_id == desk.centre.device_id
        ]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))  # without a gap

    def _until_quiet(self) -> None:
        """Until each of them had a round without news since anybody's last with news."""
        since = 0
        for desk in self.desks * 8:
            done = desk.run()
            since = 0 if done.sent or done.changed or done.renumbered else since + 1
            if since == len(self.desks):
                return
        raise AssertionError("never quiet")

    def teardown(self) -> None:
        if not getattr(self, "desks", None):
            return
        try:
            self._until_quiet()
            check(ground.site, self.desks)
            if sum(desk.settle_all() for desk in self.desks):
                self._until_quiet()
                check(ground.site, self.desks)
        finally:
            for desk in self.desks:
                ground.close_desk(desk)
            shutil.rmtree(self.folder, ignore_errors=True)


class Fault(Busy):
    def __init__(self) -> None:
        super().__init__("centre_unreachable", place="nowhere")


def _with_fault(desk: WholeDesk, fault: str) -> list[str]:
    """Let the next round meet a fault; the list fills when it has fired."""
    fired: list[str] = []
    push, pull, answered = desk.centre.push, desk.centre.pull, desk.replica.answered

    def fire() -> None:
        fired.append(fault)
        raise Fault

    def faulty_push(ops):
        if fault == "before":
            fire()
        if fault == "twice":
            push(ops)
            fired.append(fault)
        if fault == "reordered" and len(ops) > 1:
            try:
                push(ops[1:])
            except Exception:
                fired.append(fault)
                desk.centre.close()
        answers = push(ops)
        if fault == "old_batch":
            assert all(a.duplicate for a in push(ops))
            fired.append(fault)
        if fault == "lost_answer":
            fire()
        return answers

    def faulty_pull(*args):
        page = pull(*args)
        if fault == "half_pull":
            fire()
        return page

    def faulty_answered(answers):
        if fault == "crash":
            fire()
        answered(answers)

    desk.centre.push, desk.centre.pull = faulty_push, faulty_pull
    desk.replica.answered = faulty_answered
    return fired


def _without_fault(desk: WholeDesk) -> None:
    for thing, name in ((desk.centre, "push"), (desk.centre, "pull"), (desk.replica, "answered")):
        vars(thing).pop(name, None)


@pytest.fixture
def grounds(postgres_cluster: Cluster) -> Iterator[None]:
    global ground
    ground = Ground(postgres_cluster)
    yield
    ground.close()


def histories(examples: int, seed: int) -> None:
    print(f"seed of the histories: {seed}")
    case = Histories
    case._hypothesis_internal_use_seed = seed  # type: ignore[attr-defined]
    run_state_machine_as_test(
        case,
        settings=settings(
            max_examples=examples,
            stateful_step_count=16,
            database=None,
            print_blob=True,
            phases=(Phase.generate, Phase.shrink) if SHRINK else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_some_histories(grounds) -> None:
    """The same at every run; this seed once found a copy's audit rows that were never told."""
    histories(8, 2021415100)


@pytest.mark.parametrize(
    "part", [pytest.param(n, marks=pytest.mark.xdist_group(f"histories {n}")) for n in range(8)]
)
def test_two_thousand_histories(grounds, part: int) -> None:
    """Others at every run. What test_mutations takes away is missed within some forty of them."""
    histories(250, random.randrange(2**32))
