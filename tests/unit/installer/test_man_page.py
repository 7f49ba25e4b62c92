"""The man page says every command, and no word of it is taken for a macro of roff."""

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from installer.packages import man_page
from workbench.cli.main import workbench

ROOT = Path(__file__).parents[3]


def commands(group: click.Group, path: str = "workbench") -> list[str]:
    found = []
    for name, command in group.commands.items():
        inner = f"{path} {name}"
        found += commands(command, inner) if isinstance(command, click.Group) else [inner]
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_command_and_option_stands_in_it(lang: str) -> None:
    text = man_page.page(workbench, lang, "1.0", "2026-11-28").replace("\\-", "-")
    assert [path for path in commands(workbench) if f".B {path}\n" not in text] == []
    assert ".B --passphrase-file" in text


def test_no_text_can_begin_a_macro_or_lose_a_hyphen() -> None:
    @click.group(help="About. More")
    def root() -> None: ...

    @root.command(help=".so /etc/passwd and 'quoted' --flag C:\\new")
    def odd() -> None: ...

    text = man_page.page(root, "en", "1.0", "2026-11-28")
    assert "\n\\&.so /etc/passwd and 'quoted' \\-\\-flag C:\\enew\n" in text
    macros = {line.split()[0] for line in text.splitlines() if line.startswith((".", "'"))}
    assert macros <= {".TH", ".SH", ".TP", ".B", ".I", ".ad", ".br", ".RS", ".RE"}


@pytest.mark.skipif(shutil.which("man") is None, reason="no man to read it with")
def test_man_reads_it_without_a_complaint(tmp_path: Path) -> None:
    file = tmp_path / "workbench.1"
    file.write_text(man_page.page(workbench, "en", "1.0", "2026-11-28"), "utf-8")
    done = subprocess.run(
        ["man", "--warnings", "-l", str(file)], capture_output=True, text=True, check=True
    )
    assert "workbench doctor" in done.stdout
    # where lines end is the terminal's affair: the help may be Chinese here, without a space to break at
    odd = [line for line in done.stderr.splitlines() if not re.search("(adjust|break) line", line)]
    assert odd == []
