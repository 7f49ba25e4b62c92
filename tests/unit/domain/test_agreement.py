"""Agreement of reviewers against published figures, and what is said where it cannot be told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.agreement import FEW, Verdict, agreement, kappa, pairs

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve
# units, with gaps; alpha for interval data is 0.849
_A = [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None]
_B = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3]
_C = [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None]
_D = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None]
KRIPPENDORFF = {
    str(n): {who: score for who, score in zip("abcd", unit, strict=True) if score is not None}
    for n, unit in enumerate(zip(_A, _B, _C, _D, strict=True))
}


def test_alpha_is_the_published_one() -> None:
    found = agreement(KRIPPENDORFF)
    assert found.value == pytest.approx(0.849, abs=5e-4)
    assert found.units == 11, "the unit of one observer tells nothing"
    assert found.low < found.value < found.high
    assert found.verdict is Verdict.GOOD


def test_kappa_is_the_published_one() -> None:
    # 50 cases, yes/no: 20 both yes, 15 both no, 5 and 10 apart; J. Cohen's kappa is 0.4
    first = [1] * 20 + [1] * 5 + [0] * 10 + [0] * 15
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    assert kappa(first, second) == pytest.approx(0.4)


def test_kappa_counts_far_apart_more_than_near() -> None:
    first = [0, 1, 2, 0, 1, 2]
    near, far = [1, 1, 2, 0, 1, 2], [2, 1, 2, 0, 1, 2]
    assert kappa(first, first) == 1
    assert kappa(first, near) > kappa(first, far)


def test_scores_that_are_all_alike_cannot_be_told_from_habit() -> None:
    units = {str(n): {"a": 2, "b": 2} for n in range(20)}
    found = agreement(units)
    assert (found.value, found.same, found.verdict) == (None, 1.0, Verdict.NO_SPREAD)
    assert kappa([2, 2], [2, 2]) is None


def test_few_double_scores_are_no_verdict() -> None:
    units = {str(n): {"a": n % 3, "b": n % 3} for n in range(FEW - 1)}
    assert agreement(units).verdict is Verdict.FEW
    units["more"] = {"a": 1, "b": 1}
    assert agreement(units).verdict is Verdict.GOOD
    assert agreement({"1": {"a": 2}}).units == 0
    assert agreement({}).value is None


def test_chance_is_poor_and_opposites_are_worse() -> None:
    opposite = {str(n): {"a": n % 2, "b": 1 - n % 2} for n in range(20)}
    found = agreement(opposite)
    assert found.value < 0 and found.verdict is Verdict.POOR and found.same == 0


def test_two_by_two_names_how_many_they_share() -> None:
    units = {"1": {"a": 1, "b": 1, "c": 0}, "2": {"a": 0, "b": 0}, "3": {"c": 1}}
    assert [(one, other, n) for one, other, n, _ in pairs(units)] == [
        ("a", "b", 2), ("a", "c", 1), ("b", "c", 1)
    ]  # fmt: skip


@settings(max_examples=20)
@given(
    st.dictionaries(
        st.text(min_size=1, max_size=3),
        st.dictionaries(st.sampled_from("abcd"), st.integers(0, 4), max_size=4),
        max_size=15,
    )
)
def test_the_order_in_which_scores_come_changes_nothing(units) -> None:
    turned = dict(reversed(units.items()))
    found = agreement(units)
    assert found == agreement(turned)
    assert found.value is None or found.value <= 1
