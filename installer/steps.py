"""Says which step of how many is under way and how long each took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Steps:
    """Prints '[2/4] ...' and, at its end, the seconds; silent until the first step begins."""

    def __init__(self, total: int = 0) -> None:
        self.total = total
        self._number = 0

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        self._number += 1
        head = f"[{self._number}/{self.total}]"
        begun = time.monotonic()
        print(f"{head} {what} ...", flush=True)
        yield
        print(f"{head} done in {time.monotonic() - begun:.1f} s", flush=True)
