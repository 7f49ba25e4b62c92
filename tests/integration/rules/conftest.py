"""A profile with the demo's small month in it, and packs that differ from the shipped one a little."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbench import bootstrap
from workbench.bootstrap import Workbench
from workbench.demo.files import write_canonical
from workbench.demo.generator import generate
from workbench.demo.plan import Plan
from workbench.domain.people import Person, Role

ROWS = 1200
WIDER = ("debt_ratio > 0.62", "debt_ratio > 0.3")  # flips a sixth of the failures


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("month") / "attempts.csv"
    made = generate(Plan(rows=ROWS, seed=7))
    write_canonical(made, file)
    return file


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory, month: Path) -> Path:
    """With the month imported, to be copied."""
    folder = tmp_path_factory.mktemp("rules") / "p"
    with bootstrap.open_workbench(folder, demo=True) as opened:
        opened.attempts.import_files([month])
    return folder


@pytest.fixture
def bench(tmp_path: Path, profile: Path) -> Iterator[Workbench]:
    shutil.copytree(profile, tmp_path / "p")
    with bootstrap.open_workbench(tmp_path / "p", demo=True) as opened:
        yield opened


@pytest.fixture
def become(bench: Workbench) -> Callable[..., None]:
    def become(who: str, role: Role = Role.QA) -> None:
        bench.session.person = Person(who, who, role)

    return become


def edited(version: str, *changes: tuple[str, str]) -> str:
    """The shipped pack under another version, with texts replaced that stand in it."""
    text, _ = bootstrap._shipped_rules()
    lines = text.splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if line.startswith("version:"))
    lines[at] = f"version: {version}\n"
    text = "".join(lines)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def stored(bench: Workbench) -> dict[str, tuple]:
    with bench.attempts._store._store.session() as session:
        rows = session.rows(
            "SELECT attempt_id, cause, reason_code, status, rules_version FROM attempts"
            " WHERE status NOT IN ('none', 'pending')"
        )
    return {attempt_id: tuple(rest) for attempt_id, *rest in rows}
