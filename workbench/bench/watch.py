"""A server that this process starts ends with it, even where it is killed."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ended_with_us(*command: str) -> Iterator[None]:
    """Runs ``command`` if this process ends within, however it ends.

    A shell of its own session waits at the end of a pipe that this process alone holds open: told
    to leave it leaves; when the pipe breaks instead, it becomes the command.
    """
    watch = subprocess.Popen(
        ["sh", "-c", 'read -r _ || exec "$@"', "watch", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )
    try:
        yield
    finally:
        watch.communicate(b"leave\n")
