"""Wheel and source package: everything in them, the same bytes twice, and a command that works."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from installer.packages import python, release
from installer.sbom import our_version

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


class Installed:
    """A workbench somewhere, for a person of its own who knows nothing of its source."""

    def __init__(self, scripts: Path, home: Path) -> None:
        self.scripts, self.home = scripts, home
        home.mkdir()
        ours = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "XDG_"))}
        self.variables = ours | {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}

    def told(self, *words: object) -> str:
        done = subprocess.run(
            [self.scripts / "workbench", *map(str, words)],
            capture_output=True, text=True, cwd=self.home, env=self.variables,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def works(self) -> str:
        """What is listed after a complaint was saved; its window can be used."""
        text = ("--description", "白条开不了", "--demand", "explain")
        saved = json.loads(self.told("complaint", "new", *text, "--json"))
        listed = self.told("complaint", "list", "--json")
        assert saved["number"] in listed
        assert json.loads(self.told("doctor", "--json"))["health"] != "ill"
        with subprocess.Popen(
            [self.scripts / "python", "-m", "workbench.bench.probe", str(self.home / "profile")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=self.home,
            env=self.variables,
        ) as window:  # fmt: skip
            assert window.stdin is not None and window.stdout is not None
            assert json.loads(window.stdout.readline()) == {"usable": True}
            window.stdin.close()
            assert window.wait(60) == 0
        return listed

    def updates_itself(self, share: Path) -> None:
        listed = self.told("complaint", "list", "--json")
        update = ("update", "--from", share, "--key", share / "public.pem", "--json")
        assert json.loads(self.told(*update))["done"]
        assert "9.0.0" in self.told("--version")
        code = "import needed_from_now_on as new; print(new.__file__)"
        told = subprocess.run(
            [self.scripts / "python", "-c", code], capture_output=True, text=True, check=True,
            cwd=self.home, env=self.variables,
        )  # fmt: skip
        assert Path(told.stdout.strip()).is_relative_to(self.scripts.parent)
        assert self.told("complaint", "list", "--json") == listed
        assert not json.loads(self.told(*update))["done"], "nothing is newer than what is there"


@pytest.fixture(scope="module")
def share(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signed release of a later version, which needs a library that this one does not."""
    place = tmp_path_factory.mktemp("later")
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as packed:
        packed.extractall(place, filter="data")
    (inner,) = place.iterdir()
    (inner / "PKG-INFO").unlink()  # says the version, as it was
    for name, old, new in (
        ("workbench/__init__.py", f'"{our_version()}"', '"9.0.0"'),
        ("pyproject.toml", "dependencies = [", 'dependencies = [\n    "needed-from-now-on>=1.2",'),
    ):
        text = (inner / name).read_text("utf-8")
        assert text.count(old) == 1
        (inner / name).write_text(text.replace(old, new), "utf-8")
    out = place / "share"
    build(inner, out)
    told = "Metadata-Version: 2.1\nName: needed-from-now-on\nVersion: 1.2\n"
    kind = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(out / "needed_from_now_on-1.2-py3-none-any.whl", "w") as library:
        library.writestr("needed_from_now_on.py", "")
        about = "needed_from_now_on-1.2.dist-info"
        for name, content in (("METADATA", told), ("WHEEL", kind), ("RECORD", "")):
            library.writestr(f"{about}/{name}", content)
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (place / "private.pem").write_bytes(pem)
    (out / "public.pem").write_bytes(
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    release.describe(out, "9.0.0", place / "private.pem")
    return out


def test_the_installed_wheel_works_away_from_its_source_and_updates_itself_from_a_share(
    built: Path, share: Path, tmp_path: Path
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
    installed = Installed(scripts, tmp_path / "home")
    told = subprocess.run(
        [scripts / "python", "-c", "from workbench import paths; print(paths.resources())"],
        capture_output=True, text=True, check=True, cwd=tmp_path, env=installed.variables,
    )  # fmt: skip
    assert Path(told.stdout.strip()).is_relative_to(site)
    installed.works()
    installed.updates_itself(share)


@pytest.mark.skipif(not shutil.which("pipx"), reason="pipx is not installed")
def test_pipx_installs_the_wheel_and_what_it_needs_and_it_works_and_updates_itself(
    built: Path, share: Path, tmp_path: Path
) -> None:
    """With every library from the registry, in the versions of the lock."""
    locked = re.findall(
        r"^[\w.-]+==[^\\\n]+", (ROOT / "requirements.lock").read_text("utf-8"), re.M
    )
    (tmp_path / "constraints.txt").write_text("\n".join(locked), "utf-8")
    (wheel,) = built.glob("*.whl")
    done = subprocess.run(
        ["pipx", "install", "--python", getattr(sys, "_base_executable", sys.executable),
         "--pip-args", f"-c {tmp_path / 'constraints.txt'}", str(wheel)],
        capture_output=True, text=True,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        | {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "bin" / "workbench").exists(), "on the path of whoever ran pipx ensurepath"
    place = tmp_path / "pipx/venvs/activation-workbench"
    installed = Installed(place / ("Scripts" if os.name == "nt" else "bin"), tmp_path / "home")
    installed.works()
    installed.updates_itself(share)


def _packages() -> str:
    import click

    return str(Path(click.__file__).parents[1])
