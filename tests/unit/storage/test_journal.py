"""The draft journal: what was typed is there after any end."""

import os
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.complaint import ComplaintDraft, Demand, Experience, Reputation
from workbench.domain.errors import StoreFault
from workbench.storage import journal as module
from workbench.storage.journal import FileDraftJournal

KEY = bytes(32)


def typed(words: str, draft_id: str = "d1") -> ComplaintDraft:
    return ComplaintDraft(draft_id, description=words, demand=Demand.EXPLAIN)


def test_the_last_state_of_each_draft_comes_back(tmp_path: Path) -> None:
    journal = FileDraftJournal(tmp_path, KEY)
    for words in ("白", "白条", "白条开"):
        journal.write(typed(words))
    journal.write(typed("另一件", "d2"))
    journal.close()
    assert FileDraftJournal(tmp_path, KEY).pending() == [typed("白条开"), typed("另一件", "d2")]


def test_every_field_of_a_draft_comes_back_as_it_was(tmp_path: Path) -> None:
    whole = replace(
        typed("x"),
        received_at=datetime(2026, 11, 22, 4, 0),
        attempt_ids=("A1", "A2"),
        products=("白条",),
        blocked_payment=True,
        blocked_fen=19_950,
        experience=Experience.SEVERE,
        requested_fen=800_000,
        reputation=(Reputation.MEDIA, Reputation.GROUP),
        competitor="花呗",
    )
    journal = FileDraftJournal(tmp_path, KEY)
    journal.write(whole)
    journal.close()
    (back,) = FileDraftJournal(tmp_path, KEY).pending()
    assert back == whole
    assert isinstance(back.experience, Experience)


def test_a_discarded_draft_is_gone(tmp_path: Path) -> None:
    journal = FileDraftJournal(tmp_path, KEY)
    journal.write(typed("x"))
    journal.discard("d1")
    journal.discard("never-written")
    assert journal.pending() == []
    assert list(tmp_path.iterdir()) == []


@given(cut=st.integers(min_value=1, max_value=400))
def test_a_torn_end_costs_only_the_torn_record(tmp_path_factory, cut: int) -> None:
    folder = tmp_path_factory.mktemp("torn")
    journal = FileDraftJournal(folder, KEY)
    journal.write(typed("kept"))
    whole = (folder / "d1.draft").stat().st_size
    journal.write(typed("torn"))
    journal.close()
    file = folder / "d1.draft"
    data = file.read_bytes()
    file.write_bytes(data[: max(whole, len(data) - cut)])
    assert FileDraftJournal(folder, KEY).pending() == [typed("kept")]


def test_nothing_typed_stands_on_the_disk_in_clear(tmp_path: Path) -> None:
    journal = FileDraftJournal(tmp_path, KEY)
    journal.write(typed("张三 13812345678"))
    journal.close()
    data = b"".join(f.read_bytes() for f in tmp_path.iterdir())
    assert "张三".encode() not in data
    assert b"13812345678" not in data


def test_a_long_draft_does_not_grow_its_file_for_ever(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "_COMPACT_AT", 10_000)
    journal = FileDraftJournal(tmp_path, KEY)
    for length in range(200):
        journal.write(typed("字" * length))
    journal.close()
    assert (tmp_path / "d1.draft").stat().st_size < 12_000
    assert FileDraftJournal(tmp_path, KEY).pending() == [typed("字" * 199)]


def test_a_record_of_one_draft_does_not_pass_for_anothers(tmp_path: Path) -> None:
    journal = FileDraftJournal(tmp_path, KEY)
    journal.write(typed("x"))
    journal.close()
    (tmp_path / "d1.draft").rename(tmp_path / "d2.draft")
    assert FileDraftJournal(tmp_path, KEY).pending() == []


def test_a_folder_that_refuses_says_what_to_do(tmp_path: Path) -> None:
    journal = FileDraftJournal(tmp_path / "drafts", KEY)
    (tmp_path / "drafts").rmdir()
    with pytest.raises(StoreFault, match="draft_not_kept"):
        journal.write(typed("x"))


def test_what_is_typed_after_a_torn_end_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "d1.draft"
    journal = FileDraftJournal(tmp_path, KEY)
    journal.write(typed("one"))
    journal.write(typed("two"))
    journal.close()
    file.write_bytes(file.read_bytes()[:-5])
    again = FileDraftJournal(tmp_path, KEY)
    again.write(typed("three"))
    again.write(typed("four"))
    again.close()
    assert FileDraftJournal(tmp_path, KEY).pending() == [typed("four")]


def test_half_a_write_is_an_error_and_hides_nothing(tmp_path: Path, monkeypatch) -> None:
    journal = FileDraftJournal(tmp_path, KEY)
    journal.write(typed("kept"))
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:20]))
    with pytest.raises(StoreFault, match="draft_not_kept"):
        journal.write(typed("cut by a full disk"))
    monkeypatch.undo()
    assert journal.pending() == [typed("kept")]
    journal.write(typed("room again"))
    assert journal.pending() == [typed("room again")]
    journal.close()


def test_a_record_copied_to_another_place_in_its_file_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "d1.draft"
    journal = FileDraftJournal(tmp_path, KEY)
    journal.write(typed("old"))
    old = file.read_bytes()
    journal.write(typed("new"))
    journal.close()
    file.write_bytes(file.read_bytes() + old)
    assert FileDraftJournal(tmp_path, KEY).pending() == [typed("new")]


def test_one_file_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path, caplog) -> None:
    journal = FileDraftJournal(tmp_path, KEY)
    journal.write(typed("whole"))
    (tmp_path / "d2.draft").write_bytes(b"nonsense of some length")
    (tmp_path / "d3.draft").write_bytes(b"")
    (tmp_path / "d4.draft").mkdir()
    assert journal.pending() == [typed("whole")]
    assert "d2.draft" in caplog.text
    journal.close()


def test_a_draft_of_a_newer_version_is_read_as_far_as_it_is_known(tmp_path, monkeypatch) -> None:
    real = module.asdict
    monkeypatch.setattr(module, "asdict", lambda draft: real(draft) | {"of_tomorrow": 1})
    journal = FileDraftJournal(tmp_path, KEY)
    journal.write(typed("x"))
    assert journal.pending() == [typed("x")]
    journal.close()


def test_half_a_character_from_a_paste_is_kept(tmp_path: Path) -> None:
    journal = FileDraftJournal(tmp_path, KEY)
    journal.write(typed("a\ud83d"))
    assert journal.pending() == [typed("a\ud83d")]
    journal.close()


def test_threads_may_write_flush_and_discard_at_once(tmp_path: Path) -> None:
    journal = FileDraftJournal(tmp_path, KEY)
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for n in range(30):
                journal.write(typed(f"{n}", name))
                journal.flush()
                journal.pending()
            if name != "d0":
                journal.discard(name)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(f"d{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert journal.pending() == [typed("29", "d0")]
    journal.close()


def test_flush_puts_file_and_name_on_the_disk(tmp_path: Path, monkeypatch) -> None:
    synced = []
    journal = FileDraftJournal(tmp_path, KEY)
    journal.write(typed("x"))
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    journal.flush()
    assert (tmp_path / "d1.draft").stat().st_ino in synced
    if os.name != "nt":
        assert tmp_path.stat().st_ino in synced
    journal.close()


@pytest.mark.parametrize("name", ["../d1", "a/b", "", "d" * 65, "d.1"])
def test_a_draft_id_names_a_file_of_the_journal_and_no_other(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="draft id"):
        FileDraftJournal(tmp_path / "drafts", KEY).write(typed("x", name))
