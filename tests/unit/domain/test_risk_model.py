"""Risk models: compared with the last sound one, suspected by what chance does not explain."""

from datetime import datetime, timedelta

import pytest

from workbench.domain.rates import Rate
from workbench.domain.risk_model import Reviewed, Sign, groups, watch

START = datetime(2026, 11, 1)


def decided(model: str, day: int, sound_declined: int, group: str = "employed") -> Reviewed:
    at = START + timedelta(days=day)
    return Reviewed(model, group, 1500, 400, 1000, sound_declined, at, at + timedelta(days=4))


def bins(*counts: int) -> list[tuple[int, int, int]]:
    return [(n, count, count) for n, count in enumerate(counts)]


def test_a_model_that_declines_far_more_sound_customers_is_suspected() -> None:
    good, bad = watch([decided("b", 5, 300), decided("a", 0, 30)], {}, {"b": 7}, {})
    assert (good.model, good.against, good.suspected) == ("a", None, False)
    assert (bad.against, bad.signs, bad.passed_before) == ("a", (Sign.DECLINES,), 7)
    assert bad.change[0] < 0.27 < bad.change[1]
    assert bad.suspected


def test_the_next_one_is_compared_with_the_last_that_was_not_suspected() -> None:
    rows = [decided("a", 0, 30), decided("b", 5, 300), decided("c", 9, 32)]
    mended = watch(rows, {}, {}, {})[2]
    assert (mended.against, mended.signs) == ("a", ())


@pytest.mark.parametrize("declined", [30, 40, 45])
def test_what_chance_or_a_little_more_care_explains_is_no_sign(declined: int) -> None:
    assert not watch([decided("a", 0, 30), decided("b", 5, declined)], {}, {}, {})[1].signs


def test_few_customers_say_nothing() -> None:
    at = START
    rows = [
        Reviewed("a", None, 150, 10, 100, 2, at, at),
        Reviewed("b", None, 150, 90, 100, 60, at + timedelta(days=1), at),
    ]
    assert not watch(rows, {}, {}, {})[1].signs


def test_scores_that_lie_elsewhere_are_a_sign_that_needs_another() -> None:
    scores = {"a": bins(*[100] * 20), "b": bins(*[300] * 10, *[10] * 10)}
    rows = [decided("a", 0, 30), decided("b", 5, 30)]
    shifted = watch(rows, scores, {}, {})[1]
    assert shifted.psi_sound > 0.25 and shifted.signs == (Sign.SCORES,)
    assert not shifted.suspected
    both = watch(rows, scores, {}, {"b": Rate(40, 60)})[1]
    assert both.signs == (Sign.SCORES, Sign.APPEALS) and both.suspected


def test_the_same_scores_do_not_shift_and_few_have_no_psi() -> None:
    rows = [decided("a", 0, 30), decided("b", 5, 30)]
    assert watch(rows, {m: bins(*[100] * 20) for m in "ab"}, {}, {})[1].psi == pytest.approx(0)
    assert watch(rows, {m: bins(9, 9) for m in "ab"}, {}, {})[1].psi is None


def test_one_overturned_appeal_is_no_sign() -> None:
    rows = [decided("a", 0, 30), decided("b", 5, 30)]
    assert not watch(rows, {}, {}, {"b": Rate(1, 1)})[1].signs


def test_groups_stand_beside_the_same_group_before_the_largest_first() -> None:
    rows = [
        decided("a", 0, 30),
        decided("b", 5, 30),
        Reviewed("b", "student", 9000, 4500, 0, 0, START, START),
    ]
    student, employed = groups(rows, "b", "a")
    assert (student.group, student.before, student.change) == ("student", None, None)
    assert employed.before == employed.declined == Rate(400, 1500)
    assert employed.change[0] < 0 < employed.change[1]
