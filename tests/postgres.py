"""A real PostgreSQL of the tests' own: made, started and removed by the run that uses it.

PostgreSQL refuses to run as root, so its processes belong to an ordinary user where the tests do
not. It listens on a socket in a private directory and on no port.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.watch import ended_with_us

USER, DATABASE = "workbench", "workbench"
_REQUIRED = "WORKBENCH_REQUIRE_POSTGRES"  # =1: a missing PostgreSQL fails instead of skipping


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

    def __init__(self, folder: Path, password: str) -> None:
        self.folder = folder
        self.password = password

    @property
    def url(self) -> str:
        return self.url_of(USER, self.password, DATABASE)

    def url_of(self, user: str, password: str, database: str) -> str:
        host = quote(str(self.folder), safe="")
        return f"postgresql://{user}:{quote(password)}@{host}/{database}"


def _as_ordinary_user() -> list[str]:
    """What to put before a command so that PostgreSQL agrees to run."""
    if os.name != "posix" or os.geteuid() != 0:
        return []
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in ("postgres", "nobody") if name in names), None)
    if user is None:
        _unavailable("no ordinary user to run PostgreSQL as")
    if shutil.which("setpriv"):
        entry = pwd.getpwnam(user)
        return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    if shutil.which("runuser"):
        return ["runuser", "-u", user, "--"]
    _unavailable("neither setpriv nor runuser to leave root with")
    raise AssertionError


def _unavailable(reason: str) -> None:
    if os.environ.get(_REQUIRED) == "1":
        pytest.fail(f"{_REQUIRED}=1, but {reason}")
    pytest.skip(reason)


def _run(command: list[str], **more: object) -> None:
    done = subprocess.run(  # type: ignore[call-overload]
        command, capture_output=True, text=True, timeout=120, cwd="/", **more
    )
    assert done.returncode == 0, f"{command[:8]}: {done.stdout[-500:]} {done.stderr[-500:]}"


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A new empty cluster with one database in UTF-8 and byte order; skips where there is no
    PostgreSQL."""
    folder = binaries()
    if folder is None:
        _unavailable("PostgreSQL is not installed (no initdb in /usr/lib/postgresql or on PATH)")
        return
    before = _as_ordinary_user()
    home = Path(tempfile.mkdtemp(prefix="wb-pg-", dir="/tmp"))
    password = secrets.token_hex(8)
    data = home / "data"
    try:
        (home / "password").write_text(password)
        if before:
            import pwd

            if "--reuid" in before[1]:
                owner = pwd.getpwuid(int(before[1].partition("=")[2]))
            else:
                owner = pwd.getpwnam(before[2])
            for path in (home, home / "password"):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        _run([
            *before, str(folder / "initdb"), "-D", str(data), "-U", USER, "--encoding=UTF8",
            "--locale=C", "--auth=scram-sha-256", f"--pwfile={home / 'password'}", "--no-sync",
        ])  # fmt: skip
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off"
            " -c full_page_writes=off -c max_connections=40"
        )
        stop = [*before, str(folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"]
        with ended_with_us("sh", "-c", '"$@"; rm -rf "$0"', str(home), *stop):
            # Its output goes to a file: a server that kept our pipe would keep us waiting.
            _run([
                *before, str(folder / "pg_ctl"), "-D", str(data), "-w", "-t", "60",
                "-l", str(home / "log"), "-o", options, "start",
            ])  # fmt: skip
            try:
                made = Cluster(home, password)
                import psycopg

                with psycopg.connect(
                    made.url_of(USER, password, "postgres"), autocommit=True
                ) as connection:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
                yield made
            finally:
                _run(stop)
    finally:
        shutil.rmtree(home, ignore_errors=True)
