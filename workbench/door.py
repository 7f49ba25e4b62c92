"""The way to the running window of a profile: an address that only its owner can reach.

Standard library alone, and little of it: ``workbench open`` must be there before the caller speaks.
"""

import os
from pathlib import Path

_LONGEST = 100  # bytes of a socket's path; the systems allow 104 to 108
_PATIENCE = 3.0  # seconds for an answer
ANSWER = b"ok\n"


def address(profile: Path) -> str:
    """Where the window of a profile listens: a socket in it, or a named pipe on Windows. A path
    that is too long for a socket gets a folder of the person's own among the temporary ones."""
    folder = profile.resolve()
    place = folder / "window.socket"
    if os.name != "nt" and len(os.fsencode(place)) <= _LONGEST:
        return str(place)
    import hashlib
    import tempfile

    name = hashlib.sha256(os.fsencode(str(folder))).hexdigest()[:32]
    if os.name == "nt":
        return rf"\\.\pipe\activation-workbench-{name}"
    own = Path(tempfile.gettempdir()) / f"activation-workbench-{os.getuid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    found = own.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{own} is somebody else's")
    return str(own / name)


def knock(profile: Path, line: bytes) -> bool:
    """Hand a line to the running window; False where none is open, or it refused."""
    try:
        at = address(profile)
        return (_pipe(at, line) if os.name == "nt" else _socket(at, line)) == ANSWER
    except OSError:
        return False


def _socket(at: str, line: bytes) -> bytes:
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as way:
        way.settimeout(_PATIENCE)
        way.connect(at)
        way.sendall(line)
        return way.recv(len(ANSWER))


def _pipe(at: str, line: bytes) -> bytes:
    with Path(at).open("r+b", buffering=0) as way:
        way.write(line)
        return way.read(len(ANSWER))
