"""Wheel and source package: everything in them, the same bytes twice, and a command that works."""

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from installer.packages import python

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow


def build(source: Path, out: Path) -> dict[str, bytes]:
    """The names and bytes that the sources in ``source`` give."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(out)],
        check=True,
        capture_output=True,
        cwd=source,
        env=os.environ | {"SOURCE_DATE_EPOCH": python.source_date()},
    )
    return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    python.build(out)
    return out


def test_two_builds_give_the_same_bytes_and_so_does_one_from_the_source_package(
    built: Path, tmp_path: Path
) -> None:
    first = {path.name: path.read_bytes() for path in built.iterdir()}
    assert build(ROOT, tmp_path / "again") == first
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as packed:
        packed.extractall(tmp_path / "source", filter="data")
    (inner,) = (tmp_path / "source").iterdir()
    old_umask = os.umask(0o077)  # nor do the permissions of whoever builds get into it
    try:
        for path in inner.rglob("*"):
            os.utime(path, (1, 1))
        third = build(inner, tmp_path / "third")
    finally:
        os.umask(old_umask)
    (wheel,) = (name for name in first if name.endswith(".whl"))
    assert third[wheel] == first[wheel]


def test_the_wheel_holds_every_file_of_resources_and_db(built: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "resources", "db", "workbench"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    (wheel,) = built.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        name if name.startswith("workbench/") else f"workbench/_data/{name}" for name in tracked
    }
    assert len(wanted) > 200
    assert wanted - held == set()


def test_the_installed_wheel_works_and_shows_its_window_away_from_its_source(
    built: Path, tmp_path: Path
) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    (site,) = (
        home.glob("lib/python*/site-packages") if os.name != "nt" else [home / "Lib/site-packages"]
    )
    # the locked dependencies of this very run; its own workbench is not among what they bring
    (site / "locked.pth").write_text(_packages(), "utf-8")
    (wheel,) = built.glob("*.whl")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(home), "install", "-q", "--no-index",
         "--no-deps", "--disable-pip-version-check", str(wheel)],
        check=True,
    )  # fmt: skip
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    } | {"HOME": str(tmp_path / "home"), "QT_QPA_PLATFORM": "offscreen"}
    told = subprocess.run(
        [scripts / "python", "-c", "from workbench import paths; print(paths.resources())"],
        capture_output=True, text=True, check=True, cwd=tmp_path, env=variables,
    )  # fmt: skip
    assert Path(told.stdout.strip()).is_relative_to(site)

    def told(*words: str) -> str:
        done = subprocess.run(
            [scripts / "workbench", *words],
            capture_output=True, text=True, cwd=tmp_path, env=variables,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    saved = told("complaint", "new", "--description", "白条开不了", "--demand", "explain", "--json")
    assert json.loads(saved)["number"] in told("complaint", "list")
    assert json.loads(told("doctor", "--json"))["health"] != "ill"
    with subprocess.Popen(
        [scripts / "python", "-m", "workbench.bench.probe", str(tmp_path / "profile")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=variables,
    ) as window:  # fmt: skip
        assert window.stdin is not None and window.stdout is not None
        assert json.loads(window.stdout.readline()) == {"usable": True}
        window.stdin.close()
        assert window.wait(60) == 0


def _packages() -> str:
    import click

    return str(Path(click.__file__).parents[1])
