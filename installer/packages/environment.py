"""The environment that packages are made in: the lock and PyInstaller, nothing of development."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from installer.environment import PACKAGE_LOCK, ROOT, clean_variables

FOLDER = ROOT / "build" / "package-venv"
_STAMP = FOLDER / "stamp"


def python() -> Path:
    return FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def inside() -> bool:
    return Path(sys.prefix).resolve() == FOLDER.resolve()


def ensure() -> None:
    """Made once for a lock; each package is checked against its hash."""
    wanted = f"{sys.version}\n{hashlib.sha256(PACKAGE_LOCK.read_bytes()).hexdigest()}"
    if _STAMP.exists() and _STAMP.read_text("utf-8") == wanted:
        return
    base = getattr(sys, "_base_executable", None) or sys.executable
    run([base, "-m", "venv", "--clear", str(FOLDER)])
    run(
        [
            *(str(python()), "-m", "pip", "--no-input", "install", "--quiet", "--no-deps"),
            *("--require-hashes", "--only-binary=:all:", "--no-compile", "-r", str(PACKAGE_LOCK)),
        ]
    )
    _STAMP.write_text(wanted, "utf-8")


def run(command: list[str], folder: Path = ROOT, **variables: str) -> None:
    """Ends the process with what the command said where it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=clean_variables() | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"} | variables,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        sys.exit(f"{Path(command[0]).name} failed:\n{said}")
