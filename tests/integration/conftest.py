"""What all integration tests share."""

from collections.abc import Iterator

import pytest

from workbench.storage import keys


@pytest.fixture(scope="module", autouse=True)
def _passphrases_cost_little() -> Iterator[None]:
    """Each command opens its profile by a passphrase, and argon2id at full cost would take more than
    half of its time. The costs stand in each key file; those of the product are tests/unit's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_ARGON", {"time_cost": 1, "memory_cost": 64, "parallelism": 1})
        yield
