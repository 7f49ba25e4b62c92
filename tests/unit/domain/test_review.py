"""Drawing calls, and what a scorecard makes of scores."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import paths
from workbench.domain.errors import BadInput
from workbench.domain.review import (
    Call,
    DrawRule,
    Item,
    Review,
    ReviewAnswer,
    Scorecard,
    Stratum,
    draw,
    results,
)

AT = datetime(2026, 11, 1)
CARD = Scorecard(
    "1",
    (
        Item("a", {"zh": "甲", "en": "A"}, 2, 3),
        Item("b", {"zh": "乙", "en": "B"}, 1, 1, critical=True),
    ),
)


def call(n: int, agent: str = "zhang", **changes) -> Call:
    made = Call(f"c{n:03}", f"N{n}", agent, "high_debt", AT + timedelta(hours=n), AT)
    return replace(made, **changes)


def ids(drawn) -> list[str]:
    return [d.complaint_id for d in drawn]


def test_the_same_seed_draws_the_same_calls_in_whatever_order_they_come() -> None:
    calls = [call(n, "zhang" if n % 3 else "wang") for n in range(60)]
    first = draw(calls, DrawRule.RANDOM, Stratum.AGENT, 10, "7")
    assert first == draw(list(reversed(calls)), DrawRule.RANDOM, Stratum.AGENT, 10, "7")
    assert ids(first[1]) != ids(draw(calls, DrawRule.RANDOM, Stratum.AGENT, 10, "8")[1])
    assert first[0] == 60 and len(first[1]) == 10


def test_every_agent_is_drawn_and_the_busy_ones_more() -> None:
    calls = [call(n, "busy") for n in range(90)] + [call(100 + n, "rare") for n in range(3)]
    _, drawn = draw(calls, DrawRule.RANDOM, Stratum.AGENT, 10, "1")
    assert [d.agent for d in drawn].count("rare") == 1 and len(drawn) == 10


def test_risky_calls_say_why_and_others_are_not_drawn() -> None:
    calls = [
        call(1),
        call(2, severity="critical"),
        call(3, reputation=True, reopenings=2),
        call(4, satisfaction=2),
        call(5, satisfaction=3),
    ]
    population, drawn = draw(calls, DrawRule.RISKY, Stratum.CAUSE, 10, "1")
    assert population == 3
    assert [d.risks for d in drawn] == [("severe",), ("public", "reopened"), ("unhappy",)]


def test_a_new_agent_is_one_of_the_first_thirty_days() -> None:
    calls = [call(1), call(2, at=AT + timedelta(days=30)), call(3, at=AT + timedelta(days=31))]
    _, drawn = draw(calls, DrawRule.NEW_AGENT, Stratum.AGENT, 10, "1")
    assert ids(drawn) == ["c001", "c002"]


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from("abcde"), min_size=0, max_size=40),
    st.integers(1, 50),
    st.text(max_size=4),
)
def test_a_draw_is_as_large_as_asked_and_has_nothing_twice(agents, size, seed) -> None:
    calls = [call(n, agent) for n, agent in enumerate(agents)]
    population, drawn = draw(calls, DrawRule.RANDOM, Stratum.AGENT, size, seed)
    assert population == len(calls) and len(drawn) == min(size, len(calls))
    assert len(set(ids(drawn))) == len(drawn)
    if size >= len(set(agents)):
        assert {d.agent for d in drawn} == set(agents)


@pytest.mark.parametrize(
    ("scores", "total"),
    [
        ({"a": 2, "b": 1}, 100),
        ({"a": 1, "b": 1}, 62.5),
        ({"a": 2, "b": 0}, 0),
        ({"a": 1, "b": None}, 50),
        ({"a": None, "b": None}, None),
    ],
)
def test_the_total_weighs_what_applies_and_a_critical_zero_is_all(scores, total) -> None:
    assert CARD.total(scores) == total


@pytest.mark.parametrize(
    ("scores", "comments", "key"),
    [
        ({"a": 2}, {}, "score_missing"),
        ({"a": 3, "b": 1}, {}, "score_out_of_range"),
        ({"a": -1, "b": 1}, {}, "score_out_of_range"),
        ({"a": 1, "b": 1}, {"a": " "}, "score_unproven"),
        ({"a": 2, "b": 1, "x": 1}, {}, "no_such_card_item"),
        ({"a": 2, "b": 1}, {"x": "y"}, "no_such_card_item"),
    ],
)
def test_what_is_not_full_marks_has_its_evidence(scores, comments, key) -> None:
    with pytest.raises(BadInput, match=key):
        CARD.check(scores, comments)
    CARD.check({"a": 1, "b": None}, {"a": "said nothing of the term"})


def test_the_shipped_scorecard_is_one() -> None:
    file = paths.resources() / "reviews" / "scorecard.json"
    card = Scorecard.from_json(json.loads(file.read_text("utf-8")))
    assert any(item.critical for item in card.items) and card.version


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"version": "1", "items": []},
        {"version": "1", "items": [{"id": "a", "title": {"zh": "x"}}]},
        {"version": "1", "items": [{"id": "a", "title": {"zh": "x", "en": "y"}, "best": 0}]},
        {"version": "1", "items": [{"id": "a", "title": {"zh": "x", "en": "y"}}] * 2},
    ],
)
def test_a_scorecard_that_is_none_is_refused(body) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Scorecard.from_json(body)


def review(n: int, agent: str, a: int | None, b: int, **changes) -> Review:
    scores = {"a": a, "b": b}
    made = Review(
        f"c{n}/qian", f"c{n}", f"N{n}", agent, "high_debt", AT, "qian", AT, "1", scores, {},
        CARD.total(scores),
    )  # fmt: skip
    return replace(made, **changes)


def test_results_are_the_mean_of_totals_lowest_first_with_shares_by_item() -> None:
    made = [
        review(1, "zhang", 2, 1),
        review(2, "zhang", 1, 1),
        review(2, "zhang", 1, 0, review_id="c2/sun", reviewer="sun"),
        review(3, "wang", 2, 1),
        review(4, "wang", 0, 1, card="0"),  # of an older scorecard: its items are not counted
    ]
    answers = [ReviewAnswer("x", "c2/qian", "c2", "zhang", AT, "但是")]
    first, second = results(made, answers, Stratum.AGENT, CARD)
    assert (first.name, first.reviews, first.calls, first.mean) == ("zhang", 3, 2, 54.2)
    assert (first.failed, first.answers) == (1, 1)
    assert first.items == {"a": 0.667, "b": 0.667}
    assert second.items == {"a": 1.0, "b": 1.0}
    (by_cause,) = results(made, answers, Stratum.CAUSE, CARD)
    assert (by_cause.name, by_cause.reviews) == ("high_debt", 5)
