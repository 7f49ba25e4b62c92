"""Where things are: the shipped data (from source, a wheel or a frozen build) and the profile."""

import os
import sys
from pathlib import Path

import workbench

_PACKAGE = Path(workbench.__file__).resolve().parent


def _shipped(folder: str) -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [_PACKAGE / "_data" / folder, _PACKAGE.parent / folder]
    if frozen:
        candidates.insert(0, Path(frozen) / folder)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"shipped folder {folder!r} is missing; looked in {candidates}")


def resources() -> Path:
    """Rule packs, texts, mappings, catalogues, icons, translations."""
    return _shipped("resources")


def docs() -> Path:
    """The manual, which the window shows."""
    return _shipped("docs")


def db() -> Path:
    """Alembic migrations and the centre's SQL."""
    return _shipped("db")


def release_key() -> Path | None:
    """The public key that came with a package, by which its next releases are proven."""
    file = _PACKAGE.parent / "release-key.pem"  # beside the package in a frozen folder
    return file if getattr(sys, "frozen", False) and file.exists() else None


def installed_by() -> str:
    """How this program came here: 'deb', 'windows', 'macos' (a package says so in ``installed-by``),
    'wheel', or 'source'."""
    if getattr(sys, "frozen", False):
        try:
            return (
                Path(sys.executable).resolve().with_name("installed-by").read_text("utf-8").strip()
            )
        except OSError:
            return "folder"
    return "wheel" if (_PACKAGE / "_data").is_dir() else "source"


def default_profile() -> Path:
    """``WORKBENCH_PROFILE``, or the platform's user data folder."""
    named = os.environ.get("WORKBENCH_PROFILE")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("activation-workbench", appauthor=False) / "default"
