"""An office of people over one records database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.complaint_desk import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()
