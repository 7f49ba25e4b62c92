"""What follows set-up: the window, the headless demo, or the tests."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from installer import environment, system
from installer.steps import Steps

ROOT = environment.ROOT


def run(arguments: list[str]) -> int:
    """Set up and start the workbench; its exit code, or 1 where set-up could not be finished."""
    display = has_display()
    environment.ensure(Steps(), dev=False, display=display)
    variables = environment.clean_variables()
    if not display:
        variables.setdefault("QT_QPA_PLATFORM", "offscreen")
        if opens_window(arguments):
            shots = ROOT / "shots"
            print(f"No display: the main job runs without one; pictures go to {shots}", flush=True)
            code = _call(
                [*environment.workbench(), "demo", "--headless", "--shots", shots, *arguments],
                variables,
            )
            if code == 0:
                print(f"Pictures of every page: {shots}", flush=True)
            return code
    return _hand_over([*environment.workbench(), *arguments], variables)


def test(arguments: list[str]) -> int:
    """Set up with the tools of development and run pytest; its exit code.

    The slow tests run only after fast ones that passed: a failure is told soon, and what is
    printed last is always pytest's own closing line.
    """
    slow = os.environ.get("CI", "").lower() in ("true", "1") or "--all" in arguments
    arguments = [word for word in arguments if word != "--all"]
    environment.ensure(Steps(), dev=True, display=False)
    variables = environment.clean_variables() | {"QT_QPA_PLATFORM": "offscreen"}
    # or each of the many processes that tests start would compile the program for itself
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    pytest = [str(environment.python()), "-m", "pytest"]
    # by the groups of tests/conftest.py; each process has servers of its own
    pytest += ["-n", "auto", "--dist", "loadgroup"]
    code = _call([*pytest, *arguments], variables | in_memory(), ROOT)
    if code != 0 or not slow:
        return code
    print("\nSlow tests", flush=True)
    code = _call([*pytest, *arguments, "-m", "slow"], variables, ROOT)
    return 0 if code == NO_TESTS else code


def in_memory(folder: Path = Path("/dev/shm")) -> dict[str, str]:  # noqa: S108 (pytest makes its own folder, 0700)
    """Where the fast tests keep their files: in memory if there is room, for most that they wait for
    is a disk. The slow ones, which cut power and kill, keep theirs on it."""
    roomy = folder.is_dir() and shutil.disk_usage(folder).free > 8 << 30
    return {"TMPDIR": str(folder)} if roomy else {}


NO_TESTS = 5  # pytest found none: the fast stage passed, and there was nothing slow to add


def has_display() -> bool:
    """True where a window can be shown."""
    if not system.LINUX:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def opens_window(arguments: list[str]) -> bool:
    """True for no arguments, or options alone, other than those that print and end."""
    if not arguments:
        return True
    return arguments[0].startswith("-") and arguments[0] not in ("-h", "--help", "--version")


def _call(
    command: Sequence[str | Path], variables: dict[str, str], folder: Path | None = None
) -> int:
    """The exit code of the command; of one that a signal ended, what a shell would say."""
    code = subprocess.call(command, env=variables, cwd=folder)
    return code if code >= 0 else 128 - code


def _hand_over(command: list[str | Path], variables: dict[str, str]) -> int:
    """Become the command, so that signals and the exit code are its own."""
    sys.stdout.flush()
    if os.name == "nt":
        return subprocess.call(command, env=variables)
    os.execve(command[0], [str(word) for word in command], variables)
