"""One release: its packages, their checksums, what they are made of, and a signature over them."""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from installer.environment import ROOT
from installer.packages import deb, folder, python
from installer.packages.environment import run
from installer.sbom import our_version
from installer.steps import Steps

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_OURS = "activation_workbench-"
_KINDS = {".whl": "wheel", ".gz": "sdist", ".deb": "deb", ".exe": "windows", ".dmg": "macos"}
PARTS = ("python", "wheels", "folder", "deb", "man")


def make(what: list[str], out: Path, key: Path | None) -> int:
    """Exit code. The deb brings the folder with it."""
    wanted = set(what)
    if unknown := wanted - {"all", *PARTS}:
        sys.exit(f"{', '.join(sorted(unknown))}: there is no such part; {', '.join(PARTS)} or all")
    linux = sys.platform.startswith("linux")
    if "all" in wanted:
        wanted = {"python", "folder", "deb"} if linux else {"python", "folder"}
    out.mkdir(parents=True, exist_ok=True)
    steps = Steps(total=len(wanted | ({"folder"} if "deb" in wanted else set())) + 1)
    if "python" in wanted:
        with steps.step("Wheel and source package"):
            python.build(out)
    if "wheels" in wanted:
        with steps.step("The wheels that ours needs, for updates without a registry"):
            python.collect(out)
    if wanted & {"folder", "deb"}:
        with steps.step("A folder that needs no Python"):
            made = folder.build()
            if key:  # by it the next release proves itself
                (made / "_internal" / "release-key.pem").write_bytes(_public(key))
            print(f"      {folder.size(made) / 1e6:.0f} MB: {made}")
    if "deb" in wanted:
        with steps.step("Debian package"):
            package = deb.build(made, out, python.source_date())
            print(f"      {package.stat().st_size / 1e6:.0f} MB: {package}")
    if "man" in wanted:
        with steps.step("Man page"):
            page = [sys.executable, "-m", "installer.packages.man_page", "en"]
            run([*page, str(out / "workbench.1.gz"), python.source_date()], PYTHONPATH=str(ROOT))
    with steps.step("Checksums and bill of materials" + (", signed" if key else "")):
        run([sys.executable, str(ROOT / "installer/sbom.py"), str(out / "sbom.cdx.json")])
        describe(out, our_version(), key)
    return 0


def describe(out: Path, version: str, key: Path | None = None) -> None:
    """SHA256SUMS and release.json of the packages in ``out``; with ``key`` release.json.sig.

    Of our own packages those of this version; of wheels that are not ours (kind ``library``) all.
    """
    of_it = re.compile(rf"[-_]{re.escape(version)}(?=[-_.]\D)")  # 0.1.0, and not 10.1.0 or 0.1.0.1
    packages = sorted(
        p
        for p in out.iterdir()
        if p.suffix in _KINDS and (of_it.search(p.name) or _kind(p) == "library")
    )
    files = [
        {
            "name": path.name,
            "kind": _kind(path),
            "size": path.stat().st_size,
            "sha256": _digest(path),
        }
        for path in packages
    ]
    told = json.dumps({"product": deb.NAME, "version": version, "files": files}, indent=1) + "\n"
    manifest = out / "release.json"
    manifest.write_text(told, "utf-8")
    sums = [f"{file['sha256']}  {file['name']}" for file in files]
    for extra in ("release.json", "sbom.cdx.json"):
        if (out / extra).exists():
            sums.append(f"{_digest(out / extra)}  {extra}")
    (out / "SHA256SUMS").write_text("\n".join(sums) + "\n", "utf-8")
    signature = out / "release.json.sig"
    signature.unlink(missing_ok=True)  # of what was there before
    if key:
        signature.write_bytes(_sign(manifest.read_bytes(), key))


def _kind(path: Path) -> str:
    kind = _KINDS[path.suffix]
    return "library" if kind == "wheel" and not path.name.startswith(_OURS) else kind


def _sign(data: bytes, key: Path) -> bytes:
    """64 bytes of ed25519 over the whole file, in base64."""
    return base64.b64encode(_private(key).sign(data)) + b"\n"


def _public(key: Path) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return _private(key).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _private(key: Path) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        sys.exit(f"{key} is no private key that can be read: {type(error).__name__}")
    if not isinstance(private, Ed25519PrivateKey):
        sys.exit(
            f"{key} is no ed25519 key. Make one: openssl genpkey -algorithm ed25519 -out {key}"
        )
    return private


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
