"""What all integration tests share."""

import pytest

from workbench.storage import keys


@pytest.fixture(autouse=True)
def _passphrases_cost_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command opens its profile by a passphrase, and argon2id at full cost would take more than
    half of its time. The costs stand in each key file; those of the product are tests/unit's."""
    monkeypatch.setattr(keys, "_ARGON", {"time_cost": 1, "memory_cost": 64, "parallelism": 1})
