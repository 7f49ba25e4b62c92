"""The keys file beside a profile's backups: the salts of all customers, sealed as a backup is.

It has one name for each profile and is replaced at every backup. Salts never change, so the newest
one shows the originals of every older backup, but for whoever was erased since.
"""

import io
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.domain.erasure import KeysFile
from workbench.domain.errors import BadInput, KnownError, NotPermitted
from workbench.domain.times import utc_now
from workbench.files import sync_file, sync_folder, write_whole
from workbench.storage.keys import Wrapper
from workbench.storage.profile import Profile
from workbench.storage.sealed_stream import SealedReader, SealedWriter
from workbench.storage.subjects import SALT, SubjectsFile

PLACE = "keys-file.json"  # in the profile: where the last one is, and how it is sealed
_KIND = "keys"
_ROW = 8 + SALT
_ROWS = 32_768  # that are read at once
_SEALED_AS = b"keys-file"


def keys_file(profile: Profile, folder: Path) -> Path:
    """Where it is among backups in ``folder``."""
    return folder / f"workbench-{profile.key('name').hex()[:12]}.keys"


class BackupKeys:
    """Writes it. ``keep`` takes salts of customers who are in the warehouse and lost theirs here."""

    def __init__(
        self,
        profile: Profile,
        subjects: SubjectsFile,
        keep: Callable[[dict[int, bytes]], None],
    ) -> None:
        self._profile, self._subjects, self._keep = profile, subjects, keep

    def write(self, folder: Path, passphrase: str) -> "NewKeys":
        """A new one, still under another name."""
        self._take_back(keys_file(self._profile, folder), passphrase)
        return NewKeys(self._profile, self._subjects, folder, Wrapper.of(passphrase))

    def rewrite(self) -> KeysFile | None:
        """The last one, now that something was erased; None where there is none."""
        kept = _remembered(self._profile)
        if kept is None:
            return None
        file, by = kept
        try:
            self._take_back(file, by)
            if not file.exists():
                return KeysFile(str(file), rewritten=False)
            with closing(NewKeys(self._profile, self._subjects, file.parent, by)) as new:
                new.stand()
        except (OSError, KnownError):
            return KeysFile(str(file), rewritten=False)
        return KeysFile(str(file), rewritten=True)

    def _take_back(self, file: Path, by: str | Wrapper) -> None:
        """What a lost or damaged file of the profile had, before the only other copy goes."""
        pages = _pages(self._profile, file, by)
        while True:
            try:
                page = next(pages, None)
            except (BadInput, NotPermitted):  # none, damaged, under another passphrase
                return
            if page is None:
                return
            known = self._subjects.find(page)
            if lost := {customer: page[customer] for customer in page.keys() - known.keys()}:
                self._keep(lost)


class NewKeys:
    """A keys file that was written and takes its name when it is told to."""

    def __init__(self, profile: Profile, subjects: SubjectsFile, folder: Path, by: Wrapper) -> None:
        self._profile, self._by = profile, by
        self.file = keys_file(profile, folder)
        self.partial = folder / f".{self.file.name}.{secrets.token_hex(4)}.partial"
        about = {"kind": _KIND, "profile": self.file.stem, "made_at": utc_now().isoformat()}
        try:
            handle = os.open(self.partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                sealed = SealedWriter(out, by, about)
                for page in subjects.pages():
                    sealed.write(b"".join(c.to_bytes(8, "big") + salt for c, salt in page))
                sealed.finish()
            sync_file(self.partial)
        except BaseException:
            self.close()
            raise

    def stand(self) -> None:
        """Takes the place of the one before."""
        self.partial.replace(self.file)
        sync_folder(self.file.parent)
        _remember(self._profile, self.file.absolute(), self._by)

    def close(self) -> None:
        self.partial.unlink(missing_ok=True)


def take_keys(profile: Profile, file: Path, by: str) -> datetime:
    """Put the salts of a keys file into a restored profile; when it was made (UTC). Raises BadInput
    where it is none, another profile's or damaged, NotPermitted('wrong_passphrase')."""
    with closing(SubjectsFile(profile.subjects, profile.key("subjects"))) as subjects:
        for page in _pages(profile, file, by):
            subjects.keep(page)
    with SealedReader(file, by) as sealed:
        return datetime.fromisoformat(sealed.about["made_at"])


def _pages(profile: Profile, file: Path, by: str | Wrapper) -> Iterator[dict[int, bytes]]:
    with SealedReader(file, by) as sealed:
        about = sealed.about
        if about.get("kind") != _KIND or about.get("profile") != keys_file(profile, file).stem:
            raise BadInput("not_its_keys_file", file=file.name)
        rows = io.BufferedReader(sealed, 1 << 20)
        while piece := rows.read(_ROW * _ROWS):
            starts = range(0, len(piece), _ROW)
            yield {int.from_bytes(piece[s : s + 8], "big"): piece[s + 8 : s + _ROW] for s in starts}
        sealed.drain()


def _remember(profile: Profile, file: Path, by: Wrapper) -> None:
    """Sealed by the profile's key, so that an erasure needs no passphrase to write it anew."""
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(profile.key("keys-file")).encrypt(nonce, by.by, _SEALED_AS)
    kept = {"nonce": b64encode(nonce).decode(), "sealed": b64encode(sealed).decode()}
    body = {"file": str(file), "how": by.how} | kept
    write_whole(profile.folder / PLACE, json.dumps(body).encode())


def _remembered(profile: Profile) -> tuple[Path, Wrapper] | None:
    with suppress(OSError, ValueError, KeyError, TypeError, InvalidTag):
        kept = json.loads((profile.folder / PLACE).read_text("utf-8"))
        cipher = AESGCM(profile.key("keys-file"))
        by = cipher.decrypt(b64decode(kept["nonce"]), b64decode(kept["sealed"]), _SEALED_AS)
        return Path(kept["file"]), Wrapper(kept["how"], by)
    return None
