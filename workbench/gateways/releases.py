"""A folder or share with a release: its signature, its packages, and the system's own installers."""

import base64
import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from workbench.domain.errors import BadInput, NotPermitted, StoreFault
from workbench.domain.release import MANIFEST, SIGNATURE, ProgramRelease, ReleaseFile, read_release

_MOST = 1 << 20  # bytes of a manifest: a few hundred are usual


class ReleaseFolder:
    """Trusts nothing in the folder but what one of ``keys`` signed."""

    def __init__(self, folder: Path, keys: Sequence[bytes]) -> None:
        """``keys``: ed25519 public keys of 32 bytes."""
        self._folder, self._keys = folder, keys

    def release(self) -> ProgramRelease:
        """Raises BadInput('no_release', 'release_unsigned', 'release_forged', 'release_damaged'),
        NotPermitted('update_no_key')."""
        if not self._keys:
            raise NotPermitted("update_no_key")
        told = self._read(MANIFEST, "no_release")
        try:
            signature = base64.b64decode(self._read(SIGNATURE, "release_unsigned"))
        except ValueError:
            raise BadInput("release_forged", folder=str(self._folder)) from None
        if not any(_signed(told, signature, key) for key in self._keys):
            raise BadInput("release_forged", folder=str(self._folder))
        try:
            return read_release(told.decode())
        except UnicodeDecodeError:
            raise BadInput("release_damaged") from None

    def take(self, file: ReleaseFile, into: Path) -> Path:
        """A copy in ``into`` (ours alone) of what was signed: what lies in the share may change
        between being looked at and being installed. Raises BadInput('release_changed')."""
        copy = into / file.name
        digest, size = hashlib.sha256(), 0
        try:
            with (self._folder / file.name).open("rb") as source, copy.open("xb") as target:
                while part := source.read(1 << 20):
                    size += len(part)
                    if size > file.size:
                        break
                    digest.update(part)
                    target.write(part)
        except OSError as error:
            raise BadInput(
                "release_unreadable", file=file.name, why=error.strerror or type(error).__name__
            ) from None
        if size != file.size or digest.hexdigest() != file.sha256:
            copy.unlink()
            raise BadInput("release_changed", file=file.name)
        return copy

    def _read(self, name: str, absent: str) -> bytes:
        try:
            with (self._folder / name).open("rb") as file:
                return file.read(_MOST)
        except OSError:
            raise BadInput(absent, folder=str(self._folder)) from None


def key_of(file: Path) -> bytes:
    """The public key of a PEM file. Raises BadInput('no_public_key')."""
    try:
        key = load_pem_public_key(file.read_bytes())
    except (OSError, ValueError):
        raise BadInput("no_public_key", file=str(file)) from None
    if not isinstance(key, Ed25519PublicKey):
        raise BadInput("no_public_key", file=str(file))
    return key.public_bytes_raw()


def install(kind: str, file: Path) -> None:
    """By the system's own installer. Raises NotPermitted('update_needs_root'),
    StoreFault('update_failed')."""
    if kind == "deb":
        if os.geteuid() != 0:
            raise NotPermitted("update_needs_root")
        command = ["/usr/bin/dpkg", "--install", str(file)]
    elif kind == "wheel":
        command = [
            sys.executable,
            "-m",
            "pip",
            "--isolated",
            "--disable-pip-version-check",
            "install",
        ]
        # its dependencies are looked for beside it alone, where only what was signed lies
        command += ["--no-index", "--find-links", str(file.parent), str(file)]
    else:
        command = [str(file), "/SILENT", "/NORESTART"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise StoreFault("update_failed", why=" / ".join(said[-3:]))


def _signed(told: bytes, signature: bytes, key: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, told)
    except (InvalidSignature, ValueError):
        return False
    return True
