"""The bill of materials names every pinned package with all of its hashes."""

import json
import subprocess
import sys
from importlib.metadata import distributions

from installer import sbom


def test_every_pin_and_hash_of_the_lock_is_in_it_and_nothing_else() -> None:
    lock = sbom.LOCK.read_text("utf-8")
    listed = sbom.components(lock)
    pins = [line for line in lock.splitlines() if line and line[0] not in " #-"]
    assert len(listed) == len(pins) > 30
    hashes = sum(len(c["hashes"]) for c in listed)
    assert hashes == lock.count("--hash=sha256:")
    assert all(c["hashes"] for c in listed)


def test_what_is_installed_here_stands_in_it() -> None:
    listed = {
        c["name"].replace("_", "-").lower(): c["version"]
        for c in sbom.components(sbom.LOCK.read_text("utf-8"))
    }
    here = {d.metadata["Name"].replace("_", "-").lower(): d.version for d in distributions()}
    for name in ("pyside6-essentials", "duckdb", "sqlalchemy", "cryptography", "psycopg"):
        assert listed[name] == here[name]


def test_it_is_written_by_one_command_and_the_same_each_time(tmp_path) -> None:
    for name in ("a.json", "b.json"):
        subprocess.run(
            [sys.executable, "installer/sbom.py", str(tmp_path / name)], check=True, cwd=sbom.ROOT
        )
    first = (tmp_path / "a.json").read_bytes()
    assert first == (tmp_path / "b.json").read_bytes()
    told = json.loads(first)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.5")
    assert told["metadata"]["component"]["version"] == sbom.our_version()
