"""Competitors in texts, counted with intervals; a policy beside those it does not cover."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from workbench.domain.driver import Period
from workbench.domain.event import DatedEvent
from workbench.domain.market import Lexicon, PolicyEffect, mentions
from workbench.domain.rates import Rate
from workbench.domain.told import Told

SHIPPED = Lexicon.from_json(
    json.loads(Path("resources/market/competitors.json").read_text("utf-8"))
)
AT = datetime(2026, 11, 8)


def told(number: str, words: str, competitor: str | None = None) -> Told:
    return Told(number, number, AT, None, None, None, None, None, competitor, words)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("已使用花呗", ["huabei"]),
        ("美团月付更方便", ["meituan"]),
        ("别的平台月付", ["other"]),
        ("有借呗和微粒贷，额度低", ["weilidai", "jiebei"]),
        ("HUABEI is cheaper", ["huabei"]),
        ("暂时不需要", []),
        ("", []),
    ],
)
def test_the_longest_word_names_the_product(text: str, names: list[str]) -> None:
    assert sorted(SHIPPED.named(text)) == sorted(names)


def test_reasons_are_told_from_the_same_words() -> None:
    assert SHIPPED.reasons_in("其他平台利率更低") == ["rate"]
    assert set(SHIPPED.reasons_in("额度更高，还有红包")) == {"limit", "offer"}


def test_names_are_counted_in_exits_and_complaints_with_what_draws_people() -> None:
    now = [told("C1", "花呗利率更低"), told("C2", "", "花呗"), told("C3", "问进度")]
    before = [told("C0", "借呗额度高")]
    first, second, third = mentions(
        SHIPPED, [("已使用花呗", 60), ("其他平台利率更低", 40), ("暂时不需要", 100)],
        [("已使用花呗", 5), ("再想想", 95)], now, before,
    )  # fmt: skip
    assert (first.term.id, first.exits, first.exits_before) == (
        "huabei", Rate(60, 200), Rate(5, 100),
    )  # fmt: skip
    assert [c.number for c in first.complaints] == ["C1", "C2"]
    assert first.exit_reasons == ("已使用花呗",) and first.reasons == (("rate", 1),)
    assert first.change[0] > 0.15
    assert (second.term.id, second.reasons) == ("other", (("rate", 40),))
    assert (third.term.id, third.complaints, third.complaints_before) == ("jiebei", (), 1)


def test_a_competitor_that_nobody_names_is_not_listed() -> None:
    assert mentions(SHIPPED, [("再想想", 5)], [], [], []) == []


@pytest.mark.parametrize(
    "body", [{}, {"competitors": [], "reasons": [{"id": "x", "zh": "x", "en": "x", "words": [""]}]}]
)
def test_a_list_of_another_shape_is_refused(body: dict) -> None:
    with pytest.raises((KeyError, ValueError)):
        Lexicon.from_json(body)


def effect(scope: str = "employment_type=student", others: int = 1000) -> PolicyEffect:
    event = DatedEvent("policy", "p", AT, None, scope)
    span = Period(AT, AT + timedelta(days=7))
    return PolicyEffect(
        event, span, span, (Rate(40, 100), Rate(90, 100)), (Rate(30, 100), Rate(80, 100)),
        (Rate(others * 3 // 10, others), Rate(others * 4 // 10, others)),
    )  # fmt: skip


def test_what_everybody_failed_more_is_not_the_policys() -> None:
    low, middle, high = effect().beyond
    assert middle == pytest.approx(0.4)
    assert 0.25 < low < middle < high < 0.55
    assert effect().change[0] > 0.35


def test_a_policy_for_all_or_without_others_has_nothing_to_stand_beside() -> None:
    assert effect(scope="").beyond is None
    assert effect(others=0).beyond is None
