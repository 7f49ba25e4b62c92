"""Makes .venv from the lock, once: a stamp in it says for what it was made."""

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tomllib
from collections import deque
from pathlib import Path

from installer import system
from installer.steps import Steps

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "workbench-stamp.json"
RUN_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
SPARK_LOCK = ROOT / "requirements-spark.lock"
TRACKER_LOCK = ROOT / "requirements-tracker.lock"
PACKAGE_LOCK = ROOT / "requirements-package.lock"

# pip reads every option from PIP_<OPTION> too; these would install elsewhere or otherwise than
# the lock says. What names the registry (index, proxy, certificates) is the site's and stays.
_PIP_LEFT_OUT = (
    "PIP_CONSTRAINT",
    "PIP_EDITABLE",
    "PIP_NO_BINARY",
    "PIP_PREFIX",
    "PIP_REQUIREMENT",
    "PIP_REQUIRE_HASHES",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
)


def ensure(steps: Steps, *, dev: bool, display: bool) -> None:
    """Leave a .venv that fits the lock; ends the process with a sentence where it cannot.

    A .venv that fits already costs some reads and hashes. ``dev`` adds the tools of development;
    they do no harm to a later start without it.
    """
    try:
        _ensure(steps, dev=dev, display=display)
    except system.Missing as missing:
        sys.exit(f"\n{missing}")


