"""A whole profile in one sealed file, and a profile out of it: proven before either counts.

Inside the sealed stream is a tar: the databases as of one moment each, every other file of the
profile as it lies there (sealed by the profile's key or holding nothing personal), and last the
manifest with the profile's key and the SHA-256 of each file.
"""

import base64
import hashlib
import io
import json
import os
import secrets
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from workbench.domain.errors import BadInput
from workbench.domain.times import utc_now
from workbench.files import refused, sync_file, sync_folder
from workbench.storage.keys import keep_key
from workbench.storage.profile import Profile
from workbench.storage.records import SqlRecords
from workbench.storage.sealed_stream import SealedReader, SealedWriter

_KIND = "profile"
_MANIFEST = "manifest.json"
_LEFT = ("logs", "temp", "crashes")  # folders that nobody misses
_OWN = ("key.json", "audit.head", "warehouse.owner")  # given in another way, or of one process
_HEAD = "audit.head"
# Opens the copy of a warehouse and returns its attempts: (file, subkeys by purpose).
Count = Callable[[Path, Profile], int]


@dataclass(frozen=True)
class Backup:
    """What a backup holds; ``made_at`` in UTC."""

    made_at: datetime
    files: int
    size: int  # bytes of the file
    complaints: int
    audit_rows: int
    attempts: int


class ProfileBackup:
    """Satisfies services.ports.Backups for an open profile."""

    def __init__(
        self,
        profile: Profile,
        records: SqlRecords,
        copy_warehouse: Callable[[Path], None],
        count: Count,
    ) -> None:
        self._profile, self._records = profile, records
        self._copy_warehouse, self._count = copy_warehouse, count

    def write(self, file: Path, passphrase: str) -> Backup:
        """Raises BadInput('backup_exists' | 'passphrase_empty'), StoreFault; then there is no file."""
        if not passphrase.strip():
            raise BadInput("passphrase_empty")
        if file.exists():
            raise BadInput("backup_exists", file=str(file))
        partial = file.with_name(f".{file.name}.{secrets.token_hex(4)}.partial")
        try:
            self._write(partial, passphrase)
            sync_file(partial)
            with tried(partial, passphrase, file.absolute().parent, self._count) as (_, found):
                pass
            partial.rename(file)
            sync_folder(file.absolute().parent)
        except OSError as error:
            raise refused(error, file) from error
        finally:
            partial.unlink(missing_ok=True)
        return found

    def _write(self, partial: Path, passphrase: str) -> None:
        folder = self._profile.folder
        copies = folder / "temp" / f"backup-{secrets.token_hex(4)}"
        copies.mkdir(mode=0o700, parents=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            # The head before the chain: it is never ahead of what it witnesses.
            shutil.copy(folder / _HEAD, copies / _HEAD)
            self._records.copy_to(copies / "records.db")
            self._copy_warehouse(copies / "warehouse.duckdb")
            about = {"kind": _KIND, "made_at": utc_now().isoformat()}
            with os.fdopen(handle, "wb") as out:
                sealed = SealedWriter(out, passphrase, about)
                with tarfile.open(fileobj=sealed, mode="w|") as tar:
                    sums = {}
                    for path, name in (*_beneath(copies), *_others(folder)):
                        with suppress(FileNotFoundError):  # a draft that was saved meanwhile
                            sums[name] = _add(tar, path, name)
                    manifest = {"files": sums, "key": base64.b64encode(self._profile.raw).decode()}
                    body = json.dumps(manifest).encode()
                    entry = tarfile.TarInfo(_MANIFEST)
                    entry.size = len(body)
                    tar.addfile(entry, io.BytesIO(body))
                sealed.finish()
        finally:
            shutil.rmtree(copies, ignore_errors=True)


def restore(
    file: Path,
    passphrase: str,
    folder: Path,
    *,
    count: Count,
    own_passphrase: str | None = None,
    warn: Callable[..., None] | None = None,
) -> Backup:
    """Make the profile of ``file`` at ``folder``, which must not hold anything yet. Its key is kept
    there as that of a new profile is. Raises BadInput('restore_not_empty' | 'backup_damaged' | …),
    NotPermitted('wrong_passphrase'), StoreFault; then nothing is there."""
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput("restore_not_empty", folder=str(folder))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tried(file, passphrase, folder.parent, count) as (made, found):
            keep_key(made.folder, made.raw, passphrase=own_passphrase, warn=warn)
            with suppress(FileNotFoundError):
                folder.rmdir()
            made.folder.rename(folder)
            sync_folder(folder.parent)
    except OSError as error:
        raise refused(error, folder) from error
    return found


@contextmanager
def tried(
    file: Path, passphrase: str, beside: Path, count: Count
) -> Iterator[tuple[Profile, Backup]]:
    """The backup unpacked and opened in a folder that goes in the end, unless it was renamed."""
    folder = beside / f".workbench-restoring-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    try:
        with SealedReader(file, passphrase) as sealed:
            if sealed.about.get("kind") != _KIND:
                raise BadInput("not_a_backup", file=file.name)
            manifest, sums = _unpack(sealed, folder, file)
            sealed.drain()
        if manifest["files"] != sums:
            raise BadInput("backup_damaged", file=file.name)
        profile = Profile(folder, base64.b64decode(manifest["key"]))
        records = SqlRecords(profile.records, profile.key("records"), profile.key("witness"))
        try:
            records.check()
            rows = records.verify_audit()
            complaints = records.count_complaints()
        finally:
            records.close()
        made_at = datetime.fromisoformat(sealed.about["made_at"])
        attempts = count(profile.warehouse, profile)
        yield profile, Backup(made_at, len(sums), file.stat().st_size, complaints, rows, attempts)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(
    sealed: SealedReader, folder: Path, file: Path
) -> tuple[dict[str, Any], dict[str, str]]:
    """The manifest, and the SHA-256 of every file that was unpacked."""
    manifest: dict[str, Any] | None = None
    sums: dict[str, str] = {}
    try:
        with tarfile.open(fileobj=io.BufferedReader(sealed, 1 << 20), mode="r|") as tar:
            for entry in tar:
                name = PurePosixPath(entry.name)
                if not entry.isreg() or name.is_absolute() or ".." in name.parts:
                    raise BadInput("backup_damaged", file=file.name)
                content = tar.extractfile(entry)
                assert content is not None
                if entry.name == _MANIFEST:
                    manifest = json.load(content)
                    continue
                target = folder.joinpath(*name.parts)
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                digest = hashlib.sha256()
                with os.fdopen(
                    os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
                ) as out:
                    while piece := content.read(1 << 20):
                        digest.update(piece)
                        out.write(piece)
                    out.flush()
                    os.fsync(out.fileno())
                sums[entry.name] = digest.hexdigest()
    except (tarfile.TarError, ValueError):
        raise BadInput("backup_damaged", file=file.name) from None
    if manifest is None:
        raise BadInput("backup_damaged", file=file.name)
    return manifest, sums


def _beneath(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.relative_to(folder).as_posix()


def _others(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file of the profile but the databases, which were copied, and what is of no use."""
    for path, name in _beneath(folder):
        first, last = PurePosixPath(name).parts[0], PurePosixPath(name).name
        of_databases = first.startswith(("records.", "warehouse.duckdb"))
        if first in _LEFT or name in _OWN or of_databases or last.endswith(".partial"):
            continue
        yield path, name


def _add(tar: tarfile.TarFile, path: Path, name: str) -> str:
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
        entry = tarfile.TarInfo(name)
        entry.size = content.seek(0, os.SEEK_END)
        content.seek(0)
        tar.addfile(entry, content)
    return digest
