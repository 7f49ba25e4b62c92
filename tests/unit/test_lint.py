"""The linter has nothing to say, bandit's rules among its own (pyproject.toml)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def ruff(*words: str, of: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ruff", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, input=of)


def test_nothing_is_found() -> None:
    told = ruff("check", "--no-cache", ".")
    assert told.returncode == 0, told.stdout


def test_a_shell_and_a_weak_hash_would_be() -> None:
    found = ruff(
        "check", "--no-cache", "--stdin-filename", "workbench/x.py", "-",
        of='import hashlib, subprocess\nsubprocess.run("ls", shell=True)\nhashlib.md5(b"")\n',
    )  # fmt: skip
    assert "S602" in found.stdout and "S324" in found.stdout
