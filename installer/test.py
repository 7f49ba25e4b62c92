"""Sets everything up and tests it: python3 installer/test.py [--all] [pytest's arguments]

The fast tests, then, with CI=true in the environment or --all, the slow ones.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[0] = ROOT  # not this folder: this very file would hide the standard library's test

from installer import python_choice  # noqa: E402

if __name__ == "__main__":
    python_choice.settle()
    sys.stdout.reconfigure(errors="replace")  # a path may hold what an old console cannot show

    from installer import start

    sys.exit(start.test(sys.argv[1:]))
