"""A real PostgreSQL of one run's own, for benches and tests: made, started and removed by it.

PostgreSQL refuses to run as root, so its processes belong to an ordinary user where the tests do
not. It listens on a socket in a private directory and on no port.
"""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from workbench.bench.watch import ended_with_us

USER, DATABASE = "workbench", "workbench"


class Unavailable(Exception):
    """Why there can be no PostgreSQL here."""


def binaries() -> Path | None:
    """The folder of the newest installed initdb and pg_ctl, or None."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda p: int(p.parts[4].split(".")[0]),
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Cluster:
    """One running server; ``url`` names its database and carries its password."""

    def __init__(self, folder: Path, password: str, start: list[str], stop: list[str]) -> None:
        self.folder = folder
        self.password = password
        self._start, self._stop = start, stop

    @property
    def socket(self) -> str:
        return str(self.folder / ".s.PGSQL.5432")

    def start(self) -> None:
        # Its output goes to a file: a server that kept our pipe would keep us waiting.
        _run(self._start)

    def stop(self) -> None:
        _run(self._stop)

    def kill(self) -> int:
        """SIGKILL to every process of the server, as if the power of its memory had gone. Returns
        how many."""
        lock = self.folder / "data" / "postmaster.pid"
        parent = int(lock.read_text().split()[0])
        os.kill(parent, signal.SIGSTOP)  # or it would start others in their place
        told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True)
        every = [parent, *map(int, told.stdout.split())]
        for pid in every:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(_alive(pid) for pid in every):
            os.sched_yield()
        for left in (lock, Path(f"{self.socket}.lock")):
            left.unlink()  # where nobody buries the dead, a new server takes it for alive
        return len(every)

    @property
    def url(self) -> str:
        return self.url_of(USER, self.password, DATABASE)

    def url_of(self, user: str, password: str, database: str) -> str:
        host = quote(str(self.folder), safe="")
        return f"postgresql://{user}:{quote(password)}@{host}/{database}"


def as_ordinary_user() -> list[str]:
    """What to put before a command so that PostgreSQL agrees to run."""
    if os.name != "posix" or os.geteuid() != 0:
        return []
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in ("postgres", "nobody") if name in names), None)
    if user is None:
        raise Unavailable("no ordinary user to run PostgreSQL as")
    if shutil.which("setpriv"):
        entry = pwd.getpwnam(user)
        return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    if shutil.which("runuser"):
        return ["runuser", "-u", user, "--"]
    raise Unavailable("neither setpriv nor runuser to leave root with")


def _run(command: list[str], **more: object) -> None:
    done = subprocess.run(  # type: ignore[call-overload]
        command, capture_output=True, text=True, timeout=120, cwd="/", **more
    )
    assert done.returncode == 0, f"{command[:8]}: {done.stdout[-500:]} {done.stderr[-500:]}"


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def cluster(
    options: str = "", data: Path | None = None, connections: int = 40
) -> Iterator[Cluster]:
    """A new empty cluster with one database in UTF-8 and byte order. ``options``: more settings,
    as the server takes them on its command line; ``data``: where to make its data directory.
    Raises Unavailable."""
    folder = binaries()
    if folder is None:
        raise Unavailable("PostgreSQL is not installed (no initdb in /usr/lib/postgresql or PATH)")
    before = as_ordinary_user()
    home = Path(tempfile.mkdtemp(prefix="wb-pg-", dir="/tmp"))
    password = secrets.token_hex(8)
    place = home / "data"
    try:
        (home / "password").write_text(password)
        if data is not None:
            place.symlink_to(data / "data")
        if before:
            import pwd

            if "--reuid" in before[1]:
                owner = pwd.getpwuid(int(before[1].partition("=")[2]))
            else:
                owner = pwd.getpwnam(before[2])
            for path in (home, home / "password", *([data] if data is not None else [])):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        _run([
            *before, str(folder / "initdb"), "-D", str(place.resolve()), "-U", USER, "--encoding=UTF8",
            "--locale=C", "--auth=scram-sha-256", f"--pwfile={home / 'password'}", "--no-sync",
        ])  # fmt: skip
        settings = (
            f"-c listen_addresses='' -c unix_socket_directories='{home}'"
            f" -c max_connections={connections}"
        )
        start = [
            *before, str(folder / "pg_ctl"), "-D", str(place), "-w", "-t", "60",
            "-l", str(home / "log"), "-o", f"{settings} {options}", "start",
        ]  # fmt: skip
        stop = [*before, str(folder / "pg_ctl"), "-D", str(place), "-m", "immediate", "stop"]
        with ended_with_us("sh", "-c", '"$@"; rm -rf "$0"', str(home), *stop):
            made = Cluster(home, password, start, stop)
            made.start()
            try:
                import psycopg

                with psycopg.connect(
                    made.url_of(USER, password, "postgres"), autocommit=True
                ) as connection:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
                yield made
            finally:
                made.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)
