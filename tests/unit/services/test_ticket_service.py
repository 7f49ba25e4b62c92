"""Tickets: filed once whatever happens, kept while offline, followed both ways, nobody named."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.complaint_desk import KEY, WITNESS
from tests.fresh_records import put_into
from workbench.domain.errors import BadInput, Busy, NotPermitted, Usage
from workbench.domain.people import Person, Role
from workbench.domain.tracker import (
    IssueBrief,
    RateLimited,
    Seen,
    TicketState,
    Tracker,
    TrackerKind,
    marker,
)
from workbench.services.session import Session
from workbench.services.tickets import TicketService
from workbench.storage.records import SqlRecords

NOW = datetime(2026, 11, 22, 4, 0)
BRIEF = IssueBrief("i1", "审核超时", ("第一行", "second"), "high", "open", counts={"attempts": 3})
DESK = Tracker("desk", TrackerKind.GITHUB, "https://api.github.com", "octo/desk")


class FakeTracker:
    """A tracker in memory. ``lose``: answers of so many creations are lost; ``error``: raised by
    every call."""

    def __init__(self) -> None:
        self.tickets: list[tuple[str, IssueBrief, bool]] = []
        self.lose = 0
        self.error: Exception | None = None
        self.calls: list[str] = []
        self.closed = 0

    def open(self, tracker: Tracker, token: str) -> "FakeTracker":
        assert token == "token"
        return self

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.error is not None:
            raise self.error

    def check(self) -> str:
        self._call("check")
        return "octo/desk"

    def find(self, mark: str, since: datetime) -> Seen | None:
        self._call("find")
        found = [n for n, (known, _, _) in enumerate(self.tickets, 1) if known == mark]
        return self._seen(found[0]) if found else None

    def create(self, brief: IssueBrief, mark: str) -> Seen:
        self._call("create")
        self.tickets.append((mark, brief, False))
        if self.lose:
            self.lose -= 1
            raise Busy("tracker_unreachable", tracker="desk", place="x")
        return self._seen(len(self.tickets))

    def read(self, key: str) -> Seen:
        self._call("read")
        return self._seen(int(key))

    def write(self, key: str, *, done: bool) -> Seen:
        self._call("write")
        self.move(int(key), done=done)
        return self._seen(int(key))

    def move(self, number: int, *, done: bool) -> None:
        mark, brief, _ = self.tickets[number - 1]
        self.tickets[number - 1] = mark, brief, done

    def close(self) -> None:
        self.closed += 1

    def _seen(self, number: int) -> Seen:
        done = self.tickets[number - 1][2]
        state = TicketState.CLOSED if done else TicketState.OPEN
        return Seen(str(number), f"https://x.example/{number}", state, state.value)


class FakeIssues:
    def __init__(self) -> None:
        self.briefs = {"i1": BRIEF, "i2": replace(BRIEF, issue_id="i2")}

    def brief(self, issue_id: str) -> IssueBrief:
        if issue_id not in self.briefs:
            raise BadInput("no_such_issue", issue=issue_id)
        return self.briefs[issue_id]


class FakeTokens(dict[tuple[str, str], str]):
    def read(self, place: str, user: str) -> str | None:
        return self.get((place, user))

    def keep(self, place: str, user: str, token: str) -> bool:
        self[place, user] = token
        return True

    def forget(self, place: str, user: str) -> None:
        self.pop((place, user), None)


class Bench:
    def __init__(self, folder: Path) -> None:
        self.file = put_into(folder)
        self.tracker, self.issues, self.tokens = FakeTracker(), FakeIssues(), FakeTokens()
        self.names: set[str] = set()
        self.now = NOW
        self.session = Session(Person("qian", "钱伟", Role.ADMIN))
        self.turn: Any = nullcontext
        self.open()
        self.service.add(DESK, "token")

    def open(self) -> None:
        self.records = SqlRecords(self.file, KEY, WITNESS)
        self.service = TicketService(
            self.records, self.session, self.issues, lambda words: self.names & set(words),
            self.tracker.open, self.tokens, lambda: self.turn(), lambda: self.now,
        )  # fmt: skip

    def restart(self) -> None:
        self.records.close()
        self.open()

    def ticket(self, issue_id: str = "i1"):
        (found,) = self.service.of(issue_id)
        return found

    def ops(self) -> list[tuple[str, str, str]]:
        with self.records.unit_of_work() as uow:
            rows = (
                uow._work.reading()
                .connection()
                .exec_driver_sql("SELECT entity, kind, entity_id FROM outbox ORDER BY n")
            )
            return [tuple(row) for row in rows]

    def audited(self) -> list[str]:
        return [entry.action for entry in reversed(self.records.audit())]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.records.verify_audit()
    made.records.close()


OFFLINE = Busy("tracker_unreachable", tracker="desk", place="x")


def test_filing_makes_one_ticket_and_tells_audit_and_centre(bench) -> None:
    queued = bench.service.file("i1", "desk")
    assert queued.key is None and bench.tracker.calls == [], "saved before anything is sent"
    told = bench.service.run()
    assert [t.key for t in told.done] == ["1"] and not told.waiting
    assert bench.tracker.calls == ["find", "create"] and bench.tracker.closed == 1
    assert bench.ticket().there is TicketState.OPEN and not bench.ticket().differs
    assert bench.ops()[1:] == [("ticket", "create", "i1/desk"), ("ticket", "update", "i1/desk")]
    assert bench.audited() == ["tracker_set", "ticket_queued", "ticket_filed"]


def test_filing_again_is_the_same_ticket(bench) -> None:
    for _ in range(3):
        bench.service.file("i1", "desk")
    bench.service.run()
    bench.service.file("i1", "desk")
    bench.service.run()
    assert len(bench.tracker.tickets) == 1 and bench.service.waiting() == []


@pytest.mark.parametrize("restart", [False, True])
def test_an_answer_that_was_lost_makes_no_second_ticket(bench, restart) -> None:
    bench.tracker.lose = 1
    bench.service.file("i1", "desk")
    assert bench.service.run().waiting == 1
    if restart:
        bench.restart()
    bench.now += timedelta(minutes=2)
    assert [t.key for t in bench.service.run().done] == ["1"]
    assert len(bench.tracker.tickets) == 1


def test_two_desks_that_file_the_same_issue_get_the_same_ticket(bench, tmp_path) -> None:
    (tmp_path / "other").mkdir()
    other = Bench(tmp_path / "other")
    other.tracker.tickets = bench.tracker.tickets  # one tracker
    bench.service.file("i1", "desk")
    other.service.file("i1", "desk")
    bench.service.run()
    other.service.run()
    assert bench.ticket().key == other.ticket().key == "1" and len(bench.tracker.tickets) == 1
    other.records.close()


def test_what_could_not_be_told_is_kept_tried_less_and_less_and_survives_a_restart(bench) -> None:
    bench.tracker.error = OFFLINE
    bench.service.file("i1", "desk")
    waits = []
    for _ in range(8):
        assert bench.service.run().errors["desk"] is OFFLINE
        (errand,) = bench.service.waiting()
        waits.append((errand.next_at - bench.now).total_seconds() / 60)
        assert not bench.service.due(), "nothing to do before then"
        bench.now = errand.next_at
        bench.restart()
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert errand.problem == "tracker_unreachable" and errand.details["tracker"] == "desk"
    bench.tracker.error = None
    assert bench.service.run().done and bench.service.waiting() == []


def test_what_was_filed_is_told_as_it_was_then(bench) -> None:
    bench.service.file("i1", "desk")
    bench.issues.briefs["i1"] = replace(BRIEF, title="changed since")
    bench.service.run()
    ((_, told, _),) = bench.tracker.tickets
    assert told == BRIEF


def test_a_refusal_waits_for_a_person_and_goes_on_when_told(bench) -> None:
    bench.tracker.error = BadInput("tracker_refused", tracker="desk", why="title")
    bench.service.file("i1", "desk")
    assert bench.service.run().stopped == 1
    bench.now += timedelta(days=1)
    assert not bench.service.due() and not bench.service.run().done
    bench.tracker.error = None
    bench.service.retry("i1")
    assert bench.service.run().done


def test_one_refusal_does_not_keep_the_others_waiting(bench) -> None:
    create = bench.tracker.create

    def refused(brief, mark):
        if brief.issue_id == "i1":
            raise BadInput("tracker_refused", tracker="desk", why="x")
        return create(brief, mark)

    bench.tracker.create = refused
    bench.service.file("i1", "desk")
    bench.service.file("i2", "desk")
    told = bench.service.run()
    assert [t.issue_id for t in told.done] == ["i2"] and told.stopped == 1


def test_a_limit_holds_everything_for_that_tracker_back_and_outlives_a_restart(bench) -> None:
    bench.service.file("i1", "desk")
    bench.service.file("i2", "desk")
    bench.tracker.error = RateLimited("tracker_limit", tracker="desk", seconds=600)
    bench.service.run()
    assert bench.tracker.calls == ["find"] and not bench.service.due()
    bench.tracker.error = None
    bench.restart()
    bench.now += timedelta(seconds=599)
    bench.service.retry()
    assert bench.service.follow().done == [] and bench.tracker.calls == ["find"]
    with pytest.raises(RateLimited):
        bench.service.test("desk")
    bench.now += timedelta(seconds=1)
    assert len(bench.service.run().done) == 2


def test_without_a_token_nothing_is_sent_and_it_is_said(bench) -> None:
    bench.tokens.clear()
    bench.service.file("i1", "desk")
    told = bench.service.run()
    assert told.errors["desk"].key == "tracker_no_token" and told.stopped == 1
    bench.service.set_token("desk", " token\n")
    assert bench.service.run().done


def test_a_changed_address_does_not_get_the_old_token(bench) -> None:
    bench.service.add(replace(DESK, url="https://evil.example"))
    with pytest.raises(NotPermitted, match="tracker_no_token"):
        bench.service.test("desk")


def test_a_state_goes_out_and_comes_back(bench) -> None:
    bench.service.file("i1", "desk")
    bench.service.run()
    assert bench.service.write_state("i1") == [], "it is open in both"
    bench.issues.briefs["i1"] = replace(BRIEF, state="fixed", done=True)
    assert len(bench.service.write_state("i1")) == 1
    assert bench.service.write_state("i1") == [], "queued once"
    bench.service.run()
    assert bench.ticket().there is TicketState.CLOSED and not bench.ticket().differs
    bench.tracker.move(1, done=False)
    bench.now += timedelta(hours=1)
    told = bench.service.follow()
    assert [t.there for t in told.news] == [TicketState.OPEN]
    assert bench.ticket().differs, "told, and not closed again by itself"
    assert bench.ticket().followed_at == bench.now
    before = len(bench.ops())
    assert bench.service.follow().news == [] and len(bench.ops()) == before


def test_a_state_waits_behind_the_filing(bench) -> None:
    bench.tracker.error = OFFLINE
    bench.service.file("i1", "desk")
    bench.issues.briefs["i1"] = replace(BRIEF, done=True)
    bench.service.write_state("i1")
    bench.service.run()
    bench.tracker.error = None
    bench.service.retry()
    bench.service.run()
    bench.now += timedelta(minutes=2)
    bench.service.run()
    assert bench.tracker.tickets[0][2] and bench.service.waiting() == []


def test_an_existing_ticket_is_linked_by_number_or_address(bench) -> None:
    bench.tracker.tickets.append(("another", BRIEF, True))
    bench.service.file("i1", "desk")
    made = bench.service.link("i1", "desk", "https://github.com/octo/desk/issues/1")
    assert (made.key, made.there) == ("1", TicketState.CLOSED)
    assert bench.service.waiting() == [], "it is not filed as well"
    with pytest.raises(Usage, match="ticket_elsewhere"):
        bench.service.link("i2", "desk", "https://github.com/other/desk/issues/1")
    bench.tracker.tickets.append(("another", BRIEF, False))
    with pytest.raises(BadInput, match="ticket_linked"):
        bench.service.link("i1", "desk", "2")
    bench.service.unlink("i1", "desk")
    assert bench.service.of("i1") == []


def test_a_ticket_that_is_gone_keeps_no_other_from_being_followed(bench) -> None:
    for issue in ("i1", "i2"):
        bench.service.file(issue, "desk")
    bench.service.run()
    read = bench.tracker.read

    def gone(key):
        if key == "1":
            raise BadInput("tracker_not_there", tracker="desk")
        return read(key)

    bench.tracker.read = gone
    bench.tracker.move(2, done=True)
    told = bench.service.follow()
    assert [t.issue_id for t in told.news] == ["i2"]
    assert told.errors["desk"].key == "tracker_not_there"


def test_giving_up_what_waits_leaves_no_ticket(bench) -> None:
    bench.service.file("i1", "desk")
    bench.service.drop("i1", "desk")
    assert bench.service.waiting() == [] and bench.service.of("i1") == []
    assert not bench.service.run().done


def test_removing_a_tracker_forgets_its_token_and_what_waits(bench) -> None:
    bench.service.file("i1", "desk")
    bench.service.remove("desk")
    assert bench.tokens == {} and bench.service.waiting() == []
    with pytest.raises(BadInput, match="no_such_tracker"):
        bench.service.file("i1", "desk")


def test_one_process_at_a_time_talks_to_the_trackers(bench, tmp_path) -> None:
    from workbench.storage.turns import turn

    bench.turn = lambda: turn(tmp_path / "t.turn", Busy("tickets_elsewhere"))
    inside, leave = threading.Event(), threading.Event()

    def find(mark, since):
        inside.set()
        leave.wait(5)
        return None

    bench.tracker.find = find
    bench.service.file("i1", "desk")
    first = threading.Thread(target=bench.service.run)
    first.start()
    assert inside.wait(5)
    with pytest.raises(Busy, match="tickets_elsewhere"):
        bench.service.run()
    leave.set()
    first.join()
    assert len(bench.tracker.tickets) == 1


@contextmanager
def acting(bench: Bench, role: Role) -> Iterator[None]:
    before = bench.session.person
    bench.session.person = replace(before, role=role)
    yield
    bench.session.person = before


def test_roles(bench) -> None:
    with acting(bench, Role.QA):
        bench.service.file("i1", "desk")
        with pytest.raises(NotPermitted):
            bench.service.add(DESK)
    with acting(bench, Role.TEAM_LEAD):
        assert bench.service.of("i1")
        with pytest.raises(NotPermitted):
            bench.service.file("i2", "desk")
    with acting(bench, Role.AGENT), pytest.raises(NotPermitted):
        bench.service.of("i1")


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"url": "http://tracker.example"}, "tracker_not_https"),
        ({"url": "https://me:pw@tracker.example"}, "tracker_address"),
        ({"url": "ftp://tracker.example"}, "tracker_not_https"),
        ({"url": "https://x:99999"}, "tracker_address"),
        ({"project": "../../etc"}, "tracker_project"),
        ({"name": "a b"}, "tracker_name"),
        ({"options": {"x": "y"}}, "tracker_option"),
        ({"kind": TrackerKind.ROUNDUP, "project": "issue"}, "tracker_user"),
    ],
)
def test_a_tracker_that_cannot_be_is_refused(bench, changes, key) -> None:
    with pytest.raises(Usage, match=key):
        bench.service.add(replace(DESK, **changes))


def test_names_and_numbers_are_frozen_masked(bench) -> None:
    bench.names = {"王小明"}
    bench.issues.briefs["i1"] = replace(
        BRIEF,
        title="王 小明 13812345678",
        body=("致电 138-1234-5678", "王小明先生"),
        labels=("王小明",),
    )
    bench.service.file("i1", "desk")
    (errand,) = bench.service.waiting()
    assert errand.body["title"] == "王*** 138****5678"
    assert errand.body["body"] == ["致电 138-****-5678", "王**先生"]
    assert errand.body["labels"] == ["王**"]
    assert marker("i1") not in str(errand.body)
