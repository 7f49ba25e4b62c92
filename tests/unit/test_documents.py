"""What the documents say is there is there, in both languages."""

import re
from pathlib import Path

import click
import pytest

from workbench.cli.main import workbench

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
COMMON = {
    "--lang",
    "--json",
    "--profile",
    "--passphrase-file",
    "--warehouse",
    "--help",
}  # said once, for all


def commands(group: click.Group, path: str = "") -> list[tuple[str, click.Command]]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, f"{path}{name} ")
        else:
            found.append((f"{path}{name}", command))
    return found


@pytest.mark.parametrize("page", ["manual.md", "manual.zh-CN.md"])
def test_the_manual_names_every_command_and_option(page):
    text = (ROOT / "docs" / page).read_text("utf-8")
    table = [line for line in text.splitlines() if line.startswith("| `workbench")]
    for path, command in commands(workbench):
        rows = [line for line in table if all(word in line for word in path.split())]
        assert rows, path
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--") and option not in COMMON:
                    assert any(option in row for row in rows), f"{path} {option}"


@pytest.mark.parametrize("page", ["manual", "README"])
def test_both_languages_have_the_same_sections_and_code(page):
    folder = ROOT / "docs" if page == "manual" else ROOT
    english, chinese = (
        (folder / f"{page}{suffix}.md").read_text("utf-8") for suffix in ("", ".zh-CN")
    )

    def shape(text: str) -> list[str]:
        return re.findall(r"^(#+) |^(\|)(?!-)", text, re.MULTILINE)

    assert shape(english) == shape(chinese)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page):
    text = page.read_text("utf-8")
    missing = [
        target
        for target in re.findall(r"\]\(([^)#]+)", text)
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert missing == []


def test_the_folders_of_the_readme_exist():
    text = (ROOT / "README.md").read_text("utf-8")
    named = [
        folder
        for line in text.splitlines()
        if line.startswith("| `")
        for folder in re.findall(r"`([^`]+)`", line.split("|")[1])
    ]
    assert len(named) > 10
    assert [folder for folder in named if not (ROOT / folder).is_dir()] == []
