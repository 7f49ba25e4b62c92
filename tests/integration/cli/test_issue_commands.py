"""``workbench issue`` as a person or a script calls it."""

import json
from pathlib import Path

import pytest

BUSY = "v1|scheme=app|code=NET_TIMEOUT|reason=N01|step=face"


@pytest.fixture
def filled(workbench, attempts: Path) -> None:
    assert workbench("import", attempts).exit_code == 3


def told(workbench, *words: object) -> dict:
    result = workbench("issue", *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.slow
def test_an_issue_from_its_group_to_the_call_back(filled, workbench, tmp_path: Path) -> None:
    found = told(workbench, "list")
    group = next(g for g in found if g["key"] == BUSY)
    assert (group["count"], group["customers"], group["state"]) == (1, 1, "new")
    made = told(workbench, "new", BUSY, "--severity", "high", "--title", "of 13900001111")
    assert made["title"] == "of 139****1111"
    number = made["number"]
    assert "NET_TIMEOUT" in workbench("issue", "show", number, "--lang", "en").output
    ticket = told(workbench, "show", number, "--brief")
    assert ticket["title"] == made["title"] and "N01" in ticket["body"]
    assert {"new", "high"} <= set(ticket["labels"])
    assert "13900001111" not in str(ticket) and "李雷" not in str(ticket)
    assert workbench("issue", "wait", "A3").exit_code == 0
    assert told(workbench, "callbacks") == []
    assert told(workbench, "move", number, "fixed", "--version", "9.1")["state"] == "fixed"
    (call,) = told(workbench, "callbacks")
    assert (call["issue"], call["phone"], call["attempt_id"]) == (number, "139****1111", "A3")
    assert workbench("issue", "called", number, call["customer_ref"]).exit_code == 0
    assert told(workbench, "callbacks") == []
    assert workbench("issue", "called", number, call["customer_ref"]).exit_code == 1
    assert workbench("export", "issues", tmp_path / "i.json").exit_code == 0
    assert "13900001111" not in (tmp_path / "i.json").read_text("utf-8")


@pytest.mark.slow
def test_groups_are_merged_after_a_look_and_taken_apart_again(filled, workbench) -> None:
    names = [g["key"] for g in told(workbench, "list")]
    assert told(workbench, "merge", *names, "--preview")["attempts"] == 2
    number = told(workbench, "merge", *names, "--why", "one cause")["number"]
    shown = told(workbench, "show", number)
    assert shown["count"] == 2 and len(shown["fingerprints"]) == 2
    undone = told(workbench, "undo", shown["history"][0]["event_id"])
    assert (undone["state"], undone["count"]) == ("withdrawn", 1)
    assert workbench("issue", "show", number).exit_code == 1
    assert [g["key"] for g in told(workbench, "list")] == names
    assert told(workbench, "undo", undone["event_id"])["state"] == "new"
    assert told(workbench, "show", number)["count"] == 2


@pytest.mark.slow
def test_an_issue_without_a_title_is_called_in_words_whatever_made_it(
    filled, workbench, monkeypatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    names = {g["key"]: g["title"] for g in told(workbench, "list")}
    assert names[BUSY] == "Network interruption · NET_TIMEOUT · Face check"
    moved = told(workbench, "move", *names, "ignored")
    assert [m["title"] for m in moved] == list(names.values())
    *_, last = told(workbench, "show", moved[0]["number"])["history"]
    assert workbench("issue", "undo", last["event_id"]).exit_code == 0
    (other,) = names.keys() - {BUSY}
    whole = told(workbench, "merge", other, BUSY)
    assert whole["title"] == names[other]
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    part = told(workbench, "split", whole["number"], BUSY)
    assert part["title"] == "网络中断 · NET_TIMEOUT · 人脸识别", (
        "by the part's cause, not the whole's"
    )
    back = told(workbench, "show", whole["number"])["history"][-1]["event_id"]
    assert workbench("issue", "undo", back).exit_code == 0
    part = told(workbench, "split", whole["number"], BUSY, "--title", "theirs")
    assert part["title"] == "theirs"


@pytest.mark.slow
def test_several_groups_are_moved_by_one_command_and_back_by_one(filled, workbench) -> None:
    names = [g["key"] for g in told(workbench, "list")]
    assert told(workbench, "move", *names, "ignored", "--preview")["attempts"] == 2
    moved = told(workbench, "move", *names, "ignored", "--why", "noise")
    assert [m["state"] for m in moved] == ["ignored", "ignored"]
    *_, last = told(workbench, "show", moved[0]["number"])["history"]
    told_back = workbench("issue", "undo", last["event_id"])
    assert told_back.exit_code == 0 and "issue undo" in told_back.output
    assert [g["key"] for g in told(workbench, "list")] == names


@pytest.mark.slow
def test_a_refinement_that_is_wrong_is_named_by_its_place(filled, workbench, tmp_path) -> None:
    file = tmp_path / "site.yaml"
    file.write_text("version: '1'\nrefine:\n  - name: a\n    when: stp = 'face'\n    by: [node]\n")
    result = workbench("issue", "grouping", file)
    assert result.exit_code == 1 and "site.yaml" in result.output and "4" in result.output
    file.write_text(file.read_text().replace("stp", "step").replace("node", "province"))
    would = told(workbench, "grouping", file, "--check")
    assert would["stamp"] == "v1+1" and would["would"]["failures"] == 2
    assert "2 次失败：2 个分组变为 2 个" in workbench("issue", "grouping", file, "--check").output
    assert told(workbench, "grouping")["stamp"] == "v1"
    assert told(workbench, "grouping", file)["stamp"] == "v1+1"
    assert any(g["key"].endswith("rule=a") for g in told(workbench, "list"))
    assert workbench("issue", "grouping", "--clear").exit_code == 0


def test_what_makes_no_sense_is_a_usage_error(filled, workbench) -> None:
    assert workbench("issue", "move", BUSY, "open", "--version", "1").exit_code == 2
    assert workbench("issue", "edit", "x").exit_code == 2
    assert workbench("issue", "show", "no such thing").exit_code == 1
