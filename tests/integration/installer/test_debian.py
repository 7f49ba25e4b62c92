"""The Debian package as a person meets it: built by one command, installed, started, upgraded,
removed. Root alone can do that; everything runs without a Python of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from installer.packages import deb, folder, python
from installer.packages import release as making

ROOT = Path(__file__).parents[3]
NAME = deb.NAME
BARE = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
}  # no Python, no environment of ours

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all(map(shutil.which, ("dpkg-deb", "objdump", "Xvfb"))) or os.geteuid() != 0,
        reason="only root on Debian and its kin, with binutils and Xvfb, can try a package",
    ),
]


def run(*command: object, **variables: str) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        env=BARE | variables,
        cwd="/",
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the one command makes, signed by a key of this test's own."""
    if Path("/usr/bin/workbench").exists():
        pytest.skip("a workbench is installed here already; it is left alone")
    out = tmp_path_factory.mktemp("release")
    key = out / "key.pem"
    key.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
    )
    made = subprocess.run(
        [sys.executable, "installer/package.py", "python", "deb", "--out", out, "--key", key],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return out


@pytest.fixture
def installed(release: Path) -> Iterator[Path]:
    """The package of an earlier version, with a file that the later one has no more."""
    tree = folder.PLACE / "workbench"
    (tree / "of-yesterday").write_text("gone with the next version\n")
    earlier = deb.build(tree, release / "earlier", python.source_date(), version="0.0.9")
    (tree / "of-yesterday").unlink()
    try:
        run("/usr/bin/dpkg", "--install", earlier)
        yield release
    finally:
        subprocess.run(["/usr/bin/dpkg", "--purge", NAME], capture_output=True, check=False)


def files_of_ours() -> list[str]:
    places = ("/usr/bin/workbench", f"/usr/lib/{NAME}", f"/usr/share/doc/{NAME}")
    found = [place for place in places if os.path.lexists(place)]
    for place in ("applications", "metainfo", "icons", "man"):
        found += map(str, Path("/usr/share", place).rglob("*activation*workbench*"))
        found += map(str, Path("/usr/share", place).rglob("workbench.1*"))
    return found


def test_a_release_is_whole_and_its_checksums_and_signature_hold(release: Path) -> None:
    run("/usr/bin/sh", "-c", f"cd {release} && sha256sum --strict --check SHA256SUMS")
    told = json.loads((release / "release.json").read_text())
    assert {file["kind"] for file in told["files"]} == {"deb", "wheel", "sdist"}
    assert (release / "release.json.sig").stat().st_size == 89
    sbom = json.loads((release / "sbom.cdx.json").read_text())
    assert len(sbom["components"]) > 30
    (package,) = release.glob("*.deb")
    assert package.stat().st_size < 250e6, "the package does not grow unseen"
    listed = run("/usr/bin/dpkg-deb", "--contents", package)
    for stranger in (
        "/pandas/",
        "/pytest/",
        "/pyinstaller/",
        "libgtk",
        "libarrow_flight",
        "/mkdocs/",
        "/pyarrow/tests/",
    ):
        assert stranger not in listed.lower(), stranger


def test_it_starts_keeps_its_data_through_an_upgrade_and_leaves_nothing_behind(
    installed: Path, tmp_path: Path
) -> None:
    home = {"HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    assert run("/usr/bin/workbench", "--version").startswith("workbench, version")
    people = json.loads(run("/usr/bin/workbench", "people", "list", "--json", **home))
    run("/usr/bin/workbench", "complaint", "new", "--description", "白条开不了", "--demand",
        "explain", "--json", **home)  # fmt: skip
    before = json.loads(run("/usr/bin/workbench", "complaint", "list", "--json", **home))
    assert before["total"] == 1
    assert Path(f"/usr/lib/{NAME}/of-yesterday").exists()

    (package,) = installed.glob("*.deb")
    run("/usr/bin/dpkg", "--install", package)

    assert not Path(f"/usr/lib/{NAME}/of-yesterday").exists()
    assert json.loads(run("/usr/bin/workbench", "complaint", "list", "--json", **home)) == before
    assert json.loads(run("/usr/bin/workbench", "people", "list", "--json", **home)) == people
    shots = tmp_path / "shots"
    run("/usr/bin/workbench", "demo", "--headless", "--shots", shots, "--rows", "500", **home)
    assert len(list(shots.glob("*.png"))) > 20
    for entry in ("activation-workbench", "activation-workbench-link"):
        text = Path(f"/usr/share/applications/{entry}.desktop").read_text("utf-8")
        program = re.search(r"^Exec=(\S+)", text, re.MULTILINE)
        assert program is not None and shutil.which(program[1])
    assert "x-scheme-handler/workbench" in text
    page = run("/usr/bin/zcat", "/usr/share/man/man1/workbench.1.gz")
    assert "workbench lookup" in page and "\\-\\-passphrase\\-file" in page
    window_shows_itself(tmp_path)
    updates_itself(installed, tmp_path / "share", home)
    assert json.loads(run("/usr/bin/workbench", "complaint", "list", "--json", **home)) == before

    run("/usr/bin/dpkg", "--purge", NAME)
    assert files_of_ours() == []
    assert (tmp_path / ".local/share/activation-workbench/default/records.db").exists()


def updates_itself(release: Path, share: Path, home: dict[str, str]) -> None:
    """From a share, by the key that came with the package; one byte more and nothing is installed."""
    later = deb.build(folder.PLACE / "workbench", share, python.source_date(), version="9.0.0")
    making.describe(share, "9.0.0", release / "key.pem")
    sound = later.read_bytes()
    later.write_bytes(sound + b"x")
    update = ["/usr/bin/workbench", "update", "--from", str(share), "--json"]
    refused = subprocess.run(update, env=BARE | home, capture_output=True, text=True, cwd="/")
    assert refused.returncode == 1 and "release_changed" in refused.stdout
    later.write_bytes(sound)
    told = json.loads(run(*update, **home))
    assert (told["version"], told["done"]) == ("9.0.0", True)
    assert run("/usr/bin/dpkg-query", "--show", "-f", "${Version}", NAME) == "9.0.0"


def window_shows_itself(home: Path) -> None:
    """The real window on a real (virtual) screen: it can be used, after at most three times what an
    empty Qt window of the same build takes. They take turns, and the middle of five counts."""
    with subprocess.Popen(
        ["/usr/bin/Xvfb", "-displayfd", "1", "-screen", "0", "1366x768x24"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        number = int(server.stdout.readline())
        display = {"HOME": str(home), "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        probe = ["/usr/bin/workbench", "-m", "workbench.bench.probe"]
        try:
            turns = [
                [seconds_to_usable(c, display) for c in (probe, [*probe, str(home / "other")])]
                for _ in range(6)
            ]
        finally:
            server.terminate()
    empty, ours = map(median, zip(*turns[1:], strict=True))  # the first one fills the cache
    print(f"usable after {ours:.2f} s, an empty window after {empty:.2f} s")
    assert ours <= 3 * empty


def seconds_to_usable(command: list[str], display: dict[str, str]) -> float:
    begun = time.monotonic()
    with subprocess.Popen(
        command, env=BARE | display, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as window:
        assert window.stdout is not None and window.stdin is not None
        assert window.stdout.readline().startswith("{"), "the window can be used"
        taken = time.monotonic() - begun
        window.stdin.close()
        assert window.wait(60) == 0
    return taken
