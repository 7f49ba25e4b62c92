"""An engine of a file's tests, which hold nothing in it."""

import os
from collections.abc import Iterator

import pytest

from workbench.warehouse.engines.duckdb import DuckEngine, DuckSession


@pytest.fixture(scope="module")
def session() -> Iterator[DuckSession]:
    engine = DuckEngine(None, os.urandom(32))
    with engine.session() as session:
        yield session
    engine.close()
