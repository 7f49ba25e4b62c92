"""Small files that appear whole or not at all."""

import contextlib
import errno
import os
import secrets
from pathlib import Path

from workbench.domain.errors import KnownError, NotPermitted, StoreFault

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


def refused(error: OSError, path: Path) -> KnownError:
    """What an OSError about ``path`` means to a person: no room, no access, or what it says."""
    folder = str(path.parent)
    if error.errno in _FULL:
        return StoreFault("records_disk_full", folder=folder)
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return NotPermitted("profile_not_writable", folder=folder)
    return StoreFault("profile_unusable", folder=folder, why=error.strerror or type(error).__name__)
