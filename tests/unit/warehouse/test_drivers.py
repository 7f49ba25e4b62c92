"""The search for the slices that explain a change, on planted and on labelled cases."""

import csv
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from workbench.domain.driver import Effect
from workbench.warehouse.drivers import coded, explain_file, search
from workbench.warehouse.series import Cells, read_cells

CASES = Path("/work/shared/data/drivers")
FIELDS = {"a": 5, "b": 8, "c": 6}
ROWS = list(product(*([f"{name}{i}" for i in range(size)] for name, size in FIELDS.items())))


def cells(change, noise: float = 0.02, seed: int = 0) -> Cells:
    """Every combination of three fields; ``change(row)`` is the factor of its real value."""
    r = np.random.default_rng(seed)
    expected = np.round(r.lognormal(3, 1, len(ROWS)))
    factors = np.array([change(dict(zip(FIELDS, row, strict=True))) for row in ROWS])
    real = np.maximum(expected * factors * (1 + r.normal(0, noise, len(ROWS))), 0)
    keys = tuple(list(column) for column in zip(*ROWS, strict=True))
    return Cells(tuple(FIELDS), keys, real, expected, [])


@pytest.mark.parametrize("factor", [0.0, 0.5, 1.6, 4.0])
@pytest.mark.parametrize(
    "planted",
    [{"a": "a1"}, {"b": "b7"}, {"a": "a2", "c": "c3"}, {"a": "a0", "b": "b1", "c": "c2"}],
)
def test_the_slice_that_changed_as_one_comes_first(planted: dict, factor: float) -> None:
    case = cells(lambda row: factor if planted.items() <= row.items() else 1.0, noise=0.005)
    first = explain_file(case)[0]
    assert dict(first.slice) == planted
    assert first.effect is Effect.VOLUME
    assert first.volume == pytest.approx(first.observed - first.expected)


def test_two_causes_are_told_in_the_order_of_their_weight() -> None:
    def change(row: dict) -> float:
        return 3.0 if row["a"] == "a1" else 1.8 if row["b"] == "b2" else 1.0

    first, second = explain_file(cells(change))[:2]
    assert first.slice == (("a", "a1"),)
    assert second.slice == (("b", "b2"),)
    assert first.contribution > second.contribution > 0
    assert first.contribution + second.contribution == pytest.approx(100, abs=5)


def test_what_rose_everywhere_is_everything() -> None:
    (only,) = explain_file(cells(lambda row: 1.7))
    assert only.slice == ()
    assert only.contribution == pytest.approx(100)


def test_a_slice_that_did_not_exist_before_is_found() -> None:
    case = cells(lambda row: 1.0, noise=0)
    fresh = np.array([row[0] == "a4" for row in ROWS])
    case = Cells(case.fields, case.keys, case.real, np.where(fresh, 0.0, case.expected), [])
    first = explain_file(case)[0]
    assert (first.slice, first.expected) == ((("a", "a4"),), 0.0)


def test_of_equally_good_slices_the_one_with_fewer_and_earlier_fields_is_named() -> None:
    names = ["x", "x", "y", "y"]
    case = Cells(
        ("first", "same"), (names, names), np.array([9.0, 9, 1, 1]), np.array([1.0, 1, 1, 1]), []
    )
    assert explain_file(case)[0].slice == (("first", "x"),)


def test_no_change_has_no_drivers() -> None:
    assert explain_file(cells(lambda row: 1.0, noise=0)) == []
    assert explain_file(Cells(("a",), ([],), np.array([]), np.array([]), [])) == []


def test_a_slice_of_a_handful_is_marked_small() -> None:
    case = Cells(("a",), (["x", "y"],), np.array([4.0, 1]), np.array([1.0, 1]), [])
    assert explain_file(case)[0].small


def test_changes_that_cancel_have_no_share_of_the_whole() -> None:
    case = Cells(("a",), (["x", "y"],), np.array([10.0, 90]), np.array([90.0, 10]), [])
    found = explain_file(case)
    assert {d.slice for d in found} == {(("a", "x"),), (("a", "y"),)}
    assert [d.contribution for d in found] == [None, None]


def test_many_values_of_many_fields_do_not_need_every_combination() -> None:
    r = np.random.default_rng(0)
    keys = [[f"{i}" for i in r.integers(0, 5000, 6000)] for _ in range(3)]
    keys[0][:300] = ["hot"] * 300
    expected = np.full(6000, 10.0)
    real = expected.copy()
    real[:300] = 40
    codes, names = coded(keys)
    first = next(search(codes, real, expected, depth=3, limit=1))
    assert [(i, names[i][code]) for i, code in first.where] == [(0, "hot")]


@pytest.mark.slow
@pytest.mark.skipif(not CASES.is_dir(), reason="the labelled cases are not on this machine")
@pytest.mark.parametrize("layer", [1, 2])
def test_the_labelled_cases_at_hand_have_the_right_slice_first(layer: int) -> None:
    folder = CASES / f"B_cuboid_layer_{layer}_n_ele_1"
    with (folder / "injection_info.csv").open(encoding="utf-8") as file:
        truth = {row["timestamp"]: row["set"] for row in csv.DictReader(file)}
    told = {}
    for time in truth:
        case = read_cells(folder / f"{time}.csv.gz", "real", "predict", list("abcd"))
        told[time] = "&".join(f"{f}={v}" for f, v in explain_file(case)[0].slice)
    assert told == truth
