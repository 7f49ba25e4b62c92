"""Finds a Python that the product runs on, and goes on with it.

Any Python from 2.7 up can parse this file and the two that start it, so that an old one ends
in a sentence and not in a SyntaxError.
"""

import glob
import os
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 13)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_MARK = "WORKBENCH_PYTHON_CHOSEN"  # set once, so that a wrong answer cannot make a loop


def suitable(version):
    """True for (major, minor) from OLDEST to NEWEST."""
    return OLDEST <= tuple(version[:2]) <= NEWEST


def candidates():
    """Paths that may be a suitable Python, the newest version first."""
    found = []
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        name = "python3.%d" % minor
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            for suffix in ("", ".exe"):
                found.append(os.path.join(folder, name + suffix))
        pyenv = os.environ.get("PYENV_ROOT") or os.path.join(os.path.expanduser("~"), ".pyenv")
        found += sorted(glob.glob(os.path.join(pyenv, "versions", "3.%d.*" % minor, "bin", name)))
        local = os.environ.get("LOCALAPPDATA")
        if local:
            home = os.path.join(local, "Programs", "Python", "Python3%d" % minor)
            found.append(os.path.join(home, "python.exe"))
    return [path for path in found if os.path.isfile(path)]


def answers(path):
    """The (major, minor) that this interpreter itself tells, or None.

    It is asked, not believed by its name: pyenv leaves shims of versions that are not in use.
    """
    try:
        told = subprocess.check_output(
            [path, "-c", "import sys; print('%d %d' % sys.version_info[:2])"],
            stderr=subprocess.STDOUT,
        )
        major, minor = told.decode("ascii").split()
        return int(major), int(minor)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None


def own_environment():
    """True where this interpreter is the one in .venv, which set-up may have to replace."""
    here = os.path.normcase(os.path.realpath(sys.prefix))
    return here == os.path.normcase(os.path.realpath(os.path.join(ROOT, ".venv")))


def go_on_with(path):
    """Start the same command with another interpreter; never returns."""
    os.environ[_MARK] = "1"
    command = [path] + sys.argv
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    sys.stdout.flush()
    os.execv(path, command)


def settle():
    """Return when this Python will do; else go on with one that does, or end with a sentence."""
    chosen = os.environ.pop(_MARK, None)
    if suitable(sys.version_info):
        if own_environment() and not chosen:
            go_on_with(sys._base_executable)
        return
    if not chosen:
        for path in candidates():
            if suitable(answers(path) or (0, 0)):
                go_on_with(path)
    sys.exit(
        "This is Python %d.%d; the workbench needs Python 3.%d to 3.%d, and none was found on the "
        "PATH or in pyenv.\nInstall one (Debian, Ubuntu: apt-get install python3; others: "
        "python.org), then run this command again with it."
        % (sys.version_info[0], sys.version_info[1], OLDEST[1], NEWEST[1])
    )
