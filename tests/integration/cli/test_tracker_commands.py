"""Trackers by command line, and what leaves for them: nobody is named, no token is told."""

import base64
import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.canary import forms, leaks
from tests.contract_trackers import CONTRACTS, TOKEN, USER, Asked, Contract, said_in, serving
from workbench import bootstrap
from workbench.domain.errors import BadInput
from workbench.domain.tracker import IssueBrief, Tracker, TrackerKind

pytestmark = pytest.mark.slow

# of tests/integration/cli/conftest.py's export
KNOWN = {
    "phone": "13812345678",
    "another phone": "13900001111",
    "id card": "11010119900307283X",
    "another id card": "110101199003072856",
    "name": "王小明",
    "another name": "李雷",
    "pinyin": "wangxiaoming",
    "pinyin, the surname last": "xiaomingwang",
}
SPELLINGS = (
    "13812345678", "+86 138-1234-5678", "0086 13812345678", "138 1234 5678", "138.1234.5678",
    "1 3 8 1 2 3 4 5 6 7 8", "１３８１２３４５６７８", "一三八一二三四五六七八", "幺三八 一二三四 五六七八",
    "(138) 1234-5678", "138\u200b1234\u200b5678", "电话13812345678转", "13812345678/13900001111",
    "11010119900307283X", "110101 19900307 283x", "1101-0119-9003-0728-56", "１１０１０１１９９００３０７２８３Ｘ",
    "王小明", "王 小 明", "王小明先生", "客户王小明说", "王·小明", "李雷和王小明", "王\u200b小明",
    "Wang Xiaoming", "wang xiao ming", "WANGXIAOMING", "Xiaoming Wang", "wang-xiao-ming", "Wang, Xiaoming",
    "wangxiaoming@example.com",
)  # fmt: skip


class PlantedIssues:
    """An issue whose writers held nothing back."""

    def __init__(self) -> None:
        self.done = False

    def brief(self, issue_id: str) -> IssueBrief:
        if issue_id != "0192-planted":
            raise BadInput("no_such_issue", issue=issue_id)
        return IssueBrief(
            issue_id,
            "投诉 " + " ".join(SPELLINGS),
            (*SPELLINGS, *(f"x{s}y" for s in SPELLINGS[:3]), "gateway 504 at credit_review",
             "2026-11-22 09:02", "王", "小明 13812345678"),
            "high", "open", done=self.done,
            labels=("王小明", "13812345678", "Wang Xiaoming", "credit_review"),
            counts={"王小明 13812345678": 1640},
        )  # fmt: skip


@pytest.fixture
def trackers() -> Iterator[dict[str, Contract]]:
    with ExitStack() as stack:
        yield {n: stack.enter_context(serving(make())) for n, make in CONTRACTS.items()}


def place(contract: Contract, name: str) -> Tracker:
    user = USER if getattr(contract, "cloud", False) else ""
    return Tracker(name, TrackerKind(contract.kind), contract.url, contract.project, user)


