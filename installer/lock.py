"""Writes the lock files anew from pyproject.toml: python3 installer/lock.py [--upgrade] [...]

Without --upgrade the present pins are kept as far as pyproject.toml allows; arguments go to
`uv pip compile` (--upgrade, --upgrade-package NAME). One universal answer for Python 3.11 to
3.13 on Linux, Windows and macOS, with every file's hash and without any registry's address.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from installer import environment  # noqa: E402

_COMMAND = "python3 installer/lock.py"


def main(arguments: list[str]) -> int:
    uv = shutil.which("uv", path=str(environment.python().parent)) or shutil.which("uv")
    if uv is None:
        sys.exit("uv is missing: run python3 installer/test.py once, it brings it.")
    variables = os.environ | registry()
    ours = ["pyproject.toml", "--group", "build"]
    for lock, what in (
        (environment.RUN_LOCK, ours),
        (environment.DEV_LOCK, [*ours, "--group", "dev", "-c", environment.RUN_LOCK.name]),
        (
            environment.PACKAGE_LOCK,
            [*ours, "--group", "package", "-c", environment.RUN_LOCK.name],
        ),
        (environment.SPARK_LOCK, ["--group", "spark", "--no-binary", "pyspark"]),
        (environment.TRACKER_LOCK, ["--group", "tracker", "--no-binary", "roundup"]),
    ):
        code = subprocess.call(
            [
                *(uv, "pip", "compile", *what, *arguments),
                *("--universal", "--python-version", "3.11", "--only-binary", ":all:"),
                *("--generate-hashes", "--annotation-style", "line", "--quiet"),
                *("--custom-compile-command", _COMMAND, "--output-file", lock.name),
            ],
            cwd=ROOT,
            env=variables,
        )
        if code != 0:
            return code
        check(lock.read_text("utf-8"), lock.name)
        print(f"{lock.name}: written")
    return 0


def check(text: str, name: str) -> None:
    """End with a sentence if a lock names a registry or holds a package without a hash."""
    if re.search(r"://|^\s*(-i|-f|--index-url|--extra-index-url|--find-links)\b", text, re.M):
        sys.exit(f"{name} names a registry: it would work at one site only.")
    for block in re.split(r"^(?=[\w.-]+==)", text, flags=re.M)[1:]:
        if "--hash=sha256:" not in block:
            sys.exit(f"{name}: {block.splitlines()[0]} has no hash.")


def registry() -> dict[str, str]:
    """pip's main registry, in the names that uv reads: uv knows nothing of pip's configuration.

    Extra registries are left out: a lock is everyone's, and a name found there first would win.
    """

    def told(option: str) -> str:
        asked = subprocess.run(
            [str(environment.python()), "-m", "pip", "config", "get", f"global.{option}"],
            capture_output=True,
            text=True,
            check=False,
        )
        named = os.environ.get("PIP_" + option.upper().replace("-", "_"))
        return named or (asked.stdout.strip() if asked.returncode == 0 else "")

    names = {
        "UV_DEFAULT_INDEX": told("index-url"),
        "SSL_CERT_FILE": told("cert"),
    }
    return {name: value for name, value in names.items() if value and name not in os.environ}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
