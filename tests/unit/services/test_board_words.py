"""Charts in words, for screen readers and reports, in both languages."""

from datetime import datetime, timedelta

import pytest

from workbench.domain.board import Board, BoardQuery, board
from workbench.domain.trend import TrendFilter, TrendPoint
from workbench.services import board_words as words

FIRST = datetime(2026, 10, 25, 16)  # UTC: Monday 26 October begins in Shanghai
DAY = timedelta(days=1)
LATE = datetime(2027, 1, 1)


def told(counts: dict[str, list[int]], days: int = 28, newest: datetime = LATE) -> Board:
    query = BoardQuery(TrendFilter(FIRST, FIRST + DAY * days))
    points = [
        TrendPoint(FIRST + DAY * n, (cause,), count, count, count)
        for cause, row in counts.items()
        for n, count in enumerate(row)
        if count
    ]
    none = dict.fromkeys(query.questions(), ())
    return board(query, none | {"chart": points}, newest=newest, now=LATE)


def weekly(week: list[int], **days: int) -> list[int]:
    row = week * 4
    for day, count in days.items():
        row[int(day[1:])] = count
    return row


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Overload rose 340% on 11 Nov: 44, usually 10."),
        ("zh", "11月11日高并发拥堵上升 340%：44，平时 10。"),
    ],
)
def test_a_rise_is_measured_against_the_same_weekday(lang, sentence) -> None:
    overload = weekly([10, 10, 10, 10, 10, 3, 3], _16=44)
    assert sentence in words.main_summary(told({"high_concurrency": overload}), lang)


def test_a_weekend_is_no_dip_and_a_monday_no_rise() -> None:
    assert words.notable(told({"high_debt": weekly([30, 30, 30, 30, 30, 2, 2])})) is None


def test_what_never_happened_before_is_said_so() -> None:
    found = told({"high_concurrency": weekly([0] * 7, _16=50), "high_debt": weekly([9] * 7)})
    assert "Overload: 50 on 11 Nov, usually none." in words.main_summary(found, "en")


def test_a_day_that_still_grows_is_neither_judged_nor_left_unsaid() -> None:
    counts = {"high_debt": [10] * 27 + [90]}
    found = told(counts, newest=FIRST + DAY * 27.5)
    assert found.growing == {27} and words.notable(found) is None
    assert words.main_summary(found, "en").endswith("not complete yet.")
    assert words.notable(told(counts)) is not None


def test_a_chart_of_nothing_says_so() -> None:
    for lang in ("zh", "en"):
        empty = told({})
        for say in (words.main_summary, words.causes_summary, words.hours_summary,
                    words.steps_summary):  # fmt: skip
            assert say(empty, lang)
