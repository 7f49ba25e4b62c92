"""The keys file beside a profile's backups: the salts of all customers, sealed as a backup is.

It has one name for each profile and is replaced at every backup. What was in it stays in it, and
salts never change, so the newest one shows the originals of every older backup, but for whoever was
erased since.
"""

import io
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.domain.erasure import KeysFile
from workbench.domain.errors import BadInput, KnownError, NotPermitted
from workbench.domain.salts import SALT
from workbench.domain.times import utc_now
from workbench.files import sync_file, sync_folder, write_whole
from workbench.storage.keys import Wrapper
from workbench.storage.profile import Profile
from workbench.storage.sealed_stream import SealedReader, SealedWriter
from workbench.storage.subjects import SubjectsFile

PLACE = "keys-files.json"  # in the profile: where they are, and how each is sealed
_KIND = "keys"
_ROW = 8 + SALT
_ROWS = 32_768  # that are read at once
_SEALED_AS = b"keys-file"


def keys_file(profile: Profile, folder: Path) -> Path:
    """Where it is among backups in ``folder``."""
    return folder / f"workbench-{profile.key('name').hex()[:12]}.keys"


class BackupKeys:
    """Writes those of an open profile."""

    def __init__(self, profile: Profile, subjects: SubjectsFile) -> None:
        self._profile, self._subjects = profile, subjects

    def write(self, folder: Path, passphrase: str) -> "NewKeys":
        """A new one, still under another name. Raises BadInput('keys_file_locked')."""
        file = keys_file(self._profile, folder)
        known = _remembered(self._profile).get(file)
        self._take_back(file, *([passphrase, known] if known else [passphrase]))
        return NewKeys(self._profile, self._subjects, folder, Wrapper.of(passphrase))

    def rewrite(self) -> tuple[KeysFile, ...]:
        """The last one of every folder, now that something was erased."""
        return tuple(
            KeysFile(str(file), self._rewritten(file, by))
            for file, by in _remembered(self._profile).items()
        )

    def _rewritten(self, file: Path, by: Wrapper) -> bool:
        try:
            if not file.exists():
                return False
            self._take_back(file, by)
            with closing(NewKeys(self._profile, self._subjects, file.parent, by)) as new:
                new.stand()
        except (OSError, KnownError):
            return False
        return True

    def _take_back(self, file: Path, *ways: str | Wrapper) -> None:
        """What is known in the one before and not here: of a lost file, or of a profile that was
        restored without it. One that does not open may be the only place of a key: it stays."""
        for by in ways:
            with suppress(NotPermitted):
                with suppress(BadInput):  # there is none, or it is damaged from here on
                    for page in _pages(self._profile, file, by):
                        self._subjects.keep(page)
                return
        raise BadInput("keys_file_locked", file=str(file))


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
                for page in subjects.everything():
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
    cipher = AESGCM(profile.key("keys-file"))
    body = {}
    for place, wrapper in (_remembered(profile) | {file: by}).items():
        nonce = secrets.token_bytes(12)
        sealed = nonce + cipher.encrypt(nonce, wrapper.by, _SEALED_AS)
        body[str(place)] = {"how": wrapper.how, "by": b64encode(sealed).decode()}
    write_whole(profile.folder / PLACE, json.dumps(body, indent=1).encode())


def _remembered(profile: Profile) -> dict[Path, Wrapper]:
    cipher = AESGCM(profile.key("keys-file"))
    found = {}
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, InvalidTag):
        for place, kept in json.loads((profile.folder / PLACE).read_text("utf-8")).items():
            sealed = b64decode(kept["by"])
            by = cipher.decrypt(sealed[:12], sealed[12:], _SEALED_AS)
            found[Path(place)] = Wrapper(kept["how"], by)
    return found
