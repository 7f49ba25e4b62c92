"""Shares, their intervals and differences; how a rate splits into mix and rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.driver import split_rate
from workbench.domain.rates import Rate, deciles, difference, psi, wilson


def test_wilsons_interval_of_a_known_case() -> None:
    low, high = wilson(15, 148)  # Newcombe 1998, table 1
    assert (round(low, 4), round(high, 4)) == (0.0624, 0.1605)
    assert wilson(0, 20)[0] == 0 and round(wilson(0, 20)[1], 4) == 0.1611


def test_of_nothing_nothing_is_known() -> None:
    assert Rate(0, 0).interval == (0.0, 1.0)
    assert Rate(0, 0).value == 0


def test_the_difference_of_two_rates_has_newcombes_interval() -> None:
    low, high = difference(Rate(56, 70), Rate(48, 80))  # Newcombe 1998 b, method 10
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_equal_histograms_do_not_shift_and_another_one_does() -> None:
    assert psi([10, 20, 30], [1, 2, 3]) == pytest.approx(0)
    assert psi([50, 50], [90, 10]) > 0.25
    assert psi([50, 50, 0], [50, 0, 50]) > 1, "an empty bin has no logarithm, and is a shift"
    assert psi([0, 0], [1, 2]) == 0


def test_bins_of_equal_weight_are_made_of_many_fine_ones() -> None:
    assert deciles([1] * 20) == [n // 2 for n in range(20)]
    assert deciles([0, 0]) == [0, 0]
    assert max(deciles([1000] + [1] * 30)) <= 9


counts = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda t: Rate(min(t), max(t)))


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=5))
def test_mix_and_rate_add_up_to_the_change_of_the_rate(cells) -> None:
    whole = [Rate(sum(c[i].hits for c in cells), sum(c[i].of for c in cells)) for i in (0, 1)]
    split = split_rate("channel", cells)
    change = whole[1].value - whole[0].value if whole[0].of and whole[1].of else 0
    assert split.mix + split.rate == pytest.approx(change, abs=1e-9)


def test_more_of_a_channel_that_fails_more_is_mix_alone() -> None:
    cells = [(Rate(40, 100), Rate(120, 300)), (Rate(10, 100), Rate(10, 100))]
    split = split_rate("channel", cells)
    assert split.rate == pytest.approx(0) and split.mix > 0.07


def test_the_same_channels_failing_more_is_rate_alone() -> None:
    cells = [(Rate(40, 100), Rate(80, 100)), (Rate(10, 100), Rate(20, 100))]
    split = split_rate("channel", cells)
    assert split.mix == pytest.approx(0) and split.rate == pytest.approx(0.25)