def plain(text: str) -> str:
    """As somebody reads it: one width, no spaces, no marks, Chinese numerals as digits."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = text.translate(str.maketrans("零〇一幺二三四五六七八九", "001123456789"))
    return re.sub(r"[^0-9a-z\u3400-\u9fff*]", "", text)


def named_in(asked: Asked) -> list[str]:
    """Which known people a request names, in clear or packed."""
    found = [f"{n} as {f}" for n, s in KNOWN.items() for f, d in forms(s).items() if d in asked.raw]
    for part in (said_in(asked), *unpacked(asked)):
        found += [name for name, secret in KNOWN.items() if plain(secret) in plain(part)]
    return found


def unpacked(asked: Asked) -> Iterator[str]:
    """Texts inside of JSON, and what a header holds in base64."""
    yield json.dumps(asked.body, ensure_ascii=False)
    scheme, _, coded = asked.headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        yield base64.b64decode(coded).decode()


def test_the_search_sees_every_spelling() -> None:
    for spelling in SPELLINGS:
        asked = Asked(
            "POST", "/", {}, {}, json.dumps({"body": spelling}).encode(), {"body": spelling}
        )
        assert named_in(asked), spelling


def test_no_request_names_a_customer_in_any_spelling(
    workbench, attempts: Path, profile: Path, trackers, tmp_path: Path
) -> None:
    assert workbench("import", attempts).exit_code == 3
    issues = PlantedIssues()
    with bootstrap.open_workbench(profile) as bench:
        bench.tickets.issues = issues
        for name, contract in trackers.items():
            own = place(contract, name.replace(" ", "-"))
            bench.tickets.add(own, TOKEN)
            contract.fail("drop", on="POST")  # and once more after an answer that was lost
            bench.tickets.file("0192-planted", own.name)
        bench.tickets.run()
        bench.tickets.retry()
        assert bench.tickets.run().waiting == 0
        issues.done = True
        assert len(bench.tickets.write_state("0192-planted")) == len(trackers)
        told = bench.tickets.follow()
        assert not told.errors and all(t.native for t in bench.tickets.of("0192-planted"))
    everything = [a for contract in trackers.values() for a in contract.asked]
    assert sum(a.method == "POST" and len(a.raw) > 1000 for a in everything) >= len(trackers)
    assert [(str(a), named_in(a)) for a in everything if named_in(a)] == []
    for contract in trackers.values():
        assert contract.violations == [] and len(contract.tickets) == 1
        (ticket,) = contract.tickets
        text = ticket.get("body") or ticket["description"]
        for kept in ("gateway 504 at credit_review", "2026-11-22 09:02", "138****5678", "1640"):
            assert kept in text, "masked, and what is no identity stays"
    assert leaks(profile, KNOWN | {"token": TOKEN}) == []


def test_commands(workbench, profile: Path, trackers, tmp_path: Path) -> None:
    contract = trackers["gitlab"]
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")

    def done(*words: object, code: int = 0):
        result = workbench(*words, "--json")
        assert result.exit_code == code, result.output
        assert TOKEN not in result.output
        return json.loads(result.stdout)

    add = ("tracker", "add", "desk", "--kind", "gitlab", "--project", contract.project)
    refused = done(*add, "--url", "http://tracker.example", "--token-file", token, code=2)
    assert refused["error"]["key"] == "tracker_not_https"
    made = done(*add, "--url", contract.url, "--token-file", token)
    assert made["tracker"] == "desk"
    (listed,) = done("tracker", "list")
    assert (listed["name"], listed["waiting"]) == ("desk", 0)
    assert done("tracker", "test", "desk")["project"] == "group/sub/desk"
    token.write_text("another-token")
    done("tracker", "add", "desk", "--token-file", token)
    assert done("tracker", "test", "desk", code=4)["error"]["key"] == "tracker_token_refused"
    unknown = done("issue", "file", "0192", "--tracker", "desk", code=1)
    assert unknown["error"]["key"] == "no_such_issue"
    assert done("issue", "tickets") == []
    done("issue", "tickets", "--follow")
    done("tracker", "remove", "desk")
    assert done("tracker", "list") == []
    assert "another-token" not in workbench("audit", "show").output


def test_a_ticket_that_waits_is_kept_and_goes_with_the_next_command(
    workbench, profile: Path, trackers, tmp_path: Path, monkeypatch
) -> None:
    issues = PlantedIssues()
    monkeypatch.setattr(bootstrap, "BriefsOfIssues", lambda board, lang: issues)
    contract = trackers["github"]
    token = tmp_path / "token"
    token.write_text(TOKEN)
    add = ("tracker", "add", "desk", "--kind", "github", "--project", contract.project)
    assert workbench(*add, "--url", contract.url, "--token-file", token).exit_code == 0
    contract.fail("drop", on="POST")
    waits = workbench("issue", "file", "0192-planted", "--tracker", "desk", "--json")
    assert waits.exit_code == 5 and json.loads(waits.stdout)["state"] == "queued"
    (kept,) = json.loads(workbench("issue", "tickets", "--json").stdout)
    assert (kept["key"], kept["problem"], kept["stopped"]) == (None, "tracker_unreachable", False)
    assert contract.url in workbench("issue", "tickets").output, "and why"
    told = workbench("issue", "tickets", "--follow", "--json")
    (ticket,) = json.loads(told.stdout)
    assert (ticket["key"], ticket["state"], ticket["differs"]) == ("1", "open", False)
    assert len(contract.tickets) == 1
    again = workbench("issue", "file", "0192-planted", "--tracker", "desk")
    assert again.exit_code == 0 and len(contract.tickets) == 1
    contract.move(1, closed=True)
    (moved,) = json.loads(
        workbench("issue", "tickets", "0192-planted", "--follow", "--json").stdout
    )
    assert (moved["state"], moved["differs"]) == ("closed", True)
    table = workbench("issue", "tickets", "--lang", "en").output
    assert "0192-planted" in table and "github.example/octo/desk/issues/1" in table
    for words in (("--unlink",), ("--link", "#1"), ("--unlink",)):
        assert (
            workbench("issue", "file", "0192-planted", "--tracker", "desk", *words).exit_code == 0
        )
