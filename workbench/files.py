"""Small files that appear whole or not at all."""

import contextlib
import errno
import os
import secrets
import sys
from pathlib import Path

from workbench.domain.errors import BadInput, KnownError, NotPermitted, StoreFault

_LOCKED_BYTE = 1 << 40  # beyond every content: a lock there keeps nobody from reading
_FULL = (errno.ENOSPC, errno.EDQUOT)


def write_whole(path: Path, data: bytes, *, new: bool = False) -> None:
    """Put ``data`` at ``path``, on the disk before the name changes; mode 0600.

    ``new`` refuses to replace: FileExistsError if another process was first. Other failures are
    OSError, for the caller to translate (``refused``).
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if not new:
            partial.replace(path)
        elif os.name == "nt":  # rename refuses an existing name there, and does not elsewhere
            partial.rename(path)
        else:
            os.link(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Put a closed file's bytes on the disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make names that appeared or went in ``folder`` durable; Windows has no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems refuse it
            os.fsync(handle)
    finally:
        os.close(handle)


def lock(handle: int) -> None:
    """Hold the open file against other processes until it is closed. Raises OSError if held."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def locked(file: Path) -> bool:
    """Whether another process (or another handle of this one) holds the file."""
    try:
        handle = os.open(file, os.O_RDWR)
    except OSError:
        return False
    try:
        lock(handle)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def unwritable(error: OSError, path: Path) -> KnownError:
    """What an OSError about a file that the person named means: no folder, no room, no access."""
    if not path.parent.is_dir():
        return BadInput("no_such_folder", folder=str(path.parent))
    if error.errno in _FULL:
        return StoreFault("disk_full")
    return NotPermitted("cannot_write", file=str(path))


def refused(error: OSError, path: Path) -> KnownError:
    """What an OSError about ``path``, a file of the profile, means to a person: no room, no
    access, or what it says."""
    folder = str(path.parent)
    if error.errno in _FULL:
        return StoreFault("records_disk_full", folder=folder)
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return NotPermitted("profile_not_writable", folder=folder)
    return StoreFault("profile_unusable", folder=folder, why=error.strerror or type(error).__name__)
