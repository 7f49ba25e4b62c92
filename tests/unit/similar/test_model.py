"""The shipped model, and training it anew."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.similar.features import common_subsequence, edit_distance
from workbench.similar.model import Similarity
from workbench.similar.train import best_threshold, f1, folds_of, read_pairs, scores_of, train

DATA = Path("/work/shared/data/questions/huabei_pairs.tsv")
SAME = [
    ("怎么开通白条", "如何激活白条"),
    ("白条逾期了会有什么影响", "白条没按时还款有什么后果"),
    ("为什么我的白条用不了", "白条怎么不能用了"),
    ("白条可以提前还款吗", "能不能提前还白条"),
    ("怎麼關閉白條", "如何取消白条"),
]
DIFFERENT = [
    ("怎么开通白条", "怎么关闭白条"),
    ("白条什么时候还款", "为什么白条还款失败"),
    ("白条逾期了怎么办", "白条额度怎么提升"),
    ("花呗怎么绑定银行卡", "借呗利息是多少"),
    ("怎么开通白条", "今天天气不错"),
]


@pytest.fixture(scope="module")
def model() -> Similarity:
    return Similarity.load()


@pytest.mark.parametrize(("a", "b"), SAME)
def test_two_wordings_of_one_question_mean_the_same(model: Similarity, a: str, b: str) -> None:
    assert model.is_same(a, b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_different_questions_do_not(model: Similarity, a: str, b: str) -> None:
    assert not model.is_same(a, b)


def test_a_question_scores_alike_for_any_product_of_its_role(model: Similarity) -> None:
    ours = model.same_meaning("白条怎么提前还款", "怎样提前还白条")
    theirs = model.same_meaning("花呗怎么提前还款", "怎样提前还花呗")
    assert ours > model.threshold
    assert theirs > model.threshold
    mixed = model.same_meaning("白条怎么提前还款", "怎样提前还花呗")
    assert mixed < ours


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_order_of_the_texts_does_not_matter(a: str, b: str) -> None:
    model = Similarity.load()
    assert model.same_meaning(a, b) == pytest.approx(model.same_meaning(b, a), abs=1e-5)
    assert 0 <= model.same_meaning(a, b) <= 1


def test_the_same_words_mean_the_same_and_silence_means_nothing(model: Similarity) -> None:
    assert model.same_meaning("白条，怎么用？", "白条怎么用") == 1
    assert model.same_meaning("", "") == 0
    assert model.same_meaning("？！", "怎么开通白条") == 0


def test_the_shipped_model_is_small_and_loads_as_it_was_saved(model: Similarity) -> None:
    data = model.to_bytes()
    assert len(data) < 5_000_000
    again = Similarity.from_bytes(data)
    for a, b in SAME + DIFFERENT:
        assert again.same_meaning(a, b) == pytest.approx(model.same_meaning(a, b), abs=1e-6)


letters = st.text("abcd", max_size=12)


@given(letters, letters)
def test_bit_parallel_lengths_equal_the_textbook_tables(a: str, b: str) -> None:
    masks: dict[str, int] = {}
    for place, letter in enumerate(a):
        masks[letter] = masks.get(letter, 0) | 1 << place
    common = np.zeros((len(a) + 1, len(b) + 1), int)
    edits = np.add.outer(np.arange(len(a) + 1), np.arange(len(b) + 1))
    for i, x in enumerate(a, 1):
        for j, y in enumerate(b, 1):
            common[i, j] = max(common[i - 1, j - 1] + (x == y), common[i - 1, j], common[i, j - 1])
            edits[i, j] = min(
                edits[i - 1, j - 1] + (x != y), edits[i - 1, j] + 1, edits[i, j - 1] + 1
            )
    assert common_subsequence(masks, len(a), b) == common[-1, -1]
    assert edit_distance(masks, len(a), b) == edits[-1, -1]


def made_pairs() -> tuple[list[tuple[str, str]], np.ndarray]:
    acts = ["开通", "关闭", "还款", "退款", "绑定", "提额", "冻结", "分期", "投诉", "逾期"]
    pairs, labels = [], []
    for i, act in enumerate(acts):
        for other in acts[i:]:
            for a, b in (("怎么{}白条", "白条如何{}"), ("花呗能{}吗", "花呗可不可以{}")):
                pairs.append((a.format(act), b.format(other)))
                labels.append(int(act == other))
    return pairs, np.array(labels, np.int8)


def test_training_is_reproducible_and_learns_what_the_labels_say() -> None:
    pairs, labels = made_pairs()
    one, other = train(pairs, labels, 0.4), train(pairs, labels, 0.4)
    assert one.to_bytes() == other.to_bytes()
    scores = scores_of(one, pairs)
    assert scores[labels == 1].min() > scores[labels == 0].max()


def test_grouped_folds_keep_pairs_that_share_a_text_together() -> None:
    pairs = [("a", "b"), ("b", "c"), ("d", "e"), ("c", "f"), ("g", "h"), ("e", "i")]
    fold = folds_of(pairs, 3, 0, grouped=True)
    assert fold[0] == fold[1] == fold[3]
    assert fold[2] == fold[5]
    assert sorted(np.bincount(folds_of(pairs, 3, 0, grouped=False))) == [2, 2, 2]


def test_the_threshold_is_the_one_with_the_best_f1() -> None:
    scores = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6] * 50)
    labels = np.array([0, 0, 0, 1, 1, 1] * 50, np.int8)
    assert 0.3 < best_threshold(labels, scores) <= 0.4
    assert f1(labels, scores >= 0.35) == 1


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_file(), reason="the labelled pairs are not on this machine")
def test_unseen_real_pairs_are_judged_with_an_f1_above_one_half() -> None:
    pairs, labels = read_pairs(DATA)
    fold = folds_of(pairs, 5, 7, grouped=True)
    kept, held = np.flatnonzero(fold != 0).tolist(), np.flatnonzero(fold == 0).tolist()
    model = train([pairs[i] for i in kept], labels[kept])
    scores = scores_of(model, [pairs[i] for i in held])
    assert f1(labels[held], scores >= Similarity.load().threshold) >= 0.50
