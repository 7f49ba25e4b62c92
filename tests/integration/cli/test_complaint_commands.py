"""The life of a complaint on the command line, as a script would drive it."""

import json
from pathlib import Path

import pytest

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def call(workbench):
    """A command's JSON; the exit code must be as told."""

    def run(*words: object, code: int = 0):
        result = workbench("complaint", *words, "--json")
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    return run


@pytest.fixture
def number(call) -> str:
    return call("new", "--description", "白条开不了", "--demand", "explain")["number"]


def key(answer) -> str:
    return answer["error"]["key"]


@pytest.mark.slow
def test_a_complaint_goes_from_draft_to_closed_with_what_each_move_asks(call, tmp_path) -> None:
    draft = call("new", "--draft", "--requested", "10000.00", "--risk", "media", "--blocked")
    number = draft["number"]
    assert (draft["state"], draft["lost_revenue_fen"]) == ("draft", 48_000)
    assert key(call("move", number, "open", code=1)) == "move_needs"
    call("edit", number, "--set", "description=开不了", "--set", "demand=explain")
    assert call("move", number, "open")["state"] == "open"
    assert call("take", number)["owner"]
    assert key(call("move", number, "resolved", code=1)) == "move_needs"
    call("edit", number, "--set", "blocked_fen=5000")
    solved = ("move", number, "resolved", "--resolution", "已说明", "--kind", "explained")
    call(*solved, "--wrap-up", "other")
    assert key(call("move", number, "closed", code=1)) == "move_needs"
    assert call("check", number) == [{"item": "reason_told", "done": False}]
    assert call("check", number, "reason_told") == [{"item": "reason_told", "done": True}]
    assert call("move", number, "closed")["closed_at"]
    assert call("rate", number, 5, "--words", "满意")["satisfaction"] == 5
    kinds = [event["kind"] for event in call("history", number)]
    assert kinds[:3] == ["created", "edited", "moved"] and kinds[-1] == "rated"
    (row,) = call("measures")
    assert (row["received"], row["resolved"], row["satisfaction"]) == (1, 1, 5)


def test_missing_fields_are_asked_for_when_it_is_logged_and_leave_no_draft(call, workbench) -> None:
    assert key(call("new", "--description", "x", code=1)) == "missing_fields"
    assert call("list")["total"] == 0


def test_a_file_goes_in_and_comes_out_the_same(call, number, tmp_path: Path) -> None:
    path, out = tmp_path / "截图.png", tmp_path / "out.png"
    path.write_bytes(PNG)
    kept = call("attach", number, path)
    call("files", number, "--save", kept["attachment_id"], "--out", out)
    assert out.read_bytes() == PNG
    assert [f["name"] for f in call("show", number)["attachments"]] == ["截图.png"]
    path.write_bytes(b"MZ\x00\x00")
    assert key(call("attach", number, path, code=1)) == "attachment_kind"


@pytest.mark.slow
def test_a_bulk_is_previewed_done_and_undone(call, number) -> None:
    other = call("new", "--description", "y", "--demand", "apology")["number"]
    act = ("bulk", number, other, "C-0", "--to", "waiting", "--why", "补资料")
    seen = call(*act, "--preview", code=3)
    assert (seen["done"], seen["from_states"]) == (2, {"open": 2})
    assert call("show", number)["state"] == "open"
    done = call(*act, code=3)
    assert [r["number"] for r in done["refused"]] == ["C-0"]
    assert call("queue", "waiting")["counts"] == {"waiting": 2}
    assert call("bulk", "--undo", done["bulk_id"])["done"] == 2
    assert call("queue")["counts"]["waiting"] == 0
    assert key(call("bulk", number, code=2)) == "bulk_what"


@pytest.mark.slow
def test_merge_split_and_their_undoing(call, number) -> None:
    made = call("split", number, "--description", "另一件", "--why", "两件事")["number"]
    link = call("merge", made, number, "--why", "还是一件")["link_id"]
    assert [c["number"] for c in call("queue", "unassigned")["complaints"]] == [number]
    links = call("unlink", made, link)
    assert [each["undone_at"] is not None for each in links] == [False, True]
    assert call("queue")["counts"]["unassigned"] == 2
    assert key(call("unlink", made, "nothing", code=1)) == "no_such_link"


@pytest.mark.slow
def test_templates_comments_and_reminders(call, number, workbench) -> None:
    assert "received" in {each["name"] for each in call("macro", "list")}
    call("macro", "save", "short", "编号 {number}")
    filled = call("macro", "fill", "short", number)
    assert filled["words"] == f"编号 {number}"
    assert key(call("macro", "save", "bad", "{phone}", code=1)) == "macro_variable"
    call("macro", "delete", "short")
    call("comment", number, filled["words"], "--to-customer")
    assert call("show", number)["comments"][0]["audience"] == "customer"
    (reminder,) = call("remind", number, "--at", "2026-11-30T09:00", "--words", "回电")
    assert reminder["due_at"] == "2026-11-30T09:00:00+08:00"
    assert call("remind", "--done", reminder["reminder_id"]) == []


def test_disagreement_is_recorded_and_approval_of_ones_own_is_refused(call, number) -> None:
    case = call("disagree", number, "--cause", "service_defect", "--why", "看到报错")
    assert case["chosen_cause"] == "service_defect"
    assert key(call("approve", number, code=1)) == "nothing_to_approve"
    call("move", number, "resolved", "--resolution", "x", "--kind", "explained")
    assert key(call("approve", number, code=4)) == "own_resolution"
    assert key(call("assign", number, "nobody", code=1)) == "no_such_person"


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_are_in_the_persons_words(workbench, number, lang) -> None:
    shown = [
        ("show", number), ("history", number), ("check", number), ("queue",), ("queue", "mine"),
        ("measures",), ("macro", "list"), ("remind",), ("unlink", number), ("files", number),
    ]  # fmt: skip
    for words in shown:
        result = workbench("complaint", *words, "--lang", lang)
        assert result.exit_code == 0 and result.stdout, words
        assert "complaint_field" not in result.stdout


def test_a_sites_own_policy_goes_before_the_shipped_one(call, number, profile: Path) -> None:
    own = {"lost_revenue": {"utilisation": "1", "yearly_rate": "0.5", "months": 6}}
    policy = profile / "complaints.json"
    policy.write_text(json.dumps(own | {"checklist": [{"id": "回访客户"}]}), "utf-8")
    assert call("check", number) == [{"item": "回访客户", "done": False}]
    made = call("new", "--description", "x", "--demand", "explain", "--requested", "100")
    assert made["lost_revenue_fen"] == 2500
    policy.write_text("{}")
    assert key(call("check", number, code=1)) == "bad_complaint_policy"


@pytest.mark.slow
def test_the_latest_act_or_one_of_the_history_is_taken_back(call, number, workbench) -> None:
    call("edit", number, "--set", "severity=high")
    call("take", number)
    assert call("undo", number)["owner"] is None
    edited = next(e for e in call("history", number) if e["kind"] == "edited")
    assert call("undo", number, edited["event_id"])["severity"] == "normal"
    call("comment", number, "x")
    assert key(call("undo", number, code=1)) == "not_undoable"
    assert "不能撤销" in workbench("complaint", "comment", "--help").output
