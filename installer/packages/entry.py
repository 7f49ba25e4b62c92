"""Where the packaged program begins: as ``workbench``; ``-m workbench.x`` as an interpreter would,
because the benches start a second window by ``sys.executable -m``."""

import runpy
import sys

from workbench.__main__ import main

if len(sys.argv) > 2 and sys.argv[1] == "-m" and sys.argv[2].startswith("workbench"):
    del sys.argv[1]
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
else:
    sys.exit(main())
