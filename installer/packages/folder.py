"""The folder that needs no Python of its own (PyInstaller), and on Linux the .tar.gz of it."""

import shutil
import sys
from pathlib import Path

from installer.environment import ROOT
from installer.packages.environment import run
from installer.packages.python import source_date

_HERE = Path(__file__).resolve().parent
PLACE = ROOT / "build" / "folder"


def build() -> Path:
    """The folder; its program is ``workbench`` in it. What was there before goes."""
    shutil.rmtree(PLACE, ignore_errors=True)
    run(
        [
            *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN"),
            *("--distpath", str(PLACE), "--workpath", str(ROOT / "build" / "pyinstaller")),
            str(_HERE / "workbench.spec"),
        ],
        PYTHONPATH=str(ROOT),
        PYTHONHASHSEED="0",
        SOURCE_DATE_EPOCH=source_date(),
    )
    return PLACE / "workbench"


def size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
