"""Risk models counted in a store: who declined whom, and which declines look wrong."""

from collections.abc import Iterator

import pytest

from tests.integration.warehouse.conftest import filled_store
from workbench.domain.errors import Usage
from workbench.warehouse.store import WarehouseStore

HEADER = (
    "attempt_id,customer_id,occurred_at,outcome,decision,risk_model,risk_score,employment_type,"
    "credit_history_months,overdue_count_24m,debt_ratio,paid_months_12"
)
SOUND, WEAK = "24,0,0.2,12", "1,5,0.9,1"
NO_LIMIT = {"limit": 100, "offset": 0}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseStore]:
    lines = [
        f"A1,c1,2026-10-20 08:00:00,success,approved,m1,600,employed,{SOUND}",
        f"A2,c2,2026-10-20 09:00:00,failed,declined,m1,400,student,{WEAK}",
        f"A3,c1,2026-10-21 08:00:00,failed,declined,m2,510,employed,{SOUND}",
        f"A4,c3,2026-10-21 09:00:00,failed,declined,m2,520,employed,{SOUND}",
        f"A5,c2,2026-10-21 10:00:00,failed,declined,m2,390,student,{WEAK}",
        f"A6,c4,2026-10-21 11:00:00,success,approved,m2,700,,{SOUND}",
        f"A7,c4,2026-10-19 11:00:00,failed,declined,m2,500,employed,{SOUND}",
        f"A8,c5,2026-10-21 11:00:00,failed,none,,,employed,{SOUND}",
    ]
    with filled_store(tmp_path_factory.mktemp("filled"), *lines, header=HEADER) as store:
        yield store


def test_decisions_are_counted_by_model_and_group(filled: WarehouseStore) -> None:
    found = {(r.model, r.group): r for r in filled.reviewed("employment_type")}
    assert set(found) == {("m1", "employed"), ("m1", "student"), ("m2", "employed"),
                          ("m2", "student"), ("m2", None)}  # fmt: skip
    one = found["m2", "employed"]
    assert (one.reviewed, one.declined, one.sound, one.sound_declined) == (3, 3, 3, 3)
    weak = found["m2", "student"]
    assert (weak.reviewed, weak.declined, weak.sound) == (1, 1, 0)
    with pytest.raises(Usage):
        filled.reviewed("phone")


def test_only_sound_customers_approved_earlier_passed_before(filled: WarehouseStore) -> None:
    assert filled.passed_before() == {"m2": 1}
    (row,) = filled.wrong_declines("m2", passed=True, **NO_LIMIT)
    assert row.attempt_id == "A3"
    assert filled.count_wrong("m2", passed=True) == 1


def test_declines_that_look_wrong_are_those_of_sound_customers(filled: WarehouseStore) -> None:
    rows = filled.wrong_declines("m2", passed=False, **NO_LIMIT)
    assert [row.attempt_id for row in rows] == ["A4", "A3", "A7"]
    assert filled.count_wrong("m2", passed=False) == 3
    assert filled.wrong_declines("m1", passed=False, **NO_LIMIT) == []
    page = filled.wrong_declines("m2", passed=False, limit=1, offset=1)
    assert [row.attempt_id for row in page] == ["A3"]


def test_scores_lie_in_bins_of_one_width_for_all_models(filled: WarehouseStore) -> None:
    scores = filled.score_bins()
    assert sum(n for _, n, _ in scores["m1"]) == 2 and sum(n for _, n, _ in scores["m2"]) == 5
    assert sum(sound for _, _, sound in scores["m2"]) == 4
    assert scores["m2"][-1][0] == 200, "the highest of all ends the last bin"


def test_an_attempt_names_the_model_that_reviewed_it(filled: WarehouseStore) -> None:
    assert filled.models_of(["A1", "A5", "A8", "nowhere"]) == {"A1": "m1", "A5": "m2"}
    assert filled.models_of([]) == {}
