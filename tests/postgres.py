"""A real PostgreSQL of the tests' own; where there is none, they are skipped or, if one is required,
fail."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from workbench.bench import server
from workbench.bench.server import DATABASE, USER, Cluster, binaries

__all__ = ["DATABASE", "USER", "Cluster", "binaries", "cluster"]

_REQUIRED = "WORKBENCH_REQUIRE_POSTGRES"  # =1: a missing PostgreSQL fails instead of skipping
_FAST = "-c fsync=off -c full_page_writes=off"  # for servers whose data nobody will miss


@contextmanager
def cluster(
    options: str = _FAST, data: Path | None = None, connections: int = 40
) -> Iterator[Cluster]:
    with ExitStack() as running:
        try:
            made = running.enter_context(server.cluster(options, data, connections))
        except server.Unavailable as reason:
            if os.environ.get(_REQUIRED) == "1":
                pytest.fail(f"{_REQUIRED}=1, but {reason}")
            pytest.skip(str(reason))
        yield made
