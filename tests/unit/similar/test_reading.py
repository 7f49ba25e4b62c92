"""How texts are read: folding, concepts, products by role."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.similar.reading import LONGEST, lexicon, shorten


def tokens(text: str) -> str:
    return lexicon().read(text).tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("怎么开通白条", "如何激活白条"),
        ("怎麼開通白條", "怎么开通白条"),
        ("怎么开通花呗", "怎么开通花贝"),
        ("ＡＰＰ打不开", "app打不开"),
        ("我的借呗还款", "蚂蚁借呗还钱"),
        ("怎么还花呗", "怎么还款花呗"),
    ],
)
def test_wordings_of_one_thing_read_alike(one: str, other: str) -> None:
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("开通白条", "关闭白条"), ("花呗还款", "借呗还款"), ("为什么还款", "什么时候还款")],
)
def test_wordings_of_different_things_read_apart(one: str, other: str) -> None:
    assert tokens(one) != tokens(other)


def test_products_of_one_role_share_a_token_and_keep_their_brand() -> None:
    ours, theirs = lexicon().read("开通白条"), lexicon().read("开通花呗")
    assert ours.tokens == theirs.tokens
    assert ours.brands == frozenset({"baitiao"})
    assert theirs.brands == frozenset({"huabei"})


def test_numbers_are_one_token_and_kept_aside() -> None:
    read = lexicon().read("分12期和***期")
    assert read.numbers == ("***", "12")
    assert read.tokens == lexicon().read("分3期和6期").tokens


def test_every_word_of_the_lexicon_stands_in_one_concept_only() -> None:
    import json

    from workbench import paths

    data = json.loads((paths.resources() / "similar" / "lexicon.json").read_text("utf-8"))
    words = [*data["drop"], *(w for ws in data["concepts"].values() for w in ws)]
    words += [w for brands in data["products"].values() for ws in brands.values() for w in ws]
    doubled = {word for word in words if words.count(word) > 1}
    assert doubled == set()


@given(st.text(max_size=LONGEST * 2))
def test_shortening_twice_changes_nothing(text: str) -> None:
    once = shorten(text)
    assert len(once) <= LONGEST
    assert shorten(once) == once
