"""Faults known of what is locked, by pip-audit: python3 installer/known_faults.py

CI runs it beside the tests. Where pip-audit or the lists that it asks are out of reach it says so and
is content: a site without the internet still builds. A fault that is known ends it with 1.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-package.lock")
_WORDS = ("--disable-pip", "--no-deps", "--progress-spinner", "off", "--timeout", "20")
_FOUND = "known vulnerabilit"  # pip-audit's own sentence; its code is 1 for a failure, too


def judged(code: int, said: str) -> tuple[int, str]:
    """The code to end with, and a line about it."""
    if code == 0:
        return 0, "no fault is known"
    if _FOUND in said:
        return 1, said.strip()
    last = said.strip().splitlines()[-1:] or [f"ended with {code}"]
    return 0, f"not looked: {last[0]}"


def look(tool: str | None, lock: Path) -> tuple[int, str]:
    if tool is None:
        return 0, "not looked: pip-audit is not installed"
    done = subprocess.run([tool, "-r", str(lock), *_WORDS], capture_output=True, text=True)
    return judged(done.returncode, done.stderr + done.stdout)


def main() -> int:
    beside = str(Path(sys.executable).parent)
    tool = shutil.which("pip-audit", path=beside) or shutil.which("pip-audit")
    worst = 0
    for name in LOCKS:
        code, said = look(tool, ROOT / name)
        print(f"{name}: {said}", flush=True)
        worst = max(worst, code)
    return worst


if __name__ == "__main__":
    sys.exit(main())
