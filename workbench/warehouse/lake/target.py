"""Where a folder of Parquet (or one file) is written: beside its place, then renamed; whole or not
at all. What we did not write is never replaced."""

import contextlib
import errno
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.domain.errors import BadInput, NotPermitted, StoreFault, Usage
from workbench.files import sync_folder

_MARKER = "_workbench.json"  # in every folder that we wrote; hidden from readers of Parquet


def is_single(out: Path) -> bool:
    """Whether one file is asked for, not a folder."""
    return out.suffix.lower() == ".parquet"


def refuse_target(out: Path, kind: str, *, overwrite: bool) -> None:
    """Raises Usage for what may not be written or replaced, BadInput where there is no place."""
    if not out.absolute().parent.is_dir():
        raise BadInput("no_such_file", file=str(out.parent))
    if not out.exists():
        return
    if not overwrite:
        raise Usage("lake_out_exists", out=str(out))
    if out.is_dir() == is_single(out) or (out.is_dir() and _kind(out) != kind):
        raise Usage("lake_out_not_ours", out=str(out))


def marker(folder: Path) -> dict[str, Any] | None:
    """What is said of a folder that we wrote; None of another."""
    try:
        found = json.loads((folder / _MARKER).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _kind(folder: Path) -> str | None:
    found = marker(folder)
    return None if found is None else str(found.get("kind", "diagnoses"))  # once the only kind


@contextmanager
def appearing(out: Path, kind: str, said: Mapping[str, object]) -> Iterator[Path]:
    """Where to write, beside ``out``; takes its place at the end. A folder gets a marker that
    says ``kind`` and what ``said`` holds by then. Raises StoreFault, NotPermitted for the disk."""
    partial = out.with_name(f".{out.name}.{secrets.token_hex(4)}.partial")
    try:
        with _on_disk(out):
            yield partial
            if partial.is_dir():
                (partial / _MARKER).write_text(json.dumps({"kind": kind, **said}), "utf-8")
            _replace(partial, out)
            sync_folder(out.absolute().parent)
    finally:
        for left in (partial, partial.with_name(partial.name + ".parts")):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _replace(partial: Path, out: Path) -> None:
    """A folder cannot be renamed over another: the old one steps aside, and back on a failure."""
    if not (partial.is_dir() and out.is_dir()):
        partial.replace(out)
        return
    old = partial.with_suffix(".old")
    out.rename(old)
    try:
        partial.rename(out)
    except BaseException:
        with contextlib.suppress(OSError):
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _on_disk(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFault("disk_full") from None
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            folder = str(out.absolute().parent)
            raise NotPermitted("lake_no_permission", folder=folder) from None
        raise
