"""Reviews by command line: drawn, scored, summed up, calibrated, answered by the agent."""

import json

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def told(workbench, tmp_path, monkeypatch):
    def run(*words: str, by: str = "boss", code: int = 0, new: str = "", plain: bool = False):
        monkeypatch.setenv("WORKBENCH_LOGIN", by)
        monkeypatch.setenv("WORKBENCH_PASSWORD", f"{by} has a password")
        if new:
            file = tmp_path / "password"
            file.write_text(f"{new} has a password\n")
            words = (*words, "--password-file", str(file))
        result = workbench(*words, *([] if plain else ["--json"]))
        assert result.exit_code == code, (words, result.stdout, result.stderr)
        return result.stdout if plain else json.loads(result.stdout)

    return run


def test_a_call_is_drawn_scored_and_answered(told) -> None:
    [me] = told("people", "list")
    boss = me["person_id"]
    told("people", "password", new=boss)
    for login, role in (("anna", "agent"), ("quin", "qa"), ("sun", "qa")):
        told("people", "add", login, "--name", login, "--role", role, by=boss, new=login)
    numbers = [
        told("complaint", "new", "--description", "开不了", "--demand", "explain", by="anna")[
            "number"
        ]
        for _ in range(3)
    ]
    drawn = told("review", "sample", "--size", "2", "--seed", "7", by="quin")
    assert (drawn["population"], drawn["seed"], len(drawn["calls"])) == (3, "7", 2)
    again = told("review", "sample", "--size", "2", "--seed", "7", by="sun")
    assert again["calls"] == drawn["calls"]
    number = drawn["calls"][0]["number"]
    assert number in numbers
    card = told("review", "score", number, by="quin")
    assert card["reviews"] == [] and card["items"]
    refused = told("review", "score", number, "--full", "--score", "reason=1", by="quin", code=1)
    assert refused["error"]["key"] == "score_unproven"
    scored = told(
        "review", "score", number, "--full", "--score", "reason=1", "--score", "manner=-",
        "--comment", "reason=客户 13812345678 追问", "--draw", drawn["draw"], by="quin",
    )  # fmt: skip
    assert scored["comments"] == {"reason": "客户 138****5678 追问"}
    assert scored["scores"]["manner"] is None and 0 < scored["total"] < 100
    told("review", "score", number, "--full", by="sun")
    (row, _) = told("review", "list", drawn["draw"], by="quin")
    assert sorted(row["reviewers"]) == ["quin", "sun"] and row["own_total"] == scored["total"]
    (result,) = told("review", "results", by="quin")
    assert (result["name"], result["reviews"], result["calls"]) == ("anna", 2, 1)
    calibration = told("review", "calibrate", by="quin")
    assert calibration["total"]["units"] == 1 and calibration["total"]["verdict"] == "few"
    for words in (["sample"], ["list"], ["results"], ["calibrate"], ["score", number]):
        refused = told("review", *words, by="anna", code=4)
        assert refused["error"]["key"] == "not_permitted"
    own = told("review", "mine", by="anna")
    assert len(own) == 2 and own[0]["answers"] == []
    told("review", "answer", scored["review_id"], "请听录音", by="anna")
    assert "请听录音" in told("review", "mine", by="anna", plain=True)
    assert "请听录音" in told("review", "score", number, by="quin", plain=True)
    for words in (["results"], ["calibrate"], ["list"], ["list", "--draws"]):
        assert told("review", *words, by="quin", plain=True)
    assert told("review", "list", "--draws", by="quin")[0]["seed"] == "7"
