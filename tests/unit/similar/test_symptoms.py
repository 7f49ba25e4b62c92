"""What a customer's words tell: a table of wordings, most of which tell nothing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.taxonomy import Symptom
from workbench.similar.symptoms import LONGEST, suggest_symptom


def _cases() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / "symptom_cases.txt").read_text("utf-8").splitlines()
    rows = [line.partition("|") for line in lines if line and not line.startswith("#")]
    return [(expected.strip(), text.strip()) for expected, _, text in rows]


@pytest.mark.parametrize(("expected", "text"), _cases())
def test_a_wording_tells_its_symptom_or_nothing(expected: str, text: str) -> None:
    assert suggest_symptom(text) == (None if expected == "-" else Symptom(expected))


def test_the_table_is_long_enough_to_mean_something() -> None:
    expected = [symptom for symptom, _ in _cases()]
    assert len(expected) >= 150
    assert expected.count("-") >= 75


@pytest.mark.parametrize("lead", ["你好，", "我想问一下 ", "【投诉】", "\n\n"])
@pytest.mark.parametrize("tail", ["", "。谢谢", "！！！", "\n急", " 13800000000"])
def test_greetings_and_endings_change_nothing(lead: str, tail: str) -> None:
    assert suggest_symptom(f"{lead}白条审核未通过{tail}") is Symptom.REVIEW_DECLINED


def test_a_long_text_is_read_to_its_limit_and_no_further() -> None:
    assert suggest_symptom("好。" * 500 + "激活时系统繁忙") is Symptom.UI_ERROR
    assert suggest_symptom("好" * LONGEST + "激活时系统繁忙") is None


@given(st.text(max_size=200))
def test_any_text_gives_a_symptom_or_nothing(text: str) -> None:
    assert suggest_symptom(text) in (None, *Symptom)
