"""Times, bounds and results: a slow path is reported as missed, whatever the machine."""

import pytest

from workbench.bench.measure import Bound, Result, Timed, absent, faster, in_turn


class HandClock:
    """Time that passes only when a work says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def work(self, seconds: float, answer: object = None):
        def work() -> object:
            self.now += seconds
            return answer

        return work


def test_works_take_turns_and_keep_their_times_and_first_answers() -> None:
    clock, said = HandClock(), []
    answers = iter(("first", "second", "third"))

    def ours() -> str:
        said.append("ours")
        clock.now += len(said)
        return next(answers)

    def theirs() -> None:
        said.append("theirs")

    one, other = in_turn([ours, theirs], 3, clock)
    assert said == ["ours", "theirs"] * 3
    assert (one.seconds, other.seconds) == ([1, 3, 5], [0, 0, 0])
    assert (one.best, one.middle, one.answer) == (1, 3, "first")


@pytest.mark.parametrize(("share", "within"), [(0.95, 95), (0.5, 50), (1.0, 100), (0.01, 1)])
def test_a_share_of_the_times_is_the_nearest_rank(share: float, within: float) -> None:
    assert Timed([float(n) for n in range(100, 0, -1)]).part(share) == within


@pytest.mark.parametrize(("seconds", "reached"), [(1.0, True), (1.25, True), (1.26, False)])
def test_a_path_slower_than_its_bound_is_missed(seconds: float, reached: bool) -> None:
    clock = HandClock()
    ours, theirs = in_turn([clock.work(seconds), clock.work(1.0)], 3, clock)
    result = faster("diagnose_hand", ours.best, theirs.best, 0.8, 10, equal=True)
    assert result.ratio == pytest.approx(1 / seconds)
    assert result.reached is reached


def test_no_speed_makes_a_wrong_result_good() -> None:
    result = faster("diagnose_hand", 1.0, 100.0, 0.8, 10, equal=False)
    assert not result.reached
    assert result.note == "differs"


def test_a_bound_holds_at_its_limit_on_either_side() -> None:
    assert Bound(50, "ms").reached(50) and not Bound(50, "ms").reached(50.1)
    assert Bound(20, at_least=True).reached(20) and not Bound(20, at_least=True).reached(19.9)


def test_what_is_not_installed_is_not_reached_and_named() -> None:
    result = absent("import_pandas", "s", Bound(5, at_least=True), 10, "pandas")
    assert not result.reached
    assert (result.bench, result.note, result.params) == ("import", "absent", {"package": "pandas"})


def test_a_bound_without_a_ratio_is_put_to_our_own_number() -> None:
    assert Result("explain", "ms", Bound(30, "ms"), ours=29.0).reached
    assert not Result("explain", "ms", Bound(30, "ms"), ours=31.0).reached
