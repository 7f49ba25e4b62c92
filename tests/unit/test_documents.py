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


def said(page: Path) -> list[str]:
    """What a page gives to be typed: each inline ``workbench …`` and each line of a block."""
    text = page.read_text("utf-8")
    blocks = "".join(re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    inline = [span for line in text.splitlines() for span in re.findall(r"`([^`]+)`", line)]
    typed = re.compile(r"(?:^|[\s/])workbench ((?:(?!\sworkbench\s)[^#;|]|\|(?=\w))*)")
    return [words for line in [*inline, *blocks.splitlines()] for words in typed.findall(line)]


def strangers(words: list[str]) -> list[str]:
    """What of a command line there is not; ``a|b`` names two commands, brackets what is optional."""
    command, path = workbench, "workbench"
    if words and words[0].startswith("-"):
        return []  # the window's own
    while words and isinstance(command, click.Group):
        names = words[0].split("|")
        if not all(re.fullmatch("[a-z-]+", name) for name in names):
            return []  # a placeholder, or text that goes on
        if unknown := [name for name in names if name not in command.commands]:
            return [f"{path} {name}" for name in unknown]
        if len(names) > 1:
            return []
        command, path, words = command.commands[names[0]], f"{path} {names[0]}", words[1:]
    known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
    options = re.findall(r"(?<![\w-])--[a-z][a-z-]*", " ".join(words))
    return [f"{path} {option}" for option in options if option not in known]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_that_a_page_names_is_there(page):
    typed = [re.sub(r"[\[\]]", "", words).split() for words in said(page)]
    assert [found for words in typed if words[:1] != ["…"] for found in strangers(words)] == []


def test_a_command_that_is_not_there_would_be_found():
    assert strangers(["spike", "FILE"]) == ["workbench spike"]
    assert strangers(["rules", "test", "PACK", "--quickly"]) == ["workbench rules test --quickly"]
    assert len([words for page in PAGES for words in said(page)]) > 200


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_of_the_repository_that_a_page_names_is_there(page):
    tops = (
        "workbench|tests|resources|installer|db|docs|storage|domain|ui|warehouse|services|gateways"
    )
    named = re.findall(rf"`((?:{tops})/[\w./-]+)`", page.read_text("utf-8"))
    places = (ROOT, ROOT / "workbench")
    missing = [
        name
        for name in named
        if "LANG" not in name
        and not any((p / f"{name}{end}").exists() for p in places for end in ("", ".py"))
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
