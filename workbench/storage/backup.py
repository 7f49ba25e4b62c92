"""A whole profile in one sealed file, and a profile out of it: proven before either counts.

Inside the sealed stream is a tar: the databases as of one moment each, every other file of the
profile as it lies there (sealed by the profile's key or holding nothing personal), and last the
manifest with the profile's key and the SHA-256 of each file. Customers' salts are left out: they go
to a file of their own beside it (``keys_file``).
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
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.times import utc_now
from workbench.files import refused, sync_file, sync_folder
from workbench.storage.keys import Wrapper, keep_key
from workbench.storage.keys_file import PLACE, BackupKeys, keys_file, take_keys
from workbench.storage.profile import Profile
from workbench.storage.records import SqlRecords
from workbench.storage.sealed_stream import SealedReader, SealedWriter

_KIND = "profile"
_MANIFEST = "manifest.json"
_LEFT = ("logs", "temp", "crashes")  # folders that nobody misses
_OWN = (
    "key.json",
    "audit.head",
    "warehouse.owner",
    PLACE,
)  # given in another way, or of one process
_HEAD = "audit.head"
_DATABASES = ("records.", "warehouse.duckdb", "subjects.db")
# Opens the warehouse of a profile: its attempts, and customers whose originals cannot be shown.
Look = Callable[[Profile], tuple[int, int]]


@dataclass(frozen=True)
class Backup:
    """What a backup holds; ``made_at`` in UTC; ``unreadable``: customers whose originals it cannot
    show, with the keys file ``keys`` (None: without one)."""

    made_at: datetime
    files: int
    size: int  # bytes of the file
    complaints: int
    audit_rows: int
    attempts: int
    unreadable: int
    keys: Path | None


class ProfileBackup:
    """Satisfies services.ports.Backups for an open profile."""

    def __init__(
        self,
        profile: Profile,
        records: SqlRecords,
        copy_warehouse: Callable[[Path], None],
        keys: BackupKeys,
        look: Look,
    ) -> None:
        self._profile, self._records = profile, records
        self._copy_warehouse, self._keys, self._look = copy_warehouse, keys, look

    def write(self, file: Path, passphrase: str) -> Backup:
        """Raises BadInput('backup_exists' | 'passphrase_empty'), StoreFault; then there is no file."""
        if not passphrase.strip():
            raise BadInput("passphrase_empty")
        if file.exists():
            raise BadInput("backup_exists", file=str(file))
        partial = file.with_name(f".{file.name}.{secrets.token_hex(4)}.partial")
        folder = file.absolute().parent
        try:
            self._write(partial, passphrase)
            sync_file(partial)
            # After the warehouse was copied: it holds the salt of everybody who is in the copy.
            with closing(self._keys.write(folder, passphrase)) as keys:
                with tried(partial, passphrase, folder, self._look) as (made, held):
                    take_keys(made, keys.partial, passphrase)
                    found = replace(held(), keys=keys.file)
                keys.stand()
            partial.rename(file)
            sync_folder(folder)
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
                sealed = SealedWriter(out, Wrapper.of(passphrase), about)
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
    look: Look,
    keys: Path | None = None,
    keys_passphrase: str | None = None,
    own_passphrase: str | None = None,
    warn: Callable[..., None] | None = None,
) -> Backup:
    """Make the profile of ``file`` at ``folder``, which must not hold anything yet. Its key is kept
    there as that of a new profile is. ``keys``: the keys file, if it is not beside it; what is wrong
    with it is told by ``warn``, and keeps nothing from being restored. Raises BadInput('restore_not_empty' | 'backup_damaged' | …),
    NotPermitted('wrong_passphrase'), StoreFault; then nothing is there."""
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput("restore_not_empty", folder=str(folder))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tried(file, passphrase, folder.parent, look) as (made, held):
            keys = keys or keys_file(made, file.absolute().parent)
            state, made_at = _taken(made, keys, keys_passphrase or passphrase)
            found = replace(held(), keys=keys if made_at else None)
            if made_at and made_at < found.made_at:
                state = "older"
            if found.unreadable and warn:
                warn(f"warning.keys_{state}", file=str(keys), customers=found.unreadable)
            keep_key(made.folder, made.raw, passphrase=own_passphrase, warn=warn)
            with suppress(FileNotFoundError):
                folder.rmdir()
            made.folder.rename(folder)
            sync_folder(folder.parent)
    except OSError as error:
        raise refused(error, folder) from error
    return found


def _taken(made: Profile, keys: Path, passphrase: str) -> tuple[str, datetime | None]:
    """How that went, and when the keys file was made, if there is one that opens."""
    if not keys.exists():
        return "missing", None
    try:
        return "newer", take_keys(made, keys, passphrase)
    except NotPermitted:
        return "locked", None
    except BadInput:
        return "damaged", None


@contextmanager
def tried(
    file: Path, passphrase: str, beside: Path, look: Look
) -> Iterator[tuple[Profile, Callable[[], Backup]]]:
    """The backup unpacked and opened in a folder that goes in the end, unless it was renamed; and
    what looks at what it holds."""
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
        size = file.stat().st_size

        def held() -> Backup:
            return Backup(made_at, len(sums), size, complaints, rows, *look(profile), keys=None)

        yield profile, held
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
        of_databases = first.startswith(_DATABASES)
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
