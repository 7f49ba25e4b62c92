"""The wheel and the source package, the same bytes for the same source."""

import subprocess
import sys
from pathlib import Path

from installer.environment import ROOT, RUN_LOCK
from installer.packages.environment import run


def source_date() -> str:
    """SOURCE_DATE_EPOCH for everything: what is set, else the last commit's, else a fixed day."""
    import os

    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return given
    told = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or "1764288000"


def build(out: Path) -> list[Path]:
    """hatchling takes every time from SOURCE_DATE_EPOCH, sorts, and gives plain permissions."""
    out.mkdir(parents=True, exist_ok=True)
    before = set(out.iterdir())
    run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(out)],
        SOURCE_DATE_EPOCH=source_date(),
    )
    made = [*out.glob("activation_workbench-*.whl"), *out.glob("activation_workbench-*.tar.gz")]
    return sorted(path for path in made if path not in before) or sorted(made)


def collect(out: Path) -> None:
    """The locked wheels of this system and Python, each checked against its hash."""
    out.mkdir(parents=True, exist_ok=True)
    run(
        [
            *(sys.executable, "-m", "pip", "--no-input", "download", "--quiet", "--no-deps"),
            *("--require-hashes", "--only-binary=:all:", "-d", str(out), "-r", str(RUN_LOCK)),
        ]
    )
