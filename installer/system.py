"""What must be there outside Python: Qt's system libraries, a Chinese font, venv itself."""

import ctypes
import functools
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

LINUX = sys.platform.startswith("linux")

# file that the loader is asked for -> Debian's package (Ubuntu 24.04 resolves the same names)
ALWAYS = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
}
FOR_A_DISPLAY = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
FONT = "fonts-noto-cjk"
FONT_FILES = ("*CJK*", "*cjk*", "wqy-*", "SourceHan*", "DroidSansFallback*", "uming*", "ukai*")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
TEST_TOOLS = {
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus-daemon",
    "at-spi-bus-launcher": "at-spi2-core",  # what screen readers read by
    "objdump": "binutils",  # PyInstaller's, for the package that a test makes
    "strace": "strace",
    "initdb": "postgresql",
    "pgbouncer": "pgbouncer",
    "java": "openjdk-17-jre-headless",
    "pipx": "pipx",
    "appstreamcli": "appstream",
    "desktop-file-validate": "desktop-file-utils",
}
DEBIAN_POSTGRESQL = Path("/usr/lib/postgresql")  # where Debian keeps initdb, off the PATH


class Missing(Exception):
    """Something that only the person at the machine can install; the text says how."""


def missing_libraries(display: bool) -> dict[str, str]:
    """Those of Qt's libraries that the loader does not find, with their packages."""
    if not LINUX:
        return {}
    wanted = ALWAYS | (FOR_A_DISPLAY if display else {})
    return {file: package for file, package in wanted.items() if not _loads(file)}


def has_chinese_font() -> bool:
    """Asked of fontconfig; where that has no tool, looked for by the names of usual font files."""
    if not LINUX:
        return True  # Windows and macOS bring theirs
    if tool := shutil.which("fc-list"):
        listed = subprocess.run([tool, ":lang=zh", "file"], capture_output=True, check=False)
        return bool(listed.stdout.strip())
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(next(folder.rglob(name), None) for folder in folders for name in FONT_FILES)


def missing_for_venv() -> str | None:
    """Debian's package where its Python came without venv's pip, else None."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return None
    return f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"


def provide(*, display: bool, test_tools: bool) -> list[str]:
    """Install what is missing where we may; warnings about the rest that is not essential.

    Raises Missing for what the workbench cannot start without.
    """
    libraries = missing_libraries(display or can_install())
    optional = [] if has_chinese_font() else [FONT]
    if test_tools and LINUX:
        optional += [package for tool, package in TEST_TOOLS.items() if not has_tool(tool)]
    essential = list(libraries.values())
    if venv := missing_for_venv():
        essential.append(venv)
    if (essential or optional) and can_install():
        install([*essential, *optional])
        importlib.invalidate_caches()
        libraries = missing_libraries(display)
        essential = list(libraries.values()) + [p for p in (missing_for_venv(),) if p]
        optional = [] if has_chinese_font() else [FONT]
    if essential:
        files = f" (not found: {', '.join(libraries)})" if libraries else ""
        raise Missing(
            f"Some system packages that the workbench needs are missing{files}.\n"
            f"Please run:  {command(essential + optional)}\nand then this command again."
        )
    return [
        f"Missing, and worth installing: {command([package])}"
        + (" (without a Chinese font, Chinese shows as boxes)" if package == FONT else "")
        for package in optional
    ]


def has_tool(tool: str) -> bool:
    """True where a program of the tests can be called."""
    return bool(
        shutil.which(tool)
        or shutil.which(tool, path="/usr/sbin:/usr/libexec")  # not on everybody's PATH
        or next(DEBIAN_POSTGRESQL.glob(f"*/bin/{tool}"), None)
    )


def can_install() -> bool:
    """True for root on Debian and its kin."""
    return LINUX and os.geteuid() == 0 and _apt() is not None


def command(packages: list[str]) -> str:
    """The line that installs these packages, or their names where we do not know the system."""
    names = " ".join(packages)
    if _apt() is None:
        return f"your system's installer for the packages that Debian calls {names}"
    return f"sudo apt-get install {names}"


def install(packages: list[str]) -> None:
    """apt, once updated; its own words are shown. Raises Missing where it fails."""
    print(f"      apt installs {' '.join(packages)}", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    _update()
    done = subprocess.run(
        [_apt(), "install", "-y", "-q", "--no-install-recommends", *packages],
        env=quiet,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise Missing(f"apt could not install {' '.join(packages)}:\n{said}")


@functools.cache
def _update() -> None:
    """Once a run; a list that cannot be refreshed may still hold what is needed."""
    subprocess.run(
        [_apt(), "update", "-q"],
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        capture_output=True,
        check=False,
    )


def _apt() -> str | None:
    return shutil.which("apt-get") if LINUX else None


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True
