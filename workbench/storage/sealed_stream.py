"""A stream of bytes sealed under a passphrase: cut, changed or reordered anywhere, it is refused.

One line of JSON (what it is, and its key wrapped by the passphrase), then parts: four bytes of
length and AES-GCM of at most 1 MiB. A part's nonce is its number; what is bound to it is the hash
of the first line and whether it is the last one.
"""

import hashlib
import io
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.domain.errors import BadInput, NotPermitted
from workbench.storage.keys import Wrapper, unwrapped

_MAGIC = "workbench-sealed"
_PART = 1 << 20
_TAG = 16


class SealedWriter(io.RawIOBase):
    """Closed in good order it writes the last part; left by an exception it does not, and what is
    there is refused."""

    def __init__(self, file: BinaryIO, by: Wrapper, about: dict[str, Any]) -> None:
        key = os.urandom(32)
        head = json.dumps({_MAGIC: 1} | about | {"key": by.wrapped(key)}).encode() + b"\n"
        self._file, self._cipher, self._bound = file, AESGCM(key), hashlib.sha256(head).digest()
        self._number, self._waiting = 0, bytearray()
        file.write(head)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > _PART:
            self._seal(bytes(self._waiting[:_PART]), last=False)
            del self._waiting[:_PART]
        return len(data)

    def _seal(self, part: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number), part, _bound(self._bound, last))
        self._file.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1

    def finish(self) -> None:
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()


class SealedReader(io.RawIOBase):
    """Raises BadInput('backup_damaged') where it does not hold, NotPermitted('wrong_passphrase');
    ``about`` is what its first line says."""

    def __init__(self, path: Path, by: str | Wrapper) -> None:
        self._path = path
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError:
            raise BadInput("no_such_file", file=str(path)) from None
        try:
            head = self._file.readline(65_536)
            self.about = json.loads(head)
            if self.about[_MAGIC] != 1:
                raise BadInput("backup_too_new", file=path.name)
            key = unwrapped(self.about.pop("key"), by)
        except InvalidTag:
            self._file.close()
            raise NotPermitted("wrong_passphrase") from None
        except (ValueError, KeyError, TypeError):
            self._file.close()
            raise BadInput("not_a_backup", file=path.name) from None
        except BaseException:
            self._file.close()
            raise
        self._cipher, self._bound = AESGCM(key), hashlib.sha256(head).digest()
        self._number, self._part, self._ended = 0, b"", False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._file.close()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._part and not self._ended:
            self._open()
        given = self._part[: len(buffer)]
        buffer[: len(given)] = given
        self._part = self._part[len(given) :]
        return len(given)

    def drain(self) -> None:
        """Read to the end: only there it is known that nothing was cut off."""
        while not self._ended:
            self._open()
        if self._file.read(1):
            raise BadInput("backup_damaged", file=self._path.name)

    def _open(self) -> None:
        length = int.from_bytes(self._file.read(4), "big")
        sealed = self._file.read(length) if _TAG <= length <= _PART + _TAG else b""
        for last in (False, True):
            try:
                self._part = self._cipher.decrypt(
                    _nonce(self._number), sealed, _bound(self._bound, last)
                )
            except (InvalidTag, ValueError):
                continue
            self._number, self._ended = self._number + 1, last
            return
        raise BadInput("backup_damaged", file=self._path.name)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(head: bytes, last: bool) -> bytes:
    return head + (b"last" if last else b"more")
