"""Faults of the network and of the server, injected for real; after each, nothing is amiss."""

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.centre import Site
from tests.integration.sync.desks import WholeDesk, check
from tests.postgres import cluster
from tests.proxy import Proxy, proxy
from workbench.domain.errors import Busy, KnownError


class Ward:
    """A desk behind a network that can be spoilt, and one beside it."""

    def __init__(self, site: Site, line: Proxy, folder: Path) -> None:
        self.site, self.line = site, line
        login = site.admit()
        far = f"postgresql://{login}:secret@127.0.0.1:{line.port}/{site.database}"
        (folder / "a").mkdir()
        (folder / "b").mkdir()
        self.desk = WholeDesk(folder / "a" / "records.db", far, login)
        other = site.admit()
        self.other = WholeDesk(folder / "b" / "records.db", site.url_of(other), other)
        self.desk.centre._deadline = 1.0
        self.desk.centre._target["connect_timeout"] = 2
        self.desk.run()

    def fails(self) -> None:
        """A round that ends in a sentence, in time, and loses nothing at the desk."""
        before = set(self.desk.ops())
        with pytest.raises(KnownError) as caught:
            self.desk.run()
        assert isinstance(caught.value, Busy), caught.value
        assert set(self.desk.ops()) == before
        assert self.line.hits, "the fault fired"

    def heals(self) -> None:
        self.line.mode, self.line.latency, self.line.cut_after = "pass", 0.0, None
        self.line.cut()
        for _ in range(2):
            for desk in (self.desk, self.other):
                try:
                    desk.run()
                except Busy:
                    desk.run()  # the line was cut under it
        check(self.site, [self.desk, self.other])
        assert self.desk.complaints() == self.other.complaints()

    def close(self) -> None:
        self.desk.close()
        self.other.close()


@pytest.fixture
def ward(site: Site, tmp_path: Path) -> Iterator[Ward]:
    with proxy(site.server.socket) as line:
        made = Ward(site, line, tmp_path)
        yield made
        made.close()


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["partition", "deaf", "mute"])
def test_a_line_that_swallows_is_given_up_in_time_and_heals(ward: Ward, mode: str) -> None:
    ward.other.create("C-2")
    ward.other.run()
    ward.desk.create("C-1")
    ward.line.mode = mode
    ward.fails()
    ward.desk.create("C-3")  # work goes on
    ward.heals()
    assert len(ward.other.complaints()) == 3


@pytest.mark.parametrize("mode", ["half_open", "refuse"])
def test_a_server_that_only_seems_to_be_there(ward: Ward, mode: str) -> None:
    ward.desk.create("C-1")
    ward.line.mode = mode
    ward.line.cut()
    ward.desk.centre.close()
    ward.fails()
    ward.heals()
    assert len(ward.other.complaints()) == 1


@pytest.mark.slow
def test_a_line_cut_in_the_middle_of_a_batch(ward: Ward) -> None:
    for n in range(40):
        ward.desk.create(f"C-{n}", description="a" * 500)
    for cut_after in (100, 1_000, 20_000, 40_000):
        ward.line.hits = 0
        ward.line.cut_after = cut_after
        ward.fails()
    ward.heals()
    assert len(ward.other.complaints()) == 40


def test_one_byte_at_a_time(ward: Ward) -> None:
    ward.desk.centre._deadline = 60.0
    ward.desk.create("C-1")
    ward.line.mode = "drip"
    ward.desk.run()
    assert ward.line.hits > 1000
    ward.heals()


def test_a_slow_line(ward: Ward) -> None:
    ward.desk.create("C-1")
    ward.line.latency = 0.05
    ward.desk.run()
    assert ward.line.hits
    ward.heals()


def test_a_backend_that_is_terminated_while_it_works(ward: Ward) -> None:
    ward.desk.create("C-1")
    site, errors = ward.site, []

    def run() -> None:
        try:
            ward.desk.run()
        except KnownError as error:
            errors.append(error)

    ward.desk.centre._deadline = 60.0
    with psycopg.connect(site.url) as holder:
        holder.execute("SELECT FROM records.counter FOR UPDATE")
        round_of_it = threading.Thread(target=run)
        round_of_it.start()
        ended = False
        while not ended:
            [(ended,)] = site.as_owner(
                "SELECT coalesce(bool_or(pg_terminate_backend(pid)), false) FROM pg_stat_activity"
                " WHERE usename = %s AND wait_event_type = 'Lock'",
                ward.desk.login,
            )
        round_of_it.join()
    assert [type(e) for e in errors] == [Busy]
    ward.heals()


