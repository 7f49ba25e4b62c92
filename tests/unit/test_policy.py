"""The machine's policy: presets for everybody, locks that hold, and no way round it."""

import base64
import json
from pathlib import Path

import pytest

from workbench import policy
from workbench.domain.errors import StoreFault
from workbench.settings import Settings


def written(folder: Path, **told: object) -> Path:
    file = folder / "policy.json"
    file.write_text(json.dumps(told), "utf-8")
    return file


def test_a_preset_is_a_default_that_a_person_may_change(tmp_path: Path) -> None:
    read = policy.read(written(tmp_path, settings={"theme": "dark"}))
    settings = Settings(tmp_path / "s.json", read)
    assert (settings.get("theme"), settings.locked("theme")) == ("dark", False)
    settings.set("theme", "light")
    assert Settings(tmp_path / "s.json", read).get("theme") == "light"


def test_what_is_locked_nobody_changes_and_an_old_choice_does_not_count(tmp_path: Path) -> None:
    Settings(tmp_path / "s.json").set("language", "en")
    read = policy.read(written(tmp_path, settings={"language": "zh"}, locked=["language"]))
    settings = Settings(tmp_path / "s.json", read)
    assert (settings.get("language"), settings.locked("language")) == ("zh", True)
    settings.set("language", "en")
    assert settings.get("language") == "zh"
    assert Settings(tmp_path / "s.json").get("language") == "en", "kept for when it is unlocked"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"setings": {}}, "setings"),
        ({"settings": {"theme": "pink"}}, "settings.theme"),
        ({"settings": {"no_such": 1}}, "settings.no_such"),
        ({"locked": ["theme"]}, "locked: theme"),
        ({"log_to": "printer"}, "log_to"),
        ({"warehouse": 7}, "warehouse"),
        ({"update_keys": ["short"]}, "update_keys"),
        ({"update_keys": [base64.b64encode(b"x" * 31).decode()]}, "update_keys"),
    ],
)
def test_a_policy_that_would_not_do_what_it_says_is_refused_with_its_key(
    tmp_path: Path, told: dict, why: str
) -> None:
    with pytest.raises(StoreFault, match="policy_damaged") as refused:
        policy.read(written(tmp_path, **told))
    assert refused.value.params["why"] == why


@pytest.mark.parametrize("content", ["", "[]", "nonsense", "\x00"])
def test_a_file_that_is_no_policy_is_refused_and_not_passed_over(tmp_path, content) -> None:
    file = tmp_path / "policy.json"
    file.write_text(content)
    with pytest.raises(StoreFault, match="policy_damaged"):
        policy.read(file)


def test_the_environment_cannot_take_the_place_of_the_machine_s_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, own = tmp_path / "machine.json", tmp_path / "own.json"
    monkeypatch.setattr(policy, "_machine_file", lambda: machine)
    monkeypatch.setenv("WORKBENCH_POLICY", str(own))
    assert policy.place() == own
    machine.write_text("{}")
    assert policy.place() == machine


@pytest.mark.parametrize(
    ("platform", "file"),
    [
        ("linux", "/etc/activation-workbench/policy.json"),
        ("darwin", "/Library/Application Support/activation-workbench/policy.json"),
        ("win32", "C:/Data/activation-workbench/policy.json"),
    ],
)
def test_it_lies_where_each_system_keeps_what_is_everybody_s(monkeypatch, platform, file) -> None:
    monkeypatch.setattr(policy.sys, "platform", platform)
    monkeypatch.setenv("PROGRAMDATA", "C:/Data")
    assert policy._machine_file() == Path(file)
