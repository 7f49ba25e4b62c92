"""Several desks at once through a PgBouncer that is killed half-way: nothing lost, nothing twice."""

import pytest

from tests.central_load import bouncer, measured

pytestmark = pytest.mark.slow


def test_desks_behind_a_pgbouncer_lose_nothing_and_are_told_everything() -> None:
    if bouncer() is None:
        pytest.skip("pgbouncer is not installed")
    found = measured(desks=40, seconds=20, every=1)
    assert found["ops"] > 200
    assert (found["lost"], found["twice"], found["unseen"], found["troubles"]) == ([], 0, [], [])
    # 20 by PgBouncer's settings; of those that it let go some may not have ended yet
    assert found["connections"] < 30 < found["desks"]
