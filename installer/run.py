"""Sets the workbench up where it stands and starts it: python3 installer/run.py [arguments]

With a display it opens the window. Without one it does the main job headless and leaves a
picture of each page in shots/. Arguments go to the workbench as they are.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[0] = ROOT  # not this folder: its test.py would hide the standard library's

from installer import python_choice  # noqa: E402

if __name__ == "__main__":
    python_choice.settle()
    sys.stdout.reconfigure(errors="replace")  # a path may hold what an old console cannot show

    from installer import start

    sys.exit(start.run(sys.argv[1:]))
