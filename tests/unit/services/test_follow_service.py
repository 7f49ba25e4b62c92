"""Following: who may, one at a time, bad ones told once, what is out of reach tried again."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ui.fakes import NOW, FakeAttemptStore, FakeFeed, FakeRecords
from workbench.domain.errors import BadInput, Busy, NotPermitted, StoreFault, Usage
from workbench.domain.following import Delivery, Followed, FollowNews, FollowState, Mark, Rows
from workbench.domain.importing import Mapping
from workbench.domain.people import Person, Role
from workbench.domain.progress import CancelToken
from workbench.services.attempts import mapping_to_json
from workbench.services.following import FollowService
from workbench.services.session import Session


class Bench:
    """A service on fakes; ``waits`` are the pauses it made, and it stops after ``most`` of them."""

    def __init__(self, most: int = 1) -> None:
        self.store, self.records, self.feed = FakeAttemptStore(), FakeRecords(), FakeFeed()
        self.session = Session(Person("li", "李雷", Role.TEAM_LEAD))
        self.service = FollowService(
            self.store, self.records, self.session, self.feed.open, self.turn, lambda: NOW
        )
        self.turns: list[Busy] = []  # raised by the next ones
        self.news: list[FollowNews] = []
        self.waits: list[float] = []
        self.cancel = CancelToken()
        self.most = most

    @contextmanager
    def turn(self, source: Followed) -> Iterator[None]:
        if self.turns:
            raise self.turns.pop(0)
        yield

    def wait(self, seconds: float, cancel: CancelToken) -> None:
        self.waits.append(seconds)
        if len(self.waits) >= self.most:
            cancel.cancel()

    def follow(self, source: Followed, **more) -> list[FollowState]:
        self.service.follow(source, self.news.append, self.cancel, wait=self.wait, **more)
        return [news.state for news in self.news]


@pytest.fixture
def source(tmp_path: Path) -> Followed:
    return Followed(str(tmp_path))


def delivery(name: str, *, refusable: bool = True) -> Delivery:
    key = f"follow:x:{name}"
    return Delivery(
        name, Path(f"/in/{name}"), Mark(key, "taken"), Mark(key, "bad") if refusable else None
    )


def test_what_comes_is_imported_noted_told_and_audited(source: Followed) -> None:
    bench = Bench()
    bench.feed.deliveries = [delivery("a.csv")]
    states = bench.follow(source)
    assert states == [FollowState.FOLLOWING, FollowState.STOPPED]
    assert bench.store.noted == {"follow:x:a.csv": "taken"}
    batch = bench.news[0].batch
    assert batch is not None and batch.report is not None
    assert (batch.name, batch.report.imported, bench.news[0].new, bench.news[0].last) == (
        "a.csv", 2, 2, NOW,
    )  # fmt: skip
    assert bench.news[0].grew
    assert [entry.action for entry in bench.records.audit()] == ["follow"]


def test_a_role_that_may_not_import_follows_nothing(source: Followed) -> None:
    bench = Bench()
    bench.session.person = replace(bench.session.person, role=Role.AGENT)
    bench.feed.deliveries = [delivery("a.csv")]
    for act in (bench.follow, bench.service.keep, bench.service.forget, bench.service.check):
        with pytest.raises(NotPermitted):
            act(source)
    assert bench.store.imported == [] and bench.news == []


def test_a_bad_file_is_noted_and_the_next_one_comes(source: Followed) -> None:
    bench = Bench()
    bench.feed.deliveries = [delivery("bad.csv"), delivery("a.csv")]
    bench.store.error = BadInput("no_known_columns", file="bad.csv")
    bench.follow(source)
    told = [(n.batch.name, n.batch.error is None) for n in bench.news if n.batch]
    assert told == [("bad.csv", False), ("a.csv", True)]
    assert bench.store.noted == {"follow:x:bad.csv": "bad", "follow:x:a.csv": "taken"}


def test_a_source_that_is_of_no_use_at_all_ends_it(source: Followed) -> None:
    bench = Bench()
    bench.feed.deliveries = [delivery("t", refusable=False)]
    bench.store.error = BadInput("no_outcome_column", file="t", headers="a")
    with pytest.raises(BadInput):
        bench.follow(source)
    assert bench.feed.closed == 1


@pytest.mark.parametrize("error", [Busy("follow_folder_away", folder="x"), StoreFault("disk_full")])
def test_what_is_out_of_reach_is_told_once_and_tried_again_ever_slower(
    source: Followed, error
) -> None:
    bench = Bench(most=4)
    tries = [error, error, None]

    def look(marks):
        found = tries.pop(0) if tries else None
        if found is not None:
            raise found
        return iter(())

    bench.feed.look = look  # type: ignore[method-assign]
    states = bench.follow(source)
    assert states == [FollowState.TROUBLE, FollowState.FOLLOWING, FollowState.STOPPED]
    assert bench.news[0].error is error
    assert bench.waits == [1, 2, 0.5, 0.5]


def test_an_import_that_failed_is_not_noted(source: Followed) -> None:
    bench = Bench()
    bench.feed.deliveries = [delivery("a.csv")]
    bench.store.error = StoreFault("disk_full")
    bench.follow(source)
    assert bench.store.noted == {} and bench.news[0].state is FollowState.TROUBLE


def test_whoever_waits_for_its_turn_hears_that_the_store_grew(source: Followed) -> None:
    bench = Bench(most=3)
    busy = Busy("followed_elsewhere", source="x")
    bench.turns = [busy, busy, busy]

    def wait(seconds: float, cancel: CancelToken) -> None:
        if len(bench.waits) == 0:
            bench.store.set_mark(Mark(f"follow:{source.id}:a.csv", "taken"))
        bench.wait(seconds, cancel)

    bench.service.follow(source, bench.news.append, bench.cancel, wait=wait)
    assert [(n.state, n.grew) for n in bench.news] == [
        (FollowState.ELSEWHERE, False),
        (FollowState.ELSEWHERE, True),
        (FollowState.STOPPED, False),
    ]
    assert bench.store.imported == []


def test_its_turn_begins_where_the_one_before_has_left(source: Followed) -> None:
    bench = Bench()
    bench.store.set_mark(Mark(f"follow:{source.id}:a.csv", "taken"))
    seen: list[dict[str, str]] = []
    bench.feed.look = lambda marks: iter([seen.append(dict(marks))][:0])  # type: ignore
    bench.follow(source)
    assert seen == [{f"follow:{source.id}:a.csv": "taken"}]


def test_once_ends_by_itself_and_says_when_another_has_the_turn(source: Followed) -> None:
    bench = Bench(most=99)
    bench.feed.deliveries = [delivery("a.csv")]
    bench.follow(source, once=True)
    assert bench.store.noted and not bench.cancel.cancelled
    bench.turns = [Busy("followed_elsewhere", source="x")]
    with pytest.raises(Busy):
        bench.follow(source, once=True)


def test_rows_of_a_table_are_read_as_they_were_written(source: Followed) -> None:
    bench = Bench()
    saved = Mapping("m", columns={"a": "attempt_id"}, encoding="gbk", delimiter=";")
    with bench.records.unit_of_work() as uow:
        uow.saved.put("mapping", "m", mapping_to_json(saved))
        uow.commit()
    bench.feed.deliveries = [Delivery("t", Rows("t", b"a\n", b"1\n"), Mark("follow:x", "1"))]
    bench.follow(replace(source, mapping="m"))
    [(_, mapping)] = bench.store.imported
    assert (mapping.columns, mapping.encoding, mapping.delimiter) == (
        {"a": "attempt_id"}, "utf-8", ",",
    )  # fmt: skip


# which ones
def test_a_source_is_kept_switched_and_forgotten(source: Followed) -> None:
    service = Bench().service
    service.keep(source)
    assert service.sources() == [source]
    service.switch(source, on=False)
    assert service.sources() == [replace(source, on=False)]
    service.forget(source)
    assert service.sources() == []


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (Followed("/no/such/folder"), "no_such_folder"),
        (Followed("/tmp", mapping="none"), "no_such_mapping"),
        (Followed("/tmp", table="t"), "follow_table_of_folder"),
        (Followed("postgresql://h/d", table="t"), "follow_table_and_key"),
        (Followed("postgresql://u:secret@h/d", "t", "k"), "follow_no_password"),
        (Followed("postgresql://h/d?password=secret", "t", "k"), "follow_no_password"),
    ],
)
def test_what_cannot_be_kept_is_said(wrong: Followed, key: str) -> None:
    bench = Bench()
    with pytest.raises((BadInput, Usage), match=key):
        bench.service.keep(wrong)
    assert bench.service.sources() == []


def test_titles_and_ids_hold_no_password() -> None:
    bare = Followed("postgresql://u@h:5432/d", "t", "k")
    for place in (
        "postgresql://u:secret@h:5432/d",
        "postgresql://u@h:5432/d?password=secret",
    ):
        source = Followed(place, "t", "k")
        assert (source.bare, source.id, source.title) == (bare.place, bare.id, "t · h:5432/d")
    kept = Followed("postgresql://u:x@h/d?password=y&sslmode=require", "t", "k")
    assert kept.bare == "postgresql://u@h/d?sslmode=require"


def test_one_turn_is_held_at_a_time(tmp_path: Path, source: Followed) -> None:
    from workbench.storage.turns import file_turn

    with file_turn(tmp_path / "turns", source):
        with pytest.raises(Busy, match="followed_elsewhere"), file_turn(tmp_path / "turns", source):
            pass
        with file_turn(tmp_path / "turns", replace(source, place="/other")):
            pass
    with file_turn(tmp_path / "turns", source), nullcontext():
        pass