def _ensure(steps: Steps, *, dev: bool, display: bool) -> None:
    wanted = wanted_stamp(dev=dev)
    made = read_stamp()
    todo = what_to_do(made, wanted)
    if todo == "nothing":
        if dev or system.missing_libraries(display):
            _warn(system.provide(display=display, test_tools=dev))
        return
    steps.total = 4 if todo == "build" else 3
    with steps.step("System libraries and a Chinese font"):
        _warn(system.provide(display=display, test_tools=dev))
    if todo == "build":
        with steps.step(f"An environment of Python {platform.python_version()} in {VENV.name}"):
            _make_venv()
    STAMP.unlink(missing_ok=True)  # an interrupted set-up must not look finished
    lock = DEV_LOCK if dev else RUN_LOCK
    with steps.step(f"Packages, each checked against its hash in {lock.name}"):
        _install_locked(lock)
    with steps.step("The workbench itself"):
        _pip(["install", "-q", "--no-index", "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    if dev:
        steps.total += 1
        with steps.step("Roundup, the issue tracker of the tests"):
            _install_locked(TRACKER_LOCK, *_from_source("roundup"))
        _install_spark(steps)
    STAMP.write_text(json.dumps(wanted, indent=1), "utf-8")


def _from_source(name: str) -> tuple[str, str]:
    """Of a package that the registry has as a source package alone. Its build needs setuptools,
    which the lock of development brings: nothing unhashed."""
    return f"--no-binary={name}", "--no-build-isolation"


def _install_spark(steps: Steps) -> None:
    """Spark for the tests on a cluster. Those say why they are skipped where it is absent: the
    registry has it as a source package of 450 MB alone, which not every site lets through."""
    if not system.has_tool("java"):
        _warn(["No Java: the tests on a Spark cluster will be skipped."])
        return
    steps.total += 1
    with steps.step("Spark, for the tests on a cluster"):
        try:
            _install_locked(SPARK_LOCK, *_from_source("pyspark"))
        except system.Missing:
            _warn(["Spark could not be installed: the tests on a cluster will be skipped."])


def wanted_stamp(*, dev: bool) -> dict[str, str | None]:
    """What a .venv made now would be made from."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = [
        project["build-system"],
        project["project"]["dependencies"],
        project["project"]["scripts"],
        project["dependency-groups"]["build"],
        project["tool"]["hatch"],
    ]
    return {
        "place": str(ROOT),
        "python": f"{platform.python_implementation()} {sys.version_info[0]}.{sys.version_info[1]}"
        f" {platform.machine()} {sys.base_prefix}",
        "declared": _digest(json.dumps(declared, sort_keys=True).encode()),
        "run": _digest(RUN_LOCK.read_bytes()),
        "dev": _digest(b"".join(lock.read_bytes() for lock in (DEV_LOCK, SPARK_LOCK, TRACKER_LOCK)))
        if dev
        else None,
    }


def read_stamp() -> dict[str, str | None]:
    """What the present .venv was made from; empty where there is none that can start."""
    if not python().exists():  # follows the link: the Python it came from may be gone
        return {}
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def what_to_do(made: dict[str, str | None], wanted: dict[str, str | None]) -> str:
    """'nothing', 'add' (the tools of development, to a .venv that fits) or 'build'."""
    if any(made.get(key) != wanted[key] for key in ("place", "python", "declared", "run")):
        return "build"
    if wanted["dev"] is None or made.get("dev") == wanted["dev"]:
        return "nothing"
    return "add" if made.get("dev") is None else "build"


def python() -> Path:
    return _scripts() / ("python.exe" if os.name == "nt" else "python")


def workbench() -> list[Path]:
    """The command that starts the installed workbench."""
    return [_scripts() / ("workbench.exe" if os.name == "nt" else "workbench")]


def clean_variables() -> dict[str, str]:
    """Our environment without what would mix other packages into .venv."""
    left_out = {"PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV", *_PIP_LEFT_OUT}
    return {name: value for name, value in os.environ.items() if name not in left_out}


def _scripts() -> Path:
    return VENV / ("Scripts" if os.name == "nt" else "bin")


def _make_venv() -> None:
    # of the base interpreter: one venv made from another would break with it
    base = getattr(sys, "_base_executable", None) or sys.executable
    done = subprocess.run(
        [base, "-m", "venv", "--clear", str(VENV)],
        env=clean_variables(),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr)[-2000:]
        raise system.Missing(f"Python could not make {VENV}:\n{said}")


def _install_locked(lock: Path, *options: str) -> None:
    # Built packages only: a source package would fetch its build tools without a hash.
    # No resolving: the lock is the whole answer.
    _pip(
        [
            "install",
            "--require-hashes",
            "--only-binary=:all:",
            *options,
            "--no-deps",
            "-r",
            str(lock),
        ],
        total=len(re.findall(r"^[\w.-]+==", lock.read_text("utf-8"), re.MULTILINE)),
    )


def _pip(arguments: list[str], total: int = 0) -> None:
    """Run pip: with its own bars on a terminal, else with one short line a package."""
    variables = clean_variables() | {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [str(python()), "-m", "pip", "--no-input", *arguments]
    if sys.stdout.isatty():
        code = subprocess.call(command, env=variables, cwd=ROOT)
        last: deque[str] = deque()
    else:
        code, last = _follow(command, variables, total)
    if code != 0:
        for line in last:
            print(f"      {line}")
        raise system.Missing(
            "pip could not finish (its words are above). Where the public registry is out of "
            "reach, name yours (PIP_INDEX_URL, PIP_PROXY, PIP_CERT or pip's own configuration), "
            "then run this command again."
        )


def _follow(command: list[str], variables: dict[str, str], total: int) -> tuple[int, deque[str]]:
    """Exit code and last lines of a pip whose output is no terminal; counts the packages."""
    last: deque[str] = deque(maxlen=15)
    number = 0
    with subprocess.Popen(
        command,
        env=variables,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as pip:
        for line in pip.stdout:
            last.append(line.rstrip())
            if line.startswith(("Ignoring ", "Requirement already satisfied")):
                total -= 1  # another system's or another Python's, or there already
            elif found := re.match(r"Collecting ([\w.-]+)==(\S+)", line):
                number += 1
                print(f"      {number} of {total}  {found[1]} {found[2]}", flush=True)
            elif found := re.match(r"\s+Downloading .*\((\d{2,}\.?\d* MB)\)", line):
                print(f"          {found[1]} to fetch", flush=True)
            elif line.startswith("Installing collected packages"):
                print(f"      unpacking {number} packages", flush=True)
    return pip.returncode, last


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _warn(warnings: list[str]) -> None:
    for warning in warnings:
        print(f"      {warning}", flush=True)
