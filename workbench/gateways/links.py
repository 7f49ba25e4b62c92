"""``workbench://`` links: tells the desktop that this program opens them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from workbench.domain.errors import NotPermitted, Usage
from workbench.domain.pop import SCHEME

_NAME = "activation-workbench-links.desktop"
_KEY = rf"Software\Classes\{SCHEME}"


def register(command: list[str], *, on: bool) -> str:
    """``command`` with the link after it opens one; ``on=False`` takes that back. For this person
    alone. Returns where it stands. Raises NotPermitted, and Usage where the system has no such
    place."""
    try:
        if sys.platform == "win32":
            return _windows(command, on)
        if sys.platform == "darwin":
            raise Usage("no_links_here")
        return _desktop(command, on)
    except OSError as error:
        raise NotPermitted("links_refused", why=error.strerror or "") from error


def _desktop(command: list[str], on: bool) -> str:
    """A desktop entry in the person's own folder (freedesktop.org)."""
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    entry = Path(home) / "applications" / _NAME
    if not on:
        entry.unlink(missing_ok=True)
        return str(entry)
    entry.parent.mkdir(parents=True, exist_ok=True)
    words = " ".join(_quoted(word) for word in command)
    entry.write_text(
        "[Desktop Entry]\nType=Application\nName=Activation Workbench\nName[zh_CN]=激活工作台\n"
        f"Exec={words} %u\nNoDisplay=true\nTerminal=false\n"
        f"MimeType=x-scheme-handler/{SCHEME};\n",
        "utf-8",
    )
    for tool, *more in (
        ("xdg-mime", "default", _NAME, f"x-scheme-handler/{SCHEME}"),
        ("update-desktop-database", str(entry.parent)),
    ):
        found = shutil.which(tool)
        if found:  # without it the desktop finds the entry by itself, later
            subprocess.run([found, *more], check=False, capture_output=True, timeout=10)
    return str(entry)


def _quoted(word: str) -> str:
    """As the Desktop Entry Specification has it: % doubled, four characters escaped in quotes."""
    escaped = "".join(f"\\{c}" if c in '"`$\\' else c for c in word.replace("%", "%%"))
    return f'"{escaped}"'.replace("\\", "\\\\") if "\\" in escaped else f'"{escaped}"'


def _windows(command: list[str], on: bool) -> str:
    import winreg

    if not on:
        for key in (rf"{_KEY}\shell\open\command", rf"{_KEY}\shell\open", rf"{_KEY}\shell", _KEY):
            try:
                winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)  # type: ignore[attr-defined]
            except FileNotFoundError:
                continue
        return _KEY
    line = subprocess.list2cmdline(command) + ' "%1"'
    for key, name, value in (
        (_KEY, "", "URL:Activation Workbench"),
        (_KEY, "URL Protocol", ""),
        (rf"{_KEY}\shell\open\command", "", line),
    ):
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:  # type: ignore[attr-defined]
            winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)  # type: ignore[attr-defined]
    return _KEY
