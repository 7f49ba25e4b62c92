"""What Windows and macOS would stumble over and can be seen from here: nothing of it was run there."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ONE_SYSTEM_S = {"fcntl", "grp", "msvcrt", "pwd", "resource", "syslog", "termios", "winreg"}
SHIPPED = [
    f for f in (ROOT / "workbench").rglob("*.py") if "bench" not in f.relative_to(ROOT).parts
]


def parsed(having: str) -> Iterator[tuple[str, ast.Module]]:
    """Of those alone whose text has the pattern: to parse all takes seconds."""
    for file in SHIPPED:
        text = file.read_text("utf-8")
        if re.search(having, text):
            yield str(file.relative_to(ROOT)), ast.parse(text)


def unsaid(call: ast.Call) -> bool:
    """Whether a call reads or writes text in whatever encoding the system prefers (cp936, cp1252)."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if any(keyword.arg == "encoding" for keyword in call.keywords):
        return False
    if name == "read_text":
        return not call.args
    if name == "write_text":
        return len(call.args) < 2
    place = (
        1 if isinstance(call.func, ast.Name) else 0
    )  # of the mode: open(path, mode), path.open(mode)
    mode = call.args[place] if len(call.args) > place else None
    text = isinstance(mode, ast.Constant) and re.fullmatch("[rwax]t?[+]?", str(mode.value))
    return name == "open" and bool(text)


def test_every_text_file_is_read_and_written_in_a_named_encoding() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in parsed(r"\b(open|read_text|write_text)\(")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and unsaid(node)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("path.read_text()", True),
        ("path.read_text('utf-8')", False),
        ("path.write_text(words)", True),
        ("path.write_text(words, encoding='utf-8')", False),
        ("path.open('w')", True),
        ("path.open('rb')", False),
        ("open(path, 'r')", True),
        ("dialog.open()", False),
    ],
)
def test_what_names_no_encoding_would_be_found(code: str, found: bool) -> None:
    (statement,) = ast.parse(code).body
    assert isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
    assert unsaid(statement.value) is found


def test_nothing_of_one_system_alone_is_imported_on_all() -> None:
    found = [
        f"{name} imports {module}"
        for name, tree in parsed("|".join(ONE_SYSTEM_S))
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
        if module.split(".")[0] in ONE_SYSTEM_S
    ]
    assert found == []


def test_every_file_of_the_repository_can_be_checked_out_everywhere() -> None:
    """No two names that differ in case alone, none that Windows refuses or is too long for it."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    names = [name for name in told.stdout.decode().split("\0") if name]
    assert len(names) > 500
    assert [n for n, count in Counter(map(str.casefold, names)).items() if count > 1] == []
    device = re.compile(r"(^|/)(con|prn|aux|nul|com\d|lpt\d)(\.[^/]*)?(/|$)", re.IGNORECASE)
    refused = re.compile(r"[<>:\"|?*\\]|[. ](/|$)")
    assert [n for n in names if device.search(n) or refused.search(n) or len(n) > 150] == []


@pytest.mark.slow
@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_the_types_hold_on_the_other_systems_too(platform: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--platform", platform, "--cache-dir", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
