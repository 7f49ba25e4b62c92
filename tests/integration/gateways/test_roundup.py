"""Roundup's adapter against a real Roundup server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from tests import roundup_server
from workbench.domain.errors import BadInput, Busy, NotPermitted
from workbench.domain.tracker import (
    IssueBrief,
    RateLimited,
    TicketState,
    Tracker,
    TrackerKind,
    marker,
)
from workbench.gateways.trackers import open_tracker
from workbench.gateways.trackers.roundup import Roundup
from workbench.gateways.trackers.wire import Wire

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 22, 4, 0)
BRIEF = IssueBrief(
    "0192-issue-1",
    "信用审核 超时 <b>x</b>",
    ("grouped by gateway 504", "T03 · 1.2.0"),
    "high",
    "open",
    labels=("activation",),
    counts={"attempts": 1640},
)


@pytest.fixture(scope="module")
def server() -> Iterator[roundup_server.Running]:
    with roundup_server.running() as made:
        yield made


def tracker(url: str, **changes) -> Tracker:
    made = Tracker("desk", TrackerKind.ROUNDUP, url, "issue", roundup_server.USER)
    return replace(made, **changes)


@pytest.fixture
def gateway(server) -> Iterator[Roundup]:
    made = open_tracker(tracker(server.url), roundup_server.PASSWORD)
    yield made
    made.close()


def brief(number: int) -> IssueBrief:
    return replace(BRIEF, issue_id=f"issue-{number}", title=f"{BRIEF.title} {number}")


def test_a_ticket_is_filed_found_read_closed_and_opened_again(gateway) -> None:
    assert gateway.check() == "issue"
    mark = marker("issue-1")
    assert gateway.find(mark, NOW) is None
    made = gateway.create(brief(1), mark)
    assert made.state is TicketState.OPEN and made.url.endswith(f"/issue{made.key}")
    assert gateway.find(mark, NOW) == made == gateway.read(made.key)
    closed = gateway.write(made.key, done=True)
    assert (closed.state, closed.native) == (TicketState.CLOSED, "resolved")
    assert gateway.write(made.key, done=True) == closed
    again = gateway.write(made.key, done=False)
    assert (again.state, again.native) == (TicketState.OPEN, "chatting")
    assert gateway.read(f"issue{made.key}") == again


def test_what_people_see_there_is_the_brief_and_no_more(gateway) -> None:
    made = gateway.create(brief(2), marker("issue-2"))
    wire = gateway._wire
    issue = wire.call("GET", f"/issue/{made.key}", query={"@verbose": 2}).body["data"]["attributes"]
    assert issue["title"] == "信用审核 超时 <b>x</b> 2"
    (message,) = issue["messages"]
    told = wire.call("GET", f"/msg/{message['id']}", query={"@verbose": 3}).body["data"][
        "attributes"
    ]
    assert told["content"].split("\n") == [
        "grouped by gateway 504", "T03 · 1.2.0", "", "attempts: 1640", "", "high · open", "",
        marker("issue-2"),
    ]  # fmt: skip


@pytest.mark.parametrize("lost", [1, 2])
def test_a_filing_whose_answer_was_lost_is_found_and_not_made_twice(
    gateway, server, monkeypatch, lost
) -> None:
    """Lost after the message was made, and after the issue was."""
    mark, posts = marker(f"lost-{lost}"), []
    real = Wire._exchange

    def exchange(self, method, url, headers, data):
        answer = real(self, method, url, headers, data)
        if method == "POST":
            posts.append(url)
            if len(posts) == lost:
                raise Busy("tracker_unreachable", tracker="desk", place=url)
        return answer

    monkeypatch.setattr(Wire, "_exchange", exchange)
    with pytest.raises(Busy):
        gateway.create(brief(10 + lost), mark)
    found = gateway.find(mark, NOW) or gateway.create(brief(10 + lost), mark)
    assert gateway.find(mark, NOW) == found
    titled = gateway._wire.call("GET", "/issue", query={"title": brief(10 + lost).title}).body
    assert titled["data"]["@total_size"] == 1
    messages = gateway._wire.call("GET", "/msg", query={"messageid": mark}).body
    assert messages["data"]["@total_size"] == 1


def test_refusals_say_what_to_do_and_not_the_password(server) -> None:
    wrong = open_tracker(tracker(server.url), "another-secret-word")
    with pytest.raises(NotPermitted, match="tracker_token_refused") as refused:
        wrong.check()
    assert "another-secret-word" not in str(refused.value)
    right = open_tracker(tracker(server.url), roundup_server.PASSWORD)
    with pytest.raises(BadInput, match="tracker_not_there"):
        right.read("99999")
    elsewhere = open_tracker(tracker(server.url, project="nothing"), roundup_server.PASSWORD)
    with pytest.raises(BadInput, match="tracker_not_there"):
        elsewhere.check()
    strange = tracker(server.url, options={"closed": "no such status"})
    gateway = open_tracker(strange, roundup_server.PASSWORD)
    made = gateway.create(brief(20), marker("issue-20"))
    with pytest.raises(BadInput, match="tracker_refused") as refused:
        gateway.write(made.key, done=True)
    assert "no such status" in refused.value.params["why"]
    for one in (wrong, right, elsewhere, gateway):
        one.close()


def test_a_real_limit_is_kept_without_another_call(server) -> None:
    gateway = open_tracker(tracker(server.limited), roundup_server.PASSWORD)
    with pytest.raises(RateLimited) as limited:
        for _ in range(4):
            gateway.check()
    assert 1 <= limited.value.wait.total_seconds() <= 3600
    before = server.log.read_text("utf-8").count("/limited/rest")
    with pytest.raises(RateLimited):
        gateway.check()
    assert server.log.read_text("utf-8").count("/limited/rest") == before
    gateway.close()


def test_an_issue_filed_through_the_service_is_one_ticket_that_names_nobody(
    server, tmp_path, monkeypatch
) -> None:
    """From the save at the desk to the message in a real tracker, with a lost answer between."""
    from tests.canary import forms
    from tests.unit.services.test_ticket_service import Bench

    sent: list[bytes] = []
    real = Wire._exchange

    def exchange(self, method, url, headers, data):
        sent.append(b"\n".join([url.encode(), str(dict(headers)).encode(), data or b""]))
        answer = real(self, method, url, headers, data)
        if data is not None and b"title" in data and len(sent) < 6:
            raise Busy("tracker_unreachable", tracker="bugs", place=url)
        return answer

    monkeypatch.setattr(Wire, "_exchange", exchange)
    bench = Bench(tmp_path)
    bench.names = {"王小明", "wangxiaoming"}
    bench.service._open = open_tracker
    bench.issues.briefs["i1"] = replace(
        BRIEF,
        issue_id="i1",
        title="王 小 明 无法激活 13812345678",
        body=("Wang Xiaoming 138-1234-5678", "１３８１２３４５６７８ 王小明先生", "gateway 504"),
    )
    bench.service.add(tracker(server.url, name="bugs"), roundup_server.PASSWORD)
    bench.service.file("i1", "bugs")
    assert bench.service.run().waiting == 1
    bench.restart()
    bench.service._open = open_tracker
    bench.service.retry()
    (made,) = bench.service.run().done
    bench.issues.briefs["i1"] = replace(BRIEF, issue_id="i1", done=True)
    bench.service.write_state("i1")
    assert [t.native for t in bench.service.run().done] == ["resolved"]
    gateway = open_tracker(tracker(server.url), roundup_server.PASSWORD)
    titled = gateway._wire.call("GET", "/issue", query={"title": "无法激活"}).body["data"]
    assert [row["id"] for row in titled["collection"]] == [made.key]
    secrets = ("13812345678", "王小明", "wangxiaoming")
    everything = b"\n".join(sent)
    assert b"gateway 504" in everything
    assert [f for s in secrets for f, d in forms(s).items() if d in everything] == []
    gateway.close()
    bench.records.close()
