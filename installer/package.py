"""Makes what a release is made of: python3 installer/package.py [WHAT...] [--out DIR] [--key FILE]

WHAT: ``python`` (wheel and sdist), ``wheels`` (the libraries that the wheel needs), ``folder`` (needs no
Python), ``deb``, ``man``, or ``all`` but ``wheels`` that this system can make (the default). Beside them SHA256SUMS, the bill of materials and release.json; with
``--key`` (an ed25519 private key in PEM) release.json.sig. Everything is made in an environment of its
own from requirements-package.lock.
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from installer import python_choice  # noqa: E402


def main(arguments: list[str]) -> int:
    from installer.packages import environment

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="*", default=["all"])
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--key", type=Path, help="ed25519 private key (PEM) that signs the release")
    options = parser.parse_args(arguments)
    if not environment.inside():
        environment.ensure()
        sys.stdout.flush()
        command = [str(environment.python()), str(Path(__file__).resolve()), *arguments]
        if os.name == "nt":
            import subprocess

            return subprocess.call(command)
        os.execv(command[0], command)
    from installer.packages import release

    return release.make(options.what, options.out.absolute(), options.key)


if __name__ == "__main__":
    python_choice.settle()
    sys.exit(main(sys.argv[1:]))
