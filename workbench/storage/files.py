"""Attached files of a profile: sealed, named by what is in them, whole or not there."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Collection
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.domain.errors import StoreFault
from workbench.files import refused, sync_folder, write_whole
from workbench.storage.keys import derive

_NONCE = 12
_YOUNG = 3600  # seconds: a file this new may belong to a save that has not yet committed


class SealedFiles:
    """Satisfies services.ports.FileStore.

    An address is HMAC(key, SHA-256 of the bytes): the same bytes lie once, and a folder's listing
    tells nobody what they are. A file is nonce + AES-GCM of the bytes, bound to its address.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._cipher = AESGCM(derive(key, "seal"))
        self._naming = derive(key, "name")

    def put(self, data: bytes) -> str:
        """On the disk when this returns. Raises StoreFault, NotPermitted."""
        digest = hashlib.sha256(data).digest()
        address = hmac.new(self._naming, digest, "sha256").hexdigest()
        file = self._folder / address
        try:
            if not self._holds(address, data):  # absent, or damaged and now mended
                self._folder.mkdir(mode=0o700, exist_ok=True)
                nonce = secrets.token_bytes(_NONCE)
                sealed = self._cipher.encrypt(nonce, data, address.encode())
                write_whole(file, nonce + sealed)
            else:
                file.touch()  # young again, so that no sweep takes it before the commit
        except OSError as error:
            raise refused(error, file) from error
        return address

    def get(self, address: str) -> bytes:
        """The bytes as they were put. Raises StoreFault('attachment_missing',
        'attachment_damaged')."""
        file = self._folder / address
        try:
            body = file.read_bytes()
        except FileNotFoundError:
            raise StoreFault("attachment_missing", file=str(file)) from None
        except OSError as error:
            raise refused(error, file) from error
        try:
            data = self._cipher.decrypt(body[:_NONCE], body[_NONCE:], address.encode())
        except (InvalidTag, ValueError):
            raise StoreFault("attachment_damaged", file=str(file)) from None
        return data

    def sweep(self, kept: Collection[str], gone: Collection[str] = ()) -> int:
        """Remove files that no row names, where they are new only those that a row did name
        (``gone``); returns how many."""
        removed = 0
        if not self._folder.is_dir():
            return 0
        for file in self._folder.iterdir():
            if file.name in kept:
                continue
            if file.name in gone or time.time() - file.stat().st_mtime > _YOUNG:
                file.unlink(missing_ok=True)
                removed += 1
        if removed:
            sync_folder(self._folder)
        return removed

    def _holds(self, address: str, data: bytes) -> bool:
        try:
            return self.get(address) == data
        except StoreFault:
            return False
