"""The p-chart: limits by each period's own number of attempts."""

import pytest

from workbench.domain.spike import control_limits


def test_the_limits_are_three_standard_errors_around_the_common_share() -> None:
    limits = control_limits([10, 10, 10, 30], [100, 100, 100, 100])
    assert limits.centre == pytest.approx(0.15)
    assert limits.high[0] == pytest.approx(0.15 + 3 * (0.15 * 0.85 / 100) ** 0.5)
    assert limits.low[0] == pytest.approx(0.15 - 3 * (0.15 * 0.85 / 100) ** 0.5)
    assert limits.outside == (False, False, False, True)


def test_a_period_of_fewer_attempts_has_wider_limits() -> None:
    limits = control_limits([20, 2], [200, 20])
    assert limits.high[1] - limits.low[1] > limits.high[0] - limits.low[0]


def test_limits_stay_between_nought_and_one() -> None:
    limits = control_limits([1, 3], [4, 4])
    assert limits.low == (0.0, 0.0)
    assert limits.high == (1.0, 1.0)


def test_a_period_without_attempts_is_never_outside() -> None:
    limits = control_limits([0, 50], [0, 100])
    assert (limits.low[0], limits.high[0], limits.outside[0]) == (0.0, 1.0, False)
    assert control_limits([], []).outside == ()


@pytest.mark.parametrize(("failures", "attempts"), [([-1], [5]), ([6], [5])])
def test_impossible_counts_are_refused(failures: list[int], attempts: list[int]) -> None:
    with pytest.raises(ValueError, match="between 0 and attempts"):
        control_limits(failures, attempts)
