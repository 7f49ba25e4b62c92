"""Settings: one table, defaults for what is bad, nothing of another version thrown away."""

import json
import logging
from pathlib import Path

import pytest

from workbench.settings import OPTIONS, Settings


def test_a_value_comes_back_after_a_restart(tmp_path: Path) -> None:
    Settings(tmp_path / "s.json").set("theme", "dark")
    assert Settings(tmp_path / "s.json").get("theme") == "dark"


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_every_default_is_a_value_that_its_option_accepts(tmp_path: Path, name: str) -> None:
    assert OPTIONS[name].accepts(Settings(tmp_path / "s.json").get(name))


@pytest.mark.parametrize("content", ["", "nonsense", "[1]", '{"theme": 7}', '{"theme": "pink"}'])
def test_a_bad_file_or_value_falls_back_to_the_default(tmp_path, content, caplog) -> None:
    (tmp_path / "s.json").write_text(content)
    with caplog.at_level(logging.WARNING, "workbench"):
        assert Settings(tmp_path / "s.json").get("theme") == "system"


def test_an_option_of_a_newer_version_is_kept(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"of_tomorrow": 1}')
    Settings(tmp_path / "s.json").set("theme", "light")
    assert json.loads((tmp_path / "s.json").read_text()) == {"of_tomorrow": 1, "theme": "light"}


def test_what_the_table_does_not_know_is_refused(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "s.json")
    with pytest.raises(KeyError):
        settings.set("colour", "red")
    with pytest.raises(ValueError, match="theme"):
        settings.set("theme", "pink")


def test_a_folder_that_cannot_be_written_does_not_stop_the_window(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "none" / "s.json")
    settings.set("theme", "dark")
    assert settings.get("theme") == "dark"
