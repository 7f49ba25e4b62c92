"""The nearest stored texts: found, replaced, removed, from many threads."""

import threading

import pytest

from workbench.similar import index
from workbench.similar.index import TextIndex
from workbench.similar.model import Similarity

TEXTS = {
    1: "怎么开通白条",
    2: "怎么关闭白条",
    3: "白条什么时候还款",
    4: "白条额度为什么降低了",
    5: "退款以后白条还要还吗",
}


@pytest.fixture
def stored() -> TextIndex[int]:
    made: TextIndex[int] = TextIndex(Similarity.load())
    for id, text in TEXTS.items():
        made.add(id, text)
    return made


@pytest.mark.parametrize(
    ("question", "nearest"),
    [("如何激活白条", 1), ("想取消白条怎么弄", 2), ("白条几号还款", 3), ("白條額度變少", 4)],
)
def test_another_wording_finds_the_stored_question(
    stored: TextIndex[int], question: str, nearest: int
) -> None:
    assert stored.nearest(question, 1)[0].id == nearest


def test_matches_come_likeliest_first_and_not_more_than_asked(stored: TextIndex[int]) -> None:
    found = stored.nearest("白条怎么还款", 3)
    assert len(found) == 3
    assert [m.score for m in found] == sorted((m.score for m in found), reverse=True)
    assert stored.nearest("白条怎么还款", 0) == []


def test_a_removed_text_is_not_found_and_its_place_is_used_again(stored: TextIndex[int]) -> None:
    stored.remove(1)
    stored.remove(99)
    assert 1 not in stored
    assert 1 not in {m.id for m in stored.nearest("怎么开通白条", 10)}
    stored.add(6, "利息是多少")
    assert len(stored) == len(TEXTS)
    assert stored.nearest("利息多少", 1)[0].id == 6
    assert 6 not in {m.id for m in stored.nearest("开通", 10)}


def test_a_text_saved_again_replaces_the_one_before(stored: TextIndex[int]) -> None:
    stored.add(1, "人脸识别过不了")
    assert len(stored) == len(TEXTS)
    assert stored.nearest("刷脸不通过", 1)[0].id == 1
    assert 1 not in {m.id for m in stored.nearest("开通", 10)}


@pytest.mark.parametrize("nothing", ["", "？！", "   "])
def test_nothing_asked_or_nothing_stored_finds_nothing(
    stored: TextIndex[int], nothing: str
) -> None:
    assert stored.nearest(nothing) == []
    assert TextIndex[int](Similarity.load()).nearest("怎么开通白条") == []
    stored.add(7, nothing)
    assert 7 not in {m.id for m in stored.nearest("怎么开通白条")}


def test_an_emptied_index_keeps_no_word(stored: TextIndex[int]) -> None:
    for id in TEXTS:
        stored.remove(id)
    assert len(stored) == 0
    assert stored._postings == {}
    assert stored.nearest("怎么开通白条") == []


def test_long_texts_are_shortened_and_fewer_of_them_weighed(stored: TextIndex[int]) -> None:
    for id in range(100, 160):
        stored.add(id, f"第{id}次来电，开通白条一直不成功，" * 100)
    weighed: list[int] = []
    compare = Similarity.compare

    def counted(self: Similarity, one, others):  # type: ignore[no-untyped-def]
        weighed.append(len(others))
        return compare(self, one, others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Similarity, "compare", counted)
        assert len(stored.nearest("开通白条一直不成功" * 50, 8)) == 8
    assert weighed == [max(8, index.LETTERS // 800)]


def test_the_profiles_kept_ready_are_bounded(
    stored: TextIndex[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "PROFILES", 3)
    stored.nearest("白条", 5)
    assert len(stored._profiles) == 3


@pytest.mark.slow
def test_many_threads_add_remove_and_ask_at_once(stored: TextIndex[int]) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(40):
                id = number * 1000 + turn
                stored.add(id, f"线程{number}的第{turn}条白条还款问题")
                stored.nearest("白条还款问题", 3)
                if turn % 2:
                    stored.remove(id)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(stored) == len(TEXTS) + 4 * 20
    assert set(stored._slot_of) == {id for id in stored._ids if id is not None}