def durable(site: Site, on: bool) -> None:
    """What an acknowledgement means: the functions say 'on', whatever the server's default."""
    if not on:
        site.as_owner("ALTER FUNCTION records.push(uuid, jsonb) SET synchronous_commit = off")


@pytest.mark.slow
@pytest.mark.parametrize("synchronous", [True, False])
def test_an_acknowledgement_means_disk(tmp_path: Path, synchronous: bool) -> None:
    """kill -9 of the whole server right after it. The negative control loses what it said it had:
    and gets it back from the desk, which keeps what it has sent."""
    late = "-c synchronous_commit=off -c wal_writer_delay=10s -c checkpoint_timeout=1h"
    with cluster(late) as server:
        site = Site(server)
        durable(site, synchronous)
        login = site.admit()
        site.as_owner("CHECKPOINT")
        desk = WholeDesk(tmp_path / "records.db", site.url_of(login), login)
        desk.centre._deadline = 60.0
        lost = 0
        for n in range(10):
            one = desk.create(f"C-{n}")
            desk.replica.meet(desk.centre.hello({}))
            desk.replica.answered(desk.centre.push(desk.replica.unsent()))
            assert server.kill() > 3, "the fault fired"
            site.close()
            server.start()
            lost += not site.as_owner("SELECT 1 FROM records.rows WHERE entity_id = %s", one)
            desk.centre.close()
            desk.run()
            check(site, [desk])
        assert (lost == 0) is synchronous
        assert len(desk.complaints()) == 10
        desk.close()
        site.close()


@pytest.mark.slow
def test_a_centre_without_disk_space_says_so_and_goes_on_when_it_has_some(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    disk = Path(
        tempfile.mkdtemp(prefix="wb-disk-", dir="/tmp")
    )  # an ordinary user's server reads it
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120m", "tmpfs", disk], check=True)
    try:
        small = "-c max_wal_size=32MB -c min_wal_size=32MB"
        with cluster(small, disk) as server:
            site = Site(server)
            login = site.admit()
            desk = WholeDesk(tmp_path / "records.db", site.url_of(login), login)
            full = None
            for n in range(100):
                desk.create(f"C-{n}", description=os.urandom(400_000).hex())
                try:
                    desk.run()
                except KnownError as error:
                    full = error
                    break
            assert full is not None and isinstance(full, Busy), "the fault fired"
            assert desk.replica.place().waiting
            subprocess.run(["mount", "-o", "remount,size=600m", disk], check=True)
            for _ in range(1000):
                try:
                    desk.run()
                    break
                except Busy:  # it starts again by itself, unless its recovery met the full disk too
                    desk.centre.close()
                    if not (server.folder / "data" / "postmaster.pid").exists():
                        site.close()
                        server.start()
            assert not desk.replica.place().waiting
            check(site, [desk])
            desk.close()
            site.close()
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
        disk.rmdir()


@pytest.mark.slow
def test_a_clock_a_year_off_changes_nothing(site: Site, tmp_path: Path, monkeypatch) -> None:
    from datetime import timedelta

    from workbench.domain.times import utc_now

    desks = []
    for n, off in enumerate((-366, 0, 366)):
        (tmp_path / str(n)).mkdir()
        login = site.admit()
        desks.append(WholeDesk(tmp_path / str(n) / "records.db", site.url_of(login), login))
        desks[-1].sync._clock = lambda off=off: utc_now() + timedelta(days=off)
        monkeypatch.setattr(
            "workbench.storage.records.utc_now", lambda off=off: utc_now() + timedelta(days=off)
        )
        one = desks[-1].create(f"C-{n}")
        desks[-1].change(one, description=str(n))
        desks[-1].run()
    for desk in desks:
        desk.run()
    assert all(desk.complaints() == desks[0].complaints() for desk in desks)
    [(span,)] = site.as_owner("SELECT max(device_time) - min(device_time) FROM records.ops")
    assert span > timedelta(days=700), "the fault fired"
    check(site, desks)
    for desk in desks:
        desk.close()
