"""``workbench update``: what was signed and is newer is installed; nothing else, whoever wrote it."""

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from installer.packages import release as making
from workbench import __version__, paths, policy
from workbench.cli.main import workbench
from workbench.domain.errors import BadInput
from workbench.domain.release import order_of, read_release
from workbench.gateways.releases import ReleaseFolder
from workbench.services.updating import UpdateService

LATER = "9.0.0"


class Share:
    """A folder with a signed release, and the key by which it is proven."""

    def __init__(self, folder: Path, version: str = LATER) -> None:
        self.folder = folder / "share"
        self.folder.mkdir()
        private = Ed25519PrivateKey.generate()
        self.private, self.public = folder / "private.pem", folder / "public.pem"
        self.private.write_bytes(
            private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        self.public.write_bytes(
            private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )
        self.raw = private.public_key().public_bytes_raw()
        self.package = self.folder / f"activation_workbench-{version}-py3-none-any.whl"
        self.package.write_bytes(b"a wheel")
        making.describe(self.folder, version, self.private)


@pytest.fixture
def share(tmp_path: Path) -> Share:
    return Share(tmp_path)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, bytes]]:
    """Kind, name and content of what was given to the system's installer."""
    given: list[tuple[str, str, bytes]] = []
    monkeypatch.setattr(paths, "installed_by", lambda: "wheel")
    monkeypatch.setattr(
        "workbench.gateways.releases.install",
        lambda kind, file: given.append((kind, file.name, file.read_bytes())),
    )
    return given


def update(share: Share, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(
        workbench,
        ["update", "--from", str(share.folder), "--key", str(share.public), "--lang", "en", *words],
    )
    return done.exit_code, done.output


def refused(share: Share, *words: str) -> str:
    code, said = update(share, "--json", *words)
    assert code != 0
    return json.loads(said[: said.rindex("}") + 1])["error"]["key"]


def test_a_newer_signed_release_is_installed_as_it_was_signed(share, installed) -> None:
    code, said = update(share)
    assert (code, installed) == (0, [("wheel", share.package.name, b"a wheel")])
    assert __version__ in said and LATER in said


def test_looking_changes_nothing(share, installed) -> None:
    code, said = update(share, "--check", "--json")
    assert (code, json.loads(said)["done"], installed) == (0, False, [])


@pytest.mark.parametrize("version", ["0.0.9", f"{__version__}rc1"])
def test_an_older_release_is_never_installed(tmp_path, installed, version) -> None:
    assert refused(Share(tmp_path, version)) == "release_older"
    assert installed == []


def test_the_same_version_is_nothing_new(tmp_path, installed) -> None:
    code, said = update(Share(tmp_path, __version__))
    assert (code, installed) == (0, []) and __version__ in said


def test_a_package_that_was_changed_after_signing_is_not_installed(share, installed) -> None:
    share.package.write_bytes(b"another")
    assert refused(share) == "release_changed"
    assert installed == []


def test_a_list_that_was_changed_after_signing_is_not_believed(share, installed) -> None:
    manifest = share.folder / "release.json"
    manifest.write_text(manifest.read_text().replace(LATER, "9.0.1"))
    assert refused(share) == "release_forged"
    assert installed == []


def test_a_stranger_s_signature_and_none_at_all_are_refused(share, tmp_path, installed) -> None:
    other = tmp_path / "other"
    other.mkdir()
    stranger = Share(other)
    making.describe(share.folder, LATER, stranger.private)
    assert refused(share) == "release_forged"
    (share.folder / "release.json.sig").unlink()
    assert refused(share) == "release_unsigned"
    assert installed == []


def test_without_a_key_nothing_is_believed(share, installed) -> None:
    done = CliRunner().invoke(workbench, ["update", "--from", str(share.folder), "--lang", "en"])
    assert (done.exit_code, installed) == (4, [])


def test_the_machine_s_policy_says_where_and_by_which_key(share, installed, tmp_path, monkeypatch):
    file = tmp_path / "policy.json"
    key = base64.b64encode(share.raw).decode()
    file.write_text(json.dumps({"update_from": str(share.folder), "update_keys": [key]}))
    monkeypatch.setattr(policy, "of_this_machine", lambda: policy.read(file))
    done = CliRunner().invoke(workbench, ["update", "--lang", "en"])
    assert (done.exit_code, len(installed)) == (0, 1), done.output


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl")
def test_the_line_of_the_operations_page_gives_a_key_as_a_policy_wants_it(share) -> None:
    page = (Path(__file__).parents[3] / "docs" / "operations.md").read_text("utf-8")
    (line,) = re.findall(r"`(openssl pkey [^`]*)`", page)
    made = line.split(" | ", maxsplit=1)[0].replace("public.pem", str(share.public)).split()
    told = subprocess.run(made, capture_output=True, check=True).stdout
    assert line.endswith("| tail -c 32 | base64") and told[-32:] == share.raw


def test_a_program_that_runs_from_its_source_is_left_alone(share) -> None:
    assert paths.installed_by() == "source"
    assert refused(share) == "update_of_source"


@pytest.mark.parametrize("name", ["../evil.whl", "/etc/passwd", "a/b.whl", "", ".hidden"])
def test_a_list_cannot_name_a_file_outside_its_folder(name) -> None:
    file = {"name": name, "kind": "wheel", "size": 1, "sha256": "0" * 64}
    told = {"product": "activation-workbench", "version": LATER, "files": [file]}
    with pytest.raises(BadInput, match="release_damaged"):
        read_release(json.dumps(told))


def test_a_file_that_grows_while_it_is_copied_is_refused(share, tmp_path) -> None:
    releases = ReleaseFolder(share.folder, [share.raw])
    (file,) = releases.release().files
    with share.package.open("ab") as more:
        more.write(b"x" * (3 << 20))
    with pytest.raises(BadInput, match="release_changed"):
        releases.take(file, tmp_path)
    assert not (tmp_path / file.name).exists()


def test_versions_are_ordered_as_numbers() -> None:
    ordered = ["0.9.0", "0.10.0a1", "0.10.0b2", "0.10.0rc1", "0.10.0", "0.10.1", "1.0.0"]
    assert sorted(ordered, key=order_of) == ordered


def test_packages_of_other_versions_in_the_same_folder_are_not_of_the_release(share) -> None:
    for version in ("19.0.0", "9.0.0.1", "8.0.0"):
        (share.folder / f"activation_workbench-{version}-py3-none-any.whl").write_bytes(b"old")
    (share.folder / f"activation-workbench_{LATER}_amd64.deb").write_bytes(b"a package")
    making.describe(share.folder, LATER, share.private)
    files = ReleaseFolder(share.folder, [share.raw]).release().files
    assert {f.name for f in files} == {
        share.package.name,
        f"activation-workbench_{LATER}_amd64.deb",
    }
    sums = (share.folder / "SHA256SUMS").read_text()
    assert sums.count("\n") == 3 and "release.json" in sums


def test_the_wheels_that_came_along_are_proven_too(share, tmp_path) -> None:
    other = share.folder / "a_new_library-2.1-py3-none-any.whl"
    other.write_bytes(b"needed")
    making.describe(share.folder, LATER, share.private)
    other.write_bytes(b"edited")
    service = UpdateService(ReleaseFolder(share.folder, [share.raw]), "1.0.0", "wheel", print)
    with pytest.raises(BadInput, match="release_changed"):
        service.update(tmp_path)


def test_the_command_says_where_to_look_if_nobody_did() -> None:
    done = CliRunner().invoke(workbench, ["update", "--lang", "en"])
    assert done.exit_code == 2 and "--from" in done.output
