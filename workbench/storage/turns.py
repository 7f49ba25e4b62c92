"""One at a time among the processes of a profile: a lock on a file that ends with its holder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.domain.errors import Busy
from workbench.domain.following import Followed
from workbench.files import lock, refused


@contextmanager
def file_turn(folder: Path, source: Followed) -> Iterator[None]:
    """Raises Busy('followed_elsewhere') where another process, or thread, has it."""
    with turn(folder / f"{source.id}.turn", Busy("followed_elsewhere", source=source.title)):
        yield


@contextmanager
def turn(file: Path, busy: Busy) -> Iterator[None]:
    """Raises ``busy`` where another process, or thread, has it."""
    folder = file.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise refused(error, file) from None
    try:
        try:
            lock(handle)
        except OSError:
            raise busy from None
        yield
    finally:
        os.close(handle)
