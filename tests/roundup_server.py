"""A real Roundup of the tests' own, on the loopback, run by an ordinary user in a private folder."""

import importlib.util
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

USER, PASSWORD = "qa", "a-password-of-the-tests"
_BIN = Path(sys.executable).parent
_ADMIN = "admin-of-the-tests"
_PATIENCE = 30.0  # seconds until it answers


@dataclass
class Running:
    """``url`` is of a tracker without limits, ``limited`` of one that lets three calls an hour."""

    url: str
    limited: str
    log: Path


@contextmanager
def running() -> Iterator[Running]:
    if importlib.util.find_spec("roundup") is None:
        pytest.skip("roundup is not installed (pyproject.toml, dev)")
    home = Path(tempfile.mkdtemp(prefix="workbench-roundup-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    process = None
    try:
        homes = [
            _tracker(home / "free", f"{base}/free/"),
            _tracker(home / "limited", f"{base}/limited/", calls=3),
        ]
        own = []
        if os.geteuid() == 0:  # the server refuses to be run by root
            nobody = pwd.getpwnam("nobody")
            for path in (home, *home.rglob("*")):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            own = ["-u", "nobody"]
        log = home / "server.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [_BIN / "roundup-server", *own, "-n", "127.0.0.1", "-p", str(port),
                 *(f"{made.name}={made}" for made in homes)],
                stdout=out, stderr=out, cwd=home,
            )  # fmt: skip
        _until_it_answers(process, f"{base}/free/", log)
        yield Running(f"{base}/free", f"{base}/limited", log)
    finally:
        if process is not None:
            process.terminate()
            process.wait(10)
        shutil.rmtree(home, ignore_errors=True)


def _tracker(home: Path, web: str, calls: int = 0) -> Path:
    admin = [_BIN / "roundup-admin", "-i", home]
    _run(*admin, "install", "classic", "sqlite")
    settings = home / "config.ini"
    text = settings.read_text("utf-8")
    values = {"web": web, "domain": "example.invalid", "host": "127.0.0.1"}
    for name, value in values.items():
        text = text.replace(f"\n#{name} = NO DEFAULT", f"\n{name} = {value}")
    text = re.sub(
        r"\n#?password_pbkdf2_default_rounds = \d+", "\npassword_pbkdf2_default_rounds = 1000", text
    )
    text = text.replace("\ndebug = \n", f"\ndebug = {home / 'mail'}\n")  # mail goes to a file
    text = text.replace("\napi_calls_per_interval = 0", f"\napi_calls_per_interval = {calls}")
    settings.write_text(text, "utf-8")
    _run(*admin, "initialise", _ADMIN)
    _run(
        *admin, "-u", f"admin:{_ADMIN}", "create", "user", f"username={USER}",
        f"password={PASSWORD}", "address=qa@example.invalid", "roles=User",
    )  # fmt: skip
    return home


def _run(*words: object) -> None:
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True)
    assert done.returncode == 0, f"{words[3:]}: {done.stdout} {done.stderr}"


def _until_it_answers(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text("utf-8", "replace")
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"Roundup did not answer: {log.read_text('utf-8', 'replace')}")
