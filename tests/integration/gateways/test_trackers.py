"""GitHub's, GitLab's and Jira's adapters against servers that keep to the documented HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.contract_trackers import CONTRACTS, TOKEN, USER, Contract, Said, serving
from workbench.domain.errors import BadInput, Busy, NotPermitted
from workbench.domain.tracker import (
    IssueBrief,
    RateLimited,
    TicketState,
    Tracker,
    TrackerKind,
    marker,
)
from workbench.gateways.trackers import open_tracker, wire

NOW = datetime(2026, 11, 22, 4, 0)
BRIEF = IssueBrief(
    "issue-1",
    "Review times out",
    ("@octocat ```look```", "/close", "{noformat}T03"),
    "high",
    "open",
    labels=("two words", "a,b"),
    counts={"attempts": 1640},
)
MARK = marker(BRIEF.issue_id)


@pytest.fixture(params=CONTRACTS)
def contract(request) -> Iterator[Contract]:
    with serving(CONTRACTS[request.param]()) as made:
        yield made
        assert made.violations == [], "kept to the documented interface"


def tracker(contract: Contract, **changes) -> Tracker:
    user = USER if getattr(contract, "cloud", False) else ""
    kind = TrackerKind(contract.kind)
    return replace(Tracker("desk", kind, contract.url, contract.project, user), **changes)


@pytest.fixture
def gateway(contract):
    made = open_tracker(tracker(contract), TOKEN)
    yield made
    made.close()


def posts(contract: Contract) -> int:
    return len(contract.tickets)


def test_a_ticket_is_filed_found_read_closed_and_opened_again(gateway, contract) -> None:
    assert gateway.check()
    assert gateway.find(MARK, NOW) is None
    made = gateway.create(BRIEF, MARK)
    assert made.state is TicketState.OPEN
    assert made.url.startswith("http")
    assert gateway.find(MARK, NOW) == made == gateway.read(made.key)
    closed = gateway.write(made.key, done=True)
    assert closed.state is TicketState.CLOSED
    before = len(contract.asked)
    assert gateway.write(made.key, done=True) == closed
    assert len(contract.asked) == before + 1, "what is closed is read and left alone"
    assert gateway.write(made.key, done=False).state is TicketState.OPEN
    contract.move(1, closed=True)
    assert gateway.read(made.key).state is TicketState.CLOSED


def test_the_words_mention_nobody_and_command_nothing(gateway, contract) -> None:
    gateway.create(BRIEF, MARK)
    (ticket,) = contract.tickets
    text = ticket.get("body") or ticket["description"]
    assert MARK in text or MARK in ticket["labels"]
    if contract.kind == "jira":
        assert text.startswith("{noformat}\n") and text.count("{noformat}") == 2
    else:
        fence = text.split("text\n")[0]
        assert fence.strip("`") == "" and f"\n{fence}\n\n{MARK}" in text
        assert "@octocat" in text.split(fence)[1], "inside the fence"


def test_what_is_longer_than_a_tracker_takes_is_cut_and_says_so(gateway, contract) -> None:
    gateway.create(replace(BRIEF, title="t" * 999, body=("词" * 99_999,)), MARK)
    (ticket,) = contract.tickets
    text = ticket.get("body") or ticket["description"]
    assert 30_000 < len(text) < 32_767 and "词 …" in text and "high · open" in text


def test_an_answer_that_was_lost_after_the_commit_makes_no_second_ticket(gateway, contract) -> None:
    contract.fail("drop", on="POST")
    with pytest.raises(Busy, match="tracker_unreachable"):
        gateway.create(BRIEF, MARK)
    assert posts(contract) == 1
    found = gateway.find(MARK, NOW)
    assert found is not None and posts(contract) == 1


def test_a_ticket_that_the_search_does_not_know_yet_is_found_in_the_list() -> None:
    with serving(CONTRACTS["github"]()) as contract:
        contract.indexed = False
        gateway = open_tracker(tracker(contract), TOKEN)
        contract.add("a pull request", MARK, pull_request={})
        gateway.create(BRIEF, MARK)
        for number in range(250):
            contract.add(f"later {number}", "x")
        found = gateway.find(MARK, NOW)
        assert found is not None and found.key == "2"
        assert len([a for a in contract.asked if a.path.endswith("/issues")]) >= 4, "all pages"
        gateway.close()
        assert contract.violations == []


def test_of_two_tickets_with_the_marker_the_first_is_ours() -> None:
    for kind in ("github", "gitlab"):
        with serving(CONTRACTS[kind]()) as contract:
            gateway = open_tracker(tracker(contract), TOKEN)
            gateway.create(BRIEF, MARK)
            gateway.create(BRIEF, MARK)
            assert gateway.find(MARK, NOW).key == "1"
            gateway.close()


@pytest.mark.parametrize("contract", ["github", "jira server"], indirect=True)
@pytest.mark.parametrize(
    ("status", "error", "key"),
    [
        (401, NotPermitted, "tracker_token_refused"),
        (403, NotPermitted, "tracker_no_right"),
        (404, BadInput, "tracker_not_there"),
        (410, BadInput, "tracker_not_there"),
        (422, BadInput, "tracker_refused"),
        (400, BadInput, "tracker_refused"),
        (500, Busy, "tracker_trouble"),
        (503, Busy, "tracker_trouble"),
    ],
)
def test_every_refusal_says_what_it_is_and_never_the_token(
    gateway, contract, status, error, key
) -> None:
    told = f"you sent {TOKEN} for 13812345678"
    contract.fail(said=Said(status, {"message": told, "errorMessages": [told], "error": told}))
    with pytest.raises(error) as raised:
        gateway.create(BRIEF, MARK)
    assert raised.value.key == key
    assert TOKEN not in str(raised.value) and "13812345678" not in str(raised.value)


@pytest.mark.parametrize("contract", ["github", "gitlab"], indirect=True)
@pytest.mark.parametrize(
    ("status", "headers", "least", "most"),
    [
        (429, {"Retry-After": "17"}, 17, 18),
        (403, {"Retry-After": "17"}, 17, 18),
        (429, {"Retry-After": "DATE"}, 80, 91),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "EPOCH"}, 80, 91),
        (429, {"RateLimit-Remaining": "0", "RateLimit-Reset": "EPOCH"}, 80, 91),
        (429, {}, 60, 61),
        (429, {"Retry-After": "nonsense"}, 60, 61),
        (429, {"Retry-After": "99999999"}, 86400, 86401),
    ],
)
def test_a_limit_is_told_and_nothing_more_is_sent(
    gateway, contract, status, headers, least, most
) -> None:
    later = datetime.now(UTC) + timedelta(seconds=90)
    filled = {"DATE": format_datetime(later, usegmt=True), "EPOCH": f"{later.timestamp():.0f}"}
    headers = {name: filled.get(value, value) for name, value in headers.items()}
    contract.fail(said=Said(status, {"message": "slow down"}, headers))
    with pytest.raises(RateLimited) as limited:
        gateway.check()
    assert least <= limited.value.wait.total_seconds() <= most
    sent = len(contract.asked)
    with pytest.raises(RateLimited):
        gateway.check()
    assert len(contract.asked) == sent


def test_the_last_call_that_a_limit_leaves_is_the_last(gateway, contract) -> None:
    reset = f"{datetime.now(UTC).timestamp() + 50:.0f}"
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
    contract.fail(said=Said(200, {"full_name": "x"}, headers))
    gateway.check()
    with pytest.raises(RateLimited):
        gateway.check()
    assert len(contract.asked) == 1


def test_a_tracker_that_is_silent_is_given_up(gateway, contract, monkeypatch) -> None:
    monkeypatch.setattr(wire, "_READ", 0.2)
    contract.fail("stall")
    with pytest.raises(Busy, match="tracker_unreachable"):
        gateway.check()


def test_a_tracker_that_is_not_there_is_out_of_reach() -> None:
    with serving(CONTRACTS["github"]()) as contract:
        gone = tracker(contract)
    gateway = open_tracker(gone, TOKEN)
    with pytest.raises(Busy, match="tracker_unreachable"):
        gateway.check()
    gateway.close()


def test_a_token_follows_no_redirect(gateway, contract) -> None:
    with serving(CONTRACTS["github"]()) as elsewhere:
        contract.fail(said=Said(301, {}, {"Location": f"{elsewhere.url}/repos/octo/desk"}))
        with pytest.raises(BadInput, match="tracker_moved") as moved:
            gateway.check()
        assert elsewhere.asked == []
        assert moved.value.params["place"] in elsewhere.url


@pytest.mark.parametrize(
    "said",
    [
        Said(200, raw=b"<html>please sign in to the hotel's network</html>"),
        Said(200, raw=b""),
        Said(200, raw=b"[" * 100_000),
    ],
)
def test_an_answer_that_is_no_json_is_tried_again_later(gateway, contract, said) -> None:
    contract.fail(said=said)
    with pytest.raises(Busy, match="tracker_nonsense"):
        gateway.check()


def test_an_answer_without_an_end_is_broken_off(gateway, contract, monkeypatch) -> None:
    monkeypatch.setattr(wire, "_MOST", 1000)
    contract.fail(said=Said(200, {"name": "x" * 100_000}))
    with pytest.raises(Busy, match="tracker_nonsense"):
        gateway.check()


@pytest.mark.parametrize(
    "body",
    [{}, [], None, 7, {"number": "1; drop", "iid": [], "key": {}}, {"fields": [], "key": "X"}],
)
def test_a_ticket_of_another_shape_is_no_ticket(gateway, contract, body) -> None:
    contract.fail(said=Said(200, body))
    with pytest.raises((BadInput, Busy)):
        gateway.read("1" if contract.kind != "jira" else "DESK-1")


def test_a_browser_is_given_no_script(gateway, contract) -> None:
    if contract.kind == "jira":
        return  # its address is ours
    contract.add("x", "y")
    contract.tickets[0] |= {"html_url": "javascript:alert(1)", "web_url": "file:///etc/passwd"}
    assert gateway.read("1").url == ""


def test_a_workflow_that_leads_nowhere_is_said() -> None:
    with serving(CONTRACTS["jira cloud"]()) as contract:
        gateway = open_tracker(tracker(contract), TOKEN)
        made = gateway.create(BRIEF, MARK)
        contract._STATES = {"11": ("To Do", "new")}
        with pytest.raises(BadInput, match="tracker_no_transition"):
            gateway.write(made.key, done=True)
        gateway.close()
