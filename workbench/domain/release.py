"""A release as its signed list tells it: versions in order, and the package for an installation."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.errors import BadInput, Usage

PRODUCT = "activation-workbench"
MANIFEST, SIGNATURE = "release.json", "release.json.sig"
KINDS = ("deb", "wheel", "windows")  # packages that an installation can be brought up to date by
LIBRARY = "library"  # a wheel that ours needs

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,120}")  # a name in the folder: no way out of it
_STAGES = ("a", "b", "rc", None)


@dataclass(frozen=True)
class ReleaseFile:
    """``size`` in bytes, ``sha256`` in hexadecimal."""

    name: str
    kind: str
    size: int
    sha256: str


@dataclass(frozen=True)
class ProgramRelease:
    version: str
    files: tuple[ReleaseFile, ...]


def order_of(version: str) -> tuple[int, ...]:
    """Greater for a later version; 1.2.0rc1 comes before 1.2.0. Raises BadInput('release_damaged')."""
    found = _VERSION.fullmatch(version)
    if found is None:
        raise BadInput("release_damaged")
    major, minor, patch, stage, number = found.groups()
    return int(major), int(minor), int(patch), _STAGES.index(stage), int(number or 0)


def read_release(text: str) -> ProgramRelease:
    """What stands in release.json. Raises BadInput('release_damaged') for anything else."""
    try:
        told = json.loads(text)
        files = tuple(
            ReleaseFile(str(f["name"]), str(f["kind"]), int(f["size"]), str(f["sha256"]))
            for f in told["files"]
        )
        release = ProgramRelease(str(told["version"]), files)
        wrong = told["product"] != PRODUCT or not all(_NAME.fullmatch(f.name) for f in files)
    except (ValueError, KeyError, TypeError):
        raise BadInput("release_damaged") from None
    order_of(release.version)
    if wrong:
        raise BadInput("release_damaged")
    return release


def wanted(release: ProgramRelease, installed: str, kind: str) -> ReleaseFile | None:
    """The package to install; None where ``installed`` is this very version. Raises
    BadInput('release_older', 'release_not_for_us'), Usage('update_of_source')."""
    if kind not in KINDS:
        raise Usage("update_of_source")
    if order_of(release.version) < order_of(installed):
        raise BadInput("release_older", version=release.version, installed=installed)
    if release.version == installed:
        return None
    return package_of(release.files, kind)


def package_of(files: Sequence[ReleaseFile], kind: str) -> ReleaseFile:
    for file in files:
        if file.kind == kind:
            return file
    raise BadInput("release_not_for_us", kind=kind)
