"""Where the packaged program begins: as ``workbench``; ``-m workbench.x`` as an interpreter would,
because a second window is started by ``sys.executable -m``."""

import os
import runpy
import sys

from workbench.__main__ import main

# Our libraries are found by now; the system's own programs (dpkg, xdg-open) must not get them.
before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
os.environ.pop("LD_LIBRARY_PATH", None)
if before:
    os.environ["LD_LIBRARY_PATH"] = before

if len(sys.argv) > 2 and sys.argv[1] == "-m" and sys.argv[2].startswith("workbench"):
    del sys.argv[1]
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
else:
    sys.exit(main())
